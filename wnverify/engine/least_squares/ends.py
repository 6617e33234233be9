"""Where the gradient flow on weight-normalised least squares ends, for many instances, in fewer numbers.

With A = U diag(s) V the flow keeps to the span of the rows of V and of n, the direction of P_⊥w, which does not turn.
For w = Vᵀa + bn the error is U(gsa − Uᵀy), and with r = s(gsa − Uᵀy), ρ = ⟨a, r⟩ the flow reads
    g′ = −rate_g ρ,  a′ = −rate_w g (r − ρa),  b′ = rate_w g ρb.
One row: the error is a number, e′ = −s²De with D = rate_w g²b² + rate_g a². By the share x of it that is gone,
dx = s²D(1 − x)dt, the flow runs from x = 0 to its limit at x = 1, with nothing stiff on the way and no end to be cut
off; that gsa = Uᵀy there is not put in, and is asked of the result.
More rows: where there are many runs, all as one system, side by side, on the clock of `flow.to_limit`.
What does not arrive at a solution is run anew, one instance at a time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.engine.least_squares import flow
from wnverify.engine.least_squares.flow import Model
from wnverify.engine.least_squares.model import SLOPES, Point
from wnverify.engine.least_squares.rows import apply, length, pull

FINER = (1e-13, 1e-15)
"""Tolerances of a run along the error, which is not drawn to the solutions as a run in time is."""
ARRIVED = 5e-12
"""‖e‖/‖y‖ up to which the end of a run counts as one."""
FEW, TOGETHER = 32, 128
"""Runs of more rows below which each goes alone, and the most side by side: of many there is always one that needs a
small step."""


@dataclass(frozen=True)
class Ends:
    """Ends of B runs: gains (B,), directions (d, B), and whether the integrator got there (B,)."""

    g: FloatArray
    w: FloatArray
    finished: FloatArray


def of(at: Point, models: Sequence[Model]) -> Ends:
    """The ends of the runs from a state, whose instances `models` are.

    Shapes:
        at: (…, B).
    """
    rows, count = len(at.A), at.g.size
    if at.slope is not SLOPES["squared"] or (rows > 1 and count < FEW):
        return _one_by_one(models)
    turned = _Turned.of(at)
    g, w = turned.back(_along_the_error(at, turned) if rows == 1 else _side_by_side(at, turned))
    error = length(g * apply(at.A, w) - at.y)
    again = np.flatnonzero(~(error <= ARRIVED * length(at.y)))
    finished = np.ones(count)
    if again.size:
        anew = _one_by_one([models[index] for index in again.tolist()])
        g[again], w[:, again], finished[again] = anew.g, anew.w, anew.finished
    return Ends(g, w, finished)


def _one_by_one(models: Sequence[Model]) -> Ends:
    g, w, finished = zip(*map(flow.to_limit, models), strict=True)
    return Ends(np.array(g), np.stack(w, axis=-1), np.array(finished, dtype=np.float64))


@dataclass(frozen=True)
class _Turned:
    """The state in these coordinates: s and Uᵀy (m, B), V (m, d, B), n (d, B), and the start (g, a, b) (m + 2, B)."""

    s: FloatArray
    y: FloatArray
    V: FloatArray
    n: FloatArray
    start: FloatArray

    @classmethod
    def of(cls, at: Point) -> _Turned:
        factors, across = at.rows.factors, at.rows.across(at.w)
        b, y = length(across), np.einsum("mkb,mb->kb", factors.U, at.y)
        start = np.concatenate([at.g[None], apply(factors.V, at.w), b[None]])
        return cls(factors.s, y, factors.V, across / np.maximum(b, 1e-300), start)

    def back(self, state: FloatArray) -> tuple[FloatArray, FloatArray]:
        """g (B,) and w (d, B) of a state (m + 2, B)."""
        return state[0].copy(), pull(self.V, state[1:-1]) + state[-1] * self.n


def _along_the_error(at: Point, turned: _Turned) -> FloatArray:
    """(g, a, b) at the ends of runs of one row, (3, B); NaN where the integrator does not get there."""
    gaps = turned.y[0] / turned.s[0] - turned.start[0] * turned.start[1]
    columns = zip(turned.start.T.tolist(), gaps.tolist(), at.rate_g.tolist(), at.rate_w.tolist(), strict=True)
    return np.stack([_one_row(*column) for column in columns], axis=-1)


def _one_row(start: list[float], gap: float, rate_g: float, rate_w: float) -> FloatArray:
    """(g, a, b) where ga has made up for the gap.

    With −e/s = (1 − x)gap one has dg/dx = gap rate_g a/D, da/dx = gap rate_w g b²/D, db/dx = −gap rate_w g ab/D.
    """

    def rates(state: FloatArray, _: float) -> list[float]:
        g, a, b = state.tolist()
        turn, grow = rate_w * g * b, rate_g * a
        pace = gap / max(turn * g * b + grow * a, 1e-300)
        turn *= pace
        return [pace * grow, turn * b, -turn * a]

    path, finished = flow.lsoda(rates, start, [0.0, 1.0], FINER)
    return path[-1] if finished else np.full(3, np.nan)


def _side_by_side(at: Point, turned: _Turned) -> FloatArray:
    """(g, a, b) at the ends of the runs, (m + 2, B); NaN where the integrator does not get there.

    The state vector holds run after run, so that the Jacobian has a band as wide as one run.
    """
    size, count = turned.start.shape
    found = []
    for begin in range(0, count, TOGETHER):
        cut = slice(begin, begin + TOGETHER)
        start = np.ascontiguousarray(turned.start[:, cut].T)
        rates = _rates(turned.s[:, cut], turned.y[:, cut], at.rate_g[cut], at.rate_w[cut])
        path, finished = flow.lsoda(rates, start.ravel(), [0.0, flow.END], band=size - 1)
        found.append(path[-1].reshape(start.shape).T if finished else np.full(start.T.shape, np.nan))
    return np.concatenate(found, axis=-1)


def _rates(s: FloatArray, y: FloatArray, rate_g: FloatArray, rate_w: FloatArray) -> flow.Rates:
    """The derivatives of all runs, run after run, on the clock of `flow.to_limit`."""
    squares, pulled, r, out = s * s, s * y, np.empty_like(s), np.empty((s.shape[1], len(s) + 2))
    rate, bend, floor = out.T, squares[-1] * rate_g * (1 + flow.FLOOR), squares[-1] * flow.FLOOR * rate_g**2

    def rates(state: FloatArray, _: float) -> FloatArray:
        now = state.reshape(out.shape).T
        g, a = now[0], now[1:-1]
        np.multiply(squares, g * a, out=r)
        np.subtract(r, pulled, out=r)
        along, turn = np.einsum("kb,kb->b", a, r), rate_w * g
        fast = turn * g
        pace = (fast + rate_g) / (bend * fast + floor)  # 1/(σ²(fast rate_g/(fast + rate_g) + floor rate_g))
        turn *= pace
        pace *= along
        np.multiply(pace, -rate_g, out=rate[0])
        np.multiply(r, turn, out=r)
        turn *= along
        np.multiply(now[1:], turn, out=rate[1:])
        np.subtract(rate[1:-1], r, out=rate[1:-1])
        return out.ravel()

    return rates
