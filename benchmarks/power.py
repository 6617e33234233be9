"""What a quick run finds: `python -m benchmarks power [--against REV] [--record FILE]`.

Three numbers on each side: the share of planted wrong versions, whose constants are 5 %, 2 % or 1 % off, that are
refuted at the budget quick (see `asked/planted.py`); the CPU seconds of `wnverify try` of the README's false bound;
the best ratio of the adversary at p = 264 in equal CPU time (see `asked/adversary.py`). The last two are medians over
rounds that both sides take in turn. The wrong versions are those of the theorems that a record of the working tree
shows to be attained; without `--record` one is made at first.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections import defaultdict
from pathlib import Path
from statistics import median
from typing import Any

from rich.console import Console

from benchmarks.revisions import HERE, Side, in_turn, sides
from benchmarks.run_tables import columns

ASKED = Path(__file__).parent / "asked"
PAPERS = ("banerjee2024", "depth_free")
FALSE = "hessian_norm <= (1+rho)*sqrt(L)/(sqrt(m)*omega)"
"""The bound that the README has refuted."""
REFUTED = 1


def main(words: list[str]) -> int:
    """Measure, print, save."""
    options = _options(words)
    revisions = [HERE, *([options.against] if options.against else [])]
    with tempfile.TemporaryDirectory() as folder:
        both = sides(revisions, Path(folder))
        record = options.record or recorded(both[0], options.papers)
        found = planted(both, record.resolve())
        lines = {side.name: shares(found[side.name]) for side in both}
        for name, more in (*tried(both, options.rounds), *climbed(both, options.rounds, options.search)):
            lines[name] |= more
    Console(width=140, highlight=False).print(columns("What a quick run finds", lines))
    if options.json:
        options.json.write_text(json.dumps({"lines": lines, "planted": found}, indent=1) + "\n")
    return 0


def _options(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks power", description=__doc__)
    parser.add_argument("papers", nargs="*", default=PAPERS, metavar="THEOREM", help=f"{' and '.join(PAPERS)} else")
    parser.add_argument("--against", metavar="REV", help="another revision, run in turn with the working tree")
    parser.add_argument("--record", type=Path, metavar="FILE", help="of `wnverify check --json`; else one is made")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--search", type=float, default=8.0, metavar="SECONDS", help="CPU time of the adversary")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write everything here")
    return parser.parse_args(words)


def recorded(side: Side, theorems: list[str]) -> Path:
    """A record of the theorems."""
    side.run(["-m", "wnverify", "check", *theorems, "--seed", "0", "--json", "record.json"])
    return side.folder / "record.json"


def planted(both: list[Side], record: Path) -> dict[str, Any]:
    """The verdict of every wrong version, and the CPU seconds, by side and theorem; theorems of both sides only."""
    names = both[0].folder / "names.json"
    names.write_text(json.dumps(both[0].asked(ASKED / "planted.py", "list", str(record))), "utf-8")
    found = {side.name: side.asked(ASKED / "planted.py", "hunt", str(names)) for side in both}
    common = set.intersection(*(set(each["verdicts"]) for each in found.values()))
    for each in found.values():
        for told in ("verdicts", "seconds"):
            each[told] = {name: each[told][name] for name in each[told] if name in common}
    return found


def shares(found: dict[str, Any]) -> dict[str, float]:
    """How many there are, and the share that is refuted, by what they are off, and how long that took."""
    by_size: dict[str, list[bool]] = defaultdict(list)
    for verdicts in found["verdicts"].values():
        for name, verdict in verdicts.items():
            by_size[name.partition(",")[0]].append(verdict == "REFUTED")
    lines: dict[str, float] = {"theorems": len(found["verdicts"])}
    for size, refuted in by_size.items():
        lines |= {f"wrong by {size}": len(refuted), f"of these refuted, share, {size}": sum(refuted) / len(refuted)}
    return lines | {"CPU s of all of them": sum(found["seconds"].values())}


def tried(both: list[Side], rounds: int) -> list[tuple[str, dict[str, float]]]:
    """CPU seconds of the false bound."""
    spent = defaultdict(list)
    for side in in_turn(both, rounds):
        used = side.run(["-m", "wnverify", "try", FALSE])
        spent[side.name].append(used.cpu if used.code == REFUTED else float("inf"))
    return [(name, {"CPU s of the README's false bound": median(each)}) for name, each in spent.items()]


def climbed(both: list[Side], rounds: int, seconds: float) -> list[tuple[str, dict[str, float]]]:
    """Best ratios at p = 264, each round with a seed of its own."""
    best = defaultdict(list)
    for turn, side in enumerate(in_turn(both, rounds)):
        seed = str(turn // len(both))
        best[side.name].append(side.asked(ASKED / "adversary.py", str(seconds), seed))
    words = f"best ratio at p = 264 in {seconds:g} CPU s"
    return [(name, {words: median(each)}) for name, each in best.items()]
