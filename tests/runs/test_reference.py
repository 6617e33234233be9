"""The reference run in `reports/`: it is of the catalogue as it is, and its pages are what its record says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.report import made_up_runs
from wnverify import catalogue
from wnverify.beside import digest
from wnverify.evidence import Record
from wnverify.report.tables.escape import markdown_text
from wnverify.report.tables.reference import INDEX, RECORD, index, paper_pages
from wnverify.report.told.told import told
from wnverify.runs.reference import main, packed, unpacked, write

REPORTS = Path(__file__).resolve().parents[2] / "reports"
AGAIN = "run `python -m wnverify.runs.reference reports`"
ENTRIES = catalogue.catalogue()
SMALLEST = "banerjee2024lggw"


@pytest.fixture(scope="module")
def committed() -> Record | None:
    """The record that is committed; none before the first one is."""
    path = REPORTS / RECORD
    if not path.exists():
        assert not (REPORTS / INDEX).exists(), f"an index without its record: {AGAIN}"
        return None
    assert path.stat().st_size <= 500_000
    return unpacked(path)


def test_the_committed_run_is_of_the_catalogue_as_it_is(committed: Record | None) -> None:
    if committed:
        checked = {evidence.id: evidence.digest for evidence in committed.theorems}
        texts = {entry.id: catalogue.text(entry) for entry in ENTRIES}
        here = {name: digest(text.source, text.beside) for name, text in texts.items()}
        assert {name for name in checked.keys() | here if checked.get(name) != here.get(name)} == set(), AGAIN
        assert [evidence.id for evidence in committed.theorems if not evidence.as_expected] == []


def test_the_committed_pages_are_what_the_record_says(committed: Record | None) -> None:
    if committed:
        text = (REPORTS / INDEX).read_text("utf-8")
        pages = re.findall(r"\[What it says, and what was found\]\((\w+)\.md\)", text)
        plots = re.findall(r"\(plots/([\w.]+)\)", text)
        assert index(committed, ENTRIES, pages, plots) == text, AGAIN
        assert all((REPORTS / "plots" / name).is_file() for name in plots)
        of_one = replace(committed, theorems=[e for e in committed.theorems if e.id.startswith(f"{SMALLEST}/")])
        (page,) = paper_pages(told(of_one, ENTRIES), ENTRIES).values()
        assert (REPORTS / f"{SMALLEST}.md").read_text("utf-8") == page, AGAIN
        assert len(pages) >= 5


def test_a_folder_is_written_from_a_record_and_again_the_same(tmp_path: Path) -> None:
    record = replace(made_up_runs.ALL, times={"paper/good": {"sampled": 1.0}})
    files = write(tmp_path, record, ENTRIES)
    before = {path: path.read_bytes() for path in files}
    text = (tmp_path / INDEX).read_text("utf-8")
    assert "| good | A title. | ✓ held | 0.9731 | 1 of 1 |" in text
    assert "- x: not checked, x.py, line 3: Expected Python" in text
    assert main([str(tmp_path), "--record", str(tmp_path / RECORD)]) == 0
    assert {path: path.read_bytes() for path in files} == before


def test_a_large_record_is_kept_without_its_instances(tmp_path: Path) -> None:
    path = tmp_path / "lean.gz"
    path.write_bytes(packed(made_up_runs.ALL, largest=0))
    assert path.stat().st_size < len(packed(made_up_runs.ALL))
    lean = unpacked(path)
    ratios = [[each.worst and each.worst.ratio for each in run.theorems] for run in (lean, made_up_runs.ALL)]
    assert ratios[0] == ratios[1]
    assert all(not each.worst.instance for each in lean.theorems if each.worst)


def test_hostile_words_stay_text(tmp_path: Path) -> None:
    words = "<script>x</script> | `y` [z](http://a.b)"
    record = made_up_runs.record(replace(made_up_runs.GOOD, id=f"a/{words}", title=words), unread={words: words})
    write(tmp_path, record, ENTRIES)
    text = (tmp_path / INDEX).read_text("utf-8")
    assert "<script" not in text
    assert text.count(markdown_text(words)) >= 3


def test_what_cannot_be_written_is_told_in_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "cut.gz").write_bytes(packed(made_up_runs.ALL)[:-20])
    told_of = {
        (str(tmp_path / "none"),): "Expected a folder for the pages, but got",
        (str(tmp_path), "--record", str(tmp_path / "cut.gz")): "Expected a compressed record, but got",
    }
    for arguments, message in told_of.items():
        assert main(list(arguments)) == 3
        assert message in capsys.readouterr().err
    assert not list(tmp_path.glob("*.md"))
