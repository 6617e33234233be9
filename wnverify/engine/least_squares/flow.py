"""Gradient flow on a weight-normalised linear model, integrated by two routes.

First route: (g, w) by the closed form of the field, with LSODA (`scipy.integrate.odeint`) for a few runs and
`wnverify.engine.extrapolation` for many: near the limit the runs are stiff, and a step for all at once costs as much
as one run. Second route: DOP853 on (g, v) by the gradient through v/‖v‖, whose norm the flow keeps and no projection
restores, one instance at a time.
To reach the limit both run on the clock `dτ = σ²(min(rate_w g², rate_g) + floor) dt`, on which the error falls about
as e^{−τ} under the squared loss; so the end of the run is known beforehand and needs no event. Under another loss the
run may end far from a solution, or go to infinity, as it does under the logistic one.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
import scipy

from wnverify.arrays import FloatArray
from wnverify.engine.extrapolation import Accuracy, integrate
from wnverify.engine.least_squares.model import Slope

END = 32.0
"""The clock at which a run to the limit ends: e^{−32} = 1e-14."""
FLOOR = 1e-3
RELATIVE, ABSOLUTE = 1e-11, 1e-13
STEPS = 4000
"""The most steps between two outputs; a run that needs more has failed, and is reported as not converged."""
MANY, SIDE_BY_SIDE, COLUMNS = 32, 150, 5
"""Runs from which on they are integrated side by side, steps of these, and the divisions extrapolated from."""
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
class Run:
    """States at the given clock and at the end, and whether the integrator reached them.

    Args:
        g: gains (2,).
        w: directions (2, d).
        error: gAw − y (2, m).
        integrals: the four integrals (2, 4).
        finished: whether the integrator got there.
    """

    g: FloatArray
    w: FloatArray
    error: FloatArray
    integrals: FloatArray
    finished: bool


Rates: TypeAlias = Callable[[FloatArray, float], FloatArray]


def to_limit(model: Model, clock: float) -> Run:
    """LSODA on (g, w) with the integrals, to `clock` and to the end."""
    d = model.w.size
    start = np.concatenate([[model.g], model.w, np.zeros(INTEGRALS)])
    out = np.zeros(start.size)
    A, y, slope, c = model.A, model.y, model.slope, model.rate_g / model.rate_w

    def rates(state: FloatArray, _: float) -> FloatArray:
        g, w = state[0], state[1 : d + 1]
        q = slope(g * (A @ w), y) @ A
        along, fast = w @ q, model.rate_w * g * g
        slow = min(fast, model.rate_g)
        pace = 1.0 / (model.least * (slow + FLOOR * model.rate_g))
        out[0] = -pace * model.rate_g * along
        out[1 : d + 1] = (-pace * model.rate_w * g) * (q - along * w)
        growth = np.exp(min(g * g / (2 * c), 600.0))
        out[d + 1 :] = pace, pace * slow, pace * fast, pace * model.rate_w * g * growth
        return out

    path, finished = _lsoda(rates, start, [0.0, clock, END])
    return replace(_ended(model, path[1:]), finished=finished)


def to_limits(models: Sequence[Model], clocks: FloatArray) -> list[Run]:
    """The same for many instances of one shape and loss; side by side by extrapolation from some dozens on.

    What is left under way after so many steps is begun anew, one run after the other.
    """
    if len(models) < MANY:
        return [to_limit(model, float(clock)) for model, clock in zip(models, clocks, strict=True)]
    first = [np.concatenate([[model.g], model.w, np.zeros(INTEGRALS)]) for model in models]
    times = np.stack([clocks, np.full(len(models), END)])
    accuracy = Accuracy(RELATIVE, ABSOLUTE, SIDE_BY_SIDE, COLUMNS)
    paths = integrate(lambda at: _rates([models[index] for index in at]), np.stack(first, axis=-1), times, accuracy)
    return [
        _ended(model, paths.states[..., index]) if paths.finished[index] else to_limit(model, float(clocks[index]))
        for index, model in enumerate(models)
    ]


def _rates(models: Sequence[Model]) -> Callable[[FloatArray], FloatArray]:
    """The rates of `to_limit` for states (k, C, b) of these instances."""
    A, y = np.stack([model.A for model in models], axis=-1), np.stack([model.y for model in models], axis=-1)[:, None]
    rate_g, rate_w, least = (
        np.array([getattr(model, name) for model in models]) for name in ("rate_g", "rate_w", "least")
    )
    d, c, slope = A.shape[1], rate_g / rate_w, models[0].slope

    def rates(state: FloatArray) -> FloatArray:
        g, w, out = state[0], state[1 : d + 1], np.empty_like(state)
        q = np.einsum("mdb,mcb->dcb", A, slope(g * np.einsum("mdb,dcb->mcb", A, w), y))
        along, fast = np.einsum("dcb,dcb->cb", w, q), rate_w * g * g
        slow = np.minimum(fast, rate_g)
        pace = 1.0 / (least * (slow + FLOOR * rate_g))
        out[0] = -pace * rate_g * along
        out[1 : d + 1] = (-pace * rate_w * g) * (q - along * w)
        out[d + 1], out[d + 2], out[d + 3] = pace, pace * slow, pace * fast
        out[d + 4] = pace * rate_w * g * np.exp(np.minimum(g * g / (2 * c), 600.0))
        return out

    return rates


def _ended(model: Model, path: FloatArray) -> Run:
    """The run with these two states (2, k)."""
    d = model.w.size
    g, w = path[:, 0], path[:, 1 : d + 1]
    return Run(g, w, g[:, None] * (w @ model.A.T) - model.y, path[:, d + 1 :], True)


def for_time(model: Model, time: float) -> tuple[float, FloatArray, bool]:
    """LSODA on (g, w) for a given time and any loss: (g, w, finished)."""
    A, y, slope = model.A, model.y, model.slope
    out = np.zeros(model.w.size + 1)

    def rates(state: FloatArray, _: float) -> FloatArray:
        g, w = state[0], state[1:]
        q = slope(g * (A @ w), y) @ A
        along = w @ q
        out[0] = -model.rate_g * along
        out[1:] = (-model.rate_w * g) * (q - along * w)
        return out

    path, finished = _lsoda(rates, np.concatenate([[model.g], model.w]), [0.0, time])
    return float(path[-1, 0]), path[-1, 1:], finished


def _lsoda(rates: Rates, start: FloatArray, times: list[float]) -> tuple[FloatArray, bool]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", scipy.integrate.ODEintWarning)  # the message is read below instead
        path, info = scipy.integrate.odeint(
            rates, start, times, rtol=RELATIVE, atol=ABSOLUTE, mxstep=STEPS, full_output=True, printmessg=False
        )
    return path, bool(info["message"] == "Integration successful." and np.isfinite(path).all())


def to_limit_in_v(model: Model, clock: float) -> Run:
    """DOP853 on (g, v) with the integrals, to `clock` and to the end."""
    d, c = model.w.size, model.rate_g / model.rate_w

    def rates(_: float, state: FloatArray) -> FloatArray:
        g = state[0]
        fast = model.rate_w * g**2
        slow = min(fast, model.rate_g)
        pace = 1.0 / (model.least * (slow + FLOOR * model.rate_g))
        dual = model.rate_w * g * np.exp(min(g**2 / (2 * c), 600.0))
        return pace * np.concatenate([_through_v(model, state[: d + 1]), [1.0, slow, fast, dual]])

    start = np.concatenate([[model.g], model.w, np.zeros(INTEGRALS)])
    found = scipy.integrate.solve_ivp(rates, (0.0, END), start, "DOP853", [clock, END], rtol=RELATIVE, atol=ABSOLUTE)
    g, v = found.y[0], found.y[1 : d + 1]
    w = (v / np.linalg.norm(v, axis=0)).T
    return Run(g, w, g[:, None] * (w @ model.A.T) - model.y, found.y[d + 1 :].T, bool(found.success))


def for_time_in_v(model: Model, time: float) -> tuple[float, FloatArray, bool]:
    """DOP853 on (g, v) for a given time and any loss."""
    start = np.concatenate([[model.g], model.w])
    found = scipy.integrate.solve_ivp(
        lambda _, state: _through_v(model, state), (0.0, time), start, "DOP853", rtol=RELATIVE, atol=ABSOLUTE
    )
    v = found.y[1:, -1]
    return float(found.y[0, -1]), v / np.sqrt(v @ v), bool(found.success)


def _through_v(model: Model, state: FloatArray) -> FloatArray:
    """Velocity of (g, v) by the gradient of F(gAv/‖v‖), v not normalised."""
    g, v = state[0], state[1:]
    size = np.sqrt(v @ v)
    pulled = model.A.T @ model.slope(g * (model.A @ v) / size, model.y)
    by_v = g * (pulled / size - v * (v @ pulled) / size**3)
    return np.concatenate([[-model.rate_g * (v @ pulled) / size], -model.rate_w * by_v])
