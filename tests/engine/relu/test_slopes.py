"""Derivatives by complex steps: against the formulas, by hand, and of a network without a slope."""

from __future__ import annotations

import numpy as np
import pytest

from tests.engine.relu.states import anywhere
from wnverify.arrays import FloatArray
from wnverify.engine.relu.gains import State
from wnverify.engine.relu.slopes import back, effective_slope, network, slopes


def jacobian(at: State) -> tuple[FloatArray, FloatArray]:
    """∂f_i/∂v_k and ∂f_i/∂g_k, shapes (m, d, n, B) and (m, n, B)."""
    ones = np.eye(at.x.shape[0])[..., None] * np.ones(at.v.shape[-1])
    by_v, by_g = zip(*(back(at, one) for one in ones), strict=True)
    return np.stack(by_v, axis=2), np.stack(by_g, axis=1)


def test_the_network_and_its_slopes_are_those_of_the_formulas() -> None:
    at = anywhere()
    assert network(at, at.v, at.g) == pytest.approx(at.output, abs=1e-14)
    to_v, to_g = slopes(at)
    assert to_v == pytest.approx(at.gradient_v, abs=1e-13)
    assert to_g == pytest.approx(at.gradient_g, abs=1e-13)


def test_the_tangent_kernel() -> None:
    at = anywhere()
    to_v, to_g = jacobian(at)
    kernel = np.einsum("kdib,kdjb->ijb", to_v, to_v) + np.einsum("kib,kjb->ijb", to_g, to_g)
    assert kernel == pytest.approx(at.Lambda, abs=1e-13)


def test_one_neuron_by_hand() -> None:
    """v = (3, 4), g = 10, x = e_1: f = 6, ∂f/∂g = 3/5 and ∂f/∂v = (10/5)(e_1 − (3/5) v̄) = (1.28, −0.96)."""
    one = np.ones(1)
    at = State(np.array([[[3.0], [4.0]]]), 10 * one[None], np.array([[[1.0], [0.0]]]), 5 * one[None], one[None], one)
    to_v, to_g = jacobian(at)
    assert network(at, at.v, at.g) == pytest.approx(6.0)
    assert to_v.ravel() == pytest.approx([1.28, -0.96])
    assert to_g.ravel() == pytest.approx([0.6])
    assert slopes(at)[1].ravel() == pytest.approx([0.6])  # r = 1
    assert effective_slope(at, 0 * at.v, one[None]).ravel() == pytest.approx([0.6, 0.8])
    assert effective_slope(at, at.v, 0 * at.g).ravel() == pytest.approx([0.0, 0.0], abs=1e-15)


def test_tiny_directions_have_slopes_too() -> None:
    at = anywhere()
    tiny = at.moved(1e-90 * at.v, at.g)
    assert 1e-90 * jacobian(tiny)[0] == pytest.approx(jacobian(at)[0], abs=1e-13)


def test_a_neuron_that_sees_no_input_has_no_slope() -> None:
    at = anywhere()
    off = at.moved(at.v, np.where(at.cosine[:, 0] > 0, -1.0, 1.0) * np.abs(at.g))
    assert (jacobian(off)[1][:, 0] == 0.0).all()
    assert (jacobian(off)[0][:, :, 0] == 0.0).all()
