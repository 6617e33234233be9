"""Extreme instances are the same for every check and every theorem of a family: a situation's are built once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
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


def parted(words: Sequence[str], arrays: Mapping[str, FloatArray]) -> Iterator[tuple[str, dict[str, FloatArray]]]:
    """Instances that were built together, kind by kind: views of as many for each of the words.

    >>> import numpy as np
    >>> for word, arrays in parted(["one", "other"], {"v": np.array([[1.0, 2.0, 3.0, 4.0]])}):
    ...     print(word, arrays["v"])
    one [[1. 2.]]
    other [[3. 4.]]
    """
    each = next(iter(arrays.values())).shape[-1] // len(words)
    for index, word in enumerate(words):
        part = slice(index * each, (index + 1) * each)
        yield word, {name: array[..., part] for name, array in arrays.items()}
