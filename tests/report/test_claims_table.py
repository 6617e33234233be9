"""The table of a paper's sentences: every sentence is a row, and each row says what decided it."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from wnverify import catalogue
from wnverify.budget import parse_budget
from wnverify.claim import Claim
from wnverify.errors import RecordError, TheoremFileError
from wnverify.evidence import Record, Subject
from wnverify.families.networks.weight_norm import LIPSCHITZ, WEIGHT_NORM, m, output_abs, rho
from wnverify.report.claims_table import claims_table
from wnverify.runs import pages
from wnverify.runs.record import to_json
from wnverify.runs.run import run
from wnverify.symbolic.claims import free_of, increasing
from wnverify.theorem import Theorem


@pytest.fixture(scope="module")
def record() -> Record:
    return run(catalogue.select(["banerjee2024/rademacher"]), parse_budget("quick"), jobs=1)


@pytest.fixture(scope="module")
def page(record: Record) -> str:
    return claims_table("banerjee2024", record)


def test_every_sentence_of_the_theorem_has_a_row_with_its_verdict(page: str) -> None:
    theorem = catalogue.load("banerjee2024/rademacher")
    assert theorem.paper_says
    for sentence in theorem.paper_says:
        row = next(line for line in page.splitlines() if line.startswith(f"| {sentence} |"))
        assert "| PROVED |" in row
        assert "rademacher.py" in row


def test_the_page_names_the_paper_and_the_text_that_was_read(page: str) -> None:
    assert page.splitlines()[2].endswith(
        "arXiv:2409.08935. Text read: the abstract; with the introduction and public summaries, not the whole text."
    )


def test_the_theorem_has_a_row_with_its_worst_ratio_and_mutants(page: str) -> None:
    row = next(line for line in page.splitlines() if "| HELD | 0.4" in line)
    assert row.endswith("| 5 of 5 |")


HEADER = """Label:       lemma
Paper:       Lemma 2 and eq. (3) (read): the output is at most 1 + ρ₁.
Relation:    stronger: for every activation.
"""
PAPER = """authors = ["A. Noether"]
title = "On Norms"
year = 1930
text = "read"
printed = ["Theorem 1", "Lemma 2", "Theorem 4", "eq. (3)"]
[left_out]
"Theorem 1" = "about manifolds"
"""


def test_every_printed_statement_is_a_row_in_the_order_of_the_paper(tmp_path: Path) -> None:
    folder = tmp_path / "noether1930"
    folder.mkdir()
    (folder / "_paper.toml").write_text(PAPER, "utf-8")
    template = (catalogue.builtin_folder() / "_template.py").read_text("utf-8")
    (folder / "mine.py").write_text(template.replace("Label:       theorem\n", HEADER), "utf-8")
    found = run(catalogue.select([str(folder)]), parse_budget("quick"), jobs=1)
    lines = claims_table(str(folder), found).splitlines()
    start = lines.index("## Printed statements") + 4
    rows = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines[start : start + 4]]
    assert [row[0] for row in rows] == ["Theorem 1", "Lemma 2", "Theorem 4", "eq. (3)"]
    assert rows[0][1] == "about manifolds"
    assert rows[2][1] == "missing"
    for row in (rows[1], rows[3]):
        assert row[1:3] == ["the output is at most 1 + ρ₁.", "read"]
        assert row[4:] == ["lemma", "stronger: for every activation.", "HELD"]
    assert lines[start + 5] == "*read*: the text was read; *stronger*: implies what is printed."


def test_a_mutant_whose_refutation_was_not_confirmed_counts_as_planted(record: Record) -> None:
    (evidence,) = record.theorems
    checks = [
        replace(check, items=[replace(check.items[0], verdict="UNDECIDED"), *check.items[1:]])
        if check.subject is Subject.MUTANTS
        else check
        for check in evidence.checks
    ]
    page = claims_table("banerjee2024", replace(record, theorems=[replace(evidence, checks=checks)]))
    assert "| 4 of 5 |" in page


def test_a_saved_run_becomes_a_page_a_paper(record: Record, tmp_path: Path) -> None:
    saved = tmp_path / "run.json"
    saved.write_bytes(to_json(record))
    pages.main([str(tmp_path), "banerjee2024", "--record", str(saved)])
    assert (tmp_path / "banerjee2024.md").read_text("utf-8") == claims_table("banerjee2024", record) + "\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere", "banerjee2024"], "Expected a folder for the pages, but got"),
        (["", "nosuch"], "Expected a theorem, a folder, a glob or a file, but got 'nosuch'"),
        (["", "banerjee2024", "--record", "none.json"], "No such file"),
        (["", "banerjee2024", "--record", "broken.json"], "the file is damaged or truncated"),
        (["", "cao2023", "--record", "run.json"], "Expected a run that checked theorems of cao2023"),
    ],
)
def test_pages_that_cannot_be_written_are_refused_in_a_sentence(
    record: Record, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    arguments: list[str], message: str,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    Path("run.json").write_bytes(to_json(record))
    Path("broken.json").write_bytes(b"{")
    assert pages.main([arguments[0] or ".", *arguments[1:]]) == 3
    assert message in capsys.readouterr().err
    assert not list(tmp_path.glob("*.md"))


def test_a_page_joins_no_evidence_with_a_text_that_was_not_checked(record: Record) -> None:
    (evidence,) = record.theorems
    with pytest.raises(
        RecordError, match=r"rademacher\.py that was checked, but got another one: check the paper again"
    ):
        claims_table("banerjee2024", replace(record, theorems=[replace(evidence, digest="00")]))


def test_tables_are_rectangular(page: str) -> None:
    for block in page.split("\n## ")[1:]:
        rows = [line.replace("\\|", "") for line in block.splitlines() if line.startswith("|")]
        assert len({row.count("|") for row in rows}) == 1


def test_a_sentence_must_point_to_a_claim_that_is_decided() -> None:
    claim = Claim(output_abs, "<=", 1 + rho, given=LIPSCHITZ)
    Theorem(claim, WEIGHT_NORM, about_bound=[free_of(m)], paper_says={"no width": free_of(m), "bounded": None})
    with pytest.raises(TheoremFileError, match="a claim of about_bound for 'it grows'"):
        Theorem(claim, WEIGHT_NORM, about_bound=[free_of(m)], paper_says={"it grows": increasing(rho)})
