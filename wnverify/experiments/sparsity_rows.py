"""The points of the experiment on sparsity: where the flows of the diagonal model end and when, and nodes."""

from __future__ import annotations

from dataclasses import dataclass

from wnverify.experiments.kit.measured import Measured
from wnverify.experiments.sparsity_nodes import DEGREES, KINDS, STARTS, TWO, nodes
from wnverify.experiments.sparsity_recovery import METHODS, PROBLEM, TIMED, limits, timed

LIMITS = "all flows"


@dataclass(frozen=True)
class Point:
    """What is computed at once.

    Args:
        problem: sparse recovery, or the name of a problem of nodes.
        method: which flow; `LIMITS` for where all flows of sparse recovery end.
        draw: which of the problems drawn.
        start: r_0² of sparse recovery; 0 where the problem says it.
    """

    problem: str
    method: str
    draw: int
    start: float = 0.0


def points(ends: int, runs: int, starts: int) -> list[Point]:
    """All points.

    Args:
        ends: problems of sparse recovery of which the limits are sought.
        runs: those of them that are integrated.
        starts: of every problem of nodes.
    """
    recovered = [Point(PROBLEM, LIMITS, draw) for draw in range(ends)]
    flows = [(draw, method) for draw in range(runs) for method in METHODS]
    recovered += [Point(PROBLEM, method, draw, start) for draw, method in flows for start in TIMED]
    flows = [(draw, method) for method in KINDS for draw in range(starts)]
    two = [(draw, method) for draw, method in flows if draw < len(STARTS)]
    return recovered + [
        Point(name, method, draw) for name in DEGREES for draw, method in (two if name == TWO else flows)
    ]


def measure(point: Point, seed: int) -> list[Measured]:
    """The rows of a point.

    Args:
        point: which.
        seed: of everything that is drawn.
    """
    if point.problem != PROBLEM:
        return list(nodes(point.problem, point.method, seed, point.draw))
    if point.method == LIMITS:
        return list(limits(seed, point.draw))
    return list(timed(seed, point.draw, point.method, point.start))
