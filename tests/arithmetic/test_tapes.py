"""Tapes: the steps of a function run again for other numbers, against the function run anew."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from wnverify.arithmetic import tapes
from wnverify.arithmetic.program import Program
from wnverify.arithmetic.written import Written
from wnverify.batch import Batch

NAMES = ("W", "v", "x")


def smooth(xp: Any, a: Any) -> Any:
    rows = xp.unit_rows(a["W"])
    z = xp.tanh(rows @ a["x"]) / 2 - xp.sqrt(1 + a["v"] ** 2)
    return xp.sum(z * a["v"]) + xp.einsum("ij,j,i->", rows, a["x"], a["v"]) ** 3


def shaped(xp: Any, a: Any) -> Any:
    long = xp.concatenate([xp.reshape(a["W"], (-1,)), a["v"], xp.zeros(2)])
    return (
        xp.mean(xp.stack([long, -long[::-1]]).T @ xp.array([1.0, 2.0])) + xp.prod(a["x"]) + long[np.array([0, 0])][1]
    )


def kinked(xp: Any, a: Any) -> Any:
    larger = xp.maximum(a["v"], 0.5)
    chosen = xp.where((a["v"] > 0) & ~(larger > 2), larger * a["v"], a["v"] ** 2)
    return xp.sum(chosen) * xp.max(a["x"]) + xp.sum(xp.abs(a["W"])) * xp.exp(a["x"][0])


def spread_choice(xp: Any, a: Any) -> Any:
    either = xp.where(a["v"][:, None] > 0, a["x"], a["W"])
    return xp.sum(either**2) + xp.sum(xp.where(a["x"][0] > 0, a["v"], a["x"][1]))


def constant(xp: Any, a: Any) -> Any:
    return xp.sum(a["v"]) * 0 + 3


def program(call: Callable[..., Any]) -> Program:
    return Program(Written(call.__name__, lambda xp, arrays, _: call(xp, arrays), lambda _: None))


def drawn(seed: int, size: int) -> tuple[Batch, dict[str, Any]]:
    """A batch, in the first lane of which something is 0, and directions."""
    rng = np.random.default_rng(seed)
    arrays = {"W": rng.normal(size=(3, 2, size)), "v": rng.normal(size=(3, size)), "x": rng.normal(size=(2, size))}
    arrays["W"][0, 0, 0] = 0.0
    return Batch("toy", {"m": 3}, {}, arrays), {name: rng.normal(size=array.shape) for name, array in arrays.items()}


def anew(call: Callable[..., Any], batch: Batch, direction: dict[str, Any], order: int) -> tuple[Any, Any]:
    """Both results without tapes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tapes.Tapes, "at_once", lambda *_: None)
        patch.setattr(tapes.Tapes, "again", lambda *_: None)
        one = program(call)
        return one.along(batch, direction, order), one.reverse(batch, direction, order, NAMES)


def normed(xp: Any, a: Any) -> Any:
    return xp.spectral_norm(xp.tanh(a["W"])) * xp.sum(a["v"])


@pytest.mark.parametrize("call", [smooth, shaped, kinked, spread_choice, constant])
@pytest.mark.parametrize("order", [0, 1, 2])
@pytest.mark.parametrize("sizes", [(4, 4, 1, 7, 3, 1), (20, 20, 2)])
def test_a_tape_gives_what_the_function_gives(call, order, sizes) -> None:
    one = program(call)
    for seed, size in enumerate(sizes):  # it is written down at the first sizes, and used at the others
        batch, direction = drawn(seed, size)
        direction = direction if order else {}
        values, slopes = anew(call, batch, direction, order)
        for found, wanted in zip(one.along(batch, direction, order), values, strict=True):
            np.testing.assert_array_equal(found, wanted)
        for name, found in one.reverse(batch, direction, order, NAMES).items():
            np.testing.assert_allclose(found, slopes[name], rtol=1e-12, atol=1e-13 * max(1, np.abs(found).max()))
        assert seed == 0 or one.tapes.again(batch, direction, order) is not None


def test_a_kink_counts_for_what_is_differentiated() -> None:
    batch, _ = drawn(0, 3)
    one = program(kinked)
    by_all, by_v = one.reverse(batch, {}, 0, NAMES)["v"], one.reverse(batch, {}, 0, ["v"])["v"]
    assert np.isnan(by_all[:, 0]).all()
    assert np.isfinite(by_all[:, 1:]).all()
    assert np.isfinite(by_v).all()


def test_the_function_is_not_called_again_and_what_fails_fails_again() -> None:
    calls = []

    def counted(xp: Any, a: Any) -> Any:
        calls.append(1)
        return smooth(xp, a)

    one = program(counted)
    one.reverse(drawn(0, 5)[0], {}, 0, NAMES)
    before = len(calls)
    one.reverse(drawn(1, 6)[0], {}, 0, NAMES)
    assert len(calls) == before
    with pytest.raises(Exception, match="got ZeroDivisionError"):
        program(lambda xp, a: xp.sum(a["v"]) / (1 // 0)).reverse(drawn(0, 2)[0], {}, 0, NAMES)


def test_a_function_that_was_confirmed_is_tried_at_one_place_more_in_a_few_lanes() -> None:
    seen = []

    def counted(xp: Any, a: Any) -> Any:
        seen.append(a["v"].value.shape[-1])
        return smooth(xp, a)

    one = program(counted)
    batch, direction = drawn(0, 50)
    one.reverse(batch, {}, 0, NAMES)
    assert seen == [1, *[tapes.NARROW] * 5]  # whether power series know it, the recording, and four places
    one.along(batch, {}, 0)
    one.reverse(batch, direction, 1, NAMES)
    assert seen[6:] == [tapes.NARROW] * 2


def test_one_instance_takes_the_tape_of_several_and_values_come_with_a_gradient() -> None:
    calls = []

    def counted(xp: Any, a: Any) -> Any:
        calls.append(1)
        return smooth(xp, a)

    one = program(counted)
    batch, lone = drawn(0, 5)[0], drawn(1, 1)[0]
    one.reverse(batch, {}, 0, NAMES)
    several, before = one.tapes.at_once(batch, {}, 0), len(calls)
    assert one.tapes.at_once(lone, {}, 0) is several
    assert len(calls) == before + 1  # the place at which it is confirmed
    wanted = program(smooth).values(batch)
    np.testing.assert_array_equal(one.values(batch), wanted)
    assert len(calls) == before + 1


def test_a_step_is_taken_once() -> None:
    def twice(xp: Any, a: Any) -> Any:
        return sum(xp.sum(xp.tanh(xp.unit_rows(a["W"]) @ a["x"]) * size) for size in (1.0, 1.0, -0.0, 0.0))

    def once(xp: Any, a: Any) -> Any:
        found = xp.tanh(xp.unit_rows(a["W"]) @ a["x"])
        one, negative, none = (xp.sum(found * size) for size in (1.0, -0.0, 0.0))
        return one + one + negative + none

    batch, _ = drawn(0, 4)
    counts = []
    for call in (twice, once):
        tape = program(call).tapes.at_once(batch, {}, 0)
        assert tape is not None
        counts.append(sum(step.traced.fun is not np.add for step in tape.steps))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("size", [1, 4])
def test_what_cannot_be_written_down_is_not_tried_again(size) -> None:
    calls = []

    def careless(xp: Any, a: Any) -> Any:
        calls.append(1)
        return xp.sum(a["v"]) * float(_numbers(a["v"]).sum())

    one = program(careless)
    assert one.tapes.at_once(drawn(0, size)[0], {}, 0) is None
    before = len(calls)
    assert one.tapes.at_once(drawn(1, size)[0], {}, 0) is None
    assert len(calls) == before


@pytest.mark.parametrize("order", [0, 1, 2])
def test_what_is_computed_of_the_numbers_is_computed_anew(order) -> None:
    one = program(normed)
    for seed in range(3):
        batch, direction = drawn(seed, 4)
        direction = direction if order else {}
        values, slopes = anew(normed, batch, direction, order)
        for found, wanted in zip(one.along(batch, direction, order), values, strict=True):
            np.testing.assert_allclose(found, wanted, rtol=1e-12)
        for name, found in one.reverse(batch, direction, order, NAMES).items():
            np.testing.assert_allclose(found, slopes[name], rtol=1e-10, atol=1e-12)


def test_a_tape_that_holds_a_number_of_its_instance_is_refused() -> None:
    held = []

    def careless(xp: Any, a: Any) -> Any:
        held.append(float(np.sum(getattr(a["v"].value, "_value", a["v"].value))))
        return xp.sum(a["v"]) * held[-1]

    one = program(careless)
    for seed in range(2):
        batch, _ = drawn(seed, 3)
        one.reverse(batch, {}, 0, NAMES)
        assert one.tapes.at_once(batch, {}, 0) is None


def _numbers(a: Any) -> Any:
    """What no function should look at."""
    return getattr(a.value, "_value", a.value)


def by_sign(xp: Any, a: Any) -> Any:
    return xp.sum(a["v"] ** 2) if _numbers(a["v"]).sum() > 0 else xp.sum(a["v"])


def by_largest(xp: Any, a: Any) -> Any:
    return a["v"][int(np.argmax(_numbers(a["v"])[:, 0]))] ** 2


def by_spelling(xp: Any, a: Any) -> Any:
    return a["v"][0] if str(a["v"].value).count("-") > 1 else a["v"][0] ** 3


def tiny(xp: Any, a: Any) -> Any:
    return xp.sum(a["v"]) * (1e-12 * float(_numbers(a["v"]).sum()))


@pytest.mark.parametrize("call", [by_sign, by_largest, by_spelling, tiny])
@pytest.mark.parametrize("size", [1, 4])
def test_a_choice_that_holds_a_little_beside_is_refused(call, size) -> None:
    one = program(call)
    for seed in range(2):
        batch, _ = drawn(seed, size)
        one.reverse(batch, {}, 0, NAMES)
        assert one.tapes.at_once(batch, {}, 0) is None
