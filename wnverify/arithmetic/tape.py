"""Tape: what a user's function does to its arrays, written down once, and run again for other numbers.

The function cannot branch on numbers, so at the same shapes it always takes the same steps: operations of NumPy with
constants among their arguments. They are recorded as autograd sees them, once for all batches of a situation, and run
again without the function, autograd's boxes and ours, which take longer than the arithmetic where a batch is small.
The reverse sweep goes backwards over the same steps, by rules of ours for the commonest and by autograd's for others.

A comparison is a step as well, whose result is a mask, and so is the question whether a number lies at a kink. What
looks at numbers in other ways is not recorded: there the function is run itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import itemgetter
from typing import Any, NamedTuple, TypeAlias

import autograd.numpy as anp
import numpy as np
from autograd.core import SparseObject, primitive_vjps
from autograd.extend import primitive

from wnverify.arithmetic.pulling import Called, Pull, of_square, plainly, pull_of
from wnverify.arrays import BoolArray, FloatArray

Parts: TypeAlias = Mapping[str, Sequence[FloatArray | None]]
"""Coefficients by array: the numbers, and those of the direction, if it moves."""
CLOSE = 1e-9
"""How closely a tape must give what the function gives at other numbers, in shares of the largest result."""


@primitive  # type: ignore[untyped-decorator]
def less(a: Any, b: Any, strict: bool) -> Any:
    """The mask of a < b, or of a ≤ b."""
    return np.asarray(a < b if strict else a <= b)


@primitive  # type: ignore[untyped-decorator]
def same(a: Any, b: Any) -> Any:
    """The mask of equal numbers."""
    return np.asarray(a == b)


@primitive  # type: ignore[untyped-decorator]
def highest(a: Any, axes: tuple[int, ...]) -> Any:
    """The largest entries along axes, which stay."""
    return np.max(a, axis=axes, keepdims=True)


MASKS = frozenset({less, same, highest, anp.logical_not, anp.logical_and, anp.logical_or, anp.logical_xor})
"""Operations through which no derivative goes: their results are masks, or held fixed."""


class Step(NamedTuple):
    """One operation: its result has the number of the step among all values, after those of the inputs.

    Args:
        traced: autograd's name for the operation.
        given: its arguments; those that are values have a place in `places` instead.
        places: (argument, number of the value).
        named: arguments by name.
        shapes: of the arguments, and of the result, when it was written down.
        out: the number of its result.
    """

    traced: Any
    given: tuple[Any, ...]
    places: tuple[tuple[int, int], ...]
    named: Mapping[str, Any]
    shapes: tuple[tuple[int, ...], ...]
    out: int

    def pulls(self, places: Sequence[tuple[int, int]]) -> list[tuple[int, Pull]] | None:
        """What it hands back to some of its arguments, by the numbers of their values; None for autograd's rule."""
        called = Called(self.given, self.named, self.shapes)
        if len(places) == 2 and places[0][1] == places[1][1] and (pull := of_square(self.traced)):
            return [(places[0][1], pull)]
        found = [(number, pull_of(self.traced, called, place)) for place, number in places]
        pulls = [(number, pull) for number, pull in found if pull is not None]
        return pulls if len(pulls) == len(places) else None


_Pick: TypeAlias = Callable[[Sequence[Any]], tuple[Any, ...]]
"""All values, after them the constants -> the arguments of a step."""
_Taking: TypeAlias = tuple[int, Callable[..., Any], _Pick]
"""The number of a result, what it is the result of, and what picks its arguments."""
_Back: TypeAlias = tuple[int, _Pick, list[tuple[int, Pull]] | None, Step, tuple[tuple[int, int], ...]]
"""The number of a result, what picks its arguments, what it hands back to which values, the step, and its places."""


@dataclass(frozen=True, slots=True)
class Kink:
    """Where something may have no derivative.

    Args:
        mask: the number of a mask that tells in which lanes, or the mask.
        always: whether it counts whatever is differentiated by.
        of: else, the number of the value by which a derivative must go for it to count.
    """

    mask: int | BoolArray
    always: bool
    of: int


@dataclass(frozen=True)
class Tape:
    """The steps from the coefficients of all arrays to those of the result.

    Args:
        steps: those that the results need, in order.
        inputs: (array, order of its coefficient), in the order of the first values.
        results: by order the number of a value, or a constant.
        kinks: those on the way.
        fits_all: whether they hold for batches of any size from 2 on.
        reel: the same for all tapes in which equal numbers stand for equal values; None where there is but one.
    """

    steps: tuple[Step, ...]
    inputs: tuple[tuple[str, int], ...]
    results: tuple[int | FloatArray | None, ...]
    kinks: tuple[Kink, ...]
    fits_all: bool
    reel: object = None

    @cached_property
    def _turns(self) -> tuple[list[_Taking], list[Any]]:
        """The steps, which pick their arguments from all values and the constants after them, and these constants."""
        turns, constants = [], list[Any]()
        count = self.steps[-1].out + 1 if self.steps else len(self.inputs)
        for step in self.steps:
            numbers = dict(step.places)
            for place, part in enumerate(step.given):
                if place not in numbers:
                    numbers[place] = count + len(constants)
                    constants.append(part)
            pick = _picker([numbers[place] for place in range(len(step.given))])
            turns.append((step.out, plainly(step.traced, step.named), pick))
        return turns, constants

    @cached_property
    def _ways_back(self) -> dict[frozenset[int], tuple[set[int], list[_Back]]]:
        return {}

    @cached_property
    def _for_values(self) -> tuple[list[_Taking], list[tuple[int, ...]]]:
        """The steps without those that only tell where there is a kink, and which values no later one needs."""
        needed = {found for found in self.results if isinstance(found, int)}
        taking, over = [], []
        for step, turn in zip(self.steps[::-1], self._turns[0][::-1], strict=True):
            if step.out in needed:
                over.append(tuple({number for _, number in step.places} - needed))
                needed.update(number for _, number in step.places)
                taking.append(turn)
        return taking[::-1], over[::-1]

    def forward(self, parts: Parts, taken: dict[int, Any] | None = None, *, kinks: bool = True) -> list[Any]:
        """All values, by their numbers; None for those that no result needs; then the constants.

        Args:
            parts: the coefficients of the arrays.
            taken: values of steps that other tapes of the reel took there, and now those that this one takes.
            kinks: whether it is asked where derivatives are lost.
        """
        taking, constants = self._turns
        taking = taking if kinks else self._for_values[0]
        values: list[Any] = [parts[name][order] for name, order in self.inputs]
        values += [None] * (self.steps[-1].out + 1 - len(values) if self.steps else 0) + constants
        with np.errstate(all="ignore"):
            if taken is not None:
                _take(taking, values, taken)
                return values
            for out, again, pick in taking:
                values[out] = again(*pick(values))
        return values

    def _passed(self, parts: Parts) -> list[Any]:
        """As `forward` without kinks, but values go when no step needs them any more: what is left stays cached."""
        values: list[Any] = [parts[name][order] for name, order in self.inputs]
        values += [None] * (self.steps[-1].out + 1 - len(values) if self.steps else 0) + self._turns[1]
        with np.errstate(all="ignore"):
            for (out, again, pick), over in zip(*self._for_values, strict=True):
                values[out] = again(*pick(values))
                for number in over:
                    values[number] = None
        return values

    def coefficients(self, parts: Parts, taken: dict[int, Any] | None = None) -> list[FloatArray | None]:
        """The coefficients of the result; derivatives are NaN in the lanes of a kink; see `forward`."""
        if len(self.results) == 1:  # of order 0
            return self._picked(self.forward(parts, taken, kinks=False) if taken is not None else self._passed(parts))
        values = self.forward(parts, taken)
        lost, found = self._lost(values, set()), self._picked(values)
        return [part if k == 0 or part is None else _without(part, lost) for k, part in enumerate(found)]

    def _picked(self, values: Sequence[Any]) -> list[Any]:
        return [values[result] if isinstance(result, int) else result for result in self.results]

    def tells(self, found: Sequence[Any], parts: Parts) -> bool:
        """Whether the results at some numbers are those that the function gave there."""
        pairs = list(zip(self._picked(self.forward(parts, kinks=False)), self.asked(found), strict=True))
        return all(
            one is other is None or (one is not None and other is not None and _same_numbers(one, other))
            for one, other in pairs
        )

    def asked(self, found: Sequence[Any]) -> Sequence[Any]:
        """Those coefficients that the tape gives."""
        return found[-len(self.results) :]

    def last(self, values: Sequence[Any]) -> Any:
        """The last coefficient, of all values."""
        return self._picked(values)[-1]

    def swept(self, values: Sequence[Any], names: Sequence[str]) -> dict[str, FloatArray]:
        """The derivative of the last coefficient, summed over the lanes, by some arrays; of all values."""
        numbers = {name: self.inputs.index((name, 0)) for name in names}
        needed, back = self._way_back(frozenset(numbers.values()))
        slopes, lost = self._back(values, back), self._lost(values, needed)
        found = {}
        for name, number in numbers.items():
            slope, array = slopes.get(number), values[number]
            if slope is None or slope.shape != array.shape:
                slope = np.zeros_like(array) if slope is None else slope + np.zeros_like(array)
            found[name] = _without(slope, lost)
        return found

    def _way_back(self, wanted: frozenset[int]) -> tuple[set[int], list[_Back]]:
        """Values that depend on wanted ones, by more than masks, and the steps that lead to them, the last first."""
        if wanted not in self._ways_back:
            needed = set(wanted)
            for step in self.steps:
                if step.traced not in MASKS and any(number in needed for _, number in step.places):
                    needed.add(step.out)
            back = []
            for step, (out, _, pick) in zip(self.steps[::-1], self._turns[0][::-1], strict=True):
                if out in needed:
                    places = tuple(pair for pair in step.places if pair[1] in needed)
                    back.append((out, pick, step.pulls(places), step, places))
            self._ways_back[wanted] = needed, back
        return self._ways_back[wanted]

    def _lost(self, values: Sequence[Any], needed: set[int]) -> BoolArray | None:
        """The lanes in which some kink counts, (B,) or (1,); None where none does."""
        found: Any = None
        for kink in self.kinks:
            if kink.always or kink.of in needed:
                mask = values[kink.mask] if isinstance(kink.mask, int) else kink.mask
                if not np.count_nonzero(mask):
                    continue
                lanes = mask.reshape(-1, mask.shape[-1]).any(axis=0)
                found = lanes if found is None else found | lanes
        found_lanes: BoolArray | None = found
        return found_lanes

    def _back(self, values: Sequence[Any], back: list[_Back]) -> dict[int, Any]:
        """The derivatives of the last result by the values that have not been passed on."""
        last = self.results[-1]
        slopes: dict[int, Any] = {last: np.ones_like(values[last])} if isinstance(last, int) else {}
        with np.errstate(all="ignore"):
            for out, pick, pulls, step, places in back:
                slope = slopes.pop(out, None)
                if slope is None:
                    continue
                given, value = pick(values), values[out]
                if pulls is None:
                    _handed_on(step, slope, (value, given), places, slopes)
                    continue
                for number, pull in pulls:
                    part, known = pull(slope, given, value), slopes.get(number)
                    slopes[number] = part if known is None else known + part
        return slopes


def _take(turns: Sequence[_Taking], values: list[Any], taken: dict[int, Any]) -> None:
    """Take the steps that have not been taken."""
    for out, again, pick in turns:
        value = taken.get(out)
        if value is None:
            value = taken[out] = again(*pick(values))
        values[out] = value


def _picker(numbers: Sequence[int]) -> Callable[[Sequence[Any]], tuple[Any, ...]]:
    """What picks values by their numbers, as a tuple also where it is one."""
    if len(numbers) > 1:
        return itemgetter(*numbers)
    return lambda values: tuple(values[number] for number in numbers)


def _same_numbers(one: Any, other: Any) -> bool:
    mine, theirs = np.broadcast_arrays(one, other)
    size = np.abs(theirs[np.isfinite(theirs)]).max(initial=0.0)
    return bool(np.allclose(mine, theirs, rtol=0.0, atol=CLOSE * size, equal_nan=True))


def _without(part: FloatArray, lost: BoolArray | None) -> FloatArray:
    return part if lost is None else np.where(lost, np.nan, part)


def _handed_on(
    step: Step, slope: Any, values: tuple[Any, Any], places: Sequence[tuple[int, int]], slopes: dict[int, Any]
) -> None:
    """Add what one step hands back by autograd's rule; `values` are its result and its arguments."""
    pull = primitive_vjps[step.traced](tuple(place for place, _ in places), *values, step.named)
    for (_, number), part in zip(places, pull(slope), strict=True):
        slopes[number] = _added(slopes.get(number), part)


def _added(known: Any, part: Any) -> Any:
    if isinstance(part, SparseObject):
        return part.mut_add(part.vs.zeros() if known is None else np.array(known))
    return part if known is None else known + part


def coefficients(arrays: Mapping[str, Any], direction: Mapping[str, FloatArray], order: int) -> dict[str, list[Any]]:
    """The arrays, and the directions in which they move, as coefficients of power series."""
    return {name: [array, direction.get(name)][: order + 1] for name, array in arrays.items()}
