"""Normalizations: gradient and Hessian against depth in networks with other normalizations than that of the rows."""

from __future__ import annotations

from wnverify.experiments.kit.attained import Effort
from wnverify.experiments.kit.experiment import Experiment
from wnverify.experiments.normalizations_report import draw, tell
from wnverify.experiments.normalizations_rows import ACTIVATIONS, NORMALIZATIONS, Point, Row, measure

WIDTH = 4


def points(quick: bool) -> list[Point]:
    """All points.

    Args:
        quick: half of the depths, shorter ascents.
    """
    effort = Effort(starts=6, steps=12 if quick else 40, restarts=1)
    depths = (1, 2, 4, 6) if quick else (1, 2, 3, 4, 5, 6)
    return [
        Point(each.name, activation, depth, WIDTH, effort)
        for each in NORMALIZATIONS
        for activation in ACTIVATIONS
        for depth in depths
    ]


EXPERIMENT = Experiment(
    "normalizations",
    "Normalizations and depth",
    "In which normalizations do curvature and steepness grow with depth?",
    Point,
    Row,
    points,
    measure,
    tell,
    draw,
    stem="normalizations_depth",
)
