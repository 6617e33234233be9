"""Extreme instances are the same for every check and every theorem of a family: a situation's are built once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache, wraps
from typing import TypeAlias

from wnverify.arrays import FloatArray
from wnverify.family import Arrays, Situation

Named: TypeAlias = tuple[str, Arrays]
SITUATIONS = 64
"""How many are kept: about 10 MB of the shapes that are checked."""


def kept(
    build: Callable[[Situation], Iterator[Named]],
) -> Callable[[Situation], Iterator[tuple[str, dict[str, FloatArray]]]]:
    """Build the instances of a situation once for those asked for last; their arrays are read-only.

    Args:
        build: situation -> what instances are called, and their arrays; without any chance.
    """

    @lru_cache(maxsize=SITUATIONS)
    def found(shape: tuple[tuple[str, int], ...], settings: tuple[tuple[str, str], ...]) -> tuple[Named, ...]:
        instances = tuple(build(Situation(dict(shape), dict(settings))))
        for _, arrays in instances:
            for array in arrays.values():
                array.flags.writeable = False
        return instances

    @wraps(build)
    def structured(situation: Situation) -> Iterator[tuple[str, dict[str, FloatArray]]]:
        for words, arrays in found(tuple(situation.shape.items()), tuple(situation.settings.items())):
            yield words, dict(arrays)

    return structured
