"""A ball as plain data, and the two conversions to double precision that keep a certificate true."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from flint import arb, ctx

from wnverify.errors import RecordError, expected

# An integer mantissa times a power of two, of any size; `float.fromhex` reads it when it is in range.
_DYADIC = re.compile(r"(-?)0x([0-9a-f]{1,4096})p([+-][0-9]{1,18})")
_CONVERSION = 128  # bits; at 53 the end of the ball would be rounded twice
_SPECIAL = {"inf": arb.pos_inf, "-inf": arb.neg_inf, "nan": arb.nan}


@contextmanager
def at_least(bits: int) -> Iterator[None]:
    """Work at so many bits, or at those in force where they are more: whoever needs sharper balls raises `ctx.prec`.

    >>> with ctx.workprec(300), at_least(128):
    ...     ctx.prec
    300
    """
    with ctx.workprec(max(bits, ctx.prec)):
        yield


@dataclass(frozen=True)
class Ball:
    """An enclosure [midpoint − radius, midpoint + radius] as text and floats: it pickles and goes into JSON.

    `midpoint` and `radius` are exact dyadic numbers as hex text; `lower` and `upper` are doubles
    rounded outward, so lower ≤ x ≤ upper for every x in the ball.

    >>> Ball.from_arb(arb(3) / 4)
    Ball(midpoint='0x3p-2', radius='0x0p+0', lower=0.75, upper=0.75)
    >>> third = Ball.from_arb(arb(1) / 3)
    >>> third.lower < third.upper, third.to_arb().contains(arb(1) / 3)
    (True, True)
    """

    midpoint: str
    radius: str
    lower: float
    upper: float

    @classmethod
    def from_arb(cls, value: arb) -> Ball:
        """Write an arb down without loss.

        >>> Ball.from_arb(arb.nan())
        Ball(midpoint='nan', radius='0x0p+0', lower=-inf, upper=inf)
        """
        if value.is_nan():
            return cls("nan", "0x0p+0", -math.inf, math.inf)
        return cls(_text(value.mid()), _text(value.rad()), lower_float(value), upper_float(value))

    def to_arb(self) -> arb:
        """Read the same ball back, bit for bit.

        Raises:
            RecordError: midpoint or radius is not a number in the form that `from_arb` writes.

        >>> Ball.from_arb(arb(1) / 3).to_arb().mid() == (arb(1) / 3).mid()
        True
        """
        if self.midpoint in _SPECIAL:
            return _SPECIAL[self.midpoint]()
        if self.radius == "inf":
            return arb(0, arb.pos_inf())
        return _with_radius(_dyadic(self.midpoint), _dyadic(self.radius))


def lower_float(value: arb) -> float:
    """Return a double ≤ every element of the ball (−inf when nothing is known).

    >>> lower_float(arb(1) / 3) <= 1 / 3, lower_float(arb.nan())
    (True, -inf)
    """
    with ctx.workprec(_CONVERSION):
        candidate = float(value.lower())
    if math.isnan(candidate):
        return -math.inf
    while not arb(candidate) <= value:
        candidate = math.nextafter(candidate, -math.inf)
    return candidate


def upper_float(value: arb) -> float:
    """Return a double ≥ every element of the ball (+inf when nothing is known), at most one ulp too large.

    >>> upper_float(arb(0.5)), upper_float(arb("1e400")), upper_float(arb("1e-400"))
    (0.5, inf, 5e-324)
    """
    with ctx.workprec(_CONVERSION):
        candidate = float(value.upper())
    if math.isnan(candidate):
        return math.inf
    # the conversion to double rounds to nearest, hence perhaps downward
    while not value <= arb(candidate):
        candidate = math.nextafter(candidate, math.inf)
    return candidate


def _text(value: arb) -> str:
    if not value.is_finite():
        return str(float(value))
    mantissa, exponent = (int(part) for part in value.man_exp())
    return f"{mantissa:#x}p{exponent:+d}"


def _with_radius(midpoint: tuple[int, int], radius: tuple[int, int]) -> arb:
    """Return the ball with exactly this radius.

    arb cuts a new radius to 30 bits and then adds one unit even to an exact one, so a radius half a unit
    smaller is offered first. Should it not come out as wanted, the plain one is safe.
    """
    mantissa, exponent = radius
    shift = max(31 - mantissa.bit_length(), 0)
    ball = arb(midpoint, ((mantissa << shift) - 1, exponent - shift))
    return ball if ball.rad() == arb(radius) else arb(midpoint, radius)


def _dyadic(text: str) -> tuple[int, int]:
    match = _DYADIC.fullmatch(text)
    if match is None:
        raise RecordError(expected("a ball written as '0x…p±…'", repr(text[:80]), "the record is damaged"))
    sign, digits, exponent = match.groups()
    return int(sign + digits, 16), int(exponent)
