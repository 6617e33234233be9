"""Pairs of parameters (θ, θ′) of one regression problem, with a gradient step from θ.

For the statements about restricted strong convexity: what holds between θ and θ′ = θ + δ.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import sympy

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.engine.activations import ACTIVATIONS
from wnverify.families.networks.regression import (
    LARGEST_TARGET,
    OverProblems,
    array_shapes,
    check_arrays,
    problem_shapes,
)
from wnverify.families.networks.regression_coordinates import Limit, ProblemCoordinates, between
from wnverify.families.networks.regression_draws import REGIMES, draw_problem, structured_problems
from wnverify.families.networks.regression_pair_quantities import (
    QUANTITIES,
    distance,
    kappa,
    loss_next,
    loss_other,
    next_rho,
    omega,
    omega_start,
    rho,
    rsc_gap,
    step,
)
from wnverify.families.networks.regression_quantities import (
    L,
    beta,
    c0,
    d,
    gradient,
    input_norm,
    length,
    loss,
    loss_gradient_norm,
    loss_of,
    m,
    n,
    slope,
)
from wnverify.family import Coordinates, Shape, Situation
from wnverify.quantity import Quantity

__all__ = [
    "PAIRS", "SMOOTH", "L", "RegressionPairs", "beta", "c0", "d", "distance", "input_norm", "kappa", "loss",
    "loss_gradient_norm", "loss_next", "loss_other", "m", "n", "next_rho", "omega", "omega_start", "rho",
    "rsc_gap", "slope", "step",
]  # fmt: skip

SMOOTH: Mapping[str, tuple[Any, str, Any]] = {
    "1-Lipschitz activation": (slope, "<=", 1),
    "inputs in the unit ball": (input_norm, "<=", 1),
    "no zero row on the segment": (omega, ">", 0),
    "smooth activation": (beta, "<", sympy.oo),
    "not interpolating": (loss, ">", 0),
}
LONGEST = 1e3


def rough_smoothness(batch: Batch) -> FloatArray:
    """About the size of β_𝓛, (B,): only to draw step sizes where the statements about steps begin to bite."""
    phi = ACTIVATIONS[batch.settings["activation"]]
    L, m = batch.shape["L"], batch.shape["m"]
    constant = phi.c0 * (np.sqrt(m) if batch.settings["scaling"] == "fan_out" else 1.0)
    a, beta = 1.0 + L * constant, min(phi.beta, 1.0) * (1.0 if batch.settings["scaling"] == "fan_out" else np.sqrt(m))
    rows = [np.linalg.norm(batch.arrays[f"W{layer + 1}"], axis=1).min(axis=0) for layer in range(L)]
    omega, v = np.minimum.reduce(rows), np.maximum(np.linalg.norm(batch.arrays["v"], axis=0), 1.0)
    curvature = a * np.sqrt(L / m) / omega + v * a * (beta * a * L + 1.0 + L / np.sqrt(m)) / (np.sqrt(m) * omega**2)
    return 2.0 * a**2 * (1.0 + L * (v / omega) ** 2 / m) + 2.0 * curvature * np.sqrt(loss_of(batch))


class RegressionPairs(OverProblems):
    """Regression problems with a displacement δ and a step size η."""

    name = "regression_pairs"
    quantities: Mapping[str, Quantity] = QUANTITIES
    regimes = REGIMES
    cost = 4.0
    agreement = 1e-6

    def shapes(self) -> Sequence[Shape]:
        """See `problem_shapes`."""
        return problem_shapes()

    def draw(self, situation: Situation, regime: str, count: int, rng: np.random.Generator) -> Batch:
        """Draw problems, then displacements along ±∇𝓛, at random or between, then steps around 1/β_𝓛."""
        arrays = draw_problem(situation, regime, count, rng)
        return self._with_pair(Batch("regression", situation.shape, situation.settings, arrays), regime, rng)

    def structured(self, situation: Situation) -> Iterator[tuple[str, Batch]]:
        """The structured problems, each with a fixed variety of displacements."""
        for words, arrays in structured_problems(situation):
            start = Batch("regression", situation.shape, situation.settings, arrays)
            yield words, self._with_pair(start, "structured", np.random.default_rng(0))

    def _with_pair(self, start: Batch, regime: str, rng: np.random.Generator) -> Batch:
        delta = _displacements(start, regime, rng)
        size = rough_smoothness(start)
        step = np.exp(rng.uniform(np.log(0.05), np.log(2.0), start.size)) / size
        arrays = {**start.arrays, **delta, "step": np.clip(step, 1e-12, LONGEST)}
        return Batch(self.name, start.shape, start.settings, arrays)

    def coordinates(self, situation: Situation) -> Coordinates:
        """The problem's coordinates, then δ and η as they are."""
        shapes = array_shapes(situation.shape)
        anything = between(-LONGEST, LONGEST)
        moves: dict[str, tuple[Sequence[int], Limit]] = {
            f"d{name}": (sizes, anything) for name, sizes in shapes.items() if name not in ("X", "y")
        }
        target = between(-LARGEST_TARGET, LARGEST_TARGET)
        extras = {"y": (shapes["y"], target), **moves, "step": ((), between(1e-12, LONGEST))}
        return ProblemCoordinates(self.name, situation, extras)

    def enclosures(self, batch: Batch, names: Collection[str]) -> Mapping[str, Any] | None:
        """Certified balls; see `regression_balls`, which loads python-flint only when asked."""
        from wnverify.families.networks.regression_balls import pair_enclosures

        return pair_enclosures(batch, names)

    def check(self, batch: Batch) -> None:
        """Refuse what is not a pair of one problem.

        Raises:
            RecordError: if an array is missing, misshapen or holds a zero row.
        """
        super().check(batch)
        shapes = array_shapes(batch.shape)
        moves = {f"d{name}": sizes for name, sizes in shapes.items() if name not in ("X", "y")}
        check_arrays(batch, {**shapes, **moves, "step": ()})


def _displacements(start: Batch, regime: str, rng: np.random.Generator) -> dict[str, FloatArray]:
    """δ: a random part and a part along ±∇𝓛 in four mixtures; its length from 1e-3 up to the order of ω."""
    count = start.size
    down = gradient(start)
    size = np.maximum(length(down), 1e-300)
    kind = rng.integers(4, size=count)
    along = np.where(kind == 3, 0.0, np.where(kind == 2, 0.7, 1.0)) * np.where(rng.random(count) < 0.3, 1.0, -1.0)
    across = np.where(kind == 3, 1.0, np.where(kind == 2, 0.7, 0.0))
    named = {f"dW{layer + 1}": part[:, :, 0] for layer, part in enumerate(down.W)} | {"dv": down.v[:, 0]}
    noise = {name: rng.standard_normal(part.shape) for name, part in named.items()}
    total = np.sqrt(sum((part.reshape(-1, count) ** 2).sum(axis=0) for part in noise.values()))
    mixed = {name: along * part / size + across * noise[name] / total for name, part in named.items()}
    actual = np.sqrt(sum((part.reshape(-1, count) ** 2).sum(axis=0) for part in mixed.values()))
    rows = [np.linalg.norm(start.arrays[f"W{layer + 1}"], axis=1) for layer in range(start.shape["L"])]
    longest = np.minimum(np.minimum.reduce([norms.min(axis=0) for norms in rows]), 1.0)
    reach = longest * np.exp(rng.uniform(np.log(1e-3), np.log(3.0 if regime == "wide" else 0.9), count))
    return {name: part * reach / np.maximum(actual, 1e-300) for name, part in mixed.items()}


PAIRS = RegressionPairs()
