"""The points of the experiment on activations: the Hessian against depth, for smooth activations and others.

Where an activation has a kink there is no Hessian; networks are shaken a little so that none sits on one, and what is
measured is the Hessian there, one piece of the generalized Hessian.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.engine.activations import ACTIVATIONS, Activation
from wnverify.engine.networks.network import Network
from wnverify.experiments.kit.certified import at_scales
from wnverify.experiments.kit.curvature import along_training, climbed, curvature, joint, strongest
from wnverify.experiments.kit.descent import random_network
from wnverify.experiments.kit.pinned import PinnedNetworks
from wnverify.family import Situation

INPUTS, WIDTH, RUNS, SHAKEN, LEAK = 2, 4, 8, 1e-3, 0.1
"""Input dimension, width, runs of a point; how far starts are shaken; the slope of the leaky ReLU below 0."""
WORST, START, TRAINED = "worst found", "initialisation", "training"


def _leaky(z: FloatArray, order: int) -> tuple[FloatArray, ...]:
    slope: FloatArray = np.where(z > 0, 1.0, LEAK)
    zero = np.zeros_like(z)
    return (slope * z, slope, zero, zero)[: order + 1]


def _squared(z: FloatArray, order: int) -> tuple[FloatArray, ...]:
    high: FloatArray = np.maximum(z, 0.0)
    bent: FloatArray = np.where(z > 0, 2.0, 0.0)
    return (high * high, 2.0 * high, bent, np.zeros_like(z))[: order + 1]


PHI: Mapping[str, Activation] = MappingProxyType({
    **{name: ACTIVATIONS[name] for name in ("tanh", "sin", "softplus", "gelu", "sigmoid4")},
    "relu": replace(ACTIVATIONS["relu"], constants=lambda _: (1, 0, 0)),
    "leaky relu": Activation("leaky relu", _leaky, lambda _: (1, 0, 0)),
    "squared relu": Activation("squared relu", _squared, lambda _: (1, 2, 0)),
})  # fmt: skip
"""By name. Those with kinks have the constants of their smooth pieces, β = 0; φ′ of the squared ReLU is 2z, which is
at most 1 here, as |z| ≤ m^{-1/2} = ½."""
SMOOTH = ("tanh", "sin", "softplus", "gelu", "sigmoid4")
"""Those of which the theorems speak."""


@dataclass(frozen=True)
class Point:
    """What is computed at once.

    Args:
        kind: how networks are found.
        activation: φ, a name in `PHI`.
        depth: L.
        starts: ascents in parallel.
        steps: of each.
    """

    kind: str
    activation: str
    depth: int
    starts: int
    steps: int


@dataclass(frozen=True)
class Row:
    """One point; Hessians in units of 1/√m.

    Args:
        kind: how networks were found.
        activation: φ.
        smooth: whether the theorems speak of φ.
        depth: L.
        hessian: the largest √m‖∇²f‖ found, the median at initialisation.
        explicit: the explicit bound of `banerjee2024`, of the smooth pieces where φ has kinks.
        free: the depth-free bound, if φ(0) = 0.
        tried: how many networks were looked at.
    """

    kind: str
    activation: str
    smooth: bool
    depth: int
    hessian: float
    explicit: float
    free: float | None
    tried: int


def measure(point: Point, seed: int) -> list[Row]:
    """The row of a point.

    Args:
        point: which.
        seed: of all randomness.
    """
    order = (WORST, START, TRAINED).index(point.kind), list(PHI).index(point.activation)
    rng = np.random.default_rng([seed, *order, point.depth])
    net, scales = _drawn(point, 8 * RUNS, rng), (1.0, 0.0)
    if point.kind == START:
        found, tried = float(np.median(curvature(net))), net.batch
    elif point.kind == TRAINED:
        run = along_training(_drawn(point, RUNS, rng), rng)
        found, tried, scales = run.hessian, run.seen, (min(1.0, run.shortest), max(0.0, run.longest - 1.0))
    else:
        begin = joint(_extreme(point, point.starts // 2, rng), _drawn(point, point.starts - point.starts // 2, rng))
        found, tried = float(climbed(begin, point.steps).max()), begin.batch * point.steps
    root, phi = WIDTH**0.5, PHI[point.activation]
    explicit, free = (root * at_scales(net, source, *scales).hessian for source in ("explicit", "depth-free"))
    place = point.kind, point.activation, point.activation in SMOOTH, point.depth
    return [Row(*place, root * found, explicit, None if phi.c0 else free, tried)]


def _drawn(point: Point, count: int, rng: np.random.Generator) -> Network:
    return random_network(PHI[point.activation], [INPUTS, *[WIDTH] * point.depth], count, rng)


def _extreme(point: Point, count: int, rng: np.random.Generator) -> Network:
    """The structured networks of largest Hessian, shaken a little."""
    return strongest(_structured(point, rng), count)


def _structured(point: Point, rng: np.random.Generator) -> Iterator[Network]:
    situation = Situation({"L": point.depth, "m": WIDTH, "d": INPUTS}, {"activation": "tanh", "scaling": "fan_out"})
    for _, batch in PinnedNetworks().structured(situation):
        W = tuple(_shaken(batch.arrays[f"W{layer + 1}"], 1, rng) for layer in range(point.depth))
        v, x = (_shaken(batch.arrays[name], 0, rng) for name in "vx")
        yield Network(W, v, x, PHI[point.activation])


def _shaken(vectors: FloatArray, axis: int, rng: np.random.Generator) -> FloatArray:
    moved = vectors + SHAKEN * rng.standard_normal(vectors.shape)
    return moved / np.linalg.norm(moved, axis=axis, keepdims=True)
