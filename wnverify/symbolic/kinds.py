"""The kinds of claims that a theorem makes about its own bound. Pure data, each with a readable label."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache
from typing import Any

import sympy
from sympy.concrete.expr_with_limits import ExprWithLimits

from wnverify.errors import TheoremFileError, expected
from wnverify.symbolic.proof.intervals import RULES
from wnverify.symbolic.proof.tree import Proof
from wnverify.verdict import Verdict

PLAIN = (*RULES, sympy.sin, sympy.cos, sympy.tan)
"""What a closed form may consist of: no distinction of cases, and no function without a rule."""


@dataclass(frozen=True, kw_only=True)
class BoundClaim(ABC):
    """A claim about a bound.

    Args:
        of: the expression that is meant; None for the theorem's own bound.
        given: replacements made first, e.g. `{c0: 0}`; `{L: L + 1}` confines L to L ≥ 2.
    """

    of: sympy.Expr | None = None
    given: Mapping[sympy.Symbol, Any] | None = None

    def __str__(self) -> str:
        return self.label + "".join(f", {key} = {value}" for key, value in (self.given or {}).items())

    @property
    @abstractmethod
    def label(self) -> str:
        """The claim in words."""

    def bound(self, default: sympy.Expr) -> sympy.Expr:
        """The expression that the claim is about, after its replacements."""
        return self.substitute(default if self.of is None else self.of)

    def substitute(self, expression: Any) -> sympy.Expr:
        """Make the replacements of `given`, and write out finite sums."""
        new = {symbol: sympy.sympify(value) for symbol, value in (self.given or {}).items()}
        return _with_values(sympy.sympify(expression), tuple(new.items()))


@lru_cache(maxsize=64)
def _with_values(expression: sympy.Expr, new: tuple[tuple[sympy.Symbol, sympy.Expr], ...]) -> sympy.Expr:
    if expression.has(ExprWithLimits):  # an index of that name is another symbol
        return written_out(expression.subs(dict(new), simultaneous=True))
    return written_out(expression.xreplace(dict(new)))


def written_out(expression: sympy.Expr) -> sympy.Expr:
    """The expression with its sums and products in closed form, where sympy knows one in plain functions.

    >>> l, L, s = sympy.symbols("l L s", integer=True, positive=True)
    >>> written_out(sympy.Sum(l, (l, 1, L)))
    L**2/2 + L/2
    >>> written_out(sympy.Sum(s**l, (l, 0, L)))
    Sum(s**l, (l, 0, L))
    """
    if not expression.has(sympy.Sum, sympy.Product, sympy.Integral):
        return expression
    found = expression.doit()
    plain = all(part.func in PLAIN for part in sympy.preorder_traversal(found) if part.args)
    return found if plain or expression.has(sympy.Integral) else expression


class Direction(Enum):
    """Which way a weakly monotone bound goes."""

    DECREASING = "decreasing"
    INCREASING = "increasing"


@dataclass(frozen=True)
class _AboutSymbol(BoundClaim):
    symbol: sympy.Symbol

    def __post_init__(self) -> None:
        if not isinstance(self.symbol, sympy.Symbol):
            raise TheoremFileError(expected("a symbol", repr(self.symbol)))


@dataclass(frozen=True)
class Monotone(_AboutSymbol):
    """Weakly monotone in one symbol, the others fixed anywhere in their domains."""

    direction: Direction = Direction.INCREASING

    @property
    def label(self) -> str:
        """The claim in words."""
        return f"{self.direction.value} in {self.symbol}"


@dataclass(frozen=True)
class FreeOf(_AboutSymbol):
    """The value does not depend on the symbol."""

    @property
    def label(self) -> str:
        """The claim in words."""
        return f"free of {self.symbol}"


@dataclass(frozen=True)
class Sublinear(_AboutSymbol):
    """f(x)/x → 0 as x → ∞, the others fixed."""

    @property
    def label(self) -> str:
        """The claim in words."""
        return f"sublinear in {self.symbol}"


@dataclass(frozen=True)
class BoundedIn(_AboutSymbol):
    """The supremum over the symbol is finite, the others fixed."""

    @property
    def label(self) -> str:
        """The claim in words."""
        return f"bounded in {self.symbol}"


@dataclass(frozen=True)
class Order(BoundClaim):
    """bound ≤ K·rate on the whole domain, for some constant K."""

    rate: sympy.Expr

    @property
    def label(self) -> str:
        """The claim in words."""
        return f"O({self.rate})"


@dataclass(frozen=True)
class Below(BoundClaim):
    """bound ≤ other on the whole domain."""

    other: sympy.Expr

    @property
    def label(self) -> str:
        """The claim in words."""
        return f"at most {self.other}"


@dataclass(frozen=True)
class Limit(_AboutSymbol):
    """The limit as the symbol tends to `to`, the others fixed."""

    to: sympy.Expr
    value: sympy.Expr

    @property
    def label(self) -> str:
        """The claim in words."""
        return f"tends to {self.value} as {self.symbol} → {self.to}"


@dataclass(frozen=True)
class Decision:
    """What was decided about a claim, and why.

    Args:
        verdict: PROVED (exact argument, confirmed by sampling), REFUTED (certified witness), HELD (no proof
            found, no violation sampled), UNDECIDED (the routes disagree, or nothing could be evaluated), ERROR.
        reason: one sentence for the reader.
        argument: the exact argument, empty if none was found.
        proof: the certificate that the checker accepted; None if there is none.
        witness: values of the symbols and of both sides where the claim fails.
        sampled: at how many points the claim was evaluated.
        worst: the largest sampled left side over right side, where that makes sense.
    """

    verdict: Verdict
    reason: str
    argument: str = ""
    witness: Mapping[str, str] | None = None
    sampled: int = 0
    worst: float | None = None
    proof: Proof | None = field(default=None, compare=False, repr=False)
