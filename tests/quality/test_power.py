"""Hard things are found within the quick budget; false things die, and at the smallest shape."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from wnverify import catalogue
from wnverify.batch import from_data
from wnverify.budget import parse_budget
from wnverify.checks import mutants
from wnverify.family import Situation
from wnverify.judging.judge import Judge
from wnverify.judging.opinion import BALL_ROUTE
from wnverify.search import plan
from wnverify.search.ascent import climb
from wnverify.search.tally import Tally
from wnverify.verdict import Verdict

HESSIAN = next(entry for entry in catalogue.catalogue() if entry.id == "banerjee2024/predictor_hessian")


@pytest.fixture(scope="module")
def theorem():
    return catalogue.load(HESSIAN)


@pytest.mark.parametrize(
    ("activation", "shape", "least"),
    [
        ("identity", (1, 4, 2), 0.98),
        ("tanh", (1, 4, 2), 0.775),
        ("tanh", (2, 6, 3), 0.53),
        ("identity", (2, 6, 3), 0.69),
        ("sin", (2, 6, 3), 0.50),
        ("softplus", (2, 6, 3), 0.26),
    ],
)
def test_ascent_reaches_the_known_ratios(theorem, activation: str, shape: tuple, least: float) -> None:
    situation = Situation(dict(zip("Lmd", shape, strict=True)), {"activation": activation, "scaling": "fan_out"})
    rng = np.random.default_rng(0)
    tally = Tally(Judge(theorem.claim, theorem.family))
    climb(tally, situation, plan.starts(tally, situation, 12, rng), 100)
    assert least <= tally.best.ratio <= 1 + 1e-10


def test_every_mutant_of_the_hessian_bound_dies_at_a_small_shape(theorem) -> None:
    found = mutants.check(theorem, parse_budget("quick"), np.random.default_rng(1))
    assert found.outcome is Verdict.HELD
    assert len(found.items) == 5
    for item in found.items:
        shape = from_data(item.worst.instance).shape
        assert item.verdict == "REFUTED"
        assert item.worst.route == BALL_ROUTE
        assert shape["L"] == 1
        assert shape["m"] <= 4


def test_a_surviving_mutant_is_no_pass(theorem) -> None:
    harmless = {"twice the bound": 2 * theorem.claim.rhs}
    weakened = type(theorem)(theorem.claim, theorem.family, mutants=harmless, settings={"activation": ("sin",)})
    found = mutants.check(weakened, parse_budget("quick"), np.random.default_rng(2))
    assert found.outcome is Verdict.UNDECIDED
    assert "'twice the bound'" in found.reason


def test_the_catalogue_is_where_the_readme_says() -> None:
    assert Path(HESSIAN.path).parts[-3:] == ("theorems", "banerjee2024", "predictor_hessian.py")
