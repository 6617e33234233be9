"""How each kind of claim is decided: an exact argument by one route, sampling and balls by the other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

import numpy as np
import sympy

from wnverify.symbolic.asymptotic import decide_bounded, decide_limit, decide_sublinear, simple_points, unbounded
from wnverify.symbolic.domain import box_of
from wnverify.symbolic.goal import Goal
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
from wnverify.symbolic.monotone import monotone
from wnverify.symbolic.orthant import WORK, Effort
from wnverify.symbolic.prove import at_most
from wnverify.symbolic.region import Region
from wnverify.symbolic.sampling import Columns, draw
from wnverify.symbolic.settle import settle
from wnverify.symbolic.witness import search, undefined
from wnverify.verdict import Verdict

ZERO = sympy.Integer(0)
CONSTANTS = (1, 2, 10)


def decide(claim: BoundClaim, bound: sympy.Expr, rng: np.random.Generator, samples: int) -> Decision:
    """Decide a claim of any kind about `bound`."""
    return _DECIDERS[type(claim)](claim, claim.bound(bound), rng, samples)


def decide_nonnegative(bound: sympy.Expr, rng: np.random.Generator, samples: int) -> Decision:
    """Real, finite and ≥ 0 on the whole domain."""
    bound = written_out(bound)
    region = Region(box_of([bound]))
    columns = draw(region.box, rng, samples)
    if point := undefined([bound], columns):
        return Decision(Verdict.REFUTED, "it is not a finite real number at a point of its domain", witness=point)
    defined = region.enclose(bound) is not None
    argument = at_most(Goal(ZERO, bound, region)) if defined else ""
    return settle(search(ZERO, bound, columns), argument)


def _decide_monotone(claim: Monotone, bound: sympy.Expr, rng: np.random.Generator, samples: int) -> Decision:
    columns, later = _pairs(claim.symbol, bound, rng, samples)
    if error := _undefined(claim, [bound], columns):
        return error
    moved = bound.xreplace({claim.symbol: later})
    rising = claim.direction is Direction.INCREASING
    found = search(*((bound, moved) if rising else (moved, bound)), columns, (claim.symbol, later))
    if found.witness:
        return settle(found, "")
    argument = monotone(bound, claim.symbol, Region(box_of([bound, claim.symbol])), rising=rising)
    return settle(found, argument)


def _undefined(claim: BoundClaim, expressions: list[sympy.Expr], columns: Columns) -> Decision | None:
    point = undefined(expressions, columns)
    if point is None:
        return None
    return Decision(Verdict.ERROR, f"{claim}: not a finite real number at a point of the domain", witness=point)


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
    columns, later = _pairs(claim.symbol, bound, rng, samples)
    if error := _undefined(claim, [bound], columns):
        return error
    moved = bound.xreplace({claim.symbol: later})
    up, down = search(bound, moved, columns), search(moved, bound, columns)
    found = up if up.witness else down
    return settle(found, "" if found.witness else _why_free(claim.symbol, later, bound))


def _why_free(symbol: sympy.Symbol, later: sympy.Symbol, bound: sympy.Expr) -> str:
    if symbol not in bound.free_symbols:
        return f"{symbol} does not occur in it"
    moved = bound.xreplace({symbol: later})
    box = box_of([bound])
    region = Region({**box, later: box[symbol]})
    both = at_most(Goal(bound, moved, region)) and at_most(Goal(moved, bound, region))
    return f"f({later}) − f({symbol}) vanishes identically" if both else ""


def _decide_below(claim: Below, bound: sympy.Expr, rng: np.random.Generator, samples: int) -> Decision:
    other = claim.substitute(claim.other)
    region = Region(box_of([bound, other]))
    columns = draw(region.box, rng, samples)
    if error := _undefined(claim, [bound, other], columns):
        return error
    found = search(bound, other, columns)
    return settle(found, "" if found.witness else at_most(Goal(bound, other, region)))


def _decide_order(claim: Order, bound: sympy.Expr, rng: np.random.Generator, samples: int) -> Decision:
    rate = claim.substitute(claim.rate)
    region = Region(box_of([bound, rate]))
    columns = draw(region.box, rng, samples)
    if error := _undefined(claim, [bound, rate], columns):
        return error
    if not region.nonnegative(rate) and (negative := search(ZERO, rate, columns).witness):
        return Decision(Verdict.ERROR, f"{claim}: the rate is negative", witness=negative)
    points = simple_points(region.box, rng)
    if escape := unbounded(bound / rate, region.box, points):
        path, point = escape
        witness = path.witness(bound / rate, point, "bound/rate")
        return Decision(
            Verdict.REFUTED, f"bound/rate grows without limit as {path.name}", path.name, witness, samples
        )
    return _with_constant(bound, rate, region, columns)


def _with_constant(bound: sympy.Expr, rate: sympy.Expr, region: Region, columns: Columns) -> Decision:
    """Try constants from the largest sampled ratio upwards."""
    ratio = search(bound, rate, columns)
    for factor in CONSTANTS if ratio.worst is not None else ():
        constant = sympy.Rational(f"{max(1.06 * factor * (ratio.worst or 0.0), 1e-6):.1e}")
        constant = sympy.ceiling(constant) if constant > 1 else constant
        effort = Effort(WORK // len(CONSTANTS))
        if argument := at_most(Goal(bound, constant * rate, region, effort)):
            found = replace(search(bound, constant * rate, columns), worst=ratio.worst)
            return settle(found, f"K = {constant}: {argument}")
    held = settle(replace(ratio, witness=None, suspects=0), "")
    return replace(held, reason=f"{held.reason}; the largest sampled bound/rate is {ratio.worst}")


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
