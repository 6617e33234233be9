"""Symbols of a family, and what is computed once for a batch."""

from __future__ import annotations

import numpy as np

from wnverify.batch import Batch
from wnverify.families.kit.parts import once, read, size, vocabulary

CALLS = []
n = size("n", "a size")
step = read("step", "a step")


@once
def doubled(batch: Batch) -> np.ndarray:
    """Twice the array."""
    CALLS.append(batch)
    return 2 * batch.arrays["x"]


def test_what_is_derived_is_computed_once_for_each_batch() -> None:
    first, second = (Batch("toy", {}, {}, {"x": np.full((1, 1), value)}) for value in (1.0, 2.0))
    assert doubled not in first
    assert [float(doubled(batch)[0, 0]) for batch in (first, second, first)] == [2.0, 4.0, 2.0]
    assert [first, second] == CALLS
    assert doubled in first
    assert doubled.__doc__ == "Twice the array."


def test_borrowed_symbols_come_first() -> None:
    assert list(vocabulary(globals())) == ["n", "step"]
    assert list(vocabulary(globals(), step)) == ["step", "n"]
