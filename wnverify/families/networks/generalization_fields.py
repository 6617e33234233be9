"""What is measured on distributions over finitely many points: E ℓ − Ê ℓ, and predictors for which it is large."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import TypeAlias

import numpy as np

from wnverify.arrays import BoolArray, FloatArray
from wnverify.batch import Batch
from wnverify.engine.activations import Activation
from wnverify.engine.contractions import back, front, norm_along
from wnverify.engine.networks import autodiff
from wnverify.engine.networks.network import Network, Tape, forward, scales, value
from wnverify.families.kit.parts import once
from wnverify.families.networks.regression_fields import network_of, weights
from wnverify.family import Situation

Weights: TypeAlias = dict[str, FloatArray]

INSIDE = 1.0 - 1e-15
"""Of the radii of balls: vectors are a hair inside, so that hypotheses do not hold up to rounding only."""
ASCENT, HOPELESS = 12, 6
"""Steps towards the worst predictor of a sample, and after how many without any gain for any sample it stays where it
began: an aligned predictor is the worst where outputs are linear, or where all losses are cut off."""
GAIN = 1e-12
"""What is more than rounding, relative."""


@once
def _network(batch: Batch) -> Network:
    return network_of(batch, weights(batch), batch.arrays["v"])


@once
def _tape(batch: Batch) -> Tape:
    return forward(_network(batch), 0)


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


@dataclass(frozen=True)
class _Sample:
    """What predictors are judged by, instances first: the products over samples are products of matrices.

    Args:
        X: data, (B, d, N), or (1, d, N) where all instances share them.
        y: targets, (B, N).
        excess: p_j − counts_j/n, (B, N).
        rate, span: of the loss, (B, 1).
        network: activation, s_l of every layer, and κ.
    """

    X: FloatArray
    y: FloatArray
    excess: FloatArray
    rate: FloatArray
    span: FloatArray
    network: tuple[Activation, tuple[float, ...], float]

    def passed(self, weights: Weights, order: int) -> tuple[FloatArray, list[tuple[FloatArray, ...]]]:
        """f, (B, N), and α^0, then (α, φ′) of every layer up to that order, each (B, m, N)."""
        phi, factors, kappa = self.network
        tape: list[tuple[FloatArray, ...]] = [(self.X,)]
        for layer, factor in enumerate(factors):
            tape.append(phi.jet(factor * _times(weights[f"W{layer + 1}"], tape[-1][0]), order))
        return kappa * (weights["v"][:, None] @ tape[-1][0])[:, 0], tape

    def gap(self, outputs: FloatArray) -> FloatArray:
        """E ℓ − Ê ℓ, (B,)."""
        losses = np.minimum(self.rate * np.abs(outputs - self.y), self.span)
        return np.asarray(np.sum(self.excess * losses, axis=1))

    def uphill(self, weights: Weights, outputs: FloatArray, tape: list[tuple[FloatArray, ...]]) -> Weights:
        """The gradient of E ℓ − Ê ℓ in the weights, rows projected: they have length 1."""
        _, factors, kappa = self.network
        error, slopes = outputs - self.y, {}
        inside = self.rate * np.abs(error) < self.span
        weight = (kappa * self.excess * self.rate * np.sign(error) * inside)[:, None]
        slopes["v"] = (weight @ tape[-1][0].swapaxes(1, 2))[:, 0]
        b = weights["v"][..., None] * weight
        for layer in reversed(range(len(factors))):
            rows = weights[f"W{layer + 1}"]
            delta = factors[layer] * b * tape[layer + 1][1]
            found = _times(delta, tape[layer][0].swapaxes(1, 2))
            slopes[f"W{layer + 1}"] = found - np.sum(found * rows, axis=2, keepdims=True) * rows
            b = rows.swapaxes(1, 2) @ delta if layer else b
        return slopes


def _times(rows: FloatArray, columns: FloatArray) -> FloatArray:
    """Products (B, m, k) of matrices with others (B, k, l), or with one that all share (1, k, l), at once then."""
    if columns.shape[0] > 1 or rows.shape[0] == 1:
        return np.asarray(rows @ columns)
    return (rows.reshape(-1, rows.shape[2]) @ columns[0]).reshape(*rows.shape[:2], columns.shape[2])


def _sample(batch: Batch, shared: bool) -> _Sample:
    """What the predictors of a batch are judged by."""
    arrays, net = batch.arrays, _network(batch.select([0]))
    X = front(arrays["X"][..., :1] if shared else arrays["X"])
    rate, span = (arrays[name][:, None] for name in ("lipschitz", "span"))
    network = net.activation, *scales(net)
    return _Sample(np.ascontiguousarray(X), arrays["y"].T, excess(batch).T, rate, span, network)


def _weights(batch: Batch) -> Weights:
    """W and v, instances first."""
    names = ("v", *(f"W{layer + 1}" for layer in range(batch.shape["L"])))
    return {name: np.ascontiguousarray(front(batch.arrays[name])) for name in names}


def _with(batch: Batch, weights: Weights) -> Batch:
    return batch.with_arrays({**batch.arrays, **{name: back(part) for name, part in weights.items()}})


def climbed(batch: Batch, steps: int, *, shared: bool = False) -> Batch:
    """The best predictors on a projected ascent with unit rows and ‖v‖ = 1 + ρ₁.

    Args:
        batch: predictors to begin from, with unit rows.
        steps: of the ascent.
        shared: whether all instances have the same data.
    """
    return _with(batch, _climbed(_sample(batch, shared), _weights(batch), steps, 1.0 + batch.arrays["rho"]))


def _climbed(sample: _Sample, weights: Weights, steps: int, radius: FloatArray) -> Weights:
    outputs, tape = sample.passed(weights, 1)
    best, found = weights, sample.gap(outputs)
    began = found
    for number in range(steps):
        if number == HOPELESS and not (found > began + GAIN * np.abs(began)).any():
            break
        slopes, before = sample.uphill(weights, outputs, tape), weights
        weights = {name: _pushed(before[name], part, 0.5 / (1.0 + number), radius) for name, part in slopes.items()}
        outputs, tape = sample.passed(weights, 1 if number + 1 < steps else 0)
        reached = sample.gap(outputs)
        best = {name: _merged(reached > found, weights[name], best[name]) for name in weights}
        found = np.maximum(found, reached)
    return best


def _pushed(part: FloatArray, slope: FloatArray, rate: float, radius: FloatArray) -> FloatArray:
    """Rows (B, m, k) of length 1, or v (B, m) of length `radius` (B,), a step along the slope."""
    radii = radius[:, None] if part.ndim == 2 else np.float64(1.0)
    length = np.maximum(norm_along(slope, axis=-1, keepdims=True), 1e-300)
    moved = part + rate * radii * slope / length
    return np.asarray(radii * moved / np.maximum(norm_along(moved, axis=-1, keepdims=True), 1e-300))


def _merged(chosen: BoolArray, one: FloatArray, other: FloatArray) -> FloatArray:
    """The instances of one array where chosen, of the other elsewhere, instances first."""
    return np.where(chosen.reshape(-1, *[1] * (one.ndim - 1)), one, other)


def aligned(situation: Situation, arrays: Mapping[str, FloatArray]) -> dict[str, FloatArray]:
    """All rows along Σ τ_j x_j: τ_j = y_j on points seen too often, −y_j on the others, weighted by the excess.

    Where the loss is cut off before outputs are far from y, τ_j are ±1: y_j is above the middle of all y, or below.
    """
    over, y = arrays["p"] - arrays["counts"] / situation.shape["n"], arrays["y"]
    steep = arrays["lipschitz"] * (1.0 + arrays["rho"]) > arrays["span"]
    above = np.where(y >= (y.max(axis=0) + y.min(axis=0)) / 2, 1.0, -1.0)
    toward = np.where(steep, above, np.sign(y)) * np.where(over < 0, 1.0, -1.0)
    weight = np.where(steep, toward, toward * np.abs(over))
    axis = np.einsum("kjb,jb->kb", arrays["X"], weight)
    rows, width = {}, situation.shape["m"]
    for layer in range(situation.shape["L"]):
        unit = axis / np.maximum(norm_along(axis, axis=0), 1e-300)
        rows[f"W{layer + 1}"] = np.repeat(unit[None], width, axis=0)
        axis = np.ones((width, over.shape[1]))
    return {**rows, "v": (1.0 + arrays["rho"]) * np.ones((width, 1)) / np.sqrt(width)}


def _variants(aligned: Weights) -> Iterator[Weights]:
    """The predictor with its sign turned, and with rows of both signs, so that what φ(0) adds to outputs cancels."""
    last = f"W{len(aligned) - 1}"
    signs = np.where(np.arange(aligned["v"].shape[1]) % 2, -1.0, 1.0)
    yield {**aligned, "v": -aligned["v"]}
    yield {**aligned, last: signs[:, None] * aligned[last], "v": signs * aligned["v"]}


def fared_worst(batch: Batch, *, shared: bool = False) -> Batch:
    """The worst predictors that the search finds for the samples, from those that `aligned` gives.

    Args:
        batch: samples, with predictors from `aligned`.
        shared: whether all instances have the same data.
    """
    sample, best = _sample(batch, shared), _weights(batch)
    found = sample.gap(sample.passed(best, 0)[0])
    for other in _variants(best):
        reached = sample.gap(sample.passed(other, 0)[0])
        best = {name: _merged(reached > found, other[name], part) for name, part in best.items()}
        found = np.maximum(found, reached)
    climbed = _climbed(sample, best, ASCENT, 1.0 + batch.arrays["rho"])
    return _with(batch, {**climbed, "v": INSIDE * climbed["v"]})
