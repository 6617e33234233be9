"""Several outputs behind two hidden layers, with gains and biases and any widths: z^l = M^l α^{l−1} + b^l, F = z³.

Two families. In WHOLE every M is gW/‖W‖_F, PyTorch's `dim=None`; in DEEP_OUTPUTS the rows of hidden layers have
length |g_i|, and the output layer is plain. Both have ⟨w, F⟩, x and w one below the other as the input, so that
gradients and Hessians are those of F along w. No factor 1/√m: the gains have it, as they have in PyTorch.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import product
from typing import Any

import numpy as np

from wnverify.families.normalizations.chain import BETA, Step, ends
from wnverify.families.own.architecture import Architecture
from wnverify.families.own.declare import architecture
from wnverify.families.own.kinds import Kind, ball, free, rows
from wnverify.families.own.own_quantity import quantity
from wnverify.family import Shape
from wnverify.quantities import Quantity

SIZES = [dict(zip(("d", "m1", "m2", "k"), each, strict=True)) for each in ((2, 2, 3, 2), (1, 3, 2, 1))]
ACTIVATIONS = ("identity", "tanh", "softplus", "relu")
BENDS = {**BETA, "softplus": 0.25, "relu": 0.0}
"""sup|φ″|."""
OFFSETS = {"softplus": math.log(2) * (1 + 1e-15)}
"""|φ(0)|, where it is not 0."""
BOUNDED = {"tanh": 1.0}
"""sup|φ|, where there is one."""


@dataclass(frozen=True)
class Layer:
    """One layer at an input: M, the norms of W that it divides by and its gains, None if plain; b, and α^{l−1}."""

    M: Any
    norms: Any
    g: Any
    b: Any
    before: Any


def through_whole(xp: Any, W: Any, g: Any) -> tuple[Any, Any]:
    """gW/‖W‖_F and ‖W‖_F."""
    norm = xp.sqrt(xp.sum(W * W))
    return g * W / norm, norm


def through_rows(xp: Any, W: Any, g: Any) -> tuple[Any, Any]:
    """Rows of length |g_i|, and the norms of W's; W itself where there are no gains."""
    return (W, None) if g is None else ((g * xp.unit_rows(W).T).T, xp.sqrt(xp.sum(W * W, axis=-1)))


def layers(xp: Any, theta: Any, x: Any) -> Iterator[Layer]:
    """All three, the output the last."""
    whole = "g3" in theta
    parts = ((theta.W1, theta.g1, theta.b1), (theta.W2, theta.g2, theta.b2))
    for W, g, b in (*parts, (theta.W3, theta.g3 if whole else None, theta.b3)):
        M, norms = (through_whole if whole else through_rows)(xp, W, g)
        yield Layer(M, norms, g, b, x)
        x = xp.phi(M @ x + b)


def along(xp: Any, theta: Any, x: Any) -> Any:
    """⟨w, F⟩, where x has the input before w."""
    *_, last = layers(xp, theta, x[: theta.d])
    return xp.sum(x[theta.d :] * (last.M @ last.before + last.b))


# ---- what the bounds are made of


def length(xp: Any, x: Any) -> Any:
    """‖x‖ of an array of any shape."""
    return xp.sqrt(xp.sum(x * x))


def _step(xp: Any, layer: Layer, bend: float) -> Step:
    """χ = ‖M‖_F, p = √(a²r² + 1), c = r, o = a·max 2(B² + J²)/√(4B² + 3J²); ‖M‖₂, r = 1, o = 0 if plain."""
    a = length(xp, layer.before)
    if layer.norms is None:
        return Step(xp.spectral_norm(layer.M), xp.sqrt(a**2 + 1), bend, 1.0)
    turn = xp.maximum(1.0, xp.max(xp.abs(layer.g) / layer.norms))
    own, bent = 1 / layer.norms, xp.abs(layer.g) / layer.norms**2
    curved = xp.max(2 * (own**2 + bent**2) / xp.sqrt(4 * own**2 + 3 * bent**2))
    return Step(length(xp, layer.g), xp.sqrt((a * turn) ** 2 + 1), bend, turn, a * curved)


def steps(xp: Any, theta: Any, x: Any) -> list[Step]:
    """All three layers, the output with k = 0; x has the input before w."""
    bend = BENDS[theta.activation]
    every = zip(layers(xp, theta, x[: theta.d]), (bend, bend, 0.0), strict=True)
    return [_step(xp, layer, k) for layer, k in every]


def probe(xp: Any, theta: Any, x: Any) -> Any:
    """‖w‖."""
    return length(xp, x[theta.d :])


def stretch(xp: Any, theta: Any, x: Any) -> Any:
    """Πχ_l."""
    first, second, last = steps(xp, theta, x)
    return first.chi * second.chi * last.chi


def reach(xp: Any, theta: Any, x: Any) -> Any:
    """A = a_3 with a_0 = ‖x‖ and a_l = min(χ_l a_{l−1} + ‖b^l‖ + √m_l|φ(0)|, √m_l sup|φ|), the output without φ."""
    found, chi = length(xp, x[: theta.d]), [step.chi for step in steps(xp, theta, x)]
    for stretched, b, m in ((chi[0], theta.b1, theta.m1), (chi[1], theta.b2, theta.m2)):
        found = stretched * found + length(xp, b) + xp.sqrt(m) * OFFSETS.get(theta.activation, 0.0)
        if theta.activation in BOUNDED:
            found = xp.minimum(found, xp.sqrt(m) * BOUNDED[theta.activation])
    return chi[2] * found + length(xp, theta.b3)


def behind(kind: str, xp: Any, theta: Any, x: Any) -> Any:
    """√Σ(a_{l−1}T_l)² over the hidden layers for their gains, √ΣT_l² for their biases."""
    first, second, _ = layers(xp, theta, x[: theta.d])
    _, chi, out = (step.chi for step in steps(xp, theta, x))
    sizes = [length(xp, layer.before) if kind == "g" else 1.0 for layer in (first, second)]
    return out * xp.sqrt((sizes[0] * chi) ** 2 + sizes[1] ** 2)


# ---- instances at which bounds are attained


def one_path(whole: bool, sizes: Shape) -> Iterator[Mapping[str, Any]]:
    """One entry of each matrix, along the first units of all layers, or across in the last; of several lengths."""
    d, m1, m2, k = (sizes[name] for name in ("d", "m1", "m2", "k"))
    unit = {size: np.eye(size)[0] for size in (d, m1, m2, k)}
    other = np.eye(m2)[-1]
    for omega, gain, last in product((0.1, 1.0), (1.0, 1.5), (unit[m2], other)):
        lengths = (gain, gain, gain) if whole else (gain * unit[m1], gain * unit[m2])
        matrices = [np.outer(unit[m1], unit[d]), np.outer(unit[m2], unit[m1]), np.outer(unit[k], last)]
        if not whole:  # no row may vanish: the others do nothing, as their gains are 0
            matrices[:2] = [np.tile(unit[d], (m1, 1)), np.tile(unit[m1], (m2, 1))]
        yield {
            **{f"W{layer}": omega * W for layer, W in enumerate(matrices, 1)},
            **{f"g{layer}": g for layer, g in enumerate(lengths, 1)},
            **{f"b{layer}": np.zeros(size) for layer, size in enumerate((m1, m2, k), 1)},
            "x": np.append(unit[d], unit[k]) / 2**0.5,
        }


def _started(whole: bool, sizes: Shape) -> list[Mapping[str, Any]]:
    return list(one_path(whole, sizes))


# ---- the families


LARGEST = r"\lambda_{\max}(Q)"


def _quantities(net: Architecture) -> list[Quantity]:
    gains, biases = partial(behind, "g"), partial(behind, "b")
    chain_reach, bend = ends(steps)
    words = "{} of `chain`, with the output as its last layer"
    told: Mapping[str, tuple[str, str, Callable[..., Any]]] = {
        "probe_norm": ("‖w‖", r"\|w\|", probe),
        "chain_reach": (words.format("b"), "b", chain_reach),
        "bend": (words.format("λ_max(Q)"), r"\lambda_{\max}(Q)", bend),
        "stretch": ("Πχ_l", r"\prod_l\chi_l", stretch),
        "reach": ("A, which bounds ‖F‖", "A", reach),
        "gains_reach": ("√Σ(a_{l−1}T_l)² over the hidden layers", r"\sqrt{\sum_l(a_{l-1}T_l)^2}", gains),
        "biases_reach": ("√ΣT_l² over the hidden layers", r"\sqrt{\sum_l T_l^2}", biases),
    }
    return [quantity(name, about, value, of=net, low=0, latex=tex) for name, (about, tex, value) in told.items()]


def _family(name: str, theta: Mapping[str, Kind], *, whole: bool) -> Any:
    biases = {"b1": free("m1"), "b2": free("m2"), "b3": free("k")}
    net = architecture(name, along, theta={**theta, **biases}, x=ball("d+k"), sizes=SIZES, activation=ACTIVATIONS)
    net = net.starting({"one path": partial(_started, whole)})
    net.control, net.cost = True, 24.0
    return net.extended(_quantities(net))


_MATRICES = {"W1": ("m1", "d"), "W2": ("m2", "m1"), "W3": ("k", "m2")}
WHOLE = _family(
    "whole_matrices",
    {**{name: free(*axes) for name, axes in _MATRICES.items()}, "g1": free(), "g2": free(), "g3": free()},
    whole=True,
)
"""Every matrix divided by its Frobenius norm."""
DEEP_OUTPUTS = _family(
    "deep_outputs",
    {
        "W1": rows("m1", "d"), "g1": free("m1"), "W2": rows("m2", "m1"), "g2": free("m2"), "W3": free("k", "m2"),
    },
    whole=False,
)  # fmt: skip
"""Rows divided by their norms in the hidden layers, and a plain output."""
