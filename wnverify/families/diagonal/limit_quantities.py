"""Quantities of the limits of the diagonal model: masses, ℓ₁ excess, effective initialisation, linear programs.

First route: Newton on the mirror dual, linear programs by their vertices, the excess over the least mass by
reduced costs. Second route: the fixed point of the effective initialisation, HiGHS, and plain differences.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

import numpy as np
from scipy.integrate import quad
from scipy.special import gamma, gammaincc

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.engine.diagonal.limits import (
    Program,
    Projection,
    entropy_limit,
    kernel_newton,
    least_cost,
    least_cost_by_linprog,
    wn_limit,
    wn_limit_by_scale,
)
from wnverify.engine.diagonal.model import divergence, dot, kernel_basis, length, size_power
from wnverify.families.diagonal.draws import model_of, posed, start_of
from wnverify.families.diagonal.point_quantities import TINY, L, N, Values, by_parts, eta, shared
from wnverify.quantity import Quantity

DIGITS = 14.0
"""Natural logarithm of the factor that a projection for L > 2 may lose against rounding."""
NODES, WEIGHTS = np.polynomial.legendre.leggauss(40)


def log_start(batch: Batch) -> FloatArray:
    """log x_0 = L log(r_0 u_0), (N, B)."""
    r, u = start_of(batch)
    return model_of(batch).L * np.log(r * u)


def limit_of(batch: Batch) -> Projection:
    """The limit of weight normalization, by Newton."""
    return batch.memo("limit", lambda: wn_limit(model_of(batch), *start_of(batch)))


def limit_point(batch: Batch, second: bool) -> FloatArray:
    """The limit by either route, (N, B)."""
    if not second:
        return limit_of(batch).x
    return batch.memo("limit by scale", lambda: wn_limit_by_scale(model_of(batch), *start_of(batch)))


def _plain(batch: Batch) -> Projection:
    return batch.memo("plain limit", lambda: entropy_limit(model_of(batch), log_start(batch)))


def _program(batch: Batch, *, weighted: bool) -> Program:
    """The linear program with costs 1, or with the weights c_0 = u_0^{−(L−2)}."""
    cost = start_of(batch)[1] ** (-2 * model_of(batch).a) if weighted else np.ones_like(batch.arrays["z"])
    return batch.memo(f"program {weighted}", lambda: least_cost(model_of(batch), cost))


def _minimiser(batch: Batch, second: bool, *, weighted: bool) -> tuple[FloatArray, FloatArray]:
    """A minimiser and the value of the linear program."""
    if not second:
        found = _program(batch, weighted=weighted)
        return found.z, found.value
    cost = start_of(batch)[1] ** (-2 * model_of(batch).a) if weighted else np.ones_like(batch.arrays["z"])
    z = np.maximum(least_cost_by_linprog(model_of(batch), cost), 0.0)
    return z, dot(cost, z)


def limit_parts(batch: Batch, second: bool) -> Values:
    """Mass and radius of the limit, and its excess over the least mass."""
    model, (r0, u0) = model_of(batch), start_of(batch)
    x = limit_point(batch, second)
    z, Q = _minimiser(batch, second, weighted=False)
    mass = x.sum(axis=0)
    excess = mass - Q if second else dot(_program(batch, weighted=False).reduced, x)
    S = size_power(x, model.L)
    log_beta = np.log(S) - model.eta * (S - r0**2) if model.L == 2 else np.zeros_like(S)
    return {
        "mass": mass,
        "r_inf": np.sqrt(S),
        "Q": Q,
        "excess": np.maximum(excess, 0.0),
        "K": divergence(z / Q, u0**2),
        "room": np.maximum(Q - r0**2, 0.0),
        "log_room": np.maximum(np.log(Q) - log_beta, 0.0),
        "log_plain_room": np.maximum(np.log(Q) - np.log(r0**2), 0.0),
        "reach": Q ** (2 / model.L) - r0**2,
    }


def plain_parts(batch: Batch, second: bool) -> Values:
    """The limit of plain gradient flow from the same x_0; on the second route by Newton in the kernel of A."""
    x = _plain_by_kernel(batch) if second else _plain(batch).x
    _, Q = _minimiser(batch, second, weighted=False)
    excess = x.sum(axis=0) - Q if second else dot(_program(batch, weighted=False).reduced, x)
    return {"plain_mass": x.sum(axis=0), "plain_excess": np.maximum(excess, 0.0)}


def _plain_by_kernel(batch: Batch) -> FloatArray:
    """The same minimiser from the primal side, over z + ker A."""
    return batch.memo("plain by kernel", lambda: kernel_newton(model_of(batch), log_start(batch), batch.arrays["z"]))


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
    for name, log_rho in versions.items():
        other = entropy_limit(model, log_start(batch) + log_rho)
        found[name] = np.abs(other.x - x).max(axis=0) / top
        found["projected"] = np.minimum(found["projected"], other.solved)
    return found


def deep_parts(batch: Batch, second: bool) -> Values:
    """The weighted ℓ₁ problem of L > 2: excess, least value, and the integrals of the mirror potential."""
    model, (r0, u0) = model_of(batch), start_of(batch)
    a, eta_value = max(model.a, 0.5), model.eta
    x = limit_point(batch, second)
    z, value = _minimiser(batch, second, weighted=True)
    cost = u0 ** (-2 * model.a)
    excess = dot(cost, x) - value if second else dot(_program(batch, weighted=True).reduced, x)
    low, high = size_power(z, model.L), size_power(x, model.L)
    Q = _minimiser(batch, second, weighted=False)[1]
    size = x.shape[0]
    return {
        "weighted_excess": np.maximum(excess, 0.0),
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
    return float(quad(integrand, *ends, epsabs=0.0, full_output=1)[0])


def _tail(a: float, eta: FloatArray, r0: FloatArray, low: FloatArray, second: bool) -> FloatArray:
    """e^{aηr_0²} ∫_low^∞ s^a e^{−aηs} ds = e^{aηr_0²} (aη)^{−(a+1)} Γ(a + 1, aη·low)."""
    if second:
        with np.errstate(over="ignore"):
            scale = np.exp(a * eta * r0**2) * (a * eta) ** (-(a + 1))
        return scale * gamma(a + 1) * gammaincc(a + 1, a * eta * low)
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
        found[name] = length(np.einsum("nkb,nb->kb", K, values)) / np.maximum(length(values), TINY)
    return found


def _arcsinh_of_exp(t: FloatArray) -> FloatArray:
    """arcsinh(e^t) without overflow."""
    small = np.minimum(t, 300.0)
    return np.where(t > 300.0, t + np.log(2.0), np.arcsinh(np.exp(small)))


def _solved(batch: Batch) -> FloatArray:
    return (limit_of(batch).solved & posed(batch)).astype(float)


def _plain_solved(batch: Batch) -> FloatArray:
    return (_plain(batch).solved & posed(batch)).astype(float)


def _unevenness(batch: Batch) -> FloatArray:
    u = start_of(batch)[1]
    return np.abs(u.shape[0] * u**2 - 1).max(axis=0).round(12)


r0 = shared("r0", "radius r_0 of the start", lambda b: b.arrays["r"][0], low=0, strict=True)
u_min = shared("u_min", "min of u_0²", lambda b: (start_of(b)[1] ** 2).min(axis=0), low=0, high=1, strict=True)
unevenness = shared("unevenness", "max|N u_0² − 1|: 0 for a uniform start", _unevenness, low=0)
solved = shared("solved", "1 where the limit was found to 1e-9, else 0", _solved, low=0, high=1)
plain_solved = shared(
    "plain_solved", "1 where the limit of plain gradient flow was found", _plain_solved, low=0, high=1
)

mass = by_parts("mass", "‖x_∞‖₁", limit_parts, low=0, strict=True)
r_inf = by_parts("r_inf", "radius of the limit, r_∞² = Σ x_∞^{2/L}", limit_parts, low=0, strict=True)
Q = by_parts("Q", "least ‖z‖₁ over S₊", limit_parts, low=0, strict=True)
excess = by_parts("excess", "‖x_∞‖₁ − Q", limit_parts, low=0)
K = by_parts("K", "KL(z*/Q ‖ u_0²), z* an ℓ₁ minimiser", limit_parts, low=0)
room = by_parts("room", "Q − r_0² where positive", limit_parts, low=0, strict=True)
log_room = by_parts("log_room", "log(Q/β₁) where positive, β₁ = ρ r_0²", limit_parts, low=0, strict=True)
log_plain_room = by_parts("log_plain_room", "log(Q/r_0²) where positive", limit_parts, low=0, strict=True)
reach = by_parts("reach", "Q^{2/L} − r_0²", limit_parts)
plain_mass = by_parts("plain_mass", "‖x_∞‖₁ of plain gradient flow", plain_parts, low=0, strict=True)
plain_excess = by_parts("plain_excess", "‖x_∞‖₁ − Q of plain gradient flow", plain_parts, low=0)
projected = by_parts(
    "projected",
    "1 where all projections were found, to nine digits at least; else 0",
    projection_parts,
    low=0,
    high=1,
)
projection_defect = by_parts(
    "projection_defect", "distance of the projection of ρ x_0 from x_∞", projection_parts, low=0
)
defect_without_exponential = by_parts(
    "defect_without_exponential", "the same, ρ = (r_∞/r_0)^L", projection_parts, low=0
)
defect_half_exponent = by_parts("defect_half_exponent", "the same, Lη/4 in ρ", projection_parts, low=0)
defect_without_power = by_parts("defect_without_power", "the same, ρ without (r_∞/r_0)^L", projection_parts, low=0)
defect_plain = by_parts("defect_plain", "the same, ρ = 1", projection_parts, low=0)
weighted_excess = by_parts("weighted_excess", "⟨c_0, x_∞⟩ − Q_c, c_0 = u_0^{−(L−2)}", deep_parts, low=0)
Q_c = by_parts("Q_c", "least ⟨c_0, z⟩ over S₊", deep_parts, low=0, strict=True)
S_star = by_parts("S_star", "Σ z*^{2/L} of the weighted minimiser", deep_parts, low=0, strict=True)
S_inf = by_parts("S_inf", "Σ x_∞^{2/L}", deep_parts, low=0, strict=True)
potential_gap = by_parts("potential_gap", "e^{aηr_0²} ∫ s^a e^{−aηs} from S* to S_∞", deep_parts, low=0)
tail = by_parts("tail", "e^{aηr_0²} ∫ s^a e^{−aηs} from S* to ∞", deep_parts, low=0)
tail_of_Q = by_parts("tail_of_Q", "e^{aηr_0²} ∫ s^a e^{−aηs} from Q^{2/L} to ∞", deep_parts, low=0)
log_fill = by_parts("log_fill", "log(Q/(Nρα)) where positive, uniform start x_0 = α", deep_parts, low=0, strict=True)
log_plain_fill = by_parts("log_plain_fill", "log(Q/(Nα)) where positive", deep_parts, low=0, strict=True)
arcsinh_defect = by_parts("arcsinh_defect", "arcsinh(x_∞/(2αρ)) outside of range(Aᵀ)", signed_parts, low=0)
arcsinh_defect_plain = by_parts("arcsinh_defect_plain", "the same, ρ = 1", signed_parts, low=0)
arcsinh_defect_double = by_parts("arcsinh_defect_double", "the same, αρ for 2αρ", signed_parts, low=0)

_BORROWED = (L, N, eta)
QUANTITIES: Mapping[str, Quantity] = {
    found.name: found for found in (*_BORROWED, *globals().values()) if isinstance(found, Quantity)
}
