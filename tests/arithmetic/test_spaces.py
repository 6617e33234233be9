"""The arithmetics: how each compares, lifts constants and notes kinks."""

from __future__ import annotations

import math
from functools import partial

import autograd
import numpy as np
import pytest
from flint import arb

from wnverify.arithmetic.faults import Undecided
from wnverify.arithmetic.sizes import Size
from wnverify.arithmetic.spaces import Balls, Floats, Traced, TracedBalls, in_balls


@pytest.mark.parametrize("number", [0.1, 1 / 3, math.pi, math.sqrt(2), 1e-7, 12345.678])
def test_a_rounded_constant_is_held_with_what_was_meant(number) -> None:
    (ball,) = Balls(0, 1).lift(number)
    assert ball.contains(arb(number))
    assert ball.contains(arb(np.nextafter(number, 9.0)))
    assert ball.rad() <= 5 * math.ulp(number)


@pytest.mark.parametrize("number", [0.0, 1.0, -2.5, 1e3, 2.0**-20, 7, np.float32(0.1)])
def test_a_short_constant_is_exact(number) -> None:
    (ball,) = Balls(0, 1).lift(number)
    assert ball == float(number)


def test_the_constants_that_users_write_are_held() -> None:
    wanted = {0.1: arb("0.1"), 0.044715: arb("0.044715"), math.pi: arb.pi(), math.e: arb(1).exp()}
    wanted |= {np.sqrt(3): arb(3).sqrt(), 2 / 3: arb(2) / 3, np.log(2): arb(2).log(), 1e-5: arb("1e-5")}
    assert all(Balls(0, 1).lift(number)[0].contains(ball) for number, ball in wanted.items())
    assert Balls(0, 1).lift(Size(3) ** -0.5)[0].overlaps(1 / arb(3).sqrt())


@pytest.mark.parametrize("space", [Floats, Balls])
def test_a_lifted_array_has_one_lane(space) -> None:
    assert [space(0, 4).lift(np.ones(shape)).shape for shape in [(), (2,), (2, 3)]] == [(1,), (2, 1), (2, 3, 1)]


def test_balls_compare_what_is_certain() -> None:
    low, high, around = (np.array([ball], dtype=object) for ball in (arb(1), arb(2, 0.5), arb(1, 0.5)))
    for space in (Balls(0, 1), TracedBalls(0, 1)):
        assert space.less(low, high, strict=True)[0]
        assert not space.less(high, low, strict=True)[0]
        assert space.less(low, low, strict=False)[0]
        assert not space.less(low, low, strict=True)[0]
        with pytest.raises(Undecided, match=r"test_spaces\.py, line \d+: .* two that overlap"):
            space.less(low, around, strict=True)


def test_equal_floats_are_kinks_in_their_lanes() -> None:
    space = Floats(0, 3)
    space.less(np.array([[1.0, 2.0, 3.0]]), np.array([[1.0], [0.0]]), strict=True)
    space.less(np.array([[1.0]]), np.array([[2.0]]), strict=True)
    (lanes,) = space.kinks.values()
    assert lanes.tolist() == [True, False, False]


def test_a_comparison_of_constants_that_are_equal_is_a_kink_in_all_lanes() -> None:
    space = Floats(0, 3)
    space.less(np.array([[1.0]]), np.array([[1.0]]), strict=True)
    assert [lanes.tolist() for lanes in space.kinks.values()] == [[True] * 3]


def traced_tanh(order, z):
    return Traced(3, 1).jet("phi tanh", z, order)[order]


def test_the_derivative_of_a_part_is_the_next() -> None:
    z = np.array([0.3, -0.7])
    for order in range(3):
        found = autograd.elementwise_grad(partial(traced_tanh, order))(z)
        assert np.allclose(found, Floats(3, 1).jet("phi tanh", z, 3)[order + 1], rtol=1e-15)


def test_floats_become_exact_balls() -> None:
    found = in_balls(np.array([[0.1, 2.0]]))
    assert found.shape == (1, 2)
    assert found[0, 0] == arb(0.1)
    assert found[0, 0].rad() == 0
