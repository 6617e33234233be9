"""When a direction turns by A, the projection across it moves by exactly sin A.

Statement:   |P − P'|₂ = sin A, P = I − v̄v̄ᵀ.
Hypotheses:  none.
Kind:        identity
Label:       lemma
Paper:       lemma on perturbed kernels (recollection): the projection across v_k is Lipschitz in its direction.
Relation:    stronger: the exact distance.
Ours:        the statement.
Tags:        perturbation, geometry
"""

from sympy import cos, sin

from wnverify import Claim, Theorem
from wnverify.families.relu.rotations import KEPT, RELU_ROTATIONS, projection_shift, turn

theorem = Theorem(
    claim=Claim(projection_shift, "=", sin(turn), tolerance=1e-9),
    family=RELU_ROTATIONS,
    settings=KEPT,
    mutants={"cos A": abs(cos(turn)), "A itself": turn, "2 sin(A/2)": 2 * sin(turn / 2)},
)
