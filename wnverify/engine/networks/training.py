"""Training runs of many networks at once: gradient descent with mini-batches, momentum and weight decay.

    u_{t+1} = μ u_t + g_t,   s_t = u_{t+1}, or g_t + μ u_{t+1} with Nesterov's look-ahead,
    θ_{t+1} = (1 − η_t λ) θ_t − η_t s_t,   u_0 = 0,   g_t = (2/n) Σ_i w_{ti} e_i ∇f(θ_t; x_i),

with w the weights of the mini-batch; λ acts on the hidden layers and on the output layer alike. Gradients are those
of `elementary`: what a run says of the growth of its rows does not rest on a projection.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.engine.networks.elementary import pullback
from wnverify.engine.networks.loss import Regression, residual
from wnverify.engine.networks.network import Direction, Network, flatten, forward

MINUS = np.float64(-1.0)


@dataclass(frozen=True)
class Schedule:
    """How B runs of T steps are trained.

    Attributes:
        steps: η_t, (T, B).
        mask: w_{ti}, the weight of sample i at step t, (T, n, B); all ones for full batches.
        momentum: μ, (B,).
        lookahead: 1 for Nesterov's form, 0 for heavy ball, (B,).
        decay: λ, (B,).
    """

    steps: FloatArray
    mask: FloatArray
    momentum: FloatArray
    lookahead: FloatArray
    decay: FloatArray


@dataclass(frozen=True)
class Trajectory:
    """What a run left behind, over the times t = 0, …, T (T gradients).

    Attributes:
        loss: full-batch 𝓛(θ_t), (T + 1, B).
        gradient: ‖∇𝓛(θ_t)‖² of the full batch, (T, B).
        rows: ‖W_i(t)‖² of all rows of all layers, (T + 1, rows, B).
        row_gradient: ‖∂𝓛_t/∂W_i‖² of the mini-batch, (T, rows, B).
        row_step: ‖W_i(t+1) − W_i(t)‖², (T, rows, B).
        output: ‖v(t)‖₂, (T + 1, B).
        gain: ‖W_i(T)‖² − ‖W_i(0)‖² of all rows, (rows, B), from the sum of the steps: the difference cancels.
        drift: ‖v(T) − v(0)‖₂, (B,).
    """

    loss: FloatArray
    gradient: FloatArray
    rows: FloatArray
    row_gradient: FloatArray
    row_step: FloatArray
    output: FloatArray
    gain: FloatArray
    drift: FloatArray


def train(reg: Regression, schedule: Schedule) -> Trajectory:
    """Run all B trainings at once, T steps each.

    Raises:
        DomainError: a row has become zero, or a number infinite.
    """
    kept: list[tuple[FloatArray, ...]] = []
    speed: Direction | None = None
    start, way = reg.net, _nowhere(reg.net)
    heavy, shrinks = bool(schedule.momentum.any()), bool(schedule.decay.any())
    for step, mask in zip(schedule.steps, schedule.mask, strict=True):
        loss, full, own = _gradients(reg, mask)
        speed = _sum(own, speed, schedule.momentum) if heavy and speed is not None else own
        move = _mixed(speed, _sum(own, speed, schedule.momentum), schedule.lookahead) if heavy else own
        push = _along(move, step)
        change = _sum(push, reg.net, step * schedule.decay) if shrinks else push
        kept.append(
            (loss, _square(full), _rows(reg.net.W), _rows(own.W), _rows(change.W), _output(reg)),
        )
        way = _sum(way, change, MINUS)
        reg = _moved(reg, push, 1.0 - step * schedule.decay if shrinks else None)
    loss = np.mean(np.square(residual(reg, forward(reg.net, 0))), axis=0)
    losses, full_sizes, rows, row_sizes, row_steps, outputs = (list(part) for part in zip(*kept, strict=True))
    return Trajectory(
        np.stack([*losses, loss]),
        np.stack(full_sizes),
        np.stack([*rows, _rows(reg.net.W)]),
        np.stack(row_sizes),
        np.stack(row_steps),
        np.stack([*outputs, _output(reg)]),
        _gain(start.W, way.W),
        np.sqrt(np.square(way.v[:, 0]).sum(axis=0)),
    )


def weighted_gradient(reg: Regression, mask: FloatArray) -> Direction:
    """Return (2/n) Σ w_i e_i ∇f(θ; x_i) in (W, v, X), w (n, B)."""
    tape = forward(reg.net, 1)
    return pullback(reg.net, tape, (2.0 / reg.y.shape[0]) * mask * residual(reg, tape))


def _gradients(reg: Regression, mask: FloatArray) -> tuple[FloatArray, Direction, Direction]:
    """The loss, its full gradient and that of the mini-batch; one pass where they are the same."""
    tape = forward(reg.net, 1)
    e = residual(reg, tape)
    full = pullback(reg.net, tape, (2.0 / reg.y.shape[0]) * e)
    own = full if np.all(mask == 1.0) else pullback(reg.net, tape, (2.0 / reg.y.shape[0]) * mask * e)
    loss: FloatArray = np.mean(np.square(e), axis=0)
    return loss, full, own


def _rows(layers: tuple[FloatArray, ...]) -> FloatArray:
    """Squared norms of all rows, (rows, B)."""
    return np.concatenate([np.square(W[:, :, 0]).sum(axis=1) for W in layers])


def _output(reg: Regression) -> FloatArray:
    norm: FloatArray = np.sqrt(np.square(reg.net.v[:, 0]).sum(axis=0))
    return norm


def _gain(start: tuple[FloatArray, ...], way: tuple[FloatArray, ...]) -> FloatArray:
    """‖W + D‖² − ‖W‖² = ⟨2W + D, D⟩ of all rows, (rows, B)."""
    return np.concatenate([((2 * W + D) * D)[:, :, 0].sum(axis=1) for W, D in zip(start, way, strict=True)])


def _nowhere(net: Network) -> Direction:
    return Direction(tuple(np.zeros_like(rows) for rows in net.W), np.zeros_like(net.v), np.zeros_like(net.x))


def _along(move: Direction, step: FloatArray) -> Direction:
    """η_t s_t, in the weights."""
    return Direction(tuple(step * part for part in move.W), step * move.v, move.x)


def _sum(first: Direction, second: Direction | Network, weight: FloatArray | np.float64) -> Direction:
    """First + weight · second, in the weights; the part in the data is not used."""
    W = tuple(one + weight * two for one, two in zip(first.W, second.W, strict=True))
    return Direction(W, first.v + weight * second.v, first.x)


def _mixed(heavy: Direction, ahead: Direction, lookahead: FloatArray) -> Direction:
    W = tuple(np.where(lookahead > 0, two, one) for one, two in zip(heavy.W, ahead.W, strict=True))
    return Direction(W, np.where(lookahead > 0, ahead.v, heavy.v), heavy.x)


def _moved(reg: Regression, push: Direction, shrink: FloatArray | None) -> Regression:
    """(1 − η_t λ) θ_t − η_t s_t; without decay there is nothing to shrink."""
    net = reg.net
    W = tuple((rows if shrink is None else shrink * rows) - part for rows, part in zip(net.W, push.W, strict=True))
    v = (net.v if shrink is None else shrink * net.v) - push.v
    return Regression(Network(W, v, net.x, net.activation, net.scaling, net.normalised), reg.y)


def _square(full: Direction) -> FloatArray:
    """‖∇𝓛‖², (B,)."""
    return np.square(flatten(full)).sum(axis=0)
