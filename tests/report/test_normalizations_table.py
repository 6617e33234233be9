from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from wnverify import catalogue
from wnverify.budget import parse_budget
from wnverify.errors import RecordError
from wnverify.evidence import Record
from wnverify.report.normalizations_table import COLUMNS, FOLDERS, OPEN, OTHERS, PLAIN, ROWS, normalizations_table
from wnverify.runs import normalizations
from wnverify.runs.record import to_json
from wnverify.runs.run import run

FEW = ("normalizations/rms_norm_output", "normalizations/rms_norm_radius", "normalizations/rms_norm_depth_free")


@pytest.fixture(scope="module")
def record() -> Record:
    return run(catalogue.select(FEW), parse_budget("quick"), jobs=1)


def cells(page: str, row: str) -> dict[str, str]:
    line = next(line for line in page.splitlines() if line.startswith(f"| {row} |"))
    return dict(zip(COLUMNS, (part.strip() for part in line.split("|")[2:-1]), strict=True))


def test_a_cell_says_what_was_found_and_where(record: Record) -> None:
    page = normalizations_table(record)
    found = cells(page, ROWS["RMSNorm"])
    assert found["output, input"] == "✓ [`rms_norm_output`](../theorems/normalizations/rms_norm_output.py)"
    assert found["never shrinks"].startswith("✗ [`rms_norm_radius`]")
    assert found["depth-free gradient"].endswith("rms_norm_depth_free.py) (small weights)")
    assert found["Rademacher"] == OPEN
    assert found["gradient"] == "as depth-free"
    assert set(cells(page, PLAIN).values()) == {OPEN, OTHERS}
    last = page.splitlines()[-1]
    assert last.startswith("- [`rms_norm_radius`]")
    assert " times the bound at L=1, m=3, n=2 identity " in last


def test_every_theorem_of_other_normalizations_has_a_place() -> None:
    for entry in catalogue.select(FOLDERS):
        tags = catalogue.read(entry).header.tags
        if entry.paper == "normalizations":
            assert any(tag in tags for tag in ROWS), entry.id
            assert any(belongs(tags) for belongs in COLUMNS.values()), entry.id


def test_what_is_neither_held_nor_refuted_as_planned_keeps_its_word(record: Record) -> None:
    broken = [
        replace(one, checks=[replace(check, verdict="ERROR") for check in one.checks]) for one in record.theorems
    ]
    found = cells(normalizations_table(replace(record, theorems=broken)), ROWS["RMSNorm"])
    assert found["output, input"].startswith("ERROR [`rms_norm_output`]")
    assert "✓" not in found["depth-free gradient"]
    assert "✗" not in found["never shrinks"]


def test_the_page_is_written_from_a_saved_run(record: Record, tmp_path: Path) -> None:
    saved = tmp_path / "run.json"
    saved.write_bytes(to_json(record))
    assert normalizations.main([str(tmp_path), "--record", str(saved)]) == 0
    assert (tmp_path / normalizations.PAGE).read_text(encoding="utf-8") == normalizations_table(record) + "\n"


def test_a_folder_that_is_missing_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert normalizations.main([str(tmp_path / "nowhere")]) == 3
    assert "Expected a folder for the page" in capsys.readouterr().err


def test_a_run_without_these_theorems_is_refused() -> None:
    other = run(catalogue.select(["controls/hessian_width"]), parse_budget("quick"), jobs=1)
    with pytest.raises(RecordError, match="a run that checked theorems of depth_free, normalizations"):
        normalizations_table(other)
