"""Vectors that are orthogonal by construction, of any that are given."""

from __future__ import annotations

from typing import Any

import numpy as np

NOISE = 1e-8
"""Of a vector of which less than this share, squared, is across those before it, rounding is too large a part."""


def orthogonalised(xp: Any, vectors: Any, count: int, *, made_of: Any = None) -> list[Any]:
    """What is left of each vector when its parts along those before it are taken off: Gram and Schmidt.

    Args:
        xp: the functions of arrays.
        vectors: along the last axis, (count, d); what is left is NaN where they are dependent, or nearly.
        count: how many.
        made_of: what the vectors were computed from, as large as what rounding is a share of; themselves by default.

    >>> [each.tolist() for each in orthogonalised(np, np.array([[2.0, 0.0], [1.0, 3.0]]), 2)]
    [[2.0, 0.0], [0.0, 3.0]]
    """
    found: list[Any] = []
    for index in range(count):
        left = vectors[index]
        for _ in range(2):  # the second time takes off what rounding left
            for other in found:
                left = left - other * (xp.sum(left * other) / xp.sum(other * other))
        share = xp.sum(left * left) / xp.sum((vectors if made_of is None else made_of)[index] ** 2)
        found.append(left * xp.where(share > NOISE, 1.0, np.nan))
    return found


def centred_columns(xp: Any, x: Any, count: int) -> list[Any]:
    """The columns of a batch less their means, made orthogonal.

    Args:
        xp: the functions of arrays.
        x: (n, count).
        count: how many columns.

    >>> [each.tolist() for each in centred_columns(np, np.array([[2.0], [4.0]]), 1)]
    [[-1.0, 1.0]]
    """
    return orthogonalised(xp, (x - xp.mean(x, axis=0)).T, count, made_of=x.T)
