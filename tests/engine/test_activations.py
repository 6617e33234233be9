import warnings

import mpmath as mp
import numpy as np
import pytest
import sympy as sp

from tests.reference import PHI, mp_activation
from wnverify.balls import activations as balls
from wnverify.engine.activations import ACTIVATIONS, SMOOTH, activation, exact_constants
from wnverify.engine.networks import autodiff
from wnverify.errors import UsageError
from wnverify.questions.counterexample.script import networks as script

POINTS = [-30.0, -7.5, -1.3, -1e-9, 0.0, 1e-7, 0.4, 1.9, 3.9, 4.1, 12.0, 30.0]


@pytest.mark.parametrize("name", SMOOTH)
@pytest.mark.parametrize("order", [0, 1, 2, 3])
def test_derivatives_agree_with_fifty_digits_relatively(name, order):
    got = activation(name).jet(np.array(POINTS), 3)[order]
    for z, mine in zip(POINTS, got, strict=True):
        true = mp_activation(name, z, order)
        # near a zero of the function the condition number |zφ′/φ| takes over; gelu's tail loses z²/2 ulps
        slack = abs(mp_activation(name, z, order + 1)) * abs(z) if order < 3 else abs(true)
        bell = 1e-16 * z * z * mp.exp(-z * z / 2) * (1 + abs(z) ** 3) if name == "gelu" else 0
        assert (
            abs(mine - true)
            <= 1e-15 * (abs(true) + slack) + 5e-16 * abs(true) + 4e-16 * _floor(name, z, order) + bell + 1e-300
        )


def _floor(name, z, order):
    """The size of the terms that a derivative is a difference of."""
    if order == 3 or (name == "gelu" and order):
        return mp.exp(-z * z / 2) * (1 + abs(z) ** 3) if name == "gelu" else abs(mp_activation("tanh", z / 2, 1))
    return 0


@pytest.mark.parametrize("name", list(ACTIVATIONS))
def test_jet_agrees_with_its_parts_and_is_silent_far_out(name):
    phi = activation(name)
    z = np.array([-1e3, -750.0, -2.0, 0.0, 0.5, 710.0, 1e3])
    with warnings.catch_warnings(), np.errstate(over="raise", invalid="raise", divide="raise"):
        warnings.simplefilter("error")
        parts = phi.jet(z, 3)
        for order in range(4):
            shorter = phi.jet(z, order)
            assert len(shorter) == order + 1
            np.testing.assert_array_equal(shorter[order], parts[order])
    assert all(np.isfinite(part).all() for part in parts)


@pytest.mark.parametrize("name", list(ACTIVATIONS))
def test_constants_are_upper_floats_within_two_ulps(name):
    phi, exact = activation(name), exact_constants(name)
    for got, symbol in ((phi.slope, "slope"), (phi.beta, "beta"), (phi.c0, "c0")):
        if exact[symbol] is sp.oo:
            assert got == np.inf
            continue
        true = mp.mpf(str(sp.N(exact[symbol], 50)))
        assert true <= mp.mpf(got) <= true + 2 * mp.mpf(float(np.spacing(got))) * (got > 0)


@pytest.mark.parametrize("name", SMOOTH)
def test_constants_are_the_suprema(name):
    phi = activation(name)
    z = np.concatenate([np.linspace(-8, 8, 320_001), [0.0, np.sqrt(2), 40.0]])
    slopes, bends = map(np.abs, phi.jet(z, 2)[1:])
    assert slopes.max() <= phi.slope * (1 + 3e-16)
    assert bends.max() <= phi.beta * (1 + 3e-16)
    assert slopes.max() >= phi.slope - 1e-6
    assert bends.max() >= phi.beta - 1e-6
    assert abs(phi.value(np.zeros(1))[0]) == pytest.approx(phi.c0, abs=1e-15)


def test_every_table_knows_every_activation():
    assert list(SMOOTH) == [name for name in ACTIVATIONS if name != "relu"]
    assert set(balls.DERIVATIVES) == set(SMOOTH)
    for table in (autodiff.ACTIVATIONS, PHI, script.ACTIVATIONS, script.CONSTANTS):
        assert set(table) == set(ACTIVATIONS)


def test_sup_of_gelu_slope_is_one_and_attained_at_sqrt_two():
    assert activation("gelu").jet(np.array([np.sqrt(2.0)]), 1)[1][0] == pytest.approx(1.0, abs=1e-15)


def test_relu_at_zero_has_slope_zero():
    assert activation("relu").jet(np.zeros(1), 1)[1][0] == 0.0


def test_a_typo_gets_a_suggestion():
    with pytest.raises(UsageError, match="did you mean 'tanh'"):
        activation("thanh")
    with pytest.raises(UsageError, match="softplus0"):
        exact_constants("nothing like it")
