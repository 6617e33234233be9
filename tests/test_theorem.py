"""A theorem is checked when it is made: every part that cannot be meant is refused in one sentence that names it."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import sympy
from sympy import Function, I, Integer, Matrix, Symbol, nan, oo, sqrt, zoo

from wnverify.claim import Claim
from wnverify.errors import TheoremFileError
from wnverify.families.networks.weight_norm import WEIGHT_NORM, input_norm, omega, output_abs, rho
from wnverify.families.relu.concentration import CONCENTRATION, delta, margin
from wnverify.symbolic.claims import decreasing, free_of, limit, order
from wnverify.theorem import Theorem

BOUND = (1 + rho) * input_norm
PLAIN = Symbol("omega", positive=True)


def made(bound: Any = BOUND, claim: dict[str, Any] | None = None, **parts: Any) -> Theorem:
    return Theorem(claim=Claim(output_abs, "<=", bound, **(claim or {})), family=WEIGHT_NORM, **parts)


@pytest.mark.parametrize(
    ("bound", "message"),
    [
        (1 / (rho - rho), "a division by zero, or another undefined value"),
        (nan, "undefined value"),
        (float("nan"), "undefined value"),
        (zoo * BOUND, "undefined value"),
        (oo, "a finite side in the .*, but got oo"),
        (float("1e400"), "a finite side in the .*, but got oo"),
        (I * rho, r"real expressions in the .*, but got I\*rho"),
        (sqrt(-1 - rho), "real expressions in the "),
        (Function("f")(rho), r"but got f\(rho\): use functions"),
        (Matrix([1]), "array of the shape"),
        (np.array([1.0, 2.0]), r"array of the shape \(2,\)"),
        ("1 + rho", "a sympy expression as rhs"),
        (True, "an expression as rhs"),
        (np.bool_(True), "an expression as rhs"),
        (None, "a sympy expression as rhs, but got None"),
        (BOUND / PLAIN, "symbol omega of the family weight_norm in the .*, but got another symbol of that name"),
        (BOUND + margin, "only symbols of the family weight_norm"),
    ],
    ids=str,
)
def test_a_side_that_cannot_be_meant_is_refused(bound: Any, message: str) -> None:
    for parts in ({"bound": bound}, {"mutants": {"wrong": bound}}):
        with pytest.raises(TheoremFileError, match=message) as caught:
            made(**parts)
        assert not {"zoo", "ComplexInfinity"} & set(str(caught.value).split())


@pytest.mark.parametrize(
    "bound",
    [3, 10**400, Fraction(3, 7), Decimal("1.5"), np.float64(3), np.float32(3), np.int64(3), np.array(3.0), sympy.pi],
    ids=str,
)
def test_numbers_of_every_kind_are_expressions(bound: Any) -> None:
    assert made(bound).claim.rhs.is_positive


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({"settings": {"activation": "tanhh"}}, "activation among tanh, .*, but got 'tanhh'"),
        ({"settings": {"activation": ()}}, "activation among tanh, .*, but got none"),
        ({"settings": {"activations": ("tanh",)}}, "a setting of the family weight_norm"),
        ({"settings": ["tanh"]}, "settings by name"),
        ({"mutants": [rho]}, "mutants by name"),
        ({"mutants": {3: rho}}, "mutants by name"),
        ({"mutants": {"same": BOUND}}, "a wrong version as the mutant 'same', but got the claim itself"),
        ({"unrefutable": {"half": 3}}, "the reason why 'half' is unrefutable"),
        ({"about_bound": free_of(rho)}, "a list as about_bound"),
        ({"about_bound": [decreasing(PLAIN)]}, "symbol omega .* in “decreasing in omega” of about_bound"),
        ({"about_bound": [order(1 / PLAIN)]}, "in “O.1/omega.” of about_bound"),
        ({"about_bound": [limit(rho, oo, 0, given={PLAIN: 1})]}, "another symbol of that name: import it from"),
        ({"paper_says": ["a sentence"]}, "paper_says by name"),
        ({"claim": {"given": [(rho, "<=", 1)]}}, "hypotheses by name"),
        ({"claim": {"given": {1: (rho, "<=", 1)}}}, "hypotheses by name"),
        ({"claim": {"given": {"h": (rho, "<=", nan)}}}, "undefined value"),
        ({"claim": {"given": {"h": (PLAIN, "<=", 1)}}}, "another symbol of that name"),
        ({"claim": {"probability": "0.9"}}, "a sympy expression as probability"),
        ({"claim": {"probability": nan}}, "undefined value"),
        ({"claim": {"probability": Integer(0)}}, "a probability above 0 and at most 1"),
        ({"claim": {"probability": 1.5}}, "a probability above 0 and at most 1"),
        ({"claim": {"probability": -1}}, "a probability above 0 and at most 1"),
        ({"claim": {"probability": 1 - delta}}, "only symbols of the family weight_norm"),
    ],
    ids=str,
)
def test_a_part_that_cannot_be_meant_is_refused(parts: dict[str, Any], message: str) -> None:
    with pytest.raises(TheoremFileError, match=message):
        made(**parts)


def test_a_single_value_of_a_setting_may_stand_alone() -> None:
    theorem = made(settings={"activation": "tanh"})
    assert {situation.settings["activation"] for situation in theorem.situations()} == {"tanh"}


def test_what_is_meant_of_another_expression_may_have_symbols_of_its_own() -> None:
    assert made(about_bound=[decreasing(PLAIN, of=1 / PLAIN)])


def test_a_probability_of_one_and_one_that_depends_on_parameters_are_such() -> None:
    for probability in (1, Fraction(9, 10), 1 - delta, 1 - 2 * delta):
        assert Theorem(claim=Claim(margin, "<=", 1, probability=probability), family=CONCENTRATION).is_probabilistic


def test_a_hypothesis_may_name_infinity() -> None:
    assert made(claim={"given": {"finite": (omega, "<", oo)}})


def test_a_sentence_must_point_to_a_claim_that_is_decided() -> None:
    made(about_bound=[free_of(omega)], paper_says={"no row counts": free_of(omega), "bounded": None})
    with pytest.raises(TheoremFileError, match="a claim of about_bound for 'it falls'"):
        made(about_bound=[free_of(omega)], paper_says={"it falls": decreasing(rho)})
