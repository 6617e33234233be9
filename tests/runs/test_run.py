from __future__ import annotations

import os
import subprocess
import sys
import textwrap
import time
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest

from wnverify import catalogue
from wnverify.budget import parse_budget
from wnverify.runs import run as running
from wnverify.runs.run import run
from wnverify.runs.theorem import carry_out, planned
from wnverify.verdict import Verdict

QUICK = parse_budget("quick")
HEADER = '"""A title.\n\nStatement: s\nHypotheses: h\nKind: k\nReferences: r\nTags: t\n"""\n'
IMPORTS = """
from sympy import sqrt
from wnverify import Claim, Theorem
from wnverify.families.least_squares.normalisation import NORMALISATION, first_derivative, w_norm
"""


def entry(folder: Path, name: str, body: str) -> catalogue.Entry:
    path = folder / f"{name}.py"
    path.write_text(HEADER + IMPORTS + textwrap.dedent(body), encoding="utf-8")
    return catalogue.Entry(name, path, "")


def statement(claim: str) -> str:
    return f"\ntheorem = Theorem(claim=Claim({claim}), family=NORMALISATION)\n"


@pytest.fixture
def entries(tmp_path: Path) -> list[catalogue.Entry]:
    return [
        entry(tmp_path, "right", statement('first_derivative, "<=", 1 / w_norm')),
        entry(tmp_path, "wrong", statement('first_derivative, "<=", 1 / w_norm**2')),
        entry(tmp_path, "undefined", statement('first_derivative, "<=", 1 / w_norm + sqrt(2 - w_norm)')),
        entry(tmp_path, "empty", statement('first_derivative, "<=", 1 / w_norm, given={"no": (w_norm, "<", 0)}')),
        entry(tmp_path, "unknown", statement('first_derivative, "<=", 1 / w_nrm')),
        entry(tmp_path, "broken", "theorem = Theorem(\n"),
    ]


def same(record) -> bytes:
    return msgspec.json.encode(msgspec.structs.replace(record, times={}))


def test_the_record_does_not_depend_on_the_number_of_processes(entries) -> None:
    one, two = (run(entries, QUICK, seed=3, jobs=jobs) for jobs in (1, 2))
    assert same(one) == same(two)
    assert one.times.keys() == two.times.keys()
    assert same(run(entries[:2], QUICK, seed=4, jobs=1)) != same(run(entries[:2], QUICK, seed=3, jobs=1))


def test_every_kind_of_bad_file_is_told_apart_and_the_others_still_run(entries) -> None:
    record = run(entries, QUICK, jobs=1)
    found = {evidence.id: evidence for evidence in record.theorems}
    assert found["right"].verdict is Verdict.HELD
    assert found["wrong"].verdict is Verdict.REFUTED
    assert found["undefined"].verdict is Verdict.ERROR
    assert "real number" in found["undefined"].reason
    assert found["empty"].verdict is Verdict.VACUOUS
    assert not found["empty"].tested
    assert "'no' (w_norm < 0) held for 0 of" in found["empty"].reason
    assert set(record.unread) == {"unknown", "broken"}
    assert "w_norm" in record.unread["unknown"]


def test_a_bug_in_a_theorem_file_is_an_error_of_that_check_only(tmp_path: Path) -> None:
    body = """
    from wnverify.families.least_squares.normalisation import Normalisation
    class Buggy(Normalisation):
        def structured(self, situation):
            raise AttributeError("no such thing")
    theorem = Theorem(claim=Claim(first_derivative, "<=", 1 / w_norm), family=Buggy())
    """
    theorem = catalogue.load(entry(tmp_path, "buggy", body))
    assert carry_out("structured", theorem, "buggy", QUICK, 0).outcome is Verdict.ERROR
    assert "no such thing (buggy.py" in carry_out("structured", theorem, "buggy", QUICK, 0).reason


def edited(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b"1 / w_norm", b"1 / w_norm**2").replace(b"A title.", b"Another."))


@pytest.mark.parametrize(("change", "jobs"), [(Path.unlink, 1), (Path.unlink, 2), (edited, 1), (edited, 2)])
def test_a_file_that_changes_or_vanishes_during_a_run_changes_nothing(entries, change, jobs: int) -> None:
    """What was read at the start is what is checked and recorded, with its own digest."""
    right, kept = entries[0], entries[2]
    text = right.path.read_bytes()
    undisturbed = run([right, kept], QUICK, jobs=1)

    def disturb(event) -> None:
        if event.kind == "planned" and event.id == kept.id:
            change(right.path)

    record = run([right, kept], QUICK, jobs=jobs, notify=disturb)
    assert not right.path.exists() or right.path.read_bytes() != text
    assert [evidence.id for evidence in record.theorems] == [right.id, kept.id]
    assert record.theorems[0].digest == sha256(text).hexdigest()
    assert record.theorems[0].verdict is Verdict.HELD
    assert same(record) == same(undisturbed)


@pytest.mark.parametrize(
    ("jobs", "files", "budget", "workers"),
    [(None, 1, "quick", 1), (None, 1, "standard", 4), (None, 2, "quick", 4), (3, 1, "quick", 3), (1, 2, "quick", 1)],
)
def test_no_process_costs_more_than_it_saves(monkeypatch, entries, jobs, files, budget, workers) -> None:
    monkeypatch.setattr(running.os, "cpu_count", lambda: 4)
    texts = [catalogue.text(entry) for entry in entries[:files]]
    assert running._processes(jobs, texts, parse_budget(budget)) == workers
    assert running._processes(jobs, [], parse_budget(budget)) == 1


def test_a_system_without_semaphores_gets_the_same_record(monkeypatch, entries) -> None:
    alone = run(entries[:1], QUICK, jobs=1)

    def none(*_, **__):
        raise OSError(38, "Function not implemented")

    monkeypatch.setattr(running, "ProcessPoolExecutor", none)
    assert same(run(entries[:1], QUICK, jobs=2)) == same(alone)


def test_a_process_that_cannot_start_fails_its_checks_and_not_the_run(monkeypatch, entries) -> None:
    class Broken:
        _processes = None

        def __init__(self, *_, **__): ...
        def shutdown(self, **_): ...
        def submit(self, *_):
            raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(running, "ProcessPoolExecutor", Broken)
    record = run(entries[:1], QUICK, jobs=2)
    assert record.theorems[0].verdict is Verdict.ERROR
    assert "could not start" in record.theorems[0].reason


@pytest.mark.skipif(os.name != "posix", reason="other systems kill otherwise")
def test_processes_end_with_the_one_that_started_them(tmp_path: Path) -> None:
    (tmp_path / "parent.py").write_text(
        "import os, signal, sys, time\n"
        "from wnverify.runs.run import _workers\n"
        "if __name__ == '__main__':\n"
        "    with _workers(2) as pool:\n"
        "        work = pool.submit(time.sleep, 0), pool.submit(time.sleep, 600), pool.submit(time.sleep, 600)\n"
        "        work[0].result()\n"
        "        print(*pool._processes, flush=True)\n"
        "        os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, tmp_path / "parent.py"], capture_output=True, text=True, check=False)
    workers = [int(word) for word in done.stdout.split()]
    assert len(workers) == 2
    for worker in workers:  # subprocess.run waits for whoever holds the pipes, so they are gone by now, or nearly
        with pytest.raises(ProcessLookupError):
            _wait_for(worker)


def _wait_for(process: int) -> None:
    for _ in range(600):
        os.kill(process, 0)
        time.sleep(0.1)


def test_interruption_keeps_what_was_finished(entries) -> None:
    def stop(event) -> None:
        if event.kind == "finished" and event.check == "mutants" and event.id == "wrong":
            raise KeyboardInterrupt

    record = run(entries[:2], QUICK, jobs=1, notify=stop)
    assert record.interrupted
    assert [evidence.id for evidence in record.theorems] == ["right", "wrong"]
    assert {check.check for evidence in record.theorems for check in evidence.checks} == {"mutants"}


def test_probability_claims_have_checks_of_their_own(tmp_path: Path) -> None:
    claim = 'first_derivative, "<=", 1 / w_norm, probability=0.9'
    theorem = catalogue.load(entry(tmp_path, "chance", statement(claim)))
    found = planned(theorem)
    assert {"symbolic", "statistical", "mutants", "sharpness"} <= {*found}
    assert not {"structured", "sampled", "hypothesis", "adversarial", "confirmation"} & {*found}


@pytest.mark.parametrize(("chance", "verdict"), [("0.05", Verdict.HELD), ("0.999", Verdict.REFUTED)])
def test_failure_rates_are_held_against_exact_limits(tmp_path: Path, chance: str, verdict: Verdict) -> None:
    claim = f'first_derivative, "<=", 0.5 / w_norm, probability={chance}'
    theorem = catalogue.load(entry(tmp_path, "rate", statement(claim)))
    found = carry_out("statistical", theorem, "rate", QUICK, 0)
    assert found.outcome is verdict
    assert "repetitions" in found.reason or "fresh randomness" in found.reason
