"""Gradient descent on the gains alone is linear: the limit of large initialisation scales.

Statement:   r(s+1) = (I − ηG) r(s) when the directions are frozen. Measured along an arbitrary vector z, relative to
             |z|(1 + ηκ²)|r|.
Hypotheses:  all gains positive before and after the step, so that the active set stays.
Kind:        identity
Label:       lemma
Paper:       theorem on the flow for G (recollection): for α > 1 the rate is that of G.
Relation:    special case: its limit α → ∞, in which descent is linear.
Ours:        the statement.
Tags:        gradient descent, gains, relu
"""

import sympy
from sympy import Integer

from wnverify import Claim, Theorem
from wnverify.families.relu.gains import (
    RELU_GAINS,
    G_force,
    V_force,
    gain_step_residual,
    kappa,
    least_gain,
    next_least_gain,
    residual_along,
    residual_norm,
    size_z,
    step,
)

positive = {"positive gains": (least_gain, ">", 0), "positive gains after the step": (next_least_gain, ">", 0)}


def version(force: sympy.Expr) -> Claim:
    """The claim with another force."""
    scale = size_z * residual_norm * (1 + step * kappa**2)
    return Claim(
        (gain_step_residual - residual_along + step * force) / scale, "=", Integer(0), positive, tolerance=1e-10
    )


claim = version(G_force)

theorem = Theorem(
    claim=claim,
    family=RELU_GAINS,
    mutants={
        "the whole kernel": version(G_force + V_force),
        "half of G": version(G_force / 2),
        "gains of any sign after it": claim.without("positive gains after the step"),
    },
)
