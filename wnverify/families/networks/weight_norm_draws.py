"""How WeightNorm networks are drawn: random regimes, and the catalogue of extreme instances."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from itertools import product
from typing import TypeAlias

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.engine.activations import ACTIVATIONS
from wnverify.engine.contractions import norm_along
from wnverify.families.networks.kept import kept, parted
from wnverify.families.networks.setting import radius
from wnverify.family import Situation

REGIMES = ("edge", "gaussian", "wide", "aligned", "sparse")
RHO_RANGE = (0.0, 9.0)
Arrays: TypeAlias = dict[str, FloatArray]
Rows: TypeAlias = Callable[[FloatArray, int, int], FloatArray]


def draw_network(situation: Situation, regime: str, count: int, rng: np.random.Generator) -> Arrays:
    """Draw `count` networks.

    Regimes: `edge` all rows of norm ω, ‖x‖ at its largest, ‖v‖ = 1+ρ; `gaussian` everything generic;
    `wide` norms, ρ and ‖x‖ over many orders of magnitude; `aligned` rows within a small angle of ± one
    direction per layer (the input's at the first); `sparse` rows, x and v with most entries zero.
    """
    fans = fan_ins(situation)
    width, inputs = situation.shape["m"], situation.shape["d"]
    x = _directions(regime, (inputs, count), rng, axis=0)
    v = _directions(regime, (width, count), rng, axis=0)
    rows = [_directions(regime, (width, fan, count), rng, axis=1) for fan in fans]
    if regime == "aligned":
        rows = _align(rows, x, rng)
    omega, spread, x_norm, v_norm = _scales(regime, count, rng)
    norms = [omega * np.exp(spread * np.abs(rng.standard_normal((width, count)))) for _ in fans]
    arrays = {f"W{i + 1}": row * norm[:, None] for i, (row, norm) in enumerate(zip(rows, norms, strict=True))}
    return arrays | {"v": v * v_norm, "x": x * x_norm * radius(situation)}


def fan_ins(situation: Situation) -> list[int]:
    """The number of inputs of each hidden layer: d, then m."""
    return [situation.shape["d"], *[situation.shape["m"]] * (situation.shape["L"] - 1)]


def _unit(array: FloatArray, axis: int) -> FloatArray:
    return array / norm_along(array, axis=axis, keepdims=True)


def _directions(regime: str, shape: tuple[int, ...], rng: np.random.Generator, *, axis: int) -> FloatArray:
    drawn = rng.standard_normal(shape)
    if regime == "sparse":
        keep = rng.random(shape) < 0.4
        keep |= np.arange(shape[axis]).reshape([-1 if i == axis else 1 for i in range(len(shape))]) == 0
        drawn = np.where(keep, drawn, 0.0)
    return _unit(drawn, axis)


def _align(rows: list[FloatArray], x: FloatArray, rng: np.random.Generator) -> list[FloatArray]:
    count = x.shape[-1]
    aligned = []
    for layer, row in enumerate(rows):
        axis = x if layer == 0 else _unit(np.sign(rng.standard_normal((row.shape[1], count))), 0)
        sign = np.sign(rng.standard_normal((row.shape[0], 1, count)))
        angle = np.exp(rng.uniform(np.log(1e-3), np.log(2.0), size=(1, 1, count)))
        aligned.append(_unit(sign * axis[None] + angle * row, 1))
    return aligned


def _scales(regime: str, count: int, rng: np.random.Generator) -> tuple[FloatArray, ...]:
    """(ω, spread of the row norms, ‖x‖ over its radius, ‖v‖), each (B,)."""
    one = np.ones(count)
    if regime == "wide":
        omega = np.exp(rng.uniform(np.log(1e-3), np.log(1e3), count))
        x_norm = np.exp(rng.uniform(np.log(1e-3), 0.0, count))
        return omega, rng.uniform(0, 2, count), x_norm, np.exp(rng.uniform(np.log(1e-2), np.log(10.0), count))
    omega = np.exp(rng.uniform(np.log(0.1), np.log(10.0), count))
    v_norm = 1.0 + RHO_RANGE[1] * rng.random(count) ** 2
    if regime == "gaussian":
        return omega, 0.5 * one, rng.random(count), v_norm * rng.random(count)
    return omega, 0.0 * one, one * (1 - 1e-15), v_norm


@kept
def structured_networks(situation: Situation) -> Iterator[tuple[str, Arrays]]:
    """Extreme networks: each kind of rows, with every combination of inputs, output layers and norms."""
    inputs, width = situation.shape["d"], situation.shape["m"]
    xs = {"x = e_1": basis(inputs), "x tiny": 1e-6 * basis(inputs), "x = 0": np.zeros(inputs)}
    signs = np.where(np.arange(width) % 2, -1.0, 1.0)
    kinds = {"v uniform": np.ones(width), "v alternating": signs, "v one-hot": basis(width)}
    vs = {words: kind / np.linalg.norm(kind) for words, kind in kinds.items()}
    others = list(product(vs.values(), (1e-3, 1.0, 1e3), (0.0, 4.0)))
    v = np.stack([item[0] * (1.0 + item[2]) for item in others], axis=-1)
    omega = np.array([item[1] for item in others])
    x = np.tile(radius(situation) * (1 - 1e-15) * np.stack(list(xs.values()), axis=-1), len(ROWS))
    units = {name: np.repeat(unit, len(others), axis=-1) for name, unit in _units(situation, x).items()}
    v, omega = np.tile(v, x.shape[-1]), np.tile(omega, x.shape[-1])
    rows = {name: unit * omega for name, unit in units.items()}
    yield from parted(list(ROWS), {**rows, "v": v, "x": np.repeat(x, len(others), axis=-1)})


def _units(situation: Situation, x: FloatArray) -> Arrays:
    """Unit rows, which depend on x alone, (d, kinds · inputs), as some kinds look at what reaches the layer."""
    phi = ACTIVATIONS[situation.settings["activation"]].value
    alpha, arrays = x, {}
    for layer, fan in enumerate(fan_ins(situation)):
        reached = zip(ROWS.values(), np.split(alpha, len(ROWS), axis=1), strict=True)
        unit = _unit(np.concatenate([rows(part, situation.shape["m"], layer) for rows, part in reached], axis=2), 1)
        arrays[f"W{layer + 1}"] = unit
        scale = situation.shape["m"] if situation.settings["scaling"] == "fan_out" else fan
        alpha = phi(np.einsum("iab,ab->ib", unit, alpha) / np.sqrt(scale))
    return arrays


def basis(size: int) -> FloatArray:
    """e_1."""
    return np.eye(size)[0]


def along(alpha: FloatArray) -> FloatArray:
    """Unit vector along the activations; e_1 where they vanish."""
    length = norm_along(alpha, axis=0)
    return np.where(length > 0, alpha / np.where(length > 0, length, 1.0), basis(alpha.shape[0])[:, None])


def across(alpha: FloatArray) -> FloatArray:
    """Unit vector orthogonal to the activations; along them in one dimension, where there is none."""
    return _beside(along(alpha))


def _beside(way: FloatArray) -> FloatArray:
    """Unit vector orthogonal to another; the same in one dimension."""
    if way.shape[0] == 1:
        return way
    smallest = np.argmin(np.abs(way), axis=0)
    pick = np.eye(way.shape[0])[:, smallest]
    return _unit(pick - np.sum(pick * way, axis=0) * way, 0)


def _repeat(row: FloatArray, width: int) -> FloatArray:
    return np.repeat(row[None], width, axis=0)


def _signs(width: int) -> FloatArray:
    return np.where(np.arange(width) % 2, -1.0, 1.0)[:, None, None]


def _turned(alpha: FloatArray, width: int, cosine: float) -> FloatArray:
    way = along(alpha)
    return _repeat(cosine * way + np.sqrt(1 - cosine**2) * _beside(way), width)


def _one_hot(alpha: FloatArray, width: int, _: int) -> FloatArray:
    rows = np.eye(alpha.shape[0])[np.arange(width) % alpha.shape[0]]
    return np.repeat(rows[:, :, None], alpha.shape[1], axis=2)


def _orthogonal(alpha: FloatArray, width: int, layer: int) -> FloatArray:
    """Rows of a fixed orthogonal matrix (repeated when the layer is wider than its input)."""
    size = alpha.shape[0]
    q = _orthogonal_matrix(size, layer)
    return np.repeat(q[np.arange(width) % size][:, :, None], alpha.shape[1], axis=2)


@cache
def _orthogonal_matrix(size: int, layer: int) -> FloatArray:
    q, _ = np.linalg.qr(np.random.default_rng(layer).standard_normal((size, size)))
    q.flags.writeable = False
    return q


def _first_across(alpha: FloatArray, width: int, layer: int) -> FloatArray:
    """One row of the first layer orthogonal to x and the others along it; second rows e_1, deeper ones (1, …, 1)."""
    if layer:
        row = basis(alpha.shape[0]) if layer == 1 else np.ones(alpha.shape[0])
        return _repeat(np.repeat(row[:, None], alpha.shape[1], axis=1), width)
    way = along(alpha)
    rows = _repeat(way, width)
    rows[0] = _beside(way)
    return rows


def _by_turns(alpha: FloatArray, width: int, layer: int) -> FloatArray:
    """First rows as above; second ones: one along the activations, the others e_1; then all e_1, then (1, …, 1).

    The Hessian of narrow linear networks is largest there, as far as is known.
    """
    if layer == 0:
        return _first_across(alpha, width, 0)
    row = basis(alpha.shape[0]) if layer < 3 else np.ones(alpha.shape[0])
    rows = _repeat(np.repeat(row[:, None], alpha.shape[1], axis=1), width)
    if layer == 1:
        rows[0] = along(alpha)
    return rows


ROWS: Mapping[str, Rows] = {
    "rows along the activations": lambda alpha, width, _: _repeat(along(alpha), width),
    "antipodal rows": lambda alpha, width, _: _signs(width) * _repeat(along(alpha), width),
    "zero pre-activations": lambda alpha, width, _: _repeat(across(alpha), width),
    "rows of maximal curvature, cos² = 1/3": lambda alpha, width, _: _turned(alpha, width, np.sqrt(1 / 3)),
    "rows of maximal curvature, cos² = 2/3": lambda alpha, width, _: _turned(alpha, width, np.sqrt(2 / 3)),
    "one-hot rows": _one_hot,
    "orthogonal rows": _orthogonal,
    "one row across, the others along": _first_across,
    "along and across by turns": _by_turns,
}
