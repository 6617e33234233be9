"""RMSNorm and LayerNorm after one layer: at a single input, a step of descent makes R larger.

Statement:   R(W⁺) ≥ R(W) for W⁺ = W − ∂𝓛/∂W, 𝓛 = (f(W; x) − y)² and R = ‖HWx‖; indeed
             R(W⁺)² = R(W)² + ‖∂𝓛/∂z‖²‖x‖⁴.
Hypotheses:  L = 1, n = 1, ε = 0, R ≥ 1e-3 (below, floats tell less still: where v is nearly along HWx they lose the
             orthogonality, and balls decide). Any learning rate: it is a factor of 𝓛, that is of v and y.
Kind:        lower bound, tight at stationary points
Label:       theorem
Paper:       not in it.
Ours:        the statement. For several orthogonal inputs and any depth it is `rms_norm_radius_orthogonal`.
Tags:        protected norm, descent, RMSNorm, LayerNorm, undamped

Proof. W⁺x = z − g‖x‖² with g = ∂𝓛/∂z, which is orthogonal to Hz, as 𝓛 does not change when z is stretched. ∎
"""

from sympy import Integer, Rational

from wnverify import Claim, Theorem
from wnverify.families.normalizations.rms_norm_on_data import RMS_NORM_ON_DATA

shrinkage, L, n, R = RMS_NORM_ON_DATA.symbols("shrinkage L n R")
given = {"one layer": (L, "<=", 1), "one input": (n, "<=", 1), "resolved": (R, ">=", 1e-3)}

theorem = Theorem(
    claim=Claim(shrinkage, ">=", Integer(1), given=given),
    family=RMS_NORM_ON_DATA,
    settings={"epsilon": ("none",)},
    mutants={
        "a tenth more": Rational(11, 10),
        "whatever the inputs": Claim(
            shrinkage, ">=", 1, given={name: given[name] for name in ("one layer", "resolved")}
        ),
    },
)
