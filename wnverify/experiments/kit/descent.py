"""Descent of many networks at once, each with the longest step by which its loss falls enough."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.engine.activations import Activation
from wnverify.engine.networks.loss import Regression, loss, loss_gradient
from wnverify.engine.networks.network import Direction, Network, flatten

LONGEST, SHORTEST, ENOUGH = 4.0, 2.0**-40, 0.25
"""The first step that is tried, the last, and what share of η‖∇𝓛‖² the loss has to fall by."""


def descend(reg: Regression, steps: int) -> Iterator[Regression]:
    """The start, and the problems after each step; a run that can fall no further stays.

    Args:
        reg: B problems.
        steps: how many.

    Yields:
        The problems, steps + 1 times.
    """
    size = np.full(reg.net.batch, LONGEST)
    yield reg
    for _ in range(steps):
        reg, size = _step(reg, np.minimum(2.0 * size, LONGEST))
        yield reg


def _step(reg: Regression, size: FloatArray) -> tuple[Regression, FloatArray]:
    """One step each, halved until 𝓛 falls by a share of η‖∇𝓛‖²."""
    slope, before = loss_gradient(reg), loss(reg)
    steep = np.square(flatten(slope)).sum(axis=0)
    while True:
        ahead = replace(reg, net=moved(reg.net, slope, size))
        short = ~(loss(ahead) <= before - ENOUGH * size * steep) & (size > 0.0)
        if not short.any():
            return ahead, size
        size = np.where(short, np.where(size > SHORTEST, 0.5 * size, 0.0), size)


def moved(net: Network, slope: Direction, step: FloatArray | float) -> Network:
    """θ − η g, with a step a network.

    Args:
        net: B networks.
        slope: g.
        step: η, (B,) or one for all.
    """
    W = tuple(rows - step * part for rows, part in zip(net.W, slope.W, strict=True))
    return replace(net, W=W, v=net.v - step * slope.v)


def random_network(activation: Activation, widths: Sequence[int], count: int, rng: np.random.Generator) -> Network:
    """Networks with rows, output weights and input of norm 1, their directions uniform.

    Args:
        activation: φ.
        widths: d, m_1, …, m_L.
        count: B.
        rng: where the directions come from.

    >>> from wnverify.engine.activations import ACTIVATIONS
    >>> net = random_network(ACTIVATIONS["tanh"], [2, 3, 3], 5, np.random.default_rng(0))
    >>> net.widths, net.batch
    ((2, 3, 3), 5)
    """
    W = tuple(_unit(rng, (m, below, count), 1) for below, m in pairwise(widths))
    ends = _unit(rng, (widths[-1], count), 0), _unit(rng, (widths[0], count), 0)
    return Network(W, *ends, activation)


def _unit(rng: np.random.Generator, shape: tuple[int, ...], axis: int) -> FloatArray:
    drawn = rng.standard_normal(shape)
    return drawn / np.linalg.norm(drawn, axis=axis, keepdims=True)
