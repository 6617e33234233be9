"""Declared architectures with every scale fixed, so that normalizations can be compared at equal norms."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeAlias

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.families.own import vocabulary
from wnverify.families.own.architecture import Architecture
from wnverify.family import Coordinates, Family, Shape, Situation
from wnverify.quantities import Quantity

Pin: TypeAlias = Callable[[FloatArray], FloatArray]
"""An array with its scale fixed, the instances along the last axis."""
ALIKE = 9
"""Decimals to which instances that are the same after pinning agree."""


def unit(array: FloatArray) -> FloatArray:
    """Vectors of norm 1, along the last axis of each instance.

    >>> unit(np.array([[3.0], [4.0]])).ravel().tolist()
    [0.6, 0.8]
    """
    return array / np.linalg.norm(array, axis=-2, keepdims=True)


def unit_centred(array: FloatArray) -> FloatArray:
    """Rows whose centred parts have norm 1."""
    return array / np.linalg.norm(array - array.mean(axis=-2, keepdims=True), axis=-2, keepdims=True)


def unit_layers(array: FloatArray) -> FloatArray:
    """Square matrices of Frobenius norm √m, each layer an m×m matrix or one vector of m² entries."""
    flat = array.reshape(array.shape[0], -1, array.shape[-1])
    width = flat.shape[1] ** 0.25
    return (width * flat / np.linalg.norm(flat, axis=1, keepdims=True)).reshape(array.shape)


def ones(array: FloatArray) -> FloatArray:
    """All entries 1."""
    return np.ones_like(array)


def conditioned(least: float, most: float) -> Pin:
    """Square layers of Frobenius norm √m: all singular values but the largest between two shares of that one."""

    def pin(array: FloatArray) -> FloatArray:
        layers, count = array.shape[0], array.shape[-1]
        width = round(float(np.prod(array.shape[1:-1])) ** 0.5)
        matrices = np.moveaxis(array.reshape(layers, width, width, count), -1, 0)
        left, sigma, right = np.linalg.svd(matrices)
        sigma[..., 1:] = np.clip(sigma[..., 1:], least * sigma[..., :1], most * sigma[..., :1])
        whole = np.moveaxis((left * sigma[..., None, :]) @ right, 0, -1)
        return unit_layers(whole.reshape(array.shape))

    return pin


class PinnedLayers(Family):
    """An architecture whose arrays keep their scales; its gradient and Hessian are those by the trained arrays.

    Args:
        net: the architecture.
        pins: by the name of an array, how its scale is fixed.
        trained: the arrays by which derivatives are taken.
    """

    regimes: tuple[str, ...] = ("edge", "aligned", "sparse", "gaussian")

    def __init__(self, net: Architecture, pins: Mapping[str, Pin], trained: Sequence[str]) -> None:
        self.net, self.pins, self.name, self.settings = net, pins, net.name, net.settings
        self.regimes = tuple(regime for regime in type(self).regimes if regime in net.regimes)
        weights = vocabulary.present(*trained)
        words = ", ".join(trained)
        self.steep = Quantity("steep", f"‖∇f‖₂ by {words}", low=0, route=net.at.gradient_norm(weights))
        self.curved = Quantity("curved", f"‖∇²f‖₂ by {words}", low=0, route=net.at.hessian(weights).norm())
        self.quantities = {**net.quantities, "steep": self.steep, "curved": self.curved}

    def pin(self, batch: Batch) -> Batch:
        """The instances with their scales fixed."""
        with np.errstate(all="ignore"):
            arrays = {name: self.pins.get(name, np.asarray)(array) for name, array in batch.arrays.items()}
        return batch.with_arrays(arrays)

    def shapes(self) -> Sequence[Shape]:
        """Those of the architecture."""
        return self.net.shapes()

    def draw(self, situation: Situation, regime: str, count: int, rng: np.random.Generator) -> Batch:
        """Draw as the architecture does, then pin the scales."""
        return self.pin(self.net.draw(situation, regime, count, rng))

    def structured(self, situation: Situation) -> Iterator[tuple[str, Batch]]:
        """The extreme instances of the architecture that have a value after pinning, each once."""
        for words, batch in self.net.structured(situation):
            pinned = self.pin(batch)
            flat = np.concatenate([each.reshape(-1, pinned.size) for each in pinned.arrays.values()])
            _, first = np.unique(flat.round(ALIKE), axis=1, return_index=True)
            there = [index for index in np.sort(first) if np.isfinite(flat[:, index]).all()]
            if there:
                yield words, pinned.select(np.array(there))

    def coordinates(self, situation: Situation) -> Coordinates:
        """See `PinnedSteps`."""
        return PinnedSteps(self, situation)


class PinnedSteps(Coordinates):
    """The coordinates of the architecture; a step in the scales is undone."""

    def __init__(self, family: PinnedLayers, situation: Situation) -> None:
        self.family, self.inner = family, family.net.coordinates(situation)

    def encode(self, batch: Batch) -> FloatArray:
        """Coordinates of the instances."""
        return self.inner.encode(batch)

    def decode(self, theta: FloatArray) -> Batch:
        """The instances at θ."""
        return self.inner.decode(theta)

    def canonical(self, theta: FloatArray) -> FloatArray:
        """Bring the scales back."""
        return self.inner.encode(self.family.pin(self.inner.decode(self.inner.canonical(theta))))

    def pullback(self, theta: FloatArray, batch: Batch, cotangent: Mapping[str, FloatArray]) -> FloatArray:
        """Chain rule of the architecture."""
        return self.inner.pullback(theta, batch, cotangent)
