"""`xp.spectral_norm`: values and derivatives by every arithmetic, and where there are none."""

from __future__ import annotations

import numpy as np
import pytest
from flint import arb

from wnverify.arithmetic.enclosing import arrays_of, hessian, value
from wnverify.arithmetic.faults import FunctionError, Undecided
from wnverify.arithmetic.oracle import gradient as plain_gradient
from wnverify.arithmetic.oracle import hessian as plain_hessian
from wnverify.arithmetic.oracle import swept as plain_swept
from wnverify.arithmetic.oracle import value as plain_value
from wnverify.arithmetic.program import Program
from wnverify.arithmetic.spectral import largest
from wnverify.arithmetic.written import Written
from wnverify.balls.ball import at_least
from wnverify.batch import Batch

NORM = Program(Written("norm", lambda xp, arrays, batch: xp.spectral_norm(arrays["W"]) ** 2, lambda settings: None))


def cubed(xp, arrays, batch):
    return xp.spectral_norm(arrays["W"]) ** 3


CURVED = Program(Written("cubed", cubed, lambda settings: None))


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


@pytest.mark.parametrize("shape", [(1, 1), (3, 3), (3, 2), (2, 4)])
def test_its_second_and_third_derivatives_are_those_of_every_route(shape):
    batch, way = matrices(*shape), np.random.default_rng(1).standard_normal((*shape, 4))
    found, u = CURVED.hessian(batch, ["W"]), way.reshape(-1, 4)
    along = np.einsum("il,ijl,jl->l", u, found, u)
    ends = [CURVED.along(batch.with_arrays({"W": batch.arrays["W"] + t * way}), {"W": way}, 2) for t in (1e-6, -1e-6)]
    assert np.allclose(CURVED.along(batch, {"W": way}, 2)[2], along, rtol=1e-11)
    assert np.allclose((ends[0][1] - ends[1][1]) / 2e-6, along, rtol=1e-6)
    third = np.sum(CURVED.reverse(batch, {"W": way}, 2, ["W"])["W"] * way, axis=(0, 1))
    assert np.allclose((ends[0][2] - ends[1][2]) / 2e-6, third, rtol=1e-5)
    assert np.allclose(plain_hessian(CURVED.written, batch, 1, ["W"], ["W"]), found[..., 1], rtol=1e-10, atol=1e-12)
    plain = plain_swept(CURVED.written, batch, 1, {"W": way[..., 1]}, ["W"], order=2)["W"]
    assert np.sum(plain * way[..., 1]) == pytest.approx(third[1], rel=1e-9)


def test_its_hessian_is_enclosed_where_one_singular_value_is_the_largest():
    batch, p = matrices(3, 2).one(0), 6
    with at_least(128):
        ball = hessian(CURVED, batch, arrays_of(batch), ["W"])
    found = CURVED.hessian(batch, ["W"])[..., 0]
    assert all(abs(ball[i, j] - found[i, j]) < 1e-11 for i in range(p) for j in range(p))
    assert all(ball[i, j].rad() < 1e-25 for i in range(p) for j in range(p))
    twice = Batch("toy", {}, {}, {"W": np.eye(2)[..., None]})
    assert np.isnan(CURVED.hessian(twice, ["W"])).all()
    with pytest.raises(Undecided, match="a largest singular value that balls tell from the next"):
        hessian(CURVED, twice, arrays_of(twice), ["W"])


def test_a_vector_is_no_matrix():
    with pytest.raises(FunctionError, match=r"a matrix for xp\.spectral_norm, but got an array of shape \(3,\)"):
        NORM.values(matrices(3))


@pytest.mark.parametrize("shape", [(1, 3), (2, 2), (4, 2), (3, 5)])
def test_the_largest_singular_value_keeps_its_digits_at_any_size(shape: tuple[int, int]) -> None:
    matrices = np.random.default_rng(0).standard_normal((*shape, 5))
    for sizes in ([1e-60, 1e-3, 1.0, 1e4, 1e60], [1e-200, 1.0, 0.0, 1e250, np.nan]):
        lanes = matrices * np.array(sizes)
        found = [np.nan if np.isnan(size) else np.linalg.norm(lanes[..., k], 2) for k, size in enumerate(sizes)]
        np.testing.assert_allclose(largest(lanes), found, rtol=1e-14)


def test_many_matrices_of_three_are_solved_side_by_side_to_all_digits() -> None:
    rng = np.random.default_rng(0)
    turned = np.moveaxis(np.linalg.qr(rng.standard_normal((300, 3, 3)))[0], 0, -1)
    second = np.where(np.arange(300) % 3, 1 - np.exp(rng.uniform(-40, 0, 300)), 1.0)  # some next to the largest
    stretched = turned * np.stack([np.ones(300), second, rng.random(300)])
    lanes = np.einsum("ijz,kjz->ikz", stretched, turned) * np.exp(rng.uniform(-60, 60, 300))
    lanes[..., 0] = 0.0
    found = [np.linalg.norm(lanes[..., lane], 2) for lane in range(300)]
    np.testing.assert_allclose(largest(lanes), found, rtol=1e-13)
