"""Two-layer ReLU networks under weight normalisation, f = m^{-1/2} Σ_k c_k relu(g_k ⟨v_k/|v_k|, x⟩): one state.

A batch holds `v` (m, d, B), `g` (m, B), the inputs `x` (n, d, B), of which only the directions count, targets
`y` (n, B), output signs `c` (m, B), `alpha` (B,); a step size `step` (B,), factors `s` (m, B), and test vectors
`z` (n, B), `p` (d, B): "along z" and "along p" mean inner products with them. `z` lives with the outputs, `p` with
the weights of the first neuron. Neurons are exchangeable, so what is said of the first is said of each.
Under the setting `initial` the gains are |v_k|/α, as at the initialisation of Dukler, Gu, Montúfar
(arXiv:2006.06878).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, TypeAlias

import numpy as np
from sympy import Rational

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.engine.relu.gains import eigenvalues, energy, length
from wnverify.families.kit.parts import read, size, two_routes, vocabulary
from wnverify.families.kit.steering import angle_of_ends, residual_stretched, setting_entry, stretching
from wnverify.families.kit.table import Array, Table, Tabled
from wnverify.families.relu.gains_draws import REGIMES, STATE, draw_state, structured_states
from wnverify.families.relu.gains_views import STEPS, VIEWS, View, state
from wnverify.family import Move, Scaling, Shape, Situation
from wnverify.quantities import Quantity

Formula: TypeAlias = Callable[[View], FloatArray]


def _dot(a: FloatArray, b: FloatArray) -> FloatArray:
    return np.asarray(np.sum(a * b, axis=0))


def _residual(view: View) -> FloatArray:
    return view.output - view.at.y


def _along_z(part: Formula) -> Formula:
    return lambda view: _dot(view.batch.arrays["z"], part(view))


def _along_p(part: Formula) -> Formula:
    return lambda view: _dot(view.batch.arrays["p"], part(view))


def _across(view: View, q: FloatArray) -> FloatArray:
    unit = view.at.direction[0]
    return np.asarray(q - _dot(q, unit) * unit)


def _step(view: View) -> FloatArray:
    """The step that v_1 takes, −η ∂L/∂v_1."""
    return np.asarray(-view.batch.arrays["step"] * view.gradients[1][0])


def _next(view: View) -> FloatArray:
    return np.asarray(view.at.v[0] + _step(view))


def _step_angle(view: View) -> FloatArray:
    """Angle between v_1 before and after a step, by atan2 of the parts of the new one across and along the old.

    The part across is that of the step itself: in v_1 after a short step it is lost in rounding.
    """
    taken = _step(view)
    return np.arctan2(length(_across(view, taken)), view.at.length[0] + _dot(taken, view.at.direction[0]))


def _alignment(view: View) -> FloatArray:
    """⟨v_1, ∂L/∂v_1⟩/|v_1|, relative to κ|r||g_1|/(√m|v_1|), the largest that |∂L/∂v_1| can be."""
    return _relative(view, _dot(view.at.direction[0], view.gradients[1][0]))


def _relative(view: View, value: FloatArray) -> FloatArray:
    at = view.at
    largest = at.kappa * length(_residual(view)) * np.abs(at.g[0]) / (np.sqrt(at.m) * at.length[0])
    return np.abs(value) / np.maximum(largest, 1e-300)


def _plain_alignment(view: View) -> FloatArray:
    """⟨v_1, ∂L/∂w_1⟩ in the same units: the gradient before it is projected."""
    at = view.at
    return _relative(view, at.g[0] / at.length[0] * _dot(at.direction[0], view.gradients[0][0]))


def _seen(view: View) -> FloatArray:
    """|Xᵀ D_1 r|, by plain sums over the inputs."""
    at = view.at
    on = at.g[0] * at.cosine[0] > 0
    return length(np.sum((on * (_residual(view)))[:, None] * at.x, axis=0))


def _twin_defect(by_v: float, by_g: float) -> Formula:
    """Largest difference of (v, g) along the run and (α u, g) along its twin, relative to the sizes reached."""

    def formula(view: View) -> FloatArray:
        worst = np.zeros(view.batch.size)
        for one, other in zip(view.run(0.0, 0.0), view.run(by_v, by_g), strict=True):
            off_v = length(one.v - view.at.alpha * other.v, 1) / length(one.v, 1)
            off_g = np.abs(one.g - other.g) / np.abs(one.g).max(axis=0)
            worst = np.maximum(worst, np.maximum(off_v.max(axis=0), off_g.max(axis=0)))
        return worst

    return formula


def _run_kink(view: View) -> FloatArray:
    """Least |g_k a_ik|/|g_k| along the run and its twin."""
    states = [*view.run(0.0, 0.0), *view.run(2.0, 0.0)]
    return np.min([np.minimum(np.abs(s.cosine).min(axis=(0, 1)), np.abs(s.g).min(axis=0)) for s in states], axis=0)


def _run_growth(view: View) -> FloatArray:
    """Σ_s |v_1(s+1) − v_1(s)|², which is η² Σ_s |∂L/∂v_1|², over the run."""
    states = view.run(0.0, 0.0)
    return np.sum([np.sum((b.v[0] - a.v[0]) ** 2, axis=0) for a, b in pairwise(states)], axis=0)


def _least(name: str, kernel: str, meaning: str) -> Quantity:
    """Least eigenvalue of a kernel of the state; again as the least Rayleigh quotient of an eigenvector."""

    def first(batch: Batch) -> FloatArray:
        return eigenvalues(getattr(state(batch), kernel))[0]

    def second(batch: Batch) -> FloatArray:
        K = getattr(state(batch), kernel)
        vectors = np.linalg.svd(np.moveaxis(K, -1, 0))[2]
        return np.min([energy(K, vectors[:, index].T) for index in range(K.shape[0])], axis=0)

    return two_routes(name, meaning, first, second)


def _both(batch: Batch) -> FloatArray:
    """1 where the first neuron is active on the first and on the last input."""
    at = state(batch)
    return at.active[0, 0] * at.active[0, -1]


def _summand_G(batch: Batch) -> FloatArray:
    cosine = state(batch).cosine[0]
    return np.asarray(cosine[0] * cosine[-1] * _both(batch))


def _summand_V(batch: Batch) -> FloatArray:
    return np.asarray(state(batch).gram[0, -1] * _both(batch) - _summand_G(batch))


def _summand_V_plainly(batch: Batch) -> FloatArray:
    """From the projected vectors, with indicators from the unscaled products."""
    at = state(batch)
    v, first, last = np.sign(at.g[0]) * at.v[0], at.x[0], at.x[-1]
    across = [x - _dot(v, x) / _dot(v, v) * v for x in (first, last)]
    return _dot(*across) * (_dot(v, first) > 0) * (_dot(v, last) > 0)


def _summand_G_plainly(batch: Batch) -> FloatArray:
    at = state(batch)
    v, first, last = np.sign(at.g[0]) * at.v[0], at.x[0], at.x[-1]
    return np.maximum(_dot(v, first), 0.0) * np.maximum(_dot(v, last), 0.0) / _dot(v, v)


def _energy(name: str, kernel: str, meaning: str) -> Quantity:
    return VIEWS.quantity(name, meaning, lambda view: np.maximum(view.energies[kernel], 0.0), low=0)


# ---- sizes, and what is read off

n = size("n", "number of inputs")
d = size("d", "dimension of the inputs")
m = size("m", "width: number of neurons")
alpha = read("alpha", "scale of the initialisation, v(0) = αu", low=0, strict=True)
step = read("step", "step size η of gradient descent", low=0, strict=True)
s = read("s", "factor by which v_1 is rescaled", lambda batch: batch.arrays["s"][0], low=0, strict=True)
kappa = VIEWS.read(
    "kappa", "|X|₂, the largest singular value of the inputs", lambda v: v.at.kappa, low=0, strict=True
)
gain = VIEWS.read("gain", "gain g_1 of the first neuron", lambda v: v.at.g[0])
least_gain = VIEWS.read("least_gain", "min_k g_k", lambda v: v.at.g.min(axis=0))
norm = VIEWS.read("norm", "|v_1|", lambda v: v.at.length[0], low=0, strict=True)
correlation = VIEWS.read("correlation", "⟨x_1, x_n⟩", lambda v: v.at.gram[0, -1], low=-1, high=1)
steepness = VIEWS.read(
    "steepness", "1 + mean of (g_k/|v_k|)²: κ² times it bounds the tangent kernel",
    lambda v: 1 + np.mean((v.at.g / v.at.length) ** 2, axis=0), low=1,
)  # fmt: skip
size_p = read("size_p", "|p|", lambda batch: length(batch.arrays["p"]), low=0)
size_z = read("size_z", "|z|", lambda batch: length(batch.arrays["z"]), low=0)
run_kink = VIEWS.read("run_kink", "least distance of the run from a kink, and least |g_k| along it", _run_kink, low=0)

# ---- kernels

ntk_energy = VIEWS.quantity("ntk_energy", "zᵀJJᵀz, the neural tangent kernel of (v, g)", lambda v: v.tangent, low=0)
V_energy = _energy("V_energy", "V", "zᵀVz")
G_energy = _energy("G_energy", "G", "zᵀGz")
H_energy = _energy("H_energy", "H", "zᵀHz, H_ij = (1/m) Σ_k ⟨x_i, x_j⟩ 1_ik 1_jk")
V_energy_by_direction = _energy("V_energy_by_direction", "V by direction", "zᵀVz with 1{v·x > 0} for 1{g v·x > 0}")
G_energy_by_direction = _energy("G_energy_by_direction", "G by direction", "zᵀGz with 1{v·x > 0} for 1{g v·x > 0}")
V_energy_unprojected = _energy("V_energy_unprojected", "V unprojected", "zᵀVz without the projections P_k")
plain_energy = VIEWS.quantity(
    "plain_energy", "zᵀJJᵀz of the un-normalised network at w = v/α", lambda v: v.plain[0], low=0
)
V_residual = VIEWS.quantity("V_residual", "rᵀVr", lambda v: np.maximum(energy(v.at.V, _residual(v)), 0.0), low=0)
ntk_least = _least("ntk_least", "Lambda", "least eigenvalue of Λ = V/α² + G")
V_least = _least("V_least", "V", "least eigenvalue of V")
G_least = _least("G_least", "G", "least eigenvalue of G")
summand_V = two_routes("summand_V", "⟨P x_1, P x_n⟩ 1 1, a summand of V_1n(0)", _summand_V, _summand_V_plainly)
summand_G = two_routes("summand_G", "a_1 a_n 1 1, a summand of G_1n(0)", _summand_G, _summand_G_plainly, low=0)

# ---- loss and its derivatives

residual_norm = VIEWS.quantity("residual_norm", "|r|, r = f − y", lambda v: length(_residual(v)), low=0)
loss_rate = VIEWS.quantity(
    "loss_rate",
    "|∂L/∂(v, g)|², the speed at which the loss falls under the flow",
    lambda v: np.sum(v.gradients[1] ** 2, axis=(0, 1)) + np.sum(v.gradients[2] ** 2, axis=0),
    low=0,
)
plain_rate = VIEWS.quantity(
    "plain_rate", "the same for the un-normalised network at w = v/α", lambda v: v.plain[1], low=0
)
direction_gradient = VIEWS.quantity("direction_gradient", "|∂L/∂v_1|", lambda v: length(v.gradients[1][0]), low=0)
gain_gradient = VIEWS.quantity("gain_gradient", "|∂L/∂g_1|", lambda v: np.abs(v.gradients[2][0]), low=0)
seen_residual = VIEWS.quantity("seen_residual", "|Xᵀ D_1 r|, D_1 = diag 1{neuron 1 active}", _seen, low=0)
alignment = VIEWS.quantity("alignment", "|⟨v_1, ∂L/∂v_1⟩| over its largest possible value", _alignment, low=0)
plain_alignment = VIEWS.quantity(
    "plain_alignment", "the same before the gradient is projected", _plain_alignment, low=0
)
gain_work = VIEWS.quantity("gain_work", "Σ_k g_k ∂L/∂g_k", lambda v: np.sum(v.at.g * v.gradients[2], axis=0))
output_work = VIEWS.quantity("output_work", "⟨r, f⟩", lambda v: _dot(_residual(v), v.output))
work_scale = VIEWS.quantity(
    "work_scale",
    "|r||f| + |r|², a scale",
    lambda v: length(_residual(v)) * (length(v.output) + length(_residual(v))),
    low=0,
)
gradient_along = VIEWS.quantity("gradient_along", "∂L/∂v_1 along p", _along_p(lambda v: v.gradients[1][0]))
radial_curvature = VIEWS.quantity("radial_curvature", "(∂²L/∂v_1∂v_1) v_1 along p", _along_p(lambda v: v.radial))
scaled_gradient = VIEWS.quantity("scaled_gradient", "∂L/∂v_1 at s_k v_k, along p", _along_p(lambda v: v.scaled[1]))
output_along = VIEWS.quantity("output_along", "f along z", _along_z(lambda v: v.output))
scaled_output = VIEWS.quantity("scaled_output", "f at s_k v_k, along z", _along_z(lambda v: v.scaled[0]))
output_scale = VIEWS.quantity(
    "output_scale",
    "|z| m^{-1/2} Σ_k |g_k| (n)^{1/2}, the largest that f along z can be",
    lambda v: length(v.batch.arrays["z"]) * np.sum(np.abs(v.at.g), axis=0) * np.sqrt(v.batch.shape["n"] / v.at.m),
    low=0,
)

# ---- steps

next_norm = VIEWS.quantity("next_norm", "|v_1| after a step", lambda v: length(_next(v)), low=0, strict=True)
step_angle = VIEWS.quantity("step_angle", "angle between v_1 before and after a step", _step_angle, low=0)
run_norm = VIEWS.quantity("run_norm", f"|v_1| after {STEPS} steps", lambda v: v.run(0.0, 0.0)[-1].length[0], low=0)
run_growth = VIEWS.quantity("run_growth", f"η² Σ|∂L/∂v_1|² over {STEPS} steps", _run_growth, low=0)
twin_defect = VIEWS.quantity(
    "twin_defect", "(v, g) against its twin with steps η/α² on u, η on g", _twin_defect(2.0, 0.0), low=0
)
twin_defect_first_power = VIEWS.quantity(
    "twin_defect_first_power", "the same with η/α on u", _twin_defect(1.0, 0.0), low=0
)
twin_defect_both = VIEWS.quantity(
    "twin_defect_both", "the same with η/α² on u and on g", _twin_defect(2.0, 2.0), low=0
)
gain_step_residual = VIEWS.quantity(
    "gain_step_residual", "r after a step of the gains, along z", _along_z(lambda v: v.gain_step)
)
residual_along = VIEWS.quantity("residual_along", "r along z", _along_z(_residual))
G_force = VIEWS.quantity("G_force", "Gr along z", _along_z(lambda v: np.einsum("ijb,jb->ib", v.at.G, _residual(v))))
V_force = VIEWS.quantity(
    "V_force", "Vr/α² along z",
    _along_z(lambda v: np.einsum("ijb,jb->ib", v.at.V, _residual(v)) / v.at.alpha**2),
)  # fmt: skip
next_least_gain = VIEWS.quantity(
    "next_least_gain", "min_k g_k after a step of the gains",
    lambda v: np.min(v.at.g - v.batch.arrays["step"] * v.gradients[2], axis=0),
)  # fmt: skip
effective_rate = VIEWS.quantity(
    "effective_rate", "w_1′ along p under the flow, w_1 = g_1 v̄_1", _along_p(lambda v: v.effective_rate)
)
across_force = VIEWS.quantity("across_force", "P ∂L/∂w_1 along p", _along_p(lambda v: _across(v, v.gradients[0][0])))
along_force = VIEWS.quantity(
    "along_force", "v̄ ⟨v̄, ∂L/∂w_1⟩ along p",
    _along_p(lambda v: v.gradients[0][0] - _across(v, v.gradients[0][0])),
)  # fmt: skip

OFF_KINKS: Mapping[str, Any] = {"off the kinks": (run_kink, ">=", Rational(1, 10**6))}
"""No step of a run ends near a kink, where rounding decides which side is taken."""
MOVING: Mapping[str, Any] = {"a gradient to speak of": (direction_gradient * size_p, ">", Rational(1, 1000))}
ANY: Mapping[str, Sequence[str]] = {"start": ("any",)}
INITIAL: Mapping[str, Sequence[str]] = {"start": ("initial",)}
SHAPES = ((1, 2, 1), (2, 3, 2), (3, 2, 5), (2, 4, 8), (1, 5, 4), (6, 3, 8), (4, 8, 12), (6, 8, 30))
TABLE: Table = {
    **STATE,
    "alpha": Array("", np.exp(-2), np.exp(2)),
    "step": Array("", 0.02, 1.0),
    "s": Array("m", 0.2, 5.0),
    "z": Array("n", -3.0, 3.0),
    "p": Array("d", -3.0, 3.0),
}


class ReluGains(Tabled):
    """States of two-layer networks: 1 to 6 inputs in 2 to 8 dimensions, width 1 to 30."""

    name = "relu_gains"
    quantities: Mapping[str, Quantity] = vocabulary(globals())
    settings: Mapping[str, tuple[str, ...]] = {"start": ("any", "initial")}
    regimes = REGIMES
    cost = 4.0

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
            "least_gain": Scaling(_least_gain_stretched),
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


def _least_gain_stretched(batch: Batch, factor: FloatArray) -> Batch:
    """The least gain multiplied by the factor, and smaller ones raised to it; at the initialisation all lengths."""
    if batch.settings["start"] == "initial":
        return batch.with_arrays({**batch.arrays, "v": batch.arrays["v"] * np.abs(factor)})
    g = batch.arrays["g"]
    least = np.arange(g.shape[0])[:, None] == np.argmin(g, axis=0)
    wanted = factor * g.min(axis=0)
    return batch.with_arrays({**batch.arrays, "g": np.where(least, wanted, np.maximum(g, wanted))})


RELU_GAINS = ReluGains()
