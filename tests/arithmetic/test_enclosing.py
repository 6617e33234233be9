"""Balls around values, gradients and Hessians: they hold the floats, are narrow, and do not trust the sweep."""

from __future__ import annotations

import numpy as np
import pytest
from flint import arb, arb_mat

from tests.arithmetic.routes import inside, instances, program
from wnverify.arithmetic import enclosing
from wnverify.arithmetic.faults import FunctionError
from wnverify.arithmetic.program import joined

SHAPES = {"W": (4, 3), "v": (4,), "x": (3,)}


def network(xp, theta, x):
    a = xp.relu(xp.unit_rows(theta.W) @ x + 0.5)
    return theta.v @ xp.tanh(a) + xp.max(theta.v) * xp.maximum(x[0], x[1]) + xp.where(x[2] > 0, x[2] ** 3, 0.0)


def entries(matrix):
    return [matrix[i, j] for i in range(matrix.nrows()) for j in range(matrix.ncols())]


def test_sweeps_and_pairs_agree_and_are_narrow() -> None:
    made, one = program(network), instances(SHAPES, 1)
    arrays, names = enclosing.arrays_of(one), list(one.arrays)
    floats = made.hessian(one, names)[..., 0].ravel()
    swept, pairs = (entries(route(made, one, arrays, names)) for route in (enclosing._by_sweeps, enclosing.by_pairs))
    assert all(a.overlaps(b) for a, b in zip(swept, pairs, strict=True))
    inside(swept, floats, 1e-13)
    inside(pairs, floats, 1e-13)
    assert enclosing.hessian(made, one, arrays, names).entries()[5].overlaps(swept[5])


@pytest.mark.parametrize("entries_at_once", [1, 40, 100])
def test_sweeps_may_be_cut_anywhere(monkeypatch, entries_at_once) -> None:
    made, one = program(network), instances(SHAPES, 1)
    arrays, names = enclosing.arrays_of(one), ["v", "W"]
    monkeypatch.setattr(enclosing, "ENTRIES", entries_at_once)
    found = enclosing._by_sweeps(made, one, arrays, names)
    inside(entries(found), made.hessian(one, names)[..., 0].ravel(), 1e-13)


@pytest.mark.parametrize("value", [
    lambda xp, theta, x: 2.0,
    lambda xp, theta, x: xp.sum(theta.v),
    lambda xp, theta, x: xp.sum(theta.W) + xp.sum(x**2),
], ids=["constant", "linear", "in x alone"])  # fmt: skip
def test_hessians_of_little(value) -> None:
    made, one = program(value), instances(SHAPES, 1)
    arrays = enclosing.arrays_of(one)
    assert all(entry == 0 for entry in entries(enclosing.hessian(made, one, arrays, ["W", "v"])))
    assert all(ball.is_finite() for ball in enclosing.gradient(made, one, arrays, ["W", "v"]))


def test_a_sweep_that_is_wrong_is_not_believed(monkeypatch) -> None:
    made, one = program(network), instances(SHAPES, 1)
    arrays, names = enclosing.arrays_of(one), list(one.arrays)
    right = enclosing.by_pairs(made, one, arrays, names)
    wrong = arb_mat(right)
    wrong[2, 2] = wrong[2, 2] + arb(1e-6)
    monkeypatch.setattr(enclosing, "_by_sweeps", lambda *_: wrong)
    assert enclosing.hessian(made, one, arrays, names)[2, 2].overlaps(right[2, 2])


@pytest.mark.parametrize("error", [FunctionError("no derivative"), NotImplementedError("VJP of sort")])
def test_what_autograd_does_not_know_is_found_by_pairs(monkeypatch, error) -> None:
    def fails(*_):
        raise error

    made, one = program(network), instances(SHAPES, 1)
    arrays, names = enclosing.arrays_of(one), list(one.arrays)
    swept = enclosing.hessian(made, one, arrays, names)
    monkeypatch.setattr(enclosing, "_swept", fails)
    found = enclosing.hessian(made, one, arrays, names)
    assert all(a.is_finite() and a.overlaps(b) for a, b in zip(entries(found), entries(swept), strict=True))


def test_a_fault_of_the_sweep_is_not_hidden(monkeypatch) -> None:
    def fails(*_):
        raise TypeError("a fault")

    made, one = program(network), instances(SHAPES, 1)
    monkeypatch.setattr(enclosing, "_swept", fails)
    with pytest.raises(TypeError, match="a fault"):
        enclosing.hessian(made, one, enclosing.arrays_of(one), ["v"])


def test_what_a_sweep_loses_is_found_by_pairs() -> None:
    made, one = (
        program(lambda xp, theta, x: xp.where(x[0] < 99.0, x[0] ** 2, xp.sqrt(x[0] - 99.0))),
        instances(SHAPES, 1),
    )
    assert enclosing.hessian(made, one, enclosing.arrays_of(one), ["x"])[0, 0].overlaps(arb(2))


def test_a_kink_has_no_hessian() -> None:
    made, one = program(lambda xp, theta, x: xp.abs(x[0] - x[1]) ** 3), instances(SHAPES, 1)
    one.arrays["x"][...] = 0.5
    found = enclosing.hessian(made, one, enclosing.arrays_of(one), ["x"])
    assert not found[0, 0].is_finite()


@pytest.mark.parametrize("radius", [1e-12, 1e-4, 1e-2])
def test_balls_around_boxes_hold_all_points_in_them(radius) -> None:
    def value(xp, theta, x):
        return theta.v @ xp.tanh(xp.unit_rows(theta.W) @ x) + xp.logsumexp(theta.v) / xp.sqrt(1.0 + x[0] ** 2)

    made, one, rng = program(value), instances(SHAPES, 1), np.random.default_rng(3)
    names = list(one.arrays)
    wide = {name: np.frompyfunc(lambda z: arb(float(z), radius), 1, 1)(array) for name, array in one.arrays.items()}
    balls = [
        enclosing.value(made, one, wide),
        *enclosing.gradient(made, one, wide, names),
        *entries(enclosing.hessian(made, one, wide, names)),
    ]
    for _ in range(20):
        point = one.with_arrays({n: a + radius * rng.uniform(-1, 1, a.shape) for n, a in one.arrays.items()})
        slope, bend = made.gradient(point, names), made.hessian(point, names)[..., 0]
        floats = np.concatenate([made.values(point), joined(slope, names)[:, 0], bend.ravel()])
        for ball, number in zip(balls, floats, strict=True):
            assert abs(float(ball.mid()) - number) <= float(ball.rad()) + 1e-12
    assert max(float(ball.rad()) for ball in balls) < 2e3 * radius
