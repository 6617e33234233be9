"""What is measured on regression problems: the square loss, its gradient and its Hessian, and the same by autograd.

The derivative of a norm is a second derivative of 𝓛 applied to a unit vector, as for the networks themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.engine.activations import ACTIVATIONS
from wnverify.engine.contractions import eigvalsh, lengths, norm_along, or_infinite, symmetric_norm
from wnverify.engine.networks import autodiff
from wnverify.engine.networks import loss as engine
from wnverify.engine.networks.extremes import IntArray, Tamed, tamed, times
from wnverify.engine.networks.loss import Regression
from wnverify.engine.networks.losses import LOSSES, SQUARE
from wnverify.engine.networks.network import Direction, Network, Tape, flatten, forward, parameters, unflatten
from wnverify.engine.networks.spectral import LEFT, eigenvector, extreme
from wnverify.families.kit.parts import once
from wnverify.families.networks.setting import scaling_of

Slopes = Mapping[str, FloatArray]
FEW = 64
"""Problems up to which whoever asks for the Hessian's norm is taken to ask for its slope next: an ascent."""


def network_of(batch: Batch, W: tuple[FloatArray, ...], v: FloatArray) -> Network:
    """The networks with these weights (m, k, B) and (m, B) on the data of the batch."""
    activation, scaling = ACTIVATIONS[batch.settings["activation"]], scaling_of(batch.settings)
    return Network(tuple(rows[:, :, None] for rows in W), v[:, None], batch.arrays["X"], activation, scaling)


def weights(batch: Batch, prefix: str = "") -> tuple[FloatArray, ...]:
    """The hidden layers' arrays, or those of the same names behind a prefix."""
    return tuple(batch.arrays[f"{prefix}W{layer + 1}"] for layer in range(batch.shape["L"]))


@once
def problem(batch: Batch) -> Regression:
    """The engine's regression problem of a batch (views, no copies)."""
    loss = LOSSES[batch.settings.get("loss", "square")]
    return Regression(network_of(batch, weights(batch), batch.arrays["v"]), batch.arrays["y"], loss)


@once
def tape(batch: Batch) -> Tape:
    """The forward pass of the networks at θ."""
    return forward(problem(batch).net, 3)


# ---- extreme problems are measured in range, and brought back; ascents take them as they are


@once
def tame(batch: Batch) -> Tamed | None:
    """The networks in range, with v on the scale of the targets, where the batch holds an extreme problem.

    Other losses than the square are not homogeneous, and measured as they are.
    """
    return None if problem(batch).loss is not SQUARE else tamed(problem(batch).net, tape(batch), batch.arrays["y"])


@once
def in_range(batch: Batch) -> Regression:
    """The problem with its networks in range."""
    found = tame(batch)
    return problem(batch) if found is None else Regression(found.net, times(batch.arrays["y"], -found.output))


@once
def tape_in_range(batch: Batch) -> Tape:
    """The forward pass of the networks in range."""
    return tape(batch) if tame(batch) is None else forward(in_range(batch).net, 3)


def curvature(batch: Batch) -> Callable[[FloatArray], FloatArray]:
    """The product of ∇²𝓛 in range with vectors (p, B); `exponents` lead back to that of the problem as it is."""
    reg, here = in_range(batch), tape_in_range(batch)
    return lambda vector: flatten(engine.loss_hvp(reg, unflatten(reg.net, vector), here))


def exponents(batch: Batch) -> IntArray:
    """E of every parameter, (p, B): ∂²𝓛/∂θ_a∂θ_b = 2^{E_a + E_b} times that of the problem in range."""
    found = tame(batch)
    zero = np.zeros((parameters(problem(batch).net), batch.size), dtype=np.int32)
    return zero if found is None else found.exponents(degree=2)


# ---- directions


def named(direction: Direction, y: FloatArray) -> dict[str, FloatArray]:
    """A direction as derivatives by array name."""
    found = {f"W{layer + 1}": part[:, :, 0] for layer, part in enumerate(direction.W)}
    return found | {"v": direction.v[:, 0], "X": direction.x, "y": y}


def theta_part(direction: Direction) -> Direction:
    """The direction with its part in the data set to zero."""
    return Direction(direction.W, direction.v, np.zeros_like(direction.x))


def divided(direction: Direction, by: FloatArray) -> Direction:
    """The direction over a number per instance; by zero it is zero."""
    safe = np.where(by > 0, by, np.inf)
    return Direction(tuple(part / safe for part in direction.W), direction.v / safe, direction.x / safe)


def length(direction: Direction) -> FloatArray:
    """Norm of the θ-part, (B,)."""
    flat = flatten(direction)
    return lengths(np.sqrt(np.sum(flat * flat, axis=0)), flat)


# ---- the loss and its derivatives


@once
def residual(batch: Batch) -> FloatArray:
    """e = f − y, (n, B)."""
    return engine.residual(problem(batch), tape(batch))


def loss_of(batch: Batch) -> FloatArray:
    """𝓛(θ), (B,)."""
    return engine.loss(problem(batch), tape(batch))


@once
def gradient(batch: Batch) -> Direction:
    """∇𝓛 in (W, v, X)."""
    found, back = engine.loss_gradient(in_range(batch), tape_in_range(batch)), tame(batch)
    return found if back is None else back.gradient(found, degree=2)


def loss_slope(batch: Batch) -> Slopes:
    """∂𝓛 by array."""
    return named(gradient(batch), -2.0 * residual(batch) / batch.shape["n"])


def gradient_length(batch: Batch) -> FloatArray:
    """‖∇_θ 𝓛‖, (B,)."""
    return length(gradient(batch))


@once
def gradient_length_slope(batch: Batch) -> Slopes:
    """∂‖∇_θ 𝓛‖: the gradient of ⟨∇𝓛, u⟩ with u = ∇𝓛/‖∇𝓛‖ held fixed."""
    unit = divided(theta_part(gradient(batch)), gradient_length(batch))
    return named(*engine.loss_jet_gradient(problem(batch), unit, (0.0, 1.0, 0.0), tape(batch)))


def hessian_norm(batch: Batch) -> FloatArray:
    """‖∇²_θ 𝓛‖, (B,)."""
    if batch.size <= FEW and tame(batch) is None:
        return np.abs(_extreme(batch))
    return _spectral(batch, engine.loss_hessian(in_range(batch), layout="first"))


@once
def hessians(batch: Batch) -> FloatArray:
    """∇²_θ 𝓛 of problems as they are, (B, p, p), kept: for ascents."""
    return engine.loss_hessian(problem(batch), layout="first")


@once
def _extreme(batch: Batch) -> FloatArray:
    """The eigenvalues of largest modulus of ∇²_θ 𝓛, (B,), of a batch whose Hessians are kept for their slopes."""
    H = hessians(batch)
    return or_infinite(extreme(eigvalsh(H)[:, [0, -1]].T), H)


def _spectral(batch: Batch, H: FloatArray) -> FloatArray:
    """The spectral norms of Hessians in range, (B, p, p) → (B,), brought back."""
    back = tame(batch)
    return symmetric_norm(H if back is None else back.matrix(H, degree=2))


def hessian_slope(batch: Batch) -> Slopes:
    """∂‖∇²_θ 𝓛‖."""
    reg, signed = problem(batch), _extreme(batch)
    vector = unflatten(reg.net, eigenvector(hessians(batch), signed, LEFT))
    return named(*engine.loss_jet_gradient(reg, vector, (0.0, 0.0, np.sign(signed)), tape(batch)))


# ---- by the independent route


def by_oracle(
    route: Callable[[Regression, int], float], build: Callable[[Batch], Regression] = problem
) -> Callable[[Batch], FloatArray]:
    """A number of every instance by autograd, (B,), of the problem at θ or of another one."""

    def measure(batch: Batch) -> FloatArray:
        reg = build(batch)
        return np.array([route(reg, index) for index in range(batch.size)])

    return measure


def loss_by_oracle(batch: Batch) -> FloatArray:
    """𝓛(θ) by autograd's route, (B,)."""
    given = problem(batch)
    reg = replace(given, net=replace(in_range(batch).net, v=given.net.v))  # only rows can be too long or too short
    return np.array([autodiff.oracle_loss(reg, index) for index in range(batch.size)])


def gradient_length_by_oracle(batch: Batch) -> FloatArray:
    """‖∇_θ 𝓛‖ by autograd, (B,)."""
    reg, back = in_range(batch), tame(batch)
    found = np.stack([autodiff.oracle_loss_gradient(reg, index) for index in range(batch.size)], axis=-1)
    if back is not None:
        found = back.known(times(found, back.exponents(degree=2) + back.output))
    return lengths(norm_along(found, axis=0), found)


@once
def oracle_hessians(batch: Batch) -> FloatArray:
    """∇²_θ 𝓛 by autograd, (B, p, p), brought back where problems are not in range."""
    reg, back = in_range(batch), tame(batch)
    found = np.stack([autodiff.oracle_loss_hessian(reg, index) for index in range(batch.size)])
    return found if back is None else back.matrix(found, degree=2)


def hessian_norm_by_oracle(batch: Batch) -> FloatArray:
    """‖∇²_θ 𝓛‖ from Hessians by autograd, (B,)."""
    return symmetric_norm(oracle_hessians(batch))


# ---- rows and data


def omega(batch: Batch) -> FloatArray:
    """The least row norm, (B,)."""
    return np.minimum.reduce([layer.min(axis=0) for layer in _row_norms(batch)])


def _row_norms(batch: Batch) -> list[FloatArray]:
    return [lengths(norm_along(rows, axis=1), rows, axis=1) for rows in weights(batch)]


def omega_slope(batch: Batch) -> Slopes:
    """∂ω."""
    norms = _row_norms(batch)
    pairs = enumerate(zip(weights(batch), norms, strict=True))
    return smallest_row(norms, [{f"W{layer + 1}": W / norm[:, None]} for layer, (W, norm) in pairs])


def smallest_row(norms: list[FloatArray], gradients: list[dict[str, FloatArray]]) -> dict[str, FloatArray]:
    """The derivative of the least of all row norms: shared equally by the rows that attain it.

    Args:
        norms: per layer, the row norms (m, B).
        gradients: per layer, the derivative of its row norms by array name, (m, k, B) each.
    """
    least = np.minimum.reduce([layer.min(axis=0) for layer in norms])
    attained = [layer <= least * (1 + 1e-9) for layer in norms]
    count = sum((rows.sum(axis=0) for rows in attained), np.float64(0.0))
    found: dict[str, FloatArray] = {}
    for rows, layer in zip(attained, gradients, strict=True):
        found |= {name: part * (rows / count)[:, None] for name, part in layer.items()}
    return found


def input_norm(batch: Batch) -> FloatArray:
    """The largest ‖x_i‖, (B,)."""
    X = batch.arrays["X"]
    return lengths(norm_along(X, axis=0), X).max(axis=0)


def input_norm_slope(batch: Batch) -> Slopes:
    """The unit vector along the longest input, zero for the others."""
    X = batch.arrays["X"]
    norms = norm_along(X, axis=0)
    longest = np.arange(X.shape[1])[:, None] == norms.argmax(axis=0)
    return {"X": np.where(longest, X / np.maximum(norms, 1e-300), 0.0)}


def target_size(batch: Batch) -> FloatArray:
    """(mean y_i²)^{1/2}, (B,)."""
    y = batch.arrays["y"]
    return lengths(norm_along(y, axis=0), y) / np.sqrt(batch.shape["n"])


def target_size_slope(batch: Batch) -> Slopes:
    """∂(mean y_i²)^{1/2} = y/(n·size); zero where all targets vanish."""
    y, size = batch.arrays["y"], target_size(batch)
    return {"y": y / (batch.shape["n"] * np.where(size > 0, size, np.inf))}
