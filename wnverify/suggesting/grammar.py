"""Formulas in the sizes for several numbers at once: all short ones are written down, and met in the middle.

All formulas of up to five symbols are listed once, with their values at the sizes at hand: numbers 1 to 9, π, the
sizes; + − · / ^, roots, and cos and sin of π over a formula. A target is then sought as A ∘ B of two of them: for
every A the B that is needed is looked up, so that formulas of up to eleven symbols are reached. The targets are the
number t, its square, both with 1 taken away, and the x of t = a cos(π/x).
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product
from typing import Any, TypeAlias

import numpy as np
import sympy
from numpy.typing import NDArray

from wnverify.arrays import BoolArray, FloatArray
from wnverify.suggesting.known import Fit, Known, best_first, fit

Positions: TypeAlias = NDArray[np.intp]
LONGEST = 5
"""Symbols of the formulas that are listed."""
LEAST, MOST = 1e-4, 1e4
"""Values beyond these are those of no formula that is wanted."""
CLOSE = 1e-11
"""How closely floats must meet before balls are asked."""
FEW = 40
"""So many meetings are looked at, the shortest first."""
ROOT, COSINE, SINE = "root", "cos", "sin"
UNARY = {ROOT: 1, COSINE: 3, SINE: 3}
"""Symbols that each adds: of cos(π/x) the function, π and the stroke."""
BINARY = ("+", "-", "*", "/", "^")
Recipe: TypeAlias = tuple[Any, ...]
"""A leaf, or an operation with the positions of its arguments."""


@dataclass(frozen=True)
class Target:
    """What is sought in place of the number t.

    Args:
        of: t ↦ what is sought.
        back: what was found ↦ a formula for t.
        symbols: that this adds.
    """

    of: Callable[[FloatArray], FloatArray]
    back: Callable[[sympy.Expr], sympy.Expr]
    symbols: int


def _of_cosine(factor: int) -> Target:
    """x with t = factor · cos(π/x)."""

    def of(t: FloatArray) -> FloatArray:
        with np.errstate(all="ignore"):
            return np.asarray(np.pi / np.arccos(t / factor))

    return Target(of, lambda x: factor * sympy.cos(sympy.pi / x), 3 if factor == 1 else 5)


TARGETS = (
    Target(lambda t: t, lambda found: found, 0),
    Target(lambda t: t**2, sympy.sqrt, 1),
    Target(lambda t: t - 1, lambda found: 1 + found, 2),
    Target(lambda t: t**2 - 1, lambda found: sympy.sqrt(1 + found), 3),
    Target(lambda t: 1 - t, lambda found: 1 - found, 2),
    _of_cosine(1),
    _of_cosine(2),
)


@dataclass
class Listed:
    """All formulas of a few symbols, each value once, by the shortest that has it.

    Args:
        names: of the sizes that vary.
        points: their values, one row for each number that is to be met.
    """

    names: Sequence[str]
    points: FloatArray
    recipes: list[Recipe] = field(default_factory=list)
    _levels: list[Positions] = field(default_factory=list)
    _seen: set[bytes] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._values: list[FloatArray] = []
        leaves = [*(sympy.Integer(n) for n in range(1, 10)), sympy.pi, *map(sympy.Symbol, self.names)]
        columns = [*(np.full(len(self.points), float(leaf)) for leaf in leaves[:10]), *self.points.T]
        self._keep([(leaf,) for leaf in leaves], np.array(columns))
        for size in range(2, LONGEST + 1):
            self._grow(size)

    @cached_property
    def values(self) -> FloatArray:
        """The values, one row a formula."""
        return np.concatenate(self._values)

    @cached_property
    def sizes(self) -> NDArray[np.int64]:
        """How many symbols each takes."""
        return np.repeat(np.arange(1, LONGEST + 1), [len(level) for level in self._levels])

    def written(self, recipe: Recipe) -> sympy.Expr:
        """What a recipe makes, as sympy writes it."""
        what, *arguments = recipe
        if not arguments:
            return what
        parts = [self.written(self.recipes[argument]) for argument in arguments]
        return _written(what, parts)

    def _grow(self, size: int) -> None:
        """All of so many symbols, of those that are shorter."""
        known = np.concatenate(self._values)
        recipes: list[Recipe] = []
        found: list[FloatArray] = []
        for what, own in UNARY.items():
            inner = self._levels[size - own - 1] if size > own else np.zeros(0, np.intp)
            recipes += [(what, int(index)) for index in inner]
            found.append(_unary(what, known[inner]))
        for first in range(1, size - 1):
            left, right = self._levels[first - 1], self._levels[size - first - 2]
            for what in BINARY:
                if what in "+*" and first > size - first - 1:
                    continue
                pairs = np.array(list(product(left, right)), dtype=np.intp).reshape(-1, 2)
                recipes += [(what, int(i), int(j)) for i, j in pairs]
                found.append(_binary(what, known[pairs[:, 0]], known[pairs[:, 1]]))
        self._keep(recipes, np.concatenate(found))

    def _keep(self, recipes: Sequence[Recipe], values: FloatArray) -> None:
        """Those with values that are wanted, and that none has had before."""
        good = np.flatnonzero(_usable(values))
        keys = [row.tobytes() for row in _rounded(values[good])]
        kept = []
        for index, key in zip(good.tolist(), keys, strict=True):
            if key not in self._seen:
                self._seen.add(key)
                kept.append(index)
        start = len(self.recipes)
        self.recipes += [recipes[index] for index in kept]
        self._values.append(values[kept])
        self._levels.append(np.arange(start, len(self.recipes)))


def _usable(values: FloatArray) -> BoolArray:
    size = np.abs(values)
    return np.asarray((np.isfinite(values) & (size > LEAST) & (size < MOST)).all(axis=-1))


def _rounded(values: FloatArray) -> FloatArray:
    """To eleven digits, so that equal values are equal."""
    exponent = np.floor(np.log10(np.abs(values)))
    scale = 10.0 ** (10 - exponent)
    return np.round(values * scale) / scale + 0.0


def _unary(what: str, x: FloatArray) -> FloatArray:
    with np.errstate(all="ignore"):
        return np.sqrt(x) if what == ROOT else (np.cos if what == COSINE else np.sin)(np.pi / x)


def _binary(what: str, x: FloatArray, y: FloatArray) -> FloatArray:
    with np.errstate(all="ignore"):
        if what == "^":
            return np.where(x > 0, np.abs(x) ** y, np.nan)
        return np.asarray(OPERATORS[what](x, y))


def _written(what: str, parts: Sequence[sympy.Expr]) -> sympy.Expr:
    if what in UNARY:
        inner = parts[0]
        return sympy.sqrt(inner) if what == ROOT else getattr(sympy, what)(sympy.pi / inner)
    x, y = parts
    return OPERATORS[what](x, y)


OPERATORS: Mapping[str, Callable[[Any, Any], Any]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv, "^": operator.pow
}  # fmt: skip


def formulas(numbers: Sequence[Known], condition: int = 0) -> list[Fit]:
    """Formulas in the sizes that meet all of some positive numbers, the one that explains most first.

    Args:
        numbers: with the sizes at which they were found.
        condition: symbols that say for which sizes the formula is meant.

    >>> from flint import arb
    >>> numbers = [Known({"m": m}, 2 - arb(1) / m, 14) for m in (2, 3, 4)]
    >>> formulas(numbers)[0].formula
    2 - 1/m
    """
    names = [name for name in numbers[0].sizes if len({number.sizes[name] for number in numbers}) > 1]
    listed = Listed(names, np.array([[number.sizes[name] for name in names] for number in numbers], dtype=float))
    value = np.array([float(number.value.mid()) for number in numbers])
    close = max(CLOSE, 10.0 ** -min(number.digits for number in numbers))
    met = [
        (size + target.symbols, target, recipe)
        for target in TARGETS
        for size, recipe in _meetings(listed, target.of(value), close)
    ]
    shortest = sorted(met, key=lambda each: each[0])[:FEW]
    found = (fit(target.back(listed.written(recipe)), numbers, condition) for _, target, recipe in shortest)
    return different(best_first(each for each in found if each is not None))


def different(fits: Sequence[Fit]) -> list[Fit]:
    """Of formulas that are the same function the first, as far as their values at a few other numbers tell.

    Args:
        fits: the formulas, in their order.
    """
    names = sorted({symbol for each in fits for symbol in each.formula.free_symbols}, key=str)
    points = [
        dict(zip(names, 3.0 + place + np.sqrt(np.arange(2, len(names) + 2)), strict=True)) for place in range(3)
    ]
    kept: dict[tuple[str, ...], Fit] = {}
    for each in fits:
        kept.setdefault(tuple(f"{each.formula.evalf(25, subs=point).round(9)}" for point in points), each)
    return list(kept.values())


def _meetings(listed: Listed, target: FloatArray, close: float) -> Iterator[tuple[int, Recipe]]:
    """Recipes with the target's values, as far as floats tell, each with the number of its symbols."""
    values, sizes = listed.values, listed.sizes
    order = np.argsort(_key(values), kind="stable")
    table = values[order]
    for index in order[_equal(table, target[None], close)[1]].tolist():
        yield int(sizes[index]), listed.recipes[index]
    for what, needed in _needed(values, target):
        rows, places = _equal(table, needed, close)
        for row, place in zip(rows.tolist(), order[places].tolist(), strict=True):
            yield int(sizes[row] + sizes[place]) + 1, (what, row, place)


def _needed(values: FloatArray, target: FloatArray) -> Iterator[tuple[str, FloatArray]]:
    """By operation, the second argument that leads from each value to the target."""
    with np.errstate(all="ignore"):
        yield "+", target - values
        yield "-", values - target
        yield "*", target / values
        yield "/", values / target
        yield "^", np.log(target) / np.log(np.where(values > 0, values, np.nan))


def _key(values: FloatArray) -> FloatArray:
    """One number for each row that tells rows apart which agree in some columns."""
    return np.asarray(values @ np.sqrt(np.arange(2, values.shape[1] + 2)))


def _equal(table: FloatArray, wanted: FloatArray, close: float) -> tuple[Positions, Positions]:
    """Pairs (row of wanted, row of the table) that agree; the table is sorted by its key."""
    good = np.flatnonzero(_usable(wanted))
    key, room = _key(wanted[good]), close * _key(np.maximum(np.abs(wanted[good]), 1.0))
    keys = _key(table)
    low, high = np.searchsorted(keys, key - room), np.searchsorted(keys, key + room, "right")
    counts = high - low
    rows = np.repeat(good, counts)
    places = np.repeat(low - np.concatenate([[0], np.cumsum(counts)[:-1]]), counts) + np.arange(counts.sum())
    gap = np.abs(table[places] - wanted[rows])
    agree = (gap <= close * np.maximum(np.abs(wanted[rows]), 1.0)).all(axis=1)
    return rows[agree], places[agree]
