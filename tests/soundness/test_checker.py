"""The checker refuses what is false, whatever proof is offered, and proofs that were tampered with."""

from dataclasses import replace

import numpy as np
import pytest
import sympy
from sympy import Integer, Max, Min, Rational, Symbol, cos, exp, floor, log, oo, pi, sin, sqrt

from wnverify.errors import DomainError
from wnverify.symbolic.claims import decide, decreasing, free_of, increasing
from wnverify.symbolic.goal import Goal
from wnverify.symbolic.proof.domain import Domain, box_of, domain_of
from wnverify.symbolic.proof.ranges import Place
from wnverify.symbolic.proof.tree import Proof
from wnverify.symbolic.proof.verify import AtMost, Bounded, Free, Moves, Tends, accepts, certified, explained
from wnverify.symbolic.prove import at_most
from wnverify.symbolic.region import Region
from wnverify.symbolic.sampling import draw, evaluate
from wnverify.verdict import Verdict

x, y, z = (Symbol(name, positive=True) for name in "xyz")
k = Symbol("k", integer=True, positive=True)
w = Symbol("w", real=True)
u = sympy.Dummy("u", positive=True)
UNIT = Domain(Integer(0), Integer(1), strict=True)
SIGNS, SAME = Proof("signs"), Proof("same")
SHIFT = Proof("shift", (Proof("coefficients"),), {"names": (x,)})

FALSE_INEQUALITIES = {
    "signs": (x, Integer(1), SIGNS),
    "same": (x, x + 1 - Rational(1, 10**30) - 1, SAME),
    "a pole in between": (Integer(0), 1 / (x - 1) ** 2 * (x - 1), SIGNS),
    "not real": (sqrt(x - 1), 1 + x, SIGNS),
    "a cut outside": (x, Integer(1), Proof("cut", (SIGNS, SIGNS), {"symbol": x, "at": Integer(-1)})),
    "a cut that leaves a gap": (
        (k - 2) ** 2, (k - 2) ** 4, Proof("cut", (SIGNS, SIGNS), {"symbol": k, "at": Rational(3, 2)})
    ),
    "half the cases": (Max(x, y), x, Proof("case", (SAME,), {"node": Max(x, y)})),
    "the wrong winner": (Max(x, 1), x, Proof("which", (SAME,), {"node": Max(x, 1), "by": x})),
    "weakened the wrong way": (x, Min(x, 1), Proof("weaken", (SAME,), {"node": Min(x, 1), "by": x, "upward": True})),
    "beyond the range of the part": (
        (x - 2) ** 2 / 2,
        (Min(x, 1) - 2) ** 2 / 2,
        Proof("weaken", (SAME,), {"node": Min(x, 1), "by": x, "upward": True}),
    ),
    "a negative factor": (-x, -2 * x, Proof("factor", (SIGNS,), {"common": (-x,)})),
    "terms used twice": (2 * x, x + 0, Proof("terms", (SAME, SAME), {"pairs": ((x, x), (x, x))})),
    "squares of negative numbers": (w**2, (w + 1) ** 2, Proof("power", (SIGNS,))),
    "a tangent where it is none": (
        sin(w), w, Proof("weaken", (SAME,), {"node": sin(w), "by": w, "upward": True})
    ),
    "coefficients of both signs": (x, x**2, SHIFT),
    "growth from a negative start": (Integer(1), x, Proof("grow", (SIGNS, SIGNS), {"symbol": x})),
    "growth over a jump": (
        Integer(0), 1 + x - 2 * floor(x), Proof("grow", (SIGNS, SIGNS), {"symbol": x})
    ),
    "a symbol for too little": (
        x, Integer(1), Proof("abstract", (SIGNS,), {"node": x, "mover": u, "domain": UNIT})
    ),
    "a symbol of which more is assumed": (
        w**2, w, Proof("abstract", (SIGNS,), {"node": w, "mover": u, "domain": Domain()})
    ),
    "no rule": (x, Integer(1), Proof("believe me")),
    "no parts": (x, Integer(1), Proof("cut", (), {"symbol": x, "at": Integer(1)})),
    "no data": (x, Integer(1), Proof("cut", (SIGNS, SIGNS))),
}  # fmt: skip


@pytest.mark.parametrize("name", FALSE_INEQUALITIES)
def test_no_proof_of_a_false_inequality_is_accepted(name):
    lhs, rhs, proof = FALSE_INEQUALITIES[name]
    assert not accepts(AtMost(lhs, rhs), box_of([lhs, rhs]), proof)


RISING = Proof("derivative", (SIGNS,), {"rises": True})
FALSE_STATEMENTS = {
    "a pole": Moves(1 / (2 - x), x, True),
    "a fall": Moves(x - x**2 / 10**7, x, True),
    "another symbol": Free(x + y, x),
    "the wrong limit": Tends((1 + 1 / x) ** x, x, oo, sympy.E + Rational(1, 10**20)),
    "no limit": Tends(sin(pi * x), x, oo, Integer(0)),
    "no limit of a wave": Tends(cos(x), x, oo, Integer(1)),
    "half a limit": Tends(sqrt(x**2 + x) - x, x, oo, Integer(1)),
    "growth": Bounded(log(1 + x), x),
    "growth at 0": Bounded(1 / sqrt(x), x),
    "a pole inside": Bounded(1 / (x - 1) ** 2, x),
    "a jump to infinity": Bounded(1 / (1 - (x - floor(x))), x),
}
OFFERED = (
    SIGNS, Proof("trend"), Proof("trend", facts=((1 / (2 - x), RISING), (x - x**2 / 10**7, RISING))),
    Proof("steps", (SIGNS,)), Proof("absent"), Proof("growth"), Proof("growth", data={"form": "quotient"}),
    Proof("expansion"),
    Proof("both", (SAME, SAME), {"later": sympy.Dummy("x", positive=True)}),
)  # fmt: skip


@pytest.mark.parametrize("name", FALSE_STATEMENTS)
def test_no_proof_of_a_false_statement_is_accepted(name):
    statement = FALSE_STATEMENTS[name]
    assert not any(accepts(statement, box_of([statement.expr]), proof) for proof in OFFERED)


PROVED = [
    (2 * sqrt(x * y), x + y),
    (Min(x, x**2), x),
    (x / (1 + x), 1 - exp(-x)),
    (log(1 + x * y), x * y),
    (sin(pi / (2 * k)), pi / (2 * k)),
    (x + sqrt(x**2 + 4 * y), 2 * x + 2 * sqrt(y)),
    ((x * y * z) ** Rational(1, 3), (x + y + z) / 3),
]


@pytest.mark.parametrize("pair", PROVED, ids=str)
def test_a_proof_serves_no_stronger_statement(pair):
    lhs, rhs = pair
    box = box_of([lhs, rhs])
    proof = at_most(Goal(lhs, rhs, Region(box)))
    assert accepts(AtMost(lhs, rhs), box, proof)
    assert not accepts(AtMost(rhs, lhs), box, proof)
    assert not accepts(AtMost(lhs + Rational(1, 10**12) * (1 + lhs), rhs), box, proof)
    told = explained(certified(AtMost(lhs, rhs), box, proof))
    assert told[0].startswith("for ")
    assert len(told) > 1


@pytest.mark.parametrize("pair", PROVED, ids=str)
def test_a_tampered_proof_is_refused_or_still_proves_what_is_true(pair):
    lhs, rhs = pair
    box = box_of([lhs, rhs])
    proof = at_most(Goal(lhs, rhs, Region(box)))
    for changed in tampered(proof):
        assert not accepts(AtMost(rhs, lhs), box, changed)


def tampered(proof):
    yield replace(proof, parts=proof.parts[1:])
    yield replace(proof, parts=(SAME,) * max(1, len(proof.parts)))
    yield replace(proof, data={})
    for rule in ("same", "signs", "shift", "coefficients", "terms", "grow"):
        yield replace(proof, rule=rule)
    for index, part in enumerate(proof.parts):
        for changed in tampered(part):
            yield replace(proof, parts=(*proof.parts[:index], changed, *proof.parts[index + 1 :]))


@pytest.mark.parametrize(
    "expr",
    [x + 1 / x, 1 - exp(-x), sin(pi / (4 * k + 2)), cos(w) * x, x**y, 2 ** (-x), (1 + 1 / k) ** k, floor(x) - x,
     w**3 - w, sympy.tanh(w) * sympy.atan(x), Max(w, -1) * Min(x, 2), sympy.acos(1 / (1 + x)), sympy.erfc(w),
     sympy.cosh(w), abs(w) - 1],
    ids=str,
)  # fmt: skip
def test_ranges_hold_every_sampled_value(expr):
    box = box_of([expr])
    found = Place(box).range(expr)
    values = evaluate(expr, draw(box, np.random.default_rng(0), 2000))
    values = values[np.isfinite(values)]
    slack = 1e-9 * (1 + np.abs(values))
    assert np.all(values >= float(found.low) - slack)
    assert np.all(values <= float(found.high) + slack)


@pytest.mark.parametrize(
    "expr", [1 / (x - 1), sqrt(x - 1), log(w), 1 / w, sympy.asin(x), sympy.tan(x), w ** Rational(1, 3)], ids=str
)
def test_what_may_be_undefined_has_no_range(expr):
    assert Place(box_of([expr])).range(expr) is None


@pytest.mark.parametrize(
    "facts",
    [{"even": True}, {"prime": True}, {"negative": True}, {"nonzero": True, "real": True}, {"irrational": True}],
    ids=str,
)
def test_assumptions_that_no_domain_expresses_are_refused(facts):
    with pytest.raises(DomainError, match=next(iter(facts))):
        domain_of(Symbol("s", **facts))


def test_a_replacement_outside_the_domain_is_named():
    for given in ({x: -y}, {k: k / 2}, {k: k - 1}, {x: x - 1}):
        decision = decide(increasing(y, of=y * x * k, given=given), Integer(0), np.random.default_rng(0), 200)
        assert decision.verdict is Verdict.ERROR
        assert str(next(iter(given))) in decision.reason


def test_an_absent_symbol_is_named():
    decision = decide(decreasing(y, of=1 / x), Integer(0), np.random.default_rng(0), 200)
    assert decision.verdict is Verdict.ERROR
    assert "y" in decision.reason
    assert decide(free_of(y, of=1 / x), Integer(0), np.random.default_rng(0), 200).verdict is Verdict.PROVED
