"""A short run of the generator of claims with known truth; the long run is `python -m benchmarks.attack 100000`."""

import pytest

from benchmarks.attack.bounds import Case, cases, decided
from wnverify.verdict import Verdict

COUNT = 90


@pytest.fixture(scope="module")
def verdicts() -> list[tuple[Case, Verdict]]:
    return [(case, decided(case).verdict) for case in cases(COUNT, 20260101)]


def test_no_verdict_is_wrong(verdicts):
    wrong = [
        (case.kind, str(case.claim), str(case.claim.of), verdict) for case, verdict in verdicts if case.wrong(verdict)
    ]
    assert not wrong


def test_few_false_claims_are_held(verdicts):
    false = [verdict for case, verdict in verdicts if not case.truth]
    assert sum(verdict is Verdict.HELD for verdict in false) <= len(false) / 5


def test_most_true_claims_are_proved(verdicts):
    true = [verdict for case, verdict in verdicts if case.truth]
    assert sum(verdict is Verdict.PROVED for verdict in true) >= 0.7 * len(true)
