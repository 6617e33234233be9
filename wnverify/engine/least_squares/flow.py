"""Gradient flow on a weight-normalised linear model, integrated by two routes, one instance at a time, for any loss.

First route: (g, w) by the closed form of the field, in plain numbers, with LSODA (`scipy.integrate.odeint`). Second
route: DOP853 on (g, v) by the gradient through v/‖v‖, whose norm the flow keeps and no projection restores.
Where the runs end under the squared loss, `ends` finds sooner.

A run to a clock goes by `dτ = σ²(min(rate_w g², rate_g) + floor) dt`, on which the error falls about as e^{−τ} under
the squared loss. A run to the limit goes by the same without the kink: min(a, b) is replaced by ab/(a + b), which is
between half of it and all of it, so that the error falls faster. So the end of the run is known beforehand and needs
no event. Under another loss the run may end far from a solution, or go to infinity, as under the logistic one.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import exp, nan, sqrt
from operator import mul
from typing import TypeAlias

import numpy as np
import scipy

from wnverify.arrays import FloatArray
from wnverify.engine.least_squares.model import Slope

END = 32.0
"""The clock at which a run to the limit ends: e^{−32} = 1e-14."""
FLOOR = 1e-3
RELATIVE, ABSOLUTE = 1e-11, 1e-13
STEPS = 4000
"""The most steps between two outputs; a run that needs more has failed, and is reported as not converged."""
STEPS_IN_V = 100_000
INTEGRALS = 4
"""Integrals carried along: t, ∫min(rate_w g², rate_g), ∫rate_w g², ∫rate_w g e^{g²/2c}, all over dt."""


@dataclass(frozen=True)
class Model:
    """One instance: A (m, d), y (m,), unit w (d,), g, the two rates, the loss's slope, σ² of A."""

    A: FloatArray
    y: FloatArray
    w: FloatArray
    g: float
    rate_g: float
    rate_w: float
    slope: Slope
    least: float


@dataclass(frozen=True)
class Reached:
    """How far a run had come at its clock: ‖gAw − y‖ and the four integrals (4,); NaN where it did not get there."""

    error: float
    integrals: FloatArray


End: TypeAlias = tuple[float, FloatArray, bool]
"""g, w (d,), and whether the integrator got there."""
Numbers: TypeAlias = "list[float] | FloatArray"
Rates: TypeAlias = Callable[[FloatArray, float], Numbers]
Field: TypeAlias = Callable[[float, list[float]], tuple[list[float], float]]


def field_of(model: Model) -> Field:
    """(g, w) -> q = AᵀF′(gAw) and ⟨w, q⟩, in plain numbers, which for so few are ten times as fast as arrays."""
    rows, columns, y, slope = model.A.tolist(), model.A.T.tolist(), model.y.tolist(), model.slope

    def field(g: float, w: list[float]) -> tuple[list[float], float]:
        slopes = [slope(g * sum(map(mul, row, w)), goal) for row, goal in zip(rows, y, strict=True)]
        q = [sum(map(mul, column, slopes)) for column in columns]
        return q, sum(map(mul, w, q))

    return field


def to_clock(model: Model, clock: float) -> Reached:
    """LSODA on (g, w) with the integrals, to `clock`."""
    rate_g, rate_w, least, field, d = model.rate_g, model.rate_w, model.least, field_of(model), model.w.size
    half, floor = rate_w / (2 * rate_g), FLOOR * rate_g

    def rates(state: FloatArray, _: float) -> list[float]:
        g, *w = state.tolist()[: d + 1]
        q, along = field(g, w)
        fast = rate_w * g * g
        slow = min(fast, rate_g)
        pace = 1.0 / (least * (slow + floor))
        turn = pace * rate_w * g
        turned = [turn * (along * a - b) for a, b in zip(w, q, strict=True)]
        growth = exp(min(g * g * half, 600.0))
        return [-pace * rate_g * along, *turned, pace, pace * slow, pace * fast, turn * growth]

    path, finished = lsoda(rates, [model.g, *model.w, *[0.0] * INTEGRALS], [0.0, clock])
    return _reached(model, path[-1, 1 : d + 1], path[-1]) if finished else _not_reached()


def _reached(model: Model, w: FloatArray, state: FloatArray) -> Reached:
    return Reached(float(np.linalg.norm(state[0] * (model.A @ w) - model.y)), state[-INTEGRALS:])


def _not_reached() -> Reached:
    return Reached(nan, np.full(INTEGRALS, nan))


def to_limit(model: Model) -> End:
    """LSODA on (g, w) to the end."""
    return _run(model, lambda g: _pace(model, g), END)


def for_time(model: Model, time: float) -> End:
    """LSODA on (g, w) for a given time."""
    return _run(model, lambda _: 1.0, time)


def _pace(model: Model, g: float) -> float:
    """dt/dτ on the way to the limit."""
    fast = model.rate_w * g * g
    return 1.0 / (model.least * model.rate_g * (fast / (fast + model.rate_g) + FLOOR))


def _run(model: Model, pace: Callable[[float], float], end: float) -> End:
    rate_g, rate_w, field = model.rate_g, model.rate_w, field_of(model)

    def rates(state: FloatArray, _: float) -> list[float]:
        g, *w = state.tolist()
        q, along = field(g, w)
        step = pace(g)
        turn = step * rate_w * g
        return [-step * rate_g * along, *[turn * (along * a - b) for a, b in zip(w, q, strict=True)]]

    path, finished = lsoda(rates, [model.g, *model.w], [0.0, end])
    return float(path[-1, 0]), path[-1, 1:], finished


def lsoda(
    rates: Rates,
    start: Sequence[float] | FloatArray,
    times: list[float],
    tolerances: tuple[float, float] = (RELATIVE, ABSOLUTE),
    band: int | None = None,
) -> tuple[FloatArray, bool]:
    """States at the times (k, n), and whether the integrator got there.

    Args:
        rates: (state, time) -> its derivative.
        start: the state at the first time.
        times: ascending.
        tolerances: of a step, relative and absolute.
        band: how far from the diagonal the Jacobian has entries; everywhere if not given.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", scipy.integrate.ODEintWarning)  # the message is read below instead
        path, info = scipy.integrate.odeint(
            rates, start, times, rtol=tolerances[0], atol=tolerances[1], mxstep=STEPS, full_output=True,
            printmessg=False, ml=band, mu=band,
        )  # fmt: skip
    return path, bool(info["message"] == "Integration successful." and np.isfinite(path).all())


def to_clock_in_v(model: Model, clock: float) -> Reached:
    """DOP853 on (g, v) with the integrals, to `clock`."""
    d, c = model.w.size, model.rate_g / model.rate_w

    def rates(_: float, state: FloatArray) -> FloatArray:
        g = float(state[0])
        fast = model.rate_w * g**2
        slow = min(fast, model.rate_g)
        pace = 1.0 / (model.least * (slow + FLOOR * model.rate_g))
        dual = model.rate_w * g * exp(min(g**2 / (2 * c), 600.0))
        return pace * np.concatenate([_through_v(model, state[: d + 1]), [1.0, slow, fast, dual]])

    state, finished = _dop853(rates, np.concatenate([[model.g], model.w, np.zeros(INTEGRALS)]), clock)
    v = state[1 : d + 1]
    return _reached(model, v / np.sqrt(v @ v), state) if finished else _not_reached()


def to_limit_in_v(model: Model) -> End:
    """DOP853 on (g, v) to the end."""
    return _run_in_v(model, lambda _, state: _pace(model, float(state[0])) * _through_v(model, state), END)


def for_time_in_v(model: Model, time: float) -> End:
    """DOP853 on (g, v) for a given time."""
    return _run_in_v(model, lambda _, state: _through_v(model, state), time)


def _run_in_v(model: Model, rates: Callable[[float, FloatArray], FloatArray], end: float) -> End:
    state, finished = _dop853(rates, np.concatenate([[model.g], model.w]), end)
    v = state[1:]
    return float(state[0]), v / np.sqrt(v @ v), finished


def _dop853(
    rates: Callable[[float, FloatArray], FloatArray], start: FloatArray, end: float
) -> tuple[FloatArray, bool]:
    solver = scipy.integrate.ode(rates)
    solver.set_integrator("dop853", rtol=RELATIVE, atol=ABSOLUTE, nsteps=STEPS_IN_V)
    solver.set_initial_value(start, 0.0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # what went wrong is asked below instead
        state = np.array(solver.integrate(end))
    return state, bool(solver.successful() and np.isfinite(state).all())


def _through_v(model: Model, state: FloatArray) -> FloatArray:
    """Velocity of (g, v) by the gradient of F(gAv/‖v‖), v not normalised."""
    g, v = state[0], state[1:]
    size = sqrt(v @ v)
    pulled = model.A.T @ model.slope((g / size) * (model.A @ v), model.y)
    along = (v @ pulled) / size
    out = np.empty(state.size)
    out[0] = -model.rate_g * along
    out[1:] = (-model.rate_w * g / size) * (pulled - (along / size) * v)
    return out
