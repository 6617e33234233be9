"""The checker on shift certificates: a quotient of polynomials that is ≥ 0 since its coefficients are.

Every symbol x becomes y^q with y = low + t, high − t or (low + high·t)/(1 + t), t ≥ 0; a function without a rational
form lies between two bounds in the same way; a square root √(P/Q), Q > 0, becomes s/Q with s ≥ 0 and s² = P·Q. An
irrational constant is a variable of its own, known only by its ball, and by c² = r if it is the root of a rational.

At an upper end that is attained, t = ∞: in homogeneous coordinates (a : b), t = b/a, a polynomial with coefficients
of one sign is still ≥ 0 at a = 0, and the reduced denominator divides the one that does not vanish where the
expression is defined. So the argument covers closed ends.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, reduce
from itertools import groupby
from typing import Any, TypeAlias

import flint
import sympy

from wnverify.balls.expression import enclose
from wnverify.symbolic.proof.coordinates import Coordinates
from wnverify.symbolic.proof.ranges import PRECISION, Place
from wnverify.symbolic.proof.tangents import bounds
from wnverify.symbolic.proof.trace import note, step
from wnverify.symbolic.proof.tree import Proof

Poly: TypeAlias = Any  # flint.fmpq_mpoly, which ships no types
Ratio: TypeAlias = tuple[Poly, Poly]
HALF = sympy.Rational(1, 2)
MOST_TERMS = 4000


class RejectedError(ArithmeticError):
    """The certificate does not show what it should."""


@dataclass(frozen=True)
class _Frame:
    """The variables that a certificate names, in its order: constants stand last."""

    place: Place
    names: tuple[sympy.Expr, ...]
    roots: Mapping[sympy.Symbol, int]
    bounds: Mapping[sympy.Expr, tuple[sympy.Expr, sympy.Expr]]
    ring: Any
    known: dict[sympy.Expr, Ratio] = field(default_factory=dict)
    squares: dict[int, Poly] = field(default_factory=dict)

    @cached_property
    def moving(self) -> int:
        """How many of the variables are no constants."""
        return self.words.moving

    @cached_property
    def constants(self) -> list[flint.arb]:
        """The balls of the constants."""
        return [enclose(name, {}, PRECISION) for name in self.names[self.moving :]]

    @property
    def words(self) -> Coordinates:
        """The variables as a reader gets them."""
        return Coordinates(self.names, frozenset(self.squares), self.roots, self.bounds, self.place.box)

    def number(self, value: sympy.Rational | int) -> Poly:
        rational = sympy.Rational(value)
        return self.ring.constant(flint.fmpq(int(rational.p), int(rational.q)))

    def variable(self, name: sympy.Expr) -> Poly:
        if name not in self.names:
            raise RejectedError(f"{name} is no variable of the certificate")
        return self.ring.gens()[self.names.index(name)]


def quotient_is_nonnegative(expr: sympy.Expr, place: Place, proof: Proof) -> bool:
    """Whether the certificate shows the expression ≥ 0 wherever it is defined."""
    try:
        frame = _frame(place, proof)
        top, bottom = _ratio(expr, frame)
        if top.is_zero():
            note(lambda trace: "the difference is 0, multiplied out")
            return True
        sign = _sign(bottom, frame)
        note(
            lambda trace: [
                *frame.words.lines(trace),
                f"times the denominator {frame.words.polynomial(sign * bottom)}:",
            ]
        )
        return sign != 0 and _nonnegative(sign * top, frame, proof.parts[0])
    except RejectedError:
        return False


def _frame(place: Place, proof: Proof) -> _Frame:
    names, limits = proof.data.get("names", ()), proof.data.get("bounds", {})
    if [bool(name.free_symbols) for name in names] != sorted((bool(n.free_symbols) for n in names), reverse=True):
        raise RejectedError("constants stand last")
    for part, (low, high) in limits.items():
        if not all(
            value.is_infinite or bounds(part, value, place, upward=upward)
            for value, upward in ((low, False), (high, True))
        ):
            raise RejectedError(f"{part} is not known to lie between {low} and {high}")
    ring = flint.fmpq_mpoly_ctx.get(tuple(f"t{i}" for i in range(max(1, len(names)))), "lex")
    frame = _Frame(place, names, proof.data.get("roots", {}), limits, ring)
    for index, name in enumerate(names):
        if not name.free_symbols and name.is_Pow and name.exp == HALF and name.base.is_Rational and name.base > 0:
            frame.squares[index] = frame.number(name.base)
    return frame


# ---- from the expression to a quotient


def _ratio(expr: sympy.Expr, frame: _Frame) -> Ratio:
    if expr not in frame.known:
        frame.known[expr] = _reduced(_written(expr, frame), frame)
    return frame.known[expr]


def _written(expr: sympy.Expr, frame: _Frame) -> Ratio:
    one = frame.number(1)
    if expr.is_Rational:
        return frame.number(expr), one
    if expr in frame.bounds:
        return _between(frame.bounds[expr], expr, frame)
    if expr.is_Symbol:
        return _power(_symbol(expr, frame), frame.roots.get(expr, 1), frame)
    if not expr.free_symbols and expr in frame.names:
        return frame.variable(expr), one
    if expr.is_Add or expr.is_Mul:
        combine = _plus if expr.is_Add else _times
        return reduce(lambda a, b: combine(a, b, frame), (_ratio(part, frame) for part in expr.args))
    if expr.is_Pow and expr.exp.is_Rational:
        return _rational_power(expr, frame)
    raise RejectedError(f"{expr} has no rational form")


def _rational_power(expr: sympy.Expr, frame: _Frame) -> Ratio:
    base, exponent = expr.args
    if exponent.is_Integer and not base.is_Symbol:
        return _power(_ratio(base, frame), int(exponent), frame)
    if base.is_Symbol and base not in frame.bounds:
        steps = exponent * frame.roots.get(base, 1)
        if not steps.is_Integer:
            raise RejectedError(f"the root of {base} in {expr}")
        return _power(_symbol(base, frame), int(steps), frame)
    if exponent.q != 2:
        raise RejectedError(f"the root {expr}")
    return _power(_root(base, frame), int(2 * exponent), frame)


def _root(base: sympy.Expr, frame: _Frame) -> Ratio:
    """√base as a variable: a constant as it is, else s/Q with s² = P·Q for base = P/Q."""
    root = sympy.sqrt(base)
    variable = frame.variable(root)
    if not root.free_symbols:
        return variable, frame.number(1)
    top, bottom = _ratio(base, frame)
    if _sign(bottom, frame) != 1:
        raise RejectedError(f"the denominator under {root}")
    frame.squares[frame.names.index(root)] = top * bottom
    return variable, bottom


def _symbol(symbol: sympy.Symbol, frame: _Frame) -> Ratio:
    """The q-th root of a symbol; an even one, or any but the first, of a symbol that is ≥ 0."""
    domain, q = frame.place.box[symbol], frame.roots.get(symbol, 1)
    if q < 1 or (q > 1 and not frame.place.nonnegative(symbol)):
        raise RejectedError(f"a root of {symbol}, which may be negative")
    ends = [value if value.is_infinite else value ** sympy.Rational(1, q) for value in (domain.low, domain.high)]
    return _between((ends[0], ends[1]), symbol, frame)


def _between(ends: tuple[sympy.Expr, sympy.Expr], name: sympy.Expr, frame: _Frame) -> Ratio:
    t, one = frame.variable(name), frame.number(1)
    low, high = ends
    if low.is_infinite and high.is_infinite:
        raise RejectedError(f"{name} has no end")
    if high.is_infinite:
        return _plus(_ratio(low, frame), (t, one), frame)
    if low.is_infinite:
        return _plus(_ratio(high, frame), (-t, one), frame)
    mixed = _plus(_ratio(low, frame), _times(_ratio(high, frame), (t, one), frame), frame)
    return _times(mixed, (one, one + t), frame)


def _plus(first: Ratio, second: Ratio, frame: _Frame) -> Ratio:
    common = first[1].gcd(second[1])
    left, right = second[1] / common, first[1] / common
    return _reduced((first[0] * left + second[0] * right, first[1] * left), frame)


def _times(first: Ratio, second: Ratio, frame: _Frame) -> Ratio:
    return _reduced((first[0] * second[0], first[1] * second[1]), frame)


def _power(part: Ratio, exponent: int, frame: _Frame) -> Ratio:
    base = part if exponent >= 0 else (part[1], part[0])
    one = frame.number(1)
    return reduce(lambda a, b: _times(a, b, frame), [base] * abs(exponent), (one, one))


def _reduced(part: Ratio, frame: _Frame) -> Ratio:
    top, bottom = (_without_squares(poly, frame) for poly in part)
    if bottom.is_zero() or max(len(top), len(bottom)) > MOST_TERMS:
        raise RejectedError("a denominator that vanishes, or too many terms")
    common = top.gcd(bottom)
    return top / common, bottom / common


def _without_squares(poly: Poly, frame: _Frame) -> Poly:
    while (index := next((i for i in frame.squares if poly.degrees()[i] > 1), None)) is not None:
        high, low = divmod(poly, frame.ring.gens()[index] ** 2)
        poly = low + high * frame.squares[index]
    return poly


# ---- signs of polynomials in variables ≥ 0


@flint.ctx.workprec(PRECISION)
def _sign(poly: Poly, frame: _Frame) -> int:
    """1 if no coefficient is negative, −1 if none is positive; a coefficient is a polynomial in the constants."""
    count = frame.moving
    signs: set[int | None] = set()
    if not any(poly.degrees()[count:]):
        signs |= {1 if value > 0 else -1 for value in poly.coeffs()}
    else:
        terms = zip(poly.monoms(), poly.coeffs(), strict=True)  # in the order of the ring: the constants come last
        for _, group in groupby(terms, key=lambda term: term[0][:count]):
            signs.add(_sign_of_number(list(group), frame.constants, count))
            if None in signs or {1, -1} <= signs:
                return 0
    if signs <= {0, 1}:
        return 1
    return -1 if signs <= {0, -1} else 0


def _sign_of_number(terms: Sequence[tuple[Any, Any]], constants: Sequence[flint.arb], count: int) -> int | None:
    if len(terms) == 1 and not any(terms[0][0][count:]):
        return 1 if terms[0][1] > 0 else -1
    total = flint.arb(0)
    for powers, coefficient in terms:
        product = flint.arb(coefficient)
        for ball, power in zip(constants, powers[count:], strict=False):
            product *= ball**power
        total += product
    if total > 0 or total < 0:
        return 1 if total > 0 else -1
    return 0 if total == 0 else None


def _nonnegative(poly: Poly, frame: _Frame, proof: Proof) -> bool:
    rule = {"coefficients": _by_coefficients, "root": _by_root, "halves": _by_halves, "ordered": _by_order}
    if poly.is_zero() or proof.rule not in rule:
        return bool(poly.is_zero())
    return step(
        lambda trace: f"{frame.words.polynomial(poly)} ≥ 0, {frame.words.manner(proof.rule, proof.data)}",
        lambda: rule[proof.rule](poly, frame, proof),
    )


def _by_coefficients(poly: Poly, frame: _Frame, proof: Proof) -> bool:
    return _sign(poly, frame) == 1


def _by_root(poly: Poly, frame: _Frame, proof: Proof) -> bool:
    """A + B·s ≥ 0 for s = √S: A, B ≥ 0; or B ≤ 0 ≤ A and A² ≥ B²·S; or B ≥ 0 and B²·S ≥ A²."""
    index, way = proof.data["index"], proof.data["way"]
    if index not in frame.squares or frame.names[index].is_Symbol:
        return False
    rest, slope = _linear(poly, index, frame)
    gap = _without_squares(rest * rest - slope * slope * _without_squares(frame.squares[index], frame), frame)
    goals = {"both": (slope, rest), "falling": (-slope, rest, gap), "rising": (slope, -gap)}[way]
    return len(goals) == len(proof.parts) and all(
        _nonnegative(goal, frame, part) for goal, part in zip(goals, proof.parts, strict=True)
    )


def _linear(poly: Poly, index: int, frame: _Frame) -> tuple[Poly, Poly]:
    if poly.degrees()[index] > 1:
        raise RejectedError("a square that is left over")
    slope, rest = divmod(poly, frame.ring.gens()[index])
    return rest, slope


def _free(poly: Poly, indices: Sequence[int], frame: _Frame) -> bool:
    """Whether these variables run over the whole half line whatever the others do: no square root occurs."""
    degrees = poly.degrees()
    bound = any(degrees[index] and frame.names[index].free_symbols for index in frame.squares)
    return not bound and all(0 <= index < frame.moving and index not in frame.squares for index in indices)


def _by_halves(poly: Poly, frame: _Frame, proof: Proof) -> bool:
    """For t = 1 + u, and for t = 1/(1 + u): together all t > 0, and t = 0 by continuity."""
    index = proof.data["index"]
    if not _free(poly, [index], frame):
        return False
    gens, degree = list(frame.ring.gens()), poly.degrees()[index]
    turned = {(*p[:index], degree - p[index], *p[index + 1 :]): c for p, c in poly.to_dict().items()}
    gens[index] = 1 + gens[index]
    halves = [part.compose(*gens, ctx=frame.ring) for part in (poly, frame.ring.from_dict(turned))]
    return all(_nonnegative(half, frame, part) for half, part in zip(halves, proof.parts, strict=True))


def _by_order(poly: Poly, frame: _Frame, proof: Proof) -> bool:
    """For s = t + u, and for t = s + u."""
    first, second = proof.data["index"], proof.data["other"]
    if first == second or not _free(poly, [first, second], frame):
        return False
    halves = []
    for moved, other in ((first, second), (second, first)):
        gens = list(frame.ring.gens())
        gens[moved] = gens[moved] + gens[other]
        halves.append(poly.compose(*gens, ctx=frame.ring))
    return all(_nonnegative(half, frame, part) for half, part in zip(halves, proof.parts, strict=True))
