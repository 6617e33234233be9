"""Pieces: a domain in parts that are proved one by one, each a unit of work by itself, and a tree made of theirs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from wnverify.errors import UsageError, expected
from wnverify.proving.branch import OPEN
from wnverify.proving.domain import Domain

MOST_SHARES = 64
"""Domains in one or two coordinates have fewer parts than shares that may be asked for; some are empty then."""
Corners = tuple[list[float], list[float]]


@dataclass(frozen=True)
class Piece:
    """A part of a domain.

    Args:
        number: its place in preorder.
        lows: the least values of the coordinates.
        highs: the greatest.
    """

    number: int
    lows: Sequence[float]
    highs: Sequence[float]


def halves(lows: Sequence[float], highs: Sequence[float], along: int) -> tuple[Corners, Corners]:
    """Both halves of a box, at the middle that everybody takes.

    >>> halves([0.0, 0.0], [1.0, 1.0], 1)
    (([0.0, 0.0], [1.0, 0.5]), ([0.0, 0.5], [1.0, 1.0]))
    """
    middle = 0.5 * (lows[along] + highs[along])
    below, above = list(highs), list(lows)
    below[along] = above[along] = middle
    return (list(lows), below), (above, list(highs))


def pieces(domain: Domain) -> list[Piece]:
    """The parts of a domain in preorder: every coordinate is halved once."""
    boxes: list[Corners] = [(list(domain.corners[0]), list(domain.corners[1]))]
    for along in range(len(domain.names)):
        boxes = [half for box in boxes for half in halves(*box, along)]
    return [Piece(number, *box) for number, box in enumerate(boxes)]


def whole(domain: Domain, trees: Sequence[str]) -> str:
    """The tree of a domain from those of its parts."""
    for along in reversed(range(len(domain.names))):
        trees = [f"{along}{first}{second}" for first, second in zip(trees[::2], trees[1::2], strict=True)]
    return trees[0]


def open_boxes(piece: Piece, tree: str) -> Iterator[Corners]:
    """The boxes of a tree that are not proved."""
    waiting: list[Corners] = [(list(piece.lows), list(piece.highs))]
    for sign in tree:
        box = waiting.pop()
        if sign.isdigit():
            waiting += reversed(halves(*box, int(sign)))
        elif sign == OPEN:
            yield box


def share(number: int, which: tuple[int, int]) -> bool:
    """Whether a piece belongs to the i-th of k shares."""
    place, shares = which
    return number % shares == place - 1


def parse_share(text: str) -> tuple[int, int]:
    """Read `i/k`.

    Raises:
        UsageError: if it is no share, or there are more shares than pieces.

    >>> parse_share("2/4")
    (2, 4)
    """
    place, slash, shares = text.partition("/")
    plain = slash and all(part.isascii() and part.isdecimal() and len(part) < 5 for part in (place, shares))
    if not plain or not 1 <= int(place) <= int(shares) <= MOST_SHARES:
        raise UsageError(expected(f"a share I/K with 1 ≤ I ≤ K ≤ {MOST_SHARES}, such as 1/4", repr(text[:60])))
    return int(place), int(shares)
