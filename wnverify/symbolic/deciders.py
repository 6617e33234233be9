"""How each kind of claim is decided: a proof that an independent checker accepts, and sampling with balls."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from types import MappingProxyType

import numpy as np
import sympy

from wnverify.symbolic.asymptotic import decide_bounded, decide_limit, decide_sublinear, simple_points, unbounded
from wnverify.symbolic.defined import Ground, ground
from wnverify.symbolic.goal import Goal
from wnverify.symbolic.hunt import Test, above, candidates, first_failure, infinite_ratio, steps, undefined_at
from wnverify.symbolic.kinds import (
    Below,
    BoundClaim,
    BoundedIn,
    Decision,
    Direction,
    FreeOf,
    Limit,
    Monotone,
    Order,
    Sublinear,
    written_out,
)
from wnverify.symbolic.landmarks import JUMPS
from wnverify.symbolic.monotone import monotone
from wnverify.symbolic.orthant import WORK, Effort
from wnverify.symbolic.proof.domain import Box, Domain, Point, box_of
from wnverify.symbolic.proof.rewrite import twin
from wnverify.symbolic.proof.tree import Proof
from wnverify.symbolic.proof.verify import AtMost, Free, Moves
from wnverify.symbolic.prove import at_most
from wnverify.symbolic.sampling import Columns, Memo, draw
from wnverify.symbolic.scope import check_scope
from wnverify.symbolic.settle import settle
from wnverify.symbolic.witness import Search, search, undefined
from wnverify.verdict import Verdict

ZERO = sympy.Integer(0)
CONSTANTS = (1, 2, 10)
SOME = 40


def decide(claim: BoundClaim, bound: sympy.Expr, rng: np.random.Generator, samples: int) -> Decision:
    """Decide a claim of any kind about `bound`.

    Raises:
        DomainError: if it speaks of a symbol that is not the bound's own, or replaces one by what it cannot be.
    """
    check_scope(claim, bound)
    return _DECIDERS[type(claim)](claim, claim.bound(bound), rng, samples)


def decide_nonnegative(bound: sympy.Expr, rng: np.random.Generator, samples: int) -> Decision:
    """Real, finite and ≥ 0 on the whole domain."""
    bound = written_out(bound)
    box = box_of([bound])
    columns, memo = draw(box, rng, samples), Memo()
    if point := undefined([bound], columns, memo):
        return Decision(Verdict.REFUTED, "it is not a finite real number at a point of its domain", witness=point)
    found = search(ZERO, bound, columns, memo=memo)
    proof = None if found.witness else _below([bound], box, (ZERO, bound))
    if found.witness or proof:
        return settle(found, proof)
    points = candidates([bound], box, rng)
    if point := first_failure(points, undefined_at([bound])):
        return Decision(Verdict.REFUTED, "it is not a finite real number at a point of its domain", witness=point)
    return _hunted(found, points, above(ZERO, bound))


def _hunted(found: Search, points: Sequence[Point], test: Test) -> Decision:
    """What sampling said, unless the hunt finds more."""
    witness = first_failure(points, test)
    decision = settle(replace(found, witness=witness) if witness else found, None)
    if decision.verdict is not Verdict.HELD:
        return decision
    more = f"nor at {len(points)} more, far out and beside the zeros of its parts"
    return replace(decision, reason=f"{decision.reason}, {more}")


def _lost(claim: BoundClaim, expressions: list[sympy.Expr], base: Ground, points: list[Point]) -> Decision | None:
    """An ERROR with a point at which some expression is undefined, if the hunt finds one."""
    point = None if base.covers(*expressions) else first_failure(points, undefined_at(expressions))
    return None if point is None else _no_number(claim, point)


def _no_number(claim: BoundClaim, point: Mapping[str, str]) -> Decision:
    return Decision(Verdict.ERROR, f"{claim}: not a finite real number at a point of the domain", witness=point)


def _below(
    asked: Sequence[sympy.Expr], box: Box, sides: tuple[sympy.Expr, sympy.Expr], work: int = WORK
) -> Proof | None:
    """An accepted proof that lhs ≤ rhs, both real and finite, on the whole box.

    Args:
        asked: what else must be defined there.
        box: the domain of every symbol.
        sides: lhs and rhs.
        work: as much as may be spent.
    """
    return _shown(sides, tuple(asked), tuple(box.items()), work)


@lru_cache(maxsize=64)
def _shown(
    sides: tuple[sympy.Expr, sympy.Expr],
    asked: tuple[sympy.Expr, ...],
    domains: tuple[tuple[sympy.Symbol, Domain], ...],
    work: int,
) -> Proof | None:
    """As `_below`; theorems that follow from one another say the same of the same bound."""
    base = ground(asked, dict(domains))
    if not base.covers(*sides):
        return None
    return base.proved(AtMost(*sides), at_most(Goal(*sides, base.region, Effort(work))))


def _decide_monotone(claim: Monotone, bound: sympy.Expr, rng: np.random.Generator, samples: int) -> Decision:
    (columns, later), memo = _pairs(claim.symbol, bound, rng, samples), Memo()
    if error := _undefined(claim, [bound], columns, memo):
        return error
    moved = twin(bound, claim.symbol, later)
    rising = claim.direction is Direction.INCREASING
    found = search(*((bound, moved) if rising else (moved, bound)), columns, (claim.symbol, later), memo)
    if found.witness:
        return settle(found, None)
    base = ground([bound], box_of([bound, claim.symbol]))
    proof = monotone(bound, claim.symbol, base.region, rising=rising) if base.covers(bound) else None
    accepted = base.proved(Moves(bound, claim.symbol, rising), proof)
    if accepted:
        return settle(found, accepted)
    box = base.region.box
    slope = [] if bound.has(*JUMPS) else [sympy.diff(bound, claim.symbol)]
    points = candidates([bound, *slope], box, rng)
    if error := _lost(claim, [bound], base, points):
        return error
    return _hunted(found, points, steps(bound, claim.symbol, later, box[claim.symbol], rising=rising))


def _undefined(claim: BoundClaim, expressions: list[sympy.Expr], columns: Columns, memo: Memo) -> Decision | None:
    point = undefined(expressions, columns, memo)
    if point is None:
        return None
    return _no_number(claim, point)


def _pairs(
    symbol: sympy.Symbol, bound: sympy.Expr, rng: np.random.Generator, samples: int
) -> tuple[Columns, sympy.Symbol]:
    """Points of the domain, with a second value of the symbol at or above the first."""
    later = sympy.Dummy(f"{symbol.name}′", **symbol.assumptions0)
    box = box_of([bound, symbol])
    columns = draw({**box, later: box[symbol]}, rng, samples)
    first, second = columns[symbol], columns[later]
    return {**columns, symbol: np.minimum(first, second), later: np.maximum(first, second)}, later


def _decide_free(claim: FreeOf, bound: sympy.Expr, rng: np.random.Generator, samples: int) -> Decision:
    (columns, later), memo = _pairs(claim.symbol, bound, rng, samples), Memo()
    if error := _undefined(claim, [bound], columns, memo):
        return error
    moved = twin(bound, claim.symbol, later)
    up, down = search(bound, moved, columns, memo=memo), search(moved, bound, columns, memo=memo)
    found = up if up.witness else down
    box = box_of([bound, claim.symbol])
    base = ground([bound], box)
    proof = None if found.witness else _why_free(claim.symbol, later, bound, base)
    if found.witness or proof:
        return settle(found, proof)
    points = candidates([bound], box, rng)
    if error := _lost(claim, [bound], base, points):
        return error
    for rising in (True, False):
        decision = _hunted(found, points, steps(bound, claim.symbol, later, box[claim.symbol], rising=rising))
        if decision.witness:
            break
    return decision


def _why_free(symbol: sympy.Symbol, later: sympy.Symbol, bound: sympy.Expr, base: Ground) -> Proof | None:
    if not base.covers(bound):
        return None
    if symbol not in bound.free_symbols:
        return base.proved(Free(bound, symbol), Proof("absent", data={"symbol": symbol}))
    moved = bound.xreplace({symbol: later})
    region = base.region.with_domain(later, base.region.box[symbol])
    there = at_most(Goal(bound, moved, region))
    back = at_most(Goal(moved, bound, region)) if there else None
    both = Proof("both", (there, back), {"symbol": symbol, "later": later}) if there and back else None
    return base.proved(Free(bound, symbol), both)


def _decide_below(claim: Below, bound: sympy.Expr, rng: np.random.Generator, samples: int) -> Decision:
    other = claim.substitute(claim.other)
    box = box_of([bound, other])
    columns, memo = draw(box, rng, samples), Memo()
    if error := _undefined(claim, [bound, other], columns, memo):
        return error
    found = search(bound, other, columns, memo=memo)
    base = ground([bound, other], box)
    proof = None if found.witness else _below([bound, other], box, (bound, other))
    if found.witness or proof:
        return settle(found, proof)
    points = candidates([bound, other, other - bound], box, rng)
    if error := _lost(claim, [bound, other], base, points):
        return error
    return _hunted(found, points, above(bound, other))


def _decide_order(claim: Order, bound: sympy.Expr, rng: np.random.Generator, samples: int) -> Decision:
    rate = claim.substitute(claim.rate)
    box = box_of([bound, rate])
    columns, memo = draw(box, rng, samples), Memo()
    if error := _undefined(claim, [bound, rate], columns, memo):
        return error
    base = ground([bound, rate], box)
    if not base.region.nonnegative(rate) and (negative := search(ZERO, rate, columns, memo=memo).witness):
        return Decision(Verdict.ERROR, f"{claim}: the rate is negative", witness=negative)
    posed = _Rated(bound, rate, base, columns, search(bound, rate, columns, memo=memo), memo)
    decision = (
        _with_constant(posed, CONSTANTS[:1])
        or _escaping(posed, box, rng, samples)
        or _with_constant(posed, CONSTANTS[1:])
    )
    if decision is not None:
        return decision
    worst = posed.ratio.worst
    reason = f"no constant could be proved; the largest sampled bound/rate is {worst}, which shows no limit"
    return Decision(Verdict.UNDECIDED, reason, sampled=posed.ratio.evaluated, worst=worst)


@dataclass(frozen=True)
class _Rated:
    """A bound and a rate, what is known of them, their quotient as it was sampled, and what was evaluated there."""

    bound: sympy.Expr
    rate: sympy.Expr
    base: Ground
    columns: Columns
    ratio: Search
    memo: Memo


def _escaping(posed: _Rated, box: Box, rng: np.random.Generator, samples: int) -> Decision | None:
    """A refutation: the rate vanishes alone, or there is a way on which the quotient grows."""
    bound, rate = posed.bound, posed.rate
    plain = simple_points(box, rng)
    points = candidates([bound, rate], box, rng)
    if witness := first_failure([*plain, *points], infinite_ratio(bound, rate)):
        return Decision(Verdict.REFUTED, "the rate vanishes where the bound does not", witness=witness)
    escape = unbounded(bound / rate, box, [*plain, *points[:SOME]])
    if escape is None:
        return None
    path, point = escape
    witness = path.witness(bound / rate, point, "bound/rate")
    return Decision(Verdict.REFUTED, f"bound/rate grows without limit as {path.name}", path.name, witness, samples)


def _with_constant(posed: _Rated, factors: Sequence[int]) -> Decision | None:
    """Try constants from the largest sampled ratio upwards."""
    worst = posed.ratio.worst
    for factor in factors if worst is not None and np.isfinite(worst) else ():
        constant = sympy.Rational(f"{max(1.06 * factor * (worst or 0.0), 1e-6):.1e}")
        constant = sympy.ceiling(constant) if constant > 1 else constant
        asked, sides = [posed.bound, posed.rate], (posed.bound, constant * posed.rate)
        if proof := _below(asked, posed.base.region.box, sides, WORK // len(CONSTANTS)):
            found = replace(search(posed.bound, constant * posed.rate, posed.columns, memo=posed.memo), worst=worst)
            return settle(found, proof, f"K = {constant}: ")
    return None


_DECIDERS: Mapping[type, Callable[..., Decision]] = MappingProxyType(
    {
        Monotone: _decide_monotone,
        FreeOf: _decide_free,
        Below: _decide_below,
        Order: _decide_order,
        Sublinear: decide_sublinear,
        BoundedIn: decide_bounded,
        Limit: decide_limit,
    }
)
