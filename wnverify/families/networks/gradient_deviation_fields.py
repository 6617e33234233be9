"""What is measured on a finite set of networks over a distribution on finitely many points: exact, by enumeration.

With a_{kj} = ∇_θ ℓ(f(θ_k; x_j), y_j) and counts c of a sample of size n, ∇𝓛_n(θ_k) = Σ_j (c_j/n) a_{kj}, and
∇𝓛_D(θ_k) = Σ_j p_j a_{kj}. All counts are listed with their multinomial probabilities; with signs, counts of the 2N
pairs of a point and a sign. Lengths need the triangular factors of the a_{k1}, …, a_{kN} alone. The second route is
`gradient_deviation_oracle`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cache

import numpy as np
import scipy

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.engine.activations import ACTIVATIONS
from wnverify.engine.networks.derivatives import pullback
from wnverify.engine.networks.network import Network, Tape, flatten, forward, value
from wnverify.families.kit.parts import once
from wnverify.families.networks.rademacher_fields import beside
from wnverify.families.networks.setting import scaling_of

SQUARE = "square"
"""The loss (f − y)²; the other one is √(1 + (f−y)²) − 1."""
ALIKE = 1e-9
"""Losses that differ by less, relative, count as equal: their difference would be rounding."""
MOST_LISTED = 40_000
"""Outcomes that are listed at most."""


def listed(size: int, kinds: int) -> int:
    """How many counts of `kinds` kinds add up to `size`."""
    return math.comb(size + kinds - 1, kinds - 1)


@cache
def outcomes(size: int, kinds: int) -> FloatArray:
    """All counts of `kinds` kinds that add up to `size`, (C, kinds).

    >>> outcomes(2, 2).tolist()
    [[0.0, 2.0], [1.0, 1.0], [2.0, 0.0]]
    """
    return np.array(list(_outcomes(size, kinds)), dtype=np.float64)


def _outcomes(size: int, kinds: int) -> Iterator[tuple[int, ...]]:
    if kinds == 1:
        yield (size,)
        return
    for first in range(size + 1):
        yield from ((first, *rest) for rest in _outcomes(size - first, kinds - 1))


def chances(counts: FloatArray, p: FloatArray) -> FloatArray:
    """Multinomial probabilities of counts (C, N) at p (N, B), (C, B)."""
    ways = scipy.special.gammaln(counts.sum(axis=1) + 1) - scipy.special.gammaln(counts + 1).sum(axis=1)
    return np.asarray(np.exp(ways[:, None] + scipy.special.xlogy(counts[:, :, None], p[None]).sum(axis=1)))


# ---- the gradients


def probabilities(batch: Batch) -> FloatArray:
    """p, (N, B)."""
    mass = batch.arrays["mass"]
    return np.asarray(mass / mass.sum(axis=0))


@once
def _single(batch: Batch) -> Network:
    """All networks on all points side by side, K·N·B of them."""
    K, N = batch.shape["K"], batch.shape["N"]
    W = tuple(beside(np.repeat(batch.arrays[f"W{layer + 1}"], N, axis=0)) for layer in range(batch.shape["L"]))
    v = beside(np.repeat(batch.arrays["v"], N, axis=0))
    x = beside(np.tile(np.moveaxis(batch.arrays["X"], 1, 0), (K, 1, 1)))
    return Network(W, v, x, ACTIVATIONS[batch.settings["activation"]], scaling_of(batch.settings))


@once
def _tape(batch: Batch) -> Tape:
    return forward(_single(batch), 1)


def outputs(batch: Batch) -> FloatArray:
    """f(θ_k; x_j), (K, N, B)."""
    return value(_single(batch), _tape(batch)).reshape(batch.shape["K"], batch.shape["N"], batch.size)


@once
def gradients(batch: Batch) -> tuple[FloatArray, FloatArray]:
    """a (p, K, N, B), and the losses (K, N, B)."""
    net, place = _single(batch), (batch.shape["K"], batch.shape["N"], batch.size)
    error = (outputs(batch) - batch.arrays["y"]).reshape(-1)
    square = batch.settings["loss"] == SQUARE
    first = 2.0 * error if square else error / np.hypot(1.0, error)
    losses = error**2 if square else error**2 / (1.0 + np.hypot(1.0, error))
    return flatten(pullback(net, _tape(batch), first)).reshape(-1, *place), losses.reshape(place)


@once
def _triangles(batch: Batch) -> FloatArray:
    """R_k (K, B, r, N) with ‖Σ_j w_j a_{kj}‖ = ‖R_k w‖: no square of a gradient is formed, so that none cancels."""
    a = np.moveaxis(gradients(batch)[0], (0, 1, 2, 3), (2, 0, 3, 1))
    return np.asarray(np.linalg.qr(a, mode="r"))


def _lengths(batch: Batch, weights: FloatArray) -> FloatArray:
    """‖Σ_j w_j a_{kj}‖ for weights (C, N, B), (K, C, B)."""
    reached = _triangles(batch) @ np.moveaxis(weights, (0, 1, 2), (2, 1, 0))
    return np.asarray(np.moveaxis(np.linalg.norm(reached, axis=2), 1, 2))


@once
def _samples(batch: Batch) -> tuple[FloatArray, FloatArray]:
    """c/n (C, N, B), and the probabilities (C, B)."""
    counts = outcomes(batch.shape["n"], batch.shape["N"])
    shares = np.repeat((counts / batch.shape["n"])[:, :, None], batch.size, axis=2)
    return shares, chances(counts, probabilities(batch))


@once
def population(batch: Batch) -> tuple[FloatArray, FloatArray]:
    """‖∇𝓛_D(θ_k)‖ and 𝓛_D(θ_k), (K, B)."""
    p = probabilities(batch)
    return _lengths(batch, p[None])[:, 0], np.einsum("kjb,jb->kb", gradients(batch)[1], p)


def _deviations(batch: Batch) -> FloatArray:
    """max_k ‖∇𝓛_D(θ_k) − ∇𝓛_n(θ_k)‖ of every sample, (C, B)."""
    return np.asarray(_lengths(batch, _samples(batch)[0] - probabilities(batch)[None]).max(axis=0))


def quantile(values: FloatArray, chance: FloatArray, level: FloatArray) -> FloatArray:
    """The least t with P(value ≤ t) ≥ level, (B,), of values and probabilities (C, B)."""
    order = np.argsort(values, axis=0)
    total = np.cumsum(np.take_along_axis(chance, order, axis=0), axis=0)
    place = np.minimum(np.sum(total < level - 1e-12, axis=0), values.shape[0] - 1)
    return np.take_along_axis(np.take_along_axis(values, order, axis=0), place[None], axis=0)[0]


# ---- the quantities


def deviation_quantile(batch: Batch) -> FloatArray:
    """The least t with P(max_k ‖∇𝓛_D − ∇𝓛_n‖ ≤ t) ≥ 1 − δ, (B,)."""
    return quantile(_deviations(batch), _samples(batch)[1], 1.0 - batch.arrays["delta"])


def mean_deviation(batch: Batch) -> FloatArray:
    """E max_k ‖∇𝓛_D − ∇𝓛_n‖, (B,)."""
    return np.asarray(np.sum(_deviations(batch) * _samples(batch)[1], axis=0))


def vector_rademacher(batch: Batch) -> FloatArray:
    """E max_k ‖(1/n) Σ_i ε_i ∇ℓ_i(θ_k)‖ over samples and signs, (B,)."""
    N, n = batch.shape["N"], batch.shape["n"]
    counts, p = outcomes(n, 2 * N), probabilities(batch)
    sums = np.repeat(((counts[:, :N] - counts[:, N:]) / n)[:, :, None], batch.size, axis=2)
    chance = chances(counts, np.concatenate([p, p]) / 2.0)
    return np.asarray(np.sum(_lengths(batch, sums).max(axis=0) * chance, axis=0))


def largest_gradient(batch: Batch) -> FloatArray:
    """max_{k,j} ‖a_{kj}‖, (B,)."""
    return np.asarray(np.linalg.norm(gradients(batch)[0], axis=0).max(axis=(0, 1)))


def excess_quantile(batch: Batch) -> FloatArray:
    """The least t with P(max_k [((𝓛_D − 𝓛*)/c)^{1/a} − ‖∇𝓛_n‖] ≤ t) ≥ 1 − δ, with the least c that dominates."""
    size, loss = population(batch)
    gap, a = loss - loss.min(axis=0), batch.arrays["exponent"]
    gap = np.where(gap > ALIKE * loss, gap, 0.0)
    with np.errstate(all="ignore"):
        c = np.where(gap > 0, gap / size**a, 0.0).max(axis=0)
        root = np.where(gap > 0, (gap / c) ** (1.0 / a), 0.0)
    values = (root[:, None] - _lengths(batch, _samples(batch)[0])).max(axis=0)
    return quantile(values, _samples(batch)[1], 1.0 - batch.arrays["delta"])


def gradient_floor(batch: Batch) -> FloatArray:
    """The largest t with P(‖∇𝓛_n(θ_1)‖ ≥ t) ≥ 1 − δ, (B,)."""
    return -quantile(-_lengths(batch, _samples(batch)[0])[0], _samples(batch)[1], 1.0 - batch.arrays["delta"])


# ---- the first and the last network, as a pair


def displacement(batch: Batch) -> FloatArray:
    """δ = θ_K − θ_1, (p, B); 0 for one network."""
    names = [*(f"W{layer + 1}" for layer in range(batch.shape["L"])), "v"]
    return np.concatenate([(batch.arrays[x][-1] - batch.arrays[x][0]).reshape(-1, batch.size) for x in names])


def distance(batch: Batch) -> FloatArray:
    """‖δ‖, (B,)."""
    return np.asarray(np.linalg.norm(displacement(batch), axis=0))


def kappa(batch: Batch) -> FloatArray:
    """|⟨δ, ∇𝓛_D(θ_1)⟩|/(‖δ‖‖∇𝓛_D(θ_1)‖), (B,); 0 where one of them vanishes."""
    slopes = np.einsum("ajb,jb->ab", gradients(batch)[0][:, 0], probabilities(batch))
    delta = displacement(batch)
    sizes = np.linalg.norm(slopes, axis=0) * np.linalg.norm(delta, axis=0)
    return np.abs(np.sum(slopes * delta, axis=0)) / np.where(sizes > 0, sizes, np.inf)


def omega_start(batch: Batch) -> FloatArray:
    """The least row norm of the first network, (B,)."""
    rows = [np.linalg.norm(batch.arrays[f"W{layer + 1}"][0], axis=1).min(axis=0) for layer in range(batch.shape["L"])]
    return np.asarray(np.minimum.reduce(rows))


def rho(batch: Batch) -> FloatArray:
    """The least radius of all output layers, (B,)."""
    return np.asarray(np.maximum(np.linalg.norm(batch.arrays["v"], axis=1).max(axis=0) - 1.0, 0.0))
