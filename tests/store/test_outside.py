"""Packages that a theorem imports from elsewhere are a part of its key, and what these import in turn."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.runs.test_run import entry, statement
from wnverify import catalogue
from wnverify.store.outside import outside


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
