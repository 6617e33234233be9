"""Under SWN the smoothed normalised margin never falls.

Statement:   φ_t/‖w(t)‖^L ≥ φ_0/‖w(0)‖^L with φ = log(1/LL), ‖w‖² = Σ‖w_u‖².
Hypotheses:  A1: LL_0 < 1; SWN with ‖v‖ = 1; a hidden layer of degree L.
Kind:        lower bound, tight (one sample, degree 1, aligned)
Label:       lemma
Paper:       Appendix L (read): the monotone margin of Lyu and Li holds for SWN, in its parameters (γ, v).
Relation:    finite form: in γ alone, since ‖v_u‖ stays and the network does not depend on it.
Ours:        the form: (log φ)′ = −LL′/(LL φ) ≥ (L/2)(log‖w‖²)′, by Cauchy–Schwarz over nodes and Euler.
References:  Lyu, Li, arXiv:1906.05890.
Tags:        margin, swn, flow, homogeneous
"""

from wnverify import Claim, Theorem
from wnverify.families.homogeneous.hidden_flow import (
    BELOW_ONE,
    HIDDEN_FLOW,
    L,
    end_phi,
    end_size,
    start_phi,
    start_size,
)

growth = end_size / start_size


def version(power: int) -> Claim:
    """The claim with a power of the norm that is off by `power`."""
    return Claim(end_phi / start_phi, ">=", growth ** (L + power), given=BELOW_ONE, tolerance=1e-6)


theorem = Theorem(
    claim=version(0),
    family=HIDDEN_FLOW,
    settings={"normalization": ("swn",), "loss": ("exponential",)},
    mutants={"one power more": version(1), "1.05 of it": 21 * growth**L / 20},
)
