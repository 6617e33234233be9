"""Agreement of the two routes: both sides of a claim by the closed form and by the independent route."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from wnverify.batch import Batch
from wnverify.family import Situation
from wnverify.judging.judge import Judge, scale_of


@dataclass(frozen=True)
class Disagreement:
    """The largest difference between the two routes on some instances.

    Args:
        size: difference of a side, relative to the larger side of the claim there.
        situation: where it occurred, in words.
        first: the side by the closed form.
        second: the side by the independent route.
        compared: how many admissible instances were compared.
    """

    size: float
    situation: str
    first: float
    second: float
    compared: int


def largest_disagreement(judge: Judge, batch: Batch, situation: Situation) -> Disagreement:
    """Compare both sides by both routes; where a side is 0 by the claim itself, the scale is 1.

    A difference small against the bound cannot change a verdict, so the larger side is the scale.
    """
    first, second = judge(batch), judge(batch, route="second")
    chosen = np.flatnonzero(first.accepted)
    if not chosen.size:
        return Disagreement(0.0, str(situation), 0.0, 0.0, 0)
    scale = scale_of(first.lhs, first.rhs)
    sides = [(first.lhs, second.lhs), (first.rhs, second.rhs)]
    sizes = np.array([np.abs(one - other) / scale for one, other in sides])[:, chosen]
    side, top = np.unravel_index(int(np.argmax(np.where(np.isnan(sizes), np.inf, sizes))), sizes.shape)
    one, other = (float(array[chosen[top]]) for array in sides[side])
    return Disagreement(float(sizes[side, top]), str(situation), one, other, chosen.size)
