"""BatchNorm over a full batch with the square loss: pairs of parameters, and runs of gradient descent.

On the way from W to W + dW let d_k bound how far the centred z_k moves, over √n, and A_l how far α^l does, in the
Frobenius norm over √n: with A_0 = 0, d_k = ‖α̃^{l−1} dw_k‖/√n + (‖w_k‖ + ‖dw_k‖)A_{l−1}, α̃ centred, and
A_l² = (1/m) Σ(d_k/max(σ_k − d_k/2, √ε))², as for RMSNorm. So σ_k ≥ max(σ_k − d_k, √ε) all the way.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np

from wnverify.families.normalizations.batch_norm_layers import EPSILON, Arrays, layers
from wnverify.families.normalizations.chain import BETA, CURVATURE, Step
from wnverify.families.normalizations.rms_norm import SLOPES
from wnverify.families.normalizations.segments import Held, Layered, along_run, between, held, loss_other
from wnverify.families.own.declare import architecture
from wnverify.families.own.kinds import box, free, rows
from wnverify.family import Shape


def outputs(xp: Any, theta: Any, x: Any) -> Any:
    """f_1, …, f_n."""
    return list(layers(xp, theta, x))[-1].after @ theta.v


def gradient(xp: Any, theta: Any, x: Any, c: Any) -> tuple[Any, Any]:
    """Σ c_i ∇f_i by W and by v."""
    every, found = list(layers(xp, theta, x)), []
    above = xp.outer(c, theta.v)
    for layer in reversed(every):
        z = layer.before @ layer.weights.T / layer.sigma
        inner = SLOPES[theta.activation](xp, z) * above / xp.sqrt(theta.m)
        across = (inner - z * xp.mean(z * inner, axis=0)) / layer.sigma
        across = across - xp.mean(across, axis=0)
        found.append(across.T @ layer.before)
        above = across @ layer.weights
    return xp.stack(found[::-1]), c @ every[-1].after


def _lengths(xp: Any, matrix: Any, axis: int) -> Any:
    return xp.sqrt(xp.sum(matrix**2, axis=axis))


def _along(xp: Any, theta: Any, x: Any, dW: Any) -> Iterator[Held]:
    """Each layer on the batch, for all W + t dW."""
    drift, root_m, root_n = 0.0, theta.m**0.5, theta.n**0.5
    bent = root_m * (CURVATURE + root_n * BETA[theta.activation])
    floor = EPSILON[theta.epsilon] ** 0.5
    for index, layer in enumerate(layers(xp, theta, x)):
        rows_, moves = _lengths(xp, layer.weights, 1), _lengths(xp, dW[index], 1)
        far = _lengths(xp, layer.before @ dW[index].T, 0) / root_n + (rows_ + moves) * drift
        share, least = held(xp, layer.sigma, far, floor)
        ends = [xp.spectral_norm(W / xp.reshape(least, (-1, 1))) for W in (layer.weights, layer.weights + dW[index])]
        c = 1 / (root_m * xp.min(least))
        spread = xp.spectral_norm(layer.before) / root_n + drift
        yield Held(share, least, Step(xp.maximum(*ends) / root_m, spread * c, bent, c))
        drift = _lengths(xp, far / xp.maximum(layer.sigma - far / 2, least), 0) / root_m


def along(xp: Any, theta: Any, x: Any, dW: Any) -> list[list[Held]]:
    """The layers on the batch, for all W + t dW, 0 ≤ t ≤ 1."""
    return [list(_along(xp, theta, x, dW))]


def divisors(xp: Any, theta: Any, x: Any) -> list[Any]:
    """σ_k of each layer."""
    return [layer.sigma for layer in layers(xp, theta, x)]


def interpolating(sizes: Shape) -> list[Arrays]:
    """Inputs ±(1, …, 1) and 0, W = I and a small v, from where dv = −(1, …, 1)/m leaves no loss; for the identity."""
    m, n = sizes["m"], sizes["n"]
    pattern, move = np.zeros(n), np.full((sizes["L"], m, m), 1e-6)
    pattern[:2] = (1, -1)
    weights = {"W": [np.eye(m)] * sizes["L"], "v": np.full(m, 1e-3), "x": np.tile(pattern[:, None], (1, m))}
    e = pattern * (n / (2 * m)) ** 0.5
    return [{**weights, "e": e, "dW": move, "dv": np.full(m, -1 / m), "tau": 1e-3, "eta": 0.1}]


def bending(sizes: Shape) -> list[Arrays]:
    """One layer on a white batch with small v, where f bends by all of b off the targets, and hardly tilts."""
    m, n = sizes["m"], sizes["n"]
    if (sizes["L"], m) != (1, 2):
        return []
    first, second = np.zeros((2, n))
    first[:2], second[:3] = np.array([1, -1]) * (n / 2) ** 0.5, np.array([1, 1, -2]) * (n / 6) ** 0.5
    weights = {"W": [np.tile(np.eye(2)[0], (2, 1))], "v": np.full(2, 1e-6), "x": np.stack([first, second], axis=1)}
    moved = {"dW": 1e-3 * np.array([[[0, 1], [0, -1]]]), "dv": 1e-3 * np.array([1 + 1e-4, -1])}
    return [{**weights, **moved, "e": 1e-2 * first - second, "tau": 1.0, "eta": 0.1}]


BATCH_NORM_LAYERED = Layered(outputs, gradient, divisors, along)
BATCH_NORM_DESCENT = architecture(
    "batch_norm_descent",
    partial(loss_other, BATCH_NORM_LAYERED),
    theta={
        "W": rows("L", "m", "m"), "v": free("m"), "e": free("n"), "dW": free("L", "m", "m"), "dv": free("m"),
        "tau": box(0.001, 1), "eta": box(0, 1),
    },
    x=free("n", "m"),
    sizes=[{"L": L, "m": m, "n": n, "T": T} for L, m, n, T in ((1, 2, 3, 2), (2, 2, 4, 1))],
    activation=("identity", "tanh"),
    epsilon=tuple(EPSILON),
)  # fmt: skip
BATCH_NORM_DESCENT.control, BATCH_NORM_DESCENT.cost, BATCH_NORM_DESCENT.plentiful = True, 3.0, 1
BATCH_NORM_DESCENT = BATCH_NORM_DESCENT.starting(
    {"near interpolation": interpolating, "bending away": bending}
).extended([*between(BATCH_NORM_LAYERED, BATCH_NORM_DESCENT), *along_run(BATCH_NORM_LAYERED, BATCH_NORM_DESCENT)])
"""Pairs and runs, with ε = 0 and ε = 1."""
