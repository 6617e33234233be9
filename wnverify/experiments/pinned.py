"""WeightNorm networks with every scale fixed: what is left to search is all but scale."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.families.networks.weight_norm import WEIGHT_NORM
from wnverify.family import Coordinates, Family, Shape, Situation


class PinnedCoordinates(Coordinates):
    """The coordinates of WeightNorm networks with every row of norm ω = 1, ‖v‖ = 1 + ρ₁ = 1 and x on the sphere."""

    def __init__(self, situation: Situation) -> None:
        self.inner = WEIGHT_NORM.coordinates(situation)

    def encode(self, batch: Batch) -> FloatArray:
        """Coordinates of the networks."""
        return self.inner.encode(batch)

    def decode(self, theta: FloatArray) -> Batch:
        """The networks at θ."""
        return self.inner.decode(theta)

    def canonical(self, theta: FloatArray) -> FloatArray:
        """Bring the scales back."""
        return self.inner.encode(pin(self.inner.decode(theta)))

    def pullback(self, theta: FloatArray, batch: Batch, cotangent: Mapping[str, FloatArray]) -> FloatArray:
        """Chain rule; a step in the scales is undone by `canonical`."""
        return self.inner.pullback(theta, batch, cotangent)


def pin(batch: Batch) -> Batch:
    """The same directions, every row and v of norm 1, x on its sphere."""
    v, x = batch.arrays["v"], batch.arrays["x"]
    rows = {name: W / np.linalg.norm(W, axis=1, keepdims=True) for name, W in batch.arrays.items() if W.ndim == 3}
    size = 1.0 if batch.settings["scaling"] == "fan_out" else np.sqrt(x.shape[0])
    ends = {"v": v / np.linalg.norm(v, axis=0), "x": x * size * (1 - 1e-15) / np.linalg.norm(x, axis=0)}
    return batch.with_arrays({name: (rows | ends)[name] for name in batch.arrays})


class PinnedNetworks(Family):
    """WeightNorm networks with every row of norm ω = 1, ‖v‖ = 1 + ρ₁ = 1 and ‖x‖ = 1."""

    name = "weight_norm"
    quantities = WEIGHT_NORM.quantities
    settings = WEIGHT_NORM.settings
    regimes = ("edge", "aligned", "sparse")

    def shapes(self) -> Sequence[Shape]:
        """Those of WeightNorm networks."""
        return WEIGHT_NORM.shapes()

    def draw(self, situation: Situation, regime: str, count: int, rng: np.random.Generator) -> Batch:
        """Draw as WeightNorm networks are drawn, then pin the scales."""
        return pin(WEIGHT_NORM.draw(situation, regime, count, rng))

    def structured(self, situation: Situation) -> Iterator[tuple[str, Batch]]:
        """The extreme networks with an input that is not zero, each once."""
        for words, batch in WEIGHT_NORM.structured(situation):
            full = np.flatnonzero(np.linalg.norm(batch.arrays["x"], axis=0) > 0.5)
            yield words, pin(batch.select(full[::6]))

    def coordinates(self, situation: Situation) -> Coordinates:
        """See `PinnedCoordinates`."""
        return PinnedCoordinates(situation)
