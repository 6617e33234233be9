"""RMSNorm and LayerNorm: linear convergence of gradient descent at the rate of its least gradient-to-loss ratio.

Statement:   𝓛(θ_T) ≤ (1 − ζ(2−ζ)R/(2β_𝓛))^T 𝓛(θ_0), R the least ‖∇𝓛(θ_t)‖²/𝓛(θ_t) for t < T, ζ = ηβ_𝓛 and
             β_𝓛 the largest of the T segments, as in `rms_norm_descent`. Hence under α > 0 also
             𝓛(θ⁺) − 𝓛* ≤ (1 − ζ(2−ζ)α/β_𝓛)(𝓛(θ) − 𝓛*) for every 𝓛* ≥ 0 and α of `rms_norm_rsc`, as 2α ≤ R.
Hypotheses:  those of `rms_norm_descent`.
Kind:        upper bound; tight to first order in η
Label:       corollary
Paper:       not in it.
Ours:        the statement: it is at the least R, and at the G and H of the run, which nothing here bounds.
Tags:        gradient descent, convergence, loss, optimization, RMSNorm, LayerNorm

Proof. Each step has ‖∇𝓛‖² ≥ R𝓛 in `rms_norm_descent`; and (1 − x)𝓛 − 𝓛* ≤ (1 − x)(𝓛 − 𝓛*) for 0 ≤ x, 0 ≤ 𝓛*. ∎
"""

from sympy import Expr, Rational, Symbol

from wnverify import Claim, Theorem, below, decreasing
from wnverify.bounds.banerjee2024 import contraction, decrease_share
from wnverify.families.normalizations.rms_norm_descent import RMS_NORM_DESCENT

loss, after, ratio, step, T = RMS_NORM_DESCENT.symbols("loss loss_next gradient_ratio step T")
curvature, room = RMS_NORM_DESCENT.symbols("smoothness room_run")
factor, share = contraction(step, curvature, ratio), decrease_share(step, curvature)
given = {
    "divisors stay above 0": (room, ">=", Rational(1, 1000)),
    "above rounding": (loss, ">", Rational(1, 10**12)),
    "step below 2/beta": (step * curvature, "<", 2),
}


def version(one_step: Expr, power: Expr = T) -> Claim:
    """The claim with another factor a step."""
    return Claim(loss, ">=", after / one_step**power, given=given, tolerance=1e-7)


least, above, x = (Symbol(name, nonnegative=True) for name in ("least", "above", "x"))
gain = x / (1 + x)

theorem = Theorem(
    claim=version(factor),
    family=RMS_NORM_DESCENT,
    corollary_of="normalizations/rms_norm_descent",
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
