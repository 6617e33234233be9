"""How runs of two-layer ReLU networks begin: v_k = α u_k, g_k = |u_k|, targets set by the initial residual.

A batch holds `u` (m, d, B), inputs `x` (n, d, B), of which only the directions count, output signs `c` (m, B), the
initial residual `r` (n, B) and `alpha` (B,); then `span` or `step` (B,).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TypeAlias

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.engine.relu.gains import State, eigenvalues, initial, length, unit
from wnverify.engine.relu.runs import with_residual
from wnverify.families.kit.steering import first_stretched, stretching
from wnverify.families.kit.table import Array, Table, TableCoordinates
from wnverify.family import Arrays, Coordinates, Move, Scaling, Situation
from wnverify.quantities import Interval

SCALINGS: Mapping[str, Scaling] = MappingProxyType(
    {"u_norm": first_stretched("u"), "start_residual": stretching(r=1.0)}
)
"""By the first neuron's length, and the residual."""
Drawn: TypeAlias = dict[str, FloatArray]
TABLE: Table = {
    "u": Array("m d", -6.0, 6.0, vectors=True),
    "x": Array("n d", -2.0, 2.0, vectors=True),
    "c": Array("m", -1.0, 1.0),
    "r": Array("n", -6.0, 6.0),
    "alpha": Array("", 0.2, 5.0),
}


def initialised(arrays: Arrays) -> State:
    """The network at the start, with targets 0."""
    x, c = unit(arrays["x"], 1), np.where(arrays["c"] < 0, -1.0, 1.0)
    return initial(arrays["u"], x, np.zeros_like(arrays["r"]), c, arrays["alpha"])


def begin(batch: Batch) -> State:
    """The initial state of every run of a batch."""
    return batch.memo(begin, lambda: with_residual(initialised(batch.arrays), batch.arrays["r"]))


def coordinates(family: str, situation: Situation, table: Table) -> Coordinates:
    """All arrays within their intervals; no residual below 1e-4."""

    def repair(arrays: Arrays) -> Arrays:
        return {**arrays, "r": np.where(length(arrays["r"]) < 1e-4, 1e-4, arrays["r"])}

    return TableCoordinates(family, situation, table, repair)


def move_step(size: Callable[[Arrays], FloatArray]) -> Move:
    """How a step size is moved of which a share is stored: the array `step`."""

    def move(arrays: Arrays, interval: Interval) -> Arrays:
        eta = size(arrays)
        return {**arrays, "step": arrays["step"] * interval.nearest(eta) / eta}

    return move


def start(situation: Situation, count: int, rng: np.random.Generator, residual: FloatArray) -> Drawn:
    """Gaussian u, random inputs and signs; α within a factor of 2 of 1; initial residuals (n, B) as given."""
    n, d, m = (situation.shape[name] for name in ("n", "d", "m"))
    return {
        "u": np.clip(rng.standard_normal((m, d, count)), -6.0, 6.0),
        "x": unit(rng.standard_normal((n, d, count)), 1),
        "c": np.where(rng.random((m, count)) < 0.5, -1.0, 1.0),
        "r": residual,
        "alpha": np.exp(rng.uniform(-0.7, 0.7, count)),
    }


def aligned(arrays: Drawn, size: FloatArray) -> Drawn:
    """The same starts with the residual along the lowest eigenvector of Λ(0), of the given size (B,)."""
    vectors = np.linalg.eigh(np.moveaxis(initialised(arrays).Lambda, -1, 0))[1]
    return {**arrays, "r": size * vectors[:, :, 0].T}


def resolved(spectrum: FloatArray, steps: int) -> FloatArray:
    """How far so many Runge–Kutta steps below 1/λ_max reach, from the eigenvalues of Λ(0), ascending (n, B): (B,)."""
    return np.asarray(0.9 * steps / np.maximum(spectrum[-1], 1e-3))


def smallest(K: FloatArray) -> FloatArray:
    """Least eigenvalues of K (n, n, B), none below zero: (B,)."""
    return np.asarray(np.maximum(eigenvalues(K)[0], 0.0))
