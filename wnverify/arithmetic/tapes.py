"""Tapes: of one function, which are written down, confirmed at other numbers, and kept by situation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from wnverify.arithmetic.elsewhere import elsewhere
from wnverify.arithmetic.joint import NARROW, Joint
from wnverify.arithmetic.recording import Run, record
from wnverify.arithmetic.series import Series
from wnverify.arithmetic.spaces import Floats
from wnverify.arithmetic.tape import Parts, Tape, coefficients
from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.errors import WnverifyError

MOST = 96
"""Tapes of a function that are kept."""
OFTEN = 3
"""At which time derivatives along a line are written down, which takes as long as several runs."""


class Tapes:
    """The tapes of one function, by situation, directions and order.

    Args:
        run: the function on power series of a space, at a batch.
        joint: it and others, if their values are to come from one recording.
        place: of the function among them.
    """

    def __init__(
        self, run: Callable[[Floats, Mapping[str, Series], Batch], Series], joint: Joint | None = None, place: int = 0
    ) -> None:
        self._run, self._joint, self._place = run, joint, place
        self._kept: dict[Any, Tape | None] = {}
        self._seen: Counter[Any] = Counter()
        self._sure: bool | None = None
        self._alone = False

    def at_once(self, batch: Batch, direction: Mapping[str, FloatArray], order: int) -> Tape | None:
        """The tape to the last coefficient."""
        return self._tape(batch, direction, order, last=True)

    def again(self, batch: Batch, direction: Mapping[str, FloatArray], order: int) -> Tape | None:
        """The tape to all coefficients: of values at once, of derivatives when they are often asked for."""
        last = order == 0  # which then is the only one
        key = _key(batch, direction, order, last)
        self._seen[key] += order > 0
        if order and self._seen[key] < OFTEN and self._known(key, batch.size) is None:
            return None
        return self._tape(batch, direction, order, last=last)

    def _known(self, key: Any, lanes: int) -> tuple[Tape | None] | None:
        """What is kept for so many lanes, which may be that there is no tape."""
        for sized in (0, lanes) if lanes > 1 else (1,):
            if (key, sized) in self._kept:
                return (self._kept[key, sized],)
        return None

    def _tape(self, batch: Batch, direction: Mapping[str, FloatArray], order: int, *, last: bool) -> Tape | None:
        key = _key(batch, direction, order, last)
        kept = self._known(key, batch.size)
        if kept is not None:
            return kept[0]
        parts = coefficients(batch.arrays, direction, order)
        found = self._kept.get((key, 0)) if batch.size == 1 else None
        if found is None or not self._does_for_one(found, batch, parts, order):
            found = self._recorded(batch, parts, order, last=last)
        while len(self._kept) >= MOST:
            del self._kept[next(iter(self._kept))]
        whatever = batch.size > 1 and (found is None or found.fits_all)
        self._kept[key, 0 if whatever else batch.size] = found
        return found

    def _does_for_one(self, tape: Tape, batch: Batch, parts: Parts, order: int) -> bool:
        """Whether the tape of several lanes does for one: where it once did, the function does not look at lanes."""
        self._alone = self._alone or self._confirmed(tape, batch, parts, order)
        return self._alone

    def _recorded(self, batch: Batch, parts: Parts, order: int, *, last: bool) -> Tape | None:
        """The tape, if there is one: that of a few lanes where it holds for any number of them."""
        for lanes in (NARROW, batch.size) if batch.size > 1 else (1,):
            index = np.arange(lanes) % batch.size
            few = {
                name: [part if part is None else part[..., index] for part in known] for name, known in parts.items()
            }
            found = self._written(batch, few, (order, lanes), last=last)
            if found is None or not (found.reel is not None or self._confirmed(found, batch, few, order)):
                self._sure = False
                return None
            if found.fits_all:
                break
        if not order and self._sure is None:
            self._sure = True
        return found

    def _written(self, batch: Batch, parts: Parts, size: tuple[int, int], *, last: bool) -> Tape | None:
        """The tape of so many lanes, from the recording of all functions where these are together."""
        order, lanes = size
        if self._joint is not None and not order:
            every = self._joint.recorded(_key(batch, {}, 0, True), batch, parts, lanes)
            if every is not None:
                return every[self._place]
        return record(self._at(batch), parts, order, lanes, last=last)

    def _at(self, batch: Batch) -> Run:
        return lambda space, arrays: self._run(space, arrays, batch.with_arrays({}))

    def _confirmed(self, tape: Tape, batch: Batch, parts: Parts, order: int) -> bool:
        """Whether a tape tells what the function gives at other numbers, of which some lead to a finite result.

        One such place is enough for a function whose values were confirmed at all of them at some size: its
        derivatives, and its values at other sizes, are those of the same lines.
        """
        lanes = next(part.shape[-1] for known in parts.values() for part in known if part is not None)
        space, run, finite = Floats(order, lanes), self._at(batch), False
        for other in elsewhere(parts):
            if finite and self._sure:
                break
            try:
                found = run(space, {name: Series(space, known) for name, known in other.items()}).c
            except WnverifyError:  # it has no value there
                return False
            if not tape.tells(found, other):
                return False
            finite |= all(part is None or bool(np.isfinite(part).any()) for part in tape.asked(found))
        return finite


def _key(batch: Batch, direction: Mapping[str, FloatArray], order: int, last: bool) -> Any:
    shapes = tuple((name, array.shape[:-1], name in direction) for name, array in batch.arrays.items())
    return (*batch.shape.items(), *batch.settings.items()), shapes, order, last
