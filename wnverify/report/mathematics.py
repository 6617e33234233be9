"""Formulas as Unicode mathematics that fits a width; what is too wide is split into named parts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, TypeAlias

import sympy
from sympy.printing.pretty.pretty import PrettyPrinter
from sympy.printing.pretty.pretty_symbology import pretty_use_unicode
from sympy.printing.pretty.stringpict import prettyForm

from wnverify.claim import RELATIONS, Relation
from wnverify.report.signs import two_dimensional, written

WIDE, SHORT = 0.8, 5
MOST_PARTS = 30


class _Printer(PrettyPrinter):  # type: ignore[misc]  # sympy ships no types
    """sympy's pretty printer, but a name of several words stays as users type it."""

    def _print_Symbol(self, symbol: sympy.Symbol, bold_name: bool = False) -> Any:
        if "_" in symbol.name:
            return prettyForm(symbol.name, binding=prettyForm.ATOM)
        return PrettyPrinter._print_Symbol(self, symbol, bold_name)

    _print_Quantity = _print_Symbol  # not the physical quantity that sympy means by this name


def block(expression: sympy.Expr) -> list[str]:
    """An expression as lines of mathematics, in the signs of the output at hand."""
    with _signs() as unicode:
        text: str = _Printer({"use_unicode": unicode, "wrap_line": False, "num_columns": 10_000}).doprint(expression)
    return [line.rstrip() for line in text.splitlines()]


@contextmanager
def _signs() -> Iterator[bool]:
    """Whether sympy draws with Unicode; it would ask the standard output, once and for all."""
    wanted = two_dimensional()
    before = pretty_use_unicode(wanted)
    try:
        yield wanted
    finally:
        pretty_use_unicode(before)


def wide(expression: sympy.Expr) -> int:
    """Width of an expression in print."""
    return _wide(expression, unicode=two_dimensional())


@lru_cache(maxsize=4096)  # the same parts are measured again after each that is named
def _wide(expression: sympy.Expr, *, unicode: bool) -> int:
    del unicode  # `block` asks for it, and the cache must know
    return max(len(line) for line in block(expression))


Parts: TypeAlias = list[tuple[sympy.Symbol, sympy.Expr]]
"""Named parts of a formula, each with what it stands for."""


def split(expression: sympy.Expr, width: int) -> tuple[sympy.Expr, Parts]:
    """An expression that fits the width, and the named parts that it refers to.

    Sums that occur more than once are named first, then whatever still has to be shortened.

    >>> x = sympy.Symbol("x")
    >>> split(sympy.sqrt(x + 1) + 1 / (x + 1), 80)
    (sqrt(x + 1) + 1/(x + 1), [])
    >>> split(sympy.sqrt(x**2 + 1) + 1 / (x**2 + 1), 12)
    (sqrt(A1) + 1/A1, [(A1, x**2 + 1)])
    """
    pieces: Parts = [(sympy.Symbol("whole"), expression)]
    names = sympy.numbered_symbols("A", start=1, exclude=expression.free_symbols)
    for _ in range(MOST_PARTS):
        part = _next_part([piece for _, piece in pieces], width)
        if part is None:
            break
        name = next(names)
        pieces = [(other, piece.xreplace({part: name})) for other, piece in pieces] + [(name, part)]
    return pieces[0][1], pieces[1:]


def _next_part(pieces: Sequence[sympy.Expr], width: int) -> sympy.Expr | None:
    """What to name next; None if everything fits, or nothing can be shortened."""
    broad = next((piece for piece in pieces if wide(piece) > width), None)
    if broad is None:
        return None
    inner = [part for piece in pieces for part in sympy.preorder_traversal(piece) if part.args and part != piece]
    sums = Counter(part for part in inner if part.is_Add and wide(part) > SHORT)
    repeated = [part for part, count in sums.items() if count > 1]
    within = {part for part in sympy.preorder_traversal(broad) if part.args and part != broad}
    fitting = [part for part in within if SHORT < wide(part) <= WIDE * width]
    return max(repeated or fitting, key=lambda part: (wide(part), str(part)), default=None)


def written_out(expression: sympy.Expr, parts: Parts) -> sympy.Expr:
    """The expression with every name replaced by what it stands for."""
    for _ in parts:
        expression = expression.xreplace(dict(parts))
    return expression


def abbreviate(expression: sympy.Expr, parts: Parts) -> sympy.Expr:
    """The expression with every part that it contains replaced by the part's name, the largest first."""
    meanings = [(name, written_out(part, parts)) for name, part in parts]
    for name, meaning in sorted(meanings, key=lambda pair: -pair[1].count_ops()):
        expression = expression.xreplace({meaning: name})
    return expression


def statement(relation: Relation, width: int) -> tuple[list[str], Parts]:
    """`lhs ≤ rhs` as Unicode mathematics of at most `width` columns, and the named parts where it is too long."""
    sign = f" {written(RELATIONS[relation.relation])} "
    rest, parts = split(relation.rhs, width - wide(relation.lhs) - len(sign))
    lines = _beside(relation.lhs, sign, rest)
    for name, part in parts:
        lines += ["", *_beside(name, " = ", part)]
    return lines, parts


def _beside(lhs: sympy.Expr, sign: str, rhs: sympy.Expr) -> list[str]:
    """Two expressions side by side, on one base line."""
    with _signs() as unicode:
        printer = _Printer({"use_unicode": unicode, "wrap_line": False})
        joined = prettyForm(*printer._print(lhs).right(sign, printer._print(rhs)))
        text = joined.render(use_unicode=unicode, wrap_line=False, num_columns=10_000)
    return [line.rstrip() for line in text.splitlines()]
