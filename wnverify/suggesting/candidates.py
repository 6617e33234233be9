"""Candidates: closed forms for attained values, for as many shapes at once as one form explains."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product

import sympy
from flint import arb, ctx

from wnverify.suggesting.grammar import different, formulas
from wnverify.suggesting.known import BITS, EXTRA, SURE, Fit, Known, fit
from wnverify.suggesting.length import by_chance
from wnverify.suggesting.relations import closed_forms

SHORTER = 2.0
"""By how many digits a form in the sizes must be shorter than the list of closed forms, one for each shape."""
BEHIND = 6.0
"""Digits by which another form for the same shapes may fall behind the best."""
FORMS, RANGES = 3, 24
"""Forms for the same shapes, and ranges of shapes that are looked at, at most."""
LIMIT = 3
"""Symbols of a condition such as L ≥ 2."""


@dataclass(frozen=True)
class Range:
    """Sizes from and to, both inclusive; None where there is no limit.

    >>> Range({"L": (2, None), "m": (3, 3)}).words
    'L ≥ 2, m = 3'
    """

    limits: Mapping[str, tuple[int | None, int | None]]

    def has(self, sizes: Mapping[str, int]) -> bool:
        """Whether a shape lies in it."""
        return all(
            (low is None or low <= sizes[name]) and (high is None or sizes[name] <= high)
            for name, (low, high) in self.limits.items()
        )

    @property
    def words(self) -> str:
        """What it says, for a reader; empty where it says nothing."""
        return ", ".join(_limit(name, *ends) for name, ends in self.limits.items())

    @property
    def symbols(self) -> int:
        """Symbols that it takes to say so."""
        return LIMIT * len(self.limits)

    def narrowed(self, numbers: Sequence[Known], sizes: Mapping[str, int]) -> Range:
        """The same without a shape, by the first size of it that is beyond those that were looked at.

        Args:
            numbers: with the sizes that were looked at.
            sizes: the shape that is to be left out; if it lies within, nothing changes.

        >>> Range({}).narrowed([Known({"L": n}, arb(1), 9) for n in (1, 2)], {"L": 6}).words
        'L ≤ 2'
        """
        for name, size in sizes.items():
            seen = [number.sizes[name] for number in numbers]
            low, high = self.limits.get(name, (None, None))
            if size > max(seen) or size < min(seen):
                ends = (low, max(seen)) if size > max(seen) else (min(seen), high)
                return Range({**self.limits, name: ends})
        return self


def _limit(name: str, low: int | None, high: int | None) -> str:
    if low is not None and high is not None and low != high:
        return f"{low} ≤ {name} ≤ {high}"
    return f"{name} = {low}" if low == high else f"{name} ≤ {high}" if low is None else f"{name} ≥ {low}"


@dataclass(frozen=True)
class Candidate:
    """A closed form that is suggested; never more than that.

    Args:
        fit: the form, and what it explains.
        range: the shapes that it is meant for.
        numbers: those that it was read from.
    """

    fit: Fit
    range: Range
    numbers: Sequence[Known]

    @property
    def formula(self) -> sympy.Expr:
        """The form."""
        return self.fit.formula

    def without(self, sizes: Mapping[str, int]) -> Candidate | None:
        """The same form for fewer shapes: without one that lies beyond those that were looked at; None if none does.

        Args:
            sizes: of a counterexample.
        """
        where = self.range.narrowed(self.numbers, sizes)
        if where == self.range:
            return None
        symbols = self.fit.symbols + where.symbols - self.range.symbols
        fit = replace(self.fit, symbols=symbols)
        return Candidate(fit, where, self.numbers) if fit.surplus >= SURE else None


def candidates(numbers: Sequence[Known]) -> list[Candidate]:
    """Closed forms for attained values, those that explain most beyond chance first.

    A form for all shapes is sought first, then for fewer and fewer, until every shape has one. A form in the sizes
    must be shorter than the list of the closed forms of its values: a line through two points tells nothing.

    Args:
        numbers: positive, with the sizes at which they were found; at least one.

    >>> numbers = [Known({"m": m}, 2 - arb(1) / m, 15) for m in (2, 3, 4)]
    >>> [(each.formula, each.range.words) for each in candidates(numbers)]
    [(2 - 1/m, '')]
    """
    found: list[Candidate] = []
    own = _Own()
    unexplained = set(range(len(numbers)))
    for each, places in _ranges(numbers):
        if unexplained & places:
            chosen = [numbers[place] for place in sorted(places)]
            fits = _fits(chosen, each, own)
            found += [Candidate(one, each, chosen) for one in fits]
            unexplained -= places if fits else set()
    return sorted(found, key=lambda each: -each.fit.surplus)


@dataclass
class _Own:
    """What it would take to write numbers down one by one, each by a closed form of its own."""

    known: dict[int, float] = field(default_factory=dict)

    def digits(self, numbers: Sequence[Known]) -> float:
        """Digits for some numbers together."""
        return sum(self._one(number) for number in numbers)

    def _one(self, number: Known) -> float:
        if id(number) not in self.known:
            best = [each for each in closed_forms(number)[:1] if each.surplus >= SURE]
            self.known[id(number)] = by_chance(best[0].symbols) if best else float(number.digits)
        return self.known[id(number)]


def _fits(numbers: Sequence[Known], where: Range, own: _Own) -> list[Fit]:
    """The forms that are sure for some numbers, a few at most."""
    if _alike(numbers):
        sharpest = max(numbers, key=lambda number: number.digits)
        each = (fit(one.formula, numbers, where.symbols) for one in closed_forms(sharpest))
        sure = different([one for one in each if one is not None and one.surplus >= SURE])
    else:
        every = [one for one in formulas(numbers, where.symbols) if one.surplus >= SURE]
        sure = [
            one
            for one in every
            if by_chance(one.symbols - where.symbols) + SHORTER <= own.digits(_apart(one, numbers))
        ]
    return [one for one in sure if one.surplus >= sure[0].surplus - BEHIND][:FORMS]


def _apart(form: Fit, numbers: Sequence[Known]) -> list[Known]:
    """The numbers at different values of those sizes that a form names: others it only says again."""
    names = sorted(symbol.name for symbol in form.formula.free_symbols)
    return list({tuple(number.sizes[name] for name in names): number for number in numbers}.values())


def _alike(numbers: Sequence[Known]) -> bool:
    """Whether all are the same, to the digits that are known of each."""
    first = numbers[0]
    with ctx.workprec(round(max(number.digits for number in numbers) * BITS) + EXTRA):
        return all(
            abs(number.value.mid() / first.value.mid() - 1) < 2 * arb(10) ** -min(number.digits, first.digits)
            for number in numbers
        )


def _ranges(numbers: Sequence[Known]) -> Iterator[tuple[Range, set[int]]]:
    """Ranges of the sizes that vary, with the places of the numbers in them: the most first, then the plainest."""
    varying = {
        name: sorted(values) for name in numbers[0].sizes if len(values := {n.sizes[name] for n in numbers}) > 1
    }
    choices = [
        [
            None,
            *((one, one) for one in values),
            *((low, None) for low in values[1:]),
            *((None, high) for high in values[:-1]),
        ]
        for values in varying.values()
    ]
    found: dict[frozenset[int], Range] = {}
    for limits in sorted(product(*choices), key=lambda chosen: sum(limit is not None for limit in chosen)):
        where = Range({name: limit for name, limit in zip(varying, limits, strict=True) if limit is not None})
        places = frozenset(place for place, number in enumerate(numbers) if where.has(number.sizes))
        if places:
            found.setdefault(places, where)
    order = sorted(found, key=lambda places: (-len(places), found[places].symbols))
    singles = [places for places in order if len(places) == 1]
    several = [places for places in order if len(places) > 1][:RANGES]
    yield from ((found[places], set(places)) for places in [*several, *singles])
