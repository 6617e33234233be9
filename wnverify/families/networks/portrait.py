"""A network in words: the angles between its rows and activations, layer by layer."""

from __future__ import annotations

from collections import Counter

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.engine.activations import ACTIVATIONS
from wnverify.pictures import Fan, Picture

FLAT = 1e-3
"""Relative size below which a length or a singular value counts as zero."""


def portrait(batch: Batch) -> list[tuple[str, str]]:
    """The network of one instance, part by part."""
    alpha, found = batch.arrays["x"][:, 0], []
    for layer in range(batch.shape["L"]):
        rows = batch.arrays[f"W{layer + 1}"][..., 0]
        unit = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        found.append((f"rows of W{layer + 1}", _layer_words(unit, alpha, "x" if layer == 0 else f"α{layer}")))
        alpha = _next(batch, unit, alpha)
    v = batch.arrays["v"][:, 0]
    return [*found, ("v", _output_words(v, alpha, f"α{batch.shape['L']}"))]


def pictures(batch: Batch) -> list[Picture]:
    """The rows of every layer by their angle to what comes in, with its entries, and the output weights."""
    alpha, found = batch.arrays["x"][:, 0], []
    for layer in range(batch.shape["L"]):
        rows = batch.arrays[f"W{layer + 1}"][..., 0]
        unit = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        found.append(_fan(f"rows of W{layer + 1}, as directions", "x" if layer == 0 else f"α{layer}", unit, alpha))
        alpha = _next(batch, unit, alpha)
    v = batch.arrays["v"][:, 0]
    return [*found, _fan("v", f"α{batch.shape['L']}", v[None] / max(float(np.linalg.norm(v)), 1e-300), alpha)]


def _fan(title: str, against: str, rows: FloatArray, alpha: FloatArray) -> Picture:
    size = float(np.linalg.norm(alpha))
    cosines = rows @ alpha / size if size > 0 else np.zeros(len(rows))
    degrees = np.degrees(np.arccos(np.clip(cosines, -1.0, 1.0)))
    return Fan(title, against, tuple(degrees.tolist()), (1.0,) * len(rows), tuple(alpha.tolist()))


def _next(batch: Batch, unit: FloatArray, alpha: FloatArray) -> FloatArray:
    scale = batch.shape["m"] if batch.settings["scaling"] == "fan_out" else unit.shape[1]
    return ACTIVATIONS[batch.settings["activation"]].value(unit @ alpha / np.sqrt(scale))


def _layer_words(unit: FloatArray, alpha: FloatArray, name: str) -> str:
    length = float(np.linalg.norm(alpha))
    span = int(np.sum(np.linalg.svd(unit, compute_uv=False) > FLAT * np.sqrt(unit.shape[0])))
    spread = f"they span {span} dimension{'s' if span > 1 else ''}"
    if length <= FLAT:
        return f"{name} is zero; {spread}"
    degrees = [angle(row, alpha) for row in unit]
    return f"{_counted(degrees)} from {name}, of length {length:.4g}; {spread}"


def _output_words(v: FloatArray, alpha: FloatArray, name: str) -> str:
    share = np.sort(v**2)[::-1] / np.sum(v**2)
    units = int(np.sum(share > 0.01))
    spread = "on one unit" if units == 1 else f"on {units} units, the first with {share[0]:.0%} of its square"
    if np.linalg.norm(alpha) <= FLAT:
        return f"{spread}; {name} is zero"
    return f"{spread}, at {angle(v, alpha):.0f}° from {name}"


def angle(first: FloatArray, second: FloatArray) -> float:
    """Angle between two lines, in degrees from 0 to 90.

    >>> round(angle(np.array([1.0, 0.0]), np.array([-1.0, 1.0])))
    45
    """
    cosine = abs(float(first @ second)) / (float(np.linalg.norm(first)) * float(np.linalg.norm(second)))
    return float(np.degrees(np.arccos(min(cosine, 1.0))))


def _counted(degrees: list[float]) -> str:
    """Angles by size with their number.

    >>> _counted([0.1, 90.0, 0.0, 89.9])
    '2 rows at 0° and 2 rows at 90°'
    """
    counts = sorted(Counter(round(degree) for degree in degrees).items())
    return " and ".join(f"{count} row{'s' if count > 1 else ''} at {degree}°" for degree, count in counts)
