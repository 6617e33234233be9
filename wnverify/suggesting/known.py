"""Known: a number that is known to so many digits, at some sizes; and how well a formula explains such numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import sympy
from flint import arb, ctx

from wnverify.balls.expression import enclose
from wnverify.suggesting.length import by_chance, symbols_in

EXTRA = 64
"""Bits beyond those of the digits that are compared."""
BITS = 3.33
"""Of one digit."""
SURE = 6.0
"""Digits explained beyond chance from which a form is suggested: by chance one comes up with 10^(−6)."""


@dataclass(frozen=True)
class Known:
    """A positive number to so many digits.

    Args:
        sizes: where it was found, `{"L": 2, "m": 3}`.
        value: a ball around it, or around what was found of it.
        digits: to how many digits it is known, as far as can be told: the relative error is 10^(−digits).
    """

    sizes: Mapping[str, int]
    value: arb
    digits: int

    def met_by(self, formula: sympy.Expr) -> bool:
        """Whether a formula in the sizes has this value, to all digits that are known."""
        with ctx.workprec(round(self.digits * BITS) + EXTRA):
            try:
                found = enclose(formula, self.values(formula), ctx.prec)
            except (ValueError, ZeroDivisionError, OverflowError):
                return False
            gap = abs(found - self.value.mid()) / abs(self.value.mid())
            return bool(gap < arb(10) ** -self.digits)

    def values(self, formula: sympy.Expr) -> dict[sympy.Symbol, int]:
        """The sizes that a formula names, by symbol."""
        return {symbol: self.sizes[symbol.name] for symbol in formula.free_symbols}


@dataclass(frozen=True)
class Fit:
    """A formula, and what it explains.

    Args:
        formula: in the sizes.
        digits: of all numbers that it meets, together.
        symbols: that it takes, those of a condition among them.
    """

    formula: sympy.Expr
    digits: int
    symbols: int

    @property
    def surplus(self) -> float:
        """Digits explained beyond those that some formula of this length explains by chance.

        At the surplus s some formula of that length meets random numbers with a chance of 10^(−s).
        """
        return self.digits - by_chance(self.symbols)

    @property
    def rate(self) -> float:
        """Digits explained for each symbol."""
        return self.digits / self.symbols


def fit(formula: sympy.Expr, numbers: Sequence[Known], condition: int = 0) -> Fit | None:
    """What a formula explains of some numbers; None unless it meets all of them.

    Args:
        formula: in the sizes.
        numbers: which it is to meet.
        condition: symbols that say for which sizes it is meant.

    >>> L = sympy.Symbol("L")
    >>> fit(L / 2, [Known({"L": 3}, arb("1.5"), 15), Known({"L": 4}, arb(2), 15)])
    Fit(formula=L/2, digits=30, symbols=3)
    >>> fit(L / 2, [Known({"L": 3}, arb("1.6"), 15)]) is None
    True
    """
    if not all(number.met_by(formula) for number in numbers):
        return None
    return Fit(formula, sum(number.digits for number in numbers), symbols_in(formula) + condition)


def best_first(fits: Iterable[Fit]) -> list[Fit]:
    """Each formula once, the one that explains most beyond chance first, of equals the shortest."""
    found: dict[sympy.Expr, Fit] = {}
    for each in fits:
        known = found.get(each.formula)
        if known is None or each.surplus > known.surplus:
            found[each.formula] = each
    return sorted(found.values(), key=lambda each: (-round(each.surplus, 6), each.symbols, str(each.formula)))
