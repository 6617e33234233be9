"""BatchNorm in every layer, the mean square loss of a batch, and what steps of descent do to σ of the first layer.

The loss is 𝓛 = (1/n) Σ_i (f_i − y_i)². Where `covariance` is isotropic, the batch is made so by Gram and Schmidt: its
covariance is s² I with s² the variance of the first coordinate of x.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from wnverify.arithmetic.theta import Theta
from wnverify.families.normalizations.batch_norm_layers import layers
from wnverify.families.normalizations.descent import along_descent, least_ratio
from wnverify.families.normalizations.divisors import divisor
from wnverify.families.normalizations.orthogonal import centred_columns
from wnverify.families.own.declare import architecture
from wnverify.families.own.draws import REGIMES
from wnverify.families.own.kinds import free, rows
from wnverify.families.own.own_quantity import quantity
from wnverify.family import Shape

STEPS = 3
"""Of descent."""


def batch_of(xp: Any, theta: Any, x: Any) -> Any:
    """The batch, (n, m)."""
    if theta.covariance == "any":
        return x
    columns = centred_columns(xp, x, theta.m)
    first = xp.sum(columns[0] ** 2)
    return xp.stack([column * xp.sqrt(first / xp.sum(column**2)) for column in columns]).T


def loss(xp: Any, theta: Any, x: Any) -> Any:
    """𝓛."""
    after = list(layers(xp, theta, batch_of(xp, theta, x)))[-1].after
    return xp.mean((after @ theta.v - theta.y) ** 2)


def least_sigma(xp: Any, theta: Any, x: Any) -> Any:
    """σ = min over layers and units."""
    return xp.min(xp.stack([xp.min(layer.sigma) for layer in layers(xp, theta, batch_of(xp, theta, x))]))


def covariance(xp: Any, theta: Any, x: Any) -> Any:
    """Σ, (m, m)."""
    batch = batch_of(xp, theta, x)
    centred = batch - xp.mean(batch, axis=0)
    return centred.T @ centred / theta.n


def variances(xp: Any, theta: Any, x: Any) -> tuple[Any, Any]:
    """λ_min(Σ) = c − ‖cI − Σ‖₂ for c = tr Σ, and λ_max(Σ) = ‖Σ‖₂.

    Where all are equal, as they are made, each is the mean: at equal singular values ‖·‖₂ has no derivative.
    """
    found = covariance(xp, theta, x)
    size = xp.trace(found)
    if theta.covariance == "isotropic":
        return size / theta.m, size / theta.m
    return xp.maximum(size - xp.spectral_norm(size * np.eye(theta.m) - found), 0.0), xp.spectral_norm(found)


def flatness(xp: Any, theta: Any, x: Any) -> Any:
    """λ_min(Σ)/λ_max(Σ)."""
    least, most = variances(xp, theta, x)
    return least / most


def sigmas(xp: Any, theta: Theta) -> Any:
    """σ_k of the first layer."""
    batch = batch_of(xp, theta, theta.x)
    z = (batch - xp.mean(batch, axis=0)) @ theta.W[0].T
    return xp.sqrt(xp.mean(z * z, axis=0))


def depth_of_fall(xp: Any, path: Sequence[Theta], _: Sequence[Theta]) -> Any:
    """The largest √λ_min ‖w_k(0)‖/σ_k(t) for t ≥ 1."""
    start = xp.sqrt(variances(xp, path[0], path[0].x)[0] * xp.sum(path[0].W[0] ** 2, axis=-1))
    return xp.max(xp.stack([xp.max(start / sigmas(xp, theta)) for theta in path[1:]]))


def turned(sizes: Shape) -> list[Mapping[str, Any]]:
    """Inputs (±1, 0), (0, ±.1), w = (1, 1), y = (0, 0, 1, −1): w becomes longer and turns to the narrow direction."""
    if (sizes["L"], sizes["m"], sizes["n"]) != (1, 2, 4):
        return []
    x, y = np.array([(1, 0), (-1, 0), (0, 0.1), (0, -0.1)]), (0, 0, 1, -1)
    return [{"W": np.ones((1, 2, 2)), "v": (2**0.5, 0), "y": y, "x": x}]


BATCH_NORM_ON_DATA = architecture(
    "batch_norm_on_data",
    loss,
    theta={"W": rows("L", "m", "m"), "v": free("m"), "y": free("n")},
    x=free("n", "m"),
    sizes=[{"L": L, "m": m, "n": n} for L, m, n in ((1, 2, 4), (2, 2, 4), (2, 3, 6))],
    activation=("identity", "tanh"),
    covariance=("any", "isotropic"),
    epsilon=("none",),
)
BATCH_NORM_ON_DATA.control, BATCH_NORM_ON_DATA.cost, BATCH_NORM_ON_DATA.plentiful = True, 10.0, 1
BATCH_NORM_ON_DATA.regimes = tuple(regime for regime in REGIMES if regime != "sparse")  # few columns are independent
BATCH_NORM_ON_DATA = BATCH_NORM_ON_DATA.starting({"a row that turns to the narrow direction": turned}).extended([
    divisor("sigma", "the least σ_k that a layer divides by", least_sigma, BATCH_NORM_ON_DATA,
            latex=r"\sigma_{\min}"),
    quantity("flatness", "λ_min/λ_max of the batch covariance", flatness, of=BATCH_NORM_ON_DATA, low=0,
             latex=r"\frac{\lambda_{\min}}{\lambda_{\max}}"),
    along_descent("fall", f"the largest √λ_min ‖w_k(0)‖/σ_k(t) of the first layer, t = 1, …, {STEPS}", depth_of_fall,
                  of=BATCH_NORM_ON_DATA, moved=["W", "v"], steps=STEPS,
                  latex=r"\max_{k,t}\frac{\sqrt{\lambda_{\min}}\|w_k(0)\|}{\sigma_k(t)}"),
    along_descent("shrinkage", f"the least σ_k(t+1)/σ_k(t) of the first layer within {STEPS} steps",
                  least_ratio(sigmas), of=BATCH_NORM_ON_DATA, moved=["W", "v"], steps=STEPS,
                  latex=r"\min_{k,t}\frac{\sigma_k(t+1)}{\sigma_k(t)}"),
])  # fmt: skip
