"""Joint: functions that are made of the same, of which what they share is written down once and run once.

Several numbers of one run of gradient descent, say: each is a function by itself, for balls, for autograd and where
there is no tape. Their tapes come from one recording, in which equal steps have equal numbers, so that at one batch a
step that another function took need not be taken again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np

from wnverify.arithmetic.elsewhere import elsewhere
from wnverify.arithmetic.namespace import Functions, Phi
from wnverify.arithmetic.recording import record_several
from wnverify.arithmetic.series import Series
from wnverify.arithmetic.spaces import Floats, Space
from wnverify.arithmetic.tape import Parts, Tape
from wnverify.batch import Batch
from wnverify.errors import WnverifyError

Call: TypeAlias = Callable[[Any, Mapping[str, Any], Batch], Sequence[Callable[[], Any]]]
"""(xp, arrays of one instance, the batch for its sizes) -> for each function what is left of it to be done."""
NARROW = 13
"""Lanes in which what is done to several is written down: no size of an array is likely to be the same."""
MOST, FEW = 32, 48
"""Recordings that are kept; lanes up to which values are kept with the batch: those of a climb, not of a draw."""


@dataclass(frozen=True, eq=False)
class Joint:
    """Several functions of the same arrays.

    Args:
        call: all of them.
        phi: settings -> the activation, or None.
    """

    call: Call
    phi: Callable[[Mapping[str, str]], Phi | None]
    _kept: dict[Any, list[Tape] | None] = field(default_factory=dict, repr=False)

    def recorded(self, key: Any, batch: Batch, parts: Parts, lanes: int) -> list[Tape] | None:
        """The tapes of all functions, of order 0, which tell what the functions give at other numbers.

        None if one of them cannot be written down, or has no number at any of the places where that is asked.

        Args:
            key: tells sizes, settings and shapes from others.
            batch: for sizes and settings.
            parts: the numbers of some lanes.
            lanes: how many.
        """
        if (key, lanes) not in self._kept:
            while len(self._kept) >= MOST:
                del self._kept[next(iter(self._kept))]
            self._kept[key, lanes] = self._recorded(batch.with_arrays({}), parts, lanes)
        return self._kept[key, lanes]

    def begun(self, space: Space, arrays: Mapping[str, Any], batch: Batch) -> Sequence[Callable[[], Any]]:
        """What they are made of is computed: for each function what is left to be done."""
        with np.errstate(all="ignore"):
            return self.call(Functions(space, self.phi(batch.settings)), arrays, batch)

    def knows(self, key: Any) -> bool:
        """Whether the functions have been written down, for several lanes, at these sizes, settings and shapes."""
        return self._kept.get((key, NARROW)) is not None

    def _recorded(self, batch: Batch, parts: Parts, lanes: int) -> list[Tape] | None:
        def run(space: Space, arrays: Mapping[str, Series]) -> Sequence[Callable[[], Series]]:
            return self.begun(space, arrays, batch)

        every = record_several(run, parts, 0, lanes, last=True)
        if every is None:
            return None
        finite, sure = np.zeros(len(every), dtype=bool), any(known is not None for known in self._kept.values())
        for other in elsewhere(parts):
            if sure and finite.all():  # as for a single function: they were confirmed at all of them at some size
                break
            try:
                found = run(
                    Floats(0, lanes), {name: Series(Floats(0, lanes), known) for name, known in other.items()}
                )
                numbers = [function().c for function in found]
            except WnverifyError:  # there is no value there
                return None
            if not all(tape.tells(number, other) for tape, number in zip(every, numbers, strict=True)):
                return None
            finite |= [bool(np.isfinite(np.asarray(number[0], dtype=float)).any()) for number in numbers]
        return every if finite.all() else None


def taken(tape: Tape, batch: Batch) -> dict[int, Any] | None:
    """The values of steps that tapes of the same recording took at a batch; None where none are kept."""
    if tape.reel is None or batch.size > FEW:
        return None
    known: dict[int, Any] = batch.memo(tape.reel, dict)
    return known
