"""Control: no row shrinks under Nesterov's momentum, whatever the step sizes.

Statement:   ‖W_i(t+1)‖ ≥ ‖W_i(t)‖ with look-ahead and step sizes that change from step to step.
Hypotheses:  look-ahead, no weight decay.
Kind:        control, false on purpose: it must be refuted
Label:       control
Paper:       banerjee2024, open questions (abstract): whether the least row norm stays away from zero during training.
Relation:    shows its need: with look-ahead and steps that change, rows can shrink.
Ours:        a wrong version of banerjee2024/min_norm_monotone.
Tags:        control, gradient descent, momentum, minimum weight norm
"""

from sympy import Integer

from wnverify import Claim, Theorem, Verdict
from wnverify.families.networks.training_run import TRAINING_RUN, decay, lookahead, row_growth

given = {"look-ahead": (lookahead, "=", 1), "no weight decay": (decay, "=", 0)}

theorem = Theorem(
    claim=Claim(row_growth, ">=", Integer(1), given=given),
    family=TRAINING_RUN,
    expect=Verdict.REFUTED,
)
