"""BatchNorm of any depth: along descent σ of the first layer stays above what the batch and the start determine.

Statement:   σ_k(t) ≥ √λ_min ‖w_k(0)‖ for every unit of the first layer at every time t of full-batch descent, λ_min
             the least eigenvalue of the batch covariance, whatever the learning rates and the depth.
Hypotheses:  ε = 0, full batch, σ_k ≥ 1e-3 at the start, λ_min ≥ 1e-4 λ_max (below, floats do not tell).
Kind:        lower bound; attained where w_k is along the last eigenvector, and stays
Label:       theorem
Paper:       not in it.
Ours:        the statement: what the bounds divide by does not vanish unless the batch is degenerate. Measured for
             three steps of W and v with η = 1, as η is a factor of 𝓛, that is of v and y. It is monotone only if the
             covariance is isotropic, `batch_norm_isotropic`; else not, `control_batch_norm_sigma`.
Tags:        protected norm, descent, BatchNorm

Proof. σ_k² = w_kᵀΣw_k ≥ λ_min‖w_k(t)‖² ≥ λ_min‖w_k(0)‖² by `batch_norm_protected`. ∎
"""

from sympy import Integer, Rational

from wnverify import Claim, Theorem
from wnverify.families.normalizations.batch_norm_on_data import BATCH_NORM_ON_DATA

fall, shrinkage, sigma, flatness = BATCH_NORM_ON_DATA.symbols("fall shrinkage sigma flatness")
given = {"resolved": (sigma, ">=", 1e-3), "not degenerate": (flatness, ">=", 1e-4)}

theorem = Theorem(
    claim=Claim(fall, "<=", Integer(1), given=given, tolerance=1e-9),
    family=BATCH_NORM_ON_DATA,
    settings={"covariance": ("any",)},
    mutants={"a hundredth more": Rational(99, 100), "monotone": Claim(shrinkage, ">=", 1, given=given)},
)
