"""The normalisation map N(w) = w/‖w‖ and its directional derivatives along a unit vector.

A batch holds `w` (k, B) and `u` (k, B) with ‖u‖ = 1.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.family import Coordinates, Family, PlainCoordinates, Shape, Situation
from wnverify.quantity import Quantity, Route

__all__ = ["NORMALISATION", "Normalisation", "first_derivative", "k", "second_derivative", "w_norm"]


def _length(array: FloatArray) -> FloatArray:
    return np.asarray(np.linalg.norm(array, axis=0))


def _parts(batch: Batch) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Norm r, direction ŵ, c = ⟨ŵ, u⟩ and the part of u orthogonal to w."""
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


def _fixed(_: Batch) -> Mapping[str, FloatArray]:
    return {}


def _dimension(batch: Batch) -> FloatArray:
    return np.full(batch.size, float(batch.shape["k"]))


k = Quantity("k", "dimension of w", low=1, integer=True, route=Route(_dimension, _fixed))
w_norm = Quantity("w_norm", "‖w‖₂", low=0, strict=True, route=Route(lambda batch: _length(batch.arrays["w"])))
first_derivative = Quantity(
    "first_derivative", "‖DN(w)[u]‖₂", low=0, route=Route(_first, None, _first_by_complex_step)
)
second_derivative = Quantity(
    "second_derivative", "‖D²N(w)[u,u]‖₂", low=0, route=Route(_second, None, _second_by_series)
)


class PairCoordinates(PlainCoordinates):
    """w and u as they are; u is kept on the sphere and ‖w‖ in [1e-3, 1e3]."""

    def canonical(self, theta: FloatArray) -> FloatArray:
        """Normalise u, clip the length of w."""
        size = self.like.shape["k"]
        w, u = theta[:size], theta[size:]
        length = np.maximum(_length(w), 1e-300)
        return np.concatenate([w * np.clip(length, 1e-3, 1e3) / length, u / np.maximum(_length(u), 1e-300)])


class Normalisation(Family):
    """Pairs (w, u) with w ≠ 0 and ‖u‖ = 1."""

    name = "normalisation"
    quantities: Mapping[str, Quantity] = {
        quantity.name: quantity for quantity in (k, w_norm, first_derivative, second_derivative)
    }
    settings: Mapping[str, tuple[str, ...]] = {}
    regimes = ("gaussian", "wide")

    def shapes(self) -> Sequence[Shape]:
        """Dimensions from 1 to 16."""
        return [{"k": size} for size in (1, 2, 3, 4, 8, 16)]

    def draw(self, situation: Situation, regime: str, count: int, rng: np.random.Generator) -> Batch:
        """Random directions; `wide` has ‖w‖ from 1e-3 to 1e3, `gaussian` about 1."""
        w, u = rng.standard_normal((2, situation.shape["k"], count))
        spread = np.log(1e3) if regime == "wide" else 0.5
        w *= np.exp(rng.uniform(-spread, spread, count)) / _length(w)
        return self._batch(situation, w, u / _length(u))

    def structured(self, situation: Situation) -> Iterator[tuple[str, Batch]]:
        """u along w, across w, and at the angle of largest curvature, for small and large w."""
        size = situation.shape["k"]
        cosines = {"u along w": 1.0, "u across w": 0.0, "u at the steepest angle": float(np.sqrt(1 / 3))}
        scales = np.array([1e-3, 0.3, 1.0, 3.0, 1e3])
        for words, cosine in cosines.items():
            if size == 1 and cosine != 1.0:
                continue
            w, u = np.zeros((2, size, scales.size))
            w[0], u[0] = scales, cosine
            u[-1] += np.sqrt(1 - cosine**2)
            yield words, self._batch(situation, w, u)

    def coordinates(self, situation: Situation) -> Coordinates:
        """Flat coordinates with u on the sphere."""
        return PairCoordinates(self.draw(situation, "gaussian", 1, np.random.default_rng(0)))

    def _batch(self, situation: Situation, w: FloatArray, u: FloatArray) -> Batch:
        return Batch(self.name, situation.shape, situation.settings, {"w": w, "u": u})


NORMALISATION = Normalisation()
