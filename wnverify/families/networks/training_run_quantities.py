"""The vocabulary of training runs: losses, gradients and row norms along a trajectory θ_0, …, θ_T.

A batch holds the start and the data of `regression`, and how it is trained: `steps` (T, B), `mask` (T, n, B),
`momentum`, `lookahead` and `decay` (B,).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.engine.networks import autodiff
from wnverify.engine.networks.loss import Regression
from wnverify.engine.networks.network import Direction, Network, flatten, unflatten
from wnverify.engine.networks.training import Schedule, Trajectory, train
from wnverify.families.networks.regression_quantities import SHARED, fixed, problem, size
from wnverify.families.networks.weight_norm_quantities import rho as rho_of_one
from wnverify.quantity import Quantity, Route

Read = Callable[[Trajectory], FloatArray]
TINY = 1e-300


def trajectory(batch: Batch) -> Trajectory:
    """The whole runs of a batch."""
    names = ("steps", "mask", "momentum", "lookahead", "decay")
    return batch.memo("run", lambda: train(problem(batch), Schedule(*(batch.arrays[name] for name in names))))


def naive_trajectory(batch: Batch) -> Trajectory:
    """The same runs one by one: plain loops over a parameter vector, every gradient by autograd."""

    def compute() -> Trajectory:
        runs = [_naive_run(batch.one(index)) for index in range(batch.size)]
        return Trajectory(*(np.stack([getattr(run, name) for run in runs], axis=-1) for name in _FIELDS))

    return batch.memo("naive run", compute)


_FIELDS = ("loss", "gradient", "rows", "row_gradient", "output")


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
        theta = theta - step * (decay * theta + (own + mu * speed if ahead else speed))
        kept[-1] += (float(np.linalg.norm(here.net.v)),)
    end = _at(start, theta)
    loss, full_sizes, rows, row_sizes, outputs = (list(part) for part in zip(*kept, strict=True))
    return Trajectory(
        np.array([*loss, autodiff.oracle_loss(end)]),
        np.array(full_sizes),
        np.array([*rows, _squares(start.net, theta)]),
        np.array(row_sizes),
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


def _route(read: Read) -> Route:
    """Read off the run by both routes."""
    return Route(
        lambda batch: np.asarray(read(trajectory(batch))),
        None,
        lambda batch: np.asarray(read(naive_trajectory(batch))),
    )


def _least_norm(run: Trajectory) -> FloatArray:
    """ω(t), (T + 1, B)."""
    return np.sqrt(run.rows.min(axis=1))


def _min_norm_growth(run: Trajectory) -> FloatArray:
    omega = _least_norm(run)
    return np.min(omega[1:] / omega[:-1], axis=0)


def _row_growth(run: Trajectory) -> FloatArray:
    return np.sqrt(np.min(run.rows[1:] / run.rows[:-1], axis=(0, 1)))


def _growth_defect(batch: Batch, run: Trajectory) -> FloatArray:
    """Largest |‖W_i(t+1)‖² − ‖W_i(t)‖² − η_t²‖∂𝓛_t/∂W_i‖²| over ‖W_i(t+1)‖²."""
    predicted = run.rows[:-1] + batch.arrays["steps"][:, None] ** 2 * run.row_gradient
    return np.max(np.abs(run.rows[1:] - predicted) / run.rows[1:], axis=(0, 1))


def _least_ratio(run: Trajectory) -> FloatArray:
    return np.min(run.gradient / np.maximum(run.loss[:-1], TINY), axis=0)


def _array(name: str, batch: Batch) -> FloatArray:
    return batch.arrays[name]


def _settled(name: str, meaning: str, high: float) -> Quantity:
    return Quantity(name, meaning, low=0, high=high, route=Route(partial(_array, name), fixed))


rho = Quantity(
    rho_of_one.name,
    "radius ρ₁ of the output layer over the whole run: the least value with ‖v(t)‖₂ ≤ 1 + ρ₁",
    low=0,
    route=_route(lambda run: np.maximum(run.output.max(axis=0) - 1.0, 0.0)),
)
omega = Quantity(
    "omega",
    "minimum weight norm over the whole run",
    low=0,
    strict=True,
    route=_route(lambda run: _least_norm(run).min(axis=0)),
)
T = Quantity("T", "number of steps", low=1, integer=True, route=Route(partial(size, "T"), fixed))
loss_start = Quantity("loss_start", "𝓛(θ_0)", low=0, strict=True, route=_route(lambda run: run.loss[0]))
loss = Quantity("loss", "𝓛(θ_{T−1}), before the last step", low=0, strict=True, route=_route(lambda r: r.loss[-2]))
loss_next = Quantity("loss_next", "𝓛(θ_T), after the last step", low=0, route=_route(lambda run: run.loss[-1]))
loss_gradient_norm = Quantity(
    "loss_gradient_norm",
    "‖∇𝓛(θ_{T−1})‖₂, before the last step",
    low=0,
    route=_route(lambda run: np.sqrt(run.gradient[-1])),
)
gradient_ratio = Quantity("gradient_ratio", "least ‖∇𝓛(θ_t)‖²/𝓛(θ_t) over the run", low=0, route=_route(_least_ratio))
min_norm_growth = Quantity("min_norm_growth", "least ω(t+1)/ω(t) over the run", low=0, route=_route(_min_norm_growth))
row_growth = Quantity(
    "row_growth", "least ‖W_i(t+1)‖/‖W_i(t)‖ over the run and all rows", low=0, route=_route(_row_growth)
)
growth_defect = Quantity(
    "growth_defect",
    "largest |‖W_i(t+1)‖² − ‖W_i(t)‖² − η_t²‖∂𝓛_t/∂W_i‖²|/‖W_i(t+1)‖² over the run and all rows",
    low=0,
    route=Route(
        lambda batch: _growth_defect(batch, trajectory(batch)),
        None,
        lambda batch: _growth_defect(batch, naive_trajectory(batch)),
    ),
)
step = Quantity(
    "step", "size of the last step, η_{T−1}", low=0, strict=True, route=Route(lambda batch: batch.arrays["steps"][-1])
)
step_spread = Quantity(
    "step_spread",
    "largest η_t/η_0 − 1 in size, over the run",
    low=0,
    route=Route(lambda batch: np.max(np.abs(batch.arrays["steps"] / batch.arrays["steps"][0] - 1.0), axis=0)),
)
batch_share = Quantity(
    "batch_share",
    "least weight of a sample in a step; 1 for full batches",
    low=0,
    route=Route(lambda batch: batch.arrays["mask"].min(axis=(0, 1))),
)
momentum = _settled("momentum", "momentum μ", 1)
lookahead = _settled("lookahead", "1 for Nesterov's form of momentum, 0 for heavy ball", 1)
decay = Quantity("decay", "weight decay λ", low=0, route=Route(partial(_array, "decay"), fixed))

_OWN = (
    omega, T, loss_start, loss, loss_next, loss_gradient_norm, gradient_ratio, min_norm_growth, row_growth,
    growth_defect, step, step_spread, batch_share, momentum, lookahead, decay,
)  # fmt: skip
QUANTITIES: Mapping[str, Quantity] = {**{q.name: q for q in (*SHARED, *_OWN)}, "rho": rho}
