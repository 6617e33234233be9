"""Formulas for linear models with batch normalization, after Cao, Zou, Li & Gu (arXiv:2306.11680), each once.

The descent part writes Γ = Pγ, τ = ηP²T and s = |ℓ′(Γ)| = 1/(1 + e^Γ), and supposes throughout a run that the outputs
lie close, |F_i − Γ| ≤ 1/4, and that it starts at Γ₀ ≥ 1/2. The margins then average μ ≥ √(1 − (1/4Γ)²) ≥ √3/2.

Growth of γ, for ηP² ≤ 1. With x = Γ⁺ − Γ = ηP² mean(|ℓ′_i| a_i), a_i = F_i/Γ of mean μ ≤ 1: below,
e^{Γ⁺} ≥ e^Γ(1 + x) and x ≥ ηP² μ/(1 + e^{Γ+1/4}), so e^Γ grows by at least ηP² μ/(e^{−1/2} + e^{1/4}) ≥ .458 ηP²;
above, x ≤ ηP²/(1 + e^{Γ−1/4}) ≤ .44 and e^x ≤ 1 + x e^x, so it grows by at most e^{1/4+.44} ηP² ≤ 2 ηP².

Distance to span(w*). With p = ⟨−∂L/∂w, w*⟩ and a = ⟨w, w*⟩, since w is orthogonal to ∂L/∂w,
‖w_⊥⁺‖² = ‖w_⊥‖² + η²‖∂L/∂w‖² − (2aηp + η²p²)/‖w*‖². All margins are positive, so p ≥ (Γ/2‖w‖_Σ) min|ℓ′| D. The part
of the slopes across the margins is at most s(1 + e^{1/4}Γ) times m − 1 in mean square, mean (m − 1)² ≤ D/(1 + μ), so
‖∂L/∂w‖² ≤ (Γ²λ_max/‖w‖_Σ²) s²(1 + 1.285Γ)² D/1.866. With min|ℓ′| ≥ .5289 e^{−Γ}, ‖w_⊥‖ ≤ R/2 for R = ‖w‖ and
e^Γ ≥ .27 Γ(1 + 1.285Γ)² steps η ≤ R²√λ_min/(9‖w*‖λ_max) make η‖∂L/∂w‖² ≤ ap/‖w*‖². By D ≥ 2λ_min‖w_⊥‖²/‖w‖_Σ² and
‖w‖_Σ ≤ √λ_max R what is left lessens ‖w_⊥‖² by the part (√3/2) η Γ min|ℓ′| λ_min/(‖w*‖λ_max^{3/2}R²) at least.

The clock S = Σ_t ηP² Γ_t min_i|ℓ′_i|. With G = e^{Γ(0)} and x = G + 2τ: Γ e^{−Γ} ≥ log(G + .45τ)/x ≥ log(x)/(2x), for
(G + .45τ)² ≥ G + 2τ if G ≥ √e. On one step of length at most 2 log(x)/x is at least .82 of what it becomes (it is
largest at e, and .303 at √e), so S ≥ .5289·½·.82·¼ [log²x] from G to G + 2τ, no less than (1/20) log²(1 + 2τ/G).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sympy
from sympy import Integer, Rational, exp, log, sqrt

from wnverify.claim import Claim
from wnverify.families.batch_norm.descent import CLOSE, norm_end, steps
from wnverify.families.batch_norm.state import (
    RESOLVED,
    SPANNING,
    P,
    discrepancy,
    distance,
    gamma,
    gradient_norm,
    lambda_max,
    lambda_min,
    mean_margin,
    next_norm,
    progress,
    sigma_norm,
    slope_max,
    step,
    target_norm,
    weight_norm,
)

LEAST = Rational(1443, 2000)
"""1 − W(1/e) = .72153…, cut: the least of 1 + Fσ(F), σ(F) = 1/(1 + e^{−F}); W is Lambert's function."""

POSITIVE: Mapping[str, Any] = {"margins of positive mean": (mean_margin, ">=", 0)}


def push(slope: sympy.Expr, norm: sympy.Expr = sigma_norm) -> sympy.Expr:
    """(γP/2‖w‖_Σ)·slope·D: how far a unit of descent moves w along w* at least.

    >>> push(Integer(2))
    P*discrepancy*gamma/sigma_norm
    """
    return gamma * P / (2 * norm) * slope * discrepancy


def moves(bound: sympy.Expr, given: Mapping[str, Any] | None = None) -> Claim:
    """⟨−∂L/∂w, w*⟩ ≥ bound, where it keeps its digits."""
    return Claim(progress, ">=", bound, given={**(given or {}), **RESOLVED}, tolerance=1e-8)


def scale_slope(at: sympy.Expr = P * gamma) -> sympy.Expr:
    """1/(1 + e^{Pγ}): |ℓ′| where all margins are equal.

    >>> scale_slope()
    1/(exp(P*gamma) + 1)
    """
    return 1 / (1 + exp(at))


def grown(growth: sympy.Expr) -> Claim:
    """‖w⁺‖² ≤ ‖w‖² + η² growth."""
    return Claim(next_norm**2, "<=", weight_norm**2 + step**2 * growth, tolerance=1e-9)


def gradient_square(high: sympy.Expr = lambda_max, slope: sympy.Expr = slope_max) -> sympy.Expr:
    """(γP)² λ_max max|ℓ′|²/‖w‖_Σ², which ‖∂L/∂w‖² does not exceed.

    `−∂L/∂w = (γP/‖w‖_Σ)(1/nP) Zᵀv` with v the part of the slopes across the margins, so that ‖v‖² ≤ nP max|ℓ′|².

    >>> gradient_square(Integer(1), Integer(1))
    P**2*gamma**2/sigma_norm**2
    """
    return (gamma * P) ** 2 * high * slope**2 / sigma_norm**2


def pythagoras(power: int = 2) -> Claim:
    """‖w⁺‖² = ‖w‖² + η²‖∂L/∂w‖²."""
    return Claim(next_norm**2, "=", weight_norm**2 + step**2 * gradient_norm**power, tolerance=1e-8)


TAU = step * P**2 * steps
START = exp(P * gamma)
GROWTH = (Rational(9, 20), Integer(2))
"""Between these times τ lies e^{Pγ(T)} − e^{Pγ(0)}."""
TURNING: Mapping[str, Any] = {
    **CLOSE,
    **SPANNING,
    "w near span(w*)": (distance, "<=", weight_norm / 2),
    "short steps for w": (step, "<=", weight_norm**2 * sqrt(lambda_min) / (9 * target_norm * lambda_max)),
}
"""Hypotheses of the second stage, with those on w."""


CLOCK = Rational(1, 20)


def log_clock(constant: sympy.Expr = CLOCK) -> sympy.Expr:
    """constant · log²(1 + 2τ/e^{Pγ(0)}), which the clock S is at least."""
    return constant * log(1 + 2 * TAU / START) ** 2


def decay(time: sympy.Expr, lengths: sympy.Expr = target_norm * norm_end**2) -> sympy.Expr:
    """exp(−(√3/2) (time/P²) λ_min/(λ_max^{3/2} ‖w*‖ R_T²)), of which ‖w_⊥(T)‖² is at most that part.

    Args:
        time: the clock S, or what it is at least.
        lengths: ‖w*‖ R_T², R_T = ‖w(T)‖.
    """
    return exp(-sqrt(3) / 2 * time / P**2 * lambda_min / (lambda_max ** Rational(3, 2) * lengths))
