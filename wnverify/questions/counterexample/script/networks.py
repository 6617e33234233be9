"""Networks and their square loss, measured by the complex step: with θ + ih u, h = 1e-30, Im ∇f/h is ∇²f u."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

STEP = 1e-30
Array = Any
FAMILIES: dict[str, Callable[[Mapping[str, Any]], Any]] = {}
"""By family: instance -> its quantities by name. Each part of the script adds what it measures."""


class Refused(Exception):
    """The file is damaged, or about something that this script cannot measure."""


# ---- activations: (φ, φ′, φ″) of real z; a complex z = a + ib with tiny b is φ(a) + ib φ′(a)


def _sigmoid(z: Array) -> Array:
    return 0.5 * (1 + np.tanh(0.5 * z))


def _bell(z: Array) -> Array:
    return np.exp(-0.5 * z * z) / math.sqrt(2 * math.pi)


def _phi_cdf(z: Array) -> Array:
    return 0.5 * np.vectorize(math.erfc, otypes=[float])(-z / math.sqrt(2))


def _tanh(z: Array) -> tuple[Array, Array, Array]:
    value, slope = np.tanh(z), 1 / np.cosh(np.clip(z, -350, 350)) ** 2
    return value, slope, -2 * value * slope


def _softplus(z: Array) -> tuple[Array, Array, Array]:
    return np.logaddexp(0, z), _sigmoid(z), 0.25 / np.cosh(np.clip(0.5 * z, -350, 350)) ** 2


def _softplus0(z: Array) -> tuple[Array, Array, Array]:
    return np.logaddexp(0, z) - math.log(2), *_softplus(z)[1:]


def _sigmoid4(z: Array) -> tuple[Array, Array, Array]:
    value, slope, curvature = _tanh(0.5 * z)
    return 2 * value, slope, 0.5 * curvature


GELU = 0.5 * (1 + math.erf(1)) + math.exp(-1) / math.sqrt(math.pi)


def _gelu(z: Array) -> tuple[Array, Array, Array]:
    return z * _phi_cdf(z) / GELU, (_phi_cdf(z) + z * _bell(z)) / GELU, (2 - z * z) * _bell(z) / GELU


ACTIVATIONS: Mapping[str, Callable[[Array], tuple[Array, Array, Array]]] = {
    "identity": lambda z: (z, np.ones_like(z), np.zeros_like(z)),
    "tanh": _tanh,
    "sin": lambda z: (np.sin(z), np.cos(z), -np.sin(z)),
    "softplus": _softplus,
    "softplus0": _softplus0,
    "sigmoid4": _sigmoid4,
    "gelu": _gelu,
    "relu": lambda z: (np.maximum(z, 0), (z > 0).astype(float), np.zeros_like(z)),
}
CONSTANTS: Mapping[str, tuple[float, float, float]] = {  # sup|φ′|, sup|φ″|, |φ(0)|
    "identity": (1, 0, 0),
    "tanh": (1, 4 / (3 * math.sqrt(3)), 0),
    "sin": (1, 1, 0),
    "softplus": (1, 0.25, math.log(2)),
    "softplus0": (1, 0.25, 0),
    "sigmoid4": (1, 2 / (3 * math.sqrt(3)), 0),
    "gelu": (1, math.sqrt(2 / math.pi) / GELU, 0),
    "relu": (1, math.inf, 0),
}


def _lifted(name: str, z: Array) -> tuple[Array, Array]:
    value, slope, curvature = ACTIVATIONS[name](z.real)
    return value + 1j * z.imag * slope, slope + 1j * z.imag * curvature


# ---- one network


class Network:
    """f(θ; x) and its derivatives for one input; θ = (W1 row by row, …, WL, v)."""

    def __init__(self, data: Mapping[str, Any], x: Array) -> None:
        self.activation = data["settings"]["activation"]
        self.fan_out = data["settings"]["scaling"] == "fan_out"
        self.normalised = data["family"] != "plain_network"
        arrays = {name: array_of(value) for name, value in data["arrays"].items()}
        self.W = [arrays[f"W{layer + 1}"] for layer in range(data["shape"]["L"])]
        self.v, self.x = arrays["v"], x
        self.theta = np.concatenate([*(W.ravel() for W in self.W), self.v])

    def gradient(self, theta: Array, x: Array) -> tuple[Any, Array, Array]:
        """f, ∇_θ f and ∇_x f, complex arithmetic throughout; norms by Σ w², not Σ |w|²."""
        ends = np.cumsum([W.size for W in self.W])
        *blocks, v = np.split(theta, ends)
        layers, alpha = [], x
        for block, W in zip(blocks, self.W, strict=True):
            rows = block.reshape(W.shape)
            norms = np.sqrt((rows * rows).sum(axis=1)) if self.normalised else np.ones(len(rows), complex)
            unit = rows / norms[:, None]
            scale = 1 / math.sqrt(W.shape[0] if self.fan_out else W.shape[1])
            value, slope = _lifted(self.activation, scale * (unit @ alpha))
            layers.append((unit, norms, scale, alpha, slope))
            alpha = value
        factor = 1.0 if self.fan_out else 1 / math.sqrt(len(v))
        parts, back = [factor * alpha], factor * v
        for unit, norms, scale, before, slope in reversed(layers):
            delta = scale * back * slope
            block = delta[:, None] * before[None, :]
            if self.normalised:
                block = (block - (unit * block).sum(axis=1, keepdims=True) * unit) / norms[:, None]
            parts.append(block.ravel())
            back = unit.T @ delta
        return factor * (v @ alpha), np.concatenate(parts[::-1]), back

    def inputs(self) -> list[Array]:
        """What every layer is given, x first."""
        found = [self.x]
        for W in self.W[:-1]:
            unit = W / np.linalg.norm(W, axis=1, keepdims=True) if self.normalised else W
            scale = 1 / math.sqrt(W.shape[0] if self.fan_out else W.shape[1])
            found.append(ACTIVATIONS[self.activation](scale * (unit @ found[-1]))[0])
        return found

    def at(self) -> tuple[float, Array, Array]:
        """f, ∇_θ f and ∇_x f, real."""
        value, theta, x = self.gradient(self.theta.astype(complex), self.x.astype(complex))
        return float(value.real), theta.real, x.real

    def hessian(self) -> Array:
        """∇²_θ f, one complex step a column."""
        size = len(self.theta)
        columns = []
        for index in range(size):
            moved = self.theta.astype(complex)
            moved[index] += 1j * STEP
            columns.append(self.gradient(moved, self.x.astype(complex))[1].imag / STEP)
        H = np.array(columns)
        return 0.5 * (H + H.T)


def array_of(value: Mapping[str, Any]) -> Array:
    """An array from its hexadecimal text."""
    return np.array([float.fromhex(text) for text in value["hex"]]).reshape(value["shape"])


# ---- what is measured


def measured(instance: object, name: str) -> float:
    """What the method `_name` of an instance says."""
    route = getattr(instance, f"_{name}", None)
    if route is None:
        raise Refused(f"this script cannot measure {name!r}")
    return float(route())


def norm_of(vector: Array) -> float:
    """Euclidean norm."""
    return float(np.sqrt(np.sum(np.square(vector))))


def _spectral(H: Array) -> float:
    return float(np.abs(np.linalg.eigvalsh(H)).max())


class Networks:
    """Every symbol of one network, or of its square loss on data, by name."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.shape = data["shape"]
        arrays = {name: array_of(value) for name, value in data["arrays"].items()}
        samples = arrays["X"].T if "X" in arrays else arrays["x"][None]
        self.nets = [Network(data, x) for x in samples]
        self.y: Array = arrays.get("y")

    def __getitem__(self, name: str) -> float:
        return float(self.shape[name]) if name in self.shape else measured(self, name)

    @property
    def net(self) -> Network:
        """The network at the first input."""
        return self.nets[0]

    def _rho(self) -> float:
        return max(norm_of(self.net.v) - 1, 0.0)

    def _omega(self) -> float:
        return min(norm_of(row) for W in self.net.W for row in W)

    def _slope(self) -> float:
        return CONSTANTS[self.net.activation][0]

    def _beta(self) -> float:
        return CONSTANTS[self.net.activation][1]

    def _c0(self) -> float:
        return CONSTANTS[self.net.activation][2]

    def _input_norm(self) -> float:
        return max(norm_of(net.x) for net in self.nets)

    def _output_abs(self) -> float:
        return abs(self.net.at()[0])

    def _gradient_norm(self) -> float:
        return norm_of(self.net.at()[1])

    def _hidden_gradient_norm(self) -> float:
        return norm_of(self.net.at()[1][: -len(self.net.v)])

    def _input_gradient_norm(self) -> float:
        return norm_of(self.net.at()[2])

    def _hessian_norm(self) -> float:
        return _spectral(self.net.hessian())

    def _direction_norm(self) -> float:
        return max(_norm_2(W / np.linalg.norm(W, axis=1, keepdims=True)) for W in self.net.W)

    def _row_alignment(self) -> float:
        gradient = self.net.at()[1][: -len(self.net.v)]
        ends = np.cumsum([W.size for W in self.net.W])[:-1]
        blocks = [block.reshape(W.shape) for block, W in zip(np.split(gradient, ends), self.net.W, strict=True)]
        largest = []
        for W, g, alpha in zip(self.net.W, blocks, self.net.inputs(), strict=True):
            scale = norm_of(self.net.v) * norm_of(alpha)
            largest.append(float(np.abs((W * g).sum(axis=1)).max()) / scale if scale else 0.0)
        return max(largest)

    def _residuals(self) -> Array:
        if self.y is None:
            raise Refused("this instance has no targets")
        return np.array([net.at()[0] for net in self.nets]) - self.y

    def _loss(self) -> float:
        return float(np.mean(self._residuals() ** 2))

    def _loss_gradient_norm(self) -> float:
        gradients = np.array([net.at()[1] for net in self.nets])
        return norm_of(2 * self._residuals() @ gradients / len(self.nets))

    def _loss_hessian_norm(self) -> float:
        total = 0.0
        for net, residual in zip(self.nets, self._residuals(), strict=True):
            gradient = net.at()[1]
            total = total + 2 * (np.outer(gradient, gradient) + residual * net.hessian()) / len(self.nets)
        return _spectral(np.asarray(total))


def _norm_2(matrix: Array) -> float:
    return float(np.linalg.norm(matrix, ord=2))


FAMILIES |= {"weight_norm": Networks, "plain_network": Networks, "regression": Networks}
