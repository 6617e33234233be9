"""Every function of one number, with three derivatives in floats, against sixty digits."""

from __future__ import annotations

import numpy as np
import pytest

from tests.arithmetic.exact import FORMULAS, derivatives
from wnverify.arithmetic.rules import KINKED, RULES, rule
from wnverify.arithmetic.spaces import Floats, Traced

FLOOR = 1e-290
"""Below it floats lose digits, or are 0."""


def test_every_rule_is_tested() -> None:
    assert set(RULES) <= set(FORMULAS)


@pytest.mark.parametrize("name", FORMULAS)
def test_derivatives_are_exact_to_rounding(name) -> None:
    for point in FORMULAS[name][1]:
        with np.errstate(all="ignore"):
            found = [float(part(np.float64(point))) for part in rule(name)]
        for order, (got, wanted) in enumerate(zip(found, derivatives(name, point), strict=True)):
            if abs(wanted) < 1e300:
                close = 4e-14 * max(
                    abs(float(wanted)), FLOOR if order < 1 else 1e-60 if abs(point) < 1e-100 else FLOOR
                )
                assert abs(got - float(wanted)) <= close, (point, order, got, float(wanted))


@pytest.mark.parametrize("name", FORMULAS)
def test_rules_keep_shapes(name) -> None:
    z = np.full((2, 1, 3), FORMULAS[name][1][3])
    assert all(np.shape(part(z)) == z.shape for part in rule(name))


@pytest.mark.parametrize("name", FORMULAS)
def test_traced_floats_use_the_same_rules(name) -> None:
    z = np.array([[point] for point in FORMULAS[name][1]])
    with np.errstate(all="ignore"):
        pairs = zip(Floats(2, 1).jet(name, z, 2), Traced(2, 1).jet(name, z, 2), strict=True)
        assert all(np.array_equal(a, b, equal_nan=True) for a, b in pairs)


@pytest.mark.parametrize("name", sorted(KINKED))
def test_kinks_are_noted_by_lane_and_line(name) -> None:
    space = Floats(1, 3)
    space.jet(name, np.array([[1.0, 0.0, 2.0], [1.0, 1.0, 1.0]]), 1)
    ((place, lanes),) = space.kinks.items()
    assert place.startswith("test_rules.py, line ")
    assert lanes.tolist() == [False, True, False]
