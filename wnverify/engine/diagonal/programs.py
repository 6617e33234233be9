"""The linear program min ⟨c, z⟩ over S₊ = {z ≥ 0: Az = y}, by its vertices and by HiGHS.

Shapes as in `wnverify.engine.diagonal.model`.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import Any, TypeAlias

import numpy as np
import scipy
from numpy.typing import NDArray

from wnverify.arrays import BoolArray, FloatArray
from wnverify.engine.diagonal.model import TINY, Model, apply_transposed, dot

IndexArray: TypeAlias = NDArray[np.intp]
AT_ONCE = 8192
"""Vertices computed side by side: as many as stay in the cache."""


@dataclass(frozen=True)
class Program:
    """min ⟨c, z⟩ over S₊: a minimiser z (N, B), the value (B,), and the reduced costs c − Aᵀμ ≥ 0 (N, B).

    For feasible x one has ⟨c, x⟩ − value = ⟨reduced, x⟩ without cancellation, since Aᵀμ sees only Ax = y.
    `basis` (M, B) names the columns that carry z, `costs` their c.
    """

    z: FloatArray
    value: FloatArray
    reduced: FloatArray
    basis: IndexArray
    costs: FloatArray

    def repeated(self, times: int) -> Program:
        """The programs of a batch that repeats this one so many times."""
        return Program(*(np.tile(value, times) for value in vars(self).values()))

    def table(self, model: Model) -> Model:
        """The same constraints as A_B⁻¹A x = z_B: the basic columns are the identity.

        With c = reduced − Aᵀλ in these coordinates the small entries of c are λ itself, and keep their digits.
        """
        square = np.moveaxis(_columns(model.A, self.basis), -1, 0)
        table: FloatArray = np.moveaxis(np.linalg.solve(square, np.moveaxis(model.A, -1, 0)), 0, -1).astype(
            np.float64
        )
        identity = np.broadcast_to(np.eye(square.shape[1])[..., None], (*square.shape[1:], self.z.shape[-1]))
        np.put_along_axis(table, self.basis[None].repeat(square.shape[1], axis=0), identity, axis=1)
        return Model(table, np.take_along_axis(self.z, self.basis, axis=0), model.eta, model.L)


def _columns(A: FloatArray, basis: IndexArray) -> FloatArray:
    return np.take_along_axis(A, basis[None].repeat(A.shape[0], axis=0), axis=1)


def least_cost(model: Model, c: FloatArray) -> Program:
    """The linear program by all its vertices, M columns at a time, side by side; for few rows and columns."""
    rows, columns, size = model.A.shape
    choices = np.array(list(combinations(range(columns), rows)))
    best, at, basis = np.full(size, np.inf), np.zeros((rows, size)), np.zeros((rows, size), dtype=int)
    for chosen in np.array_split(choices, -(-len(choices) * size // AT_ONCE)):
        z, regular = _solutions(model, chosen)
        feasible = regular & (z >= -1e-12 * np.abs(z).max(axis=0)).all(axis=0)
        value = np.where(feasible, sum(c[chosen[:, row]] * z[row] for row in range(rows)), np.inf)
        first = value.argmin(axis=0)
        least = np.take_along_axis(value, first[None], axis=0)[0]
        better = least < best
        best = np.where(better, least, best)
        vertex = np.take_along_axis(z, first[None, None], axis=1)[:, 0]
        at, basis = np.where(better, np.maximum(vertex, 0.0), at), np.where(better, chosen[first].T, basis)
    return _program(model, c, at, basis)


def _solutions(model: Model, chosen: IndexArray) -> tuple[FloatArray, BoolArray]:
    """z with A_B z = y for many choices of columns (C, M): (M, C, B), and where A_B is regular (C, B).

    Gauss's elimination with partial pivoting, entry by entry, since the matrices are tiny and many.
    """
    rows, size = model.y.shape
    table = np.empty((rows, rows + 1, len(chosen), size))
    table[:, :rows] = np.moveaxis(model.A[:, chosen], 2, 1)
    table[:, rows] = model.y[:, None]
    for k in range(rows):
        for i in range(k + 1, rows):
            larger = np.abs(table[i, k]) > np.abs(table[k, k])
            table[[k, i], k:] = np.where(larger, table[[i, k], k:], table[[k, i], k:])
        with np.errstate(divide="ignore", invalid="ignore"):
            table[k, k + 1 :] /= table[k, k]
            table[k + 1 :, k + 1 :] -= table[k + 1 :, k, None] * table[k, k + 1 :]
    z = table[:, rows]
    with np.errstate(invalid="ignore", over="ignore"):
        regular = np.abs(np.prod(table[np.arange(rows), np.arange(rows)], axis=0)) > TINY
        for k in reversed(range(rows)):
            for i in range(k):
                z[i] -= table[i, k] * z[k]
    return np.where(regular, z, 0.0), regular


def _program(model: Model, c: FloatArray, at: FloatArray, basis: IndexArray) -> Program:
    z = np.zeros_like(c)
    np.put_along_axis(z, basis, at, axis=0)
    square = _columns(model.A, basis)
    costs = np.take_along_axis(c, basis, axis=0)
    mu = np.linalg.solve(np.moveaxis(square, -1, 0).swapaxes(1, 2), costs.T[..., None])[..., 0].T
    reduced = np.maximum(c - apply_transposed(model.A, mu), 0.0)
    np.put_along_axis(reduced, basis, 0.0, axis=0)
    return Program(z, dot(c, z), reduced, basis, costs)


def least_cost_by_linprog(model: Model, c: FloatArray) -> tuple[FloatArray, FloatArray]:
    """A minimiser and the reduced costs, (N, B) each, by HiGHS: c = 1 and y = 1/2 on one column of two.

    Where z > 0 the reduced cost is 0, by complementary slackness; what HiGHS has there is rounding.

    >>> A, y, c = np.array([[[1.0], [0.5]]]), np.array([[0.5]]), np.ones((2, 1))
    >>> z, reduced = least_cost_by_linprog(Model(A, y, np.ones(1), 2), c)
    >>> z[:, 0].tolist(), reduced[:, 0].tolist()
    ([0.5, 0.0], [0.0, 0.5])
    """
    found, duals = [], []
    options: Any = {"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10}
    for index in range(c.shape[-1]):
        cost, A, y = c[:, index], model.A[..., index], model.y[:, index]
        ended = scipy.optimize.linprog(cost / np.abs(cost).max(), A_eq=A, b_eq=y, method="highs", options=options)
        found.append(np.maximum(np.asarray(ended.x, dtype=np.float64), 0.0))
        slack = np.asarray(ended.lower.marginals, dtype=np.float64)
        duals.append(np.abs(cost).max() * np.where(found[-1] > 0.0, 0.0, np.maximum(slack, 0.0)))
    return np.stack(found, axis=-1), np.stack(duals, axis=-1)
