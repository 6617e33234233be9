"""How networks are moved to where ρ₁, ω or the inputs' norm lies in an interval, and the levels to see them at.

And to where all rows have one norm.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import partial
from types import MappingProxyType

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.family import Arrays, Levels, Move
from wnverify.quantities import HAIR, Interval

_LAYER = re.compile(r"W\d+")
ROW_NORMS = (1e-140, 1e140)
"""Between these rows are moved: beyond, their norms are no numbers in floats."""
LEVELS: Mapping[str, Levels] = MappingProxyType({
    "omega": Levels((0.25, 1.0, 4.0), rest=1.0, always=True),
    "rho": Levels((1.0, 3.0, 7.0), rest=1.0, always=True, offset=1.0),
    "input_norm": Levels((0.25, 0.5, 1.0)),
    "L": Levels((1, 2, 4), always=True),
    "m": Levels((2, 4, 8), always=True),
    "d": Levels((2, 4, 8)),
    "n": Levels((1, 2, 4)),
})  # fmt: skip
"""Levels of what can be moved, and of the sizes."""


def moves(inputs: str) -> Mapping[str, Move]:
    """The moves of a network whose inputs are the array of that name, `x` (d, B) or `X` (d, n, B)."""
    return {"rho": _move_rho, "omega": _move_omega, "input_norm": partial(move_inputs, inputs)}


def _move_rho(arrays: Arrays, interval: Interval) -> Arrays:
    """Scale v and a displacement `dv` with it; ρ = max(‖v‖, ‖v + dv‖, 1) − 1, so that ρ = 0 asks for ‖v‖ ≤ 1 only."""
    v = arrays["v"]
    length = np.linalg.norm(v, axis=0)
    if "dv" in arrays:
        length = np.maximum(length, np.linalg.norm(v + arrays["dv"], axis=0))
    rho = np.maximum(length - 1.0, 0.0)
    nearest = interval.nearest(rho)
    wanted = np.where(nearest == rho, length, np.where(nearest <= 0.0, 1.0 - HAIR, 1.0 + nearest))
    factor = np.where(wanted == length, 1.0, wanted / np.where(length > 0, length, 1.0))
    moved = {name: arrays[name] * factor for name in ("v", "dv") if name in arrays}
    zero = length == 0
    moved["v"] = np.where(zero & (wanted > 0), np.eye(v.shape[0])[:, :1] * wanted, moved["v"])
    return {**arrays, **moved}


def _move_omega(arrays: Arrays, interval: Interval) -> Arrays:
    """Scale all rows by one number: normalised networks do not change, and the ratios of the norms stay."""
    rows = {name: array for name, array in arrays.items() if _LAYER.fullmatch(name)}
    smallest = np.minimum.reduce([np.linalg.norm(array, axis=1).min(axis=0) for array in rows.values()])
    factor = np.clip(interval.nearest(smallest), *ROW_NORMS) / smallest
    return {**arrays, **{name: array * factor for name, array in rows.items()}}


def move_inputs(name: str, arrays: Arrays, interval: Interval) -> Arrays:
    """Scale x, or all samples by one number."""
    x = arrays[name]
    largest = _longest(x)
    wanted = interval.nearest(largest)
    basis = np.zeros_like(x)
    basis[0] = 1.0
    there = np.where(largest > 0, x / np.where(largest > 0, largest, 1.0), basis)
    return {**arrays, name: np.where(wanted == largest, x, there * wanted)}


def _longest(x: FloatArray) -> FloatArray:
    length = np.linalg.norm(x, axis=0)
    return np.asarray(length if x.ndim == 2 else length.max(axis=0))


def move_targets(arrays: Arrays, interval: Interval) -> Arrays:
    """Scale all targets by one number; where they vanish they become equal."""
    y = arrays["y"]
    size = np.sqrt(np.mean(y * y, axis=0))
    wanted = interval.nearest(size)
    there = np.where(size > 0, y / np.where(size > 0, size, 1.0), 1.0)
    return {**arrays, "y": np.where(wanted == size, y, there * wanted)}


def rows_of_one_norm(batch: Batch) -> Iterator[Batch]:
    """One network with all rows of norm 1, then with all of the smallest norm there is; its values stay."""
    norms = {
        f"W{layer + 1}": np.linalg.norm(batch.arrays[f"W{layer + 1}"], axis=1) for layer in range(batch.shape["L"])
    }
    for norm in (1.0, float(min(lengths.min() for lengths in norms.values()))):
        rows = {name: norm * batch.arrays[name] / lengths[:, None] for name, lengths in norms.items()}
        yield batch.with_arrays({**batch.arrays, **rows})
