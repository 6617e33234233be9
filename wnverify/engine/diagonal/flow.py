"""The diagonal flow with weight normalization, integrated: `scipy.integrate.odeint` (LSODA) in log coordinates.

The clock is `ds = (D/l + ε) dt`, D = −dl/dt: without ε the loss would be exactly e^{−s} l(0), so that fast and
slow problems all end at an s known in advance. ε > 0 keeps the clock going where the flow collapses to x = 0,
a stationary point with D = 0 < l. Integrals over the flow's own time t are integrated along, not summed up
from the grid, on which a passage near a saddle may fall between two points.
Runs are followed one after the other: those of several rows are stiff, some far more than others,
and every run steps onto a hundred grid points. Side by side, by an extrapolated semi-implicit rule, 64 runs took as
long as by LSODA, and 256 half as long at best; as one large system for LSODA they took longer where there are two
rows.
Where times are wanted, `wnverify.engine.diagonal.timed` has them for less, by quadratures along the same curves.
Shapes as in `wnverify.engine.diagonal.model`; K is the number of grid points.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy

from wnverify.arrays import BoolArray, FloatArray
from wnverify.engine.diagonal.model import Model, apply_transposed, dot, length, loss
from wnverify.engine.diagonal.straight import TooLong, Watched, polar_field, weight_field

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


@dataclass(frozen=True)
class Path:
    """B runs on a grid of K points each.

    Args:
        log_r: (K, B).
        log_u: (K, N, B).
        integrals: those of `INTEGRALS` up to each grid point (K, 5, B); (K, 0, B) if not asked for.
        clock: s at each grid point (K, B).
        converged: where the residual fell below ten times the target (B,).
        collapsed: where ‖x‖ shrank a millionfold and the residual did not: the flow ends at zero (B,).
    """

    log_r: FloatArray
    log_u: FloatArray
    integrals: FloatArray
    clock: FloatArray
    converged: BoolArray
    collapsed: BoolArray

    @property
    def ends(self) -> FloatArray:
        """The clock at the last grid point, (B,)."""
        return self.clock[-1]

    def with_others(self, at: BoolArray, others: Path) -> Path:
        """The runs with others in these places; on the shorter grid the last point is repeated."""
        size = max(len(self.clock), len(others.clock))
        found = {}
        for name, value in vars(self).items():
            found[name], other = (_lengthened(part, size) for part in (value, vars(others)[name]))
            found[name][..., at] = other
        return Path(**found)

    def x(self, L: int) -> FloatArray:
        """x = (ru)^L at every grid point, (K, N, B)."""
        return np.exp(L * (self.log_r[:, None] + self.log_u))


def _lengthened(values: Any, size: int) -> Any:
    """So many points of a grid, the last repeated; what is no grid, (B,), as it is. Always a copy."""
    return values[np.minimum(np.arange(size), len(values) - 1)] if values.ndim > 1 else values.copy()


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
        integrals: whether the integrals over time are wanted, and a run that stalls as far as it came.
        plain: whether it is the flow w' = −∇_w l without normalization, to which η is nothing.
        evaluations: the most for one run, if not `EVALUATIONS`.
    """
    starts = np.concatenate([np.log(r)[None], np.log(u)])
    slow, size = slow_rate(model), starts.shape[0]
    fields = [
        polar_field(
            model.A[..., index].tolist(), model.y[:, index].tolist(),
            (None if plain else float(model.eta[index]), float(slow[index]), model.L),
            integrals=integrals,
        )
        for index in range(r.size)
    ]  # fmt: skip
    extra = len(INTEGRALS) if integrals else 0
    clock = np.linspace(0.0, _ends(model, r * u), GRID)
    state, clock = _runs(fields, starts, clock, (evaluations or EVALUATIONS, extra))
    return ended(model, (state[:, 0], state[:, 1:size], state[:, size:]), clock)


def integrate_weights(
    model: Model, r: FloatArray, u: FloatArray, *, integrals: bool = False, clock: FloatArray | None = None
) -> Path:
    """The same runs in the weights alone, (log w)' = w'/w with w' = −(uuᵀ + ηr²(I − uuᵀ))∇_w l; a second route.

    Args:
        model: the problems.
        r: radii of the starts (B,).
        u: directions of the starts (N, B).
        integrals: whether the integrals over time are wanted.
        clock: s at each grid point (K, B), if they are to be those of another route.
    """
    starts, slow = np.log(r * u), slow_rate(model)
    fields = [
        weight_field(
            model.A[..., index].tolist(), model.y[:, index].tolist(),
            (float(model.eta[index]), float(slow[index]), model.L),
            integrals=integrals,
        )
        for index in range(r.size)
    ]  # fmt: skip
    extra = len(INTEGRALS) if integrals else 0
    clock = np.linspace(0.0, _ends(model, r * u), GRID) if clock is None else clock
    state, clock = _runs(fields, starts, clock, (10 * EVALUATIONS, extra))
    log_w = state[:, : starts.shape[0]]
    top = log_w.max(axis=1)
    log_r = top + np.log((np.exp(log_w - top[:, None]) ** 2).sum(axis=1)) / 2
    return ended(model, (log_r, log_w - log_r[:, None], state[:, starts.shape[0] :]), clock)


def _ends(model: Model, w: FloatArray) -> FloatArray:
    """The clock at which the loss has fallen to ½(target ‖y‖)² from that of the weights, (B,)."""
    scale = np.maximum(TARGET**2 * dot(model.y, model.y) / 2, 1e-200)
    return np.asarray(np.clip(np.log(np.maximum(loss(model, w**model.L), 1e-300) / scale), 1.0, 80.0))


def _runs(
    fields: list[Watched], starts: FloatArray, clock: FloatArray, limits: tuple[int, int]
) -> tuple[FloatArray, FloatArray]:
    """All runs on their grids (K, k, B), and the clocks of these (K, B).

    A run that stalls, by the cap or by an overflow, is followed once more, not quite as far as it had come, if there
    are integrals: of how far they came something can be said. Else NaN, as where even the shortest stretch fails.

    Args:
        fields: the derivative of each.
        starts: (k, B), without the integrals.
        clock: where on the clock they are wanted (K, B).
        limits: the cap on evaluations, and how many integrals come last.
    """
    extra, found, seen = limits[1], [], clock.copy()
    for index, field in enumerate(fields):
        start = np.append(starts[:, index], np.zeros(extra))
        path, reached = _run(field, start, clock[:, index], limits)
        for share in KEPT if path is None else ():
            seen[:, index] = clock[:, index] * (share * reached / clock[-1, index])
            path = _run(field, start, seen[:, index], limits)[0] if extra else None
            if path is not None or not extra:
                break
        found.append(np.full((len(clock), start.size), np.nan) if path is None else path)
    return np.stack(found, axis=-1), seen


def _run(
    field: Watched, start: FloatArray, clock: FloatArray, limits: tuple[int, int]
) -> tuple[FloatArray | None, float]:
    """One run on its grid, (K, k), or None where it stalls; and how far the clock had come."""
    cap, extra = limits
    derivative, reached = field(cap)
    fine = np.arange(start.size) < start.size - extra
    options: dict[str, Any] = {
        "rtol": np.where(fine, RELATIVE, COARSE),
        "atol": np.where(fine, ABSOLUTE, COARSE**2),
        "mxstep": cap,
    }
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore", scipy.integrate.ODEintWarning)
        try:
            found, info = scipy.integrate.odeint(derivative, start, clock, full_output=True, **options)
        except (TooLong, OverflowError, ZeroDivisionError):
            return None, reached()
    return (found if info["message"] == "Integration successful." else None), reached()


def slow_rate(model: Model) -> FloatArray:
    """ε of the clock, (B,)."""
    return SLOW * model.L * np.abs(apply_transposed(model.A, model.y)).max(axis=0)


def ended(model: Model, states: tuple[FloatArray, FloatArray, FloatArray], clock: FloatArray) -> Path:
    """How each run of these log r, log u and integrals ended, at these points of the clock (K, B)."""
    log_r, log_u, integrals = states
    with np.errstate(invalid="ignore"):
        last = np.exp(model.L * (log_r[-1] + log_u[-1]))
        residual = np.sqrt(2 * loss(model, last)) / np.maximum(length(model.y), 1e-100)
        collapsed = (model.L * (log_r[-1] - log_r[0]) < np.log(1e-6)) & (residual > 0.5)
        return Path(log_r, log_u, integrals, clock, residual <= 10 * TARGET, collapsed)
