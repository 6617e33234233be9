"""The integrator for many equations at once, against solutions that are known."""

from __future__ import annotations

import numpy as np
import pytest

from wnverify.engine.extrapolation import Accuracy, integrate

RATES = np.array([0.5, 3.0, 40.0, 2000.0])
TIMES = np.array([[0.3, 0.2, 0.1, 0.4], [2.0, 1.0, 3.0, 1.5]])


def _towards_a_wave(at):
    """y′ = −λ (y − sin t) + cos t with y(0) = 1: y = sin t + e^{−λt}; and t′ = 1."""
    fast = RATES[at]
    return lambda y: np.stack([-fast * (y[0] - np.sin(y[1])) + np.cos(y[1]), np.ones_like(y[1])])


@pytest.mark.parametrize("columns", [3, 4, 5])
def test_stiff_and_slow_equations_side_by_side(columns: int) -> None:
    start = np.array([[1.0] * 4, [0.0] * 4])
    found = integrate(_towards_a_wave, start, TIMES, Accuracy(1e-9, 1e-11, 2000, columns))
    assert found.finished.all()
    assert found.states[:, 0] == pytest.approx(np.sin(TIMES) + np.exp(-RATES * TIMES), abs=1e-7)
    assert found.states[:, 1] == pytest.approx(TIMES, rel=1e-12)


def test_an_instance_is_followed_as_if_it_were_alone() -> None:
    start, accuracy = np.array([[1.0] * 4, [0.0] * 4]), Accuracy(1e-9, 1e-11, 2000)
    together = integrate(_towards_a_wave, start, TIMES, accuracy).states
    for index in range(4):
        alone = integrate(
            lambda at, index=index: _towards_a_wave(at + index), start[:, :1], TIMES[:, [index]], accuracy
        )
        assert alone.states[..., 0] == pytest.approx(together[..., index], rel=1e-12)


def test_a_singular_step_is_taken_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    calls, inverse = [], np.linalg.inv

    def singular_at_first(matrices):
        calls.append(len(matrices))
        if len(calls) == 1:
            raise np.linalg.LinAlgError("Singular matrix")
        return inverse(matrices)

    monkeypatch.setattr(np.linalg, "inv", singular_at_first)
    found = integrate(lambda at: lambda y: y, np.full((1, 2), 0.1), np.full((1, 2), 2.0), Accuracy(1e-9, 1e-11, 300))
    assert found.states[0, 0] == pytest.approx(0.1 * np.exp(2.0), rel=1e-7)


def test_what_explodes_or_takes_too_long_is_not_finished() -> None:
    explodes = integrate(
        lambda at: lambda y: y**2, np.array([[1.0, 0.1]]), np.full((1, 2), 2.0), Accuracy(1e-9, 1e-11, 300)
    )
    assert explodes.finished.tolist() == [False, True]
    assert explodes.states[0, 0, 1] == pytest.approx(1 / 8.0)
    short = integrate(lambda at: lambda y: -y, np.ones((1, 1)), np.full((1, 1), 9.0), Accuracy(1e-9, 1e-11, 3))
    assert not short.finished.any()
