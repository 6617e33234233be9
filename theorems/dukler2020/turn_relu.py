"""When a neuron turns by A, what it gives on all inputs moves by at most 2κ sin(A/2).

Statement:   |p − p'| ≤ 2κ sin(A/2), p = relu(X v̄), p' = relu(X v̄'), A the angle between v̄ and v̄'.
Hypotheses:  |x_i| = 1.
Kind:        upper bound, tight (nearly equal inputs, small A)
Label:       lemma
Paper:       lemma on perturbed kernels (recollection): the activations on all inputs are Lipschitz in the direction,
             with constant √n.
Relation:    stronger: κ in place of √n, the chord in place of the angle.
Ours:        the statement.
Tags:        perturbation, relu
"""

from sympy import sin

from wnverify import Claim, Theorem
from wnverify.families.relu.rotations import KEPT, RELU_ROTATIONS, kappa, relu_shift, turn

theorem = Theorem(
    claim=Claim(relu_shift, "<=", 2 * kappa * sin(turn / 2)),
    family=RELU_ROTATIONS,
    settings=KEPT,
    mutants={"kappa dropped": 2 * sin(turn / 2), "half the angle": 2 * kappa * sin(turn / 4)},
)
