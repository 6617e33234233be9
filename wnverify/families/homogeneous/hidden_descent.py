"""A hidden layer with several classes under gradient descent with EWN: loss and norm against d = Σ η_t.

A batch holds the network as `hidden_flow` does, the `step` h of η_t = h φ_t^{1/2}, and the number of `steps`, of
which the whole part counts. `descends` is 1 where the margins were positive at the start, φ stayed above 1 and every
step lowered the loss.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
from autograd import value_and_grad

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.engine.homogeneous.hidden_descent import Descent, Slope, descend, slope
from wnverify.engine.homogeneous.hidden_flow import Task, pull
from wnverify.families.homogeneous.hidden_draws import SHAPES, aligned_networks, network_table, networks
from wnverify.families.homogeneous.hidden_runs import log_loss, parametrised, peaks, tasks_of
from wnverify.families.kit.parts import Views, constant, read, size, two_routes, vocabulary
from wnverify.families.kit.steering import stretching
from wnverify.families.kit.table import Array, Table, Tabled
from wnverify.family import Scaling, Shape, Situation
from wnverify.quantities import Quantity

MOST = 120


def _tasks(batch: Batch) -> list[tuple[Task, FloatArray]]:
    return list(tasks_of(batch, "ewn", batch.settings["loss"]))


def _runs(by: Callable[[Task], Slope], batch: Batch) -> list[Descent]:
    steps = np.clip(np.floor(batch.arrays["steps"]), 1, MOST).astype(int)
    rows = zip(_tasks(batch), batch.arrays["step"], steps, strict=True)
    return [descend(by(task), start, float(h), int(count)) for (task, start), h, count in rows]


def _by_autograd(task: Task) -> Slope:
    by = value_and_grad(lambda pair: log_loss(task, parametrised("ewn", *pair)))

    def of(alpha: FloatArray, v: FloatArray) -> tuple[float, FloatArray, FloatArray]:
        value, (by_alpha, by_v) = by((alpha, v))
        return float(value), by_alpha, by_v

    return of


def _first(batch: Batch) -> list[Descent]:
    return _runs(slope, batch)


def _second(batch: Batch) -> list[Descent]:
    return _runs(_by_autograd, batch)


RUNS = Views(_first, _second)


def _each(number: Callable[[Descent], float]) -> Callable[[list[Descent]], FloatArray]:
    return lambda runs: np.array([number(run) for run in runs])


def _of(name: str, meaning: str, number: Callable[[Descent], float], **domain: Any) -> Quantity:
    return RUNS.quantity(name, meaning, _each(number), **domain)


def _last_margin(ends: Callable[[Batch], list[Descent]], batch: Batch) -> FloatArray:
    """Least margin at the end over ‖w‖^L."""
    L, pairs = batch.shape["L"], zip(_tasks(batch), ends(batch), strict=True)
    return np.array([pull(task, run.w).margins.min() / np.linalg.norm(run.w) ** L for (task, _), run in pairs])


def _falls(batch: Batch) -> FloatArray:
    pairs = zip(_tasks(batch), RUNS.closed(batch), strict=True)
    return np.array([float(run.falling and pull(task, start).margins.min() > 0) for (task, start), run in pairs])


def _share(batch: Batch) -> float:
    """By how much cross-entropy is slower, where φ > 2: ((1 − e^{−LL})/LL · log(1/(e^{LL} − 1))/φ)² ≥ 0.80."""
    return 1.0 if batch.settings["loss"] == "exponential" else 0.8


L = size("L", "degree")
k = size("k", "number of nodes")
n = size("n", "number of samples")
C = size("C", "number of classes", low=2)
share = constant(
    "share", "1 of the exponential loss, 4/5 of cross-entropy", _share, low=0, strict=True, latex=r"\kappa_\ell"
)
descends = read(
    "descends",
    "1 where the run descended all the way, else 0",
    _falls,
    low=0,
    high=1,
    latex=r"\mathbb{1}_{\mathrm{descends}}",
)
start_phi = _of("start_phi", "φ = log(1/LL) at the start", lambda run: run.phi[0], latex=r"\varphi(0)")
end_phi = _of("end_phi", "φ at the end", lambda run: run.phi[1], latex=r"\varphi(t)")
total = _of("total", "d = Σ η_t", lambda run: run.d, low=0, strict=True, latex=r"\sum_t\eta_t")
kappa = _of(
    "kappa", "max |ΔLL + ηD|/(ηD), D the squared gradient in (α, v)", lambda run: run.off, low=0, latex=r"\kappa"
)
stretch = _of(
    "stretch",
    "max (LL_t φ_t/(LL_{t+1} φ_{t+1}))²",
    lambda run: run.stretch,
    low=0,
    latex=r"\max_t(\frac{\mathcal{L}_t\varphi_t}{\mathcal{L}_{t+1}\varphi_{t+1}})^2",
)
fastest = _of(
    "fastest", "max D/(LL φ)²", lambda run: run.fastest, low=0, latex=r"\max_t\frac{D}{(\mathcal{L}\varphi)^2}"
)
end_size = _of(
    "end_size", "‖w‖ at the end", lambda run: float(np.linalg.norm(run.w)), low=0, strict=True, latex=r"\|w(t)\|"
)
margin = two_routes(
    "margin",
    "least margin at the end over ‖w‖^L",
    partial(_last_margin, RUNS.closed),
    partial(_last_margin, RUNS.oracle),
    latex=r"\gamma/\|w\|^L",
)
peak = read(
    "peak",
    "min_i ‖x_i‖^L max_u|D_icu| k^{(1−L/2)_+}",
    lambda b: peaks(_tasks(b)),
    low=0,
    strict=True,
    latex=r"\varphi_{\mathrm{peak}}",
)
DESCENDS: Mapping[str, Any] = {"descends": (descends, "=", 1), "loss below e^-2": (start_phi, ">", 2)}
"""Hypotheses of the rates: B1–B4 are of the limit, and are not needed for a finite run."""


class HiddenDescent(Tabled):
    """A hidden layer on a few samples of two or three classes, trained by gradient descent with EWN."""

    name = "hidden_descent"
    quantities = vocabulary(globals())
    settings: Mapping[str, tuple[str, ...]] = {"loss": ("exponential", "cross_entropy")}
    regimes = ("any", "alike")
    cost = 30.0
    boxed = True
    agreement = 1e-6

    def shapes(self) -> Sequence[Shape]:
        """From one sample and node to four samples of three classes; degrees from 1 to 3."""
        return SHAPES

    def table(self, situation: Situation) -> Table:
        """The network, a step size and a number of steps."""
        return {**network_table(situation), "step": Array("", 1e-3, 2.0), "steps": Array("", 1.0, float(MOST))}

    def scalings(self) -> Mapping[str, Scaling]:
        """By the inputs."""
        return {"peak": stretching(1.0, x=1.0)}

    def draw(self, situation: Situation, regime: str, count: int, rng: np.random.Generator) -> Batch:
        """Classes as the network gives them, φ from 2; `alike` nodes are nearly equal."""
        above = 2.05 + np.exp(rng.uniform(-3, 1.0, count))
        arrays = networks(situation, 0.1 if regime == "alike" else 1.0, above, rng)
        arrays |= {"step": np.exp(rng.uniform(-5, 0, count)), "steps": rng.uniform(1, MOST, count)}
        return self.within(situation, arrays)

    def structured(self, situation: Situation) -> Iterator[tuple[str, Batch]]:
        """Aligned networks, with small and with large steps."""
        numbers = {"step": np.array([0.003, 0.05, 0.01, 0.2]), "steps": np.array([10.5, 100.5, 3.5, 50.5])}
        for words, arrays in aligned_networks(situation):
            yield words, self.within(situation, {**arrays, **numbers})


HIDDEN_DESCENT = HiddenDescent()
