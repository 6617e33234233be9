from __future__ import annotations

import numpy as np
import pytest

from wnverify.engine.relu.runs import flow
from wnverify.families.relu.starts import begin
from wnverify.families.relu.widths import RELU_WIDTHS, rate
from wnverify.family import Situation


@pytest.mark.parametrize("kind", ["flow V", "flow G"])
def test_a_rate_outside_of_the_hypotheses_on_alpha_is_that_of_finer_steps(kind: str) -> None:
    """At α = 1/4 ten steps up to 3/ω were unstable by either route, and told rates of −2."""
    batch = RELU_WIDTHS.draw(Situation({"n": 1}, {"kind": kind}), "alpha outside", 3, np.random.default_rng(0))
    found = rate.route.measure(batch)
    finer = flow(begin(batch), 0.9 * 10 / np.linalg.eigvalsh(begin(batch).Lambda.T)[:, -1], 160)
    assert (found > 0).all()
    assert found == pytest.approx(finer.rate.min(axis=0), rel=0.02)
