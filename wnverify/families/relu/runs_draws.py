"""How runs of two-layer ReLU networks begin: v_k = α u_k, g_k = |u_k|, targets set by the initial residual.

A batch holds `u` (m, d, B), inputs `x` (n, d, B), of which only the directions count, output signs `c` (m, B), the
initial residual `r` (n, B) and `alpha` (B,); then `span` or `step` (B,).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.engine.relu.gains import State, eigenvalues, initial, length, unit
from wnverify.engine.relu.runs import with_residual
from wnverify.errors import RecordError, expected
from wnverify.families.kit.boxes import Box, BoxCoordinates
from wnverify.families.kit.table import lengthened
from wnverify.family import Situation

Arrays: TypeAlias = dict[str, FloatArray]
BOXES: Mapping[str, Box] = {
    "u": (-6.0, 6.0), "x": (-2.0, 2.0), "c": (-1.0, 1.0), "r": (-6.0, 6.0), "alpha": (0.2, 5.0), "span": (0.05, 0.6),
    "step": (0.01, 20.0),
}  # fmt: skip


def begin(batch: Batch) -> State:
    """The initial state of every run of a batch."""

    def build() -> State:
        c = np.where(batch.arrays["c"] < 0, -1.0, 1.0)
        x, r = unit(batch.arrays["x"], 1), batch.arrays["r"]
        return with_residual(initial(batch.arrays["u"], x, np.zeros_like(r), c, batch.arrays["alpha"]), r)

    return batch.memo("begin", build)


class RunCoordinates(BoxCoordinates):
    """All arrays within their boxes; no u_k and no input shorter than 1e-3, no residual below 1e-4."""

    def canonical(self, theta: FloatArray) -> FloatArray:
        """Clip to the boxes and lengthen short vectors."""
        batch = self.decode(super().canonical(theta))
        arrays = {**batch.arrays, **{name: lengthened(batch.arrays[name]) for name in ("u", "x")}}
        arrays["r"] = np.where(length(arrays["r"]) < 1e-4, 1e-4, arrays["r"])
        return self.encode(Batch(batch.family, batch.shape, batch.settings, arrays))


def start(situation: Situation, count: int, rng: np.random.Generator, residual: FloatArray) -> Arrays:
    """Gaussian u, random inputs and signs; α within a factor of 2 of 1; initial residuals (n, B) as given."""
    n, d, m = (situation.shape[name] for name in ("n", "d", "m"))
    return {
        "u": np.clip(rng.standard_normal((m, d, count)), -6.0, 6.0),
        "x": unit(rng.standard_normal((n, d, count)), 1),
        "c": np.where(rng.random((m, count)) < 0.5, -1.0, 1.0),
        "r": residual,
        "alpha": np.exp(rng.uniform(-0.7, 0.7, count)),
    }


def aligned(arrays: Arrays, size: FloatArray) -> Arrays:
    """The same starts with the residual along the lowest eigenvector of Λ(0), of the given size (B,)."""
    x = unit(arrays["x"], 1)
    c = np.where(arrays["c"] < 0, -1.0, 1.0)
    at = initial(arrays["u"], x, np.zeros_like(arrays["r"]), c, arrays["alpha"])
    return {**arrays, "r": size * lowest_vector(at.Lambda)}


def lowest_vector(K: FloatArray) -> FloatArray:
    """Unit eigenvectors to the least eigenvalues of K (n, n, B): (n, B)."""
    vectors = np.linalg.eigh(np.moveaxis(K, -1, 0))[1]
    return np.asarray(vectors[:, :, 0].T)


def smallest(K: FloatArray) -> FloatArray:
    """Least eigenvalues of K (n, n, B), none below zero: (B,)."""
    return np.asarray(np.maximum(eigenvalues(K)[0], 0.0))


def check_start(batch: Batch, extra: str) -> None:
    """Refuse arrays that are not those of a start.

    Raises:
        RecordError: if an array is missing or misshapen, a vector vanishes, or α or the extra number is not positive.
    """
    n, d, m = (batch.shape.get(name, 0) for name in ("n", "d", "m"))
    wanted = {"u": (m, d), "x": (n, d), "c": (m,), "r": (n,), "alpha": (), extra: ()}
    found = {name: array.shape[:-1] for name, array in batch.arrays.items()}
    if found != wanted:
        raise RecordError(expected(f"arrays of shapes {wanted}", str(found)[:200]))
    if any((np.abs(batch.arrays[name]).max(axis=1) == 0).any() for name in ("u", "x")):
        raise RecordError(expected("u and inputs without a zero vector", "one"))
    if (batch.arrays["alpha"] <= 0).any() or (batch.arrays[extra] <= 0).any():
        raise RecordError(expected(f"positive alpha and {extra}", "a value ≤ 0"))
