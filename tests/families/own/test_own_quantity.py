"""Quantities of a user's own: measured, differentiated, enclosed, tried, and brought along by a theorem."""

from __future__ import annotations

from itertools import count

import numpy as np
import pytest

from wnverify import verify
from wnverify.arithmetic.faults import FunctionError
from wnverify.checks import sampled
from wnverify.claim import Claim
from wnverify.errors import NotEnclosed, RecordError, TheoremFileError, UsageError
from wnverify.families.networks.weight_norm import WEIGHT_NORM, rho
from wnverify.families.own.declare import architecture
from wnverify.families.own.kinds import ball, free
from wnverify.families.own.own_quantity import quantity
from wnverify.family import Situation
from wnverify.judging.judge import Judge
from wnverify.judging.opinion import uncertified
from wnverify.theorem import Theorem
from wnverify.verdict import Verdict

PATH = quantity("path_norm", "Σ over paths of |products|", lambda xp, t, x: paths(xp, t), low=0)
PLACE = Situation({"L": 2, "m": 3, "d": 2}, {"activation": "tanh", "scaling": "fan_out"})


def paths(xp, theta):
    carried = xp.abs(theta.v)
    for layer in range(theta.L, 0, -1):
        carried = carried @ xp.abs(theta[f"W{layer}"])
    return xp.sum(carried)


def networks(number=4):
    return WEIGHT_NORM.draw(PLACE, "gaussian", number, np.random.default_rng(0))


def test_it_is_measured_as_its_formula_says():
    batch = networks()
    wanted = [
        np.abs(v) @ np.abs(W2) @ np.abs(W1) @ np.ones(2)
        for v, W2, W1 in zip(*(np.moveaxis(batch.arrays[n], -1, 0) for n in ("v", "W2", "W1")), strict=True)
    ]
    assert np.allclose(PATH.route.measure(batch), wanted, rtol=1e-14)
    assert np.allclose(PATH.route.second(batch), wanted, rtol=1e-14)


def test_its_gradient_is_that_of_differences_and_its_ball_holds_it():
    batch = networks()
    way = np.random.default_rng(1).standard_normal(batch.arrays["W1"].shape)
    ends = [batch.with_arrays({**batch.arrays, "W1": batch.arrays["W1"] + t * way}) for t in (1e-6, -1e-6)]
    slope = (PATH.route.measure(ends[0]) - PATH.route.measure(ends[1])) / 2e-6
    assert np.allclose(np.sum(PATH.route.gradient(batch)["W1"] * way, axis=(0, 1)), slope, rtol=1e-6)
    ball = WEIGHT_NORM.extended([PATH]).enclose(batch.one(0), ["path_norm", "rho"])["path_norm"]
    assert abs(float(ball.mid()) - PATH.route.measure(batch)[0]) < 1e-12
    assert ball.rad() < 1e-30


def test_a_theorem_brings_it_along_and_leaves_the_family_as_it_was():
    theorem = Theorem(Claim(PATH, ">=", 0), WEIGHT_NORM, mutants={"another": Claim(PATH, "<=", rho)})
    assert theorem.family.quantities["path_norm"] is PATH
    assert "path_norm" not in WEIGHT_NORM.quantities
    assert theorem.family.quantities["rho"] is WEIGHT_NORM.quantities["rho"]


def test_a_name_that_the_family_has_is_refused():
    with pytest.raises(
        UsageError, match="a name for your quantity that the family weight_norm does not have yet, but got rho"
    ):
        WEIGHT_NORM.extended([quantity("rho", "mine", lambda xp, t, x: xp.sum(t.v))])


def test_what_balls_do_not_know_goes_without_certificates_and_says_so():
    top = quantity("top", "the largest entry", lambda xp, t, x: xp.sort(xp.abs(t.v))[-1], low=0)
    theorem = Theorem(Claim(top, "<=", PATH), WEIGHT_NORM)
    batch = networks()
    with pytest.raises(NotEnclosed, match=r"balls do not know xp\.sort \(test_own_quantity\.py, line \d+\)"):
        top.route.ball(batch.one(0))
    assert theorem.family.enclose(batch.one(0), ["top"]) is None
    assert "xp.sort" in uncertified(Judge(theorem.claim, theorem.family), batch)
    assert uncertified(Judge(Claim(PATH, ">=", 0), theorem.family), batch) == ""


def test_the_record_says_why_there_are_none():
    top = quantity("top", "the largest entry", lambda xp, t, x: xp.sort(xp.abs(t.v))[-1], low=0)
    theorem = Theorem(Claim(top, "<=", PATH), WEIGHT_NORM, settings={"activation": "tanh", "scaling": "fan_out"})
    found = sampled.CHECK.run(theorem, sampled_budget(), np.random.default_rng(0))
    assert "xp.sort" in found.uncertified


def sampled_budget():
    from wnverify.budget import parse_budget

    return parse_budget("quick")


def test_hidden_state_is_refused_when_it_is_first_measured():
    calls = count()
    hidden = quantity("hidden", "depends on when it is asked", lambda xp, t, x: xp.sum(t.v) * next(calls))
    with pytest.raises(FunctionError, match="hidden to depend on its arguments alone"):
        hidden.route.measure(networks())


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: quantity("a b", "x", abs), "a name such as path_norm, but got 'a b'"),
        (lambda: quantity("a", " ", abs), "a phrase that says what a is"),
        (lambda: quantity("a", "x", 3), r"a function value\(xp, theta, x\) for a, but got 3"),
    ],
)
def test_what_is_no_quantity_is_refused(make, words):
    with pytest.raises(TheoremFileError, match=words):
        make()


def test_a_quantity_of_one_architecture_is_no_quantity_of_another():
    one, other = (
        architecture(name, lambda xp, t, x: t.v @ x, theta={"v": free("d")}, x=ball("d"), sizes={"d": (1, 2)})
        for name in ("one", "other")
    )
    size = quantity("size", "Σ|v|", lambda xp, t, x: xp.sum(xp.abs(t.v)), of=one, low=0)
    words = "about the family other or about any, but got size, which is about the family one"
    with pytest.raises(UsageError, match=words):
        Theorem(Claim(other.symbols("output_abs"), "<=", size), other)


def test_an_array_that_another_network_of_the_name_lacks_is_not_zero():
    one, other = (
        architecture("net", lambda xp, t, x: t.v @ x, theta=theta, x=ball("d"), sizes={"d": (1, 2)})
        for theta in ({"v": free("d"), "w": free()}, {"v": free("d")})
    )
    size = quantity("size", "|w|", lambda xp, t, x: xp.abs(t.w), of=one, low=0)
    batch = other.draw(other.situations()[0], "gaussian", 2, np.random.default_rng(0))
    with pytest.raises(RecordError, match="an instance of net, with w, but got v, x"):
        size.route.measure(batch)
    theorem = Theorem(Claim(other.symbols("norm_v") + size, ">=", other.symbols("norm_v")), other)
    assert verify(theorem, budget="quick").verdict is Verdict.ERROR


@pytest.mark.parametrize(("name", "remedy"), [("pi", "no name that"), ("β", "give latex="), ("a b", "ASCII letters")])
def test_a_name_that_no_claim_can_type_is_refused(name, remedy):
    with pytest.raises(TheoremFileError, match=rf"a name such as path_norm.*{remedy}"):
        quantity(name, "something", lambda xp, t, x: xp.sum(t.v))
