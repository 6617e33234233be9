"""Sparsity: whether weight normalization finds sparse vectors from large starts, and leaves few nodes."""

from __future__ import annotations

from wnverify.experiments import sparsity_rows
from wnverify.experiments.kit.experiment import Experiment
from wnverify.experiments.kit.measured import Measured
from wnverify.experiments.sparsity_plots import draw
from wnverify.experiments.sparsity_report import tell
from wnverify.experiments.sparsity_rows import Point, measure


def points(quick: bool) -> list[Point]:
    """All points.

    Args:
        quick: fewer problems.
    """
    return sparsity_rows.points(3, 1, 3) if quick else sparsity_rows.points(9, 3, 4)


EXPERIMENT = Experiment(
    "sparsity",
    "Sparse vectors and few nodes",
    "Does weight normalization prefer sparse solutions, from large starts too, and at which rates?",
    Point,
    Measured,
    points,
    measure,
    tell,
    draw,
)
