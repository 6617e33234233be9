import numpy as np
import pytest

from tests.arithmetic.routes import instances, program
from wnverify.arithmetic import enclosing
from wnverify.arithmetic.faults import FunctionError
from wnverify.arithmetic.theta import Theta

THETA = Theta({"W1": np.ones((2, 2)), "v": np.ones(2)}, {"m": 2})


def test_arrays_and_sizes_by_name() -> None:
    assert THETA.W1 is THETA["W1"]
    assert THETA.m == 2
    assert [*THETA] == ["W1", "v"]
    assert "v" in THETA
    assert "m" not in THETA


@pytest.mark.parametrize(
    ("name", "words"), [("W9", "did you mean theta.W1?"), ("x", "among W1, v, m, but got theta.x")]
)
def test_a_name_that_is_missing(name, words) -> None:
    with pytest.raises(FunctionError) as caught:
        getattr(THETA, name)
    assert words in str(caught.value)


def test_protocols_of_python_do_not_find_parameters() -> None:
    assert not hasattr(THETA, "__array__")


def test_sizes_are_exact_in_balls_alone() -> None:
    one = instances({"v": (3,), "x": (3,)}, 1, m=3)
    one.arrays["v"][...] = 1.0
    exact = program(lambda xp, theta, x: xp.sum(theta.v) * theta.m**-0.5 - xp.sqrt(theta.m))
    near = program(lambda xp, theta, x: xp.sum(theta.v) / np.sqrt(theta.m) - xp.sqrt(theta.m))
    arrays = enclosing.arrays_of(one)
    by_size, by_float = (enclosing.value(made, one, arrays) for made in (exact, near))
    assert by_size.contains(0)
    assert by_float.contains(0)
    assert by_size.rad() < by_float.rad() < 1e-14
    assert abs(exact.values(one)[0]) < 1e-15
