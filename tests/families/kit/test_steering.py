"""What families say of how their quantities are moved."""

from __future__ import annotations

import numpy as np

from wnverify.batch import Batch
from wnverify.families.kit.steering import (
    angle_of_ends,
    first_stretched,
    greatest_of,
    least_of,
    setting_entry,
    stretched,
    stretching,
)
from wnverify.family import Scaling
from wnverify.quantities import Interval


def toy(**arrays):
    return Batch("toy", {}, {}, {name: np.array(array, dtype=float) for name, array in arrays.items()})


def test_whole_arrays_are_stretched_by_their_powers():
    batch = toy(W1=[[1.0, 1.0]], W2=[[2.0, 2.0]], v=[[3.0, 3.0]], dW1=[[5.0, 5.0]])
    moved = stretched(W_=2.0, v=-1.0)(batch, np.array([2.0, 1.0])).arrays
    assert moved["W1"].tolist() == [[4.0, 1.0]]
    assert moved["W2"].tolist() == [[8.0, 2.0]]
    assert moved["v"].tolist() == [[1.5, 3.0]]
    assert moved["dW1"].tolist() == [[5.0, 5.0]]


def test_a_quantity_is_brought_into_an_interval_of_each_instance():
    batch = toy(x=[[1.0, 2.0, 0.0]])
    interval = Interval(np.array([9.0, 0.0, 1.0]), np.array([np.inf, 100.0, 2.0]))
    moved = stretching(2.0, x=1.0).into(batch, lambda one: one.arrays["x"][0] ** 2, interval)
    np.testing.assert_allclose(moved.arrays["x"], [[3.0, 2.0, 0.0]], rtol=1e-13)


def test_a_degree_that_is_only_about_true_is_found():
    measured = []

    def measure(one):
        measured.append(one)
        return one.arrays["x"][0] ** 3 + one.arrays["x"][0]

    moved = Scaling(stretched(x=1.0), 1.0).into(toy(x=[[1.0]]), measure, Interval(30.0, 31.0))
    assert 30.0 <= moved.arrays["x"][0, 0] ** 3 + moved.arrays["x"][0, 0] <= 31.0
    assert len(measured) <= 9


def test_where_no_factor_helps_nothing_is_changed():
    batch = toy(x=[[1.0]])
    assert stretching(x=1.0).into(batch, lambda one: np.ones(1), Interval(2.0, 3.0)).arrays["x"] == 1.0


def test_entries_are_set_raised_and_lowered():
    arrays = {"g": np.array([[1.0, 1.0], [3.0, 3.0], [2.0, 2.0]])}
    assert setting_entry("g", 1)(arrays, Interval(high=2.5))["g"][1].max() <= 2.5
    assert setting_entry("g", 1)(arrays, Interval(high=2.5))["g"][0].tolist() == [1.0, 1.0]
    assert least_of("g")(arrays, Interval(2.5, 2.5))["g"].tolist() == [[2.5, 2.5], [3.0, 3.0], [2.5, 2.5]]
    assert least_of("g")(arrays, Interval(0.5, 0.5))["g"].min(axis=0).tolist() == [0.5, 0.5]
    assert greatest_of("g")(arrays, Interval(1.5, 1.5))["g"].max() == 1.5
    assert greatest_of("g")(arrays, Interval(9.0, 9.0))["g"][1].tolist() == [9.0, 9.0]


def test_only_the_first_row_is_stretched():
    batch = toy(u=[[[1.0], [0.0]], [[0.0], [1.0]]])
    moved = first_stretched("u").into(
        batch, lambda one: np.linalg.norm(one.arrays["u"][0], axis=0), Interval(4.0, 4.0)
    )
    assert moved.arrays["u"][..., 0].tolist() == [[4.0, 0.0], [0.0, 1.0]]


def test_the_last_input_turns_towards_the_first():
    x = np.array([[[1.0, 2.0], [0.0, 0.0]], [[1.0, 1.0], [1.0, 0.0]]])  # at 45 degrees, and parallel
    for wanted in (-1.0, 0.0, 0.25, 1.0):
        moved = angle_of_ends("x")({"x": x}, Interval(wanted, wanted))["x"]
        unit = moved / np.linalg.norm(moved, axis=1, keepdims=True)
        np.testing.assert_allclose(np.sum(unit[0] * unit[-1], axis=0), wanted, atol=1e-15)
