"""Series: a function of a box in balls of python-flint, and its Taylor series in what a derivative is taken of.

This is the arithmetic of the checker, which shares nothing with that of the prover. `Slope` encloses a function on a
box, g(x) ∈ g(c) + Σ_k s_k (x_k − c_k); `Series` is a polynomial of degree 1 or 2 in small changes h_1, h_2, … whose
coefficients are such functions, so that derivatives come from the network itself and not from formulas for them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from flint import arb, arb_mat

Power = tuple[int, ...]
"""The indices of the h that are multiplied, in order: () for 1, (0, 1) for h_0 h_1."""


@dataclass(frozen=True)
class Box:
    """A box in balls.

    Args:
        centre: a point of it.
        offset: what x − c lies in, a column.
    """

    centre: Sequence[arb]
    offset: arb_mat

    @classmethod
    def between(cls, lows: Sequence[float], highs: Sequence[float]) -> Box:
        """The box of two corners, about its middle."""
        centre = [arb(0.5 * (low + high)) for low, high in zip(lows, highs, strict=True)]
        whole = [arb(low).union(arb(high)) for low, high in zip(lows, highs, strict=True)]
        return cls(centre, arb_mat(len(centre), 1, [x - c for x, c in zip(whole, centre, strict=True)]))

    def coordinate(self, k: int) -> Slope:
        """The coordinate x_k."""
        slopes = arb_mat(1, len(self.centre), [int(index == k) for index in range(len(self.centre))])
        return Slope(self, self.centre[k], self.centre[k] + self.offset[k, 0], slopes)

    def sign(self, k: int) -> Slope:
        """The sign of x_k, of which only −1 and 1 count: of a box with one of them, it is that of the middle."""
        over = self.centre[k] + self.offset[k, 0]
        value = arb(1) if over > -0.5 else arb(-1) if over < 0.5 else arb(0, 1)
        return Slope(self, value, value, arb_mat(1, len(self.centre)))

    def number(self, value: arb | int) -> Slope:
        """A number."""
        return Slope(self, arb(value), arb(value), arb_mat(1, len(self.centre)))


class Slope:
    """A function on a box.

    Args:
        box: where.
        at: its value at the centre.
        over: its range.
        slopes: by coordinate, a row.
    """

    __slots__ = ("at", "box", "over", "slopes")

    def __init__(self, box: Box, at: arb, over: arb, slopes: arb_mat) -> None:
        self.box, self.at, self.slopes = box, at, slopes
        around = at + (slopes * box.offset)[0, 0]
        # no common part is left only where one of the two is NaN
        self.over = over.intersection(around) if over.overlaps(around) else arb.nan()

    def __add__(self, other: Slope) -> Slope:
        return Slope(self.box, self.at + other.at, self.over + other.over, self.slopes + other.slopes)

    def __sub__(self, other: Slope) -> Slope:
        return Slope(self.box, self.at - other.at, self.over - other.over, self.slopes - other.slopes)

    def __mul__(self, other: Slope) -> Slope:
        slopes = self.slopes * other.over + other.slopes * self.at
        return Slope(self.box, self.at * other.at, self.over * other.over, slopes)

    def squared(self) -> Slope:
        """g² ≥ 0."""
        factor = self.over + self.at
        return Slope(self.box, self.at * self.at, squared(self.over), self.slopes * factor)

    def divided(self, other: Slope) -> Slope:
        """g/h = q: q − q(c) = ((g − g(c)) − q(c)(h − h(c)))/h."""
        at = self.at / other.at
        return Slope(self.box, at, self.over / other.over, (self.slopes - other.slopes * at) / other.over)

    def root(self) -> Slope:
        """√g = q: q − q(c) = (g − g(c))/(q + q(c))."""
        at, over = self.at.sqrt(), self.over.sqrt()
        return Slope(self.box, at, over, self.slopes / (at + over))

    def larger(self, other: Slope) -> Slope:
        """The larger of two functions has a slope between theirs, or that of the one that is surely larger."""
        if self.over >= other.over:
            slopes = self.slopes
        elif other.over >= self.over:
            slopes = other.slopes
        else:
            pairs = zip(self.slopes.entries(), other.slopes.entries(), strict=True)
            slopes = arb_mat(1, len(self.box.centre), [a.union(b) for a, b in pairs])
        return Slope(self.box, self.at.max(other.at), self.over.max(other.over), slopes)

    def through(self, at: arb, over: arb, first: arb, second: arb) -> Slope:
        """u(g) by Taylor's formula about g(c).

        Args:
            at: u at g(c).
            over: the range of u on that of g.
            first: u′ at g(c).
            second: the range of u″ on that of g.
        """
        factor = first + second / 2 * (self.over - self.at)
        return Slope(self.box, at, over, self.slopes * factor)


def sine(x: Slope) -> Slope:
    """The sine."""
    over = x.over.sin()
    return x.through(x.at.sin(), over, x.at.cos(), -over)


def cosine(x: Slope) -> Slope:
    """The cosine."""
    over = x.over.cos()
    return x.through(x.at.cos(), over, -x.at.sin(), -over)


def tanh(x: Slope) -> Slope:
    """The tangent hyperbolic, with t′ = 1/cosh², t″ = −2t(1 − t²); it rises, which balls about 0 do not know."""
    at, over = x.at.tanh(), x.over.lower().tanh().union(x.over.upper().tanh())
    return x.through(at, over, x.at.sech() ** 2, -2 * over * (1 - squared(over)))


def squared(over: arb) -> arb:
    """The squares of the numbers in a ball, by its ends: the product of the ball with itself contains more."""
    least, most = over.abs_lower(), over.abs_upper()
    return (least * least).union(most * most)


@dataclass(frozen=True)
class Series:
    """A polynomial in changes, cut above a degree.

    Args:
        degree: 0, 1 or 2.
        terms: coefficients by power; those that are missing are 0.
    """

    degree: int
    terms: Mapping[Power, Slope]

    def __add__(self, other: Series) -> Series:
        found = dict(self.terms)
        for power, term in other.terms.items():
            found[power] = found[power] + term if power in found else term
        return Series(self.degree, found)

    def __mul__(self, other: Series) -> Series:
        found: dict[Power, Slope] = {}
        for left, a in self.terms.items():
            for right, b in other.terms.items():
                power = tuple(sorted(left + right))
                if len(power) <= self.degree:
                    product = a.squared() if a is b else a * b
                    found[power] = found[power] + product if power in found else product
        return Series(self.degree, found)

    def scaled(self, factor: Slope) -> Series:
        """Times a number or function."""
        return Series(self.degree, {power: factor * term for power, term in self.terms.items()})

    def composed(self, derivatives: Callable[[Slope], Sequence[Slope]]) -> Series:
        """u of the series: u + u′δ + u″δ²/2 with δ the series without its first term.

        Args:
            derivatives: u, u′ and u″.
        """
        value, first, second = derivatives(self.terms[()])
        change = Series(self.degree, {power: term for power, term in self.terms.items() if power})
        half = value.box.number(arb(1) / 2)
        bent = (change * change).scaled(second).scaled(half)
        return Series(self.degree, {(): value}) + change.scaled(first) + bent

    def derivative(self, *indices: int) -> Slope | None:
        """The derivative in some of the changes at 0; None if it is 0."""
        term = self.terms.get(tuple(sorted(indices)))
        twice = len(indices) == 2 and indices[0] == indices[1]
        return term if term is None or not twice else term + term
