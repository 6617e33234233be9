"""Effort: what checking a theorem took on this machine, as far as a store remembers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from wnverify.evidence import Subject
from wnverify.store.database import Row
from wnverify.store.unit import outcome_from_text

Value = TypeVar("Value", int, float)
NEWEST = 1000
"""So many rows say enough."""
RECENT = "budget = ? AND unit <> '' AND rowid > (SELECT max(rowid) FROM finished) - ?"


@dataclass(frozen=True)
class Took:
    """What theorems took, each with all of its checks.

    Args:
        theorems: how many.
        seconds: CPU time of the quickest tenth, of the middle one, and of the slowest tenth.
        instances: how many a check had that had any: the tenth that had fewest, the middle, the tenth that had most.
        mean: CPU time on average.
    """

    theorems: int
    seconds: tuple[float, float, float]
    instances: tuple[int, int, int]
    mean: float


def took(rows: Iterable[Row]) -> Took | None:
    """What the theorems of these rows took, each row being a check of one of them; None if there are none."""
    seconds: dict[str, float] = defaultdict(float)
    instances: list[int] = []
    for row in rows:
        evidence, _ = outcome_from_text(row.result)
        seconds[row.theorem] += row.seconds
        instances += [evidence.tried] if evidence.tried and evidence.subject is not Subject.MUTANTS else []
    if not seconds or not instances:
        return None
    mean = sum(seconds.values()) / len(seconds)
    return Took(len(seconds), _tenths(sorted(seconds.values())), _tenths(sorted(instances)), mean)


def _tenths(ordered: Sequence[Value]) -> tuple[Value, Value, Value]:
    """The values at a tenth, a half and nine tenths."""
    last = len(ordered) - 1
    return ordered[last // 10], ordered[last // 2], ordered[last - last // 10]
