"""Whether a bound is a number for the networks that a proof is to be about, before it is searched for."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

import sympy

from wnverify.balls.expression import enclose
from wnverify.claim import Claim
from wnverify.engine.activations import exact_constants
from wnverify.errors import DomainError, UsageError, expected
from wnverify.families.networks.setting import L, beta, c0, d, m
from wnverify.families.networks.weight_norm import omega, rho
from wnverify.proving.checker import POINTS
from wnverify.proving.domain import Domain


def check_defined(claim: Claim, domain: Domain) -> None:
    """Refuse a bound that is undefined, infinite or not real whatever ρ₁ and ω are.

    Args:
        claim: whose right side is asked about; one that is made of other quantities is left to who knows of these.
        domain: the networks.

    Raises:
        UsageError: for such a bound; says of which kind it is.
    """
    constants = exact_constants(domain.activation)
    known = {L: domain.L, m: domain.m, d: domain.d, beta: constants["beta"], c0: constants["c0"]}
    symbols = claim.rhs.free_symbols
    if symbols - {*known, rho, omega}:
        return
    if fault := _fault(claim.rhs, known) or _beyond(claim.rhs, known):
        text = str(claim.rhs)
        short = text if len(text) < 80 else f"{text[:77]}..."
        free = ", whatever rho and omega are" if symbols & {rho, omega} else ""
        got = f"{fault} in {short} for {domain.shape} {domain.activation}{free}"
        raise UsageError(expected("a bound that is a number", got))


def _fault(bound: sympy.Expr, known: Mapping[sympy.Symbol, object]) -> str:
    """What sympy finds wrong with it, in words; empty if nothing."""
    try:
        value = bound.subs(known, simultaneous=True)
    except (ValueError, TypeError):  # Max and Min of what has no order
        return "numbers that cannot be compared, one of them undefined or not real,"
    if value.has(sympy.zoo):
        return "a division by zero, or the logarithm of 0,"
    if value.has(sympy.nan):
        return "an undefined value such as 0/0"
    if value.is_infinite:
        return "an infinite value"
    return "a value that is no real number" if value.is_real is False else ""


def _beyond(bound: sympy.Expr, known: Mapping[sympy.Symbol, object]) -> str:
    """That balls find no finite value at any of a few points, in words; empty if they do."""
    with suppress(DomainError):  # of a function that balls do not know, as is told later
        if not any(enclose(bound, {**known, rho: s - 1, omega: w}).is_finite() for s, w in POINTS):
            return f"no finite value at any of {len(POINTS)} points"
    return ""
