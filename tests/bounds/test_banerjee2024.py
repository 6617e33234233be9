"""What the formulas for any loss say of the square, and those for runs in plain cases."""

from __future__ import annotations

import pytest
import sympy

from wnverify.bounds.banerjee2024 import contraction, drift, equilibrium, predictor
from wnverify.families.networks.setting import L, c0


def test_at_curvature_two_any_loss_is_the_square() -> None:
    """α at a = 2, s = 4𝓛 is that of the square loss; β_𝓛 at b = 2, mean |ℓ′| = 2√𝓛 is the known one."""
    kappa, gradient, loss, distance = sympy.symbols("kappa gradient loss distance", positive=True)
    parts = predictor()
    general = parts.restricted_convexity_of(kappa, gradient, 4 * loss, 2, distance)
    assert sympy.simplify(general - parts.restricted_convexity(kappa, gradient / loss, loss, distance)) == 0
    smooth = parts.smoothness_of(2, 2 * sympy.sqrt(loss)) - parts.smoothness(loss)
    assert sympy.simplify(smooth) == 0


def test_one_step_drifts_by_its_own_length() -> None:
    eta, loss = sympy.symbols("eta loss", positive=True)
    found = drift(eta, loss, sympy.Rational(1, 4), sympy.Integer(1)).subs({c0: 0, L: 3})
    assert sympy.simplify(found - 2 * eta * sympy.sqrt(loss)) == 0


def test_the_whole_way_is_the_geometric_sum() -> None:
    eta, loss = sympy.symbols("eta loss", positive=True)
    q = sympy.Rational(1, 4)
    steps = sum(2 * eta * sympy.sqrt(loss) * sympy.sqrt(q) ** t for t in range(60))
    found = drift(eta, loss, q).subs({c0: 0, L: 3})
    assert float((found - steps).subs({eta: 1, loss: 1})) == pytest.approx(0, abs=1e-15)


def test_at_equilibrium_a_step_keeps_the_norm() -> None:
    eta, decay, size = sympy.Rational(1, 2), sympy.Rational(1, 5), sympy.Integer(3)
    square = sympy.sqrt(equilibrium(eta, decay, size))
    after = (1 - eta * decay) ** 2 * square + eta**2 * size**2 / square
    assert sympy.simplify(after - square) == 0


def test_the_contraction_at_the_best_step_is_half_of_the_ratio() -> None:
    beta, ratio = sympy.symbols("beta ratio", positive=True)
    assert sympy.simplify(contraction(1 / beta, beta, ratio) - (1 - ratio / (2 * beta))) == 0
