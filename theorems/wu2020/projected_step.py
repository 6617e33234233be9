"""One step of projected gradient descent follows the flow to second order, with an explicit constant.

Statement:   ‖(w⁺ − w)/h + (I − wwᵀ)d‖ ≤ (2/√3)(−log(1 − δ) − δ)/h for w⁺ = (w − hd)/‖w − hd‖, d = ∇_w f and
             δ = h‖d‖ < 1; the right side is (1/√3) h‖d‖² (1 + O(δ)), so rPGD and weight normalization share
             their flow.
Hypotheses:  ‖w‖ = 1, 10⁻⁴ < h‖d‖ < 9/10: below, both sides are lost in rounding.
Kind:        upper bound, tight as δ → 0
Label:       theorem
Paper:       the common flow (abstract): weight normalization and rPGD have the same limit as their steps vanish.
Relation:    finite form: how far one step is from the flow.
Ours:        the constant 1/√3 and the explicit remainder: Taylor's formula with ‖D²N(w)[u,u]‖ ≤ 2/(√3‖w‖²).
Tags:        projected gradient descent, discrete, normalisation
"""

from sympy import Rational, log, oo, sqrt, symbols

from wnverify import Claim, Theorem, limit
from wnverify.families.least_squares.state import LEAST_SQUARES, SQUARED, step, step_error, step_gradient

delta = step * step_gradient
bound = 2 / sqrt(3) * (-log(1 - delta) - delta) / step
inside = {"a short step": (delta, "<", Rational(9, 10)), "not lost in rounding": (delta, ">", Rational(1, 10**4))}
size = symbols("size", positive=True)
relative = 2 / sqrt(3) * (-log(1 - 1 / size) - 1 / size) * size**2

theorem = Theorem(
    claim=Claim(step_error, "<=", bound, given=inside, tolerance=1e-7),
    family=LEAST_SQUARES,
    settings=SQUARED,
    about_bound=[limit(size, oo, 1 / sqrt(3), of=relative, given={size: size + 1})],
    mutants={
        "1/2 for 1/sqrt(3)": sqrt(3) / 2 * bound,
        "one order higher": delta * bound,
        "the first-order term alone": step * step_gradient**2 / sqrt(3) * Rational(99, 100),
    },
)
