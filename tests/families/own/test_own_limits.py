"""A quantity of a user's own keeps the limits that it states, and says what is wrong with it."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from sympy import Rational, oo

from tests.families.own.declared import GAINED
from wnverify import Claim, Theorem, activation, architecture, ball, box, free, verify
from wnverify.errors import WnverifyError
from wnverify.families.own.own_quantity import quantity
from wnverify.verdict import Verdict


def square(xp, theta, x):
    return xp.sum(theta.v**2)


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({"name": "path norm"}, "a name such as path_norm"),
        ({"meaning": " "}, "a phrase that says what s is"),
        ({"value": 3}, r"a function value\(xp, theta, x\) for s"),
        ({"of": "NET"}, "a family that s is about"),
        ({"low": "0"}, "an exact number low= for s, but got '0'"),
        ({"low": 0.5}, "an exact number low= for s, but got 0.5"),
        ({"low": 2, "high": 1}, "low below high for s"),
    ],
)
def test_a_declaration_that_cannot_be_is_refused(parts, message: str) -> None:
    given = {"name": "s", "meaning": "‖v‖²", "value": square, **parts}
    with pytest.raises(WnverifyError, match=message):
        quantity(given.pop("name"), given.pop("meaning"), given.pop("value"), **given)


def test_limits_are_exact() -> None:
    found = quantity("s", "‖v‖²", square, of=GAINED, low=Rational(1, 3), high=oo)
    assert (found.low, found.high) == (Rational(1, 3), oo)


def evidence_of(low: int):
    """‖v‖² ≤ s for s = ‖v‖² − 1, which is wrong, and where s may be believed to be above 0."""
    s = quantity("s", "‖v‖² − 1", lambda xp, theta, x: xp.sum(theta.v**2) - 1, of=GAINED, low=low)
    return verify(Theorem(claim=Claim(GAINED.symbols("norm_v") ** 2, "<=", s), family=GAINED), budget="quick")


def test_a_value_beyond_its_limits_is_an_error() -> None:
    evidence = evidence_of(0)
    assert evidence.verdict is Verdict.ERROR
    assert "values of s from 0 to inf, as low= and high= say" in evidence.reason
    assert evidence_of(-1).verdict is Verdict.REFUTED


BOXED = architecture(
    "boxed", lambda xp, t, x: t.b @ x, theta={"b": box(-0.1, 0.3, "d")}, x=ball("d"), sizes={"d": (1, 2)}
)


def test_an_end_of_a_box_is_the_decimal_that_it_prints() -> None:
    """The floats 0.1 and 0.3 lie beyond 1/10, and before 3/10."""
    kind = BOXED.kinds["b"]
    assert (kind.low, kind.high) == (math.nextafter(-0.1, 0), 0.3)
    assert Fraction(kind.low) > Fraction(-1, 10)
    (least, largest) = (quantity(n, n, f) for n, f in (("below", below), ("above", above)))
    for broken in (least, largest):
        assert verify(Theorem(Claim(broken, "<=", 1), BOXED), budget="quick").verdict is not Verdict.REFUTED


def test_the_radius_of_a_ball_is_the_decimal_that_it_prints() -> None:
    kind = ball("d", radius=0.1)
    assert Fraction(1, 10) - Fraction(1, 10**16) < Fraction(kind.radius) <= Fraction(1, 10)
    assert (ball("d").radius, ball("d", radius=3).radius, ball("d", radius=0.3).radius) == (1.0, 3.0, 0.3)


def below(xp, theta, x):
    return 1e16 * (-10 * xp.min(theta.b) - 1)


def above(xp, theta, x):
    return 1e16 * (10 * xp.max(theta.b) - 3)


def test_a_start_may_name_the_end_of_a_box() -> None:
    family = BOXED.starting({"at the ends": lambda sizes: [{"b": [-0.1] * sizes["d"], "x": [0] * sizes["d"]}]})
    words, batch = next(family.structured(family.situations()[0]))
    family.check(batch)
    assert (words, batch.arrays["b"][0, 0]) == ("at the ends", BOXED.kinds["b"].low)


def test_an_activation_of_a_user_s_own_is_known_to_its_architecture_alone() -> None:
    half = activation("half", lambda xp, z: z / 2, slope=Rational(1, 2), beta=0)
    net = architecture("net", lambda xp, t, x: xp.phi(t.v @ x), theta={"v": free("d")}, x=ball("d"), sizes={"d": 1},
                       activation=(half,))  # fmt: skip
    batch = net.draw(net.situations()[0], "gaussian", 2, np.random.default_rng(0))
    assert quantity("f", "f", net.value, of=net).route.measure(batch).shape == (2,)
    with pytest.raises(WnverifyError, match="'half': for one of your own, say of=NET"):
        quantity("f", "f", net.value).route.measure(batch)


V, OUT = GAINED.symbols("norm_v output_abs")


@pytest.mark.parametrize(
    "given",
    [
        {"beyond the box": (V, ">", 5000), "below it": (V, "<", 1)},
        {"contradicts the claim": (OUT, ">", 10**9 * (V + 1))},
        {"met by no draw": (V, "=", 3)},
        {"sizes": (GAINED.symbols("m"), ">", 5), "other sizes": (GAINED.symbols("m"), "<", 4)},
    ],
    ids=str,
)
def test_a_claim_whose_hypotheses_nothing_meets_is_not_tested(given) -> None:
    found = verify(Theorem(claim=Claim(OUT, "<=", V / 1000, given=given), family=GAINED), budget="quick")
    assert found.verdict is Verdict.VACUOUS
    assert not found.tested
    assert "no instance met the hypotheses" in found.reason


def test_a_function_that_fails_late_lets_nothing_hold() -> None:
    calls = []

    def late(xp, theta, x):
        calls.append(1)
        if len(calls) > 40:
            raise SystemExit(0)
        return xp.sum(theta.v**2)

    s = quantity("s", "‖v‖²", late, of=GAINED, low=0)
    found = verify(Theorem(claim=Claim(V**2, "<=", 2 * s), family=GAINED), budget="quick")
    assert found.verdict is Verdict.ERROR
    assert "SystemExit: 0" in found.reason
