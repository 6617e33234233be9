"""Power series: coefficients by Leibniz' rule, lanes, indices."""

from __future__ import annotations

import numpy as np
import pytest
from flint import arb

from tests.arithmetic.routes import gap
from wnverify.arithmetic.faults import FunctionError
from wnverify.arithmetic.series import Series, contraction, lifted, matmul
from wnverify.arithmetic.spaces import Balls, Floats, in_balls

RNG = np.random.default_rng(5)


def polynomial(order, lanes, *shape):
    """Entries a₀ + a₁t + a₂t²/2 with all derivatives to an order, and the function of t."""
    parts = [RNG.standard_normal((*shape, lanes)) for _ in range(3)]

    def at(t):
        return parts[0] + parts[1] * t + parts[2] * t * t / 2

    return Series(Floats(order, lanes), parts[: order + 1]), at


def taylor(function, order):
    """The derivatives at 0 of a function of t, by differences in the complex plane and on the line."""
    h = 1e-4
    values = [function(0.0), np.imag(function(1e-30j)) / 1e-30]
    second = (np.imag(function(h + 1e-30j)) - np.imag(function(-h + 1e-30j))) / 1e-30 / (2 * h)
    return [*values, second][: order + 1]


PRODUCTS = {
    "a + b": (lambda a, b: a + b, (3, 2), (2,)),
    "a - b": (lambda a, b: a - b, (2,), (3, 2)),
    "a * b": (lambda a, b: a * b, (3, 1), (2,)),
    "a / b": (lambda a, b: a / (3 + b * b), (3, 2), (3, 2)),
    "a ** 3": (lambda a, b: a**3 + b, (2,), (2,)),
    "-a": (lambda a, b: -a + b, (2,), ()),
    "2 - a": (lambda a, b: 2 - a * b, (2,), ()),
    "1 / a": (lambda a, b: 1 / (4 + a) / (4 + b), (2,), ()),
}


@pytest.mark.parametrize("order", [0, 1, 2])
@pytest.mark.parametrize("lanes", [1, 4])
@pytest.mark.parametrize("name", PRODUCTS)
def test_coefficients_are_derivatives(name, lanes, order) -> None:
    act, *shapes = PRODUCTS[name]
    (a, a_at), (b, b_at) = (polynomial(order, lanes, *shape) for shape in shapes)
    found = act(a, b)

    def along(t):
        left, right = a_at(t), b_at(t)
        axes = max(left.ndim, right.ndim)
        left, right = (part.reshape(*[1] * (axes - part.ndim), *part.shape) for part in (left, right))
        return act(left, right)

    for part, wanted in zip(found.c, taylor(along, order), strict=True):
        assert gap(np.broadcast_to(part, wanted.shape), wanted) < 1e-6


MATMUL = [
    ((3,), (3,)), ((2, 3), (3,)), ((2,), (2, 3)), ((2, 3), (3, 4)), ((5, 2, 3), (3,)), ((5, 2, 3), (3, 4)),
    ((2, 3), (5, 3, 4)), ((5, 2, 3), (5, 3, 4)), ((3,), (5, 3, 4)), ((6, 5, 2, 3), (6, 5, 3, 4)), ((0,), (0,)),
]  # fmt: skip


@pytest.mark.parametrize("constant", ["none", "left", "right"])
@pytest.mark.parametrize("order", [0, 1, 2])
@pytest.mark.parametrize(("left", "right"), MATMUL)
def test_matrix_products(left, right, order, constant) -> None:
    lanes = 3
    (a, a_at), (b, b_at) = polynomial(order, lanes, *left), polynomial(order, lanes, *right)
    if constant == "left":
        a, a_at = lifted(a.space, a.value[..., 0]), lambda t: np.repeat(a.value, lanes, -1)
    if constant == "right":
        b, b_at = lifted(b.space, b.value[..., 0]), lambda t: np.repeat(b.value, lanes, -1)
    found = matmul(a, b)

    def along(t):
        return np.stack([a_at(t)[..., lane] @ b_at(t)[..., lane] for lane in range(lanes)], axis=-1)

    for part, wanted in zip(found.c, taylor(along, order), strict=True):
        part = np.zeros(wanted.shape) if part is None else np.broadcast_to(part, wanted.shape)
        assert gap(part, wanted) < 1e-6


def test_the_product_of_constants_has_one_lane() -> None:
    space = Floats(1, 5)
    found = contraction("ij,j->i", lifted(space, np.eye(2)), lifted(space, [1.0, 2.0]))
    assert found.shape == (2,)
    assert found.value.shape == (2, 1)
    assert found.c[1] is None


# ---- what it looks like


def test_the_lanes_are_not_seen() -> None:
    a = polynomial(0, 7, 4, 3)[0]
    assert (a.shape, a.ndim, a.size, len(a), a.T.shape, a.dtype) == ((4, 3), 2, 12, 4, (3, 4), np.dtype(float))
    assert (np.shape(a), np.ndim(a), np.size(a)) == ((4, 3), 2, 12)
    assert [row.shape for row in a] == [(3,)] * 4
    assert repr(a) == "an array of shape (4, 3) that is computed"


INDICES = [
    0, -1, slice(1, 3), slice(None, None, -2), None, ..., (0, 1), (slice(None), 0), (..., 0), (0, ...), (None, 0),
    (slice(None), None), (slice(None), None, slice(None)), [0, 2], np.array([3, 1]), ([0, 1], [2, 0]),
    np.arange(12).reshape(4, 3) % 2 == 0, np.array([True, False, True, True]), (slice(None), [True, False, True]),
    (np.arange(3)[:, None], np.arange(2)), (..., None), (None, ..., None), np.int64(2), (1, slice(0, 2)),
]  # fmt: skip


@pytest.mark.parametrize("index", INDICES, ids=repr)
def test_indices_are_numpys(index) -> None:
    a = polynomial(1, 2, 4, 3)[0]
    found = a[index]
    for part, whole in zip(found.c, a.c, strict=True):
        for lane in range(2):
            assert np.array_equal(part[..., lane], whole[..., lane][index])


@pytest.mark.parametrize("index", [(0, 0, 0), (..., 0, 0, 0), np.ones((4, 3, 2), bool), (0, [True, False, True], 0)])
def test_an_index_does_not_reach_the_lanes(index) -> None:
    with pytest.raises(FunctionError, match=r"an index into an array of shape \(4, 3\)"):
        polynomial(1, 2, 4, 3)[0][index]


def test_arrays_hash_by_nothing() -> None:
    with pytest.raises(TypeError):
        hash(polynomial(0, 1)[0])


def test_coefficients_that_vanish_are_not_carried() -> None:
    space = Balls(2, 1)
    a = Series(space, [in_balls(np.ones((2, 1))), in_balls(np.ones((2, 1)))])
    assert (a * a).c[2][0] == 2
    assert (a + a).c[2] is None
    assert (3.0 - a).c[1][0] == -1
    assert lifted(space, 0.1).value[0].contains(arb("0.1"))
