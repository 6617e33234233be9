"""What `wnverify new` writes is a theorem that holds, with mutants that die, and a test that passes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from wnverify import load
from wnverify.cli import cli
from wnverify.errors import UsageError
from wnverify.report.scaffold import KINDS, scaffold


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_written_passes_as_it_is(kind: str, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    theorem, test = scaffold(Path("mine/my_bound"), kind)
    assert len(load(theorem).mutants) >= 2
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(theorem), str(test)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    passed = 10 + bool(load(theorem).steps)  # eight checks of the theorem or nine, and two functions of the test
    assert f"{passed} passed" in done.stdout, done.stdout


@pytest.mark.parametrize("kind", KINDS)
def test_the_command_line_checks_what_is_written(kind: str, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    written = CliRunner().invoke(cli, ["new", "my_bound", "--kind", kind])
    assert written.exit_code == 0, written.output
    checked = CliRunner().invoke(cli, ["check", "my_bound.py", "--jobs", "1"])
    assert checked.exit_code == 0, checked.output
    assert "mutants refuted" in checked.output


def test_a_test_stands_in_the_folder_of_tests_and_finds_the_theorem(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("tests").mkdir()
    _, test = scaffold(Path("theorems/mine/my_bound"), "architecture")
    assert test == Path("tests/test_my_bound.py")
    assert '"../theorems/mine/my_bound.py"' in test.read_text("utf-8")


def test_an_unknown_kind_is_refused(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match="theorem, quantity, architecture"):
        scaffold(Path("my_bound"), "lemma")
    assert CliRunner().invoke(cli, ["new", "my_bound", "--kind", "lemma"]).exit_code == 2
    assert not list(tmp_path.iterdir())
