"""What is measured on distributions over finitely many points: E ℓ − Ê ℓ, and predictors for which it is large."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.engine.networks import autodiff
from wnverify.engine.networks.derivatives import pullback
from wnverify.engine.networks.network import Network, Tape, forward, value
from wnverify.families.kit.parts import once
from wnverify.families.networks.regression_fields import network_of, weights
from wnverify.family import Situation, merged

INSIDE = 1.0 - 1e-15
"""Of the radii of balls: vectors are a hair inside, so that hypotheses do not hold up to rounding only."""
ASCENT = 12
"""Steps towards the worst predictor of a sample."""


@once
def _network(batch: Batch) -> Network:
    return network_of(batch, weights(batch), batch.arrays["v"])


@once
def _tape(batch: Batch) -> Tape:
    return forward(_network(batch), 1)


def excess(batch: Batch) -> FloatArray:
    """p_j − counts_j/n, (N, B): the weights of E ℓ − Ê ℓ."""
    return batch.arrays["p"] - batch.arrays["counts"] / batch.arrays["counts"].sum(axis=0)


def outputs(batch: Batch) -> FloatArray:
    """f(x_j) of the predictor that is given, (N, B)."""
    return value(_network(batch), _tape(batch))


def losses(batch: Batch, outputs: FloatArray) -> FloatArray:
    """ℓ = min(κ|f − y|, M) at outputs, (N, B)."""
    return np.minimum(batch.arrays["lipschitz"] * np.abs(outputs - batch.arrays["y"]), batch.arrays["span"])


def gap(batch: Batch) -> FloatArray:
    """E ℓ − Ê ℓ at the predictor that is given, (B,)."""
    return np.sum(excess(batch) * losses(batch, outputs(batch)), axis=0)


def outputs_one_by_one(batch: Batch) -> FloatArray:
    """The same outputs, (N, B), by the independent oracle."""
    net, found = _network(batch), np.empty((batch.shape["N"], batch.size))
    for point, index in product(range(batch.shape["N"]), range(batch.size)):
        W = tuple(rows[:, :, 0, [index]] for rows in net.W)
        one = Network(W, net.v[:, 0, [index]], net.x[:, point, [index]], net.activation, net.scaling)
        found[point, index] = autodiff.oracle_value(one)
    return found


def gap_one_by_one(batch: Batch) -> FloatArray:
    """The same from single outputs by the independent oracle, the expectations summed in plain order."""
    reached, found = outputs_one_by_one(batch), []
    for index in range(batch.size):
        expected_loss = empirical = 0.0
        total = float(batch.arrays["counts"][:, index].sum())
        for point in range(batch.shape["N"]):
            error = abs(float(reached[point, index]) - float(batch.arrays["y"][point, index]))
            loss = min(float(batch.arrays["lipschitz"][index]) * error, float(batch.arrays["span"][index]))
            expected_loss += float(batch.arrays["p"][point, index]) * loss
            empirical += float(batch.arrays["counts"][point, index]) / total * loss
        found.append(expected_loss - empirical)
    return np.array(found)


def _uphill(batch: Batch) -> dict[str, FloatArray]:
    """The gradient of E ℓ − Ê ℓ in the weights."""
    error = outputs(batch) - batch.arrays["y"]
    rate = batch.arrays["lipschitz"]
    inside = rate * np.abs(error) < batch.arrays["span"]
    found = pullback(_network(batch), _tape(batch), excess(batch) * rate * np.sign(error) * inside)
    return {f"W{layer + 1}": part[:, :, 0] for layer, part in enumerate(found.W)} | {"v": found.v[:, 0]}


def climbed(batch: Batch, steps: int) -> Batch:
    """The best predictors on a projected ascent with unit rows and ‖v‖ = 1 + ρ₁."""
    best, found = batch.arrays, gap(batch)
    for number in range(steps):
        slopes, arrays = _uphill(batch), dict(batch.arrays)
        rate = 0.5 / (1.0 + number)
        for name, part in slopes.items():
            axis = 0 if name == "v" else 1
            length = np.maximum(np.linalg.norm(part, axis=axis, keepdims=True), 1e-300)
            radius = 1.0 + arrays["rho"] if name == "v" else 1.0
            moved = arrays[name] + rate * radius * part / length
            arrays[name] = radius * moved / np.maximum(np.linalg.norm(moved, axis=axis, keepdims=True), 1e-300)
        batch = batch.with_arrays(arrays)
        reached = gap(batch)
        best = {name: np.where(reached > found, arrays[name], best[name]) for name in arrays}
        found = np.maximum(found, reached)
    return batch.with_arrays(best)


def aligned(situation: Situation, arrays: Mapping[str, FloatArray]) -> dict[str, FloatArray]:
    """All rows along Σ τ_j x_j: τ_j = y_j on points seen too often, −y_j on the others, weighted by the excess."""
    over = arrays["p"] - arrays["counts"] / situation.shape["n"]
    toward = np.sign(arrays["y"]) * np.where(over < 0, 1.0, -1.0)
    steep = arrays["lipschitz"] * (1.0 + arrays["rho"]) > arrays["span"]
    weight = np.where(steep, toward, toward * np.abs(over))
    axis = np.einsum("kjb,jb->kb", arrays["X"], weight)
    rows, width = {}, situation.shape["m"]
    for layer in range(situation.shape["L"]):
        unit = axis / np.maximum(np.linalg.norm(axis, axis=0), 1e-300)
        rows[f"W{layer + 1}"] = np.repeat(unit[None], width, axis=0)
        axis = np.ones((width, over.shape[1]))
    return {**rows, "v": (1.0 + arrays["rho"]) * np.ones((width, 1)) / np.sqrt(width)}


def _variants(aligned: Batch) -> Iterator[Batch]:
    """The predictor with its sign turned, and with rows of both signs, so that what φ(0) adds to outputs cancels."""
    arrays, last = aligned.arrays, f"W{aligned.shape['L']}"
    signs = np.where(np.arange(aligned.shape["m"]) % 2, -1.0, 1.0)[:, None]
    yield aligned.with_arrays({**arrays, "v": -arrays["v"]})
    yield aligned.with_arrays({**arrays, last: signs[:, None] * arrays[last], "v": signs * arrays["v"]})


def fared_worst(batch: Batch) -> Batch:
    """The worst predictors that the search finds for the samples, from those that `aligned` gives."""
    best = batch
    for other in _variants(batch):
        best = merged(gap(other) > gap(best), other, best)
    found = climbed(best, ASCENT)
    return found.with_arrays({**found.arrays, "v": INSIDE * found.arrays["v"]})
