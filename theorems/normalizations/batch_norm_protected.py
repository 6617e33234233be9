"""BatchNorm in every layer: gradients are orthogonal to rows, so that descent never shortens a row.

Statement:   ⟨w_k, ∂⟨y, F⟩/∂w_k⟩ = 0 for every row, every y and every depth; so a gradient step of any loss of the
             predictions has ‖w_k⁺‖² = ‖w_k‖² + η²‖∂𝓛/∂w_k‖².
Hypotheses:  ε = 0, full batch, σ_k ≥ 1e-3 (where units divide by less, floats do not tell).
Kind:        identity
Label:       theorem
Paper:       not in it.
Ours:        the statement. What the bounds need is σ_k, which may shrink; in the first layer it is at least
             √λ_min ‖w_k(0)‖, λ_min the least eigenvalue of the batch covariance.
Tags:        protected norm, descent, BatchNorm

Proof. ẑ does not change when a row is multiplied by a positive number. ∎
"""

from sympy import Integer

from wnverify import Claim, Theorem
from wnverify.families.normalizations.batch_norm_layers import BATCH_NORM

alignment, f, V, sigma = BATCH_NORM.symbols("row_alignment output_abs norm_v sigma")

theorem = Theorem(
    claim=Claim(alignment, "=", Integer(0), given={"resolved": (sigma, ">=", 1e-3)}, tolerance=1e-9),
    family=BATCH_NORM,
    settings={"epsilon": ("none",)},
    mutants={
        "homogeneous of degree 1": Claim(alignment * (1 + V), "=", f),
        "of degree 1/1000": Claim(f / (1000 * (1 + V)), "=", 0),
    },
)
