"""Formulas as Unicode mathematics that fits a width; what is too wide is split into named parts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from types import MappingProxyType
from typing import Any, TypeAlias

import sympy
from rich.cells import cell_len
from sympy.printing.precedence import PRECEDENCE
from sympy.printing.pretty.pretty import PrettyPrinter
from sympy.printing.pretty.pretty_symbology import pretty_use_unicode
from sympy.printing.pretty.stringpict import prettyForm
from sympy.printing.str import StrPrinter

from wnverify.claim import RELATIONS, Relation
from wnverify.notation.reading import binding
from wnverify.notation.signs import in_signs, spelled
from wnverify.quantities import Quantity
from wnverify.report.signs import two_dimensional, written
from wnverify.report.words import formula

WIDE, SHORT = 0.8, 5
MOST_PARTS = 30


LONGEST_SIGN = 24
"""A quantity whose sign is longer stands under its name."""
_BINDING: Mapping[str, int] = MappingProxyType(
    {"sum": prettyForm.ADD, "product": prettyForm.MUL, "power": prettyForm.POW, "atom": prettyForm.ATOM}
)
_LEVEL: Mapping[str, int] = MappingProxyType(
    {name: PRECEDENCE[key] for name, key in {"sum": "Add", "product": "Mul", "power": "Pow", "atom": "Atom"}.items()}
)
Known: TypeAlias = Mapping[str, Quantity]
"""Quantities by name, as a family has them: sympy may have cached the equal symbol of another family."""
_NONE: Known = MappingProxyType({})


def sign_of(name: str, latex: str | None) -> tuple[str, str]:
    """How a quantity is drawn, and how tightly that binds: its sign where the output carries it, else its name."""
    if latex is None or latex == spelled(name) or not two_dimensional():
        return name, "atom"
    sign = in_signs(latex)
    return (name, "atom") if len(sign) > LONGEST_SIGN else (sign, binding(latex))


class _Printer(PrettyPrinter):  # type: ignore[misc]  # sympy ships no types
    """sympy's pretty printer, but quantities have their signs, and a name of several words stays as users type it."""

    def __init__(self, latex: Mapping[str, str], *, unicode: bool) -> None:
        super().__init__({"use_unicode": unicode, "wrap_line": False, "num_columns": 10_000})
        self.latex = latex

    def _print_Symbol(self, symbol: sympy.Symbol, bold_name: bool = False) -> Any:
        sign, bound = sign_of(symbol.name, self.latex.get(symbol.name))
        if sign != symbol.name or "_" in symbol.name:
            return prettyForm(sign, binding=_BINDING[bound])
        return PrettyPrinter._print_Symbol(self, symbol, bold_name)

    _print_Quantity = _print_Symbol  # not the physical quantity that sympy means by this name


class _Line(StrPrinter):  # type: ignore[misc]  # sympy ships no types
    """sympy's one line, with the signs of quantities."""

    def __init__(self, latex: Mapping[str, str]) -> None:
        super().__init__()
        self.latex = latex

    def _print_Symbol(self, symbol: sympy.Symbol) -> str:
        return sign_of(symbol.name, self.latex.get(symbol.name))[0]

    _print_Quantity = _print_Symbol

    def _print_Pow(self, expr: Any, rational: bool = False) -> str:
        if expr.exp.is_Rational and expr.exp < -1:
            return f"1/{self._print(sympy.Pow(expr.base, -expr.exp))}"
        return str(super()._print_Pow(expr, rational=rational))

    def parenthesize(self, item: Any, level: int, strict: bool = False) -> str:
        text = str(super().parenthesize(item, level, strict=strict))
        loose = item.is_Symbol and _LEVEL[sign_of(item.name, self.latex.get(item.name))[1]] < level
        return f"({text})" if loose else text


def line(expression: sympy.Expr | Relation, known: Known = _NONE) -> str:
    """An expression or a relation on one line, in the signs of the output at hand."""
    if isinstance(expression, Relation):
        sign = RELATIONS[expression.relation]
        return f"{line(expression.lhs, known)} {sign} {line(expression.rhs, known)}"
    return formula(str(_Line(_latex(expression, known)).doprint(expression)))


def block(expression: sympy.Expr, known: Known = _NONE) -> list[str]:
    """An expression as lines of mathematics, in the signs of the output at hand."""
    return _block(expression, _latex(expression, known), unicode=two_dimensional())


def _block(expression: sympy.Expr, latex: Mapping[str, str], *, unicode: bool) -> list[str]:
    with _signs():
        text: str = _Printer(latex, unicode=unicode).doprint(expression)
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


def wide(expression: sympy.Expr, known: Known = _NONE) -> int:
    """Width of an expression in print."""
    return _wide(expression, tuple(sorted(_latex(expression, known).items())), unicode=two_dimensional())


@lru_cache(maxsize=4096)  # the same parts are measured again after each that is named
def _wide(expression: sympy.Expr, latex: tuple[tuple[str, str], ...], *, unicode: bool) -> int:
    return max(cell_len(line) for line in _block(expression, dict(latex), unicode=unicode))


def _latex(expression: sympy.Basic, known: Known) -> dict[str, str]:
    """The LaTeX of the quantities in an expression, by name."""
    names = {symbol.name for symbol in expression.free_symbols}
    return {name: known[name].latex for name in names if name in known}


Parts: TypeAlias = list[tuple[sympy.Symbol, sympy.Expr]]
"""Named parts of a formula, each with what it stands for."""


def split(expression: sympy.Expr, width: int, known: Known = _NONE) -> tuple[sympy.Expr, Parts]:
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
        part = _next_part([piece for _, piece in pieces], width, known)
        if part is None:
            break
        name = next(names)
        pieces = [(other, piece.xreplace({part: name})) for other, piece in pieces] + [(name, part)]
    return pieces[0][1], pieces[1:]


def _next_part(pieces: Sequence[sympy.Expr], width: int, known: Known) -> sympy.Expr | None:
    """What to name next; None if everything fits, or nothing can be shortened."""
    broad = next((piece for piece in pieces if wide(piece, known) > width), None)
    if broad is None:
        return None
    inner = [part for piece in pieces for part in sympy.preorder_traversal(piece) if part.args and part != piece]
    sums = Counter(part for part in inner if part.is_Add and wide(part, known) > SHORT)
    repeated = [part for part, count in sums.items() if count > 1]
    within = {part for part in sympy.preorder_traversal(broad) if part.args and part != broad}
    fitting = [part for part in within if SHORT < wide(part, known) <= WIDE * width]
    return max(repeated or fitting, key=lambda part: (wide(part, known), str(part)), default=None)


def written_out(expression: sympy.Expr, parts: Parts) -> sympy.Expr:
    """The expression with every name replaced by what it stands for."""
    for _ in parts:
        expression = expression.xreplace(dict(parts))
    return expression


def abbreviate(expression: sympy.Expr, parts: Parts) -> sympy.Expr:
    """The expression with every part that it contains replaced by the part's name, the largest first.

    A sum is found within a longer one too, and where sympy has multiplied a number into it.

    >>> x, y = sympy.symbols("x y")
    >>> abbreviate(x / 2 + y / 2 + sympy.sqrt(x + y), [(sympy.Symbol("A1"), x + y)])
    sqrt(A1) + A1/2
    """
    meanings = [(name, written_out(part, parts)) for name, part in parts]
    for name, meaning in sorted(meanings, key=lambda pair: -pair[1].count_ops()):
        expression = expression.xreplace({meaning: name})
        if meaning.is_Add:
            expression = expression.replace(lambda part: part.is_Add, lambda part: _gathered(part, meaning, name))  # noqa: B023  # called at once
    return expression


def _gathered(total: sympy.Expr, meaning: sympy.Expr, name: sympy.Symbol) -> sympy.Expr:
    """A sum in which the terms of another, times a number, are named."""
    terms = set(total.args)
    for term in total.args if len(terms) >= len(meaning.args) else ():
        number = term / meaning.args[0]
        scaled = {number * each for each in meaning.args}
        if number.is_Rational and scaled <= terms:
            return sympy.Add(number * name, *(each for each in total.args if each not in scaled))
    return total


def statement(relation: Relation, width: int, known: Known = _NONE) -> tuple[list[str], Parts]:
    """`lhs ≤ rhs` as Unicode mathematics of at most `width` columns, and the named parts where it is too long."""
    lines, parts = headline(relation, width, known)
    for name, part in parts:
        lines += ["", *_beside(name, " = ", part, known)]
    return lines, parts


def headline(relation: Relation, width: int, known: Known = _NONE) -> tuple[list[str], Parts]:
    """The same without the named parts drawn."""
    sign = f" {written(RELATIONS[relation.relation])} "
    rest, parts = split(relation.rhs, width - wide(relation.lhs, known) - len(sign), known)
    return _beside(relation.lhs, sign, rest, known), parts


def _beside(lhs: sympy.Expr, sign: str, rhs: sympy.Expr, known: Known) -> list[str]:
    """Two expressions side by side, on one base line."""
    with _signs() as unicode:
        printer = _Printer(_latex(lhs, known) | _latex(rhs, known), unicode=unicode)
        joined = prettyForm(*printer._print(lhs).right(sign, printer._print(rhs)))
        text = joined.render(use_unicode=unicode, wrap_line=False, num_columns=10_000)
    return [line.rstrip() for line in text.splitlines()]
