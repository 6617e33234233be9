"""Typed claims that were judged wrongly once: false ones are refuted, true ones are not.

Those that take long are tried by `pytest -m nightly tests/soundness`.
"""

from pathlib import Path

import pytest

from benchmarks.attack.trial import CRASHED, REFUSED, REFUTED, asked, from_file

HERE = Path(__file__).parent
CLAIMS = [
    *(pytest.param(claim, id=str(claim)) for claim in from_file(HERE / "typed_claims.tsv")),
    *(
        pytest.param(claim, id=str(claim), marks=pytest.mark.nightly)
        for claim in from_file(HERE / "typed_claims_slow.tsv")
    ),
]


@pytest.mark.parametrize("claim", CLAIMS)
def test_the_verdict_agrees_with_the_truth(claim):
    answer = asked(claim, "quick")
    if claim.truth:
        assert answer.verdict not in (REFUTED, REFUSED, CRASHED), answer.reason
    else:
        assert answer.verdict == REFUTED, answer.reason
