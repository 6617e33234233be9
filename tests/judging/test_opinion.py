"""Confirmation in balls: certified numbers, identities, and instances that rounding takes out of the domain."""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np
import pytest
from flint import arb

from wnverify import catalogue
from wnverify.batch import Batch
from wnverify.budget import parse_budget
from wnverify.claim import Claim
from wnverify.families.least_squares.normalisation import Normalisation, w_norm
from wnverify.families.networks.regression import LIPSCHITZ, REGRESSION, loss
from wnverify.families.networks.training_run import TRAINING_RUN, growth_defect, momentum, row_growth
from wnverify.judging import opinion as confirm
from wnverify.judging.judge import Judge
from wnverify.judging.opinion import BALL_ROUTE, Second, _ratio, second_opinion, tidy
from wnverify.quantity import Quantity, Route
from wnverify.runs.theorem import carry_out
from wnverify.search.tally import Candidate
from wnverify.theorem import Theorem
from wnverify.verdict import Verdict


def run(**schedule: float) -> Batch:
    numbers = {"steps": 20.0, "mask": 1.0, "momentum": 0.0, "lookahead": 0.0, "decay": 0.0} | schedule
    arrays = {"W1": [[-8.0]], "v": [0.09], "X": [[-0.7]], "y": [-0.7], "steps": [numbers.pop("steps")]}
    arrays |= {"mask": [[numbers.pop("mask")]], **numbers}
    ready = {name: np.asarray(value, dtype=float)[..., None] for name, value in arrays.items()}
    sizes = {"L": 1, "m": 1, "d": 1, "n": 1, "T": 1}
    return Batch("training_run", sizes, {"activation": "tanh", "scaling": "fan_out"}, ready)


@pytest.mark.parametrize(
    ("small", "large", "expected"),
    [
        (arb(3), arb(2), 1.5),
        (arb(1), arb(0), math.inf),
        (arb(0), arb(0), None),
        (arb(1, 0.5), arb(2), None),
        (arb(0, 1e-30), arb(1), pytest.approx(0.0, abs=1e-29)),
        (arb.nan(), arb(1), None),
        (arb(0, arb.pos_inf()), arb(1), None),
    ],
)
def test_a_ratio_of_balls_is_told_only_where_it_is_known(small, large, expected) -> None:
    assert _ratio(small, large) == expected


def test_a_wide_violation_is_told_by_its_lower_end() -> None:
    assert 1.49 < _ratio(arb(2, 0.5), arb(1)) <= 1.5


def test_an_identity_is_confirmed_in_balls() -> None:
    judge = Judge(Claim(growth_defect, "=", 0, tolerance=1e-11), TRAINING_RUN)
    kept, broken = second_opinion(judge, run()), second_opinion(judge, run(decay=0.01))
    assert (kept.route, broken.route) == (BALL_ROUTE, BALL_ROUTE)
    assert not kept.violated
    assert broken.violated


def test_rounding_that_leaves_the_domain_is_no_error() -> None:
    """With one digit the step times the decay is 1, and the row is gone."""
    batch = run(steps=18.967, decay=0.050548)
    judge = Judge(Claim(row_growth, ">=", 1, given={"at rest": (momentum, "=", 0)}), TRAINING_RUN)
    found = judge(batch)
    start = Candidate(float(found.ratio[0]), 0.0, 1.0, batch, TRAINING_RUN.situations()[0], "by hand")
    shown, second = tidy(judge, start)
    assert second.violated
    assert shown.batch.arrays["steps"][0, 0] != 20.0


def test_a_loss_is_confirmed_in_balls() -> None:
    batch = REGRESSION.draw(REGRESSION.situations()[0], "gaussian", 1, np.random.default_rng(0))
    found = second_opinion(Judge(Claim(loss, "<=", 1e-6, given=LIPSCHITZ), REGRESSION), batch)
    assert found.route == BALL_ROUTE
    assert found.violated


def test_mutants_of_loss_theorems_are_certified() -> None:
    from wnverify.budget import parse_budget
    from wnverify.checks import mutants

    entry = next(entry for entry in catalogue.catalogue() if entry.id == "banerjee2024/gd_descent")
    found = mutants.check(catalogue.load(entry), parse_budget("quick"), np.random.default_rng(0))
    assert {item.verdict for item in found.items} == {"REFUTED"}
    assert all(item.reason.endswith(BALL_ROUTE) for item in found.items)


class Contradicted(Normalisation):
    """A family whose closed form is a tenth of what its second route finds."""

    route = Normalisation.quantities["first_derivative"].route
    wrong = Route(lambda batch: 0.1 * Contradicted.route.measure(batch), None, route.second)
    quantities: ClassVar = {
        **Normalisation.quantities,
        "first_derivative": Quantity("first_derivative", "too small", low=0, route=wrong),
    }


@pytest.mark.parametrize("check", ["structured", "sampled", "hypothesis", "adversarial", "confirmation"])
def test_what_the_second_route_contradicts_is_no_pass(check):
    family = Contradicted()
    too_small = family.quantities["first_derivative"]
    theorem = Theorem(Claim(too_small, "<=", 0.5 / w_norm), family)
    found = carry_out(check, theorem, "contradicted", parse_budget("quick"), 0)
    assert found.outcome is (Verdict.ERROR if check == "confirmation" else Verdict.UNDECIDED), found.reason


def test_a_certified_violation_that_the_closed_form_misses_is_a_refutation(monkeypatch):
    theorem = catalogue.load("banerjee2024/output")
    certified = Second(1.25, BALL_ROUTE, violated=True)
    monkeypatch.setattr(confirm, "second_opinion", lambda judge, batch: certified)
    found = carry_out("sampled", theorem, "output", parse_budget("quick"), 0)
    assert found.outcome is Verdict.REFUTED
    assert "1.25 by ball arithmetic" in found.reason
