"""Further extreme networks, for claims that nobody has vetted: what the catalogue's theorems have no need of.

Angles from right down to 1e-6, inputs down to 1e-8, output layers of which the value or a derivative cancels, tight
frames, row norms far apart, ρ₁ up to 1e3 and ω from 1e-6 to 1e4: each kind of rows with every kind of output layer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.engine.activations import ACTIVATIONS
from wnverify.families.networks.kept import kept
from wnverify.families.networks.setting import radius
from wnverify.families.networks.weight_norm_draws import across, along, basis, fan_ins
from wnverify.family import Situation

Arrays: TypeAlias = dict[str, FloatArray]
INPUTS = (1.0, 0.5, 0.1, 1e-2, 1e-4, 1e-8)
"""Lengths of the input, in units of its ball's radius."""
ANGLES = (1e-1, 1e-2, 1e-4, 1e-6)
SCALES = ((1.0, 0.0), (1e-6, 3.0), (1e4, 3.0), (1.0, 30.0), (0.3, 1e3))
"""ω and ρ₁, together."""
PLAIN_SCALES = ((1.0, 0.0), (0.1, 3.0), (1.5, 0.0), (4.0, 30.0), (20.0, 1e3))
"""The same for rows that are used as they are; ω in units of √m."""
LIMIT = 1 - 1e-15


@dataclass(frozen=True)
class _Layer:
    """What a kind of rows looks at: the activations (k, B) before a layer, its width and its number."""

    alpha: FloatArray
    width: int
    number: int

    @property
    def fan(self) -> int:
        """k."""
        return int(self.alpha.shape[0])

    def all(self, row: FloatArray) -> FloatArray:
        """The same row everywhere, (m, k, B)."""
        return np.repeat(row[None], self.width, axis=0)

    @property
    def alike(self) -> FloatArray:
        """(1, …, 1)/√k."""
        return np.full(self.alpha.shape, self.fan**-0.5)


Rows: TypeAlias = Callable[[_Layer], FloatArray]


def _at_angle(angle: float) -> Rows:
    """All rows at one small angle from the activations."""

    def rows(layer: _Layer) -> FloatArray:
        return layer.all(np.cos(angle) * along(layer.alpha) + np.sin(angle) * across(layer.alpha))

    return rows


def _equal(layer: _Layer) -> FloatArray:
    """All rows of all layers alike: along the input first, (1, …, 1) later."""
    return layer.all(along(layer.alpha) if layer.number == 0 else layer.alike)


def _one_differs(layer: _Layer) -> FloatArray:
    """All rows along the activations, the last one opposite to them."""
    rows = layer.all(along(layer.alpha))
    rows[-1] = -rows[-1]
    return rows


def _pairs(layer: _Layer) -> FloatArray:
    """Antipodal rows along the input; later ones by turns along (1, −1, …), which see the difference, and (1, …)."""
    signs = np.where(np.arange(layer.width) % 2, -1.0, 1.0)[:, None, None]
    if layer.number == 0:
        return signs * layer.all(along(layer.alpha))
    odd = np.where(np.arange(layer.fan) % 2, -1.0, 1.0)[:, None] * layer.alike
    rows = layer.all(odd)
    rows[1::2] = layer.all(layer.alike)[1::2]
    return rows


def _fan(layer: _Layer) -> FloatArray:
    """Rows at angles to the activations that grow from 0 to a right one, so that pre-activations differ."""
    angle = np.linspace(0.0, np.pi / 2, layer.width + 1)[:-1, None, None]
    return np.cos(angle) * along(layer.alpha)[None] + np.sin(angle) * across(layer.alpha)[None]


def _frame(layer: _Layer) -> FloatArray:
    """A tight frame: orthonormal rows as far as they go, else the harmonic frame, of least spectral norm."""
    frame = tight_frame(layer.width, layer.fan)
    return np.repeat(frame[:, :, None], layer.alpha.shape[1], axis=2)


def _generic(layer: _Layer) -> FloatArray:
    """Fixed random rows."""
    rows = np.random.default_rng(layer.number).standard_normal((layer.width, layer.fan, 1))
    return np.repeat(rows / np.linalg.norm(rows, axis=1, keepdims=True), layer.alpha.shape[1], axis=2)


ROWS: Mapping[str, Rows] = {
    "all rows alike": _equal,
    **{f"rows {angle:g} from the activations": _at_angle(angle) for angle in ANGLES},
    "rows across the activations": _at_angle(np.pi / 2),
    "one row opposite": _one_differs,
    "antipodal pairs": _pairs,
    "rows in a fan": _fan,
    "tight frames": _frame,
    "generic rows": _generic,
}


def tight_frame(rows: int, columns: int) -> FloatArray:
    """Unit rows (m, k) with W̄ᵀW̄ = (m/k) I, or W̄W̄ᵀ = I where m ≤ k.

    >>> frame = tight_frame(5, 3)
    >>> np.allclose(frame.T @ frame, 5 / 3 * np.eye(3))
    True
    """
    if rows <= columns:
        return np.eye(rows, columns)
    turns = 2 * np.pi * np.arange(rows)[:, None] * np.arange(1, columns // 2 + 1) / rows
    parts = [np.cos(turns), np.sin(turns), np.full((rows, columns % 2), 0.5**0.5)]
    return np.asarray(np.concatenate(parts, axis=1) * np.sqrt(2 / columns))


def extreme_networks(situation: Situation, *, normalised: bool = True) -> Iterator[tuple[str, Arrays]]:
    """Each kind of rows, with every combination of input lengths and output layers, (ω, ρ₁) in turn.

    Args:
        situation: shape and settings.
        normalised: whether networks normalise their rows; those that do not get norms at which activations saturate.
    """
    return _KEPT[normalised](situation)


def _built(situation: Situation, *, normalised: bool) -> Iterator[tuple[str, Arrays]]:
    lengths, which = (part.reshape(-1) for part in np.meshgrid(INPUTS, np.arange(len(OUTPUTS)), indexing="ij"))
    x = radius(situation) * LIMIT * _generic_input(situation.shape["d"])[:, None] * lengths
    scales = np.array(SCALES if normalised else PLAIN_SCALES)
    for turn, (words, rows) in enumerate(ROWS.items()):
        omega, rho = scales[(turn + np.arange(which.size)) % len(scales)].T
        norm = omega if normalised else omega * np.sqrt(situation.shape["m"])
        weights, alpha, slopes = _network(situation, rows, x, np.ones_like(norm) if normalised else norm)
        choices = np.stack([output(alpha, slopes) for output in OUTPUTS.values()])
        v = choices[which, :, np.arange(which.size)].T * (1.0 + rho)
        if normalised:
            weights = {name: array * norm for name, array in weights.items()}
        yield words, {**weights, "v": v, "x": x}
        if rows is _generic:
            yield from _far_apart({**weights, "v": v, "x": x})


_KEPT = {normalised: kept(partial(_built, normalised=normalised)) for normalised in (True, False)}


def _generic_input(size: int) -> FloatArray:
    x = np.sqrt(np.arange(1.0, size + 1))
    return np.asarray(x / np.linalg.norm(x))


def _network(
    situation: Situation, kind: Rows, x: FloatArray, norm: FloatArray
) -> tuple[Arrays, FloatArray, FloatArray]:
    """Rows of those norms (B,) by name, the last activations (m, B), and their derivative by the input (m, d, B).

    Layer by layer, since rows look at the activations that reach them.
    """
    phi = ACTIVATIONS[situation.settings["activation"]]
    alpha, slopes, weights = x, np.repeat(np.eye(x.shape[0])[:, :, None], x.shape[1], axis=2), {}
    for number, fan in enumerate(fan_ins(situation)):
        rows = kind(_Layer(alpha, situation.shape["m"], number)) * norm
        weights[f"W{number + 1}"] = rows
        scale = np.sqrt(situation.shape["m"] if situation.settings["scaling"] == "fan_out" else fan)
        alpha, first = phi.jet(np.einsum("iab,ab->ib", rows, alpha) / scale, 1)
        slopes = first[:, None] * np.einsum("iab,adb->idb", rows, slopes) / scale
    return weights, alpha, slopes


def _far_apart(arrays: Arrays) -> Iterator[tuple[str, Arrays]]:
    """The same rows with norms that differ by 1e6: from layer to layer, and the first row from the others."""
    rows = {name: array for name, array in arrays.items() if name.startswith("W")}
    yield "first layer short", {**arrays, **{name: array * 1e6 for name, array in rows.items() if name != "W1"}}
    others = {name: np.where(np.arange(array.shape[0])[:, None, None] > 0, 1e6, 1.0) for name, array in rows.items()}
    yield "first rows short", {**arrays, **{name: array * others[name] for name, array in rows.items()}}


# ---- output layers


def _unit(v: FloatArray) -> FloatArray:
    """Vectors (m, B) of length 1; those that vanish stay 0."""
    length = np.linalg.norm(v, axis=0)
    return v / np.where(length > 0, length, 1.0)


def _without(v: FloatArray, space: FloatArray) -> FloatArray:
    """v (m, B) without its part in the span of the columns of space (m, k, B)."""
    U, s, _ = np.linalg.svd(np.moveaxis(space, -1, 0), full_matrices=False)
    U = U * (s > 1e-12 * np.maximum(s[:, :1], 1e-300))[:, None]
    for _ in range(2):
        v = v - np.einsum("bik,bjk,jb->ib", U, U, v)
    return v


def _steepest(slopes: FloatArray) -> FloatArray:
    """The direction of v in which ∇_x f grows most, (m, B)."""
    return np.linalg.svd(np.moveaxis(slopes, -1, 0), full_matrices=False)[0][:, :, 0].T


OUTPUTS: Mapping[str, Callable[[FloatArray, FloatArray], FloatArray]] = {
    "v along the activations": lambda alpha, slopes: along(alpha),
    "v even": lambda alpha, slopes: np.full(alpha.shape, alpha.shape[0] ** -0.5),
    "v on one unit": lambda alpha, slopes: basis(alpha.shape[0])[:, None] * np.ones(alpha.shape[1]),
    "v across the activations": lambda alpha, slopes: across(alpha),
    "a value without slope": lambda alpha, slopes: _unit(_without(alpha, slopes)),
    "a slope without value": lambda alpha, slopes: _unit(_without(_steepest(slopes), alpha[:, None])),
    "v tiny": lambda alpha, slopes: 1e-6 * along(alpha),
    "v = 0": lambda alpha, slopes: np.zeros(alpha.shape),
}
