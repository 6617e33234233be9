"""Shift certificates: a rational function is ≥ 0 on a box since, in shifted coordinates, no coefficient is negative.

Every symbol is written as a function of a parameter t ≥ 0: x = y^q with y = low + t (or (low + high·t)/(1 + t)),
where q clears the fractional powers of x. A function without a rational form (sin, log, ...) becomes a parameter
between proven bounds; a square root becomes a parameter s ≥ 0 with s² = R. An irrational constant becomes a
variable c whose polynomials are signed by ball arithmetic. After that the expression is a quotient of polynomials
with rational coefficients, and a quotient of polynomials with coefficients of one sign is ≥ 0 for t, s ≥ 0.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, reduce
from itertools import groupby
from typing import Any, TypeAlias

import flint
import sympy

from wnverify.balls.expression import enclose
from wnverify.symbolic.region import Region

Poly: TypeAlias = Any  # flint.fmpq_mpoly, which ships no types
Bounds: TypeAlias = Mapping[sympy.Expr, tuple[sympy.Expr, sympy.Expr]]
"""Opaque subexpression -> proven lower and upper bound, either possibly infinite."""

LARGEST = 4000
LARGEST_PRODUCT = 1_000_000
HIGHEST = 48
WORK = 10_000_000


class TooHardError(ArithmeticError):
    """The expression has no rational form here, or one that is too large."""


@dataclass
class Effort:
    """Work still allowed, counted in products of terms and never in seconds: results must be reproducible."""

    left: int = WORK

    def spend(self, amount: int) -> None:
        """Use up some of it.

        Raises:
            TooHardError: if nothing is left.
        """
        self.left -= amount
        if self.left < 0:
            raise TooHardError("the allowed work is spent")


@dataclass(frozen=True)
class Fraction:
    """A quotient of polynomials."""

    top: Poly
    bottom: Poly


@dataclass(frozen=True)
class Frame:
    """The variables in which an expression becomes rational.

    Args:
        region: where its symbols lie.
        bounds: for each opaque subexpression its bounds.
        roots: for each symbol the q of x = y^q.
        names: one entry a variable: symbols and opaque subexpressions first, then square roots, then constants.
        radicals: the square roots among the names.
        constants: the irrational constants among the names.
        ring: the polynomials in these names over the rational numbers.
        effort: the work still allowed.
    """

    region: Region
    bounds: Bounds
    roots: Mapping[sympy.Symbol, int]
    names: tuple[sympy.Expr, ...]
    radicals: frozenset[sympy.Expr]
    constants: frozenset[sympy.Expr]
    ring: Any = field(compare=False)
    effort: Effort = field(compare=False)
    memo: dict[sympy.Expr, Fraction] = field(default_factory=dict, compare=False, repr=False)
    squares: dict[int, Poly] = field(default_factory=dict, compare=False, repr=False)


# ---- the variables of an expression


def frame_of(expressions: Sequence[sympy.Expr], region: Region, bounds: Bounds, effort: Effort) -> Frame:
    """Collect the variables needed to write all the expressions as quotients of polynomials.

    Raises:
        TooHardError: if some subexpression has no rational form and no bounds.
    """
    atoms: dict[sympy.Expr, None] = {}
    roots: dict[sympy.Symbol, int] = {}
    for expression in expressions:
        _collect(expression, bounds, atoms, roots)
    for atom in list(atoms):
        for bound in bounds.get(atom, ()):
            _collect(sympy.Integer(0) if bound.is_infinite else bound, {}, atoms, roots)
    for symbol in [atom for atom in atoms if atom.is_Symbol]:
        domain = region.box[symbol]
        for end in (domain.low, domain.high):
            _collect(_root(end, roots.get(symbol, 1)), {}, atoms, roots)
    radicals = frozenset(a for a in atoms if a.is_Pow and a.free_symbols and a not in bounds)
    constants = frozenset(a for a in atoms if not a.free_symbols)
    names = tuple(sorted(atoms, key=lambda a: (a in constants, a in radicals, sympy.default_sort_key(a))))
    ring = flint.fmpq_mpoly_ctx.get(tuple(f"t{i}" for i in range(max(1, len(names)))), "lex")
    return Frame(region, bounds, roots, names, radicals, constants, ring, effort)


def _root(value: sympy.Expr, q: int) -> sympy.Expr:
    return sympy.Integer(0) if value.is_infinite else value ** sympy.Rational(1, q)


def _collect(expr: sympy.Expr, bounds: Bounds, atoms: dict[sympy.Expr, None], roots: dict[sympy.Symbol, int]) -> None:
    if expr in bounds or expr.is_Symbol:
        atoms[expr] = None
        return
    if expr.is_Pow and expr.exp.is_Rational and expr.base.is_Symbol:
        roots[expr.base] = int(sympy.lcm(int(expr.exp.q), roots.get(expr.base, 1)))
    for part in _inside(expr, atoms):
        _collect(part, bounds, atoms, roots)


def _inside(expr: sympy.Expr, atoms: dict[sympy.Expr, None]) -> tuple[sympy.Expr, ...]:
    """What is still to be looked into; a square root or an irrational constant is an atom of its own."""
    if expr.is_Add or expr.is_Mul:
        return tuple(expr.args)
    if expr.is_Pow and expr.exp.is_Rational and (expr.base.is_Symbol or expr.exp.is_Integer):
        return (expr.base,)
    if expr.is_Pow and expr.exp.is_Rational and expr.exp.q == 2:
        # the root of an irrational constant is a constant of its own: no formula gives it, only its ball
        atoms[sympy.sqrt(expr.base)] = None
        return (expr.base,) if expr.base.free_symbols else ()
    if expr.free_symbols or not expr.is_extended_real or not expr.is_finite:
        raise TooHardError(str(expr))
    if not expr.is_Rational:
        atoms[expr] = None
    return ()


# ---- from expression to quotient


def fraction(expr: sympy.Expr, frame: Frame) -> Fraction:
    """The expression as a quotient of polynomials in the frame's variables.

    Raises:
        TooHardError: if it grows too large, or a symbol cannot be shifted.
    """
    if expr not in frame.memo:
        frame.memo[expr] = _convert(expr, frame)
    return frame.memo[expr]


def _convert(expr: sympy.Expr, frame: Frame) -> Fraction:
    if expr.is_Rational:
        return Fraction(_number(expr, frame), _number(1, frame))
    if expr in frame.bounds:
        return _between(expr, frame.bounds[expr], frame)
    if expr in frame.constants or expr in frame.radicals:
        return _variable(expr, frame)
    return _composed(expr, frame)


def _composed(expr: sympy.Expr, frame: Frame) -> Fraction:
    if expr.is_Symbol:
        return _raise(_symbol(expr, frame), frame.roots.get(expr, 1), frame)
    if expr.is_Pow and expr.exp.is_Rational:
        return _power(expr, frame)
    if not (expr.is_Add or expr.is_Mul):
        raise TooHardError(str(expr))
    parts = [fraction(part, frame) for part in expr.args]
    return _sum(parts, frame) if expr.is_Add else reduce(lambda a, b: _times(a, b, frame), parts)


def _number(value: Any, frame: Frame) -> Poly:
    rational = sympy.Rational(value)
    return frame.ring.constant(flint.fmpq(int(rational.p), int(rational.q)))


def _gen(expr: sympy.Expr, frame: Frame) -> Poly:
    return frame.ring.gens()[frame.names.index(expr)]


def _symbol(symbol: sympy.Symbol, frame: Frame) -> Fraction:
    """The q-th root y of the symbol."""
    domain, q, one = frame.region.box[symbol], frame.roots.get(symbol, 1), _number(1, frame)
    if q > 1 and not frame.region.nonnegative(symbol):
        raise TooHardError(f"a root of {symbol}, which may be negative")
    low, high = _root(domain.low, q), _root(domain.high, q)
    t = _gen(symbol, frame)
    if domain.low.is_infinite and domain.high.is_infinite:
        raise TooHardError(f"{symbol} has no end point")
    if domain.high.is_infinite:
        return _sum([fraction(low, frame), Fraction(t, one)], frame)
    if domain.low.is_infinite:
        return _sum([fraction(high, frame), Fraction(-t, one)], frame)
    return _mix(fraction(low, frame), fraction(high, frame), t, frame)


def _mix(low: Fraction, high: Fraction, t: Poly, frame: Frame) -> Fraction:
    one = _number(1, frame)
    mixed = _sum([low, _times(high, Fraction(t, one), frame)], frame)
    return _times(mixed, Fraction(one, one + t), frame)


def _between(expr: sympy.Expr, bounds: tuple[sympy.Expr, sympy.Expr], frame: Frame) -> Fraction:
    t, one = _gen(expr, frame), _number(1, frame)
    low, high = bounds
    if low.is_infinite and high.is_infinite:
        raise TooHardError(f"{expr} has no bounds")
    if high.is_infinite:
        return _sum([fraction(low, frame), Fraction(t, one)], frame)
    if low.is_infinite:
        return _sum([fraction(high, frame), Fraction(-t, one)], frame)
    return _mix(fraction(low, frame), fraction(high, frame), t, frame)


def _variable(expr: sympy.Expr, frame: Frame) -> Fraction:
    """A square root sqrt(P/Q), Q > 0, as s/Q with s² = P·Q; or a constant, which may be the root of a rational."""
    one = _number(1, frame)
    if not expr.free_symbols:
        if expr.is_Pow and expr.exp == sympy.Rational(1, 2) and expr.base.is_Rational:
            frame.squares.setdefault(frame.names.index(expr), _number(expr.base, frame))
        return Fraction(_gen(expr, frame), one)
    inner = fraction(expr.base, frame)
    if coefficient_sign(inner.bottom, frame) != 1:
        raise TooHardError(f"the denominator under the root {expr}")
    frame.squares.setdefault(frame.names.index(expr), inner.top * inner.bottom)
    return Fraction(_gen(expr, frame), inner.bottom)


def _power(expr: sympy.Expr, frame: Frame) -> Fraction:
    base, exponent = expr.args
    if base.is_Symbol and base not in frame.bounds:
        q = frame.roots.get(base, 1)
        return _raise(_symbol(base, frame), int(exponent * q), frame)
    if exponent.is_Integer:
        return _raise(fraction(base, frame), int(exponent), frame)
    root = sympy.sqrt(base)
    if exponent.q != 2 or (root not in frame.radicals and root not in frame.constants):
        raise TooHardError(str(expr))
    return _raise(_variable(root, frame), int(2 * exponent), frame)


def _raise(part: Fraction, exponent: int, frame: Frame) -> Fraction:
    if abs(exponent) > HIGHEST:
        raise TooHardError(f"a power {exponent}")
    top, bottom = (part.top, part.bottom) if exponent >= 0 else (part.bottom, part.top)
    found = Fraction(_number(1, frame), _number(1, frame))
    for _ in range(abs(exponent)):
        found = _times(found, Fraction(top, bottom), frame)
    return found


def _times(first: Fraction, second: Fraction, frame: Frame) -> Fraction:
    return _reduced(limited(first.top, second.top, frame), limited(first.bottom, second.bottom, frame), frame)


def _sum(parts: Sequence[Fraction], frame: Frame) -> Fraction:
    total = parts[0]
    for part in parts[1:]:
        common = total.bottom.gcd(part.bottom)
        left, right = part.bottom / common, total.bottom / common
        top = limited(total.top, left, frame) + limited(part.top, right, frame)
        total = _reduced(top, limited(total.bottom, left, frame), frame)
    return total


def limited(first: Poly, second: Poly, frame: Frame) -> Poly:
    """The product, if the work it takes is still allowed.

    Raises:
        TooHardError: if it is not, or if the product would have far too many terms.
    """
    if len(first) * len(second) > LARGEST_PRODUCT:
        raise TooHardError("too many terms")
    frame.effort.spend(10 + len(first) * len(second))
    return first * second


def _reduced(top: Poly, bottom: Poly, frame: Frame) -> Fraction:
    top, bottom = substitute_squares(top, frame), substitute_squares(bottom, frame)
    if bottom.is_zero():
        raise TooHardError("a denominator that vanishes")
    common = top.gcd(bottom)
    if len(top) > LARGEST or len(bottom) > LARGEST or max((*top.degrees(), *bottom.degrees())) > HIGHEST:
        raise TooHardError("too many terms")
    return Fraction(top / common, bottom / common)


def substitute_squares(poly: Poly, frame: Frame) -> Poly:
    """Replace s² by what it stands for, for every square root s."""
    # a radicand may hold other square roots: repeat until nothing changes; every pass spends allowed work
    while (index := next((i for i in frame.squares if poly.degrees()[i] >= 2), None)) is not None:
        low, high = _split(poly, index, frame)
        poly = low + limited(high, frame.squares[index], frame)
    return poly


def _split(poly: Poly, index: int, frame: Frame) -> tuple[Poly, Poly]:
    """low + s²·high with `low` of degree at most one in the variable s of that index."""
    high, low = divmod(poly, frame.ring.gens()[index] ** 2)
    return low, high


# ---- signs


def coefficient_sign(poly: Poly, frame: Frame) -> int:
    """1 if no coefficient is negative, −1 if none is positive, 0 if neither could be shown.

    A coefficient is what stands before a monomial in the parameters: a polynomial in the irrational constants.
    """
    first = len(frame.names) - len(frame.constants)
    if not any(poly.degrees()[first:]):
        found = {value > 0 for value in poly.coeffs()}
        return 0 if len(found) > 1 else -1 if found == {False} else 1
    terms = zip(poly.monoms(), poly.coeffs(), strict=True)  # in the order of the ring: the constants come last
    balls = [_ball(name) for name in frame.names[first:]]
    signs: set[int | None] = set()
    with flint.ctx.workprec(192):
        for _, group in groupby(terms, key=lambda item: item[0][:first]):
            signs.add(_constant_sign(tuple(group), balls, first))
            if None in signs or {1, -1} <= signs:
                return 0
    return 1 if signs <= {1, 0} else -1


def _constant_sign(terms: tuple[tuple[tuple[int, ...], Any], ...], balls: list[flint.arb], first: int) -> int | None:
    if len(terms) == 1 and not any(terms[0][0][first:]):
        return 1 if terms[0][1] > 0 else -1
    total = flint.arb(0)
    for exponents, coefficient in terms:
        product = flint.arb(coefficient)
        for ball, power in zip(balls, exponents[first:], strict=True):
            if power:
                product *= ball**power
        total += product
    if total > 0 or total < 0:
        return 1 if total > 0 else -1
    return 0 if total == 0 else None


@lru_cache(maxsize=256)
def _ball(constant: sympy.Expr) -> Any:
    return enclose(constant, {}, 192)
