"""‖∂𝓛‖²/𝓛, of the output layer and of the hidden layers, at θ and at the rows times a scale.

W → sW leaves f, 𝓛 and ∂_v𝓛 as they are, and ∂_W𝓛 becomes ∂_W𝓛/s. Nothing here uses that: what belongs to the scaled
rows is measured on the network that has them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.engine.contractions import lengths
from wnverify.engine.networks import autodiff
from wnverify.engine.networks import loss as engine
from wnverify.engine.networks.network import Direction
from wnverify.families.kit.parts import once
from wnverify.families.networks import regression_fields as fields

Slopes = Mapping[str, FloatArray]
TINY = 1e-300


@once
def scaled(batch: Batch) -> Batch:
    """The problems with all rows times `scale`."""
    rows = {f"W{layer + 1}": batch.arrays["scale"] * W for layer, W in enumerate(fields.weights(batch))}
    rest = {name: batch.arrays[name] for name in ("v", "X", "y")}
    return Batch("regression", batch.shape, batch.settings, {**rows, **rest})


def here(batch: Batch) -> Batch:
    """The problems as they are."""
    return batch


def ratio(parts: str, where: Callable[[Batch], Batch] = here) -> Callable[[Batch], FloatArray]:
    """‖∂𝓛‖²/𝓛 of some layers, letters of "Wv", from the closed-form gradient."""

    def measure(batch: Batch) -> FloatArray:
        there = where(batch)
        return _known(there, _over_loss(fields.length(_part(fields.gradient(there), parts)), fields.loss_of(there)))

    return measure


def ratio_by_oracle(parts: str, where: Callable[[Batch], Batch] = here) -> Callable[[Batch], FloatArray]:
    """The same by autograd, whose gradient is cut where v begins."""

    def measure(batch: Batch) -> FloatArray:
        there = where(batch)
        reg = fields.in_range(there)
        slopes = np.stack([autodiff.oracle_loss_gradient(reg, index) for index in range(there.size)], axis=-1)
        start = slopes.shape[0] - there.shape["m"]
        chosen = np.concatenate([slopes[:start] * ("W" in parts), slopes[start:] * ("v" in parts)])
        found = _over_loss(lengths(np.linalg.norm(chosen, axis=0), chosen), fields.loss_by_oracle(there))
        return _known(there, found)

    return measure


def _over_loss(length: FloatArray, loss: FloatArray) -> FloatArray:
    """The square of the quotient, for that of a gradient alone may leave double precision; NaN where 𝓛 vanishes."""
    with np.errstate(over="ignore"):
        return np.where(loss > TINY, np.square(length / np.sqrt(np.maximum(loss, TINY))), np.nan)


def _known(batch: Batch, found: FloatArray) -> FloatArray:
    """NaN for problems out of range: the share of some layers may have lost the digits that the whole has."""
    tame = fields.tame(batch)
    if tame is None:
        return found
    exponents = np.concatenate([k.reshape(-1, batch.size) for k in (*tame.rows, tame.output)])
    return np.where(exponents.any(axis=0), np.nan, found)


def _part(direction: Direction, parts: str) -> Direction:
    W = tuple(rows * ("W" in parts) for rows in direction.W)
    return Direction(W, direction.v * ("v" in parts), np.zeros_like(direction.x))


def ratio_slope(parts: str) -> Callable[[Batch], Slopes]:
    """∂(‖g‖²/𝓛) = 2∂⟨∇𝓛, g⟩/𝓛 − (‖g‖²/𝓛)∂𝓛/𝓛, g the gradient of some layers, held fixed in the first term."""

    def slopes(batch: Batch) -> Slopes:
        part, loss = _part(fields.gradient(batch), parts), np.maximum(fields.loss_of(batch), TINY)
        ahead = engine.loss_jet_gradient(fields.problem(batch), part, (0.0, 1.0, 0.0), fields.tape(batch))
        first, share = fields.named(*ahead), ratio(parts)(batch) / loss
        return {name: 2.0 * first[name] / loss - share * change for name, change in fields.loss_slope(batch).items()}

    return slopes


def scaled_slope(parts: str) -> Callable[[Batch], Slopes]:
    """The same at the scaled rows, by the rows as they are and by the scale."""

    def slopes(batch: Batch) -> Slopes:
        found, scale = dict(ratio_slope(parts)(scaled(batch))), batch.arrays["scale"]
        rows = {f"W{layer + 1}": W for layer, W in enumerate(fields.weights(batch))}
        by_scale = sum(((found[name] * W).sum(axis=(0, 1)) for name, W in rows.items()), np.zeros(batch.size))
        return {**found, **{name: scale * found[name] for name in rows}, "scale": by_scale}

    return slopes
