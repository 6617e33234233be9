"""The printed tables of a whole run, of one side or of two with their ratio."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from statistics import median
from typing import TYPE_CHECKING

from rich.table import Table

if TYPE_CHECKING:
    from benchmarks.run import Found

MODULES = 15
"""How many modules are told, those that take the most."""


def tables(found: Mapping[str, Found]) -> Iterator[Table]:
    """The whole, then where the time goes, then theorem by theorem."""
    yield columns("A whole run", {name: _whole(each) for name, each in found.items()})
    for column, words in ((1, "check"), (2, "layer"), (3, "module")):
        yield _shares(words, found, column)
    yield _theorems(found)


def _whole(found: Found) -> dict[str, float]:
    seconds = found.seconds(2)
    random, mutants = sorted(found.random.values()), list(found.mutants.values())
    each = sorted(found.seconds_of_mutants.values())
    verdicts = Counter(each["verdict"] for each in found.theorems.values())
    lines = {
        "CPU s": found.cpu,
        "CPU s, least of the rounds": min(used.cpu for used in found.used),
        "wall s": median(used.wall for used in found.used),
        "CPU s, sampled run": sum(seconds.values()),
        "instances": found.instances,
        "instances a CPU s": found.instances / found.cpu,
        "share of the engine": seconds.get("engine", 0.0) / sum(seconds.values()),
    }
    if random:
        lines |= {"random instances, least": random[0], "random instances, median": median(random)}
    if each:
        lines |= {"CPU s a mutant, median": median(each), "CPU s a mutant, most": each[-1]}
    lines |= {"mutants": len(mutants), "mutants refuted": mutants.count("REFUTED")}
    return lines | {f"theorems {verdict.lower()}": count for verdict, count in sorted(verdicts.items())}


def columns(title: str, found: Mapping[str, Mapping[str, float]]) -> Table:
    """One line a number, one column a side; with two sides also the ratio of the first to the second."""
    out = Table(title=title, title_justify="left")
    out.add_column("")
    for name in found:
        out.add_column(name, justify="right")
    if len(found) == 2:
        out.add_column("ratio", justify="right")
    for line in dict.fromkeys(line for column in found.values() for line in column):
        numbers = [column.get(line, 0) for column in found.values()]
        out.add_row(line, *map(_number, numbers), *_ratio(numbers))
    return out


def _number(value: float) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:,.3g}" if abs(value) < 1000 else f"{value:,.0f}"


def _ratio(numbers: list[float]) -> list[str]:
    if len(numbers) < 2:
        return []
    return [f"{numbers[0] / numbers[1]:.3f}" if numbers[1] else "–"]


def _shares(words: str, found: Mapping[str, Found], column: int) -> Table:
    """CPU seconds of the sampled run by check, by layer, or by the modules that take the most."""
    seconds = {name: each.seconds(column) for name, each in found.items()}
    if words == "module":
        kept = {line for each in seconds.values() for line in list(each)[:MODULES]}
        seconds = {name: {line: each[line] for line in each if line in kept} for name, each in seconds.items()}
    return columns(f"Sampled CPU s by {words}", seconds)


def _theorems(found: Mapping[str, Found]) -> Table:
    """CPU seconds, random instances and worst ratio, theorem by theorem."""
    out = Table(title="Theorem by theorem", title_justify="left")
    out.add_column("theorem")
    for words in ("CPU s", "random", "worst ratio"):
        for name in found:
            out.add_column(f"{words}, {name}" if len(found) > 1 else words, justify="right")
    seconds = [each.seconds(0) for each in found.values()]
    for theorem in sorted({name for each in found.values() for name in each.theorems}):
        told = [each.theorems.get(theorem, {}) for each in found.values()]
        spent = [f"{each.get(theorem, 0.0):.2f}" for each in seconds]
        random = ["–" if (count := each.get("random")) is None else f"{count:,}" for each in told]
        ratio = ["–" if (worst := each.get("ratio")) is None else f"{worst:.6g}" for each in told]
        out.add_row(theorem, *spent, *random, *ratio)
    return out
