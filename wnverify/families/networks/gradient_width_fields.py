"""What is measured on networks given one for each Gaussian draw: widths of sets of gradients, from below.

For a set A the width is w(A) = E_g sup_{a∈A} ⟨a, g⟩, g ~ N(0, I). With s_j = ⟨a_j, g_j⟩, a_j ∈ A chosen for the draw
g_j in whatever way, and R = sup_{a∈A} ‖a‖: sup_{a∈A} ⟨a, g⟩ is R-Lipschitz in g, so the mean of k suprema is
(R/√k)-Lipschitz in the k independent draws together, and by Gaussian concentration

    (1/k) Σ s_j − R √(2 log(1/p)/k)

lies above w(A) with a probability of at most p, as long as A does not depend on the draws. So does the larger of
that and 0, as w(A) ≥ 0. A value below the supremum makes the limit lower still: networks that were found badly make
it weak and never wrong. R is not measured; it is a bound of ‖∇_θ f‖ that holds for the whole class.

The draws are those of a generator with the seed that an instance stores, so that a search may change networks, and
take another seed, but no draw. An ascent of the limit would let ρ₁, ω and the data follow the draws; so no slope of
it is offered, and the networks are climbed when they are drawn. What moves the class otherwise, a few numbers some
hundred times, is far from the 6.4 standard deviations by which the limit stays below the mean.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import product

import autograd.numpy as anp
import numpy as np
import scipy

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.engine.activations import ACTIVATIONS
from wnverify.engine.networks import autodiff
from wnverify.engine.networks.derivatives import Tangent, pullback1, slope, tangent
from wnverify.engine.networks.network import Direction, Network, Tape, forward, parameters, scales, value
from wnverify.families.kit.parts import once
from wnverify.families.networks.rademacher_fields import FAILURE, beside
from wnverify.families.networks.setting import scaling_of
from wnverify.family import Arrays

LINEAR = "output"
"""The loss that is the output itself, so that its gradient is that of the predictor."""


# ---- the networks of all draws side by side


def networks(arrays: Arrays) -> Arrays:
    """The arrays of the networks, (k, …, B), among others."""
    return {name: array for name, array in arrays.items() if name.startswith("W") or name == "v"}


def _lengths(name: str, arrays: Arrays) -> tuple[FloatArray, FloatArray]:
    """The norms of the rows, or of v, with the axis kept, and those of the nearest ones in the class."""
    length = np.maximum(np.linalg.norm(arrays[name], axis=1 if name == "v" else 2, keepdims=True), 1e-300)
    inside = np.minimum(length, 1.0 + arrays["rho"]) if name == "v" else np.maximum(length, arrays["omega"])
    return length, inside


def within_class(arrays: Arrays) -> dict[str, FloatArray]:
    """All arrays, with the networks brought into the class: rows lengthened to ω, v shortened to 1 + ρ₁."""
    lengths = {name: _lengths(name, arrays) for name in networks(arrays)}
    return {**arrays, **{name: arrays[name] * (inside / length) for name, (length, inside) in lengths.items()}}


@once
def network(batch: Batch) -> Network:
    """All k·B networks side by side, draw by draw, each on its own copy of the data."""
    X = batch.arrays["X"]
    inputs = np.repeat(X[:, :, None], batch.shape["draws"], axis=2).reshape(*X.shape[:2], -1)
    activation, scaling = ACTIVATIONS[batch.settings["activation"]], scaling_of(batch.settings)
    W, v = _weights(batch, within_class(batch.arrays))
    return Network(W, v, inputs, activation, scaling)


def _weights(batch: Batch, arrays: Arrays) -> tuple[tuple[FloatArray, ...], FloatArray]:
    """Hidden layers and output layer, with a sample axis of length 1, of the networks or of the draws."""
    W = tuple(beside(arrays[f"W{layer + 1}"])[:, :, None] for layer in range(batch.shape["L"]))
    return W, beside(arrays["v"])[:, None]


@lru_cache(maxsize=64)
def _normal(seed: int, draws: int, size: int) -> FloatArray:
    found = np.random.default_rng(seed).standard_normal((draws, size))
    found.setflags(write=False)
    return found


def gaussian(batch: Batch) -> Arrays:
    """The draws g of every instance, in the shapes and by the names of its networks, (k, …, B), from its seed."""
    names, start, parts = networks(batch.arrays), 0, {}
    size = sum(math.prod(array.shape[1:-1]) for array in names.values())
    seeds = np.rint(batch.arrays["seed"]).astype(int)
    g = np.stack([_normal(int(seed), batch.shape["draws"], size) for seed in seeds], axis=-1)
    for name, array in names.items():
        stop = start + math.prod(array.shape[1:-1])
        parts[name] = g[:, start:stop].reshape(array.shape)
        start = stop
    return parts


@once
def _direction(batch: Batch) -> Direction:
    W, v = _weights(batch, gaussian(batch))
    return Direction(W, v, np.zeros_like(network(batch).x))


@once
def _jet(batch: Batch) -> tuple[Tape, Tangent]:
    tape = forward(network(batch), 2)
    return tape, tangent(network(batch), _direction(batch), tape)


def repeated(batch: Batch, name: str) -> FloatArray:
    """An array (…, B) for every draw, (…, k·B)."""
    return np.tile(batch.arrays[name], batch.shape["draws"])


def steepness(batch: Batch) -> FloatArray:
    """sup|ℓ′|, (B,): λ, or 1 for the output itself."""
    return np.ones(batch.size) if batch.settings["loss"] == LINEAR else batch.arrays["lipschitz"]


def _loss_slopes(batch: Batch, outputs: FloatArray) -> tuple[FloatArray, FloatArray]:
    """ℓ′ and ℓ″ at the outputs, (n, k·B): 1 and 0, or those of ℓ(f, y) = λ √(1 + (f−y)²)."""
    if batch.settings["loss"] == LINEAR:
        return np.ones_like(outputs), np.zeros_like(outputs)
    error, rate = outputs - repeated(batch, "y"), repeated(batch, "lipschitz")
    root = np.hypot(1.0, error)
    return rate * error / root, rate / root**3


@once
def products(batch: Batch) -> FloatArray:
    """⟨(1/n) Σ_i ∇_θ ℓ(f(θ_j; x_i), y_i), g_j⟩ of every draw, (k, B)."""
    tape, tan = _jet(batch)
    first = _loss_slopes(batch, value(network(batch), tape))[0]
    along = slope(network(batch), _direction(batch), tape, tan)
    return np.mean(first * along, axis=0).reshape(-1, batch.size)


@dataclass(frozen=True)
class Climb:
    """What an ascent of the networks of all draws side by side needs, (…, k·B) each.

    Args:
        direction: the draws.
        losses: outputs → ℓ′ and ℓ″.
        radius: 1 + ρ₁.
        omega: ω.
    """

    direction: Direction
    losses: Callable[[FloatArray], tuple[FloatArray, FloatArray]]
    radius: FloatArray
    omega: FloatArray

    def judged(self, net: Network, *, sloped: bool = True) -> tuple[FloatArray, Direction]:
        """The products and, if asked for, their gradients in the networks: (1/n) Σ (ℓ″ ḟ ∇f + ℓ′ ∇ḟ)."""
        tape, size = forward(net, 2), net.x.shape[1]
        tan = tangent(net, self.direction, tape)
        (first, second), along = self.losses(value(net, tape)), slope(net, self.direction, tape, tan)
        weights = second * along / size, first / size
        slopes = pullback1(net, self.direction, (tape, tan), weights) if sloped else self.direction
        return np.mean(first * along, axis=0), slopes


def climb_of(batch: Batch) -> Climb:
    """What an ascent from the networks of a batch needs."""
    radius, omega = 1.0 + repeated(batch, "rho"), repeated(batch, "omega")
    return Climb(_direction(batch), partial(_loss_slopes, batch), radius, omega)


# ---- the lower limit of a mean over draws


def _stretch(batch: Batch) -> FloatArray:
    """The longest input, where it is longer than 1: gradients grow with it at most in proportion."""
    return np.maximum(1.0, np.linalg.norm(batch.arrays["X"], axis=0).max(axis=0))


def longest_gradient(batch: Batch) -> FloatArray:
    """R, (B,): sup‖∇_θ ℓ‖ over the class, λ times the supremum of `depth_free/gradient`, or G if φ(0) ≠ 0."""
    L, m = batch.shape["L"], batch.shape["m"]
    c0 = ACTIVATIONS[batch.settings["activation"]].c0
    kappa = (1.0 + batch.arrays["rho"]) ** 2 / (m * batch.arrays["omega"] ** 2)
    if c0 == 0.0:
        deep = (2.0 - 1.0 / m if L > 1 else 1.0) * kappa
        square = np.maximum(np.maximum(1.0, kappa + 1.0 - 1.0 / m), deep)
    else:
        a = 1.0 + np.arange(L + 1) * math.sqrt(m) * c0
        square = a[-1] ** 2 + kappa * np.sum(a[:-1] ** 2)
    return steepness(batch) * _stretch(batch) * np.sqrt(square)


def _loss_of_confidence(draws: int) -> float:
    return math.sqrt(2.0 * math.log(1.0 / FAILURE) / draws)


def gradient_width(batch: Batch) -> FloatArray:
    """The lower limit of the width of the set of gradients, (B,)."""
    limit = products(batch).mean(axis=0) - longest_gradient(batch) * _loss_of_confidence(batch.shape["draws"])
    return np.maximum(0.0, limit)


def gradient_width_by_oracle(batch: Batch) -> FloatArray:
    """The same from gradients by autograd, one network at a time, with R as the value of a linear programme."""
    net, found = network(batch), []
    for index, seed in enumerate(batch.arrays["seed"]):
        total = []
        for draw, g in enumerate(_normal(round(float(seed)), batch.shape["draws"], parameters(net))):
            slopes = autodiff.oracle_mean_gradient(net, _loss(batch, index), draw * batch.size + index)
            total.append(float(slopes @ g))
        mean = math.fsum(total) / len(total)
        found.append(max(0.0, mean - _longest_by_programme(batch.one(index)) * _loss_of_confidence(len(total))))
    return np.array(found)


def _loss(batch: Batch, index: int) -> Callable[[FloatArray], FloatArray]:
    """The n losses as a function of the n outputs, for autograd."""
    if batch.settings["loss"] == LINEAR:
        return lambda outputs: outputs
    y, rate = batch.arrays["y"][:, index], float(batch.arrays["lipschitz"][index])
    return lambda outputs: rate * anp.sqrt(1.0 + (outputs - y) ** 2)


def _longest_by_programme(one: Batch) -> float:
    """R of one instance: the largest x + κ min(m(1−x), S − x) over 0 ≤ x ≤ 1; S − x is 1 where L = 1."""
    L, m, c0 = one.shape["L"], one.shape["m"], ACTIVATIONS[one.settings["activation"]].c0
    kappa = float((1.0 + one.arrays["rho"][0]) / one.arrays["omega"][0]) ** 2 / m
    if c0 == 0.0:
        deep = [1.0, 1.0] if L > 1 else [0.0, 1.0]
        top = 2.0 - 1.0 / m if L > 1 else 1.0
        found = scipy.optimize.linprog([-1.0, -kappa], [[m, 1.0], deep], [m, top], bounds=[(0.0, 1.0), (None, None)])
        square = -float(found.fun or 0.0)
    else:
        square = (1.0 + L * math.sqrt(m) * c0) ** 2
        square += kappa * math.fsum((1.0 + layer * math.sqrt(m) * c0) ** 2 for layer in range(L))
    longest = max(1.0, *(math.sqrt(math.fsum(x**2)) for x in one.arrays["X"][:, :, 0].T))
    return float(steepness(one)[0]) * longest * math.sqrt(square)


# ---- the featurizer


def _features(batch: Batch) -> FloatArray:
    """⟨(1/n) Σ_i α^L(θ_j; x_i), g_j⟩ over the part of g_j that belongs to v, (k, B)."""
    mean = _jet(batch)[0].alpha[-1].mean(axis=1)
    return np.sum(mean * beside(gaussian(batch)["v"]), axis=0).reshape(-1, batch.size)


def _longest_features(batch: Batch) -> FloatArray:
    """sup‖α^L‖ ≤ a_L."""
    c0 = ACTIVATIONS[batch.settings["activation"]].c0
    return (1.0 + batch.shape["L"] * math.sqrt(batch.shape["m"]) * c0) * _stretch(batch)


def featurizer_reached(batch: Batch) -> FloatArray:
    """The lower limit of the width of the featurizer, (B,)."""
    limit = _features(batch).mean(axis=0) - _longest_features(batch) * _loss_of_confidence(batch.shape["draws"])
    return np.maximum(0.0, limit)


def featurizer_reached_by_oracle(batch: Batch) -> FloatArray:
    """The same from single outputs of the independent oracle: the output of a network is linear in its v, here g."""
    net, found = network(batch), []
    for index in range(batch.size):
        total = []
        for draw, sample in product(range(batch.shape["draws"]), range(batch.shape["n"])):
            place = [draw * batch.size + index]
            W = tuple(rows[:, :, 0, place] for rows in net.W)
            g = gaussian(batch)["v"][draw, :, [index]].T
            total.append(autodiff.oracle_value(Network(W, g, net.x[:, sample, place], net.activation, net.scaling)))
        lost = float(_longest_features(batch.one(index))[0]) * _loss_of_confidence(batch.shape["draws"])
        found.append(max(0.0, math.fsum(total) / len(total) - lost))
    return np.array(found)


def featurizer_width(batch: Batch) -> FloatArray:
    """w(A^L) for increasing φ, the mean over the samples, (B,): m (φ(r) − φ(−r))/√(2π), r the largest |z| of layer L.

    Whatever α^{L−1} is, the z_i of the last layer are chosen each by its own row, within ±‖α^{L−1}‖/√m; that is
    largest where all entries of α^{L−1} are, and they can be alike. So A^L lies in the cube [φ(−r), φ(r)]^m and holds
    its corners, with r = ‖x‖/√m at the first layer and max(|φ(r)|, |φ(−r)|) of each layer at the next.
    """
    phi = ACTIVATIONS[batch.settings["activation"]].value
    r = np.linalg.norm(batch.arrays["X"], axis=0) / math.sqrt(batch.shape["m"])
    for _ in range(batch.shape["L"] - 1):
        r = np.maximum(np.abs(phi(r)), np.abs(phi(-r)))
    return np.asarray(batch.shape["m"] / math.sqrt(2.0 * math.pi) * np.mean(phi(r) - phi(-r), axis=0))


def featurizer_width_by_oracle(batch: Batch) -> FloatArray:
    """The same from networks of one neuron a layer, of all signs, by the oracle, and E max(ag, bg) by quadrature."""
    net, found = network(batch), []
    for index in range(batch.size):
        total = 0.0
        for sample in range(batch.shape["n"]):
            length = float(np.linalg.norm(batch.arrays["X"][:, sample, index]))
            ends = [_chain(net, length, signs) for signs in product((1.0, -1.0), repeat=batch.shape["L"])]
            total += _mean_of_larger(max(ends), min(ends))
        found.append(batch.shape["m"] * total / batch.shape["n"])
    return np.array(found)


def _chain(net: Network, length: float, signs: tuple[float, ...]) -> float:
    """The common entry of α^L where in each layer all rows are alike and along ± the activations below."""
    s = scales(net)[0]
    entry, below = 0.0, length
    for layer, sign in enumerate(signs):
        entry = float(autodiff.ACTIVATIONS[net.activation.name](sign * s[layer] * below))
        below = abs(entry) * math.sqrt(net.widths[layer + 1])
    return entry


def _mean_of_larger(high: float, low: float) -> float:
    """E max(high·g, low·g), g ~ N(0, 1)."""

    def integrand(t: float) -> float:
        return max(high * t, low * t) * math.exp(-t * t / 2) / math.sqrt(2.0 * math.pi)

    return sum(
        float(scipy.integrate.quad(integrand, *ends, epsabs=0.0, epsrel=1e-12)[0])
        for ends in ((-40.0, 0.0), (0.0, 40.0))
    )
