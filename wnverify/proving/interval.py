"""Interval: many enclosures at once, as midpoints and radii rounded outward; the arithmetic of the prover.

The interval of an element is [c − r, c + r]. Every float operation on midpoints is off by at most half an ulp, for
which `UNIT`, a whole one, is added to the radius; radii are computed with at most sixteen operations a time, and
`GROWTH` makes up for their own rounding. What is infinite or NaN encloses everything.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from wnverify.arrays import FloatArray

UNIT = 2.0**-52
GROWTH = 1.0 + 32 * UNIT
TINY = 1e-300
"""More than is lost where a product of floats underflows."""
LIBRARY = 32 * UNIT
"""More than the sines, cosines and hyperbolic tangents of NumPy are off, absolute: 4 ulp of numbers up to 1."""


@dataclass(frozen=True, eq=False)
class Interval:
    """Enclosures by midpoint and radius, of any shape that NumPy broadcasts.

    Args:
        c: midpoints.
        r: radii, ≥ 0.

    >>> Interval(np.array([1.0]), np.array([0.5])) * Interval(np.array([2.0]), np.array([0.0]))
    [1, 3]
    """

    c: FloatArray
    r: FloatArray

    def __repr__(self) -> str:
        return " ".join(f"[{low:.4g}, {high:.4g}]" for low, high in zip(self.lo.flat, self.hi.flat, strict=True))

    @property
    def lo(self) -> FloatArray:
        """Numbers that are not above any element."""
        return np.nextafter(self.c - self.r, -np.inf)

    @property
    def hi(self) -> FloatArray:
        """Numbers that are not below any element."""
        return np.nextafter(self.c + self.r, np.inf)

    @property
    def size(self) -> FloatArray:
        """Numbers that no element is larger than in absolute value."""
        return (np.abs(self.c) + self.r) * GROWTH

    def __add__(self, other: Interval) -> Interval:
        c = self.c + other.c
        return Interval(c, (self.r + other.r + UNIT * np.abs(c)) * GROWTH)

    def __sub__(self, other: Interval) -> Interval:
        c = self.c - other.c
        return Interval(c, (self.r + other.r + UNIT * np.abs(c)) * GROWTH)

    def __neg__(self) -> Interval:
        return Interval(-self.c, self.r)

    def __mul__(self, other: Interval) -> Interval:
        c = self.c * other.c
        across = np.abs(self.c) * other.r + self.r * (np.abs(other.c) + other.r)
        return Interval(c, (across + UNIT * np.abs(c)) * GROWTH + TINY)

    def inverse(self) -> Interval:
        """1/x; everything where x may be 0: |1/x − 1/c| ≤ r/(|c|(|c| − r)).

        >>> Interval(np.array([3.0]), np.array([1.0])).inverse().hi >= 0.5
        array([ True])
        """
        with np.errstate(all="ignore"):
            c, size = 1.0 / self.c, np.abs(self.c)
            room = np.where(self.r * GROWTH < size, (size - self.r) / GROWTH, 0.0)
            r = (self.r / (size * room) + UNIT * np.abs(c)) * GROWTH + TINY
        return Interval(np.where(room > 0, c, 0.0), np.where((room > 0) & np.isfinite(r), r, np.inf))

    def root(self) -> Interval:
        """√x; everything where x may be negative.

        >>> Interval(np.array([4.0, 0.0]), np.array([0.0, 1.0])).root()
        [2, 2] [-inf, inf]
        """
        lo, known = np.maximum(self.lo, 0.0), self.lo >= 0
        found = between(np.sqrt(lo) * (1.0 - 2 * UNIT), np.sqrt(np.maximum(self.hi, 0.0)) * (1.0 + 2 * UNIT))
        return Interval(np.where(known, found.c, 0.0), np.where(known, found.r, np.inf))

    def larger(self, other: Interval) -> Interval:
        """The larger of two numbers.

        >>> Interval(np.array([1.0]), np.array([1.0])).larger(Interval(np.array([1.0]), np.array([0.5])))
        [0.5, 2]
        """
        return between(np.maximum(self.lo, other.lo), np.maximum(self.hi, other.hi))

    def hull(self, other: Interval) -> Interval:
        """What contains both."""
        return between(np.minimum(self.lo, other.lo), np.maximum(self.hi, other.hi))

    def cut(self, other: Interval) -> Interval:
        """The common part of two enclosures of the same numbers.

        >>> Interval(np.array([1.0]), np.array([1.0])).cut(Interval(np.array([2.0]), np.array([1.5])))
        [0.5, 2]
        """
        return between(np.maximum(self.lo, other.lo), np.minimum(self.hi, other.hi))


def between(lo: FloatArray, hi: FloatArray) -> Interval:
    """The interval of two ends; they may have crossed by rounding."""
    c = 0.5 * (lo + hi)
    return Interval(c, np.maximum(np.maximum(hi - c, c - lo), 0.0) * GROWTH + TINY)


def spanned(lo: float, hi: float) -> Interval:
    """The interval of a number between two floats, for all boxes; of one float it is exact."""
    return exact(lo) if lo == hi else between(np.array(lo), np.array(hi))


def exact(value: float) -> Interval:
    """The interval of one float, for all boxes."""
    return Interval(np.array(value), np.array(0.0))


def near(value: float) -> Interval:
    """The interval of a number that a float represents to within an ulp."""
    return Interval(np.array(value), np.array(UNIT * abs(value)))


def sine(x: Interval) -> Interval:
    """|sin x − sin c| ≤ |cos c| r + r²/2, and |sin| ≤ 1."""
    slope, value = np.abs(np.cos(x.c)) + LIBRARY, np.sin(x.c)
    r = np.minimum((slope * x.r + 0.5 * x.r * x.r) * GROWTH, 2.0) + LIBRARY
    return Interval(value, r).cut(UNIT_DISC)


def cosine(x: Interval) -> Interval:
    """|cos x − cos c| ≤ |sin c| r + r²/2, and |cos| ≤ 1."""
    slope, value = np.abs(np.sin(x.c)) + LIBRARY, np.cos(x.c)
    r = np.minimum((slope * x.r + 0.5 * x.r * x.r) * GROWTH, 2.0) + LIBRARY
    return Interval(value, r).cut(UNIT_DISC)


def tanh(x: Interval) -> Interval:
    """The tangent hyperbolic, which is increasing."""
    return between(np.tanh(x.lo) - LIBRARY, np.tanh(x.hi) + LIBRARY).cut(UNIT_DISC)


UNIT_DISC = Interval(np.array(0.0), np.array(1.0))
"""[−1, 1]."""
