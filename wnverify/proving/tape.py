"""Tape: a number that a bound demands as steps of arithmetic, which are data for workers, and on boxes a jet.

A step is a list of texts: an operation, and the numbers of the steps that it takes; a number is given by two floats
that it lies between.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import reduce
from typing import TypeAlias

import sympy

from wnverify.balls.ball import at_least, lower_float, upper_float
from wnverify.balls.expression import enclose
from wnverify.engine.activations import exact_constants
from wnverify.errors import UsageError, expected
from wnverify.families.networks.setting import beta, c0
from wnverify.proving.interval import spanned
from wnverify.proving.jet import Boxes, Jet
from wnverify.proving.laws import u

Tape: TypeAlias = tuple[tuple[str, ...], ...]
NUMBER, COORDINATE, PLUS, TIMES, INVERSE, ROOT, LARGER, SMALLER = "number", "u", "+", "*", "1/", "√", "max", "min"
PRECISION = 160


def tape(expression: sympy.Expr, activation: str) -> Tape:
    """The steps of an expression in u, β and c0.

    Args:
        expression: it.
        activation: gives β and c0.

    Raises:
        UsageError: if it has a function that is none of the steps.

    >>> tape(sympy.sqrt(u), "identity")
    (('u',), ('√', '0'))
    """
    constants = exact_constants(activation)
    steps: list[tuple[str, ...]] = []
    with at_least(PRECISION):
        _Writer(steps, {name: enclose(constants[str(name)], {}) for name in (beta, c0)}).write(expression)
    return tuple(steps)


class _Writer:
    """What writes steps.

    Args:
        steps: is added to.
        constants: β and c0.
    """

    def __init__(self, steps: list[tuple[str, ...]], constants: Mapping[sympy.Symbol, object]) -> None:
        self.steps, self.constants = steps, constants

    def write(self, part: sympy.Expr) -> str:
        """Add the steps of a part; the number of the last one.

        Raises:
            UsageError: if it has a function that is none of the steps.
        """
        if u not in part.free_symbols:
            ball = enclose(part, self.constants, PRECISION)
            return self._step(NUMBER, lower_float(ball).hex(), upper_float(ball).hex())
        if part == u:
            return self._step(COORDINATE)
        if isinstance(part, sympy.Pow):
            return self._power(part)
        sign = next((sign for kind, sign in JOINED.items() if isinstance(part, kind)), None)
        if sign is None:
            raise UsageError(expected("a bound of sums, products, roots, maxima and minima", str(part.func)))
        return reduce(lambda one, two: self._step(sign, one, two), [self.write(each) for each in part.args])

    def _power(self, part: sympy.Pow) -> str:
        base, exponent = part.args
        twice = 2 * exponent
        if not twice.is_Integer or abs(twice) > MOST:
            raise UsageError(expected(f"powers of at most {MOST // 2} in a bound, or roots of these", str(part)))
        number = self.write(base)
        number = number if exponent.is_Integer else self._step(ROOT, number)
        times = abs(int(exponent if exponent.is_Integer else twice))
        number = reduce(lambda one, two: self._step(TIMES, one, two), [number] * times)
        return self._step(INVERSE, number) if exponent.is_negative else number

    def _step(self, *words: str) -> str:
        self.steps.append(words)
        return str(len(self.steps) - 1)


MOST = 16
JOINED: Mapping[type, str] = {sympy.Add: PLUS, sympy.Mul: TIMES, sympy.Max: LARGER, sympy.Min: SMALLER}


STEPS: Mapping[str, Callable[..., Jet]] = {
    PLUS: lambda left, right: left + right,
    TIMES: Jet.times,
    INVERSE: Jet.inverse,
    ROOT: Jet.root,
    LARGER: Jet.larger,
    SMALLER: Jet.smaller,
}


def played(steps: Tape, boxes: Boxes, share: int | None) -> Jet:
    """The value of a tape on boxes.

    Args:
        steps: it.
        boxes: where.
        share: the number of the coordinate u; None if there is none.

    Raises:
        UsageError: if a step is none.
    """
    values: list[Jet] = []
    for name, *words in steps:
        if name == NUMBER:
            values.append(boxes.constant(spanned(*map(float.fromhex, words))))
        elif name == COORDINATE and share is not None:
            values.append(boxes.coordinate(share))
        elif name in STEPS:
            values.append(STEPS[name](*(values[int(word)] for word in words)))
        else:
            raise UsageError(expected("a step of arithmetic", repr(name)))
    return values[-1]


def eased(steps: Tape, factor: Fraction) -> Tape:
    """A tape times a factor.

    Args:
        steps: it.
        factor: above 0.
    """
    number = float(factor)
    ends = (number, number) if Fraction(number) == factor else (number * (1 - 2**-50), number * (1 + 2**-50))
    last = str(len(steps) - 1)
    return (*steps, (NUMBER, *(end.hex() for end in ends)), (TIMES, last, str(len(steps))))
