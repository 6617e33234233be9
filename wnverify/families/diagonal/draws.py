"""Instances of the diagonal linear model: how they are drawn, read and searched.

A batch holds A (M, n, B), a feasible point z > 0 (N, B) that defines y, the start u (N, B) and r (1, B), and
η (1, B). In the signed model x = x₊ − x₋ the matrix is [A, −A] and N = 2n, otherwise N = n. u counts up to
its length; every power of it below is taken after normalising.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeAlias

import numpy as np

from wnverify.arrays import BoolArray, FloatArray
from wnverify.batch import Batch
from wnverify.engine.diagonal.limits import least_cost
from wnverify.engine.diagonal.model import Model, apply, length
from wnverify.family import Coordinates, Situation

Arrays: TypeAlias = dict[str, FloatArray]
TINY = 1e-300
SETTINGS: Mapping[str, tuple[str, ...]] = {"model": ("positive", "signed"), "L": ("2", "3", "4")}
POSITIVE: Mapping[str, tuple[str, ...]] = {"model": ("positive",)}
ENTROPIC: Mapping[str, tuple[str, ...]] = {"L": ("2",)}
DEEP: Mapping[str, tuple[str, ...]] = {"L": ("3", "4")}
SIGNED: Mapping[str, tuple[str, ...]] = {"model": ("signed",)}
"""Confinements that theorem files use."""


def stacked(batch: Batch) -> FloatArray:
    """The matrix that acts on x > 0: A, or [A, −A] in the signed model; (M, N, B)."""
    A = batch.arrays["A"]
    return np.concatenate([A, -A], axis=1) if batch.settings["model"] == "signed" else A


def model_of(batch: Batch) -> Model:
    """The problem of a batch, with y = A z."""

    def build() -> Model:
        A = stacked(batch)
        return Model(A, apply(A, batch.arrays["z"]), batch.arrays["eta"][0], int(batch.settings["L"]))

    return batch.memo("model", build)


def start_of(batch: Batch) -> tuple[FloatArray, FloatArray]:
    """(r, u) with ‖u‖ = 1: shapes (B,) and (N, B)."""
    u = batch.arrays["u"]
    return batch.arrays["r"][0], u / length(u)


def least_mass(batch: Batch) -> FloatArray:
    """Q = min ‖z‖₁ over S₊, (B,)."""
    return batch.memo("least mass", lambda: least_cost(model_of(batch), np.ones_like(batch.arrays["z"])).value)


def columns(situation: Situation) -> int:
    """N: the number of columns after stacking."""
    return situation.shape["n"] * (2 if situation.settings["model"] == "signed" else 1)


def draw_problem(situation: Situation, count: int, rng: np.random.Generator, spread: float) -> Arrays:
    """Gaussian A with columns of length about 1, and z lognormal with ‖z‖₁ = 1; r = η = 1 and u to be set."""
    rows, inner, size = situation.shape["M"], situation.shape["n"], columns(situation)
    A = rng.standard_normal((rows, inner, count)) / np.sqrt(rows)
    z = np.exp(spread * rng.standard_normal((size, count)))
    return {"A": A, "z": z / z.sum(axis=0)}


def draw_start(arrays: Arrays, regime: str, rng: np.random.Generator) -> FloatArray:
    """u: all equal in `uniform`, else |normal| + 0.1; in `narrow` the first entry small against the others."""
    size, count = arrays["z"].shape
    if regime == "uniform":
        return np.full((size, count), size**-0.5)
    u = np.abs(rng.standard_normal((size, count))) + 0.1
    return u / length(u)


def scaled(situation: Situation, arrays: Arrays, share: FloatArray, rate: FloatArray) -> Batch:
    """The batch with r² = share·Q^{2/L} and η = rate/Q^{2/L}: the two numbers that matter, free of units."""
    one = np.ones((1, share.size))
    batch = Batch("", situation.shape, situation.settings, {**arrays, "r": one, "eta": one})
    unit = np.maximum(least_mass(batch), 1e-12) ** (2 / int(situation.settings["L"]))
    return with_scales(batch, np.sqrt(share * unit), rate / unit)


def with_scales(batch: Batch, r: FloatArray, eta: FloatArray) -> Batch:
    """The same problem with other r and η."""
    arrays = {**batch.arrays, "r": r[None], "eta": eta[None]}
    return Batch(batch.family, batch.shape, batch.settings, arrays)


def named(batch: Batch, family: str) -> Batch:
    """The batch under the family's name."""
    return Batch(family, batch.shape, batch.settings, batch.arrays)


def nearly_tied(situation: Situation, d: FloatArray, start: FloatArray) -> Arrays:
    """The first column of A is longer than the others by a factor 1 + d, and only the share `start` of u² is on it.

    The ℓ₁ minimiser is the first coordinate alone, but all feasible points have nearly its mass: the bounds on
    the excess are attained up to the share of u that leaves the minimiser. Every further row fixes one more
    coordinate, apart from these.
    """
    rows, inner, size = situation.shape["M"], situation.shape["n"], columns(situation)
    A = np.zeros((rows, inner, d.size))
    A[0], A[0, 0] = 1 / (1 + d), 1.0
    u, z = np.empty((size, d.size)), np.full((size, d.size), 1e-2)
    u[:] = np.sqrt((1 - start) / (inner - 1))
    u[0], z[0], z[1] = np.sqrt(start), 0.5, 0.5
    u[inner:] = np.sqrt(start)
    for row in range(1, rows):
        A[0, -row], A[row, -row], z[inner - row] = 0.0, 1.0, 0.02
    return {"A": A, "z": z, "u": u / length(u)}


def opposed(situation: Situation, rate: float) -> Iterator[tuple[str, Batch]]:
    """A = [1, −1, …, −1]: from u mostly on the negative columns the flow may shrink x to zero."""
    inner, size = situation.shape["n"], columns(situation)
    A = 1e-2 * np.random.default_rng(0).standard_normal((situation.shape["M"], inner, 1))
    A[0], A[0, 0] = -1.0, 1.0
    z = np.full((size, 1), 0.5)
    z[0] = 1.0 + 0.5 * (size - 1)
    u = np.full((size, 1), 0.7)
    u[0] = 0.2
    arrays = {"A": A, "z": z, "u": u / length(u), "r": np.full((1, 1), 0.3), "eta": np.full((1, 1), rate)}
    yield "opposed columns", Batch("", situation.shape, situation.settings, arrays)


def aligned(situation: Situation, rate: float) -> Iterator[tuple[str, Batch]]:
    """A first row of growing positive entries, and short rows of single ones: every coordinate helps.

    Once from a small even start; once from the mass of z with one coordinate small, where D_Φ(z, x_0) is all KL.
    """
    inner, size = situation.shape["n"], columns(situation)
    A = np.zeros((situation.shape["M"], inner, 1))
    A[0] = np.linspace(0.7, 1.0, inner)[:, None]
    for row in range(1, situation.shape["M"]):
        A[row, row] = 0.4
    z = np.full((size, 1), 0.5 / size)
    z[:inner] += 0.5
    starts = {"aligned columns": (1.0, 0.5), "one small share": (0.15, float(np.sqrt(z.sum())))}
    for words, (first, r) in starts.items():
        u = np.full((size, 1), 0.1)
        u[:inner] = 1.0
        u[0] = first
        arrays = {"A": A, "z": z, "u": u / length(u), "r": np.full((1, 1), r), "eta": np.full((1, 1), rate)}
        yield words, Batch("", situation.shape, situation.settings, arrays)


def posed(batch: Batch) -> BoolArray:
    """Where y is not zero by cancellation: y = 0 has the solution x = 0, of which no theorem speaks."""
    model, z = model_of(batch), batch.arrays["z"]
    return length(model.y) > 1e-6 * length(apply(np.abs(model.A), z))


class LogCoordinates(Coordinates):
    """A as it is; z, u, r and η by their logarithms, u of length 1; everything within fixed limits."""

    LIMITS: Mapping[str, tuple[float, float]] = {
        "A": (-1e3, 1e3),
        "z": (-14.0, 7.0),
        "u": (-12.0, 0.0),
        "r": (-5.0, 2.0),
        "eta": (-5.0, 8.0),
    }

    def __init__(self, like: Batch) -> None:
        self.like = like

    def _parts(self, theta: FloatArray) -> dict[str, FloatArray]:
        parts, start = {}, 0
        for name, array in self.like.arrays.items():
            stop = start + int(np.prod(array.shape[:-1]))
            parts[name] = theta[start:stop].reshape(*array.shape[:-1], -1)
            start = stop
        return parts

    def encode(self, batch: Batch) -> FloatArray:
        """Stack A and the logarithms of the positive arrays, (k, B)."""
        parts = [array if name in PLAIN else np.log(array) for name, array in batch.arrays.items()]
        return np.concatenate([part.reshape(-1, batch.size) for part in parts])

    def decode(self, theta: FloatArray) -> Batch:
        """The instances at coordinates (k, B)."""
        arrays = {name: part if name in PLAIN else np.exp(part) for name, part in self._parts(theta).items()}
        return Batch(self.like.family, self.like.shape, self.like.settings, arrays)

    def canonical(self, theta: FloatArray) -> FloatArray:
        """Normalise u, then clip to the limits."""
        parts = self._parts(theta)
        parts["u"] = parts["u"] - np.log(np.maximum(length(np.exp(parts["u"])), TINY))
        kept = [np.clip(part, *self.LIMITS.get(name, (-1e3, 1e3))) for name, part in parts.items()]
        return np.concatenate([part.reshape(-1, theta.shape[1]) for part in kept])

    def pullback(self, theta: FloatArray, batch: Batch, cotangent: Mapping[str, FloatArray]) -> FloatArray:
        """Chain rule: d/d log p = p d/dp."""
        parts = [
            cotangent.get(name, np.zeros_like(array)) * (1.0 if name in PLAIN else array)
            for name, array in batch.arrays.items()
        ]
        return np.concatenate([part.reshape(-1, theta.shape[1]) for part in parts])


PLAIN = ("A", "d")
"""Arrays that may have either sign."""
