"""The shift argument for inequalities: make both sides rational, soundly, then shift to the positive orthant."""

from __future__ import annotations

import sympy

from wnverify.symbolic.domain import Domain
from wnverify.symbolic.goal import Goal, pulls, replaced, undefined
from wnverify.symbolic.interval import UnknownSignError
from wnverify.symbolic.opaque import choices, opaque_parts, sides
from wnverify.symbolic.orthant import Bounds, TooHardError, fraction, frame_of
from wnverify.symbolic.polynomials import fraction_is_nonnegative

HALF = sympy.Rational(1, 2)


def by_shift(goal: Goal) -> str:
    """Bound what is not rational, by monotonicity where possible; then shift."""
    goal = _without_affine_root(goal)
    parts = sorted(set(opaque_parts(goal.lhs)) | set(opaque_parts(goal.rhs)), key=sympy.default_sort_key)
    for part in parts:
        lower, upper = sides(part, goal.region)
        for ends, upward in ((upper, True), (lower, False)):
            if pulls(goal, part, upward=upward):
                swapped = (replaced(goal, part, end) for end in ends if not end.is_infinite)
                return next(filter(None, (by_shift(new) for new in swapped if _sane(new))), "")
    return "shift certificate" if any(_certified(goal, bounds) for bounds in choices(parts, goal.region)) else ""


def _sane(goal: Goal) -> bool:
    return not undefined(goal) and goal.region.plausible(goal.lhs, goal.rhs)


def _certified(goal: Goal, bounds: Bounds) -> bool:
    try:
        gap = goal.rhs - goal.lhs
        frame = frame_of([gap], goal.region, bounds, goal.effort)
        return fraction_is_nonnegative(fraction(gap, frame), frame)
    except (TooHardError, UnknownSignError):
        return False


def _without_affine_root(goal: Goal) -> Goal:
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
    return goal


def _in_terms_of_root(goal: Goal, inner: sympy.Expr, symbol: sympy.Symbol) -> Goal:
    domain = goal.region.box[symbol]
    low, high = (inner.xreplace({symbol: end}) for end in (domain.low, domain.high))
    if not goal.region.nonnegative(inner):
        return goal
    y = sympy.Dummy(f"root_{symbol.name}", nonnegative=True)
    back = {symbol: sympy.solve(inner - y**2, symbol)[0]}
    roots = {sympy.sqrt(inner): y, 1 / sympy.sqrt(inner): 1 / y}
    lhs, rhs = (side.xreplace(roots).xreplace(back) for side in (goal.lhs, goal.rhs))
    return goal.sub(lhs, rhs, goal.region.with_domain(y, Domain(sympy.sqrt(low), sympy.sqrt(high), domain.strict)))
