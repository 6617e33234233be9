"""Parser: a typed inequality becomes a `Relation`. A whitelist over Python's syntax tree; nothing is ever evaluated.

    gradient_norm <= 2*(1 + rho)*sqrt(L)/(sqrt(m)*Min(omega, omega**2))

`spelling` turns the text into plain characters, `syntax` into a checked tree, `reader` into sympy. Numbers are exact:
0.1 is 1/10. What is refused is refused with one sentence. A claim is read only if it can be written down and read
back, so that no refutation of it is ever lost.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import sympy
from sympy.printing.str import StrPrinter

from wnverify.balls.same import same_value
from wnverify.claim import Relation
from wnverify.errors import UsageError, expected
from wnverify.typed.reader import Reader
from wnverify.typed.spelling import SHOWN, SIGNS, TYPED, WRITTEN, Limits, NotAClaim, short, spelled
from wnverify.typed.syntax import COMPARED, free_names, tree_of

KEPT = 4096
"""Expressions of which it is remembered how they are written: many theorems have the same hypotheses."""
LONG = 10**15
"""A whole number beyond it is written with a power of ten where it ends in zeros."""


@dataclass(frozen=True)
class Sentence:
    """A text that has the form of a relation, before anything is known of its symbols.

    Args:
        text: the text as it was typed.
        plain: the same in plain characters, checked for size.
        tree: its syntax tree, which holds nothing but what the whitelist allows.
    """

    text: str
    plain: str
    tree: ast.expr

    @property
    def names(self) -> tuple[str, ...]:
        """The symbols that occur, in order of appearance; functions and constants left out."""
        return free_names(self.tree)


def read(text: object, *, relation: bool = True, limits: Limits = TYPED) -> Sentence:
    """Check a text against the whitelist.

    Args:
        text: what was typed.
        relation: whether it must be a relation; a lone expression otherwise.
        limits: how large it may be.

    Raises:
        NotAClaim: if it is anything but one relation (or one expression) in the allowed syntax.

    >>> read("gradient_norm ≤ 2·√L").names
    ('gradient_norm', 'L')
    """
    if not isinstance(text, str):
        raise NotAClaim(expected("a claim as text", type(text).__name__))
    plain = spelled(text, relations=int(relation), limits=limits)
    return Sentence(text.strip(), plain, tree_of(plain, relation=relation, limits=limits))


def relation_of(sentence: Sentence, quantities: Mapping[str, sympy.Symbol]) -> Relation:
    """The relation that a sentence states of these quantities.

    Raises:
        NotAClaim: for an unknown name (with a suggestion), a number out of bounds, or a side that is not real.
    """
    compared = sentence.tree
    if not isinstance(compared, ast.Compare):
        raise NotAClaim(expected(f"a relation: one of {SIGNS}", short(sentence.text)))
    reader = Reader(sentence.plain, quantities, TYPED)
    sides = [reader.real(node) for node in (compared.left, compared.comparators[0])]
    for side in sides:
        _check_writable(side)
    return Relation(sides[0], COMPARED[type(compared.ops[0])], sides[1])


def _check_writable(side: sympy.Expr) -> None:
    try:
        written(side)
    except UsageError as error:
        raise NotAClaim(f"The claim could not be saved with a counterexample: {error.__cause__ or error}") from error


def expression_of(
    text: object, quantities: Mapping[str, sympy.Symbol] | None = None, limits: Limits = TYPED
) -> sympy.Expr:
    """A lone expression, such as a number typed as `1/2` or `sqrt(2)`.

    >>> expression_of("0.1 + sqrt(4)")
    21/10

    Raises:
        NotAClaim: if it is anything else.
    """
    sentence = read(text, relation=False, limits=limits)
    return Reader(sentence.plain, quantities or {}, limits).real(sentence.tree)


@lru_cache(KEPT)
def written(expression: sympy.Expr) -> str:
    """An expression as text that `expression_of` reads back to the same function, under the limits `WRITTEN`.

    >>> x = sympy.Symbol("x")
    >>> written(sympy.Rational(2, 3) * sympy.sqrt(x) + sympy.Float(0.5))
    '2*sqrt(x)/3 + 1/2'
    >>> written(sympy.Rational(1, 10**40) * x)
    'x/(10**40)'

    Raises:
        UsageError: if it holds something that cannot be typed, such as an integral.
    """
    exact = expression.replace(lambda part: part.is_Float, lambda part: sympy.Rational(part))
    if exact is sympy.oo:
        return "oo"
    text = str(_Printer().doprint(exact))
    symbols = {symbol.name: symbol for symbol in exact.free_symbols}
    try:
        again = expression_of(text, symbols, WRITTEN)
    except NotAClaim as error:
        raise UsageError(f"The expression {short(text)} cannot be written as text: {error}") from error
    if again != exact and not same_value(again, exact):
        raise UsageError(expected("an expression that reads back the same", short(str(again)), short(text)))
    return text


def plainly(expression: sympy.Expr) -> str:
    """An expression on one line for a reader, as `written` spells it, whether or not it reads back."""
    text = str(_Printer().doprint(expression))
    return text.replace("(", "").replace(")", "") if expression.is_Integer else text


class _Printer(StrPrinter):  # type: ignore[misc]  # sympy ships no types
    """sympy's own printer, but a long whole number that ends in zeros is written with a power of ten."""

    def _print_Integer(self, number: sympy.Integer) -> str:
        return _whole(int(number))

    def _print_Sum(self, series: sympy.Expr) -> str:
        """Sums within one another, which sympy writes as one with several indices."""
        text = self._print(series.function)
        for index, low, high in series.limits:
            text = f"{type(series).__name__}({text}, ({index}, {self._print(low)}, {self._print(high)}))"
        return str(text)

    _print_Product = _print_Sum

    def _print_Rational(self, number: sympy.Rational) -> str:
        return f"{_whole(int(number.p))}/{_whole(int(number.q))}"


def _whole(number: int) -> str:
    digits = str(abs(number))
    ending = len(digits) - len(digits.rstrip("0"))
    if abs(number) < LONG or ending < SHOWN // 10:
        return str(number)
    head, sign = digits[: len(digits) - ending], "-" if number < 0 else ""
    return f"{sign}(10**{ending})" if head == "1" else f"{sign}({head}*10**{ending})"
