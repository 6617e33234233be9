"""The checker on inequalities: whether a proof shows lhs ≤ rhs at every point of a box at which both are defined.

"Defined" means with all their parts. A rule that keeps the value of every part at the point (a case, a cut, like
terms) needs no more; a rule that puts something else in (a bound, a derivative) shows that it is defined.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import sympy

from wnverify.symbolic.proof.domain import Domain
from wnverify.symbolic.proof.quotients import quotient_is_nonnegative
from wnverify.symbolic.proof.ranges import Place, end
from wnverify.symbolic.proof.rewrite import factored
from wnverify.symbolic.proof.tangents import bounds
from wnverify.symbolic.proof.trace import silence, step
from wnverify.symbolic.proof.tree import Proof
from wnverify.symbolic.proof.trends import Walk, smooth
from wnverify.symbolic.proof.words import goal_words

ZERO = sympy.Integer(0)
REAL = Domain()


@dataclass(frozen=True)
class _Goal:
    lhs: sympy.Expr
    rhs: sympy.Expr
    place: Place
    proof: Proof

    def get(self, name: str) -> Any:
        return self.proof.data[name]

    def part(self, lhs: sympy.Expr, rhs: sympy.Expr, place: Place | None = None, index: int = 0) -> bool:
        """Whether a part of the proof shows a smaller goal."""
        return holds(lhs, rhs, place or self.place, self.proof.parts[index])


def holds(lhs: sympy.Expr, rhs: sympy.Expr, place: Place, proof: Proof) -> bool:
    """Whether the proof shows lhs ≤ rhs wherever both are defined."""
    rule = _RULES.get(proof.rule)
    if rule is None:
        return False
    goal = _Goal(lhs, rhs, place, proof)
    return step(lambda trace: goal_words(trace, lhs, rhs, place, proof), lambda: rule(goal))


def _same(goal: _Goal) -> bool:
    return goal.lhs == goal.rhs or sympy.expand(goal.rhs - goal.lhs) == 0


def _signs(goal: _Goal) -> bool:
    place = goal.place
    return place.nonnegative(goal.rhs - goal.lhs) or (place.nonpositive(goal.lhs) and place.nonnegative(goal.rhs))


# ---- the same values, in pieces


def _cut(goal: _Goal) -> bool:
    symbol, at = goal.get("symbol"), goal.get("at")
    halves = divided(goal.place.box[symbol], at)
    return len(halves) == len(goal.proof.parts) == 2 and all(
        goal.part(goal.lhs, goal.rhs, goal.place.on(symbol, half), index) for index, half in enumerate(halves)
    )


def divided(domain: Domain, at: sympy.Expr) -> list[Domain]:
    """The two halves of a domain; none if the number is not known to lie in it."""
    place = end(at)
    if at.is_infinite or not (end(domain.low) <= place <= end(domain.high)):
        return []
    if not domain.integer:
        return [replace(domain, high=at), replace(domain, low=at, strict=False)]
    return [replace(domain, high=at), replace(domain, low=at + 1, strict=False)] if at.is_Integer else []


def _choices(node: sympy.Expr) -> tuple[sympy.Expr, ...]:
    """The values of which a minimum, a maximum or an absolute value is one."""
    if isinstance(node, sympy.Abs):
        return node.args[0], -node.args[0]
    return tuple(node.args) if isinstance(node, sympy.Min | sympy.Max) else ()


def _case(goal: _Goal) -> bool:
    node = goal.get("node")
    choices = _choices(node)
    # inside a sum one term may be the first argument and another the second
    if not choices or len(choices) != len(goal.proof.parts) or not node.free_symbols <= set(goal.place.box):
        return False
    sides = [(goal.lhs.xreplace({node: part}), goal.rhs.xreplace({node: part})) for part in choices]
    return all(goal.part(lhs, rhs, index=index) for index, (lhs, rhs) in enumerate(sides))


def _which(goal: _Goal) -> bool:
    node, part = goal.get("node"), goal.get("by")
    choices = _choices(node)
    if part not in choices:
        return False
    sign = 1 if isinstance(node, sympy.Min) else -1
    others = [factored(sign * (other - part)) for other in choices if other != part]
    if not all(goal.place.nonnegative(gap) for gap in others):
        return False
    return goal.part(goal.lhs.xreplace({node: part}), goal.rhs.xreplace({node: part}))


def _sorted(goal: _Goal) -> bool:
    """First ≥ second, then second ≥ first: the larger is the smaller plus a new symbol ≥ 0."""
    first, second, gap = goal.get("first"), goal.get("second"), goal.get("gap")
    domains = [goal.place.box[symbol] for symbol in (first, second)]
    whole = all(domain.integer for domain in domains)
    domain = Domain(ZERO, sympy.oo, integer=whole)
    if first == second or len(goal.proof.parts) != 2 or not goal.place.is_fresh(gap, domain):
        return False
    place = goal.place.on(gap, domain)
    moves = ({first: second + gap}, {second: first + gap})
    sides = [(goal.lhs.xreplace(move), goal.rhs.xreplace(move)) for move in moves]
    return all(goal.part(lhs, rhs, place, index) for index, (lhs, rhs) in enumerate(sides))


def _swap(goal: _Goal) -> bool:
    """Other forms of the two sides, with the same difference wherever both are defined."""
    lhs, rhs = goal.get("lhs"), goal.get("rhs")
    same = sympy.expand(lhs - goal.lhs) == 0 and sympy.expand(rhs - goal.rhs) == 0
    return same and goal.place.defined(lhs, rhs) and goal.part(lhs, rhs)


def _unroot(goal: _Goal) -> bool:
    """y = √(a·x + b) with a > 0 takes the place of x."""
    symbol, inner, root = goal.get("symbol"), goal.get("inner"), goal.get("root")
    slope = sympy.diff(inner, symbol)
    domain = goal.place.box[symbol]
    low, high = (inner.xreplace({symbol: number}) for number in (domain.low, domain.high))
    affine = slope.is_Rational and slope > 0 and inner.free_symbols == {symbol}
    if domain.integer or not affine or not end(low) >= 0:
        return False
    back = {symbol: sympy.expand((root**2 - inner.xreplace({symbol: ZERO})) / slope)}
    forth = {sympy.sqrt(inner): root, 1 / sympy.sqrt(inner): 1 / root}
    lhs, rhs = (side.xreplace(forth).xreplace(back) for side in (goal.lhs, goal.rhs))
    roots = Domain(sympy.sqrt(low), sympy.sqrt(high), domain.strict)
    return goal.place.is_fresh(root, roots) and goal.part(lhs, rhs, goal.place.on(root, roots))


# ---- like terms


def _factor(goal: _Goal) -> bool:
    """Common factors ≥ 0, taken out of both products."""
    left, right = list(sympy.Mul.make_args(goal.lhs)), list(sympy.Mul.make_args(goal.rhs))
    for factor in goal.get("common"):
        if factor not in left or factor not in right or not goal.place.nonnegative(factor):
            return False
        left.remove(factor)
        right.remove(factor)
    return goal.part(sympy.Mul(*left), sympy.Mul(*right))


def _scale(goal: _Goal) -> bool:
    number = goal.get("number")
    return bool(number.is_Rational and number > 0) and goal.part(goal.lhs / number, goal.rhs / number)


def _terms(goal: _Goal) -> bool:
    """Pairs of terms in order; what is left on the right exceeds what is left on the left."""
    pairs = goal.get("pairs")
    rest = goal.rhs - goal.lhs + sympy.Add(*(a - b for a, b in pairs))
    if len(pairs) != len(goal.proof.parts) or not goal.place.nonnegative(rest):
        return False
    left, right = sympy.Add.make_args(goal.lhs), sympy.Add.make_args(goal.rhs)
    known = all(a in left and b in right for a, b in pairs)
    return known and all(goal.part(a, b, index=index) for index, (a, b) in enumerate(pairs))


def _power(goal: _Goal) -> bool:
    lhs, rhs = goal.lhs, goal.rhs
    if not (lhs.is_Pow and rhs.is_Pow and lhs.exp == rhs.exp and lhs.exp.is_Rational):
        return False
    if lhs.exp > 0:
        return goal.place.nonnegative(lhs.base) and goal.part(lhs.base, rhs.base)
    return goal.place.positive(rhs.base) and goal.part(rhs.base, lhs.base)


def _function(goal: _Goal) -> bool:
    rising = isinstance(goal.lhs, sympy.exp | sympy.log | sympy.atan | sympy.tanh)
    return rising and goal.lhs.func == goal.rhs.func and goal.part(goal.lhs.args[0], goal.rhs.args[0])


def _logarithms(goal: _Goal) -> bool:
    """exp g ≤ r for r > 0 if g ≤ log r."""
    known = isinstance(goal.lhs, sympy.exp) and goal.place.positive(goal.rhs)
    return known and goal.part(goal.lhs.args[0], sympy.log(goal.rhs))


# ---- bounds of parts, and growth


def _weaken(goal: _Goal) -> bool:
    """rhs − lhs falls as the part moves to its bound, so that the inequality with the bound is the stronger one."""
    node, by, upward = goal.get("node"), goal.get("by"), goal.get("upward")
    near, far = goal.place.range(node), goal.place.range(by)
    if near is None or far is None or not bounds(node, by, goal.place, upward=upward):
        return False
    mover = sympy.Dummy("mover", real=True)
    place = goal.place.on(mover, REAL).learn(mover, near.hull(far))
    left, right = (side.xreplace({node: mover}) for side in (goal.lhs, goal.rhs))
    if not place.defined(left, right):
        return False
    walk = Walk(mover, place, holds)
    way = 0 if upward else 1
    with silence():
        harder = walk.trend(left)[way] and walk.trend(right)[1 - way]
    return harder and goal.part(goal.lhs.xreplace({node: by}), goal.rhs.xreplace({node: by}))


def _abstract(goal: _Goal) -> bool:
    """A part gives way to a symbol that takes every value that the part can take."""
    node, mover, domain = goal.get("node"), goal.get("mover"), goal.get("domain")
    place = goal.place.standing_for(node, mover, domain)
    lhs, rhs = (side.xreplace({node: mover}) for side in (goal.lhs, goal.rhs))
    return place is not None and goal.part(lhs, rhs, place)


def _grow(goal: _Goal) -> bool:
    """The gap is ≥ 0 at the lower end of a symbol, and does not fall from there on."""
    symbol, gap = goal.get("symbol"), goal.rhs - goal.lhs
    low = goal.place.box[symbol].low
    closed = goal.place.forget(symbol).on(symbol, replace(goal.place.box[symbol], strict=False, integer=False))
    inner = closed.interior(symbol)
    slope = sympy.diff(gap, symbol)
    if low.is_infinite or not smooth(gap) or not closed.defined(gap) or not inner.defined(slope):
        return False
    return goal.part(ZERO, gap.xreplace({symbol: low})) and goal.part(ZERO, slope, inner, index=1)


def _shift(goal: _Goal) -> bool:
    return quotient_is_nonnegative(goal.rhs - goal.lhs, goal.place, goal.proof)


_RULES: Mapping[str, Callable[[_Goal], bool]] = {
    "same": _same,
    "signs": _signs,
    "cut": _cut,
    "case": _case,
    "which": _which,
    "swap": _swap,
    "unroot": _unroot,
    "factor": _factor,
    "scale": _scale,
    "terms": _terms,
    "power": _power,
    "function": _function,
    "logarithms": _logarithms,
    "weaken": _weaken,
    "grow": _grow,
    "abstract": _abstract,
    "sorted": _sorted,
    "shift": _shift,
}
