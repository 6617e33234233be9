"""Equality: whether the two sides of a claim are the same number, as far as balls can tell."""

from __future__ import annotations

import math

from flint import ctx

from wnverify.judging.opinion import Opinion

LEAST_DIGITS, MOST_DIGITS, PRECISION = 25, 70, 256
"""Sides that agree to fewer digits may differ by what was typed."""


def common_digits(found: Opinion) -> int | None:
    """To how many digits both sides certainly agree; None unless balls find them equal to many.

    No ball can show that two numbers are the same; a claim that is attained is then not refuted, and the answer says
    how close its sides are known to be.
    """
    if found.sides is None:
        return None
    with ctx.workprec(PRECISION):  # less would widen the hull of the two
        lhs, rhs = found.sides.lhs.to_arb(), found.sides.rhs.to_arb()
        hull = lhs.union(rhs)
        if not (lhs.overlaps(rhs) and hull.is_finite() and abs(hull) > 0):
            return None
        share = float(2 * hull.rad() / abs(hull).lower())
    digits = MOST_DIGITS if share == 0 else min(MOST_DIGITS, math.floor(-math.log10(share)))
    return digits if digits >= LEAST_DIGITS else None
