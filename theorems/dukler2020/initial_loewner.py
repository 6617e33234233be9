"""A small initialisation scale makes the tangent kernel larger than without normalisation.

Statement:   Λ(0) ≥ H(0) in the Loewner order for α ≤ 1, measured as zᵀH(0)z ≤ zᵀΛ(0)z for arbitrary z.
Hypotheses:  g_k = |v_k|/α, the initialisation at scale α ≤ 1.
Kind:        upper bound; equality at α = 1
Label:       corollary
Paper:       remark on speed (recollection): a small α makes the kernel, and with it the rate, larger than without
             normalisation.
Relation:    finite form: at the initialisation, at every width, in every direction.
Ours:        the statement, from the split Λ(0) = H(0) + (1/α² − 1)V(0).
Tags:        kernel, relu, initialisation
"""

from sympy import Rational

from wnverify import Claim, Theorem
from wnverify.families.relu.gains import INITIAL, RELU_GAINS, H_energy, alpha, ntk_energy

claim = Claim(H_energy, "<=", ntk_energy, given={"alpha at most 1": (alpha, "<=", 1)})

theorem = Theorem(
    claim=claim,
    family=RELU_GAINS,
    settings=INITIAL,
    mutants={
        "any alpha": claim.without("alpha at most 1"),
        "alpha at most 2": Claim(H_energy, "<=", ntk_energy, given={"alpha at most 2": (alpha, "<=", 2)}),
        "alpha^2 of the kernel": alpha ** Rational(2) * ntk_energy,
    },
    corollary_of="dukler2020/initial_split",
)
