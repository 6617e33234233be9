"""What the experiments on generalization measure: the gap between test and training loss, on pictures.

A network of L layers of width m with ‖v‖ ≤ 1 + ρ₁ is trained on n pictures; the others are the test. The target is
+1 for an even label and −1 for an odd one. The loss (f − y)² is 2(2 + ρ₁)-Lipschitz in f and at most (2 + ρ₁)², since
|f| ≤ 1 + ρ₁ for φ = tanh and ‖x‖ ≤ 1.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import sympy
from threadpoolctl import threadpool_limits

from wnverify.arrays import FloatArray
from wnverify.bounds import banerjee2024, depth_free
from wnverify.engine.activations import ACTIVATIONS
from wnverify.engine.networks.network import Network, value
from wnverify.engine.networks.sampled_mean import lower_mean
from wnverify.errors import RecordError, expected
from wnverify.experiments.images.load import pictures_of
from wnverify.experiments.images.pictures import Pictures, some_of
from wnverify.experiments.kit.alike import Alike
from wnverify.experiments.kit.ball import Until, fitted
from wnverify.experiments.kit.descent import random_network
from wnverify.experiments.kit.linear import best_linear, square_loss
from wnverify.families.networks.setting import L, c0
from wnverify.families.networks.weight_norm import rho

DEPTH, ACTIVATION, DELTA = 2, "tanh", 0.05
"""L, φ and δ."""
SIGNS, FAILURE = 1024, 1e-6
"""Sign vectors of a Rademacher complexity, and the chance with which its lower limit is too large."""
STARTS, AWAY, CLIMB, SHORT = 4, 0.1, 40, 6
"""Ascents to the largest gap, how far apart they start, their steps, and those to a Rademacher complexity."""


@dataclass(frozen=True)
class Point:
    """What is computed at once.

    Args:
        data: name or path of the pictures.
        digest: of all of them.
        pictures: how many there may be.
        radius: 1 + ρ₁, of the ball in which v is kept.
        goal: the training loss at which descent ends; 0 to go on until it falls no more.
        width: m.
        samples: n.
        draw: which of several random samples and starts.
        steps: the most steps of descent.
    """

    data: str
    digest: str
    pictures: int
    radius: float
    goal: float
    width: int
    samples: int
    draw: int
    steps: int


@dataclass(frozen=True)
class Row:
    """One network, trained on one sample.

    Args:
        source: the pictures, in words.
        radius: as the point.
        goal: as the point.
        width: m.
        samples: n.
        rest: how many pictures the test has.
        draw: as the point.
        steps: those that descent took.
        done: whether it ended at its goal, or because the loss fell no more, and not for want of steps.
        output: ‖v‖ at the end.
        training: training loss.
        test: test loss.
        gap: their difference.
        linear: the gap of the best linear predictor ⟨w, x⟩, ‖w‖ ≤ 1 + ρ₁, on the same sample.
        bent: share of the variance of the outputs that no linear function of the pictures gives.
        worst: the largest gap of a network of this width that is found.
        widest: the largest gap of a linear predictor ⟨w, x⟩, ‖w‖ ≤ 1 + ρ₁.
        rademacher: a lower value of the empirical Rademacher complexity, from sampled signs.
        odd: the bound on the gap for odd activations, with neither width nor depth.
        explicit: the bound on the gap of the main paper, without width.
    """

    source: str
    radius: float
    goal: float
    width: int
    samples: int
    rest: int
    draw: int
    steps: int
    done: bool
    output: float
    training: float
    test: float
    gap: float
    linear: float
    bent: float
    worst: float
    widest: float
    rademacher: float
    odd: float
    explicit: float


@dataclass(frozen=True)
class Split:
    """Pictures, the first n to train on, the others for the test.

    Args:
        inputs: x_i, (d, N).
        targets: y_i, (N,).
        samples: n.
    """

    inputs: FloatArray
    targets: FloatArray
    samples: int

    @property
    def rest(self) -> int:
        """How many pictures the test has."""
        return self.targets.size - self.samples

    @property
    def training(self) -> FloatArray:
        """c_i of the training loss, (N,)."""
        return (np.arange(self.targets.size) < self.samples) / self.samples

    @property
    def excess(self) -> FloatArray:
        """c_i of the gap, (N,)."""
        return np.where(self.training > 0, -1.0 / self.samples, 1.0 / self.rest)

    def gap(self, outputs: FloatArray) -> float:
        """Test minus training loss of outputs (N,)."""
        return square_loss(outputs, self.targets, self.excess)


def split(found: Pictures, samples: int, rng: np.random.Generator) -> Split:
    """A sample without replacement.

    Args:
        found: all pictures.
        samples: n.
        rng: of the draw.

    Raises:
        RecordError: if no picture is left for the test.
    """
    if samples >= len(found.X):
        raise RecordError(expected(f"more than {samples} pictures, some for the test", f"{len(found.X)}"))
    order = rng.permutation(len(found.X))
    return Split(found.X[order].T, np.where(found.labels[order] % 2 == 0, 1.0, -1.0), samples)


def measure(point: Point, seed: int) -> list[Row]:
    """The row of a point; the sample of a draw is the same for every width, and in larger ones.

    Args:
        point: which.
        seed: of samples, starts and signs.
    """
    found = some_of(pictures_of(point.data, point.digest), point.pictures, 0)
    parts = split(found, point.samples, np.random.default_rng([seed, point.draw]))
    start, signs = (np.random.default_rng([seed, point.draw, part]) for part in (1, 2))
    place = point.radius, point.goal, point.width, point.samples, parts.rest, point.draw
    sure = (by_complexity(of(point.samples, point.radius), point.samples, point.radius) for of in (odd, explicit))
    with threadpool_limits(1):  # sums do not depend on the number of cores
        measured = *_trained(parts, point, start), *_worst(parts, point, start), complexity(parts, point, signs)
    return [Row(found.source, *place, *measured, *sure)]


# ---- networks


def _trained(parts: Split, point: Point, rng: np.random.Generator) -> tuple[int, bool, *tuple[float, ...]]:
    """Steps, whether done, ‖v‖, training loss, test loss, gap, the linear gap, and what is not linear."""
    n, targets = parts.samples, parts.targets[:, None]
    widths = [len(parts.inputs), *[point.width] * DEPTH]
    drawn = random_network(ACTIVATIONS[ACTIVATION], widths, 1, rng)
    W, v = tuple(rows[:, :, None] for rows in drawn.W), drawn.v[:, None]
    whole = Network(W, v, parts.inputs[:, :, None], drawn.activation)
    until = Until(point.radius, point.goal, point.steps)
    fit = fitted(replace(whole, x=whole.x[:, :n]), targets[:n], until)
    outputs = value(replace(fit.net, x=whole.x))[:, 0]
    w = best_linear(parts.inputs, parts.targets, parts.training, point.radius)
    gap, ends = parts.gap(outputs), float(np.linalg.norm(fit.net.v))
    plain = parts.gap(w @ parts.inputs)
    return fit.steps, fit.done, ends, fit.loss, fit.loss + gap, gap, plain, bent(parts.inputs, outputs)


def bent(inputs: FloatArray, outputs: FloatArray) -> float:
    """The share of the variance of outputs that no linear function of the inputs gives.

    Args:
        inputs: (d, N).
        outputs: (N,).

    >>> abs(bent(np.array([[1.0, 2.0, 3.0]]), np.array([2.0, 4.0, 6.0]))) < 1e-12
    True
    """
    near = np.linalg.lstsq(inputs.T, outputs, rcond=None)[0] @ inputs
    return float(np.square(outputs - near).sum() / max(np.square(outputs - outputs.mean()).sum(), 1e-300))


def _worst(parts: Split, point: Point, rng: np.random.Generator) -> tuple[float, float]:
    """The largest gap that is found, and the largest of linear predictors."""
    w = best_linear(parts.inputs, parts.targets, -parts.excess, point.radius)
    c, y = parts.excess[:, None], parts.targets[:, None]

    def gap(unit: FloatArray) -> tuple[FloatArray, FloatArray]:
        length = _best_length(parts.excess @ unit**2, (c * y)[:, 0] @ unit, point.radius)
        error = length * unit - y
        return parts.excess @ error**2, 2 * length * c * error

    away = np.append(0.0, np.full(STARTS - 1, AWAY)) * rng.standard_normal((w.size, STARTS))
    found, _ = _alike(parts.inputs, point).climbed(
        w[:, None] / max(float(np.linalg.norm(w)), 1e-300) + away, gap, CLIMB
    )
    return float(found.max()), parts.gap(w @ parts.inputs)


def _alike(inputs: FloatArray, point: Point) -> Alike:
    return Alike(inputs, ACTIVATIONS[ACTIVATION], DEPTH, point.width)


def _best_length(square: FloatArray, cross: FloatArray, radius: float) -> FloatArray:
    """The s with |s| ≤ 1 + ρ₁ at which a s² − 2bs is largest."""
    edge = np.where(cross > 0, -radius, radius)
    return np.where(square * radius < -np.abs(cross), cross / np.minimum(square, -1e-300), edge)


def complexity(parts: Split, point: Point, rng: np.random.Generator) -> float:
    """A lower value of the empirical Rademacher complexity of the class on the training pictures.

    Args:
        parts: the pictures.
        point: the class.
        rng: of the signs.
    """
    inputs = parts.inputs[:, : parts.samples]
    signs = rng.choice([-1.0, 1.0], (parts.samples, SIGNS))

    def correlation(unit: FloatArray) -> tuple[FloatArray, FloatArray]:
        mean = (signs * unit).mean(axis=0)
        return point.radius * np.abs(mean), point.radius / parts.samples * np.sign(mean) * signs

    found, _ = _alike(inputs, point).climbed(inputs @ signs, correlation, SHORT)
    return float(lower_mean(found[:, None], FAILURE)[0][0])


# ---- bounds


def lipschitz(radius: float) -> float:
    """κ of the loss: 2(2 + ρ₁).

    Args:
        radius: 1 + ρ₁.
    """
    return 2 * (radius + 1)


def span(radius: float) -> float:
    """M, the largest value of the loss: (2 + ρ₁)².

    Args:
        radius: 1 + ρ₁.
    """
    return (radius + 1) ** 2


def by_complexity(rademacher: float, samples: int, radius: float) -> float:
    """2κR + 3M√(log(2/δ)/(2n)), which bounds the gap of every network of the class with probability 1 − δ.

    Args:
        rademacher: R.
        samples: n.
        radius: 1 + ρ₁.
    """
    by_chance = banerjee2024.chance(*map(sympy.Float, (span(radius), DELTA, samples)))
    return 2 * lipschitz(radius) * rademacher + float(by_chance)


@cache
def odd(samples: int, radius: float) -> float:
    """(1+ρ₁)/√n, with neither width nor depth: for odd activations.

    Args:
        samples: n.
        radius: 1 + ρ₁.
    """
    return float(depth_free.odd_complexity(sympy.Integer(samples)).subs(_place(radius)))


@cache
def explicit(samples: int, radius: float) -> float:
    """The paper's bound on the Rademacher complexity; with φ(0) = 0 it does not depend on the width.

    Args:
        samples: n.
        radius: 1 + ρ₁.

    >>> round(explicit(10_000, 4.0), 4)
    0.1066
    """
    return float(banerjee2024.complexity(sympy.Integer(samples)).subs(_place(radius)))


def _place(radius: float) -> dict[sympy.Symbol, float]:
    return {L: DEPTH, rho: radius - 1, c0: ACTIVATIONS[ACTIVATION].c0}
