"""Where the diagonal flow ends: Bregman projections on S₊ = {z ≥ 0: Az = y}.

All projections have the form x(λ) with `A x(λ) = y`, λ (M, B), and are found by a damped Newton iteration
that is batched over B. Shapes as in `wnverify.engine.diagonal.model`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np
import scipy

from wnverify.arrays import BoolArray, FloatArray
from wnverify.engine.diagonal.model import TINY, Model, apply, apply_transposed, dot, kernel_basis, length
from wnverify.engine.diagonal.programs import IndexArray, Program, least_cost, least_cost_by_linprog
from wnverify.errors import DomainError, expected

STEPS = 100
HALVINGS = 40
SOLVED = 1e-9
"""Residual ‖Ax − y‖/‖y‖ up to which a projection counts as found; Newton usually leaves 1e-14."""
LARGEST_LOG, TIED = 690.0, 1e-9
"""Logarithm of what a float holds; the share of the largest reduced cost up to which one is thought to be 0."""


@dataclass(frozen=True)
class _Point:
    """A point of the dual path: x(λ), and its derivative `scale·(δ − push⟨pool, δ⟩)` along δ = Aᵀ dλ."""

    x: FloatArray
    scale: FloatArray
    pool: FloatArray
    push: FloatArray
    inside: BoolArray

    def at(self, chosen: IndexArray) -> _Point:
        """The points at the chosen positions."""
        return _Point(*(value[..., chosen] for value in vars(self).values()))

    def put(self, chosen: IndexArray, others: _Point) -> None:
        """Set those at the chosen positions."""
        for value, other in zip(vars(self).values(), vars(others).values(), strict=True):
            value[..., chosen] = other


_Dual: TypeAlias = Callable[[FloatArray, IndexArray], _Point]
"""(Aᵀλ of the chosen instances, which instances) -> the point there."""


@dataclass(frozen=True)
class Projection:
    """Minimisers x (N, B), where the iteration found them (B,), and λ (M, B), of these rows, to go on from."""

    x: FloatArray
    solved: BoolArray
    multipliers: FloatArray
    rows: Model


def wn_limit(model: Model, r: FloatArray, u: FloatArray, program: Program | None = None) -> Projection:
    """argmin of D_Φ(z, x_0) over S₊, Φ the mirror potential of the flow and x_0 = (ru)^L.

    KKT: ∇Φ(x) − ∇Φ(x_0) = Aᵀλ. In units of e^{−aηr²} this is u_∞² = t/Σt and S_∞ = r² + log(Σt)/η with
    t = u²e^{Aᵀλ} for L = 2 and t = (u^{−2a} − Aᵀλ)^{−1/a} for L > 2, a = (L − 2)/2. `program` is that of the costs
    u^{−2a}, where it is known.
    """
    program = program or least_cost(model, u ** (-2 * model.a))
    if model.L == 2:
        return _wn_limit(model, r, u, program)

    def dual(shift: FloatArray, at: IndexArray) -> _Point:
        c = program.reduced[:, at] - shift
        inside: BoolArray = np.asarray((c > 0).all(axis=0))
        c = np.where(inside, c, 1.0)
        point = _polar_point(-np.log(c) / model.a, 1 / (model.a * c), model, r, at)
        return replace(point, inside=point.inside & inside)

    table = program.table(model)
    vertex = np.maximum(table.y, TINY) ** (2 / model.L)
    S = vertex.sum(axis=0)
    c = np.exp(-model.a * np.clip(np.log(vertex / S) + model.eta * (S - r**2), -600.0, 600.0))
    return _project(table, dual, _near_vertex(program, table, c))


def _wn_limit(model: Model, r: FloatArray, u: FloatArray, program: Program) -> Projection:
    """L = 2: from the ℓ₁ vertex, where the other entries are small there; else from beyond the solution."""
    table, log_u = program.table(model), 2 * np.log(u)

    def dual(shift: FloatArray, at: IndexArray) -> _Point:
        return _polar_point(log_u[:, at] + shift, 1.0, model, r, at)

    share = np.log(np.maximum(table.y, TINY)) - np.log(np.maximum(program.value, TINY))
    top = share + model.eta * (program.value - r**2)
    vertex, beyond = top - np.take_along_axis(log_u, program.basis, axis=0), _far_side(table, r, u)
    far = [
        length(apply(table.A, dual(apply_transposed(table.A, lam), np.arange(r.size)).x) - table.y)
        for lam in (vertex, beyond)
    ]
    return _project(table, dual, np.where(far[0] < far[1], vertex, beyond))


def _far_side(model: Model, r: FloatArray, u: FloatArray) -> FloatArray:
    """λ = k y with r_∞² ≥ r² + 2 min‖z‖₁: beyond the solution, where the dual is nearly quadratic.

    At λ = 0 the radius may be so small that the first step leads to r_∞² < 0. Some (Aᵀy)_j is positive, and
    ‖y‖²/max(Aᵀy) is at most min‖z‖₁ on S₊.
    """
    rise = apply_transposed(model.A, model.y)
    steepest = np.maximum(rise.max(axis=0), TINY)
    behind = -2 * np.log(np.take_along_axis(u, rise.argmax(axis=0)[None], axis=0))[0]
    return (2 * model.eta * dot(model.y, model.y) / steepest + behind) / steepest * model.y


def _near_vertex(program: Program, table: Model, c: FloatArray) -> FloatArray:
    """λ = −c where all costs c − Aᵀλ + reduced stay positive there, else −costs, where the path begins."""
    admissible = (program.reduced + apply_transposed(table.A, c) > 0).all(axis=0) & np.isfinite(c).all(axis=0)
    return -np.where(admissible & (c > 0).all(axis=0), c, program.costs)


def _polar_point(log_t: FloatArray, slope: Any, model: Model, r: FloatArray, at: IndexArray) -> _Point:
    """The point with u² = t/Σt and r² = r_0² + log(Σt)/η; slope is the derivative of log t in Aᵀλ."""
    top = log_t.max(axis=0)
    total = np.exp(log_t - top).sum(axis=0)
    S = r[at] ** 2 + (top + np.log(total)) / model.eta[at]
    inside = S > 0
    positive = np.where(inside, S, 1.0)
    p = np.exp(log_t - top) / total
    x = (positive * p) ** (model.L / 2)
    push = (1 - 1 / (model.eta[at] * positive)) / slope * np.ones_like(p)
    return _Point(np.where(inside, x, 0.0), model.L / 2 * x * slope, p * slope, push, inside)


def entropy_program(model: Model, log_x: FloatArray) -> Program:
    """The linear program whose vertex `entropy_limit` of e^{log_x} tends to; all multiples of the start share it."""
    if model.L == 2:
        return least_cost(model, np.ones_like(log_x))
    return least_cost(model, np.exp(-(1 - 2 / model.L) * (log_x - log_x.min(axis=0))))


def entropy_limit(
    model: Model, log_x: FloatArray, program: Program | None = None, near: Projection | None = None
) -> Projection:
    """argmin of D_h(z, b) over S₊ for b = exp(log_x): h = Σ z log z − z (L = 2), h = −(L/2) Σ z^{2/L} (L > 2).

    The limit of plain gradient flow from b, and of weight normalization from x_0 if b = ρ x_0.
    `program` is `entropy_program` of any multiple of b, where that is known; `near` the projection of another
    multiple, from which to begin.
    """
    program = program or entropy_program(model, log_x)
    if model.L == 2:
        return _entropy_limit(model, log_x, program, near)
    power = 1 - 2 / model.L
    low = log_x.min(axis=0)

    def dual(shift: FloatArray, at: IndexArray) -> _Point:
        c = program.reduced[:, at] - shift
        inside: BoolArray = np.asarray((c > 0).all(axis=0))
        c = np.where(inside, c, 1.0)
        return replace(_plain_point(low[at] - np.log(c) / power, 1 / (power * c)), inside=inside)

    if near is not None:
        return _project(near.rows, dual, near.multipliers)
    table = program.table(model)
    c = np.exp(-power * (np.log(np.maximum(table.y, TINY)) - low))
    return _project(table, dual, _near_vertex(program, table, c))


def _entropy_limit(model: Model, log_x: FloatArray, program: Program, near: Projection | None) -> Projection:
    """L = 2, x = b e^{Aᵀλ}: from the ℓ₁ vertex, to which it tends as b → 0, unless other entries are large there.

    Else from λ = k y with k so that the largest entry is that of the vertex: no entry overflows, not all vanish.
    """
    if near is not None:
        return _project(near.rows, lambda shift, at: _plain_point(log_x[:, at] + shift, 1.0), near.multipliers)
    table = program.table(model)
    top = np.log(np.maximum(table.y.max(axis=0), TINY))
    vertex = np.log(np.maximum(table.y, TINY)) - np.take_along_axis(log_x, program.basis, axis=0)
    reached = (log_x + apply_transposed(table.A, vertex)).max(axis=0)
    rise = apply_transposed(table.A, table.y)
    k = np.where(rise > 0, (top - log_x) / np.maximum(rise, TINY), np.inf).min(axis=0)
    start = np.where(reached < top + 2.0, vertex, np.maximum(k, 0.0) * table.y)
    return _project(table, lambda shift, at: _plain_point(log_x[:, at] + shift, 1.0), start)


def _plain_point(log_x: FloatArray, slope: Any) -> _Point:
    """x = e^{log_x}, with the derivative `slope` of log_x in Aᵀλ; capped where a long step overflows."""
    x = np.exp(np.minimum(log_x, 300.0))
    nothing = np.zeros_like(x)
    return _Point(x, x * slope, nothing, nothing, np.ones(x.shape[-1], dtype=bool))


@np.errstate(over="ignore", invalid="ignore")
def _project(model: Model, dual: _Dual, start: FloatArray) -> Projection:
    """Damped Newton on the convex dual: a step is halved until it neither leaves the domain nor overshoots.

    An instance leaves the iteration once its residual is at rounding; one that leaves floats is not solved.
    """
    lam, size = start.copy(), length(model.y)
    x, left = np.zeros(model.A.shape[1:]), np.full(size.shape, np.inf)
    at: IndexArray = np.arange(size.size)
    part, point = model, dual(apply_transposed(model.A, lam), at)
    e = apply(part.A, point.x) - part.y
    for _ in range(STEPS):
        residual = length(e) / np.maximum(size[at], TINY)
        done = (residual < 1e-15) | ((residual < 1e-11) & (residual > 0.5 * left[at]))
        better = residual < left[at]
        x[:, at[better]], left[at[better]] = point.x[:, better], residual[better]
        if done.all():
            break
        if done.any():
            keep = np.flatnonzero(~done)
            part, at, point, e, residual = part.at(keep), at[keep], point.at(keep), e[:, keep], residual[keep]
        step = _newton_step(part, point, e, residual)
        lam[:, at], point, e = _halved(part, dual, (lam[:, at], step, e), at)
    return Projection(x, left < SOLVED, lam, model)


def _newton_step(model: Model, point: _Point, e: FloatArray, residual: FloatArray) -> FloatArray:
    """−J⁻¹e, J = A diag(scale)(I − push poolᵀ)Aᵀ, with a Levenberg term that vanishes with the residual."""
    scaled = model.A * point.scale
    J = (scaled[:, None] * model.A).sum(axis=2) - apply(scaled, point.push)[:, None] * apply(model.A, point.pool)
    J = np.where(np.isfinite(J), J, 0.0)
    damping = np.maximum(np.einsum("mmb->b", J), 0.0) * np.clip(1e-6 * residual, 1e-16, 1e-3) + TINY
    if len(J) == 1:
        return np.asarray(-e / (J[0] + damping))
    J += damping * np.eye(len(J))[..., None]
    return np.asarray(-np.linalg.solve(np.moveaxis(J, -1, 0), e.T[..., None])[..., 0].T)


def _halved(
    model: Model, dual: _Dual, move: tuple[FloatArray, ...], at: IndexArray
) -> tuple[FloatArray, _Point, FloatArray]:
    """λ after the step, the point there, and its e.

    The step is halved until the slope ⟨e, step⟩ of the dual, negative at first, is hardly positive.
    """
    lam, step, e = move
    limit = 0.9 * np.abs(dot(e, step)) + TINY
    moved = lam + step
    point = dual(apply_transposed(model.A, moved), at)
    e = apply(model.A, point.x) - model.y
    bad = np.flatnonzero(~(point.inside & (dot(e, step) <= limit)))
    share = np.ones(limit.size)
    for _ in range(HALVINGS):
        if not bad.size:
            break
        part, share[bad] = model.at(bad), share[bad] / 2
        moved[:, bad] = lam[:, bad] + share[bad] * step[:, bad]
        found = dual(apply_transposed(part.A, moved[:, bad]), at[bad])
        e[:, bad] = apply(part.A, found.x) - part.y
        point.put(bad, found)
        bad = bad[~(found.inside & (dot(e[:, bad], step[:, bad]) <= limit[bad]))]
    return moved, point, e


def wn_limit_by_scale(model: Model, r: FloatArray, u: FloatArray) -> FloatArray:
    """The same minimiser by another way: the root ρ of log ρ = L log(r_∞/r) − (Lη/2)(r_∞² − r²), r_∞ = r(ρ x_0).

    For every ρ the entropic projection of ρ x_0 is found; one instance after the other, by `brentq`. Where ρ is so
    small that costs (ρ x_0)^{−(1−2/L)} leave floats, that is a vertex of S₊, all other entries being 0 in floats.
    """
    found = [_by_scale(model.one(index), r[index], u[:, index : index + 1]) for index in range(r.size)]
    return np.concatenate(found, axis=-1)


def _by_scale(model: Model, r: float, u: FloatArray) -> FloatArray:
    log_x0 = model.L * (np.log(r) + np.log(u))
    program = entropy_program(model, log_x0)
    known: dict[float, Projection] = {}

    def project(log_rho: float) -> Projection:
        if log_rho not in known:
            near = min(known, key=lambda other: abs(other - log_rho), default=np.inf)
            close = known[near] if abs(near - log_rho) < 1.0 and known[near].solved.all() else None
            known[log_rho] = entropy_limit(model, log_x0 + log_rho, program, close)
        return known[log_rho]

    def defect(log_rho: float) -> float:
        S = float((project(log_rho).x ** (2 / model.L)).sum())
        return log_rho - model.L / 2 * float(np.log(S / r**2) - model.eta[0] * (S - r**2))

    low, high, deepest = -1.0, 1.0, _deepest(model, log_x0, program)
    while defect(low) > 0 and low > deepest:
        low = max(2 * low, deepest)
    while defect(high) < 0 and high < 1e4:
        high *= 2
    if defect(low) > 0 and model.L > 2 and project(low).solved.all():  # where none was found it tells nothing
        return _vertex(model, program)
    if not defect(low) * defect(high) <= 0:
        raise DomainError(expected("a limit between the ends of its search", f"{low:g} to {high:g}"))
    return project(float(scipy.optimize.brentq(defect, low, high, xtol=1e-13, rtol=1e-14))).x


def _deepest(model: Model, log_x0: FloatArray, program: Program) -> float:
    """The least log ρ at which the costs of the projection are floats."""
    if model.L == 2:
        return -1e4
    return float(np.log(program.z.max()) - log_x0.min()) - LARGEST_LOG / (1 - 2 / model.L)


def _vertex(model: Model, program: Program) -> FloatArray:
    """The minimiser of the linear program, by HiGHS.

    Raises:
        DomainError: it is not the only one.
    """
    z, reduced = least_cost_by_linprog(model, program.reduced)
    if np.count_nonzero(reduced <= TIED * reduced.max()) > len(model.A):
        raise DomainError(expected("one minimiser of the linear program", "several"))
    return z


def kernel_newton(model: Model, log_x: FloatArray, z: FloatArray) -> FloatArray:
    """argmin of D_h(·, e^{log_x}) over S₊ from the primal side: x = z + Kc from a feasible z > 0, K a basis of ker A.

    Second route to `entropy_limit`. Newton in c; a step keeps a tenth of every entry, and is halved while the
    objective rises at its end.
    """
    K = kernel_basis(model.A)
    x = z.copy()
    power = 2 / model.L - 1
    low = log_x.min(axis=0)

    def slope(x: FloatArray) -> FloatArray:
        """∇h(x) − ∇h(e^{log_x}); for L > 2 in units of the least start, so that nothing under- or overflows."""
        if model.L == 2:
            return np.log(x) - log_x
        return np.exp(power * (log_x - low)) - np.exp(power * (np.log(x) - low))

    for _ in range(STEPS):
        curve = 1 / x if model.L == 2 else -power * np.exp(power * (np.log(x) - low)) / x
        move = _kernel_step(K, curve, slope(x))
        with np.errstate(divide="ignore"):
            share = np.minimum(1.0, np.where(move < 0, -0.9 * x / move, np.inf).min(axis=0))
        for _ in range(HALVINGS):
            rises = dot(slope(np.maximum(x + share * move, TINY)), move) > 1e-13 * np.abs(dot(slope(x), move))
            share = np.where(rises, share / 2, share)
            if not rises.any():
                break
        x = np.maximum(x + share * move, TINY)
        if (np.abs(move) <= 1e-15 * x).all():
            break
    return x


def _kernel_step(K: FloatArray, curve: FloatArray, slope: FloatArray) -> FloatArray:
    """Newton's step in c, as a move of x; scaled to unit diagonal, since curvatures differ by many orders."""
    H = np.einsum("nkb,nb,nlb->bkl", K, curve, K)
    g = np.einsum("nkb,nb->bk", K, slope)
    unit = 1 / np.sqrt(np.einsum("bkk->bk", H))
    H = H * unit[:, :, None] * unit[:, None, :] + 1e-14 * np.eye(H.shape[1])
    step = -unit * np.linalg.solve(H, (g * unit)[..., None])[..., 0]
    return np.einsum("nkb,bk->nb", K, step)
