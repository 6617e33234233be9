"""Told: a record joined with the files that were checked, and with no others."""

from __future__ import annotations

from msgspec import structs

from tests.report.made_up_runs import made_up, record, theorem, worst
from wnverify.catalogue import one, read
from wnverify.evidence import Acceptance, Item, Kind
from wnverify.report.told.limits import CONTROL, FLOATS, FORMULA, PROOF, REFUTES, UNCERTAIN
from wnverify.report.told.source import DIFFERS, NOT_HERE
from wnverify.report.told.told import told
from wnverify.typed.claim_text import claim_text

ENTRY = one("chou2023/rate_linear")
FILE = read(ENTRY)
MUTANTS = made_up("mutants", "HELD", "", items=[Item("max x for min x", Kind.MUTANT, "REFUTED", "dead")])
PLACE = Item("hypothesis “converged”: the limit 1", Kind.UNTESTED, "HELD", "nothing was drawn")
SHARP = made_up("sharpness", "HELD", "", items=[PLACE, Item("constant 1", Kind.SLACK, "HELD", "none")])
SEARCH = made_up(
    "sampled", "HELD", "", tried=400, accepted=349, worst=worst(0.01),
    acceptance={"converged": Acceptance(349, 400)}, ranges={"sigma": (0.1, 2.0)},
)  # fmt: skip


def evidence(*checks, **rest):
    whole = theorem(ENTRY.id, *checks)
    return structs.replace(whole, **{"claim": claim_text(FILE.theorem.claim), "digest": FILE.digest} | rest)


def account(*checks, entries=(ENTRY,), **rest):
    return told(record(evidence(*checks, **rest)), entries).accounts[0]


def test_a_theorem_is_told_with_its_file() -> None:
    found = account(SEARCH, MUTANTS, SHARP)
    assert found.claim == FILE.theorem.claim
    assert found.source.header == FILE.header
    assert found.source.absent == ""
    assert [symbol.name for symbol in found.symbols] == ["exponent", "run_ended", "sigma"]
    assert found.mutants[0].claim == FILE.theorem.mutant_claims["max x for min x"]
    assert found.mutants[0].killed
    assert [place.name for place in found.places] == ["constant 1"]


def test_a_hypothesis_comes_with_its_acceptance_and_its_edits() -> None:
    (found,) = account(SEARCH, SHARP).hypotheses
    assert (found.name, found.sampled, found.searched) == ("converged", Acceptance(349, 400), Acceptance(349, 400))
    assert [place.kind for place in found.without] == [Kind.UNTESTED]


def test_another_text_is_not_run_and_the_claim_is_read_from_the_record() -> None:
    other = account(SEARCH, MUTANTS, digest="0" * 64)
    assert other.source.absent == DIFFERS
    assert str(other.claim) == str(FILE.theorem.claim)
    assert (other.mutants[0].claim, other.symbols) == (None, ())
    assert account(SEARCH, entries=()).source.absent == NOT_HERE


def test_what_a_verdict_does_not_show_depends_on_it() -> None:
    held = account(SEARCH)
    assert {PROOF, FLOATS} <= set(held.limits)
    assert any("≤ 8.6e-03" in limit for limit in held.limits)
    assert any("reaches 0.01 of it" in limit for limit in held.limits)
    assert FORMULA not in held.limits
    broken = account(made_up("sampled", "REFUTED", "", tried=9, accepted=9, worst=worst(2.0)))
    assert {REFUTES, UNCERTAIN} <= set(broken.limits)
    assert PROOF not in broken.limits
    assert CONTROL in account(SEARCH, expected="REFUTED").limits


def test_the_sentence_counts_what_was_tried() -> None:
    assert account(SEARCH).sentence.startswith(
        "Not refuted: none of 349 admissible instances breaks it, of 400 tried"
    )
    assert account(made_up("sampled", "ERROR", "it fell over")).sentence.endswith("it fell over.")
