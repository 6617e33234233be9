"""The normalisation map N(w) = w/‖w‖ and its directional derivatives along a unit vector.

A batch holds `w` (k, B), w ≠ 0, and `u` (k, B) with ‖u‖ = 1.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.errors import DomainError, RecordError, expected
from wnverify.families.kit.parts import read, size, two_routes, vocabulary
from wnverify.families.kit.steering import stretching
from wnverify.families.kit.table import Array, Table, TableCoordinates, Tabled
from wnverify.family import Arrays, Coordinates, Scaling, Shape, Situation

# The length of w is kept by the repair of the coordinates, which keeps its direction; an interval would not.
TABLE = {"w": Array("k", -np.inf, np.inf), "u": Array("k", -np.inf, np.inf)}
SHORTEST, LONGEST = 1e-3, 1e3
"""Between these a search keeps ‖w‖."""
UNIT = 1e-12
"""How far ‖u‖ may be from 1: D²N grows as its square, so a longer u would break what holds for all unit vectors."""


def _length(array: FloatArray) -> FloatArray:
    return np.asarray(np.linalg.norm(array, axis=0))


def _outside(batch: Batch) -> str:
    """What is not in the domain; nothing if all is."""
    lengths = _length(batch.arrays["u"])
    worst = float(lengths[np.argmax(np.abs(lengths - 1))])
    if not _length(batch.arrays["w"]).all():
        return expected("w other than 0", "0")
    return "" if abs(worst - 1) <= UNIT else expected("unit vectors u", f"one of length {worst!r}")


def _parts(batch: Batch) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Norm r, direction ŵ, c = ⟨ŵ, u⟩ and the part of u orthogonal to w."""
    if words := _outside(batch):
        raise DomainError(words)
    w, u = batch.arrays["w"], batch.arrays["u"]
    r = _length(w)
    unit = w / r
    c = np.sum(unit * u, axis=0)
    return r, unit, c, u - c * unit


def _first(batch: Batch) -> FloatArray:
    """‖DN(w)[u]‖ = ‖(I − ŵŵᵀ)u‖/‖w‖."""
    r, _, _, across = _parts(batch)
    return _length(across) / r


def _second(batch: Batch) -> FloatArray:
    """‖D²N(w)[u,u]‖ with D²N(w)[u,u] = −(2c(u − cŵ) + ‖u − cŵ‖² ŵ)/‖w‖²."""
    r, unit, c, across = _parts(batch)
    return _length(2 * c * across + np.sum(across**2, axis=0) * unit) / r**2


def _first_by_complex_step(batch: Batch) -> FloatArray:
    """Im N(w + ihu)/h, exact to rounding: no difference is taken."""
    w, h = batch.arrays["w"], 1e-30
    step = h * _length(w)
    moved = w + 1j * step * batch.arrays["u"]
    return _length((moved / np.sqrt(np.sum(moved**2, axis=0))).imag / step)


def _second_by_series(batch: Batch) -> FloatArray:
    """Twice the t² coefficient of (w + tu)(r² + 2tb + t²)^{-1/2}, by the binomial series of the root."""
    w, u = batch.arrays["w"], batch.arrays["u"]
    q = np.sum(w * w, axis=0)
    first, second = 2 * np.sum(w * u, axis=0) / q, np.sum(u * u, axis=0) / q
    root = [1.0, -first / 2, -second / 2 + 3 * first**2 / 8]
    return _length(2 * (w * root[2] + u * root[1])) / np.sqrt(q)


def _repaired(arrays: Arrays) -> Arrays:
    """Clip the length of w, normalise u; a vector that has vanished points along the first axis."""
    w, u = (_pointing(arrays[name]) for name in ("w", "u"))
    length = _length(w)
    return {"w": w * np.clip(length, SHORTEST, LONGEST) / length, "u": u / _length(u)}


def _pointing(vectors: FloatArray) -> FloatArray:
    axis = np.zeros_like(vectors)
    axis[0] = SHORTEST
    return np.where(_length(vectors) > 0, vectors, axis)


k = size("k", "dimension of w")
w_norm = read("w_norm", "‖w‖₂", lambda batch: _length(batch.arrays["w"]), low=0, strict=True, latex=r"\|w\|_2")
first_derivative = two_routes(
    "first_derivative", "‖DN(w)[u]‖₂", _first, _first_by_complex_step, low=0, latex=r"\|DN(w)[u]\|_2"
)
second_derivative = two_routes(
    "second_derivative", "‖D²N(w)[u,u]‖₂", _second, _second_by_series, low=0, latex=r"\|D^2N(w)[u,u]\|_2"
)


class Normalisation(Tabled):
    """Pairs (w, u) with w ≠ 0 and ‖u‖ = 1."""

    name = "normalisation"
    plentiful = 4
    quantities = vocabulary(globals())
    settings: Mapping[str, tuple[str, ...]] = {}
    regimes = ("gaussian", "wide")

    def shapes(self) -> Sequence[Shape]:
        """Dimensions from 1 to 16."""
        return [{"k": dimension} for dimension in (1, 2, 3, 4, 8, 16)]

    def table(self, situation: Situation) -> Table:
        """Where the map is taken, and along what."""
        return TABLE

    def scalings(self) -> Mapping[str, Scaling]:
        """By the length of w."""
        degrees = {"w_norm": 1.0, "first_derivative": -1.0, "second_derivative": -2.0}
        return {name: stretching(degree, w=1.0) for name, degree in degrees.items()}

    def coordinates(self, situation: Situation) -> Coordinates:
        """Flat coordinates with u on the sphere."""
        return TableCoordinates(self.name, situation, TABLE, _repaired)

    def draw(self, situation: Situation, regime: str, count: int, rng: np.random.Generator) -> Batch:
        """Random directions; `wide` has ‖w‖ from 1e-3 to 1e3, `gaussian` about 1."""
        w, u = rng.standard_normal((2, situation.shape["k"], count))
        spread = np.log(1e3) if regime == "wide" else 0.5
        w *= np.exp(rng.uniform(-spread, spread, count)) / _length(w)
        return self.batch(situation, {"w": w, "u": u / _length(u)})

    def structured(self, situation: Situation) -> Iterator[tuple[str, Batch]]:
        """u along w, across w, and at the angle of largest curvature, for small and large w."""
        cosines = {"u along w": 1.0, "u across w": 0.0, "u at the steepest angle": float(np.sqrt(1 / 3))}
        scales = np.array([1e-3, 0.3, 1.0, 3.0, 1e3])
        for words, cosine in cosines.items():
            if situation.shape["k"] == 1 and cosine != 1.0:
                continue
            w, u = np.zeros((2, situation.shape["k"], scales.size))
            w[0], u[0] = scales, cosine
            u[-1] += np.sqrt(1 - cosine**2)
            yield words, self.batch(situation, {"w": w, "u": u})

    def check(self, batch: Batch) -> None:
        """Refuse what is not an instance; the table does not know that w ≠ 0 and ‖u‖ = 1.

        Raises:
            RecordError: says what was expected, and what was found.
        """
        Tabled.check(self, batch)
        if words := _outside(batch):
            raise RecordError(words)


NORMALISATION = Normalisation()
