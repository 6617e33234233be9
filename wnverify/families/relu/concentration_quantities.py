"""Quantities of random initialisations: V(0), G(0) and f(0) against their limits at infinite width."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import sympy

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.engine.relu.gains import State, eigenvalues, gram, initial, length, unit
from wnverify.engine.relu.kernels import angles, kernel_G, kernel_V, variance_G, variance_V
from wnverify.quantity import Quantity, Route

Values = Callable[[Batch], FloatArray]


def state(batch: Batch) -> State:
    """The initialisation: v = αu, g = |u|, unit inputs, output signs."""

    def build() -> State:
        arrays = batch.arrays
        x = unit(arrays["x"], 1)
        c = np.where(arrays["c"] < 0, -1.0, 1.0)
        return initial(arrays["u"], x, np.zeros(x.shape[::2]), c, arrays["alpha"])

    return batch.memo("state", build)


def _theta(batch: Batch) -> FloatArray:
    return batch.memo("theta", lambda: angles(state(batch).x))


def _limit(batch: Batch, kernel: str) -> FloatArray:
    formula = kernel_V if kernel == "V" else kernel_G
    return batch.memo(f"{kernel} at infinite width", lambda: formula(_theta(batch), batch.shape["d"]))


def _kernel(batch: Batch, kernel: str) -> FloatArray:
    return np.asarray(getattr(state(batch), kernel))


def _kernel_by_projections(batch: Batch, kernel: str) -> FloatArray:
    """V(0) or G(0) neuron by neuron, from the unscaled vectors u."""
    x, u = state(batch).x, batch.arrays["u"]
    total = np.zeros((x.shape[0], x.shape[0], batch.size))
    for row in u:
        along = np.sum(row * x, axis=1)
        on = along > 0
        parts = along[:, None] * row / np.sum(row * row, axis=0)
        seen = (x - parts if kernel == "V" else parts) * on[:, None]
        total += gram(seen)
    return total / u.shape[0]


def _range(batch: Batch, kernel: str) -> FloatArray:
    """Length of the interval in which a summand of V_ij(0) or of G_ij(0) lies: (1 + |c_ij|)/2, (1 + c_ij)/2."""
    c = state(batch).gram
    return (1 + (np.abs(c) if kernel == "V" else c)) / 2


def _spectral(K: FloatArray) -> FloatArray:
    spectrum = eigenvalues(K)
    return np.asarray(np.maximum(spectrum[-1], -spectrum[0]))


def _frobenius(K: FloatArray) -> FloatArray:
    return np.asarray(np.sqrt(np.sum(K * K, axis=(0, 1))))


def _entry(K: FloatArray, scale: FloatArray) -> FloatArray:
    """Largest entry relative to its range; an entry that cannot vary counts as 0."""
    return np.asarray(np.max(np.abs(K) / np.maximum(scale, 1e-12), axis=(0, 1)))


def _deviation(name: str, meaning: str, kernel: str, norm: Callable[[FloatArray, Batch], FloatArray]) -> Quantity:
    def by(matrix: Callable[[Batch, str], FloatArray]) -> Values:
        return lambda batch: norm(matrix(batch, kernel) - _limit(batch, kernel), batch)

    return Quantity(name, meaning, low=0, route=Route(by(_kernel), None, by(_kernel_by_projections)))


def _entries(kernel: str) -> Quantity:
    return _deviation(
        f"{kernel}_entry_error",
        f"max_ij |{kernel}_ij(0) − {kernel}∞_ij| over the range of a summand",
        kernel,
        lambda K, batch: _entry(K, _range(batch, kernel)),
    )


def _least(kernel: str) -> Quantity:
    def second(batch: Batch) -> FloatArray:
        return eigenvalues(_kernel_by_projections(batch, kernel))[0]

    route = Route(lambda batch: eigenvalues(_kernel(batch, kernel))[0], None, second)
    return Quantity(f"{kernel}_least", f"least eigenvalue of {kernel}(0)", route=route)


def _output_by_neurons(batch: Batch) -> FloatArray:
    """max_i |f_i(0)|; f(0) = m^{-1/2} Σ c_k relu(u_k·x), whatever α."""
    x, u, c = state(batch).x, batch.arrays["u"], state(batch).c
    f = sum(c[k] * np.maximum(np.sum(row * x, axis=1), 0.0) for k, row in enumerate(u))
    return np.asarray(np.abs(f).max(axis=0) / np.sqrt(u.shape[0]))


def _structure(name: str, meaning: str) -> Quantity:
    def size(batch: Batch) -> FloatArray:
        return np.full(batch.size, float(batch.shape[name]))

    return Quantity(name, meaning, low=1, integer=True, route=Route(size))


def _read(name: str, meaning: str, values: Values, **domain: Any) -> Quantity:
    return Quantity(name, meaning, low=0, route=Route(values), **domain)


# ---- parameters

n = _structure("n", "number of inputs")
d = _structure("d", "dimension of the inputs")
m = _structure("m", "width: number of neurons")
delta = _read("delta", "allowed probability of failure", lambda b: b.arrays["delta"], high=1, strict=True)
share = _read("share", "e, the share of the least eigenvalue that may be lost", lambda b: b.arrays["share"], high=1)
radius = _read("radius", "a distance R", lambda b: b.arrays["radius"], strict=True)
alpha = _read("alpha", "scale of the initialisation", lambda b: b.arrays["alpha"], strict=True)
kappa = _read("kappa", "|X|₂, the largest singular value of the inputs", lambda b: state(b).kappa, strict=True)
gram_norm = _read("gram_norm", "|XXᵀ|_F", lambda b: _frobenius(state(b).gram), strict=True)
V_range = _read("V_range", "|R|_F, R_ij = (1 + |⟨x_i, x_j⟩|)/2", lambda b: _frobenius(_range(b, "V")), strict=True)
G_range = _read("G_range", "|R|_F, R_ij = (1 + ⟨x_i, x_j⟩)/2", lambda b: _frobenius(_range(b, "G")), strict=True)
lambda_0 = _read(
    "lambda_0", "least eigenvalue of V∞, positive for non-parallel inputs", lambda b: eigenvalues(_limit(b, "V"))[0],
    strict=True,
)  # fmt: skip
mu_0 = _read(
    "mu_0", "least eigenvalue of G∞, positive for non-parallel inputs", lambda b: eigenvalues(_limit(b, "G"))[0],
    strict=True,
)  # fmt: skip
V_norm = _read("V_norm", "|V∞|₂", lambda b: _spectral(_limit(b, "V")))
G_norm = _read("G_norm", "|G∞|₂", lambda b: _spectral(_limit(b, "G")))
V_variance = _read(
    "V_variance", "S_V = m E|V(0) − V∞|_F²", lambda b: variance_V(_theta(b), b.shape["d"]).sum(axis=(0, 1))
)
G_variance = _read(
    "G_variance", "S_G = m E|G(0) − G∞|_F²", lambda b: variance_G(_theta(b), b.shape["d"]).sum(axis=(0, 1))
)

# ---- what the repetition decides

V_entry_error, G_entry_error = _entries("V"), _entries("G")
V_error = _deviation("V_error", "|V(0) − V∞|₂", "V", lambda K, _: _spectral(K))
G_error = _deviation("G_error", "|G(0) − G∞|₂", "G", lambda K, _: _spectral(K))
V_distance = _deviation("V_distance", "|V(0) − V∞|_F", "V", lambda K, _: _frobenius(K))
G_distance = _deviation("G_distance", "|G(0) − G∞|_F", "G", lambda K, _: _frobenius(K))
V_least, G_least = _least("V"), _least("G")
output_max = Quantity(
    "output_max", "max_i |f_i(0)|", low=0,
    route=Route(lambda b: np.abs(state(b).output).max(axis=0), None, _output_by_neurons),
)  # fmt: skip
margin = Quantity(
    "margin", "|⟨v_1(0), x_1⟩|", low=0,
    route=Route(
        lambda b: np.abs(state(b).cosine[0, 0]) * state(b).length[0],
        None,
        lambda b: b.arrays["alpha"] * np.abs(np.sum(b.arrays["u"][0] * state(b).x[0], axis=0)),
    ),
)  # fmt: skip
first_norm = _read("first_norm", "|u_1|", lambda b: length(b.arrays["u"][0]), high=sympy.oo)
least_norm = _read("least_norm", "min_k |u_k|", lambda b: length(b.arrays["u"], 1).min(axis=0), high=sympy.oo)

QUANTITIES: Mapping[str, Quantity] = {
    value.name: value for value in list(globals().values()) if isinstance(value, Quantity)
}
