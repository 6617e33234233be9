"""Where the diagonal model ends: the limits of weight normalization and of plain gradient flow, without a flow.

The limits are the Bregman projections of `wnverify.engine.diagonal.limits`; that the flows end there is the
statement of other theorems. Arrays as in `wnverify.families.diagonal.draws`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.families.diagonal import limit_quantities as diagonal_limit_quantities
from wnverify.families.diagonal.draws import (
    SETTINGS,
    LogCoordinates,
    columns,
    draw_problem,
    draw_start,
    named,
    nearly_tied,
    scaled,
)
from wnverify.family import Coordinates, Family, Shape, Situation
from wnverify.quantity import Quantity

__all__ = ["DIAGONAL_LIMITS", "DiagonalLimits"]

TIES = ((0.03, 18.0, 0.3, 0.84), (0.03, 18.0, 0.83, 0.76), (0.1, 14.0, 0.6, 0.7), (2.0, 13.0, 0.45, 0.18))
"""Where the bounds on the excess are nearly attained: d, log(1/start), r_0² in units, η in units of the tie."""
TIES_DRAWN = ((0.02, 5.0, 0.02, 0.4), (0.2, 20.0, 0.8, 0.95))
"""Least and greatest values of the same for the random regime."""


class DiagonalLimits(Family):
    """Problems (A, y, η) with a start (r_0, u_0): S₊ = {z ≥ 0: Az = y} has a positive point."""

    name = "diagonal limits"
    quantities: Mapping[str, Quantity] = diagonal_limit_quantities.QUANTITIES
    settings: Mapping[str, tuple[str, ...]] = SETTINGS
    regimes = ("uniform", "generic", "large start", "nearly tied")
    cost = 8.0
    agreement = 1e-8

    def shapes(self) -> Sequence[Shape]:
        """One to three rows, two to eight columns."""
        return [{"M": M, "n": n} for M, n in ((1, 2), (1, 3), (2, 4), (2, 5), (3, 5), (3, 8))]

    def draw(self, situation: Situation, regime: str, count: int, rng: np.random.Generator) -> Batch:
        """`uniform`: all of u_0 equal; `generic`: any u_0; both with r_0² up to 0.98 Q^{2/L} and η to 30 units.

        `large start`: r_0² up to 4.5 units, half of them uniform; `nearly tied`: see `nearly_tied`, for L = 2,
        where it makes the bounds tight (ties cost digits for L > 2: there it is `uniform` again).
        """
        if regime == "nearly tied":
            if situation.settings["L"] != "2":
                return self.draw(situation, "uniform", count, rng)
            lows, highs = np.array(TIES_DRAWN)[:, :, None]
            return self._tied(situation, rng.uniform(lows, highs, (4, count)))
        arrays = draw_problem(situation, count, rng, 1.5)
        arrays["u"] = draw_start(arrays, regime, rng)
        if regime == "large start":
            half = rng.random(count) < 0.5
            arrays["u"] = np.where(half, draw_start(arrays, "uniform", rng), arrays["u"])
        top = 4.5 if regime == "large start" else 0.98
        share, rate = rng.uniform(0.01, top, count), np.exp(rng.uniform(-1.0, 3.5, count))
        if regime == "large start":
            rate = np.minimum(rate, 12.0 / share)  # ρ may reach e^{Lη r_0²/2}: beyond e^{24} digits are lost
        return named(scaled(situation, arrays, share, rate), self.name)

    def _tied(self, situation: Situation, table: FloatArray) -> Batch:
        """Rows of the table: d, log(1/start), r_0² in units, and η over what would just hold the mass at the ties."""
        d, spread, share, factor = table
        arrays = nearly_tied(situation, d, np.exp(-spread))
        return named(scaled(situation, arrays, share, factor * spread / (d * (1 - share))), self.name)

    def structured(self, situation: Situation) -> Iterator[tuple[str, Batch]]:
        """Equal and uneven starts, small and large, at small and large η; and weights that oppose the masses."""
        grid = np.array([[s, rate] for s in (0.01, 0.5, 0.95, 2.0) for rate in (0.1, 1.0, 2.5, 5.0)]).T
        arrays = draw_problem(situation, grid.shape[1], np.random.default_rng(1), 1.0)
        for words, first in {"uniform start": 1.0, "start away from one coordinate": 0.05}.items():
            u = np.ones((columns(situation), grid.shape[1]))
            u[0] = first
            arrays["u"] = u / np.sqrt((u**2).sum(axis=0))
            yield words, named(scaled(situation, arrays, grid[0], grid[1]), self.name)
        # ⟨u^{−(L−2)}, ·⟩ falls on the feasible segment while the mass rises
        u = np.linspace(1.0, 0.5, columns(situation))[:, None] * np.ones_like(grid[0])
        arrays["A"][0] = np.linspace(1.0, 1.2, situation.shape["n"])[:, None]
        arrays["u"] = u / np.sqrt((u**2).sum(axis=0))
        yield "weights against masses", named(scaled(situation, arrays, grid[0], grid[1]), self.name)
        if situation.settings["L"] == "2":
            yield "nearly tied", self._tied(situation, np.array(TIES).T)

    def coordinates(self, situation: Situation) -> Coordinates:
        """Logarithms of everything positive."""
        return LogCoordinates(self.draw(situation, "generic", 1, np.random.default_rng(0)))


DIAGONAL_LIMITS = DiagonalLimits()
