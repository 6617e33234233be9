"""Formula: an expression of sympy as a function of named values on B instances at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import TypeAlias

import numpy as np
import sympy

from wnverify.arrays import FloatArray
from wnverify.judging.series import in_machine_numbers, outermost, with_series

Values: TypeAlias = Mapping[str, FloatArray]
Function: TypeAlias = Callable[[Values], FloatArray]
MODULES = ["scipy", "numpy"]


# The compiled functions depend on the formula alone, and every check of a theorem asks for the same ones.
@lru_cache(maxsize=512)
def function(expression: sympy.Expr) -> Function:
    """A formula as a function of named values, each (B,); compiled by sympy."""
    if nodes := outermost(expression):
        return with_series(expression, nodes, function)
    symbols = sorted(expression.free_symbols, key=lambda symbol: symbol.name)
    raw = sympy.lambdify(symbols, in_machine_numbers(expression), modules=MODULES, cse=True)
    names = [symbol.name for symbol in symbols]

    def evaluate(values: Values) -> FloatArray:
        size = next(iter(values.values())).shape
        found = np.asarray(raw(*(values[name] for name in names)))
        if np.iscomplexobj(found):
            found = np.where(found.imag == 0.0, found.real, np.nan)
        return np.broadcast_to(found.astype(np.float64), size)

    return evaluate
