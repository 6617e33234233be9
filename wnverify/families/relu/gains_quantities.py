"""Quantities of two-layer ReLU networks with gains; "along z" and "along p" mean inner products with test vectors.

`z` lives with the outputs (n), `p` with the weights of the first neuron (d). Neurons are exchangeable, so what is
said of the first is said of each.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.engine.relu.gains import State, eigenvalues, energy, length
from wnverify.families.relu.gains_fields import STEPS, View, closed, measured, state
from wnverify.quantity import Quantity, Route

Formula = Callable[[View], FloatArray]


def _dot(a: FloatArray, b: FloatArray) -> FloatArray:
    return np.asarray(np.sum(a * b, axis=0))


def _z(view: View) -> FloatArray:
    return view.batch.arrays["z"]


def _p(view: View) -> FloatArray:
    return view.batch.arrays["p"]


def _size(name: str, batch: Batch) -> FloatArray:
    return np.full(batch.size, float(batch.shape[name]))


def _fixed(_: Batch) -> Mapping[str, FloatArray]:
    return {}


def _structure(name: str, meaning: str) -> Quantity:
    return Quantity(name, meaning, low=1, integer=True, route=Route(partial(_size, name), _fixed))


def _read(name: str, meaning: str, formula: Callable[[State], FloatArray], **domain: Any) -> Quantity:
    """A quantity that is read off the instance."""
    return Quantity(name, meaning, route=Route(lambda batch: formula(state(batch))), **domain)


def _array(name: str, meaning: str, **domain: Any) -> Quantity:
    return Quantity(name, meaning, low=0, strict=True, route=Route(lambda batch: batch.arrays[name], None), **domain)


def _of(name: str, meaning: str, formula: Formula, **domain: Any) -> Quantity:
    return Quantity(name, meaning, route=measured(formula), **domain)


def _energy(name: str, kernel: str, meaning: str) -> Quantity:
    return _of(name, meaning, lambda view: np.maximum(view.energies[kernel], 0.0), low=0)


# ---- formulas


def _along_z(part: Callable[[View], FloatArray]) -> Formula:
    return lambda view: _dot(_z(view), part(view))


def _along_p(part: Callable[[View], FloatArray]) -> Formula:
    return lambda view: _dot(_p(view), part(view))


def _across(view: View, q: FloatArray) -> FloatArray:
    unit = view.at.direction[0]
    return np.asarray(q - _dot(q, unit) * unit)


def _effective_rate(view: View) -> FloatArray:
    """w′ = g′ v̄ + (g/|v|) P v′ of the first neuron under the flow v′ = −∂L/∂v, g′ = −∂L/∂g."""
    _, to_v, to_g = view.gradients
    at = view.at
    return -to_g[0] * at.direction[0] - at.g[0] / at.length[0] * _across(view, to_v[0])


def _next(view: View) -> FloatArray:
    return view.at.v[0] - view.batch.arrays["step"] * view.gradients[1][0]


def _step_angle(view: View) -> FloatArray:
    """Angle between v_1 before and after a step, by atan2 of the parts of the new one across and along the old."""
    after = _next(view)
    return np.arctan2(length(_across(view, after)), _dot(after, view.at.direction[0]))


def _alignment(view: View) -> FloatArray:
    """⟨v_1, ∂L/∂v_1⟩/|v_1|, relative to κ|r||g_1|/(√m|v_1|), the largest that |∂L/∂v_1| can be."""
    return _relative(view, _dot(view.at.direction[0], view.gradients[1][0]))


def _relative(view: View, value: FloatArray) -> FloatArray:
    at = view.at
    largest = at.kappa * length(view.output - at.y) * np.abs(at.g[0]) / (np.sqrt(at.m) * at.length[0])
    return np.abs(value) / np.maximum(largest, 1e-300)


def _plain_alignment(view: View) -> FloatArray:
    """⟨v_1, ∂L/∂w_1⟩ in the same units: the gradient before it is projected."""
    at = view.at
    return _relative(view, at.g[0] / at.length[0] * _dot(at.direction[0], view.gradients[0][0]))


def _seen(view: View) -> FloatArray:
    """|Xᵀ D_1 r|, by plain sums over the inputs."""
    at = view.at
    on = at.g[0] * at.cosine[0] > 0
    return length(np.sum((on * (view.output - at.y))[:, None] * at.x, axis=0))


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


def _run_kink(batch: Batch) -> FloatArray:
    """Least |g_k a_ik|/|g_k| along the run and its twin."""
    view = closed(batch)
    states = [*view.run(0.0, 0.0), *view.run(2.0, 0.0)]
    return np.min([np.minimum(np.abs(s.cosine).min(axis=(0, 1)), np.abs(s.g).min(axis=0)) for s in states], axis=0)


def _run_growth(view: View) -> FloatArray:
    """η² Σ_s |∂L/∂v_1|² over the run."""
    states = view.run(0.0, 0.0)[:-1]
    total = np.sum([np.sum(s.gradient_v[0] ** 2, axis=0) for s in states], axis=0)
    return np.asarray(view.batch.arrays["step"] ** 2 * total)


def _least(kernel: str) -> Route:
    """Least eigenvalue of a kernel of the state; again as the least Rayleigh quotient of an eigenvector."""

    def second(batch: Batch) -> FloatArray:
        K = getattr(state(batch), kernel)
        vectors = np.linalg.svd(np.moveaxis(K, -1, 0))[2]
        return np.min([energy(K, vectors[:, index].T) for index in range(K.shape[0])], axis=0)

    return Route(lambda batch: eigenvalues(getattr(state(batch), kernel))[0], None, second)


def _both(batch: Batch) -> FloatArray:
    """1 where the first neuron is active on the first and on the last input."""
    at = state(batch)
    return at.active[0, 0] * at.active[0, -1]


def _summand_G(batch: Batch) -> FloatArray:
    cosine = state(batch).cosine[0]
    return np.asarray(cosine[0] * cosine[-1] * _both(batch))


def _summand_V(batch: Batch) -> FloatArray:
    return np.asarray(state(batch).gram[0, -1] * _both(batch) - _summand_G(batch))


def _left_V(batch: Batch) -> FloatArray:
    """From the projected vectors, with indicators from the unscaled products."""
    at = state(batch)
    v, first, last = np.sign(at.g[0]) * at.v[0], at.x[0], at.x[-1]
    across = [x - _dot(v, x) / _dot(v, v) * v for x in (first, last)]
    return _dot(*across) * (_dot(v, first) > 0) * (_dot(v, last) > 0)


def _left_G(batch: Batch) -> FloatArray:
    at = state(batch)
    v, first, last = np.sign(at.g[0]) * at.v[0], at.x[0], at.x[-1]
    return np.maximum(_dot(v, first), 0.0) * np.maximum(_dot(v, last), 0.0) / _dot(v, v)


# ---- sizes, and what is read off

n = _structure("n", "number of inputs")
d = _structure("d", "dimension of the inputs")
m = _structure("m", "width: number of neurons")
alpha = _array("alpha", "scale of the initialisation, v(0) = αu")
step = _array("step", "step size η of gradient descent")
s = Quantity("s", "factor by which v_1 is rescaled", low=0, strict=True, route=Route(lambda b: b.arrays["s"][0]))
kappa = _read("kappa", "|X|₂, the largest singular value of the inputs", lambda at: at.kappa, low=0, strict=True)
gain = _read("gain", "gain g_1 of the first neuron", lambda at: at.g[0])
least_gain = _read("least_gain", "min_k g_k", lambda at: at.g.min(axis=0))
norm = _read("norm", "|v_1|", lambda at: at.length[0], low=0, strict=True)
correlation = _read("correlation", "⟨x_1, x_n⟩", lambda at: at.gram[0, -1], low=-1, high=1)
steepness = _read(
    "steepness", "1 + mean of (g_k/|v_k|)²: κ² times it bounds the tangent kernel",
    lambda at: 1 + np.mean((at.g / at.length) ** 2, axis=0), low=1,
)  # fmt: skip
size_p = Quantity("size_p", "|p|", low=0, route=Route(lambda batch: length(batch.arrays["p"])))
size_z = Quantity("size_z", "|z|", low=0, route=Route(lambda batch: length(batch.arrays["z"])))
run_kink = Quantity(
    "run_kink", "least distance of the run from a kink, and least |g_k| along it", low=0, route=Route(_run_kink)
)

# ---- kernels

ntk_energy = _of("ntk_energy", "zᵀJJᵀz, the neural tangent kernel of (v, g)", lambda view: view.tangent, low=0)
V_energy = _energy("V_energy", "V", "zᵀVz")
G_energy = _energy("G_energy", "G", "zᵀGz")
H_energy = _energy("H_energy", "H", "zᵀHz, H_ij = (1/m) Σ_k ⟨x_i, x_j⟩ 1_ik 1_jk")
V_energy_by_direction = _energy("V_energy_by_direction", "V by direction", "zᵀVz with 1{v·x > 0} for 1{g v·x > 0}")
G_energy_by_direction = _energy("G_energy_by_direction", "G by direction", "zᵀGz with 1{v·x > 0} for 1{g v·x > 0}")
V_energy_unprojected = _energy("V_energy_unprojected", "V unprojected", "zᵀVz without the projections P_k")
plain_energy = _of(
    "plain_energy", "zᵀJJᵀz of the un-normalised network at w = v/α", lambda view: view.plain[0], low=0
)
V_residual = _of(
    "V_residual",
    "rᵀVr",
    lambda view: np.maximum(energy(view.at.V, view.output - view.at.y), 0.0),
    low=0,
)
ntk_least = Quantity("ntk_least", "least eigenvalue of Λ = V/α² + G", route=_least("Lambda"))
V_least = Quantity("V_least", "least eigenvalue of V", route=_least("V"))
G_least = Quantity("G_least", "least eigenvalue of G", route=_least("G"))
summand_V = Quantity("summand_V", "⟨P x_1, P x_n⟩ 1 1, a summand of V_1n(0)", route=Route(_summand_V, None, _left_V))
summand_G = Quantity("summand_G", "a_1 a_n 1 1, a summand of G_1n(0)", low=0, route=Route(_summand_G, None, _left_G))

# ---- loss and its derivatives

residual_norm = _of("residual_norm", "|r|, r = f − y", lambda view: length(view.output - view.at.y), low=0)
loss_rate = _of(
    "loss_rate",
    "|∂L/∂(v, g)|², the speed at which the loss falls under the flow",
    lambda view: np.sum(view.gradients[1] ** 2, axis=(0, 1)) + np.sum(view.gradients[2] ** 2, axis=0),
    low=0,
)
plain_rate = _of("plain_rate", "the same for the un-normalised network at w = v/α", lambda view: view.plain[1], low=0)
direction_gradient = _of("direction_gradient", "|∂L/∂v_1|", lambda view: length(view.gradients[1][0]), low=0)
gain_gradient = _of("gain_gradient", "|∂L/∂g_1|", lambda view: np.abs(view.gradients[2][0]), low=0)
seen_residual = _of("seen_residual", "|Xᵀ D_1 r|, D_1 = diag 1{neuron 1 active}", _seen, low=0)
alignment = _of("alignment", "|⟨v_1, ∂L/∂v_1⟩| over its largest possible value", _alignment, low=0)
plain_alignment = _of("plain_alignment", "the same before the gradient is projected", _plain_alignment, low=0)
gain_work = _of("gain_work", "Σ_k g_k ∂L/∂g_k", lambda view: np.sum(view.at.g * view.gradients[2], axis=0))
output_work = _of("output_work", "⟨r, f⟩", lambda view: _dot(view.output - view.at.y, view.output))
work_scale = _of(
    "work_scale",
    "|r||f| + |r|², a scale",
    lambda view: length(view.output - view.at.y) * (length(view.output) + length(view.output - view.at.y)),
    low=0,
)
gradient_along = _of("gradient_along", "∂L/∂v_1 along p", _along_p(lambda view: view.gradients[1][0]))
radial_curvature = _of("radial_curvature", "(∂²L/∂v_1∂v_1) v_1 along p", _along_p(lambda view: view.radial))
scaled_gradient = _of("scaled_gradient", "∂L/∂v_1 at s_k v_k, along p", _along_p(lambda view: view.scaled[1]))
output_along = _of("output_along", "f along z", _along_z(lambda view: view.output))
scaled_output = _of("scaled_output", "f at s_k v_k, along z", _along_z(lambda view: view.scaled[0]))
output_scale = _of(
    "output_scale",
    "|z| m^{-1/2} Σ_k |g_k| (n)^{1/2}, the largest that f along z can be",
    lambda view: length(_z(view)) * np.sum(np.abs(view.at.g), axis=0) * np.sqrt(_z(view).shape[0] / view.at.m),
    low=0,
)

# ---- steps

next_norm = _of("next_norm", "|v_1| after a step", lambda view: length(_next(view)), low=0, strict=True)
step_angle = _of("step_angle", "angle between v_1 before and after a step", _step_angle, low=0)
run_norm = _of("run_norm", f"|v_1| after {STEPS} steps", lambda view: view.run(0.0, 0.0)[-1].length[0], low=0)
run_growth = _of("run_growth", f"η² Σ|∂L/∂v_1|² over {STEPS} steps", _run_growth, low=0)
twin_defect = _of(
    "twin_defect", "(v, g) against its twin with steps η/α² on u, η on g", _twin_defect(2.0, 0.0), low=0
)
twin_defect_first_power = _of("twin_defect_first_power", "the same with η/α on u", _twin_defect(1.0, 0.0), low=0)
twin_defect_both = _of("twin_defect_both", "the same with η/α² on u and on g", _twin_defect(2.0, 2.0), low=0)
gain_step_residual = _of(
    "gain_step_residual", "r after a step of the gains, along z", _along_z(lambda v: v.gain_step)
)
residual_along = _of("residual_along", "r along z", _along_z(lambda view: view.output - view.at.y))
G_force = _of("G_force", "Gr along z", _along_z(lambda v: np.einsum("ijb,jb->ib", v.at.G, v.output - v.at.y)))
V_force = _of(
    "V_force", "Vr/α² along z",
    _along_z(lambda v: np.einsum("ijb,jb->ib", v.at.V, v.output - v.at.y) / v.at.alpha**2),
)  # fmt: skip
next_least_gain = _of(
    "next_least_gain", "min_k g_k after a step of the gains",
    lambda view: np.min(view.at.g - view.batch.arrays["step"] * view.gradients[2], axis=0),
)  # fmt: skip
effective_rate = _of("effective_rate", "w_1′ along p under the flow, w_1 = g_1 v̄_1", _along_p(_effective_rate))
across_force = _of("across_force", "P ∂L/∂w_1 along p", _along_p(lambda view: _across(view, view.gradients[0][0])))
along_force = _of(
    "along_force", "v̄ ⟨v̄, ∂L/∂w_1⟩ along p",
    _along_p(lambda view: view.gradients[0][0] - _across(view, view.gradients[0][0])),
)  # fmt: skip

QUANTITIES: Mapping[str, Quantity] = {
    value.name: value for value in list(globals().values()) if isinstance(value, Quantity)
}
