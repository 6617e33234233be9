from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import expi

from wnverify.engine.homogeneous import scalar_flows


@pytest.mark.parametrize(("low", "high", "p"), [(2.0, 2.5, 2.0), (2.0, 60.0, 1.0), (50.0, 51.0, 0.0)])
def test_the_quadrature_against_quadpack(low: float, high: float, p: float) -> None:
    cut = max(low, high - 45)
    wanted, _ = quad(lambda s: np.exp(s - high) * s**-p, cut, high, epsabs=0, epsrel=1e-13, limit=200)
    found = scalar_flows.scaled_integral(np.array([low]), np.array([high]), np.array([p]))[0]
    assert found == pytest.approx(wanted, rel=1e-12)


def test_the_integral_has_the_sign_and_the_value_of_its_primitive() -> None:
    low, high, p = np.array([3.0]), np.array([9.0]), np.array([2.0])
    wanted = expi(9) - np.exp(9) / 9 - expi(3) + np.exp(3) / 3
    assert scalar_flows.integral(low, high, p)[0] == pytest.approx(wanted, rel=1e-12)
    assert scalar_flows.integral(high, low, p)[0] == pytest.approx(-wanted, rel=1e-12)


@pytest.mark.parametrize("kind", ["ewn", "plain"])
@pytest.mark.parametrize("L", [1.0, 2.0, 3.0])
def test_growing_nodes_in_closed_form_and_by_their_flow(kind: str, L: float) -> None:
    w, c = np.array([[0.7, 1e-3, 2.0], [1.3, 4.0, 2.1]]), np.array([[1.1, 30.0, 1.0], [0.4, 1e-3, 1.1]])
    clock = np.array([0.9, 0.999999, 1e-6]) * scalar_flows.last_clock(kind, w, c, L)
    found = scalar_flows.grow(kind, w, c, L, clock)
    assert scalar_flows.grow_by_steps(kind, w, c, L, clock) == pytest.approx(found, rel=1e-7)


def test_what_is_beyond_floats_leaves_the_other_nodes_as_they_are() -> None:
    w, c = np.array([[0.7, 1e200], [1.3, 4.0]]), np.array([[1.1, 1e200], [0.4, 1.0]])
    with np.errstate(all="ignore"):
        clock = 0.5 * scalar_flows.last_clock("ewn", w, c, 3.0)
    found, first = scalar_flows.grow_by_steps("ewn", w, c, 3.0, clock), np.s_[:, :1]
    wanted = scalar_flows.grow("ewn", w[first], c[first], 3.0, clock[:1])
    assert found[first] == pytest.approx(wanted, rel=1e-9)
    assert np.isnan(found[:, 1]).all()


def test_two_nodes_in_closed_form_and_by_their_flow() -> None:
    w, c, wobble, clock = np.array([[0.7, 1.0], [1.3, 0.4]]), np.array([[1.1, 0.6], [0.4, 2.0]]), np.ones(2), 0.45
    found = scalar_flows.two_nodes(w, scalar_flows.Wobbling(c, wobble), np.full(2, clock))
    for index in range(2):
        pull = scalar_flows.Wobbling(c[:, index], wobble[index])
        assert found[:, index] == pytest.approx(scalar_flows.two_nodes_by_flow(w[:, index], pull, clock), rel=1e-9)


def test_descent_takes_the_exact_steps_of_the_scalar_model() -> None:
    found = scalar_flows.descend(2.0, np.array([3.0]), np.array([0.5]), np.array([1.0]))
    assert found.last[0] == pytest.approx(3.0 * np.exp(0.5 / 3.0))
    assert found.time[0] == pytest.approx(0.5 / (9 * np.exp(-3)))
