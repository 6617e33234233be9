from __future__ import annotations

import mpmath
import numpy as np
import pytest
from flint import arb

from wnverify.arithmetic.taylor import TERMS, along, branches

FUNCTIONS = {
    "exp": (lambda xp, z: xp.exp(z), mpmath.exp),
    "expm1": (lambda xp, z: xp.expm1(2 * z), lambda z: mpmath.expm1(2 * z)),
    "log": (lambda xp, z: xp.log(z + 9), lambda z: mpmath.log(z + 9)),
    "log1p": (lambda xp, z: xp.log1p(z * z), lambda z: mpmath.log1p(z * z)),
    "sqrt": (lambda xp, z: xp.sqrt(1 + z * z), lambda z: mpmath.sqrt(1 + z * z)),
    "reciprocal": (lambda xp, z: 1 / (1 + z * z), lambda z: 1 / (1 + z * z)),
    "tanh": (lambda xp, z: xp.tanh(z * 3), lambda z: mpmath.tanh(3 * z)),
    "waves": (lambda xp, z: xp.sin(z) + xp.cos(2 * z), lambda z: mpmath.sin(z) + mpmath.cos(2 * z)),
    "hyperbolic": (lambda xp, z: xp.sinh(z) * xp.cosh(z), lambda z: mpmath.sinh(z) * mpmath.cosh(z)),
    "arctan": (lambda xp, z: xp.arctan(z), mpmath.atan),
    "erf": (lambda xp, z: xp.erf(z), mpmath.erf),
    "sigmoid": (lambda xp, z: xp.sigmoid(2 * z), lambda z: 1 / (1 + mpmath.exp(-2 * z))),
    "softplus": (lambda xp, z: xp.softplus(z * z), lambda z: mpmath.log(1 + mpmath.exp(z * z))),
    "powers": (lambda xp, z: (z + 9) ** 1.5 + z**3 + (z + 9) ** -2, lambda z: (z + 9) ** 1.5 + z**3 + (z + 9) ** -2),
}


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("centre", [-6.25, -0.5, 0.0, 1.5, 5.75])
def test_balls_on_an_interval_hold_every_derivative(name, centre):
    phi, exact = FUNCTIONS[name]
    (branch,) = branches(phi, arb(centre, 0.125))
    (thin,) = branches(phi, arb(centre))
    with mpmath.workdps(60):
        for z in np.linspace(centre - 0.125, centre + 0.125, 5):
            for k in range(TERMS):
                value = float(mpmath.diff(exact, mpmath.mpf(float(z)), k))
                assert branch.derivatives[k].overlaps(arb(value, 1e-12 * (1 + abs(value)))), (k, z)
        middle = [float(mpmath.diff(exact, mpmath.mpf(centre), k)) for k in range(TERMS)]
    np.testing.assert_allclose([float(part) for part in thin.derivatives], middle, rtol=1e-11, atol=1e-11)


def test_an_interval_around_a_kink_has_two_branches():
    found = branches(lambda xp, z: xp.where(z > 1, z * z, z), arb(1, 0.5))
    assert [branch.answers for branch in found] == [(False,), (True,)]
    assert [float(branch.derivatives[2]) for branch in found] == [0.0, 2.0]


@pytest.mark.parametrize("end", [-1, 1])
def test_an_interval_beside_a_kink_has_one(end):
    z = arb(end / 2, 0.499)
    for phi in (lambda xp, z: xp.abs(z), lambda xp, z: xp.where(z > 0, z, -z)):
        (branch,) = branches(phi, z)
        assert float(branch.derivatives[1]) == end


def test_a_branch_goes_on_where_the_function_does_not():
    assert float(along(lambda xp, z: xp.abs(z), arb(-2), (True,))[0]) == -2.0


def test_where_a_comparison_is_no_single_point_both_answers_are_tried():
    found = branches(lambda xp, z: xp.where(xp.sqrt(z - z) > 0, 1.0, 2.0) * z, arb(1, 0.25))
    assert len(found) == 2


def test_too_many_branches_are_given_up():
    def many(xp, z):
        return sum(xp.abs(z - k / 64) for k in range(10))

    (branch,) = branches(many, arb(0, 1))
    assert branch.derivatives[0].is_nan()
