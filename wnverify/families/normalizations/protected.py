"""What a step of descent on the square loss does to the norms of normalised weights, network by network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

from wnverify.arithmetic.theta import Theta
from wnverify.families.normalizations.descent import LARGER, along_descent, kept, least_ratio, of_rows, squares
from wnverify.families.normalizations.frobenius import FROBENIUS
from wnverify.families.normalizations.gains import BIASES, even, largest, odd, product
from wnverify.families.normalizations.residual import RESIDUAL_STACK
from wnverify.families.normalizations.spectral import SPECTRAL
from wnverify.families.normalizations.spectral import largest as spectral_norm
from wnverify.families.normalizations.weight_standardization import WEIGHT_STANDARDIZATION
from wnverify.families.own.architecture import Architecture
from wnverify.families.own.declare import on_data
from wnverify.families.own.on_data import OnData
from wnverify.family import Shape

COST = 10.0
STEPS = 3
"""Of descent, where a floor holds for all time."""


def with_square_loss(net: Architecture) -> OnData:
    """Two samples with the mean square loss; one sample is two that are alike.

    Args:
        net: the networks; their regimes are kept.
    """
    family = on_data(net, 2, loss=["square"])
    family.control, family.cost, family.regimes = True, COST, net.regimes
    return family


def weights(xp: Any, theta: Theta) -> Any:
    """All rows of W."""
    return of_rows(xp, theta.W)


def centred(xp: Any, theta: Theta) -> Any:
    """All rows of W less their means."""
    found = of_rows(xp, theta.W)
    return found - xp.mean(found, axis=-1, keepdims=True)


def lengths(of: Any) -> Any:
    """‖B‖ of every block."""
    return lambda xp, theta: xp.sqrt(squares(xp, of(xp, theta)))


# ---- gains and biases, residual layers, W/‖W‖_F


def alike(sizes: Shape, y: float, **arrays: Any) -> list[Mapping[str, Any]]:
    """An instance of one layer with the same sample, `x` and y, throughout; none for more layers."""
    samples = {"X": np.tile(arrays.pop("x"), (sizes["n"], 1)), "y": np.full(sizes["n"], y)}
    return [{**arrays, **samples}] if sizes["L"] == 1 else []


def rewarded(sizes: Shape) -> list[Mapping[str, Any]]:
    """Everything along (1, …, 1), y = 0: descent makes the output, and with it the gains, smaller."""
    m = sizes["m"]
    rows, one = np.tile(even(m), (1, m, 1)), even(m)
    return alike(sizes, 0.0, W=rows, b=np.zeros((1, m)), g=np.ones((1, m)), v=one / 2, x=one)


def enlarged(xp: Any, theta: Theta) -> Any:
    """‖y‖² + (‖v‖ Π max(1, γ_l))²(1 + Σ‖b^l‖²): rounding of ⟨w, ∂𝓛/∂w⟩ is a share of it."""
    gain = product([xp.maximum(1.0, each) for each in largest(xp, theta)])
    return xp.sum(theta.y**2) + xp.sum(theta.v**2) * gain**2 * (1 + xp.sum(theta.b**2))


def gains(xp: Any, theta: Theta) -> Any:
    """1 + ‖g^l‖ of every layer, as gains may vanish."""
    return 1 + xp.sqrt(squares(xp, theta.g))


BIASES_ON_DATA = with_square_loss(BIASES).starting({"gains that make the output larger": rewarded})
BIASES_ON_DATA = BIASES_ON_DATA.extended([
    *kept(weights, weights, "rows", BIASES_ON_DATA, enlarged),
    along_descent("shrinkage", "the least (1 + ‖g^l⁺‖)/(1 + ‖g^l‖) of gains after a step of descent",
                  least_ratio(gains), of=BIASES_ON_DATA, moved=["g"],
                  latex=r"\min_l\frac{1+\|g^{(l)+}\|}{1+\|g^{(l)}\|}"),
])  # fmt: skip
RESIDUAL_ON_DATA = with_square_loss(RESIDUAL_STACK)
RESIDUAL_ON_DATA = RESIDUAL_ON_DATA.extended(kept(weights, weights, "rows", RESIDUAL_ON_DATA))
FROBENIUS_ON_DATA = with_square_loss(FROBENIUS)
FROBENIUS_ON_DATA = FROBENIUS_ON_DATA.extended(kept(weights, weights, "matrices", FROBENIUS_ON_DATA))


# ---- weight standardization


def conserved(first: float, xp: Any, path: Sequence[Theta], slopes: Sequence[Theta]) -> Any:
    """The largest |1ᵀw⁺ − 1ᵀw| of a row, over the terms of 1ᵀ∂𝓛/∂w where they exceed 1; a number for the first 1."""
    theta = path[0]
    ones = np.append(first, np.ones(theta.m - 1))
    moved = xp.abs((weights(xp, path[1]) - weights(xp, theta)) @ ones)
    terms = xp.sum(xp.abs(weights(xp, slopes[0])) + xp.abs(weights(xp, path[0])), axis=-1)
    return xp.max(moved / (1 + terms))


def loosened(sizes: Shape) -> list[Mapping[str, Any]]:
    """Rows and x along (1, −1, 0, …), v along (1, …, 1), y = 0: shorter rows give a smaller output where ε > 0."""
    m = sizes["m"]
    return alike(sizes, 0.0, W=np.tile(odd(m), (1, m, 1)), v=even(m), x=odd(m))


STANDARDIZED_ON_DATA = with_square_loss(WEIGHT_STANDARDIZATION).starting({"rows that ε holds short": loosened})
STANDARDIZED_ON_DATA = STANDARDIZED_ON_DATA.extended([
    *kept(centred, weights, "centred rows", STANDARDIZED_ON_DATA),
    along_descent("mean_defect", "largest |1ᵀw⁺ − 1ᵀw| of the rows w over its terms where these exceed 1",
                  partial(conserved, 1.0), of=STANDARDIZED_ON_DATA, moved=["W"],
                  latex=r"\max_w|\mathbf{1}^\top\Delta w|"),
    along_descent("mean_change", "the same with the first entries weighted more by a millionth",
                  partial(conserved, LARGER), of=STANDARDIZED_ON_DATA, moved=["W"], latex=r"\delta_{\mathbf{1}}^{+}"),
    along_descent("shrinkage", "the least ‖Cw⁺‖/‖Cw‖ of a row after a step of descent",
                  least_ratio(lengths(centred)), of=STANDARDIZED_ON_DATA, moved=["W"],
                  latex=r"\min_w\frac{\|Cw^+\|}{\|Cw\|}"),
])  # fmt: skip


# ---- W/‖W‖₂


def spectral_norms(xp: Any, theta: Theta) -> Any:
    """‖W^l‖₂ of every layer."""
    return xp.stack([spectral_norm(xp, theta.W[layer], theta.m) for layer in range(theta.L)])


def spectral_floor(xp: Any, path: Sequence[Theta], _: Sequence[Theta]) -> Any:
    """The least ‖W^l(t)‖₂/‖W^l(0)‖_F for t ≥ 1."""
    start = lengths(weights)(xp, path[0])
    return xp.min(xp.stack([xp.min(spectral_norms(xp, theta) / start) for theta in path[1:]]))


def levelled(sizes: Shape) -> list[Mapping[str, Any]]:
    """W = diag(1, .5), x = v = e₂ and y = 2/3, where a step is +∇f/3: the singular values meet; then near ones."""
    if sizes["m"] != 2:
        return []
    e2 = np.array([0.0, 1.0])
    near = alike(sizes, 2 / 3, W=[[1.0, 0.0, 0.0, 0.999]], v=e2 / 1e3, x=e2)
    return [*alike(sizes, 2 / 3, W=[[1.0, 0.0, 0.0, 0.5]], v=e2, x=e2), *near]


SPECTRAL_ON_DATA = with_square_loss(SPECTRAL).starting({"singular values that meet": levelled})
SPECTRAL_ON_DATA = SPECTRAL_ON_DATA.extended([
    *kept(weights, weights, "matrices", SPECTRAL_ON_DATA),
    along_descent("floor", f"the least ‖W(t)‖₂/‖W(0)‖_F of a layer after 1 to {STEPS} steps of descent",
                  spectral_floor, of=SPECTRAL_ON_DATA, moved=["W", "v"], steps=STEPS, latex=r"x_{\mathrm{floor}}"),
    along_descent("shrinkage", "the least ‖W⁺‖₂/‖W‖₂ of a layer after a step of descent",
                  least_ratio(spectral_norms), of=SPECTRAL_ON_DATA, moved=["W"],
                  latex=r"\min_l\frac{\|W^{(l)+}\|_2}{\|W^{(l)}\|_2}"),
])  # fmt: skip
