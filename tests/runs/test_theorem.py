"""Checks are found, each says of itself what the evidence needs, and a record tells it without a list of names."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

import wnverify.checks as package
from wnverify import catalogue
from wnverify.budget import parse_budget
from wnverify.errors import UsageError
from wnverify.evidence import LEAST, CheckEvidence, Subject, substance
from wnverify.runs import theorem as one_theorem
from wnverify.runs.run import run
from wnverify.runs.theorem import CHECKS, planned

EXTRA = """
from wnverify.checks.check import Check, sure
from wnverify.evidence import CheckEvidence, Subject

def check(theorem, budget, rng):
    return CheckEvidence("extra", "HELD", "made up", tried=40, accepted=30)

CHECK = Check(name="extra", order=55, cost=1, subject=Subject.CLAIM, scope=sure, run=check)
"""

KNOWN = [
    "symbolic", "structured", "sampled", "hypothesis", "adversarial", "statistical", "mutants", "sharpness",
    "confirmation",
]  # fmt: skip
"""The checks of which something is said here, in their order; there may be more."""


def test_names_and_places_in_the_order_are_taken_once() -> None:
    declared = list(one_theorem._declared())
    assert len({check.name for check in declared}) == len({check.order for check in declared}) == len(declared)
    assert [name for name in CHECKS if name in KNOWN] == KNOWN


def test_a_new_file_is_a_new_check_that_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "extra.py").write_text(EXTRA)
    monkeypatch.setattr(package, "__path__", [*package.__path__, str(tmp_path)])
    found = {check.name: check for check in sorted(one_theorem._declared(), key=lambda check: check.order)}
    assert list(found)[4:6] == ["adversarial", "extra"]
    monkeypatch.setattr(one_theorem, "CHECKS", found)
    theorem = catalogue.load("dukler2020/scale_gradient")
    assert "extra" in planned(theorem)
    evidence = one_theorem.carry_out("extra", theorem, "one", parse_budget("quick"), 0)
    assert substance([evidence]) == 30 >= LEAST


@pytest.mark.parametrize(
    ("name", "absent"),
    [
        ("predictor_hessian", {"statistical"}),
        (
            "dukler2020/hoeffding_spectral_gain",
            {"structured", "sampled", "hypothesis", "adversarial", "confirmation"},
        ),
        ("controls/hessian_without_normalisation", {"statistical", "sharpness"}),
    ],
)
def test_every_theorem_has_the_checks_of_its_scope(name: str, absent: set[str]) -> None:
    assert set(KNOWN) - set(planned(catalogue.load(name))) == absent


def test_what_could_not_be_carried_out_still_says_what_it_was_about(monkeypatch: pytest.MonkeyPatch) -> None:
    theorem = catalogue.load("dukler2020/scale_gradient")
    for name, check in CHECKS.items():
        found = one_theorem.carry_out(name, theorem, "one", None, 0)  # without a budget each of them fails
        assert found.verdict == "ERROR"
        assert (found.check, found.subject, found.independent) == (name, check.subject, check.independent)


def test_only_searches_of_the_claim_count_as_its_test() -> None:
    known = {name: CHECKS[name] for name in KNOWN}
    found = [CheckEvidence(name, "HELD", "", accepted=1, subject=check.subject) for name, check in known.items()]
    assert substance(found) == sum(check.subject is Subject.CLAIM for check in known.values()) == 5
    assert [name for name, check in known.items() if check.independent] == ["sampled"]


def test_random_streams_are_told_apart_by_theorem_and_check() -> None:
    streams = {one_theorem.stream(0, name, check).random() for name in ("a", "b") for check in ("c", "d")}
    assert len(streams) == 4
    again: np.random.Generator = one_theorem.stream(0, "a", "c")
    assert again.random() == one_theorem.stream(0, "a", "c").random() != one_theorem.stream(1, "a", "c").random()


def test_a_theorem_that_was_loaded_is_verified_as_its_file_is_checked() -> None:
    theorem = catalogue.load("dukler2020/scale_gradient")
    (checked,) = run(catalogue.select(["dukler2020/scale_gradient"]), parse_budget("quick"), jobs=1).theorems
    verified = one_theorem.verify(theorem)
    assert verified.id == checked.id
    assert verified.checks == checked.checks
    assert one_theorem.verify(theorem, name="other").checks != checked.checks


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ({"theorem": "predictor_hessian"}, "a Theorem, but got 'predictor_hessian': read a file with wnverify.load"),
        ({"seed": -1}, "an integer seed ≥ 0, but got -1"),
        ({"seed": 1.5}, "an integer seed ≥ 0, but got 1.5"),
        ({"seed": True}, "an integer seed ≥ 0, but got True"),
        ({"seed": "1"}, "an integer seed ≥ 0, but got '1'"),
        ({"budget": 30}, "a budget: .*, but got 30"),
    ],
    ids=str,
)
def test_what_cannot_be_verified_is_a_usage_error(call: dict[str, Any], message: str) -> None:
    theorem = call.pop("theorem", None) or catalogue.load("lemma_normalisation_derivative")
    with pytest.raises(UsageError, match=message):
        one_theorem.verify(theorem, **call)


def test_a_check_has_one_thread_whatever_its_process_has(monkeypatch: pytest.MonkeyPatch) -> None:
    threads = []

    def count(*_: Any) -> CheckEvidence:
        threads.extend(library["num_threads"] for library in threadpool_info())
        return CheckEvidence("sampled", "HELD", "")

    counting = replace(CHECKS["sampled"], run=count)
    monkeypatch.setattr(one_theorem, "CHECKS", {"sampled": counting})
    with threadpool_limits(2):
        for _ in range(2):
            assert one_theorem.carry_out("sampled", None, "one", parse_budget("quick"), 0).verdict == "HELD"
        assert {library["num_threads"] for library in threadpool_info()} == {2}
    assert threads
    assert set(threads) == {1}
