"""What is measured on networks given one for each sign vector: the empirical Rademacher complexity from below.

Up to 8 samples all sign vectors are there, and the mean over them is exact. Beyond, the mean over all 2ⁿ is bounded
by a lower confidence limit from k vectors drawn at random (`wnverify.engine.networks.sampled_mean`). This is sound
however the networks were found: S(ε) = sup_θ (1/n) Σ ε_i f(θ; x_i) is non-negative, the values S(ε¹), …, S(εᵏ) are
independent as long as the data do not depend on the signs, and a limit from values below them is lower still. The
opposite vectors −ε add no information, S(−ε) = S(ε), and so no sample size: the first sign is always +1.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from itertools import product

import numpy as np
import scipy

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.engine.activations import ACTIVATIONS
from wnverify.engine.contractions import front
from wnverify.engine.networks import autodiff
from wnverify.engine.networks.derivatives import pullback
from wnverify.engine.networks.network import RANGE, Network, Tape, forward
from wnverify.engine.networks.sampled_mean import STAKES, lower_mean
from wnverify.families.kit.parts import once
from wnverify.families.networks.setting import scaling_of
from wnverify.family import Shape

ROOM = 1_000_000
"""Numbers of the networks' inputs that are measured at once: each sign vector has its own copy of the data."""
FAILURE = 1e-9
"""Probability with which one set of sampled signs gives too much; so strict because a search looks at thousands."""


def sampled(shape: Shape) -> bool:
    """Whether the signs of this shape are a sample."""
    return "signs" in shape


def count_of(shape: Shape) -> int:
    """S, the number of sign vectors."""
    return shape["signs"] if sampled(shape) else int(2 ** (shape["n"] - 1))


def sign_vectors(size: int) -> FloatArray:
    """All sign vectors that begin with +1, (n, 2^{n−1}).

    >>> sign_vectors(2).tolist()
    [[1.0, 1.0], [1.0, -1.0]]
    """
    return np.array([(1.0, *signs) for signs in product((1.0, -1.0), repeat=size - 1)]).T


def random_signs(shape: Shape, count: int, rng: np.random.Generator) -> FloatArray:
    """Independent uniform sign vectors that begin with +1, (n, S, B)."""
    signs = rng.choice([-1.0, 1.0], (shape["n"], shape["signs"], count))
    return np.asarray(signs * signs[:1])


def signs_of(batch: Batch) -> FloatArray:
    """ε, (n, S, B)."""
    if sampled(batch.shape):
        return batch.arrays["signs"]
    return np.repeat(sign_vectors(batch.shape["n"])[:, :, None], batch.size, axis=2)


@once
def _network(batch: Batch) -> Network:
    """All S·B networks side by side, sign vector by sign vector, each on its own copy of the data."""
    W = tuple(beside(batch.arrays[f"W{layer + 1}"])[:, :, None] for layer in range(batch.shape["L"]))
    X = batch.arrays["X"]
    inputs = np.repeat(X[:, :, None], count_of(batch.shape), axis=2).reshape(*X.shape[:2], -1)
    v = np.zeros((batch.shape["m"], 1, inputs.shape[-1]))
    return Network(W, v, inputs, ACTIVATIONS[batch.settings["activation"]], scaling_of(batch.settings))


def beside(arrays: FloatArray) -> FloatArray:
    """One network for each of S draws, all side by side: (S, …, B) → (…, S·B)."""
    return np.moveaxis(arrays, 0, -2).reshape(*arrays.shape[1:-1], -1)


@once
def _tape(batch: Batch) -> Tape:
    return forward(_network(batch), 1)


def _signs(batch: Batch) -> FloatArray:
    """ε beside one another, (n, S·B)."""
    return signs_of(batch).reshape(batch.shape["n"], -1)


@once
def _sums(batch: Batch) -> FloatArray:
    """Σ_i ε_i α^L(x_i) of every network, (m, S·B)."""
    signs, rows = signs_of(batch), _rows(batch)
    if _tape in batch or rows is None:
        return np.asarray(np.einsum("ib,mib->mb", _signs(batch), _tape(batch).alpha[-1]))
    found = _reached(batch, rows) @ front(signs).swapaxes(1, 2)[..., None]
    return np.moveaxis(found[..., 0], 0, -1).swapaxes(0, 1).reshape(batch.shape["m"], -1)


def _rows(batch: Batch) -> list[FloatArray] | None:
    """Rows at length 1, (B, S, m, k) a layer; None where a norm is out of range."""
    layers = [front(batch.arrays[f"W{layer + 1}"]) for layer in range(batch.shape["L"])]
    norms = [np.sqrt(np.einsum("bsmk,bsmk->bsm", rows, rows)) for rows in layers]
    if not all(RANGE[0] < size.min() and size.max() < RANGE[1] for size in norms):
        return None
    return [rows / size[..., None] for rows, size in zip(layers, norms, strict=True)]


def _reached(batch: Batch, layers: list[FloatArray]) -> FloatArray:
    """α^L of every network at every sample, (B, S, m, n): products of matrices, with no copies of the data."""
    (B, S, m, d), phi = layers[0].shape, ACTIVATIONS[batch.settings["activation"]]
    z = (layers[0].reshape(B, S * m, d) @ front(batch.arrays["X"])).reshape(B, S, m, -1)
    alpha = phi.value(_scale(batch, d) * z)
    for rows in layers[1:]:
        alpha = phi.value(_scale(batch, m) * (rows @ alpha))
    return alpha


def _scale(batch: Batch, fan: int) -> float:
    """s_l, where a layer has so many inputs."""
    return float(batch.shape["m"] if scaling_of(batch.settings) == "fan_out" else fan) ** -0.5


def _values(batch: Batch) -> FloatArray:
    """κ ‖Σ ε_i α_i‖/n of every sign vector, (S, B): the best (1/n) Σ ε_i f for ‖v‖ = 1."""
    kappa = 1.0 if scaling_of(batch.settings) == "fan_out" else float(batch.shape["m"]) ** -0.5
    return kappa / batch.shape["n"] * np.linalg.norm(_sums(batch), axis=0).reshape(-1, batch.size)


def _parts(batch: Batch) -> Iterator[Batch]:
    """A few instances at a time, as many as the cache holds with all that is computed of them."""
    each = max(1, ROOM // (batch.shape["d"] * batch.shape["n"] * count_of(batch.shape)))
    for begin in range(0, batch.size, each):
        yield batch if each >= batch.size else batch.select(slice(begin, begin + each))


@once
def _mean(batch: Batch) -> tuple[FloatArray, FloatArray]:
    """The mean over all sign vectors, or its lower limit, and the derivative in the values."""
    values = np.concatenate([_values(part) for part in _parts(batch)], axis=1)
    if sampled(batch.shape):
        return lower_mean(values, FAILURE)
    return values.mean(axis=0), np.full(values.shape, 1.0 / values.shape[0])


def reached(batch: Batch) -> FloatArray:
    """(1+ρ₁) κ ‖Σ ε_i α_i‖/n, the mean over the sign vectors, or its lower limit."""
    return (1.0 + batch.arrays["rho"]) * _mean(batch)[0]


def reached_slope(batch: Batch) -> Mapping[str, FloatArray]:
    """The gradient of Σ_ε w_ε (1/n) Σ ε_i f with v held at its best value, w_ε = 1/S or the weight in the limit."""
    found, means = zip(*((_slope(part), _mean(part)) for part in _parts(batch)), strict=True)
    mean, rates = (np.concatenate(side, axis=-1) for side in zip(*means, strict=True))
    batch.memo(_mean, lambda: (mean, rates))
    return {name: np.concatenate([part[name] for part in found], axis=-1) for name in found[0]}


def _slope(batch: Batch) -> Mapping[str, FloatArray]:
    net, total = _network(batch), _sums(batch)
    S = count_of(batch.shape)
    unit = total / np.maximum(np.linalg.norm(total, axis=0), 1e-300)
    v = (np.tile(1.0 + batch.arrays["rho"], S) * unit)[:, None]
    best = Network(net.W, v, net.x, net.activation, net.scaling)
    weights = _mean(batch)[1].reshape(-1) / batch.shape["n"]
    found = pullback(best, _tape(batch), _signs(batch) * weights)
    slopes = {}
    for layer, part in enumerate(found.W):
        rows = part[:, :, 0].reshape(*part.shape[:2], S, batch.size)
        slopes[f"W{layer + 1}"] = np.moveaxis(rows, 2, 0)
    X = found.x.reshape(*found.x.shape[:2], S, batch.size).sum(axis=2)
    return {**slopes, "X": X, "rho": _mean(batch)[0]}


def reached_one_by_one(batch: Batch) -> FloatArray:
    """The same number from single outputs of single networks, by the independent oracle."""
    net, total, signs = _network(batch), _sums(batch), signs_of(batch)
    S, size = count_of(batch.shape), batch.shape["n"]
    found = np.zeros((S, batch.size))
    for index, instance in product(range(S), range(batch.size)):
        place = index * batch.size + instance
        direction = total[:, place]
        v = (1.0 + batch.arrays["rho"][instance]) * direction / max(float(np.linalg.norm(direction)), 1e-300)
        for sample, sign in enumerate(signs[:, index, instance]):
            W = tuple(rows[:, :, 0, [place]] for rows in net.W)
            one = Network(W, v[:, None], net.x[:, sample, [place]], net.activation, net.scaling)
            found[index, instance] += sign * autodiff.oracle_value(one) / size
    if sampled(batch.shape):
        return np.array([_limit_by_brentq(column) for column in found.T])
    return found.mean(axis=0)


def _limit_by_brentq(values: FloatArray) -> float:
    """The root m of K(m) = 1/p, from the logarithms of the products one by one."""

    def excess(m: float) -> float:
        logs = [math.fsum(math.log1p(stake * (s / m - 1.0)) for s in values) for stake in STAKES]
        top = max(logs)
        return top + math.log(math.fsum(math.exp(each - top) for each in logs) / len(logs)) + math.log(FAILURE)

    mean = math.fsum(values) / len(values)
    low = mean
    while mean > 0 and excess(low) < 0:
        low /= 2
    return float(scipy.optimize.brentq(excess, low, mean, xtol=1e-300, rtol=1e-13)) if mean > 0 else 0.0


# ---- what the proofs go through


def input_reach(batch: Batch) -> FloatArray:
    """(Σ ‖x_i‖²)^{1/2}/n, (B,), in units of the radius of the ball."""
    X = batch.arrays["X"] / _ball(batch)
    return np.asarray(np.sqrt(np.einsum("dnb,dnb->b", X, X)) / batch.shape["n"])


def input_reach_slope(batch: Batch) -> Mapping[str, FloatArray]:
    """X over itself and by its units; 0 where all inputs are."""
    scale = input_reach(batch) * (_ball(batch) * batch.shape["n"]) ** 2
    return {"X": batch.arrays["X"] / np.where(scale > 0, scale, np.inf)}


def input_reach_one_by_one(batch: Batch) -> FloatArray:
    """The same by the norms of the inputs, one after the other."""
    norms = [np.linalg.norm(batch.arrays["X"][:, i], axis=0) / _ball(batch) for i in range(batch.shape["n"])]
    return np.asarray([math.hypot(*each) / len(each) for each in np.transpose(norms)])


def _ball(batch: Batch) -> float:
    return 1.0 if batch.settings["scaling"] == "fan_out" else math.sqrt(batch.shape["d"])
