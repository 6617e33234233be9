"""The checker: whether a proof shows a statement on a whole box. What it does not accept is not PROVED.

It recomputes everything from the statement with balls, rational arithmetic, and sympy's substitution, derivative and
expansion; it shares no code with the provers. Every statement includes that the bound is real and finite on the box.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache, partial, singledispatch
from typing import TypeAlias

import sympy
from flint import ctx

from wnverify.symbolic.proof.domain import Box, Domain
from wnverify.symbolic.proof.expansions import by_expansion
from wnverify.symbolic.proof.growth import Growth, NoGrowthError, growth, zero
from wnverify.symbolic.proof.inequalities import holds
from wnverify.symbolic.proof.intervals import Range
from wnverify.symbolic.proof.ranges import PRECISION, Place, end
from wnverify.symbolic.proof.rewrite import in_terms_of
from wnverify.symbolic.proof.trace import Trace, listening, note, step
from wnverify.symbolic.proof.tree import Proof
from wnverify.symbolic.proof.trends import SMOOTH, Walk
from wnverify.symbolic.proof.words import box_words, domain_words, listed, needs, range_words

ZERO = sympy.Integer(0)
CONTINUOUS = (*SMOOTH, sympy.Min, sympy.Max, sympy.Abs)


@dataclass(frozen=True)
class AtMost:
    """lhs ≤ rhs."""

    lhs: sympy.Expr
    rhs: sympy.Expr


@dataclass(frozen=True)
class Moves:
    """The expression rises, or falls, weakly in the symbol."""

    expr: sympy.Expr
    symbol: sympy.Symbol
    rises: bool


@dataclass(frozen=True)
class Free:
    """The value does not depend on the symbol."""

    expr: sympy.Expr
    symbol: sympy.Symbol


@dataclass(frozen=True)
class Tends:
    """The limit as the symbol tends to `to`, from above (side 1), or from below (side −1)."""

    expr: sympy.Expr
    symbol: sympy.Symbol
    to: sympy.Expr
    value: sympy.Expr
    side: int = 1


@dataclass(frozen=True)
class Bounded:
    """The supremum over the symbol is finite, the others fixed."""

    expr: sympy.Expr
    symbol: sympy.Symbol


Statement: TypeAlias = AtMost | Moves | Free | Tends | Bounded


def accepts(statement: Statement, box: Box, proof: Proof) -> bool:
    """Whether the proof shows the statement on the box.

    >>> x = sympy.Symbol("x", positive=True)
    >>> from wnverify.symbolic.proof.domain import box_of
    >>> accepts(AtMost(1 / (1 + x), sympy.Integer(1)), box_of([x]), Proof("signs"))
    True
    >>> accepts(AtMost(sympy.Integer(1), 1 / (1 + x)), box_of([x]), Proof("signs"))
    False
    """
    try:
        with ctx.workprec(PRECISION):
            return _accepts(statement, _place(tuple(box.items())), proof)
    except Exception:
        return False  # a malformed proof shows nothing, and neither does one that sympy cannot follow


@lru_cache(maxsize=16)
def _place(domains: tuple[tuple[sympy.Symbol, Domain], ...]) -> Place:
    """The place of a box, with the ranges that the checker has found on it before."""
    return Place(dict(domains))


def certified(statement: Statement, box: Box, proof: Proof | None) -> Proof | None:
    """The proof together with what it proves, where, and how the checker went through it, if it is accepted."""
    if proof is None:
        return None
    with listening() as trace:
        found = step(
            lambda _: f"for {box_words(trace, box) or 'all values'}:", lambda: accepts(statement, box, proof)
        )
    data = {"statement": statement, "box": box, "lines": tuple(trace.lines)}
    return Proof("claim", (proof,), data) if found else None


def explained(proof: Proof) -> list[str]:
    """A certified proof in lines of mathematics, as the checker goes through it; indented below what they serve.

    >>> x = sympy.Symbol("x", positive=True)
    >>> from wnverify.symbolic.proof.domain import box_of
    >>> box = box_of([x])
    >>> for line in explained(certified(AtMost(1 / (1 + x), sympy.Integer(1)), box, Proof("signs"))): print(line)
    for x > 0:
      every part is real and finite, since x + 1 in (1, oo)
      1/(x + 1) ≤ 1, since the difference lies in (0, 1)
    """
    if "lines" in proof.data:
        return list(proof.data["lines"])
    again = certified(proof.data["statement"], proof.data["box"], proof.parts[0])
    return explained(again) if again else []


def _tell_defined(place: Place, *expressions: sympy.Expr) -> bool:
    """Whether expressions are defined on the whole box; and why, where it is not plain."""
    if not place.defined(*expressions):
        return False
    note(lambda trace: _defined_words(trace, needs(place, expressions)))
    return True


def _defined_words(trace: Trace, known: list[tuple[sympy.Expr, Range]]) -> str:
    words = "every part is real and finite"
    reasons = listed(f"{trace.shown(inner)} in {range_words(where)}" for inner, where in known)
    return f"{words}, since {reasons}" if reasons else words


def _accepts(statement: Statement, place: Place, proof: Proof) -> bool:
    if proof.rule != "defined":
        return _shows(statement, place, proof)
    learned = _with_lemmas(place, proof)
    return learned is not None and _shows(statement, learned, proof.parts[0])


def _with_lemmas(place: Place, proof: Proof) -> Place | None:
    """The place with what the proof shows about single expressions: each is at least a number."""
    lows = proof.data["at least"]
    for expr, lemma in proof.facts:
        if not place.defined(expr, lows[expr]) or not holds(lows[expr], expr, place, lemma):
            return None
        low = place.range(lows[expr])
        if low is not None:
            place = place.learn(expr, Range(low.low, end(sympy.oo), False, True))
    return place


@singledispatch
def _shows(statement: Statement, place: Place, proof: Proof) -> bool:
    raise TypeError(f"no rule for {type(statement).__name__}")


@_shows.register
def _at_most(statement: AtMost, place: Place, proof: Proof) -> bool:
    defined = _tell_defined(place, statement.lhs, statement.rhs)
    return defined and holds(statement.lhs, statement.rhs, place, proof)


@_shows.register
def _moves(statement: Moves, place: Place, proof: Proof) -> bool:
    expr, symbol = statement.expr, statement.symbol
    if not _tell_defined(place, expr):
        return False
    if proof.rule == "steps":
        domain = place.box[symbol]
        note(lambda trace: f"by the steps from {trace.shown(symbol)} to {trace.shown(symbol)} + 1:")
        after = expr.xreplace({symbol: symbol + 1})
        sides = (expr, after) if statement.rises else (after, expr)
        return domain.integer and domain.high.is_infinite and holds(*sides, place, proof.parts[0])
    rises, falls = Walk(symbol, place, holds, dict(proof.facts)).trend(expr)
    return proof.rule == "trend" and (rises if statement.rises else falls)


@_shows.register
def _free(statement: Free, place: Place, proof: Proof) -> bool:
    expr, symbol = statement.expr, statement.symbol
    if not _tell_defined(place, expr):
        return False
    if proof.rule == "absent":
        note(lambda trace: f"{trace.shown(symbol)} does not occur")
        return symbol not in expr.free_symbols
    later = proof.data["later"]
    moved = expr.xreplace({symbol: later})
    if proof.rule != "both" or not place.is_fresh(later, place.box[symbol]):
        return False
    both = place.on(later, place.box[symbol])
    return holds(expr, moved, both, proof.parts[0]) and holds(moved, expr, both, proof.parts[1])


@_shows.register
def _tends(statement: Tends, place: Place, proof: Proof) -> bool:
    if proof.rule == "continuous":
        return _continuous_there(statement, place, proof)
    found = _growth_of(statement, place, proof)
    value = statement.value
    note(lambda trace: f"{_tell_growth(statement, found, trace)}: it tends to {trace.shown(value)}")
    if value.is_infinite:
        sign = 1 if value == sympy.oo else -1
        return not found.stays and place.positive(sign * found.coefficient)
    if not place.defined(value):
        return False
    limit = found.coefficient if found.size == (0, 0) else ZERO
    return found.stays and _equal(limit, value)


def _continuous_there(statement: Tends, place: Place, proof: Proof) -> bool:
    """The expression is defined and continuous on one side of the place, up to it; its value there counts."""
    expr, symbol, to = statement.expr, statement.symbol, statement.to
    near = proof.data["near"]
    ends = (near.low, near.high) if statement.side > 0 else (near.high, near.low)
    if near.strict or to != ends[0] or not end(near.low) < end(near.high) or not to.is_finite:
        return False
    around = place.forget(symbol).on(symbol, near)
    if proof.facts:
        learned = _with_lemmas(around, proof)
        if learned is None:
            return False
        around = learned
    note(lambda trace: f"it is continuous on {domain_words(trace.shown(symbol), near)}; its value at the end counts")
    return continuous(expr) and around.defined(expr) and _equal(expr.xreplace({symbol: to}), statement.value)


def _equal(expr: sympy.Expr, value: sympy.Expr) -> bool:
    """Whether two expressions are identical, as far as expansion shows; an extreme is if all its arguments are."""
    if isinstance(expr, sympy.Min | sympy.Max):
        return all(_equal(part, value) for part in expr.args)
    return zero(expr - value) or zero(sympy.ratsimp(expr - value))


def continuous(expr: sympy.Expr) -> bool:
    """Whether it is made of functions that are continuous where they are defined."""
    return all(isinstance(part, CONTINUOUS) for part in sympy.preorder_traversal(expr) if part.args)


@_shows.register
def _bounded(statement: Bounded, place: Place, proof: Proof) -> bool:
    expr, symbol = statement.expr, statement.symbol
    if not continuous(expr) or not place.defined(expr):
        return False
    hull = place.range(expr)
    if hull is not None and hull.high.is_finite():
        note(lambda trace: f"{trace.shown(expr)} lies in {range_words(hull)}")
        return True
    domain = place.box[symbol]
    ends = [(sympy.oo, 1)] if domain.high.is_infinite else []
    ends += [(-sympy.oo, 1)] if domain.low.is_infinite else []
    ends += [(domain.low, 1)] if domain.strict and not domain.low.is_infinite else []
    ways = [Tends(expr, symbol, to, ZERO, side) for to, side in ends]
    found = [_growth_of(way, place, proof) for way in ways]
    for way, grown in zip(ways, found, strict=True):
        note(partial(_tell_growth, way, grown))
    return all(grown.stays for grown in found)


def _tell_growth(way: Tends, found: Growth, trace: Trace) -> str:
    return growth_words(trace, way.expr, found, far_words(trace, way))


def far_words(trace: Trace, way: Tends) -> tuple[str, str]:
    """The way in words, and the name of what grows along it."""
    symbol, to = trace.shown(way.symbol), trace.shown(way.to)
    if way.to.is_infinite:
        return f"as {symbol} → {to}", symbol if way.to > 0 else f"(-{symbol})"
    return f"as {symbol} → {to}", f"(1/|{symbol} - {to}|)" if way.to != 0 else f"(1/{symbol})"


def growth_words(trace: Trace, expr: sympy.Expr, found: Growth, way: tuple[str, str]) -> str:
    """The leading term: c·t^p·(log t)^q."""
    words, t = way
    if found.power.is_infinite:
        speed = "grows faster than any power" if found.power > 0 else "tends to 0 faster than any power"
        return f"{words}, {trace.shown(expr)} {speed} of {t}"
    power = "" if found.power == 0 else f"*{t}**({found.power})"
    logs = "" if found.logs == 0 else f"*log({t})**({found.logs})"
    whole, coefficient = trace.shown(expr), trace.shown(found.coefficient)
    factor = f"({coefficient})" if found.coefficient.is_Add and (power or logs) else coefficient
    return f"{words}, the leading term of {whole} is {factor}{power}{logs}"


def _growth_of(way: Tends, place: Place, proof: Proof) -> Growth:
    """The growth as the symbol tends to the end; t → ∞ stands for it, or for the reciprocal of the distance."""
    t = sympy.Dummy("t", positive=True)
    symbol, to = way.symbol, way.to
    move = to + way.side / t if to.is_finite else (t if to == sympy.oo else -t)
    others = Place(
        {
            **{other: domain for other, domain in place.box.items() if other != symbol},
            t: _late(place.box[symbol], to),
        },
        {},
        {known: fact for known, fact in place.lemmas.items() if symbol not in known.free_symbols},
    )
    moved = in_terms_of(way.expr, {symbol: move})
    if proof.rule == "expansion":
        return by_expansion(moved, t, others)
    try:
        return growth(moved, t, others)
    except NoGrowthError:
        other = _other_form(moved, t, proof)
        if other is None:
            raise
        return growth(other, t, others)


def _late(domain: Domain, to: sympy.Expr) -> Domain:
    """Large t for which the symbol is in its domain: growth is about what happens for all t from some point on."""
    if to.is_infinite:
        ends = [1, domain.low if to == sympy.oo else -domain.high]
    else:
        ends = [1, *(2 / abs(end - to) for end in (domain.low, domain.high) if end.is_finite and end != to)]
    return Domain(sympy.Max(*(end for end in ends if end != -sympy.oo)), sympy.oo)


def _other_form(expr: sympy.Expr, t: sympy.Symbol, proof: Proof) -> sympy.Expr | None:
    """The quotient of polynomials that the expression is, if the proof says so; to find it may take seconds."""
    if proof.data.get("form") != "quotient" or not expr.is_rational_function(t):
        return None
    quotient = sympy.cancel(sympy.together(expr), t)
    (top, bottom), (other_top, other_bottom) = (form.as_numer_denom() for form in (sympy.together(expr), quotient))
    return quotient if sympy.expand(top * other_bottom - other_top * bottom) == 0 else None
