"""Networks, with normalised rows or plain ones, with every scale fixed: what is left to search is all but scale."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.families.networks.weight_norm import PLAIN, WEIGHT_NORM
from wnverify.family import Coordinates, Family, Shape, Situation


class PinnedCoordinates(Coordinates):
    """The coordinates of networks with every row of one norm, ‖v‖ = 1 + ρ₁ = 1 and x on the sphere."""

    def __init__(self, inner: Coordinates, norm: float) -> None:
        self.inner, self.norm = inner, norm

    def encode(self, batch: Batch) -> FloatArray:
        """Coordinates of the networks."""
        return self.inner.encode(batch)

    def decode(self, theta: FloatArray) -> Batch:
        """The networks at θ."""
        return self.inner.decode(theta)

    def canonical(self, theta: FloatArray) -> FloatArray:
        """Bring the scales back."""
        return self.inner.encode(pin(self.inner.decode(theta), self.norm))

    def pullback(self, theta: FloatArray, batch: Batch, cotangent: Mapping[str, FloatArray]) -> FloatArray:
        """Chain rule; a step in the scales is undone by `canonical`."""
        return self.inner.pullback(theta, batch, cotangent)


def pin(batch: Batch, norm: float = 1.0) -> Batch:
    """The same directions, every row of one norm, v of norm 1, x on its sphere."""
    v, x = batch.arrays["v"], batch.arrays["x"]
    layers = {name: W for name, W in batch.arrays.items() if W.ndim == 3}
    rows = {name: norm * W / np.linalg.norm(W, axis=1, keepdims=True) for name, W in layers.items()}
    size = 1.0 if batch.settings["scaling"] == "fan_out" else np.sqrt(x.shape[0])
    ends = {"v": v / np.linalg.norm(v, axis=0), "x": x * size * (1 - 1e-15) / np.linalg.norm(x, axis=0)}
    return batch.with_arrays({name: (rows | ends)[name] for name in batch.arrays})


class PinnedNetworks(Family):
    """Networks with every row of one norm, ‖v‖ = 1 + ρ₁ = 1 and ‖x‖ = 1.

    Args:
        norm: of the rows.
        normalised: False for plain networks, whose rows are used as they are.
    """

    regimes = ("edge", "aligned", "sparse")

    def __init__(self, norm: float = 1.0, *, normalised: bool = True) -> None:
        self.norm, self.net = norm, WEIGHT_NORM if normalised else PLAIN
        self.name, self.quantities, self.settings = self.net.name, self.net.quantities, self.net.settings

    def shapes(self) -> Sequence[Shape]:
        """Those of the networks."""
        return self.net.shapes()

    def draw(self, situation: Situation, regime: str, count: int, rng: np.random.Generator) -> Batch:
        """Draw as the networks are drawn, then pin the scales."""
        return pin(self.net.draw(situation, regime, count, rng), self.norm)

    def structured(self, situation: Situation) -> Iterator[tuple[str, Batch]]:
        """The extreme networks with an input that is not zero, each once."""
        for words, batch in self.net.structured(situation):
            whole = [np.linalg.norm(W, axis=1).min(axis=0) for W in batch.arrays.values() if W.ndim == 3]
            ends = np.linalg.norm(batch.arrays["x"], axis=0) - 0.5, np.linalg.norm(batch.arrays["v"], axis=0)
            there = np.min([*ends, *whole], axis=0)
            full = np.flatnonzero(there > 0)
            yield words, pin(batch.select(full[::6]), self.norm)

    def coordinates(self, situation: Situation) -> Coordinates:
        """See `PinnedCoordinates`."""
        return PinnedCoordinates(self.net.coordinates(situation), self.norm)
