"""Refine: a maximum that floats attain, to many digits: Newton in high precision on the gauge-fixed coordinates.

At a smooth maximum the value misses the largest by the square of what the point misses. Slopes are differences in
balls; the curvature is taken once, in floats, and inverted where it is not flat, so that a whole manifold of
maximisers is met by the nearest of them. The value at the last point is a ball: that much is certainly attained.
How far it is from the maximum, ½ gᵀH⁺g, is an estimate, and the digits that are told rest on it; unless `isolated`
proves that there is a maximum.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

import numpy as np
from flint import arb, ctx

from wnverify.arrays import FloatArray
from wnverify.balls.expression import enclose
from wnverify.batch import Batch
from wnverify.errors import WnverifyError
from wnverify.judging.certificate import Standing, standing_at
from wnverify.judging.judge import Judge
from wnverify.suggesting.chart import Chart, Look, chart
from wnverify.suggesting.isolated import Problem, strict_maximum
from wnverify.suggesting.maxima import Attained

PRECISION, DIGITS = 224, 40
"""Bits that are worked with, and digits that are told at most."""
FLOATS = 12
"""Digits at most where only floats tell the value."""
APART = 1e-3
"""Step of the differences for the curvature."""
SETTLED = 1e-12
"""The curvature is taken anew as long as more than this share of the value is missing."""
TOGETHER = 2000
"""Instances of which the ratio is taken at once."""
FLAT = 1e-5
"""Curvatures below this share of the largest are none."""
MOST = 100
"""Free numbers, at most."""
ROUGH = "not smooth, or no maximum yet"
TRUSTED = 49
"""Bits of a ratio in floats."""
MET = (Standing.CERTAIN, Standing.CLOSE)


@dataclass(frozen=True)
class Refined:
    """A maximum to many digits.

    Args:
        value: a ball around the left side over its unit at the last point: so much is certainly attained.
        digits: of the maximum, as far as the estimate of what is missing tells.
        kind: what the maximiser looks like, in words.
        certified: whether balls enclose the value; else floats alone tell it.
        proved: whether there is a strict local maximum there for certain, with as many entries held as are flat.
    """

    value: arb
    digits: int
    kind: str
    certified: bool
    proved: bool = False


def refine(judge: Judge, attained: Attained) -> Refined:
    """The maximum near the best instance, to as many digits as can be had.

    Args:
        judge: of the claim whose right side is the unit.
        attained: the best instance.
    """
    best, family = attained.best.batch, judge.family
    if family.boxed:
        return _by_rounds(attained, "runs, which are measured in floats")
    look = Look(judge, best)
    best, limit = look.pushed(best)
    with ctx.workprec(PRECISION):
        climb = _Climb(judge, chart(look, best), look)
        fixed = climb.chart.moving - {name for names in family.scalable(best) for name in names}
        if fixed or climb.ratio(best, given=True) is None:
            climb = replace(climb, balls=False)
        if len(climb.chart.free) > MOST:
            return _by_rounds(attained, f"{len(climb.chart.free)} free numbers")
        found = climb.refined(attained)
    return replace(found, kind=f"a limit as {limit}", proved=False) if limit else found


def _by_rounds(attained: Attained, why: str) -> Refined:
    """What floats tell: the digits in which the two best rounds agree."""
    first, *rest = sorted([attained.best.ratio, *attained.ends], reverse=True)
    gap = max((first - rest[0]) / first, 10.0**-FLOATS) if rest else 1e-3
    return Refined(arb(first), min(FLOATS, math.floor(-math.log10(gap))), why, certified=False)


@dataclass(frozen=True)
class Curvature:
    """The second derivative of the ratio, inverted where it is not flat.

    Args:
        inverse: (k, k).
        level: an orthonormal basis of the flat directions, (k, f).
        bent: one of the others, (k, k − f).
        rises: whether it bends upwards anywhere: the point is no maximum.
    """

    inverse: FloatArray
    level: FloatArray
    bent: FloatArray
    rises: bool

    @classmethod
    def of(cls, matrix: FloatArray) -> Curvature:
        """Of a symmetric matrix."""
        if not np.isfinite(matrix).all():
            return cls(np.zeros_like(matrix), np.eye(len(matrix)), matrix[:, :0], rises=True)
        values, vectors = np.linalg.eigh(matrix)
        bent = np.abs(values) > FLAT * np.abs(values).max(initial=0.0)
        kept = vectors[:, bent]
        return cls((kept / values[bent]) @ kept.T, vectors[:, ~bent], kept, bool((values[bent] > 0).any()))


@dataclass(frozen=True)
class _Climb:
    """Newton's method on one chart."""

    judge: Judge
    chart: Chart
    look: Look
    balls: bool = True

    def value(self, point: Sequence[arb], *, given: bool = False) -> arb | None:
        """The ratio at a point as a ball; None where there is none, or it must be admissible and is not."""
        if given and not self.look.inside(self.chart.floats(_floats(point)[:, None])):
            return None
        return self.ratio(self.chart.balls(point), given=given) if self.balls else self._in_floats(point)

    def _in_floats(self, point: Sequence[arb]) -> arb | None:
        """The same in floats, of which all but a few bits are trusted."""
        found = float(self.judge(self.chart.floats(_floats(point)[:, None])).promise[0])
        return arb(found, abs(found) * 2.0**-TRUSTED) if np.isfinite(found) else None

    def ratio(self, batch: Batch, *, given: bool) -> arb | None:
        """The ratio of an instance as a ball; None where there is none, or a hypothesis that matters is broken."""
        claim = self.judge.stated(batch.settings)
        symbols = claim.free_symbols if given else claim.main.free_symbols
        try:
            found = self.judge.family.enclose(batch, {symbol.name for symbol in symbols})
        except WnverifyError:
            return None
        if found is None:
            return None
        values = {symbol: found[symbol.name] for symbol in symbols}
        if given and not all(standing_at(each, values, self.judge.constants) in MET for each in claim.given.values()):
            return None
        small, large = claim.main.oriented(*(enclose(side, values, ctx.prec) for side in (claim.lhs, claim.rhs)))
        ratio = small / large
        return ratio if ratio.is_finite() else None

    def slope(self, point: Sequence[arb], bits: int) -> list[arb] | None:
        """The derivative by every free number, by central differences of balls that are right to so many bits."""
        step, found = arb(2) ** -(bits // 3), []
        for index, at in enumerate(point):
            ends = [self.value([*point[:index], at + by, *point[index + 1 :]]) for by in (step, -step)]
            if ends[0] is None or ends[1] is None:
                return None
            found.append((ends[0] - ends[1]) / (2 * step))
        return found

    def curvature(self, point: Sequence[arb]) -> Curvature:
        """By second differences of floats, of all instances at once."""
        at = _floats(point)
        count = at.size
        if not count:
            return Curvature.of(np.zeros((0, 0)))
        units = APART * np.eye(count)
        pairs = list(combinations(range(count), 2))
        sums = [units[i] + sign * units[j] for i, j in pairs for sign in (1.0, -1.0)]
        moves = np.array([np.zeros(count), *units, *sums]).reshape(-1, count)
        ends = self._ratios(at[:, None] + moves.T) + self._ratios(at[:, None] - moves.T)
        bent = (ends - ends[0]) / APART**2
        matrix = np.diag(bent[1 : count + 1])
        for index, (i, j) in enumerate(pairs):
            plus, minus = bent[count + 1 + 2 * index : count + 3 + 2 * index]
            matrix[i, j] = matrix[j, i] = (plus - minus) / 4
        return Curvature.of(matrix)

    def _ratios(self, points: FloatArray) -> FloatArray:
        parts = np.array_split(np.arange(points.shape[1]), -(-points.shape[1] // TOGETHER))
        return np.concatenate([self.judge(self.chart.floats(points[:, part])).ratio for part in parts])

    def refined(self, attained: Attained) -> Refined:
        """From the chart's own point as far as it goes; what the rounds tell, if that leads nowhere."""
        point = [arb(float(each)) for each in self.chart.start]
        found = self.value(point)
        missing, bent = arb(1), self.curvature(point)
        while found is not None and (slope := self.slope(point, found.rel_accuracy_bits())) is not None:
            step = [-_dot(row, slope) for row in bent.inverse]
            now = (abs(_dot(step, slope)) / 2 + _along(bent.level, slope)) / found
            if not now.mid() < missing / 2:
                break
            missing = arb(now.mid())
            if missing < arb(10) ** -(DIGITS + 2):
                break
            point = [arb((at + by).mid()) for at, by in zip(point, step, strict=True)]
            found = self.value(point)
            if missing > SETTLED:
                bent = self.curvature(point)
        sure = self.value(point, given=True)
        if sure is None or bent.rises:
            return _by_rounds(attained, ROUGH)
        problem = Problem.of(self.judge, self.chart) if self.balls and bent.bent.size else None
        gap = strict_maximum(problem, point, bent.bent) if problem else None
        told = self._told(attained, sure, missing if gap is None else gap, bent)
        return replace(told, proved=gap is not None)

    def _told(self, attained: Attained, value: arb, missing: arb, bent: Curvature) -> Refined:
        """The digits that the estimate and the ball leave; those of floats where these are more."""
        error = max(float((value.rad() / value.mid()).mid()), float(missing), 10.0**-DIGITS)
        digits = min(max(0, math.floor(-math.log10(error))), DIGITS if self.balls else FLOATS)
        rounds = _by_rounds(attained, ROUGH)
        flat = bent.level.shape[1]
        kind = f"a manifold of {flat} dimension{'s' * (flat > 1)}" if flat else "isolated"
        if digits < rounds.digits:
            return replace(rounds, value=value, certified=self.balls)
        return Refined(value, digits, kind, self.balls)


def _floats(point: Sequence[arb]) -> FloatArray:
    return np.array([float(each.mid()) for each in point])


def _dot(row: Sequence[Any] | FloatArray, other: Sequence[arb]) -> arb:
    return sum(
        (arb(float(a)) * b.mid() if isinstance(a, float) else a * b.mid() for a, b in zip(row, other, strict=True)),
        arb(0),
    )


def _along(level: FloatArray, slope: Sequence[arb]) -> arb:
    """The slope along the flat directions, as far as it is more than rounding: what a step of 1 there would bring."""
    parts = [sum((float(a) * b for a, b in zip(row, slope, strict=True)), arb(0)).abs_lower() for row in level.T]
    return sum((part * part for part in parts), arb(0)).sqrt()
