"""Least: what is known of a free constant, and how it is told."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from rich.text import Text

from wnverify.judging.judge import Candidate
from wnverify.judging.opinion import Opinion
from wnverify.report.instance import instance_lines, sides_words
from wnverify.report.layout import field
from wnverify.report.words import formula

FLAT = 0.05
"""A power up to which a constant is not said to grow."""
SHOWN = 4


@dataclass(frozen=True)
class Below:
    """A value of the constant that an instance refutes.

    Args:
        value: the value, as it is written.
        worst: the instance.
        opinion: what balls, or the second route, say of it.
    """

    value: str
    worst: Candidate
    opinion: Opinion


@dataclass(frozen=True)
class Growth:
    """The constant at several values of one symbol, the others fixed.

    Args:
        name: the size, or the number with what is added to it.
        points: its values, each with the constant that the worst instance found there needs.
        power: of the size, by which the constant grows over them.
        low: the least power that they allow.
        high: the greatest.
        at: the symbol at the instance that needs the most, which may lie far beyond its values here; NaN if unknown.
    """

    name: str
    points: tuple[tuple[float, float], ...]
    power: float
    low: float
    high: float
    at: float = math.nan

    @property
    def sign(self) -> str:
        """The symbol as it is printed."""
        return formula(self.name)

    @property
    def outwards(self) -> float:
        """The power between the two values that are nearest to the instance that needs the most."""
        (x0, y0), (x1, y1) = self.points[:2] if self.at < self.points[0][0] else self.points[-2:]
        return math.log(y1 / y0) / math.log(x1 / x0)

    @property
    def decades(self) -> float:
        """By how many powers of ten the constant grows from the values here to that instance, by that power."""
        ends = self.points[0][0], self.points[-1][0]
        beyond = math.log10(self.at / min(max(self.at, ends[0]), ends[1])) if 0 < self.at < math.inf else 0.0
        return max(self.outwards * beyond, 0.0)

    @property
    def _falling(self) -> bool:
        return self.at < self.points[0][0] and self.outwards < -FLAT

    def sentence(self, constant: str) -> str:
        """The table in one line, with the power and what it means.

        >>> print(Growth("L", ((1, 0.5), (2, 0.7), (4, 1.0)), 0.5, 0.4, 0.6).sentence("C"))
        L = 1, 2, 4: C 0.5, 0.7, 1; like power 0.50 (0.40 to 0.60): it grows with L as far as L = 4
        """
        values, found = (", ".join(f"{each:.{SHOWN}g}" for each in part) for part in zip(*self.points, strict=True))
        first, last = (f"{self.sign} = {self.points[place][0]:g}" for place in (0, -1))
        words = f"no growth with {self.sign} up to {last}" if self.high < FLAT else "a growth is not excluded"
        words = f"it grows with {self.sign} as far as {last}" if self.low > FLAT else words
        words = f"it grows as {self.sign} falls, down to {first}" if self._falling else words
        power = f"{self.power + 0.0:.2f} ({self.low + 0.0:.2f} to {self.high + 0.0:.2f})".replace("-0.00", "0.00")
        return f"{self.sign} = {values}: {constant} {found}; like power {power}: {words}"


@dataclass(frozen=True)
class Least:
    """What is known of a free constant.

    Args:
        name: the constant.
        value: what the worst instance found needs; NaN if there was none.
        upwards: whether it is the least value that is sought; the greatest otherwise.
        stands: whether the search found no violation with larger values (smaller ones if the greatest is sought).
        below: a value, next to that, which an instance refutes; None if none could be confirmed.
        growth: how it grows with the sizes, or, where nothing bounds it, with all that can be set.
    """

    name: str
    value: float
    upwards: bool
    stands: bool
    below: Below | None = None
    growth: Sequence[Growth] = ()

    @property
    def drivers(self) -> list[Growth]:
        """What takes the constant by a power of ten or more from the values looked at to the worst instance."""
        return sorted((each for each in self.growth if each.decades >= 1), key=lambda each: -each.decades)

    @property
    def sentence(self) -> str:
        """The answer in one sentence."""
        most, less = ("least", "<") if self.upwards else ("greatest", ">")
        if math.isnan(self.value):
            return f"no instance says anything of {self.name}"
        if self.value in (0.0, math.inf) and self.below is not None:
            how = "certified" if self.below.opinion.certified else "confirmed by a second float route"
            return f"no {self.name} helps: at the instance below the side that has it is next to nothing, {how}"
        if not self.stands:
            return f"no {self.name} was found with which the claim stands; every {self.name} {self._refuted()}"
        text = f"{self.value:.6g} is the {most} {self.name} that the search did not refute"
        return (
            f"{text}; every {self.name} {self._refuted()}" if self.below else f"{text}; none {less} it is confirmed"
        )

    def _refuted(self) -> str:
        if self.below is None:
            return "that was tried is refuted"
        how = "certified by ball arithmetic" if self.below.opinion.certified else "confirmed by a second float route"
        return f"{'≤' if self.upwards else '≥'} {self.below.value} is refuted, {how}"

    def lines(self, width: int) -> list[Text]:
        """The answer, the instance behind it, and the growth over sizes."""
        found = field(self.name, self.sentence, width, style="bold")
        if self.below is not None:
            worst, sides = self.below.worst, self.below.opinion.sides
            found += field("by", f"{worst.situation}, with {self.name} = {self.below.value}", width)
            found += field("sides", sides_words(sides, worst.lhs, worst.rhs), width)
            found += instance_lines(worst.batch, width)
        for each in self.growth:
            found += field("growth", each.sentence(self.name), width)
        for each in self.drivers:
            words = f"{each.sign} = {each.at:.{SHOWN}g} there, {self.name} growing like its power {each.outwards:.2f}"
            found += field("driven by", words, width)
        if self.growth:
            rest = "other sizes at 2 or more" if self.stands else "others at rest"
            words = f"each {self.name} is what the search found, the {rest}: the true one may be beyond"
            found += field("note", words, width)
        return found
