"""A module beside a theorem file is found there, runs anew each time, and belongs to what is recorded."""

import subprocess
import sys

import pytest

from wnverify import catalogue
from wnverify.beside import digest, modules
from wnverify.catalogue import Entry, load
from wnverify.errors import TheoremFileError
from wnverify.runs.theorem import unchecked

HEADER = '"""T.\n\nStatement: s\nHypotheses: none\nKind: upper bound\nReferences: me\nTags: a\n"""\n'
THEOREM = (
    HEADER + "from wnverify import Claim, Theorem\nfrom my_nets import NET\n"
    "theorem = Theorem(claim=Claim(NET.symbols('output_abs'), '<=', 1), family=NET)\n"
)
NETS = """
from wnverify import ball, free
from wnverify.families.own.declare import architecture
def value(xp, theta, x):
    return xp.sum(theta.w * x)
NET = architecture("NAME", value, theta={"w": free("d")}, x=ball("d"), sizes={"d": (1, 2)})
"""


@pytest.fixture
def folder(tmp_path):
    def folder(name, nets=NETS):
        (tmp_path / name).mkdir(exist_ok=True)
        (tmp_path / name / "my_nets.py").write_text(nets.replace("NAME", name))
        (tmp_path / name / "thm.py").write_text(THEOREM)
        return tmp_path / name / "thm.py"

    return folder


def test_two_folders_may_each_have_a_module_of_that_name(folder, monkeypatch):
    one, two = folder("one"), folder("two")
    monkeypatch.chdir(two.parent)
    monkeypatch.syspath_prepend(str(two.parent))
    assert load(one).family.name == "one"
    assert load(two).family.name == "two"
    assert "my_nets" not in sys.modules
    assert not list(two.parent.glob("__pycache__"))


def test_an_edit_is_seen_the_next_time_and_changes_the_digest(folder):
    path = folder("one")
    first = catalogue.read(Entry("thm", path, ""))
    path.with_name("my_nets.py").write_text(NETS.replace("NAME", "new"))
    second = catalogue.read(Entry("thm", path, ""))
    assert (first.theorem.family.name, second.theorem.family.name) == ("one", "new")
    assert first.source == second.source
    assert unchecked(first).digest == first.digest != second.digest


def test_what_was_read_is_run_whatever_becomes_of_the_file(folder):
    path = folder("one")
    text = catalogue.text(Entry("thm", path, ""))
    path.with_name("my_nets.py").unlink()
    assert catalogue.loaded(text).theorem.family.name == "one"
    assert hash(text) == hash(text)


def test_what_was_loaded_under_its_name_comes_back(folder, monkeypatch):
    monkeypatch.setitem(sys.modules, "my_nets", pytest)
    assert load(folder("one")).family.name == "one"
    assert sys.modules["my_nets"] is pytest


def test_modules_beside_import_one_another_and_installed_ones_come_first(tmp_path):
    for name in ("one", "two", "numpy", "json", "wnverify", "unused"):
        (tmp_path / f"{name}.py").write_text("import two, numpy\nfrom json import dumps\nimport wnverify\n")
    found = modules(tmp_path / "thm.py", b"def late():\n    from one import x\n")
    assert [each.name for each in found] == ["one", "two"]
    assert modules(tmp_path / "thm.py", b"import one.two, (") == ()
    assert digest(b"text", ()) != digest(b"text", found) != digest(b"text", found[1:])


def test_without_a_module_beside_the_digest_is_that_of_the_text():
    assert digest(b"", ()) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_what_goes_wrong_in_a_module_is_told_with_its_line(folder):
    with pytest.raises(TheoremFileError, match=r"my_nets\.py, line 6: Expected a kind for w"):
        load(folder("one", NETS.replace('free("d")', "3")))
    with pytest.raises(TheoremFileError, match=r"my_nets\.py, line 1: Expected Python, but got a syntax error"):
        load(folder("one", "def ("))
    with pytest.raises(TheoremFileError, match=r"thm\.py, line 10: Expected known names.*'NET'"):
        load(folder("one", "x = 1"))


def test_processes_and_pytest_find_it_too(folder, tmp_path):
    path = folder("theorems")
    run = [sys.executable, "-m", "wnverify", "check", str(path), "--jobs", "2", "--json", str(tmp_path / "r.json")]
    done = subprocess.run(run, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stdout + done.stderr
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(path)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "refuted" in done.stdout + done.stderr
    assert "could not" not in done.stdout
