"""Small networks declared as a user would: all kinds of arrays, sizes at which one is empty, a gauge, data."""

from __future__ import annotations

from collections.abc import Sequence

from wnverify.families.own.declare import architecture, on_data
from wnverify.families.own.kinds import ball, box, free, positive, rows, sphere
from wnverify.family import Family


def deep(xp, theta, x):
    """The WeightNorm network of the paper, with all layers but the first in one array, which may be empty."""
    a = xp.phi(xp.unit_rows(theta.W1) @ x / xp.sqrt(theta.m))
    for layer in range(theta.L - 1):
        a = xp.phi(xp.unit_rows(theta.W[layer]) @ a / xp.sqrt(theta.m))
    return theta.v @ a


def every_kind(xp, theta, x):
    """Nothing anybody would call a network; every kind of array is in it."""
    return xp.sum(theta.s * x) * theta.p + xp.sum(theta.b**3) * xp.exp(xp.mean(theta.q)) + theta.c + theta.r @ x


def gained(xp, theta, x):
    """One layer with gains and biases."""
    return theta.v @ xp.phi(theta.g * (xp.unit_rows(theta.W) @ x) + theta.b)


def networks(name: str, shapes: Sequence[tuple[int, int, int]]) -> Family:
    """`deep` in shapes (L, m, d)."""
    return architecture(
        name,
        deep,
        theta={"W1": rows("m", "d"), "W": rows("L-1", "m", "m"), "v": free("m")},
        x=ball("d"),
        sizes=[{"L": L, "m": m, "d": d} for L, m, d in shapes],
        activation=("tanh", "identity"),
    )


SHAPES = ((1, 2, 2), (2, 2, 2), (1, 3, 2), (2, 3, 2), (3, 2, 3))
DEEPER_SHAPES = ((2, 2, 2), (2, 3, 2), (3, 2, 2), (2, 4, 3), (3, 3, 2), (4, 3, 2))
"""Where extremes are hard to find: one row of the first layer is across, the others are along the input."""
DEEP, DEEPER = networks("deep", SHAPES), networks("deeper", DEEPER_SHAPES)
EVERY_KIND = architecture(
    "every kind",
    every_kind,
    theta={
        "s": sphere("d"),
        "p": positive(),
        "b": box(-1, 2, "m"),
        "q": positive("m"),
        "c": free(),
        "r": ball("d", radius=3),
    },
    x=box(-2, 3, "d"),
    sizes={"m": (2, 3), "d": (2, 3)},
)
GAINED = architecture(
    "gained",
    gained,
    theta={"W": rows("m", "d"), "g": free("m"), "b": free("m"), "v": free("m")},
    x=ball("d"),
    sizes={"m": (2, 3), "d": (2, 3)},
    activation=("sin", "softplus0"),
)
GAINED_ON_DATA = on_data(GAINED, (2, 3), loss=["square"])
FAMILIES = (DEEP, EVERY_KIND, GAINED, GAINED_ON_DATA)
