"""Training of one network on given data by the engine, and what is certain of it at every step.

    u_{t+1} = μu_t + g_t,   θ_{t+1} = (1 − η_tλ)θ_t − η_t u_{t+1},   u_0 = 0,

g_t = ∇𝓛_B the gradient of the square loss over a mini-batch B, or over all inputs. With 0 ≤ η_tλ ≤ 1, whatever the
batches:

- ω(t) ≥ Π(1 − η_sλ) ω(0), `min_norm_monotone` and `min_norm_decay` of `banerjee2024`;
- ‖v(t) − v(0)‖ ≤ w_t, w_{t+1} = (1 − η_tλ)w_t + η_tλ‖v(0)‖ + η_t σ_{t+1}, σ_{t+1} = μσ_t + 2a_L√𝓛_B, since
  ‖∂𝓛_B/∂v‖ ≤ 2a_L√𝓛_B, as in the proof of `output_drift`;
- of descent on all inputs with μ = λ = 0: 𝓛(θ_{t+1}) ≤ (1 − η(1 − ηB/2)R)𝓛(θ_t) where ηB < 2, `gd_descent`, B the
  larger β_𝓛 of both ends, as no row gets shorter on the way.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import repeat
from math import exp

import numpy as np
from numpy.typing import NDArray

from wnverify.arrays import FloatArray
from wnverify.bounds.compiled import Certified
from wnverify.engine.layered.losses import Loss
from wnverify.engine.layered.products import gradient, split
from wnverify.errors import UsageError, expected
from wnverify.experiments.kit.certified import rate
from wnverify.questions.audit.understood import Understood
from wnverify.questions.training.explicit import explicit, speaks_of

LOST = 1e8
"""A loss above it will not come back: the run ends."""
ROOM = 1e-10


@dataclass(frozen=True)
class Recipe:
    """How a network is trained.

    Args:
        step: η; 0 for 1/β_𝓛 as certified, anew at every step.
        batch: inputs of a mini-batch, drawn anew each epoch; 0 for all of them.
        momentum: μ of the heavy ball.
        decay: λ.
    """

    step: float
    batch: int = 0
    momentum: float = 0.0
    decay: float = 0.0

    @property
    def is_descent(self) -> bool:
        """Whether it is gradient descent on all inputs."""
        return not (self.batch or self.momentum or self.decay)


@dataclass(frozen=True)
class Assured:
    """What is certain at θ_t, from the start and the losses alone.

    Args:
        floor: of ω.
        way: of ‖v − v(0)‖, at most.
        speed: σ_t.
        loss: of 𝓛, at most; None once a step was too long for that.
        next_loss: what 𝓛 is at most after the step, from 𝓛 before it; None where the step is too long.
        crossed: how many steps so far ended above it.
    """

    floor: float
    way: float = 0.0
    speed: float = 0.0
    loss: float | None = None
    next_loss: float | None = None
    crossed: int = 0


@dataclass(frozen=True, eq=False)
class Stage:
    """One step.

    Args:
        time: t.
        before: the network with all its data, at θ_t.
        after: at θ_{t+1}.
        size: η_t.
        assured: what is certain at θ_t.
    """

    time: int
    before: Understood
    after: Understood
    size: float
    assured: Assured


def trained(start: Understood, recipe: Recipe, steps: int, rng: np.random.Generator) -> Iterator[Stage]:
    """Train, for so many steps or until the loss is 0 or beyond all bounds.

    Args:
        start: a network with its data.
        recipe: how.
        steps: how many.
        rng: of the mini-batches.

    Yields:
        Every step.

    Raises:
        UsageError: if the bounds do not speak of the network, or it has no square loss.
    """
    if not speaks_of(start):
        raise UsageError(expected("a network of the paper's kind", "one of which its bounds do not speak"))
    batches, speed = _batches(len(start.X), recipe.batch, rng), np.zeros(start.net.parameters)
    now, sure = start, Assured(shortest(start), loss=value_of(start) if recipe.is_descent else None)
    for time in range(steps):
        value, slope = value_and_slope(_some(now, next(batches)))
        if not 0 < value < LOST:
            return
        size = recipe.step or 1 / certain(now).smoothness(value)
        speed = slope + recipe.momentum * speed
        after = moved(now, size * speed, 1 - size * recipe.decay)
        if recipe.is_descent:
            sure = _promised(sure, value, fall(size, value, slope, (now, after)))
        yield Stage(time, now, after, size, sure)
        now, sure = after, _further(sure, recipe, (size, value), start)


def value_and_slope(found: Understood) -> tuple[float, FloatArray]:
    """𝓛 and ∇𝓛 of the square loss, in one pass: ∂𝓛/∂F = 2(F − y)/n tells the loss too.

    Args:
        found: a network with its data.
    """
    loss, total = _square(found), 0.0

    def cotangent(F: FloatArray, dF: FloatArray, part: slice) -> tuple[FloatArray, FloatArray]:
        nonlocal total
        first, second = loss.cotangent(F, dF, part)
        total += float(np.sum(first * first))
        return first, second

    slope = gradient(found.net, found.X, cotangent)
    return total * len(found.X) / 4, slope


def value_of(found: Understood) -> float:
    """𝓛.

    Args:
        found: a network with its data.
    """
    return float(np.mean(_square(found).values(found.net.values(found.X))))


def _square(found: Understood) -> Loss:
    if found.loss is None or found.loss.kind != "square":
        raise UsageError(expected("a square loss", found.loss.kind if found.loss else "no targets"))
    return found.loss


def _some(found: Understood, which: NDArray[np.intp] | None) -> Understood:
    """The same network with some of its inputs; all of them for None."""
    if which is None:
        return found
    X = found.X[which]
    return replace(found, X=X, given=X, loss=_square(found).of(which))


def _batches(n: int, size: int, rng: np.random.Generator) -> Iterator[NDArray[np.intp] | None]:
    """Mini-batches without end, every input once an epoch; the last of an epoch may be smaller."""
    if not size:
        yield from repeat(None)
    while True:
        order = rng.permutation(n)
        yield from (order[first : first + size] for first in range(0, n, size))


def moved(found: Understood, delta: FloatArray, keep: float = 1.0) -> Understood:
    """The network at keep·θ − Δ.

    Args:
        found: a network without gains and biases.
        delta: Δ, (p,).
        keep: by what θ is multiplied first.
    """
    pairs = zip(found.net.layers, split(found.net, delta), strict=True)
    layers = tuple(replace(layer, V=keep * layer.V - part["V"]) for layer, part in pairs)
    return replace(found, net=replace(found.net, layers=layers))


# ---- what is certain


def shortest(found: Understood) -> float:
    """ω, the least norm of a row."""
    return min(float(layer.norms.min()) for layer in found.net.hidden)


def length(found: Understood) -> float:
    """‖v‖."""
    return float(np.linalg.norm(found.net.output.V))


def certain(*ends: Understood) -> Certified:
    """G² and H that hold at all these networks: at their least ω and largest ‖v‖.

    Args:
        ends: networks of one shape.
    """
    return explicit(ends[0], min(map(shortest, ends)), max(map(length, ends)))


def fall(size: float, value: float, slope: FloatArray, ends: tuple[Understood, Understood]) -> float | None:
    """−log of the factor by which a step of descent lowers 𝓛 at least; None where ηβ ≥ 2.

    Args:
        size: η.
        value: 𝓛.
        slope: ∇𝓛.
        ends: before and after it.
    """
    return rate(size, certain(*ends).smoothness(value), float(slope @ slope) / value) if value > 0 else None


def _promised(sure: Assured, value: float, falls: float | None) -> Assured:
    """What a step of descent is certain to do, and whether the one before did."""
    crossed = sure.crossed + (sure.next_loss is not None and value > sure.next_loss * (1 + ROOM))
    return replace(sure, next_loss=None if falls is None else value * exp(-falls), crossed=crossed)


def _further(sure: Assured, recipe: Recipe, step: tuple[float, float], start: Understood) -> Assured:
    """What is certain after a step of size η from a loss."""
    size, value = step
    net, lost = start.net, step[0] * recipe.decay
    reach = 1 + len(net.hidden) * net.sizes[1] ** 0.5 * net.phi.c0
    speed = recipe.momentum * sure.speed + 2 * reach * value**0.5
    way = abs(1 - lost) * sure.way + lost * length(start) + size * speed
    floor = max(0.0, 1 - lost) * sure.floor
    loss = None if sure.loss is None or sure.next_loss is None else sure.loss * (sure.next_loss / value)
    return replace(sure, floor=floor, way=way, speed=speed, loss=loss)
