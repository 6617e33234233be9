"""Array types shared by the numeric modules.

Shapes in docstrings use axis letters: `B` instances, `n` samples, `p` parameters, `m` width, `d` input.
The batch is the **last** axis of every array unless a docstring says otherwise.
"""

from __future__ import annotations

from typing import TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

FloatArray: TypeAlias = NDArray[np.float64]
BoolArray: TypeAlias = NDArray[np.bool_]
Numbers = TypeVar("Numbers", np.float64, np.int64)


def medians(values: FloatArray) -> FloatArray:
    """Return the medians along the last axis, (…, N) → (…): `np.median` of numbers, which loads all of masked arrays.

    >>> medians(np.array([[3.0, 1.0, 2.0, 7.0], [1.0, 1.0, 5.0, 1.0]])).tolist()
    [2.5, 1.0]
    """
    ordered, size = np.sort(values, axis=-1), values.shape[-1]
    return np.asarray(0.5 * (ordered[..., (size - 1) // 2] + ordered[..., size // 2]))


def distinct(values: NDArray[Numbers]) -> NDArray[Numbers]:
    """Return the different numbers in ascending order: `np.unique`, which loads all of masked arrays.

    >>> distinct(np.array([3.0, 1.0, 3.0])).tolist(), distinct(np.array([])).tolist()
    ([1.0, 3.0], [])
    """
    ordered = np.sort(values)
    return ordered[np.append(True, ordered[1:] != ordered[:-1])[: ordered.size]]
