"""What the families of linear models share: their arrays, a matrix of full row rank, draws, extreme instances."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.engine.least_squares.rows import Rows, apply, conditioned, dot, length, orthonormal
from wnverify.errors import RecordError, expected
from wnverify.families.kit.steering import stretching
from wnverify.families.kit.table import Array, Table, TableCoordinates, Tabled
from wnverify.family import Arrays, Coordinates, Scaling, Situation

CONDITION = 100.0
"""The largest condition number of A; beyond it the projections lose their digits."""
TABLE = {
    "A": Array("m d", -4.0, 4.0),
    "v": Array("d", -3.0, 3.0, vectors=True),
    "t": Array("d", -3.0, 3.0),
    "g": Array("", -3.0, 3.0),
    "rate_g": Array("", 0.2, 5.0),
    "rate_w": Array("", 0.2, 5.0),
    "step": Array("", 1e-4, 10.0),
    "z": Array("d", -3.0, 3.0, vectors=True),
    "zeta": Array("m", -3.0, 3.0, vectors=True),
}
RUN = {name: array for name, array in TABLE.items() if name != "step"}
"""What a run starts from."""


def draw_model(situation: Situation, regime: str, count: int, rng: np.random.Generator) -> dict[str, FloatArray]:
    """Draw models.

    Regimes: `gaussian` generic with ⟨Aw,y⟩ > 0; `aligned` w near the minimum-norm solution; `kernel` w almost in
    ker A; `against` any sign of ⟨Aw,y⟩ and of g, gains and rates far apart.
    """
    rows, columns = situation.shape["m"], situation.shape["d"]
    A = conditioned(rng.standard_normal((rows, columns, count)) / np.sqrt(columns), CONDITION)
    if situation.settings["rows"] == "orthonormal":
        A = orthonormal(A)  # once, for all who measure these instances
    split = Rows(A)
    spread = np.exp(0.7 * rng.standard_normal(count))
    t = np.clip(rng.standard_normal((columns, count)) * spread, -3, 3)
    v = rng.standard_normal((columns, count))
    mix = np.exp(rng.uniform(-5, 0, count))
    if regime == "aligned":
        target = split.along(t)
        v = target / np.maximum(length(target), 1e-9) + mix * v
    if regime == "kernel":
        v = split.across(v) + mix * v
    wide = 1.6 if regime == "against" else 0.75
    g = np.exp(rng.uniform(-1.5, 0.9, count))
    toward = dot(apply(A, v), apply(A, t)) if regime != "against" else rng.standard_normal(count)
    return {
        "A": A, "v": v * np.where(toward < 0, -1.0, 1.0) * np.exp(rng.uniform(-0.7, 0.7, count)) / length(v), "t": t,
        "g": g * np.where(rng.random(count) < 0.5, -1, 1) if regime == "against" else g,
        "rate_g": np.exp(rng.uniform(-wide, wide, count)), "rate_w": np.exp(rng.uniform(-wide, wide, count)),
        "step": np.exp(rng.uniform(-6, 1, count)),
        "z": rng.standard_normal((columns, count)), "zeta": rng.standard_normal((rows, count)),
    }  # fmt: skip


def structured_models(situation: Situation) -> Iterator[tuple[str, dict[str, FloatArray]]]:
    """Diagonal A = [diag 0] with w along, across, or at the angle of largest curvature to the first row."""
    rows, columns = situation.shape["m"], situation.shape["d"]
    angles = {"w along the target": 1.0, "w in the kernel": 0.0, "w at the steepest angle": float(np.sqrt(1 / 3))}
    scales = list(product((0.0, 0.1, 1.0, 2.5), (0.2, 1.0, 5.0), (0.01, 0.5)))
    gain, rate, step_size = (np.array(column) for column in zip(*scales, strict=True))
    ones = np.ones(len(scales))
    diagonal = np.eye(rows, columns) * np.where(np.arange(rows) == 0, 1.0, 0.1)[:, None]
    for words, cosine in angles.items():
        v, t, z = np.zeros((3, columns))
        v[0], v[-1] = cosine, np.sqrt(1 - cosine**2)
        t[0], t[-1], z[0], z[-1] = 1.5, 0.5, 0.6, 0.8
        vectors = {"v": v[:, None] * ones, "t": t[:, None] * ones}
        tests = {"z": z[:, None] * ones, "zeta": np.ones((rows, len(scales)))}
        numbers = {"g": gain, "rate_g": rate, "rate_w": ones, "step": step_size}
        yield words, {"A": diagonal[..., None] * ones, **vectors, **numbers, **tests}


def _kernel_stretched(batch: Batch, factor: FloatArray) -> Batch:
    """The part of w = v/‖v‖ in ker A multiplied by the factor, up to length 1; the rest keeps its direction."""
    v = batch.arrays["v"]
    across = Rows(batch.arrays["A"]).across(v)
    along, size = v - across, length(v)
    share = np.clip(factor * length(across) / size, -1.0, 1.0)
    sides = [part / np.maximum(length(part), 1e-300) for part in (along, across)]
    moved = size * (np.sqrt(1.0 - share**2) * sides[0] + share * sides[1])
    kept = (factor == 1.0) | (length(moved) == 0)
    return batch.with_arrays({**batch.arrays, "v": np.where(kept, v, moved)})


class LinearModels(Tabled):
    """Families of linear models whose matrix A has full row rank m < d.

    Attributes:
        arrays: the table of every situation.
        condition: the largest condition number of A.
    """

    arrays: Table
    condition: float

    def scalings(self) -> Mapping[str, Scaling]:
        """By stretching A, the target, or the whole of prediction and target; by the part of w in ker A."""
        found = {
            "sigma": stretching(A=1.0),
            "A_norm": stretching(A=1.0),
            "target_norm": stretching(t=1.0),
            "target_pull": stretching(t=1.0),
            "X": stretching(t=1.0),
            "error_norm": stretching(g=1.0, t=1.0),
            "v_norm": stretching(v=1.0),
            "om": Scaling(_kernel_stretched),
            "null_part": Scaling(_kernel_stretched),
        }
        return {name: scaling for name, scaling in found.items() if name in self.quantities}

    def table(self, situation: Situation) -> Table:
        """The arrays of the family, in the order in which they are drawn and saved."""
        return self.arrays

    def coordinates(self, situation: Situation) -> Coordinates:
        """The arrays within their intervals; small singular values of A are raised to `condition`."""

        def repaired(arrays: Arrays) -> Arrays:
            return {**arrays, "A": conditioned(arrays["A"], self.condition)}

        return TableCoordinates(self.name, situation, self.arrays, repaired)

    def check(self, batch: Batch) -> None:
        """Refuse what is not an instance: arrays as the table has them, A of full row rank m < d.

        Raises:
            RecordError: says what was expected, and what was found.
        """
        Tabled.check(self, batch)
        rows, columns = batch.shape["m"], batch.shape["d"]
        if rows >= columns:
            raise RecordError(expected("fewer rows than columns in the array A", f"{rows} by {columns}"))
        worst = float(np.linalg.cond(np.moveaxis(batch.arrays["A"], -1, 0)).max())
        if not worst <= self.condition * (1 + 1e-9):
            wanted = f"a condition number of at most {self.condition:g} of the array A"
            raise RecordError(expected(wanted, f"{worst:.3g}"))
