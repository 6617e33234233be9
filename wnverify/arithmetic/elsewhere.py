"""Elsewhere: other numbers, at which a tape must give what its function gives."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from wnverify.arithmetic.tape import Parts
from wnverify.arrays import FloatArray

BESIDE = 0.01
"""By what share of it each number is moved at most, each by another one."""


def elsewhere(parts: Parts) -> Iterator[dict[str, list[FloatArray | None]]]:
    """Other numbers: a little beside, in no direction that a function is likely to be constant in, and far off.

    A choice that holds nearby may be another one there.
    """
    yield _each(parts, lambda part: part * (1.0 + BESIDE * _unlike(part)))
    yield _each(parts, lambda part: np.abs(_unlike(part)))
    yield _each(parts, lambda part: -_unlike(part))
    yield _each(parts, lambda part: 4.0 * _unlike(part))


def _unlike(part: FloatArray) -> FloatArray:
    """Numbers of both signs, none like another, of the shape of some."""
    return np.cos(1.0 + np.arange(part.size)).reshape(part.shape)


def _each(parts: Parts, act: Callable[[FloatArray], FloatArray]) -> dict[str, list[FloatArray | None]]:
    return {name: [None if part is None else act(part) for part in known] for name, known in parts.items()}
