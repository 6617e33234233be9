"""Straight: the flow of one linear model as straight-line code, written for its numbers of rows and columns.

A run asks for its rates some hundred times, at a handful of numbers: lists take three times as long as the arithmetic
in them, and NumPy's calls ten times. The code is written here, from two integers and a clock's name, and compiled
once for each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from math import exp
from typing import Any, Literal, TypeAlias

from wnverify.arrays import FloatArray
from wnverify.engine.least_squares.model import SLOPES, Slope

Clock: TypeAlias = Literal["time", "kinked", "smooth"]
Rates: TypeAlias = Callable[[FloatArray, float], list[float]]
"""State (g, w) and integrals, time -> its derivative."""
Numbers: TypeAlias = tuple[float, float, float, float]
"""rate_g, rate_w, σ² and the floor of the clock."""
INTEGRALS = 4
"""Integrals carried on the kinked clock: t, ∫min(rate_w g², rate_g), ∫rate_w g², ∫rate_w g e^{g²/2c}, all over dt."""


def rates_of(A: FloatArray, y: FloatArray, slope: Slope, numbers: Numbers, clock: Clock) -> Rates:
    """(g′, w′) = (−rate_g ⟨w,q⟩, −rate_w g(q − ⟨w,q⟩w)), q = AᵀF′(gAw), on a clock; then the integrals' derivatives.

    Args:
        A: (m, d).
        y: (m,).
        slope: F′.
        numbers: the constants.
        clock: `time`; `kinked`, dτ = σ²(min(a, b) + floor b)dt for a = rate_w g², b = rate_g, which has the
            integrals; `smooth`, with ab/(a + b) for the minimum.
    """
    rows, columns = A.shape
    maker = _maker(rows, columns, clock, slope is SLOPES["squared"])
    found: Rates = maker(A.tolist(), y.tolist(), slope, numbers)
    return found


@lru_cache(maxsize=64)
def _maker(rows: int, columns: int, clock: Clock, squared: bool) -> Callable[..., Rates]:
    names: dict[str, Any] = {"exp": exp}
    exec(compile(_source(rows, columns, clock, squared), "<flow of a linear model>", "exec"), names)
    found: Callable[..., Rates] = names["maker"]
    return found


def _source(rows: int, columns: int, clock: Clock, squared: bool) -> str:
    lines = ["def maker(A, y, slope, numbers):", "    rate_g, rate_w, least, floor = numbers"]
    lines += [f"    ({_each('A{0}_{1}', columns, i)}) = A[{i}]" for i in range(rows)]
    lines += [f"    ({_each('y{1}', rows)}) = y", "    half = rate_w/(2*rate_g)", "    def rates(state, _):"]
    lines += [f"        {line}" for line in _body(rows, columns, clock, squared)]
    return "\n".join([*lines, "    return rates", ""])


def _body(rows: int, columns: int, clock: Clock, squared: bool) -> Iterator[str]:
    yield f"g, {_each('w{1}', columns)} {'*_ ' if clock == 'kinked' else ''}= state.tolist()"
    for i in range(rows):
        image = f"g*({' + '.join(f'A{i}_{j}*w{j}' for j in range(columns))})"
        yield f"e{i} = {image} - y{i}" if squared else f"e{i} = slope({image}, y{i})"
    for j in range(columns):
        yield f"q{j} = {' + '.join(f'A{i}_{j}*e{i}' for i in range(rows))}"
    yield f"c = {' + '.join(f'w{j}*q{j}' for j in range(columns))}"
    yield "a = rate_w*g*g"
    if clock == "kinked":
        yield "s = min(a, rate_g)"
    paces = {"time": "1.0", "kinked": "1/(least*(s + floor*rate_g))"}
    yield f"k = {paces.get(clock, '1/(least*rate_g*(a/(a + rate_g) + floor))')}"
    yield "t = k*rate_w*g"
    integrals = "k, k*s, k*a, t*exp(min(half*g*g, 600.0))" if clock == "kinked" else ""
    yield f"return [-rate_g*k*c, {_each('t*(c*w{1} - q{1})', columns)} {integrals}]"


def _each(text: str, count: int, row: int = 0) -> str:
    """The text with each number from 0 to count, a comma after each."""
    return " ".join(f"{text.format(row, index)}," for index in range(count))
