"""One function on every arithmetic: what the tests of this folder compare."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from wnverify.arithmetic import enclosing, oracle
from wnverify.arithmetic.activation import builtin
from wnverify.arithmetic.namespace import Module
from wnverify.arithmetic.program import Program, joined, split
from wnverify.arithmetic.theta import Theta
from wnverify.arithmetic.written import Written
from wnverify.batch import Batch

Value = Callable[[Any, Any, Any], Any]
PLAIN = {
    "erf": oracle.SPECIAL["erf"],
    "sigmoid": oracle.SPECIAL["sigmoid"],
    "softplus": lambda z: np.logaddexp(0.0, z),
    "spectral_norm": lambda a: np.linalg.norm(a, 2),
    "relu": lambda z: np.where(z > 0, z, 0.0),
}


def program(value: Value) -> Program:
    """A function (xp, theta, x) whose input is the array x and whose parameters are the others."""

    def call(xp: Any, arrays: Mapping[str, Any], batch: Batch) -> Any:
        theta = Theta({name: array for name, array in arrays.items() if name != "x"}, batch.shape)
        return value(xp, theta, arrays.get("x"))

    return Program(Written("value", call, lambda settings: builtin(settings.get("activation", "tanh"))))


def instances(shapes: Mapping[str, tuple[int, ...]], B: int = 3, seed: int = 0, **sizes: int) -> Batch:
    """Gaussian arrays."""
    rng = np.random.default_rng(seed)
    arrays = {name: rng.standard_normal((*shape, B)) for name, shape in shapes.items()}
    return Batch("own", {"L": 2, "m": 4, "d": 3} | sizes, {"activation": "tanh"}, arrays)


def plainly(written: Written, batch: Batch, index: int) -> float:
    """By NumPy alone."""
    xp = Module(np, PLAIN, written.phi(batch.settings))
    return float(written.called(xp, {n: np.array(a[..., index]) for n, a in batch.arrays.items()}, batch))


def gap(found: Any, wanted: Any) -> float:
    """The largest difference, relative to the largest number; NaN must meet NaN."""
    found, wanted = np.asarray(found, float), np.asarray(wanted, float)
    assert found.shape == wanted.shape
    assert np.array_equal(np.isnan(found), np.isnan(wanted))
    scale = max(1.0, float(np.nanmax(np.abs(wanted), initial=0.0)))
    return float(np.nanmax(np.abs(found - wanted), initial=0.0)) / scale


def inside(balls: Any, floats: Any, width: float = 1e-9) -> None:
    """Every float lies in its ball, but for rounding of its own, and the balls are narrow."""
    for ball, number in zip(np.ravel(balls), np.ravel(floats), strict=True):
        middle, radius = float(ball.mid()), float(ball.rad())
        slack = 1e-11 * max(1.0, float(np.max(np.abs(floats))))
        assert abs(middle - number) <= radius + slack, (ball, number)
        assert radius <= width * max(1.0, abs(middle)), ball


def check_floats(made: Program, batch: Batch) -> None:
    """Values, gradients, Hessians and slopes of curvatures, by power series and by autograd."""
    names = list(batch.arrays)
    assert made.known(batch)
    indices = range(batch.size)
    by_numpy = [plainly(made.written, batch, i) for i in indices]
    assert np.isfinite(by_numpy).all()
    assert gap(made.values(batch), by_numpy) < 1e-13
    assert gap([oracle.value(made.written, batch, i) for i in indices], by_numpy) < 1e-13
    gradient = made.gradient(batch, names)
    for i in indices:
        alone = oracle.gradient(made.written, batch, i, names)
        assert all(gap(gradient[name][..., i], alone[name]) < 1e-11 for name in names)
    hessian = made.hessian(batch, names)
    alone = np.stack([oracle.hessian(made.written, batch, i, names, names) for i in indices], axis=-1)
    assert gap(hessian, alone) < 1e-10
    _check_directions(made, batch, gradient, hessian)


def _check_directions(made: Program, batch: Batch, gradient: Any, hessian: Any) -> None:
    names = list(batch.arrays)
    u = np.random.default_rng(9).standard_normal((hessian.shape[0], batch.size))
    direction = split(u, batch, names)
    _, first, second = made.along(batch, direction, 2)
    assert gap(first, np.sum(joined(gradient, names) * u, axis=0)) < 1e-11
    assert gap(second, np.einsum("ib,ijb,jb->b", u, hessian, u)) < 1e-11
    assert gap(joined(made.reverse(batch, direction, 1, names), names), np.einsum("ijb,jb->ib", hessian, u)) < 1e-11
    slope = joined(made.reverse(batch, direction, 2, names), names)
    step, v = 1e-5, np.random.default_rng(8).standard_normal(u.shape)
    there, back = (
        made.along(batch.with_arrays(moved(batch, v, sign * step)), direction, 2)[2] for sign in (1.0, -1.0)
    )
    assert gap(np.sum(slope * v, axis=0), (there - back) / (2 * step)) < 1e-5


def moved(batch: Batch, v: Any, step: float) -> dict[str, Any]:
    """θ + step v."""
    part = split(v, batch, list(batch.arrays))
    return {name: array + step * part[name] for name, array in batch.arrays.items()}


def check_balls(made: Program, batch: Batch, *, second: bool = True) -> None:
    """The balls hold what the floats say."""
    names = list(batch.arrays)
    for i in range(min(2, batch.size)):
        one = batch.one(i)
        arrays = enclosing.arrays_of(one)
        inside([enclosing.value(made, one, arrays)], made.values(one))
        inside(enclosing.gradient(made, one, arrays, names), joined(made.gradient(one, names), names)[:, 0])
        if second and i == 0:
            H, p = made.hessian(one, names)[..., 0], 0
            p = len(H)
            balls = enclosing.hessian(made, one, arrays, names)
            inside([balls[j, k] for j in range(p) for k in range(p)], H.ravel())


def check(value: Value, batch: Batch) -> None:
    """All routes."""
    made = program(value)
    check_floats(made, batch)
    check_balls(made, batch)
