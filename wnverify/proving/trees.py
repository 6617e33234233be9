"""Trees: how a box is halved, in preorder as text, a digit for a box that is halved in that coordinate.

`.` stands for a box that is proved, `?` for one that is not; the boxes follow from the outermost one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

PROVED, OPEN = ".", "?"
Corners: TypeAlias = tuple[list[float], list[float]]
"""The least and the greatest values of the coordinates."""


def halves(lows: Sequence[float], highs: Sequence[float], along: int) -> tuple[Corners, Corners]:
    """Both halves of a box, at the middle that everybody takes.

    >>> halves([0.0, 0.0], [1.0, 1.0], 1)
    (([0.0, 0.0], [1.0, 0.5]), ([0.0, 0.5], [1.0, 1.0]))
    """
    middle = 0.5 * (lows[along] + highs[along])
    below, above = list(highs), list(lows)
    below[along] = above[along] = middle
    return (list(lows), below), (above, list(highs))


def opened(lows: Sequence[float], highs: Sequence[float], tree: str) -> list[tuple[Corners, int]]:
    """The boxes that a tree leaves open, in preorder, each with the number of halvings that made it.

    >>> opened([0.0], [1.0], "0.0.?")
    [(([0.75], [1.0]), 2)]
    """
    found: list[tuple[Corners, int]] = []
    waiting: list[tuple[Corners, int]] = [((list(lows), list(highs)), 0)]
    for sign in tree:
        box, depth = waiting.pop()
        if sign.isdigit():
            waiting += [(half, depth + 1) for half in reversed(halves(*box, int(sign)))]
        elif sign == OPEN:
            found.append((box, depth))
    return found


def open_share(tree: str) -> float:
    """The share of a box, by measure, that its tree leaves open: each halving halves it.

    >>> open_share("0.0.?"), open_share("?"), open_share("")
    (0.25, 1.0, 0.0)
    """
    found, waiting = 0.0, [1.0]
    for sign in tree:
        part = waiting.pop()
        if sign.isdigit():
            waiting += [0.5 * part, 0.5 * part]
        elif sign == OPEN:
            found += part
    return found


def is_tree(text: str, size: int) -> bool:
    """Whether a text is one whole tree of halvings of so many coordinates.

    >>> is_tree("0.?", 1), is_tree("0.", 1), is_tree("1.?", 1)
    (True, False, False)
    """
    left = 1
    for place, sign in enumerate(text, start=1):
        if sign in (PROVED, OPEN):
            left -= 1
        elif 0 <= "0123456789".find(sign) < size:
            left += 1
        else:
            return False
        if left == 0:
            return place == len(text)
    return False


@dataclass
class Tree:
    """A tree of halvings that grows.

    Args:
        along: of every node the coordinate in which it is halved; −1 where it is not.
        first: the number of its first half; the second follows.
        proved: whether it is.
    """

    along: list[int] = field(default_factory=lambda: [-1])
    first: list[int] = field(default_factory=lambda: [0])
    proved: list[bool] = field(default_factory=lambda: [False])

    def halve(self, node: int, along: int) -> int:
        """Add the halves of a node; the number of the first."""
        number = len(self.along)
        self.along[node], self.first[node] = along, number
        self.along += [-1, -1]
        self.first += [0, 0]
        self.proved += [False, False]
        return number

    def follow(self, text: str) -> list[int]:
        """Halve as a text in preorder says, from the root on; the nodes that it leaves open, in order."""
        found, waiting = [], [0]
        for sign in text:
            node = waiting.pop()
            if sign.isdigit():
                first = self.halve(node, int(sign))
                waiting += [first + 1, first]
            elif sign == PROVED:
                self.proved[node] = True
            else:
                found.append(node)
        return found

    def text(self) -> str:
        """The tree in preorder."""
        signs, waiting = [], [0]
        while waiting:
            node = waiting.pop()
            if self.along[node] < 0:
                signs.append(PROVED if self.proved[node] else OPEN)
                continue
            signs.append(str(self.along[node]))
            waiting += [self.first[node] + 1, self.first[node]]
        return "".join(signs)
