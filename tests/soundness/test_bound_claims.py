"""No false claim about a bound is proved, and true ones are, each with a certificate that the checker accepts."""

import numpy as np
import pytest
from sympy import Integer

from tests.soundness.bound_cases import FALSE, TRUE
from wnverify.symbolic.claims import decide
from wnverify.verdict import Verdict


def decided(claim):
    return decide(claim, Integer(0), np.random.default_rng(0), 1000)


@pytest.mark.parametrize("name", FALSE)
def test_a_false_claim_is_neither_proved_nor_held(name):
    assert decided(FALSE[name]).verdict not in (Verdict.PROVED, Verdict.HELD)


@pytest.mark.parametrize("name", TRUE)
def test_a_true_claim_is_proved(name):
    decision = decided(TRUE[name])
    assert decision.verdict is Verdict.PROVED, decision
    assert decision.proof is not None
