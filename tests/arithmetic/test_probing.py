from __future__ import annotations

import numpy as np
import pytest

from wnverify.arithmetic.probing import probe


def test_the_largest_derivative_is_found_between_points():
    at = probe("tanh_", lambda xp, z: xp.tanh(z), (-20.0, 20.0))
    assert at.largest(1) == pytest.approx(0.0, abs=1e-6)
    assert abs(at.largest(2)) == pytest.approx(np.arctanh(1 / np.sqrt(3)), abs=1e-5)


def test_the_place_of_a_jump_is_found():
    low, high = probe("kink", lambda xp, z: xp.abs(z - 0.123456), (-20.0, 20.0)).steepest(2)
    assert low < 0.123456 < high
    assert high - low < 1e-8


def test_what_series_do_not_know_is_differentiated_by_autograd():
    at = probe("asinh", lambda xp, z: xp.arcsinh(z), (-20.0, 20.0))
    z = np.array([-1.5, 0.25])
    value, slope, bend = at.call(z)
    np.testing.assert_allclose(value, np.arcsinh(z), rtol=1e-14)
    np.testing.assert_allclose(slope, 1 / np.sqrt(1 + z * z), rtol=1e-14)
    np.testing.assert_allclose(bend, -z / np.sqrt(1 + z * z) ** 3, rtol=1e-13)
