"""Typed claims that were judged wrongly once: false ones are refuted, true ones are not.

Those that take long are tried by `pytest -m nightly tests/soundness`; the true ones among them always about
networks of one activation, where they are true as well, and in one family.
"""

from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.attack.trial import CRASHED, REFUSED, REFUTED, asked, from_file
from wnverify.typed.parser import read
from wnverify.typed.vocabulary import family_of

QUICK, SLOW = (from_file(Path(__file__).with_name(f"typed_claims{which}.tsv")) for which in ("", "_slow"))


def small(claim):
    """The claim about networks of one activation and short runs, in the first family alone that knows its symbols."""
    names = [name for text in (claim.claim, *claim.given) for name in read(text).names]
    options = {"family": family_of(names).name, **claim.options}
    given = (*claim.given, "T <= 2") if options["family"] == "training_run" else claim.given
    return replace(claim, home="tanh", options=options, given=given).narrowed


SMALL = [small(claim) for claim in SLOW if claim.truth]


def agree(claim):
    answer = asked(claim, "quick")
    if claim.truth:
        assert answer.verdict not in (REFUTED, REFUSED, CRASHED), answer.reason
    else:
        assert answer.verdict == REFUTED, answer.reason


@pytest.mark.parametrize("claim", [*QUICK, *SMALL], ids=str)
def test_the_verdict_agrees_with_the_truth(claim):
    agree(claim)


@pytest.mark.nightly
@pytest.mark.parametrize("claim", SLOW, ids=str)
def test_the_verdict_agrees_with_the_truth_where_that_takes_long(claim):
    agree(claim)
