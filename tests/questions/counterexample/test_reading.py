"""What is handed to `replay`: a bundle in any layout of lines, or one sentence that says what it is instead."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.questions.counterexample.forging import changed, saved
from wnverify.cli import cli
from wnverify.errors import RecordError
from wnverify.questions.counterexample.bundle import FILE, SCRIPT, encode
from wnverify.questions.counterexample.reading import load
from wnverify.runs.files import save_bundle


def test_line_ends_and_indentation_do_not_count(tmp_path) -> None:
    folder = save_bundle(saved(), tmp_path / "folder")
    for name in (FILE, SCRIPT):
        (folder / name).write_bytes((folder / name).read_bytes().replace(b"\n", b"\r\n"))
    again = load(folder)
    plain = json.loads((folder / FILE).read_bytes())
    for text in (json.dumps(plain), json.dumps(dict(reversed(plain.items())), indent="\t")):
        (folder / FILE).write_text(text, "utf-8")
        assert load(folder) == again


def test_the_script_of_this_version_may_stand_beside_an_older_bundle(tmp_path) -> None:
    folder = save_bundle(saved(), tmp_path / "folder")
    data = (folder / FILE).read_bytes()
    plain = {name: value for name, value in json.loads(data).items() if name != SCRIPT}
    (folder / FILE).write_bytes(changed(load(folder), "check_digest", "0" * 64))
    assert plain["check_digest"] != "0" * 64
    assert load(folder).check_digest == "0" * 64
    (folder / SCRIPT).write_text("print('broken')", "utf-8")
    with pytest.raises(RecordError, match="another one"):
        load(folder)


OTHERS = {
    "a record": ("run.json", b'{"theorems": [], "budget": "quick", "seed": 0, "schema": 2}', "the record of a run"),
    "a theorem file": ("bound.py", b"theorem = Theorem()", "a Python file"),
    "a network": ("net.npz", b"PK\x03\x04", "binary data"),
    "another network": ("net.json", b'{"W1": [[1]], "v": [1]}', "a network"),
    "other JSON": ("x.json", b"{}", "other JSON"),
    "a list": ("x.json", b"[]", "cannot be one"),
    "nothing": ("x.json", b"", "whole JSON"),
    "prose": ("x.json", b"hello", "whole JSON"),
    "a mark": ("x.json", b"\xef\xbb\xbf{}", "byte order mark"),
    "Latin": ("x.json", b'{"kind": "\xe9"}', "UTF-8"),
    "a float": ("x.json", b'{"kind": 1e400}', "only integers"),
}


@pytest.mark.parametrize("name", OTHERS)
def test_what_is_no_counterexample_is_said_so(name: str, tmp_path) -> None:
    file, data, words = OTHERS[name]
    (tmp_path / file).write_bytes(data)
    refused(tmp_path / file, words)


def refused(path: Path, words: str) -> None:
    """One line, the exit code of what could not be checked, and never a wait."""
    done = CliRunner().invoke(cli, ["replay", str(path)])
    assert done.exit_code == 3
    assert done.output.count("\n") == 1
    assert words in done.output


def test_folders_without_a_counterexample(tmp_path) -> None:
    refused(tmp_path, "a folder without counterexample.json")
    for name in ("one", "two"):
        save_bundle(saved(), tmp_path / name)
    refused(tmp_path, "name one of 2 in it: one, two")


def test_what_never_ends_is_refused(tmp_path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to("loop")
    for name in ("pipe", "loop"):
        refused(tmp_path / name, "cannot be one")
        (tmp_path / f"in {name}").mkdir()
        (tmp_path / f"in {name}" / FILE).symlink_to(tmp_path / name)
        refused(tmp_path / f"in {name}", "cannot be one")
    refused(Path("/dev/zero"), "no regular file")
    folder = save_bundle(saved(), tmp_path / "folder")
    (folder / SCRIPT).unlink()
    os.mkfifo(folder / SCRIPT)
    refused(folder, "no regular file")


def test_a_bundle_of_one_file_may_have_lost_its_script(tmp_path) -> None:
    plain = json.loads(encode(saved()))
    (tmp_path / "one.json").write_bytes(changed(saved(), SCRIPT, ""))
    assert load(tmp_path / "one.json").check == ""
    assert plain[SCRIPT]
