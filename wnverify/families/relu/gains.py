"""Two-layer ReLU networks under weight normalisation, f = m^{-1/2} Σ_k c_k relu(g_k ⟨v_k/|v_k|, x⟩): one state.

A batch holds `v` (m, d, B), `g` (m, B), the inputs `x` (n, d, B), of which only the directions count, targets
`y` (n, B), output signs `c` (m, B), `alpha` (B,); a step size `step` (B,), factors `s` (m, B), and test vectors
`z` (n, B), `p` (d, B): "along z" and "along p" mean inner products with them. `z` lives with the outputs, `p` with
the weights of the first neuron. Neurons are exchangeable, so what is said of the first is said of each.
Under the setting `initial` the gains are |v_k|/α, as at the initialisation of Dukler, Gu, Montúfar
(arXiv:2006.06878).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from sympy import Rational

from wnverify.batch import Batch
from wnverify.engine.relu.gains import energy, length
from wnverify.families.kit.parts import read, size, two_routes, vocabulary
from wnverify.families.kit.steering import angle_of_ends, residual_stretched, setting_entry, stretching
from wnverify.families.kit.table import Table, Tabled
from wnverify.families.relu import gains_formulas as by
from wnverify.families.relu.gains_draws import REGIMES, SHAPES, TABLE, draw_state, structured_states
from wnverify.families.relu.gains_views import STEPS, VIEWS
from wnverify.family import Move, Scaling, Shape, Situation
from wnverify.quantities import Quantity

# ---- sizes, and what is read off

n = size("n", "number of inputs")
d = size("d", "dimension of the inputs")
m = size("m", "width: number of neurons")
alpha = read("alpha", "scale of the initialisation, v(0) = αu", low=0, strict=True)
step = read("step", "step size η of gradient descent", low=0, strict=True, latex=r"\eta")
s = read("s", "factor by which v_1 is rescaled", lambda batch: batch.arrays["s"][0], low=0, strict=True)
kappa = VIEWS.read(
    "kappa",
    "|X|₂, the largest singular value of the inputs",
    lambda v: v.at.kappa,
    low=0,
    strict=True,
    latex=r"\kappa",
)
gain = VIEWS.read("gain", "gain g_1 of the first neuron", lambda v: v.at.g[0], latex="g_1")
least_gain = VIEWS.read("least_gain", "min_k g_k", lambda v: v.at.g.min(axis=0), latex=r"\min_k g_k")
norm = VIEWS.read("norm", "|v_1|", lambda v: v.at.length[0], low=0, strict=True, latex=r"\|v_1\|")
correlation = VIEWS.read(
    "correlation", "⟨x_1, x_n⟩", lambda v: v.at.gram[0, -1], low=-1, high=1, latex=r"\langle x_1,x_n\rangle"
)
steepness = VIEWS.read(
    "steepness",
    "1 + mean of (g_k/|v_k|)²: κ² times it bounds the tangent kernel",
    lambda v: 1 + np.mean((v.at.g / v.at.length) ** 2, axis=0),
    low=1,
    latex=r"1+\mathrm{mean}_k\frac{g_k^2}{\|v_k\|^2}",
)
size_p = read("size_p", "|p|", lambda batch: length(batch.arrays["p"]), low=0, latex=r"\|p\|")
size_z = read("size_z", "|z|", lambda batch: length(batch.arrays["z"]), low=0, latex=r"\|z\|")
run_kink = VIEWS.read(
    "run_kink",
    "least distance of the run from a kink, and least |g_k| along it",
    by.run_kink,
    low=0,
    latex=r"\kappa_{\mathrm{kink}}",
)

# ---- kernels

ntk_energy = VIEWS.quantity(
    "ntk_energy", "zᵀJJᵀz, the neural tangent kernel of (v, g)", lambda v: v.tangent, low=0, latex=r"z^\top JJ^\top z"
)
V_energy = by.kernel_energy("V_energy", "V", "zᵀVz", r"z^\top V z")
G_energy = by.kernel_energy("G_energy", "G", "zᵀGz", r"z^\top G z")
H_energy = by.kernel_energy("H_energy", "H", "zᵀHz, H_ij = (1/m) Σ_k ⟨x_i, x_j⟩ 1_ik 1_jk", r"z^\top H z")
V_energy_by_direction = by.kernel_energy(
    "V_energy_by_direction", "V by direction", "zᵀVz with 1{v·x > 0} for 1{g v·x > 0}", r"z^\top\tilde{V}z"
)
G_energy_by_direction = by.kernel_energy(
    "G_energy_by_direction", "G by direction", "zᵀGz with 1{v·x > 0} for 1{g v·x > 0}", r"z^\top\tilde{G}z"
)
V_energy_unprojected = by.kernel_energy(
    "V_energy_unprojected", "V unprojected", "zᵀVz without the projections P_k", r"z^\top V_{\mathrm{raw}}z"
)
plain_energy = VIEWS.quantity(
    "plain_energy",
    "zᵀJJᵀz of the un-normalised network at w = v/α",
    lambda v: v.plain[0],
    low=0,
    latex=r"z^\top\tilde{J}\tilde{J}^\top z",
)
V_residual = VIEWS.quantity(
    "V_residual", "rᵀVr", lambda v: np.maximum(energy(v.at.V, by.residual(v)), 0.0), low=0, latex=r"r^\top V r"
)
ntk_least = by.least_eigenvalue(
    "ntk_least", "Lambda", "least eigenvalue of Λ = V/α² + G", latex=r"\lambda_{\min}(\Lambda)"
)
V_least = by.least_eigenvalue("V_least", "V", "least eigenvalue of V", latex=r"\lambda_{\min}(V)")
G_least = by.least_eigenvalue("G_least", "G", "least eigenvalue of G", latex=r"\lambda_{\min}(G)")
summand_V = two_routes(
    "summand_V",
    "⟨P x_1, P x_n⟩ 1 1, a summand of V_1n(0)",
    by.summand_V,
    by.summand_V_plainly,
    latex=r"\langle Px_1,Px_n\rangle\mathbb{1}\mathbb{1}",
)
summand_G = two_routes(
    "summand_G",
    "a_1 a_n 1 1, a summand of G_1n(0)",
    by.summand_G,
    by.summand_G_plainly,
    low=0,
    latex=r"a_1a_n\mathbb{1}\mathbb{1}",
)

# ---- loss and its derivatives

residual_norm = VIEWS.quantity(
    "residual_norm", "|r|, r = f − y", lambda v: length(by.residual(v)), low=0, latex=r"\|r\|"
)
loss_rate = VIEWS.quantity(
    "loss_rate",
    "|∂L/∂(v, g)|², the speed at which the loss falls under the flow",
    lambda v: np.sum(v.gradients[1] ** 2, axis=(0, 1)) + np.sum(v.gradients[2] ** 2, axis=0),
    low=0,
    latex=r"\|\partial_{(v,g)}\mathcal{L}\|^2",
)
plain_rate = VIEWS.quantity(
    "plain_rate",
    "the same for the un-normalised network at w = v/α",
    lambda v: v.plain[1],
    low=0,
    latex=r"\tilde{\rho}",
)
direction_gradient = VIEWS.quantity(
    "direction_gradient",
    "|∂L/∂v_1|",
    lambda v: length(v.gradients[1][0]),
    low=0,
    latex=r"\|\partial_{v_1}\mathcal{L}\|",
)
gain_gradient = VIEWS.quantity(
    "gain_gradient", "|∂L/∂g_1|", lambda v: np.abs(v.gradients[2][0]), low=0, latex=r"|\partial_{g_1}\mathcal{L}|"
)
seen_residual = VIEWS.quantity(
    "seen_residual", "|Xᵀ D_1 r|, D_1 = diag 1{neuron 1 active}", by.seen, low=0, latex=r"\|X^\top D_1r\|"
)
alignment = VIEWS.quantity(
    "alignment",
    "|⟨v_1, ∂L/∂v_1⟩| over its largest possible value",
    by.alignment,
    low=0,
    latex=r"\cos(v_1,\partial_{v_1}\mathcal{L})",
)
plain_alignment = VIEWS.quantity(
    "plain_alignment",
    "the same before the gradient is projected",
    by.plain_alignment,
    low=0,
    latex=r"\cos(v_1,\partial_{w_1}\mathcal{L})",
)
gain_work = VIEWS.quantity(
    "gain_work",
    "Σ_k g_k ∂L/∂g_k",
    lambda v: np.sum(v.at.g * v.gradients[2], axis=0),
    latex=r"\sum_k g_k\partial_{g_k}\mathcal{L}",
)
output_work = VIEWS.quantity(
    "output_work", "⟨r, f⟩", lambda v: by.dot(by.residual(v), v.output), latex=r"\langle r,f\rangle"
)
work_scale = VIEWS.quantity(
    "work_scale",
    "|r||f| + |r|², a scale",
    lambda v: length(by.residual(v)) * (length(v.output) + length(by.residual(v))),
    low=0,
    latex=r"\|r\|\|f\|+\|r\|^2",
)
gradient_along = VIEWS.quantity(
    "gradient_along",
    "∂L/∂v_1 along p",
    by.along_p(lambda v: v.gradients[1][0]),
    latex=r"\langle p,\partial_{v_1}\mathcal{L}\rangle",
)
radial_curvature = VIEWS.quantity(
    "radial_curvature",
    "(∂²L/∂v_1∂v_1) v_1 along p",
    by.along_p(lambda v: v.radial),
    latex=r"\langle p,(\partial^2_{v_1}\mathcal{L})v_1\rangle",
)
scaled_gradient = VIEWS.quantity(
    "scaled_gradient",
    "∂L/∂v_1 at s_k v_k, along p",
    by.along_p(lambda v: v.scaled[1]),
    latex=r"\langle p,\partial_{v_1}\mathcal{L}(sv)\rangle",
)
output_along = VIEWS.quantity(
    "output_along", "f along z", by.along_z(lambda v: v.output), latex=r"\langle z,f\rangle"
)
scaled_output = VIEWS.quantity(
    "scaled_output", "f at s_k v_k, along z", by.along_z(lambda v: v.scaled[0]), latex=r"\langle z,f(sv)\rangle"
)
output_scale = VIEWS.quantity(
    "output_scale",
    "|z| m^{-1/2} Σ_k |g_k| (n)^{1/2}, the largest that f along z can be",
    lambda v: length(v.batch.arrays["z"]) * np.sum(np.abs(v.at.g), axis=0) * np.sqrt(v.batch.shape["n"] / v.at.m),
    low=0,
    latex=r"\|z\|\sqrt{n/m}\sum_k|g_k|",
)

# ---- steps

next_norm = VIEWS.quantity(
    "next_norm", "|v_1| after a step", lambda v: length(by.after_step(v)), low=0, strict=True, latex=r"\|v_1^+\|"
)
step_angle = VIEWS.quantity(
    "step_angle", "angle between v_1 before and after a step", by.step_angle, low=0, latex=r"\angle(v_1,v_1^+)"
)
run_norm = VIEWS.quantity(
    "run_norm", f"|v_1| after {STEPS} steps", lambda v: v.run(0.0, 0.0)[-1].length[0], low=0, latex=r"\|v_1(5)\|"
)
run_growth = VIEWS.quantity(
    "run_growth",
    f"η² Σ|∂L/∂v_1|² over {STEPS} steps",
    by.run_growth,
    low=0,
    latex=r"\eta^2\sum_t\|\partial_{v_1}\mathcal{L}\|^2",
)
twin_defect = VIEWS.quantity(
    "twin_defect",
    "(v, g) against its twin with steps η/α² on u, η on g",
    by.twin_defect(2.0, 0.0),
    low=0,
    latex=r"\delta_{\mathrm{twin}}",
)
twin_defect_first_power = VIEWS.quantity(
    "twin_defect_first_power",
    "the same with η/α on u",
    by.twin_defect(1.0, 0.0),
    low=0,
    latex=r"\delta_{\mathrm{twin},\eta/\alpha}",
)
twin_defect_both = VIEWS.quantity(
    "twin_defect_both",
    "the same with η/α² on u and on g",
    by.twin_defect(2.0, 2.0),
    low=0,
    latex=r"\delta_{\mathrm{twin},vg}",
)
gain_step_residual = VIEWS.quantity(
    "gain_step_residual",
    "r after a step of the gains, along z",
    by.along_z(lambda v: v.gain_step),
    latex=r"\langle z,r^+\rangle",
)
residual_along = VIEWS.quantity("residual_along", "r along z", by.along_z(by.residual), latex=r"\langle z,r\rangle")
G_force = VIEWS.quantity(
    "G_force",
    "Gr along z",
    by.along_z(lambda v: np.einsum("ijb,jb->ib", v.at.G, by.residual(v))),
    latex=r"\langle z,Gr\rangle",
)
V_force = VIEWS.quantity(
    "V_force",
    "Vr/α² along z",
    by.along_z(lambda v: np.einsum("ijb,jb->ib", v.at.V, by.residual(v)) / v.at.alpha**2),
    latex=r"\langle z,Vr\rangle/\alpha^2",
)
next_least_gain = VIEWS.quantity(
    "next_least_gain",
    "min_k g_k after a step of the gains",
    lambda v: np.min(v.at.g - v.batch.arrays["step"] * v.gradients[2], axis=0),
    latex=r"\min_k g_k^+",
)
effective_rate = VIEWS.quantity(
    "effective_rate",
    "w_1′ along p under the flow, w_1 = g_1 v̄_1",
    by.along_p(lambda v: v.effective_rate),
    latex=r"\langle p,w_1'\rangle",
)
across_force = VIEWS.quantity(
    "across_force",
    "P ∂L/∂w_1 along p",
    by.along_p(lambda v: by.across(v, v.gradients[0][0])),
    latex=r"\langle p,P\partial_{w_1}\mathcal{L}\rangle",
)
along_force = VIEWS.quantity(
    "along_force",
    "v̄ ⟨v̄, ∂L/∂w_1⟩ along p",
    by.along_p(lambda v: v.gradients[0][0] - by.across(v, v.gradients[0][0])),
    latex=r"\langle p,\bar{v}\rangle\langle\bar{v},\partial_{w_1}\mathcal{L}\rangle",
)

OFF_KINKS: Mapping[str, Any] = {"off the kinks": (run_kink, ">=", Rational(1, 10**6))}
"""No step of a run ends near a kink, where rounding decides which side is taken."""
MOVING: Mapping[str, Any] = {"a gradient to speak of": (direction_gradient * size_p, ">", Rational(1, 1000))}
ANY: Mapping[str, Sequence[str]] = {"start": ("any",)}
INITIAL: Mapping[str, Sequence[str]] = {"start": ("initial",)}


class ReluGains(Tabled):
    """States of two-layer networks: 1 to 6 inputs in 2 to 8 dimensions, width 1 to 30."""

    name = "relu_gains"
    quantities: Mapping[str, Quantity] = vocabulary(globals())
    settings: Mapping[str, tuple[str, ...]] = {"start": ("any", "initial")}
    regimes = REGIMES
    cost, plentiful = 4.0, 1

    def shapes(self) -> Sequence[Shape]:
        """Inputs, their dimension, and width; the smallest first."""
        return [dict(zip(("n", "d", "m"), sizes, strict=True)) for sizes in SHAPES]

    def table(self, situation: Situation) -> Table:
        """The same arrays in every situation."""
        return TABLE

    def moves(self) -> Mapping[str, Move]:
        """Of the first neuron, of the extreme gain, and of the angle between the first and the last input."""
        return {**Tabled.moves(self), "s": setting_entry("s"), "correlation": angle_of_ends("x")}

    def scalings(self) -> Mapping[str, Scaling]:
        """By the gains and lengths of all neurons, the targets, and the test vectors."""
        return {
            "gain": stretching(g=1.0, v=1.0),
            "least_gain": Scaling(by.least_gain_stretched),
            "norm": stretching(v=1.0),
            "steepness": stretching(-2.0, v=1.0, alpha=1.0),
            "size_p": stretching(p=1.0),
            "size_z": stretching(z=1.0),
            "residual_norm": Scaling(residual_stretched(lambda batch: VIEWS.closed(batch).output, "y")),
        }

    def draw(self, situation: Situation, regime: str, count: int, rng: np.random.Generator) -> Batch:
        """Random states; see `draw_state` for the regimes."""
        return self.batch(situation, draw_state(situation, regime, count, rng))

    def structured(self, situation: Situation) -> Iterator[tuple[str, Batch]]:
        """Extreme inputs; see `structured_states`."""
        for words, arrays in structured_states(situation):
            yield words, self.batch(situation, arrays)


RELU_GAINS = ReluGains()
