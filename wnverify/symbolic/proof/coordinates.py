"""Coordinates of a certificate about polynomials, in words: what each variable stands for, and the polynomials."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, islice
from typing import Any

import sympy

from wnverify.symbolic.proof.domain import Box
from wnverify.symbolic.proof.trace import Trace

MOST_SHOWN = 12


@dataclass(frozen=True)
class Coordinates:
    """The variables of a ring of polynomials, and what they stand for.

    Args:
        names: the expression that belongs to each variable; constants stand last.
        squares: the positions of those that are square roots.
        roots: which root of a symbol its variable belongs to, 1 unless it is told.
        bounds: between what the parts lie that have no rational form.
        box: the domains of the symbols.
    """

    names: Sequence[sympy.Expr]
    squares: frozenset[int]
    roots: Mapping[sympy.Symbol, int]
    bounds: Mapping[sympy.Expr, tuple[sympy.Expr, sympy.Expr]]
    box: Box

    @property
    def letters(self) -> list[str]:
        """t1, t2, … for what moves, s1, … for square roots, constants as they are."""
        return [
            f"({name})" if not name.free_symbols else f"{'s' if index in self.squares else 't'}{index + 1}"
            for index, name in enumerate(self.names)
        ]

    @property
    def moving(self) -> int:
        """How many of the variables are no constants."""
        return sum(bool(name.free_symbols) for name in self.names)

    def lines(self, trace: Trace) -> Iterator[str]:
        """What every variable that moves stands for."""
        for name, letter in list(zip(self.names, self.letters, strict=True))[: self.moving]:
            yield self._line(name, letter, trace)

    def _line(self, name: sympy.Expr, t: str, trace: Trace) -> str:
        if name not in self.bounds and not name.is_Symbol:
            return f"{trace.shown(name)} = {t} over the denominator under the root, with {t} ≥ 0"
        root = self.roots.get(name, 1)
        low, high = self.bounds[name] if name in self.bounds else (self.box[name].low, self.box[name].high)
        power = sympy.Rational(1, root)
        left, right = (trace.shown(end if end.is_infinite else end**power) for end in (low, high))
        form = {
            (True, False): t if low == 0 else f"{left} + {t}",
            (False, True): f"{right} - {t}",
            (True, True): f"{_mixture(low, left, high, right, t)}/(1 + {t})",
        }[bool(low.is_finite), bool(high.is_finite)]
        return f"{trace.shown(name)} = {form if root == 1 else f'({form})**{root}'} with {t} ≥ 0"

    def manner(self, rule: str, data: Mapping[str, Any]) -> str:
        """How a polynomial is seen not to be negative."""
        first, second = (self.letters[data.get(name, 0)] for name in ("index", "other"))
        return {
            "coefficients": "without negative coefficients",
            "root": f"A + B*{first} by the signs of A, B and of the difference of their squares",
            "halves": f"for {first} = 1 + u and {first} = 1/(1 + u), u written {first} again",
            "ordered": f"for {first} = {second} + u and {second} = {first} + u, u written like the larger",
        }[rule]

    def polynomial(self, poly: Any) -> str:
        """A polynomial by its monomials in what moves; a long one by the first of them."""
        count = self.moving
        terms = zip(poly.monoms(), poly.coeffs(), strict=True)  # in the order of the ring, the highest first
        groups = groupby(terms, key=lambda term: term[0][:count])
        told = [self._group(list(group), count) for _, group in islice(groups, MOST_SHOWN)]
        left = sum(1 for _ in groups)
        more = f" + … ({left} more terms)" if left else ""
        return (" + ".join(told) + more).replace("+ -", "- ")

    def _group(self, group: Sequence[tuple[Any, Any]], count: int) -> str:
        """The terms of one monomial in what moves; of several the coefficient is a sum of constants."""
        names = [*self.letters, "1"]  # a ring has a variable even where nothing moves
        if len(group) == 1:
            return _monomial(*group[0], names)
        inner = " + ".join(_monomial(powers[count:], value, names[count:]) for powers, value in group)
        outer = _monomial(group[0][0][:count], 1, names)
        return f"({inner})".replace("+ -", "- ") + ("" if outer == "1" else f"*{outer}")


def _mixture(low: sympy.Expr, left: str, high: sympy.Expr, right: str, t: str) -> str:
    """The end `low` and t times the end `high`, added up."""
    term = t if high == 1 else f"{right}*{t}" if high.is_Integer and high > 0 else f"({right})*{t}"
    return term if low == 0 else f"({left} + {term})"


def _monomial(powers: Sequence[int], value: Any, names: Sequence[str]) -> str:
    known = zip(names, powers, strict=False)
    factors = [name if power == 1 else f"{name}**{power}" for name, power in known if power]
    if abs(value) != 1 or not factors:
        return "*".join([str(value), *factors])
    return ("-" if value < 0 else "") + "*".join(factors)
