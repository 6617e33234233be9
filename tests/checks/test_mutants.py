"""What the check of mutants does where a violation is not confirmed."""

from __future__ import annotations

import numpy as np

from wnverify.budget import BUDGETS
from wnverify.checks import mutants
from wnverify.claim import Claim
from wnverify.evidence import Worst
from wnverify.families.networks.weight_norm import LIPSCHITZ, WEIGHT_NORM, c0, output_abs, rho
from wnverify.search.settle import settle
from wnverify.search.tally import Tally
from wnverify.theorem import Theorem
from wnverify.verdict import Verdict


def test_a_violation_that_is_not_confirmed_does_not_end_the_hunt(monkeypatch) -> None:
    """An instance that breaks a mutant by a thousandth ended the hunt, and larger networks break it by half."""
    bound, first = 1 + rho, WEIGHT_NORM.shapes()[0]

    def unless_small(tally: Tally) -> tuple[Verdict, str, Worst | None]:
        small = tally.best is not None and tally.best.situation.shape == first
        return (Verdict.UNDECIDED, "", None) if small else settle(tally)

    monkeypatch.setattr(mutants, "settle", unless_small)
    claim = Claim(output_abs, "<=", bound, given={**LIPSCHITZ, "φ(0) = 0": (c0, "=", 0)})
    theorem = Theorem(claim, WEIGHT_NORM, mutants={"half": bound / 2})
    found = mutants.check(theorem, BUDGETS["quick"], np.random.default_rng(0))
    assert [(mutant.name, mutant.verdict) for mutant in found.items] == [("half", "REFUTED")]
