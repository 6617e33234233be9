"""How networks are found for Gaussian draws: known shapes of good networks for each draw, then an ascent from each.

⟨∇_θ f, g⟩ = ⟨g_v, α^L⟩ + ⟨v, α̇^L⟩, where α̇^L is the derivative of α^L along g. The first term is largest with all
rows along ± the activations that reach them, the second with rows between these and their own draw: over unit rows w,
⟨(I − wwᵀ)a, g⟩ is largest, (⟨a,g⟩ + ‖a‖‖g‖)/2, at the bisector of a and −g. Of a linear function of v the best v is
along its gradient.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.batch import Batch, concatenate
from wnverify.engine.contractions import row_dots, units
from wnverify.engine.networks.network import Direction, Network
from wnverify.families.networks.gradient_width_fields import Climb, climb_of, gaussian, network

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
    net, reached = climbed(concatenate(begun), ASCENT)
    number, draws = len(begun), batch.shape["draws"]
    which = np.argmax(reached.reshape(draws, number, batch.size), axis=1)
    place = (np.arange(draws)[:, None] * number + which) * batch.size + np.arange(batch.size)
    rows = {f"W{layer + 1}": part[:, :, 0] for layer, part in enumerate(net.W)} | {"v": net.v[:, 0]}
    best = {name: np.moveaxis(part[..., place], -2, 0) for name, part in rows.items()}
    return batch.with_arrays({**batch.arrays, **best})


def climbed(batch: Batch, steps: int) -> tuple[Network, FloatArray]:
    """A projected ascent with rows of norm ω and ‖v‖ = 1 + ρ₁, each draw with a step of its own; never downwards.

    Args:
        batch: where to begin.
        steps: how many.

    Returns:
        The networks of all draws side by side, and their products (k·B,).
    """
    net, climb = network(batch), climb_of(batch)
    (found, slopes), rate = climb.judged(net), np.full(net.batch, 0.5)
    for number in range(steps):
        there = _step(net, slopes, rate, climb)
        reached, steeper = climb.judged(there, sloped=number + 1 < steps)
        wins = reached > found
        rate, found = rate * np.where(wins, GROWN, SHRUNK), np.maximum(found, reached)
        W = tuple(np.where(wins, new, old) for new, old in zip(there.W, net.W, strict=True))
        net = replace(net, W=W, v=np.where(wins, there.v, net.v))
        W = tuple(np.where(wins, new, old) for new, old in zip(steeper.W, slopes.W, strict=True))
        slopes = Direction(W, np.where(wins, steeper.v, slopes.v), slopes.x)
    return net, found


def _step(net: Network, slopes: Direction, rate: FloatArray, climb: Climb) -> Network:
    """Rows turned uphill, the one with the largest derivative of a layer by `rate`; v along its own gradient."""
    W = []
    for rows, slope in zip(net.W, slopes.W, strict=True):
        turn = rate / np.maximum(np.sqrt(row_dots(slope, slope)[:, 0].max(axis=0)), 1e-300)
        W.append(climb.omega * _turned(rows / climb.omega + turn * slope))
    return replace(net, W=tuple(W), v=climb.radius * unit(slopes.v, 0))


def _turned(rows: FloatArray) -> FloatArray:
    """Rows (m, k, 1, K) at length 1: they were turned from unit rows, and are never 0 but by rounding."""
    return units(rows, np.maximum(np.sqrt(row_dots(rows, rows)), 1e-300))


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
