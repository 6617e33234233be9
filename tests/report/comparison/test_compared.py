"""Two runs side by side: what got worse is told and counts; what is the same is not told."""

import re

import pytest
from click.testing import CliRunner
from msgspec import structs

from tests.report.made_up_runs import (
    ALIVE,
    CONTROL,
    EMPTY,
    FALSE,
    GOOD,
    MUTANTS,
    PROVED,
    SURVIVOR,
    check,
    record,
    theorem,
    worst,
)
from wnverify.cli import cli
from wnverify.evidence import ShapeProof
from wnverify.report.comparison.compared import compared
from wnverify.report.comparison.shown import comparison, comparison_page
from wnverify.runs.record import to_json

HOSTILE = "<script>alert(1)</script> | `x` \u202e"


def good(ratio=0.9731, **rest):
    return theorem("paper/good", check("sampled", worst=worst(ratio)), rest.pop("mutants", MUTANTS), **rest)


def text(found, width=80):
    lines = [line.plain for line in comparison(found, width)]
    assert max(map(len, lines)) <= width
    return "\n".join(lines)


def test_equal_runs_have_nothing_to_tell():
    found = compared(record(GOOD, CONTROL), record(GOOD, CONTROL))
    assert (found.worse, found.changed, found.moved, found.mutants, found.texts) == (0, [], [], [], [])
    assert "No verdict got worse." in text(found)


@pytest.mark.parametrize(
    ("before", "after", "worse"),
    [
        (GOOD, theorem("paper/good", check("sampled", "REFUTED", worst=worst(2.0))), 1),
        (GOOD, theorem("paper/good", check("sampled", "VACUOUS")), 1),
        (PROVED, structs.replace(GOOD, id="paper/proved"), 1),
        (FALSE, structs.replace(GOOD, id="paper/false"), 0),
        (CONTROL, structs.replace(SURVIVOR, id=CONTROL.id), 1),  # it was to be refuted
        (structs.replace(SURVIVOR, id=CONTROL.id), CONTROL, 0),
        (EMPTY, structs.replace(EMPTY, digest="11"), 0),
    ],
)
def test_a_verdict_that_got_worse_counts(before, after, worse):
    found = compared(record(before), record(after))
    assert found.worse == worse
    assert ("got worse." in text(found) and "1 verdict" in text(found)) == bool(worse)


def test_ratios_move_beyond_the_tolerance_only():
    first = record(good(0.9))
    assert not compared(first, record(good(0.905))).moved
    assert compared(first, record(good(0.95))).moved
    assert "0.9     0.95" in text(compared(first, record(good(0.95))))
    unknown = record(good(float("nan")))
    assert compared(first, unknown).moved
    assert not compared(unknown, unknown).moved


def test_a_theorem_that_is_no_longer_proved_is_a_loss():
    small, wide = (ShapeProof(1, m, 1, "tanh", "51/50", 9, "checked when found") for m in (1, 2))
    sharper = structs.replace(small, slack="1/1")
    first, second = ({"paper/good": proofs} for proofs in ([sharper, wide], [small]))
    before, after = (record(GOOD, FALSE, proved=proved) for proved in (first, second))
    told = text(compared(before, after), 100)
    for words in ("∎ L=1, m=2, d=1 tanh (slack 1.02)", "no longer proved", "weaker"):
        assert words in told
    assert "1 theorem lost a proof." in told
    better = compared(record(GOOD), after)
    assert (better.unproved, len(better.proofs)) == (0, 1)
    assert not compared(before, before).proofs
    both = text(compared(before, record(structs.replace(FALSE, id="paper/good"))))
    assert "1 verdict got worse and 1 theorem lost a proof." in both


def test_mutants_texts_and_theorems_of_one_run_alone():
    first = record(good(), PROVED, times={"paper/good": {"sampled": 2.0}})
    second = record(good(mutants=ALIVE), FALSE, unread={"paper/proved": "x.py, line 3: Expected Python"})
    told = text(compared(first, second))
    for words in ("1 of 1", "1 of 2", "paper/false", "Only in the second run", "No longer read", "Expected Python"):
        assert words in told
    assert compared(first, second).worse == 2  # the mutant makes it undecided, and a file is not read
    moved = compared(record(good()), record(structs.replace(good(), digest="11")))
    assert moved.pairs[0].text == "another text of its file, the same statement"


def test_hostile_words_are_text_on_the_page():
    bad = theorem(HOSTILE, check("sampled", "REFUTED", worst=worst(2.0)))
    page = comparison_page(compared(record(theorem(HOSTILE, check("sampled"), MUTANTS)), record(bad))).decode()
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "\u202e" not in page
    assert not re.search(r"(src|href)=", page)


def test_the_command_exits_with_1_where_a_verdict_got_worse(tmp_path):
    files = {name: tmp_path / f"{name}.json" for name in ("good", "bad")}
    files["good"].write_bytes(to_json(record(GOOD)))
    files["bad"].write_bytes(to_json(record(theorem("paper/good", check("sampled", "REFUTED", worst=worst(2.0))))))

    def run(*arguments):
        return CliRunner().invoke(cli, ["compare", *map(str, arguments)])

    page = tmp_path / "page.html"
    assert run(files["good"], files["good"]).exit_code == 0
    assert run(files["good"], files["bad"], "--html", page).exit_code == 1
    assert "refuted" in page.read_text("utf-8")
    assert run(files["bad"], files["good"], "--only", "paper").exit_code == 0
    proof = ShapeProof(1, 1, 1, "tanh", "1/1", 2, "checked when found")
    files["proved"] = tmp_path / "proved.json"
    files["proved"].write_bytes(to_json(record(GOOD, proved={GOOD.id: [proof]})))
    assert run(files["proved"], files["good"]).exit_code == 1
    assert run(files["good"], files["proved"]).exit_code == 0
    for arguments, words in [
        ((files["good"], tmp_path / "none.json"), "Expected a record or a store, but got"),
        ((files["good"], page), "Expected"),
        ((files["good"], files["bad"], "--only", "nope"), "Expected a theorem of the record, but got 'nope'"),
        ((files["good"], files["bad"], "--tolerance", "-1"), "Expected a tolerance of 0 or more, but got -1"),
    ]:
        outcome = run(*arguments)
        assert outcome.exit_code in (2, 3)
        assert words in outcome.output
