"""Sizes: where the formula alone points, along one of them and along two at once."""

import numpy as np
import pytest
from sympy import Abs, Integer, Rational

from wnverify.batch import Batch, concatenate
from wnverify.claim import Claim
from wnverify.families.networks.weight_norm import (
    WEIGHT_NORM,
    L,
    d,
    input_gradient_norm,
    input_norm,
    m,
    output_abs,
    rho,
)
from wnverify.family import Situation
from wnverify.judging.judge import Judge
from wnverify.search import sizes
from wnverify.search.explore import Exploration

SMALL = Situation({"L": 1, "m": 2, "d": 2}, {"activation": "identity", "scaling": "fan_out"})


def drawn() -> Batch:
    return WEIGHT_NORM.draw(SMALL, "gaussian", 4, np.random.default_rng(0))


def judged(factor) -> Judge:
    return Judge(Claim(output_abs, "<=", (1 + rho) * input_norm * factor), WEIGHT_NORM)


@pytest.mark.parametrize(
    "form", [lambda x, y: Abs(x) + Abs(y), lambda x, y: x**2 + y**2, lambda x, y: (x - y) ** 2 + x**2]
)
def test_a_window_of_two_sizes_is_foreseen(form) -> None:
    judge = judged(Rational(9, 10) + 3 * form(L - 5, d - 7))
    first = next(sizes.together(judge, SMALL, drawn()))
    assert first.shape == {"L": 5, "m": 2, "d": 7}


def test_every_pair_of_sizes_has_its_turn() -> None:
    judge = judged(Rational(9, 10) + Abs(L - 5) + Abs(d - 7) + Abs(m - 4))
    found = [tuple(each.shape.values()) for each in sizes.together(judge, SMALL, drawn())]
    assert found == [(5, 4, 2), (5, 2, 7), (1, 4, 7)]


@pytest.mark.parametrize(
    ("factor", "pairs"),
    [(Rational(2), []), (1 + Abs(L - 5), []), (1 + 1 / (L * d), [(sizes.FARTHEST, sizes.FARTHEST)])],
)
def test_two_sizes_are_taken_only_where_they_promise_more_than_one_does(factor, pairs) -> None:
    found = [(each.shape["L"], each.shape["d"]) for each in sizes.together(judged(factor), SMALL, drawn())]
    assert found == pairs


def test_an_instance_whose_ratio_is_infinite_at_every_size_hides_no_size() -> None:
    judge = Judge(Claim(Integer(1), "<=", output_abs * (Rational(9, 10) + 3 * Abs(L - 5))), WEIGHT_NORM)
    plain = drawn()
    both = concatenate([plain, plain.with_arrays({**plain.arrays, "v": np.zeros_like(plain.arrays["v"])})])
    assert list(np.isinf(judge(both).ratio)) == [False] * 4 + [True] * 4
    assert next(sizes.along(judge, SMALL, both, "L")).shape["L"] == 5


@pytest.mark.parametrize("turned", [False, True])
def test_rounding_hides_no_window_of_two_sizes(turned) -> None:
    """At most shapes some instance has |f| = 1e-16 beside ‖∇_x f‖ = 0, a larger ratio than any other has."""
    bound = (Rational(97, 100) + 5 * Abs(L - 6) + 5 * Abs(d - 6)) * input_gradient_norm * input_norm
    claim = Claim(bound, ">=", output_abs) if turned else Claim(output_abs, "<=", bound)
    groups = [[Situation({**SMALL.shape, "m": width}, SMALL.settings)] for width in (1, 2, 4)]
    found = Exploration(Judge(claim, WEIGHT_NORM), groups, np.random.default_rng(0), np.inf)
    found.run(range(1))
    assert found.tally.violated()
    assert {found.tally.best.situation.shape[name] for name in "Ld"} == {6}
    assert not found.doubtful
