"""Formulas for least squares under weight normalization, after Wu et al. (arXiv:1911.07956), each written once.

Notation: gain g and direction w at the start, om = ‖P_⊥w‖, X = ‖A⁺y‖, and c = rate_g/rate_w, the only way in
which the learning rates enter a limit.
"""

from __future__ import annotations

import sympy
from sympy import exp

from wnverify.families.least_squares import X, g, om, rate_g, rate_w

RATIO = sympy.Symbol("c", positive=True)
"""c as a symbol of its own: replacing rate_g by c·rate_w shows that a formula depends on the ratio only."""
ONLY_RATIO = {rate_g: RATIO * rate_w}
"""To be `given` to `free_of(rate_w)`."""


def ratio() -> sympy.Expr:
    """c = rate_g/rate_w.

    >>> ratio()
    rate_g/rate_w
    """
    return rate_g / rate_w


def null_square(square: sympy.Expr, exponent: sympy.Expr = sympy.S.One) -> sympy.Expr:
    """om² e^{(g² − s)/c}, the squared norm of P_⊥w where the squared gain is s.

    Args:
        square: s.
        exponent: a factor in the exponent; 1 is right.
    """
    return om**2 * exp(exponent * (g**2 - square) / ratio())


def distance_upper() -> sympy.Expr:
    """X² k/(1 − k) with k = om² e^{(g² − X²)/c}."""
    k = null_square(X**2)
    return X**2 * k / (1 - k)


def distance_lower() -> sympy.Expr:
    """X² k₁/(1 − k₁) with k₁ = om² e^{(g² − X²/(1−k))/c}."""
    k = null_square(X**2 / (1 - null_square(X**2)))
    return X**2 * k / (1 - k)


def small_flow() -> tuple[list[sympy.Symbol], sympy.Expr, list[sympy.Expr], sympy.Expr]:
    """The flow for one row A = (a₁, a₂), written out: the symbols (g, w₁, w₂), g′, w′, and P_⊥w up to a factor."""
    a1, a2, y = sympy.symbols("a1 a2 y", real=True)
    gain, w1, w2 = sympy.symbols("g w1 w2", real=True)
    error = gain * (a1 * w1 + a2 * w2) - y
    force = [a1 * error, a2 * error]
    along = w1 * force[0] + w2 * force[1]
    velocity = [-rate_w * gain * (q - along * w) for q, w in zip(force, (w1, w2), strict=True)]
    return [gain, w1, w2], -rate_g * along, velocity, a1 * w2 - a2 * w1


def invariant_derivative() -> sympy.Expr:
    """e^{−g²/2c} (e^{g²/2c} P_⊥w)′ for one row in the plane: it vanishes identically."""
    symbols, gain_rate, velocity, null = small_flow()
    invariant = null * exp(symbols[0] ** 2 / (2 * ratio()))
    rates = [gain_rate, *velocity]
    total = sum((invariant.diff(x) * rate for x, rate in zip(symbols, rates, strict=True)), sympy.Integer(0))
    return sympy.expand(total * exp(-(symbols[0] ** 2) / (2 * ratio())))


def velocity_per_rate() -> sympy.Expr:
    """(g′ + w₁′)/rate_w for one row in the plane: the orbits depend on the rates through their ratio only."""
    _, gain_rate, velocity, _ = small_flow()
    return sympy.expand((gain_rate + velocity[0]) / rate_w)
