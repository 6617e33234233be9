"""Conditioning: what the scale α of the initialisation does to how fast normalised ReLU networks learn."""

from __future__ import annotations

from wnverify.experiments import conditioning_rows
from wnverify.experiments.conditioning_report import draw, tell
from wnverify.experiments.conditioning_rows import ALPHAS, Point, measure
from wnverify.experiments.kit.experiment import Experiment
from wnverify.experiments.kit.measured import Measured


def points(quick: bool) -> list[Point]:
    """All points.

    Args:
        quick: half of the α, narrower networks.
    """
    if quick:
        return conditioning_rows.points(ALPHAS[::2], (64, 128, 256, 512, 1024, 2048), (1024, 3))
    return conditioning_rows.points(ALPHAS, tuple(2**power for power in range(5, 14)), (2048, 6))


EXPERIMENT = Experiment(
    "conditioning",
    "Conditioning under weight normalization",
    "How fast do two-layer ReLU networks learn at α below, at and above 1, and without normalization?",
    Point,
    Measured,
    points,
    measure,
    tell,
    draw,
)
