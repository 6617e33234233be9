"""The diagonal flow with weight normalization, integrated: `scipy.integrate.odeint` (LSODA) in log coordinates.

The clock is `ds = (D/l + ε) dt`, D = −dl/dt: without ε the loss would be exactly e^{−s} l(0), so that fast and
slow problems all end at an s known in advance. ε > 0 keeps the clock going where the flow collapses to x = 0,
a stationary point with D = 0 < l. Integrals over the flow's own time t are integrated along, not summed up
from the grid, on which a passage near a saddle may fall between two points.
Runs are followed one after the other: those of several rows are stiff, some far more than others,
and every run steps onto a hundred grid points. Side by side, by `wnverify.engine.extrapolation`, 64 runs took as long
as by LSODA, and 256 half as long at best; as one large system for LSODA they took longer where there are two rows.
Shapes as in `wnverify.engine.diagonal.model`; K is the number of grid points.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from math import exp
from typing import Any, TypeAlias

import numpy as np
import scipy

from wnverify.arrays import BoolArray, FloatArray
from wnverify.engine.diagonal.model import Model, apply_transposed, dot, length, loss, pull
from wnverify.engine.diagonal.straight import Rates, polar_field

RELATIVE, ABSOLUTE = 1e-10, 1e-12
"""Tolerances of the integration, on logarithms of r and u."""
COARSE = 1e-7
"""Relative tolerance of the integrals over time."""
TARGET = 1e-10
"""Residual ‖Ax − y‖/‖y‖ at which a run may end; below 1e-11 the right side would be mostly rounding."""
GRID = 101
EVALUATIONS = 2500
"""The most evaluations of the field for one run; a run that needs more has stalled, and is followed only as far as it
came. Ten times as many on the second route, which follows it as far."""
KEPT = (0.9, 0.5, 0.1)
"""Shares of the clock that a stalled run had come to, up to which it is followed again: the first that succeeds."""
SLOW = 1e-3
"""ε as a share of the fastest rate L max|Aᵀy| of the flow near zero."""
INTEGRALS = ("tau", "smallest", "largest", "bare", "time")
"""∫κ dt, ∫ min(1, ηr²) f dt for f = (min x)^{2−2/L}, (max x)^{2−2/L} and 1, and t itself."""
_Numbers: TypeAlias = "list[float] | FloatArray"
_Field: TypeAlias = Callable[[FloatArray], tuple[_Numbers, float, float, _Numbers]]
"""State -> (its derivative in s, dt/ds, r, x)."""


class _TooLong(Exception):
    """The cap on evaluations was hit."""


@dataclass(frozen=True)
class Path:
    """B runs on a grid of K points each.

    Args:
        log_r: (K, B).
        log_u: (K, N, B).
        integrals: those of `INTEGRALS` up to each grid point (K, 5, B); (K, 0, B) if not asked for.
        ends: the clock at the last grid point (B,).
        converged: where the residual fell below ten times the target (B,).
        collapsed: where ‖x‖ shrank a millionfold and the residual did not: the flow ends at zero (B,).
    """

    log_r: FloatArray
    log_u: FloatArray
    integrals: FloatArray
    ends: FloatArray
    converged: BoolArray
    collapsed: BoolArray

    def x(self, L: int) -> FloatArray:
        """x = (ru)^L at every grid point, (K, N, B)."""
        return np.exp(L * (self.log_r[:, None] + self.log_u))


def integrate(
    model: Model,
    r: FloatArray,
    u: FloatArray,
    *,
    integrals: bool = False,
    plain: bool = False,
    evaluations: int | None = None,
) -> Path:
    """The flow from (r, u) until the loss has fallen to ½(target ‖y‖)²; in (log r, log u), positivity automatic.

    Args:
        model: the problems.
        r: radii of the starts (B,).
        u: directions of the starts (N, B).
        integrals: whether the integrals over time are wanted.
        plain: whether it is the flow w' = −∇_w l without normalization, to which η is nothing.
        evaluations: the most for one run, if not `EVALUATIONS`.
    """
    starts = np.concatenate([np.log(r)[None], np.log(u)])
    slow, size = _slow(model), starts.shape[0]
    fields = [
        polar_field(
            model.A[..., index].tolist(), model.y[:, index].tolist(),
            (None if plain else float(model.eta[index]), float(slow[index]), model.L),
            integrals=integrals,
        )
        for index in range(r.size)
    ]  # fmt: skip
    extra = len(INTEGRALS) if integrals else 0
    state, ends = _runs(fields, starts, _ends(model, r * u), (evaluations or EVALUATIONS, extra))
    return _path(model, (state[:, 0], state[:, 1:size], state[:, size:]), ends)


def integrate_weights(
    model: Model, r: FloatArray, u: FloatArray, *, integrals: bool = False, ends: FloatArray | None = None
) -> Path:
    """The same runs in the weights alone, (log w)' = w'/w with w' = −(uuᵀ + ηr²(I − uuᵀ))∇_w l; a second route.

    Args:
        model: the problems.
        r: radii of the starts (B,).
        u: directions of the starts (N, B).
        integrals: whether the integrals over time are wanted.
        ends: the clocks at which to end (B,), where the runs may have stalled.
    """
    starts = np.log(r * u)
    ones = [model.one(index) for index in range(r.size)]
    fields = [_augmented(_weight_clock(one), one, starts.shape[0], integrals) for one in ones]
    extra = len(INTEGRALS) if integrals else 0
    state, ends = _runs(fields, starts, _ends(model, r * u) if ends is None else ends, (10 * EVALUATIONS, extra))
    log_w = state[:, : starts.shape[0]]
    top = log_w.max(axis=1)
    log_r = top + np.log((np.exp(log_w - top[:, None]) ** 2).sum(axis=1)) / 2
    return _path(model, (log_r, log_w - log_r[:, None], state[:, starts.shape[0] :]), ends)


def _ends(model: Model, w: FloatArray) -> FloatArray:
    """The clock at which the loss has fallen to ½(target ‖y‖)² from that of the weights, (B,)."""
    scale = np.maximum(TARGET**2 * dot(model.y, model.y) / 2, 1e-200)
    return np.asarray(np.clip(np.log(np.maximum(loss(model, w**model.L), 1e-300) / scale), 1.0, 80.0))


def _runs(
    fields: list[Rates], starts: FloatArray, ends: FloatArray, limits: tuple[int, int]
) -> tuple[FloatArray, FloatArray]:
    """All runs on their grids (K, k, B), and the clocks at which they end (B,).

    A run that stalls, by the cap or by an overflow, is followed once more, not quite as far as it had come; NaN where
    even the shortest stretch fails.

    Args:
        fields: the derivative of each.
        starts: (k, B), without the integrals.
        ends: the clocks up to which they are wanted (B,).
        limits: the cap on evaluations, and how many integrals come last.
    """
    extra, found, last = limits[1], [], ends.copy()
    for index, field in enumerate(fields):
        start = np.append(starts[:, index], np.zeros(extra))
        path, reached = _run(field, start, float(ends[index]), limits)
        for share in KEPT if path is None else ():
            last[index] = share * reached
            path, _ = _run(field, start, last[index], limits)
            if path is not None:
                break
        found.append(np.full((GRID, start.size), np.nan) if path is None else path)
    return np.stack(found, axis=-1), last


def _augmented(field: _Field, model: Model, size: int, integrals: bool) -> Callable[[FloatArray], Any]:
    """The derivative of the state in s, followed by those of the integrals."""
    eta, L = float(model.eta[0]), model.L

    def derivative(state: FloatArray) -> Any:
        rates, clock, r, x = field(state[:size])
        if not integrals:
            return rates
        rate = eta * r * r
        kappa = 4 * rate if L == 2 else L * (L - 2) * eta * r**L * exp(-(L - 2) * rate / 2)
        speed, power = min(1.0, rate) * clock, 2 - 2 / L
        return [*rates, kappa * clock, speed * min(x) ** power, speed * max(x) ** power, speed, clock]

    return derivative


def _run(
    derivative: Rates, start: FloatArray, end: float, limits: tuple[int, int]
) -> tuple[FloatArray | None, float]:
    """One run on its grid, (K, k), or None where it stalls; and how far the clock had come."""
    cap, extra = limits
    seen = [0.0, 0.0]

    def counted(state: FloatArray, clock: float) -> Any:
        seen[0] += 1
        if seen[0] > cap:
            raise _TooLong
        rates = derivative(state)
        seen[1] = clock
        return rates

    fine = np.arange(start.size) < start.size - extra
    options: dict[str, Any] = {
        "rtol": np.where(fine, RELATIVE, COARSE),
        "atol": np.where(fine, ABSOLUTE, COARSE**2),
        "mxstep": cap,
    }
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore", scipy.integrate.ODEintWarning)
        try:
            found, info = scipy.integrate.odeint(
                counted, start, np.linspace(0.0, end, GRID), full_output=True, **options
            )
        except (_TooLong, OverflowError, ZeroDivisionError):
            return None, seen[1]
    return (found if info["message"] == "Integration successful." else None), seen[1]


def _weight_clock(model: Model) -> _Field:
    slow = _slow(model)

    def field(state: FloatArray) -> tuple[FloatArray, float, float, FloatArray]:
        top = state.max()
        direction = np.exp(state - top)[:, None]
        u = direction / length(direction)
        w = np.exp(state)[:, None]
        r = length(w)
        x = w**model.L
        h = model.L * w ** (model.L - 2) * pull(model, x)
        G = w * h
        fall = dot(u, G) ** 2 + model.eta * r**2 * (dot(G, G) - dot(u, G) ** 2)
        clock = loss(model, x) / (fall + slow * loss(model, x))
        motion = (1 - model.eta * r**2) * dot(u**2, h) + model.eta * r**2 * h
        return (-motion * clock)[:, 0], float(clock[0]), float(r[0]), x[:, 0]

    return field


def _slow(model: Model) -> FloatArray:
    return SLOW * model.L * np.abs(apply_transposed(model.A, model.y)).max(axis=0)


def _path(model: Model, states: tuple[FloatArray, FloatArray, FloatArray], ends: FloatArray) -> Path:
    """How each run of these log r, log u and integrals ended."""
    log_r, log_u, integrals = states
    with np.errstate(invalid="ignore"):
        last = np.exp(model.L * (log_r[-1] + log_u[-1]))
        residual = np.sqrt(2 * loss(model, last)) / np.maximum(length(model.y), 1e-100)
        collapsed = (model.L * (log_r[-1] - log_r[0]) < np.log(1e-6)) & (residual > 0.5)
        return Path(log_r, log_u, integrals, ends, residual <= 10 * TARGET, collapsed)
