from __future__ import annotations

import numpy as np
import pytest

from wnverify.engine.networks.sampled_mean import lower_mean

DRAWS = {
    "constant": lambda rng, size: np.ones(size),
    "exponential": lambda rng, size: rng.exponential(1.0, size),
    "rarely large": lambda rng, size: 10.0 * (rng.random(size) < 0.1),
    "half normal": lambda rng, size: np.abs(rng.standard_normal(size)) * np.sqrt(np.pi / 2),
}


@pytest.mark.parametrize("name", DRAWS)
def test_the_limit_is_above_the_mean_no_oftener_than_stated(name) -> None:
    rng = np.random.default_rng(0)
    values = DRAWS[name](rng, (60, 4000))  # every variable has mean 1
    limit, _ = lower_mean(values, 0.05)
    assert (limit > 1.0).mean() <= 0.05


@pytest.mark.parametrize("name", DRAWS)
def test_more_values_give_a_better_limit_and_enough_of_them_the_mean(name) -> None:
    values = DRAWS[name](np.random.default_rng(1), (20_000, 1))
    limits = [float(lower_mean(values[:size], 1e-9)[0][0]) for size in (50, 500, 5000, 20_000)]
    assert limits == sorted(limits)
    assert limits[-1] > 0.5


def test_the_limit_solves_its_equation() -> None:
    values = np.random.default_rng(2).exponential(1.0, (40, 1))
    m = lower_mean(values, 1e-6)[0][0]
    products = [np.prod(1.0 - c + c * values / m) for c in (0.999, 0.5, 0.25, 0.125)]
    assert np.mean(products) == pytest.approx(1e6, rel=1e-9)


def test_the_derivative_is_that_of_the_limit_and_never_negative() -> None:
    values = np.random.default_rng(3).random((30, 2))
    slopes = lower_mean(values, 1e-9)[1]
    assert (slopes >= 0).all()
    for index in (0, 17, 29):
        step = np.zeros_like(values)
        step[index] = 1e-6
        above, below = (lower_mean(values + sign * step, 1e-9)[0] for sign in (1, -1))
        assert slopes[index] == pytest.approx((above - below) / 2e-6, rel=1e-6)


def test_zeros_and_a_single_value_give_next_to_nothing() -> None:
    limit, slopes = lower_mean(np.array([[0.0, 1.0, 0.0], [0.0, 0.0, 1e-200]]), 1e-9)
    assert limit[0] == 0
    assert (slopes[:, 0] == 0).all()
    assert 0 < limit[1] < 1e-7
    assert 0 <= limit[2] < 1e-200
    assert 0 < lower_mean(np.ones((1, 1)), 1e-9)[0][0] < 1e-7
