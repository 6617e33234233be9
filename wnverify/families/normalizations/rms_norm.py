"""RMSNorm and LayerNorm in every layer: α^l = m^{-1/2} φ(√m u^l), u^l = H z^l/R_l, z^l = W^l α^{l−1}, f = ⟨v, α^L⟩.

R_l = √(‖H z^l‖² + mε), where H is the identity for RMSNorm and the centring I − 11ᵀ/m for LayerNorm.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, TypeAlias

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.families.normalizations.chain import BETA, CURVATURE, Step, coupling, ends
from wnverify.families.normalizations.descent import LARGER, along_descent
from wnverify.families.normalizations.divisors import divisor
from wnverify.families.normalizations.resized import resized
from wnverify.families.own import vocabulary
from wnverify.families.own.architecture import Architecture
from wnverify.families.own.declare import architecture
from wnverify.families.own.kinds import ball, free
from wnverify.families.own.own_quantity import quantity
from wnverify.family import Shape

Arrays: TypeAlias = Mapping[str, Any]
EPSILON = {"none": 0.0, "1": 1.0}
"""ε by the value of the setting."""
SLOPES = {
    "identity": lambda xp, z: xp.ones_like(z),
    "tanh": lambda xp, z: 1 - xp.tanh(z) ** 2,
}
"""φ′, by the activation, for the derivatives that are written by hand."""


@dataclass(frozen=True)
class Layer:
    """One layer at an input: `before` is α^{l−1}, `weights` H W^l, `radius` R_l, `u` what is left after the norm."""

    before: Any
    weights: Any
    radius: Any
    u: Any
    after: Any


def centred(xp: Any, theta: Any, array: Any) -> Any:
    """H times a vector or a matrix."""
    return array - xp.mean(array, axis=0) if theta.norm == "LayerNorm" else array


def layers(xp: Any, theta: Any, x: Any) -> Iterator[Layer]:
    """The layers from the first to the last."""
    alpha = x
    for layer in range(theta.L):
        weights = centred(xp, theta, theta.W[layer])
        z = weights @ alpha
        radius = xp.sqrt(xp.sum(z * z) + theta.m * EPSILON[theta.epsilon])
        u = z / radius
        after = xp.phi(xp.sqrt(theta.m) * u) / xp.sqrt(theta.m)
        yield Layer(alpha, weights, radius, u, after)
        alpha = after


def value(xp: Any, theta: Any, x: Any) -> Any:
    """f(θ; x)."""
    return theta.v @ list(layers(xp, theta, x))[-1].after


def least_radius(xp: Any, theta: Any, x: Any) -> Any:
    """R = min R_l."""
    return xp.min(xp.stack([layer.radius for layer in layers(xp, theta, x)]))


def _steepness(xp: Any, layer: Layer) -> Any:
    """χ_l = ‖H W^l‖₂/R_l."""
    return xp.spectral_norm(layer.weights) / layer.radius


def steepest(xp: Any, theta: Any, x: Any) -> Any:
    """χ = max χ_l."""
    return xp.max(xp.stack([_steepness(xp, layer) for layer in layers(xp, theta, x)]))


def growth(xp: Any, theta: Any, x: Any) -> Any:
    """Σ_{j<L} χ^{2j} with χ = max χ_l."""
    chi = steepest(xp, theta, x)
    return sum((chi ** (2 * power) for power in range(1, theta.L)), 1.0)


def slope(xp: Any, theta: Any, x: Any) -> Any:
    """Π χ_l."""
    found = 1.0
    for layer in layers(xp, theta, x):
        found = found * _steepness(xp, layer)
    return found


def frobenius(xp: Any, theta: Any, x: Any) -> Any:
    """max ‖H W^l‖_F/R_l."""
    sizes = [xp.sqrt(xp.sum(layer.weights**2)) / layer.radius for layer in layers(xp, theta, x)]
    return xp.max(xp.stack(sizes))


def steps(xp: Any, theta: Any, x: Any) -> list[Step]:
    """What each layer adds to the chain of derivatives: p_l = ‖α^{l−1}‖/R_l, k_l = 2/√3 + √m sup|φ″|, c_l = 1/R_l."""
    bent = CURVATURE + BETA[theta.activation] * theta.m**0.5
    return [
        Step(_steepness(xp, layer), xp.sqrt(xp.sum(layer.before**2)) / layer.radius, bent, 1 / layer.radius)
        for layer in layers(xp, theta, x)
    ]


reach, bend = ends(steps)
"""b = √(Σ_l (p_l Π_{j>l} χ_j)²), and λ_max(Q) of the chain."""


def linear_bend(xp: Any, theta: Any, x: Any) -> Any:
    """λ_max(Q) with the curvature of the last layer alone."""
    every = steps(xp, theta, x)
    return coupling(xp, [*(replace(step, k=0.0) for step in every[:-1]), every[-1]])


def backward(xp: Any, theta: Any, x: Any) -> Iterator[tuple[Layer, Any, Any]]:
    """The layers from the last to the first, with H∂f/∂u^l and R_l ∂f/∂z^l, by the chain rule written out."""
    above = theta.v
    for layer in reversed(list(layers(xp, theta, x))):
        c = centred(xp, theta, SLOPES[theta.activation](xp, xp.sqrt(theta.m) * layer.u) * above)
        across = c - layer.u * xp.sum(layer.u * c)
        yield layer, c, across
        above = layer.weights.T @ across / layer.radius


def weighted_gradient(xp: Any, theta: Any, x: Any) -> Any:
    """√(Σ_l R_l²‖∂f/∂W^l‖²_F)."""
    every = backward(xp, theta, x)
    return xp.sqrt(sum(xp.sum(across**2) * xp.sum(layer.before**2) for layer, _, across in every))


def telescoped(xp: Any, theta: Any, x: Any) -> Any:
    """Σ_l ‖c′‖²(‖α^{l−1}‖² − ‖u‖²) + ‖α^{l−1}‖²(‖c′‖² − ‖Mᵀc′‖²) + ⟨c′, u⟩², M = HW/R and c′ = R ∂f/∂z."""
    total = 0.0
    for layer, _, across in backward(xp, theta, x):
        X, C, down = xp.sum(layer.before**2), xp.sum(across**2), layer.weights.T @ across / layer.radius
        lost = C * (X - xp.sum(layer.u**2)) + X * (C - xp.sum(down**2))
        total = total + lost + xp.sum(across * layer.u) ** 2
    return total


def _radial(xp: Any, theta: Any, slopes: Any) -> Iterator[tuple[Any, Any]]:
    """⟨W^l, ∂f/∂W^l⟩ and the sum of its |terms|, from the last layer to the first."""
    for layer in reversed(range(theta.L)):
        terms = theta.W[layer] * slopes.W[layer]
        yield xp.sum(terms), xp.sum(xp.abs(terms))


def radial_defect(factor: float, xp: Any, path: Any, slopes: Any) -> Any:
    """The largest |⟨W^l, ∂f/∂W^l⟩ − (mε/R_l²)⟨u^l, ∂f/∂u^l⟩|, the second times a factor, over 1 and its terms."""
    theta, found = path[0], []
    by_hand = backward(xp, theta, theta.x)
    for (inner, terms), (layer, c, _) in zip(_radial(xp, theta, slopes[0]), by_hand, strict=True):
        share = theta.m * EPSILON[theta.epsilon] / layer.radius**2
        along = xp.sum(layer.u * c)
        found.append(xp.abs(inner - factor * share * along) / (1 + terms + xp.abs(along)))
    return xp.max(xp.stack(found))


def radial_share(xp: Any, path: Any, slopes: Any) -> Any:
    """The largest |⟨W^l, ∂f/∂W^l⟩|/Π_{j>l} χ_j of a layer to which something is handed down."""
    theta, passed, found = path[0], 1.0, []
    chi = [_steepness(xp, layer) for layer in layers(xp, theta, theta.x)]
    for (inner, _), steep in zip(_radial(xp, theta, slopes[0]), reversed(chi), strict=True):
        there = passed > 0
        found.append(xp.where(there, xp.abs(inner) / xp.where(there, passed, 1.0), 0.0))
        passed = passed * steep
    return xp.max(xp.stack(found))


def plane(m: int) -> tuple[FloatArray, FloatArray]:
    """Two orthogonal unit vectors, across (1, …, 1) where there is room for both.

    >>> [bool(abs(each.sum()) < 1e-15) for each in plane(4)]
    [True, True]
    """
    if m == 2:
        return np.eye(2)[0], np.eye(2)[1]
    first, second = np.zeros((2, m))
    first[:2], second[:3] = (1, -1), (1, 1, -2)
    return first / np.sqrt(2), second / np.sqrt(6)


def rms_norm(sizes: Sequence[Shape]) -> Architecture:
    """The networks at some sizes, with ε = 0 and ε = 1.

    Args:
        sizes: each with L and m.
    """
    return architecture(
        "rms_norm",
        value,
        theta={"W": free("L", "m", "m"), "v": free("m")},
        x=ball("m"),
        sizes=sizes,
        activation=("identity", "tanh"),
        norm=("RMSNorm", "LayerNorm"),
        epsilon=tuple(EPSILON),
    )


def stretching(sizes: Shape) -> list[Arrays]:
    """W^l = R(χ ppᵀ + qqᵀ), x = q, v = V p: a gradient that every layer stretches by χ."""
    p, q = plane(sizes["m"])
    return [
        {"W": [R * (chi * np.outer(p, p) + np.outer(q, q))] * sizes["L"], "v": V * p, "x": q}
        for R, chi, V in ((1.0, 1.0, 1.0), (1.0, 2.0, 1.5), (0.1, 1.0, 1.0), (1e-4, 1e3, 1.0), (1.0, 2 - 1e-9, 1.0))
    ]


def turning(sizes: Shape) -> list[Arrays]:
    """W^l = 1, x = q, v ∝ 4p + 3q: every layer turns the same vector, and all turns add up."""
    p, q = plane(sizes["m"])
    return [{"W": [np.eye(sizes["m"])] * sizes["L"], "v": V * (0.8 * p + 0.6 * q), "x": q} for V in (1.0, 100.0)]


def crossing(sizes: Shape) -> list[Arrays]:
    """Layers of rank one, the second blind to the first, so that both are seen in full; for ε = 1."""
    p, q = plane(sizes["m"])
    root = np.sqrt(sizes["m"]) * (1 - 1e-9)  # so that ‖HW‖_F ≤ R by more than rounding
    layers = [1e3 * np.outer(p, q), root * np.outer(p, q), *[root * np.outer(p, p)] * sizes["L"]]
    first = {"W": layers[: sizes["L"]], "v": p, "x": q}
    return [first, {**first, "v": 3.0 * p}]


def held_short(sizes: Shape) -> list[Arrays]:
    """W^l = √(m/2) ppᵀ and deeper layers as large, x = p, v = V p: where ε = 1, the first has ‖z‖ = R/√3."""
    if sizes["m"] < 3:
        return []
    p, _ = plane(sizes["m"])
    first = (sizes["m"] / 2) ** 0.5 * np.outer(p, p)
    return [{"W": [first, *[1e-3 * first] * (sizes["L"] - 1)], "v": V * p, "x": p} for V in (1.0, 100.0)]


STARTS = {
    "stretching across": stretching,
    "one layer blind to the other": crossing,
    "layers that turn one vector": turning,
    "held short by ε": held_short,
}
RMS_NORM = rms_norm([{"L": L, "m": m} for L, m in ((1, 3), (2, 3), (3, 3), (1, 5), (2, 4), (3, 4))])
RMS_NORM.control, RMS_NORM.cost, RMS_NORM.plentiful = True, 10.0, 1
RMS_NORM = RMS_NORM.starting(STARTS).extended(
    [
        divisor("R", "the least R_l, what the layers divide by", least_radius, RMS_NORM),
        quantity("steepest", "χ = max ‖HW^l‖₂/R_l", steepest, of=RMS_NORM, low=0, latex=r"\chi"),
        quantity(
            "growth",
            "Σ_{j<L} χ^{2j} with χ = max ‖HW^l‖₂/R_l",
            growth,
            of=RMS_NORM,
            low=1,
            latex=r"\sum_{j<L}\chi^{2j}",
        ),
        quantity("slope_product", "Π ‖HW^l‖₂/R_l", slope, of=RMS_NORM, low=0, latex=r"\prod_l\chi_l"),
        quantity(
            "frobenius", "max ‖HW^l‖_F/R_l", frobenius, of=RMS_NORM, low=0, latex=r"\max_l\frac{\|HW^{(l)}\|_F}{R_l}"
        ),
        quantity("reach", "b, the root of Σ (p_l T_l)² in `chain`", reach, of=RMS_NORM, low=0, latex="b"),
        quantity("bend", "λ_max(Q) in `chain`", bend, of=RMS_NORM, low=0, latex=r"\lambda_{\max}(Q)"),
        quantity(
            "linear_bend",
            "λ_max(Q) with k_l = 0 before the last layer",
            linear_bend,
            of=RMS_NORM,
            low=0,
            latex=r"\lambda_{\max}(Q_{\mathrm{lin}})",
        ),
        vocabulary.alignment(RMS_NORM.at, ["W"], whole=True),
        along_descent(
            "radial_defect",
            "largest |⟨W^l, ∂f/∂W^l⟩ − (mε/R_l²)⟨u^l, ∂f/∂u^l⟩| over 1 and its terms",
            partial(radial_defect, 1.0),
            of=RMS_NORM,
            moved=["W"],
            latex=r"\delta_{\mathrm{radial}}",
        ),
        along_descent(
            "radial_change",
            "the same with mε larger by a millionth",
            partial(radial_defect, LARGER),
            of=RMS_NORM,
            moved=["W"],
            latex=r"\delta_{\mathrm{radial}}^{+}",
        ),
        along_descent(
            "radial_share",
            "largest |⟨W^l, ∂f/∂W^l⟩| of a layer over Π_{j>l} ‖HW^j‖₂/R_j",
            radial_share,
            of=RMS_NORM,
            moved=["W"],
            latex=r"\max_l\frac{|\langle W^{(l)},\partial_{W^{(l)}}f\rangle|}{\prod_{j>l}\chi_j}",
        ),
        quantity(
            "weighted_gradient",
            "√(Σ R_l²‖∂f/∂W^l‖²)",
            weighted_gradient,
            of=RMS_NORM,
            low=0,
            latex=r"(\sum_lR_l^2\|\partial_{W^{(l)}}f\|^2)^{1/2}",
        ),
        quantity(
            "telescoped",
            "Σ_l ‖c′‖²(‖α^{l−1}‖² − ‖u‖²) + ‖α^{l−1}‖²(‖c′‖² − ‖Mᵀc′‖²) + ⟨c′, u⟩², M = HW/R_l, c′ = R_l ∂f/∂z^l",
            telescoped,
            of=RMS_NORM,
            latex=r"\Sigma_L",
        ),
    ]
)
"""RMSNorm and LayerNorm, with ε = 0 and ε = 1."""
DEEP_RMS_NORM, NARROW_RMS_NORM = (resized(RMS_NORM, [{"L": L, "m": 2}]) for L in (6, 4))
"""Narrow networks, for what grows with depth, as it does for RMSNorm alone at a width of 2."""
