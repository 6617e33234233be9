"""Search coordinates of a declared architecture, derived from the kinds of its arrays."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.families.own.draws import HAIR, sizes_of, unit, whole
from wnverify.families.own.kinds import Kind
from wnverify.family import Arrays, Coordinates, Situation

LOG_OMEGA = (np.log(1e-3), np.log(1e3))


class KindCoordinates(Coordinates):
    """The arrays one after the other, (k, B), gauge-fixed where only directions count.

    `rows` are W_i = ω(1 + s_i)U_i/‖U_i‖ with one ω for all of them and s ≥ 0: the norms of rows are a gauge, and a
    search in W itself runs off to where they vanish. A `sphere` is divided by its norm, a `ball` is measured in its
    radius, `positive` numbers are searched by their logarithms, the others as they are.

    Args:
        family: the family's name.
        situation: shape and settings.
        kinds: the arrays that there are in that shape.
    """

    def __init__(self, family: str, situation: Situation, kinds: Mapping[str, Kind]) -> None:
        self.family, self.situation, self.kinds = family, situation, kinds
        self.shapes = {name: kind.shape(situation.shape) for name, kind in kinds.items()}
        self.rows = [name for name, kind in kinds.items() if kind.name == "rows"]
        sizes = [int(np.prod(shape, dtype=int)) for shape in self.shapes.values()]
        sizes += [int(np.prod(self.shapes[name][:-1], dtype=int)) for name in self.rows]
        self.cuts = np.cumsum(sizes)

    def _split(self, theta: FloatArray) -> tuple[dict[str, FloatArray], dict[str, FloatArray], FloatArray]:
        """The arrays, the s of each array of rows, log ω; without rows the last is empty."""
        *parts, log_omega = np.split(theta, self.cuts)
        count = len(self.shapes)
        pairs = zip(self.shapes.items(), parts[:count], strict=True)
        arrays = {name: part.reshape(*shape, theta.shape[1]) for (name, shape), part in pairs}
        s = {
            name: part.reshape(*self.shapes[name][:-1], theta.shape[1])
            for name, part in zip(self.rows, parts[count:], strict=True)
        }
        return arrays, s, log_omega

    def _join(self, arrays: Arrays, s: Arrays, log_omega: FloatArray) -> FloatArray:
        count = log_omega.shape[1]
        parts = [*(arrays[name] for name in self.shapes), *(s[name] for name in self.rows), log_omega]
        return np.concatenate([part.reshape(-1, count) for part in parts])

    def encode(self, batch: Batch) -> FloatArray:
        """Unit rows and their norms over the smallest, arrays in balls over the radius, logarithms, the rest."""
        arrays, B = {}, batch.size
        norms = {name: np.linalg.norm(batch.arrays[name], axis=-2) for name in self.rows}
        smallest = np.min([each.reshape(-1, B).min(axis=0) for each in norms.values()], axis=0) if norms else None
        for name, kind in self.kinds.items():
            value = batch.arrays[name]
            arrays[name] = value / norms[name][..., None, :] if kind.name == "rows" else _encoded(kind, value)
        s = {name: each / smallest - 1.0 for name, each in norms.items()}
        return self._join(arrays, s, np.zeros((0, B)) if smallest is None else np.log(smallest)[None])

    def decode(self, theta: FloatArray) -> Batch:
        """The instances at θ."""
        arrays, s, log_omega = self._split(theta)
        found = {}
        for name, kind in self.kinds.items():
            if kind.name == "rows":
                factor = np.exp(log_omega[0]) * (1.0 + s[name])
                found[name] = factor[..., None, :] * unit(arrays[name], -2)
            else:
                found[name] = _decoded(kind, arrays[name])
        return Batch(self.family, self.situation.shape, self.situation.settings, found)

    def canonical(self, theta: FloatArray) -> FloatArray:
        """Unit rows, s ≥ 0, ω in [1e-3, 1e3], every other array in its domain."""
        arrays, s, log_omega = self._split(theta)
        kept = {name: _canonical(kind, arrays[name]) for name, kind in self.kinds.items()}
        limited = {name: np.clip(each, 0.0, 1e3) for name, each in s.items()}
        return self._join(kept, limited, np.clip(log_omega, *LOG_OMEGA))

    def pullback(self, theta: FloatArray, batch: Batch, cotangent: Mapping[str, FloatArray]) -> FloatArray:
        """Chain rule: ∂W/∂U = (ω(1+s)/‖U‖)(I − ûûᵀ), ∂W/∂s = ωû, ∂W/∂log ω = W, and kind by kind for the rest."""
        arrays, s, log_omega = self._split(theta)
        found, to_s, to_omega = {}, {}, np.zeros_like(log_omega)
        for name, kind in self.kinds.items():
            given = cotangent.get(name)
            given = np.zeros_like(arrays[name]) if given is None else given
            if kind.name != "rows":
                found[name] = _pulled(kind, arrays[name], batch.arrays[name], given)
                continue
            length = np.linalg.norm(arrays[name], axis=-2, keepdims=True)
            way, omega = arrays[name] / length, np.exp(log_omega[0])
            along = np.sum(given * way, axis=-2)
            found[name] = (omega * (1.0 + s[name]))[..., None, :] / length * (given - along[..., None, :] * way)
            to_s[name] = omega * along
            to_omega[0] += np.sum((to_s[name] * (1.0 + s[name])).reshape(-1, theta.shape[1]), axis=0)
        return self._join(found, to_s, to_omega)


def _encoded(kind: Kind, value: FloatArray) -> FloatArray:
    return np.log(value) if kind.name == "positive" else value / kind.radius if kind.name == "ball" else value


def _decoded(kind: Kind, part: FloatArray) -> FloatArray:
    if kind.name == "sphere":
        return whole(part, kind.each)
    return np.exp(part) if kind.name == "positive" else part * kind.radius if kind.name == "ball" else part.copy()


def _canonical(kind: Kind, part: FloatArray) -> FloatArray:
    if kind.name == "rows":
        return unit(part, -2)
    if kind.name == "sphere":
        return whole(part, kind.each)
    if kind.name == "ball":
        return part * np.minimum(1.0, (1.0 - HAIR) / np.maximum(sizes_of(part, kind.each), 1e-300))
    low, high = (np.log(kind.low), np.log(kind.high)) if kind.name == "positive" else (kind.low, kind.high)
    return np.clip(part, low, high)


def _pulled(kind: Kind, part: FloatArray, value: FloatArray, given: FloatArray) -> FloatArray:
    if kind.name == "positive":
        return given * value
    if kind.name == "ball":
        return given * kind.radius
    if kind.name == "sphere":
        axes = tuple(range(kind.each, given.ndim - 1))
        along = np.sum(given * value, axis=axes, keepdims=True)
        return (given - along * value) / sizes_of(part, kind.each)
    return given
