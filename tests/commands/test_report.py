"""`wnverify report`: from a record or a store to a folder of pages; what is missing is told in one sentence."""

from __future__ import annotations

from tests.commands.test_check import wnverify  # noqa: F401  # a fixture
from wnverify.store.database import opened


def test_a_record_and_a_store_give_the_same_pages(wnverify, tmp_path) -> None:  # noqa: F811  # the fixture
    found = wnverify("check", "mine.py", "--json", "run.json", "--html", "at_once")
    assert found.exit_code == 0
    assert "2 pages; the first is at_once/index.html." in found.stdout
    pages = [tmp_path / name / "theorems" / "mine.html" for name in ("at_once", "recorded", "kept")]
    assert wnverify("report", "run.json", "--html", "recorded").exit_code == 0
    assert wnverify("report", "--html", "kept", "--only", "m*").exit_code == 0
    assert all("first_derivative" in page.read_text("utf-8") for page in pages)
    assert not any("not at hand" in page.read_text("utf-8") for page in pages)


def test_a_file_that_stands_elsewhere_is_named(wnverify, tmp_path) -> None:  # noqa: F811
    assert wnverify("check", "mine.py", "--json", "run.json").exit_code == 0
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "mine.py").rename(tmp_path / "elsewhere" / "mine.py")
    page = tmp_path / "site" / "theorems" / "mine.html"
    for words, missing in {(): True, ("--with", "elsewhere/mine.py"): False}.items():
        assert wnverify("report", "run.json", "--html", "site", *words).exit_code == 0
        assert ("not at hand" in page.read_text("utf-8")) is missing


def test_what_cannot_be_told_is_one_sentence(wnverify, tmp_path) -> None:  # noqa: F811
    opened(tmp_path / "empty.db").close()
    (tmp_path / "damaged.json").write_text('{"schema": 4, "theorems"')
    (tmp_path / "file").write_text("")
    told = {
        ("report",): (2, "Expected something to write"),
        ("report", "--html", "site"): (2, "a record or a store, but got '.wnverify/evidence.db'"),
        ("report", "nothing.json", "--html", "site"): (2, "No such file"),
        ("report", "empty.db", "--html", "site"): (2, "an empty one"),
        ("report", "damaged.json", "--html", "site"): (3, "damaged.json: Expected JSON"),
        ("check", "mine.py", "--html", "file"): (2, "'file', a file"),
        ("check", "mine.py", "--json", "mine.py"): (2, "a file to write to, but got mine.py, a Python file"),
        ("check", "mine.py", "--time-limit", "0"): (2, "Expected a time such as 30s"),
        ("report", "mine.json", "--latex", "mine.py"): (2, "a Python file"),
        ("compare", "mine.json", "mine.json", "--html", "mine.py"): (2, "a Python file"),
        ("compare", "mine.json", "none.json"): (3, "none.json: Expected a record of schema 6, but got JSON without"),
        ("compare", "mine.json", "/dev/null"): (2, "'/dev/null', a device or a pipe"),
        ("try", "hessian_norm <= sqrt(-rho)"): (2, "finite real numbers, but got I*sqrt(rho), which is not real"),
        ("list", ""): (2, "but got an empty word"),
        ("new", ""): (2, "Expected a name for a theorem file, but got ''"),
        ("new", "file/new"): (2, "Expected a file that can be written, but got file/new.py"),
    }
    assert wnverify("check", "mine.py", "--no-store", "--json", "mine.json").exit_code == 0
    (tmp_path / "none.json").write_text("{}")
    text = (tmp_path / "mine.py").read_text()
    for words, (code, message) in told.items():
        found = wnverify(*words)
        assert (found.exit_code, message in found.stderr, found.stderr.count("\n")) == (code, True, 1)
    assert (tmp_path / "mine.py").read_text() == text
