"""Control: the minimum weight norm never shrinks, with weight decay.

Statement:   ω(t+1) ≥ ω(t) at every step of gradient descent with weight decay λ > 0.
Hypotheses:  λ > 0, no momentum.
Kind:        control, false on purpose: it must be refuted
Label:       control
Paper:       banerjee2024, open questions (abstract): whether the least row norm stays away from zero during training.
Relation:    shows its need: with weight decay the least row norm falls.
Ours:        a wrong version of banerjee2024/min_norm_monotone.
Tags:        control, gradient descent, minimum weight norm
"""

from sympy import Integer

from wnverify import Claim, Theorem, Verdict
from wnverify.families.networks.training_run import TRAINING_RUN, decay, min_norm_growth, momentum

given = {"weight decay": (decay, ">", 0), "no momentum": (momentum, "=", 0)}

theorem = Theorem(
    claim=Claim(min_norm_growth, ">=", Integer(1), given=given),
    family=TRAINING_RUN,
    expect=Verdict.REFUTED,
)
