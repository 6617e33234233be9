"""Collocation at Radau's points: the polynomials of a step, and the way of δ to the limit of the diagonal model.

Along `dδ/dσ = −e/μ`, μ the slowest rate at the limit, δ falls in the end like e^{−σ}. On every step ζ = δ e^σ is a
polynomial, σ counted from its begin.
Every instance has its own steps; what all do in one round is done side by side. A step is as long as the defect
|ζ' − f(ζ)| between its points allows. Shapes as in `wnverify.engine.diagonal.model`; S points, P steps.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.polynomial import legendre

from wnverify.arrays import BoolArray, FloatArray
from wnverify.engine.diagonal.centred import Centred, Points, curvature, points
from wnverify.engine.diagonal.model import TINY, length
from wnverify.engine.diagonal.programs import IndexArray

STAGES = 10
TOLERANCE = 1e-9
"""Of the defect times the length of a step, relative to ζ."""
ROUNDS = 150
NEWTON = 6
"""The most rounds, and the most iterations of Newton's method in one."""
CLOSE, SOLVED = 1e-6, 1e-5
"""Share of ζ that a step of Newton's method still moves: below CLOSE it was the last, above SOLVED it failed."""
ARRIVED = 0.5
"""The most that may be left of σ at the end."""
SHORTEST = 1e-9
"""Where steps are shorter than this an instance is given up."""


def basis(nodes: FloatArray, at: FloatArray) -> FloatArray:
    """Lagrange's polynomials of the nodes (S,) at these places, (..., S).

    >>> basis(np.array([0.0, 1.0]), np.array([0.25])).tolist()
    [[0.75, 0.25]]
    """
    gaps = np.asarray(at)[..., None] - nodes
    others = ~np.eye(nodes.size, dtype=bool)
    parts = [
        np.prod(gaps[..., rest] / (node - nodes[rest]), axis=-1) for node, rest in zip(nodes, others, strict=True)
    ]
    return np.stack(parts, axis=-1)


def slopes(nodes: FloatArray, at: FloatArray) -> FloatArray:
    """Their derivatives at places between the nodes, (..., S)."""
    inverse = 1 / (np.asarray(at)[..., None] - nodes)
    return np.asarray(basis(nodes, at) * (inverse.sum(axis=-1, keepdims=True) - inverse))


def _radau() -> FloatArray:
    """Radau's points in (0, 1], the last of them 1: the roots of P_S − P_{S−1}."""
    roots = np.sort(legendre.legroots([0.0] * (STAGES - 1) + [-1.0, 1.0]).real)
    return np.append((roots[:-1] + 1) / 2, 1.0)


def _integrals(nodes: FloatArray) -> FloatArray:
    """∫ of the polynomials of the nodes from 0 to each node, by Gauss's rule."""
    places, weights = legendre.leggauss(STAGES)
    return np.stack([basis(nodes, node * (places + 1) / 2).T @ weights * node / 2 for node in nodes])


POINTS = _radau()
NODES = np.append(0.0, POINTS)
_SUMS = _integrals(POINTS)
_BETWEEN = np.array([POINTS[0] / 2, (POINTS[STAGES // 2 - 1] + POINTS[STAGES // 2]) / 2])
_VALUES, _SLOPES = basis(NODES, np.append(_BETWEEN, 1.0)), slopes(NODES, _BETWEEN)
_BARYCENTRIC = np.array([1 / np.prod(node - NODES[node != NODES]) for node in NODES])


@dataclass
class Way:
    """σ at the ends of the steps (P + 1, B), ζ at `NODES` of each (M, P, S + 1, B), and who arrived (B,).

    After the last step of an instance there are steps of length zero.
    """

    edges: FloatArray
    zeta: FloatArray
    arrived: BoolArray


class _March:
    """The state of all instances: σ, δ, what is left of the way, the next step, and the steps taken so far.

    In the end the residual falls like e^{−σ}, and tells how much of the way is left. Where r² all but vanishes an
    instance is given up.
    """

    def __init__(self, field: Centred, delta: FloatArray, rate: FloatArray, ends: tuple[FloatArray, ...]) -> None:
        self.field, self.rate = field, rate
        self.target, self.least = ends
        rows, size = delta.shape
        self.delta, self.clock, self.taken = delta.copy(), np.zeros(size), np.zeros(size, dtype=int)
        self.left, first = np.full(size, np.inf), np.abs(points(field, delta[:, None]).e[:, 0]).max(axis=0)
        self.step = 0.02 / np.maximum(1.0, first / (rate * np.abs(delta).max(axis=0)))
        self.edges = np.zeros((ROUNDS + 1, size))
        self.steps = np.zeros((ROUNDS, size, rows, STAGES + 1))

    def round(self, at: IndexArray) -> None:
        """One step of each of these instances, kept or tried again."""
        width = np.minimum(self.step[at], self.left[at])
        part, rate, begin = self.field.at(at), self.rate[at], self.delta[:, at]
        found, moved = _newton(part, self._guess(at, width), (rate, width, begin))
        whole = np.concatenate([begin[:, None], found], axis=1)
        defect, end = _defect(part, whole, (rate, width))
        solved = moved < SOLVED
        good = solved & (defect < TOLERANCE)
        scale = 0.8 * (TOLERANCE / np.maximum(defect, 1e-30)) ** (1 / STAGES)
        self.step[at] = width * np.where(solved & np.isfinite(scale), np.clip(scale, 0.2, 6.0), 0.3)
        self._keep(at[good], width[good], whole[..., good])
        self.left[at[good]] = np.log(length(end.e[:, 0, good]) / self.target[at[good]])
        self.step[at[good & (end.growth[0] < self.least[at])]] = 0.0

    def _keep(self, at: IndexArray, width: FloatArray, whole: FloatArray) -> None:
        """Take these steps."""
        self.clock[at] += width
        self.delta[:, at] = whole[:, -1] * np.exp(-width)
        self.steps[self.taken[at], at] = np.moveaxis(whole, -1, 0)
        self.taken[at] += 1
        self.edges[self.taken[at], at] = self.clock[at]

    def _guess(self, at: IndexArray, width: FloatArray) -> FloatArray:
        """ζ at the points of the step ahead: the polynomial of the step before, or where that is much shorter, δ."""
        before = np.maximum(self.taken[at] - 1, 0)
        last = self.edges[before + 1, at] - self.edges[before, at]
        ratio = width / np.maximum(last, TINY)
        near = (self.taken[at] > 0) & (ratio < 2.5)
        gaps = 1 + np.where(near, ratio, 1.0)[:, None, None] * POINTS[:, None] - NODES
        weights = gaps.prod(axis=-1, keepdims=True) * _BARYCENTRIC / gaps
        ahead = np.einsum("bis,bms->mib", weights, self.steps[before, at]) * np.exp(-last)
        return np.where(near, ahead, self.delta[:, None, at])


def _newton(part: Centred, zeta: FloatArray, known: tuple[FloatArray, ...]) -> tuple[FloatArray, FloatArray]:
    """ζ at the points of the step, (M, S, B), and how far the last iteration moved it, as a share of ζ."""
    rate, width, begin = known
    decay, unit = np.exp(-width * POINTS[:, None]), np.eye(zeta.shape[0])[..., None, None]
    size, moved = np.abs(begin).max(axis=0), np.full(rate.shape, np.inf)
    for _ in range(NEWTON):
        found = points(part, zeta * decay)
        slope = unit - curvature(part, found) / rate
        rest = begin[:, None] + width * np.einsum("ij,mjb->mib", _SUMS, zeta - found.e / decay / rate) - zeta
        step = _solved(slope * width, rest)
        zeta = zeta + step
        moved = np.abs(step).max(axis=(0, 1)) / size
        if not (moved > CLOSE).any():
            break
    return zeta, moved


def _solved(slope: FloatArray, rest: FloatArray) -> FloatArray:
    """The step of Newton's method, (M, S, B), for the derivatives h ∂f/∂ζ (M, M, S, B) and what is left over."""
    rows, stages, size = rest.shape
    matrix = np.einsum("ij,mkjb->bmikj", -_SUMS, slope).reshape(size, rows * stages, rows * stages)
    matrix = np.where(np.isfinite(matrix), matrix, 0.0) + np.eye(rows * stages)
    right = np.where(np.isfinite(rest), rest, np.inf).reshape(rows * stages, size).T
    step: FloatArray = np.linalg.solve(matrix, right[..., None])[..., 0].T.reshape(rest.shape)
    return step


def _defect(part: Centred, whole: FloatArray, known: tuple[FloatArray, ...]) -> tuple[FloatArray, Points]:
    """h |ζ' − f(ζ)| between the points of the step, as a share of the lesser of ζ at its ends, (B,), and its end."""
    rate, width = known
    zeta = np.einsum("ij,mjb->mib", _VALUES, whole)
    decay = np.exp(-width * np.append(_BETWEEN, 1.0)[:, None])
    found = points(part, zeta * decay)
    field = (zeta - found.e / decay / rate)[:, :-1]
    gap = np.abs(np.einsum("ij,mjb->mib", _SLOPES, whole) - width * field).max(axis=(0, 1))
    least = np.minimum(*np.abs(whole[:, [0, -1]]).max(axis=0))
    return np.asarray(gap / least), Points(*(value[..., -1:, :] for value in vars(found).values()))


def way(field: Centred, delta: FloatArray, rate: FloatArray, ends: tuple[FloatArray, FloatArray]) -> Way:
    """The way of δ to where ‖e‖ is small.

    Args:
        field: the problems.
        delta: where it begins (M, B).
        rate: the slowest at the limit (B,).
        ends: the target for ‖e‖, and the least r²/r_∞² for which it is worth while, (B,) each.
    """
    march = _March(field, delta, rate, ends)
    at: IndexArray = np.arange(rate.size)
    for _ in range(ROUNDS):
        march.round(at)
        at = at[(march.left[at] > ARRIVED) & (march.step[at] > SHORTEST)]
        if not at.size:
            break
    most = max(int(march.taken.max()), 1)
    late = np.arange(most)[:, None] >= march.taken
    steps = np.moveaxis(march.steps[:most], (2, 3), (0, 2))
    zeta = np.where(late[None, :, None], march.delta[:, None, None], steps)
    return Way(np.maximum.accumulate(march.edges[: most + 1], axis=0), zeta, march.left <= ARRIVED)
