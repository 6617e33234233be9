"""Closed forms of one number: those that there are, are found, and for a random number none is sure."""

import numpy as np
import pytest
import sympy
from flint import arb

from wnverify.balls.expression import enclose
from wnverify.suggesting.known import SURE, Known
from wnverify.suggesting.relations import closed_forms


@pytest.mark.parametrize(
    "form",
    [
        sympy.Rational(13, 7),
        2 / sympy.sqrt(3),
        (1 + sympy.sqrt(5)) / 2,
        1 + 2 / sympy.sqrt(3),
        3 * sympy.cos(sympy.pi / 7),
        sympy.pi**2 / 6,
        sympy.cbrt(2) * sympy.sqrt(3),
    ],
    ids=str,
)
def test_a_closed_form_is_found(form: sympy.Expr) -> None:
    best = closed_forms(Known({}, enclose(form, {}, 200), 30))[0]
    assert sympy.simplify(best.formula - form) == 0
    assert best.surplus > SURE


def test_no_form_of_a_random_number_is_sure() -> None:
    rng = np.random.default_rng(0)
    found = [closed_forms(Known({}, arb(f"{value:.12f}"), 12)) for value in rng.uniform(0.5, 3, 6)]
    assert max(fits[0].surplus for fits in found if fits) < 0 < SURE


def test_the_golden_ratio_takes_more_than_twelve_digits() -> None:
    golden = (1 + sympy.sqrt(5)) / 2
    twelve, thirty = (closed_forms(Known({}, enclose(golden, {}, 200), digits))[0] for digits in (12, 30))
    assert sympy.expand(twelve.formula - golden) == sympy.expand(thirty.formula - golden) == 0
    assert twelve.surplus < SURE < thirty.surplus
