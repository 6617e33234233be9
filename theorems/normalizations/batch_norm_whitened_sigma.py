"""BatchNorm after one layer is weight normalization of whitened inputs: what it divides by.

Statement:   σ_k = ‖Σ^{1/2}w_k‖ for every unit, Σ the batch covariance, of any rank.
Hypotheses:  L = 1, ε = 0, full batch, σ_k ≥ 1e-3, and no direction in which a batch hardly spreads (beyond, floats do
             not tell).
Kind:        identity
Label:       theorem
Paper:       not in it.
Ours:        the statement: σ is the least row norm ω of the network of `batch_norm_whitened_output`.
Tags:        output, BatchNorm, one layer

Proof. σ_k² = var_i⟨w_k, x_i⟩ = w_kᵀΣw_k. ∎
"""

from sympy import Integer

from wnverify import Claim, Theorem
from wnverify.families.normalizations.batch_norm_whitened import BATCH_NORM_WHITENED

defect, change, omega, sigma = BATCH_NORM_WHITENED.symbols("sigma_defect sigma_change omega sigma")
given = {"resolved": (sigma, ">=", 1e-3)}

theorem = Theorem(
    claim=Claim(defect, "=", Integer(0), given=given, tolerance=1e-9),
    family=BATCH_NORM_WHITENED,
    mutants={
        "the norm of the row": Claim(sigma, "=", omega, given=given),
        "larger by a millionth": Claim(change, "=", Integer(0), given=given, tolerance=1e-9),
    },
)
