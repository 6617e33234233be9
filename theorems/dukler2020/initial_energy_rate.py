"""At the initialisation the loss falls faster, or slower, than without normalisation by a multiple of rᵀVr.

Statement:   |∂L/∂(v, g)|² − |∂L/∂w|² = (1/α² − 1) rᵀV(0)r, the second gradient being that of the network without
             normalisation at w = v(0)/α: the two speeds at which the loss falls under the flow.
Hypotheses:  g_k = |v_k|/α, the initialisation at scale α > 0.
Kind:        identity
Label:       corollary
Paper:       remark on speed (recollection): a small α makes the loss fall faster than without normalisation.
Relation:    stronger: by exactly how much, at the start.
Ours:        the statement, from the split of Λ(0).
Tags:        flow, loss, initialisation, relu
"""

from sympy import Expr, Integer

from wnverify import Claim, Theorem
from wnverify.families.relu.gains import (
    INITIAL,
    RELU_GAINS,
    V_residual,
    alpha,
    kappa,
    loss_rate,
    plain_rate,
    residual_norm,
)


def version(rate: Expr) -> Claim:
    """The claim with another speed."""
    scale = (kappa * residual_norm) ** 2 * (1 + 1 / alpha**2)
    return Claim((loss_rate - rate) / scale, "=", Integer(0), tolerance=1e-10)


theorem = Theorem(
    claim=version(plain_rate + (1 / alpha**2 - 1) * V_residual),
    family=RELU_GAINS,
    settings=INITIAL,
    mutants={
        "no difference": version(plain_rate),
        "the learning-rate factor on everything": version(plain_rate / alpha**2),
        "1/alpha for 1/alpha^2": version(plain_rate + (1 / alpha - 1) * V_residual),
    },
    corollary_of="dukler2020/initial_split",
)
