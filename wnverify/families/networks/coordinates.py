"""Search coordinates of networks, in which the weight scale is a gauge, and of regression problems over them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.engine.contractions import norm_along
from wnverify.families.kit.table import Table
from wnverify.families.networks.setting import radius
from wnverify.families.networks.weight_norm_draws import RHO_RANGE
from wnverify.family import Arrays, Coordinates, Situation

LOG_OMEGA = (np.log(1e-3), np.log(1e3))


def unit_rows(rows: FloatArray) -> FloatArray:
    """Rows (m, d, B) at length 1; one without a direction, zero or not finite, becomes e_1.

    A search steps there and goes on from any direction; an instance that is judged has its rows as they are.
    """
    length = norm_along(rows, axis=1, keepdims=True)
    lost = ~(np.isfinite(length) & (length > 0.0))
    first = np.zeros((1, rows.shape[1], 1))
    first[:, 0] = 1.0
    return np.where(lost, first, rows / np.where(lost, 1.0, length))


class NetworkCoordinates(Coordinates):
    """Row directions, relative row norms s ≥ 0, log ω, v and x in its ball, stacked to (k, B).

    `W_i = ω (1 + s_i) U_i/‖U_i‖`: the weight scale is a gauge, and ‖∇²f‖ grows as ω^{-2}, so a search in W
    itself runs off to ‖W_i‖ → 0; here rows sit at the edge of the domain (s = 0) unless moved off it.
    """

    def __init__(self, family: str, situation: Situation) -> None:
        self.family, self.situation = family, situation
        L, m, d = (situation.shape[name] for name in ("L", "m", "d"))
        self.depth, self.width = L, m
        self.radius = radius(situation)
        self.layers = [(slice(0, m), d), (slice(m, L * m), m)][: min(L, 2)]
        ends = [0, *np.cumsum([m * d, (L - 1) * m * m, L * m, 1, m, d]).tolist()]
        self.size = ends[-1]
        self.places = [slice(*pair) for pair in pairwise(ends)]

    def _split(self, theta: FloatArray) -> tuple[list[FloatArray], FloatArray, FloatArray, FloatArray, FloatArray]:
        """The rows of the first layer and those of all others (·, fan, B), then s of all rows, log ω, v and x."""
        first, others, s, log_omega, v, x = (theta[place] for place in self.places)
        count = theta.shape[1]
        rows = [part.reshape(-1, fan, count) for part, (_, fan) in zip((first, others), self.layers, strict=False)]
        return rows, s, log_omega[0], v, x

    def _join(self, rows: Sequence[FloatArray], *rest: FloatArray) -> FloatArray:
        count = rows[0].shape[-1]
        return np.concatenate([part.reshape(-1, count) for part in (*rows, *rest)])

    def encode(self, batch: Batch) -> FloatArray:
        """Unit rows, their norms relative to the smallest, log ω, v, and x over its ball's radius."""
        W = [batch.arrays[f"W{layer + 1}"] for layer in range(self.depth)]
        norms = np.stack([norm_along(layer, axis=1) for layer in W])
        smallest = norms.min(axis=(0, 1))
        rows = [layer / norm[:, None] for layer, norm in zip(W, norms, strict=True)]
        x = batch.arrays["x"] / self.radius
        return self._join(rows, norms / smallest - 1.0, np.log(smallest)[None], batch.arrays["v"], x)

    def decode(self, theta: FloatArray) -> Batch:
        """The networks at θ."""
        rows, s, log_omega, v, x = self._split(theta)
        factor = np.exp(log_omega) * (1.0 + s)
        first, *others = (
            factor[which][:, None] * row / norm_along(row, axis=1, keepdims=True)
            for (which, _), row in zip(self.layers, rows, strict=True)
        )
        m = self.width
        W = [first, *(part[start : start + m] for part in others for start in range(0, part.shape[0], m))]
        arrays = {f"W{layer + 1}": part for layer, part in enumerate(W)} | {"v": v.copy(), "x": self.radius * x}
        return Batch(self.family, self.situation.shape, self.situation.settings, arrays)

    def canonical(self, theta: FloatArray) -> FloatArray:
        """Unit rows, s ≥ 0, ω in [1e-3, 1e3], ‖v‖ ≤ 1 + ρ_max, x in its ball."""
        rows, s, log_omega, v, x = self._split(theta)
        unit = [unit_rows(row) for row in rows]
        v = v * np.minimum(1.0, (1.0 + RHO_RANGE[1]) / np.maximum(norm_along(v, axis=0), 1e-300))
        return self._join(unit, s.clip(0.0, 1e3), log_omega.clip(*LOG_OMEGA)[None], v, in_ball(x))

    def pullback(self, theta: FloatArray, batch: Batch, cotangent: Mapping[str, FloatArray]) -> FloatArray:
        """Chain rule through `decode`; `∂W/∂U = (ω(1+s)/‖U‖)(I − ûûᵀ)`, `∂W/∂s = ω û`, `∂W/∂log ω = W`."""
        rows, s, log_omega, _, _ = self._split(theta)
        omega, stretch = np.exp(log_omega), 1.0 + s
        to_rows, to_s = [], np.empty_like(s)
        for (which, _), row, given in zip(self.layers, rows, self._of_rows(batch, cotangent), strict=True):
            length = norm_along(row, axis=1, keepdims=True)
            unit = row / length
            along = np.sum(given * unit, axis=1)
            to_rows.append((omega * stretch[which])[:, None] / length * (given - along[:, None] * unit))
            to_s[which] = omega * along
        to_v = cotangent.get("v", np.zeros_like(batch.arrays["v"]))
        to_x = self.radius * cotangent.get("x", np.zeros_like(batch.arrays["x"]))
        return self._join(to_rows, to_s, np.sum(to_s * stretch, axis=0)[None], to_v, to_x)

    def _of_rows(self, batch: Batch, cotangent: Mapping[str, FloatArray]) -> list[FloatArray]:
        """The derivatives by the rows of the first layer, and by those of all others; an absent one is zero."""
        names = [f"W{layer + 1}" for layer in range(self.depth)]
        given = [cotangent[name] if name in cotangent else np.zeros_like(batch.arrays[name]) for name in names]
        return [given[0], *([np.concatenate(given[1:])] if self.depth > 1 else [])]


def in_ball(inputs: FloatArray) -> FloatArray:
    """Vectors along the first axis, shortened to length 1 where they are longer."""
    return inputs * np.minimum(1.0, (1.0 - 1e-15) / np.maximum(norm_along(inputs, axis=0), 1e-300))


class ProblemCoordinates(Coordinates):
    """The gauge-fixed coordinates of (W, v), then X in units of its ball's radius, then the other arrays of a table.

    The network's own input is not used: it stays zero in the coordinates.

    Args:
        family: name of the family.
        situation: shape and settings.
        table: the arrays; those that are neither W nor v nor X stay within their intervals.
        repair: brings arrays back where intervals cannot.
    """

    def __init__(
        self, family: str, situation: Situation, table: Table, repair: Callable[[Arrays], Arrays] | None = None
    ) -> None:
        self.family, self.situation, self.repair = family, situation, repair
        self.inner = NetworkCoordinates(family, situation)
        self.radius = radius(situation)
        self.table = {name: array for name, array in table.items() if name != "v" and not name.startswith("W")}
        self.shapes = {name: array.shape(situation.shape) for name, array in self.table.items()}
        sizes = [int(np.prod(shape)) for shape in self.shapes.values()]
        self.places = [slice(*pair) for pair in pairwise(np.cumsum([0, self.inner.size, *sizes]).tolist())]

    def _split(self, theta: FloatArray) -> tuple[FloatArray, dict[str, FloatArray]]:
        first, *parts = (theta[place] for place in self.places)
        pairs = zip(self.shapes.items(), parts, strict=True)
        return first, {name: part.reshape(*shape, theta.shape[1]) for (name, shape), part in pairs}

    def _join(self, first: FloatArray, parts: Arrays) -> FloatArray:
        flat = [parts[name].reshape(-1, first.shape[1]) for name in self.table]
        return np.concatenate([first, *flat])

    def _unit(self, name: str) -> float:
        return self.radius if name == "X" else 1.0

    def _network(self, batch: Batch) -> Batch:
        return batch.with_arrays({**batch.arrays, "x": np.zeros((self.situation.shape["d"], batch.size))})

    def encode(self, batch: Batch) -> FloatArray:
        """Coordinates of the network, then the arrays."""
        parts = {name: batch.arrays[name] / self._unit(name) for name in self.table}
        return self._join(self.inner.encode(self._network(batch)), parts)

    def decode(self, theta: FloatArray) -> Batch:
        """The problems at θ."""
        first, parts = self._split(theta)
        arrays = dict(self.inner.decode(first).arrays)
        del arrays["x"]
        arrays |= {name: part * self._unit(name) for name, part in parts.items()}
        return Batch(self.family, self.situation.shape, self.situation.settings, arrays)

    def canonical(self, theta: FloatArray) -> FloatArray:
        """Each part in its domain."""
        first, parts = self._split(theta)
        limited: Arrays = {name: self._limited(name, part) for name, part in parts.items()}
        return self._join(self.inner.canonical(first), self.repair(limited) if self.repair else limited)

    def _limited(self, name: str, part: FloatArray) -> FloatArray:
        return in_ball(part) if name == "X" else part.clip(self.table[name].low, self.table[name].high)

    def pullback(self, theta: FloatArray, batch: Batch, cotangent: Mapping[str, FloatArray]) -> FloatArray:
        """Chain rule, part by part."""
        first, parts = self._split(theta)
        moved = {name: self._unit(name) * cotangent.get(name, np.zeros_like(part)) for name, part in parts.items()}
        return self._join(self.inner.pullback(first, self._network(batch), cotangent), moved)
