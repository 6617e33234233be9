from __future__ import annotations

import pickle

import pytest
import sympy

from wnverify.claim import Claim, Relation
from wnverify.errors import TheoremFileError, UsageError
from wnverify.quantities import Quantity

x = Quantity("x", "a number", low=0, strict=True)
m = Quantity("m", "a width", low=1, integer=True)


def test_sides_are_kept_apart_where_sympy_would_collapse_them() -> None:
    assert sympy.Le(m, m + 1) == sympy.true
    claim = Claim(m, "<=", m + 1)
    assert (claim.lhs, claim.rhs) == (m, m + 1)


def test_domain_gives_assumptions() -> None:
    assert x.is_positive
    assert m.is_integer
    assert m.is_positive
    assert Quantity("c", "", low=0).is_nonnegative
    assert not Quantity("c", "", low=0).is_positive


def test_quantities_work_as_symbols() -> None:
    assert sympy.sqrt(x**2) == x
    assert (x * m).diff(x) == m
    assert Quantity("x", "another meaning", low=0, strict=True) == x


def test_another_domain_is_another_symbol_even_through_the_cache() -> None:
    wide, deep = (Quantity("L", "depth", low=low, integer=True) for low in (1, 2))
    assert wide != deep
    assert (wide**2 + 1).free_symbols == {wide}
    (found,) = (deep**2 + 1).free_symbols
    assert found.low == 2


def test_quantities_print_as_symbols() -> None:
    assert sympy.latex(m / x**2) == r"\frac{m}{x^{2}}"
    assert sympy.pretty(m * x, use_unicode=False) == "m*x"


def test_unknown_domain_word_is_refused() -> None:
    with pytest.raises(UsageError, match="lower"):
        Quantity("x", "", lower=0)


def test_a_quantity_is_not_pickled() -> None:
    with pytest.raises(TypeError, match="x is not pickled"):
        pickle.dumps(x)


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: Claim(x, "≤", m), "Expected a relation among <=, >=, =, <, >, but got '≤'"),
        (lambda: Claim(x, "<=", "m + 1"), "but got 'm \\+ 1'"),
        (lambda: Claim(m <= m + 1, "<=", x), "sympy relations collapse"),
        (lambda: Claim(x, "<=", m, given={"large": m >= 1}), "in three parts|as three parts"),
        (lambda: Claim(x, "<=", m, given={"large": (m, ">", "2")}), "but got '2'"),
        (lambda: Claim(x, "<=", None), "but got None"),
    ],
)
def test_misuse_gets_one_clear_message(build, message: str) -> None:
    with pytest.raises(TheoremFileError, match=message):
        build()


def test_substitution_reaches_hypotheses_and_probability() -> None:
    delta = Quantity("delta", "", low=0, high=1)
    claim = Claim(x, "<=", m, given={"wide": (m, ">=", x)}, probability=1 - delta)
    changed = claim.substitute({m: 2 * m, delta: delta / 2})
    assert (changed.rhs, changed.given["wide"].lhs, changed.probability) == (2 * m, 2 * m, 1 - delta / 2)
    assert delta in claim.free_symbols


def test_a_hypothesis_can_be_dropped_by_name() -> None:
    claim = Claim(x, "<=", m, given={"wide": (m, ">=", 2), "small": (x, "<=", 1)})
    assert list(claim.without("wide").given) == ["small"]
    with pytest.raises(TheoremFileError, match="'tall'"):
        claim.without("tall")


def test_relation_prints_as_mathematics() -> None:
    assert str(Relation(x, ">=", m)) == "x ≥ m"


@pytest.mark.parametrize("tolerance", [1e-300, 1e-10, 1e-3, sympy.Rational(1, 1000)])
def test_a_tolerance_stands_for_rounding(tolerance) -> None:
    assert Claim(x, "=", x, tolerance=tolerance).tolerance == float(tolerance)


@pytest.mark.parametrize(
    "tolerance", [0.0, -1.0, 1.0, 10.0, 1.1e-3, float("nan"), float("inf"), sympy.nan, "1e-9", None, True]
)
def test_a_tolerance_that_swallows_a_statement_is_refused(tolerance) -> None:
    with pytest.raises(TheoremFileError, match=r"a tolerance above 0 and at most 0.001, but got "):
        Claim(x, "=", x, tolerance=tolerance)
