"""Shelf: what is used again and again is kept while there is room; what was used longest ago goes first."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Kept = TypeVar("Kept")


class Shelf(Generic[Kept]):
    """A bounded memory of results, for one process.

    Args:
        room: bytes, all results together.
        size: the bytes of a result.
    """

    def __init__(self, room: int, size: Callable[[Kept], int]) -> None:
        self.room, self.size = room, size
        self._kept: OrderedDict[Hashable, Kept] = OrderedDict()
        self._used = 0

    def get(self, key: Hashable, make: Callable[[], Kept]) -> Kept:
        """The result under a key; made if it is not there, and kept even where it alone is larger than the room.

        >>> shelf = Shelf(10, len)
        >>> [shelf.get(word, lambda: word) for word in ("four", "three", "seven", "four")]
        ['four', 'three', 'seven', 'four']
        >>> list(shelf._kept)
        ['seven', 'four']
        """
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        found = make()
        self._kept[key] = found
        self._used += self.size(found)
        while self._used > self.room and len(self._kept) > 1:
            self._used -= self.size(self._kept.popitem(last=False)[1])
        return found

    def clear(self) -> None:
        """Forget everything."""
        self._kept.clear()
        self._used = 0
