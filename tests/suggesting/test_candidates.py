"""Closed forms for several shapes: in the sizes where that is shorter than a list, and none for random numbers."""

import numpy as np
import sympy
from flint import arb, ctx

from wnverify.suggesting.candidates import candidates
from wnverify.suggesting.grammar import formulas
from wnverify.suggesting.known import Known

L, m = sympy.symbols("L m")


def told(numbers: list[Known]) -> dict[str, sympy.Expr]:
    """The first form of each range."""
    return {each.range.words: each.formula for each in reversed(candidates(numbers))}


def test_a_form_in_the_width_holds_from_the_second_layer_on() -> None:
    shapes = [(1, 2), (2, 2), (2, 3), (3, 3), (2, 4)]
    values = [arb(1) if depth == 1 else 2 - arb(1) / width for depth, width in shapes]
    numbers = [Known({"L": a, "m": b, "d": 2}, value, 15) for (a, b), value in zip(shapes, values, strict=True)]
    assert told(numbers)["L ≥ 2"] == 2 - 1 / m


def test_values_that_no_one_form_explains_are_told_range_by_range() -> None:
    values = {2: arb(1), 3: (1 + arb(5).sqrt()) / 2, 4: arb(2), 5: arb(2), 6: arb(2)}
    with ctx.workprec(160):
        found = told([Known({"L": depth, "m": 2}, arb(value), 15) for depth, value in values.items()])
    assert found["L ≥ 4"] == 2
    assert found["L = 2"] == 1


def test_a_line_through_two_points_is_not_suggested() -> None:
    numbers = [Known({"L": 2}, arb(1), 30), Known({"L": 4}, arb(2), 30)]
    assert next(each.formula for each in formulas(numbers)) == L / 2
    assert told(numbers) == {"L = 2": 1, "L = 4": 2}


def test_a_form_in_which_sizes_are_exponents_is_found() -> None:
    with ctx.workprec(160):
        numbers = [Known({"L": n}, (arb(n) / (n - 2)) ** (arb(n - 2) / 2), 20) for n in (3, 4, 5, 6)]
    (best, *_) = candidates(numbers)
    assert all(abs(best.formula.subs(L, n) - (n / (n - 2)) ** (n / 2 - 1)) < 1e-12 for n in (8, 11))


def test_random_numbers_have_no_sure_form() -> None:
    rng = np.random.default_rng(1)
    for shapes in ([(2, 2)], [(2, 2), (2, 3), (3, 2)]):
        numbers = [Known({"L": a, "m": b}, arb(f"{rng.uniform(0.5, 3):.12f}"), 12) for a, b in shapes]
        assert candidates(numbers) == []
