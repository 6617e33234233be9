"""How two-layer ReLU networks with gains are drawn: inputs, random regimes, and extreme states."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import TypeAlias

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.engine.relu.gains import unit
from wnverify.families.kit.table import Array, Table
from wnverify.family import Situation

REGIMES = ("generic", "signed", "clustered", "spread")
STATE: Table = {
    "v": Array("m d", -30.0, 30.0, vectors=True),
    "g": Array("m", -20.0, 20.0),
    "x": Array("n d", -2.0, 2.0, vectors=True),
    "y": Array("n", -10.0, 10.0),
    "c": Array("m", -1.0, 1.0),
}
"""The arrays of a state; families add what they do with it."""
SHAPES = ((1, 2, 1), (2, 3, 2), (3, 2, 5), (2, 4, 8), (1, 5, 4), (6, 3, 8), (4, 8, 12), (6, 8, 30))
TABLE: Table = {
    **STATE,
    "alpha": Array("", np.exp(-2), np.exp(2)),
    "step": Array("", 0.02, 1.0),
    "s": Array("m", 0.2, 5.0),
    "z": Array("n", -3.0, 3.0),
    "p": Array("d", -3.0, 3.0),
}
"""The arrays of `relu_gains`, with a step, factors and test vectors."""
Arrays: TypeAlias = dict[str, FloatArray]


def draw_state(situation: Situation, regime: str, count: int, rng: np.random.Generator) -> Arrays:
    """Draw states.

    Regimes: `generic` gains and lengths about 1; `signed` gains of both signs; `clustered` inputs within a small
    angle of one another, the first neuron among them, all residuals of one sign; `spread` α, lengths and gains
    over orders of magnitude.
    """
    n, d, m = (situation.shape[name] for name in ("n", "d", "m"))
    wide = 1.5 if regime == "spread" else 0.4
    x = unit(rng.standard_normal((n, d, count)), 1)
    v = unit(rng.standard_normal((m, d, count)), 1)
    y = rng.standard_normal((n, count))
    if regime == "clustered":
        angle = np.exp(rng.uniform(np.log(1e-3), np.log(0.5), count))
        x = unit(x[:1] + angle * x, 1)
        v[0] = unit(x[0] + angle * v[0])
        y = -5.0 - np.abs(y)
    g = np.exp(wide * rng.standard_normal((m, count)))
    if regime == "signed":
        g *= np.where(rng.random((m, count)) < 0.5, -1.0, 1.0)
    return {
        "v": v * np.exp(np.clip(wide * rng.standard_normal((m, 1, count)), -4, 2)),
        "g": np.clip(g, -20, 20),
        "x": x,
        "y": np.clip(y, -10, 10),
        "c": np.where(rng.random((m, count)) < 0.5, -1.0, 1.0),
        "alpha": np.exp(rng.uniform(0.2, 2.0, count) * np.where(rng.random(count) < 0.5, -1, 1)),
        "step": np.exp(rng.uniform(np.log(0.05), np.log(0.9), count)),
        "s": np.exp(rng.uniform(-1.2, 1.2, (m, count))),
        "z": rng.standard_normal((n, count)),
        "p": rng.standard_normal((d, count)),
    }


def structured_states(situation: Situation) -> Iterator[tuple[str, Arrays]]:
    """Identical, orthonormal and antipodal inputs, neurons around them; targets above or below, α small or large."""
    n, d, m = (situation.shape[name] for name in ("n", "d", "m"))
    rng = np.random.default_rng(0)
    cases = list(product((0.2, 1.0, 5.0), (-3.0, 4.0), (0.1, 1.0)))
    alpha, target, step = (np.array(column)[None] for column in zip(*cases, strict=True))
    ones = np.ones(len(cases))
    basis = np.linalg.qr(rng.standard_normal((d, d)))[0]
    kinds = {
        "identical inputs": np.repeat(basis[:1], n, axis=0),
        "orthonormal inputs": basis[np.arange(n) % d],
        "antipodal inputs": basis[np.arange(n) // 2 % d] * (-1.0) ** np.arange(n)[:, None],
    }
    v = unit(rng.standard_normal((m, d)), 1)
    for words, x in kinds.items():
        v[0] = unit(x.sum(axis=0) + 1e-3 * basis[-1] + 1e-3 * basis[0])
        yield words, {
            "v": v[..., None] * ones * alpha[None],
            "g": np.ones((m, 1)) * ones,
            "x": x[..., None] * ones,
            "y": target * np.ones((n, 1)),
            "c": np.where(np.arange(m) % 2, -1.0, 1.0)[:, None] * ones,
            "alpha": alpha[0], "step": step[0],
            "s": np.linspace(2.0, 0.5, m)[:, None] * ones,
            "z": np.ones((n, 1)) * ones, "p": np.linspace(1.0, -0.7, d)[:, None] * ones,
        }  # fmt: skip
