"""Formulas for two-layer ReLU networks with normalised directions, after Dukler, Gu, Montúfar (arXiv:2006.06878).

The kernels are functions of the angle θ between two inputs and of their dimension d. Rates are the paper's; the
explicit constants were derived for this project. A symbol is taken from one family and serves the theorems of others:
symbols of equal name and domain are equal. The dimension of `widths`, at least 2, is another one.
"""

from __future__ import annotations

from typing import Any

import sympy
from sympy import Integer, Rational, cos, gamma, log, pi, sin, sqrt

from wnverify.claim import Claim
from wnverify.families.relu import widths
from wnverify.families.relu.concentration import delta, gram_norm, kappa, lambda_0, m, mu_0, share
from wnverify.families.relu.kernels import PLANAR, Given, alpha, d, n, theta
from wnverify.families.relu.rotations import correlation, doubtful
from wnverify.families.relu.runs import start_residual, step, u_norm
from wnverify.families.relu.scalings import gain_exponent

PHI = sympy.Symbol("phi", positive=True)
"""A certified rate that applies; the quantity is 0 where it does not."""

# ---- kernels at infinite width


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


def closed_form(mean: sympy.Expr, value: sympy.Expr) -> Claim:
    """The claim that a mean over the sphere, measured by quadrature, has a value."""
    return Claim(mean - value, "=", Integer(0), given=PLANAR, tolerance=1e-12)


# ---- concentration at the initialisation


def small_ball(s: sympy.Expr, dimension: sympy.Expr = d) -> sympy.Expr:
    """B_d(s) = s^d/(2^{d/2} Γ(d/2 + 1)), which bounds P(|u| ≤ s) for u ~ N(0, I_d).

    >>> small_ball(sympy.Integer(1)).subs(d, 2)
    1/2
    """
    return s**dimension / (2 ** (dimension / 2) * gamma(dimension / 2 + 1))


def entry_deviation() -> sympy.Expr:
    """√(log(n(n+1)/δ)/(2m)), Hoeffding's deviation of all n(n+1)/2 entries at once."""
    return sqrt(log(n * (n + 1) / delta) / (2 * m))


def bernstein_bulk(norm: sympy.Expr) -> sympy.Expr:
    """√(2κ²|K∞|₂ l/m), l = log(2n/δ): what the variance of the summands contributes."""
    return sqrt(2 * kappa**2 * norm * log(2 * n / delta) / m)


def bernstein(norm: sympy.Expr) -> sympy.Expr:
    """√(2κ²|K∞|₂ l/m) + 2κ² l/(3m), l = log(2n/δ): the deviation of a kernel in the spectral norm.

    Args:
        norm: |V∞|₂ or |G∞|₂.
    """
    return bernstein_bulk(norm) + 2 * kappa**2 * log(2 * n / delta) / (3 * m)


def frobenius(variance: sympy.Expr) -> sympy.Expr:
    """(√S + |XXᵀ|_F √log(1/δ))/√m, McDiarmid's deviation in the Frobenius norm.

    Args:
        variance: S = m E|K(0) − K∞|_F².
    """
    return (sqrt(variance) + gram_norm * sqrt(log(1 / delta))) / sqrt(m)


def chernoff_exponent(least: sympy.Expr) -> sympy.Expr:
    """e² m λ/(2κ²): the share e of the least eigenvalue λ is lost with a chance of at most n exp(−that)."""
    return share**2 * m * least / (2 * kappa**2)


def chernoff_width(least: sympy.Expr, events: int = 1) -> sympy.Expr:
    """32κ² log(n/δ)/λ, from which on a kernel keeps 3/4 of its least eigenvalue λ with probability 1 − δ.

    Args:
        least: λ₀ or μ₀.
        events: among how many such events δ is shared.
    """
    return 32 * kappa**2 * log(events * n / delta) / least


# ---- movement along a run: u is |u_k| = g_k(0), and p bounds (κ/√m)∫|r|


def reach(rate: sympy.Expr) -> sympy.Expr:
    """p = κR₀/(φ√m): how far gains move while the residual falls at the rate φ."""
    return kappa * start_residual / (rate * sqrt(m))


def turn(p: sympy.Expr) -> sympy.Expr:
    """A = (q + q²/2)/α² with q = p/u: how far a direction turns."""
    q = p / u_norm
    return (q + q**2 / 2) / alpha**2


def direction_reach(p: sympy.Expr) -> sympy.Expr:
    """(p + p²/(2u))/α: how far a direction vector moves; |v| stays α u, so it is α u times the turn."""
    return (p + p**2 / (2 * u_norm)) / alpha


def norm_exponent(p: sympy.Expr) -> sympy.Expr:
    """ν = A(1 + q)β/(α²u), β = ηκR₀/√m: how far log|v|² grows under descent."""
    beta = step * kappa * start_residual / sqrt(m)
    return turn(p) * (1 + p / u_norm) * beta / (alpha**2 * u_norm)


def flips() -> sympy.Expr:
    """(1 + |⟨x_i, x_j⟩|)/2 for the share of neurons that may see both inputs but need not: changes of sign in V."""
    return doubtful * (1 + abs(correlation)) / 2


def scaling(exponent: sympy.Expr, within: sympy.Expr) -> Claim:
    """The claim that the measured exponent of the gains' movement is this one, nine times out of ten."""
    return Claim(abs(gain_exponent - exponent), "<=", within, probability=Rational(9, 10))


# ---- widths from which on a rate holds with probability 1 − δ


def tau(least: sympy.Expr) -> sympy.Expr:
    """τ = 2κR̄/(λ√m), λ the least eigenvalue λ₀ or μ₀."""
    return 2 * kappa * widths.Rbar / (least * sqrt(m))


def _wide(scale: Given, width: tuple[Any, Any], room: tuple[Any, str, Any], more: Given | None = None) -> Given:
    """What a width theorem supposes: a width and its least value, and the room that a small residual leaves."""
    return {
        **scale,
        "concentration": (width[0], ">=", width[1]),
        "small residual for the width": room,
        **(more or {}),
        "residual at most Rbar": (start_residual, "<=", widths.Rbar),
    }


def _steps(short: sympy.Expr, longest: sympy.Expr) -> Given:
    """m B_d(s) ≤ δ/4, hardly any |u_k| is below s; and η at most the longest step."""
    return {"no short u": (m * small_ball(short, widths.d), "<=", delta / 4), "step size": (step, "<=", longest)}


_V, _G = tau(lambda_0), tau(mu_0)
# λ_min(G(0)) is taken over the neurons of |u| ≥ τ alone, whose gains stay positive. Lengths and directions being
# independent, their mean is P(|u| ≥ τ) G∞ ≥ (1 − B)G∞, B = B_d(τ), and Chernoff's inequality leaves 3/4 of that. They
# turn by at most 3τ/(2α²|u|), on average 2 · 3τ E(1/|u|)/(2α²) + (7/6) log(2/δ)/m at most, by Bernstein's inequality.
_SHORT = small_ball(_G, widths.d)
_TURNED = 3 * _G * widths.mean_inverse / alpha**2 + Rational(7, 6) * log(2 / delta) / m
_LOW: Given = {"alpha at most 1": (alpha, "<=", 1)}
_HIGH: Given = {"alpha at least 1": (alpha, ">=", 1)}
FLOW_V = _wide(
    _LOW,
    (m, chernoff_width(lambda_0, 2)),
    (n * (16 * _V + Rational(21, 8) * log(n * (n + 1) / delta) / m), "<=", lambda_0 / 4),
)
"""α ≤ 1, m ≥ 32κ² log(2n/δ)/λ₀, n(16τ + 2.625 log(n(n+1)/δ)/m) ≤ λ₀/4, R₀ ≤ R̄."""
FLOW_G = _wide(
    _HIGH,
    (m * (1 - _SHORT), chernoff_width(mu_0, 2)),
    (kappa**2 * _TURNED + Rational(3, 4) * mu_0 * _SHORT, "<=", mu_0 / 4),
)
"""α ≥ 1, m(1−B) ≥ 32κ² log(2n/δ)/μ₀, κ²(3τ E(1/|u|)/α² + (7/6) log(2/δ)/m) + (3/4)Bμ₀ ≤ μ₀/4, B = B_d(τ), R₀ ≤ R̄."""
DESCENT_V = _wide(
    _LOW,
    (m, chernoff_width(lambda_0, 4)),
    (n * (16 * _V + 10 * log(n * (n + 3) / delta) / m), "<=", lambda_0 / 8),
    _steps(2 * alpha**2 * _V, 4 * alpha**2 / (9 * kappa**2)),
)
"""As for the flow with 4n/δ, n(16τ + 10 log(n(n+3)/δ)/m) ≤ λ₀/8, m B_d(2α²τ) ≤ δ/4, η ≤ 4α²/(9κ²)."""
DESCENT_G = _wide(
    _HIGH,
    (m, chernoff_width(mu_0, 4)),
    (sqrt(n) * kappa * (7 * _G / alpha**2 + 11 * log(2 * (n + 1) / delta) / m), "<=", mu_0 / 4),
    _steps(2 * _G, 4 / (9 * kappa**2)),
)
"""As for G's flow with 4n/δ and B = 0, √n κ(7τ/α² + 11 log(2(n+1)/δ)/m) ≤ μ₀/4, m B_d(2τ) ≤ δ/4, η ≤ 4/(9κ²)."""
ROOM = {"the constants of the width": "runs at the smallest admissible width use a few per cent of the room"}
"""Why the widths' constants cannot be refuted."""

# ---- widths that are enough, to be compared with those that are printed

ELL = log(2 * n / delta)
"""ℓ = log(2n/δ); log(n(n+1)/δ) ≤ 2ℓ and log(2/δ) ≤ ℓ."""
WORST: Given = {
    kappa: sqrt(n), widths.Rbar: sqrt(n * ELL), widths.mean_inverse: sqrt(pi / 2), alpha: 1 + alpha,
    lambda_0: 1 / (1 + lambda_0), mu_0: 1 / (1 + mu_0),
}  # fmt: skip
"""The worst that can be: κ² = n, R̄² = nℓ (initial_output, for bounded targets), d = 2; α > 1, eigenvalues below 1."""
ENOUGH_V = {
    "concentration": 32 * kappa**2 * ELL / lambda_0,
    "residual": 65536 * n**2 * kappa**2 * widths.Rbar**2 / lambda_0**4,
    "turns": 42 * n * ELL / lambda_0,
}
"""`FLOW_V` holds from their maximum on: each of the last two leaves λ₀/8 to the other."""
ENOUGH_G = {
    "concentration": Rational(192, 5) * kappa**2 * ELL / mu_0,
    "residual": 9216 * kappa**6 * widths.Rbar**2 * widths.mean_inverse**2 / (alpha**4 * mu_0**4),
    "turns": Rational(56, 3) * kappa**2 * ELL / mu_0,
    "short neurons": 12 * kappa**2 * widths.Rbar**2 / mu_0**2,
}
"""`FLOW_G` holds from their maximum on: short neurons have B ≤ 1/6 and leave μ₀/8, and two others share that."""
