"""What several rounds found, added up; the numbers are made up."""

from __future__ import annotations

from msgspec import structs

from wnverify.evidence import Acceptance, CheckEvidence, Item, Kind, Place, Subject, Worst
from wnverify.rounds import Sum
from wnverify.verdict import Verdict


def total(*found: CheckEvidence) -> CheckEvidence:
    whole = Sum(found[0])
    for each in found[1:]:
        whole.add(each)
    return whole.total


def held(ratio: float, accepted: int = 40, tried: int = 50, verdict: str = "HELD", **more) -> CheckEvidence:
    worst = Worst(ratio, ratio, 1.0, None, "", "", f"at {ratio}", {})
    return CheckEvidence("sampled", verdict, f"reason {ratio}", tried=tried, accepted=accepted, worst=worst, **more)


def test_counts_add_up_and_the_worst_is_that_of_all() -> None:
    one = held(0.5, acceptance={"a": Acceptance(40, 50)}, effort=[(1, 0.2), (9, 0.5)], ranges={"x": (0.0, 1.0)})
    two = held(0.9, acceptance={"a": Acceptance(4, 50)}, effort=[(2, 0.4), (3, 0.9)], ranges={"x": (-1.0, "inf")})
    one = structs.replace(one, searched=[1, 2], by_size={"m": [(1, 0.2), (4, 0.5)]})
    two = structs.replace(two, searched=[3, 0], by_size={"m": [(4, 0.9), (2, "inf")]}, powers={"m": -0.5})
    found = total(one, two, held(0.7, by_situation={"s": 0.7}))
    assert (found.random, found.searched, found.powers) == ([], [4, 2], {"m": -0.5})
    assert found.by_size == {"m": [(1, 0.2), (2, "inf"), (4, 0.9)]}
    assert (found.tried, found.accepted, found.verdict) == (150, 120, "HELD")
    assert found.acceptance == {"a": Acceptance(44, 100)}
    assert found.effort == [(1, 0.2), (9, 0.5), (53, 0.9)]
    assert found.ranges == {"x": (-1.0, "inf")}
    assert found.worst == two.worst
    assert found.reason == "3 rounds with 120 admissible instances; round 2, which says most: reason 0.9"
    assert total(one) == one


def test_one_refutation_refutes_and_one_round_that_says_nothing_does_not_matter() -> None:
    assert total(held(0.5), held(1.2, verdict="REFUTED"), held(9.0, verdict="UNDECIDED")).worst.ratio == 1.2
    assert total(held(0.5), held(1.2, verdict="REFUTED")).outcome is Verdict.REFUTED
    assert total(held(0.1, verdict="VACUOUS"), held(0.5)).outcome is Verdict.HELD
    assert total(held(0.9), held(0.5, verdict="UNDECIDED")).outcome is Verdict.UNDECIDED


def test_random_instances_of_all_rounds_are_weighed_together() -> None:
    few = held(0.5, accepted=4, tried=100, verdict="VACUOUS", independent=True)
    assert total(few, few).outcome is Verdict.VACUOUS
    found = total(few, few, few)
    assert found.outcome is Verdict.HELD
    assert "≤ 2.5e-01 (95 %)" in found.reason
    seldom = held(0.5, accepted=20, tried=9000, independent=True)
    assert total(held(0.5, independent=True), seldom).reason == (
        "only 60 of 9050 random instances met the hypotheses, in 2 rounds"
    )


def test_a_mutant_is_dead_that_died_in_any_round() -> None:
    def mutants(*verdicts: str) -> CheckEvidence:
        items = [Item(f"m{i}", Kind.MUTANT, verdict, "why") for i, verdict in enumerate(verdicts)]
        return CheckEvidence("mutants", "UNDECIDED", "", items=items, subject=Subject.MUTANTS)

    found = total(mutants("HELD", "REFUTED", "VACUOUS"), mutants("REFUTED", "HELD", "HELD"))
    assert [item.verdict for item in found.items] == ["REFUTED", "REFUTED", "HELD"]
    assert (found.verdict, found.reason[:24]) == ("UNDECIDED", "1 of 3 mutants survived,")
    found = total(mutants("HELD", "REFUTED"), mutants("REFUTED", "HELD"))
    assert (found.verdict, found.reason) == ("HELD", "2 of 2 mutants refuted, in 2 rounds together")


def test_a_place_is_as_sharp_as_in_the_sharpest_round() -> None:
    def places(kind: Kind, **ends: float) -> CheckEvidence:
        items = [Item("constant", kind, "HELD", f"{ends}", place=Place("right side", "constant", **ends))]
        return CheckEvidence("sharpness", "HELD", f"{kind}", accepted=5, items=items, subject=Subject.PLACES)

    slack = places(Kind.SLACK, below=0.5), places(Kind.SLACK, below=0.7), places(Kind.SLACK)
    assert total(*slack).items == slack[1].items
    needed = places(Kind.NEEDED, below=0.99)
    found = total(*slack, needed, slack[0])
    assert found.items == needed.items
    assert found.reason.startswith(
        "5 rounds with 25 admissible instances, in which 1 of 1 places are needed; round 4, which"
    )
