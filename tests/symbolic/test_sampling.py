"""Domains between two neighbouring doubles: what cannot be sampled there is left open, and is no error."""

import numpy as np
import pytest
from sympy import E, Rational, atan, exp, log, sqrt

from tests.symbolic.theory_bounds import x
from wnverify.quantities import Quantity
from wnverify.symbolic.claims import below, bounded_in, decide, decreasing, free_of, increasing, limit, order
from wnverify.symbolic.claims import real_and_nonnegative as sign
from wnverify.symbolic.goal import Goal
from wnverify.symbolic.proof.domain import Domain, box_of
from wnverify.symbolic.prove import at_most
from wnverify.symbolic.region import Region
from wnverify.symbolic.sampling import draw
from wnverify.verdict import Verdict

THIRD = Rational(1, 3)
HAIR = Quantity("u", "", low=THIRD, high=THIRD + Rational(1, 10**24))
ABOUT = [increasing(HAIR), decreasing(HAIR), free_of(HAIR), below(HAIR), order(HAIR), bounded_in(HAIR)]


def test_a_part_that_hardly_moves():
    tiny = atan(exp(-x - Rational(13, 3) ** E) - 1)
    bound = Rational(6, 5) ** E / (-log(1 - tiny) - tiny + sqrt(30) / 3)
    decision = decide(decreasing(x), bound, np.random.default_rng(0), 500)
    assert decision.verdict in (Verdict.PROVED, Verdict.HELD, Verdict.UNDECIDED)


@pytest.mark.parametrize("claim", [*ABOUT, limit(HAIR, THIRD, THIRD)], ids=str)
def test_a_claim_without_a_point_to_sample_is_left_open(claim):
    decision = decide(claim, HAIR, np.random.default_rng(0), 100)
    assert decision.verdict is Verdict.UNDECIDED
    assert "point" in decision.reason


def test_a_sign_without_a_point_to_sample_is_left_open():
    assert sign(HAIR, np.random.default_rng(0), 100).verdict is Verdict.UNDECIDED


def test_a_proof_needs_no_points():
    assert at_most(Goal(HAIR**2, HAIR, Region(box_of([HAIR])))) is not None
    assert at_most(Goal(HAIR, HAIR**2, Region(box_of([HAIR])))) is None


def test_neighbouring_doubles_are_told_apart():
    narrow = Domain(Rational(1, 10), Rational(1, 10) + Rational(1, 10**15), strict=True)
    column = draw({x: narrow}, np.random.default_rng(0), 20)[x]
    assert set(column > 0.1) == {True}
    assert set(column <= 0.1 + 1e-15) == {True}
