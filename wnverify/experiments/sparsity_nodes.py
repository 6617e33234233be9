"""Homogeneous networks of a few nodes under EWN, under SWN and without normalization, from the same start.

f = Σ_u a_u σ(⟨w_u, x⟩) with fixed a_u and σ(z) = max(z, 0)^L, z for L = 1; the loss is LL = Σ e^{−y f}. A run is
followed until φ = log(1/LL) is tens of thousands, which is log t, nearly.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.engine.homogeneous.hidden_flow import Pull, Task, follow, pull
from wnverify.experiments.kit.claimed import claim, met, number
from wnverify.experiments.kit.measured import Measured

EWN, SWN, PLAIN = "EWN", "SWN", "no normalization"
KINDS: Mapping[str, str] = {EWN: "ewn", SWN: "swn", PLAIN: "plain"}
"""Name -> what the engine calls it."""
TWO, SEPARABLE, XOR, CUBIC = "two weights", "Lin-Sep", "XOR", "XOR, degree 3"
DEGREES: Mapping[str, int] = {TWO: 1, SEPARABLE: 2, XOR: 2, CUBIC: 3}
NODES: Mapping[str, int] = {TWO: 2, SEPARABLE: 8, XOR: 12, CUBIC: 12}
STARTS = ((1.2, 1.0), (0.8, 1.5), (1.0, 1.5))
"""Two weights: the first is the stronger, the second is, neither."""
FACTORS = (1.5, 1.0)
"""z of the two weights: f = z_1w_1 + z_2w_2."""
SAMPLES, MARGIN, FIRST, EVEN = 8, 0.25, 3.0, 0.3
"""Samples of Lin-Sep, their least distance to the line, φ at the start, and how even margins are there at least."""
MOST, LONGEST, GROWTH = 2e4, 200, 1.5
"""φ at which a run ends, the most steps, and by what φ is to grow in one."""
SMALL = 0.5
"""A node that is shorter than this share of the longest is not counted."""
RATE, COUNT, SPREAD, PATH, LOSER = "rate", "nodes", "relation", "trajectory", "loser"
THEOREMS: Mapping[str, str] = {EWN: "morwani2022/finite_time_ewn", SWN: "morwani2022/finite_time_swn"}


@dataclass(frozen=True)
class Problem:
    """Data, output weights and a start.

    Args:
        x: inputs (n, d).
        D: y_i a_u (n, 1, k).
        w: (k, d).
    """

    x: FloatArray
    D: FloatArray
    w: FloatArray


def problem(name: str, seed: int, draw: int) -> Problem:
    """A problem, and a start that classifies every sample, with φ = `FIRST`; two weights start as `STARTS` says.

    Args:
        name: which, of `DEGREES`.
        seed: of the experiment.
        draw: which start.
    """
    if name == TWO:
        return Problem(np.ones((1, 1)), np.array([[FACTORS]]), np.array(STARTS[draw % len(STARTS)])[:, None])
    rng = np.random.default_rng([seed, draw, DEGREES[name], NODES[name]])
    x, y = _separable(rng) if name == SEPARABLE else _exclusive()
    while True:
        w = rng.standard_normal((NODES[name], x.shape[1]))
        w *= np.exp(0.3 * rng.standard_normal((NODES[name], 1))) / np.linalg.norm(w, axis=1, keepdims=True)
        D = y[:, None, None] * rng.choice([-1.0, 1.0], NODES[name])
        margins = pull(_task(name, EWN, Problem(x, D, w)), w).margins
        if margins.min() > EVEN * np.abs(margins).mean():
            return _scaled(name, Problem(x, D, w))


def _exclusive() -> tuple[FloatArray, FloatArray]:
    x = np.array([[1.0, 1.0], [-1.0, -1.0], [1.0, -1.0], [-1.0, 1.0]]) / np.sqrt(2)
    return x, np.array([1.0, 1.0, -1.0, -1.0])


def _separable(rng: np.random.Generator) -> tuple[FloatArray, FloatArray]:
    """Points of a square at some distance from a line through its middle, two of each class at least; and a bias."""
    while True:
        x = rng.uniform(-1.0, 1.0, (SAMPLES, 2))
        off = x @ np.array([1.0, 0.5])
        if (np.abs(off) > MARGIN).all() and 2 <= (off > 0).sum() <= SAMPLES - 2:
            return np.hstack([x, np.full((SAMPLES, 1), 0.5)]), np.sign(off)


def _scaled(name: str, at: Problem) -> Problem:
    """The start times a factor, by bisection, so that φ = `FIRST`."""
    low, high, todo = 1e-3, 1e3, _task(name, EWN, at)
    for _ in range(60):
        middle = float(np.sqrt(low * high))
        low, high = (middle, high) if pull(todo, middle * at.w).phi < FIRST else (low, middle)
    return Problem(at.x, at.D, low * at.w)


def _task(name: str, method: str, at: Problem) -> Task:
    return Task(KINDS[method], "exponential", DEGREES[name], at.x, at.D)


# ---- runs


@dataclass(frozen=True)
class Moment:
    """A state of a run.

    Args:
        w: the weights (k, d).
        at: margins and gradients there.
        q: t LL.
    """

    w: FloatArray
    at: Pull
    q: float

    @property
    def log_time(self) -> float:
        """log t."""
        return float(np.log(self.q)) + self.at.phi

    @property
    def norms(self) -> FloatArray:
        """‖w_u‖, (k,)."""
        return np.linalg.norm(self.w, axis=1)

    def count(self) -> float:
        """(Σ‖w_u‖²)²/Σ‖w_u‖⁴: how many nodes of equal length would share the squared norm alike."""
        squares = self.norms**2
        return float(squares.sum() ** 2 / (squares**2).sum())

    def spread(self, method: str) -> float:
        """How far ‖w_u‖‖G_u‖ (EWN), or ‖w_u‖/‖G_u‖, is from being equal at all long nodes: the range of its log."""
        pulls = np.linalg.norm(self.at.G, axis=1)
        long = (self.norms > SMALL * self.norms.max()) & (pulls > 0)
        logs = np.log(self.norms[long]) + (1.0 if method == EWN else -1.0) * np.log(pulls[long])
        return float(np.ptp(logs))


def run(name: str, method: str, at: Problem) -> Iterator[Moment]:
    """The run after each step, in which φ grows by about `GROWTH`; it ends at φ = `MOST`, or where it stalls.

    Args:
        name: of the problem.
        method: a name in `KINDS`.
        at: where it begins.
    """
    todo, w, q, clock = _task(name, method, at), at.w, 0.0, 0.05
    before = pull(todo, w)
    for _ in range(LONGEST):
        path = follow(todo, w, np.array([0.0, clock]))
        if not path.finished:
            return
        w, now = path.w[-1], pull(todo, path.w[-1])
        q = path.q + q * float(np.exp(before.phi - now.phi))
        yield Moment(w, now, q)
        if now.phi > MOST:
            return
        clock *= float(np.clip(np.log(GROWTH) / max(np.log(now.phi / before.phi), 1e-9), 0.25, 4.0))
        before = now


def nodes(name: str, method: str, seed: int, draw: int) -> Iterator[Measured]:
    """What is measured along one run.

    Args:
        name: of the problem.
        method: a name in `KINDS`.
        seed: of the experiment.
        draw: which start.
    """
    begin = problem(name, seed, draw)
    first = pull(_task(name, method, begin), begin.w).phi
    place, moment = (name, method, draw, first), None
    for moment in run(name, method, begin):
        phi = moment.at.phi
        sure = certified_time(name, method, begin, (first, phi))
        yield Measured(RATE, *place, moment.log_time, value=moment.q, high=sure)
        yield Measured(COUNT, *place, phi, value=moment.count())
        if name == TWO:
            yield from _two(place, begin, moment)
    if moment is not None:
        yield Measured(SPREAD, *place, moment.at.phi, value=moment.spread(method))


def certified_time(name: str, method: str, begin: Problem, phis: tuple[float, float]) -> float | None:
    """What t LL cannot exceed, from 1/LL ≥ 1/LL_0 + c t; None without normalization, of which nothing is said.

    Args:
        name: of the problem.
        method: a name in `KINDS`.
        begin: where the run began.
        phis: φ there and now.
    """
    if method not in THEOREMS:
        return None
    theorem = THEOREMS[method]
    values = {"L": DEGREES[name], "k": NODES[name], "start_phi": phis[0], "end_phi": phis[1], "finished": 1.0}
    values["start_size"] = float(np.linalg.norm(begin.w))
    if not met(theorem, values):
        return None
    none, one = (number(claim(theorem).lhs, {**values, "elapsed": elapsed}) for elapsed in (0.0, 1.0))
    return (1.0 - none) / (one - none)


def limit(begin: Problem) -> tuple[int, float] | None:
    """Of two weights under EWN: which of them stays finite, and its limit; None where neither does.

    The limit is that of `theorems/morwani2022/losers_ewn.py`.

    Args:
        begin: where they begin.
    """
    w, c = begin.w[:, 0], begin.D[0, 0]
    strongest, other = (0, 1) if c[0] * w[0] > c[1] * w[1] else (1, 0)
    rest = 1 / w[other] - c[other] / (c[strongest] * w[strongest])
    return (other, float(1 / rest)) if abs(rest) > 1e-9 else None


def _two(place: tuple[str, str, int, float], begin: Problem, moment: Moment) -> Iterator[Measured]:
    one, two = (float(each) for each in moment.w[:, 0])
    yield Measured(PATH, *place, one, value=two)
    found = limit(begin) if place[1] == EWN else None
    if found:
        loser, most = found
        yield Measured(LOSER, *place, (one, two)[1 - loser], value=(one, two)[loser], high=most)
