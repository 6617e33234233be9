"""What a user says of an array of parameters, or of the input: its shape in sizes, and where it lies.

rows("m", "d")            vectors along the last axis of which only the direction counts for the network
free("m")                 any numbers
ball("d"), sphere("d")    a vector, or an array, of Euclidean norm at most 1, or of norm 1
positive("m")             numbers above 0
box(-1, 1, "m")           numbers between two limits
"""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache
from typing import Any, TypeAlias

from wnverify.errors import TheoremFileError, expected
from wnverify.family import Shape

Axis: TypeAlias = str | int
LARGEST = 1e3
"""Between minus this and this a search looks for free numbers; positive ones it looks for down to its inverse."""
ANY = 10**9 + 7
"""A size at which to see whether an axis can be read."""
_SIGNS: Mapping[type, Callable[[int, int], int]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.FloorDiv: operator.floordiv,
}


@dataclass(frozen=True)
class Kind:
    """One array of an architecture.

    Args:
        name: rows, free, ball, sphere, positive or box.
        axes: sizes, whole numbers, or sums and products of these, such as "L-1".
        low: the least value of its entries.
        high: the greatest.
        radius: of a ball.
        each: how many leading axes tell arrays apart that lie in a ball, or on a sphere, each by itself.
    """

    name: str
    axes: tuple[Axis, ...]
    low: float = -LARGEST
    high: float = LARGEST
    radius: float = 1.0
    each: int = 0

    def several(self, size: Axis) -> Kind:
        """So many arrays of this kind in a row."""
        return replace(self, axes=(size, *self.axes), each=self.each + 1)

    def shape(self, sizes: Shape) -> tuple[int, ...]:
        """Its shape in numbers.

        Raises:
            TheoremFileError: if an axis is no size, or below 0.

        >>> rows("L-1", "m", "2*m").shape({"L": 3, "m": 4})
        (2, 4, 8)
        """
        return tuple(_length(axis, sizes) for axis in self.axes)

    def names(self) -> set[str]:
        """The sizes that its axes speak of."""
        trees = (ast.walk(_tree(axis)) for axis in self.axes if isinstance(axis, str))
        return {node.id for tree in trees for node in tree if isinstance(node, ast.Name)}

    def __str__(self) -> str:
        return f"{self.name}({' × '.join(map(str, self.axes))})"


def rows(*axes: Axis) -> Kind:
    """Vectors along the last axis of which only the direction counts: none may vanish."""
    return _kind(Kind("rows", axes), least=1)


def free(*axes: Axis) -> Kind:
    """Any numbers; without axes a single one."""
    return _kind(Kind("free", axes))


def ball(*axes: Axis, radius: float = 1.0) -> Kind:
    """An array of Euclidean norm at most the radius, which is the decimal that it prints, as in `box`."""
    if not (isinstance(radius, int | float) and 0 < radius < math.inf):
        raise TheoremFileError(expected("a radius above 0", repr(radius)[:60]))
    return _kind(Kind("ball", axes, radius=_inwards(radius, -math.inf)), least=1)


def sphere(*axes: Axis) -> Kind:
    """An array of Euclidean norm 1."""
    return _kind(Kind("sphere", axes), least=1)


def positive(*axes: Axis) -> Kind:
    """Numbers above 0."""
    return _kind(Kind("positive", axes, low=1 / LARGEST))


def box(low: float, high: float, *axes: Axis) -> Kind:
    """Numbers from `low` to `high`; an end such as 0.1 is the decimal that it prints, and no float beyond it is in.

    >>> box(-0.1, 0.1).high < 0.1, box(-0.5, 1).high
    (True, 1.0)
    """
    limits = (low, high)
    if not all(isinstance(end, int | float) and math.isfinite(end) for end in limits) or not low < high:
        raise TheoremFileError(expected("two limits, the lower one first, in box(low, high, …)", repr(limits)[:60]))
    return _kind(Kind("box", axes, _inwards(low, math.inf), _inwards(high, -math.inf)))


def _inwards(end: float, to: float) -> float:
    """The float at an end of a box, or its neighbour if it lies beyond the decimal that it prints."""
    found = float(end)
    beyond = Fraction(found) - Fraction(repr(found))
    return math.nextafter(found, to) if beyond * math.copysign(1, to) < 0 else found


def _kind(kind: Kind, least: int = 0) -> Kind:
    """A kind with axes that can be read."""
    if len(kind.axes) < least:
        raise TheoremFileError(expected(f'an axis, such as {kind.name}("m", "d")', f"{kind.name}()"))
    if len(kind.axes) > 4:
        raise TheoremFileError(expected("at most four axes", str(kind)))
    for axis in kind.axes:
        if isinstance(axis, bool) or not isinstance(axis, str | int):
            raise TheoremFileError(expected('axes such as "m", 3 or "L-1"', repr(axis)[:60]))
        if isinstance(axis, str):
            _value(_tree(axis), axis, dict.fromkeys(_names(axis), ANY))
    return kind


def _names(axis: str) -> set[str]:
    return {node.id for node in ast.walk(_tree(axis)) if isinstance(node, ast.Name)}


@cache
def _tree(axis: str) -> ast.expr:
    try:
        return ast.parse(axis, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise TheoremFileError(expected('an axis such as "m" or "L-1"', repr(axis)[:60])) from error


def _length(axis: Axis, sizes: Shape) -> int:
    if isinstance(axis, str) and axis in sizes:  # as most axes are
        found = sizes[axis]
    else:
        found = axis if isinstance(axis, int) else _value(_tree(axis), axis, sizes)
    if found < 0:
        raise TheoremFileError(expected(f"an axis {axis} of 0 or more", f"{found} at {dict(sizes)}"))
    return found


def _value(node: Any, axis: str, sizes: Shape) -> int:
    """Whole numbers, sizes, and + - * // of these; nothing else is read."""
    if isinstance(node, ast.Constant) and isinstance(node.value, int) and not isinstance(node.value, bool):
        return node.value
    if isinstance(node, ast.Name):
        if node.id not in sizes:
            raise TheoremFileError(expected(f"sizes among {', '.join(sizes)} as axes", repr(node.id)[:60]))
        return sizes[node.id]
    if isinstance(node, ast.BinOp) and type(node.op) in _SIGNS:
        left, right = (_value(part, axis, sizes) for part in (node.left, node.right))
        if isinstance(node.op, ast.FloorDiv) and right == 0:
            raise TheoremFileError(expected(f"an axis {axis} that is a number", f"a division by 0 at {dict(sizes)}"))
        return _SIGNS[type(node.op)](left, right)
    raise TheoremFileError(expected('an axis of sizes and whole numbers, such as "L-1"', repr(axis)[:60]))


RESERVED = frozenset({
    "E", "I", "Abs", "Max", "Min", "Product", "Sum", "acos", "asin", "atan", "cos", "cosh", "exp", "log", "ln", "max",
    "min", "pi", "sin", "sinh", "sqrt", "tan", "tanh",
})  # fmt: skip
"""Names that mean something else in a typed claim."""


def plainly_named(name: object) -> bool:
    """Whether a name can be typed in a claim: ASCII letters, digits and underscores, and nothing that is taken.

    >>> [plainly_named(name) for name in ("W1", "pi", "β", "a b")]
    [True, False, False, False]
    """
    return isinstance(name, str) and name.isidentifier() and name.isascii() and name not in RESERVED
