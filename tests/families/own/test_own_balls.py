"""Nothing is certain about an instance that meets the limits of its kinds up to rounding only."""

from __future__ import annotations

import numpy as np

from wnverify.families.own.declare import architecture
from wnverify.families.own.kinds import ball, sphere

NET = architecture(
    "product", lambda xp, t, x: t.u @ x, theta={"u": sphere("d")}, x=ball("d", radius=2.0), sizes={"d": (2,)}
)
PLACE = NET.situations()[0]


def instance(u, x):
    return NET.batch(PLACE, {"u": np.array(u, float)[:, None], "x": np.array(x, float)[:, None]})


def test_an_input_outside_of_its_ball_by_rounding_has_no_ball():
    over = instance([1, 0], [2 * (1 + 2e-16), 0])
    NET.check(over)
    assert NET.enclose(over, ["output"]) is None
    assert NET.enclose(instance([1, 0], [2, 0]), ["output"])["output"] == 2


def test_a_vector_of_norm_1_but_for_rounding_is_brought_there_in_balls():
    long = instance([1 + 2e-16, 0], [1, 0])
    assert NET.quantities["output"].route.measure(long)[0] > 1
    found = NET.enclose(long, ["output"])["output"]
    assert found.contains(1)
    assert found.rad() < 1e-30
