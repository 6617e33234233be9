"""Sums over an index on batches: the same numbers as a loop of Python, whatever the ends of the instances are."""

import math

import numpy as np
import pytest
import sympy

from wnverify.claim import Claim
from wnverify.families.networks.weight_norm import WEIGHT_NORM
from wnverify.families.networks.weight_norm import L as DEPTH
from wnverify.families.networks.weight_norm import gradient_norm as GRADIENT
from wnverify.family import Situation
from wnverify.judging.formula import function
from wnverify.judging.judge import Judge
from wnverify.judging.series import in_machine_numbers

L = sympy.Symbol("L", integer=True, positive=True)
s = sympy.Symbol("s", positive=True)
layer, k = sympy.symbols("l k", integer=True)
VALUES = {"L": np.array([1.0, 2.0, 5.0]), "s": np.array([0.5, 1.0, 2.0])}


@pytest.mark.parametrize(
    ("expression", "loop"),
    [
        (2 * sympy.Sum(s**layer, (layer, 0, L - 1)) + 1, lambda n, x: 2 * sum(x**j for j in range(n)) + 1),
        (sympy.Product(1 + layer / s, (layer, 1, L)), lambda n, x: math.prod(1 + j / x for j in range(1, n + 1))),
        (
            sympy.Sum(sympy.Product(k * s, (k, 1, layer)), (layer, 1, L)),
            lambda n, x: sum(math.prod(j * x for j in range(1, i + 1)) for i in range(1, n + 1)),
        ),
        (sympy.Sum(L * layer, (layer, 2, L)), lambda n, x: sum(n * j for j in range(2, n + 1))),
    ],
    ids=["sum", "product", "sum of products", "later start"],
)  # fmt: skip
def test_sums_are_what_a_loop_gives(expression, loop):
    wanted = [loop(int(n), x) for n, x in zip(VALUES["L"], VALUES["s"], strict=True)]
    assert function(expression)(VALUES) == pytest.approx(wanted)


def test_a_sum_that_ends_before_it_begins_is_no_number():
    assert np.isnan(function(sympy.Sum(layer, (layer, 4, L)))(VALUES)).tolist() == [True, True, False]


def test_constants_beyond_the_range_of_floats_are_rounded_as_a_whole():
    large = sympy.Integer(10) ** 400
    assert function(large * s)(VALUES).tolist() == [math.inf] * 3
    assert function(s / large)(VALUES).tolist() == [0.0] * 3
    assert function(sympy.sqrt(large * 7) * s / sympy.sqrt(large))(VALUES) == pytest.approx(
        math.sqrt(7) * VALUES["s"]
    )
    sine = float(sympy.sin(large).evalf(20, maxn=2000))
    assert function(s * sympy.sin(large))(VALUES) == pytest.approx(VALUES["s"] * sine)
    assert in_machine_numbers(s + sympy.Rational(1, 3)) == s + sympy.Rational(1, 3)


def test_the_size_of_the_terms_of_a_claim_with_a_sum_is_judged_as_well():
    trial = Judge(Claim(GRADIENT, "<=", 1000 * sympy.Sum(DEPTH**layer, (layer, 0, DEPTH - 1))), WEIGHT_NORM)
    situation = Situation({"L": 2, "m": 1, "d": 1}, {"activation": "tanh", "scaling": "fan_out"})
    batch = WEIGHT_NORM.draw(situation, WEIGHT_NORM.regimes[0], 5, np.random.default_rng(0))
    assert trial(batch).rhs.tolist() == [3000.0] * 5
