"""Without normalization, too, the flow keeps the balance of squared norms between layers.

Statement:   (Σ_{u in l} ‖w_u‖²/d_l)′ is the same for every layer l, for w_u′ = −G_u and any loss.
Hypotheses:  gradient flow in w; outputs homogeneous of degree d_l in layer l.
Kind:        identity
Label:       lemma
Paper:       not in it.
References:  Du, Hu, Lee, arXiv:1806.00900; the counterpart of balance_swn.
Tags:        flow, unnormalised, invariant, homogeneous
"""

from sympy import Integer

from wnverify import Claim, Theorem
from wnverify.families.homogeneous.state import HOMOGENEOUS, LAYERED, ewn_square_rate, plain_square_rate

theorem = Theorem(
    claim=Claim(plain_square_rate, "=", Integer(0), tolerance=1e-12),
    family=HOMOGENEOUS,
    settings=LAYERED,
    mutants={"EWN": Claim(ewn_square_rate, "=", Integer(0), tolerance=1e-12)},
)
