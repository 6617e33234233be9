"""Words of a certificate: what a rule says of a goal, where the values of an expression lie, what a domain is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import sympy
from flint import arb

from wnverify.symbolic.proof.domain import Box, Domain
from wnverify.symbolic.proof.intervals import Range
from wnverify.symbolic.proof.ranges import Place
from wnverify.symbolic.proof.trace import Trace
from wnverify.symbolic.proof.traversal import in_order
from wnverify.symbolic.proof.tree import Proof

MOST_PARTS, DIGITS = 6, 6
Say = Callable[[Trace, sympy.Expr, sympy.Expr, Mapping[str, Any]], str]


def goal_words(trace: Trace, lhs: sympy.Expr, rhs: sympy.Expr, place: Place, proof: Proof) -> str:
    """A goal `lhs ≤ rhs` and the rule by which it holds."""
    left, right = trace.shown(lhs), trace.shown(rhs)
    if proof.rule == "signs":
        return f"{left} ≤ {right}, {_by_signs(trace, lhs, rhs, place)}"
    return f"{left} ≤ {right}, {_SAID[proof.rule](trace, lhs, rhs, proof.data)}"


def _by_signs(trace: Trace, lhs: sympy.Expr, rhs: sympy.Expr, place: Place) -> str:
    gap = rhs - lhs
    if not place.nonnegative(gap):
        low, high = (f"{trace.shown(side)} in {range_words(place.range(side))}" for side in (lhs, rhs))
        return f"since {low} and {high}"
    if not gap.free_symbols:
        return f"since the difference is {range_words(place.range(gap))}"
    kind = sympy.Add if gap.is_Add else sympy.Mul
    parts = [part for part in kind.make_args(gap) if part.free_symbols]
    name = "the difference" if lhs != 0 else "it"
    whole = f"{name} lies in {range_words(place.range(gap))}"
    if len(parts) == 1:
        return f"since {whole}"
    return f"since {whole}: {listed(f'{trace.shown(p)} in {range_words(place.range(p))}' for p in parts)}"


def listed(parts: Iterable[str]) -> str:
    """The first few parts, and how many more there are."""
    every = list(dict.fromkeys(parts))
    more = len(every) - MOST_PARTS
    return ", ".join(every[:MOST_PARTS]) + (f" and {more} more" if more > 0 else "")


def range_words(found: Range | None) -> str:
    """An interval with its ends to six digits; a single number as it is.

    >>> range_words(Range(arb(0), arb.pos_inf(), True, True)), range_words(Range(arb(2), arb(2)))
    ('(0, oo)', '2')
    """
    if found is None:
        return "an unknown set"
    low, high = _end(found.low), _end(found.high)
    if low == high:
        return low
    return f"{'(' if found.low_open else '['}{low}, {high}{')' if found.high_open else ']'}"


def _end(value: arb) -> str:
    if not value.is_finite():
        return "oo" if value > 0 else "-oo"
    if value.is_integer() and abs(value) < 10**DIGITS:
        return str(int(float(value)))
    digits, _, power = str(value.str(DIGITS, radius=False)).partition("e")
    short = digits.rstrip("0").rstrip(".") if "." in digits else digits
    return f"{short}e{power.lstrip('+')}" if power else short


def box_words(trace: Trace, box: Box) -> str:
    """The domains of the symbols.

    >>> x, m = sympy.symbols("x m")
    >>> box_words(Trace(), {x: Domain(sympy.Integer(0), strict=True), m: Domain(sympy.Integer(1), integer=True)})
    'x > 0, integers m ≥ 1'
    """
    return ", ".join(domain_words(trace.shown(symbol), domain) for symbol, domain in box.items())


def domain_words(name: str, domain: Domain) -> str:
    """Where one symbol lies."""
    kind = "integers " if domain.integer else ""
    low, high = domain.low.is_finite, domain.high.is_finite
    less = "<" if domain.strict else "≤"
    if low and high:
        return f"{kind}{domain.low} {less} {name} ≤ {domain.high}"
    if low:
        return f"{kind}{name} {'>' if domain.strict else '≥'} {domain.low}"
    return f"{kind}{name} ≤ {domain.high}" if high else f"{kind or 'real '}{name}"


def needs(place: Place, expressions: Iterable[sympy.Expr]) -> list[tuple[sympy.Expr, Range]]:
    """What must not vanish, or not be negative, for expressions to be real and finite, and where it lies.

    A symbol that must not vanish is left out: its domain tells.
    """
    found: dict[sympy.Expr, Range] = {}
    for expr in expressions:
        for node in in_order(expr):
            inner = node.base if node.is_Pow and (node.exp.is_negative or not node.exp.is_Integer) else None
            inner = node.args[0] if isinstance(node, sympy.log) else inner
            if inner is not None and inner.args and inner.free_symbols and inner.free_symbols <= set(place.box):
                known = place.range(inner)
                found.update({inner: known} if known is not None else {})
    return list(found.items())


def _weaken(trace: Trace, lhs: sympy.Expr, rhs: sympy.Expr, data: Mapping[str, Any]) -> str:
    way = "at most" if data["upward"] else "at least"
    return f"since {trace.shown(data['node'])} is {way} {trace.shown(data['by'])}, and with that it suffices"


def _cut(trace: Trace, lhs: sympy.Expr, rhs: sympy.Expr, data: Mapping[str, Any]) -> str:
    symbol, at = trace.shown(data["symbol"]), trace.shown(data["at"])
    return f"first for {symbol} ≤ {at}, then for {symbol} ≥ {at}"


def _sorted(trace: Trace, lhs: sympy.Expr, rhs: sympy.Expr, data: Mapping[str, Any]) -> str:
    first, second, gap = (trace.shown(data[name]) for name in ("first", "second", "gap"))
    return f"first for {first} = {second} + {gap}, then for {second} = {first} + {gap}, each with {gap} ≥ 0"


def _terms(trace: Trace, lhs: sympy.Expr, rhs: sympy.Expr, data: Mapping[str, Any]) -> str:
    left = rhs - lhs + sympy.Add(*(a - b for a, b in data["pairs"]))
    tail = f", and {trace.shown(left)} ≥ 0 is left" if left != 0 else ""
    return f"term by term{tail}"


def _shift(trace: Trace, lhs: sympy.Expr, rhs: sympy.Expr, data: Mapping[str, Any]) -> str:
    return "since the difference is a quotient of polynomials without negative coefficients"


_SAID: Mapping[str, Say] = {
    "same": lambda trace, lhs, rhs, data: "since both sides are the same, multiplied out",
    "cut": _cut,
    "case": lambda trace, lhs, rhs, data: f"for every argument of {trace.shown(data['node'])} in its place",
    "which": lambda trace, lhs, rhs, data: f"since {trace.shown(data['node'])} is {trace.shown(data['by'])} here",
    "weaken": _weaken,
    "unroot": lambda trace, lhs, rhs, data: (
        f"with {trace.shown(data['root'])} for the square root of {trace.shown(data['inner'])}"
    ),
    "swap": lambda trace, lhs, rhs, data: "written in another form",
    "factor": lambda trace, lhs, rhs, data: f"divided by what is ≥ 0: {listed(map(trace.shown, data['common']))}",
    "scale": lambda trace, lhs, rhs, data: f"divided by {trace.shown(data['number'])}",
    "terms": _terms,
    "power": lambda trace, lhs, rhs, data: f"by the bases of the powers {trace.shown(lhs.exp)}",
    "function": lambda trace, lhs, rhs, data: f"since {lhs.func.__name__} rises",
    "logarithms": lambda trace, lhs, rhs, data: "by the logarithms of both sides",
    "grow": lambda trace, lhs, rhs, data: (
        f"since the difference is ≥ 0 at the lower end of {trace.shown(data['symbol'])} and does not fall"
    ),
    "abstract": lambda trace, lhs, rhs, data: (
        f"with {domain_words(trace.shown(data['mover']), data['domain'])} for {trace.shown(data['node'])}"
    ),
    "sorted": _sorted,
    "shift": _shift,
}
