"""A few steps of gradient descent on the parameters of homogeneous networks, by both routes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias

import numpy as np
from autograd import grad

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.engine.homogeneous import state as engine
from wnverify.engine.homogeneous.state import Layers
from wnverify.families.homogeneous.state_fields import (
    chosen,
    degrees,
    gradient,
    instance,
    parameters,
    parametrised,
)
from wnverify.families.kit.parts import Views

STEPS = 6
"""Steps of a run."""
LEAST = 1e-30
"""Gradients below this count as this, so that no step is infinite."""
Parts: TypeAlias = list[Any]


@dataclass(frozen=True)
class Run:
    """A run of gradient descent.

    Args:
        logs: log-norms at the start, (k, B) a layer.
        degrees: d_l.
        scalar: α or γ after the run, (k, B) a layer.
        first: α or γ of the chosen node after one step (B,).
        v_square: ‖v‖² of the chosen node after the run (B,).
        growth: Σ η_t² ‖∇_v‖² of the chosen node (B,).
        linear: Σ η_t ‖∇_v‖² of the chosen node (B,).
        step: η_0 (B,).
    """

    logs: Layers
    degrees: tuple[int, ...]
    scalar: Layers
    first: FloatArray
    v_square: FloatArray
    growth: FloatArray
    linear: FloatArray
    step: FloatArray


Slope: TypeAlias = Callable[[Parts, Parts], tuple[Parts, Parts]]
End: TypeAlias = tuple[Parts, FloatArray, FloatArray, FloatArray, FloatArray, FloatArray]
"""The fields of a `Run` from `scalar` on."""


def _descend(slope: Slope, scalar: Parts, v: Parts, eta: FloatArray, node: tuple[int, int]) -> End:
    """STEPS steps of sizes `eta (1 + cos(t)/2)/max|∇|`, so that no parameter moves far at once."""
    layer, index = node
    growth, linear, first, step = np.zeros(eta.shape), np.zeros(eta.shape), eta, eta
    for t in range(STEPS):
        by_scalar, by_v = slope(scalar, v)
        tops = [np.abs(part).max(axis=tuple(range(part.ndim - eta.ndim))) for part in by_scalar + by_v]
        largest = np.max(tops, axis=0)
        size = eta * (1 + 0.5 * np.cos(t)) / np.maximum(largest, LEAST)
        square = np.sum(by_v[layer][index] ** 2, axis=0)
        growth, linear = growth + (size * np.sqrt(square)) ** 2, linear + size * square
        scalar = [a - size * b for a, b in zip(scalar, by_scalar, strict=True)]
        v = [a - size * b for a, b in zip(v, by_v, strict=True)]
        if t == 0:
            first, step = scalar[layer][index], size
    return scalar, first, np.sum(v[layer][index] ** 2, axis=0), growth, linear, step


def _scalars(kind: str, logs: Parts) -> Parts:
    """α = log‖w‖ under "ewn", γ = ‖w‖ under "swn"."""
    return logs if kind == "ewn" else [np.exp(s) for s in logs]


def run(kind: str, batch: Batch) -> Run:
    """The run of a batch in closed form; `kind` is "ewn" or "swn"."""

    def slope(scalar: Layers, v: Layers) -> tuple[Layers, Layers]:
        w = _weights(kind, scalar, v)
        G, _ = gradient(batch, w)
        move = engine.motion(kind, w, v, G)
        # motion differentiates along b = w/‖w‖; where γ < 0 that is −v/‖v‖, and ∂/∂γ changes its sign.
        turned = [np.sign(s) if kind == "swn" else np.ones(s.shape) for s in scalar]
        by_scalar = [-part[:, 0] * sign for part, sign in zip(move.scalar, turned, strict=True)]
        return by_scalar, [-part * sign[:, None] for part, sign in zip(move.direction, turned, strict=True)]

    logs, v = parameters(batch)
    end = _descend(slope, _scalars(kind, logs), v, batch.arrays["eta"], chosen(batch))
    return Run(logs, degrees(batch), *end)


def _weights(kind: str, scalar: Layers, v: Layers) -> Layers:
    sizes = [np.exp(s) if kind == "ewn" else s for s in scalar]
    pairs = zip(sizes, v, engine.norms(v), strict=True)
    return [size[:, None] * layer / length for size, layer, length in pairs]


def run_by_autograd(kind: str, batch: Batch) -> Run:
    """The same run, instance by instance, with gradients by autograd."""
    scalars, *numbers = zip(*(_one(kind, batch, index) for index in range(batch.size)), strict=True)
    layers = [np.stack(parts, axis=-1) for parts in zip(*scalars, strict=True)]
    return Run(parameters(batch)[0], degrees(batch), layers, *(np.array(column) for column in numbers))


def _one(kind: str, batch: Batch, index: int) -> End:
    loss, logs, v = instance(batch, index)
    by = grad(lambda s, d: loss(parametrised(kind, s, d)), (0, 1))

    def slope(s: Parts, d: Parts) -> tuple[Parts, Parts]:
        by_s, by_d = by(s, d)
        return list(by_s), list(by_d)

    return _descend(slope, _scalars(kind, logs), v, np.asarray(batch.arrays["eta"][index]), chosen(batch))


EWN, SWN = (Views(partial(run, kind), partial(run_by_autograd, kind)) for kind in ("ewn", "swn"))
