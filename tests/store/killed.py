"""A run that is killed and goes on; `python -m tests.store.killed FOLDER TIMES` prints what came of many.

The checks are made up: each sleeps a moment and writes down that it began. Run by `test_store_killed`.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import sys
import time
from pathlib import Path
from unittest.mock import patch

import numpy as np

from tests.runs.test_run import QUICK, entry, statement
from wnverify.catalogue import Entry
from wnverify.checks.check import Check, every
from wnverify.evidence import CheckEvidence, Subject
from wnverify.runs import theorem as one_theorem
from wnverify.runs.record import timeless, to_json
from wnverify.runs.run import run
from wnverify.store.keeper import Keeper, keeper

NAMES = ("first", "second", "third", "fourth", "fifth")
MOMENT = 0.002


def made_up(log: Path) -> dict[str, Check]:
    """Checks by name, each of which writes its name into a file and returns what its random stream gives."""

    def one(name: str, order: int) -> Check:
        def search(theorem, budget, rng: np.random.Generator) -> CheckEvidence:
            with log.open("a") as file:
                file.write(f"{theorem.claim.sentence} {name}\n")
            time.sleep(MOMENT)
            return CheckEvidence(name, "HELD", f"made up: {rng.random()}", tried=40, accepted=40)

        return Check(name=name, order=order, cost=1, subject=Subject.CLAIM, scope=every, run=search)

    return {name: one(name, order) for order, name in enumerate(NAMES)}


def kept(store: Path) -> set[tuple[str, str]]:
    """The checks that are in a store, by theorem and name."""
    if not store.exists():
        return set()
    with sqlite3.connect(store) as connection:
        begun = connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'finished'").fetchone()[0]
        found = connection.execute("SELECT theorem, unit FROM finished WHERE unit <> ''") if begun else ()
        return set(found)


def whole(entries: list[Entry], store: Keeper | None) -> bytes:
    return to_json(timeless(run(entries, QUICK, jobs=1, store=store)))


def child(entries: list[Entry], store: Path, result: Path) -> None:
    """In a process that may be killed at any moment."""
    try:
        result.write_bytes(whole(entries, keeper(store, lambda text: result.write_text(text))))
    finally:
        os._exit(0)


def killed_after(seconds: float, entries: list[Entry], store: Path, result: Path) -> bool:
    """Whether a run was killed before its end."""
    process = os.fork()
    if not process:
        child(entries, store, result)
    time.sleep(seconds)
    os.kill(process, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) != 0


def at_once(entries: list[Entry], store: Path, results: list[Path], expected: bytes) -> list[str]:
    """What is wrong with two runs on one store at one time."""
    processes = []
    for result in results:
        processes.append(os.fork())
        if not processes[-1]:
            child(entries, store, result)
    for process in processes:
        os.waitpid(process, 0)
    wrong = [result.read_text() for result in results if result.read_bytes() != expected]
    return wrong + ([] if len(kept(store)) == len(entries) * len(NAMES) else ["two runs at once left checks out"])


def main(folder: Path, times: int) -> None:
    """Kill runs so many times, on one store after the other, and tell how often, and what went wrong."""
    rng, kills, wrong = random.Random(times), 0, []
    entries = [entry(folder, f"t{i}", statement(f'first_derivative, "<=", {i + 1} / w_norm')) for i in range(3)]
    log, result = folder / "log", folder / "result"
    with patch.object(one_theorem, "CHECKS", made_up(log)):
        undisturbed = run(entries, QUICK, jobs=1)
        names = {found.statement: found.id for found in undisturbed.theorems}
        begin = time.monotonic()
        whole(entries, keeper(folder / "undisturbed.db", wrong.append))
        span = time.monotonic() - begin
        while kills < times:
            store = folder / f"{kills}.db"
            going = True
            while going:
                before = kept(store)
                log.write_text("")
                going = killed_after(rng.uniform(0.0, 1.5 * span), entries, store, result)
                kills += going
                ran = [tuple(line.rsplit(" ", 1)) for line in log.read_text().splitlines()]
                wrong += [f"{check} of {said} again" for said, check in ran if (names[said], check) in before]
                lost = len(ran) - len(kept(store) - before)
                wrong += [f"{lost} checks were lost"] if lost > going else []
            if result.read_bytes() != to_json(timeless(undisturbed)):
                wrong.append(result.read_bytes().decode())
            with sqlite3.connect(store) as connection:
                wrong += [found for (found,) in connection.execute("PRAGMA integrity_check") if found != "ok"]
        wrong += at_once(
            entries, folder / "both.db", [folder / "one", folder / "other"], to_json(timeless(undisturbed))
        )
    sys.stdout.write(json.dumps({"kills": kills, "rows": len(kept(store)), "wrong": wrong}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
