"""Shaken: hypotheses that an instance meets up to rounding, where there are no balls to move it onto them.

What `nearby` proves in balls is here only made likely: small random changes of the instance must make the defect of
such a hypothesis positive as well as negative, and break the claim as clearly. A hypothesis that is never crossed
forces something, and rounding then explains what the claim says about it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from wnverify.arrays import BoolArray, FloatArray
from wnverify.batch import Batch, concatenate
from wnverify.claim import Relation
from wnverify.errors import WnverifyError
from wnverify.family import Family
from wnverify.judging.formula import Values, function
from wnverify.judging.judge import Judge
from wnverify.judging.terms import HAIR, Constants, Scale, is_atom, is_constant

SHAKES, BY = 24, 1e-6
"""How many changes, and by what share of its entries."""
ROUTES, STEADY, LAST_DIGITS, FEW_SHAKES = 0.05, 0.2, 1e-13, 6
"""The shares of a gap by which the two routes may differ, and by which it may change when the last digits of the
instance do; how far these are changed, and how often."""
SMALL_GAP, WIDER = 1e-3, 0.03
"""A gap below such a share of the sides must outlast opposite changes, on average, by this multiple of the share's
root: rounding as large as that is drawn anew there, and what is smooth is as good as linear."""
SURE = 1e-11
"""The share of its terms beyond which a defect has a sign in spite of rounding."""


def forced(judge: Judge, batch: Batch, far: float) -> str:
    """The hypothesis that rounding alone may meet, by which a violation does not count; empty if there is none.

    Args:
        judge: the claim.
        batch: one instance that breaks it by the second route.
        far: the share of the terms of its sides by which the claim must stay broken.
    """
    claim = judge.stated(batch.settings)
    values = judge.measured({s.name for each in claim.given.values() for s in each.free_symbols}, batch)
    near = {name: each for name, each in claim.given.items() if _is_near(each, values, judge.constants)}
    if not near:
        return ""
    shaken = changed(judge.family, batch, BY, SHAKES)
    if shaken is None:
        return f"the hypothesis {next(iter(near))!r} holds up to rounding only"
    values = judge.measured({s.name for each in near.values() for s in each.free_symbols}, shaken)
    for name, relation in near.items():
        above, below = _signs(relation, values, judge.constants)
        if not (above.any() and below.any()):
            return f"the hypothesis {name!r} holds up to rounding only, and no change of the instance crosses it"
    few = shaken.select(np.arange(FEW_SHAKES))  # the second route may take long
    if not ((judge.gap(shaken) > far).all() and (judge.gap(few, "second") > far).all()):
        return f"the hypothesis {next(iter(near))!r} holds up to rounding only, which can explain the gap"
    return ""


def unsteady(judge: Judge, batch: Batch) -> str:
    """Why rounding may explain a violation for which there are no balls; empty if it cannot.

    Both routes may lose the same digits: an eigenvalue of 1e-18 of a matrix of norm 1 has none. So the sides by the
    two routes must differ by far less than the gap between them, and changes of the last digits of every number of
    the instance must leave that gap as it is. So must larger changes where the gap is a small share of the sides:
    both routes may round the same sum, a number and a small step from it, alike for all numbers of its size.
    """
    first, second = judge(batch), judge(batch, "second")
    with np.errstate(all="ignore"):
        gap = abs(float(second.lhs[0] - second.rhs[0]))
        apart = abs(float(first.lhs[0] - second.lhs[0])) + abs(float(first.rhs[0] - second.rhs[0]))
        share = gap / max(abs(float(second.lhs[0])), abs(float(second.rhs[0])), gap)
    if not apart <= ROUTES * gap:
        return "the two routes differ by as much as the sides do"
    before = first.lhs[0] - first.rhs[0]
    shaken = _shaken(judge, batch, LAST_DIGITS)
    if shaken is not None and not _stays(_differences(judge, shaken), before, gap):
        return "changes of its last digits mend it, or change it as much"
    shaken = changed(judge.family, batch, WIDER * math.sqrt(share), FEW_SHAKES) if share < SMALL_GAP else None
    if shaken is not None:
        there, opposite = (_differences(judge, each) for each in (shaken, _mirrored(shaken, batch)))
        if not _stays((there + opposite) / 2, before, gap):
            return f"small changes of the instance mend a gap of {share:.1g} of the sides, or change it as much"
    return ""


def steady(judge: Judge, batch: Batch) -> BoolArray:
    """Where changes of the last digits of every number leave the gap between the sides of an inequality, (B,).

    Elsewhere rounding may explain the gap. Where no change stays in the family's domain nothing is known, and true
    is said.
    """
    found = np.ones(batch.size, dtype=bool)
    before = _differences(judge, batch)
    shaken = changed(judge.family, batch, LAST_DIGITS, FEW_SHAKES)
    if shaken is None:
        return found
    for shake in range(FEW_SHAKES):
        left = np.flatnonzero(found)
        if not left.size:
            break
        after = _differences(judge, shaken.select(shake * batch.size + left))
        with np.errstate(all="ignore"):
            found[left] = np.abs(after - before[left]) <= STEADY * np.abs(before[left])
    return found


def _shaken(judge: Judge, batch: Batch, by: float) -> Batch | None:
    """A few changes of one instance, measured once for all claims that it breaks."""
    return batch.memo((changed, by), lambda: changed(judge.family, batch, by, FEW_SHAKES))


def _differences(judge: Judge, batch: Batch) -> FloatArray:
    """Left side less right side, (B,); NaN where that cannot be measured."""
    try:
        judge.family.check(batch)
        found = judge(batch)
    except WnverifyError:
        return np.full(batch.size, np.nan)
    with np.errstate(all="ignore"):
        return np.asarray(found.lhs - found.rhs)


def _stays(found: FloatArray, before: FloatArray, gap: float) -> bool:
    with np.errstate(all="ignore"):
        return bool((np.abs(found - before) <= STEADY * gap).all())


def _mirrored(shaken: Batch, batch: Batch) -> Batch:
    """The instances as far from one instance, in the opposite direction."""
    return shaken.with_arrays({name: 2 * batch.arrays[name] - array for name, array in shaken.arrays.items()})


def _is_near(relation: Relation, values: Values, constants: Constants) -> bool:
    """Whether a hypothesis on what is measured is met by so little that rounding may have met it.

    A symbol that is the very number it is to be is no matter of rounding: a flag, an exact zero.
    """
    if relation.is_strict or all(is_constant(symbol, constants) for symbol in relation.free_symbols):
        return False
    with np.errstate(all="ignore"):
        gap = function(relation.lhs)(values) - function(relation.rhs)(values)
        near = bool(np.abs(gap[0]) <= HAIR * float(np.ravel(Scale(relation)(values, constants=constants))[0]))
    exact = gap[0] == 0.0 and is_atom(relation.lhs) and not relation.rhs.free_symbols
    return near and not exact


def changed(
    family: Family, batch: Batch, by: float, count: int, ways: Sequence[bool] = (False, True)
) -> Batch | None:
    """Every instance changed at random, many times; None if every way to do so leaves the family's domain.

    Args:
        family: the family.
        batch: B instances.
        by: the share of the largest entry of an array by which its entries change, or that of their own.
        count: how often.
        ways: whether entries change by a share of their own, in the order in which that is tried.

    Returns:
        count·B instances, all those of the first change before those of the second.
    """
    rng = np.random.default_rng(0)
    joined = concatenate([batch] * count)
    for own in ways:
        arrays = {}
        for name, array in joined.arrays.items():
            size = np.abs(array)
            size = size if own else size.max(axis=tuple(range(size.ndim - 1)), keepdims=True, initial=0.0)
            arrays[name] = array + by * size * rng.uniform(-1, 1, array.shape)
        found = joined.with_arrays(arrays)
        try:
            family.check(found)
        except WnverifyError:
            continue
        return found
    return None


def _signs(relation: Relation, values: Values, constants: Constants) -> tuple[BoolArray, BoolArray]:
    """Where a defect is certainly positive, and where it is certainly negative."""
    with np.errstate(all="ignore"):
        defect = function(relation.lhs)(values) - function(relation.rhs)(values)
        share: FloatArray = defect / Scale(relation)(values, constants=constants)
    return np.asarray(share > SURE), np.asarray(share < -SURE)
