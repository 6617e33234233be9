"""Polish: the last digits of a maximum, where a claim breaks by less than an ascent in a few steps can tell."""

from __future__ import annotations

from typing import Any

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.family import Coordinates, Situation
from wnverify.search.tally import Tally

SMOOTH_STEPS, SIMPLEX_STEPS, FEW = 120, 1500, 24
"""Steps with derivatives, and without where there are at most so many coordinates: many maxima have a kink."""


def polish(tally: Tally, situation: Situation, best: Batch, coordinates: Coordinates | None = None) -> None:
    """Raise the ratio from one instance, by L-BFGS and then by the simplex of Nelder and Mead (`scipy.optimize`).

    Args:
        tally: counts every evaluation, and keeps the best instance.
        situation: shape and settings.
        best: one instance.
        coordinates: in which to climb; those of the family by default.
    """
    judge = tally.judge
    inner = judge.family.coordinates(situation) if coordinates is None else coordinates

    def at(theta: FloatArray) -> Batch:
        return inner.decode(inner.canonical(theta[:, None]))

    def height(theta: FloatArray) -> float:
        promise = float(tally.add(at(theta), situation, "polished").promise[0])
        return -promise if np.isfinite(promise) else 1e300

    def sloped(theta: FloatArray) -> tuple[float, FloatArray]:
        value, batch = height(theta), at(theta)
        slope = inner.pullback(theta[:, None], batch, judge.slope(batch))[:, 0]
        return value, -abs(value) * np.nan_to_num(slope, posinf=0.0, neginf=0.0)

    from scipy.optimize import minimize  # it takes long to load, and few searches need it

    run: Any = minimize  # whose stubs want arrays of exactly one axis
    theta = inner.canonical(inner.encode(best))[:, 0]
    if judge.has_slope:
        theta = run(sloped, theta, jac=True, method="L-BFGS-B", options={"maxfun": SMOOTH_STEPS}).x
    if theta.size <= FEW and not tally.violated():
        options = {"maxfev": SIMPLEX_STEPS, "xatol": 1e-12, "fatol": 1e-15, "adaptive": True}
        run(height, theta, method="Nelder-Mead", options=options)
