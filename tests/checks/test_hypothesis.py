"""What the check by Hypothesis does where its examples meet no hypothesis."""

from __future__ import annotations

import numpy as np

from wnverify.budget import BUDGETS
from wnverify.checks.hypothesis import check
from wnverify.claim import Claim
from wnverify.families.networks.training_run import TRAINING_RUN, T, decay
from wnverify.theorem import Theorem


def test_a_hypothesis_that_one_regime_meets_is_met() -> None:
    """One regime of eight has weight decay: seven rounds of eight examples of any missed it now and then."""
    assert "decay" in TRAINING_RUN.regimes
    theorem = Theorem(Claim(T, ">=", 1, given={"with weight decay": (decay, ">", 0)}), TRAINING_RUN)
    for seed in (0, 2, 45, 49):
        assert check(theorem, BUDGETS["quick"], np.random.default_rng(seed)).accepted > 0
