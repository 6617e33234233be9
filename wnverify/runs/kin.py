"""Kin: theorems about one family stay with one process, which has measured the instances that they share."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from wnverify.catalogue import Text

Item = TypeVar("Item")
FAMILY = re.compile(rb"\bfamily=(\w+)")


def kin(text: Text) -> str:
    """What a theorem is about, as its text says: the name of its family, whatever folder it is in.

    It decides only who does the work; a text that says nothing goes with the others of its folder that do not.
    """
    found = FAMILY.search(text.source)
    return found[1].decode() if found else text.entry.id.rpartition("/")[0]


@dataclass
class Dealt(Generic[Item]):
    """Items to be done, dealt out to whoever asks: those that are akin to one, the first that nobody holds.

    Args:
        groups: what is akin, in the order in which it is begun.
    """

    groups: list[deque[Item]]
    _held: dict[Hashable, deque[Item]] = field(default_factory=dict)

    @classmethod
    def of(cls, pairs: Iterable[tuple[str, Item]]) -> Dealt[Item]:
        """Items with what they are about."""
        groups: dict[str, deque[Item]] = {}
        for about, item in pairs:
            groups.setdefault(about, deque()).append(item)
        return cls(list(groups.values()))

    def to(self, who: Hashable) -> Item | None:
        """The next one; when all are held by others, of the group with most left. None if there is none.

        >>> dealt = Dealt.of([("a", 1), ("b", 2), ("a", 3), ("a", 4)])
        >>> [dealt.to(who) for who in (0, 1, 1, 0, 1)]
        [1, 2, 3, 4, None]
        """
        group = self._held.get(who)
        if not group:
            if (group := self._next()) is None:
                return None
            self._held[who] = group
        return group.popleft()

    def _next(self) -> deque[Item] | None:
        left = [group for group in self.groups if group]
        taken = {id(group) for group in self._held.values()}
        return next((group for group in left if id(group) not in taken), max(left, key=len, default=None))
