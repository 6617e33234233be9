"""The limits of the diagonal model by both routes: masses, ℓ₁ excess, effective initialisation, linear programs.

First route: Newton on the mirror dual, linear programs by their vertices. Second route: the fixed point of the
effective initialisation, HiGHS. Both take the excess over the least mass from reduced costs, each from its own: a
difference of masses is rounding where the excess is exponentially small.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import scipy

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.engine.diagonal.limits import (
    Projection,
    entropy_limit,
    entropy_program,
    kernel_newton,
    wn_limit,
    wn_limit_by_scale,
)
from wnverify.engine.diagonal.model import TINY, divergence, dot, kernel_basis, length, size_power
from wnverify.engine.diagonal.programs import Program, least_cost, least_cost_by_linprog
from wnverify.families.diagonal.draws import model_of, posed, start_of
from wnverify.families.kit.parts import Values

DIGITS = 14.0
"""Natural logarithm of the factor that a projection for L > 2 may lose against rounding."""
LEAST_LOG = -600.0
"""Below e to this the scale of a start leaves floats."""
NODES, WEIGHTS = np.polynomial.legendre.leggauss(40)


def log_start(batch: Batch) -> FloatArray:
    """log x_0 = L log(r_0 u_0), (N, B)."""
    r, u = start_of(batch)
    return model_of(batch).L * np.log(r * u)


def limit_of(batch: Batch) -> Projection:
    """The limit of weight normalization, by Newton."""
    model, start = model_of(batch), start_of(batch)
    return batch.memo(wn_limit, lambda: wn_limit(model, *start, _program(batch, weighted=model.L > 2)), lasting=True)


def limit_point(batch: Batch, second: bool) -> FloatArray:
    """The limit by either route, (N, B)."""
    if not second:
        return limit_of(batch).x
    return batch.memo(wn_limit_by_scale, lambda: wn_limit_by_scale(model_of(batch), *start_of(batch)))


def _entropy_program(batch: Batch) -> Program:
    if model_of(batch).L == 2:
        return _program(batch, weighted=False)
    return batch.memo(_entropy_program, lambda: entropy_program(model_of(batch), log_start(batch)))


def plain_limit(batch: Batch) -> Projection:
    """The limit of plain gradient flow from the same start."""
    return batch.memo(
        plain_limit, lambda: entropy_limit(model_of(batch), log_start(batch), _entropy_program(batch)), lasting=True
    )


def _program(batch: Batch, *, weighted: bool) -> Program:
    """The linear program with costs 1, or with the weights c_0 = u_0^{−(L−2)}."""
    return batch.memo(
        (_program, weighted), lambda: least_cost(model_of(batch), _cost(batch, weighted=weighted)), lasting=True
    )


def _cost(batch: Batch, *, weighted: bool) -> FloatArray:
    return start_of(batch)[1] ** (-2 * model_of(batch).a) if weighted else np.ones_like(batch.arrays["z"])


def _minimiser(batch: Batch, second: bool, *, weighted: bool) -> tuple[FloatArray, FloatArray, FloatArray]:
    """A minimiser, the value of the linear program and its reduced costs."""
    if not second:
        found = _program(batch, weighted=weighted)
        return found.z, found.value, found.reduced
    cost = _cost(batch, weighted=weighted)
    z, reduced = least_cost_by_linprog(model_of(batch), cost)
    return z, dot(cost, z), reduced


def limit_parts(batch: Batch, second: bool) -> Values:
    """Mass and radius of the limit, and its excess over the least mass."""
    model, (r0, u0) = model_of(batch), start_of(batch)
    x = limit_point(batch, second)
    z, Q, reduced = _minimiser(batch, second, weighted=False)
    S = size_power(x, model.L)
    log_beta = np.log(S) - model.eta * (S - r0**2) if model.L == 2 else np.zeros_like(S)
    return {
        "mass": x.sum(axis=0),
        "r_inf": np.sqrt(S),
        "Q": Q,
        "excess": dot(reduced, x),
        "K": divergence(z / Q, u0**2),
        "room": np.maximum(Q - r0**2, 0.0),
        "log_room": np.maximum(np.log(Q) - log_beta, 0.0),
        "log_plain_room": np.maximum(np.log(Q) - np.log(r0**2), 0.0),
        "reach": Q ** (2 / model.L) - r0**2,
    }


def plain_parts(batch: Batch, second: bool) -> Values:
    """The limit of plain gradient flow from the same x_0; on the second route by Newton in the kernel of A."""
    x = _plain_by_kernel(batch) if second else plain_limit(batch).x
    return {"plain_mass": x.sum(axis=0), "plain_excess": dot(_minimiser(batch, second, weighted=False)[2], x)}


def _plain_by_kernel(batch: Batch) -> FloatArray:
    """The same minimiser from the primal side, over z + ker A."""
    return batch.memo(kernel_newton, lambda: kernel_newton(model_of(batch), log_start(batch), batch.arrays["z"]))


def projection_parts(batch: Batch, second: bool) -> Values:
    """How far the entropic projection of ρ x_0 is from the limit, for ρ and wrong versions of it."""
    model, (r0, _) = model_of(batch), start_of(batch)
    x = limit_point(batch, second)
    S = size_power(x, model.L)
    growth, damping = model.L / 2 * np.log(S / r0**2), -model.L / 2 * model.eta * (S - r0**2)
    versions = {
        "projection_defect": growth + damping,
        "defect_without_exponential": growth,
        "defect_half_exponent": growth + damping / 2,
        "defect_without_power": damping,
        "defect_plain": np.zeros_like(S),
    }
    top = x.max(axis=0)
    found = {}
    # for L > 2 the entries of c = x^{−γ} fall by ρ^γ below those of the start, and lose as many digits
    kept = (1 - 2 / model.L) * np.abs(growth + damping) < DIGITS
    found["projected"] = kept.astype(float)
    count = len(versions)
    starts = np.concatenate([log_start(batch) + log_rho for log_rho in versions.values()], axis=1)
    others = entropy_limit(model.repeated(count), starts, _entropy_program(batch).repeated(count))
    for name, other in zip(versions, np.split(others.x, count, axis=1), strict=True):
        found[name] = np.abs(other - x).max(axis=0) / top
    found["projected"] = np.minimum(found["projected"], others.solved.reshape(count, -1).all(axis=0))
    return found


def deep_parts(batch: Batch, second: bool) -> Values:
    """The weighted ℓ₁ problem of L > 2: excess, least value, and the integrals of the mirror potential."""
    model, (r0, _) = model_of(batch), start_of(batch)
    a, eta_value = max(model.a, 0.5), model.eta
    x = limit_point(batch, second)
    z, value, reduced = _minimiser(batch, second, weighted=True)
    low, high = size_power(z, model.L), size_power(x, model.L)
    Q = _minimiser(batch, second, weighted=False)[1]
    size = x.shape[0]
    return {
        "weighted_excess": dot(reduced, x),
        "Q_c": value,
        "S_star": low,
        "S_inf": high,
        "potential_gap": _integral(a, eta_value, r0, (low, np.maximum(high, low)), second),
        "tail": _tail(a, eta_value, r0, low, second),
        "tail_of_Q": _tail(a, eta_value, r0, Q ** (2 / model.L), second),
        "log_fill": np.maximum(np.log(Q / size) - log_start(batch).max(axis=0) - _log_rho(batch, high), 0.0),
        "log_plain_fill": np.maximum(np.log(Q / size) - log_start(batch).max(axis=0), 0.0),
    }


def _log_rho(batch: Batch, S: FloatArray) -> FloatArray:
    model, (r0, _) = model_of(batch), start_of(batch)
    return model.L / 2 * (np.log(S / r0**2) - model.eta * (S - r0**2))


def _integral(
    a: float, eta: FloatArray, r0: FloatArray, ends: tuple[FloatArray, FloatArray], second: bool
) -> FloatArray:
    """e^{aηr_0²} ∫ s^a e^{−aηs} ds between the ends: Gauss–Legendre after s = low + w, or QUADPACK."""
    low, high = ends
    if second:
        return np.array([_quadpack(a, float(eta[i]), float(r0[i]), (low[i], high[i])) for i in range(low.size)])
    # the integrand decays within 1/(aη): beyond 40 of these it is rounding
    width = np.minimum(high - low, 40 / (a * eta))
    pieces = np.linspace(0.0, 1.0, 9)
    total = np.zeros_like(low)
    for start, stop in pairwise(pieces):
        nodes = low[:, None] + width[:, None] * (start + (stop - start) * (NODES + 1) / 2)
        values = nodes**a * np.exp(-a * eta[:, None] * (nodes - r0[:, None] ** 2))
        total += (values @ WEIGHTS) * width * (stop - start) / 2
    return total


def _quadpack(a: float, eta: float, r0: float, ends: tuple[float, float]) -> float:
    def integrand(s: float) -> float:
        return float(s**a * np.exp(-a * eta * (s - r0**2)))

    # with its full output QUADPACK does not warn where the ends are a few ulps apart and the sum is rounding
    return float(scipy.integrate.quad(integrand, *ends, epsabs=0.0, full_output=1)[0])


def _tail(a: float, eta: FloatArray, r0: FloatArray, low: FloatArray, second: bool) -> FloatArray:
    """e^{aηr_0²} ∫_low^∞ s^a e^{−aηs} ds = e^{aηr_0²} (aη)^{−(a+1)} Γ(a + 1, aη·low)."""
    if second:
        with np.errstate(over="ignore", invalid="ignore"):
            scale = np.exp(a * eta * r0**2) * (a * eta) ** (-(a + 1))
            found = scale * scipy.special.gamma(a + 1) * scipy.special.gammaincc(a + 1, a * eta * low)
        # ∞ · 0 where the second factor underflows: the product is of size s^a e^{−aη(low − r_0²)}, as small
        return np.nan_to_num(found, nan=0.0, posinf=np.inf)
    return _integral(a, eta, r0, (low, np.full_like(low, np.inf)), False)


def signed_parts(batch: Batch, second: bool) -> Values:
    """arcsinh(x/(2αρ)) against range(Aᵀ) in the signed model with the uniform start x_{±,0} = α."""
    model = model_of(batch)
    half = batch.arrays["A"].shape[1]
    point = limit_point(batch, second)
    if batch.settings["model"] != "signed":
        return dict.fromkeys(
            ("arcsinh_defect", "arcsinh_defect_plain", "arcsinh_defect_double"), np.zeros(batch.size)
        )
    x = point[:half] - point[half:]
    log_alpha = log_start(batch).max(axis=0)
    K = kernel_basis(batch.arrays["A"])
    scales = {
        "arcsinh_defect": np.log(2) + log_alpha + _log_rho(batch, size_power(point, model.L)),
        "arcsinh_defect_plain": np.log(2) + log_alpha,
        "arcsinh_defect_double": log_alpha + _log_rho(batch, size_power(point, model.L)),
    }
    found = {}
    for name, log_scale in scales.items():
        values = np.sign(x) * _arcsinh_of_exp(np.log(np.maximum(np.abs(x), TINY)) - log_scale)
        defect = length(np.einsum("nkb,nb->kb", K, values)) / np.maximum(length(values), TINY)
        found[name] = np.where(log_scale.max(axis=0) < LEAST_LOG, np.nan, defect)  # as small entries of x are 0 here
    return found


def _arcsinh_of_exp(t: FloatArray) -> FloatArray:
    """arcsinh(e^t) without overflow."""
    small = np.minimum(t, 300.0)
    return np.where(t > 300.0, t + np.log(2.0), np.arcsinh(np.exp(small)))


def solved(batch: Batch) -> FloatArray:
    """1 where the limit was found, else 0."""
    return (limit_of(batch).solved & posed(batch)).astype(float)


def plain_solved(batch: Batch) -> FloatArray:
    """1 where the limit of plain gradient flow was found, else 0."""
    return (plain_limit(batch).solved & posed(batch)).astype(float)


def unevenness(batch: Batch) -> FloatArray:
    """max|N u_0² − 1|, to twelve digits."""
    u = start_of(batch)[1]
    return np.abs(u.shape[0] * u**2 - 1).max(axis=0).round(12)
