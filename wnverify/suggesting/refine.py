"""Refine: a maximum that floats attain, to many digits: Newton in high precision on the gauge-fixed coordinates.

At a smooth maximum the value misses the largest by the square of what the point misses. Slopes are differences in
balls; the curvature is taken once, in floats, and inverted where it is not flat, so that a whole manifold of
maximisers is met by the nearest of them. The value at the last point is a ball: that much is certainly attained.
How far it is from the maximum, ½ gᵀH⁺g, is an estimate, and the digits that are told rest on it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from flint import arb, ctx

from wnverify.arrays import FloatArray
from wnverify.balls.expression import enclose
from wnverify.errors import WnverifyError
from wnverify.judging.certificate import Standing, standing_at
from wnverify.judging.judge import Judge
from wnverify.suggesting.chart import Chart, chart
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
MOST = 60
"""Free numbers, at most."""
MET = (Standing.CERTAIN, Standing.CLOSE)


@dataclass(frozen=True)
class Refined:
    """A maximum to many digits.

    Args:
        value: a ball around the left side over its unit at the last point: so much is certainly attained.
        digits: of the maximum, as far as the estimate of what is missing tells.
        kind: what the maximiser looks like, in words.
        certified: whether balls enclose the value; else floats alone tell it.
    """

    value: arb
    digits: int
    kind: str
    certified: bool


def refine(judge: Judge, attained: Attained) -> Refined:
    """The maximum near the best instance, to as many digits as can be had.

    Args:
        judge: of the claim whose right side is the unit.
        attained: the best instance.
    """
    with ctx.workprec(PRECISION):
        local = chart(judge, attained.best.batch)
        climb = _Climb(judge, local)
        if climb.value([arb(float(each)) for each in local.start], given=True) is None:
            return _by_floats(attained, "no balls for this family")
        if len(local.free) > MOST:
            return _by_floats(attained, f"{len(local.free)} free numbers, too many to refine")
        return climb.refined(attained)


def _by_floats(attained: Attained, why: str) -> Refined:
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
        rises: whether it bends upwards anywhere: the point is no maximum.
    """

    inverse: FloatArray
    level: FloatArray
    rises: bool

    @classmethod
    def of(cls, matrix: FloatArray) -> Curvature:
        """Of a symmetric matrix."""
        values, vectors = np.linalg.eigh(matrix)
        bent = np.abs(values) > FLAT * np.abs(values).max(initial=0.0)
        kept = vectors[:, bent]
        return cls((kept / values[bent]) @ kept.T, vectors[:, ~bent], bool((values[bent] > 0).any()))


@dataclass(frozen=True)
class _Climb:
    """Newton's method on one chart."""

    judge: Judge
    chart: Chart

    def value(self, point: Sequence[arb], *, given: bool = False) -> arb | None:
        """The ratio as a ball; None where there is none, or, if they are to be looked at, a hypothesis is broken."""
        batch = self.chart.balls(point)
        claim = self.judge.stated(batch.settings)
        symbols = claim.free_symbols if given else claim.main.free_symbols
        try:
            found = self.judge.family.enclose(batch, {symbol.name for symbol in symbols})
        except WnverifyError:
            return None
        if found is None:
            return None
        values = {symbol: found[symbol.name] for symbol in symbols}
        if given and not all(standing_at(each, values) in MET for each in claim.given.values()):
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
        at = np.array([float(each.mid()) for each in point])
        count = at.size
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
        """From the chart's own point as far as it goes."""
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
            return _by_floats(attained, "not smooth there, or no maximum yet")
        return self._told(attained, sure, missing, bent)

    def _told(self, attained: Attained, value: arb, missing: arb, bent: Curvature) -> Refined:
        """The digits that the estimate and the ball leave; those of floats where these are more."""
        error = max(float((value.rad() / value.mid()).mid()), float(missing), 10.0**-DIGITS)
        digits = max(0, math.floor(-math.log10(error)))
        floats = _by_floats(attained, "")
        flat = bent.level.shape[1]
        kind = f"a manifold of {flat} dimension{'s' * (flat > 1)}" if flat else "isolated"
        if digits < floats.digits:
            return Refined(value, floats.digits, f"{kind}, not smooth there", certified=True)
        return Refined(value, digits, kind, certified=True)


def _dot(row: Sequence[Any] | FloatArray, other: Sequence[arb]) -> arb:
    return sum(
        (arb(float(a)) * b.mid() if isinstance(a, float) else a * b.mid() for a, b in zip(row, other, strict=True)),
        arb(0),
    )


def _along(level: FloatArray, slope: Sequence[arb]) -> arb:
    """The slope along the flat directions: what a step of length 1 there would bring, if it went on."""
    parts = [_dot(column, slope) for column in level.T]
    return sum((part * part for part in parts), arb(0)).sqrt()
