"""A hidden layer with several classes, run under EWN or SWN: rates, alignment, and what becomes of two nodes' norms.

A batch holds the nodes `w` (k, d, B), the output weights `out` (C, k, B), which stay, the inputs `x` (n, d, B), of
which the classes are the whole parts of `label` (n, B), and the `clock` (B,), times L, for which the flow runs.
`finished` is 1 where all margins and log(1/LL) were positive at the start, the run got there and no node was dead.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.engine.homogeneous import hidden_flow as engine
from wnverify.families.homogeneous.hidden_draws import SHAPES, aligned_networks, network_table, networks
from wnverify.families.homogeneous.hidden_runs import HALF, MOST, RUNS, Run, peaks, tasks
from wnverify.families.kit.parts import read, size, two_routes, vocabulary
from wnverify.families.kit.steering import stretching
from wnverify.families.kit.table import Array, Table, Tabled
from wnverify.family import Scaling, Shape, Situation
from wnverify.quantities import Quantity

Number = Callable[[Run], float]


def _each(number: Number) -> Callable[[list[Run]], FloatArray]:
    return lambda runs: np.array([number(run) for run in runs])


def _of(name: str, meaning: str, number: Number, **domain: Any) -> Quantity:
    """A number of a run, by both routes."""
    return RUNS.quantity(name, meaning, _each(number), **domain)


def _late_ratios(run: Run) -> FloatArray:
    """‖G_1‖/‖G_2‖ from half of the clock on; 1 of a run that is of no use."""
    G = run.G_norms[HALF:]
    return G[:, 0] / G[:, _second(run)] if run.usable else np.ones(G.shape[0])


def _second(run: Run) -> int:
    """Index of the second node; of a single one it is itself."""
    return min(1, run.norms.shape[1] - 1)


def _late_cosines(run: Run) -> FloatArray:
    """cos(w_u, −G_u) of the first two nodes, or of the one, from half of the clock on."""
    return run.cosines(run.path.w[HALF:, :2], run.G[HALF:, :2])


def _first(run: Run) -> tuple[FloatArray, FloatArray]:
    """Weights and Ĝ (S, d) of the first node, from half of the clock on."""
    return run.path.w[HALF:, 0], run.G[HALF:, 0]


def _steady(run: Run) -> float:
    _, G = _first(run)
    return float(run.cosines(G, G[-1:]).min())


def _met(run: Run, at: int) -> float:
    w, G = _first(run)
    return float(run.cosines(w[at], G[-1]))


def _peak(batch: Batch) -> FloatArray:
    return peaks((task, start) for task, start, _ in tasks(batch))


def _start(batch: Batch) -> list[engine.Pull]:
    return [engine.pull(task, start) for task, start, _ in tasks(batch)]


def _start_phi(batch: Batch) -> FloatArray:
    return np.array([at.phi for at in _start(batch)])


def _start_margin(batch: Batch) -> FloatArray:
    return np.array([at.margins.min() for at in _start(batch)])


def _start_size(batch: Batch) -> FloatArray:
    return np.asarray(np.sqrt(np.sum(batch.arrays["w"] ** 2, axis=(0, 1))))


def _start_phi_by_sum(batch: Batch) -> FloatArray:
    """φ at the start, as the loss is written."""
    found = []
    for task, w, _ in tasks(batch):
        power = engine.activation(np.einsum("nd,kd->nk", task.x, w), task.L)
        S = np.exp(-np.einsum("ncu,nu->nc", task.D, power)).sum(axis=1)
        found.append(-np.log(np.sum(S if task.loss == "exponential" else np.log1p(S))))
    return np.array(found)


def _norm_2(run: Run, at: int) -> float:
    return float(run.norms[at, _second(run)])


COSINE: Mapping[str, Any] = {"low": -1 - 1e-9, "high": 1 + 1e-9}

L = size("L", "degree")
k = size("k", "number of nodes")
finished = RUNS.read(
    "finished",
    "1 where the run started positive and finished with no dead node",
    _each(lambda run: float(run.usable)),
    low=0,
    high=1,
    latex=r"\mathbb{1}_{\mathrm{finished}}",
)
start_phi = two_routes("start_phi", "φ = log(1/LL) at the start", _start_phi, _start_phi_by_sum, latex=r"\varphi(0)")
start_margin = read("start_margin", "least margin at the start", _start_margin, latex=r"\gamma(0)")
start_size = read(
    "start_size", "‖w‖ = (Σ‖w_u‖²)^{1/2} at the start", _start_size, low=0, strict=True, latex=r"\|w(0)\|"
)
peak = read(
    "peak",
    "min_i ‖x_i‖^L max_u|D_icu| k^{(1−L/2)_+}, so that φ ≤ peak ‖w‖^L",
    _peak,
    low=0,
    strict=True,
    latex=r"\varphi_{\mathrm{peak}}",
)
end_margin = _of(
    "end_margin", "least margin at the end", lambda run: float(run.pulls.margins[..., -1].min()), latex=r"\gamma(t)"
)
end_phi = _of("end_phi", "φ at the end", lambda run: float(run.pulls.phi[-1]), latex=r"\varphi(t)")
elapsed = _of("elapsed", "t LL at the end", lambda run: run.path.q, low=0, latex=r"\mathcal{T}")
end_size = _of(
    "end_size",
    "‖w‖ at the end",
    lambda run: float(np.linalg.norm(run.norms[-1])),
    low=0,
    strict=True,
    latex=r"\|w(t)\|",
)
cos_end = _of(
    "cos_end", "cos(w_1, −G_1) at the end", lambda run: _met(run, -1), low=-1, high=1, latex=r"\cos(w_1,-G_1)"
)
cos_half = _of(
    "cos_half",
    "cos of w_1 at half of the clock and −G_1 at the end",
    lambda run: _met(run, 0),
    **COSINE,
    latex=r"\cos(w_1(t/2),-G_1)",
)
cos_tau = _of(
    "cos_tau", "least cos of −G_1 from half of the clock on and −G_1 at the end", _steady, **COSINE, latex=r"\cos\tau"
)
half_1 = _of(
    "half_1",
    "‖w_1‖ at half of the clock",
    lambda run: float(run.norms[HALF, 0]),
    low=0,
    strict=True,
    latex=r"\|w_1(t/2)\|",
)
half_2 = _of(
    "half_2", "‖w_2‖ at half of the clock", lambda run: _norm_2(run, HALF), low=0, strict=True, latex=r"\|w_2(t/2)\|"
)
end_1 = _of("end_1", "‖w_1‖ at the end", lambda run: float(run.norms[-1, 0]), low=0, strict=True, latex=r"\|w_1(t)\|")
end_2 = _of("end_2", "‖w_2‖ at the end", lambda run: _norm_2(run, -1), low=0, strict=True, latex=r"\|w_2(t)\|")
c_least = _of(
    "c_least",
    "least ‖G_1‖/‖G_2‖ from half of the clock on",
    lambda run: float(_late_ratios(run).min()),
    low=0,
    latex=r"\min_t\frac{\|G_1\|}{\|G_2\|}",
)
c_most = _of(
    "c_most",
    "largest ‖G_1‖/‖G_2‖ since then",
    lambda run: float(_late_ratios(run).max()),
    low=0,
    latex=r"\max_t\frac{\|G_1\|}{\|G_2\|}",
)
cos_delta = _of(
    "cos_delta",
    "least cos(w_u, −G_u), u = 1, 2, since then",
    lambda run: float(_late_cosines(run).min()),
    **COSINE,
    latex=r"\cos\delta",
)
RAN: Mapping[str, Any] = {"the run finished": (finished, "=", 1)}
BELOW_ONE: Mapping[str, Any] = {**RAN, "loss below 1": (start_phi, ">", 0)}
"""Hypotheses of the rates and relations along a run: A1 of the paper."""


class HiddenFlow(Tabled):
    """A hidden layer on a few samples of two or three classes."""

    name = "hidden_flow"
    quantities = vocabulary(globals())
    settings: Mapping[str, tuple[str, ...]] = {
        "normalization": ("ewn", "swn"),
        "loss": ("exponential", "cross_entropy"),
    }
    regimes = ("late", "short", "alike")
    cost = 150.0
    boxed = True
    agreement = 1e-4

    def shapes(self) -> Sequence[Shape]:
        """From one sample and node to four samples of three classes; degrees from 1 to 3."""
        return SHAPES

    def table(self, situation: Situation) -> Table:
        """Both layers, the samples, their classes and a clock."""
        return {**network_table(situation), "clock": Array("", 0.02, MOST)}

    def scalings(self) -> Mapping[str, Scaling]:
        """By the norms of the nodes, and of the inputs."""
        names = ("start_phi", "start_margin", "start_size")
        return {**{name: stretching(1.0, w=1.0) for name in names}, "peak": stretching(1.0, x=1.0)}

    def draw(self, situation: Situation, regime: str, count: int, rng: np.random.Generator) -> Batch:
        """Classes as the network gives them; `late` runs are long, `alike` nodes are nearly equal."""
        above = np.exp(rng.uniform(-3, 1.5, count))
        arrays = networks(situation, 0.1 if regime == "alike" else 1.0, above, rng)
        low, high = {"late": (-0.7, 0.4), "short": (-4, -1), "alike": (-2, 0.4)}[regime]
        arrays["clock"] = np.exp(rng.uniform(low, high, count))
        return self.within(situation, arrays)

    def structured(self, situation: Situation) -> Iterator[tuple[str, Batch]]:
        """Nodes and inputs along one direction, alike or of two norms; and inputs at odds across the nodes."""
        clock = np.array([0.02, 0.05, 1.0, 1.5])
        for words, arrays in aligned_networks(situation):
            yield words, self.within(situation, {**arrays, "clock": clock})


HIDDEN_FLOW = HiddenFlow()
