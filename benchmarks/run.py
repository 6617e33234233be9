"""A whole run: `python -m benchmarks run [THEOREM …] [--against REV] [--rounds N]`.

Runs `wnverify check` as a user does, at seed 0 and budget quick, `--rounds` times on each side in turn, and adds up
the CPU seconds, user and system, of the process and of those that it started, with one BLAS thread. One more run on
each side tells where the time goes, by sampling every process (see `sampling/sitecustomize.py`): those seconds
include about 1 % of sampling, and are no part of the others. Instances, ratios, mutants and verdicts are those of the
record, which every round gives alike.

Instances are those that any check evaluated. Random ones are those of the check `sampled` that met every hypothesis
and on which the claim says something, for theorems that are no control. The time of a mutant is that of the check
`mutants` of its theorem, divided by the number of mutants there. With `--against` the exit code is 1 where a verdict
differs, or a mutant survives that was refuted there.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from rich.console import Console

from benchmarks import run_tables
from benchmarks.revisions import HERE, Side, Used, in_turn, sides
from benchmarks.sampling.sitecustomize import START

SAMPLING = Path(__file__).parent / "sampling"
VERDICTS = Path(__file__).parent / "asked" / "verdicts.py"
Rows = list[tuple[str, str, str, str, float]]


@dataclass
class Found:
    """What the runs of one side gave.

    Args:
        used: CPU and wall seconds, run by run.
        theorems: verdict, worst ratio, counts and mutants by theorem.
        samples: theorem, check, layer, module and CPU seconds of the sampled run.
    """

    used: list[Used] = field(default_factory=list)
    theorems: dict[str, dict[str, Any]] = field(default_factory=dict)
    samples: Rows = field(default_factory=list)

    @property
    def cpu(self) -> float:
        """CPU seconds of a run, the median of the rounds."""
        return median(used.cpu for used in self.used)

    @property
    def instances(self) -> int:
        """Instances that were evaluated."""
        return sum(each["tried"] for each in self.theorems.values())

    @property
    def random(self) -> dict[str, int]:
        """Random instances that put a theorem to the test."""
        found = {name: each["random"] for name, each in self.theorems.items() if not each["control"]}
        return {name: count for name, count in found.items() if count is not None}

    @property
    def mutants(self) -> dict[str, str]:
        """The verdict of every mutant of a theorem that is no control."""
        return {
            f"{name}: {mutant}": verdict
            for name, each in self.theorems.items()
            for mutant, verdict in each["mutants"].items()
            if not each["control"]
        }

    def seconds(self, column: int) -> dict[str, float]:
        """Sampled CPU seconds by theorem (0), check (1), layer (2) or module (3)."""
        return _added(self.samples, lambda row: row[column])

    @property
    def seconds_of_mutants(self) -> dict[str, float]:
        """Sampled CPU seconds of a mutant, by theorem."""
        spent = _added([row for row in self.samples if row[1] == "mutants"], lambda row: row[0])
        counts = {name: len(each["mutants"]) for name, each in self.theorems.items()}
        return {name: spent.get(name, 0.0) / count for name, count in counts.items() if count}


def _added(rows: Rows, key: Callable[[Any], str]) -> dict[str, float]:
    total: dict[str, float] = defaultdict(float)
    for row in rows:
        total[key(row)] += row[4]
    return dict(sorted(total.items(), key=lambda pair: -pair[1]))


def main(words: list[str]) -> int:
    """Measure, print, save."""
    options = _options(words)
    console = Console(width=140, highlight=False)
    revisions = [HERE, *([options.against] if options.against else [])]
    with tempfile.TemporaryDirectory() as folder:
        both = sides(revisions, Path(folder))
        found = measured(both, options.theorems, options.rounds, options.jobs)
    for table in run_tables.tables(found):
        console.print(table)
    if options.json:
        options.json.write_text(json.dumps({name: plain(each) for name, each in found.items()}, indent=1) + "\n")
    problems = list(worse(*found.values())) if options.against else []
    for line in problems:
        console.print(line, soft_wrap=True)
    return int(bool(problems))


def _options(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks run", description=__doc__)
    parser.add_argument("theorems", nargs="*", metavar="THEOREM", help="an id, a folder or a glob; all by default")
    parser.add_argument("--against", metavar="REV", help="another revision, run in turn with the working tree")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--jobs", type=int, help="processes; as many as cores by default")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write everything here")
    return parser.parse_args(words)


def measured(both: list[Side], theorems: list[str], rounds: int, jobs: int | None) -> dict[str, Found]:
    """Run both sides in turn, then each once more to be sampled."""
    found = {side.name: Found() for side in both}
    record = "record.json"
    command = ["-m", "wnverify", "check", *theorems, "--seed", "0", "--json", record]
    command += ["--jobs", str(jobs)] if jobs else []
    for side in in_turn(both, rounds):
        found[side.name].used.append(side.run(command))
    for side in both:
        samples = side.folder / "samples"
        samples.mkdir()
        found[side.name].theorems = side.asked(VERDICTS, record)
        used = side.run(command, {"WNVERIFY_SAMPLES": str(samples)}, SAMPLING)
        found[side.name].samples = booked(samples, used)
    return found


def booked(samples: Path, used: Used) -> Rows:
    """What every process booked; what none did, it used before it could, or when it had ended its work."""
    texts = [file.read_text("utf-8") for file in sorted(samples.glob("*.json"))]
    rows: Rows = [tuple(row) for text in texts for row in json.loads(text)]
    return [*rows, ("", START, START, "end of processes", used.cpu - sum(row[4] for row in rows))]


def worse(here: Found, there: Found) -> list[str]:
    """Verdicts that differ, and mutants that were refuted there and are not here; theorems of both sides only."""
    common = sorted(here.theorems.keys() & there.theorems.keys())
    changed = [
        f"{name}: {there.theorems[name]['verdict']} -> {here.theorems[name]['verdict']}"
        for name in common
        if here.theorems[name]["verdict"] != there.theorems[name]["verdict"]
    ]
    alive = [
        f"{name}: refuted -> {verdict.lower()}"
        for name, verdict in here.mutants.items()
        if verdict != "REFUTED" and there.mutants.get(name) == "REFUTED"
    ]
    return changed + alive


def plain(found: Found) -> Mapping[str, Any]:
    """Everything that was found, for a file."""
    return {
        "cpu": [used.cpu for used in found.used],
        "wall": [used.wall for used in found.used],
        "checks": found.seconds(1),
        "layers": found.seconds(2),
        "modules": found.seconds(3),
        "seconds": found.seconds(0),
        "seconds of a mutant": found.seconds_of_mutants,
        "theorems": found.theorems,
    }
