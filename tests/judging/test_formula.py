"""Formulas as nodes: the same numbers as sympy's own functions, each common subexpression evaluated once."""

import warnings

import numpy as np
import pytest
import sympy
from sympy import Abs, Max, Min, Piecewise, Rational, Sum, cos, erf, exp, floor, log, pi, polygamma, sqrt

from wnverify.judging.formula import MODULES, function, node
from wnverify.judging.nodes import Node, leaf, value

x, y, L = sympy.symbols("x y L", positive=True)
z = sympy.Symbol("z", real=True)
layer = sympy.Symbol("l", integer=True)
RNG = np.random.default_rng(0)
VALUES = {
    "x": RNG.uniform(0.1, 5, 40),
    "y": np.exp(RNG.uniform(-30, 30, 40)),
    "z": RNG.uniform(-2, 2, 40),
    "L": RNG.integers(1, 9, 40) + 0.0,
}
FORMULAS = [
    x,
    sympy.Integer(3),
    sqrt(2) * pi / 3,
    -3 * x / (4 * y**2),
    x * y**2 / (x + y) ** Rational(5, 2),
    x**-1 + x**-2 + x**-7 + 1 / sqrt(y),
    x**3 + z**4 - z**9 + x ** Rational(3, 2) - x ** Rational(7, 3),
    x**L + 2**x + x**z,
    exp(-x) / (1 + exp(z)) - log(y),
    Abs(z - 1) * Max(x, y, 2) + Min(z, 0),
    sqrt(z),
    (-8) ** Rational(1, 3) * x,
    log(z) / sqrt(z - 1),
    cos(x) * erf(z) + floor(y),
    polygamma(1, x) + sympy.gamma(x),
    Piecewise((x, z > 0), (y, True)) * 2,
    sympy.LambertW(x),
    1e400 * x + sympy.oo,
    x / sympy.Integer(10) ** 30,
]  # fmt: skip


def printed(expression: sympy.Expr) -> np.ndarray:
    """What sympy's function of the whole formula gives; NaN where it is complex."""
    symbols = sorted(expression.free_symbols, key=str)
    raw = sympy.lambdify(symbols, expression, modules=MODULES)
    with np.errstate(all="ignore"):
        found = np.asarray(raw(*(VALUES[symbol.name] for symbol in symbols)))
    found = np.where(np.imag(found) == 0.0, np.real(found), np.nan)
    return np.broadcast_to(found, (40,)).astype(float)


@pytest.mark.parametrize("expression", FORMULAS, ids=str)
def test_a_formula_is_what_sympy_prints(expression: sympy.Expr) -> None:
    with np.errstate(all="ignore"), warnings.catch_warnings():
        found = function(sympy.sympify(expression))(VALUES)
    assert found.shape == (40,)
    np.testing.assert_allclose(found, printed(sympy.sympify(expression)), rtol=1e-13)


@pytest.mark.parametrize("expression", [*FORMULAS, x * Sum(z**layer, (layer, 0, L - 1))], ids=str)
def test_a_symbol_may_be_one_number_for_all_instances(expression: sympy.Expr) -> None:
    fixed = {"x": 0.7, "L": 3.0}
    arrays = {name: np.full(40, fixed[name]) if name in fixed else array for name, array in VALUES.items()}
    memo = {leaf(name): np.float64(fixed[name]) if name in fixed else array for name, array in arrays.items()}
    with np.errstate(all="ignore"):
        found = value(node(sympy.sympify(expression)), memo)
        wanted = function(sympy.sympify(expression))(arrays)
    found = np.where(np.imag(found) == 0.0, np.real(found), np.nan)
    np.testing.assert_allclose(np.broadcast_to(found, (40,)), wanted, rtol=1e-13)


def test_what_formulas_share_is_one_node_and_is_evaluated_once() -> None:
    shared = exp(x * y + 1)
    one, two = node(shared + z), node(shared * z**2 - 1)
    memo = {leaf(name): array for name, array in VALUES.items()}
    with np.errstate(all="ignore"):
        value(one, memo)
        before = memo[node(shared)]
        value(two, memo)
    assert memo[node(shared)] is before
    assert node(shared) in one.parts


def test_numbers_are_folded() -> None:
    assert node(sqrt(2) / 3 + pi).is_number
    found = node(2 * sqrt(3) * x)
    assert isinstance(found, Node)
    assert all(part.is_number or part is leaf("x") for part in found.parts)


def test_a_symbol_without_a_value_is_an_error() -> None:
    with pytest.raises(KeyError, match="nowhere"):
        value(node(sympy.Symbol("nowhere") + 1), {})
