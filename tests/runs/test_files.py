"""What a run saves of a refutation is read from its record alone: nothing is loaded again, nothing is parsed."""

from __future__ import annotations

import errno
import json
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner

from tests.questions.counterexample.forging import saved
from tests.runs.test_run import QUICK, entry, statement
from wnverify.cli import cli
from wnverify.errors import RecordError, UsageError
from wnverify.questions.counterexample import bundle
from wnverify.questions.counterexample.bundle import FILE
from wnverify.questions.counterexample.provenance import Match
from wnverify.questions.counterexample.replay import replay
from wnverify.runs import files
from wnverify.runs.files import save_counterexamples
from wnverify.runs.run import run
from wnverify.verdict import Verdict

WRONG = 'first_derivative, "<=", 1 / w_norm**2, given={"not: too; long": (w_norm, ">=", 0)}, tolerance=1e-6'


def test_the_claim_of_a_lone_file_is_saved_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its tolerance and the names of its hypotheses too, also when the file is gone."""
    monkeypatch.chdir(tmp_path)
    wrong = entry(tmp_path, "wrong", statement(WRONG))
    record = run([wrong], QUICK, jobs=1)
    (told,) = save_counterexamples(record, [wrong]).values()
    assert told.endswith(f"wnverify replay {told.split()[0]} --with {wrong.path})")
    assert replay(told.split()[0], with_=wrong.path).provenance.match is Match.SAME
    wrong.path.unlink()
    (path,) = (words.split()[0] for words in save_counterexamples(record).values())
    claim = json.loads(Path(path, FILE).read_text("utf-8"))["claim"]
    assert claim == msgspec.to_builtins(record.theorems[0].claim)
    assert [each["name"] for each in claim["given"]] == ["not: too; long"]
    found = replay(path)
    assert found.verdict is Verdict.REFUTED
    assert found.claim.tolerance == 1e-6


def test_a_claim_that_cannot_be_read_back_is_saved_as_it_is_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    body = "from sympy import erfinv" + statement('first_derivative, "<=", erfinv(1 / (2 + w_norm**2)) - 9')
    record = run([entry(tmp_path, "wrong", body)], QUICK, jobs=1)
    plain = json.loads(Path(save_counterexamples(record)["wrong"]).read_text("utf-8"))
    assert plain["claim"]["rhs"] == "erfinv(1/(w_norm**2 + 2)) - 9"
    assert "cannot be written as text" in plain["no bundle"]
    with pytest.raises(RecordError, match=r"one saved as plain data: .*cannot be written as text"):
        replay(save_counterexamples(record)["wrong"])


# ---- nothing is lost because it cannot be written


@pytest.fixture
def full(monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk without room for data; its folders can still be made."""

    def refuse(path: Path, data: bytes) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(files, "write", refuse)


@pytest.mark.usefixtures("full")
def test_a_typed_claim_s_refutation_is_told_with_the_reason_why_it_is_not_saved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for path in ("folder", "one.json", "x" * 400):
        done = CliRunner().invoke(cli, ["try", "gradient_norm <= 1/rho", "--budget", "quick", "--save", path])
        assert done.exit_code == 1
        assert "REFUTED (certified)" in done.stdout
        assert "was not saved" in done.stderr
        assert ("File name too long" if len(path) > 99 else "No space left") in done.stderr


@pytest.mark.usefixtures("full")
def test_a_run_s_refutation_is_told_with_the_reason_why_it_is_not_saved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    record = run([entry(tmp_path, "wrong", statement(WRONG))], QUICK, jobs=1)
    (where,) = save_counterexamples(record).values()
    assert where.startswith("could not be saved in")
    assert "No space left" in where


def test_whatever_keeps_an_instance_from_being_saved_leaves_its_numbers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    record = run([entry(tmp_path, "wrong", statement(WRONG))], QUICK, jobs=1)

    def fail(*_: object) -> None:
        raise OverflowError("too large")

    monkeypatch.setattr(bundle, "opinion", fail)
    plain = json.loads(Path(save_counterexamples(record)["wrong"]).read_text("utf-8"))
    assert "OverflowError too large" in plain["no bundle"]
    assert plain["instance"]["arrays"]


def test_a_folder_that_could_not_be_finished_holds_no_counterexample(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = files.write

    def half(path: Path, data: bytes) -> None:
        if path.suffix == ".json":
            raise OSError(errno.ENOSPC, "No space left on device")
        real(path, data)

    monkeypatch.setattr(files, "write", half)
    with pytest.raises(UsageError, match="No space left"):
        files.save_bundle(saved(), tmp_path / "folder")
    with pytest.raises(RecordError, match=r"a folder without counterexample\.json"):
        replay(tmp_path / "folder")
