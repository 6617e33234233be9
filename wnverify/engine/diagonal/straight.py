"""Straight: the field of one run as straight-line code, written for its numbers of rows and columns.

A run asks for its field some thousand times, at a handful of numbers: loops over lists take four times as long as the
arithmetic in them, and NumPy's calls ten times. The code is written here, from integers alone, and compiled once for
each size.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from math import exp
from typing import Any, TypeAlias

from wnverify.arrays import FloatArray

Rates: TypeAlias = Callable[[FloatArray], list[float]]
"""State (log r, log u, integrals) -> its derivative."""
Maker: TypeAlias = Callable[..., Rates]
"""The constants of one problem -> its field."""


def polar_field(
    A: list[list[float]], y: list[float], constants: tuple[float | None, float, int], *, integrals: bool
) -> Rates:
    """d(log r, log u)/ds of one problem, followed by the derivatives of the integrals if asked for.

    Args:
        A: rows of the problem, (M, N).
        y: its targets, (M,).
        constants: η, None for the plain flow w' = −G; ε of the clock; and the depth L.
        integrals: whether the derivatives of `flow.INTEGRALS` follow.
    """
    eta, slow, L = constants
    return _maker((len(A), len(A[0])), L, integrals, eta is None)(A, y, eta, slow)


@lru_cache(maxsize=64)
def _maker(shape: tuple[int, int], L: int, integrals: bool, plain: bool) -> Maker:
    names: dict[str, Any] = {"exp": exp}
    exec(compile(_source(shape, L, integrals, plain), "<field of a diagonal run>", "exec"), names)
    found: Maker = names["maker"]
    return found


def _source(shape: tuple[int, int], L: int, integrals: bool, plain: bool) -> str:
    """The code: h = G/(ru) = L (ru)^{L−2} q and c = Σ u²h = ⟨u, G⟩/r, so that nothing is divided by r.

    The plain flow turns u by (I − uuᵀ)G/r, as weight normalization does where ηr² = 1.
    """
    rows, columns = (range(size) for size in shape)
    power = "*".join(["w{j}"] * (L - 2))
    body = [
        f"t, {', '.join(f't{j}' for j in columns)}, *_ = state.tolist()",
        "r = exp(t)",
        *(f"u{j} = exp(t{j})" for j in columns),
        *(f"w{j} = r*u{j}" for j in columns),
        *(f"x{j} = {'*'.join([f'w{j}'] * L)}" for j in columns),
        *(f"e{i} = {_sum(f'A{i}_{j}*x{j}' for j in columns)} - y{i}" for i in rows),
        *(
            f"h{j} = {L}*{f'{power.format(j=j)}*' if power else ''}({_sum(f'A{i}_{j}*e{i}' for i in rows)})"
            for j in columns
        ),
        *(f"s{j} = u{j}*u{j}" for j in columns),
        f"c = {_sum(f's{j}*h{j}' for j in columns)}",
        *(f"d{j} = h{j} - c" for j in columns),
        "q = 1.0" if plain else "q = eta*r*r",
        f"v = ({_sum(f'e{i}*e{i}' for i in rows)})/2",
        f"k = v/(r*r*(c*c + q*({_sum(f's{j}*d{j}*d{j}' for j in columns)})) + slow*v)",
    ]
    rates = ["-c*k", *(f"-q*k*d{j}" for j in columns)]
    if integrals:
        deep = str(L * (L - 2)) if plain else f"{L * (L - 2)}*eta*r**{L}*exp(-{L - 2}*q/2)"
        kappa = "4*q" if L == 2 else deep
        x = ", ".join(f"x{j}" for j in columns)
        body.append("m = min(1.0, q)*k")
        rates += [f"{kappa}*k", f"m*min({x})**{2 - 2 / L!r}", f"m*max({x})**{2 - 2 / L!r}", "m", "k"]
    lines = ["def maker(A, y, eta, slow):"]
    lines += [f"    ({', '.join(f'A{i}_{j}' for j in columns)},) = A[{i}]" for i in rows]
    lines += [f"    ({', '.join(f'y{i}' for i in rows)},) = y", "    def field(state):"]
    lines += [f"        {line}" for line in [*body, f"return [{', '.join(rates)}]"]]
    return "\n".join([*lines, "    return field", ""])


def _sum(parts: Any) -> str:
    return " + ".join(parts)
