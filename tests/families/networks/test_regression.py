from __future__ import annotations

import numpy as np
import pytest

from wnverify.families.networks.regression import REGRESSION
from wnverify.families.networks.regression_gauge import GAUGE
from wnverify.families.networks.regression_pairs import PAIRS
from wnverify.families.networks.regression_pairs_fields import displacement, other
from wnverify.families.networks.weight_norm import WEIGHT_NORM
from wnverify.family import Situation
from wnverify.quantities import Interval

FAMILIES = (REGRESSION, PAIRS, GAUGE)
SHAPES = ({"L": 1, "m": 1, "d": 1, "n": 1}, {"L": 2, "m": 3, "d": 2, "n": 3}, {"L": 1, "m": 4, "d": 2, "n": 2})


def situation(shape, activation="softplus", scaling="fan_in") -> Situation:
    return Situation(shape, {"activation": activation, "scaling": scaling})


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_derivatives_are_those_of_the_measured_values(family) -> None:
    where = situation(SHAPES[1], "sin")
    coordinates = family.coordinates(where)
    drawn = family.draw(where, "gaussian", 2, np.random.default_rng(1))
    # samples of different lengths: where two are the longest, the largest norm has no derivative
    apart = {**drawn.arrays, "X": drawn.arrays["X"] * np.array([0.9, 0.7, 0.5])[:, None]}
    theta = coordinates.encode(drawn.with_arrays(apart))
    batch = coordinates.decode(theta)
    for quantity in family.quantities.values():
        slopes = quantity.route.gradient(batch) if quantity.route.gradient else {}
        if not slopes:
            continue
        found, wanted = coordinates.pullback(theta, batch, slopes), np.zeros_like(theta)
        for index in range(theta.shape[0]):
            step = np.zeros_like(theta)
            step[index] = 1e-6
            above, below = (quantity.route.measure(coordinates.decode(theta + sign * step)) for sign in (1, -1))
            wanted[index] = (above - below) / 2e-6
        assert found == pytest.approx(wanted, abs=1e-5 * max(1.0, np.abs(wanted).max())), quantity.name


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_coordinates_return_what_they_were_given(family, shape) -> None:
    where = situation(shape)
    coordinates = family.coordinates(where)
    for words, batch in family.structured(where):
        again = coordinates.decode(coordinates.canonical(coordinates.encode(batch)))
        for name, array in batch.arrays.items():
            assert again.arrays[name] == pytest.approx(array, rel=1e-9, abs=1e-9), words


def test_the_structured_problems_leave_the_residuals_that_were_asked_for() -> None:
    batch = dict(REGRESSION.structured(situation({"L": 1, "m": 2, "d": 2, "n": 2})))["one-hot rows, equal samples"]
    found = set(np.round(np.sqrt(REGRESSION.quantities["loss"].route.measure(batch)), 9))
    assert found == {1e-4, 0.3, 10.0}


def test_the_least_norm_along_the_segment_is_that_of_a_fine_grid() -> None:
    batch = PAIRS.draw(situation(SHAPES[1]), "wide", 20, np.random.default_rng(3))
    grid = np.linspace(0.0, 1.0, 4001)[:, None, None]
    rows = [
        np.linalg.norm(batch.arrays[f"W{layer}"] + t * batch.arrays[f"dW{layer}"], axis=1).min(axis=0)
        for layer in (1, 2)
        for t in grid
    ]
    least = np.min(rows, axis=0)
    omega = PAIRS.quantities["omega"].route.measure(batch)
    assert (omega <= least + 1e-12).all()
    assert omega == pytest.approx(least, rel=1e-3, abs=1e-3 * float(np.max(least)))


def test_the_gap_is_that_of_plain_subtraction() -> None:
    batch = PAIRS.draw(situation(SHAPES[1]), "gaussian", 20, np.random.default_rng(4))
    assert np.isfinite(other(batch).net.v).all()
    assert displacement(batch).v.shape == (3, 1, 20)
    gap = PAIRS.quantities["rsc_gap"].route
    scale = PAIRS.quantities["loss"].route.measure(batch).max()
    assert gap.measure(batch) == pytest.approx(gap.second(batch), rel=1e-6, abs=1e-12 * scale)


def test_some_displacements_are_along_the_gradient_and_some_are_not() -> None:
    batch = PAIRS.draw(situation(SHAPES[1]), "edge", 200, np.random.default_rng(5))
    kappa = PAIRS.quantities["kappa"].route.measure(batch)
    assert kappa.max() > 1 - 1e-9
    assert kappa.min() < 0.3


def test_the_size_of_the_targets_is_their_root_mean_square_and_can_be_moved() -> None:
    batch = REGRESSION.draw(situation(SHAPES[2]), "gaussian", 2, np.random.default_rng(6))
    batch = batch.with_arrays({**batch.arrays, "y": np.array([[3.0, 0.0], [-1.0, 0.0]])})
    size = REGRESSION.quantities["target_size"].route.measure
    assert size(batch) == pytest.approx([np.sqrt(5.0), 0.0])
    moved = REGRESSION.moves()["target_size"](batch.arrays, Interval(2.0, 2.0))
    assert size(batch.with_arrays(moved)) == pytest.approx([2.0, 2.0])


def test_only_hessians_take_the_square_of_an_instance_in_memory() -> None:
    quantities = {**REGRESSION.quantities, **WEIGHT_NORM.quantities}
    square = {name for name, quantity in quantities.items() if quantity.route.square}
    whole = {"hessian_norm", "hessian_min", "hessian_max", "hessian_trace", "hessian_frobenius"}
    assert square == {*whole, "hidden_hessian_norm", "ntk_min", *(f"loss_{name}" for name in whole)}
