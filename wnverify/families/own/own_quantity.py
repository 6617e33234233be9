"""A quantity of a user's own: a function of the parameters and the input of any family."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np
import sympy

from wnverify.arithmetic.activation import activation_of
from wnverify.arithmetic.faults import FunctionError
from wnverify.arithmetic.joint import Joint
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
from wnverify.families.own.kinds import plainly_named
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


@dataclass(frozen=True, eq=False)
class Common:
    """Several functions (xp, theta, x) that are made of the same, which is computed once for all where that pays.

    Args:
        made: (xp, theta, x) -> what they are made of.
        functions: (xp, theta, x, made) -> one number, each.
    """

    made: Function
    functions: Sequence[Callable[..., Any]]
    _joints: dict[Any, Joint] = field(default_factory=dict, repr=False)

    def joint(self, of: Family | None) -> Joint:
        """All of them, for the quantities of one family."""
        if of not in self._joints:
            self._joints[of] = Joint(
                partial(self._call, of), of.phi if isinstance(of, Architecture) else activation_of
            )
        return self._joints[of]

    def _call(self, of: Family | None, xp: Any, arrays: Mapping[str, Any], batch: Batch) -> list[Callable[[], Any]]:
        at = (xp, *_arguments(of, arrays, batch))
        found = self.made(*at)
        return [partial(function, *at, found) for function in self.functions]


@dataclass(frozen=True, eq=False)
class Part:
    """One of several functions that are made of the same: by itself, it computes all that it needs."""

    common: Common
    place: int

    def __call__(self, xp: Any, theta: Any, x: Any) -> Any:
        """The number."""
        return self.common.functions[self.place](xp, theta, x, self.common.made(xp, theta, x))


SLACK = 1e-9
"""By how much a value may miss its limits, relative: rounding."""


def quantity(
    name: str, meaning: str, value: Function, *, of: Family | None = None, latex: str | None = None, **limits: Any
) -> Quantity:
    r"""A symbol that a user's function measures, for claims and hypotheses.

    It is measured on batches, differentiated for the adversary, confirmed by plain autograd, and enclosed in balls as
    far as these know what the function is made of.

    Args:
        name: as it is typed, in ASCII letters.
        meaning: one phrase for the reader.
        value: `value(xp, theta, x)`; theta has every array of an instance but x, and its sizes.
        of: the architecture that it is about, which a file with several must say.
        latex: how the field writes it, `r"\|w\|_1"`, whose sign is printed and can be typed; without it, the name
            upright.
        limits: `low`, the least value that it can have, exact, and `high`, the greatest.

    Raises:
        TheoremFileError: if a part is not what it should be.
        UsageError: if its LaTeX is no formula.

    >>> quantity("path_norm", "sum over paths of |products|", lambda xp, t, x: xp.sum(xp.abs(t.v)), low=0)
    path_norm
    """
    if not plainly_named(name):
        raise TheoremFileError(expected("a name such as path_norm", repr(name)[:60], _nameable(name)))
    if not isinstance(meaning, str) or not meaning.strip():
        raise TheoremFileError(expected(f"a phrase that says what {name} is", repr(meaning)[:60]))
    if not callable(value):
        raise TheoremFileError(expected(f"a function value(xp, theta, x) for {name}", repr(value)[:60]))
    if of is not None and not isinstance(of, Family):
        raise TheoremFileError(expected(f"a family that {name} is about, such as of=NET", repr(of)[:60]))

    def call(xp: Any, arrays: Mapping[str, Any], batch: Batch) -> Any:
        return value(xp, *_arguments(of, arrays, batch))

    phi = of.phi if isinstance(of, Architecture) else activation_of
    joint, place = (value.common.joint(of), value.place) if isinstance(value, Part) else (None, 0)
    program = Program(Written(name, call, phi), joint, place)
    route = Derivatives(program, lambda batch: list(batch.arrays)).value()
    exact = _limits(name, limits)
    tried = replace(route, measure=_limited(name, _tried(program, route.measure), exact))
    return Quantity(name, meaning.strip(), route=tried, own=Own(value, of), latex=latex, **exact)


def _nameable(name: object) -> str:
    """What would do as a name: claims are typed on any keyboard, and read by a script without wnverify."""
    if isinstance(name, str) and not name.isascii():
        return 'name it in ASCII letters, as beta, and give latex=r"\\beta": that sign is printed, and can be typed'
    return "use ASCII letters, digits and _, and no name that a claim knows"


def _tried(program: Program, measure: Measure) -> Measure:
    """The measure, but the function is tried at a few finite instances, and at one for any other settings."""
    done: set[tuple[str, ...]] = set()

    def measured(batch: Batch) -> FloatArray:
        found = measure(batch)
        chosen = tuple(batch.settings.values())
        finite = np.flatnonzero(np.isfinite(found))[: 1 if done else FEW]
        if chosen not in done and finite.size:
            check_values(program, batch.select(finite))
            done.add(chosen)
        return found

    return measured


def _limits(name: str, limits: Mapping[str, Any]) -> dict[str, sympy.Expr]:
    """The limits that are given, exact.

    Raises:
        TheoremFileError: if one is no exact number, or the lower one is not below the other.
    """
    if unknown := sorted(set(limits) - {"low", "high"}):
        raise TheoremFileError(expected(f"low= and high= as the limits of {name}", f"{unknown[0]}="))
    given = {key: end for key, end in limits.items() if end is not None}
    for key, end in given.items():
        exact = isinstance(end, int | Fraction | sympy.Expr) and not isinstance(end, bool | sympy.Float)
        if not exact or not sympy.sympify(end).is_extended_real or sympy.sympify(end).free_symbols:
            remedy = "write an int, or Rational(1, 3) of sympy"
            raise TheoremFileError(expected(f"an exact number {key}= for {name}", repr(end)[:60], remedy))
    exact_ends = {key: sympy.sympify(end) for key, end in given.items()}
    if len(given) == 2 and not exact_ends["low"] < exact_ends["high"]:
        raise TheoremFileError(expected(f"low below high for {name}", f"low={given['low']}, high={given['high']}"))
    return exact_ends


def _limited(name: str, measure: Measure, limits: Mapping[str, sympy.Expr]) -> Measure:
    """The measure, but values beyond the limits are refused: what is proved of a bound rests on these."""
    low, high = float(limits.get("low", -math.inf)), float(limits.get("high", math.inf))

    def measured(batch: Batch) -> FloatArray:
        found = measure(batch)
        slack = SLACK * (1 + np.abs(found))
        beyond = np.isfinite(found) & ((found < low - slack) | (found > high + slack))
        if beyond.any():
            wanted = f"values of {name} from {low:g} to {high:g}, as low= and high= say"
            raise FunctionError(expected(wanted, f"{found[beyond][0]:.6g}", "mend the function, or the limits"))
        return found

    return measured


def _arguments(of: Family | None, arrays: Mapping[str, Any], batch: Batch) -> tuple[Theta, Any]:
    if isinstance(of, Architecture):
        return of.arguments(arrays, batch)
    rest = {name: array for name, array in arrays.items() if name != "x"}
    return Theta(rest, dict(batch.shape) | dict(batch.settings)), arrays.get("x")
