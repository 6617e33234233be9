"""Proofs of `lhs ≤ rhs` on a whole box: intervals, case splits, matching of like terms, shift certificates.

Every rule is sound by itself; a rule that fails, or runs out of its allowed work, says nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, TypeAlias

import sympy

from wnverify.symbolic.goal import Goal, pulls, replaced, standing_for, undefined
from wnverify.symbolic.interval import UnknownSignError, sign_of
from wnverify.symbolic.opaque import opaque_parts
from wnverify.symbolic.orthant import TooHardError
from wnverify.symbolic.proof.domain import Domain
from wnverify.symbolic.proof.inequalities import holds
from wnverify.symbolic.proof.rewrite import factored, operations
from wnverify.symbolic.proof.tree import Proof
from wnverify.symbolic.region import Region
from wnverify.symbolic.shift import by_shift

SIEVE = 1000
BUSH = 5
GROWN, SHORT = 5, 40
STEPPED = (sympy.Min, sympy.Max, sympy.Abs, sympy.floor, sympy.ceiling, sympy.sign)
ZERO = sympy.Integer(0)
Pairs: TypeAlias = list[tuple[sympy.Expr, sympy.Expr, Proof]]


def at_most(goal: Goal) -> Proof | None:
    """A proof of `lhs ≤ rhs` wherever both are defined; None if none was found.

    >>> x = sympy.Symbol("x", positive=True)
    >>> from wnverify.symbolic.proof.domain import box_of
    >>> at_most(Goal(2 * sympy.sqrt(x), 1 + x, Region(box_of([x])))).rule
    'shift'
    """
    try:
        return _prove(goal)
    except (TooHardError, UnknownSignError):
        return None


def _prove(goal: Goal) -> Proof | None:
    if goal.lhs == goal.rhs:
        return Proof("same")
    goal.effort.spend(SIEVE * (1 + operations(goal.lhs) + operations(goal.rhs)))
    if goal.depth < 0 or undefined(goal) or not goal.region.plausible(goal.lhs, goal.rhs):
        return None
    if _by_signs(goal) and holds(goal.lhs, goal.rhs, goal.region.place, Proof("signs")):
        return Proof("signs")
    if symbol := next((s for s, domain in goal.region.box.items() if _free(domain) and s in _symbols(goal)), None):
        return _each_half(goal, symbol)
    if extremes := _extremes(goal):
        return _by_cases(goal, min(extremes, key=sympy.default_sort_key))
    return next(filter(None, _attempts(goal)), None)


def _attempts(goal: Goal) -> Iterator[Proof | None]:
    rough = _has_radical(goal.lhs) or _has_radical(goal.rhs) or opaque_parts(goal.rhs)
    if not rough:
        yield by_shift(goal)
    yield _by_structure(goal)
    if rough:
        yield _by_split_roots(goal)
        yield by_shift(goal)
    yield _abstracted(goal)
    yield _grown(goal)
    yield _by_logarithms(goal)


def _by_signs(goal: Goal) -> bool:
    region = goal.region
    return region.nonnegative(goal.rhs - goal.lhs) or (region.nonpositive(goal.lhs) and region.nonnegative(goal.rhs))


def _symbols(goal: Goal) -> set[sympy.Symbol]:
    return set(goal.lhs.free_symbols | goal.rhs.free_symbols)


def _has_radical(expr: sympy.Expr) -> bool:
    return any(power.exp.is_Rational and power.exp.q > 1 and power.base.is_Add for power in expr.atoms(sympy.Pow))


# ---- cases


def _free(domain: Domain) -> bool:
    return bool(domain.low.is_infinite and domain.high.is_infinite)


def _each_half(goal: Goal, symbol: sympy.Symbol) -> Proof | None:
    return _in_two(goal, symbol, ZERO)


def _in_two(goal: Goal, symbol: sympy.Symbol, at: sympy.Expr) -> Proof | None:
    """Both halves of a domain, cut at a number inside."""
    at = sympy.floor(at) if goal.region.box[symbol].integer else at
    regions = _cut(goal.region, symbol, at)
    found = _all(_prove(goal.sub(goal.lhs, goal.rhs, region)) for region in regions)
    return Proof("cut", found, {"symbol": symbol, "at": at}) if found else None


def _all(proofs: Iterable[Proof | None]) -> tuple[Proof, ...]:
    """All of them, or nothing as soon as one is missing."""
    found = []
    for proof in proofs:
        if proof is None:
            return ()
        found.append(proof)
    return tuple(found)


def _extremes(goal: Goal) -> set[sympy.Expr]:
    """The innermost minima and maxima."""
    kinds = (sympy.Min, sympy.Max, sympy.Abs)
    found = goal.lhs.atoms(*kinds) | goal.rhs.atoms(*kinds)
    inside = {node for node in found if node.free_symbols <= set(goal.region.box)}  # an index has no one value
    return {node for node in inside if not any(part.has(*kinds) for part in node.args)}


def _choices(node: sympy.Expr) -> tuple[sympy.Expr, ...]:
    """The values of which the node is one."""
    return (node.args[0], -node.args[0]) if isinstance(node, sympy.Abs) else tuple(node.args)


def _by_cases(goal: Goal, node: sympy.Expr) -> Proof | None:
    """Decide a minimum or maximum: where its arguments cross, by monotonicity, or argument by argument."""
    if chosen := _winner(goal, node):
        return _then("which", _prove(replaced(goal, node, chosen)), node=node, by=chosen)
    for symbol, cut in _crossings(node, goal.region):
        return _in_two(goal, symbol, cut)
    up = isinstance(node, sympy.Min)  # an argument is at least the minimum
    for part in node.args if not isinstance(node, sympy.Abs) else ():
        if pulls(goal, node, part, upward=up) and (found := _prove(replaced(goal, node, part))):
            return _then("weaken", found, node=node, by=part, upward=up)
    if sum(part.is_Symbol for part in node.args) > 1 and (found := _either_order(goal, node)):
        return found
    proofs = _all(_prove(replaced(goal, node, part)) for part in _choices(node))
    return Proof("case", proofs, {"node": node}) if proofs else None


def _either_order(goal: Goal, node: sympy.Expr) -> Proof | None:
    """Two symbols of an extreme in either order: the larger is the smaller plus something ≥ 0."""
    first, second = [part for part in node.args if part.is_Symbol][:2]
    whole = all(goal.region.box[symbol].integer for symbol in (first, second))
    gap = sympy.Dummy("t", nonnegative=True, integer=True) if whole else sympy.Dummy("t", nonnegative=True)
    region = goal.region.with_domain(gap, Domain(ZERO, sympy.oo, integer=whole))
    moves = ({first: second + gap}, {second: first + gap})
    parts = _all(_prove(goal.sub(goal.lhs.xreplace(move), goal.rhs.xreplace(move), region)) for move in moves)
    return Proof("sorted", parts, {"first": first, "second": second, "gap": gap}) if parts else None


def _then(rule: str, proof: Proof | None, **data: Any) -> Proof | None:
    """One more step in front of a proof, if there is one."""
    return None if proof is None else Proof(rule, (proof,), data)


def _winner(goal: Goal, node: sympy.Expr) -> sympy.Expr | None:
    """The argument that is the minimum (maximum) on the whole region, if signs alone show it."""
    sign = 1 if isinstance(node, sympy.Min) else -1
    choices = _choices(node)
    for part in choices:
        if all(goal.region.nonnegative(factored(sign * (other - part))) for other in choices if other != part):
            return part
    return None


def _crossings(node: sympy.Expr, region: Region) -> Iterator[tuple[sympy.Symbol, sympy.Expr]]:
    """Points inside the domain of the only symbol of the node where two of its arguments meet."""
    if len(node.free_symbols) != 1:
        return
    symbol = next(iter(node.free_symbols))
    domain = region.box[symbol]
    first, *others = _choices(node)
    for other in others:
        difference = sympy.expand(first - other)
        if not difference.is_polynomial(symbol) or sympy.degree(difference, symbol) > 2:
            continue
        for root in sympy.roots(sympy.Poly(difference, symbol)):
            if root.is_real and sign_of(root - domain.low) > 0 and sign_of(domain.high - root) > 0:
                yield symbol, root


def _cut(region: Region, symbol: sympy.Symbol, cut: sympy.Expr) -> list[Region]:
    domain = region.box[symbol]
    left, right = replace(domain, high=cut), replace(domain, low=cut, strict=False)
    if domain.integer:
        left, right = replace(domain, high=cut), replace(domain, low=cut + 1)
    return [region.with_domain(symbol, half) for half in (left, right)]


# ---- a symbol for a part, and growth from an end


def _abstracted(goal: Goal) -> Proof | None:
    """The largest part that occurs on both sides becomes a symbol with its range for a domain."""
    shared = {part for part in _parts(goal.lhs) & _parts(goal.rhs) if part.free_symbols <= set(goal.region.box)}
    for node in sorted(shared, key=lambda part: (-operations(part), sympy.default_sort_key(part)))[:2]:
        if (stand_in := standing_for(node, goal.region)) is not None:
            mover, domain = stand_in
            region = goal.region.with_domain(mover, domain)
            lhs, rhs = (side.xreplace({node: mover}) for side in (goal.lhs, goal.rhs))
            if found := _prove(goal.sub(lhs, rhs, region)):
                return Proof("abstract", (found,), {"node": node, "mover": mover, "domain": domain})
    return None


def _parts(expr: sympy.Expr) -> set[sympy.Expr]:
    return {part for part in sympy.preorder_traversal(expr) if part.args and part.free_symbols and part != expr}


def _grown(goal: Goal) -> Proof | None:
    """For a gap in one symbol: its sign at the lower end, and the sign of its derivative."""
    symbols = _symbols(goal)
    gap = goal.rhs - goal.lhs
    if len(symbols) != 1 or goal.depth < GROWN or operations(gap) > SHORT or gap.has(*STEPPED):
        return None
    (symbol,) = symbols
    low = goal.region.box[symbol].low
    if low.is_infinite:
        return None
    start = gap.xreplace({symbol: low})
    if undefined(goal.sub(start, ZERO)) or not start.is_extended_real or sign_of(start) < 0:
        return None
    slope = _prove(goal.sub(ZERO, sympy.diff(gap, symbol), goal.region.between(symbol)))
    return None if slope is None else Proof("grow", (Proof("signs"), slope), {"symbol": symbol})


# ---- like terms


def _by_structure(goal: Goal) -> Proof | None:
    """Compare sums term by term, products factor by factor, and equal monotone functions by their arguments."""
    if goal.depth <= 0:
        return None
    lhs, rhs = goal.lhs, goal.rhs
    if lhs.is_Mul or rhs.is_Mul:
        return _without_common_factors(goal)
    if lhs.is_Add or rhs.is_Add:
        return _match_terms(goal)
    if lhs.is_Pow and rhs.is_Pow and lhs.exp == rhs.exp and lhs.exp.is_Rational:
        low, high = (lhs.base, rhs.base) if lhs.exp > 0 else (rhs.base, lhs.base)
        sure = goal.region.nonnegative(low) if lhs.exp > 0 else goal.region.positive(low)
        return _then("power", _prove(goal.sub(low, high))) if sure else None
    rising = isinstance(lhs, sympy.exp | sympy.log | sympy.atan | sympy.tanh) and lhs.func == rhs.func
    return _then("function", _prove(goal.sub(lhs.args[0], rhs.args[0]))) if rising else None


def _by_logarithms(goal: Goal) -> Proof | None:
    """exp g ≤ r for r > 0 from g ≤ log r."""
    if goal.depth <= 0 or not isinstance(goal.lhs, sympy.exp) or not goal.region.positive(goal.rhs):
        return None
    return _then("logarithms", _prove(goal.sub(goal.lhs.args[0], sympy.log(goal.rhs))))


def _without_common_factors(goal: Goal) -> Proof | None:
    left, right = list(sympy.Mul.make_args(goal.lhs)), list(sympy.Mul.make_args(goal.rhs))
    common = [f for f in left if f in right and goal.region.nonnegative(f)]
    number = goal.lhs.as_coeff_Mul()[0]
    if number > 0 and number != 1:
        return _then("scale", _prove(goal.sub(goal.lhs / number, goal.rhs / number)), number=number)
    if not common:
        return None
    lhs, rhs = (sympy.Mul(*[f for f in side if f not in common]) for side in (left, right))
    return _then("factor", _prove(goal.sub(lhs, rhs)), common=tuple(common))


def _match_terms(goal: Goal) -> Proof | None:
    left, right = list(sympy.Add.make_args(goal.lhs)), list(sympy.Add.make_args(goal.rhs))
    common = [term for term in left if term in right]
    left = [term for term in left if term not in common and not goal.region.nonpositive(term)]
    right = [term for term in right if term not in common]
    if max(len(left), len(right)) > BUSH or (len(left) == len(right) == 1 and not common):
        return None
    pairs = _assign(goal, left, right)
    if pairs is None:
        return None
    return Proof("terms", tuple(proof for _, _, proof in pairs), {"pairs": tuple((a, b) for a, b, _ in pairs)})


def _assign(goal: Goal, left: list[sympy.Expr], right: list[sympy.Expr]) -> Pairs | None:
    """Find for every term on the left its own larger term on the right; the others must be ≥ 0."""
    if not left:
        return [] if all(goal.region.nonnegative(term) for term in right) else None
    for partner in right:
        if goal.region.plausible(left[0], partner) and (found := _prove(goal.sub(left[0], partner))):
            rest = _assign(goal, left[1:], [term for term in right if term is not partner])
            return None if rest is None else [(left[0], partner, found), *rest]
    return None


# ---- square roots


def _by_split_roots(goal: Goal) -> Proof | None:
    """√(x + y) ≤ √x + √y for x, y ≥ 0, on the left side."""
    for node in sorted(goal.lhs.atoms(sympy.Pow), key=sympy.default_sort_key):
        if node.exp == sympy.Rational(1, 2) and node.base.is_Add:
            terms = node.base.args
            larger = sympy.Add(*[_root(term, goal.region) for term in terms])
            if all(goal.region.nonnegative(term) for term in terms) and pulls(goal, node, larger, upward=True):
                found = _prove(goal.sub(goal.lhs.xreplace({node: larger}), goal.rhs))
                return _then("weaken", found, node=node, by=larger, upward=True)
    return None


def _root(term: sympy.Expr, region: Region) -> sympy.Expr:
    """The square root of a product ≥ 0, factor by factor where a factor is ≥ 0."""
    powers = [factor.as_base_exp() for factor in sympy.Mul.make_args(term)]
    if not all(region.nonnegative(base) and exponent.is_Rational for base, exponent in powers):
        return sympy.sqrt(term)
    return sympy.Mul(*(base ** (exponent / 2) for base, exponent in powers))
