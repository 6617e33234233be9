"""A neuron changes its sign on an input only if it turns at least as far as it is from the kink.

Statement:   sign(⟨v̄', x⟩) ≠ sign(⟨v̄, x⟩) implies A ≥ arcsin|⟨v̄, x⟩|.
Hypotheses:  the sign has changed.
Kind:        lower bound, tight (turning straight away from the input)
Label:       lemma
Paper:       lemma on flips (recollection): a neuron changes its sign on an input only if |⟨v_k(0), x_i⟩| ≤ R, when
             |v_k − v_k(0)| ≤ R.
Relation:    stronger: by angles, so that a change of length does not count.
Ours:        the statement.
Tags:        perturbation, relu
"""

from wnverify import Claim, Theorem
from wnverify.families.relu.rotations import KEPT, RELU_ROTATIONS, flipped, margin, turn

theorem = Theorem(
    claim=Claim(margin, "<=", turn, given={"the sign has changed": (flipped, "=", 1)}, tolerance=1e-9),
    family=RELU_ROTATIONS,
    settings=KEPT,
    mutants={
        "half the angle": turn / 2,
        "whether or not the sign has changed": Claim(margin, "<=", turn, tolerance=1e-9),
    },
)
