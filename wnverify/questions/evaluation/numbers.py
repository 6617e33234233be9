"""Numbers as they are handed over: text, Python's, NumPy's and sympy's, read exactly or refused in a sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from numbers import Rational
from typing import Any

import numpy as np
import sympy

from wnverify.errors import UsageError, expected
from wnverify.typed.parser import expression_of
from wnverify.typed.spelling import NotAClaim

MOST_BITS, LARGEST_EXPONENT, SHOWN, SHORT = 40_000, 12_000, 60, 15
"""Limits of a number in bits and of its decimal exponent; digits that are shown of a text, and of a number."""
NO_NUMBERS = ("", "nan", "inf", "infinity", "oo", "none", "true", "false")
_DECIMAL = re.compile(r"\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\s*", re.ASCII)


@dataclass(frozen=True)
class Given:
    """One value.

    Args:
        label: how it is shown: as it was typed, or as its type prints it.
        number: the exact real number.
    """

    label: str
    number: sympy.Expr

    @property
    def as_float(self) -> float:
        """About the same as a double, for a plot; infinite if it is larger than any."""
        try:
            return float(self.number)
        except OverflowError:
            return float("inf") if self.number > 0 else float("-inf")


def read(name: str, value: Any) -> list[Given]:
    """The values of one symbol.

    Args:
        name: the symbol.
        value: a number, a text with commas between numbers, or a sequence or one-dimensional array of either.

    Raises:
        UsageError: if it is anything else, or not real and finite.
    """
    exact = [(part, _number(name, part)) for part in _parts(name, value)]
    found = [Given(_label(part, number), number) for part, number in exact]
    if not found:
        raise UsageError(expected(f"at least one value of {name}", "none"))
    return found


def _parts(name: str, value: Any) -> list[Any]:
    if isinstance(value, str):
        return value.split(",")
    if hasattr(value, "__array__") and not isinstance(value, np.generic):
        array = np.asarray(value)
        if array.ndim > 1:
            raise UsageError(expected(f"{name} as a number or a list", f"an array of shape {array.shape}"))
        return [array[()]] if array.ndim == 0 else list(array)
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray | memoryview):
        return list(value)
    return [value]


def _number(name: str, part: Any) -> sympy.Expr:
    if isinstance(part, np.ndarray) and part.ndim == 0:
        part = part[()]
    if isinstance(part, str):
        return _typed(name, part)
    if isinstance(part, sympy.Expr):
        return _real(name, part)
    exact = None if isinstance(part, bool | np.bool_) else _ratio(part)
    if exact is None:
        raise UsageError(expected(f"a real, finite number as {name}", _short(part)))
    return _bounded(name, sympy.Rational(*exact), _short(part))


def _typed(name: str, text: str) -> sympy.Expr:
    """A decimal number of any exponent, or an expression such as `sqrt(2)/3`."""
    if _DECIMAL.fullmatch(text) and len(text) <= LARGEST_EXPONENT:
        exact = _ratio(Decimal(text))
        return _bounded(name, sympy.Rational(*exact) if exact else None, text.strip())
    if text.strip().lower().lstrip("+-") in NO_NUMBERS:
        raise UsageError(expected(f"a real, finite number as {name}", repr(text.strip())))
    try:
        return _real(name, expression_of(text))
    except NotAClaim as error:
        raise UsageError(f"{name}={text[:SHOWN]}: {error}") from error


def _real(name: str, expression: sympy.Expr) -> sympy.Expr:
    if not expression.is_number or expression.is_extended_real is not True:
        raise UsageError(expected(f"a real number as {name}", _short(expression)))
    exact = expression.replace(lambda part: part.is_Float, sympy.Rational)
    return _bounded(name, exact, str(expression)) if exact.is_Rational else exact


def _ratio(part: Any) -> tuple[int, int] | None:
    """Numerator and denominator of anything that is a rational number; None for all else."""
    if isinstance(part, Rational):  # NumPy's integers have no as_integer_ratio
        return int(part.numerator), int(part.denominator)
    if isinstance(part, Decimal) and (not part.is_finite() or abs(part.adjusted()) > LARGEST_EXPONENT):
        return None
    try:
        numerator, denominator = part.as_integer_ratio()
        return int(numerator), int(denominator)
    except (AttributeError, TypeError, ValueError, OverflowError):  # no number, not a number, infinite
        return None


def _bounded(name: str, number: sympy.Rational | None, text: str) -> sympy.Rational:
    if number is None or max(int(number.p).bit_length(), int(number.q).bit_length()) > MOST_BITS:
        most = f"1e{LARGEST_EXPONENT} in size, and not closer to 0 than 1e-{LARGEST_EXPONENT}"
        raise UsageError(expected(f"{name} to be a number of at most {most}", text[:SHOWN]))
    return number


def _label(part: Any, number: sympy.Expr) -> str:
    """A number as it is shown: what was typed, or its digits; of a long one only the first.

    >>> _label(10**400, sympy.Integer(10) ** 400), _label(0.1, sympy.Rational(0.1))
    ('1e+400', '0.1')
    """
    if isinstance(part, str) and len(part) <= SHOWN:
        return part.strip()
    if isinstance(part, float | np.floating) or not number.is_Rational:
        return _short(part) if isinstance(part, str) else str(part)
    if max(abs(int(number.p)), int(number.q)) < 10**SHORT:
        return str(number)
    digits = str(number.evalf(SHORT))
    return f"{Decimal(digits).normalize():e}" if number.q == 1 else digits


def _short(part: Any) -> str:
    """A value as it appears in a message."""
    try:
        return repr(part)[:SHOWN]
    except Exception:  # an integer of thousands of digits, or an object that cannot be printed
        return f"a value of type {type(part).__name__}"
