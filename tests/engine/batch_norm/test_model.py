from __future__ import annotations

import numpy as np
import pytest

from wnverify.arrays import FloatArray
from wnverify.engine.batch_norm.descent import descend
from wnverify.engine.batch_norm.model import State, spectrum


def state(w: tuple[float, float], gamma: float = 1.0) -> State:
    """Two samples z = (1, ±1): with ⟨w, z⟩ = w_0 ± w_1 and Σ = I."""
    z = np.array([[[1.0, 1.0]], [[1.0, -1.0]]])[..., None]
    return State(z, np.array(w)[:, None], np.array([gamma]))


def test_two_samples_by_hand() -> None:
    at = state((3.0, 4.0), gamma=5.0)
    assert at.covariance[..., 0] == pytest.approx(np.eye(2))
    assert at.sigma == pytest.approx(5.0)
    assert at.margins[:, 0, 0] == pytest.approx([1.4, -0.2])
    assert at.outputs[:, 0] == pytest.approx([7.0, -1.0])
    assert at.discrepancy == pytest.approx(0.5 * 1.6**2)
    assert at.loss == pytest.approx(0.5 * (np.log1p(np.exp(-7.0)) + np.log1p(np.exp(1.0))))


@pytest.mark.parametrize(
    ("w", "progress", "printed"), [((0.1, 0.01), 0.04595, 0.2458), ((-1.0, -0.1), 0.005257, 0.006995)]
)
def test_the_counterexamples_of_lemma_4_2(w: tuple[float, float], progress: float, printed: float) -> None:
    """The margins of w = (.11, .09) and w = (−1.1, −.9) with z_i = e_i; the second with ‖w‖_Σ for its square."""
    at = state(w)
    power = 2 if w[0] > 0 else 1
    slope = max(np.exp(-1.0) / 8, at.slopes.min())
    assert at.descent[0][0] == pytest.approx(progress, rel=1e-3)
    assert slope / (2 * at.sigma**power) * at.discrepancy == pytest.approx(printed, rel=1e-3)


def test_the_gradient_is_that_of_the_loss_and_orthogonal_to_w() -> None:
    rng = np.random.default_rng(0)
    z, w, gamma = rng.standard_normal((3, 2, 4, 5)), rng.standard_normal((4, 5)), rng.uniform(0.5, 2.0, 5)
    pull = State(z, w, gamma).descent
    h = 1e-6

    def loss(dw: FloatArray, dg: float) -> FloatArray:
        return State(z, w + dw, gamma + dg).loss

    for k, unit in enumerate(np.eye(4)):
        e = h * unit[:, None]
        assert -(loss(e, 0.0) - loss(-e, 0.0)) / (2 * h) == pytest.approx(pull[0][k], abs=1e-8)
    none = np.zeros((4, 1))
    assert -(loss(none, h) - loss(none, -h)) / (2 * h) == pytest.approx(pull[1], abs=1e-8)
    assert np.sum(pull[0] * w, axis=0) == pytest.approx(0.0, abs=1e-13)


def test_pairs_are_the_gradient_along_the_target() -> None:
    z = np.array([[[2.0, 1.0], [2.0, -3.0]], [[2.0, 0.5], [2.0, 0.0]]])[..., None]
    at = State(z, np.array([[1.0], [0.7]]), np.ones(1))
    assert at.pairs == pytest.approx(at.descent[0][0] / 2.0)


def test_equal_margins_move_gamma_alone() -> None:
    run = descend(state((2.0, 0.0), gamma=0.5), np.array([0.3]), np.array([3.0]))
    gamma = 0.5
    for _ in range(3):
        gamma += 0.3 / (1 + np.exp(gamma))
    assert run.end.gamma == pytest.approx(gamma)
    assert run.end.w[:, 0] == pytest.approx([2.0, 0.0])
    assert run.spread == pytest.approx(0.0, abs=1e-15)


def test_every_run_makes_its_own_steps_and_keeps_its_widest_spread() -> None:
    z = np.repeat(state((1.0, 0.1)).z, 2, axis=-1)
    start = State(z, np.array([[1.0, 1.0], [0.1, 0.1]]), np.array([1.0, 1.0]))
    run = descend(start, np.full(2, 0.1), np.array([1.0, 4.0]))
    once = start.after(np.full(2, 0.1))
    assert run.end.w[:, 0] == pytest.approx(once.w[:, 0])
    assert not np.allclose(run.end.w[:, 1], once.w[:, 1])
    assert (run.spread > np.abs(start.outputs - start.gamma).max(axis=0) - 1e-12).all()
    assert run.clock[0] == pytest.approx(0.1 * start.slopes.min(axis=0)[0])


def test_eigenvalues_rise() -> None:
    assert spectrum(np.diag([3.0, 1.0, 2.0])[..., None])[:, 0] == pytest.approx([1.0, 2.0, 3.0])
