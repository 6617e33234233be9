"""Nothing is certain about an instance that meets the limits of its kinds up to rounding only."""

from __future__ import annotations

import numpy as np
import pytest

from wnverify.families.own.declare import architecture, on_data
from wnverify.families.own.kinds import ball, free, sphere
from wnverify.families.own.own_quantity import quantity

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


def excess(xp, theta, x):
    return 1e15 * (xp.sum(theta.u**2) - 1)


@pytest.mark.parametrize("of", [NET, None], ids=["of the family", "of any"])
def test_a_quantity_of_a_user_s_own_sees_norm_1_in_balls(of):
    long, own = instance([1 + 2e-16, 0], [1, 0]), quantity("excess", "10^15 (‖u‖² − 1)", excess, of=of)
    assert own.route.measure(long)[0] > 0.4
    found = NET.extended([own]).enclose(long, ["excess", "largest_u"])
    assert found["excess"].contains(0)
    assert found["excess"].rad() < 1e-15
    assert found["largest_u"] <= 1 or found["largest_u"].contains(1)


def test_the_tangent_kernel_sees_norm_1_in_balls():
    """Of w⟨s, x⟩ it is ⟨s, x⟩² + w²‖x‖²."""
    theta = {"w": free(), "s": sphere("d")}
    net = architecture("factor", lambda xp, t, x: t.w * (t.s @ x), theta=theta, x=ball("d"), sizes={"d": (2,)})
    data = on_data(net, 1, loss=["square"])
    numbers = {"w": [0], "s": [[1 + 2e-16], [0]], "X": [[[1], [0]]], "y": [[0]]}
    arrays = {name: np.array(each, float) for name, each in numbers.items()}
    found = data.enclose(data.batch(data.situations()[0], arrays), ["ntk_min"])["ntk_min"]
    assert found.contains(1)
    assert found.rad() < 1e-30
