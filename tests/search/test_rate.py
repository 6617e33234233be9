"""Failure rates: one that is a little too large everywhere is found, one exactly as allowed is not refuted."""

from __future__ import annotations

import numpy as np
import pytest
from sympy import Expr, Integer, Rational, erfc, sqrt

from wnverify.budget import parse_budget
from wnverify.claim import Claim
from wnverify.errors import TheoremFileError
from wnverify.families.relu.concentration import CONCENTRATION, alpha, delta, margin, n
from wnverify.judging.judge import Judge
from wnverify.search.rate import most_suspicious, settle_rate
from wnverify.search.repeat import Repetition, chance_of, one_round
from wnverify.theorem import Theorem
from wnverify.verdict import Verdict

UNIFORM = erfc(margin / alpha / sqrt(2))
"""Uniform on [0, 1], as the margin is |N(0, α²)|."""


def failing(factor: Expr) -> Theorem:
    """A claim that fails with probability δ times the factor."""
    return Theorem(claim=Claim(UNIFORM, ">=", factor * delta, probability=1 - delta), family=CONCENTRATION)


def settled(theorem: Theorem, seed: int) -> tuple[Verdict, str]:
    rng = np.random.default_rng(seed)
    return settle_rate(theorem, one_round(theorem, parse_budget("quick"), rng), rng)[:2]


@pytest.mark.parametrize("factor", [Rational(11, 10), Rational(6, 5), Rational(3, 2)], ids=str)
def test_a_rate_that_is_a_little_too_large_everywhere_is_refuted(factor: Expr) -> None:
    verdict, reason = settled(failing(factor), 1)
    assert verdict is Verdict.REFUTED, reason
    assert "over 24 settings" in reason or "at n=" in reason
    assert "on fresh randomness" in reason


@pytest.mark.parametrize("seed", range(12))
def test_a_rate_exactly_as_allowed_is_held(seed: int) -> None:
    verdict, reason = settled(failing(Integer(1)), seed)
    assert verdict is Verdict.HELD, reason


def test_the_chance_of_failures_is_bounded_from_above() -> None:
    rng = np.random.default_rng(0)
    allowed = np.array([0.5, 0.1, 0.02])
    counts = rng.binomial(400, allowed, size=(20_000, 3)).sum(axis=1)
    for failures in (260, 270, 280):
        some = [Repetition(failures, 400, 400, 0.5, 0.0, None, ""), Repetition(0, 400, 400, 0.1, 0.0, None, "")]
        some.append(Repetition(0, 400, 400, 0.02, 0.0, None, ""))
        assert (counts >= failures).mean() <= chance_of(some)
    assert chance_of([Repetition(1, 400, 400, 0.0, 0.0, None, "")]) == 0.0


def test_what_fails_in_one_regime_is_not_hidden_by_the_others() -> None:
    """The first regime fails 1.3 times as often as allowed, the second never."""
    found = [Repetition(52, 400, 400, 0.1, 0.0, None, "bad") for _ in range(6)]
    found += [Repetition(0, 400, 400, 0.5, 0.0, None, "good") for _ in range(6)]
    pool, chance = most_suspicious(found)
    assert {each.regime for each in pool} == {"bad"}
    assert len(pool) == 6
    assert chance < 1e-4


def test_a_probability_that_promises_nothing_is_vacuous() -> None:
    theorem = Theorem(claim=Claim(margin, "<=", Integer(0), probability=-delta), family=CONCENTRATION)
    verdict, reason = settled(theorem, 0)
    assert verdict is Verdict.VACUOUS
    assert "says nothing" in reason


@pytest.mark.parametrize("probability", [1 + n, sqrt(delta - 1)], ids=str)
def test_a_probability_that_is_none_is_an_error(probability: Expr) -> None:
    theorem = Theorem(claim=Claim(margin, "<=", Integer(0), probability=probability), family=CONCENTRATION)
    batch = CONCENTRATION.draw(CONCENTRATION.situations()[0], "sphere, half", 2, np.random.default_rng(0))
    with pytest.raises(TheoremFileError, match="a probability of at most 1"):
        Judge(theorem.claim, CONCENTRATION).chance(batch)
