"""Sizes: shapes beyond those that a family lists, where the claim's formula or the ratios so far point to them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations

import numpy as np

from wnverify.arrays import BoolArray, FloatArray
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
    return [name for name in situation.shape if family.comes_from(name, Source.SIZE)]


def along(judge: Judge, situation: Situation, seen: Batch, name: str) -> Iterator[Situation]:
    """Situations that differ from one in one size, the most promising first.

    Promising is where the formula alone, the measured quantities of some instance staying as they are, makes the
    ratio large: a claim that breaks only for widths divisible by seven is looked at there. Then a few sizes for what
    the formula hides.
    """
    shape, sizes = situation.shape, np.arange(1.0, FARTHEST + 1)
    ratio = _foreseen(judge, seen, {name: sizes})
    rises = np.flatnonzero((ratio >= np.roll(ratio, 1)) & (ratio >= np.roll(ratio, -1)) & (sizes != shape[name]))
    order = sizes[rises[np.argsort(-ratio[rises], kind="stable")]][:PROMISING]
    flat = np.ptp(ratio) <= 1e-12 * np.abs(ratio).max(initial=0.0)
    chosen = dict.fromkeys([*([] if flat else map(int, order)), *SPARSE, 2 * shape[name]])
    for size in chosen:
        if size != shape[name] and size <= FARTHEST:
            yield Situation({**shape, name: size}, situation.settings)


def together(judge: Judge, situation: Situation, seen: Batch) -> Iterator[Situation]:
    """Situations that differ from one in two sizes that the claim names, the most promising first.

    Only those at which the formula alone makes the ratio larger than anywhere along either size: a claim that breaks
    for L = 5 and d = 7 alone is looked at there, however the instances in between compare.
    """
    told = {symbol.name for symbol in judge.stated(situation.settings).main.free_symbols}
    shape, sizes = situation.shape, np.arange(1.0, FARTHEST + 1)
    for pair in combinations([name for name in names(judge.family, situation) if name in told], 2):
        grid = np.meshgrid(sizes, sizes, indexing="ij")
        places = {name: values.ravel() for name, values in zip(pair, grid, strict=True)}
        ratio = _foreseen(judge, seen, places).reshape(FARTHEST, FARTHEST)
        here = [min(shape[name], FARTHEST) - 1 for name in pair]
        alone = max(ratio[here[0]].max(), ratio[:, here[1]].max())
        peaks = np.flatnonzero(_is_peak(ratio) & (ratio > alone + 1e-9 * abs(alone)))
        for peak in peaks[np.argsort(-ratio.ravel()[peaks], kind="stable")][:PROMISING]:
            chosen = {name: int(values[peak]) for name, values in places.items()}
            yield Situation({**shape, **chosen}, situation.settings)


def _is_peak(ratio: FloatArray) -> BoolArray:
    """Where no neighbour is larger."""
    wide = np.pad(ratio, 1, constant_values=-np.inf)
    beside = (wide[:-2, 1:-1], wide[2:, 1:-1], wide[1:-1, :-2], wide[1:-1, 2:])
    return np.asarray(np.logical_and.reduce([ratio >= each for each in beside]))


def _foreseen(judge: Judge, seen: Batch, places: Mapping[str, FloatArray]) -> FloatArray:
    """The largest ratio that any of the instances would have with these sizes, by the formula.

    An instance whose ratio is infinite whatever the sizes are tells nothing of them, and would hide what others tell.
    """
    wanted = {symbol.name for symbol in judge.stated(seen.settings).main.free_symbols}
    measured = judge.measured(wanted | set(places), seen)
    count = next(iter(places.values())).size
    values = {other: np.repeat(value, count) for other, value in measured.items()}
    sizes = {name: np.tile(size, seen.size) for name, size in places.items()}
    ratio = judge.foreseen(seen.settings, {**values, **sizes}).reshape(seen.size, count)
    ratio = np.where(np.isposinf(ratio).all(axis=1, keepdims=True), -1.0, ratio)
    return np.asarray(np.nan_to_num(ratio, nan=-1.0, posinf=1e300, neginf=-1.0).max(axis=0))


def near(best: Situation, family: Family) -> Iterator[Situation]:
    """One size one more, one less, or doubled: the next steps once a larger shape has turned out better."""
    for name in names(family, best):
        for size in dict.fromkeys((2 * best.shape[name], best.shape[name] + 1, best.shape[name] - 1)):
            if 1 <= size <= FARTHEST:
                yield Situation({**best.shape, name: size}, best.settings)
