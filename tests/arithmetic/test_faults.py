"""What a user may do wrong, each told in one sentence with its line."""

from __future__ import annotations

import math
import os
import re
import sys

import numpy as np
import pytest

from tests.arithmetic.routes import instances, program
from wnverify.arithmetic import oracle
from wnverify.arithmetic.faults import FunctionError, UnknownOperation, line_of, where

SHAPES = {"W": (4, 3), "v": (4,), "x": (3,)}


def test_the_line_is_that_of_the_function() -> None:
    assert re.fullmatch(r"test_faults\.py, line \d+", where())


def test_a_line_of_the_standard_library_is_not_the_users() -> None:
    import statistics

    with pytest.raises(statistics.StatisticsError) as caught:
        statistics.mean([])
    assert line_of(caught.value).startswith("test_faults.py")


def assigns(xp, theta, x):
    x[0] = 1.0
    return x[0]


def fills(xp, theta, x):
    out = xp.zeros(3)
    out[0] = x[0]
    return xp.sum(out)


def fills_rows(xp, theta, x):
    out = np.zeros((2, 3))
    out[0] = x
    return xp.sum(out)


def branches(xp, theta, x):
    if x[0] > 0:
        return x[0]
    return x[1]


def returns_nothing(xp, theta, x):
    xp.sum(x)


def assigns_theta(xp, theta, x):
    theta.W = 2.0 * theta.W
    return xp.sum(x)


def assigns_theta_item(xp, theta, x):
    theta["W"] = 2.0 * theta.W
    return xp.sum(x)


def raises(xp, theta, x):
    raise KeyError("my own")


def recurses(xp, theta, x):
    return recurses(xp, theta, x)


def leaves(xp, theta, x):
    sys.exit(3)


WRONG = {
    "np.tanh": (lambda xp, theta, x: xp.sum(np.tanh(x)), "xp.tanh", "NumPy's own tanh"),
    "np.sum": (lambda xp, theta, x: np.sum(x), "xp.sum", "NumPy's own sum"),
    "np.dot": (lambda xp, theta, x: np.dot(theta.W, x)[0], "xp.dot"),
    "np.maximum": (lambda xp, theta, x: np.maximum(0.0, x)[0], "xp.maximum"),
    "np.linalg.norm": (lambda xp, theta, x: np.linalg.norm(x), "xp.linalg.norm"),
    "np.array": (lambda xp, theta, x: np.array([x[0], x[1]])[0], "xp.array([...]) for np.array([...])"),
    "np.stack": (lambda xp, theta, x: np.stack([x, x])[0, 0], "xp.stack"),
    "math.sqrt": (lambda xp, theta, x: math.sqrt(x[0]), "xp.sqrt for math.sqrt"),
    "if": (branches, "an `if` on what it computes", "xp.where"),
    "max of Python": (lambda xp, theta, x: max(x), "an `if` on what it computes"),
    "assignment": (assigns, "an assignment to entries", "xp.stack"),
    "filling": (fills, "xp.stack([...]) for an assignment to entries"),
    "filling rows": (fills_rows, "xp.stack([...]) for an assignment to entries"),
    "float": (lambda xp, theta, x: float(x[0]), "a conversion to a plain number"),
    "range": (lambda xp, theta, x: sum(range(x[0])), "a conversion to a plain number"),
    "==": (lambda xp, theta, x: xp.sum(1.0 * (x == 1)), "Expected < or >", "rounding would decide it"),
    "!=": (lambda xp, theta, x: xp.sum(1.0 * (np.ones(3) != x)), "Expected < or >"),
    "//": (lambda xp, theta, x: x[0] // 2, "operations with a derivative"),
    "%": (lambda xp, theta, x: 2 % x[0], "operations with a derivative"),
    "round": (lambda xp, theta, x: round(x[0]), "operations with a derivative"),
    "computed index": (lambda xp, theta, x: theta.W[x[0]][0], "an index that is constant"),
    "computed index in a list": (lambda xp, theta, x: x[[0, x[1]]][0], "an index that is constant"),
    "index too far": (lambda xp, theta, x: x[5], "index 5 is out of bounds for axis 0 with size 3"),
    "index too deep": (lambda xp, theta, x: x[0, 0], "an index into an array of shape (3,), but got (0, 0)"),
    "mask too deep": (lambda xp, theta, x: x[np.ones((3, 2), bool)][0], "an index into an array of shape (3,)"),
    "no function": (lambda xp, theta, x: xp.tahn(x)[0], "xp.tahn: did you mean xp.tan"),
    "no function at all": (lambda xp, theta, x: xp.foo(x)[0], "a function of arrays that xp has, but got xp.foo"),
    "no function of linalg": (lambda xp, theta, x: xp.linalg.foo(x), "xp.linalg.foo"),
    "no method": (lambda xp, theta, x: x.foo(), "methods of arrays", ".foo"),
    "item": (lambda xp, theta, x: xp.sum(x).item(), "methods of arrays", ".item"),
    "no argument": (lambda xp, theta, x: xp.sum(x, where=1), "'where'", "it takes a, axis, keepdims"),
    "no constants": (lambda xp, theta, x: xp.linspace(0.0, x[0], 3)[1], "constants for xp.linspace"),
    "shapes for +": (lambda xp, theta, x: xp.sum(x + theta.v), "for +, but got (3,) and (4,)"),
    "shapes for -": (lambda xp, theta, x: xp.sum(np.ones(2) - x), "for -, but got (2,) and (3,)"),
    "shapes for *": (lambda xp, theta, x: xp.sum(theta.W * theta.v), "for *, but got (4, 3) and (4,)"),
    "shapes for /": (lambda xp, theta, x: xp.sum(theta.W / theta.v), "for /, but got (4, 3) and (4,)"),
    "shapes for <": (lambda xp, theta, x: xp.sum(1.0 * (x < theta.v)), "for a comparison, but got (3,) and (4,)"),
    "shapes for @": (lambda xp, theta, x: (theta.W @ theta.v)[0], "for @, but got (4, 3) @ (4,)"),
    "a number for @": (lambda xp, theta, x: x @ 2.0, "a single number: use *"),
    "stacks for @": (
        lambda xp, theta, x: xp.sum(xp.stack([theta.W] * 2)[None] @ xp.stack([theta.W.T] * 2)),
        "stacks of the same depth",
    ),
    "shapes for where": (lambda xp, theta, x: xp.sum(xp.where(x > 0, x, theta.v)), "for where", "(4,)"),
    "shapes for maximum": (lambda xp, theta, x: xp.sum(xp.maximum(x, theta.v)), "for maximum, but got (3,) and (4,)"),
    "shapes to join": (lambda xp, theta, x: xp.concatenate([theta.W, theta.W.T])[0, 0], "along axis 0", "(3, 4)"),
    "axes to join": (lambda xp, theta, x: xp.concatenate([theta.W, x])[0, 0], "as many axes each", "(3,)"),
    "nothing to join": (lambda xp, theta, x: xp.concatenate([])[0], "at least one array"),
    "shapes to stack": (lambda xp, theta, x: xp.stack([theta.v, x])[0, 0], "arrays of one shape", "[(4,), (3,)]"),
    "shape": (lambda xp, theta, x: theta.W.reshape(5, 3)[0, 0], "12 entries", "reshape to (5, 3)"),
    "axes": (lambda xp, theta, x: xp.transpose(theta.W, (0, 0))[0, 0], "all axes", "transpose to (0, 0)"),
    "axis": (lambda xp, theta, x: xp.sum(x, axis=1), "axes of an array of shape (3,), but got axis=1"),
    "subscripts": (lambda xp, theta, x: xp.einsum("ij,i->j", theta.W, x)[0], "'ij,i->j'", "(4, 3) and (3,)"),
    "too many subscripts": (lambda xp, theta, x: xp.einsum("ij,i->j", theta.W)[0], "subscripts for every array"),
    "no subscripts": (lambda xp, theta, x: xp.einsum(theta.W, [0, 1], [0])[0], "subscripts as text"),
    "vectors to convolve": (lambda xp, theta, x: xp.convolve(theta.W, x)[0], "two vectors to convolve"),
    "mode": (lambda xp, theta, x: xp.convolve(theta.v, x, "Valid")[0], "mode full, same or valid"),
    "diagonal": (lambda xp, theta, x: xp.trace(x), "a matrix for a diagonal"),
    "empty maximum": (lambda xp, theta, x: xp.max(x[:0]), "an axis with an entry"),
    "list": (lambda xp, theta, x: xp.sum([x[0], x[1]]), "a list of numbers that are computed: use xp.stack"),
    "list of lists": (lambda xp, theta, x: ([[x[0], x[1], x[2]]] @ x)[0], "use xp.stack([...])"),
    "text": (lambda xp, theta, x: x[0] + "a", "real numbers or arrays of them, but got 'a'"),
    "complex": (lambda xp, theta, x: x[0] * 1j, "real numbers or arrays of them, but got 1j"),
    "complex array": (lambda xp, theta, x: xp.sum(x * np.array([1j, 0, 0])), "real numbers or arrays of them"),
    "exponents": (lambda xp, theta, x: xp.sum(x ** np.array([1, 2, 3])), "one real number as an exponent"),
    "exponent of text": (lambda xp, theta, x: x[0] ** "a", "one real number as an exponent, but got 'a'"),
    "no exponent": (lambda xp, theta, x: x[0] ** float("nan"), "one real number as an exponent"),
    "length": (lambda xp, theta, x: len(x[0]), "an array with a length"),
    "no parameter": (lambda xp, theta, x: theta.W9, "among W, v, L, m, d, but got theta.W9: did you mean theta.W?"),
    "no item": (lambda xp, theta, x: theta["WW"], "theta.WW: did you mean theta.W?"),
    "assignment to theta": (assigns_theta, "an assignment to theta.W"),
    "assignment to an item": (assigns_theta_item, "an assignment to theta.W"),
    "own error": (raises, "KeyError: 'my own'"),
    "recursion": (recurses, "RecursionError"),
    "exit": (leaves, "SystemExit: 3"),
    "exit of the process": (lambda xp, theta, x: os._exit(1), "SystemExit: 1"),
}  # fmt: skip
RETURNED = {
    "vector": (lambda xp, theta, x: x, "a single number from value, but got an array of shape (3,)"),
    "one entry": (lambda xp, theta, x: x[:1], "a single number from value, but got an array of shape (1,)"),
    "nothing": (returns_nothing, "but got nothing: is a `return` missing?"),
    "complex": (lambda xp, theta, x: 1j, "a complex number"),
    "text": (lambda xp, theta, x: "abc", "a text"),
    "truth": (lambda xp, theta, x: x[0] > 0, "a truth value"),
    "constant truth": (lambda xp, theta, x: True, "a truth value"),
    "tuple": (lambda xp, theta, x: (x[0], x[1]), "a tuple"),
    "list": (lambda xp, theta, x: [x[0]], "a list"),
    "function": (lambda xp, theta, x: lambda: x[0], "a function"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_told_with_its_line(name) -> None:
    value, *words = WRONG[name]
    with pytest.raises(FunctionError) as caught:
        program(value).values(instances(SHAPES))
    message = str(caught.value)
    assert all(word in message for word in words), message
    assert re.match(r"test_faults\.py, line \d+: Expected ", message), message
    assert message.count("Expected") == 1
    assert len(message) < 330


@pytest.mark.parametrize("name", RETURNED)
def test_what_is_returned_must_be_a_real_number(name) -> None:
    value, *words = RETURNED[name]
    made, batch = program(value), instances(SHAPES)
    for run in (lambda: made.values(batch), lambda: oracle.value(made.written, batch, 0)):
        with pytest.raises(FunctionError) as caught:
            run()
        assert all(word in str(caught.value) for word in words), caught.value


@pytest.mark.parametrize("number", [3, 2.5, np.float64(2.5), np.array(2.5), np.int64(2)])
def test_constants_may_be_returned(number) -> None:
    made, batch = program(lambda xp, theta, x: number), instances(SHAPES)
    assert made.values(batch).tolist() == [float(number)] * 3
    assert oracle.value(made.written, batch, 0) == float(number)


@pytest.mark.parametrize("value", [
    lambda xp, theta, x: xp.sort(x)[0],
    lambda xp, theta, x: xp.linalg.det(theta.W.T @ theta.W),
    lambda xp, theta, x: xp.linalg.norm(theta.W, "nuc"),
], ids=["sort", "det", "norm"])  # fmt: skip
def test_what_only_autograd_knows_is_taken_from_autograd(value) -> None:
    made, batch = program(value), instances(SHAPES)
    assert not made.known(batch)
    assert made.values(batch)[1] == oracle.value(made.written, batch, 1)
    gradient = made.gradient(batch, ["W", "x"])
    alone = oracle.gradient(made.written, batch, 2, ["W", "x"])
    assert np.array_equal(gradient["W"][..., 2], alone["W"])
    with pytest.raises(UnknownOperation, match=r"test_faults\.py, line \d+: Expected operations that"):
        made.along(batch, {}, 0)


def test_a_change_in_place_of_what_was_given_is_refused() -> None:
    def value(xp, theta, x):
        a = x
        a += theta.v[0]
        return a @ x

    with pytest.raises(FunctionError, match="a change in place: write a = a"):
        oracle.value(program(value).written, instances(SHAPES), 0)


def test_a_change_in_place_of_what_was_made_is_no_matter() -> None:
    def value(xp, theta, x):
        a = 1.0 * x
        a += theta.v[0]
        return a @ x

    made, batch = program(value), instances(SHAPES)
    np.testing.assert_allclose(made.values(batch)[1], oracle.value(made.written, batch, 1), rtol=1e-14)
