"""Solving: instances are moved to where hypotheses hold, one symbol at a time, the others as they are measured there.

A relation that is linear in the symbol is solved by its formula, any other by bisection between a value at which it
holds and the value it has. Where one move undoes another, a few passes settle it or leave it: what is not met in the
end is only counted, as ever.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import TypeAlias

import numpy as np
import sympy
from numpy.typing import NDArray

from wnverify.arrays import BoolArray, FloatArray
from wnverify.batch import Batch
from wnverify.claim import Relation
from wnverify.errors import DomainError
from wnverify.family import Family, merged
from wnverify.judging.comparison import fulfilled
from wnverify.judging.formula import function
from wnverify.quantities import Interval, Quantity, Source, domain

IntArray: TypeAlias = NDArray[np.int_]
PASSES = 3
"""How often every relation is looked at again, unless less will do."""
HALVINGS = 60
LADDER = 10.0 ** np.concatenate([np.arange(1, 49) / 8, np.arange(13, 41) / 2])
"""Factors by which a value is changed in search of one at which a relation holds, one way and the other."""
TELLING = 0.9
"""The share of a violation that may be left for a move to count: where it creeps, it leads nowhere."""
ROUNDING = 1e-13
STRICTLY = 1e-9
"""By how much, relative, a value is kept inside a strict inequality."""
REACH = 3.0
"""Decades over which draws are spread beyond the limit of a hypothesis, or below it."""


# ---- one relation


def solved(relation: Relation, name: str, values: Mapping[str, FloatArray], quantity: Quantity) -> Interval:
    """Where one symbol may lie, instance by instance, for a relation to hold with the others as they are.

    Args:
        relation: the relation.
        name: the symbol; it occurs in the relation.
        values: all symbols of the relation as they are, (B,) each.
        quantity: the symbol with its domain.

    Returns:
        One interval for each instance, next to the value it has; the whole line where none lies in its domain.
    """
    found = _by_formula(relation, name, values)
    interval = _by_bisection(relation, name, values, quantity) if found is None else found
    low, high = domain(quantity)
    empty = (interval.high < low) | (interval.low > high)
    return Interval(np.where(empty, -np.inf, interval.low), np.where(empty, np.inf, interval.high))


@lru_cache(maxsize=512)
def _linear(relation: Relation, name: str) -> tuple[sympy.Expr, sympy.Expr] | None:
    """(slope, value at which both sides agree) of a relation that is linear in the symbol."""
    (symbol,) = (symbol for symbol in relation.free_symbols if symbol.name == name)
    gap = sympy.expand(relation.lhs - relation.rhs)
    slope = gap.coeff(symbol)
    rest = sympy.expand(gap - slope * symbol)
    if slope == 0 or symbol in slope.free_symbols | rest.free_symbols:
        return None
    return slope, -rest / slope


def _by_formula(relation: Relation, name: str, values: Mapping[str, FloatArray]) -> Interval | None:
    parts = _linear(relation, name)
    if parts is None:
        return None
    slope, limit = (_evaluated(part, values) for part in parts)
    usable = np.isfinite(limit) & np.isfinite(slope) & (slope != 0)
    if relation.relation == "=":
        return Interval(np.where(usable, limit, -np.inf), np.where(usable, limit, np.inf))
    below = (slope > 0) == (relation.relation in ("<=", "<"))
    if relation.is_strict:
        room = STRICTLY * np.where(limit == 0.0, 1.0, np.abs(limit))
        limit = limit + np.where(below, -room, room)
    return Interval(np.where(usable & ~below, limit, -np.inf), np.where(usable & below, limit, np.inf))


def _by_bisection(relation: Relation, name: str, values: Mapping[str, FloatArray], quantity: Quantity) -> Interval:
    here = values[name]
    ladder = _ladder(here, quantity)
    held = _holds(relation, name, values, ladder, here)
    order = np.argsort(np.abs(ladder - here) + np.abs(_log(ladder) - _log(here)), axis=0)
    nearest = np.take_along_axis(held, order, axis=0).argmax(axis=0)
    picked = np.take_along_axis(order, nearest[None], axis=0)[0]
    any_held = held.any(axis=0) & ~_holds(relation, name, values, here[None], here)[0]
    good = np.where(any_held, ladder[picked, np.arange(here.size)], here)
    bad = here.copy()
    for _ in range(HALVINGS):
        middle = _between(good, bad)
        inside = _holds(relation, name, values, middle[None], here)[0]
        good, bad = np.where(inside, middle, good), np.where(inside, bad, middle)
    if relation.relation == "=":
        return Interval(np.where(any_held, good, -np.inf), np.where(any_held, good, np.inf))
    return Interval(
        np.where(any_held & (good > here), good, -np.inf), np.where(any_held & (good < here), good, np.inf)
    )


def _ladder(here: FloatArray, quantity: Quantity) -> FloatArray:
    """Values to try, (K, B): a little larger and smaller to very large and small, and the ends of the domain."""
    low, high = domain(quantity)
    size = np.where(here == 0.0, 1e-3, np.abs(here))
    factors = np.concatenate([LADDER, 1.0 / LADDER])[:, None]
    parts = [factors * size]
    if low < 0:
        parts += [-factors * size, np.zeros((1, here.size))]
    if np.isfinite(low) and np.isfinite(high):
        parts.append(np.linspace(low, high, 33)[:, None] * np.ones(here.size))
    return np.clip(np.concatenate(parts), low, high)


def _holds(
    relation: Relation, name: str, values: Mapping[str, FloatArray], tried: FloatArray, here: FloatArray
) -> BoolArray:
    """Where a relation holds with the symbol at other values (K, B); for an equation, where its gap has turned."""
    shape = tried.shape
    there = {key: np.broadcast_to(value, shape) for key, value in values.items()} | {name: tried}
    lhs, rhs = (_evaluated(side, there) for side in (relation.lhs, relation.rhs))
    if relation.relation != "=":
        small, large = relation.oriented(lhs, rhs)
        return np.asarray(small < large if relation.is_strict else small <= large)
    before = _evaluated(relation.lhs, values) - _evaluated(relation.rhs, values)
    return np.asarray((lhs - rhs) * np.sign(before) <= 0)


def _between(good: FloatArray, bad: FloatArray) -> FloatArray:
    """Halfway, in proportion where both have one sign and lie far apart."""
    same = good * bad > 0
    root = np.sign(good) * np.sqrt(np.abs(good)) * np.sqrt(np.abs(bad))
    apart = same & (np.maximum(np.abs(good), np.abs(bad)) > 2 * np.minimum(np.abs(good), np.abs(bad)))
    return np.where(apart, root, 0.5 * (good + bad))


def _log(value: FloatArray) -> FloatArray:
    return np.log(np.maximum(np.abs(value), 1e-300))


def _evaluated(expression: sympy.Expr, values: Mapping[str, FloatArray]) -> FloatArray:
    with np.errstate(all="ignore"):
        return function(expression)(values)


# ---- all of them


@np.errstate(all="ignore")
def steered(
    family: Family,
    relations: Sequence[Relation],
    fixed: Mapping[str, Interval],
    batch: Batch,
    rng: np.random.Generator | None = None,
    *,
    passes: int = PASSES,
) -> Batch:
    """The instances moved to where the relations hold, as far as that is found.

    Args:
        family: says what can be moved.
        relations: the hypotheses.
        fixed: where single symbols must lie whatever the others do; they are moved there first.
        batch: the instances.
        rng: to spread about half of the instances beyond the limits; without it they are moved to the nearest place.
        passes: how often every relation is looked at again.
    """
    for name, interval in fixed.items():
        batch = family.moved(batch, name, interval if rng is None else _spread(interval, family, name, batch, rng))
    for number in range(passes):
        before = batch
        for relation in relations:
            batch = _towards(family, relation, fixed, batch, None if number else rng)
        if batch is before:
            break
        batch = _kept(family, fixed, batch)
    return batch


def _kept(family: Family, fixed: Mapping[str, Interval], batch: Batch) -> Batch:
    """The instances brought back to where single symbols must lie, where another move has led them out of it."""
    for name, interval in fixed.items():
        route = family.quantities[name].route
        if route is not None:
            value = batch.measured(name, route.measure)
            off = np.abs(interval.nearest(value) - value) > ROUNDING * np.abs(value)
            batch = family.moved(batch, name, interval) if off.any() else batch
    return batch


def violation(family: Family, relation: Relation, batch: Batch) -> FloatArray:
    """By how much a relation fails, relative to its sides, (B,): 0 where it holds, infinite where it is undefined."""
    try:
        values = _values(family, relation, batch)
    except DomainError:
        return np.full(batch.size, np.inf)
    lhs, rhs = _evaluated(relation.lhs, values), _evaluated(relation.rhs, values)
    with np.errstate(all="ignore"):
        apart = np.abs(lhs - rhs) / (np.abs(lhs) + np.abs(rhs))
    apart = np.where(np.isnan(apart), np.inf, np.maximum(apart, 1e-300))
    return np.where(fulfilled(relation, lhs, rhs), 0.0, apart)


def _towards(
    family: Family, relation: Relation, fixed: Mapping[str, Interval], batch: Batch, rng: np.random.Generator | None
) -> Batch:
    """The instances that do not meet the relation, moved nearer to it by each of its symbols in turn."""
    names = _candidates(family, relation, fixed)
    for name in names if rng is None else rng.permutation(names):
        before = violation(family, relation, batch)
        left = np.flatnonzero(before > 0)
        if not left.size:
            break
        part = batch if left.size == batch.size else batch.select(left)
        moved = _by_one_symbol(family, relation, (name, fixed.get(name, Interval())), part, rng)
        if moved is not part:
            batch = _put(batch, left, moved)
    return batch


def _by_one_symbol(
    family: Family, relation: Relation, symbol: tuple[str, Interval], batch: Batch, rng: np.random.Generator | None
) -> Batch:
    """Instances that do not meet the relation, moved by one symbol within its interval; the rest is as before."""
    name, allowed = symbol
    before = violation(family, relation, batch)
    if np.isinf(before).all():
        return batch
    interval = solved(relation, name, _values(family, relation, batch), family.quantities[name]).meet(allowed)
    for wanted in _widened(interval, family, name, batch, rng):
        there = family.moved(batch, name, wanted)
        after = violation(family, relation, there)
        nearer = after < TELLING * before
        batch, before = merged(nearer, there, batch), np.where(nearer, after, before)
        if not (before > 0).any():
            break
    return batch


def _put(batch: Batch, where: IntArray, part: Batch) -> Batch:
    """The batch with other instances at some positions."""
    arrays = {name: array.copy() for name, array in batch.arrays.items()}
    for name, array in arrays.items():
        array[..., where] = part.arrays[name]
    return batch.with_arrays(arrays)


def _widened(
    interval: Interval, family: Family, name: str, batch: Batch, rng: np.random.Generator | None
) -> Iterator[Interval]:
    """First beyond the limit, where draws are spread; then the interval itself."""
    if rng is not None:
        yield _spread(interval, family, name, batch, rng)
    yield interval


def _candidates(family: Family, relation: Relation, fixed: Mapping[str, Interval]) -> list[str]:
    """The symbols by which a relation can be met: stored ones first, those that a hypothesis pins left out."""
    names = {symbol.name for symbol in relation.free_symbols} & set(family.movable())
    free = [name for name in names if name not in fixed or np.any(fixed[name].low != fixed[name].high)]
    stored = {name: family.quantities[name].source is not Source.ARRAY for name in free}
    return sorted(free, key=lambda name: (stored[name], name in fixed, name))


def _values(family: Family, relation: Relation, batch: Batch) -> dict[str, FloatArray]:
    found = {}
    for symbol in relation.free_symbols:
        route = family.quantities[symbol.name].route
        if route is not None:
            with np.errstate(all="ignore"):
                found[symbol.name] = batch.measured(symbol.name, route.measure)
    return found


# ---- draws beyond a limit


def _spread(interval: Interval, family: Family, name: str, batch: Batch, rng: np.random.Generator) -> Interval:
    """For about half of the instances one point each of the interval, decades from its limit; the rest keep it."""
    quantity, count = family.quantities[name], batch.size
    low = np.maximum(np.broadcast_to(interval.low, count), float(quantity.low))
    high = np.minimum(np.broadcast_to(interval.high, count), float(quantity.high))
    share, up, chosen = rng.random(count), 10.0 ** rng.uniform(-REACH, REACH, count), rng.random(count) < 0.5
    down = 10.0 ** rng.uniform(-REACH - 1, 0.0, count)
    with np.errstate(all="ignore"):
        above = low + np.where(low == 0, 1.0, np.abs(low)) * up
        below = np.where((low == 0) & (high > 0), high * down, high - np.where(high == 0, 1.0, np.abs(high)) * up)
        evenly = np.where(low == 0, high * down, low + share * (high - low))
        inside = np.where(low > 0, low ** (1 - share) * high**share, evenly)
    point = np.where(np.isinf(high), above, np.where(np.isinf(low), below, inside))
    told = np.isfinite(np.broadcast_to(interval.low, count)) | np.isfinite(np.broadcast_to(interval.high, count))
    use = chosen & told & np.isfinite(point) & (low < high)
    return Interval(np.where(use, point, interval.low), np.where(use, point, interval.high))
