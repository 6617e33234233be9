"""Paths of the gradient flow of two-layer ReLU networks from any residual, by Euler's method; many slide along kinks.

Targets are far away, so that neurons are pushed onto kinks and stay there. `flips`, the most sign changes of one
a_ik, tells such runs: without sliding a kink is crossed once or twice.
Notation and arrays as in `starts`; the run lasts `span` min(1, α²).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.engine.relu.gains import length, unit
from wnverify.engine.relu.runs import Run, descend
from wnverify.errors import RecordError, expected
from wnverify.families.kit.parts import read, vocabulary
from wnverify.families.kit.table import Array, Table, Tabled
from wnverify.families.relu import starts
from wnverify.families.relu.plain import PlainRun, by_runs, descended, single
from wnverify.families.relu.starts import Drawn, begin, start
from wnverify.family import Coordinates, Scaling, Shape, Situation
from wnverify.quantities import Quantity

STEPS, WINDOW = 240, 20
"""Euler steps of a run, and those over which indicators are averaged."""


def _time_step(batch: Batch) -> FloatArray:
    return batch.arrays["span"] * np.minimum(1.0, batch.arrays["alpha"] ** 2) / STEPS


def run(batch: Batch) -> Run:
    """The runs of a batch, computed once."""
    return batch.memo(run, lambda: descend(begin(batch), _time_step(batch), STEPS))


def plain_runs(batch: Batch) -> list[PlainRun]:
    """The same by the second route."""

    def build() -> list[PlainRun]:
        h = _time_step(batch)
        return [descended(single(batch, index), h[index], STEPS) for index in range(batch.size)]

    return batch.memo(plain_runs, build)


_of_path = by_runs(run, plain_runs)


def _least(K: FloatArray, r: FloatArray) -> FloatArray:
    return np.asarray(np.linalg.svd(K, compute_uv=False)[:, -1])


def _power(K: FloatArray, r: FloatArray) -> FloatArray:
    return np.asarray(2.0 * np.einsum("ti,tij,tj->t", r, K, r))


def _averaged(at: Run) -> tuple[FloatArray, FloatArray]:
    return at.averaged(WINDOW)


def _push(one: PlainRun) -> float:
    kappa = np.linalg.svd(one.start.x, compute_uv=False)[0]
    return float(kappa / np.sqrt(one.start.c.size) * one.h * one.sizes[:-1].sum())


def _turned(one: PlainRun) -> float:
    """By atan2 of the parts of each direction across and along the one before."""
    v = one.v[:, 0]
    along = np.sum(v[1:] * v[:-1], axis=1)
    sizes = np.linalg.norm(v[1:], axis=1) * np.linalg.norm(v[:-1], axis=1)
    cross = v[1:] - (along / np.sum(v[:-1] ** 2, axis=1))[:, None] * v[:-1]
    across = np.linalg.norm(cross, axis=1) * np.linalg.norm(v[:-1], axis=1)
    return float(np.sum(np.arctan2(across / sizes, along / sizes)))


def _stride(one: PlainRun) -> float:
    v = one.v
    return float((np.linalg.norm(np.diff(v, axis=0), axis=-1) / np.linalg.norm(v[:-1], axis=-1)).max())


def _flips(one: PlainRun) -> float:
    return float(np.abs(np.diff(one.on, axis=0)).sum(axis=0).max())


alpha = read("alpha", "scale of the initialisation, v(0) = αu", low=0, strict=True)
kappa = read("kappa", "|X|₂", lambda b: begin(b).kappa, low=0, strict=True, latex=r"\kappa")
u_norm = read("u_norm", "|u_1|", lambda b: length(b.arrays["u"], 1)[0], low=0, strict=True, latex=r"\|u_1\|")
start_residual = read("start_residual", "R₀ = |r(0)|", lambda b: length(b.arrays["r"]), low=0, latex="R_0")
end_residual = _of_path(
    "end_residual",
    "|r| at the end of the run",
    lambda at: at.size[-1],
    lambda one: one.sizes[-1],
    low=0,
    latex=r"\|r(t)\|",
)
exponent = _of_path(
    "exponent", "∫ λ_min(Λ_s), s the averaged indicators",
    lambda at: np.maximum(_averaged(at)[0], 0.0), lambda one: one.integral(WINDOW, _least), low=0,
    latex=r"\int\lambda_{\min}(\Lambda_s)")  # fmt: skip
indicator_exponent = _of_path(
    "indicator_exponent", "∫ λ_min(Λ) with indicators 0 and 1",
    lambda at: np.maximum(at.indicator_integral, 0.0), lambda one: one.integral(0, _least), low=0,
    latex=r"\int\lambda_{\min}(\Lambda)")  # fmt: skip
work = _of_path(
    "work", "2 ∫ rᵀΛ_s r, s the averaged indicators",
    lambda at: _averaged(at)[1], lambda one: one.integral(WINDOW, _power), low=0,
    latex=r"2\int r^\top\Lambda_sr")  # fmt: skip
indicator_work = _of_path(
    "indicator_work", "2 ∫ rᵀΛr with indicators 0 and 1",
    lambda at: at.indicator_work, lambda one: one.integral(0, _power), low=0,
    latex=r"2\int r^\top\Lambda r")  # fmt: skip
flips = _of_path(
    "flips", "the most sign changes of one a_ik along the run; more than 2: the run slides along a kink",
    lambda at: at.flips, _flips, integer=True, low=0,
    latex=r"N_{\mathrm{flips}}")  # fmt: skip
least_gain = _of_path(
    "least_gain", "least g_k along the run", lambda at: at.g.min(axis=(0, 1)),
    lambda one: one.g.min(),
    latex=r"\min_{k,t}g_k")  # fmt: skip
push = _of_path("push", "p = (κ/√m) ∫ |r|", lambda at: at.push, _push, low=0, latex="p")
gain_shift = _of_path(
    "gain_shift", "greatest |g_1(t) − g_1(0)|",
    lambda at: np.abs(at.g[:, 0] - at.g[0, 0]).max(axis=0),
    lambda one: float(np.abs(one.g[:, 0] - one.start.g[0]).max()), low=0,
    latex=r"\max_t|g_k(t)-g_k(0)|")  # fmt: skip
direction_shift = _of_path(
    "direction_shift", "greatest |v_1(t) − v_1(0)|",
    lambda at: length(at.v[:, 0] - at.v[0, 0], 1).max(axis=0),
    lambda one: float(np.linalg.norm(one.v[:, 0] - one.start.v[0], axis=1).max()), low=0,
    latex=r"\max_t\|v_1(t)-v_1(0)\|")  # fmt: skip
stride = _of_path(
    "stride", "greatest |v_k(s+1) − v_k(s)|/|v_k(s)| over all neurons and Euler steps",
    lambda at: (length(np.diff(at.v, axis=0), 2) / length(at.v[:-1], 2)).max(axis=(0, 1)), _stride, low=0,
    latex=r"\max_{k,s}\frac{\|\Delta v_k(s)\|}{\|v_k(s)\|}")  # fmt: skip
turned = _of_path(
    "turned", "length of the path of v̄_1", lambda at: at.turned(0), _turned, low=0, latex=r"\int\|\bar{v}_1'\|"
)

POSITIVE: Mapping[str, tuple[Any, str, Any]] = {"gains stay positive": (least_gain, ">", 0)}
NO_SLIDING: Mapping[str, tuple[Any, str, Any]] = {**POSITIVE, "no sliding": (flips, "<=", 2)}
TABLE: Table = {**starts.TABLE, "span": Array("", 0.05, 0.6)}


class ReluPaths(Tabled):
    """Starts with any residual."""

    name = "relu_paths"
    quantities: Mapping[str, Quantity] = vocabulary(globals())
    settings: Mapping[str, tuple[str, ...]] = {}
    regimes = ("generic", "sliding", "along", "across")
    cost = 10.0
    boxed = True

    def shapes(self) -> Sequence[Shape]:
        """Two inputs; the runs are cheap only while they are few and small."""
        return [{"n": 2, "d": 2, "m": 2}, {"n": 2, "d": 3, "m": 4}]

    def table(self, situation: Situation) -> Table:
        """The same arrays in every situation.

        Raises:
            RecordError: unless there are two inputs in at least two dimensions.
        """
        inputs, dim = situation.shape["n"], situation.shape["d"]
        if inputs != 2 or dim < 2:
            raise RecordError(expected("two inputs in two or more dimensions", f"n={inputs}, d={dim}"))
        return TABLE

    def scalings(self) -> Mapping[str, Scaling]:
        """By the first neuron's length, and the residual."""
        return starts.SCALINGS

    def draw(self, situation: Situation, regime: str, count: int, rng: np.random.Generator) -> Batch:
        """Draw starts, at least four.

        Regimes: `generic`; `sliding` inputs at an obtuse angle, every neuron driven onto a kink; `along`,
        `across`: inputs nearly parallel, the first neuron along them, or almost across and turning towards them.
        """
        self.table(situation)
        count = max(count, 4)
        arrays = start(situation, count, rng, rng.uniform(1.0, 4.0, (2, count)))
        arrays["span"] = rng.uniform(0.25, 0.6, count)
        if regime == "sliding":
            arrays |= _onto_kink(arrays, rng)
        if regime in ("along", "across"):
            arrays |= _near_parallel(arrays, regime, rng)
        return self.batch(situation, arrays)

    def structured(self, situation: Situation) -> Iterator[tuple[str, Batch]]:
        """Sliding starts and starts with nearly parallel inputs."""
        rng = np.random.default_rng(0)
        yield "driven onto a kink", self.draw(situation, "sliding", 4, rng)
        yield "a neuron along nearly parallel inputs", self.draw(situation, "along", 4, rng)
        turning = dict(self.draw(situation, "across", 4, rng).arrays)
        turning |= {"alpha": np.array([0.5, 0.7, 1.4, 2.0]), "span": np.full(4, 0.25)}
        yield "a neuron across nearly parallel inputs", self.batch(situation, turning)

    def coordinates(self, situation: Situation) -> Coordinates:
        """See `starts.coordinates`."""
        return starts.coordinates(self.name, situation, TABLE)


def _onto_kink(arrays: Drawn, rng: np.random.Generator) -> Drawn:
    """Neurons at kinks, half of them at that of x_1, half at that of x_2.

    ⟨x_1, x_2⟩ < 0, signs +1, r_1 ≈ r_2 > 0: below the kink of x_1 a neuron is pulled up by x_2, above it pushed down.
    """
    n, d, count = arrays["x"].shape
    m = arrays["c"].shape[0]
    half = rng.uniform(1.75, 2.4, count) / 2
    zero = np.zeros((d - 2, count))
    x = np.stack([np.concatenate([[np.cos(half), side * np.sin(half)], zero]) for side in (1.0, -1.0)])
    tilt = np.pi / 2 - half - rng.uniform(0.02, 0.15, (m, count))  # from the bisector, kink at π/2 − half
    side = np.where(np.arange(m) % 2, 1.0, -1.0)[:, None]
    u = np.concatenate([np.stack([np.cos(tilt), side * np.sin(tilt)], axis=1), np.zeros((m, d - 2, count))], axis=1)
    r = rng.uniform(2.0, 4.0, count) * (1.0 + 0.03 * rng.standard_normal((n, count)))
    u *= rng.uniform(1.5, 2.5, count)
    return {"x": x, "u": u, "c": np.ones((m, count)), "r": r, "alpha": np.asarray(rng.uniform(0.5, 1.0, count))}


def _near_parallel(arrays: Drawn, regime: str, rng: np.random.Generator) -> Drawn:
    """Inputs within 1e-3, residuals equal; the sign of the first neuron such that it grows."""
    x, u, c = arrays["x"].copy(), arrays["u"].copy(), arrays["c"].copy()
    x[1] = unit(x[0] + 1e-3 * x[1], 0)
    side = rng.standard_normal(x[0].shape)
    side = unit(side - np.sum(side * x[0], axis=0) * x[0], 0)
    along = 1.0 if regime == "along" else 0.02
    u[0] = rng.uniform(1.0, 2.0, c.shape[-1]) * unit(along * x[0] + (1.0 - along) * side, 0)
    c[0] = -1.0
    return {"x": x, "u": u, "c": c, "r": np.repeat(arrays["r"][:1], 2, axis=0)}


RELU_PATHS = ReluPaths()
