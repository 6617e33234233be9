"""The search leaves the box: far along every number, to the landmarks of the formula, to sizes that nobody lists."""

import numpy as np
import pytest
from sympy import Abs, Integer, Rational, exp, pi, sin, sqrt

from wnverify.bounds.wu2020 import BELOW_ONE, distance_lower
from wnverify.claim import Claim
from wnverify.errors import DomainError
from wnverify.families.least_squares.state import LEAST_SQUARES, target_norm
from wnverify.families.networks.regression import REGRESSION
from wnverify.families.networks.weight_norm import (
    LIPSCHITZ,
    WEIGHT_NORM,
    L,
    c0,
    d,
    direction_norm,
    gradient_norm,
    hidden_gradient_norm,
    input_norm,
    m,
    omega,
    output_abs,
    rho,
)
from wnverify.family import Situation
from wnverify.judging.judge import Judge
from wnverify.judging.opinion import Opinion
from wnverify.search import explore, sizes
from wnverify.search.afar import look_afar
from wnverify.search.explore import Exploration
from wnverify.search.ladder import ladder
from wnverify.search.polish import polish
from wnverify.search.reach import movable, moved, outside, tamed, widen
from wnverify.search.tally import SPARE, Tally

ODD = {**LIPSCHITZ, "odd": (c0, "=", 0)}
SMALL = Situation({"L": 1, "m": 2, "d": 2}, {"activation": "tanh", "scaling": "fan_out"})


def searched(claim: Claim, count: int = 4) -> tuple[Tally, object]:
    found = Tally(Judge(claim, WEIGHT_NORM))
    begin = WEIGHT_NORM.draw(SMALL, "gaussian", count, np.random.default_rng(0))
    found.add(begin, SMALL, "start")
    return found, begin


@pytest.mark.parametrize(
    "claim",
    [
        Claim(output_abs, "<=", Integer(1000), given=ODD),
        Claim(hidden_gradient_norm, "<=", Integer(10**5), given=ODD),
        Claim(rho**2, "<=", 10**6 * (1 + omega), given=ODD),
        Claim(rho, "<=", 10**4 * (1 + omega), given={**ODD, "far": (omega, ">=", 100)}),
        Claim(output_abs, ">=", hidden_gradient_norm / 10**5, given=ODD),
    ],
    ids=str,
)
def test_ladders_find_what_breaks_far_out(claim):
    found, begin = searched(claim)
    assert not found.violated()
    widen(found, SMALL, begin, np.random.default_rng(1))
    assert found.violated()
    assert found.best.found == "ladder"


@pytest.mark.parametrize("middle", [Rational(123, 10000), sqrt(7), Rational(1, 10**7)])
@pytest.mark.parametrize("window", [lambda x: 1000 * x**2, lambda x: 10**6 * Abs(x)])
def test_ladders_stop_at_the_landmarks_of_the_formula(window, middle):
    bound = (1 + rho) / sqrt(m) * (Rational(1, 100) + window(omega / middle - 1))
    found, begin = searched(Claim(hidden_gradient_norm * omega, "<=", bound, given=ODD))
    widen(found, SMALL, begin, np.random.default_rng(1))
    assert found.violated()
    assert found.best.ratio > 1
    assert min(np.linalg.norm(found.best.batch.arrays["W1"], axis=1)) == pytest.approx(float(middle), rel=0.02)


def test_landmarks_of_two_quantities_are_seen_from_where_the_other_is():
    bound = (1 + rho) * (Rational(1, 100) + 10**8 * (omega - rho**2 - 7) ** 2)
    judge = Judge(Claim(output_abs, "<=", bound, given=ODD), WEIGHT_NORM)
    assert 16.0 in ladder(judge, SMALL, omega, {"rho": 3.0, "input_norm": 0.5})
    assert 3.0 in ladder(judge, SMALL, rho, {"omega": 16.0})


def test_a_ladder_stays_in_the_domain():
    judge = Judge(Claim(output_abs, "<=", exp(omega), given=ODD), WEIGHT_NORM)
    assert ladder(judge, SMALL, omega, {}).min() > 0
    assert ladder(judge, SMALL, rho, {}).min() == 0
    assert {quantity.name for quantity in movable(judge)} >= {"omega", "rho", "input_norm"}


def test_a_climb_outside_keeps_what_was_moved():
    judge = Judge(Claim(output_abs, "<=", 10 * rho, given=ODD), WEIGHT_NORM)
    begin = WEIGHT_NORM.draw(SMALL, "gaussian", 3, np.random.default_rng(0))
    far = moved(WEIGHT_NORM, begin, {"rho": 1e6, "omega": 1e-6})
    coordinates = outside(judge, SMALL, far.one(0))
    theta = coordinates.canonical(coordinates.encode(far) + 0.1)
    values = judge.measured(["rho", "omega"], coordinates.decode(theta))
    assert values["rho"] == pytest.approx(np.full(3, 1e6))
    assert values["omega"] == pytest.approx(np.full(3, 1e-6))


def test_a_violation_is_brought_as_near_as_it_can_be():
    found, begin = searched(Claim(output_abs, "<=", Integer(7), given=ODD))
    widen(found, SMALL, begin, np.random.default_rng(1))
    assert found.best.ratio > 1e6
    near = tamed(found.judge, found.best)
    assert 1.02 < near.ratio < 5


def test_what_is_found_afar_counts_only_if_it_is_confirmed():
    found, _ = searched(Claim(output_abs, "<=", Integer(1000), given=ODD))
    look_afar(found, np.random.default_rng(0))
    assert found.violated()
    held, _ = searched(Claim(output_abs, "<=", (1 + rho) * input_norm, given=ODD))
    before = held.best.ratio
    look_afar(held, np.random.default_rng(0))
    assert held.best.ratio == before
    assert held.ranges["omega"] == (pytest.approx(1e-12), pytest.approx(1e12))


# ---- sizes


def best_of(claim: Claim):
    found, _ = searched(claim)
    return found.judge, found.best


def test_the_formula_points_to_the_sizes():
    judge, best = best_of(
        Claim(output_abs, "<=", (1 + rho) * (Rational(9, 10) + 100 * sin(pi * m / 7) ** 2), given=ODD)
    )
    assert next(sizes.along(judge, SMALL, best.batch, "m")).shape["m"] % 7 == 0
    judge, best = best_of(Claim(output_abs, "<=", 100 * (1 + rho) / sqrt(d), given=ODD))
    assert next(sizes.along(judge, SMALL, best.batch, "d")).shape["d"] == sizes.FARTHEST
    judge, best = best_of(Claim(output_abs, "<=", 1 + rho, given=ODD))
    looked = {situation.shape["L"] for situation in sizes.along(judge, SMALL, best.batch, "L")}
    assert {size % 2 for size in looked} == {0, 1}, "where the formula is silent, odd and even ones"


def test_sizes_that_cannot_be_are_left_out():
    assert not sizes.exists(WEIGHT_NORM, Situation({"L": 64, "m": 64, "d": 64}, SMALL.settings))
    assert sizes.exists(WEIGHT_NORM, Situation({"L": 9, "m": 5, "d": 3}, SMALL.settings))
    assert set(sizes.names(REGRESSION, REGRESSION.situations()[0])) == {"L", "m", "d", "n"}


# ---- the whole search


def explored(claim: Claim, groups: list[list[Situation]]) -> Exploration:
    found = Exploration(Judge(claim, WEIGHT_NORM), groups, np.random.default_rng(0), np.inf)
    found.run(range(1))
    return found


def test_a_search_grows_where_ratios_rise():
    claim = Claim(output_abs, "<=", (1 + rho) * Rational(11, 10) * L / L, given=LIPSCHITZ)
    softplus = [[Situation({"L": 1, "m": 1, "d": 1}, {"activation": "softplus", "scaling": "fan_out"})]]
    found = explored(Claim(output_abs, "<=", 2 * (1 + rho), given=claim.given), softplus)
    assert found.tally.violated()
    assert found.tally.best.situation.shape["L"] >= 4
    assert found.missed == 0


def test_a_maximum_with_a_kink_is_polished():
    """Three unit rows in a plane: ‖W̄‖₂ ≥ √(3/2) = 1.224745, attained by a tight frame alone."""
    claim = Claim(direction_norm, ">=", Rational(12248, 10000), given=LIPSCHITZ)
    found = Tally(Judge(claim, WEIGHT_NORM))
    situation = Situation({"L": 1, "m": 3, "d": 2}, SMALL.settings)
    begin = WEIGHT_NORM.draw(situation, "gaussian", 20, np.random.default_rng(0))
    best = begin.one(int(np.argmax(found.add(begin, situation, "start").promise)))
    polish(found, situation, best)
    assert found.violated()
    assert found.best.found == "polished"


def test_what_cannot_be_measured_is_counted_and_left_out():
    claim = Claim(output_abs, "<=", 1 + rho, given=ODD)
    begin = WEIGHT_NORM.draw(SMALL, "gaussian", 4, np.random.default_rng(0))
    rows = begin.arrays["W1"].copy()
    rows[0, :, 2] = 0.0
    broken = begin.with_arrays({**begin.arrays, "W1": rows})
    strict, lenient = Tally(Judge(claim, WEIGHT_NORM)), Tally(Judge(claim, WEIGHT_NORM), lenient=True)
    with pytest.raises(DomainError):
        strict.add(broken, SMALL, "made")
    judgement = lenient.add(broken, SMALL, "made")
    assert (lenient.tried, lenient.unevaluated) == (4, 1)
    assert list(judgement.accepted) == [True, True, False, True]
    expected = strict.judge(begin).ratio
    assert judgement.ratio[[0, 1, 3]] == pytest.approx(expected[[0, 1, 3]])


def test_sizes_are_foreseen_at_ordinary_numbers_too():
    """Far out 49 − d is nothing beside the root, and every size looks alike."""
    root = sqrt(1 + (1 + rho) ** 2 / omega**2)
    found = explored(Claim(gradient_norm, "<=", root + 49 - d, given=ODD), [[SMALL]])
    assert found.tally.violated()
    assert found.tally.best.situation.shape["d"] > 49


def denying(monkeypatch, count):
    """The search for a violation, where the second route denies the first so many that it is asked about."""
    claim = Claim(output_abs, "<=", (1 + rho) * input_norm / 2, given=ODD)
    assert explored(claim, [[SMALL]]).tally.violated()
    denied, real = [], explore.opinion

    def deny(judge, batch, *, nearby):
        denied.append(batch)
        return Opinion(False, True, 0.5, "") if len(denied) <= count else real(judge, batch, nearby=nearby)

    monkeypatch.setattr(explore, "opinion", deny)
    return explored(claim, [[SMALL]])


def test_rounding_does_not_end_a_search(monkeypatch):
    again = denying(monkeypatch, 2 * (1 + SPARE))
    assert again.denied >= 2
    assert again.tally.violated()


def test_rounding_hides_no_other_violation(monkeypatch):
    again = denying(monkeypatch, 1)
    assert again.denied == 0
    assert again.tally.violated()


def test_a_search_that_finds_rounding_alone_ends_undecided(monkeypatch):
    monkeypatch.setattr(explore, "opinion", lambda *_, **__: Opinion(False, True, 0.5, ""))
    found = explored(Claim(output_abs, "<=", (1 + rho) * input_norm / 10**6, given=ODD), [[SMALL]])
    assert found.denied > 8
    assert not found.tally.violated()


def test_starts_that_are_rounding_give_way_to_others(monkeypatch):
    """All instances near to the bound are taken for rounding; there are more of these than the search keeps."""
    claim = Claim(output_abs, "<=", (1 + rho) * input_norm, given=ODD)
    first = explored(claim, [[SMALL]])
    kept: list[np.ndarray] = []

    def late(judge, batch):
        kept.append(judge(batch).promise)
        return judge(batch).promise > 0.95

    monkeypatch.setattr(explore, "hollow", late)
    again = Exploration(Judge(claim, WEIGHT_NORM), [[SMALL]], np.random.default_rng(0), np.inf)
    again.look(SMALL)
    assert first.promise[str(SMALL)] == pytest.approx(1.0)
    assert 0.5 < again.promise[str(SMALL)] <= 0.95
    assert len(kept) > 1, "the first few are rounding, all of them"


def test_a_start_beside_which_nothing_can_be_measured_is_kept(monkeypatch):
    def fail(judge, batch):
        raise DomainError("beyond the range of floats")

    monkeypatch.setattr(explore, "hollow", fail)
    assert explored(Claim(output_abs, "<=", Integer(1000), given=ODD), [[SMALL]]).tally.violated()


def test_a_landmark_behind_towers_of_exponentials_is_found_in_no_time() -> None:
    """Its last step is a number of a billion digits behind the point, which nobody may write down."""
    judge = Judge(Claim(target_norm, ">=", distance_lower(), given=BELOW_ONE), LEAST_SQUARES)
    quantity = next(each for each in movable(judge) if each.name == "X")
    beside = {each.name: 2.0 for each in movable(judge)}
    assert ladder(judge, LEAST_SQUARES.situations()[0], quantity, beside).size > 20
