"""Packages that a theorem imports from elsewhere are a part of its key, and what these import in turn."""

from __future__ import annotations

import sys
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest

from tests.runs.test_run import entry, statement
from wnverify import catalogue
from wnverify.budget import parse_budget
from wnverify.store.outside import outside
from wnverify.store.unit import READ, Unit


def test_the_sources_of_a_package_of_ones_own_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, text in (("ours", "import theirs"), ("theirs", "FACTOR = 1"), ("strange", "")):
        (tmp_path / "packages" / name).mkdir(parents=True)
        (tmp_path / "packages" / name / "__init__.py").write_text(text)
    monkeypatch.syspath_prepend(tmp_path / "packages")
    (tmp_path / "theorems").mkdir()
    plain = statement('first_derivative, "<=", 1 / w_norm')
    text = catalogue.text(entry(tmp_path / "theorems", "right", "from ours.deep import x\nimport numpy" + plain))
    assert outside(catalogue.text(entry(tmp_path / "theorems", "plain", plain))) == ""
    found = [outside(text)]
    for name, more in (("theirs", "FACTOR = 2"), ("ours", "import theirs  # so"), ("strange", "X = 1")):
        (tmp_path / "packages" / name / "__init__.py").write_text(more)
        found.append(outside(text))
    assert len(set(found[:3])) == 3
    assert found[2] == found[3]


class _Finder:
    """Finds a package that is on no path, as packages do that are installed to be edited."""

    def __init__(self, name: str, folders: list[Path]) -> None:
        self.name, self.folders = name, folders

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        spec = ModuleSpec(name, None, is_package=True)
        spec.submodule_search_locations = [str(folder) for folder in self.folders]
        return spec if name == self.name else None


@pytest.mark.parametrize("edited", ["one/a.py", "two/b.py", "two/c.so"])
def test_a_package_that_has_a_finder_or_several_folders_counts(tmp_path, monkeypatch, edited) -> None:
    for folder, file in (("one", "a.py"), ("two", "b.py"), ("two", "c.so")):
        (tmp_path / folder).mkdir(exist_ok=True)
        (tmp_path / folder / file).write_text("")
    finder = _Finder("found_elsewhere", [tmp_path / "one", tmp_path / "two"])
    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path, finder])
    plain = statement('first_derivative, "<=", 1 / w_norm')
    text = catalogue.text(entry(tmp_path, "right", "import found_elsewhere.a" + plain))
    before = outside(text)
    (tmp_path / edited).write_text("X = 1")
    assert "" != before != outside(text)


def test_a_text_that_looks_for_modules_in_its_own_way_has_no_key(tmp_path) -> None:
    """What it imports may change, and the text does not."""
    plain = statement('first_derivative, "<=", 1 / w_norm')
    own = "import sys\nsys.path.insert(0, 'lib')\nfrom bounds import FACTOR"
    units = [
        Unit(catalogue.text(entry(tmp_path, "t", more + plain)), READ, parse_budget("quick"), 0)
        for more in ("", own, "# of the systematic path\n", "from mine import F\n")
    ]
    (tmp_path / "mine.py").write_text("import importlib\nF = importlib.import_module('lib.bounds')")
    beside = Unit(
        catalogue.text(entry(tmp_path, "t", "from mine import F\n" + plain)), READ, parse_budget("quick"), 0
    )
    assert [bool(unit.key) for unit in (*units, beside)] == [True, False, True, True, False]
