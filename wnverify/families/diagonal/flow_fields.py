"""Runs of the diagonal model by both routes: how they end, what they conserve, how fast the loss falls.

First route: quadratures along the curve that the integrals of the motion leave, to which the flow in (r, u) is
tangent; where those integrals, or the end that they lead to, are what is measured, LSODA in (log r, log u). Second
route: LSODA in log w, with the field in its other form.
"""

from __future__ import annotations

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.engine.diagonal import model as engine
from wnverify.engine.diagonal.flow import INTEGRALS, TARGET, Path, integrate, integrate_weights
from wnverify.engine.diagonal.limits import entropy_limit, wn_limit
from wnverify.engine.diagonal.model import TINY, Model, dot, length
from wnverify.engine.diagonal.timed import timed_run
from wnverify.families.diagonal.draws import model_of, posed, start_of
from wnverify.families.diagonal.limits_fields import limit_of, limit_point, log_start
from wnverify.families.kit.parts import Values

QUARTER = 25
"""The grid point, out of 101, at which the effective initialisation is looked at on the way."""
PACES = {"loss_time": "time", "loss_clock": "tau"}
"""What the loss is multiplied by along the run."""


def run_of(batch: Batch, second: bool) -> Path:
    """The run by either route, the second as far as the first."""
    if not second:
        return batch.memo(integrate, lambda: integrate(model_of(batch), *start_of(batch)))
    clock = run_of(batch, False).clock
    return batch.memo(run_of, lambda: integrate_weights(model_of(batch), *start_of(batch), clock=clock))


def timed_of(batch: Batch, second: bool) -> Path:
    """The run with the integrals over time by either route, the second on the grid of the first."""
    model, (r, u) = model_of(batch), start_of(batch)
    if not second:
        return batch.memo(timed_run, lambda: timed_run(model, r, u, limit_of(batch).x))
    clock = timed_of(batch, False).clock
    return batch.memo(timed_of, lambda: integrate_weights(model, r, u, integrals=True, clock=clock))


def run_parts(batch: Batch, second: bool) -> Values:
    """Whether the run that was integrated in (r, u) ended in a solution."""
    return {"converged": run_of(batch, second).converged.astype(float)}


def end_parts(batch: Batch, second: bool) -> Values:
    """How the run ended, and its least radius."""
    model, run = model_of(batch), timed_of(batch, second)
    last = run.x(model.L)[-1]
    with np.errstate(invalid="ignore"):
        residual = np.sqrt(2 * engine.loss(model, last)) / np.maximum(length(model.y), TINY)
    decided = (run.converged | run.collapsed) & posed(batch)
    return {
        "decided": decided.astype(float),
        "run_ended": run.converged.astype(float),
        "residual": np.where(decided, np.maximum(residual, 10 * TARGET), 1.0),
        "least_entry": np.where(decided, last.min(axis=0), 0.0),
        "least_radius": np.where(decided, np.exp(2 * run.log_r).min(axis=0), 0.0),
    }


def start_loss(batch: Batch) -> FloatArray:
    """l(x_0)."""
    model, (r, u) = model_of(batch), start_of(batch)
    return np.asarray(engine.loss(model, (r * u) ** model.L))


def zero_loss(batch: Batch) -> FloatArray:
    """l(0)."""
    y = model_of(batch).y
    return np.asarray(dot(y, y) / 2)


def floor(batch: Batch) -> FloatArray:
    """The least radius that a loss below that of zero allows."""
    model = model_of(batch)
    columns = np.sqrt((model.A**2).sum(axis=0)).max(axis=0)
    reach = np.maximum(length(model.y) - np.sqrt(2 * start_loss(batch)), 0.0) / columns
    return np.asarray(reach ** (2 / model.L))


def start_bregman(batch: Batch) -> FloatArray:
    """D_0 = D_Φ(z, x_0) for the feasible z (L = 2)."""
    return engine.bregman(batch.arrays["z"], *start_of(batch), model_of(batch).eta)


def kl_floor(batch: Batch) -> FloatArray:
    """The least radius that D_Φ(z, x) ≤ D_0 allows (L = 2)."""
    return np.maximum(batch.arrays["z"].sum(axis=0) - np.sqrt(2 * start_bregman(batch) / model_of(batch).eta), 0.0)


def limit_parts(batch: Batch, second: bool) -> Values:
    """Distance of the end of the run from Bregman projections of the start, relative to its largest entry."""
    model, (r, u), run = model_of(batch), start_of(batch), run_of(batch, second)
    last = run.x(model.L)[-1]
    wrong = Model(model.A, model.y, 2 * model.eta, model.L)
    places = {
        "limit_defect": limit_point(batch, second),
        "limit_defect_plain": entropy_limit(model, log_start(batch)).x,
        "limit_defect_double": wn_limit(wrong, r, u).x,
    }
    top = last.max(axis=0)
    return {
        name: np.where(run.converged, np.abs(last - place).max(axis=0) / np.maximum(top, TINY), 0.0)
        for name, place in places.items()
    }


def drift_parts(batch: Batch, second: bool) -> Values:
    """Greatest change of the invariants on ker A along the run, relative to 1 + their size."""
    model, run = model_of(batch), run_of(batch, second)
    basis = engine.kernel_basis(model.A)
    r2 = np.exp(2 * run.log_r)[:, None]
    rates = {"drift": model.eta, "drift_half": model.eta / 2, "drift_without": 0 * model.eta}
    found = {}
    for name, rate in rates.items():
        value = run.log_u + rate / 2 * r2
        value = value if model.L == 2 else np.exp(-(model.L - 2) * value)
        values = np.einsum("nkb,gnb->gkb", basis, value)
        change = np.abs(values - values[0]).max(axis=(0, 1)) / (1 + np.abs(values).max(axis=(0, 1)))
        found[name] = np.where(run.converged, change, 0.0)
    return found


def rho_parts(batch: Batch, second: bool) -> Values:
    """log ρ as the run shows it a quarter on: x_t and ρ x_0 differ by something in the range of Aᵀ."""
    model, run = model_of(batch), run_of(batch, second)
    basis = engine.kernel_basis(model.A)
    gamma = 1 - 2 / model.L
    log_x = model.L * (run.log_r[QUARTER] + run.log_u[QUARTER])
    start = model.L * (run.log_r[0] + run.log_u[0])
    if model.L == 2:
        moved, unit = log_x - start, np.ones_like(start)
        scale = 1 + length(moved)
    else:
        low = np.minimum(log_x, start).min(axis=0)
        moved, unit = np.exp(-gamma * (log_x - low)), np.exp(-gamma * (start - low))
        scale = length(moved)
    v, k = (np.einsum("nkb,nb->kb", basis, part) for part in (moved, unit))
    along = dot(v, k) / np.maximum(dot(k, k), TINY)
    stray = length(v - along * k) / scale
    seen = along if model.L == 2 else -np.log(np.maximum(along, TINY)) / gamma
    slope = 1.0 if model.L == 2 else gamma * along
    ok = run.converged
    return {
        "seen_log_rho": np.where(ok, seen, 0.0),
        "rho_weight": np.where(ok, slope * length(k) / scale, 0.0),
        "rho_stray": np.where(ok, stray, 0.0),
        "r_quarter": np.where(ok, np.exp(run.log_r[QUARTER]), 1.0),
    }


def rate_parts(batch: Batch, second: bool) -> Values:
    """Integrals over the run against the fall of the loss; the worst grid point of each."""
    model, (r, u), run = model_of(batch), start_of(batch), timed_of(batch, second)
    x = run.x(model.L)
    loss = _losses(model, x)
    # left out: a fall of less than a thousandth, and a residual below 1e-6, where integration leaves few digits
    drop = np.log(loss[0]) - np.log(loss)
    drop = np.where((drop > 1e-3) & (loss > 0.5e-12 * dot(model.y, model.y)), drop, np.inf)
    tau, *exponents, _ = np.moveaxis(run.integrals, 1, 0)
    smallest, largest, bare = (2 * model.L**2 * (value[1:] / drop[1:]).max(axis=0) for value in exponents)
    found = {
        "loss_tau": (loss * tau).max(axis=0),
        "end_bregman": _divergence(model, x[-1], r, u),
        "exponent": smallest,
        "exponent_of_max": largest,
        "exponent_without": bare,
    }
    return {name: np.where(run.converged, value, 1.0) for name, value in found.items()}


def _losses(model: Model, x: FloatArray) -> FloatArray:
    """l at every grid point, (K, B)."""
    e = np.einsum("mnb,knb->mkb", model.A, x) - model.y[:, None]
    return np.asarray((e**2).sum(axis=0) / 2)


def pace_parts(batch: Batch, second: bool) -> Values:
    """The greatest l(x(t)) t and l(x(t)) τ(t) on the run, as far as it was followed, whether or not it has ended."""
    model, run = model_of(batch), timed_of(batch, second)
    loss = _losses(model, run.x(model.L))
    return {name: (loss * run.integrals[:, INTEGRALS.index(of)]).max(axis=0) for name, of in PACES.items()}


def start_divergence(batch: Batch) -> FloatArray:
    """D_Φ(z, x_0) for the feasible z."""
    return _divergence(model_of(batch), batch.arrays["z"], *start_of(batch))


def _divergence(model: Model, z: FloatArray, r: FloatArray, u: FloatArray) -> FloatArray:
    if model.L == 2:
        return engine.bregman(z, r, u, model.eta)
    return engine.bregman_by_definition(z, (r * u) ** model.L, model.eta, model.L)[0]


def share_parts(batch: Batch, second: bool) -> Values:
    """Least share p_i = u_i² on the run, in the coordinate where it comes closest to its floor (L = 2).

    KL(p_z‖p) ≤ D_0/‖z‖₁ and data processing give log p_i ≥ −(D_0/‖z‖₁ + h(p_z,i))/p_z,i, h the binary entropy.
    """
    model, (r, u), run = model_of(batch), start_of(batch), timed_of(batch, second)
    z = batch.arrays["z"]
    mass = z.sum(axis=0)
    p = z / mass
    start = engine.bregman(z, r, u, model.eta) / mass
    entropy = -p * np.log(p) - (1 - p) * np.log1p(-p)
    least = 2 * run.log_u.min(axis=0)
    floor, bare = -(start + entropy) / p, -start / p
    close = np.argmax(np.where(np.isnan(least), -np.inf, floor - least), axis=0)[None]
    bare_close = np.argmax(np.where(np.isnan(least), -np.inf, bare - least), axis=0)[None]
    ok = run.converged
    take = np.take_along_axis
    return {
        "least_share": np.where(ok, np.exp(take(least, close, 0)[0]), 1.0),
        "share_floor": np.where(ok, np.exp(take(floor, close, 0)[0]), 0.0),
        "bare_share": np.where(ok, np.exp(take(least, bare_close, 0)[0]), 1.0),
        "bare_floor": np.where(ok, np.exp(take(bare, bare_close, 0)[0]), 0.0),
    }


def pair_parts(batch: Batch, second: bool) -> Values:
    """Signed model, L = 2: greatest change of log(x₊x₋/ρ_t²) along the run, and arcsinh at its end."""
    model, run = model_of(batch), run_of(batch, second)
    if batch.settings["model"] != "signed" or model.L != 2:
        return dict.fromkeys(("pair_drift", "pair_drift_half"), np.zeros(batch.size))
    half = batch.arrays["A"].shape[1]
    log_x = 2 * (run.log_r[:, None] + run.log_u)
    pairs = log_x[:, :half] + log_x[:, half:]
    log_rho = 2 * (run.log_r - run.log_r[0]) - model.eta * (np.exp(2 * run.log_r) - np.exp(2 * run.log_r[0]))
    found = {}
    for name, factor in {"pair_drift": 2.0, "pair_drift_half": 1.0}.items():
        value = pairs - factor * log_rho[:, None]
        change = np.abs(value - value[0]).max(axis=(0, 1)) / (1 + np.abs(value).max(axis=(0, 1)))
        found[name] = np.where(run.converged, change, 0.0)
    return found


def singular_value(batch: Batch, index: int) -> FloatArray:
    """A singular value of the matrix; they are sorted from the greatest to the least."""
    values = np.linalg.svd(np.moveaxis(model_of(batch).A, -1, 0), compute_uv=False)
    return values[:, index].astype(np.float64)
