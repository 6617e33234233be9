"""Repetitions: a failure rate found at one setting is confirmed at that setting."""

from __future__ import annotations

import numpy as np
import pytest

from wnverify import catalogue
from wnverify.claim import Claim
from wnverify.families.networks.generalization import GENERALIZATION, delta, generalization_gap
from wnverify.family import Family
from wnverify.judging.judge import Judge
from wnverify.search.repeat import confirm, counted

LOADED = {
    entry.id: catalogue.load(entry) for entry in catalogue.catalogue() if "probability" in entry.path.read_text()
}
FAMILIES = {one.family.name: one.family for one in LOADED.values() if one.is_probabilistic}


@pytest.mark.parametrize("family", FAMILIES.values(), ids=str)
def test_repeating_keeps_the_parameters_and_redraws_the_rest(family: Family) -> None:
    assert type(family).again is not Family.again
    for regime in family.regimes:
        situation = family.situations()[0]
        first = family.draw(situation, regime, 3, np.random.default_rng(1))
        again = family.again(first.one(1), regime, 4, np.random.default_rng(2))
        family.check(again)
        assert again.size == 4
        fresh = []
        for name, array in first.arrays.items():
            if np.ptp(array, axis=-1).max() == 0.0:
                assert np.array_equal(again.arrays[name], np.repeat(array[..., :1], 4, axis=-1)), name
            else:
                fresh.append(name)
                assert not np.array_equal(again.arrays[name][..., :1], array[..., 1:2]), name
        assert fresh


def test_a_confirmation_has_the_setting_that_was_found() -> None:
    judge = Judge(Claim(generalization_gap, "<=", delta / 1000, probability=1 - delta), GENERALIZATION)
    situation, rng = GENERALIZATION.situations()[0], np.random.default_rng(0)
    found = counted(judge, GENERALIZATION.draw(situation, "one-sided", 400, rng), situation, "one-sided")
    assert found.worst is not None
    again = confirm(judge, found, found.worst, rng)
    assert again.worst is not None
    assert again.allowed == found.allowed
    for name in ("p", "X", "y", "rho"):
        assert np.array_equal(again.worst.batch.arrays[name], found.worst.batch.arrays[name])
