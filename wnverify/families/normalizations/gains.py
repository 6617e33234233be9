"""WeightNorm with gains, and with gains and biases: z = m^{-1/2}(g ⊙ W̄α + b), PyTorch's `weight_norm`; f = ⟨v, α^L⟩.

γ_l = max_i |g^l_i|. All layers are of width m = d.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

import numpy as np

from wnverify.families.normalizations.chain import BETA, Step, ends
from wnverify.families.normalizations.resized import resized
from wnverify.families.own import vocabulary
from wnverify.families.own.architecture import Architecture
from wnverify.families.own.declare import architecture
from wnverify.families.own.kinds import ball, free, rows
from wnverify.families.own.own_quantity import quantity
from wnverify.family import Shape
from wnverify.quantities import Quantity

SIZES = [{"L": L, "m": m} for L, m in ((1, 2), (3, 2), (4, 2), (2, 3))]
ACTIVATIONS = ("identity", "tanh")
"""With |φ′| ≤ 1 and φ(0) = 0."""
STEEP = 1.5
"""A gain above 1, in starts."""


def with_gains(xp: Any, theta: Any, x: Any) -> Any:
    """f(θ; x) without biases."""
    for layer in range(theta.L):
        x = xp.phi(theta.g[layer] * (xp.unit_rows(theta.W[layer]) @ x) / xp.sqrt(theta.m))
    return theta.v @ x


def with_biases(xp: Any, theta: Any, x: Any) -> Any:
    """f(θ; x) with biases."""
    for layer in range(theta.L):
        x = xp.phi((theta.g[layer] * (xp.unit_rows(theta.W[layer]) @ x) + theta.b[layer]) / xp.sqrt(theta.m))
    return theta.v @ x


# ---- what the bounds are made of


def largest(xp: Any, theta: Any) -> list[Any]:
    """γ_l from the first layer to the last."""
    return [xp.max(xp.abs(theta.g[layer])) for layer in range(theta.L)]


def product(factors: list[Any]) -> Any:
    """The product of some numbers, 1 of none."""
    found: Any = 1.0
    for factor in factors:
        found = found * factor
    return found


def all_gains(xp: Any, theta: Any, _: Any) -> Any:
    """Π γ_l."""
    return product(largest(xp, theta))


def other_gains(xp: Any, theta: Any, _: Any) -> Any:
    """Σ_l Π_{k≠l} γ_k²."""
    gains = largest(xp, theta)
    return sum(product(gains[:layer] + gains[layer + 1 :]) ** 2 for layer in range(theta.L))


def later_gains(xp: Any, theta: Any, _: Any) -> Any:
    """Σ_l Π_{k>l} γ_k²."""
    gains = largest(xp, theta)
    return sum(product(gains[layer + 1 :]) ** 2 for layer in range(theta.L))


def reach(xp: Any, theta: Any, x: Any) -> Any:
    """a_L with a_0 = ‖x‖ and a_l = γ_l a_{l−1} + ‖b^l‖/√m."""
    found = xp.sqrt(xp.sum(x * x))
    for layer, gain in enumerate(largest(xp, theta)):
        bias = theta.b[layer]
        found = gain * found + xp.sqrt(xp.sum(bias * bias)) / xp.sqrt(theta.m)
    return found


def _states(xp: Any, theta: Any, x: Any, *, biased: bool) -> Iterator[Any]:
    """α⁰, …, α^L."""
    yield x
    for layer in range(theta.L):
        z = theta.g[layer] * (xp.unit_rows(theta.W[layer]) @ x)
        x = xp.phi((z + theta.b[layer] if biased else z) / xp.sqrt(theta.m))
        yield x


def steps(xp: Any, theta: Any, x: Any, *, biased: bool) -> list[Step]:
    """What each layer adds to the chain of derivatives in rows and gains, and in biases if there are any."""
    found = []
    root, states = xp.sqrt(theta.m), _states(xp, theta, x, biased=biased)
    for layer, (gain, state) in enumerate(zip(largest(xp, theta), states, strict=False)):
        a = xp.sqrt(xp.sum(state * state)) / root
        omega = xp.min(xp.sqrt(xp.sum(theta.W[layer] ** 2, axis=-1)))
        turn, own, bent = xp.maximum(1.0, gain / omega), 1 / omega, gain / omega**2
        push = xp.sqrt((a * turn) ** 2 + 1 / theta.m) if biased else a * turn
        curved = 2 * (own**2 + bent**2) / xp.sqrt(4 * own**2 + 3 * bent**2)
        found.append(Step(gain, push, BETA[theta.activation], turn / root, a * curved))
    return found


def largest_state(xp: Any, theta: Any, x: Any) -> Any:
    """max ‖α^l‖, the input among them."""
    return xp.sqrt(xp.max(xp.stack([xp.sum(state * state) for state in _states(xp, theta, x, biased=True)])))


def _chain(net: Architecture, *, biased: bool) -> list[Quantity]:
    """b and λ_max(Q) of the chain."""
    b, bend = ends(partial(steps, biased=biased))
    return [
        quantity("chain_reach", "b, the root of Σ (p_l T_l)² in `chain`", b, of=net, low=0, latex="b"),
        quantity("bend", "λ_max(Q) in `chain`", bend, of=net, low=0, latex=r"\lambda_{\max}(Q)"),
    ]


def _blocks(net: Architecture, *weights: str) -> list[Quantity]:
    """The blocks of the Hessian that belong to all weights of the layers, and to these and the output layer."""
    of, told = vocabulary.present(*weights), ", ".join(weights)
    inside, across = net.at.hessian(of).norm(), net.at.block(of, vocabulary.present("v"))
    return [
        Quantity(
            "layers_hessian_norm",
            f"‖∂²f/∂({told})²‖₂",
            low=0,
            route=inside,
            latex=rf"\|\partial^2_{{({','.join(weights)})}}f\|_2",
        ),
        Quantity(
            "layers_output_hessian_norm",
            f"‖∂²f/∂({told})∂v‖₂",
            low=0,
            route=across,
            latex=rf"\|\partial_{{({','.join(weights)})}}\partial_vf\|_2",
        ),
    ]


def _backward(xp: Any, theta: Any, x: Any) -> Iterator[tuple[Any, Any, Any, Any]]:
    """Unit rows, gains, α^{l−1} and c^l = ∂f/∂z^l of every layer, from the last to the first; without biases."""
    states, above = list(_states(xp, theta, x, biased=False)), theta.v
    for layer in reversed(range(theta.L)):
        units, gains, state = xp.unit_rows(theta.W[layer]), theta.g[layer], states[layer]
        z = gains * (units @ state) / xp.sqrt(theta.m)
        c = above * (1 - xp.tanh(z) ** 2) if theta.activation == "tanh" else above
        yield units, gains, state, c
        above = units.T @ (gains * c) / xp.sqrt(theta.m)


def handed(xp: Any, theta: Any, x: Any) -> Any:
    """Σ_l ‖c^l‖²‖α^{l−1}‖²."""
    return sum(xp.sum(c * c) * xp.sum(state * state) for _, _, state, c in _backward(xp, theta, x))


def turned(xp: Any, theta: Any, x: Any) -> Any:
    """Σ_l Σ_i c_i² g_i² ‖α − ⟨w̄_i, α⟩w̄_i‖²."""
    total = 0.0
    for units, gains, state, c in _backward(xp, theta, x):
        across = state - xp.reshape(units @ state, (theta.m, 1)) * units
        total = total + xp.sum((c * gains) ** 2 * xp.sum(across**2, axis=1))
    return total


# ---- instances at which bounds are attained


def even(m: int) -> Any:
    """(1, …, 1)/√m."""
    return np.full(m, m**-0.5)


def odd(m: int) -> Any:
    """A unit vector across (1, …, 1)."""
    return np.array([1.0, -1.0, *[0.0] * (m - 2)]) / 2**0.5


def aligned(sizes: Shape) -> list[Mapping[str, Any]]:
    """All rows, x and v along (1, …, 1), gains alike: every layer passes everything on."""
    L, m = sizes["L"], sizes["m"]
    one = {"W": np.tile(even(m), (L, m, 1)), "b": np.zeros((L, m)), "v": even(m), "x": even(m)}
    return [{**one, "g": np.full((L, m), gain)} for gain in (1.0, STEEP)]


def across(sizes: Shape) -> list[Mapping[str, Any]]:
    """One row of W¹ across x, the others along it; W² all e₁; deeper rows and v along (1, …, 1); gains alike."""
    L, m = sizes["L"], sizes["m"]
    if m < 2:
        return []
    first = np.tile(even(m), (m, 1))
    first[0] = odd(m)
    W = np.stack([first, np.tile(np.eye(m)[0], (m, 1)), *[np.tile(even(m), (m, 1))] * L][:L])
    one = {"b": np.zeros((L, m)), "v": even(m), "x": even(m)}
    return [{**one, "W": W * omega, "g": np.full((L, m), gain)} for gain in (1.0, STEEP) for omega in (0.1, 1.0)]


def fed(sizes: Shape) -> list[Mapping[str, Any]]:
    """Rows and v along (1, …, 1), x and the biases across it: every layer sees its bias, at a right angle."""
    L, m = sizes["L"], sizes["m"]
    if m < 2:
        return []
    bias = np.tile(odd(m) * m**0.5 * (1 - 1e-9), (L, 1))  # so that ‖b‖ ≤ √m by more than rounding
    one = {"W": np.tile(even(m), (L, m, 1)), "g": np.ones((L, m)), "b": bias, "x": odd(m)}
    return [{**one, "v": V * even(m)} for V in (1.0, 0.01)]


STARTS = {"all along (1, …, 1)": aligned, "one row across": across}


def _measured(net: Architecture) -> list[Quantity]:
    return [
        quantity(
            "gain_product",
            "Π γ_l, γ_l the largest |gain| of layer l",
            all_gains,
            of=net,
            low=0,
            latex=r"\prod_l\gamma_l",
        ),
        quantity(
            "gains_of_others", "Σ_l Π_{k≠l} γ_k²", other_gains, of=net, low=0, latex=r"\sum_l\prod_{k\ne l}\gamma_k^2"
        ),
        quantity(
            "gains_behind", "Σ_l Π_{k>l} γ_k²", later_gains, of=net, low=0, latex=r"\sum_l\prod_{k>l}\gamma_k^2"
        ),
    ]


_GAINS = architecture(
    "gains",
    with_gains,
    theta={"W": rows("L", "m", "m"), "g": free("L", "m"), "v": free("m")},
    x=ball("m"),
    sizes=SIZES,
    activation=ACTIVATIONS,
).starting(STARTS)
_OF_PROOFS = [
    quantity(
        "handed",
        "Σ_l ‖∂f/∂z^l‖²‖α^{l−1}‖²",
        handed,
        of=_GAINS,
        low=0,
        latex=r"\sum_l\|\partial_{z^l}f\|^2\|\alpha^{l-1}\|^2",
    ),
    quantity(
        "turned",
        "Σ_{l,i} c_i²g_i²‖α^{l−1}‖² sin²θ_i, c = ∂f/∂z^l, θ_i the angle of row i with α^{l−1}",
        turned,
        of=_GAINS,
        low=0,
        latex=r"\sum_{l,i}c_i^2g_i^2\|\alpha^{l-1}\|^2\sin^2\theta_i",
    ),
]
GAINS = _GAINS.extended([*_measured(_GAINS), *_chain(_GAINS, biased=False), *_OF_PROOFS, *_blocks(_GAINS, "W", "g")])
_BIASES = architecture(
    "biases",
    with_biases,
    theta={"W": rows("L", "m", "m"), "g": free("L", "m"), "b": free("L", "m"), "v": free("m")},
    x=ball("m"),
    sizes=SIZES,
    activation=ACTIVATIONS,
).starting({**STARTS, "biases across all rows": fed})
_REACH = quantity("reach", "a_L: a_0 = ‖x‖, a_l = γ_l a_{l−1} + ‖b^l‖/√m", reach, of=_BIASES, low=0, latex="b")
_STATE = quantity(
    "largest_state",
    "max ‖α^l‖, the input among them",
    largest_state,
    of=_BIASES,
    low=0,
    latex=r"\max_l\|\alpha^{(l)}\|",
)
BIASES = _BIASES.extended(
    [*_measured(_BIASES), *_chain(_BIASES, biased=True), _REACH, _STATE, *_blocks(_BIASES, "W", "g", "b")]
)
for _net in (_GAINS, GAINS, _BIASES, BIASES):
    _net.control, _net.cost, _net.plentiful = True, 10.0, 1
DEEP_GAINS, DEEP_BIASES = (resized(net, [{"L": 4, "m": 2}]) for net in (GAINS, BIASES))
"""Deep networks, for what grows with depth."""
