"""Recording: a function is run once on numbers that are noted, and what it does to them is written down.

A step that was taken before, by the same operation with the same arguments, gets the number that it had.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, TypeAlias

import autograd.numpy as anp
import numpy as np
from autograd.core import primitive_vjps

from wnverify.arithmetic.noted import LIBRARY, Noted, noting
from wnverify.arithmetic.rules import KINKED
from wnverify.arithmetic.series import Series
from wnverify.arithmetic.spaces import Floats, Raw, Traced, primitives
from wnverify.arithmetic.tape import MASKS, Kink, Parts, Step, Tape, highest, less, same
from wnverify.arrays import BoolArray
from wnverify.errors import WnverifyError

Run: TypeAlias = Callable[[Floats, Mapping[str, Series]], Series]
"""The function on power series of a space."""
Several: TypeAlias = Callable[[Floats, Mapping[str, Series]], Sequence[Callable[[], Series]]]
"""Several functions of the same arrays: what they have in common is done, and what is left of each is returned."""
Called: TypeAlias = tuple[Any, tuple[Any, ...], tuple[tuple[int, int], ...], Mapping[str, Any]]
"""An operation, its arguments, which of them are noted, and those by name."""
FEW = 64
"""Entries of a constant that are looked at to find out whether a step has been taken before."""


class UnfitError(WnverifyError):
    """The steps depend on the numbers, or cannot be written down."""


@dataclass
class Recording(Traced):
    """Floats whose operations are recorded.

    Args:
        met: the kinks: where they are, whether they always count, else of what number.
    """

    met: list[tuple[Raw, bool, Raw]] = field(default_factory=list)
    lib = LIBRARY

    def jet(self, name: str, z: Raw, order: int) -> tuple[Raw, ...]:
        """By primitives; a kink counts for what moves, or is differentiated by."""
        if name in KINKED and (order or isinstance(z, Noted)):
            self.met.append((noting(same, z, 0.0), bool(order), z))
        return tuple(noting(part, z) for part in primitives(name)[: order + 1])

    def call(self, traced: Callable[..., Any], *given: Any) -> Raw:
        """What a primitive of autograd gives, written down."""
        return noting(traced, *given)

    def kink(self, mask: BoolArray) -> None:
        """Refuse what was computed of the numbers of this run: it would stay the same for others.

        Raises:
            UnfitError: always.
        """
        raise UnfitError("a kink of what is not recorded")

    def less(self, a: Raw, b: Raw, *, strict: bool) -> BoolArray:
        """A mask, computed anew for other numbers; equal numbers are a kink."""
        self.met.append((noting(same, a, b), True, None))
        found: BoolArray = noting(less, a, b, strict)
        return found

    def highest(self, a: Raw, axes: tuple[int, ...]) -> Raw:
        """The largest entries, found anew for other numbers."""
        return noting(highest, a, axes)

    def larger(self, a: Raw, b: Raw) -> BoolArray:
        """Where to take a for max(a, b)."""
        found: BoolArray = noting(anp.logical_not, self.less(a, b, strict=True))
        return found


@dataclass(eq=False)
class _Reel:
    """The steps so far, and whether they fit batches of any size."""

    lanes: int
    count: int
    steps: list[Step] = field(default_factory=list)
    fits_all: bool = True
    taken: dict[Any, int] = field(default_factory=dict)

    def note(self, value: Any, traced: Any, called: tuple[Any, Any], places: Mapping[int, int]) -> int:
        """The number of a step that gave a value, unless it was taken before; arguments as given, and by name."""
        if traced not in MASKS and traced not in primitive_vjps:
            raise UnfitError("an operation that looks at numbers")
        given, named = called
        numbers = tuple(places.items())
        if len(places) == len(given) and not named:  # nothing but numbers that are noted
            return self._taken((traced, numbers), (traced, (None,) * len(given), numbers, named), (*given, value))
        kept = [None if index in places else self._kept(traced, part) for index, part in enumerate(given)]
        fixed = {index: part for index, part in enumerate(kept) if part is not None}  # most steps have none
        key = traced, numbers, len(kept), *fixed, *map(_told, fixed.values()), *map(_told, named.items())
        if key not in self.taken:
            every = (*fixed.values(), *named.values())
            self.fits_all = self.fits_all and not any(self._of_lanes(part) for part in every)
        return self._taken(key, (traced, tuple(kept), numbers, named), (*given, value))

    def _taken(self, key: Any, step: Called, parts: Sequence[Any]) -> int:
        """The number of a step, taken now or before; `parts` are its arguments and its result."""
        before = self.taken.get(key)
        if before is not None:
            return before
        number = self.taken[key] = self.count
        self.steps.append(Step(*step, tuple([getattr(part, "shape", ()) for part in parts]), number))
        self.count += 1
        return number

    def _kept(self, traced: Any, part: Any) -> Any:
        """An argument; the shape to which something is brought holds for any number of lanes."""
        if traced is anp.reshape and isinstance(part, tuple) and part and part[-1] == self.lanes > 1:
            return (*part[:-1], -1) if 0 not in part else part
        return part

    def _of_lanes(self, part: Any) -> bool:
        """Whether an argument may have to do with how many lanes there are."""
        if isinstance(part, np.ndarray):
            return self.lanes in part.shape[-1:]
        if isinstance(part, (tuple, list)):
            return any(map(self._of_lanes, part))
        return isinstance(part, (int, float, np.generic)) and bool(part == self.lanes)


def _told(part: Any) -> Any:
    """What tells an argument from others, as long as there is it."""
    if part is None or isinstance(part, (bool, int, float, str, np.generic)):
        return type(part), repr(part)  # 1, 1.0 and True are equal, and so are 0.0 and −0.0
    if isinstance(part, (tuple, list)):
        return type(part), *map(_told, part)
    if isinstance(part, slice):
        return slice, part.start, part.stop, part.step
    if isinstance(part, np.ndarray) and part.size <= FEW and part.dtype != object:
        return part.shape, part.dtype.str, part.tobytes()
    return id(part)


def record(run: Run, parts: Parts, order: int, lanes: int, *, last: bool) -> Tape | None:
    """The tape of a function; None where its steps depend on the numbers, or where it fails.

    Args:
        run: the function.
        parts: the coefficients of its arrays.
        order: of the power series.
        lanes: how many there are.
        last: whether only the last coefficient of the result is asked for.
    """
    found = record_several(lambda space, arrays: [partial(run, space, arrays)], parts, order, lanes, last=last)
    return replace(found[0], reel=None) if found else None


def record_several(run: Several, parts: Parts, order: int, lanes: int, *, last: bool) -> list[Tape] | None:
    """The tapes of several functions, of which equal steps have equal numbers; None where one cannot be recorded."""
    inputs = [(name, k) for name, found in parts.items() for k, part in enumerate(found) if part is not None]
    reel = _Reel(lanes, len(inputs), fits_all=lanes > 1)
    space = Recording(order, lanes)
    ends: list[tuple[Sequence[Any], Sequence[Any]]] = []
    noted = {key: Noted(parts[key[0]][key[1]], number, reel) for number, key in enumerate(inputs)}
    arrays = {name: Series(space, [noted.get((name, k)) for k in range(len(known))]) for name, known in parts.items()}
    try:
        functions, common = run(space, arrays), len(space.met)
        for function in functions:
            begin, found = len(space.met), function().c
            ends.append((found[-1:] if last else found, [*space.met[:common], *space.met[begin:]]))
    except Exception:  # whatever it is, the function itself will meet it again and tell
        return None
    return [_ended(reel, inputs, results, met) for results, met in ends]


def _ended(reel: _Reel, inputs: Sequence[tuple[str, int]], found: Sequence[Any], met: Sequence[Any]) -> Tape:
    """The tape of what a function returned, and of the kinks that it met."""
    results = tuple(map(_number, found))
    kinks = tuple(Kink(_number(mask), always, of.number if isinstance(of, Noted) else -1) for mask, always, of in met)
    constant = [part for part in (*results, *(kink.mask for kink in kinks)) if isinstance(part, np.ndarray)]
    fits_all = reel.fits_all and not any(reel.lanes in part.shape[-1:] for part in constant)
    return _pruned(Tape(tuple(reel.steps), tuple(inputs), results, kinks, fits_all, reel))


def _number(part: Any) -> Any:
    """The number of a recorded value; a constant as it is."""
    return part.number if isinstance(part, Noted) else part


def _pruned(tape: Tape) -> Tape:
    """Without the steps that no result needs."""
    wanted = (*tape.results, *(kink.mask for kink in tape.kinks))
    needed = {found for found in wanted if isinstance(found, int)}
    kept = []
    for index in reversed(range(len(tape.steps))):
        if tape.steps[index].out in needed:
            kept.append(index)
            needed.update(number for _, number in tape.steps[index].places)
    kept.reverse()
    return replace(tape, steps=tuple(tape.steps[index] for index in kept))
