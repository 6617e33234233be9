"""A hunt forgets a violation that rounding made, and no other."""

from __future__ import annotations

import numpy as np
import pytest
import sympy

from wnverify.claim import Claim
from wnverify.families.own.declare import architecture
from wnverify.families.own.kinds import ball, free, rows
from wnverify.judging.judge import Judge
from wnverify.search.hunt import _dismiss_phantom
from wnverify.search.tally import Tally

NET = architecture(
    "short row",
    lambda xp, theta, x: theta.v @ xp.tanh(xp.unit_rows(theta.W) @ x),
    theta={"W": rows("m", "d"), "v": free("m")},
    x=ball("d"),
    sizes={"m": (1, 2), "d": (1, 2)},
)
FROBENIUS, SPECTRAL = NET.symbols("hessian_frobenius hessian_norm")


def tally_of(claim, shape, arrays):
    place = next(each for each in NET.situations() if each.shape == shape)
    tally = Tally(Judge(claim, NET))
    tally.add(NET.batch(place, {name: np.array(a, float)[..., None] for name, a in arrays.items()}), place, "given")
    assert tally.violated()
    return tally


def test_a_ratio_of_what_rounding_leaves_is_forgotten():
    claim = Claim(FROBENIUS, "<=", SPECTRAL)
    rng = np.random.default_rng(0)
    for _ in range(50):  # a row of one entry has no derivative, but for rounding
        arrays = {"W": [[1000 * rng.random()]], "v": [0.0], "x": [0.9]}
        place = NET.situations()[0]
        tally = Tally(Judge(claim, NET))
        batch = NET.batch(place, {name: np.array(a, float)[..., None] for name, a in arrays.items()})
        tally.add(batch, place, "given")
        if tally.violated():
            _dismiss_phantom(tally)
            assert tally.best is None
            return
    pytest.fail("no instance shows what rounding leaves")


@pytest.mark.parametrize("size", [1.0, 1e-9])
def test_a_violation_that_balls_confirm_is_kept_however_small_its_sides(size):
    claim = Claim(FROBENIUS, "<=", SPECTRAL * sympy.Rational(101, 100))
    tally = tally_of(claim, {"m": 1, "d": 2}, {"W": [[1 / size, 0.0]], "v": [size], "x": [0.5, 0.5]})
    _dismiss_phantom(tally)
    assert tally.best is not None
