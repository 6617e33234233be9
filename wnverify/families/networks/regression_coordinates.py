"""Search coordinates of regression problems: those of a network, and further arrays within limits of their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.families.networks.weight_norm import NetworkCoordinates
from wnverify.families.networks.weight_norm_draws import radius
from wnverify.family import Coordinates, Situation

Limit = Callable[[FloatArray], FloatArray]
"""Brings an array (…, B) back into its domain."""


def in_ball(inputs: FloatArray) -> FloatArray:
    """Columns of length at most 1: (d, n, B) → (d, n, B)."""
    return inputs * np.minimum(1.0, (1.0 - 1e-15) / np.maximum(np.linalg.norm(inputs, axis=0), 1e-300))


def between(low: float, high: float) -> Limit:
    """Clip to an interval."""
    return lambda array: np.clip(array, low, high)


class ProblemCoordinates(Coordinates):
    """The gauge-fixed coordinates of (W, v), then X in units of its ball's radius, then the other arrays.

    The network's own input is not used: it stays zero in the coordinates.

    Args:
        family: name of the family.
        situation: shape and settings.
        extras: further arrays by name, each with its shape without the batch axis and its limits.
    """

    def __init__(self, family: str, situation: Situation, extras: Mapping[str, tuple[Sequence[int], Limit]]) -> None:
        self.family, self.situation = family, situation
        self.inner = NetworkCoordinates(family, situation)
        self.radius = radius(situation)
        self.extras = {"X": ((situation.shape["d"], situation.shape["n"]), in_ball), **extras}
        sizes = [int(np.prod(shape)) for shape, _ in self.extras.values()]
        self.start = int(self.inner.cuts[-1]) + situation.shape["d"]
        self.cuts = np.cumsum([self.start, *sizes])[:-1]

    def _split(self, theta: FloatArray) -> tuple[FloatArray, dict[str, FloatArray]]:
        first, *parts = np.split(theta, self.cuts)
        shaped = {
            name: part.reshape(*shape, theta.shape[1])
            for (name, (shape, _)), part in zip(self.extras.items(), parts, strict=True)
        }
        return first, shaped

    def _join(self, first: FloatArray, parts: Mapping[str, FloatArray]) -> FloatArray:
        flat = [parts[name].reshape(-1, first.shape[1]) for name in self.extras]
        return np.concatenate([first, *flat])

    def _unit(self, name: str) -> float:
        return self.radius if name == "X" else 1.0

    def encode(self, batch: Batch) -> FloatArray:
        """Coordinates of the network, then the arrays."""
        unused = {"x": np.zeros((self.situation.shape["d"], batch.size))}
        network = Batch(self.family, batch.shape, batch.settings, {**batch.arrays, **unused})
        return self._join(
            self.inner.encode(network), {name: batch.arrays[name] / self._unit(name) for name in self.extras}
        )

    def decode(self, theta: FloatArray) -> Batch:
        """The problems at θ."""
        first, parts = self._split(theta)
        arrays = dict(self.inner.decode(first).arrays)
        del arrays["x"]
        arrays |= {name: part * self._unit(name) for name, part in parts.items()}
        return Batch(self.family, self.situation.shape, self.situation.settings, arrays)

    def canonical(self, theta: FloatArray) -> FloatArray:
        """Each part in its domain."""
        first, parts = self._split(theta)
        limited = {name: self.extras[name][1](part) for name, part in parts.items()}
        return self._join(self.inner.canonical(first), limited)

    def pullback(self, theta: FloatArray, batch: Batch, cotangent: Mapping[str, FloatArray]) -> FloatArray:
        """Chain rule, part by part."""
        first, parts = self._split(theta)
        own = {name: part for name, part in cotangent.items() if name.startswith("W") or name == "v"}
        unused = {"x": np.zeros((self.situation.shape["d"], batch.size))}
        network = Batch(self.family, batch.shape, batch.settings, {**batch.arrays, **unused})
        moved = {name: self._unit(name) * cotangent.get(name, np.zeros_like(part)) for name, part in parts.items()}
        return self._join(self.inner.pullback(first, network, own), moved)
