"""One state of a two-layer ReLU network: its kernel against differences, its indicators, its step."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.engine.relu.states import anywhere


def test_the_tangent_kernel_by_differences() -> None:
    """Λ against central differences of the output, away from kinks."""
    at = anywhere()
    step = 1e-6
    for b in range(3):
        flat = np.concatenate([at.v[..., b].ravel(), at.g[..., b]])

        def output(point: np.ndarray, b: int = b) -> np.ndarray:
            v, g = np.split(point, [at.v[..., b].size])
            whole_v, whole_g = at.v.copy(), at.g.copy()
            whole_v[..., b], whole_g[..., b] = v.reshape(at.v.shape[:2]), g
            return at.moved(whole_v, whole_g).output[:, b]

        J = np.stack([(output(flat + e) - output(flat - e)) / (2 * step) for e in step * np.eye(flat.size)], axis=1)
        assert pytest.approx(at.Lambda[..., b], rel=1e-6, abs=1e-8) == J @ J.T


def test_a_switch_replaces_the_indicators() -> None:
    at = anywhere()
    assert pytest.approx(at.gram) == replace(at, switch=np.ones_like(at.active)).H
    assert at.moved(at.v, at.g).active == pytest.approx(at.active)


def test_a_step_moves_against_the_gradient() -> None:
    at = anywhere()
    moved = at.descended(np.full(3, 0.1), np.full(3, 0.2))
    assert moved.v == pytest.approx(at.v - 0.1 * at.gradient_v)
    assert moved.g == pytest.approx(at.g - 0.2 * at.gradient_g)
