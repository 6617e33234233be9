"""Leading terms: f(x) = c·x^p·(log x)^q + o(x^p (log x)^q) as x → ∞, the other symbols fixed, by exact rules.

The coefficient c may be 0 (for instance where a symbol in it may be); what is claimed is the little-o. A rule
that needs c ≠ 0 proves that first. Where the leading terms of a sum cancel, nothing is said. The power ∞ (−∞)
stands for growth (decay) faster than any power, with c = 1 for its sign only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from types import MappingProxyType
from typing import TypeAlias

import sympy

from wnverify.errors import DomainError
from wnverify.symbolic.region import Region

Exponents: TypeAlias = tuple[sympy.Rational, sympy.Rational]
ZERO = sympy.Integer(0)
LONG = 40
"""Operations of a sum above which it is evaluated before it is expanded."""


class NoLeadingTermError(ArithmeticError):
    """The rules give no leading term."""


@dataclass(frozen=True)
class Leading:
    """c·x^p·(log x)^q, up to something smaller."""

    coefficient: sympy.Expr
    power: sympy.Rational = ZERO
    logs: sympy.Rational = ZERO

    @property
    def size(self) -> Exponents:
        """(p, q), in the order of growth."""
        return (self.power, self.logs)

    @property
    def vanishes(self) -> bool:
        """Whether it tends to 0."""
        return self.size < (0, 0)

    @property
    def stays_bounded(self) -> bool:
        """Whether it does not grow."""
        return self.size <= (0, 0)


def leading(expr: sympy.Expr, symbol: sympy.Symbol, region: Region) -> Leading:
    """The leading term of `expr` as the symbol tends to ∞.

    Raises:
        NoLeadingTermError: if the rules give none.

    >>> x, b = sympy.symbols("x b", positive=True)
    >>> from wnverify.symbolic.proof.domain import box_of
    >>> leading(sympy.sqrt(4 * x**2 + b * x) / (1 + x**3), x, Region(box_of([x, b])))
    Leading(coefficient=2, power=-2, logs=0)
    """
    if (expr, symbol) not in region.leading:
        region.leading[expr, symbol] = _found(expr, symbol, region)
    return region.leading[expr, symbol]


def _found(expr: sympy.Expr, symbol: sympy.Symbol, region: Region) -> Leading:
    if symbol not in expr.free_symbols:
        return Leading(expr)
    if expr == symbol:
        return Leading(sympy.Integer(1), sympy.Integer(1))
    if expr.is_Pow:
        return _power(expr, symbol, region)
    if isinstance(expr, sympy.log) and (near := _near_one(expr.args[0], symbol, region)) is not None:
        return near
    parts = [leading(part, symbol, region) for part in expr.args]
    rule = _RULES.get(expr.func)
    if rule is None:
        raise NoLeadingTermError(str(expr))
    return rule(parts, region)


def _sum(parts: Sequence[Leading], region: Region) -> Leading:
    top = max(part.size for part in parts)
    if top[0] == sympy.oo and not all(region.positive(part.coefficient) for part in parts if part.size == top):
        raise NoLeadingTermError("terms faster than any power, perhaps of opposite signs")
    total = sympy.Add(*[part.coefficient for part in parts if part.size == top])
    if total == 0 or (not _differs(total, region) and sympy.expand(total) == 0):
        raise NoLeadingTermError("the leading terms cancel")
    return Leading(total, *top)


def _differs(total: sympy.Expr, region: Region) -> bool:
    """Whether a long sum is plainly not 0 at most points of the region, so that it need not be expanded."""
    if total.count_ops() < LONG:
        return False
    try:
        return region.stands_apart(total)
    except DomainError:  # a function that has no values in doubles
        return False


def _product(parts: Sequence[Leading], region: Region) -> Leading:
    if {sympy.oo, -sympy.oo} <= {part.power for part in parts}:
        raise NoLeadingTermError("faster than any power against faster than any power")
    return reduce(lambda a, b: Leading(a.coefficient * b.coefficient, a.power + b.power, a.logs + b.logs), parts)


def _power(expr: sympy.Expr, symbol: sympy.Symbol, region: Region) -> Leading:
    base, exponent = expr.args
    if symbol in exponent.free_symbols:
        return _exp(
            [_product([leading(sympy.log(base), symbol, region), leading(exponent, symbol, region)], region)], region
        )
    part = leading(base, symbol, region)
    definite = region.positive(part.coefficient) or region.positive(-part.coefficient)
    if not exponent.is_Rational or (exponent < 0 and not definite):
        raise NoLeadingTermError(str(expr))
    if not exponent.is_Integer and not region.nonnegative(part.coefficient):
        raise NoLeadingTermError(str(expr))
    return Leading(part.coefficient**exponent, part.power * exponent, part.logs * exponent)


def _exp(parts: Sequence[Leading], region: Region) -> Leading:
    (part,) = parts
    if part.vanishes:
        return Leading(sympy.Integer(1))
    if part.size == (0, 0):
        return Leading(sympy.exp(part.coefficient))
    # g ~ c·x^p with p > 0 outgrows every multiple of log x, and so does c·(log x)^q with q > 1
    if part.size > (0, 1) and region.positive(part.coefficient):
        return Leading(sympy.Integer(1), sympy.oo)
    if part.size > (0, 1) and region.positive(-part.coefficient):
        return Leading(sympy.Integer(1), -sympy.oo)
    raise NoLeadingTermError("exp of something that grows like log, or with unknown sign")


def _log(parts: Sequence[Leading], region: Region) -> Leading:
    (part,) = parts
    if part.logs or part.power.is_infinite or not region.positive(part.coefficient):
        raise NoLeadingTermError("log of a leading term of unknown sign")
    if part.power == 0:
        return _nonzero(Leading(sympy.log(part.coefficient)))
    return Leading(part.power, ZERO, sympy.Integer(1))


def _near_one(inner: sympy.Expr, symbol: sympy.Symbol, region: Region) -> Leading | None:
    """log(1 + u) ~ u where u tends to 0."""
    one = leading(inner, symbol, region)
    if one.size != (0, 0) or one.coefficient != 1:
        return None
    excess = leading(inner - 1, symbol, region)
    return excess if excess.vanishes else None


def _cosine(parts: Sequence[Leading], region: Region) -> Leading:
    (part,) = parts
    if not part.stays_bounded:
        raise NoLeadingTermError("the cosine of something that grows")
    return Leading(sympy.Integer(1)) if part.vanishes else _nonzero(Leading(sympy.cos(part.coefficient)))


def _nonzero(part: Leading) -> Leading:
    if part.coefficient == 0:
        raise NoLeadingTermError("the leading term cancels")
    return part


def _odd(
    function: Callable[[sympy.Expr], sympy.Expr], far: sympy.Expr | None = None
) -> Callable[[Sequence[Leading], Region], Leading]:
    """A continuous f with f(z) = z + o(z) at 0, and with the limits ±far at ±∞, if any."""

    def rule(parts: Sequence[Leading], region: Region) -> Leading:
        (part,) = parts
        if part.vanishes:
            return part
        if part.size > (0, 0):
            if far is not None and region.positive(part.coefficient):
                return Leading(far)
            if far is not None and region.positive(-part.coefficient):
                return Leading(-far)
            raise NoLeadingTermError("a function of something that grows")
        return _nonzero(Leading(function(part.coefficient)))

    return rule


def _extreme(kind: type, choose: Callable[..., Exponents]) -> Callable[[Sequence[Leading], Region], Leading]:
    """Minimum or maximum of leading terms, all with positive coefficients unless they are of one size."""

    def rule(parts: Sequence[Leading], region: Region) -> Leading:
        sizes = {part.size for part in parts}
        if len(sizes) > 1 and not all(region.positive(part.coefficient) for part in parts):
            raise NoLeadingTermError("a minimum or maximum of terms of unknown signs")
        size = choose(sizes)
        return Leading(kind(*[part.coefficient for part in parts if part.size == size]), *size)

    return rule


_RULES: Mapping[type, Callable[[Sequence[Leading], Region], Leading]] = MappingProxyType(
    {
        sympy.Add: _sum,
        sympy.Mul: _product,
        sympy.Min: _extreme(sympy.Min, min),
        sympy.Max: _extreme(sympy.Max, max),
        sympy.exp: _exp,
        sympy.log: _log,
        sympy.cos: _cosine,
        sympy.sin: _odd(sympy.sin),
        sympy.tanh: _odd(sympy.tanh, sympy.Integer(1)),
        sympy.atan: _odd(sympy.atan, sympy.pi / 2),
    }
)
