"""What follows for the square loss from G and H of a predictor, once for all normalizations: the parts of a theorem.

G bounds ‖∇_θ f‖ and H bounds ‖∇²_θ f‖₂; the proofs and what G and H are stand where the theorems do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, TypedDict

import sympy
from sympy import Rational, Symbol, sqrt

from wnverify.bounds.banerjee2024 import Predictor, contraction, decrease_share
from wnverify.bounds.pre_activations import loss_gradient_squared, loss_hessian, pair
from wnverify.claim import Claim
from wnverify.family import Family
from wnverify.symbolic.claims import BoundClaim, below, decreasing, increasing

ROOM, SMALL, TINY = Rational(1, 1000), Rational(1, 10**12), Rational(1, 10**16)
NEAR = Rational(1, 10**4)
TOLERANCE = 1e-7
"""Of pairs of parameters, between which differences are small."""
RUNS = 1e-8
"""Of runs: an error f − y is rounded by about 5e-16·‖v‖, and is at least 1e-6·‖v‖."""
Wrong = Mapping[str, sympy.Expr]
Pair = tuple[sympy.Expr, sympy.Expr]
Given = Mapping[str, Any]
NOTHING: Given = MappingProxyType({})


class Parts(TypedDict, total=False):
    """What a `Theorem` is made of."""

    claim: Claim
    family: Family
    about_bound: Sequence[BoundClaim]
    mutants: Mapping[str, Claim | sympy.Expr]
    corollary_of: str | Sequence[str]


# ---- at one point


def gradient_parts(
    of: Family, G_squared: sympy.Expr, about: Sequence[BoundClaim], wrong: Wrong, corollary_of: str | Sequence[str]
) -> Parts:
    """‖∇𝓛‖² ≤ 4G²𝓛.

    Args:
        of: networks on data, with the symbols `loss` and `norm_v`.
        G_squared: G².
        about: what else is said of the bound, beside that it rises in 𝓛 and ‖v‖.
        wrong: what is not G², by name.
        corollary_of: where G² is from.
    """
    loss, V = of.symbols("loss norm_v")
    bound = loss_gradient_squared(G_squared, loss)
    mutants = {name: loss_gradient_squared(other, loss) for name, other in wrong.items()}
    return Parts(
        claim=Claim(_trained(of, "gradient") ** 2, "<=", bound),
        family=of,
        corollary_of=corollary_of,
        about_bound=[increasing(loss), increasing(V), *about],
        mutants={"3.92 for 4": bound * 49 / 50, **mutants},
    )


def hessian_parts(
    of: Family,
    right: Pair,
    about: Sequence[BoundClaim],
    wrong: Mapping[str, Pair],
    corollary_of: str | Sequence[str],
    *,
    given: Given = NOTHING,
) -> Parts:
    """‖∇²𝓛‖₂ ≤ 2G² + 2H√𝓛.

    Args:
        of: networks on data, with the symbols `loss` and `norm_v`.
        right: G² and H.
        about: what else is said of the bound, beside that it rises in 𝓛 and ‖v‖.
        wrong: what is not G² and H, by name.
        corollary_of: where G² and H are from.
        given: hypotheses.
    """
    loss, V = of.symbols("loss norm_v")
    bound, squares = loss_hessian(*right, loss), 2 * right[0]
    mutants = {"1.6 for 2 twice": bound * 4 / 5, "without H": squares, "without G": bound - squares}
    return Parts(
        claim=Claim(_trained(of, "hessian"), "<=", bound, given=given),
        family=of,
        corollary_of=corollary_of,
        about_bound=[increasing(loss), increasing(V), *about],
        mutants=mutants | {name: loss_hessian(*other, loss) for name, other in wrong.items()},
    )


def _trained(of: Family, what: str) -> Symbol:
    """The norm of what is differentiated by all that is trained; by the weights alone, where that is said apart."""
    name = f"weights_{what}_norm"
    return of.symbols(name if name in of.quantities else f"loss_{what}_norm")


# ---- between two points, and along descent: families of `segments`


def rsc_parts(of: Family, wrong: Wrong) -> Parts:
    """𝓛(θ′) − 𝓛(θ) − ⟨δ,∇𝓛(θ)⟩ + H(√𝓛 + G‖δ‖)‖δ‖² ≥ ⟨δ,∇𝓛⟩²/(4𝓛).

    Args:
        of: pairs of parameters.
        wrong: what is not H(√𝓛 + G‖δ‖), by name.
    """
    gap, tilt, gradient, loss, distance = of.symbols("rsc_gap tilt loss_gradient_norm loss distance")
    remainder, first_order = remainder_of(of), tilt**2 / (4 * loss)
    given = {**_pairs(of), "above rounding": (tilt**2, ">", TINY * loss * distance**2)}

    def version(negative: sympy.Expr, positive: sympy.Expr = first_order) -> Claim:
        return Claim(gap + negative * distance**2, ">=", positive, given=given, tolerance=TOLERANCE)

    mutants = {
        "without the remainder": version(sympy.Integer(0)),
        "κ forgotten": version(remainder, (gradient * distance) ** 2 / (4 * loss)),
        "1/2 for 1/4": version(remainder, 2 * first_order),
        "0.99H for H": version(remainder * 99 / 100),
    }
    mutants |= {name: version(other) for name, other in wrong.items()}
    return Parts(claim=version(remainder), family=of, about_bound=[increasing(tilt)], mutants=mutants)


def predictor_of(of: Family) -> Predictor:
    """G² = 1 + V²b² and H of a whole segment.

    Args:
        of: pairs of parameters.
    """
    V, reach, bend = of.symbols("V reach bend")
    return Predictor(1 + V**2 * reach**2, pair(V * bend, reach))


def remainder_of(of: Family) -> sympy.Expr:
    """H(√𝓛 + G‖δ‖).

    Args:
        of: pairs of parameters.
    """
    loss, distance = of.symbols("loss distance")
    net = predictor_of(of)
    return net.hessian * (sqrt(loss) + sqrt(net.gradient_squared) * distance)


def _pairs(of: Family) -> Given:
    room, loss, distance = of.symbols("room loss distance")
    return {
        "divisors stay above 0": (room, ">=", ROOM),
        "resolved": (distance, ">=", NEAR),
        "not interpolating": (loss, ">", SMALL),
    }


def restricted_pl_parts(of: Family, corollary_of: str) -> Parts:
    """2α(𝓛(θ) − 𝓛(θ′)) ≤ ‖∇𝓛(θ)‖² for α > 0.

    Args:
        of: pairs of parameters.
        corollary_of: restricted strong convexity.
    """
    tilt, gradient, loss, distance, other = of.symbols("tilt loss_gradient_norm loss distance loss_other")
    convexity = predictor_of(of).restricted_convexity
    kappa, ratio, share = tilt / (distance * gradient), gradient**2 / loss, Symbol("k", nonnegative=True)
    alpha, wrong = (convexity(kappa, ratio, loss, distance, sign=sign) for sign in (-1, 1))

    def version(value: sympy.Expr, power: int = 2) -> Claim:
        given = {**_pairs(of), "alpha positive": (value, ">", 0)}
        return Claim(gradient**power, ">=", 2 * value * (loss - other), given=given, tolerance=TOLERANCE)

    return Parts(
        claim=version(alpha),
        family=of,
        corollary_of=corollary_of,
        about_bound=[below(ratio / 2, of=convexity(share / (1 + share), ratio, loss, distance))],
        mutants={
            "1.05α for α": version(alpha * 21 / 20),
            "+2H for −2H": version(wrong),
            "κ forgotten": version(2 * convexity(sympy.Integer(1), ratio, loss, distance)),
            "gradient over its root": version(alpha, 3),
        },
    )


def _runs(of: Family) -> Given:
    room, loss, V = of.symbols("room_run loss norm_v")
    return {"divisors stay above 0": (room, ">=", ROOM), "above rounding": (loss, ">", SMALL * (1 + V**2))}


def _small(of: Family) -> Given:
    step, curvature = of.symbols("step smoothness")
    return {"step below 2/beta": (step * curvature, "<", sympy.Integer(2))}


def descent_parts(of: Family) -> Parts:
    """𝓛(θ_T) ≤ 𝓛(θ_0) − η(1 − ηβ_𝓛/2) Σ_t‖∇𝓛(θ_t)‖² for ηβ_𝓛 < 2.

    Args:
        of: runs of gradient descent.
    """
    loss, after, work, step, curvature = of.symbols("loss loss_next work step smoothness")
    share = decrease_share(step, curvature)

    def version(part: sympy.Expr, small: bool = True) -> Claim:
        given = {**_runs(of), **(_small(of) if small else {})}
        return Claim(loss, ">=", after + part * work, given=given, tolerance=RUNS)

    return Parts(
        claim=version(share),
        family=of,
        about_bound=[decreasing(curvature, of=share)],
        mutants={
            "ζ(2−ζ)/β": version(2 * share),
            "without the quadratic term": version(step),
            "any step": version(step / 2, small=False),
        },
    )


def convergence_parts(of: Family, corollary_of: str) -> Parts:
    """𝓛(θ_T) ≤ (1 − ζ(2−ζ)R/(2β_𝓛))^T 𝓛(θ_0) for ζ = ηβ_𝓛 < 2.

    Args:
        of: runs of gradient descent.
        corollary_of: descent.
    """
    loss, after, ratio, step, T = of.symbols("loss loss_next gradient_ratio step T")
    curvature = of.symbols("smoothness")
    factor, share = contraction(step, curvature, ratio), decrease_share(step, curvature)
    least, above, x = (Symbol(name, nonnegative=True) for name in ("least", "above", "x"))
    gain = x / (1 + x)

    def version(one_step: sympy.Expr, power: sympy.Expr = T) -> Claim:
        given = {**_runs(of), **_small(of)}
        return Claim(loss, ">=", after / one_step**power, given=given, tolerance=RUNS)

    return Parts(
        claim=version(factor),
        family=of,
        corollary_of=corollary_of,
        about_bound=[
            decreasing(ratio, of=factor, given={step: 1 / curvature}),
            below(least + (1 - gain) * above, of=(1 - gain) * (least + above)),
        ],
        mutants={
            "ζ(2−ζ)R/β": version(1 - 2 * share * ratio),
            "without the quadratic term": version(1 - step * ratio),
            "one step more": version(factor, T + 1),
        },
    )
