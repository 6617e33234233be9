from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import cast

import pytest
from msgspec.structs import replace

from wnverify import catalogue
from wnverify.budget import parse_budget
from wnverify.catalogue import Loaded
from wnverify.errors import RecordError
from wnverify.evidence import Record, TheoremEvidence
from wnverify.report.found import Found
from wnverify.report.normalizations_derived import Cell, derived
from wnverify.report.normalizations_table import (
    ELSEWHERE,
    FOLDERS,
    OPEN,
    PLAIN,
    SHOWN,
    column_of,
    found_in,
    normalizations_table,
    placed,
    rows_of,
)  # fmt: skip
from wnverify.runs import normalizations
from wnverify.runs.record import to_json
from wnverify.runs.run import run
from wnverify.verdict import Verdict

FEW = ("normalizations/rms_norm_output", "normalizations/rms_norm_radius", "normalizations/rms_norm_depth_free")


@pytest.fixture(scope="module")
def record() -> Record:
    return run(catalogue.select(FEW), parse_budget("quick"), jobs=1)


@pytest.fixture(scope="module")
def files() -> list[Loaded]:
    return [catalogue.read(entry) for entry in catalogue.select(FOLDERS)]


def cells(page: str, row: str) -> dict[str, str]:
    line = next(line for line in page.splitlines() if line.startswith(f"| {row} |"))
    return dict(zip(SHOWN, (part.strip() for part in line.split("|")[2:-1]), strict=True))


def test_a_cell_says_what_was_found_beside_what_was_derived(record: Record) -> None:
    page = normalizations_table(record)
    found = cells(page, "RMSNorm, LayerNorm, ε > 0, ‖W^l‖_F ≤ R_l")
    assert found["output, input"] == "**✓** V"
    assert found["gradient"] == "✓"
    assert found["Rademacher"].startswith(f"**{OPEN}** ")
    assert cells(page, "WeightNorm")["output, input"] == f"**{ELSEWHERE}** V"
    assert (
        "- depth-free gradient: ✓ [`rms_norm_depth_free`](../theorems/normalizations/rms_norm_depth_free.py)" in page
    )
    last = page.splitlines()[-1]
    assert last.startswith("- [`rms_norm_radius`]")
    assert " times the bound at L=1, m=3, n=2 identity " in last


def test_a_difference_to_the_derivation_is_listed(record: Record) -> None:
    differing = [place for place in placed(found_in(record)) if place.differs()]
    listed = [line for line in normalizations_table(record).splitlines() if ": derived " in line]
    assert len(listed) == len(differing) > 0
    assert "- W/‖W‖₂, gradient: derived H, found open. Not explained." in listed


@dataclass(frozen=True)
class Promised:
    """What would be found if the theorems whose headers call them controls are refuted, and all others hold."""

    label: str

    @property
    def is_control(self) -> bool:
        return self.label == "control"

    @property
    def verdict(self) -> Verdict:
        return Verdict.REFUTED if self.is_control else Verdict.HELD

    @property
    def conjecture(self) -> bool:
        return self.label == "conjecture"


def test_what_headers_promise_is_what_was_derived_or_the_difference_is_explained(files: list[Loaded]) -> None:
    found = [Found(one, cast(TheoremEvidence, Promised(one.header.label))) for one in files]
    for place in placed(found):
        words = f"{place.row.name}, {place.column}: derived {place.cell.marks}, promised {place.marks()}"
        assert place.differs() == bool(place.cell.differs), f"{words}; explained: {place.cell.differs or 'not'}"


def test_every_theorem_of_other_normalizations_has_a_place(files: list[Loaded]) -> None:
    for one in files:
        tags = one.header.tags
        if one.entry.paper == "normalizations":
            assert PLAIN in tags or all(row.tags for row in rows_of(tags)), one.entry.id
            assert column_of(tags), one.entry.id


def test_what_is_neither_held_nor_refuted_as_planned_keeps_its_word(record: Record) -> None:
    broken = [
        replace(one, checks=[replace(check, verdict="ERROR") for check in one.checks]) for one in record.theorems
    ]
    found = cells(normalizations_table(replace(record, theorems=broken)), "RMSNorm, LayerNorm, ε = 0")
    assert found["output, input"].startswith("**ERROR** ")
    assert found["never shrinks"].startswith("**control ERROR** ")


def test_the_derivation_has_a_cell_for_every_guarantee() -> None:
    for row in derived():
        assert tuple(row.cells) == SHOWN, row.name
        for cell in row.cells.values():
            assert cell.holds or cell.fails or cell.marks == "–"


@pytest.mark.parametrize("text", ["[[row]]", "[[row]]\nname = 'x'\ncells = 3", "row = ", "[other]"])
def test_a_broken_derivation_is_told(tmp_path: Path, text: str) -> None:
    file = tmp_path / "table.toml"
    file.write_text(text, "utf-8")
    with pytest.raises(RecordError, match="Expected a table of what was derived in "):
        derived(file)


def test_marks_say_what_holds_and_what_fails() -> None:
    assert [Cell("✓✗").holds, Cell("✗").holds, Cell("–").fails] == [True, False, False]


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
