"""Probe: a user's function tried at a few instances before anything is judged by it.

It is run by NumPy on one instance, and by power series on all; what differs, depends on hidden state, is never finite
or nowhere has a derivative is told with the line and the operation. What balls do not know is no fault: the function
then goes without certificates, and the probe says why.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from wnverify.arithmetic import enclosing, oracle
from wnverify.arithmetic.faults import FunctionError, Undecided, UnknownOperation, operation, where
from wnverify.arithmetic.program import Program
from wnverify.arithmetic.series import Series
from wnverify.arithmetic.spaces import Floats
from wnverify.arrays import BoolArray, FloatArray
from wnverify.batch import Batch
from wnverify.errors import expected

CLOSE = 1e-7
"""By how much of their size two routes to one number may differ by rounding."""


@dataclass(frozen=True)
class Probe:
    """What a function that was tried may go without.

    Args:
        uncertified: why there are no certificates, such as `xp.sort (my_net.py, line 12)`; empty if there are.
        notes: what else a reader should know, a sentence each.
    """

    uncertified: str = ""
    notes: tuple[str, ...] = ()


def probe(program: Program, batch: Batch) -> Probe:
    """Try a function at a few generic instances.

    Args:
        program: the function.
        batch: a few instances, drawn as usual.

    Returns:
        What it may go without.

    Raises:
        FunctionError: if it fails, depends on anything but its arguments, has different values by different routes,
            or has no finite value or no derivative at any of the instances.
    """
    values, reason = check_values(program, batch)
    notes = _finite(program, batch, values, known=not reason)
    if reason or not np.isfinite(values).any():
        return Probe(reason, notes)
    good = batch.select(np.isfinite(values))
    return Probe(_uncertified(program, good.one(0), values[np.isfinite(values)][0]), notes + _sloped(program, good))


def check_values(program: Program, batch: Batch) -> tuple[FloatArray, str]:
    """The values at a few instances, and the operation that power series do not know, if there is one.

    Raises:
        FunctionError: if it fails, depends on anything but its arguments, or its values differ by the route.
    """
    values, reason = _repeated(program, batch), unknown(program, batch)
    if not reason:
        _must_agree(program, "values", program.values(batch), values)
    return values, reason


def unknown(program: Program, batch: Batch) -> str:
    """The operation that power series do not know, with its line; empty if they know all."""
    if program.known(batch):
        return ""
    try:
        program.along(batch, {}, 0)
    except UnknownOperation as error:
        return _place(error)
    return "an operation that power series know only now and then"


def _place(error: UnknownOperation) -> str:
    return f"{error.operation} ({error.place})" if error.place else error.operation


# ---- values


def _repeated(program: Program, batch: Batch) -> FloatArray:
    """f by NumPy, instance by instance, and that of the first once more."""
    name = program.written.name
    values = np.array([oracle.value(program.written, batch, index) for index in range(batch.size)])
    again = oracle.value(program.written, batch, 0)
    if not np.array_equal(values[:1], [again], equal_nan=True):
        remedy = "draw no random numbers in it, and keep nothing between two calls"
        got = f"{values[0]!s} and then {again!s} at one instance"
        raise FunctionError(expected(f"{name} to depend on its arguments alone", got, remedy))
    return values


def _must_agree(program: Program, what: str, found: FloatArray, wanted: FloatArray) -> None:
    with np.errstate(invalid="ignore"):
        off = np.abs(found - wanted) > CLOSE * np.maximum(1.0, np.maximum(np.abs(wanted), np.abs(found)))
    off |= np.isfinite(found) != np.isfinite(wanted)
    if off.any():
        one = int(np.argmax(off))
        got = f"{found[one]!s} by power series and {wanted[one]!s} by plain arrays"
        remedy = "is anything computed outside of xp, or kept between two calls?"
        raise FunctionError(expected(f"the same {what} of {program.written.name} by every route", got, remedy))


def _finite(program: Program, batch: Batch, values: FloatArray, *, known: bool) -> tuple[str, ...]:
    """Say where it is not finite.

    Raises:
        FunctionError: if that is everywhere.
    """
    lost = ~np.isfinite(values)
    if not lost.any():
        return ()
    culprit = f", first after {first_lost(program, batch, lost)}" if known else ""
    got = f"{values[lost][0]!s} at {int(lost.sum())} of {batch.size} instances{culprit}"
    if lost.all():
        raise FunctionError(expected(f"{program.written.name} to be a finite number", got))
    return (f"{program.written.name} is {got}",)


def first_lost(program: Program, batch: Batch, lanes: BoolArray, order: int = 0) -> str:
    """The first operation, with its line, whose result is not finite in some lanes though all before it were."""
    found: list[str] = []

    def watch(parts: Sequence[Any]) -> None:
        if not found and any(part is not None and _lost(part, lanes) for part in parts):
            found.append(f"{operation()} ({where()})" if where() else "its last operation")

    space = Floats(order, batch.size)
    rng = np.random.default_rng(0)
    arrays = {
        name: Series(space, [array, rng.standard_normal(array.shape)][: order + 1])
        for name, array in batch.arrays.items()
    }
    space.watched = watch
    program.run(space, arrays, batch)
    return found[0] if found else "its last operation"


def _lost(part: Any, lanes: BoolArray) -> bool:
    bad = ~np.isfinite(part)
    return bool(bad.any() and np.broadcast_to(bad, (*part.shape[:-1], lanes.size))[..., lanes].any())


# ---- derivatives


def _sloped(program: Program, batch: Batch) -> tuple[str, ...]:
    """The gradient by both routes at an instance; what autograd cannot differentiate is noted.

    Raises:
        FunctionError: if it has none anywhere, or they differ.
    """
    names = [name for name, array in batch.arrays.items() if array.size]
    gradient = program.gradient(batch, names)
    finite = np.all([np.isfinite(part.reshape(-1, batch.size)).all(axis=0) for part in gradient.values()], axis=0)
    if not finite.any():
        raise FunctionError(_kinked(program, batch))
    chosen = int(np.argmax(finite))
    try:
        alone = oracle.gradient(program.written, batch, chosen, names)
    except FunctionError as error:
        return (f"There is no second route to its derivatives: {error}",)
    for name in names:
        _must_agree(program, f"gradient by {name}", gradient[name][..., chosen].ravel(), alone[name].ravel())
    return ()


def _kinked(program: Program, batch: Batch) -> str:
    """The sentence for a function without a derivative."""
    space = Floats(1, batch.size)
    arrays = {name: Series(space, [array, np.ones_like(array)]) for name, array in batch.arrays.items()}
    program.run(space, arrays, batch)
    everywhere = [place for place, lanes in space.kinks.items() if np.all(lanes)]
    name = program.written.name
    if everywhere:
        remedy = "the two sides of a maximum, a comparison or an absolute value are equal there at every instance"
        return expected(f"a derivative of {name}", f"a kink in {everywhere[0]}", remedy)
    culprit = first_lost(program, batch, np.ones(batch.size, dtype=bool), 1)
    return expected(f"a finite gradient of {name}", f"none at any instance, first after {culprit}")


# ---- balls


def _uncertified(program: Program, one: Batch, value: float) -> str:
    """What balls do not know.

    Raises:
        FunctionError: if they contradict the floats.
    """
    try:
        arrays = enclosing.arrays_of(one)
        ball = enclosing.value(program, one, arrays)
        direction = {name: np.ones_like(array) for name, array in one.arrays.items()}
        enclosing.curvature(program, one, arrays, direction)
    except UnknownOperation as error:
        return _place(error)
    except Undecided as error:
        return str(error)
    if ball.is_finite() and abs(float(ball.mid()) - value) > float(ball.rad()) + CLOSE * max(1.0, abs(value)):
        _must_agree(program, "value", np.array([float(ball.mid())]), np.array([value]))
    return ""
