"""Weight normalization by columns, PyTorch's `dim=1`: α^l = φ(W̄^l(g^l ⊙ α^{l−1}) + b^l), two layers, any widths.

f = ⟨v, α²⟩, with the columns of W̄ of length 1. An array W1 or W2 holds the columns of its layer one below another. No
factor 1/√m: the gains have it, as they have in PyTorch.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

import numpy as np

from wnverify.families.normalizations.chain import BETA, Step, ends
from wnverify.families.own.declare import architecture
from wnverify.families.own.kinds import ball, free, rows
from wnverify.families.own.own_quantity import quantity
from wnverify.family import Shape

WIDTHS = ((1, 2, 2), (2, 2, 3), (2, 3, 2), (3, 2, 2))
"""d, m1, m2; a column of one entry has no direction to turn in."""


def _layers(theta: Any) -> Iterator[tuple[Any, Any, Any]]:
    yield from ((theta.W1, theta.g1, theta.b1), (theta.W2, theta.g2, theta.b2))


def states(xp: Any, theta: Any, x: Any) -> Iterator[Any]:
    """α⁰, α¹, α²."""
    yield x
    for W, g, b in _layers(theta):
        x = xp.phi(xp.unit_rows(W).T @ (g * x) + b)
        yield x


def value(xp: Any, theta: Any, x: Any) -> Any:
    """f(θ; x)."""
    return theta.v @ list(states(xp, theta, x))[-1]


def steps(xp: Any, theta: Any, x: Any) -> list[Step]:
    """What each layer adds to the chain: χ = ‖g‖, p = √(a²r² + 1), c = r and o = a·max 2(B² + J²)/√(4B² + 3J²)."""
    found = []
    for (W, g, _), state in zip(_layers(theta), states(xp, theta, x), strict=False):
        norms = xp.sqrt(xp.sum(W * W, axis=-1))
        a = xp.sqrt(xp.sum(state * state))
        turn = xp.maximum(1.0, xp.max(xp.abs(g) / norms))
        own, bent = 1 / norms, xp.abs(g) / norms**2
        curved = xp.max(2 * (own**2 + bent**2) / xp.sqrt(4 * own**2 + 3 * bent**2))
        push = xp.sqrt((a * turn) ** 2 + 1)
        found.append(Step(xp.sqrt(xp.sum(g * g)), push, BETA[theta.activation], turn, a * curved))
    return found


def across(sizes: Shape) -> list[Mapping[str, Any]]:
    """One input, whose column lies across v in the first layer and along it in the second; of several lengths."""
    d, m1, m2 = (sizes[name] for name in ("d", "m1", "m2"))
    unit = [np.eye(size)[0] for size in (d, m1, m2)]
    found: list[Mapping[str, Any]] = []
    for omega, gain, V in product((0.1, 0.5, 1.0), (1.0, 1.5), (0.3, 1.0, 10.0)):
        W1, W2 = np.tile(unit[1], (d, 1)), np.tile(unit[2], (m1, 1))
        W2[0] = np.eye(m2)[-1]
        parts = {"W1": omega * W1, "W2": omega * W2, "g1": gain * unit[0], "g2": gain * unit[1]}
        found.append({**parts, "b1": 0 * unit[1], "b2": 0 * unit[2], "v": V * unit[2], "x": unit[0]})
    return found


_NET = architecture(
    "columns",
    value,
    theta={
        "W1": rows("d", "m1"), "g1": free("d"), "b1": free("m1"),
        "W2": rows("m1", "m2"), "g2": free("m1"), "b2": free("m2"), "v": free("m2"),
    },
    x=ball("d"),
    sizes=[dict(zip(("d", "m1", "m2"), each, strict=True)) for each in WIDTHS],
    activation=("identity", "tanh"),
).starting({"one column across": across})  # fmt: skip
_NET.control, _NET.cost, _NET.plentiful = True, 10.0, 1
_REACH, _BEND = ends(steps)
COLUMNS = _NET.extended(
    [
        quantity(
            "chain_reach",
            "b, the root of Σ (p_l T_l)² in `chain`",
            _REACH,
            of=_NET,
            low=0,
            latex="b",
        ),
        quantity("bend", "λ_max(Q) in `chain`", _BEND, of=_NET, low=0, latex=r"\lambda_{\max}(Q)"),
    ]
)
"""The networks, with what the bounds are made of."""
