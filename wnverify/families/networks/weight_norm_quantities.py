"""The vocabulary of the WeightNorm family: each symbol with its meaning, domain and three routes.

The derivative of a norm is a second derivative of f applied to a unit vector: ∂‖∇f‖ = ∇²f·∇f/‖∇f‖, and the
derivative of an extreme eigenvalue is that of D²f[u,u] with its eigenvector u held fixed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Literal

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.engine.activations import ACTIVATIONS
from wnverify.engine.networks import autodiff, spectral, weightnorm
from wnverify.engine.networks.lanczos import lanczos
from wnverify.engine.networks.weightnorm import Direction, Network
from wnverify.family import Settings
from wnverify.quantity import Quantity, Route

Oracle = Callable[[Network, int], float]


def scaling_of(settings: Settings) -> Literal["fan_out", "fan_in"]:
    """The scaling among the settings of a network."""
    return "fan_out" if settings["scaling"] == "fan_out" else "fan_in"


def network(batch: Batch) -> Network:
    """The engine's network of a batch (views, no copies)."""

    def build() -> Network:
        W = tuple(batch.arrays[f"W{layer + 1}"] for layer in range(batch.shape["L"]))
        activation, scaling = ACTIVATIONS[batch.settings["activation"]], scaling_of(batch.settings)
        normalised = batch.family != "plain_network"
        return Network(W, batch.arrays["v"], batch.arrays["x"], activation, scaling, normalised)

    return batch.memo("network", build)


def _tape(batch: Batch) -> Any:
    return batch.memo("tape", lambda: weightnorm.forward(network(batch)))


def _gradient(batch: Batch) -> Direction:
    return batch.memo("gradient", lambda: weightnorm.gradient(network(batch), tape=_tape(batch)))


ITERATIVE_FROM = 120
"""Parameters from which the ascent takes Ritz vectors, warm-started from step to step, for eigenvectors."""
COLD, WARM = 32, 8
"""Lanczos steps without and with a vector to start from; fewer only make the lower estimate lower."""


def _spectrum(batch: Batch) -> Any:
    """Extreme eigenvalues, exact; those that came with eigenvectors are reused."""
    if "eigenvectors" in batch and not _is_large(batch):
        return _eigenvectors(batch)
    return batch.memo("eigenvalues", lambda: spectral.spectral_norm(network(batch)))


def _eigenvectors(batch: Batch) -> Any:
    """`signed` and `vector` of the extreme eigenvalue; a lower estimate of its size for large networks."""
    compute = _ritz_pair if _is_large(batch) else lambda each: spectral.spectral_norm(network(each), vectors=True)
    return batch.memo("eigenvectors", lambda: compute(batch))


def _is_large(batch: Batch) -> bool:
    return weightnorm.parameters(network(batch)) >= ITERATIVE_FROM


def _ritz_pair(batch: Batch) -> Any:
    start = batch.hint("eigenvector")
    found = lanczos(network(batch), start=start, steps=COLD if start is None else WARM)
    batch.leave_hint("eigenvector", found.vector)
    return found


def _named(direction: Direction) -> dict[str, FloatArray]:
    """A direction as derivatives by array name."""
    named = {f"W{layer + 1}": part for layer, part in enumerate(direction.W)}
    return named | {"v": direction.v, "x": direction.x}


def _square(array: FloatArray) -> FloatArray:
    return np.sum(array * array, axis=tuple(range(array.ndim - 1)))


def _part(direction: Direction, parts: str) -> Direction:
    """The direction with only the named parts (letters of "Wvx") kept."""
    zero = np.zeros_like
    W = direction.W if "W" in parts else tuple(zero(part) for part in direction.W)
    v = direction.v if "v" in parts else zero(direction.v)
    return Direction(W, v, direction.x if "x" in parts else zero(direction.x))


def _norm(direction: Direction) -> FloatArray:
    return np.sqrt(sum((_square(part) for part in (*direction.W, direction.v, direction.x)), np.float64(0.0)))


def _norm_of(parts: str, batch: Batch) -> FloatArray:
    return _norm(_part(_gradient(batch), parts))


def _norm_slope(parts: str, batch: Batch) -> Mapping[str, FloatArray]:
    kept = _part(_gradient(batch), parts)
    length = np.maximum(_norm(kept), 1e-300)
    unit = Direction(tuple(part / length for part in kept.W), kept.v / length, kept.x / length)
    return _named(weightnorm.hvp(network(batch), unit))


def _oracle(route: Oracle, batch: Batch) -> FloatArray:
    net = network(batch)
    return np.array([route(net, index) for index in range(batch.size)])


def _oracle_gradients(batch: Batch) -> Direction:
    """The gradient of every instance by autograd, brought to the shapes of the network."""
    net = network(batch)
    flat = np.stack([autodiff.oracle_gradient(net, index) for index in range(batch.size)], axis=-1)
    d = net.x.shape[0]
    theta = weightnorm.unflatten(net, flat[:-d])
    return Direction(theta.W, theta.v, flat[-d:])


def _oracle_norm_of(parts: str, batch: Batch) -> FloatArray:
    return _norm(_part(_oracle_gradients(batch), parts))


def _oracle_spectral(net: Network, index: int) -> float:
    return float(np.abs(np.linalg.eigvalsh(autodiff.oracle_hessian(net, index))).max())


def _oracle_output(net: Network, index: int) -> float:
    return abs(autodiff.oracle_value(net, index))


def _output(batch: Batch) -> FloatArray:
    return np.abs(weightnorm.value(network(batch), tape=_tape(batch)))


def _output_slope(batch: Batch) -> Mapping[str, FloatArray]:
    sign = np.sign(weightnorm.value(network(batch), tape=_tape(batch)))
    return {name: sign * part for name, part in _named(_gradient(batch)).items()}


def _hessian_norm(batch: Batch) -> FloatArray:
    found: FloatArray = _spectrum(batch).value
    return found


def _hessian_norm_lower(batch: Batch) -> FloatArray:
    return np.abs(_eigenvectors(batch).signed)


def _hessian_slope(batch: Batch) -> Mapping[str, FloatArray]:
    found, net = _eigenvectors(batch), network(batch)
    frozen = weightnorm.unflatten(net, found.vector)
    return _named(weightnorm.jet_gradient(net, frozen, (0.0, 0.0, np.sign(found.signed))))


def _row_norms(batch: Batch) -> list[FloatArray]:
    return batch.memo("row norms", lambda: [np.linalg.norm(layer, axis=1) for layer in network(batch).W])


def _omega(batch: Batch) -> FloatArray:
    return np.minimum.reduce([norms.min(axis=0) for norms in _row_norms(batch)])


def _omega_slope(batch: Batch) -> Mapping[str, FloatArray]:
    """One subgradient of the minimum: shared equally by all rows that attain it."""
    smallest = _omega(batch)
    attained = [norms <= smallest * (1 + 1e-9) for norms in _row_norms(batch)]
    count = sum((rows.sum(axis=0) for rows in attained), np.float64(0.0))
    layers = zip(network(batch).W, _row_norms(batch), attained, strict=True)
    shares = [W * (rows / norms / count)[:, None] for W, norms, rows in layers]
    return {f"W{layer + 1}": share for layer, share in enumerate(shares)}


def _rho(batch: Batch) -> FloatArray:
    return np.maximum(np.linalg.norm(batch.arrays["v"], axis=0) - 1.0, 0.0)


def _rho_slope(batch: Batch) -> Mapping[str, FloatArray]:
    v = batch.arrays["v"]
    length = np.linalg.norm(v, axis=0)
    return {"v": v * (length >= 1.0) / np.maximum(length, 1e-300)}


def _directions(batch: Batch) -> list[FloatArray]:
    """Normalised rows of each layer, batch first: (B, m, fan-in)."""
    layers = zip(network(batch).W, _row_norms(batch), strict=True)
    return [np.moveaxis(W / norms[:, None], -1, 0) for W, norms in layers]


def _direction_norm(batch: Batch) -> FloatArray:
    return np.max([np.linalg.norm(rows, ord=2, axis=(1, 2)) for rows in _directions(batch)], axis=0)


def _direction_norm_slope(batch: Batch) -> Mapping[str, FloatArray]:
    """∂‖U‖₂/∂W_i = p_i(q − ⟨q, u_i⟩u_i)/‖W_i‖ in the layer of the largest norm, p and q its top singular vectors."""
    layers = _directions(batch)
    parts = [np.linalg.svd(rows, full_matrices=False) for rows in layers]
    which = np.argmax([norms[:, 0] for _, norms, _ in parts], axis=0)
    found = {}
    for layer, (rows, (left, _, right), norms) in enumerate(zip(layers, parts, _row_norms(batch), strict=True)):
        q = right[:, :1]
        push = left[:, :, :1] * (q - (rows @ q.swapaxes(1, 2)) * rows)
        found[f"W{layer + 1}"] = np.moveaxis(push * (which == layer)[:, None, None], 0, -1) / norms[:, None]
    return found


def _direction_norm_by_gram(batch: Batch) -> FloatArray:
    grams = [rows @ np.swapaxes(rows, 1, 2) for rows in _directions(batch)]
    return np.sqrt(np.max([np.linalg.eigvalsh(gram)[:, -1] for gram in grams], axis=0))


def _alignment(direction: Direction, batch: Batch) -> FloatArray:
    """The largest |⟨W_i, ∂f/∂W_i⟩| over all rows, over 1 + ρ₁."""
    pairs = zip(network(batch).W, direction.W, strict=True)
    return np.max([np.abs((W * part).sum(axis=1)).max(axis=0) for W, part in pairs], axis=0) / (1 + _rho(batch))


def _row_alignment(batch: Batch) -> FloatArray:
    return _alignment(_gradient(batch), batch)


def _row_alignment_by_oracle(batch: Batch) -> FloatArray:
    return _alignment(_oracle_gradients(batch), batch)


def _input_norm(batch: Batch) -> FloatArray:
    return np.asarray(np.linalg.norm(batch.arrays["x"], axis=0))


def _input_norm_slope(batch: Batch) -> Mapping[str, FloatArray]:
    return {"x": batch.arrays["x"] / np.maximum(_input_norm(batch), 1e-300)}


def _size(name: str, batch: Batch) -> FloatArray:
    return np.full(batch.size, float(batch.shape[name]))


def _constant(name: str, batch: Batch) -> FloatArray:
    return np.full(batch.size, float(getattr(ACTIVATIONS[batch.settings["activation"]], name)))


def _fixed(_: Batch) -> Mapping[str, FloatArray]:
    return {}


def _structure(name: str, meaning: str) -> Quantity:
    return Quantity(name, meaning, low=1, integer=True, route=Route(partial(_size, name), _fixed))


def _of_activation(name: str, field: str, meaning: str) -> Quantity:
    return Quantity(name, meaning, low=0, route=Route(partial(_constant, field), _fixed))


def _gradient_quantity(name: str, parts: str, meaning: str) -> Quantity:
    second = partial(_oracle_norm_of, parts)
    return Quantity(name, meaning, low=0, route=Route(partial(_norm_of, parts), partial(_norm_slope, parts), second))


L = _structure("L", "depth: number of hidden layers")
m = _structure("m", "width of every hidden layer")
d = _structure("d", "input dimension")
rho = Quantity(
    "rho",
    "radius ρ₁ of the output layer around its unit initialisation: the least value with ‖v‖₂ ≤ 1 + ρ₁",
    low=0,
    route=Route(_rho, _rho_slope),
)
omega = Quantity(
    "omega",
    "minimum weight norm: the least ‖W_i^l‖₂ over layers and rows",
    low=0,
    strict=True,
    route=Route(_omega, _omega_slope),
)
beta = _of_activation("beta", "beta", "smoothness of the activation, sup|φ″| (infinite for ReLU)")
c0 = _of_activation("c0", "c0", "|φ(0)|")
slope = _of_activation("slope", "slope", "Lipschitz constant of the activation, sup|φ′|")
input_norm = Quantity("input_norm", "‖x‖₂", low=0, route=Route(_input_norm, _input_norm_slope))
output_abs = Quantity(
    "output_abs", "|f(θ;x)|", low=0, route=Route(_output, _output_slope, partial(_oracle, _oracle_output))
)
gradient_norm = _gradient_quantity("gradient_norm", "Wv", "‖∇_θ f‖₂, all parameters")
hidden_gradient_norm = _gradient_quantity("hidden_gradient_norm", "W", "‖∇_W f‖₂, the hidden layers' parameters")
input_gradient_norm = _gradient_quantity("input_gradient_norm", "x", "‖∇_x f‖₂")
hessian_norm = Quantity(
    "hessian_norm",
    "spectral norm of the Hessian, ‖∇²_θ f‖₂",
    low=0,
    route=Route(_hessian_norm, _hessian_slope, partial(_oracle, _oracle_spectral), _hessian_norm_lower),
)

direction_norm = Quantity(
    "direction_norm",
    "largest spectral norm ‖W̄^l‖₂ over the layers' matrices of normalised rows",
    low=0,
    route=Route(_direction_norm, _direction_norm_slope, _direction_norm_by_gram),
)
row_alignment = Quantity(
    "row_alignment",
    "largest |⟨W_i, ∂f/∂W_i⟩| over all rows, divided by 1 + ρ₁",
    low=0,
    route=Route(_row_alignment, None, _row_alignment_by_oracle),
)

QUANTITIES: Mapping[str, Quantity] = {
    quantity.name: quantity
    for quantity in (
        L, m, d, rho, omega, beta, c0, slope, input_norm,
        output_abs, gradient_norm, hidden_gradient_norm, input_gradient_norm, hessian_norm,
        direction_norm, row_alignment,
    )
}  # fmt: skip
