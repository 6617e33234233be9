"""Two-layer ReLU networks under weight normalisation, f = m^{-1/2} Σ_k c_k relu(g_k ⟨v_k/|v_k|, x⟩): one state.

A batch holds `v` (m, d, B), `g` (m, B), the inputs `x` (n, d, B), of which only the directions count, targets
`y` (n, B), output signs `c` (m, B), `alpha` (B,); a step size `step` (B,), factors `s` (m, B), and test vectors
`z` (n, B), `p` (d, B). Under the setting `initial` the gains are |v_k|/α, as at the initialisation of Dukler, Gu,
Montúfar (arXiv:2006.06878).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.errors import RecordError, expected
from wnverify.families.kit.boxes import Box, BoxCoordinates
from wnverify.families.relu.gains_draws import REGIMES, draw_state, lengthened, structured_states
from wnverify.families.relu.gains_quantities import QUANTITIES
from wnverify.family import Coordinates, Family, Shape, Situation
from wnverify.quantity import Quantity

__all__ = ["ANY", "INITIAL", "RELU_GAINS", "ReluGains"]

ANY: Mapping[str, Sequence[str]] = {"start": ("any",)}
INITIAL: Mapping[str, Sequence[str]] = {"start": ("initial",)}
SHAPES = ((1, 2, 1), (2, 3, 2), (3, 2, 5), (2, 4, 8), (1, 5, 4), (6, 3, 8), (4, 8, 12), (6, 8, 30))
BOXES: Mapping[str, Box] = {
    "v": (-30.0, 30.0), "g": (-20.0, 20.0), "x": (-2.0, 2.0), "y": (-10.0, 10.0), "c": (-1.0, 1.0),
    "alpha": (np.exp(-2), np.exp(2)), "step": (0.02, 1.0), "s": (0.2, 5.0), "z": (-3.0, 3.0), "p": (-3.0, 3.0),
}  # fmt: skip


class StateCoordinates(BoxCoordinates):
    """All arrays within their boxes, no direction and no input shorter than 1e-3."""

    def canonical(self, theta: FloatArray) -> FloatArray:
        """Clip to the boxes and lengthen short vectors."""
        batch = self.decode(super().canonical(theta))
        arrays = {**batch.arrays, **{name: lengthened(batch.arrays[name]) for name in ("v", "x")}}
        return self.encode(Batch(batch.family, batch.shape, batch.settings, arrays))


class ReluGains(Family):
    """States of two-layer networks: 1 to 6 inputs in 2 to 8 dimensions, width 1 to 30."""

    name = "relu_gains"
    quantities: Mapping[str, Quantity] = QUANTITIES
    settings: Mapping[str, tuple[str, ...]] = {"start": ("any", "initial")}
    regimes = REGIMES
    cost = 4.0

    def shapes(self) -> Sequence[Shape]:
        """Inputs, their dimension, and width; the smallest first."""
        return [dict(zip(("n", "d", "m"), sizes, strict=True)) for sizes in SHAPES]

    def draw(self, situation: Situation, regime: str, count: int, rng: np.random.Generator) -> Batch:
        """Random states; see `draw_state` for the regimes."""
        return Batch(self.name, situation.shape, situation.settings, draw_state(situation, regime, count, rng))

    def structured(self, situation: Situation) -> Iterator[tuple[str, Batch]]:
        """Extreme inputs; see `structured_states`."""
        for words, arrays in structured_states(situation):
            yield words, Batch(self.name, situation.shape, situation.settings, arrays)

    def coordinates(self, situation: Situation) -> Coordinates:
        """Boxes; see `StateCoordinates`."""
        return StateCoordinates(self.draw(situation, "generic", 1, np.random.default_rng(0)), BOXES)

    def check(self, batch: Batch) -> None:
        """Refuse arrays that are not those of a state.

        Raises:
            RecordError: if an array is missing or misshapen, a direction or an input vanishes, or α or η is not
                positive.
        """
        super().check(batch)
        n, d, m = (batch.shape.get(name, 0) for name in ("n", "d", "m"))
        wanted = {
            "v": (m, d), "g": (m,), "x": (n, d), "y": (n,), "c": (m,), "alpha": (), "step": (), "s": (m,),
            "z": (n,), "p": (d,),
        }  # fmt: skip
        found = {name: array.shape[:-1] for name, array in batch.arrays.items()}
        if found != wanted:
            raise RecordError(expected(f"arrays of shapes {wanted}", str(found)[:200]))
        if any((np.abs(batch.arrays[name]).max(axis=1) == 0).any() for name in ("v", "x")):
            raise RecordError(expected("directions and inputs without a zero vector", "one"))
        if any((batch.arrays[name] <= 0).any() for name in ("alpha", "step", "s")):
            raise RecordError(expected("positive alpha, step and s", "a value ≤ 0"))


RELU_GAINS = ReluGains()
