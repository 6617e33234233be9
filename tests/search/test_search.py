from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from sympy import Rational, sqrt

from wnverify.batch import from_data
from wnverify.bounds.banerjee2024 import hessian
from wnverify.budget import parse_budget
from wnverify.checks import sampled, structured
from wnverify.claim import Claim
from wnverify.families.least_squares.normalisation import (
    NORMALISATION,
    Normalisation,
    first_derivative,
    second_derivative,
    w_norm,
)
from wnverify.families.networks.weight_norm import (
    LIPSCHITZ,
    STANDARD,
    WEIGHT_NORM,
    hessian_norm,
    m,
    output_abs,
    rho,
)
from wnverify.family import Situation
from wnverify.judging.judge import Judge
from wnverify.judging.opinion import BALL_ROUTE
from wnverify.search import ascent, evolution, plan
from wnverify.search import settle as settling
from wnverify.search.ascent import climb
from wnverify.search.hunt import hunt
from wnverify.search.hypothesis_route import EACH, steer
from wnverify.search.settle import settle
from wnverify.search.tally import Tally
from wnverify.theorem import Theorem
from wnverify.verdict import Verdict

QUICK = parse_budget("quick")
TANH = Situation({"L": 2, "m": 3, "d": 2}, {"activation": "tanh", "scaling": "fan_out"})


def tally(claim: Claim, family=WEIGHT_NORM) -> Tally:
    return Tally(Judge(claim, family))


def test_ascent_beats_its_own_starts() -> None:
    found = tally(Claim(hessian_norm, "<=", hessian(), given=STANDARD))
    begin = WEIGHT_NORM.draw(TANH, "gaussian", 12, np.random.default_rng(0))
    found.add(begin, TANH, "start")
    at_start = found.best.ratio
    climb(found, TANH, begin, 80)
    assert found.best.ratio > 2 * at_start
    assert found.best.found == "ascent"
    assert not found.violated()
    counts = [count for count, _ in found.effort]
    assert counts == sorted(counts)


def test_an_ascent_to_nothing_new_ends_early_unless_it_is_to_be_patient() -> None:
    judge, begin = tally(Claim(output_abs, "<=", 1 + rho, given=LIPSCHITZ)).judge, np.random.default_rng(4)
    starts, known = (WEIGHT_NORM.draw(TANH, "gaussian", 6, begin) for _ in range(2))
    hasty, patient = Tally(judge), Tally(judge, patient=True)
    for each in (hasty, patient):
        climb(each, TANH, known, 60)
        before = each.tried
        climb(each, TANH, starts, 60)
        each.tried -= before
    assert hasty.tried < patient.tried
    assert hasty.best.ratio == pytest.approx(patient.best.ratio, rel=1e-2)


@pytest.mark.parametrize("seed", range(3))
def test_the_best_of_an_ascent_go_on_with_shorter_steps(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    begin = WEIGHT_NORM.draw(TANH, "gaussian", 12, np.random.default_rng(seed))
    shorter, alone = (tally(Claim(hessian_norm, "<=", hessian(), given=STANDARD)) for _ in range(2))
    last = climb(shorter, TANH, begin, 400)
    monkeypatch.setattr(ascent, "SLOWEST", np.inf)
    assert climb(alone, TANH, begin, 400).size == 12
    assert last.size == ascent.LEADERS
    assert shorter.best.ratio > alone.best.ratio * 1.003
    assert shorter.tried < 1.5 * alone.tried


def test_an_ascent_ends_at_once_where_nothing_has_a_slope() -> None:
    begin = WEIGHT_NORM.draw(TANH, "gaussian", 6, np.random.default_rng(0))
    still = begin.with_arrays({**begin.arrays, "x": np.zeros_like(begin.arrays["x"])})
    found = tally(Claim(output_abs, "<=", 1 + rho, given=LIPSCHITZ))
    assert climb(found, TANH, still, 60).size == 6
    assert found.tried == 2 * 6
    one = still.with_arrays({**still.arrays, "x": np.where(np.arange(6) == 3, begin.arrays["x"], 0.0)})
    climb(found, TANH, one, 60)
    assert found.tried > 4 * 6
    assert found.best.ratio > 2 * tally(found.judge.claim).add(begin, TANH, "start").ratio[3]


@pytest.mark.parametrize(("known", "size"), [(0.9, 0), (0.6, 6), (-1.0, 6), (5.0, 0), (0.0, 6)])
def test_an_ascent_is_given_up_only_far_below_what_is_known(known: float, size: int) -> None:
    course = ascent._Course(known, 60)
    for top in np.linspace(0.1, 0.6, ascent.BEGUN):
        assert course.goes_on(np.full(6, top)).size == 6 or top == 0.6
    assert course.goes_on(np.full(6, 0.601)).size == size


def test_ascent_keeps_every_hypothesis() -> None:
    found = tally(Claim(output_abs, "<=", 1 + rho, given=LIPSCHITZ))
    climb(found, TANH, WEIGHT_NORM.draw(TANH, "wide", 10, np.random.default_rng(1)), 40)
    assert found.accepted == found.tried


def test_derivative_free_search_reaches_a_tight_constant() -> None:
    found = tally(Claim(second_derivative, "<=", 2 / (sqrt(3) * w_norm**2)), NORMALISATION)
    situation = Situation({"k": 3}, {})
    climb(found, situation, NORMALISATION.draw(situation, "gaussian", 2, np.random.default_rng(2)), 400)
    assert found.best.found == "evolution"
    assert 0.99999 < found.best.ratio <= 1 + 1e-10


def test_a_hunt_ends_at_the_smallest_shape_that_breaks_the_claim() -> None:
    wrong = Claim(output_abs, "<=", (1 + rho) / sqrt(m), given=LIPSCHITZ)
    theorem = Theorem(wrong, WEIGHT_NORM, settings={"activation": ("identity",)})
    (found,) = hunt(theorem, [wrong], QUICK, np.random.default_rng(3))
    verdict, _, worst = settle(found)
    assert (verdict, worst.route) == (Verdict.REFUTED, BALL_ROUTE)
    assert from_data(worst.instance).shape == {"L": 1, "m": 2, "d": 1}


def test_hypothesis_shrinks_to_the_smallest_shape_and_repeats() -> None:
    situations = WEIGHT_NORM.situations({"activation": ("identity",)})
    results = []
    for _ in range(2):
        found = tally(Claim(output_abs, "<=", Rational(1, 2)))
        smallest = steer(found, situations, 80, 5)
        results.append((smallest.situation, smallest.ratio))
    assert results[0] == results[1]
    assert results[0][0].shape == {"L": 1, "m": 1, "d": 1}


def test_hypothesis_finds_nothing_where_nothing_is() -> None:
    found = tally(Claim(output_abs, "<=", 1 + rho, given=LIPSCHITZ))
    assert steer(found, WEIGHT_NORM.situations({"activation": ("tanh",)}), 30, 6) is None
    assert found.tried == EACH * 30


def test_spread_covers_every_shape_and_setting_alike() -> None:
    situations = WEIGHT_NORM.situations()
    chosen = plan.spread(situations, 32, np.random.default_rng(7))
    assert len({str(situation) for situation in chosen}) == 32
    assert len({tuple(situation.shape.values()) for situation in chosen}) == 16
    assert len({tuple(situation.settings.values()) for situation in chosen}) >= 16


@pytest.mark.parametrize(("shapes", "settings"), [(1, 2), (1, 4), (2, 3), (3, 2), (3, 4), (5, 6)])
def test_a_spread_over_all_situations_has_all_settings(shapes: int, settings: int) -> None:
    """Of one shape with two settings only one was ever chosen, of three with four only three."""
    every = [Situation({"m": m}, {"kind": str(k)}) for m in range(1, 1 + shapes) for k in range(settings)]
    chosen = plan.spread(every, shapes * settings, np.random.default_rng(0))
    assert {each.settings["kind"] for each in chosen} == {str(k) for k in range(settings)}
    assert {each.shape["m"] for each in chosen} == set(range(1, 1 + shapes))


def test_later_turns_go_on_to_the_shapes_that_the_first_left_out() -> None:
    situations, rng = WEIGHT_NORM.situations(), np.random.default_rng(7)
    turns = [[tuple(each.shape.values()) for each in plan.spread(situations, 6, rng, turn)] for turn in range(3)]
    assert turns[0] == [tuple(shape.values()) for shape in WEIGHT_NORM.shapes()[:6]]
    assert len(set(turns[0] + turns[1] + turns[2])) == 16


def test_portions_are_all_situations_once_and_then_nothing() -> None:
    situations = WEIGHT_NORM.situations()
    portions = [plan.portion(situations, 50, number) for number in range(1, 2 + len(situations) // 50 + 1)]
    together = [str(each) for portion in portions for each in portion]
    assert sorted(together) == sorted(map(str, situations))
    assert len({str(each.shape) for each in portions[0]}) == len(WEIGHT_NORM.shapes())
    assert plan.portion(situations, 50, 999) == []


def test_the_rounds_of_the_structured_check_share_out_what_is_not_random() -> None:
    theorem, sweep = Theorem(Claim(output_abs, "<=", 1 + rho, given=LIPSCHITZ), WEIGHT_NORM), parse_budget("99r")
    found = [structured.check(theorem, sweep.of_round(n), np.random.default_rng(n)) for n in (1, 2, 99)]
    seen = [set(each.by_situation) for each in found]
    assert len(seen[0]) >= len(seen[1]) == structured.SITUATIONS
    assert not seen[0] & seen[1]
    assert (found[2].verdict, found[2].tried) == ("VACUOUS", 0)


class Dear(Normalisation):
    """So dear that the sampled check draws six instances at first."""

    cost, plentiful = 60.0, 0


@pytest.mark.parametrize(("least", "verdict"), [(0, "HELD"), (30, "HELD"), (990, "VACUOUS")])
def test_the_sampled_check_draws_on_until_enough_instances_meet_the_hypotheses(least, verdict) -> None:
    claim = Claim(first_derivative, "<=", 1 / w_norm, given={"long": (w_norm, ">", least)})
    found = sampled.check(Theorem(claim, Dear()), QUICK, np.random.default_rng(11))
    assert found.verdict == verdict
    assert found.tried <= 2 * sampled.MOST
    if verdict == "HELD":
        assert sampled.ENOUGH <= found.substance <= 5 * sampled.ENOUGH


def test_the_sampled_check_draws_in_plenty_what_takes_next_to_nothing() -> None:
    small, large = (
        min(WEIGHT_NORM.situations(), key=lambda each: sign * WEIGHT_NORM.numbers(each)) for sign in (1, -1)
    )
    numbers, matrices = (
        sampled.check(
            Theorem(Claim(each, "<=", 1 + rho, given=LIPSCHITZ), WEIGHT_NORM), QUICK, np.random.default_rng(3)
        )
        for each in (output_abs, hessian_norm)
    )
    assert numbers.tried >= sampled.SITUATIONS * sampled.PLENTY
    most = WEIGHT_NORM.plentiful * sampled.MOST_AT_ONCE
    assert sampled.together(WEIGHT_NORM, small) == most > sampled.together(WEIGHT_NORM, large)
    assert 0 < matrices.tried <= sampled.SITUATIONS * sampled.EACH


def test_a_handful_of_random_instances_is_no_test() -> None:
    few = tally(Claim(rho, "<=", 1))
    few.tried, few.accepted, few.trivial = 40, 30, 25
    verdict, reason = sampled.weighed(few, "")
    assert verdict is Verdict.VACUOUS
    assert "only 5 of 40 random instances met the hypotheses and are not trivial" in reason


def bounds(*limits):
    return [Claim(output_abs, "<=", limit, given=LIPSCHITZ) for limit in limits]


def test_claims_that_are_hunted_together_end_as_each_of_them_does_alone() -> None:
    theorem = Theorem(*bounds(1 + rho), WEIGHT_NORM, settings={"activation": ("identity",)})
    claims = bounds((1 + rho) / sqrt(m), Rational(1, 2), 1 + rho, (1 + rho) * Rational(99, 100))
    together = hunt(theorem, claims, QUICK, np.random.default_rng(3))
    for claim, found in zip(claims, together, strict=True):
        (alone,) = hunt(theorem, [claim], QUICK, np.random.default_rng(3))
        assert found.violated() == alone.violated() == (claim.rhs != 1 + rho)
        assert (found.best.ratio, found.best.found) == (alone.best.ratio, alone.best.found)


def test_of_equal_violations_the_first_is_kept_and_of_smaller_ratios_the_largest() -> None:
    batch = WEIGHT_NORM.draw(TANH, "gaussian", 3, np.random.default_rng(0))
    values = Judge(Claim(output_abs, "<=", 1), WEIGHT_NORM)(batch).lhs
    twice = batch.select([0, 0, 1])
    found = tally(Claim(output_abs, "<=", float(values[0]) / 2))
    found.add(twice.select([0, 1]), TANH, str)
    assert (found.best.found, found.violated()) == ("0", True)
    low = tally(Claim(output_abs, "<=", 100))
    order = np.argsort(values)
    low.add(batch.select(order), TANH, str)
    assert low.best.found == "2"


def test_another_violation_decides_where_the_best_one_cannot_be_confirmed(monkeypatch) -> None:
    found = tally(Claim(output_abs, "<=", Rational(1, 1000)))
    found.add(WEIGHT_NORM.draw(TANH, "gaussian", 9, np.random.default_rng(0)), TANH, "random")
    best, shrink = found.best.ratio, settling.shrink

    def doubtful(judge, candidate, *, plainest):
        shrunk, seen = shrink(judge, candidate, plainest=plainest)
        return (candidate, replace(seen, refutes=False)) if candidate.ratio == best else (shrunk, seen)

    monkeypatch.setattr(settling, "shrink", doubtful)
    verdict, worst, seen = settling.decide(found)
    assert (verdict, seen.refutes) == (Verdict.REFUTED, True)
    assert worst.ratio < best
    found.others.clear()
    verdict, worst, _ = settling.decide(found)
    assert (verdict, worst.ratio) == (Verdict.UNDECIDED, best)


class Boxed(Normalisation):
    """Measures rightly only what it draws."""

    boxed = True


@pytest.mark.parametrize(
    ("family", "relation", "wider"),
    [(Boxed(), "<=", False), (NORMALISATION, "=", False), (NORMALISATION, "<=", True)],
)
def test_an_evolution_leaves_the_range_of_its_starts_only_where_that_is_measured_rightly(
    monkeypatch, family, relation, wider
) -> None:
    seen = []

    def watched(judge, theta, size):
        low, high = bounds(judge, theta, size)
        seen.append(bool((low < theta.min(axis=1)).all() and (high > theta.max(axis=1)).all()))
        assert wider or (low == theta.min(axis=1)).all()
        assert wider or (high == theta.max(axis=1)).all()
        return low, high

    bounds = evolution._bounds
    monkeypatch.setattr(evolution, "_bounds", watched)
    situation = Situation({"k": 3}, {})
    begin = family.draw(situation, "gaussian", 4, np.random.default_rng(2))
    climb(tally(Claim(second_derivative, relation, 1), family), situation, begin, 12)
    assert seen == [wider]
