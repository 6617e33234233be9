"""Residual WeightNorm: α^l = α^{l−1} + cφ(W̄^l α^{l−1}/√m), α⁰ = x, f = ⟨v, α^L⟩; m = d, and c > 0 is any number.

The first layer is an array of its own, W1, and the others are W; in `RESIDUAL_STACK` W holds all of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from wnverify.families.normalizations.chain import BETA, CURVATURE, Step, ends
from wnverify.families.normalizations.gains import even, odd
from wnverify.families.own import vocabulary
from wnverify.families.own.declare import architecture
from wnverify.families.own.kinds import ball, free, positive, rows
from wnverify.families.own.own_quantity import quantity
from wnverify.family import Shape
from wnverify.quantities import Quantity


def value(xp: Any, theta: Any, x: Any) -> Any:
    """f(θ; x)."""
    for W in [theta.W1, *(theta.W[layer] for layer in range(theta.L - 1))]:
        x = x + theta.c * xp.phi(xp.unit_rows(W) @ x / xp.sqrt(theta.m))
    return theta.v @ x


def stacked(xp: Any, theta: Any, x: Any) -> Any:
    """The same with all layers in one array."""
    for layer in range(theta.L):
        x = x + theta.c * xp.phi(xp.unit_rows(theta.W[layer]) @ x / xp.sqrt(theta.m))
    return theta.v @ x


def steps(xp: Any, theta: Any, x: Any) -> list[Step]:
    """What each layer adds to the chain of derivatives in the rows."""
    found, root, c = [], xp.sqrt(theta.m), theta.c
    for layer in range(theta.L):
        omega = root * xp.min(xp.sqrt(xp.sum(theta.W[layer] ** 2, axis=-1)))
        a = xp.sqrt(xp.sum(x * x))
        own = c * CURVATURE * a * root / omega**2
        inner = (1.0, a / omega)
        found.append(Step(1 + c, c * a / omega, c * BETA[theta.activation], c / omega, own, inner))
        x = x + c * xp.phi(xp.unit_rows(theta.W[layer]) @ x / root)
    return found


def _along(sizes: Shape, first: Any) -> list[Mapping[str, Any]]:
    """Rows of the first layer, the others along (1, …, 1), as x and v are."""
    L, m = sizes["L"], sizes["m"]
    W = np.tile(even(m), (L - 1, m, 1))
    one = {"W1": np.tile(first, (m, 1)), "W": W, "v": even(m), "x": even(m)}
    return [{**one, "c": c} for c in (1.0, 1 / L)]


def aligned(sizes: Shape) -> list[Mapping[str, Any]]:
    """All rows, x and v along (1, …, 1): every layer multiplies by 1 + c."""
    return _along(sizes, even(sizes["m"]))


def across(sizes: Shape) -> list[Mapping[str, Any]]:
    """The same with the first rows across: the first layer has all the gradient that a layer can have."""
    return _along(sizes, odd(sizes["m"])) if sizes["m"] > 1 else []


def all_across(sizes: Shape) -> list[Mapping[str, Any]]:
    """All rows across x and c close to 0: every layer has nearly all the gradient that a layer can have."""
    L, m = sizes["L"], sizes["m"]
    if m < 2:
        return []
    rows_ = np.tile(odd(m), (L, m, 1))
    return [{"W1": rows_[0], "W": rows_[1:], "v": even(m), "x": even(m), "c": 1e-3}]


RESIDUAL = architecture(
    "residual",
    value,
    theta={"W1": rows("m", "m"), "W": rows("L-1", "m", "m"), "v": free("m"), "c": positive()},
    x=ball("m"),
    sizes=[{"L": L, "m": m} for L, m in ((2, 2), (3, 2), (6, 2), (2, 3))],
    activation=("identity", "tanh"),
).starting({"all along (1, …, 1)": aligned, "first rows across": across, "all rows across": all_across})
_STACK = architecture(
    "residual_stack",
    stacked,
    theta={"W": rows("L", "m", "m"), "v": free("m"), "c": positive()},
    x=ball("m"),
    sizes=[{"L": L, "m": 2} for L in (1, 2, 3)],
    activation=("identity", "tanh"),
)
_REACH, _BEND = ends(steps)
_WEIGHTS = _STACK.at.hessian(vocabulary.present("W", "v")).norm()
RESIDUAL_STACK = _STACK.extended(
    [
        quantity("bend", "λ_max(Q) in `chain`", _BEND, of=_STACK, low=0, latex=r"\lambda_{\max}(Q)"),
        quantity("reach", "b, the root of Σ (p_l T_l)² in `chain`", _REACH, of=_STACK, low=0, latex="b"),
        Quantity(
            "weights_hessian_norm", "‖∂²f/∂(W, v)²‖₂", low=0, route=_WEIGHTS, latex=r"\|\partial^2_{(W,v)}f\|_2"
        ),
    ]
)
for _net in (RESIDUAL, _STACK, RESIDUAL_STACK):
    _net.control, _net.cost, _net.plentiful = True, 10.0, 1
