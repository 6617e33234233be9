"""Shapes: the sizes of a family brought to where typed hypotheses about them hold.

A hypothesis about one size (`m >= 16`) moves that size in every shape. One about several (`L*n >= 24`) is met by
growing them: the smallest shapes of a grid that meet it are added, unless some shape of the family meets it already.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from itertools import product
from typing import Any

import numpy as np
import sympy

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.claim import Relation
from wnverify.errors import UsageError, WnverifyError, expected
from wnverify.family import Family, Shape, Situation
from wnverify.judging.comparison import fulfilled
from wnverify.quantities import Interval

LARGEST_SIZE, MOST_NUMBERS = 256, 2500
"""The largest size, and the most numbers of an instance, to which hypotheses lead beyond the family's own shapes."""
GRID = (1, 2, 3, 4, 5, 6, 8, 12, 16, 24, 32, 48, 64)
ENOUGH, MOST_JOINT = 3, 12
"""Shapes that are enough to meet a hypothesis about several sizes, and those that are added where they are fewer."""


def interval_for(relation: Relation, name: str, constants: Mapping[str, Any]) -> Interval | None:
    """The interval to which a relation confines one symbol once the others are known; None if it is not linear."""
    values = {symbol: constants[symbol.name] for symbol in relation.free_symbols if symbol.name in constants}
    if name not in {symbol.name for symbol in relation.free_symbols - values.keys()}:
        return None  # what it takes to find that out below is a good part of moving a few instances
    expression = (relation.lhs - relation.rhs).subs(values)
    if {symbol.name for symbol in expression.free_symbols} != {name}:
        return None
    (symbol,) = expression.free_symbols
    slope = sympy.expand(expression).coeff(symbol)
    rest = sympy.expand(expression - slope * symbol)
    if slope.free_symbols or rest.free_symbols or slope == 0:
        return None
    value, upwards = float(-rest / slope), slope > 0
    if not math.isfinite(value):
        return None
    if relation.relation == "=":
        return Interval(value, value)
    below = (relation.relation in ("<=", "<")) == bool(upwards)
    return Interval(high=value) if below else Interval(low=value)


def sample(family: Family, situation: Situation) -> Batch:
    """One instance, for its constants."""
    return family.draw(situation, family.regimes[0], 1, np.random.default_rng(0))


def shapes_for(base: Family, choosing: Iterable[Relation]) -> list[Shape]:
    """The family's shapes with each size brought to where the hypotheses about sizes hold, smallest first.

    Raises:
        UsageError: if there is none.
    """
    own = [dict(shape) for shape in base.shapes()]
    shapes, relations = own, list(choosing)
    for relation in relations:
        names = symbols_of(relation) & set(own[0])
        interval = interval_for(relation, name, {}) if len(names) == 1 and (name := next(iter(names))) else None
        if interval is not None:
            largest = max(LARGEST_SIZE, *(shape[name] for shape in own))
            shapes = [shape | {name: _size(shape[name], interval, name, largest)} for shape in shapes]
    joint = [
        relation for relation in relations if len(symbols_of(relation)) > 1 and symbols_of(relation) <= set(own[0])
    ]
    shapes = [*shapes, *_grown(base, shapes, relations, joint)] if joint else shapes
    return [*own] if shapes is own else _bearable(base, own, shapes)


def _grown(
    base: Family, shapes: list[dict[str, int]], relations: list[Relation], joint: list[Relation]
) -> list[dict[str, int]]:
    """Shapes of a grid that meet the hypotheses about several sizes; none where enough shapes meet them already."""
    about = [relation for relation in relations if symbols_of(relation) <= set(shapes[0])]
    if sum(_meets(about, shape) for shape in shapes) >= ENOUGH:
        return []
    names = sorted(set().union(*map(symbols_of, joint)))[:3]
    grid = [dict(zip(names, sizes, strict=True)) for sizes in product(GRID, repeat=len(names))]
    found = {tuple((shape | sizes).items()): shape | sizes for shape in shapes[:3] for sizes in grid}
    met = [shape for shape in found.values() if _meets(about, shape)]
    return sorted(met, key=lambda shape: _numbers(base, shape))[:MOST_JOINT]


def _meets(relations: list[Relation], shape: Mapping[str, int]) -> bool:
    return all(fulfilled(each, value(each.lhs, shape), value(each.rhs, shape)) for each in relations)


def value(side: sympy.Expr, constants: Mapping[str, Any]) -> FloatArray:
    """A side at known values of its symbols; NaN where it is not real."""
    number = side.subs({symbol: constants[symbol.name] for symbol in side.free_symbols})
    return np.array(float(number) if number.is_extended_real else math.nan)


def symbols_of(relation: Relation) -> set[str]:
    """The names of a relation's symbols."""
    return {symbol.name for symbol in relation.free_symbols}


def _bearable(base: Family, own: list[dict[str, int]], shapes: list[dict[str, int]]) -> list[Shape]:
    """The shapes that the family has, of a bearable size, smallest first."""
    distinct = {tuple(shape.items()): shape for shape in shapes}.values()
    most = max(MOST_NUMBERS, *(_numbers(base, shape) for shape in own))
    sized = ((_numbers(base, shape), shape) for shape in distinct)
    small = sorted(((count, shape) for count, shape in sized if count <= most), key=lambda pair: pair[0])
    kept = [shape for _, shape in small if _exists(base, shape)]
    if not kept:
        wanted = f"hypotheses that allow an instance of the family {base.name} of at most {most:,} numbers"
        raise UsageError(expected(wanted, "none"))
    return [*kept]


def _size(size: int, interval: Interval, name: str, largest: int) -> int:
    """The nearest integer in the interval."""
    low = max(1, math.ceil(interval.low - 1e-9)) if math.isfinite(interval.low) else 1
    high = math.floor(interval.high + 1e-9) if math.isfinite(interval.high) else largest
    if low > min(high, largest):
        single = f"{name} = {interval.low:g}"
        got = single if interval.low == interval.high else f"{interval.low:g} ≤ {name} ≤ {interval.high:g}"
        raise UsageError(expected(f"{name} to be allowed some integer from 1 to {largest}", got))
    return min(max(size, low), high)


def _first(base: Family, shape: Shape) -> Situation:
    """A shape in the first of the settings."""
    return Situation(shape, {name: values[0] for name, values in base.settings.items()})


def _numbers(base: Family, shape: Shape) -> float:
    """How many numbers an instance holds; infinite where the family has none of that shape."""
    try:
        return base.numbers(_first(base, shape))
    except WnverifyError:
        return math.inf


def _exists(base: Family, shape: Shape) -> bool:
    """Whether the family has an instance of a shape: five rows need more than five columns for a kernel."""
    try:
        base.check(sample(base, _first(base, shape)))
    except WnverifyError:
        return False
    return True
