"""Formulas for runs of two-layer ReLU networks, after Dukler, Gu, Montúfar (arXiv:2006.06878), each written once.

The constants are derived here. Arguments are symbols or expressions: u is |u_k| = g_k(0), and p bounds (κ/√m)∫|r|.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import sympy
from sympy import Rational, gamma, log, sqrt

Condition: TypeAlias = tuple[sympy.Expr, str, sympy.Expr]
"""A hypothesis, as claims take it."""

PHI = sympy.Symbol("phi", positive=True)
"""A certified rate that applies; the quantity is 0 where it does not."""


def turn(p: sympy.Expr, u: sympy.Expr, alpha: sympy.Expr) -> sympy.Expr:
    """A = (q + q²/2)/α² with q = p/u: how far a direction turns."""
    q = p / u
    return (q + q**2 / 2) / alpha**2


def direction_reach(p: sympy.Expr, u: sympy.Expr, alpha: sympy.Expr) -> sympy.Expr:
    """(p + p²/(2u))/α: how far a direction vector moves; |v| stays α u, so it is α u times the turn."""
    return (p + p**2 / (2 * u)) / alpha


def reach(kappa: sympy.Expr, residual: sympy.Expr, rate: sympy.Expr, m: sympy.Expr) -> sympy.Expr:
    """p = κR₀/(φ√m): how far gains move while the residual falls at the rate φ."""
    return kappa * residual / (rate * sqrt(m))


def ball(d: sympy.Expr, s: sympy.Expr) -> sympy.Expr:
    """B_d(s) = s^d/(2^{d/2} Γ(d/2 + 1)) ≥ P(|u| ≤ s) for u ~ N(0, I_d)."""
    return s**d / (2 ** (d / 2) * gamma(d / 2 + 1))


@dataclass(frozen=True)
class Widths:
    """The parameters of a width theorem.

    Args:
        n: inputs.
        m: width.
        d: input dimension.
        kappa: |X|₂.
        alpha: α.
        least: λ₀ for the theorems about V, μ₀ for those about G.
        R: R̄.
        delta: failure probability.
        mean_inverse: E 1/|u|.
    """

    n: sympy.Expr
    m: sympy.Expr
    d: sympy.Expr
    kappa: sympy.Expr
    alpha: sympy.Expr
    least: sympy.Expr
    R: sympy.Expr
    delta: sympy.Expr
    mean_inverse: sympy.Expr

    @property
    def tau(self) -> sympy.Expr:
        """2κR̄/(λ √m), λ the least eigenvalue."""
        return 2 * self.kappa * self.R / (self.least * sqrt(self.m))

    def concentrated(self, events: int) -> Condition:
        """m ≥ 32κ² log(2n/δ)/λ for one event (flow), log(4n/δ) where half of δ is spent elsewhere (descent)."""
        return self.m, ">=", 32 * self.kappa**2 * log(events * self.n / self.delta) / self.least

    def flow_V(self) -> Condition:
        """n(16τ + 2.625 log(n(n+1)/δ)/m) ≤ λ₀/4."""
        spread = Rational(21, 8) * log(self.n * (self.n + 1) / self.delta) / self.m
        return self.n * (16 * self.tau + spread), "<=", self.least / 4

    def flow_G(self) -> Condition:
        """κ²(3p E(1/|u|)/α² + 2B_d(p) + (7/6) log(2/δ)/m) ≤ μ₀/4, p = 2κR̄/(μ₀√m)."""
        turned = 3 * self.tau * self.mean_inverse / self.alpha**2
        spread = Rational(7, 6) * log(2 / self.delta) / self.m
        return self.kappa**2 * (turned + 2 * ball(self.d, self.tau) + spread), "<=", self.least / 4

    def descent_V(self) -> Condition:
        """n(16τ + 10 log(n(n+3)/δ)/m) ≤ λ₀/8."""
        spread = 10 * log(self.n * (self.n + 3) / self.delta) / self.m
        return self.n * (16 * self.tau + spread), "<=", self.least / 8

    def descent_G(self) -> Condition:
        """√n κ(7p/α² + 11 log(2(n+1)/δ)/m) ≤ μ₀/4."""
        spread = 11 * log(2 * (self.n + 1) / self.delta) / self.m
        return sqrt(self.n) * self.kappa * (7 * self.tau / self.alpha**2 + spread), "<=", self.least / 4

    def no_short(self, s: sympy.Expr) -> Condition:
        """m B_d(s) ≤ δ/4: hardly any |u_k| is below s."""
        return self.m * ball(self.d, s), "<=", self.delta / 4


def norm_exponent(p: sympy.Expr, u: sympy.Expr, alpha: sympy.Expr, beta: sympy.Expr) -> sympy.Expr:
    """ν = A(1 + q)β/(α²u), β = ηκR₀/√m: how far log|v|² grows under descent."""
    return turn(p, u, alpha) * (1 + p / u) * beta / (alpha**2 * u)
