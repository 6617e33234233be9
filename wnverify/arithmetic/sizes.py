"""Sizes that stay exact in balls: 1/m and m^(−1/2) are rounded in floats, and in balls they need not be.

A user's function writes `theta.m ** -0.5`, where `theta.m` is a whole number. In balls it is a `Size`, and what is
made of sizes by + − × ÷ and powers remembers the balls that are meant. To anybody else both are an int and a float.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from flint import arb

LAST_DIGITS = 4
"""By how many units of its last digit a constant may differ from the number that was meant."""


class Exact(float):
    """A float that knows the real number it was rounded from.

    Args:
        value: the float.
        meant: makes a ball around that number.

    >>> half = Size(4) ** -0.5
    >>> half, half == 0.5, meant(Size(3) ** -1).contains(1 / meant(3))
    (0.5, True, True)
    """

    meant: Callable[[], arb]

    def __new__(cls, value: float, meant: Callable[[], arb]) -> Exact:
        """A float with a ball beside it."""
        made = super().__new__(cls, value)
        made.meant = meant
        return made


class Size(int):
    """A whole number whose quotients and powers are `Exact`."""


def meant(number: float) -> arb:
    """A ball around the real number that a float stands for, or exactly the float."""
    from flint import arb

    return number.meant() if isinstance(number, Exact) else arb(number)


def short(number: float) -> bool:
    """Whether a number takes no more than 24 binary digits: one that was meant as it is, not rounded."""
    return isinstance(number, (Exact, int)) or float(np.float32(number)) == number or not math.isfinite(number)


def rounded(number: float) -> arb:
    """A ball around what a number stands for: itself if it is short, else whatever it may have been rounded from.

    >>> rounded(0.5) == 0.5, rounded(0.1).contains(meant(1) / 10)
    (True, True)
    """
    from flint import arb

    return arb(number) if short(number) else arb(number, LAST_DIGITS * math.ulp(number))


def _operator(name: str) -> Callable[[Any, Any], Any]:
    """An operator of two numbers, exact if both are."""

    def act(one: Any, other: Any) -> Any:
        base: type = int if isinstance(one, int) and not isinstance(other, float) else float
        plain = getattr(base, name)(base(one), other)
        if isinstance(plain, int):
            return Size(plain)
        if isinstance(plain, float) and short(other):
            return Exact(plain, lambda: getattr(meant(one), name)(meant(other)))
        return plain

    return act


for _name in ("add", "sub", "mul", "truediv", "pow"):
    for _side in (f"__{_name}__", f"__r{_name}__"):
        setattr(Size, _side, _operator(_side))
        setattr(Exact, _side, _operator(_side))
