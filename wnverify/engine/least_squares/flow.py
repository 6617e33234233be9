"""Gradient flow on a weight-normalised linear model, integrated by two routes, one instance at a time, for any loss.

First route: (g, w) by the closed form of the field, as `straight` code, with LSODA (`scipy.integrate.odeint`). Second
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
from wnverify.engine.least_squares.straight import INTEGRALS, Clock, rates_of

END = 32.0
"""The clock at which a run to the limit ends: e^{−32} = 1e-14."""
FLOOR = 1e-3
RELATIVE, ABSOLUTE = 1e-11, 1e-13
STEPS = 4000
"""The most steps between two outputs; a run that needs more has failed, and is reported as not converged."""
STEPS_IN_V = 100_000


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
Rates: TypeAlias = Callable[[FloatArray, float], "list[float] | FloatArray"]


def to_clock(model: Model, clock: float) -> Reached:
    """LSODA on (g, w) with the integrals, to `clock`."""
    start, d = [model.g, *model.w.tolist(), *[0.0] * INTEGRALS], model.w.size
    path, finished = lsoda(_rates(model, "kinked"), start, [0.0, clock])
    return _reached(model, path[-1, 1 : d + 1], path[-1]) if finished else _not_reached()


def _reached(model: Model, w: FloatArray, state: FloatArray) -> Reached:
    return Reached(float(np.linalg.norm(state[0] * (model.A @ w) - model.y)), state[-INTEGRALS:])


def _not_reached() -> Reached:
    return Reached(nan, np.full(INTEGRALS, nan))


def to_limit(model: Model) -> End:
    """LSODA on (g, w) to the end."""
    return _run(model, "smooth", END)


def for_time(model: Model, time: float) -> End:
    """LSODA on (g, w) for a given time."""
    return _run(model, "time", time)


def _run(model: Model, clock: Clock, end: float) -> End:
    path, finished = lsoda(_rates(model, clock), [model.g, *model.w.tolist()], [0.0, end])
    return float(path[-1, 0]), path[-1, 1:], finished


def _rates(model: Model, clock: Clock) -> Rates:
    return rates_of(model.A, model.y, model.slope, (model.rate_g, model.rate_w, model.least, FLOOR), clock)


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
    d, c, velocity = model.w.size, model.rate_g / model.rate_w, _through_v(model)

    def rates(_: float, state: FloatArray) -> list[float]:
        g, *v = state.tolist()[: d + 1]
        fast = model.rate_w * g * g
        slow = min(fast, model.rate_g)
        dual = model.rate_w * g * exp(min(g * g / (2 * c), 600.0))
        pace = 1.0 / (model.least * (slow + FLOOR * model.rate_g))
        return [pace * rate for rate in (*velocity(g, v), 1.0, slow, fast, dual)]

    state, finished = _dop853(rates, np.concatenate([[model.g], model.w, np.zeros(INTEGRALS)]), clock)
    v = state[1 : d + 1]
    return _reached(model, v / np.sqrt(v @ v), state) if finished else _not_reached()


def to_limit_in_v(model: Model) -> End:
    """DOP853 on (g, v) to the end."""

    def pace(g: float) -> float:
        fast = model.rate_w * g * g
        return 1.0 / (model.least * (fast * model.rate_g / (fast + model.rate_g) + FLOOR * model.rate_g))

    return _run_in_v(model, pace, END)


def for_time_in_v(model: Model, time: float) -> End:
    """DOP853 on (g, v) for a given time."""
    return _run_in_v(model, lambda _: 1.0, time)


def _run_in_v(model: Model, pace: Callable[[float], float], end: float) -> End:
    velocity = _through_v(model)

    def rates(_: float, state: FloatArray) -> list[float]:
        g, *v = state.tolist()
        step = pace(g)
        return [step * rate for rate in velocity(g, v)]

    state, finished = _dop853(rates, np.concatenate([[model.g], model.w]), end)
    v = state[1:]
    return float(state[0]), v / np.sqrt(v @ v), finished


def _dop853(
    rates: Callable[[float, FloatArray], list[float]], start: FloatArray, end: float
) -> tuple[FloatArray, bool]:
    solver = scipy.integrate.ode(rates)
    solver.set_integrator("dop853", rtol=RELATIVE, atol=ABSOLUTE, nsteps=STEPS_IN_V)
    solver.set_initial_value(start, 0.0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # what went wrong is asked below instead
        state = np.array(solver.integrate(end))
    return state, bool(solver.successful() and np.isfinite(state).all())


def _through_v(model: Model) -> Callable[[float, list[float]], list[float]]:
    """(g, v) -> its velocity by the gradient of F(gAv/‖v‖), v not normalised."""
    rows, columns, y = model.A.tolist(), model.A.T.tolist(), model.y.tolist()

    def velocity(g: float, v: list[float]) -> list[float]:
        size = sqrt(sum(map(mul, v, v)))
        slopes = [model.slope(g * sum(map(mul, row, v)) / size, goal) for row, goal in zip(rows, y, strict=True)]
        pulled = [sum(map(mul, column, slopes)) for column in columns]
        along = sum(map(mul, v, pulled)) / size
        turn = -model.rate_w * g / size
        return [-model.rate_g * along, *[turn * (q - along * part / size) for q, part in zip(pulled, v, strict=True)]]

    return velocity
