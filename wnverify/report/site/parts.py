"""Named parts of a long formula: what is said twice is named, then whatever is still too wide.

The formula itself is left as it is. Names are put in its place while it is set (`mathml`): sympy would build a bound
with many minima anew for every part, which takes longer than everything else on a page.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import TypeAlias

import sympy

from wnverify.report.mathematics import MOST_PARTS, SHORT, WIDE, Known, sign_of

Named: TypeAlias = Mapping[sympy.Expr, sympy.Symbol]
"""What has a name, and its name."""
LEAST = 12
"""What is said twice and is no wider than this is said twice."""
NOTHING: Named = MappingProxyType({})


def named_parts(whole: sympy.Expr, width: int, known: Known) -> Named:
    """Names for parts of a formula, so that it and each of them fits a width, as `mathematics.split` chooses them.

    >>> x = sympy.Symbol("x")
    >>> named_parts(sympy.sqrt(x**2 + x**3 + x**4 + 1) + 1 / (x**2 + x**3 + x**4 + 1), 20, {})
    {x**4 + x**3 + x**2 + 1: A1}
    """
    found: dict[sympy.Expr, sympy.Symbol] = {}
    names = sympy.numbered_symbols("A", start=1, exclude=whole.free_symbols)
    for _ in range(MOST_PARTS):
        part = _next_part([whole, *found], _Widths(known, found), width)
        if part is None:
            break
        found[part] = next(names)
    return _in_order(whole, found)


def _in_order(whole: sympy.Expr, found: Named) -> dict[sympy.Expr, sympy.Symbol]:
    """The same parts, with their names in the order in which a reader meets them."""
    met = dict.fromkeys(_named_in(whole, found))
    waiting = list(met)
    while waiting:
        fresh = [part for part in _named_in(waiting.pop(0), found) if part not in met]
        met |= dict.fromkeys(fresh)
        waiting += fresh
    return dict(zip(met, found.values(), strict=False))


def _named_in(piece: sympy.Expr, named: Named) -> Iterator[sympy.Expr]:
    """The named parts that a piece is written with, each as often as it stands there."""
    for part in piece.args:
        if part in named:
            yield part
        else:
            yield from _named_in(part, named)


def _next_part(pieces: Sequence[sympy.Expr], widths: _Widths, width: int) -> sympy.Expr | None:
    """What to name next; None if everything fits, or nothing can be shortened."""
    broad = next((piece for piece in pieces if widths.inside(piece) > width), None)
    if broad is None:
        return None
    sums = Counter(part for piece in pieces for part in _below(piece, widths.named) if part.is_Add)
    repeated = [part for part, count in sums.items() if count > 1 and widths.of(part) > LEAST]
    fitting = [part for part in set(_below(broad, widths.named)) if SHORT < widths.of(part) <= WIDE * width]
    most = max(map(widths.of, repeated or fitting), default=0)
    return max((part for part in repeated or fitting if widths.of(part) == most), key=str, default=None)


def _below(piece: sympy.Expr, named: Named) -> Iterator[sympy.Expr]:
    """Every part of a piece that is no sign and has no name."""
    for part in piece.args:
        if part.args and part not in named:
            yield part
            yield from _below(part, named)


class _Widths:
    """About how wide expressions are as they are set, in letters.

    Args:
        known: the quantities by name.
        named: what stands under a name.
    """

    def __init__(self, known: Known, named: Named) -> None:
        self.known, self.named = known, dict(named)
        self._found: dict[sympy.Expr, int] = {}

    def of(self, expression: sympy.Expr) -> int:
        """The width of a part; of what has a name, that of the name."""
        if expression in self.named:
            return len(self.named[expression].name)
        if expression not in self._found:
            self._found[expression] = self.inside(expression)
        return self._found[expression]

    def inside(self, expression: sympy.Expr) -> int:
        """The same of what is written out, though it has a name."""
        if expression.is_Symbol:
            quantity = self.known.get(expression.name)
            return len(sign_of(expression.name, quantity.latex if quantity else None)[0])
        if not expression.args:
            return len(str(expression))
        if expression.is_Mul:
            return self._quotient(expression)
        if expression.is_Pow:
            base, exponent = expression.args
            return self.of(base) + (1 if exponent in (sympy.S.Half, -sympy.S.Half) else self.of(exponent))
        within = sum(map(self.of, expression.args))
        return (
            within + 3 * (len(expression.args) - 1) + (0 if expression.is_Add else len(expression.func.__name__) + 2)
        )

    def _quotient(self, product: sympy.Expr) -> int:
        """The wider of what stands above the line and what stands below."""
        below = [f for f in product.args if f.is_Pow and f.exp.is_number and f.exp.is_negative]
        above = [factor for factor in product.args if factor not in below]
        return max(sum(self._factor(factor) for factor in part) for part in (above, below))

    def _factor(self, factor: sympy.Expr) -> int:
        bracketed = factor.is_Add and factor not in self.named
        return self.of(factor) + (3 if bracketed else 1)
