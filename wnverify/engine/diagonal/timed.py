"""The run of the diagonal flow with its times, by the integrals of the motion: quadratures along a known curve.

x is a function of M numbers δ (`wnverify.engine.diagonal.centred`). With one row δ falls from δ_0 to 0, and the run
is known at every δ; with more its way is found by collocation. The times are integrated along it, side by side.
That the flow in (r, u) is tangent to this curve is not taken for granted but measured on the whole grid. Where it
is not, where a quadrature is too coarse, and where x all but vanishes, the run is left to `flow.integrate`.
Shapes as in `wnverify.engine.diagonal.model`; P stretches of C nodes, K grid points.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from wnverify.arrays import BoolArray, FloatArray
from wnverify.engine.diagonal import centred
from wnverify.engine.diagonal.centred import Centred, Points
from wnverify.engine.diagonal.collocation import NODES, basis, way
from wnverify.engine.diagonal.flow import INTEGRALS, TARGET, Path, ended, integrate, slow_rate
from wnverify.engine.diagonal.model import TINY, Model, length, polar_field
from wnverify.engine.diagonal.programs import IndexArray

PIECES = 4
"""Pieces of a stretch, each between two grid points; one row has `GRID` stretches of one piece."""
GRID = 100
_ROOT = (3 / 7) ** 0.5
_LOBATTO = np.array([0.0, (1 - _ROOT) / 2, 0.5, (1 + _ROOT) / 2, 1.0])
_WEIGHTS = np.array([1 / 20, 49 / 180, 16 / 45, 49 / 180, 1 / 20])
_SIMPSON = np.array([1 / 6, 0.0, 2 / 3, 0.0, 1 / 6])
"""Lobatto's rule on a piece, and Simpson's on the same nodes, from which it may differ by COARSE."""
COARSE = 1e-5
FINE = 32
"""Into how many a piece is cut where a minimum or maximum changes over."""
BEGIN, TANGENT, NOISE = 1e-9, 1e-7, 1e-13
"""How well log x_0 is met; how nearly tangent the flow must be, and the share ‖y‖/‖e‖ of rounding in its field."""
LOWEST = 1e-4
"""The least r² of the run, as a share of that of the start, down to which its digits are trusted."""


@dataclass(frozen=True)
class _Curve:
    """δ on P stretches: their ends (P + 1, B), and the values (M, P, S, B) of δ e^q at the nodes (S,).

    q counts from the begin of each stretch. `rate` is dq/dτ' (B,), or None where |δ| = |δ_0| e^{−q}.
    """

    field: Centred
    edges: FloatArray
    values: FloatArray
    nodes: FloatArray
    pieces: int
    rate: FloatArray | None

    @cached_property
    def widths(self) -> FloatArray:
        """Of the pieces, (P, pieces, B)."""
        return np.repeat(np.diff(self.edges, axis=0)[:, None] / self.pieces, self.pieces, axis=1)

    def delta(self, places: FloatArray) -> FloatArray:
        """δ at these places (C,) in every stretch, (M, P·C, B)."""
        q = np.diff(self.edges, axis=0)[:, None] * places[:, None]
        found = np.einsum("cs,mpsb->mpcb", basis(self.nodes, places), self.values) * np.exp(-q)
        return np.asarray(found.reshape(found.shape[0], -1, found.shape[-1]))

    def inside(self, stretch: IndexArray, piece: IndexArray, at: IndexArray) -> FloatArray:
        """δ at the places of `FINE` parts of the pieces of some instances, (M, C, their number)."""
        places = (np.arange(self.pieces)[:, None] + _places(FINE)) / self.pieces
        width = self.edges[stretch + 1, at] - self.edges[stretch, at]
        weights = basis(self.nodes, places)[piece]
        found = np.einsum("kcs,mks->mck", weights, self.values[:, stretch, :, at].transpose(1, 0, 2))
        return np.asarray(found * np.exp(-width * places[piece].T))


def _places(pieces: int) -> FloatArray:
    """The nodes of Lobatto's rule on so many pieces of (0, 1); the ends of a piece are shared."""
    return np.append(((np.arange(pieces)[:, None] + _LOBATTO[:-1]) / pieces).ravel(), 1.0)


def _windows(values: FloatArray, pieces: int) -> FloatArray:
    """(..., pieces, 5, B): the five values on each piece."""
    return values[..., np.arange(pieces)[:, None] * 4 + np.arange(5), :]


def timed_run(model: Model, r: FloatArray, u: FloatArray, limit: FloatArray) -> Path:
    """The runs of `flow.integrate` with their integrals over time.

    Args:
        model: the problems.
        r: radii of the starts (B,).
        u: directions of the starts (N, B).
        limit: where the runs end if nothing holds them up, (N, B); of a wrong one nothing comes but time.
    """
    with np.errstate(all="ignore"):
        found, good = _by_quadrature(model, r, u, limit)
    if good.all():
        return found
    return found.with_others(~good, integrate(model.at(~good), r[~good], u[:, ~good], integrals=True))


def _by_quadrature(model: Model, r: FloatArray, u: FloatArray, limit: FloatArray) -> tuple[Path, BoolArray]:
    """The runs, and which of them can be relied on."""
    field = centred.centred(model, limit)
    curve, arrived = _curve(field, centred.start(field, r, u))
    delta = curve.delta(_places(curve.pieces))
    every = centred.points(field, delta)
    integrals, coarse = _integrals(curve, delta, every)
    grid = _thinned(every, curve.pieces)
    log_r, log_u = centred.polar(field, grid)
    loss = (grid.e**2).sum(axis=0)
    clock = np.log(loss[0] / loss) + slow_rate(model) * integrals[:, -1]
    path = ended(model, (log_r, np.moveaxis(log_u, 0, 1), integrals), np.maximum.accumulate(clock, axis=0))
    begin = np.abs(model.L * (log_r[0] + log_u[:, 0] - np.log(r * u))).max(axis=0)
    good = arrived & path.converged & (coarse < COARSE) & (begin < BEGIN) & np.isfinite(clock).all(axis=0)
    good &= (log_r - log_r[0]).min(axis=0) > np.log(LOWEST) / 2
    return path, good & _is_tangent(field, grid)


def _curve(field: Centred, delta: FloatArray) -> tuple[_Curve, BoolArray]:
    """The curve from δ_0 (M, B) to where the residual is `TARGET`, and where it arrives."""
    rate, target = centred.slowest(field), TARGET * length(field.model.y)
    if len(delta) > 1:
        found = way(field, delta, rate, (target, LOWEST * centred.points(field, delta[:, None]).growth[0]))
        return _Curve(field, found.edges, found.zeta, NODES, PIECES, rate), found.arrived
    end = np.log(rate * length(delta) / target)
    edges = _even(field, delta, np.clip(end, 0.5, 80.0))
    values = (delta[:, None] * np.exp(-edges[:-1]))[:, :, None]
    return _Curve(field, edges, values, np.zeros(1), 1, None), np.isfinite(end) & (end > 0.5)


def _even(field: Centred, delta: FloatArray, end: FloatArray) -> FloatArray:
    """The ends of stretches (GRID + 1, B) on which q, and the logarithms of x, change by about as much on each."""
    q = end * np.linspace(0.0, 1.0, GRID + 1)[:, None]
    log_x = centred.points(field, delta[:, None] * np.exp(-q)).log_x
    change = np.diff(q, axis=0) + 4 * np.abs(np.diff(log_x, axis=1)).max(axis=0)
    change = np.where(np.isfinite(change), change, 1.0)
    way_to = np.concatenate([np.zeros((1, end.size)), np.cumsum(change, axis=0)])
    shares = np.linspace(0.0, 1.0, GRID + 1)
    return np.stack([np.interp(shares * to[-1], to, at) for to, at in zip(way_to.T, q.T, strict=True)], axis=-1)


def _integrands(field: Centred, delta: FloatArray, found: Points, rate: FloatArray | None) -> FloatArray:
    """What is integrated over q for each of `INTEGRALS`, (5, K, B)."""
    model, S = field.model, field.S * found.growth
    pace = delta[0] / found.e[0] if rate is None else 1 / rate
    time = pace / centred.speed(field, found)
    log_x, power = np.log(field.x)[:, None] + found.log_x, 2 - 2 / model.L
    bare = np.minimum(1.0, model.eta * S) * time
    least, greatest = np.exp(power * log_x.min(axis=0)), np.exp(power * log_x.max(axis=0))
    return np.stack([pace * field.unit + 0 * time, bare * least, bare * greatest, bare, time])


def _integrals(curve: _Curve, delta: FloatArray, found: Points) -> tuple[FloatArray, FloatArray]:
    """The integrals up to each grid point, (K, 5, B), and by how much the two rules differ as a share of them."""
    field, pieces = curve.field, curve.pieces
    values = _integrands(field, delta, found, curve.rate)
    values = _windows(values.reshape(len(INTEGRALS), -1, 4 * pieces + 1, values.shape[-1]), pieces)
    fine, rough = (np.einsum("ipscb,c->ipsb", values, rule) * curve.widths for rule in (_WEIGHTS, _SIMPSON))
    apart = np.abs(fine - rough).sum(axis=(1, 2)) / fine.sum(axis=(1, 2))
    stretch, piece, at = np.nonzero(_changes(curve, found) & (curve.widths > 0))
    if at.size:
        part, inside = field.at(at), curve.inside(stretch, piece, at)
        rate = None if curve.rate is None else curve.rate[at]
        cut = _windows(_integrands(part, inside, centred.points(part, inside), rate), FINE)
        fine[:, stretch, piece, at] = np.einsum("iscb,c->ib", cut, _WEIGHTS) * curve.widths[stretch, piece, at] / FINE
    total = np.cumsum(fine.reshape(len(fine), -1, fine.shape[-1]), axis=1)
    whole = np.concatenate([np.zeros_like(total[:, :1]), total], axis=1)
    return np.moveaxis(whole, 0, 1), np.maximum(apart[0], apart[-1])


def _changes(curve: _Curve, found: Points) -> BoolArray:
    """The pieces on which ηr² passes 1, or another entry of x becomes the least or the greatest, (P, pieces, B)."""
    field = curve.field
    log_x = np.log(field.x)[:, None] + found.log_x
    sides = np.stack([field.model.eta * field.S * found.growth > 1, log_x.argmin(axis=0), log_x.argmax(axis=0)])
    sides = _windows(sides.reshape(3, -1, 4 * curve.pieces + 1, sides.shape[-1]), curve.pieces)
    return np.asarray((sides != sides[..., :1, :]).any(axis=(0, -2)))


def _thinned(found: Points, pieces: int) -> Points:
    """The points on the grid: the first, and the last of every piece."""
    size = found.growth.shape[0] // (4 * pieces + 1)
    last = np.arange(size)[:, None] * (4 * pieces + 1) + 4 * np.arange(1, pieces + 1)
    grid = np.append(0, last.ravel())
    return Points(*(value[..., grid, :] for value in vars(found).values()))


def _is_tangent(field: Centred, grid: Points) -> BoolArray:
    """Where r' and u' of the flow are those of the curve, at every grid point."""
    log_r, log_u = centred.polar(field, grid)
    size, model = log_r.shape, field.model
    r, u = np.exp(log_r), np.exp(log_u)
    speed, turn = polar_field(model.repeated(size[0]), r.ravel(), u.reshape(len(u), -1))
    flow = np.concatenate([speed.reshape(1, *size) / r, turn.reshape(u.shape) / u])
    moved, turned = centred.tangent(field, grid)
    gap = np.abs(flow - np.concatenate([moved[None], turned])).max(axis=0)
    rounding = TANGENT + NOISE * length(model.y) / np.maximum(np.sqrt((grid.e**2).sum(axis=0)), TINY)
    return np.asarray((gap <= rounding * np.abs(flow).max(axis=0)).all(axis=0))
