"""Attempts to make the prover prove something false: whatever it proves is then hunted with many points."""

from functools import reduce

import numpy as np
import pytest
import sympy
from sympy import Max, Min, Rational, cos, exp, log, oo, pi, sin, sqrt, tanh

from tests.symbolic.theory_bounds import k, omega, w, x, y, z
from wnverify.balls.expression import enclose
from wnverify.symbolic import polynomials
from wnverify.symbolic.approach import path_to
from wnverify.symbolic.claims import below, decide, decreasing, increasing
from wnverify.symbolic.goal import Goal
from wnverify.symbolic.interval import enclosure
from wnverify.symbolic.monotone import monotone
from wnverify.symbolic.opaque import sides
from wnverify.symbolic.proof.domain import box_of
from wnverify.symbolic.prove import at_most
from wnverify.symbolic.region import Region
from wnverify.symbolic.sampling import draw, evaluate, point_at
from wnverify.symbolic.witness import search
from wnverify.verdict import Verdict

SYMBOLS = (x, y, z, k)
NUMBERS = (Rational(1, 2), 1, 2, 3, sqrt(2), pi)
UNARY = (
    sqrt,
    lambda a: a**2,
    lambda a: 1 / (1 + a),
    lambda a: exp(-a),
    lambda a: sin(a / (1 + a)),
    tanh,
    lambda a: 1 / a,
)
BINARY = (
    lambda a, b: a + b,
    lambda a, b: a * b,
    lambda a, b: a - b,
    lambda a, b: Min(a, b),
    lambda a, b: Max(a, b),
    lambda a, b: a / (1 + b),
)


def pick(rng, items):
    return items[int(rng.integers(len(items)))]


def tree(rng, depth):
    """A random expression; not always real, which the prover must cope with."""
    if depth == 0 or rng.random() < 0.15:
        return sympy.sympify(pick(rng, SYMBOLS if rng.random() < 0.75 else NUMBERS))
    if rng.random() < 0.4:
        return pick(rng, UNARY)(tree(rng, depth - 1))
    return pick(rng, BINARY)(tree(rng, depth - 1), tree(rng, depth - 1))


def polynomial(rng, symbols, terms=4):
    monomials = [sympy.prod([s ** Rational(int(rng.integers(0, 5)), 2) for s in symbols]) for _ in range(terms)]
    return sympy.Add(*[int(rng.integers(-3, 4)) * monomial for monomial in monomials])


def usable(*expressions):
    return all(e.is_extended_real is not False and not e.has(sympy.zoo, sympy.nan, sympy.I) for e in expressions)


def test_no_false_inequality_between_random_expressions_is_proved():
    rng = np.random.default_rng(11)
    proved = 0
    for _ in range(200):
        lhs, rhs = tree(rng, 2), tree(rng, 3)
        if not usable(lhs, rhs):
            continue
        region = Region(box_of([lhs, rhs]))
        if at_most(Goal(lhs, rhs, region)):
            proved += 1
            assert search(lhs, rhs, draw(region.box, rng, 3000)).witness is None, (lhs, rhs)
    assert proved > 20


def test_no_false_trend_of_random_expressions_is_proved():
    rng = np.random.default_rng(12)
    proved = 0
    for _ in range(150):
        expr = tree(rng, 3)
        if not usable(expr) or x not in expr.free_symbols:
            continue
        for rising in (True, False):
            if monotone(expr, x, Region(box_of([expr])), rising=rising):
                proved += 1
                claim = increasing(x) if rising else decreasing(x)
                decision = decide(claim, expr, rng, 2000)
                assert decision.verdict in (Verdict.PROVED, Verdict.ERROR), (expr, decision)
    assert proved > 30


@pytest.mark.parametrize("seed", range(4))
def test_no_polynomial_that_changes_sign_is_proved_nonnegative(seed):
    """The value at a chosen inner point is made negative by construction."""
    rng = np.random.default_rng(seed)
    for _ in range(40):
        p = polynomial(rng, (x, y, z)) ** 2 + polynomial(rng, (x, y), 2) ** 2
        point = {
            x: Rational(int(rng.integers(1, 40)), 8),
            y: 1 + Rational(int(rng.integers(1, 40)), 8),
            z: Rational(1, 3),
        }
        below_zero = p - p.xreplace(point) - Rational(1, 10**6)
        assert not at_most(Goal(sympy.Integer(0), below_zero, Region(box_of([below_zero])))), below_zero


@pytest.mark.parametrize(
    "touching",
    [
        x - 2 * sqrt(x) + 1,
        x**2 + y**2 - 2 * x * y,
        x * y - 2 * sqrt(x * y) + 1,
        1 - 4 * z * (1 - z),
        w**2 - 2 * w + 1,
        1 + x / 2 - sqrt(1 + x),
        sqrt(2 * x**2 + 2 * y**2) - x - y,
        Max(x, 2 - x) - 1,
        x - sin(x / (1 + x)) * (1 + x),
        exp(-x) - 1 + x,
    ],
    ids=str,
)
def test_a_hair_below_a_minimum_of_zero_is_never_proved(touching):
    region = Region(box_of([touching]))
    assert not at_most(Goal(Rational(1, 10**9), touching, region))


@pytest.mark.parametrize(
    ("lhs", "rhs"),
    [
        (2 * sqrt(x), 1 + x),
        (0, w**2 - 2 * w + 1),
        (z * (1 - z), Rational(1, 4)),
        (sqrt(x + y), sqrt(x) + sqrt(y)),
        (Min(x, x**2), x),
        (1 - 1 / y, y - 1),
        (sin(pi / (2 * k)), pi / (2 * k)),
        (1 / k, sin(pi / (2 * k))),
        (exp(-x), 1 / (1 + x)),
        (log(1 + x), x),
        (tanh(x), x),
        (sqrt(1 + x**2), 1 + x),
        (Max(x, y), x + y),
        (2 * sqrt(x * y), x + y),
        (2 * x * z, x**2 + z**2),
        (x + sqrt(x**2 + 4 * y), 2 * x + 2 * sqrt(y)),
    ],
    ids=str,
)
def test_classical_inequalities_are_proved_and_their_converses_are_not(lhs, rhs):
    lhs, rhs = sympy.sympify(lhs), sympy.sympify(rhs)
    region = Region(box_of([lhs, rhs]))
    assert at_most(Goal(lhs, rhs, region))
    assert not at_most(Goal(rhs, lhs, region))


@pytest.fixture
def without_sieve(monkeypatch):
    """Proofs must stand alone: the points at which false goals are sorted out early are no part of them."""
    monkeypatch.setattr(Region, "plausible", lambda self, lhs, rhs: True)
    monkeypatch.setattr(polynomials, "_plausible", lambda poly, frame: True)


@pytest.mark.usefixtures("without_sieve")
@pytest.mark.parametrize(
    ("lhs", "rhs"),
    [
        (sqrt(1 + x**2), x + Rational(1, 2)),
        (1 + x, 2 * sqrt(x)),
        (x, Min(x, y)),
        (Max(x, y), x),
        (x - y, Min(x, 1) - y),
        (x**2 + y**2, 3 * x * y),
        (Rational(5, 2) * sqrt(x * y), x + y),
        (sin(x / (1 + x)), Rational(1, 2)),
        (Rational(1, 2), exp(-x)),
        (sqrt(x) + sqrt(y), sqrt(x + y)),
        (y + x, y + x * z),
        (3 * x * omega, x**2 + Rational(54, 25) * omega**2),
        (3 * x * omega, omega**2 + Rational(54, 25) * x**2),
    ],
    ids=str,
)
def test_false_inequalities_are_not_proved_without_the_sieve(lhs, rhs):
    lhs, rhs = sympy.sympify(lhs), sympy.sympify(rhs)
    assert not at_most(Goal(lhs, rhs, Region(box_of([lhs, rhs]))))


@pytest.mark.usefixtures("without_sieve")
def test_no_false_random_inequality_is_proved_without_the_sieve():
    rng = np.random.default_rng(31)
    for _ in range(120):
        lhs, rhs = tree(rng, 2), tree(rng, 2)
        region = Region(box_of([lhs, rhs]))
        if usable(lhs, rhs) and at_most(Goal(lhs, rhs, region)):
            assert search(lhs, rhs, draw(region.box, rng, 2000)).witness is None, (lhs, rhs)


def test_a_pole_inside_the_domain_is_not_crossed():
    f = 1 / (2 - x)  # its derivative is positive everywhere, yet it jumps down at 2
    assert not monotone(f, x, Region(box_of([f])), rising=True)
    assert decide(increasing(x), f, np.random.default_rng(0)).verdict in (Verdict.REFUTED, Verdict.ERROR)


@pytest.mark.parametrize("hump", [x * (1 - x), (x - 1) * (3 - x), x * exp(-x), sqrt(x) - x, Min(x, 2 - x)], ids=str)
def test_a_function_with_a_hump_has_no_trend(hump):
    assert not monotone(hump, x, Region(box_of([hump])), rising=True)
    assert not monotone(hump, x, Region(box_of([hump])), rising=False)


def test_enclosures_contain_every_value():
    rng = np.random.default_rng(5)
    known = 0
    for _ in range(300):
        expr = tree(rng, 3)
        if not usable(expr) or not expr.free_symbols:
            continue
        box = box_of([expr])
        found = enclosure(expr, box, {})
        if found is None:
            continue
        known += 1
        values = evaluate(expr, draw(box, rng, 400))
        low, high = (float(end.value) for end in (found.low, found.high))
        values = values[np.isfinite(values)]
        slack = 1e-9 * (1 + np.abs(values))
        assert np.all(values >= low - slack), (expr, found)
        assert np.all(values <= high + slack), (expr, found)
    assert known > 150


@pytest.mark.parametrize("function", [sin, cos, exp, log, tanh], ids=lambda f: f.__name__)
@pytest.mark.parametrize("inner", [z, z / (1 + x), 1 / y, pi / (4 * k + 2), x, y - 1, -x, w], ids=str)
def test_bounds_of_opaque_functions_hold(function, inner):
    part = function(inner)
    region = Region(box_of([part]))
    columns = draw(region.box, np.random.default_rng(0), 2000)
    value = evaluate(part, columns)
    lower, upper = sides(part, region)
    with np.errstate(all="ignore"):
        for bound in lower:
            assert not np.any(value < evaluate(bound, columns) - 1e-12 * (1 + np.abs(value))), bound
        for bound in upper:
            assert not np.any(value > evaluate(bound, columns) + 1e-12 * (1 + np.abs(value))), bound


def test_leading_terms_match_the_values():
    rng = np.random.default_rng(8)
    known = 0
    for _ in range(150):
        expr = tree(rng, 3)
        if not usable(expr) or x not in expr.free_symbols:
            continue
        box = box_of([expr])
        path = path_to(x, oo)
        found = path.leading(expr, box)
        if found is None or found.power.is_infinite:
            continue
        point = point_at(draw(box, rng, 4), 0)
        known += _agrees(found, path, expr, point)
    assert known > 30


def _agrees(found, path, expr, point):
    """f/(x^p log^q) − c gets small, or the logs make it too slow to tell."""
    scaled = expr / (x**found.power * log(x) ** found.logs)
    coefficient = enclose(found.coefficient, point, 320)
    gaps = [abs(value - coefficient) for value in path.values(scaled, point)]
    if found.logs or not all(gap.is_finite() for gap in gaps):
        return False
    assert gaps[-1] < 1e-6, (expr, found, point)
    return True


def test_every_proved_comparison_of_shifted_rational_functions_survives_sampling():
    rng = np.random.default_rng(21)
    proved = refuted = 0
    for _ in range(60):
        f, g = (polynomial(rng, (x, y), 3) / (1 + reduce(lambda a, b: a * b, (x, y))) for _ in range(2))
        decision = decide(below(g), f, rng, 1500)
        assert decision.verdict is not Verdict.UNDECIDED, (f, g, decision)
        proved += decision.verdict is Verdict.PROVED
        refuted += decision.verdict is Verdict.REFUTED
    assert proved >= 3
    assert refuted > 30
