"""Compiled bounds are the formulas they were compiled from, in both scalings."""

import pytest

from wnverify.bounds.compiled import SOURCES, Scales, certified_at
from wnverify.families.networks.setting import L, beta, c0, m
from wnverify.families.networks.weight_norm import omega, rho


@pytest.mark.parametrize("source", SOURCES)
def test_floats_are_those_of_sympy_in_both_scalings(source):
    offset = 0.5 if source == "explicit" else 0.0
    at = {L: 3, m: 4, omega: 0.5, rho: 1.5, beta: 0.75, c0: offset}
    bounds = SOURCES[source]()
    for scaling, there in (("fan_out", at), ("fan_in", {**at, beta: 0.75 / 2, c0: 2 * offset})):
        # φ_in(z) = √m φ_out(z/√m) has β_in = β_out/√m and c0_in = √m c0_out
        held = certified_at(Scales(3, 4, 0.5, 1.5, there[beta], there[c0]), source, scaling)
        assert held.gradient_squared == pytest.approx(float(bounds.gradient_squared.subs(at)), rel=1e-12)
        assert held.hessian == pytest.approx(float(bounds.hessian.subs(at)), rel=1e-12)
        assert held.smoothness(4.0) == pytest.approx(2 * held.gradient_squared + 4 * held.hessian)
        assert held.convexity(2.0, 4.0) == pytest.approx(1 - 4 * held.hessian)
