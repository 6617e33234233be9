"""Single decisions: labels, every verdict, errors that are said aloud."""

import numpy as np
import pytest
import sympy
from sympy import Integer, Max, Min, Rational, Symbol, cos, exp, floor, gamma, log, oo, sin, sqrt, zeta

from tests.symbolic.theory_bounds import L, c0, k, kappa, loss, m, omega, w, x, y
from wnverify.errors import TheoremFileError
from wnverify.quantities import Quantity
from wnverify.symbolic.claims import (
    below,
    bounded_in,
    decide,
    decreasing,
    free_of,
    increasing,
    limit,
    order,
    real_and_nonnegative,
    sublinear,
    unknown_symbols,
)
from wnverify.symbolic.kinds import Monotone
from wnverify.symbolic.proof.domain import Domain, box_of, domain_of

DECISIONS = {
    "log-slower-than-linear": (limit(x, oo, 0), log(x) / x, "PROVED"),
    "log-grows": (limit(x, oo, 0), 1 / log(x + 2), "PROVED"),
    "removable": (limit(x, 0, 1), sin(x) / x, "PROVED"),
    "fast-decay": (limit(x, 0, 0), 2 ** (-1 / x), "PROVED"),
    "two-sided": (limit(w, 0, 0), 2 ** (1 / w), "REFUTED"),
    "cancelling": (limit(x, oo, 1), (x + 1) / x - 1, "REFUTED"),
    "with-parameter": (limit(x, oo, y), y * x / (x + y), "PROVED"),
    "wrong-parameter": (limit(x, oo, 0), y * x / (x + y), "REFUTED"),
    "at-a-number": (limit(x, 3, 9), x**2, "PROVED"),
    "wrong-at-a-number": (limit(x, 3, 8), x**2, "REFUTED"),
    "irrational-cancelling": (limit(x, oo, Rational(1, 2)), sqrt(x**2 + x) - x, "PROVED"),
    "integer-to-a-number": (limit(m, 3, 8), m * x, "ERROR"),
    "bounded-domain-to-infinity": (limit(kappa, oo, 0), kappa * x, "ERROR"),
    "complex-inside-the-domain": (increasing(x), sqrt(x - 1), "ERROR"),
    "unknown-function": (increasing(x), zeta(x), "ERROR"),
    "not-real": (increasing(Symbol("u")), Symbol("u") + 1, "ERROR"),
    "negative-rate": (order(x - y), x, "ERROR"),
    "wave": (bounded_in(x), sin(x), "PROVED"),
    "pole-at-the-end": (bounded_in(x), 1 / x, "REFUTED"),
    "saturating": (bounded_in(x), x / (1 + x), "PROVED"),
    "just-sublinear": (sublinear(x), x / log(x + 2), "PROVED"),
    "just-not-sublinear": (sublinear(x), x * log(1 + x), "REFUTED"),
    "exponential": (sublinear(x), exp(x), "REFUTED"),
    "two-to-the-depth": (bounded_in(L), Integer(2) ** L, "REFUTED"),
    "exponential-rate": (order(x), exp(x), "REFUTED"),
    "together": (order(Integer(1)), Min(x, y), "REFUTED"),
    "geometric-mean": (order(x + y), sqrt(x * y), "PROVED"),
    "itself": (below(x), x, "PROVED"),
    "hair-below": (below(x + Rational(1, 10**12)), x + Rational(1, 10**13), "PROVED"),
    "under-its-limit": (below(sympy.E), exp(x * log(1 + 1 / x)), "PROVED"),
    "over-the-limit-of-another": (below(Rational(27, 10)), exp(x * log(1 + 1 / x)), "REFUTED"),
    "hair-above": (below(x), x + Rational(1, 10**13), "REFUTED"),
    "beyond-the-rules": (below(Integer(1)), cos(w) ** 2 + sin(w) ** 2, "HELD"),
    "integers-only": (increasing(m), m**2 - 3 * m + 2, "PROVED"),
    "step": (increasing(x), floor(x), "PROVED"),
    "gamma": (decreasing(k), gamma(k), "REFUTED"),
    "number": (increasing(x), Integer(3), "ERROR"),
    "numbers": (below(2), Integer(3), "REFUTED"),
    "clipped": (free_of(x), Max(x, -1) - x, "PROVED"),
}


@pytest.mark.parametrize("name", DECISIONS)
def test_decision(name):
    claim, bound, verdict = DECISIONS[name]
    decision = decide(claim, bound, np.random.default_rng(1), 1000)
    assert decision.verdict.name == verdict, decision
    assert decision.reason


def test_labels_read_as_words():
    claims = [decreasing(omega), free_of(m), sublinear(L), order(L**3), limit(m, oo, 0), below(x), bounded_in(L)]
    assert [str(claim) for claim in claims] == [
        "decreasing in omega",
        "free of m",
        "sublinear in L",
        "O(L**3)",
        "tends to 0 as m → oo",
        "at most x",
        "bounded in L",
    ]
    assert str(increasing(x, given={c0: 0})) == "increasing in x, c0 = 0"


def test_a_claim_about_something_else_than_a_symbol_is_misuse():
    with pytest.raises(TheoremFileError, match="Expected a symbol"):
        Monotone("omega")


def test_of_and_given_are_applied():
    claim = increasing(x, of=y - c0 * x, given={c0: 0})
    assert claim.bound(Integer(7)) == y
    assert decide(increasing(x, of=y - c0 * x), Integer(7), np.random.default_rng(0)).verdict.name == "REFUTED"


@pytest.mark.parametrize(
    ("bound", "verdict"),
    [
        (x - 2 * sqrt(x) + 1, "PROVED"),
        (x - 1, "REFUTED"),
        (1 / (x - 1), "REFUTED"),
        (log(x), "REFUTED"),
        (loss, "PROVED"),
    ],
    ids=str,
)
def test_real_and_nonnegative(bound, verdict):
    decision = real_and_nonnegative(bound, np.random.default_rng(0))
    assert decision.verdict.name == verdict
    assert (decision.witness is not None) == (verdict == "REFUTED")


def test_a_witness_can_be_checked_by_hand():
    decision = decide(below(y), y**2, np.random.default_rng(0))
    value = sympy.Rational(decision.witness["y"])
    assert value**2 > value
    assert float(decision.witness["left side"]) == pytest.approx(float(value**2))


def test_unknown_symbols_come_with_a_suggestion():
    names = ["omega", "rho"]
    assert unknown_symbols(Symbol("omga") * Symbol("rho"), names) == ["omga: did you mean omega?"]
    assert unknown_symbols(Symbol("zzz") + 1, names) == ["zzz: known are omega, rho"]
    assert unknown_symbols(omega, names) == []


def test_domains_follow_from_quantities_and_from_assumptions():
    half = Quantity("half", "", low=Rational(1, 2), high=Rational(9, 2), integer=True)
    assert domain_of(half) == Domain(Integer(1), Integer(4), integer=True)
    assert domain_of(Symbol("n", integer=True, nonnegative=True)).low == 0
    assert list(box_of([y * x])) == [x, y]
