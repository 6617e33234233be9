"""How networks are found for Gaussian draws: known shapes of good networks for each draw, then an ascent from each.

⟨∇_θ f, g⟩ = ⟨g_v, α^L⟩ + ⟨v, α̇^L⟩, where α̇^L is the derivative of α^L along g. The first term is largest with all
rows along ± the activations that reach them, the second with rows between these and their own draw: over unit rows w,
⟨(I − wwᵀ)a, g⟩ is largest, (⟨a,g⟩ + ‖a‖‖g‖)/2, at the bisector of a and −g. Of a linear function of v the best v is
along its gradient.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce

import numpy as np

from wnverify.arrays import BoolArray, FloatArray
from wnverify.batch import Batch, concatenate
from wnverify.families.networks.gradient_width_fields import gaussian, networks, products, uphill
from wnverify.family import Arrays

ASCENT = 8
"""Steps from every start."""
GROWN, SHRUNK = 1.5, 0.4
"""By what a step is multiplied after it has led upwards, or has not."""


POWERS = 4
"""Steps towards the signs of activations that suit a draw."""


def best_networks(batch: Batch) -> Batch:
    """The instances with, for every draw, the best network that an ascent from one of the starts has found.

    Args:
        batch: instances of which the networks may be any.
    """
    begun = [batch.with_arrays({**batch.arrays, **rows}) for rows in starts(batch)]
    ended = climbed(concatenate(begun), ASCENT)
    parts = [ended.select(slice(k * batch.size, (k + 1) * batch.size)) for k in range(len(begun))]
    return reduce(lambda best, one: better(one, best), parts)


def better(one: Batch, other: Batch) -> Batch:
    """Draw by draw the network with the larger product."""
    wins = products(one) > products(other)
    return other.with_arrays({**other.arrays, **_chosen(wins, networks(one.arrays), networks(other.arrays))})


def _chosen(wins: BoolArray, one: Arrays, other: Arrays) -> dict[str, FloatArray]:
    """Draw by draw one or the other; `wins` is (k, B)."""
    return {
        name: np.where(wins.reshape(wins.shape[0], *[1] * (array.ndim - 2), -1), one[name], array)
        for name, array in other.items()
    }


def climbed(batch: Batch, steps: int) -> Batch:
    """A projected ascent with rows of norm ω and ‖v‖ = 1 + ρ₁, each draw with a step of its own; never downwards."""
    rate = np.full((batch.shape["draws"], batch.size), 0.5)
    for _ in range(steps):
        there = batch.with_arrays({**batch.arrays, **_step(batch, rate)})
        wins = products(there) > products(batch)
        rate = rate * np.where(wins, GROWN, SHRUNK)
        batch = batch.with_arrays({**batch.arrays, **_chosen(wins, networks(there.arrays), networks(batch.arrays))})
    return batch


def _step(batch: Batch, rate: FloatArray) -> dict[str, FloatArray]:
    """Rows turned uphill, the one with the largest derivative by `rate`; v along its own gradient."""
    slopes, moved = uphill(batch), {}
    for name, rows in networks(batch.arrays).items():
        if name == "v":
            moved[name] = (1.0 + batch.arrays["rho"]) * unit(slopes[name], 1)
            continue
        steepest = np.linalg.norm(slopes[name], axis=2).max(axis=1)
        turn = rate / np.maximum(steepest, 1e-300)
        moved[name] = batch.arrays["omega"] * unit(unit(rows, 2) + turn[:, None, None] * slopes[name], 2)
    return moved


def starts(batch: Batch) -> Iterator[dict[str, FloatArray]]:
    """All rows along the activations; the rows of one layer at the bisectors, for the first layer and the last."""
    yield _rows(batch, None)
    for layer in sorted({0, batch.shape["L"] - 1}, reverse=True):
        yield _rows(batch, layer)


def _rows(batch: Batch, across: int | None) -> dict[str, FloatArray]:
    """Rows of norm ω and ‖v‖ = 1 + ρ₁, with one layer, or none, at the bisectors.

    Below that layer rows are alike up to signs, and so are the activations; the signs are those that suit its draw.
    Above it the first layer collects what reaches it, and further ones pass it on. Without such a layer the last one
    has the signs of the draw of v.
    """
    a, rows, signal, draws = unit(batch.arrays["X"].mean(axis=1), 0)[None], {}, None, gaussian(batch)
    for layer in range(batch.shape["L"]):
        g = draws[f"W{layer + 1}"]
        here = np.broadcast_to(a[:, None], g.shape)
        if across is not None and layer + 1 == across:
            a = _suited(draws[f"W{across + 1}"])
            rows[f"W{layer + 1}"] = batch.arrays["omega"] * here * np.sign(a)[:, :, None]
            continue
        if layer == across:
            w, signal = _bisectors(here, g)
            if layer == batch.shape["L"] - 1:  # −w is as good for the hidden part
                along = np.sum(w * here, axis=2) * draws["v"]
                w = w * np.where(along < 0, -1.0, 1.0)[:, :, None]
        elif signal is not None:
            w, signal = np.broadcast_to(unit(signal, 1)[:, None], g.shape), None
        elif across is None and layer == batch.shape["L"] - 1:
            w = here * np.where(draws["v"] < 0, -1.0, 1.0)[:, :, None]
        else:
            w = here
        rows[f"W{layer + 1}"] = batch.arrays["omega"] * w
        a = np.ones((1, batch.shape["m"], batch.size)) / np.sqrt(batch.shape["m"])
    v = draws["v"] if across is None else np.ones_like(draws["v"])
    if signal is not None:
        v = signal
    return {**rows, "v": (1.0 + batch.arrays["rho"]) * unit(v, 1)}


def _suited(g: FloatArray) -> FloatArray:
    """Entries ±1/√m, (k, m, B), that make the draw of a layer (k, m, m, B) times them long, by a power method."""
    a = np.ones((g.shape[0], g.shape[2], g.shape[3]))
    for _ in range(POWERS):
        a = np.where(np.einsum("kijb,kib->kjb", g, np.einsum("kijb,kjb->kib", g, a)) < 0, -1.0, 1.0)
    return np.asarray(a / np.sqrt(g.shape[2]))


def _bisectors(a: FloatArray, g: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The unit rows at which |⟨(I − wwᵀ)a, g⟩| is largest for unit a, (k, m, d, B), and that value with its sign."""
    along = np.sum(a * g, axis=2, keepdims=True)
    sign = np.where(along < 0, -1.0, 1.0)
    middle = a - sign * unit(g, 2)
    short = np.linalg.norm(middle, axis=2, keepdims=True) < 1e-9
    size = np.linalg.norm(g, axis=2) + np.abs(along[:, :, 0])
    return unit(np.where(short, a, middle), 2), sign[:, :, 0] * size / 2


def unit(vectors: FloatArray, axis: int) -> FloatArray:
    """Vectors along an axis as unit vectors; those of norm 0 become the first one of the basis."""
    length = np.linalg.norm(vectors, axis=axis, keepdims=True)
    first = np.zeros_like(vectors)
    first[(slice(None),) * axis + (0,)] = 1.0
    return np.where(length > 1e-300, vectors / np.maximum(length, 1e-300), first)
