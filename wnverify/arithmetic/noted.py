"""Noted: numbers with which a function is run in order to write down what it does to them.

They have the operations that power series ask of their coefficients, under autograd's names for these, as the rules
for a reverse sweep know them; autograd's own boxes take several times as long as the arithmetic.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Protocol

import autograd.numpy as anp
from autograd.numpy.numpy_boxes import ArrayBox

UFUNCS = ("add", "subtract", "multiply", "negative", "logical_not", "logical_and", "logical_or", "logical_xor")
"""Operations of NumPy that are asked of it, of arrays and numbers that are noted, in its own name."""


class Reel(Protocol):
    """Where steps are written down."""

    def note(self, value: Any, traced: Any, called: tuple[Any, Any], places: Mapping[int, int]) -> int:
        """The number of a step: what it gave, autograd's name for it, its arguments, and which of them are noted."""


class Noted:
    """A number with its number.

    Args:
        value: what it is in this run.
        number: of the step that gave it, or of an input.
        reel: where steps are written down.
    """

    __slots__ = ("_value", "number", "reel")

    def __init__(self, value: Any, number: int, reel: Reel) -> None:
        self._value, self.number, self.reel = value, number, reel

    @property
    def shape(self) -> tuple[int, ...]:
        """That of the array."""
        found: tuple[int, ...] = self._value.shape
        return found

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return int(self._value.ndim)

    @property
    def dtype(self) -> Any:
        """Floats, or truth values for a mask."""
        return self._value.dtype

    def __add__(self, other: Any) -> Any:
        return noting(anp.add, self, other)

    def __radd__(self, other: Any) -> Any:
        return noting(anp.add, other, self)

    def __sub__(self, other: Any) -> Any:
        return noting(anp.subtract, self, other)

    def __rsub__(self, other: Any) -> Any:
        return noting(anp.subtract, other, self)

    def __mul__(self, other: Any) -> Any:
        return noting(anp.multiply, self, other)

    def __rmul__(self, other: Any) -> Any:
        return noting(anp.multiply, other, self)

    def __neg__(self) -> Any:
        return noting(anp.negative, self)

    def __getitem__(self, index: Any) -> Any:
        return noting(ArrayBox.__getitem__, self, index)

    def __array_ufunc__(self, ufunc: Any, method: str, *given: Any, **named: Any) -> Any:
        if method == "__call__" and not named and ufunc.__name__ in UFUNCS:
            return noting(getattr(anp, ufunc.__name__), *given)
        return NotImplemented


def noting(traced: Any, *given: Any, **named: Any) -> Any:
    """What an operation gives, noted if one of its arguments is.

    Args:
        traced: autograd's name for it.
        given: its arguments.
        named: those by name.
    """
    places = {place: part.number for place, part in enumerate(given) if type(part) is Noted}
    if not places:
        return traced.fun(*given, **named)
    reel = given[next(iter(places))].reel
    plain = tuple(part._value if place in places else part for place, part in enumerate(given))
    value = traced.fun(*plain, **named)
    return Noted(value, reel.note(value, traced, (plain, named), places), reel)


class Library:
    """The functions of arrays that power series ask for, by which steps are written down."""

    where = partial(noting, getattr(anp, "_original_where", anp.where))  # later versions of autograd wrap it

    def concatenate(self, parts: Any, axis: int) -> Any:
        """Arrays one after the other."""
        return noting(anp.concatenate_args, axis, *parts)

    def __getattr__(self, name: str) -> Callable[..., Any]:
        found = partial(noting, getattr(anp, name))
        setattr(self, name, found)
        return found


LIBRARY = Library()
