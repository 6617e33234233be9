"""The second route to what `gradient_deviation_fields` lists: one instance at a time, with gradients by autograd.

Samples come one by one: the law of the counts, or of the sums of signs, is that of one sample less, carried on.
Lengths are those of vectors that are added up.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import product
from typing import Any

import autograd.numpy as anp
import numpy as np

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.engine.activations import ACTIVATIONS
from wnverify.engine.networks import autodiff
from wnverify.engine.networks.network import Network
from wnverify.families.kit.parts import once
from wnverify.families.networks.gradient_deviation_fields import ALIKE, SQUARE, displacement
from wnverify.families.networks.setting import scaling_of

Law = dict[float, float]
"""Probabilities by value."""
Shares = tuple[float, ...]
"""A weight for every point."""


def _slowly(compute: Callable[[Batch], float]) -> Callable[[Batch], FloatArray]:
    return lambda batch: np.array([compute(batch.one(index)) for index in range(batch.size)])


@once
def _vectors(one: Batch) -> list[list[tuple[FloatArray, float]]]:
    """The gradient and the loss of every network at every point, by autograd."""
    return [[_vector(one, k, j) for j in range(one.shape["N"])] for k in range(one.shape["K"])]


def _vector(one: Batch, k: int, j: int) -> tuple[FloatArray, float]:
    W = tuple(one.arrays[f"W{layer + 1}"][k][:, :, None] for layer in range(one.shape["L"]))
    v, x = one.arrays["v"][k][:, None], one.arrays["X"][:, [j]]
    net = Network(W, v, x, ACTIVATIONS[one.settings["activation"]], scaling_of(one.settings))
    single = Network(tuple(rows[:, :, 0] for rows in W), v[:, 0], x[:, 0], net.activation, net.scaling)
    loss = _loss(one, float(one.arrays["y"][j, 0]))
    return autodiff.oracle_mean_gradient(net, loss), float(loss(autodiff.oracle_value(single)))


def _loss(one: Batch, y: float) -> Callable[[Any], Any]:
    if one.settings["loss"] == SQUARE:
        return lambda f: (f - y) ** 2
    return lambda f: (f - y) ** 2 / (1.0 + anp.sqrt(1.0 + (f - y) ** 2))


def _law(one: Batch, signs: tuple[int, ...]) -> dict[tuple[int, ...], float]:
    """The law of Σ_i ε_i e_{j(i)} after n samples, ε one of the signs, by adding one sample at a time."""
    mass = [float(each) for each in one.arrays["mass"][:, 0]]
    law = {(0,) * len(mass): 1.0}
    for _ in range(one.shape["n"]):
        further: dict[tuple[int, ...], float] = {}
        for (state, chance), (j, weight), sign in product(law.items(), enumerate(mass), signs):
            there = (*state[:j], state[j] + sign, *state[j + 1 :])
            further[there] = further.get(there, 0.0) + chance * weight / math.fsum(mass) / len(signs)
        law = further
    return law


def _mixed(one: Batch, k: int, weights: Shares) -> FloatArray:
    return np.sum([weight * a for weight, (a, _) in zip(weights, _vectors(one)[k], strict=True)], axis=0)


def _quantile_slowly(law: Law, level: float) -> float:
    total, found = 0.0, 0.0
    for found in sorted(law):
        total += law[found]
        if total >= level - 1e-12:
            break
    return found


def _by_sample(one: Batch, measure: Callable[[Shares], float], signs: tuple[int, ...]) -> Law:
    """The law of a number that a sample, as weights of the points, leads to."""
    law: Law = {}
    for state, chance in _law(one, signs).items():
        number = measure(tuple(count / one.shape["n"] for count in state))
        law[number] = law.get(number, 0.0) + chance
    return law


def _p(one: Batch) -> Shares:
    mass = [float(each) for each in one.arrays["mass"][:, 0]]
    return tuple(each / math.fsum(mass) for each in mass)


def _deviation_law(one: Batch) -> Law:
    p = _p(one)
    return _by_sample(one, lambda share: _longest(one, tuple(s - q for s, q in zip(share, p, strict=True))), (1,))


def _longest(one: Batch, weights: Shares) -> float:
    return max(float(np.linalg.norm(_mixed(one, k, weights))) for k in range(one.shape["K"]))


@_slowly
def deviation_quantile_slowly(one: Batch) -> float:
    """`deviation_quantile` by the second route."""
    return _quantile_slowly(_deviation_law(one), 1.0 - float(one.arrays["delta"][0]))


@_slowly
def mean_deviation_slowly(one: Batch) -> float:
    """`mean_deviation` by the second route."""
    return math.fsum(number * chance for number, chance in _deviation_law(one).items())


@_slowly
def vector_rademacher_slowly(one: Batch) -> float:
    """`vector_rademacher` by the second route."""
    law = _by_sample(one, lambda share: _longest(one, share), (1, -1))
    return math.fsum(number * chance for number, chance in law.items())


@_slowly
def largest_gradient_slowly(one: Batch) -> float:
    """`largest_gradient` by the second route."""
    return max(float(np.linalg.norm(a)) for row in _vectors(one) for a, _ in row)


def _population_slowly(one: Batch, k: int) -> tuple[float, float]:
    loss = math.fsum(q * each for q, (_, each) in zip(_p(one), _vectors(one)[k], strict=True))
    return float(np.linalg.norm(_mixed(one, k, _p(one)))), loss


@_slowly
def excess_quantile_slowly(one: Batch) -> float:
    """`excess_quantile` by the second route."""
    found = [_population_slowly(one, k) for k in range(one.shape["K"])]
    least, a = min(loss for _, loss in found), float(one.arrays["exponent"][0])
    gaps = [loss - least if loss - least > ALIKE * loss else 0.0 for _, loss in found]
    c = max(gap / size**a if gap > 0 else 0.0 for gap, (size, _) in zip(gaps, found, strict=True))
    roots = [(gap / c) ** (1.0 / a) if gap > 0 else 0.0 for gap in gaps]

    def excess(share: Shares) -> float:
        return max(root - float(np.linalg.norm(_mixed(one, k, share))) for k, root in enumerate(roots))

    return _quantile_slowly(_by_sample(one, excess, (1,)), 1.0 - float(one.arrays["delta"][0]))


@_slowly
def gradient_floor_slowly(one: Batch) -> float:
    """`gradient_floor` by the second route."""
    law = _by_sample(one, lambda share: -float(np.linalg.norm(_mixed(one, 0, share))), (1,))
    return -_quantile_slowly(law, 1.0 - float(one.arrays["delta"][0]))


@_slowly
def loss_slowly(one: Batch) -> float:
    """𝓛_D(θ_1) by the second route."""
    return _population_slowly(one, 0)[1]


@_slowly
def loss_other_slowly(one: Batch) -> float:
    """𝓛_D(θ_K) by the second route."""
    return _population_slowly(one, one.shape["K"] - 1)[1]


@_slowly
def loss_gradient_norm_slowly(one: Batch) -> float:
    """‖∇𝓛_D(θ_1)‖ by the second route."""
    return _population_slowly(one, 0)[0]


@_slowly
def kappa_slowly(one: Batch) -> float:
    """|⟨δ, ∇𝓛_D(θ_1)⟩|/(‖δ‖‖∇𝓛_D(θ_1)‖) by the second route."""
    slopes, delta = _mixed(one, 0, _p(one)), displacement(one)[:, 0]
    sizes = float(np.linalg.norm(slopes)) * float(np.linalg.norm(delta))
    return abs(float(slopes @ delta)) / sizes if sizes > 0 else 0.0
