"""Near the uniform margin classifier ‖w‖ grows with the square of the distance to it only.

Statement:   ‖∂L/∂w‖² ≤ (64P³ max‖x‖⁶/(λ_min³‖w‖⁴)) max(|ℓ′_i|², e^{−2γ}) max(γ², γ⁴) ‖w − ⟨w, w*⟩w*/‖w*‖²‖², the last
             factor being the distance to span(w*).
Hypotheses:  2.1, 3.1; the inputs span the space (λ_min > 10⁻⁶ λ_max); that distance is at most ‖w‖/2,
             and ⟨w, w*⟩ > 0; γ > 0.
Kind:        upper bound
Label:       theorem
Paper:       Lemma 4.4 and Lemma D.4 (read): ‖w⁺‖² − ‖w‖² ≤ η² (64P³ max‖x‖⁶/(λ_min³‖w(0)‖⁴)) max(|ℓ′_i|², e^{−2γ})
             max(γ², γ⁴) ‖w − ⟨w, w*⟩w*/‖w*‖²‖² near the direction of w*.
Relation:    stronger: by ‖w‖ for ‖w(0)‖; the hypothesis is printed with ‖w*‖ for ‖w*‖² in the projection.
Tags:        batch normalization, gradient descent, norm growth
"""

from sympy import Expr, Integer, Max, Rational, exp

from wnverify import Claim, Theorem
from wnverify.families.batch_norm.state import (
    BATCH_NORM,
    SPANNING,
    P,
    discrepancy,
    distance,
    gamma,
    gradient_norm,
    lambda_min,
    largest_input,
    mean_margin,
    slope_max,
    weight_norm,
)

near = {
    "near span(w*)": (distance, "<=", weight_norm / 2),
    "on the side of w*": (mean_margin, ">", Integer(0)),
    "not lost in rounding": (discrepancy, ">", Rational(1, 10**6)),
}


def version(inputs: Expr, power: int = 2, given: dict[str, tuple[Expr, str, Expr]] = near) -> Claim:
    """The claim with another dependence on the inputs, or another power of the distance."""
    rates = Max(slope_max**2, exp(-2 * gamma)) * Max(gamma**2, gamma**4)
    bound = 64 * P**3 * inputs / weight_norm**4 * rates * distance**power
    return Claim(gradient_norm**2, "<=", bound, given={**given, **SPANNING}, tolerance=1e-7)


theorem = Theorem(
    claim=version(largest_input**6 / lambda_min**3),
    family=BATCH_NORM,
    mutants={
        "x^5": version(largest_input**5 / lambda_min**3),
        "the fourth power of the distance": version(largest_input**6 / lambda_min**3, 4),
        "a thousandth of it": version(largest_input**6 / lambda_min**3 / 1000),
    },
)
