"""How hidden layers with several classes are drawn: networks that classify their samples by a margin asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.engine.homogeneous.hidden_flow import activation
from wnverify.families.kit.table import Array, Table
from wnverify.family import Shape, Situation

SHAPES: Sequence[Shape] = [
    dict(zip(("n", "k", "C", "d", "L"), row, strict=True))
    for row in (
        (1, 1, 2, 2, 1),
        (1, 2, 2, 1, 2),
        (2, 2, 3, 2, 1),
        (3, 2, 2, 2, 3),
        (3, 2, 3, 2, 2),
        (4, 3, 3, 2, 1),
    )
]
"""From one sample and node to four samples of three classes; degrees from 1 to 3."""
TRIES = 4
"""Networks that are drawn for one instance, of which the one with the largest least margin is taken."""
PARTS = ("w", "out", "x", "label")


def network_table(situation: Situation) -> Table:
    """Both layers, the samples and their classes."""
    return {
        "w": Array("k d", -8.0, 8.0, vectors=True),
        "out": Array("C k", -3.0, 3.0),
        "x": Array("n d", -3.0, 3.0),
        "label": Array("n", 0.0, situation.shape["C"] - 0.01),
    }


def networks(
    situation: Situation, spread: float, above: FloatArray, rng: np.random.Generator
) -> dict[str, FloatArray]:
    """Networks whose classes are their own, with a least margin of log n(C − 1) + `above` (B,) where scaling allows.

    Args:
        situation: shape n, k, C, d, L.
        spread: how much the nodes differ.
        above: by how much φ is positive at least.
        rng: the randomness.
    """
    count, shape = above.size, situation.shape
    tries = [_try(situation, spread, count, rng) for _ in range(TRIES)]
    best = np.argmax([least for _, least in tries], axis=0)
    least = np.max([least for _, least in tries], axis=0)
    stacked = {name: np.stack([arrays[name] for arrays, _ in tries], axis=-1) for name in PARTS}
    chosen = {name: array[..., np.arange(count), best] for name, array in stacked.items()}
    wanted = np.log(shape["n"] * (shape["C"] - 1)) + above
    return {**chosen, "w": chosen["w"] * (wanted / least) ** (1 / shape["L"])}


def _try(
    situation: Situation, spread: float, count: int, rng: np.random.Generator
) -> tuple[dict[str, FloatArray], FloatArray]:
    """Networks and their least margins (B,); beyond degree 1 most nodes are active."""
    n, nodes, C, d, L = (situation.shape[name] for name in ("n", "k", "C", "d", "L"))
    x, w = rng.standard_normal((n, d, count)), rng.standard_normal((1, d, count))
    if L > 1:
        x, w, spread = 0.2 + np.abs(x), 0.2 + np.abs(w), 0.5 * spread
    w = w + spread * rng.standard_normal((nodes, d, count))
    out = rng.standard_normal((C, 1, count)) + spread * rng.standard_normal((C, nodes, count))
    scores = np.einsum("cub,nub->ncb", out, activation(np.einsum("ndb,udb->nub", x, w), L))
    ordered = np.sort(scores, axis=1)
    least = np.maximum((ordered[:, -1] - ordered[:, -2]).min(axis=0), 1e-3)
    return {"w": w, "out": out, "x": x, "label": scores.argmax(axis=1) + 0.5}, least


def aligned_networks(situation: Situation) -> Iterator[tuple[str, dict[str, FloatArray]]]:
    """Nodes and inputs along one direction, alike or of two norms; and inputs at odds across the nodes."""
    n, nodes, C, d, L = (situation.shape[name] for name in ("n", "k", "C", "d", "L"))
    w, x, out = np.zeros((nodes, d, 4)), np.zeros((n, d, 4)), np.zeros((C, nodes, 4))
    w[:, 0], x[:, 0], out[0] = 1.0, 1.0, 1.0
    w[0, 0] = (1.0, 1.3, 2.0, 0.6)
    w *= np.array([2.0, 1.5, 3.0, 2.5]) * (1 + np.log(n * (C - 1))) ** (1 / L)
    arrays = {"w": w, "out": out, "x": x, "label": np.zeros((n, 4))}
    yield "aligned", arrays
    if n > 1 and d > 1:
        odd = x.copy()
        odd[:, 0], odd[::2, 1], odd[1::2, 1] = 0.5, 1.0, -3.0
        yield "at odds", {**arrays, "x": odd, "w": 1.2 * w}
