"""Witness: a point of a domain as networks with several scales of rows and v, judged as every instance is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.batch import Batch, concatenate
from wnverify.claim import Claim
from wnverify.families.networks.weight_norm import WeightNorm
from wnverify.family import Situation
from wnverify.judging.judge import Judge
from wnverify.judging.opinion import opinion
from wnverify.proving.domain import PLANE, SHARE, Domain

RADII = (1.0, 2.0, 16.0)
"""Values of ‖v‖ = 1 + ρ₁."""
NORMS = tuple(2.0**power for power in (-20, -8, -3, -1, 0, 1, 3, 8, 20))
"""Values of ω; the first and the last stand for the limits in which a law splits a claim."""
LOOKED = 256
"""Points drawn at random before anything is proved."""


@dataclass(frozen=True)
class Witness:
    """A network that breaks a claim, certified.

    Args:
        batch: the network.
        ratio: left side over right side.
    """

    batch: Batch
    ratio: float


@dataclass(frozen=True)
class Met:
    """The network at which a claim is nearest to failing, of those that were measured.

    Args:
        ratio: left side over right side, in floats.
        network: it.
        where: its coordinates in the domain, with ρ₁ and ω.
    """

    ratio: float
    network: Batch
    where: Mapping[str, float]


def situation_of(domain: Domain) -> Situation:
    """The shape and the settings of the networks of a domain."""
    shape = {"L": domain.L, "m": domain.m, "d": domain.d}
    return Situation(shape, {"activation": domain.activation, "scaling": "fan_out"})


def networks(domain: Domain, points: FloatArray, radius: float, norm: float | FloatArray) -> dict[str, FloatArray]:
    """The arrays of the networks at points, with rows of one norm.

    Args:
        domain: the shape.
        points: (n, B).
        radius: ‖v‖.
        norm: ω, of all or of each, (B,).
    """
    at = dict(zip(domain.names, points, strict=True))
    one = np.ones(points.shape[1])

    def direction(name: str, size: int) -> FloatArray:
        if size == 1:
            return np.where(at.get(name, one) < 0, -1.0, 1.0)[None]
        beyond = [0.0 * one] * (size - PLANE)
        return np.stack([np.cos(at[name]), np.sin(at[name]), *beyond])

    arrays = {}
    for layer in range(1, domain.L + 1):
        rows = [direction(f"W{layer}[{row}]", domain.size(layer)) for row in range(domain.m)]
        arrays[f"W{layer}"] = norm * np.stack(rows)
    arrays["v"] = radius * (_in_space(at) if "v[0]" in at else direction("v", domain.m))
    arrays["x"] = np.stack([at["r"], *[0.0 * one] * (domain.d - 1)])
    return arrays


def _in_space(at: Mapping[str, FloatArray]) -> FloatArray:
    """v of ℝ³."""
    first, second = at["v[0]"], at["v[1]"]
    return np.stack([np.cos(first), np.sin(first) * np.cos(second), np.sin(first) * np.sin(second)])


def scales(domain: Domain, points: FloatArray) -> list[tuple[float, FloatArray]]:
    """Values of ‖v‖, each with ω of every point: all of them, or those that the coordinate u stands for.

    Args:
        domain: the networks.
        points: (n, B).
    """
    if not domain.scaled:
        return [(radius, np.full(points.shape[1], norm)) for radius in RADII for norm in NORMS]
    share = points[domain.names.index(SHARE)]
    ratio = np.clip(share / np.maximum(1.0 - share, NORMS[0]), NORMS[0], NORMS[-1])
    return [(radius, radius * ratio) for radius in RADII]


def batch_at(family: WeightNorm, domain: Domain, points: Sequence[Sequence[float]]) -> Batch:
    """The networks at points, at every scale."""
    columns = np.array(points, dtype=float).T
    situation = situation_of(domain)
    return concatenate(
        [family.batch(situation, networks(domain, columns, *scale)) for scale in scales(domain, columns)]
    )


def worst(claim: Claim, family: WeightNorm, domain: Domain, points: Sequence[Sequence[float]]) -> Met:
    """Where both sides of a claim come nearest, of some points."""
    batch = batch_at(family, domain, points)
    promise = Judge(claim, family)(batch).promise
    k = int(np.argmax(promise))
    place, column = divmod(k, len(points))
    radius, norms = scales(domain, np.array(points, dtype=float).T)[place]
    where = {name: float(value) for name, value in zip(domain.names, points[column], strict=True) if name != SHARE}
    return Met(float(promise[k]), batch.one(k), {**where, "rho": radius - 1.0, "omega": float(norms[column])})


def witness(claim: Claim, family: WeightNorm, domain: Domain, points: Sequence[Sequence[float]]) -> Witness | None:
    """A network at one of these points that breaks the claim, if one is found and certified."""
    met = worst(claim, family, domain, points)
    if not met.ratio > 1.0:
        return None
    found = opinion(Judge(claim, family), met.network)
    return Witness(met.network, found.ratio) if found.refutes and found.certified else None


def drawn(domain: Domain, count: int = LOOKED) -> list[list[float]]:
    """Points of a domain, always the same ones; its corners as far as they are few."""
    lows, highs = (np.array(ends) for ends in domain.corners)
    inside = lows + (highs - lows) * np.random.default_rng(0).random((count, lows.size))
    inside[: count // 2, 0] = 1.0
    return [list(map(float, point)) for point in inside]
