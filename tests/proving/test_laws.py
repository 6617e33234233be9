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
from wnverify.proving.laws import Law, law, u

SQUARE = Domain(1, 2, 2, "tanh")


def numbers(found: Law) -> dict[str, list[sympy.Expr]]:
    return {name: list(demand.numbers) for name, demand in found.demands.items()}


def test_the_demands_on_the_hessian_are_its_two_terms_at_every_depth() -> None:
    claim = load("banerjee2024/predictor_hessian").claim
    found = numbers(law(claim, SQUARE))
    assert sympy.simplify(found["curvature"][0] - (beta / 2 + 2 / sympy.sqrt(3) / sympy.sqrt(2))) == 0
    assert found["mixed"] == [sympy.Rational(1, 2)]
    deep = numbers(law(claim, Domain(2, 1, 2, "tanh")))
    golden = (3 + sympy.sqrt(5)) / 2
    assert sympy.simplify(deep["curvature"][0] - (golden * beta + 2 / sympy.sqrt(3) + 1)) == 0
    assert deep["mixed"] == [2]


def test_the_square_of_the_gradients_bound_falls_apart_and_a_maximum_has_corners() -> None:
    found = law(load("banerjee2024/predictor_gradient").claim, SQUARE)
    assert numbers(found) == {"values": [1], "rows": [sympy.Rational(1, 2)]}
    assert not found.broken
    largest = numbers(law(load("depth_free/gradient").claim, Domain(2, 2, 2, "tanh")))
    half, third = sympy.Rational(1, 2), sympy.Rational(1, 3)
    assert largest["values"] == [1]
    assert largest["rows"] == [3 * half / 2]
    corners = {tuple(each) for name, each in largest.items() if name.startswith("corner")}
    assert corners == {(4 * third, 7 * half * third), (1, 1), (2, 3 * half)}


def test_a_bound_of_roots_maxima_and_minima_is_a_function_of_the_scale() -> None:
    found = law(load("depth_free/one_layer_hessian").claim, SQUARE)
    (whole,) = found.demands["hessian"].numbers
    assert found.domain.names[-1] == "u"
    # 2(b² + h²)/√(4b² + 3h²): at ω → ∞ only the bilinear part is left, at ω → 0 the curvature alone
    assert sympy.simplify(whole.subs(u, 1) - 1 / sympy.sqrt(2)) == 0
    assert sympy.simplify(whole.subs(u, 0) - 2 / sympy.sqrt(3) / sympy.sqrt(2)) == 0


def test_a_claim_that_says_nothing_of_the_networks_is_refused() -> None:
    claim = load("depth_free/one_layer_hessian").claim
    with pytest.raises(UsageError, match="one hidden layer, which the theorem supposes"):
        law(claim, Domain(2, 1, 2, "identity"))


@pytest.mark.parametrize("bound", [1 + rho**2, (1 + rho) * omega, -(1 + rho), sympy.Integer(1)])
def test_a_bound_that_scales_otherwise_obeys_no_law(bound: sympy.Expr) -> None:
    found = law(Claim(output_abs, "<=", bound, given=LIPSCHITZ), SQUARE)
    assert found.broken
    assert not found.demands


def test_a_bound_with_a_root_of_another_kind_is_a_function_of_the_scale() -> None:
    hidden = (1 + rho) / omega**2
    wrong = (hidden + sympy.sqrt(hidden**2 / 2 + 4 / omega**2)) / 2
    assert set(law(Claim(hessian_norm, "<=", wrong, given=LIPSCHITZ), SQUARE).demands) == {"hessian"}
    right = (hidden + sympy.sqrt(hidden**2 + 4 / omega**2)) / 2
    found = law(Claim(hessian_norm, "<=", right, given=LIPSCHITZ), SQUARE)
    assert numbers(found) == {"curvature": [1], "mixed": [1]}
    other = hidden**2 / (hidden + 1)
    assert law(Claim(hessian_norm, "<=", other, given=LIPSCHITZ), SQUARE).broken


def test_what_cannot_be_proved_is_refused_with_the_reason() -> None:
    with pytest.raises(UsageError, match="does not know how it scales"):
        law(Claim(hessian_trace, "<=", L, given=LIPSCHITZ), SQUARE)
    with pytest.raises(UsageError, match="input_norm <= 1"):
        law(Claim(output_abs, "<=", 1 + rho), SQUARE)
    with pytest.raises(UsageError, match="hessian_trace"):
        law(Claim(output_abs, "<=", 1 + rho + hessian_trace**2, given=LIPSCHITZ), SQUARE)
