"""The text of a theorem file is read as Python reads it, or refused in one sentence."""

import codecs
import os
import stat
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner

from wnverify import catalogue
from wnverify.catalogue import Entry, load, select
from wnverify.cli import cli
from wnverify.errors import TheoremFileError, UsageError
from wnverify.evidence import RECORD_SCHEMA, Record
from wnverify.runs.record import from_json, to_json
from wnverify.source import LARGEST, looks_like_theorem, named, read_bytes

TEXT = (
    '"""Schranke für ω.\n\nStatement:\tx ≤ 1\nHypotheses: none\nKind: upper bound\nReferences: é\nTags: a\n"""\n'
    "from wnverify import Claim, Theorem\n"
    "from wnverify.families.networks.weight_norm import STANDARD, WEIGHT_NORM, output_abs, rho\n"
    "theorem = Theorem(claim=Claim(output_abs, '<=', 1 + rho, given=STANDARD), family=WEIGHT_NORM)\n"
)
PLAIN = TEXT.replace("ω", "w").replace("≤", "<=")
UTF = TEXT.encode()
FILES = {
    "plain": UTF,
    "byte order mark": codecs.BOM_UTF8 + UTF,
    "byte order mark and cookie": codecs.BOM_UTF8 + b"# coding: utf-8\n" + UTF,
    "byte order mark and another cookie": codecs.BOM_UTF8 + b"# coding: latin-1\n" + UTF,
    "two byte order marks": codecs.BOM_UTF8 * 2 + UTF,
    "latin-1 with a cookie": f"# -*- coding: latin-1 -*-\n{PLAIN}".encode("latin-1"),
    "latin-1 with a cookie on the second line": f"#!/usr/bin/python\n# vim: fileencoding=latin-1\n{PLAIN}".encode(
        "latin-1"
    ),
    "cp1252 with a cookie": f"# coding: cp1252\n{PLAIN}".encode("cp1252"),
    "latin-1 without a cookie": PLAIN.encode("latin-1"),
    "utf-8 called latin-1": f"# coding: latin-1\n{TEXT}".encode(),
    "utf-8 called ascii": f"# coding: ascii\n{TEXT}".encode(),
    "utf-8 called utf-16": f"# coding: utf-16\n{TEXT}".encode(),
    "utf-16": TEXT.encode("utf-16"),
    "utf-32": TEXT.encode("utf-32"),
    "an unknown cookie": f"# coding: klingon\n{TEXT}".encode(),
    "a cookie that is no text encoding": f"# coding: rot13\n{TEXT}".encode(),
    "CRLF": UTF.replace(b"\n", b"\r\n"),
    "CR": UTF.replace(b"\n", b"\r"),
    "CRLF and byte order mark": codecs.BOM_UTF8 + UTF.replace(b"\n", b"\r\n"),
    "form feeds": UTF.replace(b"from wnverify", b"\x0cfrom wnverify").replace(b"theorem =", b"\x0c theorem ="),
    "form feeds alone": UTF.replace(b"from wnverify", b"\x0cfrom wnverify").replace(b"theorem =", b"\x0ctheorem ="),
    "a null byte": UTF + b"\x00\n",
    "a null byte in a comment": UTF + b"# \x00\n",
    "tabs": UTF + b"if True:\n\tx = 1\n",
    "tabs and blanks": UTF + b"if True:\n\tx = 1\n        y = 2\n",
    "a long line": UTF + b"x = [" + b"1, " * 20_000 + b"]\n",
    "a long broken line": UTF + b"x = (" + b"1, " * 20_000 + b"\n",
    "deep": UTF + b"x = " + b"(" * 5000 + b"1" + b")" * 5000 + b"\n",
    "deep signs": UTF + b"x = " + b"-" * 100_000 + b"1\n",
    "no last line end": UTF.rstrip(b"\n"),
    "statements in one line": UTF.replace(b"\nfrom wnverify.fam", b"; from wnverify.fam"),
    "a broken escape": UTF + b"x = '\\N{no such sign}'\n",
    "a lone surrogate": UTF + b"x = '\xed\xa0\x80'\n",
    "end of transmission": UTF + b"\x1a",
}


@pytest.fixture
def file(tmp_path):
    def file(data, name="mine.py"):
        path = tmp_path / name
        path.write_bytes(data)
        return path

    return file


def refusal(read):
    """The message with which a file is refused; empty if it is not."""
    try:
        read()
    except (TheoremFileError, UsageError) as error:
        return str(error)
    return ""


def python_reads(data):
    try:
        compile(data, "mine.py", "exec")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("name", FILES)
def test_a_file_is_read_where_python_reads_it(file, name):
    path = file(FILES[name])
    for read in (Entry("mine", path, "").header, lambda: load(path)):
        said = refusal(read)
        assert python_reads(FILES[name]) is not bool(said), said
        assert not said or said.startswith(str(path))
        assert said.count("\n") == 0
        assert len(said) < 300 + len(str(path))


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("name", FILES)
def test_whatever_its_encoding_it_is_found_in_a_folder(file, name):
    if name in ("utf-16", "utf-32"):  # to Python this is no text
        return
    assert looks_like_theorem(FILES[name])
    path = file(FILES[name])
    assert [entry.path for entry in select([str(path.parent)])] == [path]


def test_a_byte_order_mark_is_no_part_of_the_title(file):
    assert Entry("mine", file(FILES["byte order mark"]), "").header().title == "Schranke für ω."
    assert Entry("mine", file(FILES["latin-1 with a cookie"]), "").header().title == "Schranke für w."


def test_what_is_called_like_a_theorem_and_is_no_file_is_passed_over(file, tmp_path):
    good = file(UTF)
    (tmp_path / "folder.py").mkdir()
    (tmp_path / "loop.py").symlink_to("loop.py")
    (tmp_path / "gone.py").symlink_to("nothing.py")
    file(UTF, ".hidden.py")
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.py")
    assert [entry.path for entry in select([str(tmp_path)])] == [good]
    for name in ("folder.py", "loop.py", "gone.py", "pipe.py"):
        assert CliRunner().invoke(cli, ["show", str(tmp_path / name)]).exit_code == 2


def test_a_folder_of_folders_called_like_files_is_walked(tmp_path):
    (tmp_path / "paper.py").mkdir()
    (tmp_path / "paper.py" / "mine.py").write_bytes(UTF)
    assert [entry.id for entry in select([str(tmp_path)])] == ["paper.py/mine"]


def test_a_file_that_cannot_be_read_is_named_and_does_not_hide_the_others(file, tmp_path, monkeypatch):
    file(UTF, "a.py")
    locked = file(UTF, "b.py")
    openly = Path.open

    def open_(path, *arguments, **rest):
        if path == locked:
            raise PermissionError(13, "Permission denied")
        return openly(path, *arguments, **rest)

    monkeypatch.setattr(Path, "open", open_)
    assert [entry.path.name for entry in select([str(tmp_path)])] == ["a.py", "b.py"]
    listed = CliRunner().invoke(cli, ["list", str(tmp_path)])
    assert listed.exit_code == 0
    assert "Permission denied" in " ".join(listed.output.split())
    with pytest.raises(TheoremFileError, match=r"b\.py: Expected a readable file, but got Permission denied"):
        catalogue.text(Entry("b", locked, ""))


def test_a_word_of_any_length_is_answered(tmp_path):
    for word in ("x" * 5000, f"{tmp_path}/" + "y/" * 3000, "a\0b", "", "\n", "~", "//"):
        assert len(refusal(partial(select, [word]))) < 400


def test_what_is_larger_than_any_theorem_is_not_read(tmp_path):
    with (tmp_path / "huge.py").open("wb") as huge:
        huge.truncate(LARGEST + 1)
    with pytest.raises(TheoremFileError, match="at most 10,000,000 bytes"):
        read_bytes(tmp_path / "huge.py")


@pytest.mark.skipif(os.name != "posix", reason="other systems have no such names")
def test_a_name_that_is_no_text_can_be_listed_shown_and_recorded(tmp_path):
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9\n.py"))
    try:
        path.write_bytes(UTF)
    except OSError:
        pytest.skip("this file system has no such names")
    (entry,) = select([str(path)])
    assert entry.id == "caf\\xe9\\n"
    shown = CliRunner().invoke(cli, ["show", str(path)])
    assert shown.exit_code == 0
    assert "caf\\xe9" in shown.output
    path.write_bytes(UTF + b"(")
    with pytest.raises(TheoremFileError) as caught:
        load(path)
    record = Record(RECORD_SCHEMA, "0", {}, 0, "quick", [], unread={entry.id: str(caught.value)})
    assert from_json(to_json(record)).unread == record.unread
    assert named(path).isprintable()


def test_an_error_of_the_file_is_one_line_whatever_it_says(file):
    for raised in ("ValueError('a\\nb' * 9999)", "Mute()", "Beyond()"):
        body = (
            "class Mute(Exception):\n    def __str__(self):\n        raise ValueError\n"
            f"class Beyond(BaseException):\n    pass\nraise {raised}\n"
        )
        with pytest.raises(TheoremFileError) as caught:
            load(file(UTF + body.encode()))
        assert str(caught.value).count("\n") == 0
        assert len(str(caught.value)) < 600


def test_a_folder_in_place_of_a_file(tmp_path):
    assert stat.S_ISDIR(tmp_path.stat().st_mode)
    with pytest.raises(TheoremFileError, match="a plain file, but got a folder"):
        read_bytes(tmp_path)
