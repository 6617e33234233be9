"""Norms of the arrays of a network, against plain loops; where maxima are attained twice; at the ends of floats."""

from __future__ import annotations

import numpy as np
import pytest

from wnverify.batch import Batch
from wnverify.families.networks.weight_norm import PLAIN, WEIGHT_NORM
from wnverify.family import Situation

WHERE = Situation({"L": 3, "m": 4, "d": 3}, {"activation": "tanh", "scaling": "fan_out"})
NAMES = ("output_weight_norm", "row_norm_max", "weight_frobenius", "weight_spectral")


def by_loop(batch: Batch, index: int) -> dict[str, float]:
    W = [batch.arrays[f"W{layer + 1}"][..., index] for layer in range(batch.shape["L"])]
    return {
        "output_weight_norm": float(np.sqrt(sum(entry**2 for entry in batch.arrays["v"][:, index]))),
        "row_norm_max": max(float(np.sqrt(sum(entry**2 for entry in row))) for matrix in W for row in matrix),
        "weight_frobenius": max(float(np.sqrt(sum(entry**2 for entry in matrix.flat))) for matrix in W),
        "weight_spectral": max(float(np.sqrt(np.linalg.eigvalsh(matrix @ matrix.T)[-1])) for matrix in W),
    }


@pytest.mark.parametrize("family", [WEIGHT_NORM, PLAIN], ids=lambda family: family.name)
def test_the_norms_are_those_of_plain_loops(family) -> None:
    batch = family.draw(WHERE, "wide", 5, np.random.default_rng(1))
    for index in range(batch.size):
        for name, want in by_loop(batch, index).items():
            assert family.quantities[name].route.measure(batch)[index] == pytest.approx(want, rel=1e-12), name


def test_they_lie_in_their_order() -> None:
    batch = WEIGHT_NORM.draw(WHERE, "edge", 50, np.random.default_rng(2))
    longest, frobenius, spectral = (WEIGHT_NORM.quantities[name].route.measure(batch) for name in NAMES[1:])
    assert (longest <= spectral * (1 + 1e-12)).all()
    assert (spectral <= frobenius * (1 + 1e-12)).all()
    assert (frobenius <= 2 * longest * (1 + 1e-12)).all()


def test_a_maximum_attained_twice_has_the_slope_of_one_of_its_layers() -> None:
    one = WEIGHT_NORM.draw(WHERE, "gaussian", 1, np.random.default_rng(3))
    same = one.with_arrays({**one.arrays, "W3": one.arrays["W2"] * 9.0, "W2": one.arrays["W2"] * 9.0})
    for name in NAMES[1:]:
        slopes = WEIGHT_NORM.quantities[name].route.gradient(same)
        assert np.abs(slopes["W2"]).max() > 0.0, name
        assert not slopes["W3"].any(), name
        along = sum(float((slopes[array] * same.arrays[array]).sum()) for array in slopes)
        assert along == pytest.approx(float(WEIGHT_NORM.quantities[name].route.measure(same)[0])), "of degree 1"


@pytest.mark.parametrize("size", [1e-200, 1e200])
def test_squares_that_leave_double_precision_do_no_harm(size: float) -> None:
    batch = WEIGHT_NORM.draw(WHERE, "gaussian", 3, np.random.default_rng(4))
    scaled = batch.with_arrays({name: size * array for name, array in batch.arrays.items()})
    for name in NAMES:
        route = WEIGHT_NORM.quantities[name].route
        for measure in filter(None, (route.measure, route.second)):
            with np.errstate(all="ignore"):
                found = measure(scaled)
            assert found == pytest.approx(size * measure(batch), rel=1e-12), name


def test_no_weights_have_norm_zero_and_a_slope() -> None:
    batch = PLAIN.draw(WHERE, "gaussian", 1, np.random.default_rng(5))
    zero = batch.with_arrays({name: 0.0 * array for name, array in batch.arrays.items()})
    for name in NAMES:
        route = PLAIN.quantities[name].route
        assert route.measure(zero) == [0.0]
        assert all(np.isfinite(part).all() for part in route.gradient(zero).values()), name
