"""Evaluation: the bound of a theorem at numbers, as certified upper and lower values."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import Any

import sympy
from flint import arb

from wnverify import catalogue
from wnverify.balls.ball import lower_float, upper_float
from wnverify.balls.expression import enclose
from wnverify.claim import Claim
from wnverify.engine.activations import ACTIVATIONS, exact_constants
from wnverify.errors import UsageError, WnverifyError, expected
from wnverify.family import Family
from wnverify.judging.certificate import Standing, standing_at
from wnverify.quantities import Quantity
from wnverify.questions.evaluation.numbers import Given, read
from wnverify.questions.evaluation.outcome import Evaluation, Point
from wnverify.theorem import Theorem
from wnverify.typed.syntax import suggestion

MOST_POINTS = 1000
PRECISIONS = (256, 1024, 4096, 16384)
ORDINARY = 1e-300, 1e300
"""Beyond these the digits are shown beside the doubles, which lose them or end."""
LARGEST_SIZE = 10**15
CONSTANTS = ("slope", "beta", "c0")


def evaluate(what: str | Path | Theorem, /, **values: Any) -> Evaluation:
    """Evaluate the bound of a theorem.

    Args:
        what: an id, a file, or a theorem.
        values: a number of any exact or floating type, a text such as "1/2", or a sequence or one-dimensional array
            of them, for each symbol of the bound; `activation="tanh"`
            stands for slope, beta and c0, and `scaling="fan_in"` for the other scaling.

    Raises:
        UsageError: if a symbol is missing, unknown, or outside its domain, or the theorem is unknown.
    """
    name, theorem = (what, catalogue.load(what)) if isinstance(what, str | Path) else ("theorem", what)
    if not isinstance(theorem, Theorem):
        raise UsageError(expected("an id, a file or a theorem to evaluate", f"a value of type {type(what).__name__}"))
    claim, taken = _stated(theorem, values)
    quantities = theorem.family.quantities
    known = {symbol: _typed(symbol, quantities, value) for symbol, value in taken.items()}
    _check_names(claim, known, quantities)
    arrays = tuple(symbol for symbol, typed in known.items() if len(typed) > 1)
    count = math.prod(len(known[symbol]) for symbol in arrays)
    if count > MOST_POINTS:
        raise UsageError(expected(f"at most {MOST_POINTS} points", f"{count}"))
    fixed = {symbol: typed[0].label for symbol, typed in known.items() if symbol not in arrays}
    every = [dict(zip(known, chosen, strict=True)) for chosen in product(*known.values())]
    points = [_point(claim, quantities, chosen, arrays) for chosen in every]
    return Evaluation(str(name), claim, fixed, arrays, tuple(points))


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


def _typed(name: str, quantities: Mapping[str, Quantity], value: Any) -> list[Given]:
    """The values of one symbol, every one checked against the domain."""
    if name not in quantities:
        raise UsageError(expected("known symbols", repr(name[:60]), suggestion(name, list(quantities))))
    found = read(name, value)
    for given in found:
        _check_domain(quantities[name], given.number, given.label)
    return found


def _check_domain(quantity: Quantity, number: sympy.Expr, label: str) -> None:
    """Refuse a value outside the domain of a symbol; infinity is the β of ReLU."""
    if number == sympy.oo and quantity.name not in CONSTANTS:
        raise UsageError(expected(f"a finite {quantity.name}", f"{quantity.name}={label[:60]}"))
    whole = not quantity.is_integer or (number.is_Integer and number <= LARGEST_SIZE)
    below = number < quantity.low or (quantity.strict and number == quantity.low)
    if below or number > quantity.high or not whole:
        kind = "an integer" if quantity.is_integer else "a number"
        least = f"{kind} {'>' if quantity.strict else '≥'} {quantity.low}"
        most = f" and at most {LARGEST_SIZE:.0e}" if quantity.is_integer and number > LARGEST_SIZE else ""
        raise UsageError(expected(f"{quantity.name} to be {least}{most}", f"{quantity.name}={label[:60]}"))


def _check_names(claim: Claim, known: Mapping[str, Any], quantities: Mapping[str, Quantity]) -> None:
    missing = sorted(symbol.name for symbol in claim.rhs.free_symbols if symbol.name not in known)
    if missing:
        hint = ", or activation=tanh and the like" if set(missing) & set(CONSTANTS) else ""
        listing = "; ".join(f"{name}: {quantities[name].meaning}" for name in missing)
        raise UsageError(expected(f"values such as {missing[0]}=1{hint}", f"none for {listing}"))


def _point(
    claim: Claim, quantities: Mapping[str, Quantity], chosen: Mapping[str, Given], arrays: Sequence[str]
) -> Point:
    by_symbol = {quantities[name]: given.number for name, given in chosen.items()}
    constants = {name for name, quantity in quantities.items() if quantity.source.of_situation}
    try:
        ball = _enclosed(claim.rhs, by_symbol)
        unmet = [
            name
            for name, relation in claim.given.items()
            if relation.free_symbols <= set(by_symbol)
            and standing_at(relation, by_symbol, constants) is Standing.BROKEN
        ]
    except WnverifyError as error:
        raise UsageError(f"The bound cannot be evaluated: {error}") from error
    lower, upper = lower_float(ball), upper_float(ball)
    outside = not ORDINARY[0] < max(abs(lower), abs(upper)) < ORDINARY[1] and ball.is_finite() and ball != 0
    return Point(
        values={name: chosen[name].label for name in arrays},
        numbers={name: chosen[name].as_float for name in arrays},
        lower=lower,
        upper=upper,
        unmet=tuple(unmet),
        about=ball.str(15, radius=False) if outside else "",
    )


def _enclosed(bound: sympy.Expr, values: Mapping[sympy.Symbol, sympy.Expr]) -> arb:
    """The bound in a ball that is narrower than doubles are apart, as far as precision helps.

    Terms of very different size cancel only to as many bits as lie between them.
    """
    ball = enclose(bound, values, PRECISIONS[0])
    for precision in PRECISIONS[1:]:
        if ball.is_finite() and ball.rad() <= abs(ball.mid()) * 2**-60:
            break
        ball = enclose(bound, values, precision)
    return ball
