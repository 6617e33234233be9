"""Comparison: two sides in floats; how far they break a claim, and whether they meet a hypothesis."""

from __future__ import annotations

import numpy as np

from wnverify.arrays import BoolArray, FloatArray
from wnverify.claim import Claim, Relation
from wnverify.judging import terms


def fulfilled(hypothesis: Relation, lhs: FloatArray, rhs: FloatArray, scale: FloatArray | None = None) -> BoolArray:
    """Where a hypothesis holds, up to rounding of its sides, or of the terms of that scale, unless it is strict."""
    if hypothesis.is_strict:
        small, large = hypothesis.oriented(lhs, rhs)
        return np.asarray(small < large)
    if hypothesis.relation == "=":
        small, large = np.abs(lhs - rhs), np.zeros(())
    else:
        small, large = hypothesis.oriented(lhs, rhs)
    met = np.asarray(small <= large)
    return met if met.all() else np.asarray(small <= large + _slack(lhs, rhs, scale))


def _slack(lhs: FloatArray, rhs: FloatArray, scale: FloatArray | None) -> FloatArray:
    """What rounding may come to; nothing beside an infinite side, or one that is no number."""
    scale = np.maximum(np.abs(lhs), np.abs(rhs)) if scale is None else scale
    return np.where(scale < np.inf, terms.HAIR * scale, 0.0)


def oriented_ratio(claim: Claim, lhs: FloatArray, rhs: FloatArray) -> FloatArray:
    """More than 1 exactly where an inequality fails, whatever the signs of the two sides.

    Both sides positive: lhs/rhs. Both negative: rhs/lhs. A bound of the wrong sign: infinite. 0 ≤ 0 and an infinite
    bound count as a trivial 0; ∞ ≤ ∞ says neither, NaN.
    """
    small, large = (rhs, lhs) if claim.relation in (">=", ">") else (lhs, rhs)
    usual = (small > 0.0) & (large > 0.0)
    if usual.all():
        return np.asarray(small / large)
    small, large, usual = np.broadcast_arrays(small, large, usual)
    found, odd = np.asarray(small / large), ~usual
    found[odd] = _of_any_sign(small[odd], large[odd])
    return found


def _of_any_sign(small: FloatArray, large: FloatArray) -> FloatArray:
    """The same where some side is not positive, or no number."""
    both_negative = (small < 0) & (large < 0)
    plain = np.where(both_negative, large / small, np.maximum(small, 0.0) / large)
    wrong_sign = (large < 0) & (small >= 0) | (large == 0) & (small > 0)
    says_nothing = (small <= 0) & (large >= 0) | np.isposinf(large) & ~np.isposinf(small)
    plain = np.where(wrong_sign, np.inf, np.where(says_nothing, 0.0, plain))
    return np.where(np.isnan(small) | np.isnan(large), np.nan, plain)


def scale_of(lhs: FloatArray, rhs: FloatArray) -> FloatArray:
    """What the defect of an equation is relative to, of the sides alone: the larger one; 1 beside a side of 0."""
    return np.where(rhs == 0.0, 1.0, np.maximum(np.abs(lhs), np.abs(rhs)))


def known_up_to_a_factor(claim: Claim, lhs: FloatArray, rhs: FloatArray) -> FloatArray:
    """The ratio of sides that are known up to a common factor."""
    with np.errstate(all="ignore"):
        if claim.relation != "=":
            return oriented_ratio(claim, lhs, rhs)
        return np.abs(lhs - rhs) / scale_of(lhs, rhs) / claim.tolerance
