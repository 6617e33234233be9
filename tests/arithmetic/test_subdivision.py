from __future__ import annotations

import pytest
from flint import arb

from wnverify.arithmetic.subdivision import Goal, Settled, settle


def tanh(xp, z):
    return xp.tanh(z)


@pytest.mark.parametrize("interval", [(-20.0, 20.0), (-3.7, 11.1), (20.0, 1e18), (-1e18, -20.0)])
def test_a_bound_is_settled(interval):
    found = settle(tanh, interval, [Goal(1, arb(1)), Goal(2, 4 / (3 * arb(3).sqrt()))], 400)
    assert found == {1: Settled(), 2: Settled()}


def test_a_bound_that_is_too_small_by_a_millionth_ends_at_a_point():
    found = settle(tanh, (-20.0, 20.0), [Goal(1, arb(1)), Goal(2, arb(0.769799))], 400)
    assert found[1] == Settled()
    assert abs(found[2].above) == pytest.approx(0.6585, abs=1e-2)


def test_few_pieces_leave_what_they_did_not_reach():
    found = settle(tanh, (-20.0, 20.0), [Goal(1, arb(1))], 5)[1]
    assert found.left
    assert found.above is None


def test_a_jump_is_seen_where_choices_change():
    found = settle(lambda xp, z: xp.where(z > 0.7, z, 0.9999 * z + 0.00007), (-5.0, 5.0), [Goal(2, arb(1))], 400)
    assert found[2].jump == pytest.approx(0.7, abs=1e-9)


def test_a_kink_of_the_second_derivative_is_no_jump_of_the_first():
    softsign = [Goal(1, arb(1)), Goal(2, arb(2))]
    shifted = settle(lambda xp, z: (z - 0.7) / (1 + xp.abs(z - 0.7)), (-5.0, 5.0), softsign, 1000)
    assert shifted == {1: Settled(), 2: Settled()}


def test_where_balls_know_nothing_is_left():
    found = settle(lambda xp, z: xp.sqrt(z * z), (-0.25, 0.25), [Goal(1, arb(2))], 2000)[1]
    assert len(found.left) == 1
    low, high = found.left[0]
    assert -1e-11 < low <= 0.0 <= high < 1e-11


def test_every_branch_at_a_kink_is_looked_at():
    """Between 1/3 and 1/3 + 1e-14 a function is steep; pieces are no narrower than 1e-13."""

    def hidden(xp, z):
        inside = (z > 1 / 3) & (z < 1 / 3 + 1e-14)
        return xp.where(inside, 1 / 3 + 900 * (z - 1 / 3), z)

    assert settle(hidden, (-2.0, 2.0), [Goal(1, arb(1))], 1000)[1].left
