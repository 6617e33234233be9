"""Closed forms of one number by integer relations: lattices reduced by LLL, in the precision of the number.

A relation Σ a_i b_i = 0 between n numbers that are known to D digits, with all |a_i| about H, is expected by chance
as soon as n log₁₀H > D: what is found is told by `Fit.surplus`, which counts the digits of its coefficients.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import sympy
from flint import arb, ctx, fmpz_mat

from wnverify.balls.expression import enclose
from wnverify.suggesting.known import BITS, EXTRA, SURE, Fit, Known, best_first, fit

LARGEST = 10**6
"""Coefficients beyond it are those of no formula."""
ANGLES = (5, 7, 8, 9, 10, 12)
"""The denominators of the angles kπ/n; other angles have sines and cosines among the roots."""


def relation(numbers: Sequence[arb], digits: int) -> list[int] | None:
    """Small integers with Σ a_i b_i = 0 up to 10^(−digits), the first of which is not 0; None if there are none.

    >>> with ctx.workprec(128):
    ...     relation([arb(5).sqrt() / 2 + arb(1) / 2, arb(1), arb(5).sqrt()], 30)
    [2, -1, -1]
    """
    count, scale = len(numbers), arb(10) ** digits
    rows = [[int(i == j) for j in range(count)] + [_whole(scale * number)] for i, number in enumerate(numbers)]
    for row in fmpz_mat(rows).lll().tolist():
        found = [int(entry) for entry in row[:count]]
        if found[0] and max(map(abs, found)) < LARGEST:
            sign = 1 if found[0] > 0 else -1
            return [sign * entry for entry in found]
    return None


def _whole(number: arb) -> int:
    """The whole number below the midpoint of a ball."""
    return int(number.mid().floor().unique_fmpz() or 0)


def closed_forms(number: Known) -> list[Fit]:
    """Formulas without sizes that meet a positive number, the one that explains most beyond chance first.

    Tried are rational numbers, roots of quadratic equations, products of powers of 2, 3, 5 and π, roots of rational
    numbers, rational multiples of sines and cosines of rational angles, and 1 with two of π and square roots.

    Args:
        number: to how many digits it is known decides how much can be told.

    >>> closed_forms(Known({}, arb("1.1547005383792515"), 14))[0].formula
    2*sqrt(3)/3
    """
    found: list[Fit] = []
    with ctx.workprec(round(number.digits * BITS) + EXTRA):
        for propose in (_roots, _quadratic, _product, _of_angles, _sums):
            fits = (fit(each, [number]) for each in propose(arb(number.value.mid()), number.digits))
            found += [each for each in fits if each is not None]
            if any(each.surplus >= SURE for each in found):  # those that follow are longer
                break
    return best_first(found)


def _roots(c: arb, digits: int) -> Iterator[sympy.Expr]:
    """Rational numbers, and roots of them."""
    for power in (1, 2, 3, 4):
        if (found := relation([c**power, arb(1)], digits)) is not None and found[1] < 0:
            yield sympy.root(sympy.Rational(-found[1], found[0]), power)


def _of_angles(c: arb, digits: int) -> Iterator[sympy.Expr]:
    """Rational multiples of cosines and sines."""
    for angle in _angles():
        if (found := relation([c / enclose(angle, {}, ctx.prec), arb(1)], digits)) is not None:
            yield sympy.Rational(-found[1], found[0]) * angle


def _sums(c: arb, digits: int) -> Iterator[sympy.Expr]:
    """Sums of 1 and of one or two others."""
    for basis in _bases():
        parts = [arb(1), *(enclose(each, {}, ctx.prec) for each in basis)]
        if (found := relation([c, *parts], digits)) is not None:
            terms = zip(found[1:], (sympy.Integer(1), *basis), strict=True)
            yield sum((sympy.Rational(-a, found[0]) * each for a, each in terms), sympy.Integer(0))


def _quadratic(c: arb, digits: int) -> Iterator[sympy.Expr]:
    """Roots of a x² + b x + e = 0, and their square roots."""
    x = sympy.Symbol("x")
    for power in (1, 2):
        found = relation([c ** (2 * power), c**power, arb(1)], digits)
        if found is not None:
            polynomial = sympy.Poly(found, x)
            yield from (root ** sympy.Rational(1, power) for root in sympy.roots(polynomial) if root.is_positive)


def _product(c: arb, digits: int) -> Iterator[sympy.Expr]:
    """2^a 3^b 5^e π^f with rational exponents."""
    bases = (sympy.Integer(2), sympy.Integer(3), sympy.Integer(5), sympy.pi)
    found = relation([abs(c).log(), *(enclose(base, {}, ctx.prec).log() for base in bases)], digits - 1)
    if found is not None and max(map(abs, found)) < 100:
        powers = zip(found[1:], bases, strict=True)
        yield sympy.Mul(*(base ** sympy.Rational(-a, found[0]) for a, base in powers))


def _angles() -> Iterator[sympy.Expr]:
    """cos and sin of kπ/n in lowest terms; where n is even the sines are among the cosines."""
    fractions = [sympy.Rational(over, below) for below in ANGLES for over in range(1, (below + 1) // 2)]
    for angle in dict.fromkeys(fractions):
        yield sympy.cos(sympy.pi * angle)
        if angle.q % 2:
            yield sympy.sin(sympy.pi * angle)


def _bases() -> Iterator[tuple[sympy.Expr, ...]]:
    """What 1 and one or two of √2, √3, √5, √6, √7, π and 1/π span."""
    parts = [*(sympy.sqrt(n) for n in (2, 3, 5, 6, 7)), sympy.pi, 1 / sympy.pi]
    yield from ((part,) for part in parts[5:])
    yield from ((one, other) for index, one in enumerate(parts[:6]) for other in parts[index + 1 :])
