"""Control: the identity for the growth of the row norms, with momentum.

Statement:   ‖W_i(t+1)‖² = ‖W_i(t)‖² + η_t²‖∂𝓛_t/∂W_i‖² under momentum as well.
Hypotheses:  no weight decay; any momentum.
Kind:        control, false on purpose: it must be refuted
Label:       control
Paper:       banerjee2024, open questions (abstract): whether the least row norm stays away from zero during training.
Relation:    shows its need: with momentum the identity is false, though no row shrinks.
Ours:        a wrong version of banerjee2024/norm_growth_identity.
Tags:        control, gradient descent, momentum
"""

from sympy import Integer, Rational

from wnverify import Claim, Theorem, Verdict
from wnverify.families.networks.training_run import TRAINING_RUN, decay, growth_defect, momentum

given = {"momentum": (momentum, ">=", Rational(1, 2)), "no weight decay": (decay, "=", 0)}

theorem = Theorem(
    claim=Claim(growth_defect, "=", Integer(0), given=given, tolerance=1e-11),
    family=TRAINING_RUN,
    expect=Verdict.REFUTED,
)
