"""A two-layer linear model f_i = aᵀW x_i, each layer one node, run under EWN or SWN: rates and asymptotic relations.

A batch holds `W` (k, d, B), `a` (k, B), inputs times labels `x` (n, d, B) and the `clock` (B,) at which the rate is
read off; the asymptotic relations are read off at a clock of 2.5 (EWN) or 3 (SWN), where the norms have grown by
about e^{2.5} or e^3. `settled` is 1 where all margins were positive at the start and the integrator finished.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, TypeAlias

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.engine.homogeneous import layer_flow as engine
from wnverify.engine.homogeneous.layer_flow import Pull, State
from wnverify.families.kit.parts import Views, read, two_routes, vocabulary
from wnverify.families.kit.steering import stretching
from wnverify.families.kit.table import Array, Table, Tabled
from wnverify.family import Scaling, Shape, Situation

LATE = {"ewn": 2.5, "swn": 3.0}
TABLE = {
    "W": Array("k d", -6.0, 6.0),
    "a": Array("k", -6.0, 6.0),
    "x": Array("n d", -2.0, 2.0),
    "clock": Array("", 0.02, 1.2),
}
POSITIVE = 0.5
"""A start whose least margin is below this, or whose loss is above e^{−2}, is not run: it counts as not settled."""
Ends: TypeAlias = list[tuple[Pull, State]]
Problem: TypeAlias = tuple[FloatArray, State, float]
"""Inputs times labels (n, d), the start, and the clock at the end."""
Follow: TypeAlias = Callable[..., State]
"""Kind, a problem of positive margins, whether q is followed -> where the run ends."""


def _starts(batch: Batch) -> list[Problem]:
    """(X, state, clock) of every instance."""
    arrays = batch.arrays
    columns = (np.moveaxis(arrays[name], -1, 0) for name in ("x", "W", "a", "clock"))
    return [(x, State(W, a, 0.0, True), float(clock)) for x, W, a, clock in zip(*columns, strict=True)]


def _ends(follow: Follow, timed: bool, batch: Batch) -> Ends:
    """Where every run ended, at its own clock or late, with margins and gradients there."""
    kind, problems = batch.settings["normalization"], _starts(batch)
    first = [engine.pull(x, start.W, start.a) for x, start, _ in problems]
    fit = [index for index, at in enumerate(first) if at.least >= POSITIVE and at.phi > 2]
    chosen = [(*problems[index][:2], problems[index][2] if timed else LATE[kind]) for index in fit]
    ends = [(at, replace(start, finished=False)) for at, (_, start, _) in zip(first, problems, strict=True)]
    for index, problem in zip(fit, chosen, strict=True):
        end = follow(kind, *problem, timed=timed)
        ends[index] = engine.pull(problem[0], end.W, end.a), end
    return ends


def _each(number: Callable[[Pull, State], float]) -> Callable[[Ends], FloatArray]:
    return lambda ends: np.array([number(at, end) for at, end in ends])


def _norms(at: Pull, end: State) -> tuple[float, float, float, float]:
    """‖W‖, ‖a‖, ‖Ĝ_W‖, ‖Ĝ_a‖."""
    W, a, G_W, G_a = (float(np.linalg.norm(part)) for part in (end.W, end.a, at.W, at.a))
    return W, a, G_W, G_a


def _product(at: Pull, end: State) -> float:
    W, a, G_W, G_a = _norms(at, end)
    return float(np.log(W * G_W / (a * G_a)))


def _quotient(at: Pull, end: State) -> float:
    W, a, G_W, G_a = _norms(at, end)
    return float(np.log(W / G_W / (a / G_a)))


def _smaller(_: Pull, end: State) -> float:
    return min(float(np.sum(end.W**2)), float(end.a @ end.a))


def _imbalance(batch: Batch) -> FloatArray:
    return np.asarray(np.abs(np.sum(batch.arrays["W"] ** 2, axis=(0, 1)) - np.sum(batch.arrays["a"] ** 2, axis=0)))


def _start_phi(batch: Batch) -> FloatArray:
    return np.array([engine.pull(x, start.W, start.a).phi for x, start, _ in _starts(batch)])


def _start_phi_by_sum(batch: Batch) -> FloatArray:
    f = np.einsum("kb,kdb,ndb->nb", batch.arrays["a"], batch.arrays["W"], batch.arrays["x"])
    return np.asarray(-np.log(np.exp(-f).sum(axis=0)))


TIMED, LATE_RUN = (
    Views(partial(_ends, engine.run, by_clock), partial(_ends, engine.run_in_parameters, by_clock))
    for by_clock in (True, False)
)
FINISHED = _each(lambda _, end: float(end.finished))

settled = LATE_RUN.read(
    "settled",
    "1 where the long run started positive and finished, else 0",
    FINISHED,
    low=0,
    high=1,
    latex=r"\mathbb{1}_{\mathrm{settled}}",
)
timed = TIMED.read(
    "timed",
    "1 where the timed run started positive and finished, else 0",
    FINISHED,
    low=0,
    high=1,
    latex=r"\mathbb{1}_{\mathrm{timed}}",
)
start_phi = two_routes("start_phi", "φ = log(1/LL) at the start", _start_phi, _start_phi_by_sum, latex=r"\varphi(0)")
end_phi = TIMED.quantity("end_phi", "φ at the clock", _each(lambda at, _: at.phi), latex=r"\varphi(t)")
elapsed = TIMED.quantity("elapsed", "t LL φ² at the clock", _each(lambda _, end: end.q), low=0, latex=r"\mathcal{T}")
product_ratio = LATE_RUN.quantity(
    "product_ratio",
    "log(‖W‖‖G_W‖/(‖a‖‖G_a‖)) at the end",
    _each(_product),
    latex=r"\log\frac{\|W\|\|G_W\|}{\|a\|\|G_a\|}",
)
quotient_ratio = LATE_RUN.quantity(
    "quotient_ratio",
    "log((‖W‖/‖G_W‖)/(‖a‖/‖G_a‖)) at the end",
    _each(_quotient),
    latex=r"\log\frac{\|W\|/\|G_W\|}{\|a\|/\|G_a\|}",
)
least_square = LATE_RUN.quantity(
    "least_square", "min(‖W‖², ‖a‖²) at the end", _each(_smaller), low=0, strict=True, latex=r"\min(\|W\|^2,\|a\|^2)"
)
imbalance = read("imbalance", "|‖W‖² − ‖a‖²| at the start", _imbalance, low=0, latex=r"|\|W\|^2-\|a\|^2|")
SETTLED: Mapping[str, Any] = {"the run finished": (settled, "=", 1), "loss below e^-2": (start_phi, ">", 2)}
"""Hypotheses of the asymptotic relations on a run."""


class LayerFlow(Tabled):
    """Two-layer linear models on separable samples."""

    name = "layer_flow"
    quantities = vocabulary(globals())
    settings: Mapping[str, tuple[str, ...]] = {"normalization": ("ewn", "swn")}
    regimes = ("near", "turned", "tilted")
    cost = 120.0
    boxed = True
    agreement = 1e-4

    def shapes(self) -> Sequence[Shape]:
        """From one sample and one hidden unit to six samples in three dimensions."""
        sizes = ((1, 1, 2), (3, 1, 2), (2, 2, 2), (4, 2, 2), (6, 2, 3))
        return [{"n": samples, "k": k, "d": d} for samples, k, d in sizes]

    def table(self, situation: Situation) -> Table:
        """Both layers, the samples, and a clock."""
        return TABLE

    def scalings(self) -> Mapping[str, Scaling]:
        """By the norms of both layers."""
        return {"imbalance": stretching(2.0, W=1.0, a=1.0), "start_phi": stretching(2.0, W=1.0, a=1.0)}

    def draw(self, situation: Situation, regime: str, count: int, rng: np.random.Generator) -> Batch:
        """Samples with a positive first coordinate; W near a·e_1ᵀ, or `turned` or `tilted` away from it."""
        samples, k, d = (situation.shape[name] for name in ("n", "k", "d"))
        x = np.clip(rng.standard_normal((samples, d, count)), -1.7, 1.7)
        x[:, 0] = 0.3 + np.abs(x[:, 0])
        a = rng.choice([-1.0, 1.0], (k, count)) * (0.4 + np.abs(rng.standard_normal((k, count))))
        W = {"near": 0.02, "turned": 0.1, "tilted": 0.25}[regime] * rng.standard_normal((k, d, count))
        W[:, 0] += a
        least = np.maximum(np.einsum("kb,kdb,ndb->nb", a, W, x).min(axis=0), 0.05)
        scale = np.sqrt((2.2 + np.log(samples) + np.exp(rng.uniform(-2, 1.5, count))) / least)
        share = np.exp(rng.uniform(-0.5, 0.5, count))
        clock = np.exp(rng.uniform(-3, 0, count))
        return self.within(situation, {"W": W * scale * share, "a": a * scale / share, "x": x, "clock": clock})

    def structured(self, situation: Situation) -> Iterator[tuple[str, Batch]]:
        """One direction for all, with equal and with unequal norms."""
        samples, k, d = (situation.shape[name] for name in ("n", "k", "d"))
        W, a, x = np.zeros((k, d, 2)), np.ones((k, 2)), np.zeros((samples, d, 2))
        x[:, 0] = 1.0
        W[:, 0], a[:] = (2.5, 3.5), (2.5, 1.5)
        yield "aligned", self.batch(situation, {"W": W, "a": a, "x": x, "clock": np.array([0.05, 0.5])})


LAYER_FLOW = LayerFlow()
