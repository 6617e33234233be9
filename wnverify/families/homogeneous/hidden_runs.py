"""Runs of a hidden layer, by two routes: in the weights, and in the parameters (α, v) or (γ, v) by complex steps."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import autograd.numpy as anp
import numpy as np
import scipy

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.engine.homogeneous import hidden_flow as engine
from wnverify.engine.homogeneous.hidden_flow import Path, Problem, Pulls, Task
from wnverify.families.kit.parts import Views

TIMES = 33
"""States that are kept of a run; the asymptotic relations are looked at from the middle one on."""
HALF = TIMES // 2
POSITIVE = 1e-3
"""A start whose least margin, or φ = log(1/LL), is below this is not run."""
H = 1e-100
"""The imaginary step: its square is nothing beside 1."""
MOST = 1.5
"""The largest clock times L: norms grow by e^{1.5}."""


def labels(batch: Batch, index: int) -> Any:
    """Classes (n,) of one instance."""
    classes = batch.shape["C"]
    return np.clip(np.floor(batch.arrays["label"][:, index]), 0, classes - 1).astype(int)


def tasks_of(batch: Batch, kind: str, loss: str) -> Iterator[tuple[Task, FloatArray]]:
    """Task and start of every instance."""
    arrays, L = batch.arrays, batch.shape["L"]
    for index in range(batch.size):
        y, out = labels(batch, index), arrays["out"][..., index]
        others = np.array([[c for c in range(out.shape[0]) if c != label] for label in y])
        D = out[y][:, None] - out[others]
        yield Task(kind, loss, L, arrays["x"][..., index], D), arrays["w"][..., index]


def tasks(batch: Batch) -> Iterator[tuple[Task, FloatArray, float]]:
    """Task, start and last clock of every instance of a flow."""
    clocks = np.minimum(batch.arrays["clock"], MOST) / batch.shape["L"]
    pairs = tasks_of(batch, batch.settings["normalization"], batch.settings["loss"])
    for (task, start), clock in zip(pairs, clocks, strict=True):
        yield task, start, float(clock)


def peaks(pairs: Iterable[tuple[Task, FloatArray]]) -> FloatArray:
    """min over pairs of ‖x_i‖^L max_u|D_icu| k^{(1 − L/2)_+}, so that φ ≤ peak ‖w‖^L; (B,)."""
    found = []
    for task, start in pairs:
        reach = np.linalg.norm(task.x, axis=1) ** task.L * np.abs(task.D).max(axis=2).T
        found.append(reach.min() * start.shape[0] ** max(0.0, 1 - task.L / 2))
    return np.array(found)


@dataclass(frozen=True)
class Run:
    """A run with what pulls at its states.

    Args:
        path: the states.
        pulls: margins and gradients at all kept states.
    """

    path: Path
    pulls: Pulls

    @cached_property
    def norms(self) -> FloatArray:
        """‖w_u‖, (S, k)."""
        return np.linalg.norm(self.path.w, axis=2)

    @cached_property
    def G(self) -> FloatArray:
        """Ĝ_u, (S, k, d)."""
        return np.moveaxis(self.pulls.G, -1, 0)

    @cached_property
    def G_norms(self) -> FloatArray:
        """‖Ĝ_u‖, (S, k)."""
        return np.linalg.norm(self.G, axis=2)

    @cached_property
    def usable(self) -> bool:
        """Whether the run finished and no gradient of a node vanished."""
        return self.path.finished and bool((self.G_norms > 0).all())

    def cosines(self, a: FloatArray, b: FloatArray) -> FloatArray:
        """Cosines of the angles of vectors along the last axis; 0 where one vanishes."""
        scale = np.linalg.norm(a, axis=-1) * np.linalg.norm(b, axis=-1)
        dots = np.sum(a * b, axis=-1)
        return np.divide(dots, scale, out=np.zeros_like(dots), where=scale > 0)


def _fit(task: Task, start: FloatArray) -> bool:
    at = engine.pull(task, start)
    return bool(at.margins.min() >= POSITIVE and at.phi >= POSITIVE)


def _runs(follow: Callable[[list[Problem]], list[Path]], batch: Batch) -> list[Run]:
    problems = list(tasks(batch))
    paths = [Path(np.repeat(start[None], TIMES, axis=0), 0.0, False) for _, start, _ in problems]
    fit = [index for index, (task, start, _) in enumerate(problems) if _fit(task, start)]
    for index, path in zip(fit, follow([problems[index] for index in fit]), strict=True):
        paths[index] = path if path.finished else paths[index]
    return [
        Run(path, engine.pulls(task, np.moveaxis(path.w, 0, -1)))
        for path, (task, _, _) in zip(paths, problems, strict=True)
    ]


def by_weights(batch: Batch) -> list[Run]:
    """The runs by LSODA on w, together."""
    return _runs(lambda problems: engine.follow_all(problems, TIMES), batch)


def by_parameters(batch: Batch) -> list[Run]:
    """The runs by LSODA on (α, v) or (γ, v) with ‖v‖ = 1 at the start, on slopes of log LL by complex steps."""
    return _runs(lambda problems: [_in_parameters(*problem) for problem in problems], batch)


def log_loss(task: Task, w: Any) -> Any:
    """log LL at w (k, d), in autograd's NumPy."""
    z = anp.dot(task.x, w.T)
    power = z if task.L == 1 else anp.maximum(z, 0.0) ** task.L
    m = anp.sum(task.D * power[:, None, :], axis=2)
    least = anp.min(m)
    if task.loss == "exponential" or least > 30:  # log(1 + S) = S to all digits
        return anp.log(anp.sum(anp.exp(least - m))) - least
    return anp.log(anp.sum(anp.log1p(anp.sum(anp.exp(-m), axis=1))))


def parametrised(kind: str, scalars: Any, v: Any) -> Any:
    """w (k, d) from α or γ (k,) and v (k, d)."""
    units = v / anp.sqrt(anp.sum(v**2, axis=1, keepdims=True))
    return (anp.exp(scalars) if kind == "ewn" else scalars)[:, None] * units


def slope(task: Task, scalars: FloatArray, v: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Derivatives of log LL by α or γ (k,) and v (k, d), from its values alone: F(p + ihe) = F(p) + ihF′(p)e + O(h²).

    The imaginary part is free of cancellation, whatever h. All coordinates are moved side by side.
    """
    k, size = scalars.size, scalars.size + v.size
    moves = 1j * H * np.eye(size)
    s, moved = scalars[:, None] + moves[:k], v[..., None] + moves[k:].reshape(*v.shape, size)
    factors = np.exp(s) if task.kind == "ewn" else s
    w = (factors / np.sqrt(np.sum(moved**2, axis=1)))[:, None] * moved
    z = np.tensordot(task.x, w, (1, 1))
    power = z if task.L == 1 else np.where(z.real > 0, z, 0.0) ** task.L
    m = np.einsum("ncu,nup->ncp", task.D, power)
    least = m.real.min()
    if task.loss == "exponential" or least > 30:  # log(1 + S) = S to all digits
        value = np.log(np.sum(np.exp(least - m), axis=(0, 1)))
    else:
        value = np.log(np.sum(np.log1p(np.sum(np.exp(-m), axis=1)), axis=0))
    found = value.imag / H
    return found[:k], found[k:].reshape(v.shape)


def _in_parameters(task: Task, start: FloatArray, last: float) -> Path:
    clocks = np.linspace(0.0, last, TIMES)
    k, sizes = start.shape[0], np.linalg.norm(start, axis=1)
    scalars = np.log(sizes) if task.kind == "ewn" else sizes

    def rates(_: float, state: FloatArray) -> FloatArray:
        s, v = state[:k], state[k:-1].reshape(start.shape)
        by_s, by_v = slope(task, s, v)
        w = parametrised(task.kind, s, v)
        # Σ p m = −⟨w, ∂ log LL/∂w⟩/L, and ⟨w, ∂/∂w⟩ = Σ ∂/∂α = Σ γ ∂/∂γ
        mean = -float(np.sum(by_s if task.kind == "ewn" else s * by_s)) / task.L
        step = engine.pace(task.kind, w, mean)
        total = float(by_s @ by_s + np.sum(by_v**2))
        return -step * np.concatenate([by_s, by_v.ravel(), [state[-1] * total - 1]])

    first = np.concatenate([scalars, (start / sizes[:, None]).ravel(), [0.0]])
    found = scipy.integrate.solve_ivp(rates, (0.0, clocks[-1]), first, "LSODA", t_eval=clocks, rtol=1e-8, atol=1e-10)
    if not found.success:
        return Path(start[None], 0.0, False)
    w = np.stack([parametrised(task.kind, state[:k], state[k:-1].reshape(start.shape)) for state in found.y.T])
    return Path(w, float(found.y[-1, -1]), True)


RUNS = Views(by_weights, by_parameters)
