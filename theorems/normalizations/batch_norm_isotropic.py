"""BatchNorm of any depth on an isotropic batch: descent never makes σ of the first layer smaller.

Statement:   σ_k(t+1) ≥ σ_k(t) for every unit of the first layer at every step of full-batch gradient descent.
Hypotheses:  batch covariance s² I, ε = 0, full batch, σ_k ≥ 1e-3 at the start.
Kind:        lower bound, tight at stationary points
Label:       theorem
Paper:       not in it.
Ours:        the statement; the paper asks about the least weight norm.
             Measured for three steps of W and v with η = 1, as η is a factor of 𝓛, that is of v and y.
             For other batches it is false, `control_batch_norm_sigma`, and `batch_norm_floor` is what is left.
Tags:        protected norm, descent, BatchNorm

Proof. σ_k = s‖w_k‖, and ‖w_k‖ never shrinks, `batch_norm_protected`. ∎
"""

from sympy import Integer, Rational

from wnverify import Claim, Theorem
from wnverify.families.normalizations.batch_norm_on_data import BATCH_NORM_ON_DATA

shrinkage, sigma = BATCH_NORM_ON_DATA.symbols("shrinkage sigma")

theorem = Theorem(
    claim=Claim(shrinkage, ">=", Integer(1), given={"resolved": (sigma, ">=", 1e-3)}, tolerance=1e-9),
    family=BATCH_NORM_ON_DATA,
    settings={"covariance": ("isotropic",)},
    mutants={"by a thousandth at least": Rational(1001, 1000)},
)
