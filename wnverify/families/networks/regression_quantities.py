"""The vocabulary of regression with WeightNorm networks: the square loss, its gradient and its Hessian.

A batch holds `W1` (m, d, B), …, `WL` (m, m, B), `v` (m, B), the data `X` (d, n, B) and the targets `y` (n, B).
The derivative of a norm is a second derivative of 𝓛 applied to a unit vector, as for the networks themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.engine.activations import ACTIVATIONS
from wnverify.engine.contractions import eigh
from wnverify.engine.networks import autodiff
from wnverify.engine.networks import loss as engine
from wnverify.engine.networks.loss import Regression
from wnverify.engine.networks.network import Direction, Network, Tape, flatten, forward, unflatten
from wnverify.families.networks.weight_norm_quantities import L, beta, c0, d, m, rho, scaling_of, slope
from wnverify.quantity import Quantity, Route

Oracle = Callable[[Regression, int], float]


def network_of(batch: Batch, W: tuple[FloatArray, ...], v: FloatArray) -> Network:
    """The networks with these weights (m, k, B) and (m, B) on the data of the batch."""
    activation, scaling = ACTIVATIONS[batch.settings["activation"]], scaling_of(batch.settings)
    return Network(tuple(rows[:, :, None] for rows in W), v[:, None], batch.arrays["X"], activation, scaling)


def weights(batch: Batch, prefix: str = "") -> tuple[FloatArray, ...]:
    """The hidden layers' arrays, or those of the same names behind a prefix."""
    return tuple(batch.arrays[f"{prefix}W{layer + 1}"] for layer in range(batch.shape["L"]))


def problem(batch: Batch) -> Regression:
    """The engine's regression problem of a batch (views, no copies)."""

    def build() -> Regression:
        return Regression(network_of(batch, weights(batch), batch.arrays["v"]), batch.arrays["y"])

    return batch.memo("problem", build)


def tape(batch: Batch) -> Tape:
    """The forward pass of the networks at θ."""
    return batch.memo("tape", lambda: forward(problem(batch).net, 3))


def gradient(batch: Batch) -> Direction:
    """∇𝓛 in (W, v, X)."""
    return batch.memo("gradient", lambda: engine.loss_gradient(problem(batch), tape(batch)))


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


def residual(batch: Batch) -> FloatArray:
    """e = f − y, (n, B)."""
    return batch.memo("residual", lambda: engine.residual(problem(batch), tape(batch)))


def loss_of(batch: Batch) -> FloatArray:
    """𝓛(θ), (B,)."""
    return np.mean(np.square(residual(batch)), axis=0)


def loss_slope(batch: Batch) -> Mapping[str, FloatArray]:
    """∂𝓛 by array."""
    return named(gradient(batch), -2.0 * residual(batch) / batch.shape["n"])


def gradient_length(batch: Batch) -> FloatArray:
    """‖∇_θ 𝓛‖, (B,)."""
    return length(gradient(batch))


def gradient_length_slope(batch: Batch) -> Mapping[str, FloatArray]:
    """∂‖∇_θ 𝓛‖: the gradient of ⟨∇𝓛, u⟩ with u = ∇𝓛/‖∇𝓛‖ held fixed."""

    def compute() -> Mapping[str, FloatArray]:
        unit = divided(theta_part(gradient(batch)), gradient_length(batch))
        return named(*engine.loss_jet_gradient(problem(batch), unit, (0.0, 1.0, 0.0), tape(batch)))

    return batch.memo("gradient length slope", compute)


def _spectrum(batch: Batch, *, vectors: bool) -> tuple[FloatArray, FloatArray]:
    """The eigenvalue of largest modulus, (B,), and its vector, (p, B), where asked for."""
    key = "eigenvectors" if vectors else "eigenvalues"
    return batch.memo(key, lambda: _extreme(engine.loss_hessian(problem(batch), layout="first"), vectors))


def _extreme(H: FloatArray, vectors: bool) -> tuple[FloatArray, FloatArray]:
    """Of Hessians (B, p, p)."""
    instances = np.arange(H.shape[0])
    if not vectors:
        values = np.linalg.eigvalsh(H)
        return values[instances, np.argmax(np.abs(values), axis=1)], np.empty(0)
    values, vector = eigh(H)
    which = np.argmax(np.abs(values), axis=1)
    return values[instances, which], np.ascontiguousarray(vector[instances, :, which].T)


def _hessian_norm(batch: Batch) -> FloatArray:
    return np.abs(_spectrum(batch, vectors=False)[0])


def _hessian_slope(batch: Batch) -> Mapping[str, FloatArray]:
    signed, vector = _spectrum(batch, vectors=True)
    reg = problem(batch)
    frozen = unflatten(reg.net, vector)
    return named(*engine.loss_jet_gradient(reg, frozen, (0.0, 0.0, np.sign(signed)), tape(batch)))


def oracle(route: Oracle, build: Callable[[Batch], Regression], batch: Batch) -> FloatArray:
    """A number of every instance by the independent route, (B,)."""
    reg = build(batch)
    return np.array([route(reg, index) for index in range(batch.size)])


def _oracle_gradient_length(reg: Regression, index: int) -> float:
    return float(np.linalg.norm(autodiff.oracle_loss_gradient(reg, index)))


def _oracle_spectral(reg: Regression, index: int) -> float:
    return float(np.abs(np.linalg.eigvalsh(autodiff.oracle_loss_hessian(reg, index))).max())


def _omega(batch: Batch) -> FloatArray:
    return np.minimum.reduce([np.linalg.norm(rows, axis=1).min(axis=0) for rows in weights(batch)])


def smallest_row(
    batch: Batch, norms: list[FloatArray], gradients: list[dict[str, FloatArray]]
) -> dict[str, FloatArray]:
    """The derivative of the least of all row norms: shared equally by the rows that attain it.

    Args:
        batch: B instances.
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


def _omega_slope(batch: Batch) -> Mapping[str, FloatArray]:
    norms = [np.linalg.norm(rows, axis=1) for rows in weights(batch)]
    pairs = enumerate(zip(weights(batch), norms, strict=True))
    return smallest_row(batch, norms, [{f"W{layer + 1}": W / norm[:, None]} for layer, (W, norm) in pairs])


def _input_norm(batch: Batch) -> FloatArray:
    return np.linalg.norm(batch.arrays["X"], axis=0).max(axis=0)


def size(name: str, batch: Batch) -> FloatArray:
    """A number of the shape as a quantity, (B,)."""
    return np.full(batch.size, float(batch.shape[name]))


def fixed(_: Batch) -> Mapping[str, FloatArray]:
    """The derivative of what does not move."""
    return {}


def second(route: Oracle, build: Callable[[Batch], Regression] = problem) -> Callable[[Batch], FloatArray]:
    """The second route of a quantity: autograd on each instance."""
    return partial(oracle, route, build)


n = Quantity("n", "number of samples", low=1, integer=True, route=Route(partial(size, "n"), fixed))
omega = Quantity(
    "omega",
    "minimum weight norm: the least ‖W_i^l‖₂ over layers and rows",
    low=0,
    strict=True,
    route=Route(_omega, _omega_slope),
)
input_norm = Quantity("input_norm", "largest ‖x_i‖₂ of the samples", low=0, route=Route(_input_norm))
loss = Quantity(
    "loss",
    "square loss 𝓛(θ) = (1/n) Σ (f(θ; x_i) − y_i)²",
    low=0,
    strict=True,
    route=Route(loss_of, loss_slope, second(autodiff.oracle_loss)),
)
loss_gradient_norm = Quantity(
    "loss_gradient_norm",
    "‖∇_θ 𝓛‖₂",
    low=0,
    route=Route(gradient_length, gradient_length_slope, second(_oracle_gradient_length)),
)
loss_hessian_norm = Quantity(
    "loss_hessian_norm",
    "spectral norm of the loss Hessian, ‖∇²_θ 𝓛‖₂",
    low=0,
    route=Route(_hessian_norm, _hessian_slope, second(_oracle_spectral)),
)

SHARED: tuple[Quantity, ...] = (L, m, d, n, rho, beta, c0, slope, input_norm)
QUANTITIES: Mapping[str, Quantity] = {
    quantity.name: quantity for quantity in (*SHARED, omega, loss, loss_gradient_norm, loss_hessian_norm)
}

__all__ = [
    "QUANTITIES", "SHARED", "L", "beta", "c0", "d", "divided", "fixed", "gradient", "gradient_length",
    "gradient_length_slope", "input_norm", "length", "loss", "loss_gradient_norm", "loss_hessian_norm", "loss_of",
    "loss_slope", "m", "n", "named", "network_of", "omega", "problem", "residual", "rho", "second", "size", "slope",
    "smallest_row", "tape", "theta_part", "weights",
]  # fmt: skip
