"""The activations over balls against mpmath at 80 digits, and their composition against the series of flint."""

from __future__ import annotations

import mpmath
import pytest
from flint import arb, arb_series, ctx

from tests.balls.naive import DIGITS, assert_close
from tests.reference import PHI
from wnverify.balls import activations
from wnverify.engine.activations import SMOOTH


@pytest.fixture(autouse=True)
def _digits():
    with mpmath.workdps(DIGITS):
        yield


POINTS = [0.0, 1e-12, -1e-12, 0.3, -1.0, 2**0.5, 5.0, -5.0, 40.0, -40.0]


@pytest.mark.parametrize("name", SMOOTH)
@pytest.mark.parametrize("z", POINTS)
def test_activation_derivatives_match_mpmath(name, z):
    with ctx.workprec(128):
        jet = activations.derivatives(name, arb(z))
    for order, ball in enumerate(jet):
        assert_close(ball, mpmath.diff(PHI[name], mpmath.mpf(z), order))


SERIES = {
    "tanh": lambda z: 1 - 2 * (1 + (2 * z).exp()).inv(),
    "sin": lambda z: z.sin(),
    "identity": lambda z: z,
    "softplus": lambda z: (1 + z.exp()).log(),
    "softplus0": lambda z: (1 + z.exp()).log() - arb(2).log(),
    "sigmoid4": lambda z: 4 * (1 + (-z).exp()).inv() - 2,
}


@pytest.mark.parametrize("name", sorted(SERIES))
@pytest.mark.parametrize("order", [1, 2, 3])
def test_composition_agrees_with_the_series_of_flint(name, order):
    with ctx.workprec(128):
        z = arb_series([arb("0.7"), -2, 3], prec=order)
        ours, theirs = activations.compose(name, z), SERIES[name](z)
        assert ours.prec == order
        assert all(ours[k].overlaps(theirs[k]) and ours[k].rad() < 1e-30 for k in range(order))
        slope = activations.compose_slope(name, z)
        derivative = SERIES[name](arb_series([arb("0.7"), 1, 0], prec=3)).derivative()
        assert slope[0].overlaps(derivative[0])
        if order > 1:
            assert slope[1].overlaps(-2 * derivative[1])


@pytest.mark.parametrize("name", SMOOTH)
def test_wide_balls_contain_the_jets_of_their_points(name):
    with ctx.workprec(128):
        wide = activations.derivatives(name, arb(0.2, 1))
        for point in (-0.7, 0.0, 0.2, 1.1):
            exact = activations.derivatives(name, arb(point))
            assert all(w.contains(e) for w, e in zip(wide, exact, strict=True))


@pytest.mark.parametrize("name", SMOOTH)
def test_no_activation_is_steeper_than_one(name):
    with ctx.workprec(128):
        slopes = [activations.derivatives(name, arb(z))[1] for z in (*POINTS, 1.4142135623730951)]
        assert all(abs(slope).lower() <= 1 for slope in slopes)
        if name == "gelu":
            assert abs(slopes[-1] - 1) < 1e-30
