"""What is measured on networks: values, gradients and spectra by closed forms, and the same by autograd.

The derivative of a norm is a second derivative of f applied to a unit vector: ∂‖∇f‖ = ∇²f·∇f/‖∇f‖, and the
derivative of an extreme eigenvalue is that of D²f[u,u] with its eigenvector u held fixed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.engine.activations import ACTIVATIONS
from wnverify.engine.contractions import lengths, norm_along, squarable, symmetric_norm, units
from wnverify.engine.networks import autodiff, elementary
from wnverify.engine.networks.derivatives import gradient as engine_gradient
from wnverify.engine.networks.derivatives import hvp
from wnverify.engine.networks.extremes import Tamed, tamed
from wnverify.engine.networks.jets import jet_gradient
from wnverify.engine.networks.lanczos import lanczos
from wnverify.engine.networks.network import Direction, Network, Tape, forward, parameters, unflatten
from wnverify.engine.networks.network import value as engine_value
from wnverify.engine.networks.spectral import Spectrum, spectral_norm
from wnverify.families.kit.parts import Views, once
from wnverify.families.networks.setting import scaling_of

Slopes = Mapping[str, FloatArray]


@once
def network(batch: Batch) -> Network:
    """The engine's network of a batch (views, no copies)."""
    W = tuple(batch.arrays[f"W{layer + 1}"] for layer in range(batch.shape["L"]))
    activation, scaling = ACTIVATIONS[batch.settings["activation"]], scaling_of(batch.settings)
    return Network(W, batch.arrays["v"], batch.arrays["x"], activation, scaling, batch.family != "plain_network")


@once
def _tape(batch: Batch) -> Tape:
    return forward(network(batch))


# ---- extreme networks are measured in range, and brought back; ascents take them as they are


@once
def tame(batch: Batch) -> Tamed | None:
    """What leads back from the networks in range; None where they are."""
    return tamed(network(batch), _tape(batch))


def in_range(batch: Batch) -> Network:
    """The networks in range."""
    found = tame(batch)
    return network(batch) if found is None else found.net


@once
def _tape_in_range(batch: Batch) -> Tape:
    return _tape(batch) if tame(batch) is None else forward(in_range(batch))


@once
def _gradient_in_range(batch: Batch) -> Direction:
    return engine_gradient(in_range(batch), tape=_tape_in_range(batch))


@once
def _oracle_gradient_in_range(batch: Batch) -> Direction:
    """The gradient of every instance by autograd, brought to the shapes of the network."""
    net = in_range(batch)
    flat = np.stack([autodiff.oracle_gradient(net, index) for index in range(batch.size)], axis=-1)
    d = net.x.shape[0]
    theta = unflatten(net, flat[:-d])
    return Direction(theta.W, theta.v, flat[-d:])


def _back(batch: Batch, found: Direction) -> Direction:
    back = tame(batch)
    return found if back is None else back.gradient(found)


def _value_back(batch: Batch, found: FloatArray) -> FloatArray:
    back = tame(batch)
    return found if back is None else back.value(found)


# ---- the value and the gradient


def value(batch: Batch) -> FloatArray:
    """f(θ; x), (B,)."""
    return _value_back(batch, engine_value(in_range(batch), _tape_in_range(batch)))


def output_abs(batch: Batch) -> FloatArray:
    """|f(θ; x)|, (B,)."""
    return np.abs(value(batch))


def output_slope(batch: Batch) -> Slopes:
    """∂|f|."""
    sign = np.sign(value(batch))
    return {name: sign * part for name, part in named(GRADIENTS.closed(batch)).items()}


def output_by_oracle(batch: Batch) -> FloatArray:
    """|f(θ; x)| by autograd's route."""
    net = in_range(batch)
    return np.abs(_value_back(batch, np.array([autodiff.oracle_value(net, index) for index in range(batch.size)])))


def _gradient(batch: Batch) -> Direction:
    return _back(batch, _gradient_in_range(batch))


def _gradient_by_oracle(batch: Batch) -> Direction:
    return _back(batch, _oracle_gradient_in_range(batch))


GRADIENTS = Views(_gradient, _gradient_by_oracle)
"""∇f in (W, v, x)."""


def named(direction: Direction) -> dict[str, FloatArray]:
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
    parts = (*direction.W, direction.v, direction.x)
    plain = np.sqrt(sum((_square(part) for part in parts), np.float64(0.0)))
    if squarable(plain):
        return plain
    return lengths(plain, np.concatenate([part.reshape(-1, part.shape[-1]) for part in parts]))


def _norms(array: FloatArray, axis: int = 0) -> FloatArray:
    return lengths(np.asarray(norm_along(array, axis=axis)), array, axis)


def norm_of(parts: str) -> Callable[[Direction], FloatArray]:
    """The norm of some parts of a gradient, letters of "Wvx"."""
    return lambda gradient: _norm(_part(gradient, parts))


def norm_slope(parts: str) -> Callable[[Batch], Slopes]:
    """The derivative of `norm_of`."""
    return lambda batch: _slope_of_norm(batch, _part(GRADIENTS.closed(batch), parts))


def _slope_of_norm(batch: Batch, kept: Direction) -> Slopes:
    """∂‖∇f‖ of the part of ∇f that is kept."""
    length = np.maximum(_norm(kept), 1e-300)
    unit = Direction(tuple(part / length for part in kept.W), kept.v / length, kept.x / length)
    return named(hvp(network(batch), unit))


# ---- the gradient layer by layer


def _layers(direction: Direction) -> FloatArray:
    """‖∂f/∂W^l‖_F of every layer, (L, B)."""
    flat = (part.reshape(-1, part.shape[-1]) for part in direction.W)
    return np.stack([_norms(part) for part in flat])


def layer_norm_of(layer: int) -> Callable[[Direction], FloatArray]:
    """‖∂f/∂W^l‖_F of one layer, counted from 0, or from the last by −1."""
    return lambda gradient: _layers(gradient)[layer]


def layer_norm_slope(layer: int) -> Callable[[Batch], Slopes]:
    """The derivative of `layer_norm_of`."""

    def slope(batch: Batch) -> Slopes:
        chosen = np.full(batch.size, layer % batch.shape["L"])
        return _slope_of_norm(batch, _one_layer(GRADIENTS.closed(batch), chosen))

    return slope


def largest_layer(gradient: Direction) -> FloatArray:
    """The largest ‖∂f/∂W^l‖_F of the layers, (B,)."""
    return np.asarray(_layers(gradient).max(axis=0))


def largest_layer_slope(batch: Batch) -> Slopes:
    """∂ of it: that of the first layer that attains it."""
    gradient = GRADIENTS.closed(batch)
    return _slope_of_norm(batch, _one_layer(gradient, np.argmax(_layers(gradient), axis=0)))


def _one_layer(direction: Direction, chosen: NDArray[np.intp]) -> Direction:
    """The direction with one layer kept, of each instance its own (B,)."""
    W = (np.where(chosen == layer, part, 0.0) for layer, part in enumerate(direction.W))
    return Direction(tuple(W), np.zeros_like(direction.v), np.zeros_like(direction.x))


# ---- the Hessian

ITERATIVE_FROM = 120
"""Parameters from which an ascent takes Ritz vectors, warm-started from step to step, for eigenvectors."""
WARM = 8
"""Lanczos steps with a vector to start from; fewer only make the lower estimate lower."""
FEW = 64
"""Networks up to which whoever asks for a lower estimate is taken to ask for the slope next: an ascent."""


def hessian_norm(batch: Batch) -> FloatArray:
    """‖∇²f‖, exact; what came with eigenvectors is reused where that is exact."""
    if _extreme in batch and _extreme(batch).side == "exact":
        return _extreme(batch).value
    return batch.memo("eigenvalues", lambda: spectral_norm(network(batch))).value


def hessian_norm_lower(batch: Batch) -> FloatArray:
    """‖∇²f‖, or a lower estimate of it where that is cheaper."""
    if batch.size <= FEW or _extreme in batch:
        return _extreme(batch).value
    return spectral_norm(network(batch), method="lower").value


@once
def _extreme(batch: Batch) -> Spectrum:
    """The extreme eigenvalue and its vector; a lower estimate of its size where that is cheaper."""
    net, start = network(batch), batch.hint("eigenvector")
    if start is None or parameters(net) < ITERATIVE_FROM:
        found = spectral_norm(net, vectors=True, method="lower")
    else:
        ritz = lanczos(net, start=start, steps=WARM)
        found = Spectrum(np.abs(ritz.signed), ritz.signed, ritz.vector, "lower")
    batch.leave_hint("eigenvector", found.eigenvector)
    return found


def hessian_slope(batch: Batch) -> Slopes:
    """∂‖∇²f‖."""
    found, net = _extreme(batch), network(batch)
    return named(jet_gradient(net, unflatten(net, found.eigenvector), (0.0, 0.0, np.sign(found.signed))))


def hessian_norm_by_oracle(batch: Batch) -> FloatArray:
    """‖∇²f‖ from Hessians by autograd."""
    net, back = in_range(batch), tame(batch)
    if back is None:
        hessians = (autodiff.oracle_hessian(net, index) for index in range(batch.size))
        return np.array([autodiff.spectral_norm(H) for H in hessians])
    H = np.stack([autodiff.oracle_hessian(net, index) for index in range(batch.size)])
    return symmetric_norm(back.matrix(H))


# ---- rows, directions, data


@once
def row_norms(batch: Batch) -> list[FloatArray]:
    """The row norms of every layer, (m, B) each."""
    return [_norms(layer, axis=1) for layer in network(batch).W]


def omega(batch: Batch) -> FloatArray:
    """The least row norm, (B,)."""
    return np.minimum.reduce([norms.min(axis=0) for norms in row_norms(batch)])


def omega_slope(batch: Batch) -> Slopes:
    """One subgradient of the minimum: shared equally by all rows that attain it."""
    smallest = omega(batch)
    attained = [norms <= smallest * (1 + 1e-9) for norms in row_norms(batch)]
    count = sum((rows.sum(axis=0) for rows in attained), np.float64(0.0))
    layers = zip(network(batch).W, row_norms(batch), attained, strict=True)
    shares = [W * (rows / norms / count)[:, None] for W, norms, rows in layers]
    return {f"W{layer + 1}": share for layer, share in enumerate(shares)}


def rho(batch: Batch) -> FloatArray:
    """max(‖v‖ − 1, 0), (B,)."""
    return np.maximum(_norms(batch.arrays["v"]) - 1.0, 0.0)


def rho_slope(batch: Batch) -> Slopes:
    """∂ρ₁."""
    v = batch.arrays["v"]
    length = norm_along(v, axis=0)
    return {"v": v * (length >= 1.0) / np.maximum(length, 1e-300)}


def input_norm(batch: Batch) -> FloatArray:
    """‖x‖, (B,)."""
    return _norms(batch.arrays["x"])


def input_norm_slope(batch: Batch) -> Slopes:
    """∂‖x‖."""
    return {"x": batch.arrays["x"] / np.maximum(input_norm(batch), 1e-300)}


def _directions(batch: Batch) -> list[FloatArray]:
    """Normalised rows of each layer, batch first: (B, m, fan-in)."""
    layers = zip(network(batch).W, row_norms(batch), strict=True)
    return [np.moveaxis(units(W, norms), -1, 0) for W, norms in layers]


def direction_norm(batch: Batch) -> FloatArray:
    """The largest ‖W̄^l‖₂, (B,)."""
    return np.max([np.linalg.norm(rows, ord=2, axis=(1, 2)) for rows in _directions(batch)], axis=0)


def direction_norm_slope(batch: Batch) -> Slopes:
    """∂‖U‖₂/∂W_i = p_i(q − ⟨q, u_i⟩u_i)/‖W_i‖ in the layer of the largest norm, p and q its top singular vectors."""
    layers = _directions(batch)
    parts = [np.linalg.svd(rows, full_matrices=False) for rows in layers]
    which = np.argmax([norms[:, 0] for _, norms, _ in parts], axis=0)
    found = {}
    for layer, (rows, (left, _, right), norms) in enumerate(zip(layers, parts, row_norms(batch), strict=True)):
        q = right[:, :1]
        push = left[:, :, :1] * (q - (rows @ q.swapaxes(1, 2)) * rows)
        found[f"W{layer + 1}"] = np.moveaxis(push * (which == layer)[:, None, None], 0, -1) / norms[:, None]
    return found


def direction_norm_by_gram(batch: Batch) -> FloatArray:
    """The largest ‖W̄^l‖₂ as the root of the largest eigenvalue of W̄W̄ᵀ."""
    grams = [rows @ np.swapaxes(rows, 1, 2) for rows in _directions(batch)]
    return np.sqrt(np.max([np.linalg.eigvalsh(gram)[:, -1] for gram in grams], axis=0))


def row_alignment(batch: Batch) -> FloatArray:
    """The largest |⟨W_i, ∂f/∂W_i⟩| over all rows, divided by 1 + ρ₁, (B,); no step of the gradient projects."""
    net = in_range(batch)
    return _alignment(batch, elementary.pullback(net, _tape_in_range(batch), np.ones(batch.size)))


def row_alignment_by_oracle(batch: Batch) -> FloatArray:
    """The same with gradients by autograd."""
    return _alignment(batch, _oracle_gradient_in_range(batch))


def _alignment(batch: Batch, direction: Direction) -> FloatArray:
    """A row and its gradient scale inversely, so that their product scales as f does."""
    largest = np.max([np.abs(inner).max(axis=0) for inner in _inner(in_range(batch), direction)], axis=0)
    return _value_back(batch, largest) / (1 + rho(batch))


def _inner(net: Network, direction: Direction) -> list[FloatArray]:
    """⟨W_i, ∂f/∂W_i⟩ of every row, (m, B) a layer."""
    pairs = zip(net.W, direction.W, strict=True)
    return [(W * part).sum(axis=1) for W, part in pairs]


def row_alignment_slope(batch: Batch) -> Slopes:
    """∂⟨W_i, ∂f/∂W_i⟩ = ∇²f·E + ∂f/∂W_i in the row that is largest, E that row alone; and ∂ of 1/(1 + ρ₁)."""
    net, gradient = network(batch), GRADIENTS.closed(batch)
    inner = _inner(net, gradient)
    largest = np.max([np.abs(layer).max(axis=0) for layer in inner], axis=0)
    left, picked = np.ones(batch.size, dtype=bool), []
    for layer in inner:
        first = (np.abs(layer) == largest) & left
        first &= np.cumsum(first, axis=0) == 1
        left = left & ~first.any(axis=0)
        picked.append(first * np.sign(layer))
    alone = [W * rows[:, None] for W, rows in zip(net.W, picked, strict=True)]
    found = named(hvp(net, Direction(tuple(alone), np.zeros_like(net.v), np.zeros_like(net.x))))
    for number, (part, rows) in enumerate(zip(gradient.W, picked, strict=True), start=1):
        found[f"W{number}"] = found[f"W{number}"] + part * rows[:, None]
    over = 1.0 + rho(batch)
    found["v"] = found["v"] - largest / over * rho_slope(batch)["v"]
    return {name: part / over for name, part in found.items()}
