"""Pictures with their labels, as every loader hands them over.

One rule puts them into the unit ball: a picture is the vector of its pixels, and all of them are divided by the
largest of their norms. That is one number for all, so that a network sees the pictures as they are, but for their
contrast.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wnverify.arrays import FloatArray
from wnverify.errors import RecordError, expected

MOST_NUMBERS = 60_000_000
"""Pixels of all pictures together: 0.5 GB in double precision."""
CLASSES = 10
"""Of MNIST, Fashion-MNIST and CIFAR-10."""


@dataclass(frozen=True, eq=False)
class Pictures:
    """Pictures in the unit ball.

    Args:
        X: pixels, (n, d), every ‖x‖ ≤ 1.
        labels: whole numbers from 0, (n,).
        classes: how many there may be.
        source: where they come from, in words.
        divided: what all pixels were divided by.
    """

    X: FloatArray
    labels: NDArray[np.intp]
    classes: int
    source: str
    divided: float


def pictures(X: NDArray[Any], labels: NDArray[Any], classes: int, source: str) -> Pictures:
    """Pixels and labels as they are stored, checked and put into the unit ball.

    Args:
        X: pixels, (n, …).
        labels: (n,).
        classes: how many labels there may be.
        source: where they come from, in words.

    Raises:
        RecordError: if they do not go together, or are no numbers; says where.

    >>> found = pictures(np.array([[3, 4], [0, 1]]), np.array([1, 0]), 2, "two points")
    >>> found.X.tolist(), found.divided
    ([[0.6, 0.8], [0.0, 0.2]], 5.0)
    """
    _check_pixels(X)
    if labels.shape != (len(X),):
        raise RecordError(expected(f"one label for each of {len(X)} pictures", f"labels of shape {labels.shape}"))
    bad = np.flatnonzero(~((labels >= 0) & (labels < classes) & (labels == np.floor(labels))))
    if bad.size:
        where = f"{labels[bad[0]]:g} of picture {bad[0]}"
        raise RecordError(expected(f"labels from 0 to {classes - 1}", where))
    flat = X.reshape(len(X), -1).astype(np.float64)
    longest = float(np.linalg.norm(flat, axis=1).max())
    if not 0 < longest < np.inf:
        raise RecordError(expected("pictures with a finite norm that are not all black", f"largest norm {longest:g}"))
    flat /= longest
    return Pictures(_within(flat), labels.astype(np.intp), classes, source, longest)


def _within(X: FloatArray) -> FloatArray:
    """The same, but for a hair where rounding left a norm above 1."""
    beyond = float(np.linalg.norm(X, axis=1).max())
    if beyond > 1:
        X /= beyond * (1 + 1e-15)
    return X


def _check_pixels(X: NDArray[Any]) -> None:
    if X.dtype.kind not in "fiu" or X.ndim < 2 or X.size == 0:
        raise RecordError(expected("numbers as pixels, at least one picture", f"{X.dtype} of shape {X.shape}"))
    if X.size > MOST_NUMBERS:
        raise RecordError(expected(f"at most {MOST_NUMBERS:,} pixels", f"{X.size:,}", "take fewer pictures"))
    if X.dtype.kind == "f" and not np.isfinite(X).all():
        place = np.argwhere(~np.isfinite(X.reshape(len(X), -1)))[0].tolist()
        raise RecordError(expected("finite numbers as pixels", f"none at pixel {place[1]} of picture {place[0]}"))


def digest(found: Pictures) -> str:
    """What tells these pictures and labels from all others.

    Args:
        found: the pictures.

    >>> digest(pictures(np.eye(2), np.array([0, 1]), 2, "a")) == digest(pictures(np.eye(2), np.array([0, 1]), 2, "b"))
    True
    """
    whole = sha256(f"{found.X.shape} {found.classes} {found.divided!r}".encode())
    for array in (found.X, found.labels.astype(np.int64)):
        whole.update(np.ascontiguousarray(array).tobytes())
    return whole.hexdigest()[:16]


def some_of(found: Pictures, count: int, seed: int) -> Pictures:
    """So many of them, drawn without replacement; all of them where there are no more.

    Args:
        found: all.
        count: how many.
        seed: of the draw.

    Raises:
        RecordError: if that is none.
    """
    if count < 1:
        raise RecordError(expected("at least one picture", f"{count}"))
    kept = np.random.default_rng(seed).permutation(len(found.X))[:count]
    return Pictures(found.X[kept], found.labels[kept], found.classes, found.source, found.divided)


def as_words(found: Pictures) -> str:
    """What they are, for the head of a report.

    >>> as_words(pictures(np.eye(2), np.array([0, 1]), 2, "two points"))
    'two points: 2 pictures of 2 pixels in 2 classes, all divided by 1, the largest of their norms'
    """
    n, d = found.X.shape
    return (
        f"{found.source}: {n:,} pictures of {d:,} pixels in {found.classes} classes, "
        f"all divided by {found.divided:.6g}, the largest of their norms"
    )
