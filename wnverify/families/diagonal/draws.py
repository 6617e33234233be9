"""Instances of the diagonal linear model: how they are drawn, read and searched.

A batch holds A (M, n, B), a feasible point z > 0 (N, B) that defines y, the start u (N, B) and r (1, B), and
η (1, B). In the signed model x = x₊ − x₋ the matrix is [A, −A] and N = 2n, otherwise N = n. u counts up to
its length; every power of it below is taken after normalising.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import exp

import numpy as np

from wnverify.arrays import BoolArray, FloatArray
from wnverify.batch import Batch
from wnverify.engine.diagonal.model import TINY, Model, apply, length
from wnverify.engine.diagonal.programs import least_cost
from wnverify.errors import RecordError, expected
from wnverify.families.kit.table import Array, Table, TableCoordinates
from wnverify.family import Arrays, Settings, Situation

SETTINGS: Mapping[str, tuple[str, ...]] = {"model": ("positive", "signed"), "L": ("2", "3", "4")}


def polar_table(situation: Situation, names: Sequence[str]) -> Table:
    """The named arrays, in that order; everything positive is searched by its logarithm."""
    N = str(columns(situation))
    arrays = {
        "A": Array("M n"),
        "z": Array(N, exp(-14), exp(7), log=True),
        "u": Array(N, exp(-12), 1.0, log=True),
        "d": Array(N),
        "eta": Array("1", exp(-5), exp(8), log=True),
        "r": Array("1", exp(-5), exp(2), log=True),
    }
    return {name: arrays[name] for name in names}


def underdetermined(situation: Situation) -> None:
    """Refuse shapes of which the solutions of Az = y leave nothing to choose.

    Raises:
        RecordError: if there are not more columns than rows.
    """
    rows, inner = situation.shape["M"], situation.shape["n"]
    if rows >= inner:
        raise RecordError(expected("fewer rows than columns in the array A", f"{rows} by {inner}"))


class PolarCoordinates(TableCoordinates):
    """The arrays of a table, u of length 1."""

    def canonical(self, theta: FloatArray) -> FloatArray:
        """Normalise u, then clip to the limits."""
        theta = theta.copy()
        log_u = theta[self.places[list(self.table).index("u")]]
        log_u -= np.log(np.maximum(length(np.exp(log_u)), TINY))
        return TableCoordinates.canonical(self, theta)


def problem(settings: Settings, arrays: Arrays) -> Model:
    """The problem with y = A z; the matrix that acts on x > 0 is A, or [A, −A] in the signed model."""
    A = arrays["A"]
    if settings["model"] == "signed":
        A = np.concatenate([A, -A], axis=1)
    return Model(A, apply(A, arrays["z"]), arrays["eta"][0], int(settings["L"]))


def model_of(batch: Batch) -> Model:
    """The problem of a batch."""
    return batch.memo(model_of, lambda: problem(batch.settings, batch.arrays))


def start_of(batch: Batch) -> tuple[FloatArray, FloatArray]:
    """(r, u) with ‖u‖ = 1: shapes (B,) and (N, B)."""
    u = batch.arrays["u"]
    return batch.arrays["r"][0], u / length(u)


def columns(situation: Situation | Batch) -> int:
    """N: the number of columns after stacking."""
    return situation.shape["n"] * (2 if situation.settings["model"] == "signed" else 1)


def draw_problem(situation: Situation, count: int, rng: np.random.Generator, spread: float) -> dict[str, FloatArray]:
    """Gaussian A with columns of length about 1, and z lognormal with ‖z‖₁ = 1; r = η = 1 and u to be set."""
    rows, inner, size = situation.shape["M"], situation.shape["n"], columns(situation)
    A = rng.standard_normal((rows, inner, count)) / np.sqrt(rows)
    z = np.exp(spread * rng.standard_normal((size, count)))
    return {"A": A, "z": z / z.sum(axis=0)}


def draw_start(arrays: Arrays, regime: str, rng: np.random.Generator) -> FloatArray:
    """u: all equal in `uniform`, else |normal| + 0.1."""
    size, count = arrays["z"].shape
    if regime == "uniform":
        return np.full((size, count), size**-0.5)
    u = np.abs(rng.standard_normal((size, count))) + 0.1
    return u / length(u)


def scaled(situation: Situation, arrays: Arrays, share: FloatArray, rate: FloatArray) -> Arrays:
    """With r² = share·Q^{2/L} and η = rate/Q^{2/L}, Q = min ‖z‖₁ over S₊: the two that matter, free of units."""
    model = problem(situation.settings, {**arrays, "eta": np.ones((1, share.size))})
    Q = least_cost(model, np.ones_like(arrays["z"])).value
    unit = np.maximum(Q, 1e-12) ** (2 / model.L)
    return {**arrays, "r": np.sqrt(share * unit)[None], "eta": (rate / unit)[None]}


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


def opposed(situation: Situation, rate: float) -> Arrays:
    """A = [1, −1, …, −1]: from u mostly on the negative columns the flow may shrink x to zero."""
    inner, size = situation.shape["n"], columns(situation)
    A = 1e-2 * np.random.default_rng(0).standard_normal((situation.shape["M"], inner, 1))
    A[0], A[0, 0] = -1.0, 1.0
    z = np.full((size, 1), 0.5)
    z[0] = 1.0 + 0.5 * (size - 1)
    u = np.full((size, 1), 0.7)
    u[0] = 0.2
    return {"A": A, "z": z, "u": u / length(u), "r": np.full((1, 1), 0.3), "eta": np.full((1, 1), rate)}


def aligned(situation: Situation, rate: float) -> Iterator[tuple[str, Arrays]]:
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
        scales = {"r": np.full((1, 1), r), "eta": np.full((1, 1), rate)}
        yield words, {"A": A, "z": z, "u": u / length(u), **scales}


def posed(batch: Batch) -> BoolArray:
    """Where y is not zero by cancellation: y = 0 has the solution x = 0, of which no theorem speaks."""
    model, z = model_of(batch), batch.arrays["z"]
    return length(model.y) > 1e-6 * length(apply(np.abs(model.A), z))
