"""RMSNorm and LayerNorm with ε > 0: gradients are nearly orthogonal to the weights of a layer.

Statement:   |⟨W^l, ∂f/∂W^l⟩| ≤ (2/(3√3)) V Π_{j>l} χ_j for every layer, χ_j = ‖HW^j‖₂/R_j. So a step of descent on 𝓛
             takes ‖W^l‖² down by at most 2η(2/(3√3))|∂𝓛/∂f| V Πχ_j at an input.
Hypotheses:  φ(0) = 0, |φ′| ≤ 1, ε ≥ 0; no layer divides by less than 1e-3.
Kind:        upper bound, attained in the last layer where ‖z‖ = R/√3 and v is along z
Label:       theorem
Paper:       not in it.
Ours:        the statement.
Tags:        protected norm, descent, RMSNorm, LayerNorm, damped

Proof. By `rms_norm_radial` it is (1 − s²)|⟨u, ∂f/∂u⟩| ≤ (1 − s²)s‖∂f/∂u^l‖, s = ‖u^l‖ ≤ 1, and s(1 − s²) ≤ 2/(3√3);
‖∂f/∂u^l‖ ≤ V Π_{j>l} χ_j, see `rms_norm_input`. ∎
"""

from sympy import Integer, Rational, sqrt

from wnverify import Claim, Theorem, increasing
from wnverify.families.normalizations.rms_norm import RMS_NORM

share, V, R = RMS_NORM.symbols("radial_share norm_v R")
bound = 2 * V / (3 * sqrt(Integer(3)))

theorem = Theorem(
    claim=Claim(share, "<=", bound, given={"resolved": (R, ">=", 1e-3)}, tolerance=1e-9),
    family=RMS_NORM,
    about_bound=[increasing(V)],
    mutants={"a hundredth less": bound * Rational(99, 100), "V² for V": bound * V, "without V": bound / V},
)
