"""`wnverify show` tells of a proof what the store of the folder knows of its steps; a false one is replayed."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from wnverify.catalogue import builtin_folder
from wnverify.cli import cli


def run(*words: str):
    return CliRunner().invoke(cli, list(words))


@pytest.fixture
def control(tmp_path: Path, monkeypatch) -> str:
    """A theorem that is stated as one, and has the proof of a control."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("WNVERIFY_NO_STORE", raising=False)
    text = (builtin_folder() / "controls" / "steps_gap.py").read_text("utf-8")
    text = text.replace("    expect=Verdict.FLAWED,\n", "").replace("Label:       control", "Label:       theorem")
    Path("mine.py").write_text(text, "utf-8")
    return "mine.py"


def test_a_proof_has_verdicts_once_it_was_checked(control: str) -> None:
    assert "   3 ‖v‖₂ ≤ ρ + 1: the output layer" in run("show", control).output
    checked = run("check", control, "--jobs", "1")
    assert checked.exit_code == 1, checked.output
    assert "but step 3 of its proof does not hold" in " ".join(checked.output.split())
    assert " ✗ 3 ‖v‖₂ ≤ ρ + 1" in run("show", control).output
    replayed = run("replay", "counterexamples/mine", "--with", control)
    assert "CONFIRMED" in replayed.output
    assert "the claim is that of a step in the proof of that theorem" in " ".join(replayed.output.split())
