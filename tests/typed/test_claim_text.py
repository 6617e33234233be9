"""Claims as text: everything that a claim says comes back, and what cannot be typed is said to be so."""

from __future__ import annotations

import msgspec
import pytest
import sympy

from wnverify import catalogue
from wnverify.balls.same import same_value
from wnverify.claim import Claim
from wnverify.errors import UsageError
from wnverify.evidence import ClaimText, RelationText
from wnverify.families.networks.weight_norm import QUANTITIES, L, c0, hessian_norm, m, omega, rho
from wnverify.typed.claim_text import claim_of, claim_text, recorded

CLAIM = Claim(
    hessian_norm, ">", sympy.Float(0.1) * (1 + rho) * sympy.sqrt(L) / omega,
    given={"odd: a name; and ≤ signs  given  here": (c0, "=", 0), "finite": (rho, "<", sympy.oo)},
    probability=1 - 1 / m, tolerance=3e-7,
)  # fmt: skip


def test_everything_that_a_claim_says_comes_back() -> None:
    text = msgspec.json.decode(msgspec.json.encode(claim_text(CLAIM)), type=ClaimText)
    found = claim_of(text, QUANTITIES)
    assert (found.lhs, found.relation, found.tolerance) == (CLAIM.lhs, CLAIM.relation, CLAIM.tolerance)
    assert found.rhs == sympy.Rational(0.1) * (1 + rho) * sympy.sqrt(L) / omega, "a float is the number that it is"
    assert dict(found.given) == dict(CLAIM.given)
    assert found.probability == CLAIM.probability


def test_what_cannot_be_typed_is_recorded_with_the_reason_and_not_read_back() -> None:
    text = recorded(Claim(hessian_norm, "<=", sympy.zeta(L), given={"small": (rho, "<=", 1)}))
    assert (text.lhs, text.relation, text.rhs) == ("hessian_norm", "<=", "zeta(L)")
    assert text.given == [RelationText("rho", "<=", "1", "small")]
    with pytest.raises(UsageError, match=r"zeta\(L\).*cannot be written as text"):
        claim_of(text, QUANTITIES)


layer, k = sympy.symbols("l k", integer=True)
LONG = {
    "tiny": sympy.Rational(1, 10**30),
    "below the smallest float": sympy.Rational(1, 10**400) * rho,
    "above the largest float": 3 * sympy.Integer(10) ** 400 + L,
    "sixty digits": sympy.Rational("3.14159265358979323846264338327950288419716939937510582097494"),
    "thirds of it": sympy.Rational(10**80 + 1, 3 * 10**80) / m,
    "under a root": sympy.sqrt(sympy.Integer(10) ** 41 + 7) * rho,
    "e": sympy.E * rho + sympy.exp(sympy.Rational(1, 2)),
    "sum over layers": sympy.Sum(rho**layer, (layer, 0, L - 1)),
    "product over layers": 2 * sympy.Product(1 + rho / layer, (layer, 1, L)) + 1,
    "sum of sums": sympy.Sum(sympy.Sum(rho**layer, (layer, 0, k)), (k, 1, L)),
    "gamma and others": sympy.gamma(L / 2) * sympy.atan(omega) + sympy.tanh(rho) - sympy.floor(omega),
}  # fmt: skip


@pytest.mark.parametrize("rhs", LONG.values(), ids=LONG)
def test_constants_of_any_size_sums_and_functions_come_back(rhs) -> None:
    text = claim_text(Claim(hessian_norm, "<=", rhs, given={"small": (omega, "<=", rhs + 1)}))
    found = claim_of(text, QUANTITIES)
    assert found.rhs == rhs or same_value(found.rhs, rhs)
    assert len(text.rhs) < 200
    assert not found.rhs.has(sympy.Float)


@pytest.mark.parametrize(
    "change",
    [
        {"tolerance": "soon"},
        {"tolerance": (1e9).hex()},
        {"rhs": "__import__('os')"},
        {"probability": "1 - whatever"},
        {"given": [RelationText("rho", "<=", "1", "twice"), RelationText("rho", "<=", "2", "twice")]},
    ],
    ids=str,
)
def test_a_damaged_text_is_refused(change) -> None:
    with pytest.raises(UsageError):
        claim_of(msgspec.structs.replace(claim_text(CLAIM), **change), QUANTITIES)


@pytest.mark.parametrize(
    "entry", catalogue.select(["wu2020", "chou2023", "depth_free"])[::4], ids=lambda entry: entry.id
)
def test_claims_of_the_catalogue_read_back_or_say_why_not(entry) -> None:
    theorem = catalogue.load(entry)
    text = recorded(theorem.claim)
    if text.unreadable:
        assert "cannot be written as text" in text.unreadable
        return
    again = claim_of(text, theorem.family.quantities)
    assert str(again.lhs) == str(theorem.claim.lhs)
    assert again.rhs == theorem.claim.rhs or same_value(again.rhs, theorem.claim.rhs)
    assert list(again.given) == list(theorem.claim.given)
