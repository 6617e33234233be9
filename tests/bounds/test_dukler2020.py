"""Symbols of formulas that several families share."""

import pytest

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
