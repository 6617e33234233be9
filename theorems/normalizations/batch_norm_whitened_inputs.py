"""BatchNorm after one layer is weight normalization of whitened inputs: their size.

Statement:   Σ_i ‖ξ_i‖² = n·rank Σ for ξ_i = Σ^{+1/2}(x_i − x̄), Σ the batch covariance.
Hypotheses:  L = 1, ε = 0, full batch, σ_k ≥ 1e-3, and no direction in which a batch hardly spreads (beyond, floats do
             not tell).
Kind:        identity
Label:       theorem
Paper:       not in it.
Ours:        the statement: inputs of norm √rank Σ on the average, where the main paper has ‖x_i‖ ≤ 1.
Tags:        input, BatchNorm, one layer

Proof. (1/n) Σ_i ξ_iξ_iᵀ is the projection onto the range of Σ; take traces. ∎
"""

from wnverify import Claim, Theorem
from wnverify.families.normalizations.batch_norm_whitened import BATCH_NORM_WHITENED

size, n, r, d, sigma = BATCH_NORM_WHITENED.symbols("white_squares n r d sigma")
given = {"resolved": (sigma, ">=", 1e-3)}

theorem = Theorem(
    claim=Claim(size, "=", n * r, given=given, tolerance=1e-9),
    family=BATCH_NORM_WHITENED,
    mutants={"n·d, whatever the rank": n * d, "rank alone": 1.0 * r},
)
