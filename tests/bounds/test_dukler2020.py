"""Symbols of formulas that several families share, and widths that are enough."""

import numpy as np
import pytest
import sympy

from wnverify.bounds.dukler2020 import ENOUGH_G, ENOUGH_V, FLOW_G, FLOW_V, tau
from wnverify.engine.relu.kernels import inverse_norm
from wnverify.families.relu.concentration import CONCENTRATION
from wnverify.families.relu.kernels import KERNELS
from wnverify.families.relu.paths import RELU_PATHS
from wnverify.families.relu.runs import RELU_RUNS
from wnverify.families.relu.widths import RELU_WIDTHS

SHARED = {
    "alpha": (KERNELS, CONCENTRATION, RELU_RUNS, RELU_PATHS, RELU_WIDTHS),
    "n": (KERNELS, CONCENTRATION, RELU_WIDTHS),
    "d": (KERNELS, CONCENTRATION),
    "m": (CONCENTRATION, RELU_RUNS, RELU_WIDTHS),
    "kappa": (CONCENTRATION, RELU_RUNS, RELU_WIDTHS),
    "delta": (CONCENTRATION, RELU_WIDTHS),
    "lambda_0": (CONCENTRATION, RELU_WIDTHS),
    "mu_0": (CONCENTRATION, RELU_WIDTHS),
    "start_residual": (RELU_RUNS, RELU_WIDTHS),
    "step": (RELU_RUNS, RELU_WIDTHS),
    "u_norm": (RELU_RUNS, RELU_PATHS),
}


@pytest.mark.parametrize("name", SHARED)
def test_a_formula_speaks_of_the_same_symbol_in_every_family_that_uses_it(name):
    assert len({family.quantities[name] for family in SHARED[name]}) == 1


def problem(rng, low):
    """Numbers that a problem may have: |x_i| = 1, so that 1 ≤ κ² ≤ n; low ≤ α ≤ 10 low."""
    n, d = int(rng.integers(1, 30)), int(rng.integers(2, 40))
    least = float(np.exp(rng.uniform(np.log(1e-4), np.log(0.5))))
    return {
        "n": n, "d": d, "kappa": float(np.sqrt(rng.uniform(1, n))), "Rbar": float(np.exp(rng.uniform(-4, 4))),
        "delta": float(rng.uniform(0.001, 0.999)), "alpha": low * float(np.exp(rng.uniform(0, np.log(10)))),
        "lambda_0": least, "mu_0": least, "mean_inverse": inverse_norm(d), "start_residual": 0.0,
    }  # fmt: skip


def value(expression, values):
    """The expression at these numbers, by name."""
    expression = sympy.sympify(expression)
    symbols = sorted(expression.free_symbols, key=str)
    return float(sympy.lambdify(symbols, expression, "scipy")(*(values[symbol.name] for symbol in symbols)))


def broken(given, values):
    """The hypotheses that do not hold."""
    sides = {name: (relation, value(lhs, values), value(rhs, values)) for name, (lhs, relation, rhs) in given.items()}
    ordered = {name: (rhs, lhs) if relation == ">=" else (lhs, rhs) for name, (relation, lhs, rhs) in sides.items()}
    return [name for name, (small, large) in ordered.items() if small > large * (1 + 1e-9)]


@pytest.mark.parametrize(("given", "enough", "low"), [(FLOW_V, ENOUGH_V, 0.1), (FLOW_G, ENOUGH_G, 1.0)])
def test_the_widths_that_are_enough_fulfil_the_hypotheses(given, enough, low):
    rng = np.random.default_rng(0)
    for _ in range(30):
        values = problem(rng, low)
        widths = [value(width, values) for width in enough.values()]
        assert broken(given, {**values, "m": max(widths)}) == []
        assert broken(given, {**values, "m": min(widths) / 4}) != []


def test_a_gain_that_is_kept_is_that_of_neurons_longer_than_tau():
    """B_2(τ) = τ²/2: at τ = 1 the share that is surely kept is 1/2, and the width doubles."""
    width, least = FLOW_G["concentration"][0], FLOW_G["concentration"][2]
    values = {"m": 100.0, "kappa": 1.0, "Rbar": 5.0, "mu_0": 1.0, "d": 2, "n": 1, "delta": 0.5}
    assert value(tau(1), values) == pytest.approx(1.0)
    assert value(width, values) == pytest.approx(50.0)
    assert value(least, values) == pytest.approx(32 * np.log(4))
