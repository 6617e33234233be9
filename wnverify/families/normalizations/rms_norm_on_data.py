"""RMSNorm and LayerNorm on one or two samples: the mean square loss, and what one step of descent does to R."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from wnverify.families.normalizations.chain import largest_ends
from wnverify.families.normalizations.descent import along_descent, kept, least_ratio, squares
from wnverify.families.normalizations.divisors import divisor
from wnverify.families.normalizations.rms_norm import (
    EPSILON,
    SLOPES,
    Arrays,
    Layer,
    centred,
    layers,
    plane,
    rms_norm,
    steps,
)
from wnverify.families.own.declare import on_data
from wnverify.families.own.own_quantity import quantity
from wnverify.family import Shape


def largest(of: Callable[[Any, Any, Any], Any], xp: Any, theta: Any, _: Any) -> Any:
    """The largest value over the samples of what is measured for one input."""
    return xp.max(xp.stack([of(xp, theta, theta.X[index]) for index in range(theta.n)]))


def least_radius(xp: Any, theta: Any, _: Any) -> Any:
    """R, the least over layers and samples."""
    every = [layer.radius for index in range(theta.n) for layer in layers(xp, theta, theta.X[index])]
    return xp.min(xp.stack(every))


def _slope(xp: Any, theta: Any, layer: Layer) -> Any:
    """∂f/∂z of a single layer."""
    c = centred(xp, theta, SLOPES[theta.activation](xp, xp.sqrt(theta.m) * layer.u) * theta.v)
    return (c - layer.u * xp.sum(layer.u * c)) / layer.radius


def shrinkage(xp: Any, theta: Any, _: Any) -> Any:
    """The least R_j(W⁺)/R_j(W) over the samples, W⁺ = W − ∂𝓛/∂W for the first layer as the only one."""
    firsts = [next(layers(xp, theta, theta.X[index])) for index in range(theta.n)]
    gradient = 0.0
    for index, layer in enumerate(firsts):
        error = 2 * (xp.sum(theta.v * layer.after) - theta.y[index]) / theta.n
        gradient = gradient + xp.outer(error * _slope(xp, theta, layer), theta.X[index])
    found = []
    for index, layer in enumerate(firsts):
        z = (layer.weights - gradient) @ theta.X[index]
        found.append(xp.sqrt(xp.sum(z * z) + theta.m * EPSILON[theta.epsilon]) / layer.radius)
    return xp.min(xp.stack(found))


def matrices(xp: Any, theta: Any) -> Any:
    """H W^l of every layer, as rows."""
    return xp.stack([xp.ravel(centred(xp, theta, theta.W[layer])) for layer in range(theta.L)])


def whole(xp: Any, theta: Any) -> Any:
    """W^l of every layer, as rows."""
    return xp.reshape(theta.W, (len(theta.W), -1))


def norms(xp: Any, theta: Any) -> Any:
    """1 + ‖HW^l‖_F of every layer, as weights may vanish."""
    return 1 + xp.sqrt(squares(xp, matrices(xp, theta)))


def single(sizes: Shape) -> list[Arrays]:
    """W = √m ppᵀ, x = p and v = √(m/2) p, y = 0: as w = 1 is for m = d = 1 and ½f², where ε = 1 and w → .75."""
    if sizes["n"] != 1 or sizes["L"] != 1 or sizes["m"] < 3:
        return []
    m, p = sizes["m"], plane(sizes["m"])[0]
    return [{"W": m**0.5 * np.outer(p, p), "v": (m / 2) ** 0.5 * p, "X": p, "y": [0.0]}]


def correlated(sizes: Shape) -> list[Arrays]:
    """W = I, x = (1, 0), (.6, .8), v = (0, 1), y = (−.5, .8): the norm of W grows and R_2 shrinks."""
    if sizes["n"] != 2 or sizes["L"] != 1:
        return []
    X, v = np.zeros((2, sizes["m"])), np.eye(sizes["m"])[1]
    X[:, :2] = ((1, 0), (0.6, 0.8))
    return [{"W": np.eye(sizes["m"]), "v": v, "X": X, "y": (-0.5, 0.8)}]


RMS_NORM_ON_DATA = on_data(rms_norm([{"L": L, "m": m} for L, m in ((1, 3), (2, 3))]), (1, 2), loss=["square"])
_REACH, _BEND = largest_ends(steps)
RMS_NORM_ON_DATA.control, RMS_NORM_ON_DATA.cost, RMS_NORM_ON_DATA.plentiful = True, 8.0, 1
RMS_NORM_ON_DATA = RMS_NORM_ON_DATA.starting(
    {"two inputs at an angle": correlated, "one that ε holds short": single}
).extended(
    [
        divisor("R", "the least norm that a layer divides by", least_radius, RMS_NORM_ON_DATA),
        quantity("reach", "the largest b of an input", _REACH, of=RMS_NORM_ON_DATA, low=0, latex="b"),
        quantity(
            "bend",
            "the largest λ_max(Q) of an input",
            _BEND,
            of=RMS_NORM_ON_DATA,
            low=0,
            latex=r"\lambda_{\max}(Q)",
        ),
        *kept(matrices, whole, "HW^l", RMS_NORM_ON_DATA),
        along_descent(
            "norm_shrinkage",
            "the least (1 + ‖HW^l⁺‖_F)/(1 + ‖HW^l‖_F) after a step of descent",
            least_ratio(norms),
            of=RMS_NORM_ON_DATA,
            moved=["W"],
            latex=r"\min_l\frac{1+\|HW^{(l)+}\|_F}{1+\|HW^{(l)}\|_F}",
        ),
        quantity(
            "shrinkage",
            "the least R⁺/R after a step of one layer",
            shrinkage,
            of=RMS_NORM_ON_DATA,
            low=0,
            latex=r"\min\frac{R^+}{R}",
        ),
    ]
)
"""One and two samples with the mean square loss."""
