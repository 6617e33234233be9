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
from dataclasses import dataclass, field, replace
from functools import cached_property
from operator import itemgetter
from typing import Any, TypeAlias

import autograd.numpy as anp
import numpy as np
from autograd.core import SparseObject, primitive_vjps
from autograd.extend import primitive
from autograd.tracer import Node, isbox, new_box, register_notrace, trace_stack

from wnverify.arithmetic.pulling import plainly, pull_of
from wnverify.arithmetic.rules import KINKED
from wnverify.arithmetic.series import Series
from wnverify.arithmetic.spaces import Floats, Raw, Traced, primitives
from wnverify.arrays import BoolArray, FloatArray
from wnverify.errors import WnverifyError

Run: TypeAlias = Callable[[Floats, Mapping[str, Series]], Series]
"""The function on power series of a space."""
Parts: TypeAlias = Mapping[str, Sequence[FloatArray | None]]
"""Coefficients by array: the numbers, and those of the direction, if it moves."""
FEW = 64
"""Entries of a constant that are looked at to find out whether a step has been taken before."""
CLOSE = 1e-9
"""How closely a tape must give what the function gives at other numbers, in shares of the largest result."""


@primitive  # type: ignore[untyped-decorator]
def _less(a: Any, b: Any, strict: bool) -> Any:
    return np.asarray(a < b if strict else a <= b)


@primitive  # type: ignore[untyped-decorator]
def _same(a: Any, b: Any) -> Any:
    return np.asarray(a == b)


MASKS = frozenset({_less, _same, anp.logical_not, anp.logical_and, anp.logical_or, anp.logical_xor})
"""Operations whose results are masks, through which no derivative goes."""


class UnfitError(WnverifyError):
    """The steps depend on the numbers, or cannot be written down."""


@dataclass
class Recording(Traced):
    """Floats whose operations are recorded.

    Args:
        met: the kinks: where they are, whether they always count, else of what number.
    """

    met: list[tuple[Raw, bool, Raw]] = field(default_factory=list)

    def jet(self, name: str, z: Raw, order: int) -> tuple[Raw, ...]:
        """By primitives; a kink counts for what moves, or is differentiated by."""
        if name in KINKED and (order or isbox(z)):
            self.met.append((_same(z, 0.0), bool(order), z))
        return tuple(part(z) for part in primitives(name)[: order + 1])

    def kink(self, mask: BoolArray) -> None:
        """Refuse what was computed of the numbers in the boxes: it would stay the same for others.

        Raises:
            UnfitError: always.
        """
        raise UnfitError("a kink of what is not recorded")

    def less(self, a: Raw, b: Raw, *, strict: bool) -> BoolArray:
        """A mask, computed anew for other numbers; equal numbers are a kink."""
        self.met.append((_same(a, b), True, None))
        found: BoolArray = _less(a, b, strict)
        return found

    def larger(self, a: Raw, b: Raw) -> BoolArray:
        """Where to take a for max(a, b)."""
        found: BoolArray = anp.logical_not(self.less(a, b, strict=True))
        return found


@dataclass(frozen=True, slots=True)
class Step:
    """One operation: its result has the number of the step among all values, after those of the inputs.

    Args:
        fun: the operation.
        traced: autograd's name for it.
        given: its arguments; those that are values have a place in `places` instead.
        places: (argument, number of the value).
        named: arguments by name.
        out: the number of its result.
    """

    fun: Callable[..., Any]
    traced: Callable[..., Any]
    given: tuple[Any, ...]
    places: tuple[tuple[int, int], ...]
    named: Mapping[str, Any]
    out: int


@dataclass(frozen=True, slots=True)
class _Turn:
    """A step as it is taken again, and again backwards.

    Args:
        step: the step.
        out: the number of its result.
        again: arguments -> its result.
        pick: all values, after them the constants -> its arguments.
        pull: what it hands back to some of them in a reverse sweep; None where autograd's rule is taken.
    """

    step: Step
    out: int
    again: Callable[..., Any]
    pick: Callable[[Sequence[Any]], tuple[Any, ...]]
    pull: Any


_Back: TypeAlias = tuple[_Turn, tuple[tuple[int, int], ...]]
"""A step, and those of its arguments, with the numbers of their values, to which it passes a derivative on."""


@dataclass
class _Reel:
    """The steps so far, and whether they fit batches of any size."""

    lanes: int
    count: int
    steps: list[Step] = field(default_factory=list)
    pulls: list[Any] = field(default_factory=list)
    fits_all: bool = True
    taken: dict[Any, int] = field(default_factory=dict)

    def note(self, value: Any, traced: Any, called: tuple[Any, Any], places: Mapping[int, int]) -> int:
        """The number of a step that gave a value, unless it was taken before; arguments as given, and by name."""
        if traced not in MASKS and traced not in primitive_vjps:
            raise UnfitError("an operation that looks at numbers")
        given, named = called
        kept = [None if index in places else self._kept(traced, part) for index, part in enumerate(given)]
        key = traced, tuple(places.items()), *map(_told, (*kept, *named.items()))
        if (before := self.taken.get(key)) is not None:
            return before
        self.taken[key] = self.count
        self.fits_all &= not any(self._of_lanes(part) for part in (*kept, *named.values()))
        step = Step(traced.fun, traced, tuple(kept), tuple(places.items()), named, self.count)
        self.steps.append(step)
        self.pulls.append(pull_of(traced, given, named, value))
        self.count += 1
        return step.out

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
        return bool(np.isscalar(part) and part == self.lanes)


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


class _Noted(Node):  # type: ignore[misc]  # autograd ships no types
    """A value in the box of autograd's that is being recorded."""

    __slots__ = ("number", "reel")

    def __init__(self, value: Any, traced: Any, *called: Any) -> None:
        given, named, places, parents = called
        self.reel: _Reel = parents[0].reel
        numbers = {place: parent.number for place, parent in zip(places, parents, strict=True)}
        self.number = self.reel.note(value, traced, (given, named), numbers)

    def initialize_root(self, reel: _Reel, number: int) -> None:
        """An input, by its number."""
        self.reel, self.number = reel, number


for _name in ("size", "isscalar"):
    register_notrace(_Noted, getattr(anp, _name))


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
        pulls: for each, what it hands back in a reverse sweep.
        inputs: (array, order of its coefficient), in the order of the first values.
        results: by order the number of a value, or a constant.
        kinks: those on the way.
        fits_all: whether they hold for batches of any size from 2 on.
    """

    steps: tuple[Step, ...]
    pulls: tuple[Any, ...]
    inputs: tuple[tuple[str, int], ...]
    results: tuple[int | FloatArray | None, ...]
    kinks: tuple[Kink, ...]
    fits_all: bool

    @cached_property
    def _turns(self) -> tuple[list[_Turn], list[Any]]:
        """The steps, which pick their arguments from all values and the constants after them, and these constants."""
        turns, constants = [], list[Any]()
        count = self.steps[-1].out + 1 if self.steps else len(self.inputs)
        for step, pull in zip(self.steps, self.pulls, strict=True):
            numbers = dict(step.places)
            for place, part in enumerate(step.given):
                if place not in numbers:
                    numbers[place] = count + len(constants)
                    constants.append(part)
            pick = _picker([numbers[place] for place in range(len(step.given))])
            turns.append(_Turn(step, step.out, plainly(step.fun, step.named), pick, pull))
        return turns, constants

    @cached_property
    def _ways_back(self) -> dict[frozenset[int], tuple[set[int], list[_Back]]]:
        return {}

    def forward(self, parts: Parts) -> list[Any]:
        """All values, by their numbers; None for those that no result needs; then the constants."""
        turns, constants = self._turns
        values: list[Any] = [parts[name][order] for name, order in self.inputs]
        values += [None] * (self.steps[-1].out + 1 - len(values) if self.steps else 0) + constants
        with np.errstate(all="ignore"):
            for turn in turns:
                values[turn.out] = turn.again(*turn.pick(values))
        return values

    def coefficients(self, parts: Parts) -> list[FloatArray | None]:
        """The coefficients of the result; derivatives are NaN in the lanes of a kink."""
        values = self.forward(parts)
        lost, found = self._lost(values, set()), self._picked(values)
        return [part if k == 0 or part is None else _without(part, lost) for k, part in enumerate(found)]

    def _picked(self, values: Sequence[Any]) -> list[Any]:
        return [values[result] if isinstance(result, int) else result for result in self.results]

    def tells(self, found: Sequence[Any], parts: Parts) -> bool:
        """Whether the results at some numbers are those that the function gave there."""
        pairs = list(zip(self._picked(self.forward(parts)), self.asked(found), strict=True))
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
            found[name] = _without(np.zeros_like(array) if slope is None else slope + np.zeros_like(array), lost)
        return found

    def _way_back(self, wanted: frozenset[int]) -> tuple[set[int], list[_Back]]:
        """Values that depend on wanted ones, by more than masks, and the steps that lead to them, the last first."""
        if wanted not in self._ways_back:
            needed = set(wanted)
            for step in self.steps:
                if step.traced not in MASKS and any(number in needed for _, number in step.places):
                    needed.add(step.out)
            back = [
                (turn, tuple(pair for pair in turn.step.places if pair[1] in needed))
                for turn in reversed(self._turns[0])
                if turn.out in needed
            ]
            self._ways_back[wanted] = needed, back
        return self._ways_back[wanted]

    def _lost(self, values: Sequence[Any], needed: set[int]) -> BoolArray | None:
        """The lanes in which some kink counts, (B,) or (1,); None where none does."""
        found: Any = None
        for kink in self.kinks:
            if kink.always or kink.of in needed:
                mask = values[kink.mask] if isinstance(kink.mask, int) else kink.mask
                lanes = mask.reshape(-1, mask.shape[-1]).any(axis=0)
                found = lanes if found is None else found | lanes
        return None if found is None or not found.any() else found

    def _back(self, values: Sequence[Any], back: list[_Back]) -> dict[int, Any]:
        """The derivatives of the last result by the values that have not been passed on."""
        last = self.results[-1]
        slopes: dict[int, Any] = {last: np.ones_like(values[last])} if isinstance(last, int) else {}
        with np.errstate(all="ignore"):
            for turn, places in back:
                slope = slopes.pop(turn.out, None)
                if slope is None:
                    continue
                given, pull, named = turn.pick(values), turn.pull, turn.step.named
                if pull is None:
                    _handed_on(turn.step, slope, (values, given), places, slopes)
                    continue
                for place, number in places:
                    part, known = pull(slope, place, given, named), slopes.get(number)
                    slopes[number] = part if known is None else known + part
        return slopes


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
    step: Step,
    slope: Any,
    values: tuple[Sequence[Any], Sequence[Any]],
    places: Sequence[tuple[int, int]],
    slopes: dict[int, Any],
) -> None:
    """Add what one step hands back by autograd's rule; `values` are all of them, and its arguments."""
    every, given = values
    pull = primitive_vjps[step.traced](tuple(place for place, _ in places), every[step.out], given, step.named)
    for (_, number), part in zip(places, pull(slope), strict=True):
        slopes[number] = _added(slopes.get(number), part)


def _added(known: Any, part: Any) -> Any:
    if isinstance(part, SparseObject):
        return part.mut_add(part.vs.zeros() if known is None else np.array(known))
    return part if known is None else known + part


def record(run: Run, parts: Parts, order: int, lanes: int, *, last: bool) -> Tape | None:
    """The tape of a function; None where its steps depend on the numbers, or where it fails.

    Args:
        run: the function.
        parts: the coefficients of its arrays.
        order: of the power series.
        lanes: how many there are.
        last: whether only the last coefficient of the result is asked for.
    """
    inputs = [(name, k) for name, found in parts.items() for k, part in enumerate(found) if part is not None]
    reel = _Reel(lanes, len(inputs), fits_all=lanes > 1)
    space = Recording(order, lanes)
    with trace_stack.new_trace() as trace:
        boxes = {
            key: new_box(parts[key[0]][key[1]], trace, _Noted.new_root(reel, number))
            for number, key in enumerate(inputs)
        }
        arrays = {
            name: Series(space, [boxes.get((name, k)) for k in range(len(known))]) for name, known in parts.items()
        }
        try:
            found: Sequence[Any] = run(space, arrays).c
        except Exception:  # whatever it is, the function itself will meet it again and tell
            return None
        results = tuple(_number(part) for part in (found[-1:] if last else found))
        kinks = tuple(Kink(_number(mask), always, _number(of) if isbox(of) else -1) for mask, always, of in space.met)
    constant = [part for part in (*results, *(kink.mask for kink in kinks)) if isinstance(part, np.ndarray)]
    fits_all = reel.fits_all and not any(lanes in part.shape[-1:] for part in constant)
    return _pruned(Tape(tuple(reel.steps), tuple(reel.pulls), tuple(inputs), results, kinks, fits_all))


def _number(part: Any) -> Any:
    """The number of a recorded value; a constant as it is."""
    return part._node.number if isbox(part) else part


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
    steps, pulls = (tuple(every[index] for index in kept) for every in (tape.steps, tape.pulls))
    return replace(tape, steps=steps, pulls=pulls)


def coefficients(arrays: Mapping[str, Any], direction: Mapping[str, FloatArray], order: int) -> dict[str, list[Any]]:
    """The arrays, and the directions in which they move, as coefficients of power series."""
    return {name: [array, direction.get(name)][: order + 1] for name, array in arrays.items()}
