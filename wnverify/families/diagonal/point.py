"""The diagonal linear model at one point of its weight-normalized flow: no integration is needed.

Arrays as in `wnverify.families.diagonal.draws`, and a test vector d (N, B).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from wnverify.batch import Batch
from wnverify.engine.diagonal.model import length
from wnverify.families.diagonal import point_quantities as diagonal_quantities
from wnverify.families.diagonal.draws import SETTINGS, LogCoordinates, columns, draw_problem, draw_start
from wnverify.family import Coordinates, Family, Shape, Situation
from wnverify.quantity import Quantity

__all__ = ["DIAGONAL", "Diagonal"]


class Diagonal(Family):
    """Problems (A, y, η) with a state (r, u) of the flow, x = (ru)^L > 0, and a feasible z > 0."""

    name = "diagonal"
    quantities: Mapping[str, Quantity] = diagonal_quantities.QUANTITIES
    settings: Mapping[str, tuple[str, ...]] = SETTINGS
    regimes = ("generic", "uniform", "wide")
    cost = 4.0

    def shapes(self) -> Sequence[Shape]:
        """One to three rows, two to eight columns."""
        return [{"M": M, "n": n} for M, n in ((1, 2), (1, 3), (2, 4), (2, 5), (3, 5), (3, 8))]

    def draw(self, situation: Situation, regime: str, count: int, rng: np.random.Generator) -> Batch:
        """`generic` η, r about 1; `uniform` all of u equal; `wide` η and r over two orders of magnitude."""
        arrays = draw_problem(situation, count, rng, 1.5)
        arrays |= {"u": draw_start(arrays, regime, rng), "d": rng.standard_normal(arrays["z"].shape)}
        spread = 2.3 if regime == "wide" else 0.7
        arrays["eta"] = np.exp(rng.uniform(-spread, spread, (1, count)))
        arrays["r"] = np.exp(rng.uniform(-spread, 0.5 * spread, (1, count)) / 2)
        return Batch(self.name, situation.shape, situation.settings, arrays)

    def structured(self, situation: Situation) -> Iterator[tuple[str, Batch]]:
        """One coordinate of u small, for small and large radii and rates."""
        grid = np.array([[r, eta] for r in (0.05, 0.5, 2.0) for eta in (0.05, 1.0, 10.0)]).T
        arrays = draw_problem(situation, grid.shape[1], np.random.default_rng(1), 1.0)
        arrays["d"] = np.random.default_rng(2).standard_normal(arrays["z"].shape)
        for words, small in {"one coordinate small": 1e-2, "one coordinate large": 10.0}.items():
            u = np.ones((columns(situation), grid.shape[1]))
            u[0] = small
            scales = {"u": u / length(u), "r": grid[:1], "eta": grid[1:]}
            yield words, Batch(self.name, situation.shape, situation.settings, arrays | scales)

    def coordinates(self, situation: Situation) -> Coordinates:
        """Logarithms of everything positive."""
        return LogCoordinates(self.draw(situation, "generic", 1, np.random.default_rng(0)))


DIAGONAL = Diagonal()
