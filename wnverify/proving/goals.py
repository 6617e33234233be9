"""Goals: what must be positive in every box so that a quantity of its networks is below its threshold.

The thresholds of ∇²f need no eigenvalue: with A = [[0, −D], [−D, K]], D = diag(p), one has ‖A‖ ≤ C for C > 0 if both
C − K − D²/C and C + K − D²/C are positive definite (Schur), and ‖B‖² ≤ b² if b² − BBᵀ or b² − BᵀB is. For the whole
matrix [[aA, bB], [bBᵀ, 0]] and C > 0 these are C ∓ aK − (a²D² + b²BBᵀ)/C, with a = 1 − u and b = u. A matrix is
positive definite if the pivots of its factorisation LDLᵀ are positive.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from wnverify.proving.domain import SHARE
from wnverify.proving.jet import Jet, Part
from wnverify.proving.network import Network, Vector, dot, squares
from wnverify.proving.tape import Tape, played

Margins = Callable[[Network, Sequence[Jet]], list[Part]]


def _output(net: Network, numbers: Sequence[Jet]) -> list[Part]:
    return [numbers[-1] - squares([net.output()])]


def _input(net: Network, numbers: Sequence[Jet]) -> list[Part]:
    return [numbers[-1] - squares(net.input_gradient())]


def _values(net: Network, numbers: Sequence[Jet]) -> list[Part]:
    return [numbers[-1] - squares(net.alpha)]


def _rows(net: Network, numbers: Sequence[Jet]) -> list[Part]:
    return [numbers[-1] - squares(net.row_gradient())] if net.domain.angles else []


def _corner(net: Network, numbers: Sequence[Jet]) -> list[Part]:
    place, most = numbers
    return [most - squares(net.alpha) - place * squares(net.row_gradient())]


def _curvature(net: Network, numbers: Sequence[Jet]) -> list[Part]:
    if not net.domain.angles:
        return []
    curvature, most = net.curvature(), numbers[-1]
    over = most.inverse()
    own = [most - squares([p]) * over for p in net.row_gradient()]
    minus = [[-entry for entry in column] for column in curvature]
    return [most, *pivots(added(own, curvature)), *pivots(added(own, minus)), *_around(most, net.beyond())]


def _mixed(net: Network, numbers: Sequence[Jet]) -> list[Part]:
    if not net.domain.angles:
        return []
    mixed = net.mixed()
    vectors = mixed if len(mixed) <= net.domain.m else [list(column) for column in zip(*mixed, strict=True)]
    gram: list[Vector] = [[-inner(left, right) for left in vectors] for right in vectors]
    return pivots(added([numbers[-1]] * len(vectors), gram))


def _hessian(net: Network, numbers: Sequence[Jet]) -> list[Part]:
    if not net.domain.angles:
        return []
    most, b = numbers[-1], net.share
    a, over = net.one - b, most.inverse()
    first, second = a.square() * over, b.square() * over
    own = [most - first * squares([p]) for p in net.row_gradient()]
    mixed, curvature = net.mixed(), net.curvature()
    gram = [[second * inner(left, right) for left in mixed] for right in mixed]
    plus, minus = (
        [[sign * entry - taken for entry, taken in zip(column, row, strict=True)] for column, row in pairs]
        for sign, pairs in ((a, _paired(curvature, gram)), (-a, _paired(curvature, gram)))
    )
    beyond = [a * part for part in net.beyond()]
    return [most, *pivots(added(own, plus)), *pivots(added(own, minus)), *_around(most, beyond)]


def _around(most: Jet, entries: Sequence[Part]) -> list[Part]:
    """What is positive if no entry is larger than a number in absolute value."""
    found: list[Part] = [most - entry for entry in entries]
    return found + [most + entry for entry in entries]


def _paired(one: Sequence[Vector], two: Sequence[Vector]) -> list[tuple[Vector, Vector]]:
    return list(zip(one, two, strict=True))


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
    "corner": _corner,
    "curvature": _curvature,
    "mixed": _mixed,
    "hessian": _hessian,
}
"""By name: what must be positive, of the networks and the numbers; nothing where the quantity is 0."""


def margins(goal: str, net: Network, numbers: Sequence[Tape]) -> list[Jet]:
    """The functions that must be positive.

    Args:
        goal: a name of `GOALS`.
        net: in many boxes.
        numbers: that the goal needs, the last of which the quantity must not exceed.
    """
    share = net.domain.names.index(SHARE) if net.domain.scaled else None
    values = [played(number, net.boxes, share) for number in numbers]
    return [part for part in GOALS[goal](net, values) if isinstance(part, Jet)]
