"""Places of a claim: nothing changes while nothing is edited, and every constant, exponent and term has a place."""

from __future__ import annotations

import numpy as np
import pytest
import sympy
from sympy import Abs, Max, Min, Piecewise, Rational, exp, gamma, pi, sin, sqrt

from wnverify.checks.sharpness.edits import FAILURE, LEFT, RIGHT, editable
from wnverify.checks.sharpness.graph import opaque
from wnverify.claim import Claim

x, y = sympy.symbols("x y", positive=True)
VALUES = {"x": np.array([0.3, 1.0, 2.7]), "y": np.array([1.9, 0.4, 5.0])}
FORMULAS = (
    3 / x**2, sqrt(2) + x, (1 + 2 * x) * (1 + 2 * x) ** 3 / 7, sqrt(x**2 + 4 * y), x - 1, Min(x, x**2, 1 + y),
    Max(1, x) * exp(-y / 3), Piecewise((x, x > 1), (2 * y, True)), gamma(x) * sin(pi / (4 * y + 2)) ** -2, 2**x,
    (1 + x) ** (-y), Abs(x - y) + 3, sympy.Integer(5), sympy.log(2 * x / y),
)  # fmt: skip


def at(claim: Claim, edit: str = "", value: float = 1.0) -> np.ndarray:
    """The right side with one place changed."""
    parts = editable(claim)
    base = parts.graph.evaluate(VALUES)
    if not edit:
        return base[parts.rhs]
    leaf = next(each.leaf for each in parts.edits if each.words == edit)
    return parts.graph.changed(base, leaf, np.array([[value]]))[parts.rhs]


@pytest.mark.parametrize("bound", FORMULAS, ids=str)
def test_the_graph_without_an_edit_is_the_formula(bound: sympy.Expr) -> None:
    plain = np.broadcast_to(sympy.lambdify((x, y), bound, modules=["scipy", "numpy"])(*VALUES.values()), 3)
    assert np.broadcast_to(at(Claim(x, "<=", bound)), 3) == pytest.approx(plain, rel=1e-13)
    parts = editable(Claim(x, "<=", bound))
    base = parts.graph.evaluate(VALUES)
    for edit in parts.edits:
        same = parts.graph.changed(base, edit.leaf, np.array([[edit.unchanged]]))
        assert np.broadcast_to(same[parts.rhs], (1, 3))[0] == pytest.approx(plain, rel=1e-13)


def test_an_edit_changes_its_place_alone() -> None:
    claim = Claim(x, "<=", 3 / x**2 + (1 + y) ** 2)
    one, two = VALUES.values()
    assert at(claim, "constant 3 in 3/x**2", 0.8)[0] == pytest.approx(2.4 / one**2 + (1 + two) ** 2)
    assert at(claim, "exponent of x**(-2)", 0.5)[0] == pytest.approx(3 / one**1.5 + (1 + two) ** 2)
    assert at(claim, "exponent of (y + 1)**2", -0.5)[0] == pytest.approx(3 / one**2 + (1 + two) ** 1.5)
    assert at(claim, "the term y in y + 1", 0.0)[0] == pytest.approx(3 / one**2 + 1)
    assert at(claim, "the whole right side", 2.0)[0] == pytest.approx(6 / one**2 + 2 * (1 + two) ** 2)


def test_equal_parts_share_their_places() -> None:
    part = 3 * x + y
    parts = editable(Claim(x, "<=", part**2 + sqrt(part), given={"large": (part, ">=", 1)}))
    assert sum(edit.words.startswith("constant 3") for edit in parts.edits) == 1
    base = parts.graph.evaluate(VALUES)
    edit = next(edit for edit in parts.edits if edit.words == "constant 3 in 3*x")
    new = parts.graph.changed(base, edit.leaf, np.array([[2.0]]))
    one, two = VALUES.values()
    assert new[parts.rhs][0] == pytest.approx((6 * one + two) ** 2 + np.sqrt(6 * one + two))
    assert new[parts.given["large"][0]][0] == pytest.approx(6 * one + two)


def test_every_side_has_its_places_and_equations_among_hypotheses_have_none() -> None:
    given = {"small": (x, "<=", Rational(1, 2)), "equal": (y, "=", 7), "finite": (y, "<", sympy.oo)}
    parts = editable(Claim(2 * x, "<=", 3 * y, given=given, probability=1 - x / 4))
    assert [(edit.side, edit.words) for edit in parts.edits] == [
        (RIGHT, "constant 3 in 3*y"),
        (LEFT, "constant 2 in 2*x"),
        (FAILURE, "constant 1/4 in x/4"),
        ("small", "constant 1/2"),
    ]


def test_the_scale_of_a_defect_is_no_part_of_the_statement() -> None:
    parts = editable(Claim(Abs(2 * x - y) / (3 + x), "=", 0, tolerance=1e-9))
    assert [edit.words for edit in parts.edits] == ["the term -y in 2*x - y", "constant 2 in 2*x"]


def test_words_occur_once_on_a_side() -> None:
    long = sum((x**k for k in range(2, 9)), start=sympy.Integer(0))
    words = [edit.words for edit in editable(Claim(x, "<=", (3 * long + 1) * (5 * long + 1))).edits]
    assert len(set(words)) == len(words)


def test_a_sum_over_layers_is_one_operation_on_its_symbols() -> None:
    layer, depth, base = sympy.Symbol("l", integer=True), sympy.Symbol("L", integer=True), sympy.Symbol("s")
    symbols, compute = opaque(sympy.Sum(base**layer, (layer, 0, depth)))
    assert [symbol.name for symbol in symbols] == ["L", "s"]
    assert compute(np.array([1.0, 3.0]), np.array([[2.0], [1.0]])).tolist() == [[3.0, 15.0], [2.0, 4.0]]
