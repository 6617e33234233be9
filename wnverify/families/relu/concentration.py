"""Random initialisations of two-layer ReLU networks: u_k ~ N(0, I_d) and uniform signs c_k, at fixed inputs.

A batch holds `u` (m, d, B) and `c` (m, B), which differ from repetition to repetition, and the parameters of the
statement, equal in all: inputs `x` (n, d, B), of which only the directions count, `alpha`, `delta`, `share` and
`radius` (B,). Dukler, Gu, Montúfar (arXiv:2006.06878): v(0) = αu, g(0) = |u|.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.engine.relu.gains import unit
from wnverify.errors import RecordError, expected
from wnverify.families.relu.concentration_quantities import QUANTITIES
from wnverify.family import Coordinates, Family, PlainCoordinates, Shape, Situation
from wnverify.quantity import Quantity

__all__ = ["CONCENTRATION", "Concentration"]

SHAPES = (
    (1, 2, 4), (1, 10, 4), (3, 3, 60), (8, 10, 60), (1, 2, 300), (2, 4, 300),
    (1, 50, 20), (3, 5, 20), (10, 5, 100), (4, 20, 100), (8, 10, 200), (2, 3, 1500),
)  # fmt: skip
PARAMETERS: Mapping[str, tuple[float, float, float]] = {
    "sphere, half": (0.5, 0.999, 2.0), "orthonormal, tenth": (0.1, 0.75, 1.0),
    "clustered, half": (0.5, 0.75, 1.0), "clustered, tenth": (0.1, 0.999, 2.0),
}  # fmt: skip
"""Regime -> δ, share e, α. They are fixed, so that a repetition with fresh randomness tests the same statement."""
RADIUS = 1.0
CLUSTER = 0.05
"""Angle within which clustered inputs lie."""


class Concentration(Family):
    """Repetitions of the initialisation at fixed inputs and parameters."""

    name = "concentration"
    quantities: Mapping[str, Quantity] = QUANTITIES
    settings: Mapping[str, tuple[str, ...]] = {}
    regimes = tuple(PARAMETERS)
    cost = 1.0

    def shapes(self) -> Sequence[Shape]:
        """Inputs, their dimension and width; the cheap ones first."""
        return [dict(zip(("n", "d", "m"), sizes, strict=True)) for sizes in SHAPES]

    def draw(self, situation: Situation, regime: str, count: int, rng: np.random.Generator) -> Batch:
        """Independent repetitions at one set of inputs: uniform on the sphere, orthonormal if n ≤ d, or clustered."""
        n, d, m = (situation.shape[name] for name in ("n", "d", "m"))
        x = unit(rng.standard_normal((n, d)), 1)
        if regime.startswith("orthonormal") and n <= d:
            x = np.linalg.qr(x.T)[0].T
        elif regime.startswith("clustered"):
            x = unit(x[:1] + CLUSTER * x, 1)
        return self._batch(situation, regime, x, _initialisations(m, d, count, rng))

    def again(self, batch: Batch, regime: str, count: int, rng: np.random.Generator) -> Batch:
        """Fresh u and c at the inputs and parameters of the first instance."""
        u, c = _initialisations(batch.shape["m"], batch.shape["d"], count, rng)
        arrays = {**batch.select(np.zeros(count, dtype=int)).arrays, "u": u, "c": c}
        return Batch(self.name, batch.shape, batch.settings, arrays)

    def structured(self, situation: Situation) -> Iterator[tuple[str, Batch]]:
        """All neurons along one input, across it, or opposite to it: single initialisations, no repetitions."""
        n, d, m = (situation.shape[name] for name in ("n", "d", "m"))
        x = np.eye(max(n, d))[:n, :d] + 0.1
        for words, sign in (("neurons along an input", 1.0), ("neurons opposite to it", -1.0)):
            u = sign * np.ones((m, 1, 1)) * x[:1, :, None] * np.sqrt(d)
            yield words, self._batch(situation, self.regimes[0], unit(x, 1), (u, np.ones((m, 1))))

    def coordinates(self, situation: Situation) -> Coordinates:
        """All arrays, flattened; claims with a probability are never climbed."""
        return PlainCoordinates(self.draw(situation, self.regimes[0], 1, np.random.default_rng(0)))

    def check(self, batch: Batch) -> None:
        """Refuse arrays that are not those of initialisations.

        Raises:
            RecordError: if an array is missing or misshapen, a vector vanishes, or a parameter is not positive.
        """
        super().check(batch)
        n, d, m = (batch.shape.get(name, 0) for name in ("n", "d", "m"))
        wanted = {"x": (n, d), "u": (m, d), "c": (m,), "alpha": (), "delta": (), "share": (), "radius": ()}
        found = {name: array.shape[:-1] for name, array in batch.arrays.items()}
        if found != wanted:
            raise RecordError(expected(f"arrays of shapes {wanted}", str(found)[:200]))
        if any((np.abs(batch.arrays[name]).max(axis=1) == 0).any() for name in ("x", "u")):
            raise RecordError(expected("inputs and neurons without a zero vector", "one"))
        if any((batch.arrays[name] <= 0).any() for name in ("alpha", "delta", "share", "radius")):
            raise RecordError(expected("positive alpha, delta, share and radius", "a value ≤ 0"))

    def _batch(self, situation: Situation, regime: str, x: FloatArray, drawn: tuple[FloatArray, FloatArray]) -> Batch:
        ones = np.ones(drawn[0].shape[-1])
        delta, share, alpha = PARAMETERS[regime]
        numbers = {"alpha": alpha * ones, "delta": delta * ones, "share": share * ones, "radius": RADIUS * ones}
        arrays = {"x": x[..., None] * ones, "u": drawn[0], "c": drawn[1], **numbers}
        return Batch(self.name, situation.shape, situation.settings, arrays)


def _initialisations(m: int, d: int, count: int, rng: np.random.Generator) -> tuple[FloatArray, FloatArray]:
    """u (m, d, B) and c (m, B)."""
    return rng.standard_normal((m, d, count)), np.where(rng.random((m, count)) < 0.5, -1.0, 1.0)


CONCENTRATION = Concentration()
