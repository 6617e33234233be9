"""Formulas about the diagonal model x = (ru)^L with weight normalization (Chou, Rauhut, Ward, arXiv:2305.05448).

The flow is r' = −⟨u, G⟩, u' = −ηr(I − uuᵀ)G with G = ∇_w l. Explicit constants were derived for this project.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

import sympy
from sympy import Rational, exp, log, sqrt

from wnverify.claim import Claim
from wnverify.families.diagonal.limits import plain_solved, solved, unevenness
from wnverify.families.diagonal.point import eta, mirror_size, pair_high, pair_low, pair_size, pull_norm

Scalar: TypeAlias = "sympy.Expr | int"
ENTROPIC: Mapping[str, tuple[str, ...]] = {"L": ("2",)}
DEEP: Mapping[str, tuple[str, ...]] = {"L": ("3", "4")}
SIGNED: Mapping[str, tuple[str, ...]] = {"model": ("signed",)}
"""What theorems confine the settings to."""
BOTH_LIMITS: Mapping[str, Any] = {"limit found": (solved, "=", 1), "plain limit found": (plain_solved, "=", 1)}
UNIFORM: Mapping[str, Any] = {"uniform start": (unevenness, "=", 0)}
"""Hypotheses of comparisons with plain gradient flow from the same start."""


def log_rho(L: Scalar, eta: Scalar, r0: Scalar, r: Scalar) -> sympy.Expr:
    """log ρ = L log(r/r_0) − (Lη/2)(r² − r_0²): the flow at radius r acts as if it had started from ρ x_0.

    >>> log_rho(2, 1, 1, 1)
    0
    """
    return L * log(r / r0) - L * eta * (r**2 - r0**2) / 2


def rho_after(L: Scalar, eta: Scalar, r0: Scalar, gap: Scalar) -> sympy.Expr:
    """ρ when r² has grown by `gap`: (1 + gap/r_0²)^{L/2} e^{−Lη·gap/2}."""
    return (1 + gap / r0**2) ** (L * Rational(1, 2)) * exp(-L * eta * gap / 2)


def kappa(L: Scalar, eta: sympy.Expr, r: sympy.Expr) -> sympy.Expr:
    """Speed of the mirror flow, times e^{aηr²}: 4ηr² for L = 2, L(L − 2)ηr^L for L > 2."""
    return 4 * eta * r**2 if L == 2 else L * (L - 2) * eta * r**L


def distance(*parts: tuple[sympy.Expr, sympy.Expr], rest: Scalar = 0) -> sympy.Expr:
    """√(Σ(measured − predicted)² + rest²): the length of a vector defect given by components."""
    return sqrt(sympy.Add(*[(one - other) ** 2 for one, other in parts], sympy.sympify(rest) ** 2))


def mirror_motion(rate: sympy.Expr, stray: sympy.Expr, speed: sympy.Expr) -> Claim:
    """The mirror gradient moves along −∇l, at this speed."""
    defect = distance((rate, speed * pull_norm), rest=stray) / mirror_size
    return Claim(defect, "=", sympy.Integer(0), tolerance=1e-12)


def pairs_move(rate: sympy.Expr) -> Claim:
    """The invariants of all pairs x₊, x₋ change at this logarithmic rate."""
    defect = (abs(pair_low - rate) + abs(pair_high - rate)) / (pair_size * (1 + eta))
    return Claim(defect, "=", sympy.Integer(0), tolerance=1e-12)


def invariant_derivative(L: int, columns: int) -> sympy.Expr:
    """d/dt of the invariant of the flow, written out for one row A = (a_1, …, a_N) and a kernel vector.

    L = 2: ⟨z, log u⟩ + (η/2) r²⟨z, 1⟩; L > 2: ⟨z, u^{−(L−2)}⟩ e^{−(L−2)ηr²/2} (without the exponential).
    Step sizes: s for r and sη for u; e is the residual, z = (a_2, −a_1) or (a_2, a_3 − a_1, −a_2).
    """
    r, s, eta = sympy.symbols("r s eta", positive=True)
    # a polynomial in e and a that vanishes for positive ones vanishes for all
    e = sympy.Symbol("e", positive=True)
    a = sympy.symbols(f"a1:{columns + 1}", positive=True)
    u = sympy.symbols(f"u1:{columns + 1}", positive=True)
    z = [a[1], -a[0]] if columns == 2 else [a[1], a[2] - a[0], -a[1]]
    G = [L * (r * u_i) ** (L - 1) * a_i * e for u_i, a_i in zip(u, a, strict=True)]
    along = sympy.Add(*[u_i * G_i for u_i, G_i in zip(u, G, strict=True)])
    r_rate = -s * along
    rates = [-s * eta * r * (G_i - along * u_i) for u_i, G_i in zip(u, G, strict=True)]
    terms = list(zip(z, u, rates, strict=True))
    if L == 2:
        return sympy.Add(*[z_i * rate / u_i for z_i, u_i, rate in terms]) + eta * r * r_rate * sympy.Add(*z)
    k = L - 2
    powers = sympy.Add(*[-k * z_i * rate / u_i ** (k + 1) for z_i, u_i, rate in terms])
    return powers - k * eta * r * r_rate * sympy.Add(*[z_i / u_i**k for z_i, u_i, _ in terms])


def orbit_slope(L: int) -> sympy.Expr:
    """du_1/dr on the orbit with steps α for r and β for u, both times s; two columns, one row."""
    r, s, alpha, beta, u1, u2, a1, a2 = sympy.symbols("r s alpha beta u1 u2 a1 a2", positive=True)
    G = [L * (r * u) ** (L - 1) * a for u, a in ((u1, a1), (u2, a2))]
    along = u1 * G[0] + u2 * G[1]
    return s * beta * r * (G[0] - along * u1) / (s * alpha * along)
