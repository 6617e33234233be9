"""Jet: a function on many boxes at once, as its value at the centres, its range and its slopes.

A slope of g over a box with the centre c is a vector s of intervals with g(x) − g(c) ∈ Σ_k s_k (x_k − c_k) for all x
of the box, so that g(c) + Σ_k s_k (x_k − c_k) encloses g with an error of second order in the size of the box. With
slopes s of g and t of h the product has the slopes s·h(box) + g(c)·t: gh − g(c)h(c) = (g − g(c))h + g(c)(h − h(c)).
A range is the common part of this enclosure and of the plain one.

The number 0 stands for the function 0: what does not depend on a box costs nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.proving import interval
from wnverify.proving.interval import GROWTH, UNIT, Interval

Part: TypeAlias = "Jet | int"


@dataclass(frozen=True, eq=False)
class Boxes:
    """B boxes in n coordinates.

    Args:
        centre: (n, B).
        radius: (n, B), at least the distance from the centre to either end.
    """

    centre: FloatArray
    radius: FloatArray

    @classmethod
    def between(cls, lo: FloatArray, hi: FloatArray) -> Boxes:
        """The boxes of given corners.

        Args:
            lo: (n, B).
            hi: (n, B).
        """
        whole = interval.between(lo, hi)
        return cls(whole.c, whole.r)

    def coordinate(self, k: int) -> Jet:
        """The coordinate x_k: value c_k, slope 1."""
        slope = np.zeros_like(self.centre)
        slope[k] = 1.0
        zero = np.zeros_like(self.centre)
        centre, radius = self.centre[k], self.radius[k]
        return Jet(self, Interval(centre, zero[k]), Interval(centre, radius), Interval(slope, zero))

    def sign(self, k: int) -> Jet:
        """The sign of x_k, of which only −1 and 1 count: a number that is the same in all of a box, or either."""
        lo, hi = self.centre[k] - self.radius[k], self.centre[k] + self.radius[k]
        known = np.where(lo > -0.5, 1.0, np.where(hi < 0.5, -1.0, 0.0))
        value = Interval(known, np.where(known == 0, 1.0, 0.0))
        zero = np.zeros_like(self.centre)
        return Jet(self, value, value, Interval(zero, zero))

    def constant(self, value: Interval) -> Jet:
        """A number."""
        zero = Interval(np.zeros((len(self.centre), 1)), np.zeros((len(self.centre), 1)))
        one = Interval(np.broadcast_to(value.c, (1,)), np.broadcast_to(value.r, (1,)))
        return Jet(self, one, one, zero)


@dataclass(frozen=True, eq=False)
class Jet:
    """A function on boxes.

    Args:
        boxes: where.
        mid: enclosures of its value at the centres, (B,).
        whole: enclosures of its range, (B,).
        slope: its slopes, (n, B).
    """

    boxes: Boxes
    mid: Interval
    whole: Interval
    slope: Interval

    def __add__(self, other: Part) -> Jet:
        if not isinstance(other, Jet):
            return self
        return self._make(self.mid + other.mid, self.whole + other.whole, self.slope + other.slope)

    def __radd__(self, other: int) -> Jet:
        return self

    def __sub__(self, other: Part) -> Jet:
        return self + -other

    def __rsub__(self, other: int) -> Jet:
        return -self

    def __neg__(self) -> Jet:
        return Jet(self.boxes, -self.mid, -self.whole, -self.slope)

    def __mul__(self, other: Part) -> Part:
        return self.times(other) if isinstance(other, Jet) else 0

    def times(self, other: Jet) -> Jet:
        """The product of two functions; their square where both are one."""
        if self is other:
            return self.square()
        slope = self.slope * other.whole + self.mid * other.slope
        return self._make(self.mid * other.mid, self.whole * other.whole, slope)

    def __rmul__(self, other: int) -> int:
        return 0

    def square(self) -> Jet:
        """g²: its slopes are (g(box) + g(c))·s; it is ≥ 0."""
        slope = (self.whole + self.mid) * self.slope
        least = np.maximum(np.abs(self.whole.c) - self.whole.r * GROWTH, 0.0) / GROWTH
        whole = interval.between(least * least / GROWTH, self.whole.size**2 * GROWTH)
        return self._make(self.mid * self.mid, whole, slope)

    def inverse(self) -> Jet:
        """1/g: its slopes are −s/(g(c) g(box))."""
        at, over = self.mid.inverse(), self.whole.inverse()
        return self._make(at, over, -(at * over) * self.slope)

    def root(self) -> Jet:
        """√g: its slopes are s/(√g(c) + √g(box))."""
        at, over = self.mid.root(), self.whole.root()
        return self._make(at, over, (at + over).inverse() * self.slope)

    def larger(self, other: Jet) -> Jet:
        """The larger of two functions.

        If it is g at c and h at x, its change lies between those of g and of h, as h(x) ≥ g(x) and g(c) ≥ h(c): so it
        has a slope between those of both. Where one is surely the larger it has the slopes of that one.
        """
        surely, never = self.whole.lo >= other.whole.hi, other.whole.lo >= self.whole.hi
        both = self.slope.hull(other.slope)
        c = np.where(surely, self.slope.c, np.where(never, other.slope.c, both.c))
        r = np.where(surely, self.slope.r, np.where(never, other.slope.r, both.r))
        return self._make(self.mid.larger(other.mid), self.whole.larger(other.whole), Interval(c, r))

    def smaller(self, other: Jet) -> Jet:
        """The smaller of two functions."""
        return -(-self).larger(-other)

    def sine(self) -> Jet:
        """sin g; sin is 1-smooth, see `through`."""
        at, over = interval.sine(self.mid), interval.sine(self.whole)
        return self.through(at, over, interval.cosine(self.mid), -over)

    def cosine(self) -> Jet:
        """cos g."""
        at, over = interval.cosine(self.mid), interval.cosine(self.whole)
        return self.through(at, over, -interval.sine(self.mid), -over)

    def tanh(self) -> Jet:
        """tanh g: its derivatives are 1 − t² and −2t(1 − t²)."""
        at, over = interval.tanh(self.mid), interval.tanh(self.whole)
        one, two = interval.exact(1.0), interval.exact(-2.0)
        fall = over * (one - over * over).cut(Interval(np.array(0.5), np.array(0.5)))
        return self.through(at, over, one - at * at, two * fall)

    def through(self, mid: Interval, whole: Interval, first: Interval, second: Interval) -> Jet:
        """u(g) with u′ at g(c) and u″ on the range: u(g) − u(g(c)) = (u′ + ½u″·(g − g(c)))(g − g(c))."""
        half = Interval(0.5 * second.c, 0.5 * second.r)
        return self._make(mid, whole, (first + half * (self.whole - self.mid)) * self.slope)

    def _make(self, mid: Interval, whole: Interval, slope: Interval) -> Jet:
        """With the range cut to what value and slopes allow."""
        spread = np.sum(slope.size * self.boxes.radius, axis=0) * GROWTH
        around = Interval(mid.c, (mid.r + spread + UNIT * np.abs(mid.c)) * GROWTH)
        return Jet(self.boxes, mid, whole.cut(around), slope)
