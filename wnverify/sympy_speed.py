"""Spares sympy what it does again and again, or for nothing; every result stays what it is.

- `free_symbols` goes through the whole expression at each call: here each part is asked once.
- A minimum or maximum compares its arguments in pairs whenever one is built: each pair is compared once, and one of
  which now this, now that is the larger, at numbers that its symbols may be, is not compared by way of terms.
- Each of these arguments is asked whether it is real: here only where its parts do not tell.
- A sum under a power is asked whether a term is infinite, which may take a hundred questions about its parts, to find
  a literal a + b·i: here one without an i is not asked.
- The terms of a sum are put in order anew each time it is printed, and all parts printed anew: here once.
- A sum looks for tensors among its terms, for which sympy loads them, and all permutations of the faces of polyhedra:
  here only where something else has loaded them, for before that there are none.
- What may follow about an expression is looked up in a random order, drawn anew each time: here in that of the
  alphabet, so that the same run asks the same questions.

Whether an expression may be something else than a real number is a question that sympy answers by hundreds of others;
`surely_real` sees by the parts of most of them that it need not be asked.
"""

from __future__ import annotations

import builtins
import math
import operator
import sys
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache, wraps
from importlib import import_module
from types import FunctionType, MappingProxyType, SimpleNamespace
from typing import Any

import sympy
from sympy.functions.elementary.miscellaneous import MinMaxBase
from sympy.printing.str import StrPrinter

KEPT = 1 << 15
"""Expressions of which the symbols, and pairs of which the order, are remembered."""
NEAR, FAR, PATTERNS, ROUNDING = (1.0, 1 / 64), (32.0, 64.5), 8, 1e-9
"""Numbers that symbols are set to, whole ones and others; in so many ways; a share by which rounding may mislead."""
SPECIAL = ("zero", "infinite", "even", "odd", "prime", "composite", "irrational", "transcendental")
"""What a symbol may be that these numbers are not."""
REAL_OF_REALS = (sympy.Add, sympy.Mul, sympy.Min, sympy.Max, sympy.Abs, sympy.exp, sympy.sin, sympy.cos, sympy.tanh)
"""What real numbers make real, or undefined."""
FUNCTIONS: Mapping[Any, Callable[..., float]] = MappingProxyType({
    sympy.Add: lambda *terms: math.fsum(terms), sympy.Mul: lambda *factors: math.prod(factors),
    sympy.Pow: operator.pow, sympy.Min: min, sympy.Max: max, sympy.Abs: abs,
    sympy.exp: math.exp, sympy.log: math.log, sympy.sin: math.sin, sympy.cos: math.cos, sympy.tanh: math.tanh,
})  # fmt: skip
TENSORS = "sympy.tensor.tensor"
"""The module of sympy that takes a thirtieth of a second to load."""


def spare() -> None:
    """Put the quicker ones in the place of sympy's; once is enough."""
    assumptions: Any = import_module("sympy.core.assumptions")  # the name of a function, too
    if assumptions.shuffle is not list.sort:
        assumptions.shuffle = list.sort
        sympy.Basic.free_symbols = property(lambda self: set(_symbols(self)), doc=sympy.Basic.free_symbols.__doc__)
        compared: Any = lru_cache(KEPT)(_compared(MinMaxBase._is_connected.__func__))
        MinMaxBase._is_connected = classmethod(compared)
        filtered: Any = _filtered(MinMaxBase._new_args_filter.__func__)
        MinMaxBase._new_args_filter = classmethod(filtered)
        flatten: Any = _without_tensors(sympy.Add.flatten.__func__)
        sympy.Add.flatten = classmethod(flatten)
        sympy.Add._eval_power = _power_of_sum(sympy.Add._eval_power)
        sympy.Expr.as_ordered_terms = _ordered_once(sympy.Expr.as_ordered_terms)
        StrPrinter._print = _printed_once(StrPrinter._print)


@lru_cache(KEPT)
def _symbols(expression: sympy.Basic) -> frozenset[sympy.Basic]:
    return frozenset().union(*(part.free_symbols for part in expression.args))


def _compared(theirs: Callable[[Any, sympy.Expr, sympy.Expr], Any]) -> Callable[[Any, sympy.Expr, sympy.Expr], Any]:
    @wraps(theirs)
    def connected(cls: Any, one: sympy.Expr, other: sympy.Expr) -> Any:
        return False if in_no_order(one, other) else theirs(cls, one, other)

    return connected


def _filtered(theirs: Callable[[Any, Any], Iterator[sympy.Expr]]) -> Callable[[Any, Any], Iterator[sympy.Expr]]:
    @wraps(theirs)
    def filtered(cls: Any, arguments: Any) -> Iterator[sympy.Expr]:
        for each in arguments:
            if isinstance(each, sympy.Expr) and surely_real(each) and not each.is_number:
                yield from each.args if each.func == cls else (each,)
            else:
                yield from theirs(cls, [each])

    return filtered


def in_no_order(one: sympy.Expr, other: sympy.Expr) -> bool:
    """Whether numbers tell that neither is always the larger; if they do not, it may still be so.

    >>> x, y = sympy.symbols("x y", positive=True)
    >>> in_no_order(x, y**2), in_no_order(x, x + y)
    (True, False)
    """
    signs = set()
    for point in _points(one, other):
        try:
            left, right = _at(one, point), _at(other, point)
            if abs(left - right) > ROUNDING * (abs(left) + abs(right)):  # NaN is not
                signs.add(left > right)
        except (ArithmeticError, KeyError, TypeError, ValueError):  # no real number, or a function of others
            return False
        if len(signs) == 2:
            return True
    return False


def _points(*expressions: sympy.Expr) -> Iterator[dict[sympy.Basic, float]]:
    """Numbers that the symbols of some expressions may be; none where little is known of one of them."""
    symbols = sorted(set().union(*(expression.free_symbols for expression in expressions)), key=str)
    if any(not s.is_extended_real or any(getattr(s, f"is_{kind}") for kind in SPECIAL) for s in symbols):
        return
    for pattern in range(PATTERNS):
        far = [(index >> pattern // 2) % 2 != pattern % 2 for index in range(len(symbols))]
        yield {
            symbol: (FAR if there else NEAR)[0 if symbol.is_integer else 1] * (-1 if symbol.is_nonpositive else 1)
            for symbol, there in zip(symbols, far, strict=True)
        }


def _at(expression: sympy.Basic, point: Mapping[sympy.Basic, float]) -> float:
    """A number there."""
    if expression.is_Symbol:
        return point[expression]
    if expression.is_Number or expression.is_NumberSymbol:
        return float(expression)
    return FUNCTIONS[expression.func](*[_at(part, point) for part in expression.args])


def _without_tensors(theirs: FunctionType) -> Callable[..., Any]:
    """The same code, for which modules that are loaded are imported at once, and that of tensors is empty if not."""
    none = type("NoTensor", (), {})
    empty = SimpleNamespace(TensExpr=none, TensAdd=none)

    def found(name: str, *given: Any) -> Any:
        module = sys.modules.get(name)
        return module or (empty if name == TENSORS else builtins.__import__(name, *given))

    quicker = {**theirs.__globals__, "__builtins__": {**vars(builtins), "__import__": found}}
    return wraps(theirs)(FunctionType(theirs.__code__, quicker, theirs.__name__, theirs.__defaults__))


def _power_of_sum(theirs: Callable[[sympy.Add, sympy.Expr], Any]) -> Callable[[sympy.Add, sympy.Expr], Any]:
    @wraps(theirs)
    def power(self: sympy.Add, exponent: sympy.Expr) -> Any:
        complex_number = any(sympy.I in sympy.Mul.make_args(term) for term in self.args)
        return theirs(self, exponent) if complex_number else None

    return power


def _ordered_once(theirs: Callable[..., Any]) -> Callable[..., Any]:
    kept = lru_cache(KEPT)(lambda self, order: tuple(theirs(self, order)))

    @wraps(theirs)
    def ordered(self: sympy.Expr, order: Any = None, data: bool = False) -> Any:
        return theirs(self, order, data) if data else list(kept(self, order))

    return ordered


def _printed_once(theirs: Callable[..., str]) -> Callable[..., str]:
    """Texts are kept where a printer is sympy's own, as it is; how a lone number looks depends on where it stands."""
    plain, kept = StrPrinter()._settings, dict[sympy.Expr, str]()

    @wraps(theirs)
    def printed(self: StrPrinter, expr: Any, **options: Any) -> str:
        if not isinstance(expr, sympy.Expr) or not expr.args or type(self) is not StrPrinter:
            return theirs(self, expr, **options)
        if options or self._settings != plain:
            return theirs(self, expr, **options)
        if expr not in kept:
            if len(kept) >= KEPT:
                kept.clear()
            kept[expr] = theirs(self, expr)
        return kept[expr]

    return printed


@lru_cache(KEPT)
def surely_real(expression: sympy.Basic) -> bool:
    """Whether the parts tell that an expression is a real number, undefined, or infinite where one of them is.

    If not, it may still be so.

    >>> x = sympy.Symbol("x", positive=True)
    >>> surely_real(sympy.sqrt(x + 1)), surely_real(sympy.sqrt(x - 1))
    (True, False)
    """
    if isinstance(expression, sympy.Pow):
        base, exponent = expression.args
        return surely_real(base) and surely_real(exponent) and bool(exponent.is_Integer or _surely_nonnegative(base))
    if isinstance(expression, sympy.log):
        return _surely_nonnegative(expression.args[0])
    if isinstance(expression, REAL_OF_REALS):
        return all(map(surely_real, expression.args))
    if expression.is_Symbol and (expression.is_zero or expression.is_infinite):
        return False
    return bool(expression.is_Atom and expression.is_extended_real)


@lru_cache(KEPT)
def _surely_nonnegative(expression: sympy.Basic) -> bool:
    """Whether the parts tell that a real expression is not negative where it is defined."""
    if isinstance(expression, sympy.Pow):
        base, exponent = expression.args
        return surely_real(expression) and bool(exponent.is_even or _surely_nonnegative(base))
    if isinstance(expression, sympy.Abs | sympy.exp | sympy.Max):
        enough = any if isinstance(expression, sympy.Max) else lambda _: True
        return surely_real(expression) and enough(map(_surely_nonnegative, expression.args))
    if isinstance(expression, sympy.Mul | sympy.Min):
        return all(map(_surely_nonnegative, expression.args))
    if isinstance(expression, sympy.Add):
        return bool(sympy.Add(*map(_at_least, expression.args)).is_extended_nonnegative)
    return bool(expression.is_Atom and surely_real(expression) and expression.is_extended_nonnegative)


def _at_least(term: sympy.Expr) -> sympy.Expr:
    """A number that a term of a sum surely reaches, as whole numbers from 1 on reach 1; −∞ if none is known."""
    number, rest = term.as_coeff_Mul()
    if number.is_negative:
        below_one = isinstance(rest, sympy.Pow) and rest.exp.is_negative and _at_least(rest.base) >= 1
        return number if below_one or rest is sympy.S.One else -sympy.oo
    if not _surely_nonnegative(rest):
        return -sympy.oo
    from_one = rest is sympy.S.One or (rest.is_Symbol and rest.is_integer and rest.is_positive)
    return number if from_one else sympy.S.Zero
