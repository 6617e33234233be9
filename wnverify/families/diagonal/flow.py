"""Runs of the diagonal model with weight normalization, integrated until the loss is 10⁻²⁰ of ½‖y‖².

Arrays as in `wnverify.families.diagonal.draws`. A run that the integrator could not finish is not `decided`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.families.diagonal import flow_quantities as diagonal_flow_quantities
from wnverify.families.diagonal.draws import (
    SETTINGS,
    LogCoordinates,
    aligned,
    draw_problem,
    draw_start,
    named,
    opposed,
    scaled,
)
from wnverify.family import Coordinates, Family, Shape, Situation
from wnverify.quantity import Quantity

__all__ = ["DIAGONAL_FLOW", "DiagonalFlow"]


class DiagonalFlow(Family):
    """Problems (A, y, η) with a start (r_0, u_0), and the run from there."""

    name = "diagonal flow"
    quantities: Mapping[str, Quantity] = diagonal_flow_quantities.QUANTITIES
    settings: Mapping[str, tuple[str, ...]] = SETTINGS
    regimes = ("generic", "near a solution")
    cost = 500.0
    agreement = 1e-5

    def shapes(self) -> Sequence[Shape]:
        """One to three rows, two to six columns; two rows come early, since with one all singular values agree."""
        return [{"M": M, "n": n} for M, n in ((1, 2), (2, 3), (1, 3), (2, 4), (3, 4), (3, 6))]

    def draw(self, situation: Situation, regime: str, count: int, rng: np.random.Generator) -> Batch:
        """η from e^{−1} to e^{1.5} and r_0² from 0.05 to 0.98 units; `near a solution`: u_0² like z/‖z‖₁, η to 12."""
        arrays = draw_problem(situation, count, rng, 0.8)
        arrays["A"] = _even(arrays["A"], rng)
        arrays["u"] = draw_start(arrays, regime, rng)
        share, rate = rng.uniform(0.05, 0.98, count), np.exp(rng.uniform(-1.0, 1.5, count))
        if regime == "near a solution":
            noise = np.exp(0.3 * rng.standard_normal(arrays["z"].shape))
            arrays["u"] = np.sqrt(arrays["z"] / arrays["z"].sum(axis=0)) * noise
            rate = np.exp(rng.uniform(0.5, 2.5, count))
        return named(scaled(situation, arrays, share, rate), self.name)

    def structured(self, situation: Situation) -> Iterator[tuple[str, Batch]]:
        """Columns that pull against each other, where at small η the run collapses; and columns that all help."""
        for words, batch in (*opposed(situation, 0.1), *aligned(situation, 2.0)):
            yield words, named(batch, self.name)

    def coordinates(self, situation: Situation) -> Coordinates:
        """Logarithms of everything positive."""
        return LogCoordinates(self.draw(situation, "generic", 1, np.random.default_rng(0)))


def _even(A: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Orthonormal rows, rescaled by factors from 0.5 to 1.5: the stiffness of a run grows with their spread."""
    rows = np.linalg.qr(np.moveaxis(A, -1, 0).swapaxes(1, 2))[0].swapaxes(1, 2)
    return np.moveaxis(rows, 0, -1) * rng.uniform(0.5, 1.5, (A.shape[0], 1, A.shape[2]))


DIAGONAL_FLOW = DiagonalFlow()
