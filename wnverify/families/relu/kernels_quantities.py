"""Quantities of the infinite-width kernels H∞, G∞, V∞ = H∞ − G∞ on unit inputs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np
import sympy

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.families.relu.kernels_fields import (
    View,
    closed,
    energy_moments,
    inverse_norm_by_quad,
    inverse_norm_by_sum,
    mean_relu_by_arc,
    mean_relu_by_quad,
    measured,
    oracle,
    pair_mean,
)
from wnverify.quantity import Quantity, Route

POSITIVE = 1e-13
"""An eigenvalue above this counts as positive: a thousand roundings of a kernel's entries."""
Formula = Callable[[View, Batch], FloatArray]
Moments = Callable[[FloatArray, FloatArray, FloatArray, FloatArray, int], FloatArray]


def _fixed(_: Batch) -> Mapping[str, FloatArray]:
    return {}


def _structure(name: str, meaning: str) -> Quantity:
    def size(batch: Batch) -> FloatArray:
        return np.full(batch.size, float(batch.shape[name]))

    return Quantity(name, meaning, low=1, integer=True, route=Route(size, _fixed))


def _of(name: str, meaning: str, formula: Formula, **domain: Any) -> Quantity:
    return Quantity(name, meaning, route=measured(formula), **domain)


def _pair(name: str, meaning: str, formula: Moments, **domain: Any) -> Quantity:
    """A mean over the sphere as a formula in P(both active), E aa′11, E a²a′²11 on the circle, c and d."""
    routes = [pair_mean(power) for power in (0, 1, 2)]

    def value(batch: Batch, which: int) -> FloatArray:
        view = (closed, oracle)[which](batch)
        on, product, square = (route[which](batch) for route in routes)
        return np.asarray(formula(on, product, square, np.cos(view.theta[0, -1]), batch.shape["d"]))

    return Quantity(name, meaning, route=Route(lambda b: value(b, 0), None, lambda b: value(b, 1)), **domain)


def _of_dimension(name: str, meaning: str, first: Callable[[int], float], second: Callable[[int], float]) -> Quantity:
    def by(formula: Callable[[int], float], batch: Batch) -> FloatArray:
        d = batch.shape["d"]
        return np.full(batch.size, formula(d) if d > 1 else np.inf)

    return Quantity(name, meaning, low=0, strict=True, route=Route(partial(by, first), None, partial(by, second)))


# ---- formulas: pairs


def _V(on: FloatArray, product: FloatArray, _: FloatArray, c: FloatArray, d: int) -> FloatArray:
    return c * on - energy_moments(d)[0] * product


def _G(_: FloatArray, product: FloatArray, __: FloatArray, ___: FloatArray, d: int) -> FloatArray:
    return energy_moments(d)[0] * product


def _V_square(on: FloatArray, product: FloatArray, square: FloatArray, c: FloatArray, d: int) -> FloatArray:
    """E (c − aa′)² 1 1."""
    two, four = energy_moments(d)
    return c**2 * on - 2 * c * two * product + four * square


def _G_square(_: FloatArray, __: FloatArray, square: FloatArray, ___: FloatArray, d: int) -> FloatArray:
    return energy_moments(d)[1] * square


# ---- formulas: matrices


def _angle_extremes(view: View, fold: bool) -> FloatArray:
    """Least angle between two inputs; between two lines if folded. Where there is one input, a right angle."""
    n = view.theta.shape[0]
    if n == 1:
        return np.full(view.theta.shape[-1], np.pi / 2)
    theta = view.theta[np.triu_indices(n, 1)]
    return np.asarray(np.min(np.minimum(theta, np.pi - theta) if fold else theta, axis=0))


def _coherence(view: View, _: Batch) -> FloatArray:
    n = view.theta.shape[0]
    off = view.kernels["X"] * (1 - np.eye(n))[..., None]
    return np.asarray(np.abs(off).max(axis=(0, 1)))


def _largest_off(view: View, _: Batch) -> FloatArray:
    off = view.kernels["V"] * (1 - np.eye(view.theta.shape[0]))[..., None]
    return np.asarray(np.abs(off).max(axis=(0, 1)))


def _eigenvalue(kernel: str, index: int) -> Formula:
    def formula(view: View, _: Batch) -> FloatArray:
        return view.spectrum(view.kernels[kernel])[min(index, view.theta.shape[0] - 1)]

    return formula


def _count(kernel: str) -> Formula:
    return lambda view, _: np.sum(view.spectrum(view.kernels[kernel]) > POSITIVE, axis=0, dtype=np.float64)


def _tangent(view: View, batch: Batch) -> FloatArray:
    return view.spectrum(view.kernels["V"] / batch.arrays["alpha"] ** 2 + view.kernels["G"])


def _condition(spectrum: FloatArray) -> FloatArray:
    return np.asarray(spectrum[-1] / np.maximum(spectrum[0], 1e-300))


def _condition_of(kernel: str) -> Formula:
    return lambda view, _: _condition(view.spectrum(view.kernels[kernel]))


def _centred(view: View, kernel: str) -> FloatArray:
    """The kernel without its constant mode in G, K − b²11ᵀ."""
    return view.kernels[kernel] - view.constant * view.kernels["one"]


def _tail(view: View, batch: Batch) -> FloatArray:
    """max_z zᵀ(G − b²11ᵀ − XXᵀ/4d)z / zᵀ(V − (d−1)XXᵀ/4d)z: the degrees 2 and above."""
    d, X = batch.shape["d"], view.kernels["X"]
    return view.largest_ratio(_centred(view, "G") - X / (4 * d), view.kernels["V"] - (d - 1) / (4 * d) * X)


def _tail_least(view: View, batch: Batch) -> FloatArray:
    return view.spectrum(_centred(view, "G") - view.kernels["X"] / (4 * batch.shape["d"]))[0]


# ---- sizes, and what is read off

n = _structure("n", "number of inputs")
d = _structure("d", "dimension of the inputs")
alpha = Quantity(
    "alpha", "scale of the initialisation", low=0, strict=True, route=Route(lambda batch: batch.arrays["alpha"])
)
theta = _of(
    "theta", "angle between the first and the last input", lambda view, _: view.theta[0, -1], low=0, high=sympy.pi
)
min_angle = _of(
    "min_angle", "least angle between two inputs", lambda view, _: _angle_extremes(view, fold=False),
    low=0, high=sympy.pi,
)  # fmt: skip
separation = _of(
    "separation", "least angle between the lines of two inputs", lambda view, _: _angle_extremes(view, fold=True),
    low=0, high=sympy.pi / 2,
)  # fmt: skip
coherence = _of("coherence", "largest |⟨x_i, x_j⟩|, i ≠ j", _coherence, low=0, high=1)

# ---- means over the sphere, for the first and the last input

H_pair = _pair("H_pair", "E c 1 1", lambda on, _, __, c, ___: c * on)
G_pair = _pair("G_pair", "E a a′ 1 1", _G)
V_pair = _pair("V_pair", "E ⟨Px, Px′⟩ 1 1", _V)
V_variance = _pair("V_variance", "variance of ⟨Px, Px′⟩ 1 1", lambda *q: _V_square(*q) - _V(*q) ** 2)
G_variance = _pair("G_variance", "variance of a a′ 1 1", lambda *q: _G_square(*q) - _G(*q) ** 2)
output_moment = _pair("output_moment", "E relu(u·x) relu(u·x′), u ~ N(0, I_d)", lambda _, product, *__: 2 * product)
mean_relu = _of_dimension("mean_relu", "E relu(v̄₁), v̄ uniform on the sphere", mean_relu_by_arc, mean_relu_by_quad)
inverse_norm = _of_dimension("inverse_norm", "E 1/|u|, u ~ N(0, I_d)", inverse_norm_by_sum, inverse_norm_by_quad)

# ---- spectra

lambda_0 = _of("lambda_0", "least eigenvalue of V∞", _eigenvalue("V", 0))
mu_0 = _of("mu_0", "least eigenvalue of G∞", _eigenvalue("G", 0))
H_least = _of("H_least", "least eigenvalue of H∞", _eigenvalue("H", 0))
H_second = _of(
    "H_second", "second smallest eigenvalue of H∞; the least where there is one input", _eigenvalue("H", 1)
)
centred_least = _of(
    "centred_least", "least eigenvalue of H∞ − b²11ᵀ", lambda view, _: view.spectrum(_centred(view, "H"))[0]
)
V_off = _of("V_off", "largest |V∞_ij|, i ≠ j", _largest_off, low=0)
V_positive = _of("V_positive", "number of positive eigenvalues of V∞", _count("V"), low=0)
G_positive = _of("G_positive", "number of positive eigenvalues of G∞", _count("G"), low=0)
plane_positive = _of(
    "plane_positive",
    "number of positive eigenvalues of V∞'s formula with the parameter d = 2",
    _count("plane"),
    low=0,
)
tangent_least = _of(
    "tangent_least", "least eigenvalue of Λ∞ = V∞/α² + G∞", lambda view, batch: _tangent(view, batch)[0]
)
condition = _of("condition", "condition number of Λ∞", lambda view, batch: _condition(_tangent(view, batch)), low=1)
condition_H = _of("condition_H", "condition number of H∞ = Λ∞ at α = 1", _condition_of("H"), low=1)
condition_V = _of("condition_V", "condition number of V∞", _condition_of("V"), low=1)
condition_G = _of("condition_G", "condition number of G∞", _condition_of("G"), low=1)

# ---- Dirichlet form

gain_share = _of(
    "gain_share", "max_z zᵀ(G∞ − b²11ᵀ)z/zᵀV∞z",
    lambda view, _: view.largest_ratio(_centred(view, "G"), view.kernels["V"]),
)  # fmt: skip
gain_share_raw = _of(
    "gain_share_raw", "max_z zᵀG∞z/zᵀV∞z", lambda view, _: view.largest_ratio(view.kernels["G"], view.kernels["V"])
)
tail_share = _of("tail_share", "max_z zᵀ(G∞ − b²11ᵀ − XXᵀ/4d)z/zᵀ(V∞ − (d−1)XXᵀ/4d)z", _tail)
tail_least = _of("tail_least", "least eigenvalue of G∞ − b²11ᵀ − XXᵀ/4d", _tail_least)
plain_share = _of(
    "plain_share", "max_z zᵀ(H∞ − b²11ᵀ)z/zᵀV∞z",
    lambda view, _: view.largest_ratio(_centred(view, "H"), view.kernels["V"]),
)  # fmt: skip
plain_share_raw = _of(
    "plain_share_raw", "max_z zᵀH∞z/zᵀV∞z", lambda view, _: view.largest_ratio(view.kernels["H"], view.kernels["V"])
)

QUANTITIES: Mapping[str, Quantity] = {
    value.name: value for value in list(globals().values()) if isinstance(value, Quantity)
}
