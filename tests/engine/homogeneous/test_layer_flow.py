from __future__ import annotations

import numpy as np
import pytest
from scipy.special import expi

from wnverify.engine.homogeneous import layer_flow
from wnverify.engine.homogeneous.layer_flow import State, run, runs


def test_the_timed_run_counts_the_time_of_the_flow() -> None:
    # one sample, one hidden unit, everything aligned: f′ = 2 f² e^{−f}, so 2t = H(f_t) − H(f_0)
    start = State(np.array([[2.0]]), np.array([2.0]), 0.0, True)
    end = run("ewn", np.ones((1, 1)), start, 0.7, timed=True)
    f = float(end.W[0, 0] * end.a[0])
    H = [expi(value) - np.exp(value) / value for value in (4.0, f)]
    assert end.finished
    assert 2 * end.q * np.exp(f) / f**2 == pytest.approx(H[1] - H[0], rel=1e-5)


@pytest.mark.parametrize("timed", [True, False])
@pytest.mark.parametrize("kind", ["ewn", "swn"])
def test_runs_side_by_side_are_the_runs_one_by_one(kind: str, timed: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(0)
    problems = [
        (1.0 + 0.2 * rng.random((3, 2)), State(1.5 + 0.3 * rng.random((2, 2)), 1.5 + rng.random(2), 0.0, True), clock)
        for clock in (0.1, 0.5, 1.0)
    ]
    for name in ("MANY", "MANY_LATE"):
        monkeypatch.setattr(layer_flow, name, 2)
    for problem, many in zip(problems, runs(kind, problems, timed=timed), strict=True):
        one = run(kind, *problem, timed=timed)
        assert many.finished
        assert np.allclose(many.W, one.W, rtol=1e-5)
        assert np.allclose(many.a, one.a, rtol=1e-5)
        assert many.q == pytest.approx(one.q, rel=1e-4)
    monkeypatch.setattr(layer_flow, "SIDE_BY_SIDE", 1)
    begun_anew = runs(kind, problems, timed=timed)[-1]
    assert begun_anew.W.tolist() == run(kind, *problems[-1], timed=timed).W.tolist()
