"""What proofs go through: the pieces of the Hessian in the hidden weights, and what gradients are made of."""

from __future__ import annotations

import math

import numpy as np

from wnverify.questions.counterexample.script.curvature import Curvature
from wnverify.questions.counterexample.script.intervals import CannotMeasure
from wnverify.questions.counterexample.script.networks import (
    ACTIVATIONS,
    LARGEST_HESSIAN,
    STEP,
    Array,
    Instance,
    Network,
    _lifted,
    _norm_2,
    _spectral,
    norm_of,
)

PIECES = ("own_hessian_norm", "cross_term_norm", "bent_hessian_norm", "row_curvature")
OF_PROBLEM = ("loss", "ratio_", "target_", "ntk_", "sample_", "residual_", "gauss_")


class Seen:
    """One layer: its directions u, norms r and scale s; α before it, z, φ′(z), φ″(z), b = ∂f/∂α and c = ∂f/∂z."""

    def __init__(self, net: Network, W: Array, alpha: Array) -> None:
        self.r = np.array([norm_of(row) for row in W])
        self.u, self.alpha, self.fan_out = W / self.r[:, None], alpha, net.fan_out
        self.s = 1 / math.sqrt(W.shape[0] if net.fan_out else W.shape[1])
        self.z = self.s * (self.u @ alpha)
        self.value, self.first, self.second = ACTIVATIONS[net.activation](self.z)
        self.b = self.c = self.z

    def back(self, b: Array) -> Array:
        """Note ∂f/∂α of this layer; that of the one below."""
        self.b, self.c = b, b * self.first
        return self.u.T @ (self.s * self.c)

    def across(self) -> Array:
        """α without its part along each direction, (m, k)."""
        return self.alpha - (self.u @ self.alpha)[:, None] * self.u

    def sines(self) -> Array:
        """sin²θ of every row with α; 0 where α is 0."""
        size = norm_of(self.alpha)
        return np.array([(norm_of(part) / size) ** 2 if size else 0.0 for part in self.across()])

    def inputs(self) -> Array:
        """α in units in which both scalings are one."""
        return self.alpha if self.fan_out else self.alpha / math.sqrt(len(self.alpha))

    def pulled(self, slopes: Array) -> Array:
        """∂f/∂α or ∂f/∂z in these units."""
        return slopes if self.fan_out else slopes * math.sqrt(len(slopes))


def seen_of(net: Network) -> list[Seen]:
    """Every layer, from the first."""
    found, alpha = [], net.x
    for W in net.W:
        found.append(Seen(net, W, alpha))
        alpha = found[-1].value
    b = net.v if net.fan_out else net.v / math.sqrt(len(net.v))
    for each in found[::-1]:
        b = each.back(b)
    return found


def responses(net: Network) -> list[Array]:
    """∂z/∂W of every layer, m × the number of hidden weights, one complex step a column."""
    sizes = np.concatenate([np.repeat(np.abs(W).max(axis=1), W.shape[1]) for W in net.W])
    if len(sizes) > LARGEST_HESSIAN:
        raise CannotMeasure(f"derivatives of more than {LARGEST_HESSIAN} weights are too many for this script")
    columns = []
    for index, step in enumerate(STEP * np.where(sizes > 0, sizes, 1.0)):
        moved = np.concatenate([W.ravel() for W in net.W]).astype(complex)
        moved[index] += 1j * step
        columns.append([z.imag / step for z in _complex_pass(net, moved)])
    return [np.array(layer).T for layer in zip(*columns)]


def _complex_pass(net: Network, theta: Array) -> list[Array]:
    found, alpha = [], net.x.astype(complex)
    for block, W in zip(np.split(theta, np.cumsum([W.size for W in net.W])[:-1]), net.W):
        rows = block.reshape(W.shape)
        scale = 1 / math.sqrt(W.shape[0] if net.fan_out else W.shape[1])
        found.append(scale * ((rows / net._norms(rows)[:, None]) @ alpha))
        alpha = _lifted(net.activation, found[-1])[0]
    return found


class Steps(Curvature):
    """The symbols of `Curvature`, and those that stand in steps of proofs alone."""

    def floor(self, name: str) -> float:
        """As for all networks; of a piece of the Hessian as for that."""
        return super().floor("hessian_norm" if name in PIECES else name)

    def _row_curvature(self) -> float:
        layers = seen_of(self.net)
        return max(float((np.abs(one.c) * one.s * norm_of(one.alpha) / one.r / one.r).max()) for one in layers)

    def _own_hessian_norm(self) -> float:
        """c s ∂²⟨u, α⟩/∂w² of every row, with P = I − uuᵀ: −(Pα uᵀ + u (Pα)ᵀ + ⟨u, α⟩P)/r²."""
        found = [0.0]
        for one in seen_of(self.net):
            for u, r, c, part in zip(one.u, one.r, one.c, one.across()):
                flat = (np.eye(len(u)) - np.outer(u, u)) * (u @ one.alpha) if len(u) > 1 else np.zeros((1, 1))
                block = np.outer(part, u) + np.outer(u, part) + flat
                found.append(abs(c) * one.s / r / r * _spectral(block) if len(u) > 1 else 0.0)
        return max(found)

    def _cross_term_norm(self) -> float:
        """Y + Yᵀ with a row c s ∂u/∂w ∂α/∂W for every row above the first layer."""
        layers, J = seen_of(self.net), responses(self.net)
        rows = [np.zeros((self.net.W[0].size, J[0].shape[1]))]
        for one, below, moved in zip(layers[1:], layers, J):
            reach = below.first[:, None] * moved
            rows += [c * one.s / r * (reach - np.outer(u, u @ reach)) for u, r, c in zip(one.u, one.r, one.c)]
        Y = np.concatenate(rows)
        return _spectral(Y + Y.T)

    def _bent_hessian_norm(self) -> float:
        """Σ b φ″ (∂z/∂W)(∂z/∂W)ᵀ."""
        pairs = zip(seen_of(self.net), responses(self.net))
        return _spectral(sum(J.T @ ((one.b * one.second)[:, None] * J) for one, J in pairs))

    def _layer_jacobians(self) -> float:
        layers = seen_of(self.net)
        return math.prod(_norm_2(one.first[:, None] * one.u) / math.sqrt(len(one.r)) for one in layers)

    def _layer_reach(self) -> float:
        return norm_of(np.array([norm_of(one.inputs()) * norm_of(one.pulled(one.b)) for one in seen_of(self.net)]))

    def _activation_reach(self) -> float:
        return norm_of(np.array([norm_of(one.inputs()) for one in seen_of(self.net)]))

    def _angle_reach(self) -> float:
        parts = [norm_of(one.inputs()) * one.pulled(one.c) * np.sqrt(one.sines()) for one in seen_of(self.net)]
        return norm_of(np.concatenate(parts))

    def _angles(self) -> list[tuple[float, float]]:
        """The mean of sin²θ over the rows of a layer, and that with the weights (∂f/∂z)²."""
        found = []
        for one in seen_of(self.net):
            size = norm_of(one.c)
            weights = (one.c / size) ** 2 if size else 0 * one.c
            found.append((float(one.sines().mean()), float(weights @ one.sines())))
        return found

    def _angle_recursion(self) -> float:
        """S = (1 − |σ − t|)S + x t, x = (1 − σ)x, from the first layer to the last."""
        total, x = 0.0, 1.0
        for spread, share in self._angles():
            total = (1 - abs(spread - share)) * total + x * share
            x *= 1 - spread
        return total

    def _last_activation(self) -> float:
        return math.prod(1 - spread for spread, _ in self._angles())

    # of a problem

    def _lengths(self) -> Array:
        return np.array([norm_of(net.at()[1]) for net in self.nets])

    def _bends(self) -> Array:
        if "bends" not in self.kept:
            self.kept["bends"] = np.array([_spectral(net.hessian()) for net in self.nets])
        return self.kept["bends"]

    def _weighed(self, values: Array) -> float:
        return float(2 * np.mean(np.abs(self._residuals()) * values))

    def _sample_gradient_rms(self) -> float:
        return norm_of(self._lengths()) / math.sqrt(len(self.nets))

    def _loss_gradient_sum(self) -> float:
        return self._weighed(self._lengths())

    def _gauss_newton_norm(self) -> float:
        return 2 * _norm_2(self._gradients()) ** 2 / len(self.nets)

    def _sample_hessian_rms(self) -> float:
        return norm_of(self._bends()) / math.sqrt(len(self.nets))

    def _residual_hessian_sum(self) -> float:
        return self._weighed(self._bends())


class AtSamples(Steps):
    """The symbols of a regression problem, and those of its network: the largest over the samples."""

    def __init__(self, instance: Instance) -> None:
        super().__init__(instance)
        rest = {name: array for name, array in instance.arrays.items() if name not in ("X", "y")}
        nets = [Instance("weight_norm", instance.shape, instance.settings, {**rest, "x": x}) for x in self.samples]
        self.ones = [Steps(net) for net in nets]

    def floor(self, name: str) -> float:
        """As for the problem, or the network."""
        return super().floor(name) if name.startswith(OF_PROBLEM) else max(one.floor(name) for one in self.ones)

    def measure(self, name: str) -> float:
        """As for the problem; or the largest over the samples."""
        return super().measure(name) if name.startswith(OF_PROBLEM) else max(one.measure(name) for one in self.ones)
