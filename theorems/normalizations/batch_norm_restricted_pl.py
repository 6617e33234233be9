"""BatchNorm: the gradient of the square loss pays for the way to the best point in reach.

Statement:   2α(𝓛(θ) − 𝓛(θ′)) ≤ ‖∇𝓛(θ)‖² for every θ′ = θ + δ with α > 0, α = (κ²/2)‖∇𝓛‖²/𝓛 − 2H(√𝓛 + G‖δ‖), with κ, G
             and H of `batch_norm_rsc`. So 𝓛(θ) − inf_B 𝓛 ≤ ‖∇𝓛(θ)‖²/(2α₀) on every B with all these α ≥ α₀ > 0.
Hypotheses:  those of `batch_norm_rsc`, and α > 0.
Kind:        upper bound; tight to first order near interpolation
Label:       corollary
Paper:       not in it.
Ours:        the statement. Of α it is enough that 2α ≤ ‖∇𝓛‖²/𝓛, and that 𝓛(θ′) ≥ 0.
Tags:        loss, optimization, BatchNorm

Proof. 0 ≤ ½‖√α δ + ∇𝓛/√α‖² in `batch_norm_rsc`: 𝓛(θ′) ≥ 𝓛(θ) + ⟨δ,∇𝓛⟩ + (α/2)‖δ‖² ≥ 𝓛(θ) − ‖∇𝓛‖²/(2α). ∎
"""

from sympy import Expr, Integer, Rational, Symbol

from wnverify import Claim, Theorem, below
from wnverify.bounds.banerjee2024 import Predictor
from wnverify.bounds.pre_activations import pair
from wnverify.families.normalizations.batch_norm_descent import BATCH_NORM_DESCENT

tilt, gradient, loss, distance = BATCH_NORM_DESCENT.symbols("tilt loss_gradient_norm loss distance")
other, V, reach, bend, room = BATCH_NORM_DESCENT.symbols("loss_other V reach bend room")
convexity = Predictor(1 + V**2 * reach**2, pair(V * bend, reach)).restricted_convexity
kappa, ratio = tilt / (distance * gradient), gradient**2 / loss
alpha, wrong = (convexity(kappa, ratio, loss, distance, sign=sign) for sign in (-1, 1))
share = Symbol("k", nonnegative=True)
resolved = {
    "divisors stay above 0": (room, ">=", Rational(1, 1000)),
    "resolved": (distance, ">=", Rational(1, 10**4)),
    "not interpolating": (loss, ">", Rational(1, 10**12)),
}


def version(value: Expr, power: int = 2) -> Claim:
    """The claim with another α."""
    given = {**resolved, "alpha positive": (value, ">", 0)}
    return Claim(gradient**power, ">=", 2 * value * (loss - other), given=given, tolerance=1e-7)


theorem = Theorem(
    claim=version(alpha),
    family=BATCH_NORM_DESCENT,
    corollary_of="normalizations/batch_norm_rsc",
    about_bound=[below(ratio / 2, of=convexity(share / (1 + share), ratio, loss, distance))],
    mutants={
        "1/(4α) for 1/(2α)": version(2 * alpha),
        "+2H for −2H": version(wrong),
        "κ forgotten": version(2 * convexity(Integer(1), ratio, loss, distance)),
        "gradient over its root": version(alpha, 3),
    },
)
