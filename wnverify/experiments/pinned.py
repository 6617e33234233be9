"""WeightNorm networks at a fixed minimum weight norm and output radius: what is left to search is all but scale."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.families.networks.weight_norm import WEIGHT_NORM
from wnverify.family import Coordinates, Family, Shape, Situation


class PinnedCoordinates(Coordinates):
    """The coordinates of WeightNorm networks with every row of norm ω, ‖v‖ = 1 + ρ₁ and x on the sphere.

    Args:
        situation: shape and settings.
        omega: ω.
        rho: ρ₁.
    """

    def __init__(self, situation: Situation, omega: float, rho: float) -> None:
        self.inner = WEIGHT_NORM.coordinates(situation)
        self.omega, self.rho = omega, rho

    def encode(self, batch: Batch) -> FloatArray:
        """Coordinates of the networks."""
        return self.inner.encode(batch)

    def decode(self, theta: FloatArray) -> Batch:
        """The networks at θ."""
        return self.inner.decode(theta)

    def canonical(self, theta: FloatArray) -> FloatArray:
        """Bring the scales back."""
        return self.inner.encode(pin(self.inner.decode(theta), self.omega, self.rho))

    def pullback(self, theta: FloatArray, batch: Batch, cotangent: Mapping[str, FloatArray]) -> FloatArray:
        """Chain rule; a step in the scales is undone by `canonical`."""
        return self.inner.pullback(theta, batch, cotangent)


def pin(batch: Batch, omega: float, rho: float) -> Batch:
    """The same directions at the scales ω and 1 + ρ₁, x on its sphere."""
    arrays = {name: _scaled(name, array, omega) for name, array in batch.arrays.items()}
    v, x = arrays["v"], arrays["x"]
    arrays["v"] = v * (1.0 + rho) / np.linalg.norm(v, axis=0)
    size = 1.0 if batch.settings["scaling"] == "fan_out" else np.sqrt(x.shape[0])
    arrays["x"] = x * size * (1 - 1e-15) / np.linalg.norm(x, axis=0)
    return Batch(batch.family, batch.shape, batch.settings, arrays)


def _scaled(name: str, array: FloatArray, omega: float) -> FloatArray:
    return array * omega / np.linalg.norm(array, axis=1, keepdims=True) if name.startswith("W") else array


class PinnedNetworks(Family):
    """WeightNorm networks with every row of norm ω, ‖v‖ = 1 + ρ₁ and ‖x‖ = 1.

    Args:
        omega: ω.
        rho: ρ₁.
    """

    name = "weight_norm"
    quantities = WEIGHT_NORM.quantities
    settings = WEIGHT_NORM.settings
    regimes = ("edge", "aligned", "sparse")

    def __init__(self, omega: float = 1.0, rho: float = 0.0) -> None:
        self.omega, self.rho = omega, rho

    def shapes(self) -> Sequence[Shape]:
        """Those of WeightNorm networks."""
        return WEIGHT_NORM.shapes()

    def draw(self, situation: Situation, regime: str, count: int, rng: np.random.Generator) -> Batch:
        """Draw as WeightNorm networks are drawn, then pin the scales."""
        return pin(WEIGHT_NORM.draw(situation, regime, count, rng), self.omega, self.rho)

    def structured(self, situation: Situation) -> Iterator[tuple[str, Batch]]:
        """The extreme networks with an input that is not zero, each once."""
        for words, batch in WEIGHT_NORM.structured(situation):
            full = np.flatnonzero(np.linalg.norm(batch.arrays["x"], axis=0) > 0.5)
            yield words, pin(batch.select(full[::6]), self.omega, self.rho)

    def coordinates(self, situation: Situation) -> Coordinates:
        """See `PinnedCoordinates`."""
        return PinnedCoordinates(situation, self.omega, self.rho)
