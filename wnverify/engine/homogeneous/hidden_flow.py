"""Gradient flow and descent of a hidden layer f_c = Σ_u out_{cu} σ(⟨w_u, x⟩) under EWN, SWN or neither, many classes.

The nodes w_u are trained, the output weights are not; σ(z) = z for degree L = 1 and max(z, 0)^L beyond, so that every
margin m_ic = f_{y_i} − f_c, c ≠ y_i, is homogeneous of degree L. The loss is LL = Σ_i log(1 + S_i) (cross-entropy) or
Σ_i S_i (exponential), S_i = Σ_c e^{−m_ic}. It underflows long before directions settle, so everything is divided by
it: Ĝ = −G/LL = Σ p_ic ∂m_ic with p = −∂ log LL/∂m. Flows run on the clock `dt = dσ/(LL Σpm)` under EWN, on which
Σ log‖w_u‖ grows at the rate L, and `dt = Σ‖w_u‖² dσ/(LL Σpm)` otherwise, on which log Σ‖w_u‖² grows at 2L; with them
runs q = t LL.
Shapes: w (k, d), x (n, d), D (n, C−1, k) with D_icu = out_{y_i u} − out_{cu}.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.engine.homogeneous.side_by_side import Accuracy, solved, together

ACCURACY = Accuracy(relative=1e-9, absolute=1e-11, steps=4000, few_steps=300)
SEVERAL = 3
"""Runs from which on they are integrated together."""
TINY = 1e-300


@dataclass(frozen=True)
class Task:
    """What is learned, and how.

    Args:
        kind: "ewn" or "swn"; "plain" for weights that are trained as they are.
        loss: "exponential" or "cross_entropy".
        L: the degree.
        x: inputs (n, d).
        D: differences of output weights (n, C−1, k).
    """

    kind: str
    loss: str
    L: int
    x: FloatArray
    D: FloatArray


@dataclass(frozen=True)
class Pull:
    """Margins and normalised gradients at one state.

    Args:
        margins: m (n, C−1).
        phi: log(1/LL).
        mean: Σ p m.
        G: Ĝ (k, d).
    """

    margins: FloatArray
    phi: float
    mean: float
    G: FloatArray


@dataclass(frozen=True)
class Pulls:
    """The same at S states side by side: margins (n, C−1, S), φ and Σ p m (S,), Ĝ (k, d, S)."""

    margins: FloatArray
    phi: FloatArray
    mean: FloatArray
    G: FloatArray


def activation(z: FloatArray, L: int) -> FloatArray:
    """σ(z) = z for L = 1, max(z, 0)^L beyond.

    >>> activation(np.array([-1.0, 2.0]), 2).tolist()
    [0.0, 4.0]
    """
    return z if L == 1 else np.maximum(z, 0.0) ** L


def pull(task: Task, w: FloatArray) -> Pull:
    """Margins and normalised gradients at w (k, d)."""
    margins, total, mean, G = _pulled(task, w)
    return Pull(margins, -total, mean, G)


def pulls(task: Task, w: FloatArray) -> Pulls:
    """Margins and normalised gradients at states w (k, d, S) of one task, or of as many joined ones."""
    L = task.L
    x, D = (part if part.ndim == axes else part[..., None] for part, axes in ((task.x, 3), (task.D, 4)))
    z = np.einsum("nds,kds->nks", x, w)
    z = z if L == 1 else np.maximum(z, 0.0)
    m = np.einsum("ncus,nus->ncs", D, z**L)
    least = np.minimum.reduce(m, 1)
    logs = np.log(np.add.reduce(np.exp(least[:, None] - m), 1)) - least
    parts, damping = (logs, np.zeros((1, 1))) if task.loss == "exponential" else _crossed(logs)
    top = np.maximum.reduce(parts, 0)
    total = top + np.log(np.add.reduce(np.exp(parts - top), 0))
    p = np.exp(-m - damping[:, None] - total)
    back = np.einsum("ncs,ncus->nus", p, D) * (L * z ** (L - 1))
    return Pulls(m, -total, np.einsum("ncs,ncs->s", p, m), np.einsum("nus,nds->uds", back, x))


def joined(tasks: Sequence[Task]) -> Task:
    """Tasks of one kind, loss, degree and shape as one, of x (n, d, B) and D (n, C−1, k, B)."""
    x, D = (np.stack(parts, axis=-1) for parts in zip(*((task.x, task.D) for task in tasks), strict=True))
    return replace(tasks[0], x=x, D=D)


def _pulled(task: Task, w: FloatArray) -> tuple[FloatArray, float, float, FloatArray]:
    """m (n, C−1), log LL, Σ p m and Ĝ (k, d); an integrator asks for them some hundred times a run."""
    L, D = task.L, task.D
    z = task.x @ w.T if L == 1 else np.maximum(task.x @ w.T, 0.0)
    m = (D @ (z**L)[:, :, None])[:, :, 0]
    least = np.minimum.reduce(m, 1)
    logs = np.log(np.add.reduce(np.exp(least[:, None] - m), 1)) - least
    parts, damping = (logs, np.zeros(1)) if task.loss == "exponential" else _crossed(logs)
    top = float(np.maximum.reduce(parts))
    total = top + float(np.log(np.add.reduce(np.exp(parts - top))))
    p = np.exp(-m - damping[:, None] - total)
    back = (p[:, None] @ D)[:, 0] * (L * z ** (L - 1))
    return m, total, float(np.add.reduce(p * m, None)), back.T @ task.x


def _crossed(logs: FloatArray) -> tuple[FloatArray, FloatArray]:
    """log log(1 + S) and log(1 + S) from log S; log log(1 + S) = log S − S/2 + … where S has lost its digits."""
    damping = np.logaddexp(0.0, logs)
    return np.where(logs < -30, logs, np.log(np.maximum(damping, TINY))), damping


def speed(kind: str, w: FloatArray, G: FloatArray) -> float:
    """(−dLL/dt)/LL²: Σ‖w_u‖²‖Ĝ_u‖² under EWN, Σ ⟨b_u, Ĝ_u⟩² + ‖w_u‖²‖(I − b_u b_uᵀ)Ĝ_u‖² under SWN, else ‖Ĝ‖²."""
    return float(np.sum(G * velocity(kind, w, G)))


def velocity(kind: str, w: FloatArray, G: FloatArray) -> FloatArray:
    """w′/LL (k, d) with ‖v_u‖ = 1: ‖w_u‖²Ĝ_u under EWN, ‖w_u‖²Ĝ_u + (1 − ‖w_u‖²) b_u b_uᵀĜ_u under SWN, else Ĝ_u."""
    if kind == "plain":
        return G
    square = np.add.reduce(w * w, 1, keepdims=True)
    if kind == "ewn":
        return square * G
    return square * G + (1 - square) * np.add.reduce(w * G, 1, keepdims=True) / square * w


@dataclass(frozen=True)
class Path:
    """A run.

    Args:
        w: weights at the times (S, k, d).
        q: t LL at the end.
        finished: whether the integrator got there.
    """

    w: FloatArray
    q: float
    finished: bool


def pace(kind: str, w: FloatArray, mean: float) -> float:
    """LL dt/dσ; along a run Σpm > 0, so the floor only tames trial steps of an integrator."""
    return (1.0 if kind == "ewn" else float(np.add.reduce(w * w, None))) / max(mean, 1e-3)


def follow(task: Task, start: FloatArray, clocks: FloatArray) -> Path:
    """The flow from `start` (k, d) by LSODA on the weights, at the clocks (S,), the first of which is 0."""

    def rates(state: FloatArray) -> FloatArray:
        w = state[:-1].reshape(start.shape)
        mean, G = _pulled(task, w)[2:]
        moved = velocity(task.kind, w, G)
        found = np.empty_like(state)
        found[:-1] = moved.ravel()
        found[-1] = 1 - state[-1] * np.add.reduce(G * moved, None)
        found *= pace(task.kind, w, mean)
        return found

    path, finished = solved(rates, np.append(start, 0.0), clocks, ACCURACY)
    return Path(path[:, :-1].reshape(-1, *start.shape), float(path[-1, -1]), finished)


Problem: TypeAlias = tuple[Task, FloatArray, float]
"""A task, the start (k, d), and the clock at the end."""


def follow_all(problems: Sequence[Problem], times: int) -> list[Path]:
    """The flows of problems of one kind and shape at so many clocks each, from 0 to its last.

    They are one system, each on a share of its own clock, so that a step costs little more than that of one run;
    if it cannot be solved, its halves are tried, and single runs at last.
    """
    if len(problems) < SEVERAL:
        return [follow(task, start, np.linspace(0.0, last, times)) for task, start, last in problems]
    path = _together(problems, times)
    if path is not None:
        return path
    half = len(problems) // 2
    return [*follow_all(problems[:half], times), *follow_all(problems[half:], times)]


def _together(problems: Sequence[Problem], times: int) -> list[Path] | None:
    """The runs as one system; None if the integrator did not get to the end."""
    tasks, starts, lasts = zip(*problems, strict=True)
    task, last = joined(tasks), np.array(lasts)
    shape = (*starts[0].shape, last.size)

    def rates(state: FloatArray) -> FloatArray:
        w = state[:-1].reshape(shape)
        at = pulls(task, w)
        moved = velocity(task.kind, w, at.G)
        step = last / np.maximum(at.mean, 1e-3)
        step = step if task.kind == "ewn" else step * np.add.reduce(w * w, (0, 1))
        found = np.empty_like(state)
        np.multiply(moved.reshape(-1, last.size), step, out=found[:-1])
        found[-1] = step * (1 - state[-1] * np.add.reduce(at.G * moved, (0, 1)))
        return found

    first = np.stack([np.append(start, 0.0) for start in starts], axis=-1)
    path = together(rates, first, times, ACCURACY)
    if path is None:
        return None
    w = np.moveaxis(path[:, :-1], -1, 0).reshape(last.size, times, *starts[0].shape)
    return [Path(each, float(q), True) for each, q in zip(w, path[-1, -1], strict=True)]
