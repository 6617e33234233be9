"""Outlets: an output that fails stops nothing, and is told once."""

import errno
import io
import os
import sys
import tempfile

import pytest

from wnverify.cli import cli
from wnverify.commands.outlet import Outlet


class Failing(io.TextIOBase):
    """A stream that fails with an error."""

    encoding = "utf-8"

    def __init__(self, error):
        self.error = error

    def write(self, text):
        raise self.error

    def flush(self):
        raise self.error


def run(*words):
    return cli.main(list(words), standalone_mode=False)


def test_a_reader_that_went_away_changes_nothing(monkeypatch, capsys):
    monkeypatch.setattr(sys, "stdout", Failing(BrokenPipeError()))
    assert run("list", "depth_free") == 0
    assert capsys.readouterr().err == ""


def test_a_full_disk_is_told_and_is_no_success(monkeypatch, capsys):
    monkeypatch.setattr(sys, "stdout", Failing(OSError(errno.ENOSPC, "No space left on device")))
    assert run("list", "depth_free") == 3
    assert capsys.readouterr().err == "wnverify: The output could not be written: No space left on device.\n"


@pytest.mark.parametrize("streams", [("stdout",), ("stderr",), ("stdin",), ("stdin", "stdout", "stderr")])
@pytest.mark.parametrize(("words", "code"), [(["list", "depth_free"], 0), (["list", "nothing"], 2), (["--help"], 0)])
def test_streams_that_do_not_exist(monkeypatch, streams, words, code):
    for name in streams:
        monkeypatch.setattr(sys, name, None)
    assert run(*words) == code


def test_a_closed_stream_is_one_that_fails(monkeypatch):
    stream = io.StringIO()
    stream.close()
    monkeypatch.setattr(sys, "stdout", stream)
    assert run("list", "depth_free") == 3


def test_no_temporary_folder(monkeypatch, capsys):
    def none():
        raise FileNotFoundError(errno.ENOENT, "No usable temporary directory found")

    monkeypatch.setattr(tempfile, "gettempdir", none)
    monkeypatch.delenv("HYPOTHESIS_STORAGE_DIRECTORY", raising=False)
    assert run("list", "depth_free") == 0
    assert os.environ.pop("HYPOTHESIS_STORAGE_DIRECTORY").startswith(os.devnull)
    assert capsys.readouterr().out


def test_an_outlet_writes_what_its_stream_carries():
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="cp1252", errors="strict", newline="")
    outlet = Outlet(stream)
    assert outlet.write("ρ ≤ ½·ω\n") == 8
    outlet.flush()
    assert raw.getvalue() == "rho <= ½·omega\n".encode("cp1252")
    assert not hasattr(outlet, "buffer")
