"""Regression with WeightNorm networks: weights, data and targets; the quantities are those of the square loss.

`𝓛(θ) = (1/n) Σ (f(θ; x_i) − y_i)²` with the networks of `weight_norm`. A batch holds `W1` (m, d, B), …,
`WL` (m, m, B), `v` (m, B), `X` (d, n, B) and `y` (n, B).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from wnverify.batch import Batch
from wnverify.engine.activations import SMOOTH
from wnverify.families.kit.parts import read, size, two_routes, vocabulary
from wnverify.families.kit.table import Array, Table
from wnverify.families.networks import regression_curvature as curvature
from wnverify.families.networks import regression_fields as fields
from wnverify.families.networks import regression_ratios as ratios
from wnverify.families.networks import regression_steps as steps
from wnverify.families.networks.coordinates import ProblemCoordinates
from wnverify.families.networks.moves import move_targets, moves, rows_of_one_norm
from wnverify.families.networks.problem_extremes import extreme_problems
from wnverify.families.networks.regression_curvature import HIGH, LOW
from wnverify.families.networks.regression_draws import REGIMES, draw_problem, structured_problems
from wnverify.families.networks.setting import (
    Given,
    L,
    OverNetworks,
    beta,
    c0,
    check_rows,
    d,
    hypotheses,
    layers,
    m,
    slope,
)
from wnverify.families.networks.steering import LOSSES
from wnverify.families.networks.weight_norm import rho
from wnverify.family import Coordinates, Move, Scaling, Shape, Situation
from wnverify.quantities import Quantity, Route


def _ratio(part: str, whose: str) -> Quantity:
    """R_v or R_W, by both routes."""
    return two_routes(
        f"ratio_{part}",
        f"R_{part} = ‖∂_{part} 𝓛‖²/𝓛, the {whose} share of the gradient-to-loss ratio",
        ratios.ratio(part),
        ratios.ratio_by_oracle(part),
        gradient=ratios.ratio_slope(part),
        low=0,
        latex=f"R_{part}",
    )


n = size("n", "number of samples")
omega = read(
    "omega",
    "minimum weight norm: the least ‖W_i^l‖₂ over layers and rows",
    fields.omega,
    gradient=fields.omega_slope,
    low=0,
    strict=True,
    latex=r"\omega",
)
input_norm = read(
    "input_norm",
    "largest ‖x_i‖₂ of the samples",
    fields.input_norm,
    gradient=fields.input_norm_slope,
    low=0,
    latex=r"\max_i\|x_i\|_2",
)
target_size = read(
    "target_size",
    "root mean square of the targets, ((1/n) Σ y_i²)^{1/2}",
    fields.target_size,
    gradient=fields.target_size_slope,
    low=0,
    latex=r"\bar{y}",
)
loss = two_routes(
    "loss",
    "square loss 𝓛(θ) = (1/n) Σ (f(θ; x_i) − y_i)²",
    fields.loss_of,
    fields.loss_by_oracle,
    gradient=fields.loss_slope,
    low=0,
    strict=True,
    latex=r"\mathcal{L}(\theta)",
)
loss_gradient_norm = two_routes(
    "loss_gradient_norm",
    "‖∇_θ 𝓛‖₂",
    fields.gradient_length,
    fields.gradient_length_by_oracle,
    gradient=fields.gradient_length_slope,
    low=0,
    latex=r"\|\nabla_\theta\mathcal{L}\|_2",
)
ratio_v = _ratio("v", "output layer's")
ratio_W = _ratio("W", "hidden layers'")
loss_hessian_norm = Quantity(
    "loss_hessian_norm",
    "spectral norm of the loss Hessian, ‖∇²_θ 𝓛‖₂",
    route=Route(fields.hessian_norm, fields.hessian_slope, fields.hessian_norm_by_oracle, square=True),
    low=0,
    latex=r"\|\nabla^2_\theta\mathcal{L}\|_2",
)
loss_hessian_min = Quantity(
    "loss_hessian_min",
    "least eigenvalue of ∇²_θ 𝓛",
    route=Route(curvature.end(LOW), curvature.end_slope(LOW), curvature.end_by_oracle(LOW), square=True),
    latex=r"\lambda_{\min}(\nabla^2_\theta\mathcal{L})",
)
loss_hessian_max = Quantity(
    "loss_hessian_max",
    "greatest eigenvalue of ∇²_θ 𝓛",
    route=Route(curvature.end(HIGH), curvature.end_slope(HIGH), curvature.end_by_oracle(HIGH), square=True),
    latex=r"\lambda_{\max}(\nabla^2_\theta\mathcal{L})",
)
loss_hessian_trace = Quantity(
    "loss_hessian_trace",
    "trace of ∇²_θ 𝓛",
    route=Route(curvature.trace, curvature.trace_slope, curvature.trace_by_oracle, square=True),
    latex=r"\mathrm{tr}(\nabla^2_\theta\mathcal{L})",
)
loss_hessian_frobenius = Quantity(
    "loss_hessian_frobenius",
    "Frobenius norm ‖∇²_θ 𝓛‖_F",
    route=Route(curvature.frobenius, curvature.frobenius_slope, curvature.frobenius_by_oracle, square=True),
    low=0,
    latex=r"\|\nabla^2_\theta\mathcal{L}\|_F",
)
ntk_min = Quantity(
    "ntk_min",
    "least eigenvalue of the tangent kernel ⟨∇_θ f(x_s), ∇_θ f(x_t)⟩, n × n",
    route=Route(curvature.kernel_min, curvature.kernel_min_slope, curvature.kernel_min_by_oracle, square=True),
    low=0,
    latex=r"\lambda_{\min}(K_\theta)",
)

LIPSCHITZ: Given = hypotheses(input_norm, omega, smooth=False)
"""Hypotheses of the bounds on ∇𝓛; under `fan_in` the input ball has radius √d."""
STANDARD: Given = hypotheses(input_norm, omega)
"""The same with a bounded second derivative of the activation, for ∇²𝓛 and what follows from it."""

SHAPES = (
    (1, 1, 1, 1), (1, 2, 1, 1), (1, 2, 2, 2), (2, 2, 2, 1), (1, 4, 2, 2), (2, 3, 2, 3),
    (3, 2, 2, 2), (2, 4, 3, 4), (4, 3, 2, 2), (3, 4, 4, 3),
)  # fmt: skip


class OverProblems(OverNetworks):
    """What the families over regression problems share; activations and shapes unless they say more."""

    settings: Mapping[str, tuple[str, ...]] = {
        "activation": ("tanh", "sin", "identity", "softplus", "gelu"),
        "scaling": ("fan_out", "fan_in"),
    }
    cost = 2.0
    plentiful = 1

    def shapes(self) -> Sequence[Shape]:
        """Depth, width, input dimension and sample size, from 2 parameters to about 50."""
        return [dict(zip(("L", "m", "d", "n"), sizes, strict=True)) for sizes in SHAPES]

    def table(self, situation: Situation) -> Table:
        """Rows, output weights, inputs, targets."""
        return {**layers(situation.shape["L"]), "v": Array("m"), "X": Array("d n"), "y": Array("n")}

    def moves(self) -> Mapping[str, Move]:
        """By scaling v, all rows, or all samples; and the numbers that are stored."""
        return {**moves("X"), **OverNetworks.moves(self)}

    def scalings(self) -> Mapping[str, Scaling]:
        """By stretching the residuals."""
        return {name: scaling for name, scaling in LOSSES.items() if name in self.quantities}

    def scalable(self, batch: Batch) -> Sequence[Sequence[str]]:
        """The inputs, the output weights, all rows."""
        return [["X"], ["v"], [f"W{layer + 1}" for layer in range(batch.shape["L"])]]

    def coordinates(self, situation: Situation) -> Coordinates:
        """Gauge-fixed weights, inputs in their ball, the rest within their intervals."""
        return ProblemCoordinates(self.name, situation, self.table(situation))

    def inside(self, batch: Batch) -> Batch:
        """Inputs shortened by 1e-12, relative: the only limit of the domain that an instance can sit on."""
        return batch.with_arrays({**batch.arrays, "X": batch.arrays["X"] * (1 - 1e-12)})

    def check(self, batch: Batch) -> None:
        """Refuse what is not an instance.

        Raises:
            RecordError: if an array is missing or misshapen, or a row cannot be normalised.
        """
        OverNetworks.check(self, batch)
        check_rows(fields.problem(batch).net)


class Regressions(OverProblems):
    """Regression problems of equal hidden width m, depth L, input dimension d and sample size n."""

    name = "regression"
    quantities: Mapping[str, Quantity] = {
        **vocabulary(globals(), L, m, d, n, rho, beta, c0, slope, input_norm),
        **vocabulary({}, *steps.QUANTITIES),
    }
    settings: Mapping[str, tuple[str, ...]] = {"activation": SMOOTH, "scaling": ("fan_out", "fan_in")}
    regimes = REGIMES

    def draw(self, situation: Situation, regime: str, count: int, rng: np.random.Generator) -> Batch:
        """Draw problems in one regime; see `regression_draws`."""
        return self.batch(situation, draw_problem(situation, regime, count, rng))

    def structured(self, situation: Situation) -> Iterator[tuple[str, Batch]]:
        """Extreme networks × samples × residuals."""
        for words, arrays in structured_problems(situation):
            yield words, self.batch(situation, arrays)

    def extremes(self, situation: Situation) -> Iterator[tuple[str, Batch]]:
        """Further extreme problems; see `problem_extremes`."""
        for words, arrays in extreme_problems(situation):
            yield words, self.batch(situation, arrays)

    def moves(self) -> Mapping[str, Move]:
        """As for all problems, and by scaling the targets."""
        return {**OverProblems.moves(self), "target_size": move_targets}

    def gauges(self, batch: Batch) -> Iterator[Batch]:
        """Rows of one norm."""
        return rows_of_one_norm(batch)

    def enclosures(self, batch: Batch, names: Collection[str]) -> Mapping[str, Any] | None:
        """Certified balls; see `regression_balls`, which loads python-flint only when asked."""
        from wnverify.families.networks.regression_balls import regression_enclosures

        return regression_enclosures(batch, names)


REGRESSION = Regressions()
