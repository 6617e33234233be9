"""The points of the depth experiment: the largest gradient and Hessian found, at the start and along training too.

Every row has one norm ω, the output layer norm 1 + ρ₁ = 1 and the input norm 1, so that only the shape is left. In
training these scales move, and the bounds with them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import sympy

from wnverify.bounds import banerjee2024, depth_free
from wnverify.engine.activations import ACTIVATIONS
from wnverify.engine.networks.derivatives import gradient
from wnverify.engine.networks.network import Network
from wnverify.experiments.kit.attained import Effort, attain
from wnverify.experiments.kit.curvature import along_training, curvature
from wnverify.experiments.kit.descent import random_network
from wnverify.experiments.kit.pinned import PinnedNetworks
from wnverify.families.networks.setting import L, beta, c0, m
from wnverify.families.networks.weight_norm import hessian_norm, hidden_gradient_norm, omega, rho
from wnverify.family import Situation

INPUTS, RUNS = 2, 8
"""Input dimension, and runs at a point."""
WORST, ALONE, START, TRAINED = "worst found", "random starts alone", "initialisation", "training"


@dataclass(frozen=True)
class Point:
    """What is computed at once.

    Args:
        kind: how networks are found.
        normalised: whether rows are normalised.
        norm: ω, the norm of every row.
        activation: φ.
        depth: L.
        width: m.
        effort: how hard the search tries.
    """

    kind: str
    normalised: bool
    norm: float
    activation: str
    depth: int
    width: int
    effort: Effort = Effort()  # noqa: RUF009 - frozen


@dataclass(frozen=True)
class Row:
    """One point; Hessians in units of 1/√m, gradients of κ = 1/(mω²). What has no value is None.

    Args:
        kind: how the networks were found.
        normalised: whether rows are normalised.
        norm: ω at the start.
        activation: φ.
        depth: L.
        width: m.
        hessian: the largest √m‖∇²f‖ found, the median over runs at initialisation.
        free: the depth-free bound on it.
        explicit: the explicit bound of `banerjee2024`.
        rate: the paper's rate with constant 1.
        gradient: the largest mω²‖∇_W f‖² found.
        tried: how many networks were evaluated.
    """

    kind: str
    normalised: bool
    norm: float
    activation: str
    depth: int
    width: int
    hessian: float | None
    free: float | None
    explicit: float | None
    rate: float | None
    gradient: float | None
    tried: int


def measure(point: Point, seed: int) -> list[Row]:
    """The row of a point.

    Args:
        point: which.
        seed: of all randomness.
    """
    order = (WORST, ALONE, START, TRAINED).index(point.kind), sorted(ACTIVATIONS).index(point.activation)
    own = [seed, *order, point.depth, point.width, round(1000 * point.norm), point.normalised]
    return [MEASURES[point.kind](point, np.random.default_rng(own))]


def _worst(point: Point, rng: np.random.Generator) -> Row:
    situation, family = _situation(point), PinnedNetworks(point.norm, normalised=point.normalised)
    curved = attain(hessian_norm, situation, point.effort, rng, family)
    steep = attain(hidden_gradient_norm, situation, point.effort, rng, family)
    return _row(point, curved[0], (point.norm, 0.0), steep[0], curved[1] + steep[1])


def _alone(point: Point, rng: np.random.Generator) -> Row:
    """The gradient alone, without being shown structured networks."""
    family = PinnedNetworks(point.norm, normalised=point.normalised)
    steep, tried = attain(hidden_gradient_norm, _situation(point), point.effort, rng, family, structured=False)
    return _row(point, None, (point.norm, 0.0), steep, tried)


def _start(point: Point, rng: np.random.Generator) -> Row:
    net = _drawn(point, 8 * RUNS, rng)
    steep = np.sqrt(sum(np.square(W).sum(axis=(0, 1)) for W in gradient(net).W))
    return _row(point, float(np.median(curvature(net))), (point.norm, 0.0), float(np.median(steep)), net.batch)


def _trained(point: Point, rng: np.random.Generator) -> Row:
    """The largest Hessian along the runs, at any sample; bounds at the shortest row and longest v of all of them."""
    found = along_training(_drawn(point, RUNS, rng), rng)
    scales = min(found.shortest, point.norm), max(found.longest - 1.0, 0.0)
    return _row(point, found.hessian, scales, None, found.seen)


MEASURES = {WORST: _worst, ALONE: _alone, START: _start, TRAINED: _trained}


def _row(point: Point, hessian: float | None, scales: tuple[float, float], steep: float | None, tried: int) -> Row:
    """In the units of a row; a plain network has no bound."""
    root = float(np.sqrt(point.width))
    free, explicit, rate = (root * _value(name, point, *scales) if point.normalised else None for name in FORMULAS)
    return Row(
        point.kind,
        point.normalised,
        point.norm,
        point.activation,
        point.depth,
        point.width,
        hessian=None if hessian is None else root * hessian,
        free=free,
        explicit=explicit,
        rate=rate,
        gradient=None if steep is None else point.width * (point.norm * steep) ** 2,
        tried=tried,
    )


def _situation(point: Point) -> Situation:
    shape = {"L": point.depth, "m": point.width, "d": INPUTS}
    return Situation(shape, {"activation": point.activation, "scaling": "fan_out"})


def _drawn(point: Point, count: int, rng: np.random.Generator) -> Network:
    """Networks with Gaussian directions, scaled to the norms of all points."""
    net = random_network(ACTIVATIONS[point.activation], [INPUTS, *[point.width] * point.depth], count, rng)
    W = tuple(point.norm * rows for rows in net.W)
    return replace(net, W=W, normalised=point.normalised)


SYMBOLS = (L, m, rho, omega, c0, beta)
FORMULAS: dict[str, Callable[[], sympy.Expr]] = {
    "free": depth_free.hessian,
    "explicit": banerjee2024.hessian,
    "rate": banerjee2024.hessian_rate,
}


@cache
def _formula(name: str) -> Callable[..., float]:
    """A bound as a function of floats; sympy itself takes seconds to put numbers into nested minima."""
    function: Callable[..., float] = sympy.lambdify(SYMBOLS, FORMULAS[name](), "math")
    return function


def _value(name: str, point: Point, norm: float, radius: float) -> float:
    curved = ACTIVATIONS[point.activation].beta
    return float(_formula(name)(point.depth, point.width, radius, norm, 0.0, curved))


def of(rows: Sequence[Row], kind: str, normalised: bool, norm: float) -> list[Row]:
    """Those of one kind.

    Args:
        rows: all of them.
        kind: how the networks were found.
        normalised: whether rows are normalised.
        norm: ω.
    """
    return [row for row in rows if (row.kind, row.normalised, row.norm) == (kind, normalised, norm)]
