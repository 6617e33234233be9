"""Bounds for WeightNorm networks after Cisneros-Velarde et al. (arXiv:2409.08935).

The paper states rates; the explicit constants were derived for this project. With `a_l = 1 + l√m c0`
one has ‖α^l‖₂ ≤ a_l, since every layer is 1-Lipschitz and adds at most √m·c0.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import sympy
from sympy import pi, sin, sqrt

from wnverify.families.networks.setting import L, beta, c0, m
from wnverify.families.networks.weight_norm import omega, rho

Scalar: TypeAlias = "sympy.Expr | int"


def activation_norm(layer: Scalar) -> sympy.Expr:
    """a_l = 1 + l√m c0, which bounds ‖α^l‖₂; 1 when φ(0) = 0.

    >>> activation_norm(0)
    1
    """
    return 1 + layer * sqrt(m) * c0


def chain_eigenvalue() -> sympy.Expr:
    """λ_L = 1/(4 sin²(π/(4L+2))), the largest eigenvalue of the L×L matrix [L + 1 − max(j, k)].

    >>> chain_eigenvalue().subs(L, 1)
    1
    """
    return 1 / (4 * sin(pi / (4 * L + 2)) ** 2)


def hidden_gradient_squared() -> sympy.Expr:
    """(1+ρ₁)²/(mω²) Σ_{l<L} a_l², which bounds ‖∇_W f‖²; the sum written out.

    >>> hidden_gradient_squared().subs(c0, 0)
    L*(rho + 1)**2/(m*omega**2)
    """
    step = sqrt(m) * c0
    total = L + step * L * (L - 1) + step**2 * L * (L - 1) * (2 * L - 1) / 6
    return (1 + rho) ** 2 / (m * omega**2) * total


def gradient_squared() -> sympy.Expr:
    """G² = a_L² + (1+ρ₁)²/(mω²) Σ_{l<L} a_l², which bounds ‖∇_θ f‖²."""
    return activation_norm(L) ** 2 + hidden_gradient_squared()


def cross_term() -> sympy.Expr:
    """b = a√L/(√m ω), a = a_{L−1}: the bilinear part of the second derivative in (W, v)."""
    return activation_norm(L - 1) * sqrt(L) / (sqrt(m) * omega)


CURVATURE = 2 / sqrt(3)
"""sup‖D²N(w)[u,u]‖·‖w‖² over unit u, for the normalisation N(w) = w/‖w‖; exact."""


def hidden_term(
    *, own: sympy.Expr = CURVATURE, scale: sympy.Expr = omega**2, radius: sympy.Expr = 1 + rho
) -> sympy.Expr:
    """C = (1+ρ₁){β a² [(1 − m^{-1/2}) + λ_L m^{-1/2}]/(mω²) + (2/√3) a/(√m ω²) + a(L−1)/(mω²)}.

    The three summands: curvature of the activations, of the normalisation itself, and their cross term.

    Args:
        own: the curvature of the normalisation.
        scale: the power of the minimum weight norm; ω² is right.
        radius: the factor ‖v‖; 1 + ρ₁ is right.
    """
    curvature, cross, activation = _summands(own, scale)
    return radius * (activation + curvature + cross)


def hidden_terms() -> tuple[sympy.Expr, sympy.Expr, sympy.Expr]:
    """The summands of C apart: of the normalisation, of the cross term, of the activations; see `hidden_term`."""
    curvature, cross, activation = _summands(CURVATURE, omega**2)
    return (1 + rho) * curvature, (1 + rho) * cross, (1 + rho) * activation


def _summands(own: sympy.Expr, scale: sympy.Expr) -> tuple[sympy.Expr, sympy.Expr, sympy.Expr]:
    """The same without the factor ‖v‖."""
    a = activation_norm(L - 1)
    activation = beta * a**2 * ((1 - 1 / sqrt(m)) + chain_eigenvalue() / sqrt(m)) / (m * scale)
    return own * a / (sqrt(m) * scale), a * (L - 1) / (m * scale), activation


def hessian_from(hidden: sympy.Expr, cross: sympy.Expr) -> sympy.Expr:
    """(C + √(C² + 4b²))/2, the largest eigenvalue of [[0, b], [b, C]].

    >>> hessian_from(sympy.Integer(3), sympy.Integer(2))
    4
    """
    return (hidden + sqrt(hidden**2 + 4 * cross**2)) / 2


def hessian() -> sympy.Expr:
    """H = (C + √(C² + 4b²))/2, which bounds ‖∇²_θ f‖₂."""
    return hessian_from(hidden_term(), cross_term())


@dataclass(frozen=True)
class Predictor:
    """Bounds of a predictor, and what follows from them for its square loss.

    Args:
        gradient_squared: G², which bounds ‖∇_θ f‖².
        hessian: H, which bounds ‖∇²_θ f‖₂.
    """

    gradient_squared: sympy.Expr
    hessian: sympy.Expr

    def smoothness(self, loss: sympy.Expr) -> sympy.Expr:
        """β_𝓛 = 2G² + 2H√𝓛, which bounds ‖∇²𝓛‖₂ at any θ of that loss.

        ∇²𝓛 = (2/n)Σ(∇f_i∇f_iᵀ + e_i∇²f_i), and (1/n)Σ|e_i| ≤ √𝓛.

        Args:
            loss: the square loss 𝓛.
        """
        return 2 * self.gradient_squared + 2 * self.hessian * sqrt(loss)

    def restricted_convexity(
        self, kappa: Scalar, ratio: sympy.Expr, loss: sympy.Expr, distance: sympy.Expr, *, sign: int = -1
    ) -> sympy.Expr:
        """α = (κ²/2)·‖∇𝓛‖²/𝓛 − 2H(√𝓛 + G‖δ‖), the parameter of restricted strong convexity.

        Root mean square of ⟨δ,∇f_i⟩ ≥ |⟨δ,∇𝓛⟩|/(2√𝓛) by Cauchy–Schwarz, which gives the first term; the remainder
        of second order is at most ½H‖δ‖² in every f_i, which gives the second.

        Args:
            kappa: κ = |⟨δ,∇𝓛⟩|/(‖δ‖‖∇𝓛‖).
            ratio: ‖∇𝓛‖²/𝓛.
            loss: 𝓛(θ).
            distance: ‖δ‖.
            sign: of the second term; −1 is right.
        """
        return kappa**2 * ratio / 2 + sign * 2 * self.hessian * (sqrt(loss) + sqrt(self.gradient_squared) * distance)

    def smoothness_of(self, most_curved: Scalar, slope_mean: sympy.Expr) -> sympy.Expr:
        """bG² + H·mean|ℓ′|, which bounds ‖∇²𝓛‖₂ for any loss with |ℓ″| ≤ b; ∇²𝓛 = (1/n)Σ(ℓ″∇f∇fᵀ + ℓ′∇²f).

        Args:
            most_curved: b.
            slope_mean: (1/n)Σ|ℓ′|.
        """
        return most_curved * self.gradient_squared + self.hessian * slope_mean

    def remainder_of(self, least_curved: Scalar, slope_square: sympy.Expr, distance: sympy.Expr) -> sympy.Expr:
        """aGH‖δ‖ + H√s, the negative part of the α of any loss; see `restricted_convexity_of`."""
        steep = sqrt(self.gradient_squared) * distance
        return least_curved * self.hessian * steep + self.hessian * sqrt(slope_square)

    def restricted_convexity_of(
        self,
        kappa: Scalar,
        gradient: sympy.Expr,
        slope_square: sympy.Expr,
        least_curved: Scalar,
        distance: sympy.Expr,
    ) -> sympy.Expr:
        """α = aκ²‖∇𝓛‖²/s − aGH‖δ‖ − H√s, for any loss with ℓ″ ≥ a ≥ 0 between f(θ) and f(θ′); s = (1/n)Σℓ′².

        With f′ = f + ḟ + r, |r| ≤ ½H‖δ‖² and |ḟ| ≤ G‖δ‖, Taylor's formula for ℓ between f and f′ gives

            𝓛′ − 𝓛 − ⟨δ,∇𝓛⟩ ≥ (1/n)Σ(ℓ′r + (a/2)(f′ − f)²),   (f′ − f)² = (ḟ + r)² ≥ ḟ² − 2|ḟ||r|,

        where (1/n)Σ|ℓ′r| ≤ ½H‖δ‖²√s, (1/n)Σ|ḟ||r| ≤ ½GH‖δ‖³, and (1/n)Σḟ² ≥ ((1/n)Σℓ′ḟ)²/s = κ²‖δ‖²‖∇𝓛‖²/s by
        Cauchy and Schwarz. At a = 2 and s = 4𝓛 this is `restricted_convexity`.

        Args:
            kappa: κ = |⟨δ,∇𝓛⟩|/(‖δ‖‖∇𝓛‖).
            gradient: ‖∇𝓛‖².
            slope_square: s.
            least_curved: a.
            distance: ‖δ‖.
        """
        first = least_curved * kappa**2 * gradient / slope_square
        return first - self.remainder_of(least_curved, slope_square, distance)


def predictor() -> Predictor:
    """G² and H of this file."""
    return Predictor(gradient_squared(), hessian())


def decrease_share(step: sympy.Expr, smoothness: sympy.Expr) -> sympy.Expr:
    """η(1 − ηβ_𝓛/2) = ζ(2 − ζ)/(2β_𝓛) with ζ = ηβ_𝓛: the share of ‖∇𝓛‖² by which a gradient step lowers 𝓛.

    >>> x = sympy.Symbol("x", positive=True)
    >>> decrease_share(1 / x, x)
    1/(2*x)
    """
    return step * (1 - step * smoothness / 2)


def complexity(samples: sympy.Expr) -> sympy.Expr:
    """(1+ρ₁)(√(2L log 2) + 1 + L√m c0)/√n, which bounds the empirical Rademacher complexity.

    Peeling a layer costs a factor 2 inside E exp(λ·) (contraction, with absolute values), hence L log 2 in the
    exponent; ‖Σ ε_i x_i‖ ≤ √n in mean and 1-sub-Gaussian around it over √n; the best λ gives √(2L log 2) + 1.

    Args:
        samples: n.
    """
    return (1 + rho) * (sqrt(2 * L * sympy.log(2)) + 1 + L * sqrt(m) * c0) / sqrt(samples)


def chance(span: sympy.Expr, delta: sympy.Expr, samples: sympy.Expr) -> sympy.Expr:
    """3M√(log(2/δ)/(2n)), what the chance of the sample adds to a uniform bound, with probability 1 − δ.

    Args:
        span: M, where the loss takes values in [0, M].
        delta: δ.
        samples: n.
    """
    return 3 * span * sqrt(sympy.log(2 / delta) / (2 * samples))


def hessian_rate() -> sympy.Expr:
    """L³(1+ρ₁)(1+β)/(√m min{ω, ω²}), the rate that the paper claims for ‖∇²_θ f‖₂ when φ(0) = 0."""
    return L**3 * (1 + rho) * (1 + beta) / (sqrt(m) * sympy.Min(omega, omega**2))


def contraction(step: sympy.Expr, smoothness: sympy.Expr, ratio: sympy.Expr) -> sympy.Expr:
    """q = 1 − ζ(2−ζ)R/(2β_𝓛), ζ = ηβ_𝓛: by this factor at least 𝓛 falls in a step whose ‖∇𝓛‖²/𝓛 is at least R.

    >>> x = sympy.Symbol("x", positive=True)
    >>> contraction(1 / x, x, x)
    1/2
    """
    return 1 - decrease_share(step, smoothness) * ratio


def drift(step: sympy.Expr, loss: sympy.Expr, factor: sympy.Expr, steps: sympy.Expr = sympy.oo) -> sympy.Expr:
    """2 a_L η √𝓛₀ (1 − q^{T/2})/(1 − √q), which bounds ‖v(T) − v(0)‖ if 𝓛 falls by the factor q in every step.

    ‖∂_v𝓛‖ = ‖(2/n) Σ e_i α_i^L‖ ≤ 2 a_L (1/n) Σ|e_i| ≤ 2 a_L √𝓛, and 𝓛_t ≤ q^t 𝓛₀: a geometric sum.

    Args:
        step: η.
        loss: 𝓛₀.
        factor: q < 1.
        steps: T; without it T = ∞.
    """
    whole = 2 * activation_norm(L) * step * sqrt(loss) / (1 - sqrt(factor))
    return whole if steps is sympy.oo else whole * (1 - factor ** (steps / 2))


def equilibrium(step: sympy.Expr, decay: sympy.Expr, sphere_gradient: sympy.Expr) -> sympy.Expr:
    """ηG̃²/(2λ − ηλ²), the fourth power of the row norm that a step of gradient descent with decay λ keeps.

    ω² = (1 − ηλ)²ω² + η²G̃²/ω², G̃ the gradient norm of the row scaled to norm 1.
    """
    return step * sphere_gradient**2 / (2 * decay - step * decay**2)
