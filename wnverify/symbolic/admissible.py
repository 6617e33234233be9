"""What is said of a bound, decided where the hypotheses hold: a violation only outside of them is none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import islice

import numpy as np
import sympy

from wnverify.claim import Claim, Relation
from wnverify.errors import DomainError
from wnverify.symbolic.claims import decide, real_and_nonnegative
from wnverify.symbolic.hunt import above, first_failure, undefined_at
from wnverify.symbolic.hypotheses import Standing, confined, kept, narrowed, point_of, standing, suspects
from wnverify.symbolic.kinds import BoundClaim, Decision
from wnverify.symbolic.proof.domain import Point, box_of
from wnverify.symbolic.proof.rewrite import operations
from wnverify.symbolic.region import Region
from wnverify.verdict import Verdict

ZERO = sympy.Integer(0)
SHORT = 60
"""Operations of a claim up to which it is looked at whether it says anything."""
LOOKED_AT = 60
"""Sampled points at which balls are asked whether the bound is negative or no number."""


def says_nothing(claim: Claim) -> str:
    """Why a claim says nothing about any instance, as its formulas alone settle it; empty if it does say something.

    >>> x = sympy.Symbol("x", nonnegative=True)
    >>> says_nothing(Claim(x, "<=", x + 1)), says_nothing(Claim(x, "<=", 2 * x - 1))
    ('it holds for all numbers in the domains of its symbols', '')
    """
    small, large = claim.main.oriented(claim.lhs, claim.rhs)
    if operations(small) + operations(large) > SHORT:
        return ""
    if _fails_somewhere(small, large, claim.relation == "="):
        return ""
    gap, strict = sympy.expand(large - small), claim.main.is_strict
    if gap == 0:
        return "" if strict else "both sides are the same expression"
    try:
        region = Region(box_of([gap]))
        holds = claim.relation != "=" and (region.positive(gap) if strict else region.nonnegative(gap))
    except DomainError:
        holds = False
    return "it holds for all numbers in the domains of its symbols" if holds else ""


def _fails_somewhere(small: sympy.Expr, large: sympy.Expr, both_ways: bool) -> bool:
    """Whether sampled numbers in the domains of the symbols break small ≤ large (both ways: small = large)."""
    try:
        region = Region(box_of([small, large]))
        holds = region.plausible(small, large) and (not both_ways or region.plausible(large, small))
    except DomainError:
        return False
    return not holds


def decide_sign(claim: Claim, rng: np.random.Generator, samples: int) -> tuple[Decision, Point]:
    """Whether the right side is real and ≥ 0 wherever the hypotheses about its symbols hold.

    Returns:
        The decision, and the point that refutes it; no point if nothing does.
    """
    wide = real_and_nonnegative(claim.rhs, rng, samples)
    if wide.verdict is not Verdict.REFUTED or not wide.witness:
        return wide, {}
    given, smaller = _given(claim), _narrowed(claim, claim.rhs.free_symbols)
    bound = claim.rhs.xreplace(smaller)
    found = real_and_nonnegative(bound, rng, samples) if smaller else wide
    if found.verdict is not Verdict.REFUTED or not found.witness:
        return _inside(found), {}
    point = _point(found.witness, bound.free_symbols)
    relations = [relation.substitute(smaller) for relation in given]
    if point and standing(relations, point, rng) is Standing.MET:
        return found, point
    return _elsewhere(bound, relations, rng, samples)


def decide_about(about: BoundClaim, claim: Claim, rng: np.random.Generator, samples: int) -> Decision:
    """Decide a claim about the bound; a witness counts only if it meets the hypotheses about its symbols."""
    wide = decide(about, claim.rhs, rng, samples)
    if wide.verdict not in (Verdict.REFUTED, Verdict.ERROR) or not wide.witness:
        return wide
    whole = claim.rhs if about.of is None else sympy.sympify(about.of)
    smaller = _narrowed(claim, whole.free_symbols - kept(about))
    found = decide(confined(about, smaller), claim.rhs.xreplace(smaller), rng, samples) if smaller else wide
    if not found.witness:
        return _inside(found)
    met = [standing(_given(claim), point, rng) for point in _points(about, found.witness, whole.free_symbols)]
    if not all(each is Standing.MET for each in met):
        why = "a hypothesis fails" if Standing.BROKEN in met else "it is not known whether every hypothesis can hold"
        reason = f"{found.reason}, but there {why}"
        return replace(found, verdict=Verdict.UNDECIDED, reason=reason)
    return found


def _given(claim: Claim) -> list[Relation]:
    return list(claim.given.values())


def _narrowed(claim: Claim, symbols: set[sympy.Symbol]) -> dict[sympy.Symbol, sympy.Symbol]:
    try:
        return narrowed(claim.given.values(), symbols)
    except DomainError:
        return {}


def _inside(found: Decision) -> Decision:
    return replace(found, reason=f"where the hypotheses about its symbols hold: {found.reason}")


def _point(witness: Mapping[str, str], symbols: set[sympy.Symbol]) -> Point:
    try:
        return point_of(witness, symbols)
    except (TypeError, ValueError):  # a point of which only roots or limits are told
        return {}


def _points(about: BoundClaim, witness: Mapping[str, str], symbols: set[sympy.Symbol]) -> list[Point]:
    """What a witness says of the bound's own symbols: its point, and that of the later value compared with it."""
    moved = {name.rstrip("′"): value for name, value in witness.items() if name.endswith("′")}
    return [_own(about, told, symbols) for told in (witness, *([{**witness, **moved}] if moved else []))]


def _own(about: BoundClaim, witness: Mapping[str, str], symbols: set[sympy.Symbol]) -> Point:
    """A point with what the claim has put in place of a symbol made the value of that symbol."""
    new = {symbol: sympy.sympify(value) for symbol, value in (about.given or {}).items()}
    point = _point(witness, symbols.union(*(value.free_symbols for value in new.values())))
    replaced = {symbol: value.xreplace(point) for symbol, value in new.items()}
    return {symbol: value for symbol, value in {**point, **replaced}.items() if not value.free_symbols}


def _elsewhere(
    bound: sympy.Expr, relations: Sequence[Relation], rng: np.random.Generator, samples: int
) -> tuple[Decision, Point]:
    """Look for another witness among points that meet the hypotheses; without one the instances decide."""
    negative, broken = above(ZERO, bound), undefined_at([bound])
    for point in islice(suspects(relations, bound, rng, samples), LOOKED_AT):
        witness = first_failure([point], negative) or first_failure([point], broken)
        if witness:
            return Decision(Verdict.REFUTED, "a certified point violates it", witness=witness), point
    reason = "not on the whole box of its symbols; no violation was found where the hypotheses hold"
    return Decision(Verdict.HELD, f"{reason}, and the instances decide"), {}
