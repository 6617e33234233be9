"""Regression with WeightNorm networks: weights, data and targets; the quantities are those of the square loss.

`𝓛(θ) = (1/n) Σ (f(θ; x_i) − y_i)²` with the networks of `weight_norm`. A batch holds `W1` (m, d, B), …,
`WL` (m, m, B), `v` (m, B), `X` (d, n, B) and `y` (n, B).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import sympy

from wnverify.batch import Batch
from wnverify.engine.activations import ACTIVATIONS
from wnverify.engine.networks.network import check_network
from wnverify.errors import RecordError, WnverifyError, expected
from wnverify.families.networks.regression_coordinates import Limit, ProblemCoordinates, between
from wnverify.families.networks.regression_draws import REGIMES, draw_problem, structured_problems
from wnverify.families.networks.regression_quantities import (
    QUANTITIES,
    L,
    beta,
    c0,
    d,
    input_norm,
    loss,
    loss_gradient_norm,
    loss_hessian_norm,
    m,
    n,
    omega,
    problem,
    rho,
    slope,
)
from wnverify.families.networks.weight_norm import rows_of_one_norm
from wnverify.family import Coordinates, Family, Settings, Shape, Situation
from wnverify.quantity import Quantity

__all__ = [
    "LIPSCHITZ", "REGRESSION", "SMOOTH", "L", "Regressions", "beta", "c0", "d", "input_norm", "loss",
    "loss_gradient_norm", "loss_hessian_norm", "m", "n", "omega", "rho", "slope",
]  # fmt: skip

LIPSCHITZ: Mapping[str, tuple[Any, str, Any]] = {
    "1-Lipschitz activation": (slope, "<=", 1),
    "inputs in the unit ball": (input_norm, "<=", 1),
    "no zero row": (omega, ">", 0),
}
"""Hypotheses of the bounds on ∇𝓛; under `fan_in` the input ball has radius √d."""

SMOOTH: Mapping[str, tuple[Any, str, Any]] = {**LIPSCHITZ, "smooth activation": (beta, "<", sympy.oo)}
"""The same with a bounded second derivative of the activation, for ∇²𝓛 and what follows from it."""

SHAPES = (
    (1, 1, 1, 1), (1, 2, 1, 1), (1, 2, 2, 2), (2, 2, 2, 1), (1, 4, 2, 2), (2, 3, 2, 3),
    (3, 2, 2, 2), (2, 4, 3, 4), (4, 3, 2, 2), (3, 4, 4, 3),
)  # fmt: skip
LARGEST_TARGET = 1e3


def problem_shapes() -> list[Shape]:
    """Depth, width, input dimension and sample size, from 2 parameters to about 50."""
    return [dict(zip(("L", "m", "d", "n"), sizes, strict=True)) for sizes in SHAPES]


def array_shapes(shape: Shape) -> dict[str, tuple[int, ...]]:
    """The shapes of W, v, X and y, without the batch axis."""
    L, m, d, n = (shape.get(name, 0) for name in ("L", "m", "d", "n"))
    layers = {f"W{layer + 1}": (m, m if layer else d) for layer in range(L)}
    return layers | {"v": (m,), "X": (d, n), "y": (n,)}


def check_arrays(batch: Batch, wanted: Mapping[str, tuple[int, ...]]) -> None:
    """Refuse arrays of other names or shapes, and networks that cannot be normalised.

    Raises:
        RecordError: says which shapes were expected, or which row is zero.
    """
    found = {name: array.shape[:-1] for name, array in batch.arrays.items()}
    if found != dict(wanted):
        raise RecordError(expected(f"arrays of shapes {dict(wanted)}", str(found)[:200]))
    try:
        check_network(problem(batch).net)
    except WnverifyError as error:
        raise RecordError(str(error)) from error


class OverProblems(Family):
    """What the families over regression problems share: rescaling, domain, and activations unless they say more."""

    settings: Mapping[str, tuple[str, ...]] = {
        "activation": ("tanh", "sin", "identity", "softplus", "gelu"),
        "scaling": ("fan_out", "fan_in"),
    }

    def rescaling(self, settings: Settings) -> Mapping[sympy.Symbol, Any]:
        """Bounds are stated for `fan_out`; the loss itself is the same function of rescaled constants.

        Under `fan_in` β → √m β, c0 → c0/√m, and inputs are in units of their ball's radius √d.
        """
        if settings["scaling"] == "fan_out":
            return {}
        return {beta: sympy.sqrt(m) * beta, c0: c0 / sympy.sqrt(m), input_norm: input_norm / sympy.sqrt(d)}

    def inside(self, batch: Batch) -> Batch:
        """Inputs shortened by 1e-12, relative: the only limit of the domain that an instance can sit on."""
        arrays = {**batch.arrays, "X": batch.arrays["X"] * (1 - 1e-12)}
        return Batch(batch.family, batch.shape, batch.settings, arrays)


class Regressions(OverProblems):
    """Regression problems of equal hidden width m, depth L, input dimension d and sample size n."""

    name = "regression"
    quantities: Mapping[str, Quantity] = QUANTITIES
    settings: Mapping[str, tuple[str, ...]] = {
        "activation": tuple(name for name in ACTIVATIONS if name != "relu"),
        "scaling": ("fan_out", "fan_in"),
    }
    regimes = REGIMES
    cost = 4.0

    def shapes(self) -> Sequence[Shape]:
        """See `problem_shapes`."""
        return problem_shapes()

    def draw(self, situation: Situation, regime: str, count: int, rng: np.random.Generator) -> Batch:
        """Draw problems in one regime; see `regression_draws`."""
        return Batch(self.name, situation.shape, situation.settings, draw_problem(situation, regime, count, rng))

    def structured(self, situation: Situation) -> Iterator[tuple[str, Batch]]:
        """Extreme networks × samples × residuals."""
        for words, arrays in structured_problems(situation):
            yield words, Batch(self.name, situation.shape, situation.settings, arrays)

    def coordinates(self, situation: Situation) -> Coordinates:
        """Gauge-fixed weights, inputs in their ball, bounded targets."""
        targets: dict[str, tuple[Sequence[int], Limit]] = {
            "y": ((situation.shape["n"],), between(-LARGEST_TARGET, LARGEST_TARGET))
        }
        return ProblemCoordinates(self.name, situation, targets)

    def gauges(self, batch: Batch) -> Iterator[Batch]:
        """Rows of one norm."""
        return rows_of_one_norm(batch)

    def enclosures(self, batch: Batch, names: Collection[str]) -> Mapping[str, Any] | None:
        """Certified balls; see `regression_balls`, which loads python-flint only when asked."""
        from wnverify.families.networks.regression_balls import regression_enclosures

        return regression_enclosures(batch, names)

    def check(self, batch: Batch) -> None:
        """Refuse what is not a regression problem.

        Raises:
            RecordError: if an array is missing, misshapen or holds a zero row.
        """
        super().check(batch)
        check_arrays(batch, array_shapes(batch.shape))


REGRESSION = Regressions()
