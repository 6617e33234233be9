"""The runs: claims are decided, wrong verdicts printed, shares counted by kind."""

from __future__ import annotations

import json
import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path

from benchmarks.attack.bounds import cases, decided
from benchmarks.attack.claims import claim_at
from benchmarks.attack.trial import CRASHED, REFUSED, REFUTED, Answer, TypedClaim, asked, from_file, spread

VERDICTS = (REFUTED, "UNDECIDED", "VACUOUS", "HELD", REFUSED, CRASHED)
EVERY = 60.0
"""Seconds between two lines of progress."""


@dataclass(frozen=True)
class Effort:
    """How hard each claim is tried.

    Args:
        budget: as for `wnverify try`.
        seed: of the claims; every search begins with seed 0.
        jobs: processes.
        narrow: whether claims are about networks of one activation, which is cheaper.
    """

    budget: str
    seed: int
    jobs: int
    narrow: bool = False


@dataclass
class Score:
    """What became of the claims so far, by truth and kind."""

    verdicts: dict[tuple[bool, str], Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    seconds: dict[tuple[bool, str], float] = field(default_factory=lambda: defaultdict(float))
    errors: list[str] = field(default_factory=list)

    def add(self, claim: TypedClaim, answer: Answer) -> None:
        """Count one."""
        key = claim.truth, claim.kind
        self.verdicts[key][answer.verdict] += 1
        self.seconds[key] += answer.seconds
        if answer.wrong_of(claim):
            self.errors.append(f"{claim.kind}: {claim}: {answer.reason}")

    @property
    def wrong(self) -> int:
        """How many verdicts contradict the truth, or are none."""
        return len(self.errors)

    @property
    def count(self) -> int:
        """How many there are."""
        return sum(sum(each.values()) for each in self.verdicts.values())

    def found(self, kind: str = "") -> float:
        """The share of false claims that were refuted, of one kind or of all."""
        chosen = [each for (truth, name), each in self.verdicts.items() if not truth and kind in ("", name)]
        return sum(each[REFUTED] for each in chosen) / max(1, sum(sum(each.values()) for each in chosen))

    def lines(self) -> list[str]:
        """A table: false kinds with the share found, true kinds with what was said of them."""
        head = f"{'truth':6}{'kind':26}{'claims':>7}{'found':>7}{'s each':>8}  " + "  ".join(
            f"{v:>9}" for v in VERDICTS
        )
        rows = [head]
        for (truth, kind), verdicts in sorted(self.verdicts.items()):
            n = sum(verdicts.values())
            share = "" if truth else f"{100 * verdicts[REFUTED] / n:.0f} %"
            counts = "  ".join(f"{verdicts[v] or '':>9}" for v in VERDICTS)
            rows.append(f"{truth!s:6}{kind:26}{n:7}{share:>7}{self.seconds[truth, kind] / n:8.2f}  {counts}")
        return [
            *rows,
            f"{self.count} claims, {self.wrong} wrong; {100 * self.found():.1f} % of the false ones refuted",
        ]


def bounds(count: int, seed: int, *, show_open: bool) -> int:
    """Decide claims about bounds; print the verdicts by kind, and every wrong one."""
    table: dict[tuple[bool, str], Counter[str]] = defaultdict(Counter)
    wrong = 0
    for case in cases(count, seed):
        decision = decided(case)
        table[case.truth, case.kind][decision.verdict.name] += 1
        if case.open(decision.verdict) and show_open:
            print(f"OPEN: {case}")
        if case.wrong(decision.verdict):
            wrong += 1
            print(f"WRONG: {case}: {decision}")
    for (truth, kind), verdicts in sorted(table.items()):
        print(f"{truth!s:6} {kind:20} " + "  ".join(f"{name} {n}" for name, n in sorted(verdicts.items())))
    print(f"{count} claims, {wrong} wrong verdicts")
    return 1 if wrong else 0


def networks(numbers: Iterable[int], effort: Effort, log: Path | None = None) -> int:
    """Try the claims of these numbers; what a log of an earlier run holds is counted and not asked again."""
    score, begin, told = Score(), time.monotonic(), time.monotonic()
    known = _logged(log)
    for number in known:
        score.add(*known[number])
    work = partial(_numbered, effort=effort)
    for number, (claim, answer) in spread(work, (n for n in numbers if n not in known), effort.jobs):
        score.add(claim, answer)
        if answer.wrong_of(claim):
            print(f"WRONG: seed {effort.seed}, number {number}, {claim.kind}: {claim}: {answer.reason}", flush=True)
        if log is not None:
            with log.open("a", encoding="utf-8") as lines:
                print(json.dumps({"number": number, "claim": asdict(claim), "answer": asdict(answer)}), file=lines)
        if time.monotonic() > told + EVERY:
            told = time.monotonic()
            found = f"{100 * score.found():.1f} % of the false ones refuted"
            print(f"{score.count:,} claims in {told - begin:.0f} s, {score.wrong} wrong, {found}", flush=True)
    print("\n".join(score.lines()))
    return 1 if score.wrong else 0


def _numbered(number: int, effort: Effort) -> tuple[TypedClaim, Answer]:
    claim = claim_at(effort.seed, number)
    claim = claim.narrowed if effort.narrow else claim
    return claim, asked(claim, effort.budget)


def _logged(log: Path | None) -> dict[int, tuple[TypedClaim, Answer]]:
    lines: Iterable[str] = () if log is None or not log.exists() else log.read_text(encoding="utf-8").splitlines()
    found = {}
    for entry in map(json.loads, lines):
        claim = TypedClaim(**{**entry["claim"], "given": tuple(entry["claim"]["given"])})
        found[entry["number"]] = claim, Answer(**entry["answer"])
    return found


def file(path: Path, effort: Effort) -> int:
    """Try the claims of a table; print each with what was right of it, and the reason where nothing was."""
    score = Score()
    for claim, answer in spread(partial(asked, budget=effort.budget), from_file(path), effort.jobs):
        score.add(claim, answer)
        right = (answer.verdict == REFUTED) != claim.truth and answer.verdict != CRASHED
        word = "ok" if right else "WRONG" if answer.wrong_of(claim) else "missed"
        print(f"{word:6} {answer.seconds:6.1f} s  {answer.verdict:9}  {claim}", flush=True)
        if not right:
            print(f"{'':17}{answer.reason[:200]}", flush=True)
    wrong = score.wrong
    missed = sum(sum(each.values()) - each[REFUTED] for (truth, _), each in score.verdicts.items() if not truth)
    print(f"{score.count} claims, {wrong} wrong, {missed} false ones not refuted")
    return 1 if wrong else 0
