from __future__ import annotations

import subprocess
import sys
import textwrap
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest

from wnverify import catalogue
from wnverify.budget import parse_budget
from wnverify.evidence import Event
from wnverify.runs import pool
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


def test_the_record_does_not_depend_on_processes_or_on_whether_a_theorem_is_one_task(monkeypatch, entries) -> None:
    one, two = (run(entries, QUICK, seed=3, jobs=jobs) for jobs in (1, 2))
    monkeypatch.setattr(running, "MANY", 1)
    alone, whole = (run(entries, QUICK, seed=3, jobs=jobs) for jobs in (1, 2))
    assert same(one) == same(two) == same(alone) == same(whole)
    assert one.times.keys() == two.times.keys()
    assert [*whole.unread] == [*two.unread] == ["broken", "unknown"]
    assert same(run(entries[:2], QUICK, seed=4, jobs=1)) != same(run(entries[:2], QUICK, seed=3, jobs=1))


@pytest.mark.parametrize(("jobs", "many"), [(1, 1), (1, 4), (2, 1), (2, 4)])
def test_what_files_print_is_shown_once_and_every_event_comes_in_turn(monkeypatch, capfd, tmp_path, jobs, many):
    monkeypatch.setattr(running, "MANY", many)
    told = [
        entry(tmp_path, "loud", "print('müde')" + statement('first_derivative, "<=", 1 / w_norm')),
        entry(tmp_path, "mad", "print('bad')\nraise ValueError('no')"),
    ]
    events: list[Event] = []
    run(told, QUICK, jobs=jobs, notify=events.append)
    out, err = capfd.readouterr()
    assert (out, sorted(err.split())) == ("", ["bad", "müde"])
    kinds = [event.kind for event in events if event.id == "loud"]
    assert kinds[:2] == ["queued", "planned"]
    assert kinds.count("finished") == next(event.checks for event in events if event.kind == "planned")
    assert [event.kind for event in events if event.id == "mad"] == ["queued", "unread"]


def test_a_process_that_dies_fails_its_check_and_no_other(monkeypatch, tmp_path) -> None:
    body = f"""
    import os
    from pathlib import Path
    from wnverify.families.least_squares.normalisation import Normalisation
    once = Path({str(tmp_path / "once")!r})
    class Deadly(Normalisation):
        def structured(self, situation):
            if not once.exists():
                once.touch()
                os.kill(os.getpid(), 9)
            return Normalisation.structured(self, situation)
    theorem = Theorem(claim=Claim(first_derivative, "<=", 1 / w_norm), family=Deadly())
    """
    monkeypatch.setattr(running, "MANY", 0)
    (found,) = run([entry(tmp_path, "deadly", body)], QUICK, jobs=2).theorems
    (dead,) = [check for check in found.checks if check.verdict == "ERROR"]
    assert "died" in dead.reason
    assert [check.check for check in found.checks] == found.planned


def test_the_parent_of_processes_computes_nothing(entries) -> None:
    code = (
        "import sys; from pathlib import Path; from wnverify.budget import parse_budget\n"
        "from wnverify.catalogue import Entry; from wnverify.runs.run import run\n"
        f"if __name__ == '__main__':\n    record = run([Entry('right', Path({str(entries[0].path)!r}), '')],"
        "        parse_budget('quick'), jobs=2)\n"
        "    print(record.theorems[0].verdict, {'sympy', 'scipy', 'numpy', 'flint', 'hypothesis'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout == "Verdict.HELD set()\n", done.stderr


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


@pytest.mark.parametrize("leave", ["sys.exit(1)", "os._exit(1)"])
def test_a_family_that_ends_the_process_is_an_error_of_that_check_only(leave: str, tmp_path: Path) -> None:
    """It would end with 1, which says that something was refuted."""
    body = f"""
    import os, sys
    from wnverify.families.least_squares.normalisation import Normalisation
    class Leaving(Normalisation):
        def structured(self, situation):
            {leave}
    theorem = Theorem(claim=Claim(first_derivative, "<=", 1 / w_norm), family=Leaving())
    """
    theorem = catalogue.load(entry(tmp_path, "leaving", body))
    found = carry_out("structured", theorem, "leaving", QUICK, 0)
    assert found.outcome is Verdict.ERROR
    assert "the check stopped with SystemExit: 1 (leaving.py" in found.reason


def edited(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b"1 / w_norm", b"1 / w_norm**2").replace(b"A title.", b"Another."))


@pytest.mark.parametrize(("change", "jobs"), [(Path.unlink, 1), (edited, 1), (edited, 2)])
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

    monkeypatch.setattr(pool, "ProcessPoolExecutor", none)
    assert same(run(entries[:1], QUICK, jobs=2)) == same(alone)


@pytest.mark.parametrize("many", [0, 4], ids=["whole", "spread"])
def test_a_process_that_cannot_start_fails_its_checks_and_not_the_run(monkeypatch, entries, many) -> None:
    class Broken:
        _processes = None

        def __init__(self, *_, **__): ...
        def shutdown(self, **_): ...
        def submit(self, *_):
            raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(pool, "ProcessPoolExecutor", Broken)
    monkeypatch.setattr(running, "MANY", many)
    record = run(entries[:1], QUICK, jobs=2)
    assert record.theorems[0].verdict is Verdict.ERROR
    assert "could not start" in record.theorems[0].reason
    assert [check.check for check in record.theorems[0].checks] == record.theorems[0].planned


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
