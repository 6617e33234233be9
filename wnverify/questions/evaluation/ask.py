"""Evaluation: the bound of a theorem at numbers, as certified upper and lower values."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import sympy

from wnverify import catalogue
from wnverify.balls.ball import lower_float, upper_float
from wnverify.balls.expression import enclose
from wnverify.claim import Claim
from wnverify.engine.activations import ACTIVATIONS, exact_constants
from wnverify.errors import UsageError, WnverifyError, expected
from wnverify.family import Family
from wnverify.judging.certificate import Standing, standing_at
from wnverify.quantity import Quantity
from wnverify.questions.evaluation.outcome import Evaluation, Point
from wnverify.theorem import Theorem
from wnverify.typed.parser import expression_of
from wnverify.typed.spelling import NotAClaim
from wnverify.typed.syntax import suggestion

MOST_POINTS = 1000
PRECISION = 256
LARGEST_SIZE = 10**15
CONSTANTS = ("slope", "beta", "c0")


def evaluate(what: str | Path | Theorem, /, **values: Any) -> Evaluation:
    """Evaluate the bound of a theorem.

    Args:
        what: an id, a file, or a theorem.
        values: a number, a text such as "1/2", or a list of them, for each symbol of the bound; `activation="tanh"`
            stands for slope, beta and c0, and `scaling="fan_in"` for the other scaling.

    Raises:
        UsageError: if a symbol is missing, unknown, or outside its domain, or the theorem is unknown.
    """
    name, theorem = (what, catalogue.load(what)) if isinstance(what, str | Path) else ("theorem", what)
    claim, taken = _stated(theorem, values)
    quantities = theorem.family.quantities
    known = {symbol: _typed(symbol, quantities, value) for symbol, value in taken.items()}
    _check_names(claim, known, quantities)
    arrays = tuple(symbol for symbol, typed in known.items() if len(typed) > 1)
    count = math.prod(len(known[symbol]) for symbol in arrays)
    if count > MOST_POINTS:
        raise UsageError(expected(f"at most {MOST_POINTS} points", f"{count}"))
    fixed = {symbol: typed[0][0] for symbol, typed in known.items() if symbol not in arrays}
    every = [dict(zip(known, chosen, strict=True)) for chosen in product(*known.values())]
    points = [_point(claim, quantities, chosen, arrays) for chosen in every]
    return Evaluation(str(name), claim, fixed, arrays, tuple(points))


Typed = tuple[str, sympy.Expr]


def _stated(theorem: Theorem, values: Mapping[str, Any]) -> tuple[Claim, dict[str, Any]]:
    """The claim under the scaling asked for, and the values with those of the activation."""
    taken = dict(values)
    settings = {name: options[0] for name, options in theorem.family.settings.items()}
    for name in ("activation", "scaling"):
        wanted = taken.pop(name, None)
        if wanted is not None:
            settings[name] = _setting(theorem.family, name, str(wanted))
            if name == "activation":
                exact = exact_constants(settings[name])
                taken = {c: exact[c] for c in CONSTANTS if c in theorem.family.quantities} | taken
    claim = theorem.claim.substitute(theorem.family.rescaling(settings)) if settings else theorem.claim
    return claim, taken


def _setting(family: Family, name: str, wanted: str) -> str:
    options = family.settings.get(name, tuple(ACTIVATIONS) if name == "activation" else ())
    if wanted not in options:
        raise UsageError(expected(f"{name} among {', '.join(options) or 'none'}", repr(wanted[:60])))
    return wanted


def _typed(name: str, quantities: Mapping[str, Quantity], value: Any) -> list[Typed]:
    """The values of one symbol, each with the text to show; every one checked against the domain."""
    if name not in quantities:
        raise UsageError(expected("known symbols", repr(name[:60]), suggestion(name, list(quantities))))
    parts: Iterable[Any] = [value]
    if isinstance(value, str):
        parts = value.split(",")
    elif isinstance(value, Sequence | np.ndarray) and not isinstance(value, bytes):
        parts = list(value)
    found = [(_label(part), _number(name, part)) for part in parts]
    if not found:
        raise UsageError(expected(f"at least one value of {name}", "none"))
    for label, number in found:
        _check_domain(quantities[name], number, label)
    return found


def _label(part: Any) -> str:
    return part.strip() if isinstance(part, str) else str(part)


def _number(name: str, part: Any) -> sympy.Expr:
    if isinstance(part, sympy.Expr):
        return part
    if isinstance(part, str):
        try:
            found = expression_of(part)
        except NotAClaim as error:
            raise UsageError(f"{name}={part[:60]}: {error}") from error
        return found
    number = float(part) if isinstance(part, int | float | np.number) and not isinstance(part, bool) else math.nan
    if not math.isfinite(number):
        raise UsageError(expected(f"a finite number as {name}", repr(part)[:60]))
    return sympy.Integer(int(part)) if number == int(number) else sympy.Rational(number)


def _check_domain(quantity: Quantity, number: sympy.Expr, label: str) -> None:
    """Refuse a value outside the domain of a symbol; infinity is the β of ReLU."""
    below = number < quantity.low or (quantity.strict and number == quantity.low)
    broken = quantity.is_integer and (not number.is_Integer or number > LARGEST_SIZE)
    if below or number > quantity.high or broken:
        kind = "an integer" if quantity.is_integer else "a number"
        domain = f"{quantity.name} to be {kind} {'>' if quantity.strict else '≥'} {quantity.low}"
        raise UsageError(expected(domain, f"{quantity.name}={label[:60]}"))


def _check_names(claim: Claim, known: Mapping[str, Any], quantities: Mapping[str, Quantity]) -> None:
    missing = sorted(symbol.name for symbol in claim.rhs.free_symbols if symbol.name not in known)
    if missing:
        hint = ", or activation=tanh and the like" if set(missing) & set(CONSTANTS) else ""
        listing = "; ".join(f"{name}: {quantities[name].meaning}" for name in missing)
        raise UsageError(expected(f"values such as {missing[0]}=1{hint}", f"none for {listing}"))


def _point(
    claim: Claim, quantities: Mapping[str, Quantity], chosen: Mapping[str, Typed], arrays: Sequence[str]
) -> Point:
    by_symbol = {quantities[name]: number for name, (_, number) in chosen.items()}
    try:
        ball = enclose(claim.rhs, by_symbol, PRECISION)
        unmet = [
            name
            for name, relation in claim.given.items()
            if relation.free_symbols <= set(by_symbol) and standing_at(relation, by_symbol) is Standing.BROKEN
        ]
    except WnverifyError as error:
        raise UsageError(f"The bound cannot be evaluated: {error}") from error
    return Point({name: chosen[name][0] for name in arrays}, lower_float(ball), upper_float(ball), tuple(unmet))
