"""BatchNorm in every layer over a batch of n, which is the input: α_i^l = m^{-1/2} φ(ẑ_i^l), f_i = ⟨v, α_i^L⟩.

ẑ_ik = (z_ik − mean_i z_ik)/σ_k with σ_k² = var_i z_ik + ε and z_i = W^l α_i^{l−1}. The predictor is the vector
F = (f_1, …, f_n)/√n; the number that is differentiated is ⟨y, F⟩ with ‖y‖ = 1, so that bounds on its gradient and
Hessian for every y bound ‖J_F‖₂ and ‖Σ y_i ∇²F_i‖₂.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from wnverify.families.normalizations.chain import BETA, CURVATURE, Step, ends
from wnverify.families.normalizations.divisors import divisor
from wnverify.families.normalizations.resized import resized
from wnverify.families.own import vocabulary
from wnverify.families.own.architecture import Architecture
from wnverify.families.own.declare import architecture
from wnverify.families.own.kinds import free, rows, sphere
from wnverify.families.own.own_quantity import quantity
from wnverify.family import Shape
from wnverify.quantities import Quantity

Arrays: TypeAlias = Mapping[str, Any]
EPSILON = {"none": 0.0, "1": 1.0}
"""ε by the value of the setting."""
NOISE = 1e-24
"""A variance below this share of its terms is rounding: there the network counts as without a value."""


@dataclass(frozen=True)
class Layer:
    """One layer on a batch: `before` is α^{l−1} centred (n, d), `weights` W^l, `sigma` the σ_k (m,)."""

    before: Any
    weights: Any
    sigma: Any
    after: Any


def layers(xp: Any, theta: Any, x: Any) -> Iterator[Layer]:
    """The layers from the first to the last."""
    alpha = x
    for layer in range(theta.L):
        weights = theta.W[layer]
        centred = alpha - xp.mean(alpha, axis=0)
        z = centred @ weights.T
        variance = xp.mean(z * z, axis=0) + EPSILON[theta.epsilon]
        noise = NOISE * xp.sum(alpha * alpha) * xp.sum(weights * weights, axis=1)
        sigma = xp.sqrt(xp.where(variance > noise, variance, np.nan))
        alpha = xp.phi(z / sigma) / xp.sqrt(theta.m)
        yield Layer(centred, weights, sigma, alpha)


def value(xp: Any, theta: Any, x: Any) -> Any:
    """⟨y, F⟩/‖y‖: floats are of norm 1 but for rounding, which a bound that is attained would not forgive."""
    after = list(layers(xp, theta, x))[-1].after
    return theta.y @ (after @ theta.v) / xp.sqrt(theta.n * xp.sum(theta.y**2))


def least_sigma(xp: Any, theta: Any, x: Any) -> Any:
    """σ = min over layers and units."""
    return xp.min(xp.stack([xp.min(layer.sigma) for layer in layers(xp, theta, x)]))


def _spread(xp: Any, theta: Any, layer: Layer) -> Any:
    """s = ‖centred batch‖₂/√n."""
    return xp.spectral_norm(layer.before) / xp.sqrt(theta.n)


def spread(xp: Any, theta: Any, x: Any) -> Any:
    """s of the inputs, the root of the largest eigenvalue of their covariance."""
    return _spread(xp, theta, next(layers(xp, theta, x)))


def _steepness(xp: Any, theta: Any, layer: Layer) -> Any:
    """χ_l = ‖diag(1/σ_k) W^l‖₂/√m."""
    return xp.spectral_norm(layer.weights / xp.reshape(layer.sigma, (-1, 1))) / xp.sqrt(theta.m)


def slope(xp: Any, theta: Any, x: Any) -> Any:
    """Π χ_l."""
    found = 1.0
    for layer in layers(xp, theta, x):
        found = found * _steepness(xp, theta, layer)
    return found


def steps(xp: Any, theta: Any, x: Any) -> list[Step]:
    """What each layer adds to the chain: p_l = s_{l−1}/(√m σ_l), k_l = √m(2/√3) + √(nm) sup|φ″|, c_l = 1/(√m σ_l)."""
    bent = theta.m**0.5 * (CURVATURE + theta.n**0.5 * BETA[theta.activation])
    found = []
    for layer in layers(xp, theta, x):
        c = 1 / (theta.m**0.5 * xp.min(layer.sigma))
        found.append(Step(_steepness(xp, theta, layer), _spread(xp, theta, layer) * c, bent, c))
    return found


reach, bend = ends(steps)
"""b = √(Σ_l (p_l Π_{j>l} χ_j)²), and λ_max(Q) of the chain."""


def blind(sizes: Shape) -> list[Arrays]:
    """Inputs ±e_i, rows (1, ±t, 0, …), then (1, −1, 0, …)/t: the second layer sees what the first hides."""
    m = sizes["m"]
    if m < 3 or sizes["n"] != 2 * m or sizes["L"] != 2:
        return []
    signs = np.where(np.arange(m) % 2, -1.0, 1.0)
    second = np.tile(np.eye(m)[0] - np.eye(m)[1], (m, 1))
    x = np.repeat(np.eye(m), 2, axis=0) * np.where(np.arange(2 * m) % 2, -1.0, 1.0)[:, None]
    every: list[Arrays] = []
    for t in (0.1, 0.01):
        first = np.eye(m)[0] + t * signs[:, None] * np.eye(m)[1]
        every.append({"W": [first, second / t], "v": np.ones(m), "y": x[:, -1] / 2**0.5, "x": x})
    return every


def narrow(sizes: Shape) -> list[Arrays]:
    """Two directions of spread 1 and t, all rows along the second, y along the first; for one layer."""
    if sizes["m"] < 2 or sizes["n"] < 4 or sizes["L"] > 1:
        return []
    x, y = np.zeros((sizes["n"], sizes["m"])), np.zeros(sizes["n"])
    y[:2] = (0.5**0.5, -(0.5**0.5))
    every: list[Arrays] = []
    for t in (1.0, 1e-2, 1e-4):
        x[:4, :2] = ((1, 0), (-1, 0), (0, t), (0, -t))
        every.append({"W": [[np.eye(sizes["m"])[1]] * sizes["m"]], "v": np.ones(sizes["m"]), "y": y, "x": x.copy()})
    return every


BATCH_NORM = architecture(
    "batch_norm_layers",
    value,
    theta={"W": rows("L", "m", "m"), "v": free("m"), "y": sphere("n")},
    x=free("n", "m"),
    sizes=[
        {"L": L, "m": m, "n": n} for L, m, n in ((1, 2, 4), (3, 2, 4), (2, 3, 6), (1, 4, 5), (1, 4, 6), (3, 3, 6))
    ],
    activation=("identity", "tanh"),
    epsilon=tuple(EPSILON),
)
BATCH_NORM.control, BATCH_NORM.cost, BATCH_NORM.plentiful = True, 10.0, 1


def predictor(of: Architecture) -> list[Quantity]:
    """Gradient and Hessian of ⟨y, F⟩ by W and v, y held fixed.

    Args:
        of: a network with these arrays.
    """
    weights = vocabulary.present("W", "v")
    gradient, hessian = of.at.gradient_norm(weights), of.at.hessian(weights).norm()
    return [
        Quantity(
            "predictor_gradient_norm",
            "‖∇⟨y, F⟩‖₂ by W and v",
            low=0,
            route=gradient,
            latex=r"\|\nabla\langle y,F\rangle\|_2",
        ),
        Quantity(
            "predictor_hessian_norm",
            "‖Σ y_i ∇²F_i‖₂ by W and v",
            low=0,
            route=hessian,
            latex=r"\|\sum_i y_i\nabla^2F_i\|_2",
        ),
    ]


def _measured(of: Architecture) -> list[Quantity]:
    """What the bounds are made of."""
    top = "s, the root of the largest eigenvalue of the inputs' covariance"
    return [
        divisor("sigma", "the least σ_k that a layer divides by", least_sigma, of, latex=r"\sigma_{\min}"),
        quantity("spread", top, spread, of=of, low=0, latex="s"),
        quantity("slope_product", "Π ‖diag(1/σ_k) W^l‖₂/√m", slope, of=of, low=0, latex=r"\prod_l\chi_l"),
        quantity("reach", "b, the root of Σ (p_l T_l)² in `chain`", reach, of=of, low=0, latex="b"),
        quantity("bend", "λ_max(Q) in `chain`", bend, of=of, low=0, latex=r"\lambda_{\max}(Q)"),
    ]


BATCH_NORM = BATCH_NORM.starting({"layers blind to one another": blind, "a narrow direction": narrow}).extended(
    [*predictor(BATCH_NORM), *_measured(BATCH_NORM)]
)
"""BatchNorm in every layer, with ε = 0 and ε = 1."""
BLIND_BATCH_NORM = resized(BATCH_NORM, [{"L": 2, "m": 3, "n": 6}])
"""At the size of layers that are blind to one another."""
