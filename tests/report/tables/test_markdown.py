"""Markdown from a record: every sentence and every printed place is a row, and whatever is in a record stays text."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.report import made_up_runs
from wnverify import catalogue
from wnverify.budget import parse_budget
from wnverify.evidence import Record, Subject
from wnverify.report.tables.escape import markdown_text
from wnverify.report.tables.latex import latex_table
from wnverify.report.tables.markdown import markdown_table, paper_markdown
from wnverify.report.told.paper import paper_page, papers
from wnverify.report.told.told import told
from wnverify.runs.run import run

HOSTILE = (
    "<script>alert(1)</script>", r"\input{/etc/passwd}", "a | b || c", "`x` ``y``", "\u202eevil\u2066", "x" * 20_000,
    "one\ntwo\r\n| three |", "[a](javascript:x) ![b](http://c.d) @e www.f.g", "# h\n- *i* _j_ ~~k~~ $l$ &lt;",
)  # fmt: skip


@pytest.fixture(scope="module")
def record() -> Record:
    return run(catalogue.select(["banerjee2024/rademacher"]), parse_budget("quick"), jobs=1)


@pytest.fixture(scope="module")
def page(record: Record) -> str:
    found = told(record, catalogue.catalogue())
    (paper,) = papers(found)
    return paper_markdown(paper, found)


def test_every_sentence_of_the_theorem_has_a_row_with_its_verdict(page: str) -> None:
    theorem = catalogue.load("banerjee2024/rademacher")
    assert theorem.paper_says
    for sentence in theorem.paper_says:
        row = next(line for line in page.splitlines() if line.startswith(f"| {markdown_text(sentence)} |"))
        assert "| proved |" in row
        assert row.endswith("| banerjee2024/rademacher |")


def test_the_page_names_the_paper_and_the_text_that_was_read(page: str) -> None:
    assert page.splitlines()[2].endswith(
        "arXiv:2409.08935. Text read: the abstract; with the introduction and public summaries, not the whole text."
    )


def test_the_theorem_has_a_row_with_statement_ratio_and_mutants(page: str) -> None:
    row = next(line for line in page.splitlines() if "| ✓ held | 0.4" in line)
    assert "ℜ̂ₙ ≤ (ρ + 1)·" in row
    assert row.endswith("| 5 of 5 |")


def test_a_mutant_whose_refutation_was_not_confirmed_counts_as_planted(record: Record) -> None:
    (evidence,) = record.theorems
    checks = [
        replace(check, items=[replace(check.items[0], verdict="UNDECIDED"), *check.items[1:]])
        if check.subject is Subject.MUTANTS
        else check
        for check in evidence.checks
    ]
    found = replace(record, theorems=[replace(evidence, checks=checks)])
    assert "| 4 of 5 |" in markdown_table(told(found, ()))


def test_nothing_is_told_of_a_text_that_was_not_checked(record: Record) -> None:
    found = told(replace(record, theorems=[replace(record.theorems[0], digest="00")]), catalogue.catalogue())
    page = paper_markdown(papers(found)[0], found)
    assert "## Sentences" not in page
    assert "nothing of it is told: banerjee2024/rademacher" in page


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
    entries = catalogue.select([str(folder)])
    found = told(run(entries, parse_budget("quick"), jobs=1), entries)
    (paper,) = papers(found)
    assert [(row.place, row.says) for row in paper.printed] == [
        ("Theorem 1", "about manifolds"),
        ("Lemma 2", "the output is at most 1 + ρ₁."),
        ("Theorem 4", "missing"),
        ("eq. (3)", "the output is at most 1 + ρ₁."),
    ]
    page = paper_markdown(paper, found)
    assert "| Lemma 2 | the output is at most 1 + ρ₁. | read | noether1930/mine | lemma | stronger: for every" in page
    assert "*read*: the text was read; *stronger*: implies what is printed." in page


def test_tables_are_rectangular(page: str) -> None:
    for block in page.split("\n## ")[1:]:
        rows = [line.replace("\\|", "") for line in block.splitlines() if line.startswith("|")]
        assert len({row.count("|") for row in rows}) == 1


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_words_stay_text(text: str) -> None:
    evidence = replace(
        made_up_runs.GOOD, id=f"paper/{text}", title=text, statement=text, printed=text, label=text,
        claim=replace(made_up_runs.CLAIM, rhs=text),
    )  # fmt: skip
    found = told(made_up_runs.record(evidence, unread={text: text}), ())
    lines = markdown_table(found).splitlines() + paper_markdown(paper_page(found, "paper"), found).splitlines()
    rows = [line for line in lines if line.startswith("| paper/")]
    assert rows
    assert {row.replace("\\|", "").count("|") for row in rows} == {6}
    whole = "\n".join(lines)
    assert not re.search(r"<[a-z/!]|(?<!\\)`|(?<!\\)\]\(|\u202e|://|@", whole.replace("&lt;", ""))
    assert len(whole) < 70_000
    latex = latex_table(found)
    assert latex.isascii()
    assert len(latex) < 70_000
    assert "input{" not in re.sub(r"\\textbackslash\{\}input\\?\$?\\?\{", "", latex).replace(r"\input", "INPUT")
    assert len(re.findall(r"(?<!\\)\$", latex)) % 2 == 0
