from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import expi

from wnverify.engine.homogeneous import hidden_flow
from wnverify.engine.homogeneous.hidden_flow import Task, follow, follow_all, pull, pulls, speed

ONE = np.ones((1, 1))


def task(kind: str = "ewn", loss: str = "exponential", L: int = 1, nodes: int = 1) -> Task:
    """One sample x = 1 of two classes whose margin is Σ_u σ(w_u)."""
    return Task(kind, loss, L, ONE, np.ones((1, 1, nodes)))


def test_margins_and_gradients_are_those_of_two_classes() -> None:
    at = pull(task(loss="cross_entropy", L=2, nodes=2), np.array([[1.0], [2.0]]))
    loss = np.log1p(np.exp(-5.0))
    assert at.margins.tolist() == [[5.0]]
    assert at.phi == pytest.approx(-np.log(loss))
    assert at.G.ravel() == pytest.approx(np.array([2.0, 4.0]) * np.exp(-5) / (1 + np.exp(-5)) / loss)


def test_a_small_loss_does_not_underflow() -> None:
    at = pull(task(loss="cross_entropy"), np.array([[2000.0]]))
    assert at.phi == pytest.approx(2000.0)
    assert at.G.ravel() == pytest.approx(1.0)


@pytest.mark.parametrize(("kind", "expected"), [("ewn", 9.0), ("swn", 1.0), ("plain", 1.0)])
def test_the_speed_of_one_node(kind: str, expected: float) -> None:
    assert speed(kind, np.array([[3.0]]), ONE) == pytest.approx(expected)


def test_a_run_counts_the_time_of_the_flow() -> None:
    # f′ = f² e^{−f}, so t = H(f_t) − H(f_0) with H(f) = Ei(f) − e^f/f, and f grows like e^σ on the clock
    path = follow(task(), np.array([[2.0]]), np.linspace(0, 0.7, 3))
    f = float(path.w[-1, 0, 0])
    H = [expi(value) - np.exp(value) / value for value in (2.0, f)]
    assert path.finished
    assert f == pytest.approx(2 * np.exp(0.7), rel=1e-6)
    assert path.q * np.exp(f) == pytest.approx(H[1] - H[0], rel=1e-6)


def test_the_squared_norm_grows_on_the_clock_of_swn() -> None:
    path = follow(task("swn", nodes=2), np.array([[2.0], [1.0]]), np.linspace(0, 0.5, 3))
    assert np.sum(path.w[-1] ** 2) == pytest.approx(5 * np.exp(1.0), rel=1e-6)


def test_without_normalization_the_squared_norm_grows_alike_and_nodes_turn_freely() -> None:
    # w' ∥ x for every node, so that the part of w across x stays
    free = Task("plain", "exponential", 1, np.array([[1.0, 0.0]]), np.ones((1, 1, 2)))
    path = follow(free, np.array([[2.0, 0.5], [1.0, -0.5]]), np.linspace(0, 0.5, 3))
    assert path.finished
    assert path.w[-1, :, 1] == pytest.approx([0.5, -0.5])
    assert path.w[-1, 0, 0] - path.w[-1, 1, 0] == pytest.approx(1.0)
    assert np.sum(path.w[-1] ** 2) == pytest.approx(5.5 * np.exp(1.0), rel=1e-6)


@pytest.mark.parametrize("loss", ["exponential", "cross_entropy"])
@pytest.mark.parametrize("kind", ["ewn", "swn"])
def test_runs_together_are_the_runs_one_by_one(kind: str, loss: str, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(0)
    problems = [
        (Task(kind, loss, 2, 1 + rng.random((3, 2)), 1 + rng.random((3, 2, 2))), 0.5 + rng.random((2, 2)), clock)
        for clock in (0.1, 0.3, 0.6)
    ]
    single = [follow(task, start, np.linspace(0, clock, 5)) for task, start, clock in problems]
    for many, one, (task, _, _) in zip(follow_all(problems, 5), single, problems, strict=True):
        assert many.finished
        assert np.allclose(many.w, one.w, rtol=1e-6)
        assert many.q == pytest.approx(one.q, rel=1e-6)
        every = pulls(task, np.moveaxis(one.w, 0, -1))
        assert every.phi[-1] == pytest.approx(pull(task, one.w[-1]).phi)
        assert every.G[..., -1] == pytest.approx(pull(task, one.w[-1]).G)
    monkeypatch.setattr(hidden_flow, "ACCURACY", replace(hidden_flow.ACCURACY, few_steps=1))
    assert [path.q for path in follow_all(problems, 5)] == [one.q for one in single]
