"""The energy identity of the gradient flow holds with averaged indicators, sliding runs included.

Statement:   |r(0)|² = |r(t)|² + 2∫₀ᵗ rᵀΛ_s r, s the indicators averaged over 20 Euler steps where a run slides.
Hypotheses:  g_k > 0 along the run, and no Euler step moves a direction by more than a twentieth of its length: the
             flow conserves the energy from every start, 240 steps of Euler do not follow it from short v_k.
Kind:        identity, up to 1 %, the integration error of Euler's method with 240 steps
Label:       lemma
Paper:       setting (recollection): gradient flow of (v, g), along which f′ = −Λr.
Relation:    stronger: of runs that slide along a kink too, of which it is false with indicators 0 and 1.
Ours:        the statement, for Filippov solutions.
Tags:        gradient flow, relu, sliding, energy
"""

from sympy import Expr, Rational

from wnverify import Claim, Theorem
from wnverify.families.relu.paths import (
    POSITIVE,
    RELU_PATHS,
    end_residual,
    indicator_work,
    start_residual,
    stride,
    work,
)

given = {**POSITIVE, "resolved by the steps": (stride, "<=", Rational(1, 20))}


def version(lost: Expr) -> Claim:
    """The claim with another loss of energy."""
    return Claim(abs(start_residual**2 - end_residual**2 - lost), "<=", start_residual**2 / 100, given=given)


theorem = Theorem(
    claim=version(work),
    family=RELU_PATHS,
    mutants={"indicators 0 and 1": version(indicator_work), "without the factor 2": version(work / 2)},
)
