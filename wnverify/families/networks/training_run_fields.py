"""What is measured on training runs: the trajectory θ_0, …, θ_T of all at once, and of each by a naive loop."""

from __future__ import annotations

from typing import Any

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.engine.networks import autodiff
from wnverify.engine.networks.loss import Regression
from wnverify.engine.networks.network import Direction, Network, flatten, unflatten
from wnverify.engine.networks.training import Schedule, Trajectory, train
from wnverify.families.kit.parts import Views
from wnverify.families.networks.regression_fields import problem

TINY = 1e-300


def trajectory(batch: Batch) -> Trajectory:
    """The whole runs of a batch."""
    names = ("steps", "mask", "momentum", "lookahead", "decay")
    return train(problem(batch), Schedule(*(batch.arrays[name] for name in names)))


def naive_trajectory(batch: Batch) -> Trajectory:
    """The same runs one by one: plain loops over a parameter vector, every gradient by autograd."""
    runs = [_naive_run(batch.one(index)) for index in range(batch.size)]
    names = ("loss", "gradient", "rows", "row_gradient", "row_step", "output")
    return Trajectory(*(np.stack([getattr(run, name) for run in runs], axis=-1) for name in names))


RUNS = Views(trajectory, naive_trajectory)


def _naive_run(one: Batch) -> Trajectory:
    start = problem(one)
    steps, mask = one.arrays["steps"][:, 0], one.arrays["mask"][:, :, 0]
    mu, ahead, decay = (float(one.arrays[name][0]) for name in ("momentum", "lookahead", "decay"))
    theta = flatten(Direction(start.net.W, start.net.v, start.net.x))[:, 0]
    speed = np.zeros_like(theta)
    kept: list[tuple[Any, ...]] = []
    for step, weight in zip(steps, mask, strict=True):
        here = _at(start, theta)
        own = autodiff.oracle_weighted_gradient(here, weight)
        full = autodiff.oracle_loss_gradient(here)
        kept.append((autodiff.oracle_loss(here), full @ full, _squares(start.net, theta), _squares(start.net, own)))
        speed = mu * speed + own
        change = step * (decay * theta + (own + mu * speed if ahead else speed))
        theta = theta - change
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
    )


def _at(start: Regression, theta: FloatArray) -> Regression:
    """The problem of one instance at another parameter vector."""
    net, place = start.net, unflatten(start.net, theta[:, None])
    return Regression(Network(place.W, place.v, net.x, net.activation, net.scaling), start.y)


def _squares(net: Network, theta: FloatArray) -> FloatArray:
    """Squared norm of every row of every layer, by slicing the vector."""
    found, start = [], 0
    for rows in net.W:
        for _ in range(rows.shape[0]):
            row = theta[start : start + rows.shape[1]]
            found.append(row @ row)
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


def outward_growth(run: Trajectory) -> FloatArray:
    """Least ‖W_i(t+1)‖² over ‖W_i(t)‖² + ‖W_i(t+1) − W_i(t)‖² of all rows, (B,)."""
    return np.min(run.rows[1:] / (run.rows[:-1] + run.row_step), axis=(0, 1))


def growth_defect(batch: Batch) -> FloatArray:
    """Largest |‖W_i(t+1)‖² − ‖W_i(t)‖² − η_t²‖∂𝓛_t/∂W_i‖²| over ‖W_i(t+1)‖², (B,)."""
    return _defect(batch, RUNS.closed(batch))


def growth_defect_of_naive(batch: Batch) -> FloatArray:
    """The same on the naive runs."""
    return _defect(batch, RUNS.oracle(batch))


def _defect(batch: Batch, run: Trajectory) -> FloatArray:
    predicted = run.rows[:-1] + batch.arrays["steps"][:, None] ** 2 * run.row_gradient
    return np.max(np.abs(run.rows[1:] - predicted) / run.rows[1:], axis=(0, 1))


def least_ratio(run: Trajectory) -> FloatArray:
    """Least ‖∇𝓛(θ_t)‖²/𝓛(θ_t), (B,)."""
    return np.min(run.gradient / np.maximum(run.loss[:-1], TINY), axis=0)
