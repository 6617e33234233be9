from __future__ import annotations

import numpy as np
import pytest

from wnverify.bounds.banerjee2024 import hessian
from wnverify.budget import parse_budget
from wnverify.catalogue import load, one
from wnverify.claim import Claim
from wnverify.families.networks.weight_norm import (
    DEEP_NETWORKS,
    LIPSCHITZ,
    PLAIN,
    STANDARD,
    WEIGHT_NORM,
    hessian_norm,
    output_abs,
    rho,
)
from wnverify.family import Situation
from wnverify.judging.judge import Judge
from wnverify.quantities import Quantity
from wnverify.runs.theorem import carry_out
from wnverify.search import ground as module
from wnverify.search.ground import ground, seed_of, structured
from wnverify.search.lot import lot
from wnverify.search.tally import Tally

TANH = Situation({"L": 2, "m": 3, "d": 2}, {"activation": "tanh", "scaling": "fan_out"})
QUICK = parse_budget("quick")


def test_the_ground_depends_on_the_seed_and_the_turn_alone() -> None:
    first = ground(WEIGHT_NORM, TANH, 1)
    module._SHELF.clear()
    again, other, later = (ground(WEIGHT_NORM, TANH, *which) for which in ((1, 0), (2, 0), (1, 1)))
    for name, array in first.batch.arrays.items():
        assert np.array_equal(array, again.batch.arrays[name])
        assert not np.array_equal(array, other.batch.arrays[name])
        assert not np.array_equal(array, later.batch.arrays[name])


def test_what_is_measured_on_the_ground_is_what_is_measured_on_the_same_instances_alone() -> None:
    pool = ground(WEIGHT_NORM, TANH, 3)
    tally = Tally(Judge(Claim(hessian_norm, "<=", hessian(), given=STANDARD), WEIGHT_NORM))
    found = tally.add_lot(pool, TANH)
    alone = tally.judge(pool.batch.with_arrays(pool.batch.arrays))
    assert np.allclose(found.ratio, alone.ratio, rtol=1e-12, equal_nan=True)
    assert np.array_equal(found.accepted, alone.accepted)
    top = int(np.argmax(found.promise))
    assert tally.best.ratio == found.ratio[top]
    assert tally.best.found == pool.found(top)


def test_a_quantity_of_the_ground_is_measured_once_and_what_led_to_it_is_dropped(monkeypatch) -> None:
    pool = ground(WEIGHT_NORM, TANH, 4)
    judge = Judge(Claim(output_abs, "<=", 1 + rho, given=LIPSCHITZ), WEIGHT_NORM)
    before = Tally(judge).add_lot(pool, TANH)
    assert "measure output_abs" in pool.batch
    assert all(str(key).startswith("measure ") for key in pool.batch._memo)
    monkeypatch.setattr(type(judge), "_route", lambda *_: pytest.fail("measured again"))
    monkeypatch.setattr(judge, "_measure", lambda name, batch, _: batch.measured(name, pytest.fail))
    assert np.array_equal(judge(pool.batch).ratio, before.ratio)


def test_extreme_instances_come_first_and_every_instance_knows_how_it_was_found() -> None:
    pool, extreme = ground(WEIGHT_NORM, TANH, 0), structured(WEIGHT_NORM, TANH)
    assert extreme.found(0) == "rows along the activations"
    assert pool.found(extreme.batch.size - 1) == extreme.found(extreme.batch.size - 1)
    assert pool.found(extreme.batch.size) == "random, regime edge"
    assert pool.found(pool.batch.size - 1) == "random, regime sparse"


def test_families_that_are_alike_share_their_extreme_instances() -> None:
    known = structured(WEIGHT_NORM, TANH)
    assert structured(DEEP_NETWORKS, TANH) is known
    assert structured(PLAIN, TANH) is not known
    assert structured(WEIGHT_NORM.extended([Quantity("twice", "2‖x‖₂", low=0)]), TANH) is not known


def test_a_wide_lot_is_judged_in_pieces_and_counted_as_one(monkeypatch) -> None:
    judge = Judge(Claim(output_abs, "<=", 1 + rho, given=LIPSCHITZ), WEIGHT_NORM)
    parts = [(regime, WEIGHT_NORM.draw(TANH, regime, 40, np.random.default_rng(0))) for regime in ("edge", "wide")]
    whole, pieces = Tally(judge), Tally(judge)
    expected = whole.add_lot(lot(parts), TANH)
    monkeypatch.setattr("wnverify.search.tally.FEWEST", 7)
    monkeypatch.setattr("wnverify.search.tally.CACHED", 1)
    found = pieces.add_lot(lot(parts), TANH)
    assert np.allclose(found.ratio, expected.ratio, rtol=1e-14)
    assert (pieces.tried, pieces.accepted, pieces.best.found) == (80, whole.accepted, whole.best.found)


def test_the_seed_of_a_run_is_read_from_every_stream() -> None:
    assert seed_of(np.random.default_rng([7, 1, 2])) == 7
    assert seed_of(np.random.default_rng(5)) == 5


def test_what_a_check_finds_does_not_depend_on_the_checks_before_it() -> None:
    theorem = load(one("banerjee2024/output"))

    def found(*checks: str):
        module._SHELF.clear()
        return [carry_out(check, theorem, "output", QUICK, 3) for check in checks][-1]

    assert found("mutants") == found("structured", "adversarial", "mutants")
