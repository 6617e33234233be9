"""Mends a sign that sympy gets wrong, for it makes sympy replace one bound by another.

`sympy.core.exprtools._monotonic_sign` is to return the value of an expression that lies nearest to 0. For A/M with a
monomial M of several positive integers it returns A, the value farthest from 0 (sympy 1.14). So with positive
integers L and m sympy takes 40/(L·m) − 1 for positive, and evaluates Max(1, 40/(L·m)) to 40/(L·m) and
|40/(L·m) − 1| to 40/(L·m) − 1. A quotient like that comes as close to 0 as one likes: only its sign is told here.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import sympy
from sympy.core import exprtools

NAME = "_monotonic_sign"


def mend() -> None:
    """Put the mended function in the place of sympy's; once is enough."""
    theirs = getattr(exprtools, NAME)
    if not hasattr(theirs, "__wrapped__"):
        setattr(exprtools, NAME, _mended(theirs))


def _mended(theirs: Callable[[sympy.Expr], Any]) -> Callable[[sympy.Expr], Any]:
    @wraps(theirs)
    def nearest_to_zero(expression: sympy.Expr) -> Any:
        constant, rest = expression.as_coeff_Add()
        if len(rest.free_symbols) < 2 or rest.is_polynomial():
            return theirs(expression)
        if constant or not (rest.is_positive or rest.is_negative):
            return None
        sign = "positive" if rest.is_positive else "negative"
        return sympy.Dummy(sign, **{sign: True})

    return nearest_to_zero
