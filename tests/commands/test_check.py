"""`check` with a store, `history` and `store`: what is kept, what is said of it, and how each ends."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.runs.test_run import entry, statement
from tests.store.killed import NAMES, made_up
from wnverify.cli import cli
from wnverify.runs import pool
from wnverify.runs import theorem as one_theorem
from wnverify.runs.record import from_json, timeless, to_json


@pytest.fixture
def wnverify(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The command line in a folder with one theorem file and made-up checks."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("WNVERIFY_NO_STORE")
    monkeypatch.setattr(one_theorem, "CHECKS", made_up(tmp_path / "log"))
    entry(tmp_path, "mine", statement('first_derivative, "<=", 1 / w_norm'))

    def call(*words: str) -> Result:
        return CliRunner().invoke(cli, list(words), env={"COLUMNS": "160"})

    return call


def test_what_is_kept_is_used_told_and_removed(wnverify) -> None:
    everything = len(NAMES)
    assert f"kept 0, checked {everything};" in wnverify("check", "mine.py").stdout
    again = wnverify("check", "mine.py", "--quiet")
    assert (again.exit_code, again.stderr) == (0, "")
    assert f"kept {everything}, checked 0;" in again.stdout
    assert f"kept 0, checked {everything};" in wnverify("check", "mine.py", "--fresh").stdout
    assert f"kept 0, checked {everything};" in wnverify("check", "mine.py", "--seed", "1").stdout
    assert f"kept 0, checked {everything};" in wnverify("check", "mine.py", "--store", "other.db").stdout
    (line,) = (line for line in wnverify("history").stdout.splitlines() if "mine" in line)
    assert line.split()[1:4] == ["2", "✓", "held"]
    lines = wnverify("history", "mine").stdout.splitlines()
    assert sum(f"{everything}/{everything}  quick" in line for line in lines) == 2
    assert f"{2 * everything} checks of 1 theorem" in wnverify("store", "info").stdout
    assert f"{everything} checks of 1 theorem" in wnverify("store", "info", "--store", "other.db").stdout
    assert "0 of 11 rows removed" in wnverify("store", "prune", "--keep", "1").stdout
    assert "11 of 11 rows removed" in wnverify("store", "prune", "--days", "0").stdout
    assert wnverify("history").stdout == ""


def test_a_record_does_not_take_the_place_of_what_is_kept(wnverify) -> None:
    wnverify("check", "mine.py")
    result = wnverify("check", "mine.py", "--json", "./.wnverify/evidence.db")
    assert (result.exit_code, "two files" in result.stderr) == (2, True)
    assert wnverify("check", "mine.py", "--json", "a.db", "--store", "a.db").exit_code == 2
    assert wnverify("check", "mine.py", "--json", "a.db").exit_code == 0
    assert f"kept {len(NAMES)}, checked 0;" in wnverify("check", "mine.py").stdout


def test_without_a_store_nothing_is_kept(wnverify, monkeypatch) -> None:
    result = wnverify("check", "mine.py", "--no-store")
    assert result.exit_code == 0
    assert "kept" not in result.stdout
    assert not Path(".wnverify").exists()
    assert wnverify("history").exit_code == 2
    assert wnverify("check", "mine.py", "--no-store", "--store", "other.db").exit_code == 2
    monkeypatch.setenv("WNVERIFY_NO_STORE", "1")
    assert "kept" not in wnverify("check", "mine.py").stdout
    assert "kept 0" in wnverify("check", "mine.py", "--store", "other.db").stdout


def test_a_store_that_is_none_ends_the_command_and_one_that_cannot_be_written_does_not(wnverify) -> None:
    Path("notes.txt").write_text("my notes\n" * 40)
    result = wnverify("check", "mine.py", "--store", "notes.txt")
    assert (result.exit_code, result.stdout) == (3, "")
    assert "a store of wnverify, but got notes.txt, which is none" in result.stderr
    assert Path("notes.txt").read_text() == "my notes\n" * 40
    Path("folder").mkdir()
    result = wnverify("check", "mine.py", "--store", "folder")
    assert result.exit_code == 0
    assert f"checked {len(NAMES)};" in result.stdout
    assert "wnverify: This run is not being kept from here on: folder: Is a directory. It goes on." in result.stderr


def test_a_word_that_names_nothing_that_is_kept_says_what_is_near(wnverify) -> None:
    wnverify("check", "mine.py")
    result = wnverify("history", "mime")
    assert result.exit_code == 2
    assert "did you mean mine?" in result.stderr


def test_two_shares_merged_are_the_whole(wnverify, tmp_path) -> None:
    """The record is the same byte for byte; nothing is checked again."""
    for number in (1, 2):
        entry(tmp_path, f"t{number}", statement(f'first_derivative, "<=", {number} / w_norm'))
    files, everything = ("mine.py", "t1.py", "t2.py", "--jobs", "1"), 3 * len(NAMES)
    whole = wnverify("check", *files, "--no-store", "--json", "whole.json")
    for place in (1, 2):
        told = wnverify("check", *files, "--shard", f"{place}/2", "--store", f"{place}.db").stdout
        assert f"share {place}/2; kept 0, checked {(15, 10, 5)[place]};" in told
    assert "Expected a share I/K" in wnverify("check", *files, "--shard", "3/2").stderr
    merged = wnverify("merge", "1.db", "2.db")
    assert (merged.exit_code, merged.stderr) == (0, "")
    assert "evidence.db: 18 rows added, 0 were there already" in merged.stdout
    again = wnverify("check", *files, "--json", "again.json")
    assert f"kept {everything}, checked 0;" in again.stdout
    assert again.exit_code == whole.exit_code == 0
    records = [from_json((tmp_path / f"{name}.json").read_bytes()) for name in ("whole", "again")]
    assert len({to_json(timeless(record)) for record in records}) == 1
    assert wnverify("merge", "1.db", "none.db").exit_code == 2
    assert wnverify("merge", "1.db", "mine.py").exit_code == 3


def test_results_go_to_one_stream_and_progress_to_the_other(wnverify, tmp_path) -> None:
    entry(tmp_path, "broken", "theorem = Theorem(")
    result = wnverify("check", "mine.py", "--no-store", "-v")
    assert "first_derivative ≤ 1/w_norm" in result.stdout
    assert "[1/1] mine: held" in result.stderr
    assert "[1/1]" not in result.stdout
    quiet = wnverify("check", "mine.py", "-q")
    assert (quiet.stderr, quiet.stdout.startswith("1 theorem: 1 held")) == ("", True)
    assert "kept" not in wnverify("check", "broken.py").stdout
    entry(tmp_path, "other", statement('first_derivative, "<=", 2 / w_norm'))
    result = wnverify("check", "other.py", "mine.py", "--worst-first", "--jobs", "1")
    assert [line.split()[0] for line in result.stdout.splitlines()[:3]] == ["theorem", "other", "mine"]
    assert result.exit_code == 0


def test_a_time_limit_that_is_over_at_once_checks_nothing_and_says_so(wnverify, monkeypatch) -> None:
    monkeypatch.setattr(pool, "_possible", lambda: False)
    result = wnverify("check", "mine.py", "--time-limit", "0.0000001s")
    assert result.exit_code == 3
    assert "The time limit ended the run: 1 unfinished theorem, 1 with no check done;" in result.stdout
    assert "kept" not in result.stdout
    assert "a time such as 30s" in wnverify("check", "mine.py", "--time-limit", "standard").stderr


def test_help_and_screen_say_what_a_budget_takes_as_it_was_learnt_here(wnverify, tmp_path) -> None:
    before = " ".join(wnverify("check", "--help").stdout.split())
    assert "quick 16 to 5,000 instances a check, 0.1 s to 1.4 s of CPU a theorem (measured elsewhere)" in before
    first = wnverify("check", "mine.py", "--jobs", "1").stderr.splitlines()[0]
    assert first.startswith("quick, 1 theorem in a few seconds on 1 process: 16 to 5,000 instances a check")
    told = " ".join(wnverify("check", "--help").stdout.split())
    assert "quick 40 to 40 instances a check, 0.0 s to 0.0 s of CPU a theorem (measured here, 1 theorem)" in told
    assert "standard 400 to 400 instances a check, " in told
    assert "(about 10 times quick, measured here, 1 theorem)" in told
    again = wnverify("check", "mine.py", "--jobs", "1").stderr.splitlines()[0]
    assert again.endswith("(measured here, 1 theorem)")
    Path(".wnverify/evidence.db").write_text("no store")
    assert "measured elsewhere" in " ".join(wnverify("check", "--help").stdout.split())
