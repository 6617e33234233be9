"""The reader of the stand-alone script: what is no plain file of a few megabytes is refused at once."""

from __future__ import annotations

import os
import sys

import pytest

from wnverify.questions.counterexample.script.formula import Damaged
from wnverify.questions.counterexample.script.reading import plain_of, printable, read_bytes


def test_a_pipe_a_device_a_folder_and_a_loop_are_refused_without_waiting(tmp_path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    (tmp_path / "zero").symlink_to("/dev/zero")
    for name in ("pipe", "loop", "zero", ".", "nowhere", "nul\0byte"):
        with pytest.raises(Damaged):
            read_bytes(tmp_path / name)


def test_a_file_that_is_larger_than_it_says_is_read_to_the_limit_only(tmp_path) -> None:
    (tmp_path / "large").write_bytes(b" " * 101)
    with pytest.raises(Damaged, match="larger than 100 bytes"):
        read_bytes(tmp_path / "large", 100)
    assert read_bytes(tmp_path / "large", 101) == b" " * 101


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="such files are Linux's")
def test_a_file_of_no_size_that_never_ends_is_refused() -> None:
    with pytest.raises(Damaged):
        read_bytes("/dev/zero", 100)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"\xef\xbb\xbf{}", "byte order mark"),
        (b"\xff\xfe{\x00}\x00", "UTF-8"),
        (b"{}" + b"\x80", "UTF-8"),
        (b"[1.5]", "only integers"),
        (b"[1e400]", "only integers"),
        (b"[NaN]", "only integers"),
        (b"[-Infinity]", "only integers"),
        (b"[" + b"9" * 100_000 + b"]", "digits"),
        (b'{"a": 1, "a": 1}', "twice"),
        (b"[" * 200_000, "nested"),
        (b'{"a":' * 200_000, "nested"),
        (b"", "JSON"),
        (b"{} {}", "JSON"),
        (b"{'a': 1}", "JSON"),
    ],
    ids=range(14),
)
def test_what_is_no_strict_json_is_refused_in_one_line(data: bytes, why: str) -> None:
    with pytest.raises(Damaged, match=why) as caught:
        plain_of(data)
    assert "\n" not in str(caught.value)


def test_what_is_printed_moves_no_cursor() -> None:
    assert printable("a\x1b[2J\nb\u202e") == "a?[2J?b?"
    assert len(printable("x" * 10_000)) < 400
