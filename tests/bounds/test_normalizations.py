"""Bounds for normalised weights, as numbers."""

from __future__ import annotations

import pytest
import sympy

from wnverify.bounds.normalizations import CROSS, frobenius_hessian
from wnverify.families.networks.setting import L, beta

one = sympy.Integer(1)


def test_the_cross_term_by_depth_is_the_table_of_its_proof() -> None:
    table = {1: 0.0, 2: 1.0, 3: 3**0.5, 4: 2.0, 5: (5 / 3) ** 1.5, 6: 2.25, 8: (4 / 3) ** 3, 1000: 2.71556}
    assert {k: float(CROSS.subs(L, k)) for k in table} == pytest.approx(table, rel=1e-5)


@pytest.mark.parametrize(("depth", "share"), [(1, 2 / 3**0.5), (2, 2.0)])
def test_the_hidden_layers_of_a_linear_network_alone(depth, share) -> None:
    """As ω → 0 the bound is that of the hidden weights: 2/√3 and 2 in units of V/ω²."""
    omega = sympy.Rational(1, 10**6)
    found = frobenius_hessian(one, omega).subs({L: depth, beta: 0})
    assert float(found * omega**2) == pytest.approx(share, rel=1e-6)
