"""Alike: instances with the same numbers are one object, so that what was measured of one is known of all.

The mutants of a theorem, its checks and the other theorems of its family often come to the same extreme instance, and
the routes that confirm it, autograd or balls, are the dearest part of judging it.
"""

from __future__ import annotations

from typing import Any

from wnverify.batch import Batch
from wnverify.family import Family
from wnverify.shelf import Shelf

ROOM = 16 * 2**20
"""Bytes of the instances that are kept, with about as much again measured of each."""
Kept = tuple[Batch, Any]

_SHELF: Shelf[Kept] = Shelf(ROOM, lambda kept: 8 * sum(array.nbytes for array in kept[0].arrays.values()) + 4096)


def interned(family: Family, one: Batch) -> Batch:
    """The first instance of a family that had these numbers.

    Args:
        family: its vocabulary tells how the instance is measured.
        one: a batch of size 1.
    """
    numbers = tuple((name, array.shape, array.tobytes()) for name, array in one.arrays.items())
    where = one.family, id(family.quantities), tuple(one.shape.items()), tuple(one.settings.items())
    return _SHELF.get((where, numbers), lambda: (one, family.quantities))[0]
