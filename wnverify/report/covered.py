"""What a search covered: between which values each symbol lay, in how many shapes with settings."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from wnverify.evidence import CheckEvidence, Number
from wnverify.report.words import counted, formula

Ranges = Mapping[str, tuple[Number, Number]]


def covered_words(ranges: Ranges, situations: int, sizes: Collection[str] = ()) -> str:
    """One sentence, the sizes first; a published record keeps no shapes, and then they are not counted.

    >>> covered_words({"omega": (0.001, 1000.0), "L": (1.0, 8.0)}, 12, ["L"])
    'L 1 to 8, ω 0.001 to 1000; 12 shapes with settings'
    """
    names = sorted(ranges, key=lambda name: (name not in sizes, name))
    parts = [f"{formula(name)} {_interval(*ranges[name])}" for name in names]
    shapes = counted(situations, "shape with settings", "shapes with settings") if situations else ""
    return "; ".join(filter(None, [", ".join(parts), shapes]))


def _interval(low: Number, high: Number) -> str:
    ends = [f"{float(end):.4g}" for end in (low, high)]
    return ends[0] if ends[0] == ends[1] else " to ".join(ends)


def of_checks(checks: Sequence[CheckEvidence]) -> str:
    """What all searches of one theorem covered together; empty where none kept it."""
    ranges: dict[str, tuple[Number, Number]] = {}
    situations: set[str] = set()
    for check in checks:
        situations |= set(check.by_situation)
        for name, (low, high) in check.ranges.items():
            known = ranges.get(name, (low, high))
            ranges[name] = (min(low, known[0], key=float), max(high, known[1], key=float))
    sizes = {name for check in checks for name in check.by_size}
    lost = sum(check.unevaluated for check in checks)
    words = covered_words(ranges, len(situations), sizes) if ranges else ""
    return f"{words}; {lost:,} instances without a value were left out" if words and lost else words
