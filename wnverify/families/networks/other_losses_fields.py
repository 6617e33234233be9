"""What is measured on pairs with any loss ℓ(f, y): its derivatives in the outputs, and what is beyond first order."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.engine.networks import autodiff
from wnverify.engine.networks.loss import Regression
from wnverify.engine.networks.losses import Loss
from wnverify.engine.networks.network import forward, value
from wnverify.families.kit.parts import Views
from wnverify.families.networks.regression_fields import problem
from wnverify.families.networks.regression_pairs_fields import other, outputs

SHORT = 0.25
"""Distances of two outputs below which ℓ between them is integrated; a difference would cancel."""
NODES, SHARES = np.polynomial.legendre.leggauss(8)


@dataclass(frozen=True)
class Samples:
    """ℓ′ of every sample at θ, and ℓ″ at θ and at θ′, (n, B) each."""

    slope: FloatArray
    curvature: FloatArray
    curvature_other: FloatArray


def _closed(batch: Batch) -> Samples:
    start, end = problem(batch), other(batch)
    f, far = (value(reg.net, forward(reg.net, 0)) for reg in (start, end))
    return Samples(start.loss.slope(f, start.y), start.loss.curvature(f, start.y), start.loss.curvature(far, start.y))


def _by_autograd(batch: Batch) -> Samples:
    """The same with outputs and derivatives by the independent oracle, one instance at a time."""
    (slope, here), (_, there) = (_slopes(reg) for reg in (problem(batch), other(batch)))
    return Samples(slope, here, there)


def _slopes(reg: Regression) -> tuple[FloatArray, FloatArray]:
    found = [autodiff.oracle_sample_slopes(reg, index) for index in range(reg.y.shape[1])]
    first, second = (np.stack(part, axis=-1) for part in zip(*found, strict=True))
    return first, second


SAMPLES = Views(_closed, _by_autograd)


def slope_mean(samples: Samples) -> FloatArray:
    """(1/n) Σ|ℓ′|, (B,)."""
    return np.mean(np.abs(samples.slope), axis=0)


def slope_square(samples: Samples) -> FloatArray:
    """s = (1/n) Σ ℓ′², (B,)."""
    return np.mean(np.square(samples.slope), axis=0)


def least_curved(samples: Samples) -> FloatArray:
    """Least ℓ″ between the outputs at θ and at θ′, which it takes at an end, (B,)."""
    return np.minimum(samples.curvature, samples.curvature_other).min(axis=0)


# ---- beyond the first order


def gap(batch: Batch) -> FloatArray:
    """Mean of ℓ(f′) − ℓ(f) − ℓ′(f)(f′ − f) and of ℓ′(f)(f′ − f − ḟ): the same as 𝓛′ − 𝓛 − ⟨δ,∇𝓛⟩, cancelling less."""
    f, ahead, bent = outputs(batch)
    start = problem(batch)
    return np.mean(_beyond(start.loss, f, ahead + bent, start.y) + start.loss.slope(f, start.y) * bent, axis=0)


def _beyond(loss: Loss, f: FloatArray, h: FloatArray, y: FloatArray) -> FloatArray:
    """ℓ(f + h) − ℓ(f) − ℓ′(f)h; for short h it is h² ∫₀¹ (1 − t) ℓ″(f + th) dt by Gauss and Legendre."""
    total = np.zeros(f.shape)
    for t, share in zip((1.0 + NODES) / 2.0, SHARES / 2.0, strict=True):
        total += share * (1.0 - t) * loss.curvature(f + t * h, y)
    plain = loss.value(f + h, y) - loss.value(f, y) - loss.slope(f, y) * h
    return np.where(np.abs(h) < SHORT, h * h * total, plain)


def gap_in_balls(batch: Batch) -> FloatArray:
    """Midpoints of certified balls: a difference of floats has no digit left where δ is small."""
    from wnverify.families.networks.other_losses_balls import enclosures

    found = [enclosures(batch.one(index), ("rsc_gap",)) for index in range(batch.size)]
    return np.array([math.nan if balls is None else float(balls["rsc_gap"].mid()) for balls in found])
