"""Typed claims whose truth is known, handed to `try_claim`: what came of each, in how many seconds."""

from __future__ import annotations

import csv
import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

from wnverify.errors import WnverifyError

REFUTED, REFUSED, CRASHED = "REFUTED", "REFUSED", "CRASHED"
SMALL = {"L": "L == 1", "m": "m <= 2", "d": "d <= 2"}
Task = TypeVar("Task")
Result = TypeVar("Result")


@dataclass(frozen=True)
class TypedClaim:
    """A claim as a user types it, with its truth.

    Args:
        claim: the text of the claim.
        truth: whether it is true.
        kind: which kind of claim it is, in a word or two.
        given: the typed hypotheses.
        options: the family and settings, as `try_claim` takes them.
        reason: why it is true, or which instance breaks it.
        home: an activation with which alone its truth stays; empty where activations do not matter.
    """

    claim: str
    truth: bool
    kind: str
    given: tuple[str, ...] = ()
    options: Mapping[str, str] = field(default_factory=dict)
    reason: str = ""
    home: str = ""

    @property
    def narrowed(self) -> TypedClaim:
        """The claim about networks of its home activation alone, a true one about small ones: quicker to try.

        A size that the claim's own hypotheses name is left to them; both together could leave no network.
        """
        if not self.home:
            return self
        named = set(re.findall(r"\w+", " ".join(self.given)))
        small = tuple(bound for size, bound in SMALL.items() if size not in named)
        given = (*self.given, *small) if self.truth else self.given
        return replace(self, given=given, options={"activation": self.home, **self.options})

    def __str__(self) -> str:
        options = "".join(f" --{name} {value}" for name, value in self.options.items())
        given = "".join(f' --given "{each}"' for each in self.given)
        return f'"{self.claim}"{given}{options}'


@dataclass(frozen=True)
class Answer:
    """What `try_claim` made of a claim.

    Args:
        verdict: the name of its verdict, REFUSED where the text was refused, CRASHED after an unforeseen error.
        reason: its sentence.
        seconds: CPU time that it took, which a busy machine does not change.
    """

    verdict: str
    reason: str
    seconds: float

    def wrong_of(self, claim: TypedClaim) -> bool:
        """Whether it contradicts the truth, or is none."""
        return self.verdict == CRASHED or (claim.truth and self.verdict == REFUTED)


def asked(claim: TypedClaim, budget: str, seed: int = 0) -> Answer:
    """Try one claim."""
    from wnverify.questions.trial.ask import try_claim

    begin = time.process_time()
    try:
        trial = try_claim(claim.claim, given=claim.given, budget=budget, seed=seed, **claim.options)
        verdict, reason = trial.verdict.name, trial.reason
    except WnverifyError as error:
        verdict, reason = REFUSED, str(error)
    except Exception as error:  # an attack reports what it did not foresee, whatever it is
        verdict, reason = CRASHED, f"{type(error).__name__}: {error}"
    return Answer(verdict, reason, time.process_time() - begin)


def spread(work: Callable[[Task], Result], tasks: Iterable[Task], jobs: int) -> Iterator[tuple[Task, Result]]:
    """Every task with its result, in the order in which they end; few wait."""
    if jobs == 1:
        yield from ((task, work(task)) for task in tasks)
        return
    source = iter(tasks)
    with ProcessPoolExecutor(jobs) as pool:
        running: dict[Future[Result], Task] = {}
        for task in source:
            running[pool.submit(work, task)] = task
            if len(running) >= 2 * jobs:
                yield from _ended(running)
        while running:
            yield from _ended(running)


def _ended(running: dict[Future[Result], Task]) -> Iterator[tuple[Task, Result]]:
    done, _ = wait(running, return_when=FIRST_COMPLETED)
    for each in done:
        yield running.pop(each), each.result()


def from_file(path: Path) -> list[TypedClaim]:
    """The claims of a table with tabs: `claim`, `given` (apart by `;`), `options`, and `truth` or `expected_exit`."""
    with path.open(encoding="utf-8", newline="") as lines:
        return [_from_row(row) for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)]


def _from_row(row: Mapping[str, str]) -> TypedClaim:
    truth = row["truth"] == "true" if "truth" in row else row["expected_exit"] == "0"
    words = row.get("options", "").split()
    options = {name.removeprefix("--"): value for name, value in zip(words[::2], words[1::2], strict=True)}
    given = tuple(part.strip() for part in row.get("given", "").split(";") if part.strip())
    return TypedClaim(row["claim"], truth, row.get("kind") or row.get("why", ""), given, options)
