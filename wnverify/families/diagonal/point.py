"""The diagonal linear model at one point of its weight-normalized flow: no integration is needed.

Arrays as in `wnverify.families.diagonal.draws`, and a test vector d (N, B).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from wnverify.batch import Batch
from wnverify.engine.diagonal.model import length
from wnverify.families.diagonal import point_fields as fields
from wnverify.families.diagonal.draws import (
    SETTINGS,
    PolarCoordinates,
    columns,
    draw_problem,
    draw_start,
    polar_table,
)
from wnverify.families.kit.parts import constant, parts, read, two_routes, vocabulary
from wnverify.families.kit.steering import stretching
from wnverify.families.kit.table import Table, Tabled
from wnverify.family import Coordinates, Scaling, Shape, Situation

_field = parts(fields.field_parts)
_normalised = parts(fields.normalised_parts)
_drift = parts(fields.drift_parts)
_invariant = parts(fields.invariant_parts)
_mirror = parts(fields.mirror_parts)
_inverse = parts(fields.inverse_parts)
_pair = parts(fields.pair_parts)
L = constant("L", "depth of the parametrisation x = w^L", lambda b: float(b.settings["L"]), low=2, integer=True)
N = constant("N", "number of columns", columns, low=2, integer=True)
eta = read("eta", "learning rate of the direction over that of the radius", low=0, strict=True)
r = read("r", "radius ‖w‖₂", low=0, strict=True)
radial_gradient = _field("radial_gradient", "⟨u, G⟩, G = ∇_w l", latex=r"\langle u,G\rangle")
tangent_gradient = _field("tangent_gradient", "‖(I − uuᵀ)G‖₂", low=0, latex=r"\|(I-uu^\top)G\|_2")
radial_speed = _field("radial_speed", "−⟨u, w'⟩", latex=r"-\langle u,w'\rangle")
tangent_speed = _field("tangent_speed", "−w' along (I − uuᵀ)G", latex=r"-\langle w',(I-uu^\top)G\rangle")
stray_speed = _field("stray_speed", "length of w' outside of u and G", low=0, latex=r"\|w'_\perp\|")
wn_radial = _normalised(
    "wn_radial",
    "−⟨u, w'⟩ under weight normalization with steps 1/η and 1",
    latex=r"-\langle u,w'\rangle_{\mathrm{WN}}",
)
wn_tangent = _normalised(
    "wn_tangent",
    "−w' along (I − uuᵀ)G under weight normalization",
    latex=r"-\langle w',(I-uu^\top)G\rangle_{\mathrm{WN}}",
)
wn_stray = _normalised(
    "wn_stray",
    "length of w' outside of u and G under weight normalization",
    low=0,
    latex=r"\|w'_\perp\|_{\mathrm{WN}}",
)
wn_drift = _drift(
    "wn_drift", "⟨v, v'⟩/‖v‖ for w = g v/‖v‖ at v = w, relative to the summands of G", latex=r"\delta_{\mathrm{WN}}"
)
wn_turn = _drift("wn_turn", "‖v'‖, relative to the same", low=0, latex=r"\|v'\|")
raw_drift = _drift(
    "raw_drift",
    "⟨v, v'⟩/‖v‖ for w = v, which is not normalised, relative to the same",
    latex=r"\frac{\langle v,v'\rangle}{\|v\|}",
)
loss_decay = two_routes(
    "loss_decay", "−dl/dt", fields.loss_decay, fields.loss_decay_by_step, latex=r"-\frac{d\ell}{dt}"
)
entropy_rate = _invariant("entropy_rate", "⟨z, log u⟩' for a z in ker A", latex=r"\langle z,\log u\rangle'")
mass_rate = _invariant("mass_rate", "r r'⟨z, 1⟩", latex=r"rr'\langle z,1\rangle")
entropy_size = _invariant(
    "entropy_size",
    "size of the summands of the invariant's derivative",
    low=0,
    latex=r"\mathrm{size}(\langle z,\log u\rangle')",
)
power_rate = _invariant("power_rate", "⟨z, u^{−(L−2)}⟩' for a z in ker A", latex=r"\langle z,u^{-(L-2)}\rangle'")
power_mass_rate = _invariant("power_mass_rate", "r r'⟨z, u^{−(L−2)}⟩", latex=r"rr'\langle z,u^{-(L-2)}\rangle")
power_size = _invariant(
    "power_size",
    "size of the summands of the invariant's derivative",
    low=0,
    latex=r"\mathrm{size}(\langle z,u^{-(L-2)}\rangle')",
)
next_power_rate = _invariant("next_power_rate", "⟨z, u^{−(L−1)}⟩'", latex=r"\langle z,u^{-(L-1)}\rangle'")
next_power_mass_rate = _invariant(
    "next_power_mass_rate", "r r'⟨z, u^{−(L−1)}⟩", latex=r"rr'\langle z,u^{-(L-1)}\rangle"
)
next_power_size = _invariant(
    "next_power_size", "size of the summands", low=0, latex=r"\mathrm{size}(\langle z,u^{-(L-1)}\rangle')"
)
pull_norm = read("pull_norm", "‖∇l(x)‖₂", fields.pull_norm, low=0, latex=r"\|\nabla\ell(x)\|_2")
mirror_rate = _mirror(
    "mirror_rate", "−e^{aηr²} d∇Φ(x)/dt along ∇l(x)", latex=r"-e^{a\eta r^2}\langle\nabla\Phi(x)',\nabla\ell\rangle"
)
mirror_stray = _mirror("mirror_stray", "its length outside of ∇l(x)", low=0, latex=r"\|\nabla\Phi(x)'_\perp\|")
mirror_size = _mirror(
    "mirror_size", "size of the summands of d∇Φ(x)/dt", low=0, latex=r"\mathrm{size}(\nabla\Phi(x)')"
)
plain_rate = _mirror("plain_rate", "the same for the potential of plain gradient flow", latex=r"\tilde{\rho}")
plain_stray = _mirror("plain_stray", "its length outside of ∇l(x)", low=0, latex=r"\|\tilde{\rho}_\perp\|")
lyapunov_rate = _mirror(
    "lyapunov_rate", "e^{aηr²} dD_Φ(z, x)/dt for the feasible z", latex=r"e^{a\eta r^2}\frac{dD_\Phi}{dt}"
)
lyapunov_size = _mirror("lyapunov_size", "size of its summands", low=0, latex=r"\mathrm{size}(dD_\Phi)")
loss_now = read("loss", "l = ½‖Ax − y‖²", fields.loss_now, low=0, latex=r"\ell(x)")
curvature = two_routes(
    "curvature",
    "e^{aηr²} dᵀΦ''(x)d",
    fields.curvature,
    fields.curvature_by_step,
    latex=r"e^{a\eta r^2}d^\top\Phi''(x)d",
)
slope_mean = read("slope_mean", "mean of d/x under p = u²", fields.slope_mean, latex=r"\mathrm{mean}_p(d/x)")
slope_spread = read(
    "slope_spread", "variance of d/x under p = u²", fields.slope_spread, low=0, latex=r"\mathrm{Var}_p(d/x)"
)
bregman = two_routes(
    "bregman", "D_Φ(z, x) by its definition", fields.bregman, fields.bregman_by_conjugate, latex=r"D_\Phi(z,x)"
)
bregman_size = read(
    "bregman_size", "size of its summands", fields.bregman_size, low=0, latex=r"\mathrm{size}(D_\Phi)"
)
mass_z = read("mass_z", "‖z‖₁", fields.mass_z, low=0, strict=True, latex=r"\|z\|_1")
kl_z = read("kl_z", "KL(z/‖z‖₁ ‖ u²)", fields.kl_z, low=0, latex=r"\mathrm{KL}(\frac{z}{\|z\|_1}\Vert u^2)")
inverse_defect = _inverse("inverse_defect", "max|(∇Φ)⁻¹(∇Φ(x)) − x|/max x", low=0, latex=r"\delta_{\nabla\Phi}")
half_inverse_defect = _inverse("half_inverse_defect", "the same from ∇Φ(x)/2", low=0, latex=r"\delta_{\nabla\Phi/2}")
pair_low = _pair(
    "pair_low",
    "least rate of the pairs' invariant without its radial part",
    latex=r"\underline{\rho}_{\mathrm{pair}}",
)
pair_high = _pair(
    "pair_high",
    "greatest rate of the pairs' invariant without its radial part",
    latex=r"\overline{\rho}_{\mathrm{pair}}",
)
pair_size = _pair("pair_size", "size of the rates", low=0, latex=r"\mathrm{size}(\rho_{\mathrm{pair}})")
radial_push = _pair("radial_push", "r r'", latex="rr'")


class Diagonal(Tabled):
    """Problems (A, y, η) with a state (r, u) of the flow, x = (ru)^L > 0, and a feasible z > 0."""

    name = "diagonal"
    quantities = vocabulary(globals())
    settings = SETTINGS
    regimes = ("generic", "uniform", "wide")
    cost = 4.0
    plentiful = 1

    def shapes(self) -> Sequence[Shape]:
        """One to three rows, two to eight columns."""
        return [{"M": M, "n": n} for M, n in ((1, 2), (1, 3), (2, 4), (2, 5), (3, 5), (3, 8))]

    def table(self, situation: Situation) -> Table:
        """With a test vector d."""
        return polar_table(situation, ("A", "z", "u", "d", "eta", "r"))

    def draw(self, situation: Situation, regime: str, count: int, rng: np.random.Generator) -> Batch:
        """`generic` η, r about 1; `uniform` all of u equal; `wide` η and r over two orders of magnitude."""
        arrays = draw_problem(situation, count, rng, 1.5)
        arrays |= {"u": draw_start(arrays, regime, rng), "d": rng.standard_normal(arrays["z"].shape)}
        spread = 2.3 if regime == "wide" else 0.7
        arrays["eta"] = np.exp(rng.uniform(-spread, spread, (1, count)))
        arrays["r"] = np.exp(rng.uniform(-spread, 0.5 * spread, (1, count)) / 2)
        return self.batch(situation, arrays)

    def structured(self, situation: Situation) -> Iterator[tuple[str, Batch]]:
        """One coordinate of u small, for small and large radii and rates."""
        grid = np.array([[r, eta] for r in (0.05, 0.5, 2.0) for eta in (0.05, 1.0, 10.0)]).T
        arrays = draw_problem(situation, grid.shape[1], np.random.default_rng(1), 1.0)
        arrays["d"] = np.random.default_rng(2).standard_normal(arrays["z"].shape)
        for words, small in {"one coordinate small": 1e-2, "one coordinate large": 10.0}.items():
            u = np.ones((columns(situation), grid.shape[1]))
            u[0] = small
            scales = {"u": u / length(u), "r": grid[:1], "eta": grid[1:]}
            yield words, self.batch(situation, arrays | scales)

    def scalings(self) -> Mapping[str, Scaling]:
        """∇l is quadratic in A at fixed z, and a form of d has the degree of the form."""
        of_d = {"slope_mean": 1.0, "slope_spread": 2.0, "curvature": 2.0}
        of_A = {"loss": 2.0, "pull_norm": 2.0, "tangent_gradient": 2.0, "loss_decay": 4.0}
        return {
            **{name: stretching(degree, d=1.0) for name, degree in of_d.items()},
            **{name: stretching(degree, A=1.0) for name, degree in of_A.items()},
            "mass_z": stretching(z=1.0),
        }

    def coordinates(self, situation: Situation) -> Coordinates:
        """Logarithms of everything positive."""
        return PolarCoordinates(self.name, situation, self.table(situation))


DIAGONAL = Diagonal()
