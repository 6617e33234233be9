"""Shrinking: few digits, unit rows for who asks, and never out of the domain."""

from __future__ import annotations

import numpy as np
import pytest

from wnverify.batch import Batch
from wnverify.claim import Claim
from wnverify.families.networks.regression import REGRESSION
from wnverify.families.networks.training_run import TRAINING_RUN, momentum, row_growth
from wnverify.families.networks.weight_norm import PLAIN, WEIGHT_NORM, output_abs
from wnverify.family import Family, Situation
from wnverify.judging.judge import Candidate, Judge
from wnverify.judging.plain import shrink

TANH = Situation({"L": 2, "m": 3, "d": 2}, {"activation": "tanh", "scaling": "fan_out"})


def broken(batch: Batch) -> Judge:
    """A claim that an instance breaks by a factor of two, whatever the norms of its rows."""
    value = Judge(Claim(output_abs, "<=", 1), WEIGHT_NORM)(batch).lhs[0]
    return Judge(Claim(output_abs, "<=", value / 2), WEIGHT_NORM)


def run(**schedule: float) -> Batch:
    """A run of descent on one weight."""
    numbers = {"steps": 20.0, "mask": 1.0, "momentum": 0.0, "lookahead": 0.0, "decay": 0.0} | schedule
    arrays = {"W1": [[-8.0]], "v": [0.09], "X": [[-0.7]], "y": [-0.7], "steps": [numbers.pop("steps")]}
    arrays |= {"mask": [[numbers.pop("mask")]], **numbers}
    ready = {name: np.asarray(value, dtype=float)[..., None] for name, value in arrays.items()}
    sizes = {"L": 1, "m": 1, "d": 1, "n": 1, "T": 1}
    return Batch("training_run", sizes, {"activation": "tanh", "scaling": "fan_out"}, ready)


def found(judge: Judge, batch: Batch, situation: Situation = TANH) -> Candidate:
    return judge(batch).candidate(0, batch, situation, "by hand")


def wide(family: Family = WEIGHT_NORM) -> Batch:
    return family.draw(TANH, "wide", 1, np.random.default_rng(0))


def row_norms(batch: Batch) -> np.ndarray:
    return np.concatenate([np.linalg.norm(batch.arrays[name], axis=1)[:, 0] for name in ("W1", "W2")])


def test_who_reads_the_numbers_gets_rows_of_one_norm() -> None:
    batch = wide()
    judge = broken(batch)
    plainest, opinion = shrink(judge, found(judge, batch), plainest=True)
    assert opinion.refutes
    assert row_norms(plainest.batch) == pytest.approx(1.0, abs=0.3)


def test_a_record_keeps_the_rows_that_were_found() -> None:
    batch = wide()
    judge = broken(batch)
    kept, opinion = shrink(judge, found(judge, batch), plainest=False)
    assert opinion.refutes
    assert kept.ratio >= 1.5
    assert row_norms(kept.batch) == pytest.approx(row_norms(batch), rel=0.3)


def test_rows_of_the_plain_control_are_no_gauge() -> None:
    assert list(PLAIN.gauges(wide(PLAIN))) == []


@pytest.mark.parametrize("family", [WEIGHT_NORM, REGRESSION], ids=str)
def test_a_gauge_changes_no_network(family: Family) -> None:
    situation = family.situations()[-1]
    batch = family.draw(situation, family.regimes[0], 1, np.random.default_rng(1))
    name = "output_abs" if family is WEIGHT_NORM else "loss"
    before = Judge(Claim(family.quantities[name], "<=", 1), family)(batch).lhs
    gauges = list(family.gauges(batch))
    for other in gauges:
        assert Judge(Claim(family.quantities[name], "<=", 1), family)(other).lhs == pytest.approx(before)
    layers = [f"W{layer + 1}" for layer in range(situation.shape["L"])]
    norms = [
        np.concatenate([np.linalg.norm(one.arrays[w], axis=1)[:, 0] for w in layers]) for one in (batch, *gauges)
    ]
    assert norms[1] == pytest.approx(1.0)
    assert norms[2] == pytest.approx(norms[0].min())


def test_rounding_that_leaves_the_domain_is_no_error() -> None:
    """With one digit the step times the decay is 1, and the row is gone."""
    batch = run(steps=18.967, decay=0.050548)
    judge = Judge(Claim(row_growth, ">=", 1, given={"at rest": (momentum, "=", 0)}), TRAINING_RUN)
    shown, opinion = shrink(judge, found(judge, batch, TRAINING_RUN.situations()[0]), plainest=False)
    assert opinion.refutes
    assert shown.batch.arrays["steps"][0, 0] != 20.0


def test_no_version_has_a_zero_row_even_where_the_claim_allows_one() -> None:
    """A row far below the others would be cut to 0 at few digits; such a file would not be read back."""
    batch = wide()
    rows = batch.arrays["W1"].copy()
    rows[0] *= 1e-9 / np.linalg.norm(rows[0])
    batch = batch.with_arrays({**batch.arrays, "W1": rows})
    judge = broken(batch)
    shown, opinion = shrink(judge, found(judge, batch), plainest=True)
    assert opinion.refutes
    WEIGHT_NORM.check(shown.batch)
