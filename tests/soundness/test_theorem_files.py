"""Theorem files that once came out green, red or empty for a bad reason; their titles say what is true."""

from __future__ import annotations

from pathlib import Path

import pytest

from wnverify.budget import parse_budget
from wnverify.catalogue import Entry
from wnverify.evidence import Record
from wnverify.report.findings import survivors
from wnverify.report.terminal import exit_code
from wnverify.runs.run import run

FOLDER = Path(__file__).parent / "theorem_files"
UNREAD = "UNREAD"
OUTCOMES: dict[str, tuple[str, int, str]] = {
    # refuted where the bound is negative and its hypotheses hold, by an instance that was led there
    "negative_bound": ("REFUTED", 1, "claim about the bound, 'the bound is real and nonnegative'"),
    "complex_bound": ("ERROR", 3, "Expected a real number from 2*rho + sqrt(10 - rho) + 2"),
    "negative_outside": ("HELD", 0, "claims about the bound proved"),
    "true_mutant": ("UNDECIDED", 3, "1 of 1 mutants survived"),
    "true_control": ("HELD", 3, ""),
    "overflow": ("REFUTED", 1, "ratio"),
    "other_symbol": (UNREAD, 3, "symbol omega of the family weight_norm in “free of omega”"),
    "replacement_outside": ("ERROR", 3, "omega lies in (0, oo)"),
    "constant_side": ("VACUOUS", 0, "the claim says nothing about any instance"),
    "same_sides": ("VACUOUS", 0, "both sides are the same expression"),
    "probability_zero": (UNREAD, 3, "a probability above 0 and at most 1 in the claim, but got 0"),
    "probability_nan": ("ERROR", 3, "but got nan at delta="),
    "rate_a_fifth_too_large": ("REFUTED", 1, "on fresh randomness"),
    "rate_as_allowed": ("HELD", 0, ""),
    "tolerance_10": (UNREAD, 3, "tolerance"),
    "tolerance_1": (UNREAD, 3, "tolerance"),
    "tolerance_negative": (UNREAD, 3, "tolerance"),
    "strict_attained": ("REFUTED", 1, ""),
    "zero_right_side": ("REFUTED", 1, ""),
    "hypothesis_as_difference": ("REFUTED", 1, ""),
    "claim_as_difference": ("REFUTED", 1, ""),
    "hypothesis_to_rounding": ("HELD", 0, ""),
    "hypothesis_forces_zero": ("VACUOUS", 0, "meet it trivially"),
}
"""By file: the verdict, the exit code, and what the reason says."""
BY_ROUNDING = {"hypothesis_forces_zero": ("UNDECIDED", "up to rounding only")}
"""The verdict and the reason where floats of another processor meet the hypothesis once, by less than they carry."""


def checked(name: str) -> Record:
    return run([Entry(name, FOLDER / f"{name}.py", "")], parse_budget("quick"), jobs=1)


def test_every_file_has_an_outcome() -> None:
    assert {file.stem for file in FOLDER.glob("*.py")} == set(OUTCOMES)


@pytest.mark.parametrize("name", OUTCOMES)
def test_a_file_comes_out_as_it_should(name: str) -> None:
    verdict, code, words = OUTCOMES[name]
    record = checked(name)
    assert exit_code(record) == code
    if verdict == UNREAD:
        assert not record.theorems
        assert words in record.unread[name]
        return
    (found,) = record.theorems
    if found.verdict.name == BY_ROUNDING.get(name, ("", ""))[0]:
        verdict, words = BY_ROUNDING[name]
    assert found.verdict.name == verdict, found.reason
    told = [found.reason, *(item.reason for check in found.checks for item in check.items)]
    told += [check.reason for check in found.checks]
    assert any(words in text for text in told), told
    assert bool(survivors(found)) == (name == "true_mutant")
    assert found.as_expected == (verdict == "HELD" and name != "true_control")
