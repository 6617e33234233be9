"""Bounds for normalised weights, as numbers."""

from __future__ import annotations

import pytest
import sympy

from wnverify.bounds.normalizations import (
    frobenius_gradient_squared,
    frobenius_hessian,
    spectral_curvature,
    spectral_one_layer,
)
from wnverify.families.networks.setting import L, beta

one = sympy.Integer(1)


@pytest.mark.parametrize(("depth", "share"), [(1, 2 / 3**0.5), (2, 2.0)])
def test_the_hidden_layers_of_a_linear_network_alone(depth, share) -> None:
    """As ω → 0 the bound is that of the hidden weights: 2/√3 and 2 in units of V/ω²."""
    omega = sympy.Rational(1, 10**6)
    found = frobenius_hessian(one, omega).subs({L: depth, beta: 0})
    assert float(found * omega**2) == pytest.approx(share, rel=1e-6)


@pytest.mark.parametrize(("V", "depth", "found"), [(2, 1, 5), (2, 3, 8), (0.5, 1, 1.25), (0.5, 3, 1.25)])
def test_the_gradient_by_depth(V, depth, found) -> None:
    assert float(frobenius_gradient_squared(sympy.Float(V), one).subs(L, depth)) == pytest.approx(found)


@pytest.mark.parametrize(("gap", "found"), [(0.5, 2.618), (0.1, 10.12), (0.01, 100.01), (0.001, 1000.001)])
def test_the_curvature_of_spectral_normalization_grows_as_the_gap_closes(gap, found) -> None:
    """C = V ℓ(s)/σ² of the note, at V = σ = ‖x‖ = 1 and β = 0."""
    closeness = sympy.Float(1 / gap)
    assert float(spectral_curvature(closeness)) == pytest.approx(found, rel=1e-3)
    whole = spectral_one_layer(one, one, closeness, one)
    assert float(whole.subs(beta, 0)) == pytest.approx(float(spectral_curvature(closeness)))
    bent = float(whole.subs(beta, 1) - whole.subs(beta, 0))
    assert bent == pytest.approx(1 + (1 - gap) ** 2)
