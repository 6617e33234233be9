"""Revisions side by side: a checkout each, the same Python, the same libraries, and the CPU time of what they run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
HERE = "."
"""The working tree."""


def checked_out(revision: str, folder: Path) -> Path:
    """The files of a revision in a folder; those of the working tree where they are."""
    if revision == HERE:
        return ROOT
    source = folder / "source"
    source.mkdir(parents=True)
    archive = subprocess.run(["git", "archive", revision], cwd=ROOT, check=True, capture_output=True).stdout
    subprocess.run(["tar", "-x", "-C", str(source)], input=archive, check=True)
    return source


@dataclass(frozen=True)
class Used:
    """What a command used.

    Args:
        cpu: CPU seconds, user and system, of the process and of those that it started and waited for.
        wall: seconds on the clock.
        code: its exit code.
    """

    cpu: float
    wall: float
    code: int


@dataclass(frozen=True)
class Side:
    """A revision that can be run.

    Args:
        name: as it was asked for.
        source: its files.
        folder: an empty folder for what it writes.
    """

    name: str
    source: Path
    folder: Path

    def run(self, arguments: Sequence[str], extra: Mapping[str, str] | None = None, *paths: Path) -> Used:
        """Run Python on these arguments, with one BLAS thread.

        Args:
            arguments: of `python`.
            extra: further variables of the environment.
            paths: where Python finds modules first.
        """
        path = os.pathsep.join(str(each) for each in (*paths, self.source))
        threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
        alone = {"PYTHONPATH": path, "COLUMNS": "100", "WNVERIFY_NO_STORE": "1"}
        environment = os.environ | threads | alone | dict(extra or {})
        begin = time.perf_counter()
        with (self.folder / "printed").open("ab") as out:
            process = subprocess.Popen(
                [sys.executable, *arguments], cwd=self.folder, env=environment, stdout=out, stderr=out
            )
            _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        return Used(usage.ru_utime + usage.ru_stime, time.perf_counter() - begin, process.returncode)

    def asked(self, script: Path, *arguments: str) -> Any:
        """What a script prints, as JSON, when it is run with the modules of this revision."""
        answer = self.folder / "answer.json"
        answer.unlink(missing_ok=True)
        used = self.run([str(script), *arguments, str(answer)])
        if not answer.exists():
            said = (self.folder / "printed").read_text("utf-8", "replace")[-2000:]
            raise SystemExit(f"{script.name} of {self.name} ended with {used.code}:\n{said}")
        return json.loads(answer.read_text("utf-8"))


def sides(revisions: Sequence[str], folder: Path) -> list[Side]:
    """The revisions, each with a folder of its own, and compiled, so that the first run costs no more than others."""
    found = []
    for number, revision in enumerate(revisions):
        own = folder / f"{number}"
        (own / "work").mkdir(parents=True)
        source = checked_out(revision, own)
        subprocess.run([sys.executable, "-m", "compileall", "-q", str(source / "wnverify")], check=True)
        found.append(Side("here" if revision == HERE else revision, source, own / "work"))
    return found


def in_turn(both: Sequence[Side], rounds: int) -> list[Side]:
    """Whose turn it is: in every round each once, in the order that the last round ended with.

    >>> sides = [Side(name, Path(), Path()) for name in "ab"]
    >>> "".join(side.name for side in in_turn(sides, 3))
    'abbaab'
    """
    return [side for number in range(rounds) for side in (both if number % 2 == 0 else both[::-1])]
