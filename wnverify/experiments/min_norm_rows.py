"""The points of the experiment on the minimum weight norm: along the gauge, and in descent from rows of any norm.

All rows times s leave the function and the loss as they are; R = ‖∇𝓛‖²/𝓛 becomes R_v + R_W/s².
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from wnverify.engine.activations import ACTIVATIONS
from wnverify.engine.networks.loss import Regression, loss, loss_gradient
from wnverify.engine.networks.network import Direction, Network, value
from wnverify.experiments.kit.certified import at_scales, certified, rate
from wnverify.experiments.kit.descent import moved, random_network

SHAPE, SAMPLES, ACTIVATION = (4, 8, 8), 3, "tanh"
"""d, m_1, m_2; n."""
NEAR = 1e-3
"""How far labels near interpolation are from the outputs."""
SOURCE = "depth-free"
GOAL = 0.1
"""ε: the share of the first loss that a run has to come down to."""
GAUGE, DESCENT = "gauge", "descent"
LEAST = 1e-12
"""Of 𝓛: below it is rounding, and a run ends."""
ROOM = 1e-10


@dataclass(frozen=True)
class Point:
    """What is computed at once.

    Args:
        kind: whether the rows are only scaled, or the network is trained too.
        labels: "far" or "near": how far from interpolation the start is.
        omega: the norm of all rows at the start.
        step: η; 0 for 1/β_𝓛 as certified, anew at every step.
        steps: of descent.
    """

    kind: str
    labels: str
    omega: float
    step: float
    steps: int


@dataclass(frozen=True)
class Row:
    """One moment of a run.

    Args:
        kind: as the point.
        labels: as the point.
        start: the norm of all rows at the start.
        step: η of the point; 0 for certified steps.
        time: t.
        loss: 𝓛(θ_t).
        ratio: R = ‖∇𝓛‖²/𝓛.
        ratio_v: the part of v.
        ratio_w: the part of the hidden layers.
        alpha: α of restricted strong convexity, at κ = 1 and ‖δ‖ → 0.
        smoothness: β_𝓛 as certified.
        certified: −log of the factor by which theorems say that 𝓛 falls in this step at least; None if ηβ ≥ 2.
        measured: −log 𝓛(θ_{t+1})/𝓛(θ_t).
        omega: the least norm of a row.
        rho: ρ₁.
        crossed: steps so far that fell by less than certified.
        reached: the first time at which 𝓛 ≤ ε𝓛(θ_0), if that has come.
    """

    kind: str
    labels: str
    start: float
    step: float
    time: int
    loss: float
    ratio: float
    ratio_v: float
    ratio_w: float
    alpha: float
    smoothness: float
    certified: float | None
    measured: float
    omega: float
    rho: float
    crossed: int
    reached: int | None


def problem(labels: str, omega: float, seed: int) -> Regression:
    """One network with rows of one norm, and labels; the same function for every norm.

    Args:
        labels: "far" are ±1, "near" are its outputs but for a little.
        omega: the norm of all rows.
        seed: of the network and the labels.
    """
    rng = np.random.default_rng(seed)
    net = random_network(ACTIVATIONS[ACTIVATION], SHAPE, 1, rng)
    X = rng.standard_normal((SHAPE[0], SAMPLES, 1))
    W, v = tuple(rows[:, :, None] for rows in net.W), net.v[:, None]
    whole = Network(W, v, X / np.linalg.norm(X, axis=0), net.activation)
    noise = rng.choice([-1.0, 1.0], size=(SAMPLES, 1))
    y = noise if labels == "far" else value(whole) + NEAR * noise
    return Regression(replace(whole, W=tuple(omega * rows for rows in whole.W)), y)


def measure(point: Point, seed: int) -> list[Row]:
    """The rows of a point: at times 0, 1, 2, 4, … and the last.

    Args:
        point: which.
        seed: of the network and the labels.
    """
    rows = list(_run(point, problem(point.labels, point.omega, seed)))
    return [row for row in rows if row is rows[-1] or row.time & (row.time - 1) == 0]


def _run(point: Point, reg: Regression) -> Iterator[Row]:
    """Every step, as long as the loss is above rounding."""
    first, crossed, reached = float(loss(reg)[0]), 0, None
    for time in range(point.steps):
        slope, now, holds = loss_gradient(reg), float(loss(reg)[0]), certified(reg.net, SOURCE)
        parts = _parts(slope, now)
        smooth = holds.smoothness(now)
        size = point.step or 1 / smooth
        reg = replace(reg, net=moved(reg.net, slope, size))
        after = max(float(loss(reg)[0]), 1e-300)
        longest = max(holds.rho, certified(reg.net, SOURCE).rho)
        holding = at_scales(reg.net, SOURCE, holds.omega, longest).smoothness(now)  # no row gets shorter on the way
        sure, found = rate(size, holding, sum(parts)), float(np.log(now / after))
        crossed += sure is not None and found < sure - ROOM
        reached = time + 1 if reached is None and after <= GOAL * first else reached
        place = point.kind, point.labels, point.omega, point.step, time
        yield Row(*place, now, sum(parts), *parts, holds.convexity(sum(parts), now), smooth, sure, found,
                  holds.omega, holds.rho, crossed, reached)  # fmt: skip
        if after <= LEAST:
            return


def _parts(slope: Direction, now: float) -> tuple[float, float]:
    """R_v and R_W."""
    hidden = sum(float(np.square(rows).sum()) for rows in slope.W)
    return float(np.square(slope.v).sum()) / now, hidden / now
