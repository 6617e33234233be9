"""What is said of a bound is decided where its hypotheses hold, neither beyond them nor on less than all of that."""

from __future__ import annotations

import numpy as np
import pytest
from sympy import Expr, Integer, Rational, Symbol, log, oo, sqrt

from wnverify.claim import Claim, Relation
from wnverify.quantities import Quantity
from wnverify.symbolic.admissible import decide_about, decide_sign, says_nothing
from wnverify.symbolic.claims import BoundClaim, below, bounded_in, decreasing, increasing, limit
from wnverify.symbolic.hypotheses import Standing, narrowed, related, standing
from wnverify.symbolic.proof.domain import domain_of
from wnverify.verdict import Verdict

x, y = Quantity("x", "a number", low=0), Quantity("y", "another", low=0, strict=True)
k = Quantity("k", "an integer", low=1, integer=True)
out = Quantity("out", "measured", low=0)


def sign(bound: Expr, **given: tuple[Expr, str, Expr]) -> tuple[Verdict, bool]:
    decision, point = decide_sign(Claim(out, "<=", bound, given=given), np.random.default_rng(0), 1000)
    return decision.verdict, bool(point)


def test_a_bound_may_be_negative_outside_of_its_hypotheses() -> None:
    assert sign(10 - x) == (Verdict.REFUTED, True)
    assert sign(10 - x, small=(x, "<=", 9)) == (Verdict.PROVED, False)
    assert sign(10 - x, small=(2 * x + 1, "<", 21)) == (Verdict.PROVED, False)
    assert sign(10 - x, small=(-x, ">=", -11)) == (Verdict.REFUTED, True)
    assert sign(log(k), larger=(k, ">", 1)) == sign(1 / (k - 1), larger=(k, ">=", 2)) == (Verdict.PROVED, False)


def test_an_idle_hypothesis_excuses_nothing() -> None:
    assert sign(10 - x, idle=(x, ">=", 0)) == (Verdict.REFUTED, True)
    assert sign(sqrt(10 - x), finite=(x, "<", oo)) == (Verdict.REFUTED, True)
    assert sign(10 - x, elsewhere=(out, "<=", 3)) == (Verdict.REFUTED, True)


def test_hypotheses_over_several_symbols_are_asked_at_the_witness() -> None:
    assert sign(10 - x, together=(x * y, "<=", 1)) == (Verdict.REFUTED, True)  # y may be small
    assert sign(10 - x * y, together=(x * y, "<=", 9))[0] is Verdict.HELD
    assert sign(10 - x**2, square=(x**2, "<=", 9))[0] is Verdict.HELD


def test_a_witness_is_sought_where_the_hypotheses_hold() -> None:
    """At the points at which the first witness lies, x = 3, the hypothesis fails; there are others."""
    assert sign((x - 2) * (x - 4), off=((x - 3) ** 2, ">=", Rational(1, 100))) == (Verdict.REFUTED, True)


@pytest.mark.parametrize(
    ("about", "bound", "given", "verdict"),
    [
        (decreasing(x), (x - 5) ** 2, (x, "<=", 5), Verdict.PROVED),
        (decreasing(x), (x - 5) ** 2, (x, "<=", 6), Verdict.REFUTED),
        (increasing(x), x**2 / 2 - x, (x, ">=", 1), Verdict.PROVED),
        (below(x), x**2, (x, "<=", 1), Verdict.PROVED),
        (below(x), x**2, (x, "<=", 2), Verdict.REFUTED),
        (below(x), x**2, (x**2, "<=", 1), Verdict.UNDECIDED),
        (bounded_in(x), x, (x, "<=", 1), Verdict.PROVED),
        (limit(x, oo, 0), x, (x, "<=", 1), Verdict.UNDECIDED),
        (decreasing(x, given={x: x + 9}), (x - 5) ** 2, (x, "<=", 5), Verdict.UNDECIDED),
    ],
)
def test_what_is_said_of_a_bound_is_meant_where_the_hypotheses_hold(
    about: BoundClaim, bound: Expr, given: tuple[Expr, str, Expr], verdict: Verdict
) -> None:
    found = decide_about(about, Claim(out, "<=", bound, given={"h": given}), np.random.default_rng(0), 1000)
    assert found.verdict is verdict, found.reason


def test_linear_hypotheses_narrow_a_domain() -> None:
    def domain(*relations: Relation) -> str:
        return str(domain_of(narrowed(relations, [k]).get(k, k)))

    assert domain(Relation(3 * k, "<=", Integer(10))) == "integers in [1, 3]"
    assert domain(Relation(k, ">", Integer(2)), Relation(Integer(7), ">", k)) == "integers in [3, 7]"
    assert domain(Relation(k, "=", Integer(4))) == "integers in [4, 4]"
    assert domain(Relation(k, "<", oo), Relation(k**2, "<=", Integer(9))) == "integers in [1, oo)"


def test_the_standing_of_a_point() -> None:
    rng, limits = np.random.default_rng(0), [Relation(x * y, "<=", Integer(1)), Relation(y, ">=", Rational(1, 10))]
    assert standing(limits, {x: Rational(9)}, rng) is Standing.MET
    assert standing(limits, {x: Rational(11)}, rng) is Standing.OPEN  # no sampled y meets both
    assert standing(limits, {x: Rational(1), y: Rational(2)}, rng) is Standing.BROKEN
    assert standing(related(limits, [out]), {out: Rational(1)}, rng) is Standing.MET


def test_a_claim_that_its_formulas_settle_says_nothing() -> None:
    plain = Symbol("p", positive=True)
    assert "same expression" in says_nothing(Claim(2 * (x + 1), "=", 2 * x + 2))
    for claim in (
        Claim(x, "<=", x + 1),
        Claim(Integer(1), "<", Integer(2)),
        Claim(out, ">=", -x),
        Claim(0, "<", plain),
    ):
        assert "domains" in says_nothing(claim)
    for claim in (Claim(x, "<", x), Claim(out, "<=", x), Claim(Integer(2), "<=", Integer(1)), Claim(out, ">", -x)):
        assert not says_nothing(claim)
