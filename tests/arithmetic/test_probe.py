"""A function that is tried before anything is judged by it."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from tests.arithmetic.routes import instances, program
from wnverify.arithmetic.faults import FunctionError
from wnverify.arithmetic.probe import Probe, first_lost, probe, unknown

SHAPES = {"W": (4, 3), "v": (4,), "x": (3,)}
COUNTER = itertools.count()
RNG = np.random.default_rng(0)


def network(xp, theta, x):
    return theta.v @ xp.phi(xp.unit_rows(theta.W) @ x)


def tried(value, B=5) -> Probe:
    return probe(program(value), instances(SHAPES, B))


def test_a_sound_function_goes_without_nothing() -> None:
    assert tried(network) == Probe()


def test_derivatives_are_asked_for_at_a_few_instances_however_many_there_are() -> None:
    dear: list[str] = []

    def counted(xp, theta, x):
        if not isinstance(x, np.ndarray):
            dear.append(type(x).__name__)
        return network(xp, theta, x)

    for size in (5, 50):
        dear.clear()
        tried(counted, size)
        assert 0 < len(dear) <= 12


def counts(xp, theta, x):
    return xp.sum(x) + next(COUNTER)


def draws(xp, theta, x):
    return xp.sum(x) * RNG.standard_normal()


def differs(xp, theta, x):
    return xp.sum(x) + float(isinstance(x, np.ndarray))


def draws_by_xp(xp, theta, x):
    return xp.sum(x) * xp.random.standard_normal()


@pytest.mark.parametrize("value", [counts, draws, draws_by_xp])
def test_hidden_state_is_told(value) -> None:
    with pytest.raises(FunctionError, match=r"to depend on its arguments alone, but got .* at one instance"):
        tried(value)


def test_what_differs_between_routes_is_told() -> None:
    with pytest.raises(FunctionError, match=r"the same values of value by every route, but got .* by plain arrays"):
        tried(differs)


LOST = {
    "log": (lambda xp, theta, x: xp.log(-xp.sum(x**2)), r"xp\.log \(test_probe\.py, line \d+\)"),
    "sqrt": (lambda xp, theta, x: 1.0 + xp.sqrt(-1.0 - x[0] ** 2), r"xp\.sqrt \("),
    "/": (lambda xp, theta, x: x[0] / (x[1] - x[1]), r"/ \("),
    "**": (lambda xp, theta, x: (-1.0 - x[0] ** 2) ** 0.5, r"\*\* \("),
    "exp": (lambda xp, theta, x: xp.exp(1e4 + xp.sum(x)) * 0.0, r"xp\.exp \("),
    "norm": (lambda xp, theta, x: x[0] + xp.sum((x - x) / xp.linalg.norm(x - x)), r"/ \("),
    "method": (lambda xp, theta, x: (x / 0.0 - x / 0.0).sum(), r"/ \("),
    "sum": (lambda xp, theta, x: xp.sum(1e308 * xp.exp(xp.tanh(x) + 1.0)) * 1e10, r"(\*|xp\.sum) \("),
    "softmax": (lambda xp, theta, x: xp.softmax(x / 0.0)[0], r"/ \("),
    "constant": (lambda xp, theta, x: float("nan"), r"its last operation"),
}


@pytest.mark.parametrize("name", LOST)
def test_the_operation_that_loses_the_value_is_named(name) -> None:
    value, words = LOST[name]
    with pytest.raises(
        FunctionError, match=r"value to be a finite number, but got .* 5 of 5 instances, first after " + words
    ):
        tried(value)


def test_a_value_that_is_lost_now_and_then_is_noted() -> None:
    found = tried(lambda xp, theta, x: xp.log(x[0]))
    assert found.uncertified == ""
    (note,) = found.notes
    assert note.startswith("value is nan at ")
    assert "of 5 instances, first after xp.log (test_probe.py, line" in note


KINKED = {
    "abs": (lambda xp, theta, x: xp.abs(x[0] - x[0]), "a kink in test_probe.py, line"),
    "maximum": (lambda xp, theta, x: xp.sum(xp.maximum(x, x)), "a kink in test_probe.py, line"),
    "where": (lambda xp, theta, x: xp.where(x[0] >= x[0], x[1], x[2]), "a kink in test_probe.py, line"),
    "sqrt": (lambda xp, theta, x: xp.sqrt(x[0] - x[0]), "none at any instance, first after xp.sqrt (test_probe.py"),
    "norm": (lambda xp, theta, x: xp.linalg.norm(x - x), "first after xp.linalg.norm (test_probe.py"),
}


@pytest.mark.parametrize("name", KINKED)
def test_a_function_that_nowhere_has_a_derivative_is_told(name) -> None:
    value, words = KINKED[name]
    with pytest.raises(FunctionError) as caught:
        tried(value)
    assert words in str(caught.value), caught.value


def test_zeros_that_never_move_have_no_kink() -> None:
    assert (
        tried(lambda xp, theta, x: xp.sum(xp.relu(theta.v) + xp.relu(xp.zeros(4)) + xp.abs(np.zeros(4)))) == Probe()
    )


def test_a_branch_that_is_not_taken_spoils_the_gradient() -> None:
    with pytest.raises(FunctionError, match=r"a finite gradient of value, but got none .* first after xp\.sqrt"):
        tried(lambda xp, theta, x: xp.where(x[0] < 100.0, x[0], xp.sqrt(-1.0 - x[0] ** 2)))


UNKNOWN = {
    "sort": (lambda xp, theta, x: xp.sort(x)[0], "xp.sort (test_probe.py, line"),
    "det": (lambda xp, theta, x: xp.linalg.det(theta.W.T @ theta.W), "xp.linalg.det (test_probe.py, line"),
    "norm": (lambda xp, theta, x: xp.linalg.norm(theta.W, "nuc"), "xp.linalg.norm(..., 'nuc') (test_probe.py, line"),
}


@pytest.mark.parametrize("name", UNKNOWN)
def test_what_balls_do_not_know_is_named(name) -> None:
    value, words = UNKNOWN[name]
    found = tried(value)
    assert found.uncertified.startswith(words)
    assert found.notes == ()
    assert unknown(program(value), instances(SHAPES, 2)) == found.uncertified


def test_what_balls_cannot_compare_is_told() -> None:
    found = tried(lambda xp, theta, x: xp.where(3 * (0.1 * xp.sum(x / x)) > 0.9, x[1], x[0]))
    assert "two that overlap" in found.uncertified


def test_what_autograd_cannot_differentiate_is_noted() -> None:
    found = tried(lambda xp, theta, x: xp.sum(xp.pad(x, 1, mode="wrap")))
    assert found.uncertified == ""
    assert found.notes[0].startswith("There is no second route to its derivatives: test_probe.py, line")


def test_the_first_loss_is_found_in_the_lanes_that_are_asked_for() -> None:
    def value(xp, theta, x):
        first = xp.log(x[0])
        return first + xp.sqrt(x[1])

    batch = instances(SHAPES, 2)
    batch.arrays["x"][...] = [[-1.0, 1.0], [1.0, -1.0], [0.0, 0.0]]
    made = program(value)
    assert first_lost(made, batch, np.array([True, False])).startswith("xp.log")
    assert first_lost(made, batch, np.array([False, True])).startswith("xp.sqrt")
