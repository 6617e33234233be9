"""When a neuron turns by A, its summand of G moves by at most κ² min(1, A).

Statement:   |ppᵀ − p'p'ᵀ|₂ ≤ κ² min(1, A), p = relu(X v̄), p' = relu(X v̄').
Hypotheses:  |x_i| = 1.
Kind:        upper bound, tight (a neuron at 45 degrees from nearly equal inputs)
Label:       lemma
Paper:       lemma on perturbed kernels (recollection): a summand of G is Lipschitz in the direction, with a constant
             of the order n.
Relation:    stronger: κ² in place of it, and the constant is 1.
Ours:        the statement.
Tags:        perturbation, kernel, relu
"""

from sympy import Min

from wnverify import Claim, Theorem
from wnverify.families.relu.rotations import KEPT, RELU_ROTATIONS, kappa, summand_shift, turn

theorem = Theorem(
    claim=Claim(summand_shift, "<=", kappa**2 * Min(1, turn)),
    family=RELU_ROTATIONS,
    settings=KEPT,
    mutants={"half the angle": kappa**2 * Min(1, turn / 2), "kappa for kappa^2": kappa * Min(1, turn)},
)
