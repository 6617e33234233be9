"""The same with gains that change: γ_k = α g_k/|v_k| within 1 ± q_k adds 2q_k + q_k².

Statement:   |V_ij − V_ij(0)| ≤ (1/m)(Σ_sure ((2q+q²)|Z_ij| + (1+q)² sin A) + Σ_doubtful ((1+|⟨x_i, x_j⟩|)/2 + 2q +
             q²)), Z_ij = ⟨P x_i, P x_j⟩ at the initialisation, all with the index k.
Hypotheses:  |x_i| = 1, A_k ≤ π/2.
Kind:        upper bound
Label:       lemma
Paper:       lemma on perturbed kernels (recollection): |V_ij − V_ij(0)| is of the order of the largest movement and
             of the share of neurons that may flip.
Relation:    other constants: explicit, every neuron by its own angle and its own gain.
Ours:        the statement.
Tags:        perturbation, kernel, relu
"""

from wnverify import Claim, Theorem
from wnverify.bounds.dukler2020 import flips
from wnverify.families.relu.rotations import RELU_ROTATIONS, RIGHT, V_shift, doubtful_growth, sure_shift

theorem = Theorem(
    claim=Claim(V_shift, "<=", sure_shift + flips() + doubtful_growth, given=RIGHT),
    family=RELU_ROTATIONS,
    mutants={
        "no doubtful neurons": sure_shift,
        "no flips": sure_shift + doubtful_growth,
        "no growth of the doubtful": sure_shift + flips(),
        "half of the sure": sure_shift / 2 + flips() + doubtful_growth,
    },
)
