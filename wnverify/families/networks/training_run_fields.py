"""What is measured on training runs: the trajectory θ_0, …, θ_T of all at once, and of each by a naive loop."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.engine.networks import autodiff
from wnverify.engine.networks.loss import Regression
from wnverify.engine.networks.network import Direction, Network, flatten, unflatten
from wnverify.engine.networks.training import Schedule, Trajectory, train, weighted_gradient
from wnverify.errors import DomainError
from wnverify.families.kit.parts import Views
from wnverify.families.networks.regression_fields import problem

TINY = 1e-300
LOST, SPREAD = 1e-12, 10.0
"""The share of a squared row norm beyond which rounding may pass for a defect of its growth, and how many times its
estimate it comes to at most (2 was seen)."""


def trajectory(batch: Batch) -> Trajectory:
    """The whole runs of a batch.

    Raises:
        DomainError: a row has become zero, or a number infinite; in which runs that came first.
    """
    names = ("steps", "mask", "momentum", "lookahead", "decay")
    try:
        return train(problem(batch), Schedule(*(batch.arrays[name] for name in names)))
    except DomainError as error:
        raise DomainError(str(error), instances=error.columns) from error


def naive_trajectory(batch: Batch) -> Trajectory:
    """The same runs one by one: plain loops over a parameter vector, every gradient by autograd."""
    runs = [_naive_run(batch.one(index)) for index in range(batch.size)]
    names = (field.name for field in fields(Trajectory))
    return Trajectory(*(np.stack([getattr(run, name) for run in runs], axis=-1) for name in names))


RUNS = Views(trajectory, naive_trajectory)


def _naive_run(one: Batch) -> Trajectory:
    start = problem(one)
    steps, mask = one.arrays["steps"][:, 0], one.arrays["mask"][:, :, 0]
    mu, ahead, decay = (float(one.arrays[name][0]) for name in ("momentum", "lookahead", "decay"))
    theta = flatten(Direction(start.net.W, start.net.v, start.net.x))[:, 0]
    speed, first, way = np.zeros_like(theta), theta, np.zeros_like(theta)
    kept: list[tuple[Any, ...]] = []
    for step, weight in zip(steps, mask, strict=True):
        here = _at(start, theta)
        own = autodiff.oracle_weighted_gradient(here, weight)
        full = autodiff.oracle_loss_gradient(here)
        kept.append((autodiff.oracle_loss(here), full @ full, _squares(start.net, theta), _squares(start.net, own)))
        speed = mu * speed + own
        change = step * (decay * theta + (own + mu * speed if ahead else speed))
        theta, way = theta - change, way - change
        kept[-1] += (_squares(start.net, change), float(np.linalg.norm(here.net.v)))
    end = _at(start, theta)
    loss, full_sizes, rows, row_sizes, row_steps, outputs = (list(part) for part in zip(*kept, strict=True))
    return Trajectory(
        np.array([*loss, autodiff.oracle_loss(end)]),
        np.array(full_sizes),
        np.array([*rows, _squares(start.net, theta)]),
        np.array(row_sizes),
        np.array(row_steps),
        np.array([*outputs, float(np.linalg.norm(end.net.v))]),
        _squares(start.net, way) + 2 * _meetings(start.net, first, way),
        np.asarray(np.linalg.norm(way[way.size - start.net.v.size :])),
    )


def _at(start: Regression, theta: FloatArray) -> Regression:
    """The problem of one instance at another parameter vector."""
    net, place = start.net, unflatten(start.net, theta[:, None])
    return Regression(Network(place.W, place.v, net.x, net.activation, net.scaling), start.y)


def _squares(net: Network, theta: FloatArray) -> FloatArray:
    """Squared norm of every row of every layer."""
    return _meetings(net, theta, theta)


def _meetings(net: Network, left: FloatArray, right: FloatArray) -> FloatArray:
    """Inner product of every row of every layer with that of another vector, by slicing both."""
    found, start = [], 0
    for rows in net.W:
        for _ in range(rows.shape[0]):
            row = slice(start, start + rows.shape[1])
            found.append(left[row] @ right[row])
            start += rows.shape[1]
    return np.array(found)


# ---- what is read off a run


def least_norm(run: Trajectory) -> FloatArray:
    """ω(t), (T + 1, B)."""
    return np.sqrt(run.rows.min(axis=1))


def min_norm_growth(run: Trajectory) -> FloatArray:
    """Least ω(t+1)/ω(t), (B,)."""
    omega = least_norm(run)
    return np.min(omega[1:] / omega[:-1], axis=0)


def row_growth(run: Trajectory) -> FloatArray:
    """Least ‖W_i(t+1)‖/‖W_i(t)‖ of all rows, (B,)."""
    return np.sqrt(np.min(run.rows[1:] / run.rows[:-1], axis=(0, 1)))


def outward_growth(batch: Batch) -> FloatArray:
    """Least ‖W_i(t+1)‖²/(‖W_i(t)‖² + ‖W_i(t+1) − W_i(t)‖²) of all rows, (B,); NaN where it is 1 but for rounding."""
    return _growth(batch, RUNS.closed(batch))


def outward_growth_of_naive(batch: Batch) -> FloatArray:
    """The same on the naive runs."""
    return _growth(batch, RUNS.oracle(batch))


def _growth(batch: Batch, run: Trajectory) -> FloatArray:
    growth = run.rows[1:] / (run.rows[:-1] + run.row_step)
    least, rounding = np.min(growth, axis=(0, 1)), _rounding(batch, run)
    explained = (rounding > LOST) & (growth < 1) & (1 - growth <= SPREAD * rounding) & (growth <= least)
    return np.where(explained.any(axis=(0, 1)), np.nan, least)


def growth_defect(batch: Batch) -> FloatArray:
    """Largest |‖W_i(t+1)‖² − ‖W_i(t)‖² − η_t²‖∂𝓛_t/∂W_i‖²| over ‖W_i(t+1)‖², (B,)."""
    return _defect(batch, RUNS.closed(batch))


def growth_defect_of_naive(batch: Batch) -> FloatArray:
    """The same on the naive runs."""
    return _defect(batch, RUNS.oracle(batch))


def _defect(batch: Batch, run: Trajectory) -> FloatArray:
    predicted = run.rows[:-1] + batch.arrays["steps"][:, None] ** 2 * run.row_gradient
    return _largest(batch, run, np.abs(run.rows[1:] - predicted) / run.rows[1:])


def _largest(batch: Batch, run: Trajectory, defects: FloatArray) -> FloatArray:
    """The largest defect of a run (T, rows, B) -> (B,); NaN where rounding explains it, since no projection is made.

    A larger defect counts, however much rounding there is beside it.
    """
    worst, rounding = np.max(defects, axis=(0, 1)), _rounding(batch, run)
    explained = (rounding > LOST) & (defects <= SPREAD * rounding) & (defects >= worst)
    return np.where(explained.any(axis=(0, 1)), np.nan, worst)


def _rounding(batch: Batch, run: Trajectory) -> FloatArray:
    """The share of ‖W_i‖² that rounding of a step may be, (T, rows, B).

    What cancels in ⟨W_i, ∂𝓛_t/∂W_i⟩ is of the size 2√𝓛_t‖v‖, and a step takes 2η_t times its rounding along.
    """
    along = 4 * batch.arrays["steps"] * np.sqrt(run.loss[:-1]) * run.output[:-1]
    found: FloatArray = np.finfo(np.float64).eps * along[:, None] / np.maximum(run.rows[1:], run.rows[:-1])
    return found


def rows_gain(run: Trajectory) -> FloatArray:
    """Σ_i ‖W_i(T)‖² − ‖W_i(0)‖², (B,)."""
    return np.sum(run.gain, axis=0)


def rows_kept(run: Trajectory) -> FloatArray:
    """Least ‖W_i(T)‖/‖W_i(0)‖ of all rows, (B,)."""
    return np.sqrt(np.min(run.rows[-1] / run.rows[0], axis=0))


def _decay_defect(batch: Batch, run: Trajectory) -> FloatArray:
    """Largest |‖W_i(t+1)‖² − (1 − η_tλ)²‖W_i(t)‖² − η_t²‖∂𝓛_t/∂W_i‖²| over the larger of both norms squared, (B,)."""
    steps = batch.arrays["steps"][:, None]
    predicted = (1 - steps * batch.arrays["decay"]) ** 2 * run.rows[:-1] + steps**2 * run.row_gradient
    return _largest(batch, run, np.abs(run.rows[1:] - predicted) / np.maximum(run.rows[1:], run.rows[:-1]))


def decay_defect(batch: Batch) -> FloatArray:
    """By how much a step misses (1 − η_tλ)²‖W_i‖² + η_t²‖∂_i‖²; see `_decay_defect`."""
    return _decay_defect(batch, RUNS.closed(batch))


def decay_defect_of_naive(batch: Batch) -> FloatArray:
    """The same on the naive runs."""
    return _decay_defect(batch, RUNS.oracle(batch))


def shrinkage(batch: Batch) -> FloatArray:
    """Π_t |1 − η_tλ|, (B,)."""
    return np.prod(np.abs(1 - batch.arrays["steps"] * batch.arrays["decay"]), axis=0)


# ---- the gradient on the unit sphere


def _on_sphere(batch: Batch) -> Regression:
    """The problem at θ_0 with all rows scaled to norm 1."""
    start = problem(batch)
    W = tuple(rows / np.linalg.norm(rows, axis=1, keepdims=True) for rows in start.net.W)
    return Regression(replace(start.net, W=W), start.y)


def sphere_gradient(batch: Batch) -> FloatArray:
    """‖∂𝓛_0/∂W_1‖ of the first row of the first layer, with all rows of norm 1, (B,)."""
    found = weighted_gradient(_on_sphere(batch), batch.arrays["mask"][0])
    return np.linalg.norm(found.W[0][0, :, 0], axis=0)


def sphere_gradient_by_oracle(batch: Batch) -> FloatArray:
    """The same by autograd, (B,)."""
    there, mask, d = _on_sphere(batch), batch.arrays["mask"][0], batch.shape["d"]
    slopes = (autodiff.oracle_weighted_gradient(there, mask[:, index], index)[:d] for index in range(batch.size))
    return np.array([np.linalg.norm(slope) for slope in slopes])


def least_ratio(run: Trajectory) -> FloatArray:
    """Least ‖∇𝓛(θ_t)‖²/𝓛(θ_t), (B,)."""
    return np.min(run.gradient / np.maximum(run.loss[:-1], TINY), axis=0)
