"""What bounds say of unit rows and unit v; what does not scale as it should says nothing."""

from __future__ import annotations

import pytest
import sympy

from wnverify.catalogue import load
from wnverify.claim import Claim
from wnverify.errors import UsageError
from wnverify.families.networks.setting import L, beta
from wnverify.families.networks.weight_norm import LIPSCHITZ, hessian_norm, hessian_trace, omega, output_abs, rho
from wnverify.proving.domain import Domain
from wnverify.proving.laws import law

SQUARE = Domain(1, 2, 2, "tanh")


def test_the_thresholds_of_the_hessian_are_its_two_terms_at_every_depth() -> None:
    claim = load("banerjee2024/predictor_hessian").claim
    found = law(claim, SQUARE).thresholds
    assert sympy.simplify(found["curvature"] - (beta / 2 + 2 / sympy.sqrt(3) / sympy.sqrt(2))) == 0
    assert found["mixed"] == sympy.Rational(1, 2)
    deep = law(claim, Domain(2, 1, 2, "tanh")).thresholds
    golden = (3 + sympy.sqrt(5)) / 2
    assert sympy.simplify(deep["curvature"] - (golden * beta + 2 / sympy.sqrt(3) + 1)) == 0
    assert deep["mixed"] == 2


def test_the_square_of_the_gradients_bound_falls_apart() -> None:
    found = law(load("banerjee2024/predictor_gradient").claim, SQUARE)
    assert found.thresholds == {"values": 1, "rows": sympy.Rational(1, 2)}
    assert not found.broken


@pytest.mark.parametrize("bound", [1 + rho**2, (1 + rho) * omega, -(1 + rho), sympy.Integer(1)])
def test_a_bound_that_scales_otherwise_obeys_no_law(bound: sympy.Expr) -> None:
    found = law(Claim(output_abs, "<=", bound, given=LIPSCHITZ), SQUARE)
    assert found.broken
    assert not found.thresholds


def test_a_bound_with_a_root_of_another_kind_obeys_no_law() -> None:
    hidden = (1 + rho) / omega**2
    wrong = (hidden + sympy.sqrt(hidden**2 / 2 + 4 / omega**2)) / 2
    assert law(Claim(hessian_norm, "<=", wrong, given=LIPSCHITZ), SQUARE).broken
    right = (hidden + sympy.sqrt(hidden**2 + 4 / omega**2)) / 2
    assert law(Claim(hessian_norm, "<=", right, given=LIPSCHITZ), SQUARE).thresholds == {"curvature": 1, "mixed": 1}


def test_what_cannot_be_proved_is_refused_with_the_reason() -> None:
    with pytest.raises(UsageError, match="does not know how it scales"):
        law(Claim(hessian_trace, "<=", L, given=LIPSCHITZ), SQUARE)
    with pytest.raises(UsageError, match="input_norm <= 1"):
        law(Claim(output_abs, "<=", 1 + rho), SQUARE)
    with pytest.raises(UsageError, match="hessian_trace"):
        law(Claim(output_abs, "<=", 1 + rho + hessian_trace**2, given=LIPSCHITZ), SQUARE)
