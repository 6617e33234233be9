"""The shift argument for inequalities: make both sides rational, soundly, then shift to the positive orthant."""

from __future__ import annotations

import sympy

from wnverify.symbolic.goal import Goal, pulls, replaced, undefined
from wnverify.symbolic.interval import UnknownSignError
from wnverify.symbolic.opaque import choices, opaque_parts, sides
from wnverify.symbolic.orthant import Bounds, TooHardError, fraction, frame_of
from wnverify.symbolic.polynomials import fraction_is_nonnegative
from wnverify.symbolic.proof.domain import Domain
from wnverify.symbolic.proof.tree import Proof

HALF = sympy.Rational(1, 2)


def by_shift(goal: Goal) -> Proof | None:
    """Bound what is not rational, by monotonicity where possible; then shift."""
    if (change := _affine_root(goal)) is not None:
        new, data = change
        found = _bounded_and_shifted(new)
        return None if found is None else Proof("unroot", (found,), data)
    return _bounded_and_shifted(goal)


def _bounded_and_shifted(goal: Goal) -> Proof | None:
    parts = sorted(set(opaque_parts(goal.lhs)) | set(opaque_parts(goal.rhs)), key=sympy.default_sort_key)
    for part in parts:
        lower, upper = sides(part, goal.region)
        for ends, upward in ((upper, True), (lower, False)):
            if found := _one_bounded(goal, part, ends, upward):
                return found
    return next(filter(None, (_certified(goal, bounds) for bounds in choices(parts, goal.region))), None)


def _one_bounded(goal: Goal, part: sympy.Expr, ends: list[sympy.Expr], upward: bool) -> Proof | None:
    """A bound in place of the part, where that makes the goal harder."""
    for end in ends:
        if end.is_infinite or not pulls(goal, part, end, upward=upward):
            continue
        new = replaced(goal, part, end)
        if _sane(new) and (found := by_shift(new)):
            return Proof("weaken", (found,), {"node": part, "by": end, "upward": upward})
    return None


def _sane(goal: Goal) -> bool:
    return not undefined(goal) and goal.region.plausible(goal.lhs, goal.rhs)


def _certified(goal: Goal, bounds: Bounds) -> Proof | None:
    try:
        gap = goal.rhs - goal.lhs
        frame = frame_of([gap], goal.region, bounds, goal.effort)
        found = fraction_is_nonnegative(fraction(gap, frame), frame)
    except (TooHardError, UnknownSignError):
        return None
    data = {"names": frame.names, "roots": dict(frame.roots), "bounds": dict(frame.bounds)}
    return None if found is None else Proof("shift", (found,), {name: value for name, value in data.items() if value})


def _affine_root(goal: Goal) -> tuple[Goal, dict[str, sympy.Expr]] | None:
    """Where √(a·x + b) occurs, but no other root of x: y = √(a·x + b) takes the place of x."""
    roots = goal.lhs.atoms(sympy.Pow) | goal.rhs.atoms(sympy.Pow)
    for root in sorted(roots, key=sympy.default_sort_key):
        inner = root.base
        if abs(root.exp) == HALF and inner.is_Add and len(inner.free_symbols) == 1:
            symbol = next(iter(inner.free_symbols))
            slope = sympy.diff(inner, symbol)
            if (
                slope.is_Rational
                and slope > 0
                and not any(r.base == symbol and r.exp.q > 1 for r in roots if r.exp.is_Rational)
            ):
                return _in_terms_of_root(goal, inner, symbol)
    return None


def _in_terms_of_root(
    goal: Goal, inner: sympy.Expr, symbol: sympy.Symbol
) -> tuple[Goal, dict[str, sympy.Expr]] | None:
    domain = goal.region.box[symbol]
    low, high = (inner.xreplace({symbol: end}) for end in (domain.low, domain.high))
    if domain.integer or not goal.region.nonnegative(inner):
        return None
    y = sympy.Dummy(f"root_{symbol.name}", nonnegative=True)
    slope = sympy.diff(inner, symbol)
    back = {symbol: sympy.expand((y**2 - inner.xreplace({symbol: sympy.Integer(0)})) / slope)}
    roots = {sympy.sqrt(inner): y, 1 / sympy.sqrt(inner): 1 / y}
    lhs, rhs = (side.xreplace(roots).xreplace(back) for side in (goal.lhs, goal.rhs))
    region = goal.region.with_domain(y, Domain(sympy.sqrt(low), sympy.sqrt(high), domain.strict))
    return goal.sub(lhs, rhs, region), {"symbol": symbol, "inner": inner, "root": y}
