"""The report of made-up runs: what is said, at every width, and the exit codes."""

import re

import pytest
from msgspec import structs
from rich.cells import cell_len

from tests.report.made_up_runs import (
    ALL,
    CONTROL,
    EMPTY,
    FAILED,
    FALSE,
    GOOD,
    INSTANCE,
    PLANNED,
    PROVED,
    SURVIVOR,
    UNTESTED,
    WEAK,
    check,
    made_up,
    record,
    theorem,
)  # fmt: skip
from wnverify.errors import UsageError
from wnverify.evidence import LEAST, Worst
from wnverify.report.terminal import exit_code, problems, render, summary, tables
from wnverify.verdict import Verdict


@pytest.mark.parametrize(
    ("found", "strict", "code"),
    [
        (record(GOOD, PROVED, CONTROL), True, 0),
        (record(GOOD, FALSE, FAILED, SURVIVOR), False, 1),
        (record(GOOD, FAILED), False, 3),
        (record(GOOD, SURVIVOR), False, 3),
        (record(WEAK), False, 3),
        (record(EMPTY), False, 0),
        (record(EMPTY), True, 3),
        (record(UNTESTED), False, 3),
        (record(GOOD, unread={"x": "broken"}), False, 3),
        (record(GOOD, interrupted=True), False, 130),
        (record(), False, 3),
    ],
)
def test_exit_code(found, strict, code):
    assert exit_code(found, strict=strict) == code


@pytest.mark.parametrize("width", [60, 80, 140])
def test_tables_fit_and_never_cut_a_verdict_or_a_ratio(width):
    lines = [line.plain for line in tables(ALL, width)]
    assert max(map(cell_len, lines)) <= width
    text = "\n".join(lines)
    for word in (
        "✓ held",
        "∎ proved",
        "✗ refuted as planned",
        "! held, not as planned",
        "0.9731",
        "○ vacuous",
        "! error",
    ):
        assert word in text


def test_wide_tables_have_every_column_and_narrow_ones_lose_the_bar_first():
    wide = "\n".join(line.plain for line in tables(ALL, 140))
    assert "instances" in wide
    assert "━" in wide
    narrow = "\n".join(line.plain for line in tables(ALL, 60))
    assert "━" not in narrow
    assert "1/2" in narrow


def test_a_refutation_shows_its_smallest_counterexample_and_where_it_was_saved():
    text = "\n".join(line.plain for line in problems(record(FALSE), 80, {"paper/false": "counterexamples/f.json"}))
    assert "refuted by  sampled, hypothesis" in text
    assert "1.5; 1.5 by balls" in text
    assert "[[0.5, -1.5]]" in text
    assert "counterexamples/f.json" in text
    assert "hessian_norm ≤ √L/ω²" in text


def test_everything_that_needs_a_look_is_named_and_nothing_else():
    text = "\n".join(line.plain for line in problems(ALL, 80))
    named = set(re.findall(r"^\S .*?(\S+/\w+)$", text, re.MULTILINE))
    assert named == {"controls/true_after_all", "paper/false", "paper/weak", "paper/empty", "paper/failed"}
    assert "“third” was not refuted: no violation" in text
    assert "x.py, line 3: Expected Python" in text


def test_the_summary_counts_and_says_what_held_means():
    text = " ".join(line.plain for line in summary(ALL, 200, 74.2))
    assert "6 theorems: 1 proved, 1 held, 1 undecided, 1 vacuous, 1 refuted, 1 error" in text
    assert "1 of 2 controls failed as planned; 2 of 3 mutants refuted; 1 file could not be read; 74 s." in text
    assert "evidence, not proof" in text
    assert "at most 3/n of such instances break one that held" in " ".join(text.split())


def test_the_summary_counts_lemmas_and_corollaries_apart():
    labelled = [structs.replace(GOOD, label=label) for label in ("theorem", "", "lemma", "corollary", "corollary")]
    text = " ".join(line.plain for line in summary(record(*labelled), 200))
    assert text.startswith("2 theorems, 1 lemma, 2 corollaries: 5 held; ")


def test_a_lone_theorem_tells_what_the_paper_prints_and_how_the_claim_differs():
    told = structs.replace(GOOD, printed="Theorem 3 (read): they converge.", relation="weaker: to a tolerance.")
    text = " ".join(render(record(told), 120).split())
    assert "printed Theorem 3 (read): they converge. here weaker: to a tolerance." in text


def test_an_interrupted_run_does_not_call_an_unfinished_theorem_held():
    cut = record(GOOD, interrupted=True)
    text = render(cut, 80)
    assert f"… 2 of {len(PLANNED)} checks" in text
    assert "✓ held" not in text
    assert "1 unfinished" in text
    assert "Interrupted" in text


def test_plain_text_has_no_escape_codes_and_no_boxes():
    text = render(ALL, 80)
    assert "\x1b" not in text
    assert not set(text) & set("│┃┌┐└┘├┤┬┴┼╭╮╯╰")


def test_ratios_that_json_has_no_number_for_are_shown():
    endless = Worst("inf", 1.0, 0.0, None, "", "found", "L=1", INSTANCE)
    text = render(record(theorem("paper/endless", check("sampled", "REFUTED", worst=endless))), 80)
    assert "ratio       inf" in text


def thin(sampled, trivial=0, checks=PLANNED):
    """A theorem with 2 structured and so many sampled instances; those of mutants and confirmation do not count."""
    accepted = {"structured": 2, "sampled": sampled, "mutants": 900, "confirmation": 900}
    idle = {"sampled": trivial}
    found = [made_up(c, "HELD", "", 1000, accepted.get(c, 0), idle.get(c, 0)) for c in checks]
    return theorem("paper/thin", *found)


def test_a_theorem_with_too_few_instances_is_vacuous_and_says_how_many_each_search_had():
    assert thin(LEAST - 2).verdict is Verdict.HELD
    few = thin(LEAST - 3)
    assert (few.verdict, few.as_expected) == (Verdict.VACUOUS, False)
    text = " ".join(render(record(few), 80).split())
    assert f"only {LEAST - 1} instances of all searches met the hypotheses and are not trivial, of {LEAST}" in text
    assert "aim a regime of the family at the hypotheses" in text
    assert f"counted structured 2 of 1,000, sampled {LEAST - 3} of 1,000, hypothesis 0 of 1,000" in text
    assert exit_code(record(few)) == 0
    assert exit_code(record(few), strict=True) == 3


def test_trivial_instances_do_not_count_and_unfinished_theorems_are_not_judged():
    assert thin(500, trivial=490).verdict is Verdict.VACUOUS
    assert thin(1, checks=PLANNED[:4]).verdict is Verdict.HELD


def mixed(verdicts, independent="sampled"):
    """A theorem with 900 instances of each search that is held, and none of the others."""
    found = [
        structs.replace(
            made_up(name, verdicts.get(name, "HELD"), f"said by {name}", 1000, 0 if name in verdicts else 900),
            independent=name == independent,
        )
        for name in PLANNED
    ]
    return theorem("paper/mixed", *found)


def test_a_search_without_instances_is_outvoted_by_those_that_had_enough():
    one = mixed({"hypothesis": "VACUOUS", "confirmation": "VACUOUS"})
    assert one.verdict is Verdict.HELD
    assert [check.check for check in one.deciding if check.outcome is Verdict.VACUOUS] == []
    assert exit_code(record(one), strict=True) == 0
    searches = dict.fromkeys(("structured", "sampled", "hypothesis", "adversarial"), "VACUOUS")
    assert mixed(searches).verdict is Verdict.VACUOUS


def test_too_few_random_instances_are_told_beside_what_the_other_searches_had():
    one = mixed({"sampled": "VACUOUS", "hypothesis": "VACUOUS"})
    assert one.verdict is Verdict.VACUOUS
    assert [check.check for check in one.deciding] == ["sampled"]
    assert one.reason == "said by sampled; the other searches, which aim at them, had 1800"
    assert "said by sampled; the other searches, which aim at them, had 1800 (check: sampled)" in " ".join(
        render(record(one), 200).split()
    )


def test_evidence_is_rendered_like_a_run_of_it_and_anything_else_is_refused():
    one = mixed({})
    assert render(one) == render(record(one))
    with pytest.raises(UsageError, match="evidence of a theorem or a run, but got 'paper/mixed'"):
        render("paper/mixed")
