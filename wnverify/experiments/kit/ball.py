"""Descent of one network whose output layer stays in its ball, ‖v‖ ≤ 1 + ρ₁: a class fixed before the data are seen.

A step is (W, v) ↦ (W − η ∂_W𝓛, P(v − η ∂_v𝓛)) with P the projection; it is taken where 𝓛 falls by a share of
‖θ⁺ − θ‖²/η, and that is asked of every step.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.engine.networks.derivatives import pullback
from wnverify.engine.networks.network import Network, Tape, forward, value
from wnverify.experiments.kit.descent import moved

ENOUGH, SHORTEST = 0.25, 2.0**-40
"""What share of ‖θ⁺ − θ‖²/η the loss has to fall by, and the last η that is tried, a share of the width."""
LOOK, STALLED = 10, 1e-3
"""Descent without a goal ends where so many steps have lowered the loss by no more than such a share of it."""


@dataclass(frozen=True)
class Until:
    """Where descent is to end.

    Args:
        radius: 1 + ρ₁, of the ball that v is kept in.
        goal: a training loss that is low enough; 0 for none.
        steps: the most steps.
    """

    radius: float
    goal: float
    steps: int


@dataclass(frozen=True)
class Fit:
    """Where descent ended.

    Args:
        net: the network.
        loss: its training loss.
        steps: how many it took.
        done: whether it reached its goal; without one, whether it ended because the loss fell no more.
    """

    net: Network
    loss: float
    steps: int
    done: bool


@dataclass(frozen=True)
class _Place:
    net: Network
    tape: Tape
    error: FloatArray

    @property
    def loss(self) -> float:
        return float(np.mean(np.square(self.error)))


def fitted(net: Network, targets: FloatArray, until: Until) -> Fit:
    """Descend the square loss, to a goal or until it falls no more.

    Args:
        net: one network with n samples, x (d, n, 1); its v is brought into the ball first.
        targets: (n, 1).
        until: where to end.
    """
    place, size = _at(_within(net, until.radius), targets), float(max(net.widths))
    losses = [place.loss]
    while place.loss > until.goal and len(losses) <= until.steps:
        found = _step(place, targets, until.radius, 2.0 * size)
        if found is None or (not until.goal and _stalled(losses)):
            return Fit(place.net, place.loss, len(losses) - 1, not until.goal)
        place, size = found
        losses.append(place.loss)
    return Fit(place.net, place.loss, len(losses) - 1, place.loss <= until.goal)


def _stalled(losses: Sequence[float]) -> bool:
    return len(losses) > LOOK and losses[-1] >= (1 - STALLED) * losses[-1 - LOOK]


def _at(net: Network, targets: FloatArray) -> _Place:
    tape = forward(net, 1)
    return _Place(net, tape, value(net, tape) - targets)


def _step(place: _Place, targets: FloatArray, radius: float, size: float) -> tuple[_Place, float] | None:
    """The next place and the step that led there; None where no step lowers the loss enough."""
    slope = pullback(place.net, place.tape, (2.0 / targets.size) * place.error)
    while size > SHORTEST:
        ahead = _at(_within(moved(place.net, slope, size), radius), targets)
        if ahead.loss <= place.loss - ENOUGH * _apart(ahead.net, place.net) / size:
            return ahead, size
        size /= 2
    return None


def _within(net: Network, radius: float) -> Network:
    return replace(net, v=net.v * min(1.0, radius / float(np.linalg.norm(net.v))))


def _apart(one: Network, two: Network) -> float:
    """‖θ − θ′‖²."""
    pairs = zip((*one.W, one.v), (*two.W, two.v), strict=True)
    return sum(float(np.square(a - b).sum()) for a, b in pairs)
