"""Convergent runs of two-layer ReLU networks from the initialisation, by flow and by descent, with certificates.

Residuals are small against the width, so that a certificate (see `certificates`) may apply; α, u, the inputs and the
direction of the residual are arbitrary. Arrays as in `starts`; the step size of descent is
`step`/(κ² max(1, 1/α²)), the flow is integrated to 4/λ_min(Λ(0)), or as far as 40 Runge–Kutta steps reach.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.engine.relu.gains import eigenvalues, length
from wnverify.engine.relu.runs import Run, descend, flow
from wnverify.families.kit.parts import read, size, two_routes, vocabulary
from wnverify.families.kit.table import Array, Table, Tabled
from wnverify.families.relu import starts
from wnverify.families.relu.certificates import Reach, certified, certified_plainly, push
from wnverify.families.relu.plain import (
    PlainRun,
    by_runs,
    descended,
    flowed,
    jacobian,
    kernel,
    signs,
    single,
)
from wnverify.families.relu.starts import aligned, begin, initialised, move_step, resolved, smallest, start
from wnverify.family import Arrays, Coordinates, Move, Scaling, Shape, Situation
from wnverify.quantities import Quantity

FLOW_STEPS, DESCENT_STEPS = 40, 40
ROUNDING = 1e-5
"""Share of R₀ ≥ 1e-4 below which |r| = |f − y| has lost too many digits to tell a rate."""

# ---- runs, by two routes


def _step_size(arrays: Arrays) -> FloatArray:
    """η, (B,)."""
    kappa, alpha = initialised(arrays).kappa, arrays["alpha"]
    return np.asarray(arrays["step"] / (kappa**2 * np.maximum(1.0, 1 / alpha**2)))


def _duration(batch: Batch) -> FloatArray:
    """4/λ_min(Λ(0)), or as far as the steps reach."""
    spectrum = eigenvalues(begin(batch).Lambda) if batch.shape["n"] > 1 else begin(batch).Lambda[0]
    return np.minimum(4.0 / np.maximum(spectrum[0], 1e-3), resolved(spectrum, FLOW_STEPS))


def flows(batch: Batch) -> Run:
    """The flow, computed once."""
    return batch.memo(flows, lambda: flow(begin(batch), _duration(batch), FLOW_STEPS))


def _descents(batch: Batch) -> Run:
    return batch.memo(_descents, lambda: descend(begin(batch), _step_size(batch.arrays), DESCENT_STEPS))


def _plain_flows(batch: Batch) -> list[PlainRun]:
    def build() -> list[PlainRun]:
        ends = _duration(batch)
        return [flowed(single(batch, b), float(ends[b]), FLOW_STEPS) for b in range(batch.size)]

    return batch.memo(_plain_flows, build)


def _plain_descents(batch: Batch) -> list[PlainRun]:
    def build() -> list[PlainRun]:
        eta = _step_size(batch.arrays)
        return [descended(single(batch, b), float(eta[b]), DESCENT_STEPS) for b in range(batch.size)]

    return batch.memo(_plain_descents, build)


_of_flow, _of_descent = by_runs(flows, _plain_flows), by_runs(_descents, _plain_descents)

# ---- certificates, by two routes


def _certified_flow(batch: Batch) -> FloatArray:
    return batch.memo(_certified_flow, lambda: certified(begin(batch)))


def _certified_descent(batch: Batch) -> FloatArray:
    return batch.memo(_certified_descent, lambda: certified(begin(batch), _step_size(batch.arrays)))


def _certified_flow_plainly(batch: Batch) -> FloatArray:
    return np.array([certified_plainly(single(batch, b)) for b in range(batch.size)])


def _certified_descent_plainly(batch: Batch) -> FloatArray:
    eta = _step_size(batch.arrays)
    return np.array([certified_plainly(single(batch, b), float(eta[b])) for b in range(batch.size)])


def _smoothness(batch: Batch) -> FloatArray:
    at = begin(batch)
    return Reach(at, np.minimum(push(at, _certified_descent(batch)), 1e3)).largest


def _smoothness_plainly(batch: Batch) -> FloatArray:
    """In loops over the instances, from φ by the second route."""
    rates, found = _certified_descent_plainly(batch), []
    for b in range(batch.size):
        one = single(batch, b)
        kappa = float(np.linalg.norm(one.x, 2))
        R0 = float(np.linalg.norm(batch.arrays["r"][:, b]))
        p = min(kappa * R0 / (rates[b] * np.sqrt(one.g.size)), 1e3) if rates[b] else 1e3
        found.append(kappa**2 * np.mean([max(1.0, ((1 + p / u) / one.alpha) ** 2) for u in one.g]))
    return np.array(found)


# ---- formulas


def _turned(one: PlainRun) -> float:
    """The path of the first direction, by arccos-free chords."""
    v = one.v[:, 0] / np.linalg.norm(one.v[:, 0], axis=1, keepdims=True)
    chord, sum_of = (np.linalg.norm(v[1:] + sign * v[:-1], axis=1) for sign in (-1.0, 1.0))
    return float(np.sum(2 * np.arctan2(chord, sum_of)))


def _least_kernel(one: PlainRun) -> float:
    return float(np.linalg.eigvalsh(kernel(one.start, one.v, one.g, one.on)).min())


def _growth(run: Run) -> FloatArray:
    """log(|v_1|²/|v_1(0)|²) at the end, by the steps: they are orthogonal to v_1."""
    step, size = np.sum(np.diff(run.v[:, 0], axis=0) ** 2, axis=1), np.sum(run.v[:-1, 0] ** 2, axis=1)
    return np.asarray(np.sum(np.log1p(step / size), axis=0))


def _growth_plainly(one: PlainRun) -> float:
    """By the gradient at every point, |Δv_1| = η|∂L/∂v_1|."""
    J = jacobian(one.start, one.v, one.g, one.on)[..., : one.v.shape[2]]
    slope = np.einsum("tij,ti->tj", J, one.residuals)[:-1]
    first = one.v[:-1, 0]
    return float(np.sum(np.log1p(one.h**2 * np.sum(slope**2, axis=1) / np.sum(first**2, axis=1))))


def _initial_least(batch: Batch) -> FloatArray:
    found = [single(batch, b) for b in range(batch.size)]
    return np.array([np.linalg.eigvalsh(kernel(one, one.v, one.g, signs(one, one.v, one.g)))[0] for one in found])


alpha = read("alpha", "scale of the initialisation, v(0) = αu", low=0, strict=True)
kappa = read("kappa", "|X|₂", lambda b: begin(b).kappa, low=0, strict=True, latex=r"\kappa")
m = size("m", "width")
u_norm = read("u_norm", "|u_1|", lambda b: length(b.arrays["u"], 1)[0], low=0, strict=True, latex=r"\|u_1\|")
start_residual = read(
    "start_residual", "R₀ = |r(0)|", lambda b: length(b.arrays["r"]), low=0, strict=True, latex="R_0"
)
step = read(
    "step", "step size η of gradient descent", lambda b: _step_size(b.arrays), low=0, strict=True, latex=r"\eta"
)
initial_least = two_routes(
    "initial_least",
    "λ_min(Λ(0))",
    lambda b: smallest(begin(b).Lambda),
    _initial_least,
    low=0,
    latex=r"\lambda_{\min}(\Lambda(0))",
)
certified_rate = two_routes(
    "certified_rate", "φ, the certified rate of the flow; 0 where the certificate does not apply",
    _certified_flow, _certified_flow_plainly, low=0,
    latex=r"\varphi")  # fmt: skip
certified_step_rate = two_routes(
    "certified_step_rate", "φ, the certified rate of descent; 0 where the certificate does not apply",
    _certified_descent, _certified_descent_plainly, low=0,
    latex=r"\varphi_{\mathrm{step}}")  # fmt: skip
smoothness = two_routes(
    "smoothness", "κ² (1/m) Σ_k max(1, (1+q_k)²/α²), above λ_max(Λ) along a certified run",
    _smoothness, _smoothness_plainly, low=0, strict=True,
    latex=r"\beta_{\mathcal{L}}")  # fmt: skip
rate = _of_flow(
    "rate",
    "least log(R₀/|r(t)|)/t of the flow",
    lambda run: run.rate.min(axis=0),
    lambda one: one.rate,
    latex=r"\min_t\frac{1}{t}\log\frac{R_0}{\|r(t)\|}",
)
path_least = _of_flow(
    "path_least", "least λ_min(Λ) along the flow",
    lambda run: run.unflat(eigenvalues(run.every.Lambda)[0]).min(axis=0), _least_kernel,
    latex=r"\min_t\lambda_{\min}(\Lambda)")  # fmt: skip
gain_shift = _of_flow(
    "gain_shift", "greatest |g_k(t) − g_k(0)| of the flow",
    lambda run: run.gain_shift, lambda one: one.gain_shift, low=0,
    latex=r"\max_t|g_k(t)-g_k(0)|")  # fmt: skip
turned = _of_flow(
    "turned",
    "length of the path of v̄_1 under the flow",
    lambda run: run.turned(0),
    _turned,
    low=0,
    latex=r"\int\|\bar{v}_1'\|",
)
step_rate = _of_descent(
    "step_rate", "least (1 − (|r(s)|/R₀)^{1/s})/η of descent",
    lambda run: run.contraction(ROUNDING), lambda one: one.contraction(ROUNDING),
    latex=r"\min_s\frac{1-(\|r(s)\|/R_0)^{1/s}}{\eta}")  # fmt: skip
step_gain_shift = _of_descent(
    "step_gain_shift", "greatest |g_k(s) − g_k(0)| of descent",
    lambda run: run.gain_shift, lambda one: one.gain_shift, low=0,
    latex=r"\max_s|g_k(s)-g_k(0)|")  # fmt: skip
step_turned = _of_descent(
    "step_turned",
    "angle that v̄_1 turns through under descent",
    lambda run: run.turned(0),
    _turned,
    low=0,
    latex=r"\angle(\bar{v}_1)",
)
norm_growth = _of_descent(
    "norm_growth",
    "log(|v_1|²/|v_1(0)|²) after descent",
    _growth,
    _growth_plainly,
    low=0,
    latex=r"\log\frac{\|v_1\|^2}{\|v_1(0)\|^2}",
)

CERTIFIED: Mapping[str, tuple[Any, str, Any]] = {"the certificate applies": (certified_rate, ">", 0)}
CERTIFIED_STEPS: Mapping[str, tuple[Any, str, Any]] = {
    "the certificate applies": (certified_step_rate, ">", 0),
    "step at most 1/smoothness": (step * smoothness, "<=", 1),
}
TABLE: Table = {**starts.TABLE, "step": Array("", 0.01, 20.0)}


class ReluRuns(Tabled):
    """Starts with a small residual."""

    name = "relu_runs"
    quantities: Mapping[str, Quantity] = vocabulary(globals())
    settings: Mapping[str, tuple[str, ...]] = {}
    regimes = ("aligned", "any", "larger", "long steps")
    cost = 10.0
    boxed = True
    agreement = 1e-5
    """The two routes integrate the flow by different methods."""

    def shapes(self) -> Sequence[Shape]:
        """Inputs, their dimension, and width."""
        sizes = ((1, 3, 6), (2, 4, 12), (3, 5, 24))
        return [dict(zip(("n", "d", "m"), each, strict=True)) for each in sizes]

    def table(self, situation: Situation) -> Table:
        """The same arrays in every situation."""
        return TABLE

    def draw(self, situation: Situation, regime: str, count: int, rng: np.random.Generator) -> Batch:
        """Draw starts, at least four.

        Regimes: the residual along the lowest eigenvector of Λ(0) (`aligned`, of size 1e-3 to 1e-2; `larger`, up to
        1) or in `any` direction; `long steps` has step sizes at which descent diverges.
        """
        count = max(count, 4)
        n = situation.shape["n"]
        low, high = (1e-2, 1.0) if regime == "larger" else (1e-3, 1e-2)
        size = np.exp(rng.uniform(np.log(low), np.log(high), count))
        direction = rng.standard_normal((n, count))
        arrays = start(situation, count, rng, size * direction / length(direction))
        if regime != "any":
            arrays = aligned(arrays, size)
        arrays["step"] = rng.uniform(0.2, 0.9, count)
        if regime == "long steps":
            arrays["step"] = rng.uniform(6.0, 15.0, count)
        return self.batch(situation, arrays)

    def structured(self, situation: Situation) -> Iterator[tuple[str, Batch]]:
        """Very small residuals along the lowest eigenvector."""
        batch = self.draw(situation, "aligned", 4, np.random.default_rng(0))
        yield "tiny residuals", self.batch(situation, {**batch.arrays, "r": 0.1 * batch.arrays["r"]})

    def coordinates(self, situation: Situation) -> Coordinates:
        """See `starts.coordinates`."""
        return starts.coordinates(self.name, situation, TABLE)

    def moves(self) -> Mapping[str, Move]:
        """The step size is moved by its share of the longest sensible one."""
        return {**Tabled.moves(self), "step": move_step(_step_size)}

    def scalings(self) -> Mapping[str, Scaling]:
        """By the first neuron's length, and the residual."""
        return starts.SCALINGS


RELU_RUNS = ReluRuns()
