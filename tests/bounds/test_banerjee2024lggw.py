"""The bounds on Gaussian widths against what they are made of, and a planted error."""

import numpy as np
import pytest
import sympy

from wnverify import Claim, Theorem, verify
from wnverify.bounds import banerjee2024lggw as bounds
from wnverify.bounds import depth_free
from wnverify.families.networks.gradient_width import GRADIENT_WIDTHS, LIPSCHITZ, L, d, gradient_width, m, omega, rho
from wnverify.verdict import Verdict


@pytest.mark.parametrize(("depth", "width", "inputs"), [(1, 3, 2), (2, 5, 1), (4, 2, 7)])
def test_the_hidden_part_is_the_largest_gradient_times_the_size_of_a_draw(depth, width, inputs):
    at = {L: depth, m: width, d: inputs, rho: 2, omega: sympy.Rational(1, 3)}
    parameters = width * inputs + (depth - 1) * width**2
    longest = sympy.sqrt(depth_free.hidden_gradient_squared())
    assert sympy.simplify(bounds.hidden_width().subs(at) - (longest * sympy.sqrt(parameters)).subs(at)) == 0


def test_the_width_of_the_cube_is_that_of_its_corners():
    g = np.random.default_rng(0).standard_normal((5, 400_000))
    mean = np.abs(g).sum(axis=0).mean() / np.sqrt(5)
    assert float(bounds.featurizer_width(size=1).subs(m, 5)) == pytest.approx(mean, rel=2e-3)


@pytest.mark.parametrize("inputs", [2, 3, 8, 30])
def test_the_tangent_part_bounds_the_best_row(inputs):
    g = np.random.default_rng(0).standard_normal((inputs, 200_000))
    best = (np.abs(g[0]) + np.linalg.norm(g, axis=0)) / 2
    root = np.sqrt(np.mean(best**2))
    assert 0.94 * float(bounds.TANGENT.subs(d, inputs)) < root < float(bounds.TANGENT.subs(d, inputs))


def test_a_planted_error_is_found():
    """Rows that count as m numbers in sum, not m(d + (L−1)m): forgotten is the size of the draw."""
    wrong = bounds.featurizer_width(size=1) + bounds.hidden_width(fan=sympy.Integer(1))
    claim = Claim(gradient_width, "<=", wrong, given=LIPSCHITZ)
    theorem = Theorem(claim=claim, family=GRADIENT_WIDTHS, settings={"loss": ("output",), "activation": ("tanh",)})
    assert verify(theorem).verdict is Verdict.REFUTED


def test_the_deviation_of_one_sample_without_complexity_is_that_of_its_chance():
    R, B, delta = sympy.Integer(0), sympy.Integer(3), sympy.exp(-2)
    assert bounds.deviation(R, B, delta, sympy.Integer(4)) == 3
    assert bounds.deviation(sympy.Integer(1), B, sympy.Integer(1), sympy.Integer(4)) == 2
