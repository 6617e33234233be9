"""`xp.spectral_norm`: values by every arithmetic, one derivative, and what is said of a second."""

from __future__ import annotations

import numpy as np
import pytest
from flint import arb

from wnverify.arithmetic.enclosing import arrays_of, value
from wnverify.arithmetic.faults import FunctionError, UnknownOperation
from wnverify.arithmetic.oracle import gradient as plain_gradient
from wnverify.arithmetic.oracle import value as plain_value
from wnverify.arithmetic.program import Program
from wnverify.arithmetic.written import Written
from wnverify.batch import Batch

NORM = Program(Written("norm", lambda xp, arrays, batch: xp.spectral_norm(arrays["W"]) ** 2, lambda settings: None))


def matrices(*shape, count=4):
    return Batch("toy", {}, {}, {"W": np.random.default_rng(0).standard_normal((*shape, count))})


@pytest.mark.parametrize("shape", [(1, 1), (2, 3), (4, 2)])
def test_it_is_the_largest_singular_value_in_every_arithmetic(shape):
    batch = matrices(*shape)
    wanted = [np.linalg.norm(batch.arrays["W"][..., lane], 2) ** 2 for lane in range(batch.size)]
    assert np.allclose(NORM.values(batch), wanted, rtol=1e-14)
    assert np.isclose(plain_value(NORM.written, batch, 1), wanted[1], rtol=1e-14)
    ball = value(NORM, batch.one(0), arrays_of(batch.one(0)))
    assert abs(ball - arb(wanted[0])) < 1e-12
    assert ball.rad() < 1e-12


def test_its_gradient_is_that_of_differences_by_both_routes():
    batch, way = matrices(3, 2), np.random.default_rng(1).standard_normal((3, 2, 4))
    ends = [NORM.values(batch.with_arrays({"W": batch.arrays["W"] + t * way})) for t in (1e-6, -1e-6)]
    found = NORM.gradient(batch, ["W"])["W"]
    assert np.allclose(np.sum(found * way, axis=(0, 1)), (ends[0] - ends[1]) / 2e-6, rtol=1e-6)
    assert np.allclose(plain_gradient(NORM.written, batch, 2, ["W"])["W"], found[..., 2], rtol=1e-12)


def test_a_second_derivative_is_not_known_and_a_vector_is_no_matrix():
    with pytest.raises(UnknownOperation, match=r"second derivatives know, but got xp\.spectral_norm"):
        NORM.hessian(matrices(2, 2), ["W"])
    with pytest.raises(FunctionError, match=r"a matrix for xp\.spectral_norm, but got an array of shape \(3,\)"):
        NORM.values(matrices(3))
