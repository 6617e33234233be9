"""Shaken: hypotheses that an instance meets up to rounding, where there are no balls to move it onto them.

What `nearby` proves in balls is here only made likely: small random changes of the instance must make the defect of
such a hypothesis positive as well as negative, and break the claim as clearly. A hypothesis that is never crossed
forces something, and rounding then explains what the claim says about it.
"""

from __future__ import annotations

import numpy as np

from wnverify.arrays import BoolArray, FloatArray
from wnverify.batch import Batch, concatenate
from wnverify.claim import Relation
from wnverify.errors import WnverifyError
from wnverify.family import Family
from wnverify.judging.formula import Values, function
from wnverify.judging.judge import Judge
from wnverify.judging.terms import HAIR, is_atom, scale
from wnverify.quantity import Quantity

SHAKES, BY = 24, 1e-6
"""How many changes, and by what share of its entries."""
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
    near = {name: each for name, each in claim.given.items() if _is_near(each, values)}
    if not near:
        return ""
    shaken = changed(judge.family, batch, BY, SHAKES)
    if shaken is None:
        return f"the hypothesis {next(iter(near))!r} holds up to rounding only"
    values = judge.measured({s.name for each in near.values() for s in each.free_symbols}, shaken)
    for name, relation in near.items():
        above, below = _signs(relation, values)
        if not (above.any() and below.any()):
            return f"the hypothesis {name!r} holds up to rounding only, and no change of the instance crosses it"
    if not (judge.gap(shaken, "second") > far).all():
        return f"the hypothesis {next(iter(near))!r} holds up to rounding only, which can explain the gap"
    return ""


def _is_near(relation: Relation, values: Values) -> bool:
    """Whether a hypothesis on what is measured is met by so little that rounding may have met it.

    A symbol that is the very number it is to be is no matter of rounding: a flag, an exact zero.
    """
    if relation.is_strict or all(_of_situation(symbol) for symbol in relation.free_symbols):
        return False
    with np.errstate(all="ignore"):
        gap = function(relation.lhs)(values) - function(relation.rhs)(values)
        near = bool(np.abs(gap[0]) <= HAIR * float(np.ravel(scale(relation)(values))[0]))
    exact = gap[0] == 0.0 and is_atom(relation.lhs) and not relation.rhs.free_symbols
    return near and not exact


def _of_situation(symbol: object) -> bool:
    return isinstance(symbol, Quantity) and symbol.source.of_situation


def changed(family: Family, batch: Batch, by: float, count: int) -> Batch | None:
    """One instance changed at random, many times; None if every way to do so leaves the family's domain.

    Args:
        family: the family.
        batch: one instance.
        by: the share of the largest entry of an array by which its entries change, or that of their own.
        count: how often.
    """
    rng = np.random.default_rng(0)
    joined = concatenate([batch] * count)
    for own in (False, True):
        arrays = {}
        for name, array in joined.arrays.items():
            size = np.abs(array) if own else np.abs(array).max(initial=0.0)
            arrays[name] = array + by * size * rng.uniform(-1, 1, array.shape)
        found = joined.with_arrays(arrays)
        try:
            family.check(found)
        except WnverifyError:
            continue
        return found
    return None


def _signs(relation: Relation, values: Values) -> tuple[BoolArray, BoolArray]:
    """Where a defect is certainly positive, and where it is certainly negative."""
    with np.errstate(all="ignore"):
        share: FloatArray = (function(relation.lhs)(values) - function(relation.rhs)(values)) / scale(relation)(
            values
        )
    return np.asarray(share > SURE), np.asarray(share < -SURE)
