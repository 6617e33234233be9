"""Terms: how large the numbers are of which a formula is made up, before they cancel.

The size S of a formula is what its error is relative to: numbers known to a share η of their size give the formula up
to about ηS. A symbol or a number has its own size; of a sum it is the sum of the sizes, of a product uv the larger of
|u|S(v) and S(u)|v|; a function moves by ηS(f) when its arguments move by η times their sizes, and S(f) ≥ |f|.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial
from typing import Any, TypeAlias

import numpy as np
import sympy

from wnverify.arrays import FloatArray
from wnverify.claim import Relation
from wnverify.judging.formula import Values, node, node_of, operation
from wnverify.judging.nodes import Memo, Node, Operation, apply, fold, leaf, powers, value
from wnverify.judging.series import in_machine_numbers
from wnverify.quantities import Quantity

Constants: TypeAlias = Collection[str] | None
"""The names of what is the same for every instance of a situation, if they are known."""
HARMLESS = (sympy.exp, sympy.Abs)
"""Functions that are as exact as their arguments: of a number that floats hold, exp loses three digits at most."""
HAIR = 1e-12
"""The share η by which arguments are moved: what a hypothesis may be off by, and rounding never exceeds."""


def is_plain(expression: sympy.Expr) -> bool:
    """Whether a formula cannot cancel: a symbol, a number, or a product of their powers."""
    return not expression.has(sympy.Add, sympy.Function, sympy.Sum, sympy.Product)


# sympy asks for signs at some length, and every check of a theorem about the same formulas
@lru_cache(maxsize=2048)
def cancels(expression: sympy.Expr) -> bool:
    """Whether a formula may be much smaller than its terms.

    >>> x = sympy.Symbol("x", positive=True)
    >>> cancels(sympy.sqrt(1 + x) * sympy.Max(x, 2)), cancels(sympy.sqrt(1 - x)), cancels(sympy.log(x))
    (False, True, True)
    """
    if not expression.args or not expression.free_symbols:
        return False
    if isinstance(expression, sympy.Function) and not isinstance(expression, HARMLESS):
        return True
    if any(cancels(part) for part in expression.args if isinstance(part, sympy.Expr)):
        return True  # before the sign of the whole is asked for, which takes longest
    return isinstance(expression, sympy.Add) and not _one_sign(expression.args)


def _one_sign(parts: Sequence[sympy.Expr]) -> bool:
    signs = [_plain_sign(part) for part in parts]
    if all(signs):
        return len(set(signs)) == 1
    return all(part.is_nonnegative for part in parts) or all(part.is_nonpositive for part in parts)


def _plain_sign(expression: sympy.Expr) -> int:
    """1 or −1 for products and powers of what is positive, and their sums, as sympy finds too, but late; else 0.

    >>> x = sympy.Symbol("x", positive=True)
    >>> _plain_sign(x**-2 * (1 + x)), _plain_sign(-3 * x), _plain_sign(1 - x)
    (1, -1, 0)
    """
    if expression.is_Symbol or expression.is_number:
        return 1 if expression.is_positive else -1 if expression.is_negative else 0
    if expression.is_Pow:
        return 1 if _plain_sign(expression.base) == 1 and expression.exp.is_real else 0
    if not (expression.is_Mul or expression.is_Add):
        return 0
    signs = [_plain_sign(part) for part in expression.args]
    return math.prod(signs) if expression.is_Mul else signs[0] if len(set(signs)) == 1 else 0


def is_atom(expression: sympy.Expr) -> bool:
    """Whether a formula is a symbol or a number."""
    return bool(expression.is_Symbol or not expression.free_symbols)


def size(expression: sympy.Expr) -> Callable[[Values], FloatArray]:
    """The size of a formula at named values, (B,).

    >>> x = sympy.Symbol("x")
    >>> size(x - 1)({"x": np.array([1.0])})
    array([2.])
    """
    sized = _size(in_machine_numbers(expression))

    def evaluate(values: Values) -> FloatArray:
        with np.errstate(all="ignore"):
            return np.asarray(value(sized, _memo(values)))

    return evaluate


@dataclass(frozen=True, eq=False)
class Scale:
    """What a gap between the sides of a relation is relative to, (B,): the size of the larger one.

    Beside a 0 nothing says what small is: that c·q is 0 is measured as if q were 1 at least, and of a single term as
    if it were 1. A measured q may be a difference itself, and has the noise of what it came from.

    Args:
        relation: the relation.
        either: whether a left side that came out as 0 counts like a right side that did: so it is in a claim, where
            rounding decides which it is; a hypothesis may be there to exclude that.
    """

    relation: Relation
    either: bool = False

    @cached_property
    def _sides(self) -> tuple[sympy.Expr, sympy.Expr]:
        lhs, rhs = self.relation.lhs, self.relation.rhs
        return (lhs, rhs) if lhs != 0 else (rhs, lhs)

    @cached_property
    def _nodes(self) -> tuple[tuple[Node, Node], tuple[Node, Node]]:
        """Both sides, and the size of each."""
        first, second = ((node(side), _size(in_machine_numbers(side))) for side in self._sides)
        return first, second

    def __call__(self, values: Values, memo: Memo | None = None, constants: Constants = None) -> FloatArray:
        """The scale at named values.

        Args:
            values: each (B,).
            memo: of nodes at these values, if there is one.
            constants: what is the same for all instances.
        """
        with np.errstate(all="ignore"):
            memo = _memo(values) if memo is None else memo
            (first, one), (second, other) = ([value(each, memo) for each in pair] for pair in self._nodes)
            found = np.maximum(one, other)
            zeros = [second == 0.0, *([(first == 0.0) & (second != 0.0)] if self.either else [])]
            for side, alone in enumerate(zeros):
                if np.any(alone):
                    found = np.where(alone, self._usual(side, self._ones(values, constants), found), found)
            return np.asarray(found)

    def _ones(self, values: Values, constants: Constants) -> dict[str, FloatArray]:
        measured = {each.name for each in self.relation.free_symbols if not is_constant(each, constants)}
        return {name: np.ones(1) if name in measured else array[:1] for name, array in values.items()}

    def _usual(self, side: int, ones: Values, found: FloatArray) -> FloatArray:
        """The size of a side beside a 0; with 1 for all that is measured it is the same at every instance."""
        usual = value(self._nodes[side][1], _memo(ones))
        return np.asarray(usual if is_plain(self._sides[side]) else np.fmax(usual, found))


def _memo(values: Values) -> Memo:
    return {leaf(name): array for name, array in values.items()}


def is_constant(symbol: sympy.Symbol, constants: Constants) -> bool:
    """Whether a symbol is the same for every instance of a situation.

    Args:
        symbol: of a formula; sympy may have put that of another family there, whose name and domain agree.
        constants: those of the family; None where none is known, so that the symbol itself has to tell.
    """
    if constants is not None:
        return symbol.name in constants
    return isinstance(symbol, Quantity) and symbol.source.of_situation


# The nodes depend on the formula alone, and every check of a theorem asks for the same ones.
@lru_cache(maxsize=4096)
def _size(expression: sympy.Expr) -> Node:
    own = node_of(expression)
    if own.is_number or not expression.args or not all(isinstance(part, sympy.Expr) for part in expression.args):
        return apply(np.abs, [own])  # a sum over a range, or a case distinction, is taken whole
    if _is_product(expression):
        return apply(np.abs, [own])
    if expression.is_Pow and expression.exp.is_number and expression.exp.is_real:
        given = [] if _is_product(expression.base) else [_size(expression.base)]
        return apply(partial(_of_power, float(expression.exp)), [own, node_of(expression.base), *given])
    sizes = [_size(part) for part in expression.args]
    if expression.is_Add:
        return fold(np.add, sizes)
    parts = [node_of(part) for part in expression.args]
    if expression.is_Mul:
        return apply(_of_product, [*parts, *sizes])
    return apply(partial(_of_function, operation(expression.func, len(parts))), [own, *parts, *sizes])


def _of_product(*given: Any) -> Any:
    """The largest of |product| with one factor replaced by its size."""
    values, sizes = given[: len(given) // 2], given[len(given) // 2 :]
    found, whole = sizes[0], np.abs(values[0])
    for each, extent in zip(values[1:], sizes[1:], strict=True):
        size = np.abs(each)
        found, whole = np.maximum(found * size, whole * extent), whole * size
    return found


def _is_product(expression: sympy.Expr) -> bool:
    """Whether a formula is a symbol, a number, or a product of such: its terms are as large as it is."""
    return all(factor.is_Symbol or factor.is_number for factor in sympy.Mul.make_args(expression))


def _of_power(exponent: float, here: Any, base: Any, *extent: Any) -> Any:
    """As `_of_function` has it of a fixed power, whose derivative by the exponent is known.

    Without an extent the base is as large as its terms, and the derivative by the base known too.
    """
    whole = np.abs(here)
    steepest = 1.0 if extent else max(1.0, abs(exponent))
    found = np.fmax(steepest * whole, whole * np.abs(exponent * np.log(np.abs(base))))
    for each in extent:
        for moved in (base + HAIR * each, base - HAIR * each):
            found = np.fmax(found, np.abs(powers(exponent)(moved) - here) / HAIR)
    return found


def _of_function(raw: Operation, here: Any, *given: Any) -> Any:
    """How far a function moves when its arguments move by a share of their sizes; its value at least."""
    at, sizes = given[: len(given) // 2], given[len(given) // 2 :]
    found = np.abs(here)
    for index, (argument, extent) in enumerate(zip(at, sizes, strict=True)):
        for moved in (argument + HAIR * extent, argument - HAIR * extent):
            apart = np.abs(raw(*at[:index], moved, *at[index + 1 :]) - here) / HAIR
            found = np.fmax(found, apart)
    return found
