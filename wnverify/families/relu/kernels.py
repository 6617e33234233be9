"""Kernels of infinitely wide two-layer ReLU networks under weight normalisation, as functions of the inputs.

A batch holds the inputs `x` (n, d, B), of which only the directions count, and `alpha` (B,).
Dukler, Gu, Montúfar (arXiv:2006.06878): Λ∞ = V∞/α² + G∞, H∞ = V∞ + G∞.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from sympy import Rational

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.engine.relu.gains import unit
from wnverify.errors import RecordError, expected
from wnverify.families.kit.boxes import BoxCoordinates
from wnverify.families.kit.table import lengthened
from wnverify.families.relu.kernels_quantities import QUANTITIES, coherence, d, separation
from wnverify.family import Coordinates, Family, Shape, Situation
from wnverify.quantity import Quantity

__all__ = ["KERNELS", "ORTHONORMAL", "PLANAR", "RESOLVED", "TURNED", "Kernels"]

SHAPES = ((2, 2), (1, 2), (2, 3), (1, 1), (6, 2), (5, 5), (3, 3), (8, 3), (4, 8), (10, 3), (6, 10), (3, 29))
ALPHA = (0.1, 10.0)
PLANAR = {"at least two dimensions": (d, ">=", 2)}
"""The hypothesis d ≥ 2, without which V∞ vanishes."""
RESOLVED = {**PLANAR, "non-parallel inputs": (separation, ">=", Rational(1, 50))}
"""No two inputs on one line, by an angle of 1/50: eigenvalues of G∞ fall like its cube, and are to be resolved."""
ORTHONORMAL = {"orthonormal inputs": (coherence, "<=", Rational(1, 10**12))}
TURNED: Mapping[str, Sequence[str]] = {"inputs": ("orthonormal",)}
"""The setting under which inputs are made orthonormal, by the polar factor, where there are at most d."""


class InputCoordinates(BoxCoordinates):
    """Inputs and α within their boxes, no input shorter than 1e-3."""

    def canonical(self, theta: FloatArray) -> FloatArray:
        """Clip to the boxes and lengthen short inputs."""
        batch = self.decode(super().canonical(theta))
        arrays = {**batch.arrays, "x": lengthened(batch.arrays["x"])}
        return self.encode(Batch(batch.family, batch.shape, batch.settings, arrays))


def draw_inputs(n: int, d: int, regime: str, count: int, rng: np.random.Generator) -> FloatArray:
    """Unit inputs (n, d, B).

    Regimes: `sphere` uniform; `clustered` around one of them; `lines` around one of them and its antipode.
    """
    x = unit(rng.standard_normal((n, d, count)), 1)
    spread = np.exp(rng.uniform(np.log(0.03), np.log(1.5), count))
    if regime in ("clustered", "lines"):
        sign = np.where((np.arange(n) % 2 > 0) & (regime == "lines"), -1.0, 1.0)[:, None, None]
        x = unit(sign * x[:1] + spread * rng.standard_normal((n, d, count)), 1)
    return x


def structured_inputs(n: int, d: int) -> Iterator[tuple[str, FloatArray]]:
    """Inputs (n, d, 3) at right angles, in antipodal pairs, and in a narrow or wide fan in a plane."""
    basis = np.linalg.qr(np.random.default_rng(1).standard_normal((d, d)))[0]
    next_one = np.roll(basis, 1, axis=0)
    pool = np.concatenate([basis, unit(basis + 0.5 * next_one, 1), unit(basis - 0.8 * next_one, 1)])
    index = np.arange(n)
    yield "orthonormal inputs", np.repeat(pool[index % len(pool)][..., None], 3, axis=2)
    paired = pool[index // 2 % len(pool)] * (-1.0) ** index[:, None]
    yield "antipodal pairs", np.repeat(paired[..., None], 3, axis=2)
    for words, width in (("fan", 1.0), ("wide fan", 3.0)):
        angle = width * np.array([0.05, 0.3, 0.95]) * index[:, None] / max(n - 1, 1)
        other = basis[1 % d][:, None]
        yield words, np.cos(angle)[:, None] * basis[0][:, None] + np.sin(angle)[:, None] * other


class Kernels(Family):
    """Up to ten unit inputs in up to 29 dimensions."""

    name = "kernels"
    quantities: Mapping[str, Quantity] = QUANTITIES
    settings: Mapping[str, tuple[str, ...]] = {"inputs": ("any", "orthonormal")}
    regimes = ("sphere", "clustered", "lines")
    cost = 3.0
    agreement = 1e-7

    def shapes(self) -> Sequence[Shape]:
        """Inputs and their dimension; the small ones first, and two inputs before one, of which little is claimed."""
        return [dict(zip(("n", "d"), sizes, strict=True)) for sizes in SHAPES]

    def draw(self, situation: Situation, regime: str, count: int, rng: np.random.Generator) -> Batch:
        """Random inputs, see `draw_inputs`; α log-uniform, exactly 1 now and then."""
        x = draw_inputs(situation.shape["n"], situation.shape["d"], regime, count, rng)
        alpha = np.exp(rng.uniform(np.log(ALPHA[0]), np.log(ALPHA[1]), count))
        return self._batch(situation, x, np.where(rng.random(count) < 0.05, 1.0, alpha))

    def structured(self, situation: Situation) -> Iterator[tuple[str, Batch]]:
        """Extreme inputs, see `structured_inputs`, with α below, at and above 1."""
        for words, x in structured_inputs(situation.shape["n"], situation.shape["d"]):
            yield words, self._batch(situation, x, np.array([0.3, 1.0, 3.0]))

    def coordinates(self, situation: Situation) -> Coordinates:
        """Boxes; see `InputCoordinates`."""
        return InputCoordinates(
            self.draw(situation, "sphere", 1, np.random.default_rng(0)), {"x": (-2.0, 2.0), "alpha": ALPHA}
        )

    def check(self, batch: Batch) -> None:
        """Refuse arrays that are not inputs with a scale.

        Raises:
            RecordError: if an array is missing or misshapen, an input vanishes, or α is not positive.
        """
        super().check(batch)
        wanted = {"x": (batch.shape.get("n", 0), batch.shape.get("d", 0)), "alpha": ()}
        found = {name: array.shape[:-1] for name, array in batch.arrays.items()}
        if found != wanted:
            raise RecordError(expected(f"arrays of shapes {wanted}", str(found)[:200]))
        if (np.abs(batch.arrays["x"]).max(axis=1) == 0).any() or (batch.arrays["alpha"] <= 0).any():
            raise RecordError(expected("nonzero inputs and positive alpha", "a zero input or alpha ≤ 0"))

    def _batch(self, situation: Situation, x: FloatArray, alpha: FloatArray) -> Batch:
        return Batch(self.name, situation.shape, situation.settings, {"x": x, "alpha": alpha})


KERNELS = Kernels()
