"""Linear models under weight normalization: p = gAw with ‖w‖ = 1, and a loss F(p); one state of the flow.

A batch holds `A` (m, d, B) of full row rank, `v` (d, B) with w = v/‖v‖, `t` (d, B) with y = At, the gain `g`,
the learning rates `rate_g` and `rate_w`, a step size `step` (B,), and test vectors `z` (d, B), `zeta` (m, B).
Wu et al. (arXiv:1911.07956) have rate_w = 1 and c = rate_g.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product

import numpy as np
import sympy

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.engine.least_squares.model import Rows, apply, conditioned, dot, length
from wnverify.families.kit.boxes import Box, BoxCoordinates, check_like
from wnverify.families.least_squares.limits import (
    LIMIT_QUANTITIES,
    bregman_limit,
    bregman_other,
    distance2,
    saddle_eigenvalue,
    saddle_image,
    sign_changes,
    step,
    step_along,
    step_error,
    step_gradient,
    step_norm,
    step_null,
    target_pull,
    v_gradient,
    v_next_norm,
    v_next_null,
    v_norm,
)
from wnverify.families.least_squares.state_quantities import (
    FIELD_QUANTITIES,
    A_norm,
    X,
    across_curvature,
    along_curvature,
    decay,
    dual_rate,
    dual_scale,
    error_norm,
    error_rate,
    error_scale,
    field_scale,
    force_along,
    g,
    gain_rate,
    gradient_norm,
    least_curvature,
    m,
    null_part,
    null_rate,
    om,
    pull_norm,
    rate_g,
    rate_w,
    sigma,
    target_norm,
)
from wnverify.family import Coordinates, Family, Shape, Situation
from wnverify.quantity import Quantity

__all__ = [
    "FIRST_LOSS", "LEAST_SQUARES", "ORTHONORMAL", "SQUARED", "A_norm", "LeastSquares", "X", "across_curvature",
    "along_curvature", "bregman_limit", "bregman_other", "decay", "distance2", "dual_rate", "dual_scale",
    "error_norm", "error_rate", "error_scale", "field_scale", "force_along", "g", "gain_rate", "gradient_norm",
    "least_curvature", "m", "null_part", "null_rate", "om", "pull_norm", "rate_g", "rate_w", "saddle_eigenvalue",
    "saddle_image", "sigma", "sign_changes", "step", "step_along", "step_error", "step_gradient", "step_norm",
    "step_null", "target_norm", "target_pull", "v_gradient", "v_next_norm", "v_next_null", "v_norm",
]  # fmt: skip

CONDITION = 100.0
"""The largest condition number of A in this family; beyond it the projections lose their digits."""
BOXES: Mapping[str, Box] = {
    "A": (-4.0, 4.0), "v": (-3.0, 3.0), "t": (-3.0, 3.0), "g": (-3.0, 3.0), "rate_g": (0.2, 5.0),
    "rate_w": (0.2, 5.0), "step": (1e-4, 10.0), "z": (-3.0, 3.0), "zeta": (-3.0, 3.0),
}  # fmt: skip
SQUARED: Mapping[str, Sequence[str]] = {"loss": ("squared",)}
ORTHONORMAL: Mapping[str, Sequence[str]] = {"loss": ("squared",), "rows": ("orthonormal",)}
FIRST_LOSS = {"below the first loss": (error_norm, "<", target_norm)}
"""The hypothesis ‖gAw − y‖ < ‖y‖: the loss is below that of the zero predictor."""


class ModelCoordinates(BoxCoordinates):
    """All arrays within their boxes, the condition number of A kept.

    Args:
        like: a batch with the arrays and their order, `A` first.
        boxes: array name -> (least, greatest) value of its entries.
        condition: the largest condition number of A.
    """

    def __init__(self, like: Batch, boxes: Mapping[str, Box], condition: float = CONDITION) -> None:
        BoxCoordinates.__init__(self, like, boxes)
        self.condition = condition

    def canonical(self, theta: FloatArray) -> FloatArray:
        """Clip to the boxes and raise the small singular values of A."""
        theta = np.clip(theta, self.low, self.high)
        shape = self.like.arrays["A"].shape[:-1]
        A = theta[: shape[0] * shape[1]].reshape(*shape, -1)
        return np.concatenate([conditioned(A, self.condition).reshape(-1, theta.shape[1]), theta[A[..., 0].size :]])


def draw_model(situation: Situation, regime: str, count: int, rng: np.random.Generator) -> dict[str, FloatArray]:
    """Draw models.

    Regimes: `gaussian` generic with ⟨Aw,y⟩ > 0; `aligned` w near the minimum-norm solution; `kernel` w almost in
    ker A; `against` any sign of ⟨Aw,y⟩ and of g, gains and rates far apart.
    """
    rows, columns = situation.shape["m"], situation.shape["d"]
    A = conditioned(rng.standard_normal((rows, columns, count)) / np.sqrt(columns), CONDITION)
    split = Rows.of(A)
    spread = np.exp(0.7 * rng.standard_normal(count))
    t = np.clip(rng.standard_normal((columns, count)) * spread, -3, 3)
    v = rng.standard_normal((columns, count))
    mix = np.exp(rng.uniform(-5, 0, count))
    if regime == "aligned":
        v = (t - split.across(t)) / np.maximum(length(t - split.across(t)), 1e-9) + mix * v
    if regime == "kernel":
        v = split.across(v) + mix * v
    wide = 1.6 if regime == "against" else 0.75
    g = np.exp(rng.uniform(-1.5, 0.9, count))
    toward = dot(apply(A, v), apply(A, t)) if regime != "against" else rng.standard_normal(count)
    return {
        "A": A, "v": v * np.where(toward < 0, -1.0, 1.0) * np.exp(rng.uniform(-0.7, 0.7, count)) / length(v), "t": t,
        "g": g * np.where(rng.random(count) < 0.5, -1, 1) if regime == "against" else g,
        "rate_g": np.exp(rng.uniform(-wide, wide, count)), "rate_w": np.exp(rng.uniform(-wide, wide, count)),
        "step": np.exp(rng.uniform(-6, 1, count)),
        "z": rng.standard_normal((columns, count)), "zeta": rng.standard_normal((rows, count)),
    }  # fmt: skip


def structured_models(situation: Situation) -> Iterator[tuple[str, dict[str, FloatArray]]]:
    """Diagonal A = [diag 0] with w along, across, or at the angle of largest curvature to the first row."""
    rows, columns = situation.shape["m"], situation.shape["d"]
    angles = {"w along the target": 1.0, "w in the kernel": 0.0, "w at the steepest angle": float(np.sqrt(1 / 3))}
    scales = list(product((0.0, 0.1, 1.0, 2.5), (0.2, 1.0, 5.0), (0.01, 0.5)))
    gain, rate, step_size = (np.array(column) for column in zip(*scales, strict=True))
    ones = np.ones(len(scales))
    diagonal = np.eye(rows, columns) * np.where(np.arange(rows) == 0, 1.0, 0.1)[:, None]
    for words, cosine in angles.items():
        v, t, z = np.zeros((3, columns))
        v[0], v[-1] = cosine, np.sqrt(1 - cosine**2)
        t[0], t[-1], z[0], z[-1] = 1.5, 0.5, 0.6, 0.8
        vectors = {"v": v[:, None] * ones, "t": t[:, None] * ones}
        tests = {"z": z[:, None] * ones, "zeta": np.ones((rows, len(scales)))}
        numbers = {"g": gain, "rate_g": rate, "rate_w": ones, "step": step_size}
        yield words, {"A": diagonal[..., None] * ones, **vectors, **numbers, **tests}


class LeastSquares(Family):
    """Linear models of full row rank m < d, of condition at most 100."""

    name = "least_squares"
    quantities: Mapping[str, Quantity] = {**FIELD_QUANTITIES, **LIMIT_QUANTITIES}
    settings: Mapping[str, tuple[str, ...]] = {
        "loss": ("squared", "logistic", "quartic", "tanh"),
        "rows": ("any", "orthonormal"),
    }
    regimes = ("gaussian", "aligned", "kernel", "against")
    cost = 4.0

    def shapes(self) -> Sequence[Shape]:
        """From one row in the plane to three rows in seven dimensions."""
        return [{"m": rows, "d": size} for rows, size in ((1, 2), (2, 3), (1, 3), (2, 4), (3, 5), (1, 5), (3, 7))]

    def draw(self, situation: Situation, regime: str, count: int, rng: np.random.Generator) -> Batch:
        """Random models; see `draw_model` for the regimes."""
        arrays = draw_model(situation, regime, count, rng)
        return Batch(self.name, situation.shape, situation.settings, arrays)

    def structured(self, situation: Situation) -> Iterator[tuple[str, Batch]]:
        """Diagonal models; see `structured_models`."""
        for words, arrays in structured_models(situation):
            yield words, Batch(self.name, situation.shape, situation.settings, arrays)

    def coordinates(self, situation: Situation) -> Coordinates:
        """Boxes with the condition number of A kept."""
        like = self.draw(situation, "gaussian", 1, np.random.default_rng(0))
        return ModelCoordinates(like, {name: BOXES[name] for name in like.arrays})

    def check(self, batch: Batch) -> None:
        """Refuse arrays of other shapes than those drawn here, or numbers of the wrong sign.

        Raises:
            RecordError: if the instance cannot have been produced by this family.
        """
        Family.check(self, batch)
        check_like(self, batch, BOXES)


LEAST_SQUARES = LeastSquares()
POSITIVE_GAIN = {"positive gain": (g, ">", sympy.Integer(0))}
"""The hypothesis g > 0."""
