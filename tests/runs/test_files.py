"""What a run saves of a refutation is read from its record alone: nothing is loaded again, nothing is parsed."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from tests.runs.test_run import QUICK, entry, statement
from wnverify.questions.counterexample.replay import replay
from wnverify.runs.files import save_counterexamples
from wnverify.runs.run import run
from wnverify.verdict import Verdict

WRONG = 'first_derivative, "<=", 1 / w_norm**2, given={"not: too; long": (w_norm, ">=", 0)}, tolerance=1e-6'


def test_the_claim_of_a_lone_file_is_saved_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its tolerance and the names of its hypotheses too, also when the file is gone."""
    monkeypatch.chdir(tmp_path)
    wrong = entry(tmp_path, "wrong", statement(WRONG))
    record = run([wrong], QUICK, jobs=1)
    wrong.path.unlink()
    (path,) = save_counterexamples(record).values()
    claim = json.loads(Path(path).read_text("utf-8"))["claim"]
    assert claim == msgspec.to_builtins(record.theorems[0].claim)
    assert [each["name"] for each in claim["given"]] == ["not: too; long"]
    found = replay(path)
    assert found.verdict is Verdict.REFUTED
    assert found.claim.tolerance == 1e-6


def test_a_claim_that_cannot_be_read_back_is_saved_as_it_is_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    body = "from sympy import atan" + statement('first_derivative, "<=", atan(1 / w_norm**2)')
    record = run([entry(tmp_path, "wrong", body)], QUICK, jobs=1)
    saved = json.loads(Path(save_counterexamples(record)["wrong"]).read_text("utf-8"))
    assert saved["claim"]["rhs"] == "atan(w_norm**(-2))"
    assert "cannot be written as text" in saved["no bundle"]
