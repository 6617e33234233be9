"""Networks and their square loss, measured by the complex step: with θ + ih u, h tiny, Im ∇f/h is ∇²f u."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeAlias

import numpy as np

from wnverify.questions.counterexample.script.formula import Formula, Scope
from wnverify.questions.counterexample.script.intervals import (
    DOWN,
    UP,
    ZERO,
    CannotMeasure,
    Ends,
    add,
    exact,
    multiply,
    sqrt,
)

Array: TypeAlias = Any

STEP, LARGEST_HESSIAN = 1e-30, 1000


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
TEXTS: Mapping[str, tuple[str, str, str]] = {  # sup|φ′|, sup|φ″|, |φ(0)|
    "identity": ("1", "0", "0"),
    "tanh": ("1", "4/(3*sqrt(3))", "0"),
    "sin": ("1", "1", "0"),
    "softplus": ("1", "1/4", "log(2)"),
    "softplus0": ("1", "1/4", "0"),
    "sigmoid4": ("1", "2/(3*sqrt(3))", "0"),
    "gelu": ("1", "sqrt(2/pi)/((1 + erf(1))/2 + exp(-1)/sqrt(pi))", "0"),
    "relu": ("1", "oo", "0"),
}


def constants_of(activation: str) -> tuple[Ends, Ends, Ends]:
    """The three constants of an activation, to a hundred digits but for those of gelu."""
    slope, beta, c0 = (Formula(text, "a constant").value(NOTHING) for text in TEXTS[activation])
    return slope, beta, c0


def _no_number(name: str) -> Ends:
    raise CannotMeasure(f"{name} has no number")


NOTHING = Scope(_no_number)
CONSTANTS: Mapping[str, tuple[float, ...]] = {
    name: tuple(float(end[0]) for end in constants_of(name)) for name in TEXTS
}


def _lifted(name: str, z: Array) -> tuple[Array, Array]:
    value, slope, curvature = ACTIVATIONS[name](z.real)
    return value + 1j * z.imag * slope, slope + 1j * z.imag * curvature


# ---- one instance, and exact numbers read off it


class Instance:
    """One instance: what is in it, and no quantity yet.

    Args:
        family: the name of its family.
        shape: its sizes.
        settings: its settings.
        arrays: its arrays.
    """

    def __init__(
        self, family: str, shape: Mapping[str, int], settings: Mapping[str, str], arrays: Mapping[str, Array]
    ) -> None:
        self.family, self.shape, self.settings, self.arrays = family, shape, settings, arrays


def setting(instance: Instance, name: str, known: Sequence[str]) -> str:
    """A setting, if this script knows its value."""
    value = instance.settings.get(name, "")
    if value not in known:
        raise CannotMeasure(f"this script does not know the {name} {value[:40]!r}")
    return value


def length_of(vector: Array) -> Ends:
    """Euclidean norm of a vector, to a hundred digits; exact where it is a decimal."""
    total = exact(0)
    for entry in vector.ravel().tolist():
        total = add(total, multiply(exact(entry), exact(entry)))
    return sqrt(total)


def least(numbers: Sequence[Ends]) -> Ends:
    """The least of several numbers."""
    return (min(x[0] for x in numbers), min(x[1] for x in numbers))


def greatest(numbers: Sequence[Ends]) -> Ends:
    """The greatest of several numbers."""
    return (max(x[0] for x in numbers), max(x[1] for x in numbers))


def excess(length: Ends) -> Ends:
    """How far a length lies above 1; 0 if it does not."""
    return (max(DOWN.subtract(length[0], Decimal(1)), ZERO), max(UP.subtract(length[1], Decimal(1)), ZERO))


# ---- one network


class Network:
    """f(θ; x) and its derivatives for one input; θ = (W1 row by row, …, WL, v)."""

    def __init__(self, instance: Instance, x: Array) -> None:
        self.activation = setting(instance, "activation", list(ACTIVATIONS))
        self.fan_out = setting(instance, "scaling", ("fan_out", "fan_in")) == "fan_out"
        self.normalised = instance.family != "plain_network"
        self.W = [instance.arrays[f"W{layer + 1}"] for layer in range(instance.shape["L"])]
        self.v, self.x = instance.arrays["v"], x
        self.theta = np.concatenate([part.ravel() for part in (*self.W, self.v)])

    def gradient(self, theta: Array, x: Array) -> tuple[Any, Array, Array, float]:
        """f, ∇_θ f and ∇_x f, complex arithmetic throughout, and the size of what cancels in ∇_W f."""
        *blocks, v = np.split(theta, np.cumsum([W.size for W in self.W]))
        layers, alpha = [], x
        for block, W in zip(blocks, self.W):
            rows = block.reshape(W.shape)
            norms = self._norms(rows)
            unit = rows / norms[:, None]
            scale = 1 / math.sqrt(W.shape[0] if self.fan_out else W.shape[1])
            value, slope = _lifted(self.activation, scale * (unit @ alpha))
            layers.append((unit, norms, scale, alpha, slope))
            alpha = value
        factor = 1.0 if self.fan_out else 1 / math.sqrt(len(v))
        parts, back, size = [factor * alpha], factor * v, 0.0
        for unit, norms, scale, before, slope in reversed(layers):
            delta = scale * back * slope
            block = delta[:, None] * before[None, :] / norms[:, None]
            size += float(np.sum(np.abs(block)))
            if self.normalised:
                block = block - (unit * block).sum(axis=1, keepdims=True) * unit
            parts.append(block.ravel())
            back = unit.T @ delta
        return factor * (v @ alpha), np.concatenate(parts[::-1]), back, size

    def _norms(self, rows: Array) -> Array:
        """Norms by Σ w², not Σ |w|²; first every row is divided by its largest entry, or 1e-200 would vanish."""
        if not self.normalised:
            return np.ones(len(rows), complex)
        largest = np.abs(rows.real).max(axis=1)
        return largest * np.sqrt(np.square(rows / largest[:, None]).sum(axis=1))

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
        value, theta, x, _ = self.gradient(self.theta.astype(complex), self.x.astype(complex))
        return float(value.real), theta.real, x.real

    def cancelling(self) -> float:
        """The size of what cancels in ∇_W f: rounding alone may leave 1e-15 of it."""
        return self.gradient(self.theta.astype(complex), self.x.astype(complex))[3]

    def hessian(self) -> Array:
        """∇²_θ f, one complex step a column, far below the size of the row (or of v) that it is taken in."""
        if len(self.theta) > LARGEST_HESSIAN:
            raise CannotMeasure(f"a Hessian of more than {LARGEST_HESSIAN} parameters is too large for this script")
        sizes = np.concatenate(
            [*(np.repeat(np.abs(W).max(axis=1), W.shape[1]) for W in self.W), np.ones(len(self.v))]
        )
        steps = STEP * np.where(sizes > 0, sizes, 1.0)
        columns = []
        for index, step in enumerate(steps):
            moved = self.theta.astype(complex)
            moved[index] += 1j * step
            columns.append(self.gradient(moved, self.x.astype(complex))[1].imag / step)
        H = np.array(columns)
        return 0.5 * (H + H.T)


# ---- what is measured


def measured(owner: object, name: str) -> float:
    """What the method `_name` says; a quantity that is measured is at least 0, unless its owner calls it signed."""
    route = getattr(owner, f"_{name}", None)
    if route is None:
        raise CannotMeasure(f"this script has no measure of {name[:40]}")
    return float(route())


def norm_of(vector: Array) -> float:
    """Euclidean norm, without overflow or underflow of the squares."""
    largest = float(np.max(np.abs(vector), initial=0.0))
    return largest * float(np.sqrt(np.sum(np.square(vector / largest)))) if largest else 0.0


def _spectral(H: Array) -> float:
    return float(np.abs(np.linalg.eigvalsh(H)).max())


class Networks:
    """Every symbol of one network, or of its square loss on data, by name."""

    MOVED = ("rho", "omega", "input_norm")
    """What is read off arrays of its own, so that another multiple of them moves nothing else that is read off."""
    TOGETHER = (("rho", "output_weight_norm"), ("omega", "row_norm_max", "weight_frobenius"))
    """What is read off the same arrays: beside another of its row, none of these is moved."""

    def __init__(self, instance: Instance) -> None:
        self.shape, arrays = instance.shape, instance.arrays
        self.samples = arrays["X"].T if "X" in arrays else arrays["x"][None]
        self.nets = [Network(instance, x) for x in self.samples]
        self.y: Array = arrays.get("y")

    @staticmethod
    def layout(family: str, shape: Mapping[str, int]) -> dict[str, str]:
        """The axes of every array."""
        layers = {f"W{layer + 1}": "m m" if layer else "m d" for layer in range(shape["L"])}
        data = {"X": "d n", "y": "n"} if family not in ("weight_norm", "plain_network") else {"x": "d"}
        return {**layers, "v": "m", **data}

    @property
    def net(self) -> Network:
        """The network at the first input."""
        return self.nets[0]

    def read(self, name: str) -> Ends | None:
        """What needs no measuring: sizes, constants of the activation, norms of the arrays themselves."""
        if name in self.shape:
            return exact(self.shape[name])
        if name in ("slope", "beta", "c0"):
            return dict(zip(("slope", "beta", "c0"), constants_of(self.net.activation)))[name]
        lengths: dict[str, Callable[[], Ends]] = {
            "rho": lambda: excess(length_of(self.net.v)),
            "omega": lambda: least([length_of(row) for W in self.net.W for row in W]),
            "input_norm": lambda: greatest([length_of(x) for x in self.samples]),
            "output_weight_norm": lambda: length_of(self.net.v),
            "row_norm_max": lambda: greatest([length_of(row) for W in self.net.W for row in W]),
            "weight_frobenius": lambda: greatest([length_of(W) for W in self.net.W]),
        }
        return lengths[name]() if name in lengths else None

    def floor(self, name: str) -> float:
        """What rounding may leave of something that is 0 for a reason that floats do not see."""
        smallest = min(norm_of(row) for W in self.net.W for row in W) if self.net.normalised else 1.0
        steep = max(net.cancelling() for net in self.nets)
        sizes = {
            **dict.fromkeys(("hidden_gradient_norm", "gradient_norm", "gradient_norm_W1", "gradient_norm_WL"), steep),
            "layer_gradient_norm": steep, "row_alignment": steep * self._largest(),
            "hessian_norm": steep * (1 + 1 / smallest),
        }  # fmt: skip
        return 1e-14 * sizes.get(name, 0.0)

    def measure(self, name: str) -> float:
        """What is measured in floats."""
        return measured(self, name)

    def _largest(self) -> float:
        return max(norm_of(row) for W in self.net.W for row in W)

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

    def _gradient_norm_v(self) -> float:
        return norm_of(self.net.at()[1][-len(self.net.v) :])

    def _by_layer(self) -> list[float]:
        """‖∂f/∂W‖ of every layer."""
        ends = np.cumsum([W.size for W in self.net.W])
        return [norm_of(part) for part in np.split(self.net.at()[1], ends)[:-1]]

    def _gradient_norm_W1(self) -> float:
        return self._by_layer()[0]

    def _gradient_norm_WL(self) -> float:
        return self._by_layer()[-1]

    def _layer_gradient_norm(self) -> float:
        return max(self._by_layer())

    def _weight_spectral(self) -> float:
        return max(_norm_2(W) for W in self.net.W)

    def _direction_norm(self) -> float:
        return max(_norm_2(W / np.array([[norm_of(row)] for row in W])) for W in self.net.W)

    def _row_alignment(self) -> float:
        gradient = self.net.at()[1][: -len(self.net.v)]
        ends = np.cumsum([W.size for W in self.net.W])[:-1]
        blocks = [block.reshape(W.shape) for block, W in zip(np.split(gradient, ends), self.net.W)]
        largest = max(float(np.abs((W * g).sum(axis=1)).max()) for W, g in zip(self.net.W, blocks))
        return largest / (1 + max(norm_of(self.net.v) - 1, 0.0))

    def _residuals(self) -> Array:
        if self.y is None:
            raise CannotMeasure("this instance has no targets")
        return np.array([net.at()[0] for net in self.nets]) - self.y

    def _loss(self) -> float:
        return float(np.mean(self._residuals() ** 2))

    def _target_size(self) -> float:
        return norm_of(np.array(self.y)) / float(np.sqrt(len(self.nets)))

    def _loss_gradient(self) -> Array:
        gradients = np.array([net.at()[1] for net in self.nets])
        return np.asarray(2 * self._residuals() @ gradients / len(self.nets))

    def _loss_gradient_norm(self) -> float:
        return norm_of(self._loss_gradient())

    def _ratio_v(self) -> float:
        return norm_of(self._loss_gradient()[-len(self.net.v) :]) ** 2 / self._loss()

    def _ratio_W(self) -> float:
        return norm_of(self._loss_gradient()[: -len(self.net.v)]) ** 2 / self._loss()

    def _loss_hessian(self) -> Array:
        total = 0.0
        for net, residual in zip(self.nets, self._residuals()):
            gradient = net.at()[1]
            total = total + 2 * (np.outer(gradient, gradient) + residual * net.hessian()) / len(self.nets)
        return np.asarray(total)

    def _loss_hessian_norm(self) -> float:
        return _spectral(self._loss_hessian())


def _norm_2(matrix: Array) -> float:
    return float(np.linalg.norm(matrix, ord=2))
