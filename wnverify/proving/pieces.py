"""Pieces: a domain in parts that are proved one by one, each a unit of work by itself, and a tree made of theirs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from wnverify.errors import UsageError, expected
from wnverify.proving.domain import Domain
from wnverify.proving.trees import Corners, halves

MOST_SHARES = 64
"""Domains in one or two coordinates have fewer parts than shares that may be asked for; some are empty then."""


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
