"""A quantity of a user's own: a function of the parameters and the input of any family."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from wnverify.arithmetic.activation import activation_of
from wnverify.arithmetic.probe import check_values
from wnverify.arithmetic.program import Program
from wnverify.arithmetic.theta import Theta
from wnverify.arithmetic.written import Written
from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.errors import TheoremFileError, expected
from wnverify.families.own.architecture import Architecture, Function
from wnverify.families.own.declared import FEW
from wnverify.families.own.derivatives import Derivatives
from wnverify.family import Family
from wnverify.quantities import Measure, Quantity


@dataclass(frozen=True, eq=False)
class Own:
    """How a user declared a quantity.

    Args:
        value: (xp, theta, x) -> one number.
        of: the architecture that it is about; None for one about any family with its arrays.
    """

    value: Function
    of: Family | None = None


def quantity(
    name: str, meaning: str, value: Function, *, of: Family | None = None, low: Any = None, high: Any = None
) -> Quantity:
    """A symbol that a user's function measures, for claims and hypotheses.

    It is measured on batches, differentiated for the adversary, confirmed by plain autograd, and enclosed in balls as
    far as these know what the function is made of.

    Args:
        name: as it is printed and typed.
        meaning: one phrase for the reader.
        value: `value(xp, theta, x)`; theta has every array of an instance but x, and its sizes.
        of: the architecture that it is about, which a file with several must say.
        low: the least value that it can have, exact.
        high: the greatest.

    Raises:
        TheoremFileError: if a part is not what it should be.

    >>> quantity("path_norm", "sum over paths of |products|", lambda xp, t, x: xp.sum(xp.abs(t.v)), low=0)
    path_norm
    """
    if not isinstance(name, str) or not name.isidentifier():
        raise TheoremFileError(expected("a name such as path_norm", repr(name)[:60]))
    if not isinstance(meaning, str) or not meaning.strip():
        raise TheoremFileError(expected(f"a phrase that says what {name} is", repr(meaning)[:60]))
    if not callable(value):
        raise TheoremFileError(expected(f"a function value(xp, theta, x) for {name}", repr(value)[:60]))

    def call(xp: Any, arrays: Mapping[str, Any], batch: Batch) -> Any:
        return value(xp, *_arguments(of, arrays, batch))

    program = Program(Written(name, call, of.phi if isinstance(of, Architecture) else activation_of))
    route = Derivatives(program, lambda batch: list(batch.arrays)).value()
    limits = {key: end for key, end in (("low", low), ("high", high)) if end is not None}
    tried = replace(route, measure=_tried(program, route.measure))
    return Quantity(name, meaning.strip(), route=tried, own=Own(value, of), **limits)


def _tried(program: Program, measure: Measure) -> Measure:
    """The measure, but the function is tried at the first instances of which some are finite, for each settings."""
    done: set[tuple[str, ...]] = set()

    def measured(batch: Batch) -> FloatArray:
        found = measure(batch)
        chosen = tuple(batch.settings.values())
        finite = np.flatnonzero(np.isfinite(found))[:FEW]
        if chosen not in done and finite.size:
            done.add(chosen)
            check_values(program, batch.select(finite))
        return found

    return measured


def _arguments(of: Family | None, arrays: Mapping[str, Any], batch: Batch) -> tuple[Theta, Any]:
    if isinstance(of, Architecture):
        return of.arguments(arrays, batch)
    rest = {name: array for name, array in arrays.items() if name != "x"}
    return Theta(rest, dict(batch.shape) | dict(batch.settings)), arrays.get("x")
