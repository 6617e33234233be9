"""Joined: the judgements of several batches as one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from wnverify.arrays import BoolArray, FloatArray
from wnverify.judging.judge import Judgement


def joined(parts: Sequence[Judgement], at: Sequence[int] | None = None, size: int = 0) -> Judgement:
    """Judgements of one claim one after the other.

    Args:
        parts: of the same claim and family.
        at: the positions at which the instances of the parts are to stand, as many as there are.
        size: how many positions there are then; at the others every number is NaN, and no hypothesis holds.
    """

    def column(arrays: Iterable[FloatArray | BoolArray]) -> Any:
        values = np.concatenate(list(arrays))
        if at is None:
            return values
        spread = np.full(size, False if values.dtype == bool else np.nan)
        spread[list(at)] = values
        return spread

    first = parts[0]
    met = {name: column(part.met[name] for part in parts) for name in first.met}
    values = {name: column(part.values[name] for part in parts) for name in first.values}
    names = ("lhs", "rhs", "ratio", "small", "large")
    lhs, rhs, ratio, small, large = (column(getattr(part, name) for part in parts) for name in names)
    found = Judgement(lhs, rhs, ratio, met, first.limit, values, small, large)
    return found if at is None or met else replace(found, met={"measured": ~np.isnan(ratio)})
