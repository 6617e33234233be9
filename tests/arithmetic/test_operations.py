"""Every function of xp against NumPy's own, lane by lane, and its derivatives against autograd's."""

from __future__ import annotations

import numpy as np
import pytest

from tests.arithmetic.routes import PLAIN, check, check_balls, check_floats, gap, instances, program
from wnverify.arithmetic import enclosing, oracle
from wnverify.arithmetic.faults import Undecided
from wnverify.arithmetic.namespace import KNOWN, Functions, Module
from wnverify.arithmetic.operations import METHODS, OPERATIONS
from wnverify.arithmetic.series import Series, lifted
from wnverify.arithmetic.spaces import Balls, Floats, Traced, in_balls

ONE = {
    "exp": {}, "expm1": {}, "tanh": {}, "sin": {}, "cos": {}, "sinh": {}, "cosh": {}, "arctan": {}, "abs": {},
    "sign": {}, "erf": {}, "sigmoid": {}, "softplus": {}, "absolute": {}, "fabs": {}, "negative": {}, "square": {},
    "relu": {}, "tan": {}, "exp2": {}, "zeros_like": {}, "ones_like": {}, "reciprocal": {},
}  # fmt: skip
"""Functions of any number."""
POSITIVE = ("log", "log1p", "sqrt", "log2", "log10")
MANY = {
    "add": lambda xp, a, b: [xp.add(a, b), a + 2.0, 2 + a, np.arange(3.0) + a, a + np.ones((4, 1)), b[:, :1] + b[0]],
    "subtract": lambda xp, a, b: [xp.subtract(a, b), a - 2.0, 2 - a, a - np.ones((4, 1)), np.ones(3) - a],
    "multiply": lambda xp, a, b: [xp.multiply(a, b), a * 2.0, 2 * a, np.arange(3.0) * a, a[0, 0] * b],
    "divide": lambda xp, a, b: [xp.divide(a, b), a / 2.0, 2 / a, np.arange(3.0) / a, a[:, :1] / b[0]],
    "true_divide": lambda xp, a, b: [xp.true_divide(a, b)],
    "power": lambda xp, a, b: [
        xp.power(a, 3), a**2, a**1, a**0, a**-1, a**-2, xp.abs(a) ** 0.5, xp.abs(a) ** -1.5, xp.abs(a) ** b,
        2.0**a, np.array([1.0, 2.0, 3.0]) ** a, 2**a,
    ],
    "hypot": lambda xp, a, b: [xp.hypot(a, b)],
    "logaddexp": lambda xp, a, b: [xp.logaddexp(a, b), xp.logaddexp(0.0, a), xp.logaddexp(20.0 * a, b)],
    "sum": lambda xp, a, b: [
        xp.sum(a), xp.sum(a, axis=0), xp.sum(a, 1), xp.sum(a, axis=-1, keepdims=True), xp.sum(a, axis=(0, 1)),
        xp.sum(a, keepdims=True), a.sum(), a.sum(0), a.sum(axis=np.int64(1)),
    ],
    "mean": lambda xp, a, b: [xp.mean(a), xp.mean(a, axis=0), a.mean(1), xp.mean(a, axis=1, keepdims=True)],
    "var": lambda xp, a, b: [xp.var(a), xp.var(a, axis=0), a.var(axis=1), xp.var(a, axis=1, ddof=1, keepdims=True)],
    "std": lambda xp, a, b: [xp.std(a), xp.std(a, axis=0), a.std(axis=1), xp.std(a, axis=1, keepdims=True)],
    "average": lambda xp, a, b: [xp.average(a), xp.average(a, axis=0, weights=b**2)],
    "cumsum": lambda xp, a, b: [xp.cumsum(a), xp.cumsum(a, axis=0), a.cumsum(axis=-1)],
    "prod": lambda xp, a, b: [xp.prod(a), xp.prod(a, axis=0), xp.prod(a, axis=1)],
    "max": lambda xp, a, b: [xp.max(a), xp.max(a, axis=0), a.max(axis=1), xp.max(a, axis=1, keepdims=True)],
    "min": lambda xp, a, b: [xp.min(a), xp.min(a, axis=0), a.min(axis=1), xp.min(a, axis=1, keepdims=True)],
    "amax": lambda xp, a, b: [xp.amax(a), xp.amax(a, axis=0)],
    "amin": lambda xp, a, b: [xp.amin(a), xp.amin(a, axis=0)],
    "maximum": lambda xp, a, b: [xp.maximum(a, b), xp.maximum(a, 0.25), xp.maximum(np.arange(3.0), a)],
    "minimum": lambda xp, a, b: [xp.minimum(a, b), xp.minimum(a, 0.25), xp.minimum(np.arange(3.0), a)],
    "clip": lambda xp, a, b: [xp.clip(a, -0.5, 0.5)],
    "where": lambda xp, a, b: [
        xp.where(a > b, a, b), xp.where(a > 0, a, 0.5 * a), xp.where(np.arange(3) > 0, a, 7.0),
        xp.where(a[0] > 0, 1.0, b), xp.where(~((a > 0) | (b < 0.3)) & (a <= b), a, b), xp.where(a >= 0.1, 1.0, 2.0),
        xp.where(a[:, None] > 0, b, a[0]), xp.where(a[0] > 0, a, b[1]),
    ],
    "less": lambda xp, a, b: [xp.where(xp.less(a, b), a, b), xp.where(np.ones(3) < a, a, b)],
    "less_equal": lambda xp, a, b: [xp.where(xp.less_equal(a, b), a, b), xp.where(np.ones(3) <= a, a, b)],
    "greater": lambda xp, a, b: [xp.where(xp.greater(a, b), a, b), xp.where(np.ones(3) > a, a, b)],
    "greater_equal": lambda xp, a, b: [xp.where(xp.greater_equal(a, b), a, b), xp.where(np.ones(3) >= a, a, b)],
    "logical_and": lambda xp, a, b: [
        xp.where(xp.logical_and(a > 0, b > 0), a, b), xp.where((np.arange(3) > 0) & (a > 0), a, b),
    ],
    "logical_or": lambda xp, a, b: [
        xp.where(xp.logical_or(a > 0, b > 0), a, b), xp.where((np.arange(3) > 0) | (a > 0), a, b),
    ],
    "logical_xor": lambda xp, a, b: [
        xp.where(xp.logical_xor(a > 0, b > 0), a, b), xp.where((a > 0) ^ (np.arange(3) > 0), a, b),
    ],
    "logical_not": lambda xp, a, b: [xp.where(xp.logical_not(a > 0), a, b)],
    "matmul": lambda xp, a, b: [
        xp.matmul(a, b.T), a @ b[0], b[:, 0] @ a, a[0] @ b[1], a @ np.ones((3, 2)), np.ones(4) @ a, np.eye(4) @ a,
        np.ones((5, 2, 4)) @ a, a[None] @ b.T[None], xp.stack([a, b]) @ b[0], xp.stack([a, b]) @ a.T,
        a.T @ xp.stack([a, b]), a[0] @ xp.stack([a.T, b.T]),
    ],
    "dot": lambda xp, a, b: [xp.dot(a, b.T), xp.dot(a[0], b[0]), a.dot(b[0]), xp.dot(a[0, 0], b), xp.dot(2.0, a)],
    "vdot": lambda xp, a, b: [xp.vdot(a[0], b[0]), xp.vdot(a, b)],
    "inner": lambda xp, a, b: [xp.inner(a[0], b[0]), xp.inner(a, b)],
    "outer": lambda xp, a, b: [xp.outer(a[0], b[0]), xp.outer(a[:, 0], np.arange(2.0))],
    "einsum": lambda xp, a, b: [
        xp.einsum("ij,kj->ik", a, b), xp.einsum("ij->ji", a), xp.einsum("ij,ij->", a, b), xp.einsum("ij->", a),
        xp.einsum("ij,kj", a, b), xp.einsum("ij,ij,kj->k", a, b, a), xp.einsum("ij,k->jk", a, b[0]),
        xp.einsum("i,i->i", a[0], np.arange(3.0)), xp.einsum("ij,jk,kl,l->i", a, b.T, a, b[0]),
        xp.einsum("...i,i->...", a, b[0]), xp.einsum("...j,kj->...k", xp.stack([a, b]), b),
    ],
    "spectral_norm": lambda xp, a, b: [xp.spectral_norm(a), xp.spectral_norm(a[:2] + b[:2])],
    "trace": lambda xp, a, b: [xp.trace(a @ b.T), xp.trace(a), xp.trace(a @ b.T, 1)],
    "diagonal": lambda xp, a, b: [xp.diagonal(a @ b.T), xp.diagonal(a, 1), xp.diagonal(a, -2), (a @ b.T).diagonal()],
    "diag": lambda xp, a, b: [xp.diag(a @ b.T), xp.diag(a[0]), xp.diag(a[0], 1)],
    "tril": lambda xp, a, b: [xp.tril(a), xp.tril(a, -1)],
    "triu": lambda xp, a, b: [xp.triu(a), xp.triu(a, 1)],
    "convolve": lambda xp, a, b: [
        xp.convolve(a[:, 0], b[0]), xp.convolve(a[0], b[:, 0]), xp.convolve(a[:, 0], b[0], "valid"),
        xp.convolve(a[0], b[:, 0], "valid"), xp.convolve(a[:, 0], b[0], mode="same"),
        xp.convolve(a[0], b[:, 0], "same"),
        xp.convolve(a[:, 0], np.array([1.0, 2.0])), xp.convolve(np.array([1.0, 2.0]), a[:, 0]),
    ],
    "reshape": lambda xp, a, b: [
        xp.reshape(a, (3, 4)), xp.reshape(a, -1), a.reshape(2, 6), a.reshape((2, -1)), xp.reshape(a[0, 0], (1, 1)),
        a.reshape(-1), xp.reshape(a, [6, 2]),
    ],
    "ravel": lambda xp, a, b: [xp.ravel(a), a.ravel(), a.flatten()],
    "transpose": lambda xp, a, b: [
        xp.transpose(a), a.T, xp.transpose(xp.stack([a, b]), (1, 2, 0)), a.transpose(), xp.transpose(a[0]),
        xp.transpose(xp.stack([a, b])), xp.transpose(xp.stack([a, b]), (-1, 0, 1)),
    ],
    "swapaxes": lambda xp, a, b: [xp.swapaxes(xp.stack([a, b]), 0, -1), a.swapaxes(0, 1)],
    "moveaxis": lambda xp, a, b: [xp.moveaxis(xp.stack([a, b]), 0, -1), xp.moveaxis(xp.stack([a, b]), 2, 0)],
    "expand_dims": lambda xp, a, b: [xp.expand_dims(a, 0), xp.expand_dims(a, -1), xp.expand_dims(a, 1)],
    "squeeze": lambda xp, a, b: [xp.squeeze(a[:, None]), xp.squeeze(a[None, :, None], axis=0)],
    "broadcast_to": lambda xp, a, b: [xp.broadcast_to(a, (2, 4, 3)), xp.broadcast_to(a[0, 0], (2,))],
    "concatenate": lambda xp, a, b: [
        xp.concatenate([a, b]), xp.concatenate((a, b), axis=1), xp.concatenate([a[0], np.zeros(2), b[0]]),
        xp.concatenate([a, np.zeros((4, 1))], axis=-1),
    ],
    "stack": lambda xp, a, b: [
        xp.stack([a, b]), xp.stack([a, b], axis=1), xp.stack([a, b], axis=-1), xp.stack([a[0, 0], 1.0, b[0, 0]]),
    ],
    "vstack": lambda xp, a, b: [xp.vstack([a, b]), xp.vstack([a[0], b])],
    "hstack": lambda xp, a, b: [xp.hstack([a, b]), xp.hstack([a[0], b[:, 0]])],
    "column_stack": lambda xp, a, b: [xp.column_stack([a[:, 0], b])],
    "flip": lambda xp, a, b: [xp.flip(a), xp.flip(a, 0), xp.flip(a, axis=1), a[::-1], a[:, ::-1]],
    "roll": lambda xp, a, b: [xp.roll(a, 1), xp.roll(a, 2, axis=0), xp.roll(a, -1, axis=1)],
    "repeat": lambda xp, a, b: [xp.repeat(a, 2, axis=0), xp.repeat(a, 2), xp.repeat(a, 3, axis=1)],
    "tile": lambda xp, a, b: [xp.tile(a, (2, 1)), xp.tile(a[0], 3)],
    "pad": lambda xp, a, b: [xp.pad(a, 1, "constant"), xp.pad(a[0], (1, 2), mode="constant")],
}  # fmt: skip
SHAPES = {"a": (4, 3), "b": (4, 3)}


def cases():
    for name in OPERATIONS:
        if name in MANY:
            yield name, MANY[name]
        elif name in POSITIVE:
            yield name, lambda xp, a, b, name=name: [getattr(xp, name)(xp.exp(a)), getattr(xp, name)(2.5)]
        else:
            assert name in ONE, f"a test for xp.{name} is missing"
            yield name, lambda xp, a, b, name=name: [getattr(xp, name)(a), getattr(xp, name)(b[0, 0])]


CASES = dict(cases())


@pytest.mark.parametrize("lanes", [1, 3])
@pytest.mark.parametrize("space", [Floats, Traced], ids=["floats", "traced"])
@pytest.mark.parametrize("name", CASES)
def test_values_are_those_of_numpy(name, space, lanes) -> None:
    batch = instances(SHAPES, lanes)
    made = space(0, lanes)
    found = CASES[name](Functions(made), *(Series(made, [batch.arrays[n]]) for n in "ab"))
    for lane in range(lanes):
        wanted = CASES[name](Module(np, PLAIN), *(batch.arrays[n][..., lane] for n in "ab"))
        for series, array in zip(found, wanted, strict=True):
            series = lifted(made, series)
            assert series.shape == np.shape(array)
            assert gap(np.broadcast_to(series.value, (*series.shape, lanes))[..., lane], array) < 1e-13


@pytest.mark.parametrize("name", CASES)
def test_derivatives_are_those_of_autograd(name) -> None:
    """Of a bent sum of all results, so that second derivatives do not vanish."""

    def value(xp, theta, x):
        results = CASES[name](xp, theta.a, theta.b)
        return sum(xp.sum(part * xp.tanh(0.3 * part)) for part in results)

    made, batch = program(value), instances(SHAPES, 2)
    check_floats(made, batch)
    check_balls(made, batch, second=name in {"matmul", "power", "where", "concatenate", "var", "softplus", "max"})


def test_every_method_is_one_of_numpy() -> None:
    assert all(hasattr(np.ndarray, name) for name in METHODS)


def test_names_that_xp_has_are_known() -> None:
    xp = Functions(Floats(0, 1), lambda xp, z: z)
    assert all(getattr(xp, name, "missing") != "missing" for name in KNOWN)


@pytest.mark.parametrize("mode", ["edge", "wrap", "reflect"])
def test_padding_with_what_is_there(mode) -> None:
    a = np.random.default_rng(0).standard_normal((5, 2))
    found = Functions(Floats(0, 2)).pad(Series(Floats(0, 2), [a]), (1, 2), mode=mode)
    for lane in range(2):
        assert np.array_equal(found.value[:, lane], np.pad(a[:, lane], (1, 2), mode=mode))


# ---- norms


@pytest.mark.parametrize("options", [
    {}, {"axis": 0}, {"axis": 1, "keepdims": True}, {"axis": -1}, {"ord": "fro"}, {"ord": 2, "axis": 0},
    {"ord": 1, "axis": 1}, {"ord": np.inf, "axis": 0}, {"axis": (0, 1)},
])  # fmt: skip
def test_norms(options) -> None:
    batch = instances(SHAPES, 2)
    made = Floats(0, 2)
    found = Functions(made).linalg.norm(Series(made, [batch.arrays["a"]]), **options)
    for lane in range(2):
        assert gap(found.value[..., lane], np.linalg.norm(batch.arrays["a"][..., lane], **options)) < 1e-14


def test_a_length_in_balls_that_hold_zero_is_not_below_zero() -> None:
    from flint import arb

    around = np.array([[arb(0, 1e-3)], [arb(0, 1e-3)]], dtype=object)
    found = Functions(Balls(0, 1)).linalg.norm(Series(Balls(0, 1), [around])).value[0]
    assert found.lower() >= -1e-9
    assert found.upper() < 2e-3


# ---- kinks


KINKED = {
    "abs": lambda xp, a: xp.abs(a),
    "relu": lambda xp, a: xp.relu(a),
    "maximum": lambda xp, a: xp.maximum(a, 0.0),
    "max": lambda xp, a: xp.max(xp.stack([a, 2 * a])),
    "where": lambda xp, a: xp.where(a > 0, a, 2 * a),
    "norm": lambda xp, a: xp.linalg.norm(xp.stack([a, a])),
    "sqrt": lambda xp, a: xp.sqrt(a),
    "spectral_norm": lambda xp, a: xp.spectral_norm(xp.diag(xp.stack([1.0 + a, 1.0 - a]))),
}


@pytest.mark.parametrize("name", KINKED)
def test_a_kink_has_no_derivative_and_spoils_only_its_lane(name) -> None:
    batch = instances({"a": ()}, 3).with_arrays({"a": np.array([1.0, 0.0, 2.0])})
    made = program(lambda xp, theta, x: KINKED[name](xp, theta.a) * 3.0)
    assert np.isfinite(made.values(batch)).all()
    gradient = made.gradient(batch, ["a"])["a"]
    assert np.isfinite(gradient[[0, 2]]).all()
    assert not np.isfinite(gradient[1])
    second = made.along(batch, {"a": np.ones(3)}, 2)
    assert np.isnan(second[2][1]) or not np.isfinite(second[1][1])
    assert np.isfinite(second[2][[0, 2]]).all()
    alone = [oracle.gradient(made.written, batch, lane, ["a"])["a"] for lane in (0, 2)]
    assert gap(gradient[[0, 2]], np.array(alone)) < 1e-14


@pytest.mark.parametrize("value", [
    lambda xp, theta, x: xp.softmax(theta.a, axis=0)[0] @ np.arange(3.0) + xp.logsumexp(theta.a - 800.0),
    lambda xp, theta, x: xp.prod(theta.a[0]) + xp.sum(xp.prod(theta.a, axis=0, keepdims=True)),
], ids=["softmax", "prod"])  # fmt: skip
def test_what_is_smooth_at_ties_and_at_zeros_has_its_derivatives_there(value) -> None:
    tied = np.stack([np.zeros((2, 3)), np.array([[1.0, 1.0, 0.0], [0.0, 2.0, 1.0]])], axis=-1)
    check(value, instances({"a": (2, 3)}, 2).with_arrays({"a": tied}))


@pytest.mark.parametrize("order", [1, np.inf])
def test_norms_of_vectors_have_the_derivatives_of_their_entries(order) -> None:
    check(lambda xp, theta, x: xp.sum(xp.linalg.norm(theta.a, order, axis=1) ** 2), instances({"a": (2, 3)}, 2))


def test_overlapping_balls_have_a_maximum_without_derivative() -> None:
    from flint import arb

    space = Balls(1, 1)
    a = Series(space, [np.array([arb(1, 0.5)], dtype=object), in_balls(np.ones(1))])
    found = Functions(space).maximum(a, 1.0)
    assert found.value[0].contains(arb(1.5))
    assert not found.value[0].contains(arb(0.75))
    assert found.c[1][0].is_nan()


@pytest.mark.parametrize("order", [1, 2])
def test_equal_balls_have_a_maximum_without_derivative(order) -> None:
    space = Balls(order, 1)
    a = Series(space, [in_balls(np.zeros(1)), in_balls(np.ones(1))])
    for found in (
        Functions(space).maximum(a, 0.0),
        Functions(space).minimum(0.0, a),
        Functions(space).maximum(a, -a),
    ):
        assert found.value[0] == 0
        assert found.c[1][0].is_nan()


def test_what_is_equal_along_the_line_has_the_derivative_of_both() -> None:
    space = Balls(2, 2)
    still = Series(space, [in_balls(np.zeros(1)), in_balls(np.array([0.0, 1.0]))])
    found = Functions(space).maximum(still, 0.0)
    assert found.c[1][0] == 0
    assert found.c[1][1].is_nan()
    assert Functions(space).maximum(still, still).c[1][1] == 1


@pytest.mark.parametrize("act", [lambda a: a > 0, lambda a: a >= 0, lambda a: a < 0.0, lambda a: -a <= a])
def test_a_comparison_of_equal_balls_that_move_is_undecided(act) -> None:
    zero = in_balls(np.zeros(1))
    with pytest.raises(Undecided, match="two that are equal"):
        act(Series(Balls(1, 1), [zero, in_balls(np.ones(1))]))
    act(Series(Balls(1, 1), [zero]))


@pytest.mark.parametrize("value", [
    lambda xp, theta, x: xp.maximum(x[0], 0.0),
    lambda xp, theta, x: xp.maximum(x[0], 0.0) * theta.s,
    lambda xp, theta, x: xp.max(xp.stack([x[0], 2 * x[0]])) ** 2 * theta.s,
], ids=["linear", "product", "square"])  # fmt: skip
def test_a_hessian_at_a_tie_is_not_finite(value) -> None:
    made, one = program(value), instances({"x": (1,), "s": ()}, 1)
    one.arrays["x"][...] = 0.0
    found = enclosing.hessian(made, one, enclosing.arrays_of(one), ["x", "s"])
    assert not found[0, 0].is_finite()
    assert not enclosing.by_pairs(made, one, enclosing.arrays_of(one), ["x", "s"])[0, 0].is_finite()
    assert not enclosing.gradient(made, one, enclosing.arrays_of(one), ["x"])[0].is_finite()
