"""Scale: the known scalings of a bound, in whose units attained values are told.

Of the factors of the right side those are kept that measure the instance, ω^(−2), 1 + ρ or ‖v‖, and the powers of the
sizes, m^(−1/2). Dropped is what is to be found anew: numbers, and whatever else is made of sizes and constants.
A bound that is no product may still grow as a power of each measured quantity, or of 1 + ρ: its numbers tell.
"""

from __future__ import annotations

import math

import sympy

from wnverify.claim import Claim
from wnverify.errors import UsageError, expected
from wnverify.family import Family

POINTS = 3
"""At so many points the power must be the same."""


def scale(claim: Claim, family: Family) -> sympy.Expr:
    """The known scalings of a claim's right side; the whole of it where it is a sum that cannot be taken apart.

    Args:
        claim: an inequality.
        family: which knows what is measured.

    Raises:
        UsageError: for an identity, or a claim that holds with a probability only.

    >>> from wnverify.families.networks.weight_norm import WEIGHT_NORM, L, hidden_gradient_norm, m, omega, rho
    >>> bound = sympy.sqrt(sympy.Min(L, 2) - 1 / m) * (1 + rho) / (sympy.sqrt(m) * omega)
    >>> scale(Claim(hidden_gradient_norm, "<=", bound), WEIGHT_NORM)
    (rho + 1)/(sqrt(m)*omega)
    """
    check_has_maximum(claim)
    bound = sympy.powdenest(sympy.expand_power_base(claim.rhs, force=True), force=True)
    parts = [factor for factor in sympy.Mul.make_args(bound) if _is_kept(factor, family)]
    return sympy.Mul(*(_powers(factor.as_coeff_Mul()[1], family) for factor in parts))


def check_has_maximum(claim: Claim) -> None:
    """Refuse what has no attained maximum.

    Raises:
        UsageError: for an identity, or a claim that holds with a probability only.
    """
    if claim.relation == "=":
        raise UsageError(expected("an inequality, whose attained maxima are sought", f"the identity {claim.main}"))
    if claim.probability is not None:
        got = f"a claim that holds with the probability {claim.probability}"
        raise UsageError(expected("a claim about every instance", got, "of a chance nothing is attained"))


def _is_kept(factor: sympy.Expr, family: Family) -> bool:
    """Whether a factor is a known scaling: it measures the instance, or is a power of one size."""
    sources = {symbol.name: family.quantities[symbol.name].source for symbol in factor.free_symbols}
    if not all(source.of_situation for source in sources.values()):
        return True
    base, exponent = factor.as_base_exp()
    return bool(base.is_Symbol and exponent.is_Rational and sources[base.name].name == "SIZE")


def _powers(factor: sympy.Expr, family: Family) -> sympy.Expr:
    """A factor as a product of powers of what it measures, times what does not matter; itself if it is none."""
    measured = sorted(
        (s for s in factor.free_symbols if not family.quantities[s.name].source.of_situation),
        key=lambda s: str(s.name),
    )
    if factor.is_Pow or factor.is_Symbol or (len(measured) == 1 and factor == 1 + measured[0]):
        return factor
    found = []
    for symbol in measured:
        power = {base: _degree(factor, symbol, base - symbol) for base in (symbol, 1 + symbol)}
        known = [base**degree for base, degree in power.items() if degree is not None]
        if not known:
            return factor
        found.append(known[0])
    return sympy.Mul(*found)


def _degree(factor: sympy.Expr, symbol: sympy.Symbol, shift: sympy.Expr) -> sympy.Rational | None:
    """The power of symbol + shift as which a factor grows; None if it is no power of it."""
    names = sorted(factor.free_symbols, key=str)
    function = sympy.lambdify(names, factor, "math")
    seen = set()
    for place in range(POINTS):
        point = {name: 2.0 + place + index for index, name in enumerate(names)}
        here = point[symbol] + int(shift)
        try:
            ends = [function(*(point | {symbol: t * here - int(shift)}).values()) for t in (1.0, 2.0)]
            seen.add(round(2 * math.log2(ends[1] / ends[0]), 9))
        except (ValueError, ZeroDivisionError, OverflowError, TypeError):
            return None
    (twice,) = seen if len(seen) == 1 else (0.5,)
    return sympy.Rational(round(twice), 2) if twice == round(twice) else None
