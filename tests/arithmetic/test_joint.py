"""Joint: functions that are made of the same, against each of them by itself."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest

from wnverify.arithmetic import enclosing
from wnverify.arithmetic.joint import FEW, Joint
from wnverify.arithmetic.program import Program
from wnverify.arithmetic.written import Written
from wnverify.batch import Batch


def made(xp: Any, a: Any) -> Any:
    return xp.tanh(a["W"] @ a["x"]) / xp.sqrt(1 + xp.sum(a["W"] ** 2))


def squares(xp: Any, a: Any, z: Any) -> Any:
    return xp.sum(z * z) * a["x"][0]


def largest(xp: Any, a: Any, z: Any) -> Any:
    return xp.max(xp.abs(z)) + xp.sum(xp.abs(a["x"]))


def looking(xp: Any, a: Any, z: Any) -> Any:
    return xp.sum(z) * (1.0 if a["x"].value.sum() > 0 else 2.0)  # which nobody may


def alone(function: Callable[..., Any]) -> Written:
    return Written(function.__name__, lambda xp, a, _: function(xp, a, made(xp, a)), lambda _: None)


def together(*functions: Callable[..., Any]) -> list[Program]:
    def call(xp: Any, a: Any, _: Batch) -> list[Callable[[], Any]]:
        z = made(xp, a)
        return [partial(function, xp, a, z) for function in functions]

    joint = Joint(call, lambda _: None)
    return [Program(alone(function), joint, place) for place, function in enumerate(functions)]


def drawn(seed: int, size: int) -> Batch:
    rng = np.random.default_rng(seed)
    arrays = {"W": rng.normal(size=(3, 2, size)), "x": rng.normal(size=(2, size))}
    arrays["x"][0, 0] = 0.0  # a kink of one function, and none of the other
    return Batch("toy", {"m": 3}, {}, arrays)


@pytest.mark.parametrize("size", [1, FEW, 4 * FEW])
def test_each_gives_what_it_gives_by_itself(size: int) -> None:
    programs = together(squares, largest)
    batches = [drawn(seed, size) for seed in range(4)]
    for batch in batches:
        for program in programs:
            slopes, values = program.gradient(batch, ["W", "x"]), program.values(batch.with_arrays(batch.arrays))
            single = Program(program.written)
            assert np.array_equal(values, single.values(batch.with_arrays(batch.arrays)))
            for name, wanted in single.gradient(batch.with_arrays(batch.arrays), ["W", "x"]).items():
                assert np.array_equal(slopes[name], wanted, equal_nan=True)
    first, second = (program.gradient(batches[0], ["x"])["x"][..., 0] for program in programs)
    assert np.isfinite(first).all()
    assert np.isnan(second).all()


def test_steps_that_another_took_at_a_batch_are_not_taken_again() -> None:
    programs, batch = together(squares, squares), drawn(0, FEW)
    first = programs[0].gradient(batch, ["W"])["W"]
    (known,) = (kept for kept in batch._memo.values() if isinstance(kept, dict))
    known.update({number: np.zeros_like(value) for number, value in known.items()})
    assert np.any(first)
    assert not np.any(np.nan_to_num(programs[1].gradient(batch, ["W"])["W"]))


def test_one_that_cannot_be_written_down_leaves_the_others_as_they_are() -> None:
    for program in together(squares, looking):
        for seed in range(4):
            batch = drawn(seed, 5)
            single = Program(program.written).values(batch.with_arrays(batch.arrays))
            assert np.array_equal(program.values(batch), single)


def test_in_balls_what_they_share_is_computed_once_for_an_instance_as_it_is() -> None:
    calls = []

    def counted(xp: Any, a: Any, _: Batch) -> list[Callable[[], Any]]:
        calls.append(1)
        z = made(xp, a)
        return [partial(function, xp, a, z) for function in (squares, largest)]

    joint, one = Joint(counted, lambda _: None), drawn(1, 3).one(1)
    arrays = enclosing.as_they_are(one)
    for place, function in enumerate((squares, largest)):
        program = Program(alone(function), joint, place)
        wanted = enclosing.value(Program(alone(function)), one, arrays)
        assert enclosing.value(program, one, arrays).overlaps(wanted)
        moved = {**arrays, "x": 2 * arrays["x"]}
        assert not enclosing.value(program, one, moved).overlaps(wanted)
    assert len(calls) == 1
