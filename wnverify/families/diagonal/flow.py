"""Runs of the diagonal model with weight normalization, followed until the loss is 10⁻²⁰ of ½‖y‖².

Arrays as in `wnverify.families.diagonal.draws`. A run that the integrator could not finish is not `decided`; it is
followed as far as it came, and what is said of every time of every run is measured on it too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.engine.diagonal.flow import integrate
from wnverify.families.diagonal import flow_fields as fields
from wnverify.families.diagonal.draws import (
    SETTINGS,
    PolarCoordinates,
    aligned,
    draw_problem,
    draw_start,
    model_of,
    opposed,
    polar_table,
    scaled,
    start_of,
    underdetermined,
)
from wnverify.families.diagonal.limits import r0
from wnverify.families.diagonal.point import L, eta, kl_z, mass_z
from wnverify.families.kit.parts import parts, read, vocabulary
from wnverify.families.kit.steering import stretching
from wnverify.families.kit.table import Table, Tabled
from wnverify.family import Coordinates, Scaling, Shape, Situation
from wnverify.pictures import Course, Picture

_run = parts(fields.run_parts)
_end = parts(fields.end_parts)
_limit = parts(fields.limit_parts)
_drift = parts(fields.drift_parts)
_rho = parts(fields.rho_parts)
_rate = parts(fields.rate_parts)
_pace = parts(fields.pace_parts)
_share = parts(fields.share_parts)
_pair = parts(fields.pair_parts)
sigma = read(
    "sigma",
    "least singular value of the matrix",
    lambda b: fields.singular_value(b, -1),
    low=0,
    strict=True,
    latex=r"\sigma_{\min}",
)
sigma_max = read(
    "sigma_max",
    "greatest singular value",
    lambda b: fields.singular_value(b, 0),
    low=0,
    strict=True,
    latex=r"\sigma_{\max}",
)
decided = _end(
    "decided",
    "1 where the run was seen to end, in a solution or at zero; else 0",
    low=0,
    latex=r"\mathbb{1}_{\mathrm{decided}}",
)
run_ended = _end("run_ended", "1 where the residual fell to 1e-9", low=0, latex=r"\mathbb{1}_{\mathrm{ended}}")
converged = _run(
    "converged",
    "1 where that of the run integrated in (r, u), knowing nothing of what it conserves, fell to 1e-9",
    low=0,
    latex=r"\mathbb{1}_{\mathrm{converged}}",
)
residual = _end(
    "residual",
    "‖Ax − y‖/‖y‖ at the end of the run; 1e-9 where less, for there it was stopped",
    low=0,
    latex=r"\frac{\|Ax-y\|}{\|y\|}",
)
least_entry = _end("least_entry", "min x at the end of the run", low=0, latex=r"\min_i x_i")
start_loss = read("start_loss", "l(x_0)", fields.start_loss, low=0, latex=r"\ell(x_0)")
zero_loss = read("zero_loss", "l(0) = ½‖y‖²", fields.zero_loss, low=0, strict=True, latex=r"\ell(0)")
least_radius = _end("least_radius", "min r² on the run", low=0, latex=r"\min_t r^2")
floor = read("floor", "((‖y‖ − ‖e_0‖)₊/max‖a_j‖)^{2/L}", fields.floor, low=0, latex=r"x_{\mathrm{floor}}")
kl_floor = read("kl_floor", "(‖z‖₁ − √(2D_0/η))₊", fields.kl_floor, low=0, latex=r"m_{\mathrm{KL}}")
start_bregman = read(
    "start_bregman", "D_0 = D_Φ(z, x_0) for the feasible z (L = 2)", fields.start_bregman, low=0, latex="D_0"
)
limit_defect = _limit("limit_defect", "end of the run against argmin D_Φ(z, x_0)", low=0, latex=r"\delta_\infty")
limit_defect_plain = _limit(
    "limit_defect_plain", "the same against the plain limit", low=0, latex=r"\delta_{\infty,0}"
)
limit_defect_double = _limit("limit_defect_double", "the same with 2η in Φ", low=0, latex=r"\delta_{\infty,2\eta}")
drift = _drift(
    "drift", "greatest relative change of the invariants on the run", low=0, latex=r"\delta_{\mathrm{drift}}"
)
drift_half = _drift(
    "drift_half", "the same with η/2 in the invariants", low=0, latex=r"\delta_{\mathrm{drift},\eta/2}"
)
drift_without = _drift("drift_without", "the same without η", low=0, latex=r"\delta_{\mathrm{drift},0}")
seen_log_rho = _rho("seen_log_rho", "log ρ_t as the part of the run in ker A shows it", latex=r"\log\rho_t")
rho_weight = _rho("rho_weight", "how much of the run it moves", low=0, latex=r"w_\rho")
rho_stray = _rho("rho_stray", "what ρ_t x_0 leaves unexplained in ker A", low=0, latex=r"\|(\rho_t x_0)_\perp\|")
r_quarter = _rho("r_quarter", "radius r_t at that time", low=0, strict=True, latex="r_{1/4}")
loss_tau = _rate("loss_tau", "greatest l(x(t)) τ(t), τ = ∫κ", low=0, latex=r"\max_t\ell\tau")
end_bregman = _rate("end_bregman", "D_Φ(x_∞, x_0)", low=0, latex=r"D_\Phi(x_\infty,x_0)")
start_divergence = read(
    "start_divergence", "D_Φ(z, x_0) for the feasible z", fields.start_divergence, low=0, latex=r"D_\Phi(z,x_0)"
)
loss_time = _pace("loss_time", "greatest l(x(t)) t on the run, stalled or not", low=0, latex=r"\max_t\ell t")
loss_clock = _pace(
    "loss_clock", "greatest l(x(t)) τ(t) on the run, stalled or not, τ = ∫κ", low=0, latex=r"\max_t\ell\tau_\kappa"
)
exponent = _rate(
    "exponent",
    "greatest 2L² ∫ min(1, ηr²)(min x)^{2−2/L} over log(l(0)/l(t))",
    low=0,
    latex=r"\kappa_{\mathrm{loss}}",
)
exponent_of_max = _rate("exponent_of_max", "the same with max x", low=0, latex=r"\kappa_{\max}")
exponent_without = _rate("exponent_without", "the same without x", low=0, latex=r"\kappa_{0}")
least_share = _share("least_share", "least u_i² on the run, where closest to its floor", low=0, latex=r"\min_t u_i^2")
share_floor = _share("share_floor", "exp(−(D_0/‖z‖₁ + h(p_i))/p_i), p = z/‖z‖₁", low=0, latex=r"u^2_{\mathrm{floor}}")
bare_share = _share("bare_share", "least u_i² on the run, where closest to bare_floor", low=0, latex=r"\min_t u_i^2")
bare_floor = _share("bare_floor", "exp(−D_0/(‖z‖₁p_i))", low=0, latex=r"e^{-D_0/(\|z\|_1 p_i)}")
pair_drift = _pair(
    "pair_drift", "greatest change of log(x₊x₋/ρ_t²) on the run", low=0, latex=r"\delta_{\mathrm{pair}}"
)
pair_drift_half = _pair("pair_drift_half", "the same with ρ_t for ρ_t²", low=0, latex=r"\delta_{\mathrm{pair},1/2}")


class DiagonalFlow(Tabled):
    """Problems (A, y, η) with a start (r_0, u_0), and the run from there."""

    name = "diagonal flow"
    quantities = vocabulary(globals(), L, eta, kl_z, mass_z, r0)
    settings = SETTINGS
    regimes = ("generic", "near a solution")
    cost = 500.0
    boxed = True
    agreement = 1e-5

    def shapes(self) -> Sequence[Shape]:
        """One to three rows, two to six columns; two rows come early, since with one all singular values agree."""
        return [{"M": M, "n": n} for M, n in ((1, 2), (2, 3), (1, 3), (2, 4), (3, 4), (3, 6))]

    def table(self, situation: Situation) -> Table:
        """The problem, then the start.

        Raises:
            RecordError: if there are not more columns than rows.
        """
        underdetermined(situation)
        return polar_table(situation, ("A", "z", "u", "r", "eta"))

    def draw(self, situation: Situation, regime: str, count: int, rng: np.random.Generator) -> Batch:
        """η from e^{−1} to e^{1.5} and r_0² from 0.05 to 0.98 units; `near a solution`: u_0² like z/‖z‖₁, η to 12."""
        underdetermined(situation)
        arrays = draw_problem(situation, count, rng, 0.8)
        arrays["A"] = _even(arrays["A"], rng)
        arrays["u"] = draw_start(arrays, regime, rng)
        share, rate = rng.uniform(0.05, 0.98, count), np.exp(rng.uniform(-1.0, 1.5, count))
        if regime == "near a solution":
            noise = np.exp(0.3 * rng.standard_normal(arrays["z"].shape))
            arrays["u"] = np.sqrt(arrays["z"] / arrays["z"].sum(axis=0)) * noise
            rate = np.exp(rng.uniform(0.5, 2.5, count))
        return self.batch(situation, scaled(situation, arrays, share, rate))

    def structured(self, situation: Situation) -> Iterator[tuple[str, Batch]]:
        """Columns that pull against each other, where at small η the run collapses; and columns that all help."""
        underdetermined(situation)
        yield "opposed columns", self.batch(situation, opposed(situation, 0.1))
        for words, arrays in aligned(situation, 2.0):
            yield words, self.batch(situation, arrays)

    def scalings(self) -> Mapping[str, Scaling]:
        """By stretching A, or the masses of z and of the start."""
        of_A = {"sigma": 1.0, "sigma_max": 1.0, "start_loss": 2.0, "zero_loss": 2.0}
        found = {name: stretching(degree, A=1.0) for name, degree in of_A.items()}
        return found | {"mass_z": stretching(z=1.0), "floor": Scaling(_masses)}

    def coordinates(self, situation: Situation) -> Coordinates:
        """Logarithms of everything positive."""
        return PolarCoordinates(self.name, situation, self.table(situation))

    def pictures(self, batch: Batch) -> list[Picture]:
        """The entries of x(t) along the run."""
        L = int(batch.settings["L"])
        path = integrate(model_of(batch), *start_of(batch), integrals=True).x(L)[..., 0]
        names = tuple(f"x{index + 1}" for index in range(path.shape[1]))
        along = "clock of the run, in which the loss falls evenly on a logarithmic scale"
        return [Course("x(t)", along, names, tuple(map(tuple, path.T.tolist())))]


def _masses(batch: Batch, factor: FloatArray) -> Batch:
    """z and x_0 = (r_0 u_0)^L multiplied by factor^{L/2}, with which the floor of r² grows in proportion."""
    L = int(batch.settings["L"])
    z, r = batch.arrays["z"] * factor ** (L / 2), batch.arrays["r"] * np.sqrt(factor)
    return batch.with_arrays({**batch.arrays, "z": z, "r": r})


def _even(A: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Orthonormal rows, rescaled by factors from 0.5 to 1.5: the stiffness of a run grows with their spread."""
    rows = np.linalg.qr(np.moveaxis(A, -1, 0).swapaxes(1, 2))[0].swapaxes(1, 2)
    return np.moveaxis(rows, 0, -1) * rng.uniform(0.5, 1.5, (A.shape[0], 1, A.shape[2]))


DIAGONAL_FLOW = DiagonalFlow()
