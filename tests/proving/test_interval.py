"""The prover's intervals contain what balls say of every number in them."""

from __future__ import annotations

import numpy as np
import pytest
from flint import arb, ctx

from wnverify.arrays import FloatArray
from wnverify.proving import interval
from wnverify.proving.interval import Interval, between, exact, near

COUNT = 300


def drawn(seed: int) -> tuple[Interval, FloatArray]:
    """Intervals of all sizes, and a number in each: an end as often as not."""
    rng = np.random.default_rng(seed)
    size = 10.0 ** rng.integers(-14, 2, COUNT)
    lo = rng.normal(size=COUNT) * 10.0 ** rng.integers(-3, 2, COUNT)
    hi = lo + size * rng.random(COUNT)
    inside = np.where(
        rng.random(COUNT) < 0.5, lo, np.where(rng.random(COUNT) < 0.5, hi, np.clip(lo + size / 9, lo, hi))
    )
    return between(lo, hi), inside


def contained(found: Interval, exact_values: list[arb]) -> bool:
    """Whether every number lies in its interval, for certain."""
    pairs = zip(found.lo.tolist(), found.hi.tolist(), exact_values, strict=True)
    return all(arb(low) <= value <= arb(high) for low, high, value in pairs)


TWO = {"+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b}
ONE = {
    "sine": (interval.sine, arb.sin),
    "cosine": (interval.cosine, arb.cos),
    "tanh": (interval.tanh, arb.tanh),
    "inverse": (lambda x: x.inverse(), lambda x: 1 / x),
    "minus": (lambda x: -x, lambda x: -x),
}


@pytest.mark.parametrize("name", TWO)
def test_operations_contain_the_exact_result(name: str) -> None:
    (left, a), (right, b) = drawn(1), drawn(2)
    with ctx.workprec(300):
        exact_values = [TWO[name](arb(x), arb(y)) for x, y in zip(a.tolist(), b.tolist(), strict=True)]
        assert contained(TWO[name](left, right), exact_values)


@pytest.mark.parametrize("name", ONE)
def test_functions_contain_the_exact_result(name: str) -> None:
    whole, inside = drawn(3)
    mine, theirs = ONE[name]
    with ctx.workprec(300):
        assert contained(mine(whole), [theirs(arb(x)) for x in inside.tolist()])


def test_an_interval_around_zero_has_no_inverse_and_what_is_infinite_stays_so() -> None:
    found = between(np.array([-1.0, 1.0]), np.array([2.0, 2.0])).inverse()
    assert found.hi[0] == np.inf
    assert found.lo[0] == -np.inf
    assert 1.0 <= found.hi[1] < np.inf


def test_a_number_near_a_float_is_contained() -> None:
    found = near(float(1 / np.sqrt(2.0)))
    with ctx.workprec(300):
        assert arb(float(found.lo)) <= 1 / arb(2).sqrt() <= arb(float(found.hi))
    assert float(exact(0.5).r) == 0.0


def test_intervals_are_not_much_larger_than_what_they_contain() -> None:
    x = between(np.array([0.3]), np.array([0.3 + 1e-6]))
    for mine, _ in ONE.values():
        assert float((mine(x).hi - mine(x).lo)[0]) < 2e-5
