"""Convergent runs of two-layer ReLU networks from the initialisation, by flow and by descent, with certificates.

Residuals are small against the width, so that a certificate (see `relu_runs_certificates`) may apply; α, u, the
inputs and the direction of the residual are arbitrary. Arrays as in `relu_runs_draws`; the step size of descent is
`step`/(κ² max(1, 1/α²)), the flow is integrated to 4/λ_min(Λ(0)), or as far as 40 Runge–Kutta steps reach.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.engine.relu.gains import eigenvalues, length
from wnverify.engine.relu.runs import Run, descend, flow
from wnverify.families.relu.runs_certificates import Reach, certified, certified_plainly, push
from wnverify.families.relu.runs_draws import BOXES, RunCoordinates, aligned, begin, check_start, smallest, start
from wnverify.families.relu.runs_plain import PlainRun, descended, flowed, jacobian, kernel, outputs, signs, single
from wnverify.family import Coordinates, Family, Shape, Situation
from wnverify.quantity import Quantity, Route

__all__ = ["CERTIFIED", "CERTIFIED_STEPS", "RELU_RUNS", "ReluRuns"]

FLOW_STEPS, DESCENT_STEPS = 40, 40
ROUNDING = 1e-5
"""Share of R₀ ≥ 1e-4 below which |r| = |f − y| has lost too many digits to tell a rate."""
Plain = Callable[[PlainRun], float]


def step_size(batch: Batch) -> FloatArray:
    """η, (B,)."""
    alpha = batch.arrays["alpha"]
    return np.asarray(batch.arrays["step"] / (begin(batch).kappa ** 2 * np.maximum(1.0, 1 / alpha**2)))


def _duration(batch: Batch) -> FloatArray:
    """4/λ_min(Λ(0)), at most what keeps a Runge–Kutta step below 1/λ_max."""
    spectrum = eigenvalues(begin(batch).Lambda) if batch.shape["n"] > 1 else begin(batch).Lambda[0]
    return np.minimum(4.0 / np.maximum(spectrum[0], 1e-3), 0.9 * FLOW_STEPS / np.maximum(spectrum[-1], 1e-3))


def flows(batch: Batch) -> Run:
    """The flow, computed once."""
    return batch.memo("flow", lambda: flow(begin(batch), _duration(batch), FLOW_STEPS))


def descents(batch: Batch) -> Run:
    """The descent, computed once."""
    return batch.memo("descent", lambda: descend(begin(batch), step_size(batch), DESCENT_STEPS))


def plain_flows(batch: Batch) -> list[PlainRun]:
    """The flow by the second route."""
    ends = _duration(batch)
    return batch.memo(
        "plain flow", lambda: [flowed(single(batch, b), float(ends[b]), FLOW_STEPS) for b in range(batch.size)]
    )


def plain_descents(batch: Batch) -> list[PlainRun]:
    """The descent by the second route."""
    eta = step_size(batch)
    return batch.memo(
        "plain descent",
        lambda: [descended(single(batch, b), float(eta[b]), DESCENT_STEPS) for b in range(batch.size)],
    )


def flow_certificate(batch: Batch) -> FloatArray:
    """φ of the flow, computed once."""
    return batch.memo("flow certificate", lambda: certified(begin(batch)))


def descent_certificate(batch: Batch) -> FloatArray:
    """φ of descent, computed once."""
    return batch.memo("descent certificate", lambda: certified(begin(batch), step_size(batch)))


def _flow(name: str, meaning: str, formula: Callable[[Run], FloatArray], plain: Plain, **domain: Any) -> Quantity:
    route = Route(lambda b: formula(flows(b)), None, lambda b: np.array([plain(one) for one in plain_flows(b)]))
    return Quantity(name, meaning, route=route, **domain)


def _descent(name: str, meaning: str, formula: Callable[[Run], FloatArray], plain: Plain, **domain: Any) -> Quantity:
    route = Route(lambda b: formula(descents(b)), None, lambda b: np.array([plain(one) for one in plain_descents(b)]))
    return Quantity(name, meaning, route=route, **domain)


def _rate(one: PlainRun) -> float:
    times = one.h * np.arange(1, len(one.points))
    return float(np.min(-np.log(one.sizes[1:] / one.sizes[0]) / times))


def _step_rate(one: PlainRun) -> float:
    powers = np.arange(1, len(one.points))
    share = one.sizes[1:] / one.sizes[0]
    kept = share > ROUNDING
    return float(np.min((1.0 - share[kept] ** (1.0 / powers[kept])) / one.h, initial=np.inf))


def _contraction(run: Run) -> FloatArray:
    """min_s (1 − (|r(s)|/R₀)^{1/s})/η, over the steps before |r| is rounding."""
    count, share = np.arange(1, run.points)[:, None], run.size[1:] / run.size[0]
    return np.asarray(np.where(share > ROUNDING, (1.0 - share ** (1.0 / count)) / run.time[1], np.inf).min(axis=0))


def _gain_shift(one: PlainRun) -> float:
    return float(max(np.abs(point[1] - one.one.g).max() for point in one.points))


def _turned(one: PlainRun) -> float:
    """The path of the first direction, by arccos-free chords."""
    v = np.array([point[0][0] / np.linalg.norm(point[0][0]) for point in one.points])
    return float(sum(2 * np.arctan2(np.linalg.norm(b - a), np.linalg.norm(b + a)) for a, b in pairwise(v)))


def _least_kernel(one: PlainRun) -> float:
    return float(min(np.linalg.eigvalsh(kernel(one.one, v, g, signs(one.one, v, g)))[0] for v, g in one.points))


def _growth(run: Run) -> FloatArray:
    """log(|v_1|²/|v_1(0)|²) at the end, by the steps: they are orthogonal to v_1."""
    step, size = np.sum(np.diff(run.v[:, 0], axis=0) ** 2, axis=1), np.sum(run.v[:-1, 0] ** 2, axis=1)
    return np.asarray(np.sum(np.log1p(step / size), axis=0))


def _growth_plainly(one: PlainRun) -> float:
    """By the gradient at every point, |Δv_1| = η|∂L/∂v_1|."""
    total = 0.0
    for v, g in one.points[:-1]:
        J = jacobian(one.one, v, g, signs(one.one, v, g))[:, : v.shape[1]]
        slope = J.T @ (outputs(one.one, v, g) - one.one.y)
        total += float(np.log1p(one.h**2 * (slope @ slope) / (v[0] @ v[0])))
    return total


def _smoothness(batch: Batch) -> FloatArray:
    at = begin(batch)
    return Reach(at, np.minimum(push(at, descent_certificate(batch)), 1e3)).largest


def _smoothness_plainly(batch: Batch) -> FloatArray:
    """In loops over the instances, from φ by the second route."""
    eta, found = step_size(batch), []
    for b in range(batch.size):
        one = single(batch, b)
        kappa = float(np.linalg.norm(one.x, 2))
        rate = certified_plainly(one, float(eta[b]))
        R0 = float(np.linalg.norm(batch.arrays["r"][:, b]))
        p = min(kappa * R0 / (rate * np.sqrt(one.g.size)), 1e3) if rate else 1e3
        found.append(kappa**2 * np.mean([max(1.0, ((1 + p / u) / one.alpha) ** 2) for u in one.g]))
    return np.array(found)


def _initial_least(batch: Batch) -> FloatArray:
    found = [single(batch, b) for b in range(batch.size)]
    return np.array([np.linalg.eigvalsh(kernel(one, one.v, one.g, signs(one, one.v, one.g)))[0] for one in found])


def _array(name: str, meaning: str, value: Callable[[Batch], FloatArray]) -> Quantity:
    return Quantity(name, meaning, low=0, strict=True, route=Route(value))


alpha = _array("alpha", "scale of the initialisation, v(0) = αu", lambda b: b.arrays["alpha"])
kappa = _array("kappa", "|X|₂", lambda b: begin(b).kappa)
m = Quantity("m", "width", low=1, integer=True, route=Route(lambda b: np.full(b.size, float(b.shape["m"]))))
u_norm = _array("u_norm", "|u_1|", lambda b: length(b.arrays["u"], 1)[0])
start_residual = _array("start_residual", "R₀ = |r(0)|", lambda b: length(b.arrays["r"]))
step = _array("step", "step size η of gradient descent", step_size)
initial_least = Quantity(
    "initial_least", "λ_min(Λ(0))", low=0, route=Route(lambda b: smallest(begin(b).Lambda), None, _initial_least)
)
certified_rate = Quantity(
    "certified_rate", "φ, the certified rate of the flow; 0 where the certificate does not apply", low=0,
    route=Route(
        flow_certificate, None, lambda b: np.array([certified_plainly(single(b, i)) for i in range(b.size)])
    ),
)  # fmt: skip
certified_step_rate = Quantity(
    "certified_step_rate", "φ, the certified rate of descent; 0 where the certificate does not apply", low=0,
    route=Route(
        descent_certificate, None,
        lambda b: np.array([certified_plainly(single(b, i), float(step_size(b)[i])) for i in range(b.size)]),
    ),
)  # fmt: skip
smoothness = Quantity(
    "smoothness", "κ² (1/m) Σ_k max(1, (1+q_k)²/α²), above λ_max(Λ) along a certified run", low=0, strict=True,
    route=Route(_smoothness, None, _smoothness_plainly),
)  # fmt: skip
rate = _flow("rate", "least log(R₀/|r(t)|)/t of the flow", lambda run: run.rate.min(axis=0), _rate)
path_least = _flow(
    "path_least", "least λ_min(Λ) along the flow",
    lambda run: run.unflat(eigenvalues(run.every.Lambda)[0]).min(axis=0), _least_kernel,
)  # fmt: skip
gain_shift = _flow(
    "gain_shift", "greatest |g_k(t) − g_k(0)| of the flow",
    lambda run: np.abs(run.g - run.g[0]).max(axis=(0, 1)), _gain_shift, low=0,
)  # fmt: skip
turned = _flow("turned", "length of the path of v̄_1 under the flow", lambda run: run.turned[0], _turned, low=0)
step_rate = _descent("step_rate", "least (1 − (|r(s)|/R₀)^{1/s})/η of descent", _contraction, _step_rate)
step_gain_shift = _descent(
    "step_gain_shift", "greatest |g_k(s) − g_k(0)| of descent",
    lambda run: np.abs(run.g - run.g[0]).max(axis=(0, 1)), _gain_shift, low=0,
)  # fmt: skip
step_turned = _descent(
    "step_turned", "angle that v̄_1 turns through under descent", lambda run: run.turned[0], _turned, low=0
)
norm_growth = _descent("norm_growth", "log(|v_1|²/|v_1(0)|²) after descent", _growth, _growth_plainly, low=0)

CERTIFIED: Mapping[str, tuple[Any, str, Any]] = {"the certificate applies": (certified_rate, ">", 0)}
CERTIFIED_STEPS: Mapping[str, tuple[Any, str, Any]] = {
    "the certificate applies": (certified_step_rate, ">", 0),
    "step at most 1/smoothness": (step * smoothness, "<=", 1),
}


class ReluRuns(Family):
    """Starts with a small residual."""

    name = "relu_runs"
    quantities: Mapping[str, Quantity] = {
        value.name: value for value in list(globals().values()) if isinstance(value, Quantity)
    }
    settings: Mapping[str, tuple[str, ...]] = {}
    regimes = ("aligned", "any", "larger", "long steps")
    cost = 15.0
    agreement = 1e-5
    """The two routes integrate the flow by different methods."""

    def shapes(self) -> Sequence[Shape]:
        """Inputs, their dimension, and width."""
        sizes = ((1, 3, 6), (2, 4, 12), (3, 5, 24))
        return [dict(zip(("n", "d", "m"), each, strict=True)) for each in sizes]

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
        return self._batch(situation, arrays)

    def structured(self, situation: Situation) -> Iterator[tuple[str, Batch]]:
        """Very small residuals along the lowest eigenvector."""
        batch = self.draw(situation, "aligned", 4, np.random.default_rng(0))
        yield "tiny residuals", self._batch(situation, {**batch.arrays, "r": 0.1 * batch.arrays["r"]})

    def coordinates(self, situation: Situation) -> Coordinates:
        """Boxes."""
        return RunCoordinates(self.draw(situation, "any", 1, np.random.default_rng(0)), BOXES)

    def check(self, batch: Batch) -> None:
        """Refuse what is not a start.

        Raises:
            RecordError: see `check_start`.
        """
        Family.check(self, batch)
        check_start(batch, "step")

    def _batch(self, situation: Situation, arrays: Mapping[str, FloatArray]) -> Batch:
        return Batch(self.name, situation.shape, situation.settings, arrays)


RELU_RUNS = ReluRuns()
