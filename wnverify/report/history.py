"""What is kept, for a reader: how a theorem fared over time, and what a store holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from rich.text import Text

from wnverify.beside import shortened
from wnverify.budget import ROUNDS
from wnverify.evidence import Number
from wnverify.report.findings import tried
from wnverify.report.layout import Column, field, table
from wnverify.report.words import counted, ratio_words, seconds_words, verdict_words
from wnverify.store.database import Row
from wnverify.store.history import State
from wnverify.store.surroundings import Surroundings

STEPS = "▁▂▃▄▅▆▇█"
NONE = " "
MINUTES = 16
"""So much of a time is shown: a date with hours and minutes."""


def sparkline(ratios: Sequence[Number | None]) -> str:
    """Ratios as strokes between the least and the largest; one that is no number leaves a gap.

    >>> sparkline([0.2, 0.5, None, 0.9]), sparkline([0.5, 0.5])
    ('▁▄ █', '▄▄')
    """
    values = [float(ratio) if ratio is not None else float("nan") for ratio in ratios]
    known = [value for value in values if abs(value) < float("inf")]
    low, high = min(known, default=0.0), max(known, default=0.0)
    last, middle = len(STEPS) - 1, (len(STEPS) - 1) // 2
    places = [int((v - low) / (high - low) * last + 0.5) if high > low else middle for v in known]
    strokes = iter(STEPS[place] for place in places)
    return "".join(next(strokes) if abs(value) < float("inf") else NONE for value in values)


def _ratios(states: Sequence[State]) -> list[Number | None]:
    return [state.evidence.worst.ratio if state.evidence.worst else None for state in states]


def of_theorem(theorem: str, states: Sequence[State], width: int) -> list[Text]:
    """Every state of one theorem, a line each, and its worst ratios as strokes."""
    found = [state.evidence for state in states]
    columns = [
        Column("when (UTC)", [Text(state.written[:MINUTES].replace("T", " ")) for state in states]),
        Column("verdict", [Text(*_verdict(state)) for state in states]),
        Column("worst ratio", [Text(ratio_words(ratio)) for ratio in _ratios(states)], right=True),
        Column("instances", [Text(f"{tried(each.checks):,}") for each in found], right=True),
        Column("checks", [Text(f"{len(each.checks)}/{len(each.planned)}") for each in found], right=True, drop=2),
        Column("budget", [Text(_effort(state)) for state in states]),
        Column("seed", [Text(state.seed) for state in states], right=True, drop=1),
        Column("time", [Text(seconds_words(state.seconds)) for state in states], right=True, drop=3),
        Column("theorem", [Text(shortened(each.digest)) for each in found], drop=4),
        Column("wnverify", [Text(f"{state.wnverify} {state.around[:8]}") for state in states], drop=5),
        Column("where", [Text(", ".join(state.hosts)) for state in states], drop=6),
    ]
    line = sparkline(_ratios(states))
    return [Text(theorem, "bold"), *table(columns, width), *field("worst ratio", line, width)]


def _effort(state: State) -> str:
    return counted(state.evidence.rounds, "round") if state.budget == ROUNDS else state.budget


def _verdict(state: State) -> tuple[str, str]:
    done, planned = len(state.evidence.checks), len(state.evidence.planned)
    return verdict_words(state.evidence) if done == planned else (f"… {done} of {planned} checks", "yellow")


def of_all(found: Mapping[str, Sequence[State]], width: int) -> list[Text]:
    """A line a theorem: how often it was checked, how it fared last, and its worst ratios as strokes."""
    last = [states[-1] for states in found.values()]
    columns = [
        Column("theorem", [Text(name) for name in found]),
        Column("states", [Text(str(len(states))) for states in found.values()], right=True),
        Column("last verdict", [Text(*_verdict(state)) for state in last]),
        Column("worst ratio", [Text(ratio_words(_ratios([state])[0])) for state in last], right=True),
        Column("over time", [Text(sparkline(_ratios(states))) for states in found.values()]),
        Column("when (UTC)", [Text(state.written[:MINUTES].replace("T", " ")) for state in last], drop=1),
    ]
    return table(columns, width)


def of_store(heads: Sequence[Row], around: Mapping[str, Surroundings], present: str, width: int) -> list[Text]:
    """What a store holds: how much, from when, where, and in which states of the package."""
    checks = [row for row in heads if row.unit]
    theorems, hosts = {row.theorem for row in checks}, sorted({row.host for row in heads})
    lines = field("checks", f"{counted(len(checks), 'check')} of {counted(len(theorems), 'theorem')}", width)
    if not checks:
        return lines
    first, last = (time(row.written for row in heads)[:MINUTES].replace("T", " ") for time in (min, max))
    lines += field("when", f"{first} to {last} UTC", width)
    lines += field("where", ", ".join(hosts), width)
    lines += field("effort", seconds_words(sum(row.seconds for row in checks)), width)
    for digest, number in Counter(row.around for row in checks).most_common():
        known = around.get(digest)
        name = f"wnverify {known.wnverify} {digest[:8]}" if known else digest[:8]
        words = f"{name}: {counted(number, 'check')}{', the present one' if digest == present else ''}"
        lines += field("state", words, width)
    return lines
