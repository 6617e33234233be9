"""When neurons turn by A_k, the kernel G moves by at most κ² times the mean of min(1, A_k).

Statement:   |G − G'|₂ ≤ κ² (1/m) Σ_k min(1, A_k).
Hypotheses:  |x_i| = 1, g_k > 0.
Kind:        upper bound, tight (all neurons at 45 degrees from nearly equal inputs)
Label:       corollary
Paper:       lemma on perturbed kernels (recollection): |G − G(0)|₂ is at most of the order n times the largest
             movement of a direction, in relation to its length.
Relation:    stronger: the mean of the angles in place of the largest, κ² in place of n; no flips enter.
Ours:        the statement.
Tags:        perturbation, kernel, relu
"""

from wnverify import Claim, Theorem
from wnverify.families.relu.rotations import KEPT, RELU_ROTATIONS, G_shift, kappa, mean_turn

theorem = Theorem(
    claim=Claim(G_shift, "<=", kappa**2 * mean_turn),
    family=RELU_ROTATIONS,
    settings=KEPT,
    mutants={"half of it": kappa**2 * mean_turn / 2, "kappa for kappa^2": kappa * mean_turn},
    corollary_of="dukler2020/turn_summand",
)
