"""The Hessian of many networks: at random, along training, and at the largest that ascent finds from given starts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from wnverify.arrays import FloatArray
from wnverify.engine.networks.jets import jet_gradient
from wnverify.engine.networks.loss import Regression
from wnverify.engine.networks.network import Direction, Network, take, unflatten
from wnverify.engine.networks.spectral import Method, spectral_norm
from wnverify.experiments.kit.descent import descend

SAMPLES, STEPS, LOOKS = 4, 60, 6
"""Samples of a training set, steps of a run, and how often it is looked at."""
FIRST, LAST, UP, DOWN = 0.3, 1e-9, 1.5, 0.5
"""The first step of an ascent, the last, and by what it changes where a step succeeds or fails."""
LOST = 1e-200
"""What is no longer than this gives no direction."""


def curvature(net: Network, method: Method = "auto") -> FloatArray:
    """‖∇²f‖₂, (B,).

    Args:
        net: B networks.
        method: "lower" for a lower estimate, where that is cheaper.
    """
    return spectral_norm(net, method=method).value


@dataclass(frozen=True)
class Trained:
    """The largest Hessian along some runs, and the scales of all of them.

    Args:
        hessian: max ‖∇²f‖₂ over runs, times and samples.
        shortest: the least norm of a row.
        longest: the largest ‖v‖.
        seen: how many networks were looked at.
    """

    hessian: float
    shortest: float
    longest: float
    seen: int


def along_training(net: Network, rng: np.random.Generator) -> Trained:
    """Train B networks, each on samples of its own with labels ±½.

    Args:
        net: where they start.
        rng: of samples and labels.
    """
    W, v = tuple(rows[:, :, None] for rows in net.W), net.v[:, None]
    X = rng.standard_normal((net.widths[0], SAMPLES, net.batch))
    y = rng.choice([-0.5, 0.5], size=(SAMPLES, net.batch))
    whole = replace(net, W=W, v=v, x=X / np.linalg.norm(X, axis=0))
    most, shortest, longest, seen = 0.0, np.inf, 0.0, 0
    for step, reg in enumerate(descend(Regression(whole, y), STEPS)):
        if step % (STEPS // LOOKS) == 0:
            one = singly(reg.net)
            most, seen = max(most, float(curvature(one).max())), seen + one.batch
        shortest = min(shortest, *(float(np.linalg.norm(rows, axis=1).min()) for rows in reg.net.W))
        longest = max(longest, float(np.linalg.norm(reg.net.v, axis=0).max()))
    return Trained(most, shortest, longest, seen)


def singly(net: Network) -> Network:
    """Every sample with a network of its own.

    Args:
        net: with a sample axis.
    """
    count = net.x.shape[1]
    W = tuple(np.repeat(rows, count, axis=2).reshape(*rows.shape[:2], -1) for rows in net.W)
    v = np.repeat(net.v, count, axis=1).reshape(net.v.shape[0], -1)
    return replace(net, W=W, v=v, x=net.x.reshape(net.x.shape[0], -1))


def climbed(net: Network, steps: int) -> FloatArray:
    """A lower estimate of the largest ‖∇²f‖₂ on ascents from B networks, (B,); rows, v and x keep their norms.

    The gradient of |uᵀ∇²f u| at the extreme eigenvector u is that of ‖∇²f‖₂; each network has a step of its own.

    Args:
        net: where they start.
        steps: how many.
    """
    size, best = np.full(net.batch, FIRST), curvature(net, "lower")
    for _ in range(steps):
        found = spectral_norm(net, vectors=True, method="lower")
        slope = jet_gradient(net, unflatten(net, found.eigenvector), (0.0, 0.0, np.sign(found.signed)))
        ahead = _ahead(net, slope, size)
        value = curvature(ahead, "lower")
        won = value > best
        net, best = _chosen(net, ahead, won), np.where(won, value, best)
        size = np.maximum(np.where(won, UP, DOWN) * size, LAST)
    return best


def strongest(nets: Iterator[Network], count: int) -> Network:
    """The networks of largest Hessian among many.

    Args:
        nets: of one shape, one batch at least.
        count: how many are wanted.
    """
    kept = next(nets)
    for net in nets:
        joined = joint(kept, net)
        kept = take(joined, np.argsort(-curvature(joined, "lower"), kind="stable")[:count])
    return kept


def joint(one: Network, two: Network) -> Network:
    """Both batches as one.

    Args:
        one: some networks.
        two: others of the same shape.
    """
    W = tuple(np.concatenate(pair, axis=-1) for pair in zip(one.W, two.W, strict=True))
    v, x = (np.concatenate(pair, axis=-1) for pair in ((one.v, two.v), (one.x, two.x)))
    return replace(one, W=W, v=v, x=x)


def _ahead(net: Network, slope: Direction, size: FloatArray) -> Network:
    """A step along the slope within every row, v and x, whose norms are kept."""
    W = tuple(_turned(rows, part, size, 1) for rows, part in zip(net.W, slope.W, strict=True))
    return replace(net, W=W, v=_turned(net.v, slope.v, size, 0), x=_turned(net.x, slope.x, size, 0))


def _turned(vectors: FloatArray, slope: FloatArray, size: FloatArray, axis: int) -> FloatArray:
    norms = np.linalg.norm(vectors, axis=axis, keepdims=True)
    slope = np.where(np.isfinite(slope), slope, 0.0)
    longest = np.sqrt(np.square(slope).sum(axis=tuple(range(slope.ndim - 1))))
    share = np.where(longest > LOST, size / np.maximum(longest, LOST), 0.0)
    moved = vectors + norms * share * slope
    return norms * moved / np.linalg.norm(moved, axis=axis, keepdims=True)


def _chosen(one: Network, two: Network, which: NDArray[np.bool_]) -> Network:
    W = tuple(np.where(which, b, a) for a, b in zip(one.W, two.W, strict=True))
    return replace(one, W=W, v=np.where(which, two.v, one.v), x=np.where(which, two.x, one.x))
