"""Neurons that turn, in a few dimensions.

A batch holds inputs `x` (n, d, B), directions `v` (m, d, B), the directions `toward` (m, d, B) that they turn to, the
angles `angle` (m, B), and `gamma` (m, B), the gain relative to the length, 1 before. Lengths do not count.

Under the setting `kept` the gains keep pace with the lengths, γ = 1.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.engine.relu.gains import unit
from wnverify.errors import RecordError, expected
from wnverify.families.kit.boxes import Box, BoxCoordinates
from wnverify.families.kit.table import lengthened
from wnverify.families.relu.perturbation_quantities import QUANTITIES
from wnverify.family import Coordinates, Family, Shape, Situation
from wnverify.quantity import Quantity

__all__ = ["KEPT", "RELU_ROTATIONS", "ReluRotations"]

KEPT: Mapping[str, Sequence[str]] = {"gain": ("kept",)}
SHAPES = ((1, 2, 1), (2, 2, 1), (1, 3, 3), (2, 3, 2), (3, 4, 4), (4, 3, 6))
BOXES: Mapping[str, Box] = {
    "x": (-2.0, 2.0), "v": (-2.0, 2.0), "toward": (-2.0, 2.0), "angle": (1e-4, 3.1), "gamma": (0.3, 1.7),
}  # fmt: skip


class RotationCoordinates(BoxCoordinates):
    """All arrays within their boxes; no direction shorter than 1e-3."""

    def canonical(self, theta: FloatArray) -> FloatArray:
        """Clip to the boxes and lengthen short vectors."""
        batch = self.decode(super().canonical(theta))
        arrays = {**batch.arrays, **{name: lengthened(batch.arrays[name]) for name in ("x", "v", "toward")}}
        return self.encode(Batch(batch.family, batch.shape, batch.settings, arrays))


class ReluRotations(Family):
    """A few neurons and inputs, any angles."""

    name = "relu_rotations"
    quantities: Mapping[str, Quantity] = QUANTITIES
    settings: Mapping[str, tuple[str, ...]] = {"gain": ("kept", "any")}
    regimes = ("generic", "small", "at kinks", "halfway")
    cost = 4.0

    def shapes(self) -> Sequence[Shape]:
        """Inputs, their dimension, and neurons; the smallest first."""
        return [dict(zip(("n", "d", "m"), sizes, strict=True)) for sizes in SHAPES]

    def draw(self, situation: Situation, regime: str, count: int, rng: np.random.Generator) -> Batch:
        """Draw turns.

        Regimes: `generic` angles up to π; `small` angles down to 1e-3; `at kinks` inputs nearly alike, neurons a
        little above their kinks, turning away from the inputs or towards them; `halfway` inputs nearly alike,
        neurons at 45 degrees turning towards them by small angles.
        """
        n, d, m = (situation.shape[name] for name in ("n", "d", "m"))
        x, v, toward = (rng.standard_normal((size, d, count)) for size in (n, m, m))
        angle = rng.uniform(0.01, np.pi - 0.05, (m, count))
        gamma = rng.uniform(0.3, 1.7, (m, count))
        if regime != "generic":
            angle = np.exp(rng.uniform(np.log(1e-3), np.log(1.5), (m, count)))
        if regime in ("at kinks", "halfway"):
            x = unit(x[:1], 1) + 1e-3 * x
            angle = np.exp(rng.uniform(np.log(0.02), np.log(0.2), (m, count)))
            height = 0.3 * np.sin(angle) if regime == "at kinks" else np.full((m, count), np.sqrt(0.5))
            v, toward = _above(unit(x[0], 0), v, height)
            if regime == "at kinks" and rng.random() < 0.7:
                toward = -toward
        return self._batch(situation, {"x": x, "v": v, "toward": toward, "angle": angle, "gamma": gamma})

    def structured(self, situation: Situation) -> Iterator[tuple[str, Batch]]:
        """Neurons just above a kink, and half-way to the inputs."""
        rng = np.random.default_rng(0)
        for regime in ("at kinks", "halfway"):
            yield f"nearly equal inputs, neurons {regime}", self.draw(situation, regime, 4, rng)
        batch = self.draw(situation, "at kinks", 4, rng)
        x = np.repeat(batch.arrays["x"][:1], situation.shape["m"], axis=0)
        grown = {**batch.arrays, "toward": x, "gamma": np.full_like(batch.arrays["gamma"], 1.7)}
        yield "gains that grow, neurons that stay above their kinks", self._batch(situation, grown)

    def coordinates(self, situation: Situation) -> Coordinates:
        """Boxes."""
        return RotationCoordinates(self.draw(situation, "generic", 1, np.random.default_rng(0)), BOXES)

    def check(self, batch: Batch) -> None:
        """Refuse what is not a set of turns.

        Raises:
            RecordError: if an array is missing or misshapen, or a direction vanishes.
        """
        super().check(batch)
        n, d, m = (batch.shape.get(name, 0) for name in ("n", "d", "m"))
        wanted = {"x": (n, d), "v": (m, d), "toward": (m, d), "angle": (m,), "gamma": (m,)}
        found = {name: array.shape[:-1] for name, array in batch.arrays.items()}
        if found != wanted:
            raise RecordError(expected(f"arrays of shapes {wanted}", str(found)[:200]))
        if any((np.abs(batch.arrays[name]).max(axis=1) == 0).any() for name in ("x", "v")):
            raise RecordError(expected("directions and inputs without a zero vector", "one"))

    def _batch(self, situation: Situation, arrays: Mapping[str, Any]) -> Batch:
        return Batch(self.name, situation.shape, situation.settings, arrays)


def _above(x: FloatArray, v: FloatArray, height: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Directions with ⟨v̄, x⟩ = height, otherwise along v; and the input itself to turn to."""
    across = unit(v - np.sum(v * x[None], axis=1)[:, None] * x[None], 1)
    tall = height[:, None]
    return tall * x[None] + np.sqrt(1 - tall**2) * across, np.broadcast_to(x, v.shape).copy()


RELU_ROTATIONS = ReluRotations()
