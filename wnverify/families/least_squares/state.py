"""Linear models under weight normalization: p = gAw with ‖w‖ = 1, and a loss F(p); one state of the flow.

A batch holds `A` (m, d, B) of full row rank, `v` (d, B) with w = v/‖v‖, `t` (d, B) with y = At, the gain `g`,
the learning rates `rate_g` and `rate_w`, a step size `step` (B,), and test vectors `z` (d, B), `zeta` (m, B).
Wu et al. (arXiv:1911.07956) have rate_w = 1 and c = rate_g.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from wnverify.batch import Batch
from wnverify.engine.least_squares.rows import apply, dot, length, pull
from wnverify.families.kit.parts import read, size, vocabulary
from wnverify.families.least_squares import state_formulas as formula
from wnverify.families.least_squares import state_limits as limits
from wnverify.families.least_squares.linear_models import (
    CONDITION,
    TABLE,
    LinearModels,
    draw_model,
    structured_models,
)
from wnverify.families.least_squares.state_fields import VIEWS
from wnverify.families.least_squares.state_formulas import TINY
from wnverify.families.least_squares.state_limits import STEPS
from wnverify.family import Shape, Situation

m = size("m", "number of rows of A")
g = read("g", "gain: the predictor is gAw, ‖w‖ = 1")
rate_g = read("rate_g", "learning rate of the gain", low=0, strict=True, latex=r"\eta_g")
rate_w = read("rate_w", "learning rate of the direction", low=0, strict=True, latex=r"\eta_w")
sigma = VIEWS.quantity(
    "sigma", "least singular value of A", lambda at: at.s[-1], low=0, strict=True, latex=r"\sigma_{\min}"
)
A_norm = VIEWS.quantity("A_norm", "‖A‖₂", lambda at: at.s[0], low=0, strict=True, latex=r"\|A\|_2")
om = VIEWS.quantity(
    "om", "‖P_⊥w‖, the part of w in ker A", lambda at: length(at.across), low=0, high=1, latex=r"\|P_\perp w\|"
)
X = VIEWS.quantity("X", "‖A⁺y‖, the least norm of a solution", lambda at: length(at.x_star), low=0, strict=True)
target_norm = VIEWS.quantity("target_norm", "‖y‖", lambda at: length(at.y), low=0, latex=r"\|y\|")
error_norm = VIEWS.quantity("error_norm", "‖gAw − y‖", lambda at: length(at.error), low=0, latex=r"\|gAw-y\|")
gain_rate = VIEWS.quantity("gain_rate", "g′ along the flow", lambda at: at.gain_rate, latex="g'")
null_rate = VIEWS.quantity(
    "null_rate", "⟨z, w′⟩ for a unit z in ker A", lambda at: dot(at.null, at.w_rate), latex=r"\langle z,w'\rangle"
)
null_part = VIEWS.quantity(
    "null_part", "⟨z, w⟩ for the same z", lambda at: dot(at.null, at.w), latex=r"\langle z,w\rangle"
)
field_scale = VIEWS.quantity(
    "field_scale",
    "rate_w |g| ‖q‖, which bounds ‖w′‖",
    formula.field_scale,
    low=0,
    strict=True,
    latex=r"\eta_w|g|\|q\|",
)
force_along = VIEWS.quantity(
    "force_along", "⟨z, q⟩ for a unit z, q = AᵀF′", lambda at: dot(at.z, at.force), latex=r"\langle z,q\rangle"
)
pull_norm = VIEWS.quantity(
    "pull_norm", "‖q‖, q = AᵀF′ the gradient in x = gw", lambda at: length(at.force), low=0, latex=r"\|q\|"
)
gradient_norm = VIEWS.quantity(
    "gradient_norm",
    "‖(∂f/∂g, Riemannian ∂f/∂w)‖",
    formula.gradient_norm,
    low=0,
    latex=r"\|(\partial_g f,\mathrm{grad}_w f)\|",
)
dual_rate = VIEWS.quantity(
    "dual_rate",
    "⟨z, ∇Φ(x)′⟩ for ∇Φ(x) = e^{‖x‖²/(2c)} x/‖x‖, c = rate_g/rate_w",
    formula.dual_rate,
    formula.dual_rate_by_complex_step,
    latex=r"\langle z,\nabla\Phi(x)'\rangle",
)
dual_scale = VIEWS.quantity(
    "dual_scale",
    "size of the summands of ∇Φ(x)′",
    formula.dual_scale,
    low=0,
    strict=True,
    latex=r"\mathrm{size}(\nabla\Phi(x)')",
)
error_rate = VIEWS.quantity(
    "error_rate",
    "⟨ζ, e′⟩ for a unit ζ",
    lambda at: dot(at.zeta, formula.error_rate(at)),
    latex=r"\langle\zeta,e'\rangle",
)
error_scale = VIEWS.quantity(
    "error_scale",
    "(rate_w g² + rate_g)‖A‖²‖e‖",
    formula.error_scale,
    low=0,
    strict=True,
    latex=r"(\eta_w g^2+\eta_g)\|A\|^2\|e\|",
)
across_curvature = VIEWS.quantity(
    "across_curvature",
    "⟨ζ, A(I − wwᵀ)Aᵀe⟩",
    formula.across_curvature,
    latex=r"\langle\zeta,A(I-ww^\top)A^\top e\rangle",
)
along_curvature = VIEWS.quantity(
    "along_curvature", "⟨ζ, Aw⟩⟨Aw, e⟩", formula.along_curvature, latex=r"\langle\zeta,Aw\rangle\langle Aw,e\rangle"
)
decay = VIEWS.quantity("decay", "−(log ‖e‖)′", formula.decay, latex=r"-(\log\|e\|)'")
least_curvature = VIEWS.quantity(
    "least_curvature",
    "least eigenvalue of M, where e′ = −Me",
    formula.least_curvature,
    formula.least_curvature_by_factor,
    low=0,
    latex=r"\lambda_{\min}(M)",
)
BASE = tuple(vocabulary(globals()).values())
"""The symbols of one state, which runs from it know too."""

sign_changes = VIEWS.quantity(
    "sign_changes",
    "sign changes of s(1 − om² e^{(g²−s)/c}) − X² over s ≥ X²",
    limits.sign_changes,
    limits.sign_changes_by_mpmath,
    low=0,
    integer=True,
    latex=r"N_{\pm}",
)
saddle_eigenvalue = VIEWS.quantity(
    "saddle_eigenvalue",
    "least eigenvalue of the Riemannian Hessian at the stationary point (0, w_s)",
    limits.saddle_eigenvalue,
    limits.saddle_eigenvalue_by_autograd,
    latex=r"\lambda_{\min}(\mathrm{Hess}(0,w_s))",
)
saddle_image = VIEWS.quantity(
    "saddle_image", "‖Aw_s‖", lambda at: length(apply(at.A, limits.saddle(at))), low=0, latex=r"\|Aw_s\|"
)
target_pull = VIEWS.quantity(
    "target_pull", "‖Aᵀy‖", lambda at: length(pull(at.A, at.y)), low=0, strict=True, latex=r"\|A^\top y\|"
)
step = read("step", "step size h", low=0, strict=True, latex="h")
step_error = STEPS.quantity(
    "step_error",
    "‖(w⁺ − w)/h + (I − wwᵀ)d‖ for w⁺ = (w − hd)/‖w − hd‖, d = ∇_w f",
    limits.step_error,
    limits.step_error_by_mpmath,
    low=0,
    latex=r"\|\frac{w^+-w}{h}+(I-ww^\top)d\|",
)
step_norm = STEPS.quantity(
    "step_norm", "N = ‖w − hd‖", limits.step_norm, limits.step_norm_as_written, low=0, strict=True, latex="N"
)
step_gradient = STEPS.quantity(
    "step_gradient", "‖d‖", lambda one: length(one.d) + TINY, low=0, strict=True, latex=r"\|d\|"
)
step_along = STEPS.quantity("step_along", "⟨w, d⟩", lambda one: dot(one.at.w, one.d), latex=r"\langle w,d\rangle")
step_null = STEPS.quantity(
    "step_null", "⟨z, w⁺⟩ for a unit z in ker A", limits.step_null, latex=r"\langle z,w^+\rangle"
)
v_norm = read(
    "v_norm", "‖v‖ of the raw direction", lambda batch: length(batch.arrays["v"]), low=0, strict=True, latex=r"\|v\|"
)
v_gradient = STEPS.quantity(
    "v_gradient", "‖∇_v f‖", lambda one: length(one.v_gradient), low=0, latex=r"\|\nabla_vf\|"
)
v_next_norm = STEPS.quantity(
    "v_next_norm", "‖v⁺‖, v⁺ = v − h∇_v f", lambda one: length(one.v_next), low=0, latex=r"\|v^+\|"
)
v_next_null = STEPS.quantity(
    "v_next_null",
    "⟨z, v⁺⟩ for a unit z in ker A",
    lambda one: dot(one.at.null, one.v_next),
    latex=r"\langle z,v^+\rangle",
)

SQUARED: Mapping[str, Sequence[str]] = {"loss": ("squared",)}
ORTHONORMAL: Mapping[str, Sequence[str]] = {"loss": ("squared",), "rows": ("orthonormal",)}
FIRST_LOSS = {"below the first loss": (error_norm, "<", target_norm)}
"""The hypothesis ‖gAw − y‖ < ‖y‖: the loss is below that of the zero predictor."""
POSITIVE_GAIN = {"positive gain": (g, ">", 0)}
"""The hypothesis g > 0."""


class LeastSquares(LinearModels):
    """Linear models of full row rank m < d, of condition at most 100."""

    name = "least_squares"
    quantities = vocabulary(globals())
    settings: Mapping[str, tuple[str, ...]] = {
        "loss": ("squared", "logistic", "quartic", "tanh"),
        "rows": ("any", "orthonormal"),
    }
    regimes = ("gaussian", "aligned", "kernel", "against")
    cost = 4.0
    plentiful = 1
    arrays = TABLE
    condition = CONDITION

    def shapes(self) -> Sequence[Shape]:
        """From one row in the plane to three rows in seven dimensions."""
        return [{"m": rows, "d": size} for rows, size in ((1, 2), (2, 3), (1, 3), (2, 4), (3, 5), (1, 5), (3, 7))]

    def draw(self, situation: Situation, regime: str, count: int, rng: np.random.Generator) -> Batch:
        """Random models; see `draw_model` for the regimes."""
        return self.batch(situation, draw_model(situation, regime, count, rng))

    def structured(self, situation: Situation) -> Iterator[tuple[str, Batch]]:
        """Diagonal models; see `structured_models`."""
        for words, arrays in structured_models(situation):
            yield words, self.batch(situation, arrays)


LEAST_SQUARES = LeastSquares()
