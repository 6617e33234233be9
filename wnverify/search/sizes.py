"""Sizes: shapes beyond those that a family lists, where the claim's formula or the ratios so far point to them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.errors import WnverifyError
from wnverify.family import Family, Situation
from wnverify.judging.judge import Judge
from wnverify.quantities import Source

FARTHEST, MOST_NUMBERS = 64, 2500
"""The largest size, and the most numbers of an instance."""
SPARSE = (3, 5, 8, 13, 21, 34)
"""Sizes that are looked at whatever the formula says: even and odd ones."""
PROMISING = 3


def exists(family: Family, situation: Situation, most: int = MOST_NUMBERS) -> bool:
    """Whether a situation meets what the family is confined to, and has an instance of a bearable size."""
    try:
        if family.numbers(situation) > most or not family.admits(situation):
            return False
        family.check(family.draw(situation, family.regimes[0], 1, np.random.default_rng(0)))
    except (
        WnverifyError,
        ValueError,
        np.linalg.LinAlgError,
    ):  # a shape that the draw cannot make
        return False
    return True


def names(family: Family, situation: Situation) -> list[str]:
    """The sizes of a shape that can be set one by one."""
    return [name for name in situation.shape if _is_size(family, name)]


def _is_size(family: Family, name: str) -> bool:
    return name in family.quantities and family.quantities[name].source is Source.SIZE


def along(judge: Judge, situation: Situation, seen: Batch, name: str) -> Iterator[Situation]:
    """Situations that differ from one in one size, the most promising first.

    Promising is where the formula alone, the measured quantities of some instance staying as they are, makes the
    ratio large: a claim that breaks only for widths divisible by seven is looked at there. Then a few sizes for what
    the formula hides.
    """
    shape, sizes = situation.shape, np.arange(1.0, FARTHEST + 1)
    ratio = _foreseen(judge, seen, name, sizes)
    rises = np.flatnonzero((ratio >= np.roll(ratio, 1)) & (ratio >= np.roll(ratio, -1)) & (sizes != shape[name]))
    order = sizes[rises[np.argsort(-ratio[rises], kind="stable")]][:PROMISING]
    flat = np.ptp(ratio) <= 1e-12 * np.abs(ratio).max(initial=0.0)
    chosen = dict.fromkeys([*([] if flat else map(int, order)), *SPARSE, 2 * shape[name]])
    for size in chosen:
        if size != shape[name] and size <= FARTHEST:
            yield Situation({**shape, name: size}, situation.settings)


def _foreseen(judge: Judge, seen: Batch, name: str, sizes: FloatArray) -> FloatArray:
    """The largest ratio that any of the instances would have at each size, by the formula."""
    wanted = {symbol.name for symbol in judge.stated(seen.settings).main.free_symbols}
    measured = judge.measured(wanted | {name}, seen)
    values = {other: np.repeat(value, sizes.size) for other, value in measured.items()}
    ratio = judge.foreseen(seen.settings, {**values, name: np.tile(sizes, seen.size)})
    return np.nan_to_num(ratio, nan=-1.0, posinf=1e300, neginf=-1.0).reshape(seen.size, -1).max(axis=0)


def near(best: Situation, family: Family) -> Iterator[Situation]:
    """One size one more, one less, or doubled: the next steps once a larger shape has turned out better."""
    for name in names(family, best):
        for size in dict.fromkeys((2 * best.shape[name], best.shape[name] + 1, best.shape[name] - 1)):
            if 1 <= size <= FARTHEST:
                yield Situation({**best.shape, name: size}, best.settings)
