"""Sums and products over an index: what is proved of them is true by brute force, and plain things are proved."""

from itertools import product

import numpy as np
import pytest
import sympy
from flint import arb
from hypothesis import given, settings
from hypothesis import strategies as st

from wnverify.symbolic.claims import below, decide, decreasing, increasing, real_and_nonnegative
from wnverify.symbolic.proof.domain import Domain, box_of
from wnverify.symbolic.proof.inequalities import holds
from wnverify.symbolic.proof.ranges import Place
from wnverify.symbolic.proof.tree import Proof
from wnverify.verdict import Verdict

L = sympy.Symbol("L", integer=True, positive=True)
s = sympy.Symbol("s", nonnegative=True)
t = sympy.Symbol("t", positive=True)
layer = sympy.Symbol("l", integer=True, nonnegative=True)
GEOMETRIC = sympy.Sum(s**layer, (layer, 0, L))


def verdict(claim, bound):
    return decide(claim, bound, np.random.default_rng(0), 300).verdict


@pytest.mark.parametrize(
    ("claim", "bound"),
    [
        (increasing(L), GEOMETRIC),
        (increasing(s), 2 * GEOMETRIC / t + 1),
        (decreasing(t), GEOMETRIC / t),
        (increasing(L), sympy.Product(1 + s * layer, (layer, 1, L))),
        (decreasing(L), sympy.Product(sympy.exp(-s * layer), (layer, 1, L))),
        (decreasing(L), -sympy.Sum(s * sympy.exp(-layer * t), (layer, 1, L))),
        (below(GEOMETRIC + t), GEOMETRIC),
    ],
    ids=str,
)
def test_what_is_plain_of_a_sum_is_proved(claim, bound):
    assert verdict(claim, bound) is Verdict.PROVED


def test_a_sum_of_terms_that_are_not_negative_is_real_and_not_negative():
    for bound in (GEOMETRIC, sympy.Sum(s**layer, (layer, 0, L - 1)), 2 * t * sympy.Product(s + layer, (layer, 0, L))):
        assert real_and_nonnegative(bound, np.random.default_rng(0), 300).verdict is Verdict.PROVED


@pytest.mark.parametrize(
    ("claim", "bound"),
    [
        (decreasing(L), GEOMETRIC),
        (increasing(L), sympy.Sum((s - 1) ** layer, (layer, 0, L))),
        (increasing(L), sympy.Product(s + layer - 1, (layer, 0, L))),
        (increasing(t), sympy.Sum((t - layer / 9) ** 2, (layer, 0, L))),
        (below(GEOMETRIC / 2), GEOMETRIC),
    ],
    ids=str,
)
def test_what_is_false_of_a_sum_is_not_proved(claim, bound):
    assert verdict(claim, bound) in (Verdict.REFUTED, Verdict.HELD, Verdict.UNDECIDED)


def test_a_case_must_not_be_taken_term_by_term():
    # Σ min(l, 3) over l ≤ 5 is 12, less than Σ l = 15 and Σ 3 = 18: one term is the first and another the second
    node = sympy.Min(layer, 3)
    total = sympy.Sum(node, (layer, 0, L))
    place = Place({L: Domain(sympy.Integer(5), sympy.Integer(5), integer=True)})
    parts = [Proof("signs")] * 2
    assert not holds(sympy.Integer(13), total, place, Proof("case", tuple(parts), {"node": node}))


TERMS = st.recursive(
    st.sampled_from([s, t, layer, layer - 1, 1 - s, sympy.Integer(2), sympy.Rational(1, 2), t - 1]),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda pair: pair[0] + pair[1]),
        st.tuples(inner, inner).map(lambda pair: pair[0] * pair[1]),
        inner.map(lambda part: sympy.exp(-part)),
        inner.map(lambda part: part**2),
        st.tuples(inner, inner).map(lambda pair: sympy.Min(*pair)),
        inner.map(lambda part: part**layer),
    ),
    max_leaves=3,
)
ENDS = st.sampled_from([L, L - 1, 2 * L, L + 1, 3 - L, sympy.Integer(3)])
POINTS = list(product((1, 2, 4), (0, sympy.Rational(1, 2), 1, 3), (sympy.Rational(1, 3), 1, 2)))


def brute(kind, term, end, start, point):
    """The value at a point by adding up; None where the sum ends before it begins."""
    at = dict(zip((L, s, t), map(sympy.sympify, point), strict=True))
    last = int(sympy.sympify(end).xreplace(at))
    if last < start - 1:
        return None
    parts = [term.xreplace({**at, layer: sympy.Integer(step)}) for step in range(start, last + 1)]
    return float(sympy.Add(*parts) if kind is sympy.Sum else sympy.Mul(*parts))


@settings(max_examples=60, deadline=None)
@given(st.sampled_from([sympy.Sum, sympy.Product]), TERMS, ENDS, st.sampled_from([0, 1]))
def test_every_value_lies_in_the_range_and_every_proved_trend_is_true(kind, term, end, start):
    bound = kind(term, (layer, start, end))
    values = {point: brute(kind, term, end, start, point) for point in POINTS}
    found = Place(box_of([L, s, t])).range(bound)
    if None in values.values():
        assert found is None
        return
    if found is not None:
        assert all(found.low - arb("1e-9") <= arb(value) <= found.high + arb("1e-9") for value in values.values())
    if L not in bound.free_symbols:
        return
    pairs = [(one, other) for one in POINTS for other in POINTS if one[0] < other[0] and one[1:] == other[1:]]
    rises = all(values[one] <= values[other] + 1e-9 * abs(values[one]) for one, other in pairs)
    assert rises or verdict(increasing(L), bound) is not Verdict.PROVED
