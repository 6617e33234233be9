"""Norms of the arrays of a network: ‖v‖, the longest row, and the largest weight matrix.

Where several rows or layers attain a maximum, its derivative is that of the first.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.engine.contractions import lengths, singular_values
from wnverify.families.networks.weight_norm_fields import row_norms

Slopes = Mapping[str, FloatArray]


def _weights(batch: Batch) -> dict[str, FloatArray]:
    return {f"W{layer + 1}": batch.arrays[f"W{layer + 1}"] for layer in range(batch.shape["L"])}


def _over(parts: FloatArray, length: FloatArray) -> FloatArray:
    """Numbers over a length (B,); zero where that is zero."""
    return np.asarray(parts / np.where(length > 0, length, np.inf))


# ---- the output weights


def output_norm(batch: Batch) -> FloatArray:
    """‖v‖₂, (B,)."""
    v = batch.arrays["v"]
    return lengths(np.linalg.norm(v, axis=0), v)


def output_norm_slope(batch: Batch) -> Slopes:
    """∂‖v‖ = v/‖v‖."""
    return {"v": _over(batch.arrays["v"], output_norm(batch))}


# ---- rows


def longest_row(batch: Batch) -> FloatArray:
    """The largest ‖W_i^l‖₂ over layers and rows, (B,)."""
    return np.maximum.reduce([norms.max(axis=0) for norms in row_norms(batch)])


def longest_row_slope(batch: Batch) -> Slopes:
    """∂‖W_i‖ = W_i/‖W_i‖ in the longest row."""
    every = np.concatenate(row_norms(batch))
    first = np.arange(every.shape[0])[:, None] == np.argmax(every, axis=0)
    found, start = {}, 0
    for (name, rows), norms in zip(_weights(batch).items(), row_norms(batch), strict=True):
        chosen = first[start : start + rows.shape[0]]
        found[name] = np.where(chosen[:, None], _over(rows, norms[:, None]), 0.0)
        start += rows.shape[0]
    return found


# ---- matrices


def _frobenius(batch: Batch) -> FloatArray:
    """‖W^l‖_F of every layer, (L, B)."""
    flat = (rows.reshape(-1, batch.size) for rows in _weights(batch).values())
    return np.stack([lengths(np.linalg.norm(part, axis=0), part) for part in flat])


def frobenius(batch: Batch) -> FloatArray:
    """The largest ‖W^l‖_F over the layers, (B,)."""
    return np.asarray(_frobenius(batch).max(axis=0))


def frobenius_slope(batch: Batch) -> Slopes:
    """∂‖W‖_F = W/‖W‖_F in the layer of the largest."""
    every = _frobenius(batch)
    which = np.argmax(every, axis=0)
    return {
        name: np.where(which == layer, _over(rows, every[layer]), 0.0)
        for layer, (name, rows) in enumerate(_weights(batch).items())
    }


def _spectral(batch: Batch) -> FloatArray:
    """‖W^l‖₂ of every layer, (L, B)."""
    return np.stack([singular_values(_first(rows))[:, 0] for rows in _weights(batch).values()])


def spectral(batch: Batch) -> FloatArray:
    """The largest ‖W^l‖₂ over the layers, (B,)."""
    return np.asarray(_spectral(batch).max(axis=0))


def spectral_slope(batch: Batch) -> Slopes:
    """∂‖W‖₂ = pqᵀ with the top singular vectors p and q, in the layer of the largest."""
    which = np.argmax(_spectral(batch), axis=0)
    found = {}
    for layer, (name, rows) in enumerate(_weights(batch).items()):
        left, _, right = np.linalg.svd(_first(rows), full_matrices=False)
        push = left[:, :, :1] * right[:, :1]
        found[name] = np.moveaxis(push * (which == layer)[:, None, None], 0, -1)
    return found


def _first(rows: FloatArray) -> FloatArray:
    """Batch first, (m, k, B) → (B, m, k)."""
    return np.moveaxis(rows, -1, 0)


# ---- by second routes, of numbers over the largest of them


def _near(rows: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Batch first, numbers over the largest of an instance, and that, (B,)."""
    near = np.moveaxis(rows, -1, 0).reshape(rows.shape[-1], rows.shape[0], -1)
    size = np.abs(near).max(axis=(1, 2))
    return near / np.where(size > 0, size, 1.0)[:, None, None], size


def output_norm_by_dot(batch: Batch) -> FloatArray:
    """‖v‖₂ as the root of ⟨v, v⟩, (B,)."""
    near, size = _near(batch.arrays["v"])
    return np.asarray(size * np.sqrt((near.swapaxes(1, 2) @ near)[:, 0, 0]))


def longest_row_by_gram(batch: Batch) -> FloatArray:
    """The largest ‖W_i^l‖₂ as the root of the largest diagonal entry of WWᵀ, (B,)."""
    found = []
    for near, size in map(_near, _weights(batch).values()):
        gram = near @ near.swapaxes(1, 2)
        found.append(size * np.sqrt(np.diagonal(gram, axis1=1, axis2=2).max(axis=1)))
    return np.asarray(np.max(found, axis=0))


def frobenius_by_values(batch: Batch) -> FloatArray:
    """The largest ‖W^l‖_F as the length of the singular values, (B,)."""
    found = []
    for near, size in map(_near, _weights(batch).values()):
        found.append(size * np.linalg.norm(np.linalg.svd(near, compute_uv=False), axis=1))
    return np.asarray(np.max(found, axis=0))


def spectral_by_gram(batch: Batch) -> FloatArray:
    """The largest ‖W^l‖₂ as the root of the largest eigenvalue of WWᵀ, (B,)."""
    found = []
    for near, size in map(_near, _weights(batch).values()):
        values = np.linalg.eigvalsh(near @ near.swapaxes(1, 2))
        found.append(size * np.sqrt(np.maximum(values[:, -1], 0.0)))
    return np.asarray(np.max(found, axis=0))
