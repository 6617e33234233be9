"""Three layers of different widths m1, m2, m3 and an input of length d: f = ⟨v, α³⟩, α⁰ = x.

The setting `normalization`, in layer l:

rows              α^l = φ(W̄^l α^{l−1}/√m_l), W̄ with unit rows
frobenius         α^l = φ(W^l α^{l−1}/‖W^l‖_F)
RMSNorm           α^l = m_l^{-1/2} φ(√m_l z/R_l), z = W^l α^{l−1}, R_l = ‖z‖
RMSNorm with ε    the same with R_l = √(‖z‖² + m_l)

In the first two a layer acts through a matrix M^l of Frobenius norm 1. `scale_l` is what ∂f/∂W^l is divided by:
√m_l ω_l with the least row norm ω_l, ‖W^l‖_F, or R_l.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import product
from typing import Any, TypeAlias

import numpy as np

from wnverify.families.normalizations.chain import BETA, CURVATURE, Step, ends
from wnverify.families.normalizations.divisors import divisor
from wnverify.families.own.declare import architecture
from wnverify.families.own.kinds import ball, free
from wnverify.families.own.own_quantity import quantity
from wnverify.family import Shape

Arrays: TypeAlias = Mapping[str, Any]
NORMED_WEIGHTS = ("rows", "frobenius")
NORMED_STATES = {"RMSNorm": 0.0, "RMSNorm with ε": 1.0}
"""ε by the value of the setting."""
WIDTHS = ((2, 3, 2, 3), (2, 2, 3, 1), (3, 4, 2, 2), (1, 2, 4, 3))
"""d, m1, m2, m3."""
LAYERS = (1, 2, 3)


@dataclass(frozen=True)
class Layer:
    """One layer at an input: `before` is α^{l−1}, `z` the product W^l α^{l−1}."""

    before: Any
    weights: Any
    z: Any
    after: Any


def _through(xp: Any, theta: Any, W: Any, x: Any) -> Layer:
    z, root = W @ x, xp.sqrt(W.shape[0])
    if theta.normalization == "rows":
        after = xp.phi(xp.unit_rows(W) @ x / root)
    elif theta.normalization == "frobenius":
        after = xp.phi(z / xp.sqrt(xp.sum(W * W)))
    else:
        after = xp.phi(root * z / _radius(xp, theta, z)) / root
    return Layer(x, W, z, after)


def _radius(xp: Any, theta: Any, z: Any) -> Any:
    """R_l."""
    return xp.sqrt(xp.sum(z * z) + z.shape[0] * NORMED_STATES[theta.normalization])


def layers(xp: Any, theta: Any, x: Any) -> Iterator[Layer]:
    """The layers from the first to the last."""
    for W in (theta.W1, theta.W2, theta.W3):
        layer = _through(xp, theta, W, x)
        yield layer
        x = layer.after


def value(xp: Any, theta: Any, x: Any) -> Any:
    """f(θ; x)."""
    return theta.v @ list(layers(xp, theta, x))[-1].after


# ---- what the bounds are made of


def scales(xp: Any, theta: Any, x: Any) -> list[Any]:
    """√m_l ω_l, ‖W^l‖_F or R_l, from the first layer to the last."""
    every = list(layers(xp, theta, x))
    if theta.normalization == "rows":
        return [xp.sqrt(layer.z.shape[0] * xp.min(xp.sum(layer.weights**2, axis=-1))) for layer in every]
    if theta.normalization == "frobenius":
        return [xp.sqrt(xp.sum(layer.weights**2)) for layer in every]
    return [_radius(xp, theta, layer.z) for layer in every]


def scale(index: int, xp: Any, theta: Any, x: Any) -> Any:
    """That of one layer."""
    return scales(xp, theta, x)[index]


def least_scale(xp: Any, theta: Any, x: Any) -> Any:
    """The least of all layers."""
    return xp.min(xp.stack(scales(xp, theta, x)))


def own(xp: Any, theta: Any, x: Any) -> Any:
    """max 1/(√m_l ω_l²) for rows, and max 1/‖W^l‖_F²."""
    found = []
    for layer, size in zip(layers(xp, theta, x), scales(xp, theta, x), strict=True):
        wide = xp.sqrt(layer.z.shape[0]) if theta.normalization == "rows" else 1.0
        found.append(wide / size**2)
    return xp.max(xp.stack(found))


def _stretches(xp: Any, theta: Any, x: Any) -> list[Any]:
    """χ_l: ‖W^l‖₂/R_l where states are normed, and 1 where weights are."""
    if theta.normalization in NORMED_WEIGHTS:
        return [1.0 + 0.0 * xp.sum(x)] * len(LAYERS)
    pairs = zip(layers(xp, theta, x), scales(xp, theta, x), strict=True)
    return [xp.spectral_norm(layer.weights) / radius for layer, radius in pairs]


def slope(xp: Any, theta: Any, x: Any) -> Any:
    """Π χ_l."""
    one, two, three = _stretches(xp, theta, x)
    return one * two * three


def steepest(xp: Any, theta: Any, x: Any) -> Any:
    """max χ_l."""
    return xp.max(xp.stack(_stretches(xp, theta, x)))


def steps(xp: Any, theta: Any, x: Any) -> list[Step]:
    """What each layer adds to the chain where states are normed: k_l = 2/√3 + √m_l sup|φ″|."""
    found = []
    parts = zip(_stretches(xp, theta, x), layers(xp, theta, x), scales(xp, theta, x), strict=True)
    for chi, layer, radius in parts:
        a = xp.sqrt(xp.sum(layer.before**2))
        bent = CURVATURE + BETA[theta.activation] * layer.weights.shape[0] ** 0.5
        found.append(Step(chi, a / radius, bent, 1 / radius))
    return found


# ---- instances at which bounds are attained


def _unit(length: int, *places: int) -> Any:
    found = np.zeros(length)
    found[list(places)] = 1.0
    return found


def split(sizes: Shape) -> list[Arrays]:
    """Unit rows: one row of a layer across what reaches it, the others along; the next layer sees that row alone."""
    d, widths = sizes["d"], [sizes[f"m{layer}"] for layer in LAYERS]
    found: list[Arrays] = []
    for place in (0, 1):
        state, arrays = np.ones(d) / np.sqrt(d), {"x": np.ones(d) / np.sqrt(d)}
        for index, width in enumerate(widths):
            rows = np.tile(state if index != place + 1 else _unit(len(state), 0), (width, 1))
            if index == place and len(state) > 1:
                rows[0] = _unit(len(state), 0) - _unit(len(state), 1)
            if index > place + 1:
                rows = np.ones((width, len(state)))
            arrays[f"W{index + 1}"] = rows / np.linalg.norm(rows, axis=1, keepdims=True)
            state = np.ones(width)
        found += [{**arrays, "v": V * state / np.linalg.norm(state)} for V in (0.01, 1.0, 10.0)]
    return found


def handed_on(sizes: Shape) -> list[Arrays]:
    """W¹ = e₁e₁ᵀ, W² = e₁e₂ᵀ, W³ = e₁e₁ᵀ, x = v = e₁: the first two layers have all of the gradient."""
    d, m1, m2, m3 = (sizes[name] for name in ("d", "m1", "m2", "m3"))
    if m1 < 2:
        return []
    W1, W2 = np.outer(_unit(m1, 0), _unit(d, 0)), np.outer(_unit(m2, 0), _unit(m1, 1))
    one = {"W1": W1, "W2": W2, "W3": np.outer(_unit(m3, 0), _unit(m2, 0)), "x": _unit(d, 0)}
    return [
        {name: array * (size if name.startswith("W") else 1.0) for name, array in one.items()}
        | {"v": V * _unit(m3, 0)}
        for size, V in product((0.1, 1.0), (0.01, 1.0, 10.0))
    ]


def stretching(sizes: Shape) -> list[Arrays]:
    """W^l = R(χ e₁e₁ᵀ + e₂e₂ᵀ), x = e₂, v = Ve₁: a gradient that every layer stretches by χ."""
    ends = [sizes[name] for name in ("d", "m1", "m2", "m3")]
    if min(ends) < 2:
        return []
    found: list[Arrays] = []
    for R, chi, V in ((1.0, 1.0, 1.0), (1.0, 2.0, 1.5), (0.1, 1.0, 1.0), (1e-2, 100.0, 1.0)):
        matrices = {f"W{layer}": np.zeros((ends[layer], ends[layer - 1])) for layer in LAYERS}
        for matrix in matrices.values():
            matrix[0, 0], matrix[1, 1] = R * chi, R
        found.append({**matrices, "v": V * _unit(ends[3], 0), "x": _unit(ends[0], 1)})
    return found


_NET = architecture(
    "unequal_widths",
    value,
    theta={"W1": free("m1", "d"), "W2": free("m2", "m1"), "W3": free("m3", "m2"), "v": free("m3")},
    x=ball("d"),
    sizes=[dict(zip(("d", "m1", "m2", "m3"), each, strict=True)) for each in WIDTHS],
    activation=("identity", "tanh"),
    normalization=(*NORMED_WEIGHTS, *NORMED_STATES),
).starting({"one row apart": split, "one vector handed on": handed_on, "stretching across": stretching})
_REACH, _BEND = ends(steps)
_NET.control, _NET.cost, _NET.plentiful = True, 10.0, 1
UNEQUAL_WIDTHS = _NET.extended(
    [
        *(
            divisor(f"scale_{index}", f"that of layer {index}", partial(scale, index - 1), _NET, f"s_{index}")
            for index in LAYERS
        ),
        divisor("least_scale", "min √m_l ω_l, min ‖W^l‖_F or min R_l", least_scale, _NET, latex=r"\min_l s_l"),
        quantity("own", "max 1/(√m_l ω_l²), or max 1/‖W^l‖_F²", own, of=_NET, low=0, latex=r"\max_l\frac{1}{s_l^2}"),
        quantity(
            "slope_product",
            "Π χ_l, χ_l = ‖W^l‖₂/R_l, or 1 where weights are normed",
            slope,
            of=_NET,
            low=0,
            latex=r"\prod_l\chi_l",
        ),
        quantity("steepest", "max χ_l", steepest, of=_NET, low=0, latex=r"\chi"),
        quantity("reach", "b of `chain` for RMSNorm", _REACH, of=_NET, low=0, latex="b"),
        quantity(
            "bend",
            "λ_max(Q) of `chain` for RMSNorm",
            _BEND,
            of=_NET,
            low=0,
            latex=r"\lambda_{\max}(Q)",
        ),
    ]
)
"""Three layers of unequal widths."""
