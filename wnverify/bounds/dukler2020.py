"""Formulas for two-layer ReLU networks with normalised directions, after Dukler, Gu, Montúfar (arXiv:2006.06878).

The kernels are functions of the angle θ between two inputs and of their dimension d. Rates are the paper's; the
explicit constants were derived for this project.
"""

from __future__ import annotations

import sympy
from sympy import cos, gamma, log, pi, sin, sqrt

from wnverify.families.relu.kernels import alpha, d, n, theta


def j1(angle: sympy.Expr = theta) -> sympy.Expr:
    """J1(θ) = sin θ + (π − θ) cos θ.

    >>> j1(sympy.Integer(0))
    pi
    """
    return sin(angle) + (pi - angle) * cos(angle)


def j2(angle: sympy.Expr = theta) -> sympy.Expr:
    """J2(θ) = 3 sin θ cos θ + (π − θ)(1 + 2 cos² θ).

    >>> j2(sympy.Integer(0))
    3*pi
    """
    return 3 * sin(angle) * cos(angle) + (pi - angle) * (1 + 2 * cos(angle) ** 2)


def kernel_H(angle: sympy.Expr = theta) -> sympy.Expr:
    """H∞ = (π − θ) cos θ/(2π), the kernel without normalisation."""
    return (pi - angle) * cos(angle) / (2 * pi)


def kernel_G(angle: sympy.Expr = theta) -> sympy.Expr:
    """G∞ = J1(θ)/(2πd), the part of the gains."""
    return j1(angle) / (2 * pi * d)


def kernel_V(angle: sympy.Expr = theta) -> sympy.Expr:
    """V∞ = ((d−1)(π−θ) cos θ − sin θ)/(2πd), the part of the directions.

    >>> sympy.simplify(kernel_V() + kernel_G() - kernel_H())
    0
    """
    return ((d - 1) * (pi - angle) * cos(angle) - sin(angle)) / (2 * pi * d)


def second_moment_V(fourth: sympy.Expr | None = None) -> sympy.Expr:
    """E (c − aa′)² 1 1 = c²(π−θ)/(2π) − 2c J1/(2πd) + J2/(2πd(d+2)).

    Args:
        fourth: what stands for d(d+2) = E|u|⁴.
    """
    c, four = cos(theta), d * (d + 2) if fourth is None else fourth
    return c**2 * (pi - theta) / (2 * pi) - 2 * c * j1() / (2 * pi * d) + j2() / (2 * pi * four)


def mean_relu() -> sympy.Expr:
    """b_d = Γ(d/2)/(2√π Γ((d+1)/2)).

    >>> mean_relu().subs(d, 3)
    1/4
    """
    return gamma(d / 2) / (2 * sqrt(pi) * gamma((d + 1) / 2))


def inverse_norm() -> sympy.Expr:
    """E 1/|u| = Γ((d−1)/2)/(√2 Γ(d/2)).

    >>> inverse_norm().subs(d, 3)
    sqrt(2)/sqrt(pi)
    """
    return gamma((d - 1) / 2) / (sqrt(2) * gamma(d / 2))


def small_ball(s: sympy.Expr) -> sympy.Expr:
    """B_d(s) = s^d/(2^{d/2} Γ(d/2 + 1)), which bounds P(|u| ≤ s).

    >>> small_ball(sympy.Integer(1)).subs(d, 2)
    1/2
    """
    return s**d / (2 ** (d / 2) * gamma(d / 2 + 1))


def orthonormal_lambda() -> sympy.Expr:
    """((d−1) − (n−1)/π)/(2d), the eigenvalue of V∞ along 1 for orthonormal inputs; the least one."""
    return ((d - 1) - (n - 1) / pi) / (2 * d)


def orthonormal_mu() -> sympy.Expr:
    """(1 − 1/π)/(2d), the eigenvalue of G∞ across 1 for orthonormal inputs; the least one if n ≥ 2."""
    return (1 - 1 / pi) / (2 * d)


def orthonormal_condition() -> sympy.Expr:
    """Condition number of Λ∞ for n ≥ 2 orthonormal inputs: one eigenvalue along 1, another across."""
    along = orthonormal_lambda() / alpha**2 + (1 + (n - 1) / pi) / (2 * d)
    across = ((d - 1) + 1 / pi) / (2 * d * alpha**2) + orthonormal_mu()
    return sympy.Max(along / across, across / along)


def entry_deviation(delta: sympy.Expr, width: sympy.Expr) -> sympy.Expr:
    """s = √(log(n(n+1)/δ)/(2m)), Hoeffding's deviation of all n(n+1)/2 entries at once."""
    return sqrt(log(n * (n + 1) / delta) / (2 * width))
