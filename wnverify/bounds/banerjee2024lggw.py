"""Gaussian widths of gradients of WeightNorm networks, after Banerjee, Li and Zhou (arXiv:2406.07712).

The paper bounds the width of the gradients by that of the featurizer, with constants that were not at hand; the
explicit constants were derived for this project, from the depth-free bounds. The class is Θ = {‖v‖₂ ≤ 1 + ρ₁, every
‖W_i^l‖₂ ≥ ω} with equal hidden widths, of p = m(d + (L−1)m) + m parameters.
"""

from __future__ import annotations

import sympy
from sympy import Integer, pi, sqrt

from wnverify.bounds.banerjee2024 import Scalar, activation_norm
from wnverify.bounds.depth_free import SUPREMUM
from wnverify.families.networks.gradient_width import omega, rho
from wnverify.families.networks.setting import L, d, m


def featurizer_width(*, size: Scalar | None = None) -> sympy.Expr:
    """√(2m/π)·a_{L−1}, a_l = 1 + l√m c0, which bounds w(A^L), the width of the values of the featurizer.

    The entries of α^L lie in [φ(−r), φ(r)], r = a_{L−1}/√m, which is no longer than 2r; E max(bg, ag) over a draw g
    is (b − a)/√(2π). Cauchy–Schwarz, ‖α^L‖·E‖g‖, gives √m.

    Args:
        size: a_{L−1}, where φ(0) = 0 makes it 1, say.

    >>> featurizer_width(size=1).subs(m, 2)
    2/sqrt(pi)
    """
    return sqrt(2 * m / pi) * (activation_norm(L - 1) if size is None else size)


def hidden_width(
    *, radius: sympy.Expr = 1 + rho, scale: sympy.Expr = omega, fan: sympy.Expr = d + (L - 1) * m
) -> sympy.Expr:
    """(1+ρ₁)√((2 − 1/m)(d + (L−1)m))/ω, 1 for 2 − 1/m at L = 1: sup‖∇_W f‖ times E‖g_W‖ ≤ √(m(d + (L−1)m)).

    Args:
        radius: the factor ‖v‖; 1 + ρ₁ is right.
        scale: ω is right.
        fan: what the rows of all layers have as inputs, in sum.

    >>> hidden_width().subs({L: 1, d: 4})
    2*(rho + 1)/omega
    """
    return radius * sqrt(SUPREMUM) * sqrt(fan) / scale


def gradient_width() -> sympy.Expr:
    """√(2m/π) + (1+ρ₁)√((2 − 1/m)(d + (L−1)m))/ω, which bounds the width of {∇_θ f} where φ(0) = 0."""
    return featurizer_width(size=Integer(1)) + hidden_width()


TANGENT = (1 + sqrt(d)) / 2
"""Bound of (E max_w ⟨(I − wwᵀ)x, g⟩²)^{1/2} over unit w for unit x, g ~ N(0, I_d)."""


def one_layer_width(*, tangent: sympy.Expr = TANGENT) -> sympy.Expr:
    """√(2m/π) + (1+ρ₁)(1 + √d)/(2ω), the same at L = 1, where the gradient in a row is across that row.

    Args:
        tangent: what stands for √d, the size of a draw; (1 + √d)/2 is right.
    """
    return featurizer_width(size=Integer(1)) + (1 + rho) * tangent / omega


def deviation(
    rademacher: sympy.Expr, largest: sympy.Expr, delta: sympy.Expr, samples: sympy.Expr, *, share: Scalar = 2
) -> sympy.Expr:
    """2R + B√(2 log(1/δ)/n): how far gradients of the sample's loss lie from the population's, with chance 1 − δ.

    Another sample moves the supremum by 2B/n, so McDiarmid's inequality gives the second part; symmetrisation gives
    the first.

    Args:
        rademacher: R, the mean of sup‖(1/n) Σ ε_i ∇ℓ_i‖ over samples and signs.
        largest: B, sup‖∇ℓ‖.
        delta: δ.
        samples: n.
        share: the factor of symmetrisation; 2 is right.
    """
    return share * rademacher + largest * sqrt(2 * sympy.log(1 / delta) / samples)
