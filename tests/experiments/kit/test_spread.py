"""Means and exponents of several draws: right where they are known, and inside of their intervals."""

import numpy as np
import pytest

from wnverify.experiments.kit.spread import exponent_of, mean_of, slope_of

SIZES = np.array([8.0, 32.0, 128.0, 512.0])


@pytest.mark.parametrize("power", [-0.5, -1.0, 0.25])
def test_an_exponent_is_inside_of_its_interval(power):
    noise = np.random.default_rng(3).standard_normal((12, 4))
    found = exponent_of(SIZES, 2 * SIZES**power * (1 + 0.2 * noise))
    assert found.holds(power)
    assert found.low < found.value < found.high < found.low + 0.3
    exact = exponent_of(SIZES, np.tile(2 * SIZES**power, (3, 1)))
    assert (exact.low, exact.value, exact.high) == pytest.approx((power, power, power), abs=1e-9)


def test_draws_below_zero_do_no_harm():
    draws = np.array([[1.0, 0.5, 0.1, -0.1], [1.2, 0.4, 0.2, 0.1], [0.9, 0.6, -0.1, 0.1]])
    assert -1.5 < exponent_of(SIZES, draws).value < -0.3


def test_the_interval_of_a_mean_is_student_s():
    found = mean_of([1.0, 2.0, 4.0])
    assert (found.low, found.high) == pytest.approx((-1.46125, 6.12792), abs=1e-5)
    assert mean_of([3.0]).low == 3.0
    assert slope_of([0.0, 1.0], np.array([[1.0, 3.0], [0.0, 1.0]])).value == 1.5
