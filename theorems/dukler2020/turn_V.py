"""When neurons turn and gains keep pace with lengths, V moves by sin A_k on sure neurons, by flips on the rest.

Statement:   |V_ij − V_ij(0)| ≤ (1/m)(Σ_sure sin A_k + #doubtful (1 + |⟨x_i, x_j⟩|)/2): sure are the neurons with
             arcsin|a| > A_k for both inputs that see both, doubtful those with arcsin|a| ≤ A_k for one of them that
             may see both.
Hypotheses:  |x_i| = 1, g_k/|v_k| as at the initialisation, A_k ≤ π/2.
Kind:        upper bound, tight (neurons just above a kink)
Label:       corollary
Paper:       lemma on perturbed kernels (recollection): |V_ij − V_ij(0)| is of the order of the largest movement and
             of the share of neurons that may flip.
Relation:    other constants: explicit, every neuron by its own angle.
Ours:        the statement.
Tags:        perturbation, kernel, relu
"""

from wnverify import Claim, Theorem
from wnverify.bounds.dukler2020 import flips
from wnverify.families.relu.rotations import KEPT, RELU_ROTATIONS, RIGHT, V_shift, sure_shift

theorem = Theorem(
    claim=Claim(V_shift, "<=", sure_shift + flips(), given=RIGHT),
    family=RELU_ROTATIONS,
    settings=KEPT,
    mutants={
        "no flips": sure_shift,
        "half the flips": sure_shift + flips() / 2,
        "half of sin A": sure_shift / 2 + flips(),
    },
    corollary_of="dukler2020/turn_V_gains",
)
