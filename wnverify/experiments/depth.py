"""Depth: the Hessian of networks with and without weight normalization, layer by layer, beside the bounds on it."""

from __future__ import annotations

from collections.abc import Iterator

from wnverify.experiments.depth_report import draw, tell
from wnverify.experiments.depth_rows import ALONE, START, TRAINED, WORST, Point, Row, measure
from wnverify.experiments.kit.attained import Effort
from wnverify.experiments.kit.experiment import Experiment

WIDTH, LARGE = 4, 2.0
"""m, and the norm of the rows of a plain network whose entries have variance 1: √m."""
CLAIMED = ((2, 4), (2, 12), (3, 6), (8, 6))
"""Depths and widths at which the supremum 2 − 1/m is sought from random starts alone."""
FULL, QUICK = (Effort(), Effort(starts=8, steps=80, restarts=1)), (Effort(8, 60, 1), Effort(6, 30, 1))
"""How hard the search tries at ω = 1, and elsewhere."""


def points(quick: bool) -> list[Point]:
    """All points.

    Args:
        quick: fewer depths and shorter ascents.
    """
    depths = (1, 2, 3, 4, 6, 8) if quick else tuple(range(1, 13))
    return [*_unit(depths, quick), *_compared(depths, quick), *_claimed(quick)]


def _unit(depths: tuple[int, ...], quick: bool) -> Iterator[Point]:
    """WeightNorm at ω = 1."""
    for activation in ("identity", "tanh", "sin"):
        for depth in depths:
            yield Point(WORST, True, 1.0, activation, depth, WIDTH, (QUICK if quick else FULL)[0])


def _compared(depths: tuple[int, ...], quick: bool) -> Iterator[Point]:
    """With and without normalization, at equal norms of the rows."""
    effort = (QUICK if quick else FULL)[1]
    for kind, normalised, norm in (
        (WORST, False, 1.0),
        *((kind, normalised, LARGE) for kind in (WORST, START, TRAINED) for normalised in (True, False)),
    ):
        for activation in ("identity", "tanh"):
            for depth in depths:
                yield Point(kind, normalised, norm, activation, depth, WIDTH, effort)


def _claimed(quick: bool) -> Iterator[Point]:
    effort = QUICK[0] if quick else FULL[0]
    for depth, width in CLAIMED[:2] if quick else CLAIMED:
        yield Point(ALONE, True, 1.0, "identity", depth, width, effort)


EXPERIMENT = Experiment(
    "depth",
    "Curvature and depth",
    "Does the curvature of WeightNorm networks grow with depth, as the bounds of the literature do, and as that of"
    " plain networks does?",
    Point,
    Row,
    points,
    measure,
    tell,
    draw,
)
