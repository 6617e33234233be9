"""Claims about a bound: how they are written, and how each is decided by two independent routes.

>>> omega = sympy.Symbol("omega", positive=True)
>>> claim = decreasing(omega)
>>> print(claim)
decreasing in omega
>>> decide(claim, 1 / (1 + omega), np.random.default_rng(0)).verdict.name
'PROVED'
>>> decide(claim, omega + 1 / omega, np.random.default_rng(0)).witness
{'omega': '1', 'omega′': '2', 'left side': '2.50000000000', 'right side': '2.00000000000'}
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import sympy

from wnverify.errors import DomainError
from wnverify.symbolic.kinds import (
    Below,
    BoundClaim,
    BoundedIn,
    Decision,
    Direction,
    FreeOf,
    Limit,
    Monotone,
    Order,
    Sublinear,
)
from wnverify.verdict import Verdict

__all__ = [
    "Below", "BoundClaim", "BoundedIn", "Decision", "Direction", "FreeOf", "Limit", "Monotone", "Order", "Sublinear",
    "below", "bounded_in", "decide", "decreasing", "free_of", "increasing", "limit", "order",
    "real_and_nonnegative", "sublinear", "unknown_symbols",
]  # fmt: skip

BEYOND = (DomainError, ArithmeticError, NotImplementedError, RecursionError, TypeError, sympy.PolynomialError)
"""What the arithmetic, and sympy, raise on expressions that they cannot follow."""
Given = Mapping[sympy.Symbol, Any] | None


def decreasing(symbol: sympy.Symbol, of: sympy.Expr | None = None, given: Given = None) -> Monotone:
    """Weakly decreasing in the symbol."""
    return Monotone(symbol, Direction.DECREASING, of=of, given=given)


def increasing(symbol: sympy.Symbol, of: sympy.Expr | None = None, given: Given = None) -> Monotone:
    """Weakly increasing in the symbol."""
    return Monotone(symbol, Direction.INCREASING, of=of, given=given)


def free_of(symbol: sympy.Symbol, of: sympy.Expr | None = None, given: Given = None) -> FreeOf:
    """Its value does not depend on the symbol."""
    return FreeOf(symbol, of=of, given=given)


def sublinear(symbol: sympy.Symbol, of: sympy.Expr | None = None, given: Given = None) -> Sublinear:
    """f(x)/x → 0 as x → ∞."""
    return Sublinear(symbol, of=of, given=given)


def bounded_in(symbol: sympy.Symbol, of: sympy.Expr | None = None, given: Given = None) -> BoundedIn:
    """Its supremum over the symbol is finite, the others fixed."""
    return BoundedIn(symbol, of=of, given=given)


def order(rate: sympy.Expr, of: sympy.Expr | None = None, given: Given = None) -> Order:
    """At most a constant times the rate, on the whole domain."""
    return Order(rate, of=of, given=given)


def below(other: sympy.Expr, of: sympy.Expr | None = None, given: Given = None) -> Below:
    """At most the other bound, on the whole domain."""
    return Below(other, of=of, given=given)


def limit(symbol: sympy.Symbol, to: Any, value: Any, of: sympy.Expr | None = None, given: Given = None) -> Limit:
    """Tends to the value as the symbol tends to `to`."""
    return Limit(symbol, sympy.sympify(to), sympy.sympify(value), of=of, given=given)


def decide(claim: BoundClaim, bound: sympy.Expr, rng: np.random.Generator, samples: int = 4000) -> Decision:
    """Decide a claim about `bound`: an exact argument, confirmed by sampling; or a certified witness.

    The same generator state gives the same decision.
    """
    from wnverify.symbolic import deciders  # few commands need them, and they take long to load

    return _settled(claim, lambda: deciders.decide(claim, bound, rng, samples))


def real_and_nonnegative(bound: sympy.Expr, rng: np.random.Generator, samples: int = 4000) -> Decision:
    """Decide whether the bound is real, finite and ≥ 0 on the whole domain of its symbols.

    >>> x = sympy.Symbol("x", positive=True)
    >>> real_and_nonnegative(x - 2 * sympy.sqrt(x) + 1, np.random.default_rng(0)).verdict.name
    'PROVED'
    """
    from wnverify.symbolic import deciders

    return _settled("real and nonnegative", lambda: deciders.decide_nonnegative(bound, rng, samples))


def _settled(what: object, decision: Callable[[], Decision]) -> Decision:
    """A decision, or why there is none."""
    from wnverify.symbolic.sampling import NoPointError

    try:
        return decision()
    except NoPointError as error:
        return Decision(Verdict.UNDECIDED, f"{what}: {error}")
    except BEYOND as error:
        return Decision(Verdict.ERROR, f"{what}: {error}")


def unknown_symbols(expr: sympy.Expr, known_names: Sequence[str]) -> list[str]:
    """One message for each symbol whose name is not known, with the nearest known name.

    >>> unknown_symbols(sympy.Symbol("omga") + sympy.Symbol("m"), ["m", "omega"])
    ['omga: did you mean omega?']
    """
    names = sorted({symbol.name for symbol in expr.free_symbols} - set(known_names))
    return [_suggestion(name, known_names) for name in names]


def _suggestion(name: str, known_names: Sequence[str]) -> str:
    near = difflib.get_close_matches(name, known_names, n=1)
    return f"{name}: did you mean {near[0]}?" if near else f"{name}: known are {', '.join(sorted(known_names))}"
