"""Symbols of a family: sizes, constants, what is read off, and what is measured by two routes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any, Generic, TypeVar

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.quantities import Gradient, Measure, Quantity, Route, Side, Source

V = TypeVar("V")
Values = Mapping[str, FloatArray]


def once(compute: Callable[[Batch], V]) -> Callable[[Batch], V]:
    """Compute what is derived from a batch once for it; the function is the key, for `Batch.memo` and for `in`."""

    @wraps(compute)
    def found(batch: Batch) -> V:
        return batch.memo(found, lambda: compute(batch))

    return found


@dataclass(frozen=True)
class Stored:
    """The measure of a number that is stored as it stands: an array with one number an instance.

    Whoever moves an instance to where a quantity lies in an interval may clip this array, and no other: what is
    computed from arrays is not moved by moving the array that happens to bear its name.
    """

    array: str

    def __call__(self, batch: Batch) -> FloatArray:
        """The numbers, (B,)."""
        return batch.arrays[self.array].reshape(batch.size)


def size(name: str, meaning: str, *, low: int = 1) -> Quantity:
    """A size of the shape: an integer ≥ low."""

    def measure(batch: Batch) -> FloatArray:
        return np.full(batch.size, float(batch.shape[name]))

    return Quantity(name, meaning, low=low, integer=True, route=Route(measure), source=Source.SIZE)


def constant(name: str, meaning: str, value: Callable[[Batch], float], **domain: Any) -> Quantity:
    """A number that shape and settings determine: a constant of the activation, a dimension after stacking."""

    def measure(batch: Batch) -> FloatArray:
        return np.full(batch.size, float(value(batch)))

    return Quantity(name, meaning, route=Route(measure), source=Source.CONSTANT, **domain)


def read(
    name: str, meaning: str, pick: Measure | None = None, *, gradient: Gradient | None = None, **domain: Any
) -> Quantity:
    """A number that is read off the arrays, where there is nothing to confirm.

    Args:
        name: what users type; without `pick`, the array of that name, one number an instance.
        meaning: one phrase for the reader.
        pick: batch -> (B,), where it is not the array itself; `Stored(other)` for an array of another name.
        gradient: its derivative by arrays, where one is offered.
        domain: low, high, strict, integer, as for every quantity.
    """
    return Quantity(name, meaning, route=Route(pick or Stored(name), gradient), source=Source.ARRAY, **domain)


def two_routes(
    name: str,
    meaning: str,
    first: Measure,
    second: Measure | None,
    *,
    gradient: Gradient | None = None,
    side: Side = Side.EXACT,
    **domain: Any,
) -> Quantity:
    """A measured number: the fast route, and a second one that shares no code with it; see `Route`."""
    return Quantity(name, meaning, route=Route(first, gradient, second, side=side), **domain)


@dataclass(frozen=True)
class Views(Generic[V]):
    """Two views of a batch of which a formula can be taken: what it is made of by either route, computed once.

    Args:
        first: batch -> the closed forms.
        second: batch -> the same by the independent route.
        lasting: whether the first is kept of instances that others judge too; see `Batch.memo`.
    """

    first: Callable[[Batch], V]
    second: Callable[[Batch], V]
    lasting: bool = False

    def closed(self, batch: Batch) -> V:
        """The first view of a batch."""
        return batch.memo(self.first, lambda: self.first(batch), lasting=self.lasting)

    def oracle(self, batch: Batch) -> V:
        """The second view of a batch."""
        return batch.memo(self.second, lambda: self.second(batch))

    def quantity(
        self,
        name: str,
        meaning: str,
        formula: Callable[[V], FloatArray],
        other: Callable[[V], FloatArray] | None = None,
        **domain: Any,
    ) -> Quantity:
        """A number that is one formula in the view, or an `other` in the second; the rest is as for `two_routes`."""
        second = other or formula
        return two_routes(
            name,
            meaning,
            lambda batch: formula(self.closed(batch)),
            lambda batch: second(self.oracle(batch)),
            **domain,
        )

    def read(self, name: str, meaning: str, formula: Callable[[V], FloatArray], **domain: Any) -> Quantity:
        """A number that is read off the first view, where there is nothing to confirm."""
        return read(name, meaning, lambda batch: formula(self.closed(batch)), **domain)


def parts(compute: Callable[[Batch, bool], Values]) -> Callable[..., Quantity]:
    """Numbers that are computed together: `compute(batch, second)` returns all of them by name, by either route.

    Returns:
        A function that declares one of them from its name, meaning and domain.
    """
    views = Views(lambda batch: compute(batch, False), lambda batch: compute(batch, True), lasting=True)

    def declare(name: str, meaning: str, **domain: Any) -> Quantity:
        return views.quantity(name, meaning, lambda values: values[name], **domain)

    return declare


def vocabulary(names: Mapping[str, Any], *borrowed: Quantity) -> Mapping[str, Quantity]:
    """A family's vocabulary is what its file defines: the quantities among its names, in their order.

    Args:
        names: the names of the module, `globals()`.
        borrowed: quantities of other files, which come first.
    """
    return {value.name: value for value in (*borrowed, *names.values()) if isinstance(value, Quantity)}
