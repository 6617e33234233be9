"""Typed claims that were judged wrongly once: false ones are refuted, true ones are not."""

from pathlib import Path

import pytest

from benchmarks.attack.trial import CRASHED, REFUTED, asked, from_file

CLAIMS = from_file(Path(__file__).with_name("typed_claims.tsv"))


@pytest.mark.parametrize("claim", [each for each in CLAIMS if not each.truth], ids=str)
def test_a_false_claim_is_refuted(claim):
    answer = asked(claim, "quick")
    assert answer.verdict == REFUTED, answer.reason


@pytest.mark.parametrize("claim", [each for each in CLAIMS if each.truth], ids=str)
def test_a_true_claim_is_not_refuted(claim):
    answer = asked(claim, "quick")
    assert answer.verdict not in (REFUTED, CRASHED), answer.reason
