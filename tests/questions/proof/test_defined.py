"""A bound that is no number for the networks asked about is told in one sentence, with its kind."""

import pytest
from sympy import Add, Max, exp, log, sqrt

from wnverify.claim import Claim
from wnverify.errors import UsageError
from wnverify.families.networks.setting import L, beta, c0, m
from wnverify.families.networks.weight_norm import LIPSCHITZ, omega, output_abs, rho
from wnverify.proving.domain import Domain
from wnverify.proving.laws import law
from wnverify.questions.proof.defined import check_defined

SMALL = Domain(1, 1, 1, "tanh")
NOTHING = log(Add(2, -2, evaluate=False), evaluate=False)


@pytest.mark.parametrize(
    ("bound", "kind"),
    [
        (1 / (L - 1), "a division by zero, or the logarithm of 0, in 1/(L - 1) for L=1, m=1, d=1 tanh"),
        ((1 + rho) / c0, "a division by zero, or the logarithm of 0, in (rho + 1)/c0 for L=1, m=1, d=1 tanh, "),
        ((L - 1) / (m - 1), "an undefined value such as 0/0 in"),
        ((1 + rho) * sqrt(beta - 1), "a value that is no real number in"),
        ((1 + rho) * Max(log(L - 1), log(L - 1) / 2), "numbers that cannot be compared, one of them"),
        ((1 + rho) * NOTHING, "an infinite value in"),
        (exp(exp(exp(exp(L + 10)))), "no finite value at any of 8 points in"),
    ],
)
def test_the_kind_is_told(bound, kind):
    with pytest.raises(UsageError) as found:
        check_defined(Claim(output_abs, "<=", bound), SMALL)
    assert f"Expected a bound that is a number, but got {kind}" in str(found.value)


def test_what_is_a_number_somewhere_is_not_refused():
    for bound in (1 + rho, sqrt(1 - omega), -1 - rho, 1 / (L + omega)):
        check_defined(Claim(output_abs, "<=", bound), SMALL)


def test_a_hypothesis_that_no_radius_meets_leaves_nothing_to_prove():
    with pytest.raises(UsageError, match="networks with never, which the theorem supposes"):
        law(Claim(output_abs, "<=", 1 + rho, given={**LIPSCHITZ, "never": (rho, "<", 0)}), SMALL)
