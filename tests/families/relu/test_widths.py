from __future__ import annotations

import numpy as np
import pytest

from wnverify.bounds.dukler2020 import DESCENT_G, DESCENT_V, FLOW_G, FLOW_V
from wnverify.claim import Claim
from wnverify.engine.relu.runs import flow
from wnverify.families.relu.starts import begin
from wnverify.families.relu.widths import RELU_WIDTHS, delta, rate
from wnverify.family import Situation
from wnverify.judging.judge import Judge


@pytest.mark.parametrize("kind", ["flow V", "flow G"])
def test_a_rate_outside_of_the_hypotheses_on_alpha_is_that_of_finer_steps(kind: str) -> None:
    """At α = 1/4 ten steps up to 3/ω were unstable by either route, and told rates of −2."""
    batch = RELU_WIDTHS.draw(Situation({"n": 1}, {"kind": kind}), "alpha outside", 3, np.random.default_rng(0))
    found = rate.route.measure(batch)
    finer = flow(begin(batch), 0.9 * 10 / np.linalg.eigvalsh(begin(batch).Lambda.T)[:, -1], 160)
    assert (found > 0).all()
    assert found == pytest.approx(finer.rate.min(axis=0), rel=0.02)


@pytest.mark.parametrize(
    ("kind", "given"),
    [("flow V", FLOW_V), ("flow G", FLOW_G), ("descent V", DESCENT_V), ("descent G", DESCENT_G)],
)
@pytest.mark.parametrize("n", [1, 2])
def test_the_widths_are_enough_wherever_a_setting_is_drawn_inside(kind: str, given: dict, n: int) -> None:
    """A run has one setting of each: where 8 % of them admitted nothing, so did the theorem at every twelfth seed."""
    judge = Judge(Claim(delta, "<=", 1, given=given), RELU_WIDTHS)
    draws = [RELU_WIDTHS.draw(Situation({"n": n}, {"kind": kind}), "inside", 1, rng) for rng in generators(40)]
    assert [name for batch in draws for name, met in judge(batch).met.items() if not met.all()] == []


def generators(count: int) -> list[np.random.Generator]:
    return [np.random.default_rng(seed) for seed in range(count)]
