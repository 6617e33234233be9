"""Pictures: what of an instance can be drawn, as numbers; whoever draws them knows nothing of the family."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True)
class Fan:
    """Arrows from one point, by their angle to a direction of reference.

    Args:
        title: what the arrows are.
        against: what the reference is.
        degrees: of each arrow, from 0 to 180.
        lengths: of each arrow, none negative.
        values: the entries of the reference, for bars beside the arrows; empty where they say nothing.
    """

    title: str
    against: str
    degrees: tuple[float, ...]
    lengths: tuple[float, ...]
    values: tuple[float, ...] = ()


@dataclass(frozen=True)
class Course:
    """Numbers that change along a run.

    Args:
        title: what they are.
        along: what the run is measured by.
        names: of the numbers.
        points: for each of them its values at even steps of the run.
    """

    title: str
    along: str
    names: tuple[str, ...]
    points: tuple[tuple[float, ...], ...]


Picture: TypeAlias = Fan | Course
