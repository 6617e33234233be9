"""Every function of one number on balls, against sixty digits: balls hold it, and are narrow."""

from __future__ import annotations

from itertools import product

import mpmath as mp
import numpy as np
import pytest
from flint import arb, ctx

from tests.arithmetic.exact import DIGITS, FORMULAS, derivatives
from wnverify.arithmetic import rules
from wnverify.arithmetic.ball_rules import RULES, rule


def exact(number: mp.mpf) -> arb:
    """A ball of a last digit around a number of sixty."""
    with mp.workdps(DIGITS):
        return arb(mp.nstr(number, DIGITS), 0) * arb(1, 1e-50)


def test_both_arithmetics_know_the_same_functions() -> None:
    assert set(RULES) - {"phi relu"} == set(rules.RULES)
    assert set(RULES) <= set(FORMULAS)


@pytest.mark.parametrize("name", FORMULAS)
def test_balls_hold_what_is_exact_and_are_narrow(name) -> None:
    for point in FORMULAS[name][1]:
        for ball, wanted in zip(rule(name)(arb(point)), derivatives(name, point)[:3], strict=True):
            assert ball.overlaps(exact(wanted)) or abs(ball - exact(wanted)) < 1e-45, (point, ball, wanted)
            assert ball.rad() <= 1e-12 * abs(ball.mid()) + 1e-14, (point, ball)


@pytest.mark.parametrize("radius", [1e-9, 1e-3, 0.2])
@pytest.mark.parametrize("name", FORMULAS)
def test_a_wide_ball_holds_what_is_inside(name, radius) -> None:
    near = [middle for middle in FORMULAS[name][1] if abs(middle) <= 30]
    for middle, share in product(near, (-1.0, -0.4, 0.0, 0.7, 1.0)):
        point = float(np.float64(middle) + 0.999 * share * radius)
        inside = [float(part(np.float64(point))) for part in np.atleast_1d(_floats(name))]
        for ball, number in zip(rule(name)(arb(middle, radius)), inside, strict=True):
            if np.isfinite(number) and ball.is_finite():
                assert abs(float(ball.mid()) - number) <= float(ball.rad()) + 1e-11 * (1.0 + abs(number))


def _floats(name):
    def quiet(part):
        def at(z):
            with np.errstate(all="ignore"):
                return part(z)

        return at

    return [quiet(part) for part in rules.rule(name)[:3]]


SINGULAR = {
    "log": 0.0, "log1p": -1.0, "reciprocal": 0.0, "power -0x1p+0": 0.0, "power -0x1p-1": 0.0,
}  # fmt: skip


@pytest.mark.parametrize("name", SINGULAR)
@pytest.mark.parametrize("radius", [0.0, 1e-6])
def test_a_ball_around_a_pole_is_not_finite(name, radius) -> None:
    assert not any(ball.is_finite() for ball in rule(name)(arb(SINGULAR[name], radius)))


@pytest.mark.parametrize("name", ["abs", "sign", "phi relu", "sqrt", "power 0x1p-1"])
@pytest.mark.parametrize("radius", [0.0, 1e-6])
def test_a_kink_in_a_ball_has_no_derivative(name, radius) -> None:
    _, first, second = rule(name)(arb(0, radius))
    assert name == "sign" or not first.is_finite()
    assert not second.is_finite()


def test_values_at_a_kink_are_held() -> None:
    around = arb(0, 0.5)
    assert rule("abs")(around)[0].contains(arb(0.25))
    assert rule("sign")(around)[0].contains(arb(-1))
    assert rule("sign")(around)[0].contains(arb(1))
    assert rule("phi relu")(around)[0].contains(arb(0.5))
    assert rule("phi relu")(around)[0].contains(arb(0))
    assert rule("sqrt")(around)[0].contains(arb(0.5).sqrt())
    assert rule("sqrt")(around)[0].contains(arb(0))
    assert not rule("sqrt")(arb(-2, 0.5))[0].is_finite()


def test_a_whole_power_of_a_ball_around_zero_is_finite() -> None:
    value, first, second = rule("power 0x1.8p+1")(arb(0, 0.5))
    assert value.contains(arb(0.125))
    assert first.contains(arb(0.75))
    assert second.contains(arb(-3))


@pytest.mark.parametrize("exponent", [mp.mpf(1) / 10, mp.mpf(1) / 3, mp.mpf(-7) / 5, mp.mpf(7) / 2])
def test_a_power_is_the_one_that_was_meant(exponent) -> None:
    """In floats neither the exponent is, nor that of the derivative; 7/2 is, and stays narrow."""
    p = float(exponent)
    with mp.workdps(DIGITS), ctx.workprec(128):
        balls = rule(f"power {p.hex()}")(arb(1000))
        for meant in (mp.mpf(p), mp.mpf(round(exponent * 30)) / 30):
            factors = (1, meant, meant * (meant - 1))
            for order, ball in enumerate(balls):
                assert ball.overlaps(exact(factors[order] * mp.mpf(1000) ** (meant - order)))
                assert ball.rad() <= (1e-30 if p == 3.5 else 1e-13) * abs(ball)
