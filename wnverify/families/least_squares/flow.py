"""Linear models under weight normalization, run: the flow to its limit, or for a given time.

A batch holds the arrays of `least_squares`, with a `clock` in place of the step size (B,): where on the way the rates
are read off, or for how long the flow of a general loss runs. `converged` is 1 where the integrator finished.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

import numpy as np
import scipy

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.engine.least_squares import ends as limit
from wnverify.engine.least_squares import flow as engine
from wnverify.engine.least_squares.flow import End, Model, Reached
from wnverify.engine.least_squares.model import plain_descent
from wnverify.engine.least_squares.rows import apply, conditioned, dot, length
from wnverify.families.kit.parts import Views, vocabulary
from wnverify.families.kit.table import Array
from wnverify.families.least_squares import state
from wnverify.families.least_squares import state_limits as limits
from wnverify.families.least_squares.linear_models import RUN, LinearModels, draw_model
from wnverify.families.least_squares.state_fields import VIEWS, Fields, point
from wnverify.family import Arrays, Shape, Situation
from wnverify.quantities import Quantity

V = TypeVar("V")
CONDITION = 3.0
"""The largest condition number of A here: beyond it the runs become stiff, and the statements no different."""
TABLE = {
    **RUN,
    "t": Array("d", -2.0, 2.0),
    "g": Array("", 0.25, 2.0),
    "rate_g": Array("", 0.4, 2.5),
    "rate_w": Array("", 0.4, 2.5),
    "clock": Array("", 0.2, 8.0),
}
DESCENT_STEPS = 400
"""Steps of gradient descent to its limit: at that condition an error shrinks by 8/9 a step, to 4e-21."""
RESOLVED = 1e-11
"""‖e‖/‖y‖ below which a run counts as converged."""
RESOLVED_IN_V = 1e-9
"""The same for the second route, whose integrator keeps an error of some 1e-11 at the limit (seen: 7e-11)."""


def models(batch: Batch) -> list[Model]:
    """The instances of a batch, one by one."""
    return batch.memo(_models, lambda: _models(batch))


def _models(batch: Batch) -> list[Model]:
    at = point(batch)
    columns = zip(np.moveaxis(at.A, -1, 0), at.y.T, at.w.T, at.g, at.rate_g, at.rate_w, strict=True)
    least = at.rows.s[-1] ** 2
    return [
        Model(A, y, w, float(g), float(rate_g), float(rate_w), at.slope, float(floor))
        for (A, y, w, g, rate_g, rate_w), floor in zip(columns, least, strict=True)
    ]


@dataclass(frozen=True)
class _Ends:
    """Where runs to the limit end: g (B,), w (d, B), and whether the integrator got there (B,)."""

    at: Fields
    g: FloatArray
    w: FloatArray
    finished: FloatArray

    @property
    def x(self) -> FloatArray:
        """x_∞ = g_∞ w_∞ (d, B)."""
        return self.g * self.w


@dataclass(frozen=True)
class _Passed:
    """Runs up to a clock: ‖e‖ there (B,), and the four integrals (4, B)."""

    at: Fields
    error: FloatArray
    integrals: FloatArray


def _ends(batch: Batch) -> _Ends:
    found = limit.of(point(batch), models(batch))
    return _Ends(VIEWS.closed(batch), found.g, found.w, found.finished)


def _ends_in_v(batch: Batch) -> _Ends:
    return _ended(VIEWS.oracle(batch), [engine.to_limit_in_v(model) for model in models(batch)])


def _ended(at: Fields, runs: Sequence[End]) -> _Ends:
    g, w, finished = zip(*runs, strict=True)
    return _Ends(at, np.array(g), np.stack(w, axis=-1), np.array(finished, dtype=np.float64))


def _drifts(run: Callable[[Model, float], End], fields: Callable[[Batch], Fields], batch: Batch) -> _Ends:
    """Runs for a given time, of any loss."""
    return _ended(fields(batch), _clocked(run, batch))


def _passed(run: Callable[[Model, float], Reached], fields: Callable[[Batch], Fields], batch: Batch) -> _Passed:
    found = _clocked(run, batch)
    integrals = np.stack([reached.integrals for reached in found], axis=-1)
    return _Passed(fields(batch), np.array([reached.error for reached in found]), integrals)


def _clocked(run: Callable[[Model, float], V], batch: Batch) -> list[V]:
    return [run(model, float(clock)) for model, clock in zip(models(batch), batch.arrays["clock"], strict=True)]


def _converged(ends: _Ends, resolved: float = RESOLVED) -> FloatArray:
    error = length(ends.g * apply(ends.at.A, ends.w) - ends.at.y)
    return np.where((ends.finished == 1) & (error < resolved * length(ends.at.y)), 1.0, 0.0)


def _drop(passed: _Passed) -> FloatArray:
    return np.log(length(passed.at.error) / np.maximum(passed.error, 1e-300))


def _bregman(ends: _Ends, z: FloatArray) -> FloatArray:
    """D_Φ(z, x_0) with Φ(x) = √(πc/2) scipy.special.erfi(‖x‖/√(2c)) and ∇Φ(x_0) = e^{g²/2c} w, for g > 0."""
    at = ends.at
    factor = np.sqrt(np.pi * at.c / 2)
    sizes = [factor * scipy.special.erfi(r / np.sqrt(2 * at.c)) for r in (length(z), np.abs(at.g))]
    return sizes[0] - sizes[1] - np.exp(at.g**2 / (2 * at.c)) * dot(at.w, z - at.g * at.w)


def _another(ends: _Ends) -> FloatArray:
    """Another solution of Ax = y than the end of the run: moved along the kernel test vector, (d, B)."""
    return ends.x + dot(ends.at.z, ends.at.null) * ends.at.null


def _descended(at: Fields) -> FloatArray:
    """Distance to A⁺y after gradient descent on ½‖Ax − y‖² from x_0 = gw, step by step."""
    x = plain_descent(at.A, at.y, at.g * at.w, 1 / at.s[0] ** 2, DESCENT_STEPS)
    return length(x - at.x_star)


def _descended_at_once(at: Fields) -> FloatArray:
    """The same for its limit x_0 − A⁺(Ax_0 − y)."""
    pulled = [np.linalg.pinv(A) @ e for A, e in zip(np.moveaxis(at.A, -1, 0), at.error.T, strict=True)]
    return length(at.g * at.w - np.stack(pulled, axis=-1) - at.x_star)


ENDS = Views(_ends, _ends_in_v)
PASSED = Views(partial(_passed, engine.to_clock, VIEWS.closed), partial(_passed, engine.to_clock_in_v, VIEWS.oracle))
DRIFTS = Views(partial(_drifts, engine.for_time, VIEWS.closed), partial(_drifts, engine.for_time_in_v, VIEWS.oracle))


def _integral(name: str, meaning: str, index: int, **domain: Any) -> Quantity:
    """An integral along the run, up to its clock."""
    return PASSED.quantity(name, meaning, lambda passed: passed.integrals[index], **domain)


A_norm, X, g, null_part, om = state.A_norm, state.X, state.g, state.null_part, state.om
rate_g, rate_w, sigma, target_norm = state.rate_g, state.rate_w, state.sigma, state.target_norm
converged = ENDS.quantity(
    "converged",
    "1 where the run ended with ‖e‖ < 1e-11‖y‖, else 0: its end is no limit",
    _converged,
    partial(_converged, resolved=RESOLVED_IN_V),
    low=0,
    high=1,
    latex=r"\mathbb{1}_{\mathrm{converged}}",
)
limit_gain = ENDS.quantity("limit_gain", "g_∞", lambda ends: ends.g, latex=r"g_\infty")
limit_null = ENDS.quantity(
    "limit_null",
    "⟨z, x_∞⟩ for a unit z in ker A",
    lambda ends: dot(ends.at.null, ends.x),
    latex=r"\langle z,x_\infty\rangle",
)
limit_distance = ENDS.quantity(
    "limit_distance",
    "‖x_∞ − x*‖, x* = A⁺y",
    lambda ends: length(ends.x - ends.at.x_star),
    low=0,
    latex=r"\|x_\infty-x^*\|",
)
root_distance = VIEWS.quantity(
    "root_distance",
    "√(s − X²) for the root s of s(1 − om² e^{(g²−s)/c}) = X² in [X², ∞)",
    limits.root_distance,
    limits.root_distance_by_brentq,
    low=0,
    latex=r"\sqrt{s-X^2}",
)
descent_distance = VIEWS.quantity(
    "descent_distance",
    "distance to A⁺y at which gradient descent on x ends from x_0 = gw",
    _descended,
    _descended_at_once,
    low=0,
    latex=r"\|x_{\mathrm{gd}}-A^+y\|",
)
flow_bregman = ENDS.quantity(
    "flow_bregman",
    "D_Φ(x_∞, x_0) at the end of the run",
    lambda ends: _bregman(ends, ends.x),
    low=0,
    latex=r"D_\Phi(x_\infty,x_0)",
)
other_bregman = ENDS.quantity(
    "other_bregman",
    "D_Φ(z, x_0) for another solution z, the end of the run moved in ker A",
    lambda ends: _bregman(ends, _another(ends)),
    low=0,
    latex=r"D_\Phi(z,x_0)",
)
log_drop = PASSED.quantity("log_drop", "log(‖e(0)‖/‖e(t)‖)", _drop, latex=r"\log\frac{\|e(0)\|}{\|e(t)\|}")
reached_error = PASSED.quantity("reached_error", "‖e(t)‖", lambda passed: passed.error, low=0, latex=r"\|e(t)\|")
elapsed = _integral("elapsed", "t", 0, low=0, latex=r"\mathcal{T}")
slow_time = _integral("slow_time", "∫ min(rate_w g², rate_g) dt", 1, low=0, latex=r"\int\min(\eta_w g^2,\eta_g)\,dt")
fast_time = _integral("fast_time", "∫ rate_w g² dt", 2, low=0, latex=r"\int\eta_w g^2\,dt")
mirror_time = _integral("mirror_time", "∫ rate_w g e^{g²/(2c)} dt", 3, latex=r"\int\eta_w g e^{g^2/(2c)}\,dt")
drift_gain = DRIFTS.quantity("drift_gain", "g(t), any loss", lambda drifts: drifts.g, latex="g(t)")
drift_null = DRIFTS.quantity(
    "drift_null",
    "⟨z, w(t)⟩ for a unit z in ker A, any loss",
    lambda drifts: dot(drifts.at.null, drifts.w),
    latex=r"\langle z,w(t)\rangle",
)
drift_finished = DRIFTS.read(
    "drift_finished",
    "1 where the integrator reached t, else 0",
    lambda drifts: drifts.finished,
    low=0,
    high=1,
    latex=r"\mathbb{1}_{\mathrm{finished}}",
)
SQUARED = state.SQUARED
CONVERGED: Mapping[str, Any] = {"the run converged": (converged, "=", 1)}
TO_SOLUTION: Mapping[str, Any] = {**state.FIRST_LOSS, **CONVERGED}
"""Hypotheses under which a run ends at a solution."""


class LeastSquaresFlow(LinearModels):
    """Runs of linear models of condition at most 3 with a positive gain at the start."""

    name = "least_squares_flow"
    quantities = vocabulary(globals(), *state.BASE)
    settings: Mapping[str, tuple[str, ...]] = {
        "loss": ("squared", "logistic", "quartic", "tanh"),
        "rows": ("any",),
    }
    regimes = ("gaussian", "kernel")
    cost = 200.0
    boxed = True
    agreement = 1e-7
    arrays = TABLE
    condition = CONDITION

    def shapes(self) -> Sequence[Shape]:
        """From one row in the plane to three rows in seven dimensions."""
        return [{"m": rows, "d": size} for rows, size in ((1, 2), (1, 3), (2, 4), (3, 5), (2, 6), (3, 7))]

    def draw(self, situation: Situation, regime: str, count: int, rng: np.random.Generator) -> Batch:
        """Random models as in `least_squares`, better conditioned, with a clock."""
        arrays = draw_model(situation, regime, count, rng)
        arrays["A"] = conditioned(arrays["A"], CONDITION)
        return self._clocked(situation, arrays, np.exp(rng.uniform(-1, 1.5, count)))

    def structured(self, situation: Situation) -> Iterator[tuple[str, Batch]]:
        """w partly in the kernel; a target against it, so that the gain changes sign; w along the target.

        And starts next to a solution, of which the gain grows by a little, or falls by more, from above √c; and with
        hardly any part in the kernel.
        """
        rows, columns = situation.shape["m"], situation.shape["d"]
        v, t, z = np.zeros((columns, 3)), np.zeros((columns, 3)), np.ones((columns, 3))
        v[0], v[-1] = (0.6, -0.95, 1.0), (0.8, 0.31, 0.0)
        t[:rows] = 1.0
        t[-1] = 0.3
        t[:, 2] = 1.8 * v[:, 2]
        yield "diagonal", self._diagonal(situation, {"v": v, "t": t, "z": z}, [(0.5, 1.0), (0.4, 1.0), (1.5, 0.5)])
        v, t, z = (np.zeros((columns, 4)) for _ in range(3))
        v[0], v[-1] = (0.8, 0.8, 0.8, 1.0), (0.6, 0.6, 0.6, 0.05)
        z[0], z[-1] = 1.0, 0.002
        t[0] = (1.0, 0.88, 0.96, 1.5)
        scales = [(1.2, 1.4), (1.2, 1.4), (1.4, 0.6), (1.0, 1.0)]
        yield "near a solution", self._diagonal(situation, {"v": v, "t": t, "z": z}, scales)

    def _diagonal(self, situation: Situation, vectors: Arrays, scales: Sequence[tuple[float, float]]) -> Batch:
        """A = [I 0] with these vectors, and scales (g, rate_g)."""
        rows, columns = situation.shape["m"], situation.shape["d"]
        g, rate_g = (np.array(column) for column in zip(*scales, strict=True))
        ones = np.ones(g.size)
        A = np.eye(rows, columns)[..., None] * ones
        numbers = {"g": g, "rate_g": rate_g, "rate_w": ones, "zeta": np.ones((rows, g.size))}
        return self._clocked(situation, {"A": A, **vectors, **numbers}, ones)

    def _clocked(self, situation: Situation, arrays: Arrays, clock: FloatArray) -> Batch:
        kept = {
            name: np.clip(arrays[name], TABLE[name].low, TABLE[name].high) for name in ("t", "g", "rate_g", "rate_w")
        }
        return self.batch(situation, {**arrays, **kept, "clock": clock})


FLOW = LeastSquaresFlow()
