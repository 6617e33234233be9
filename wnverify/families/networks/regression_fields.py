"""What is measured on regression problems: the square loss, its gradient and its Hessian, and the same by autograd.

The derivative of a norm is a second derivative of 𝓛 applied to a unit vector, as for the networks themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.engine.activations import ACTIVATIONS
from wnverify.engine.contractions import eigh
from wnverify.engine.networks import autodiff
from wnverify.engine.networks import loss as engine
from wnverify.engine.networks.loss import Regression
from wnverify.engine.networks.network import Direction, Network, Tape, flatten, forward, unflatten
from wnverify.families.kit.parts import once
from wnverify.families.networks.setting import scaling_of

Slopes = Mapping[str, FloatArray]


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
    return Regression(network_of(batch, weights(batch), batch.arrays["v"]), batch.arrays["y"])


@once
def tape(batch: Batch) -> Tape:
    """The forward pass of the networks at θ."""
    return forward(problem(batch).net, 3)


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
    return np.sqrt(np.sum(flat * flat, axis=0))


# ---- the loss and its derivatives


@once
def residual(batch: Batch) -> FloatArray:
    """e = f − y, (n, B)."""
    return engine.residual(problem(batch), tape(batch))


def loss_of(batch: Batch) -> FloatArray:
    """𝓛(θ), (B,)."""
    return np.mean(np.square(residual(batch)), axis=0)


@once
def gradient(batch: Batch) -> Direction:
    """∇𝓛 in (W, v, X)."""
    return engine.loss_gradient(problem(batch), tape(batch))


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
    return np.abs(np.linalg.eigvalsh(engine.loss_hessian(problem(batch), layout="first"))).max(axis=1)


def hessian_slope(batch: Batch) -> Slopes:
    """∂‖∇²_θ 𝓛‖."""
    values, vectors = eigh(engine.loss_hessian(problem(batch), layout="first"))
    instances, which = np.arange(batch.size), np.argmax(np.abs(values), axis=1)
    reg, vector = problem(batch), np.ascontiguousarray(vectors[instances, :, which].T)
    weights = (0.0, 0.0, np.sign(values[instances, which]))
    return named(*engine.loss_jet_gradient(reg, unflatten(reg.net, vector), weights, tape(batch)))


# ---- by the independent route


def by_oracle(
    route: Callable[[Regression, int], float], build: Callable[[Batch], Regression] = problem
) -> Callable[[Batch], FloatArray]:
    """A number of every instance by autograd, (B,), of the problem at θ or of another one."""

    def measure(batch: Batch) -> FloatArray:
        reg = build(batch)
        return np.array([route(reg, index) for index in range(batch.size)])

    return measure


def gradient_length_of_one(reg: Regression, index: int) -> float:
    """‖∇_θ 𝓛‖ of one problem by autograd."""
    return float(np.linalg.norm(autodiff.oracle_loss_gradient(reg, index)))


def hessian_norm_of_one(reg: Regression, index: int) -> float:
    """‖∇²_θ 𝓛‖ of one problem from its Hessian by autograd."""
    return autodiff.spectral_norm(autodiff.oracle_loss_hessian(reg, index))


# ---- rows and data


def omega(batch: Batch) -> FloatArray:
    """The least row norm, (B,)."""
    return np.minimum.reduce([np.linalg.norm(rows, axis=1).min(axis=0) for rows in weights(batch)])


def omega_slope(batch: Batch) -> Slopes:
    """∂ω."""
    norms = [np.linalg.norm(rows, axis=1) for rows in weights(batch)]
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
    return np.linalg.norm(batch.arrays["X"], axis=0).max(axis=0)


def input_norm_slope(batch: Batch) -> Slopes:
    """The unit vector along the longest input, zero for the others."""
    X = batch.arrays["X"]
    lengths = np.linalg.norm(X, axis=0)
    longest = np.arange(X.shape[1])[:, None] == lengths.argmax(axis=0)
    return {"X": np.where(longest, X / np.maximum(lengths, 1e-300), 0.0)}
