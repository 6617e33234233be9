"""BatchNorm after one layer is weight normalization of whitened inputs: outputs.

Statement:   f_i = m^{-1/2} Σ_k v_k φ(⟨ξ_i, y_k⟩/‖y_k‖) for every sample i: the network of the rows y_k with weight
             normalization at ξ_i, where Σ is the batch covariance, of any rank, ξ_i = Σ^{+1/2}(x_i − x̄) and
             y_k = Σ^{1/2}w_k.
Hypotheses:  L = 1, ε = 0, full batch, σ_k ≥ 1e-3, and no direction in which a batch hardly spreads (beyond, floats do
             not tell).
Kind:        identity
Label:       theorem
Paper:       not in it.
Ours:        the statement: what the main paper proves for one layer holds for BatchNorm in (y, v), with ‖ξ_i‖ for
             ‖x_i‖ and σ for ω.
Tags:        output, BatchNorm, one layer

Proof. ⟨w_k, x_i − x̄⟩ = ⟨y_k, ξ_i⟩, as x_i − x̄ is in the range of Σ, and σ_k² = w_kᵀΣw_k = ‖y_k‖². ∎
"""

from sympy import Integer

from wnverify import Claim, Theorem
from wnverify.families.normalizations.batch_norm_whitened import BATCH_NORM_WHITENED

defect, change, sigma = BATCH_NORM_WHITENED.symbols("output_defect output_change sigma")
given = {"resolved": (sigma, ">=", 1e-3)}

theorem = Theorem(
    claim=Claim(defect, "=", Integer(0), given=given, tolerance=1e-9),
    family=BATCH_NORM_WHITENED,
    mutants={"larger by a millionth": Claim(change, "=", Integer(0), given=given, tolerance=1e-9)},
)
