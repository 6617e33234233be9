"""Goals: what must be positive in every box so that a quantity of its networks is below its threshold.

The thresholds of ∇²f need no eigenvalue: with A = [[0, −D], [−D, K]], D = diag(p), one has ‖A‖ ≤ C for C > 0 if both
C − K − D²/C and C + K − D²/C are positive definite (Schur), and ‖B‖² ≤ b² if b² − BBᵀ or b² − BᵀB is. A matrix is
positive definite if the pivots of its factorisation LDLᵀ are positive.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from wnverify.proving.interval import Interval
from wnverify.proving.jet import Jet, Part
from wnverify.proving.network import Network, Vector, dot, squares

Margins = Callable[[Network, Jet], list[Part]]


def _output(net: Network, threshold: Jet) -> list[Part]:
    return [threshold - squares([net.output()])]


def _input(net: Network, threshold: Jet) -> list[Part]:
    return [threshold - squares(net.input_gradient())]


def _values(net: Network, threshold: Jet) -> list[Part]:
    return [threshold - squares(net.alpha)]


def _rows(net: Network, threshold: Jet) -> list[Part]:
    return [threshold - squares(net.row_gradient())] if net.domain.angles else []


def _curvature(net: Network, threshold: Jet) -> list[Part]:
    if not net.domain.angles:
        return []
    curvature, over = net.curvature(), threshold.inverse()
    own = [threshold - squares([p]) * over for p in net.row_gradient()]
    minus = [[-entry for entry in column] for column in curvature]
    return [*pivots(added(own, curvature)), *pivots(added(own, minus))]


def _mixed(net: Network, threshold: Jet) -> list[Part]:
    if not net.domain.angles:
        return []
    mixed = net.mixed()
    vectors = mixed if len(mixed) <= net.domain.m else [list(column) for column in zip(*mixed, strict=True)]
    gram: list[Vector] = [[-inner(left, right) for left in vectors] for right in vectors]
    return pivots(added([threshold] * len(vectors), gram))


def inner(left: Vector, right: Vector) -> Part:
    """⟨left, right⟩, as a sum of squares where both are the same."""
    if left is right:
        return squares(left)
    return dot(left, right)


def added(diagonal: Sequence[Part], matrix: Sequence[Vector]) -> list[list[Part]]:
    """A matrix with something added to its diagonal."""
    return [[entry + diagonal[i] if i == j else entry for j, entry in enumerate(row)] for i, row in enumerate(matrix)]


def pivots(matrix: list[list[Part]]) -> list[Part]:
    """The pivots of the factorisation LDLᵀ of a symmetric matrix; all are positive if and only if it is definite."""
    found: list[Part] = []
    while matrix:
        pivot, *rest = matrix[0]
        found.append(pivot)
        over = pivot.inverse() if isinstance(pivot, Jet) and any(isinstance(each, Jet) for each in rest) else 0
        matrix = [
            [entry - over * taken(rest, i, j) for j, entry in enumerate(row[1:])] for i, row in enumerate(matrix[1:])
        ]
    return found


def taken(row: Vector, i: int, j: int) -> Part:
    """The product of two entries of the row of a pivot."""
    return squares([row[i]]) if i == j else row[i] * row[j]


GOALS: Mapping[str, Margins] = {
    "output": _output,
    "input": _input,
    "values": _values,
    "rows": _rows,
    "curvature": _curvature,
    "mixed": _mixed,
}
"""By name: what must be positive, of the networks and the threshold; nothing where the quantity is 0."""
SQUARED = ("output", "input", "values", "rows", "mixed")
"""Goals whose quantity is a square, so that slack counts twice."""


def margins(goal: str, net: Network, threshold: Interval) -> list[Jet]:
    """The functions that must be positive.

    Args:
        goal: a name of `GOALS`.
        net: in many boxes.
        threshold: that the quantity must not exceed.
    """
    return [part for part in GOALS[goal](net, net.boxes.constant(threshold)) if isinstance(part, Jet)]
