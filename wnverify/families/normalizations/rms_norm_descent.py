"""RMSNorm and LayerNorm with the square loss of n inputs: pairs of parameters, and runs of gradient descent.

On the way from W to W + dW let D_l bound how far Hz^l moves and A_l how far α^l does: with A_0 = 0,
D_l = ‖H dW^l α^{l−1}‖ + (‖HW^l‖₂ + ‖H dW^l‖₂)A_{l−1} and A_l = D_l/max(R_l − D_l/2, √(mε)), since unit vectors have
‖â − b̂‖ ≤ 2‖a − b‖/(‖a‖ + ‖b‖), and N(z) = z/√(‖z‖² + mε) is a part of one. So all the way R_l is at least
max(R_l(θ) − D_l, √(mε)).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np

from wnverify.families.normalizations.chain import BETA, CURVATURE, Step
from wnverify.families.normalizations.rms_norm import EPSILON, SLOPES, Arrays, centred, layers, plane
from wnverify.families.normalizations.segments import Held, Layered, along_run, between, held, loss_other
from wnverify.families.own.declare import architecture
from wnverify.families.own.kinds import ball, box, free
from wnverify.family import Shape

ROUNDING = 1e-13
"""The share of ‖W^l‖_F‖α^{l−1}‖ by which D_l is larger than it need be: an R_l below it, as rows that are all alike
have under LayerNorm, is rounding, and no divisor."""


def outputs(xp: Any, theta: Any, x: Any) -> Any:
    """f_1, …, f_n."""
    return xp.stack([theta.v @ list(layers(xp, theta, x[index]))[-1].after for index in range(theta.n)])


def _backwards(xp: Any, theta: Any, x: Any) -> tuple[Any, Any]:
    """∇f at one input."""
    every, above, found = list(layers(xp, theta, x)), theta.v, []
    for layer in reversed(every):
        c = centred(xp, theta, SLOPES[theta.activation](xp, xp.sqrt(theta.m) * layer.u) * above)
        across = (c - layer.u * xp.sum(layer.u * c)) / layer.radius
        found.append(xp.outer(across, layer.before))
        above = layer.weights.T @ across
    return xp.stack(found[::-1]), every[-1].after


def gradient(xp: Any, theta: Any, x: Any, c: Any) -> tuple[Any, Any]:
    """Σ c_i ∇f_i by W and by v."""
    parts = [_backwards(xp, theta, x[index]) for index in range(theta.n)]
    by_W, by_v = (sum(c[index] * part[place] for index, part in enumerate(parts)) for place in (0, 1))
    return by_W, by_v


def _along(xp: Any, theta: Any, x: Any, dW: Any) -> Iterator[Held]:
    """Each layer at one input, for all W + t dW."""
    drift, floor = 0.0, (theta.m * EPSILON[theta.epsilon]) ** 0.5
    bent = CURVATURE + BETA[theta.activation] * theta.m**0.5
    for index, layer in enumerate(layers(xp, theta, x)):
        moves = centred(xp, theta, dW[index])
        size, moved = xp.spectral_norm(layer.weights), xp.spectral_norm(moves)
        length, whole = xp.sqrt(xp.sum(layer.before**2)), xp.sqrt(xp.sum(theta.W[index] ** 2))
        far = xp.sqrt(xp.sum((moves @ layer.before) ** 2)) + (size + moved) * drift + ROUNDING * whole * length
        share, least = held(xp, layer.radius, far, floor)
        steep = xp.maximum(size, xp.spectral_norm(layer.weights + moves))
        p = (length + drift) / least
        yield Held(share, least, Step(steep / least, p, bent, 1 / least))
        drift = far / xp.maximum(layer.radius - far / 2, least)


def along(xp: Any, theta: Any, x: Any, dW: Any) -> list[list[Held]]:
    """The layers at each input, for all W + t dW, 0 ≤ t ≤ 1."""
    return [list(_along(xp, theta, x[index], dW)) for index in range(theta.n)]


def divisors(xp: Any, theta: Any, x: Any) -> list[Any]:
    """R_l at each input."""
    return [layer.radius for index in range(theta.n) for layer in layers(xp, theta, x[index])]


def interpolating(sizes: Shape) -> list[Arrays]:
    """All inputs e_1, W = I and a small v, from which dv = −e_1 leads to a loss of 0; for the identity."""
    first, move = np.eye(3)[0], np.full((sizes["L"], 3, 3), 1e-6)
    weights = {"W": [np.eye(3)] * sizes["L"], "v": np.full(3, 1e-3), "x": [first] * sizes["n"]}
    return [{**weights, "e": np.ones(sizes["n"]), "dW": move, "dv": -first, "tau": 1e-3, "eta": 0.1}]


def bending(sizes: Shape) -> list[Arrays]:
    """One layer with a small v, where f bends by all of b away from the target, and hardly tilts."""
    if sizes["L"] != 1:
        return []
    along, across = plane(3)
    weights = {"W": [np.outer(along, along)], "v": np.full(3, 1e-6), "x": [along] * sizes["n"]}
    moved = {"dW": [1e-3 * np.outer(across, along)], "dv": 1e-3 * across + 1e-7 * along}
    return [{**weights, **moved, "e": -np.ones(sizes["n"]), "tau": 1.0, "eta": 0.1}]


RMS_NORM_LAYERED = Layered(outputs, gradient, divisors, along)
RMS_NORM_DESCENT = architecture(
    "rms_norm_descent",
    partial(loss_other, RMS_NORM_LAYERED),
    theta={
        "W": free("L", "m", "m"), "v": free("m"), "e": free("n"), "dW": free("L", "m", "m"), "dv": free("m"),
        "tau": box(0.001, 1), "eta": box(0, 1),
    },
    x=ball("m").several("n"),
    sizes=[{"L": L, "m": 3, "n": n, "T": T} for L, n, T in ((1, 1, 1), (1, 1, 2), (2, 2, 1))],
    activation=("identity", "tanh"),
    norm=("RMSNorm", "LayerNorm"),
    epsilon=tuple(EPSILON),
)  # fmt: skip
RMS_NORM_DESCENT.control, RMS_NORM_DESCENT.cost, RMS_NORM_DESCENT.plentiful = True, 10.0, 1
RMS_NORM_DESCENT = RMS_NORM_DESCENT.starting({"near interpolation": interpolating, "bending away": bending}).extended(
    [*between(RMS_NORM_LAYERED, RMS_NORM_DESCENT), *along_run(RMS_NORM_LAYERED, RMS_NORM_DESCENT)]
)
"""Pairs and runs, with ε = 0 and ε = 1."""
