"""Goals: an inequality on a region, with the work still allowed, and what its parts do to it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import sympy

from wnverify.symbolic.interval import hull
from wnverify.symbolic.orthant import Effort
from wnverify.symbolic.proof.domain import Domain
from wnverify.symbolic.region import Region
from wnverify.symbolic.trend import trend

STAND_IN = sympy.Dummy("node", real=True)


@dataclass(frozen=True)
class Goal:
    """`lhs ≤ rhs` on a region, with the work and the nesting of cases still allowed."""

    lhs: sympy.Expr
    rhs: sympy.Expr
    region: Region
    effort: Effort = field(default_factory=Effort)
    depth: int = 7

    def sub(self, lhs: sympy.Expr, rhs: sympy.Expr, region: Region | None = None) -> Goal:
        """A smaller goal that shares the allowed work."""
        return replace(self, lhs=lhs, rhs=rhs, region=region or self.region, depth=self.depth - 1)


def undefined(goal: Goal) -> bool:
    """Whether a side has run into a pole."""
    return any(side.has(sympy.zoo, sympy.nan, sympy.oo, -sympy.oo) for side in (goal.lhs, goal.rhs))


def replaced(goal: Goal, node: sympy.Expr, part: sympy.Expr) -> Goal:
    """The goal with another expression in place of a part."""
    return goal.sub(goal.lhs.xreplace({node: part}), goal.rhs.xreplace({node: part}))


def standing_for(node: sympy.Expr, region: Region) -> tuple[sympy.Symbol, Domain] | None:
    """A new symbol for a part, and the domain that holds every value of the part."""
    hull = region.enclose(node)
    if hull is None or (hull.low.value.is_infinite and hull.high.value.is_infinite):
        return None
    positive = hull.positive
    mover = sympy.Dummy("u", positive=True) if positive else sympy.Dummy("u", real=True)
    strict = hull.low.open and bool(hull.low.value.is_finite)
    if positive and hull.low.value == 0 and not strict:
        return None
    return mover, Domain(hull.low.value, hull.high.value, strict)


def pulls(goal: Goal, node: sympy.Expr, by: sympy.Expr, *, upward: bool) -> bool:
    """Whether rhs − lhs falls as the node moves up (or down) to its bound `by`."""
    near, far = goal.region.enclose(node), goal.region.enclose(by)
    if near is None or far is None:
        return False
    low, high = hull([near, far])
    region = goal.region.with_domain(STAND_IN, Domain(low.value, high.value, low.open))
    left = trend(goal.lhs.xreplace({node: STAND_IN}), STAND_IN, region)
    right = trend(goal.rhs.xreplace({node: STAND_IN}), STAND_IN, region)
    return (left.rises and right.falls) if upward else (left.falls and right.rises)
