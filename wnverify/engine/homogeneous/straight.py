"""Straight: the rates of one run of a two-layer linear model as straight-line code, written for its sizes.

A run asks for its rates some hundred times, at a handful of numbers, of which NumPy's calls take ten times as long as
the arithmetic. The code is written here, from integers and a kind, and compiled once for each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import product
from math import exp, log
from typing import Any, Literal, TypeAlias

from wnverify.arrays import FloatArray

Kind: TypeAlias = Literal["ewn", "swn"]
Rates: TypeAlias = Callable[[FloatArray, float], list[float]]
"""State (W, a, q), clock -> its derivative."""


def layer_rates(kind: str, X: FloatArray, nodes: int, *, timed: bool) -> Rates:
    """Derivatives of W (k, d), a (k,) and q by the clock of `layer_flow`, w′ = ‖w‖²Ĝ (+ (1 − ‖w‖²)bbᵀĜ) each layer.

    Args:
        kind: "ewn", or "swn", which has the second part.
        X: inputs times labels (n, d).
        nodes: k.
        timed: whether q is followed; else it stays.
    """
    samples, columns = X.shape
    found: Rates = _maker((samples, nodes, columns), kind == "swn", timed)(X.tolist())
    return found


@lru_cache(maxsize=64)
def _maker(sizes: tuple[int, int, int], scaled: bool, timed: bool) -> Callable[[list[list[float]]], Rates]:
    names: dict[str, Any] = {"exp": exp, "log": log}
    exec(compile(_source(sizes, scaled, timed), "<flow of two layers>", "exec"), names)
    found: Callable[[list[list[float]]], Rates] = names["maker"]
    return found


def _source(sizes: tuple[int, int, int], scaled: bool, timed: bool) -> str:
    samples, _, columns = sizes
    lines = ["def maker(X):"]
    lines += [f"    ({' '.join(f'x{i}_{j},' for j in range(columns))}) = X[{i}]" for i in range(samples)]
    lines += ["    def rates(state, _):", *(f"        {line}" for line in _body(sizes, scaled, timed))]
    return "\n".join([*lines, "    return rates", ""])


def _body(sizes: tuple[int, int, int], scaled: bool, timed: bool) -> Iterator[str]:
    """With p_i = e^{−f_i}/LL and x̄ = Σ p_i x_i: Ĝ_W = a x̄ᵀ and Ĝ_a = Wx̄, and ⟨w, Ĝ⟩ = Σ p_i f_i for both layers."""
    samples, nodes, columns = (range(size) for size in sizes)
    margins = ", ".join(f"f{i}" for i in samples)
    W, a = [f"w{u}_{j}" for u, j in product(nodes, columns)], [f"a{u}" for u in nodes]
    yield f"{', '.join(W + a)}, q = state.tolist()"
    yield from (f"v{j} = {_sum(f'a{u}*w{u}_{j}' for u in nodes)}" for j in columns)
    yield from (f"f{i} = {_sum(f'x{i}_{j}*v{j}' for j in columns)}" for i in samples)
    yield f"least = {f'min({margins})' if len(samples) > 1 else margins}"
    yield from (f"p{i} = exp(least - f{i})" for i in samples)
    yield f"total = {_sum(f'p{i}' for i in samples)}"
    yield from (f"m{j} = ({_sum(f'p{i}*x{i}_{j}' for i in samples)})/total" for j in columns)
    yield from (f"b{u} = {_sum(f'w{u}_{j}*m{j}' for j in columns)}" for u in nodes)
    yield f"S = {_sum(f'{w}*{w}' for w in W)}"
    yield f"T = {_sum(f'{each}*{each}' for each in a)}"
    yield f"mean = {_sum(f'v{j}*m{j}' for j in columns)}"
    yield f"pace = {'T/max(mean, 1.0)' if scaled else '1/max(least, 1.0)'}"
    yield "s, t = pace*S, pace*T"
    yield from (f"c{u} = s*a{u}" for u in nodes)
    if scaled:
        yield "y = pace*mean"
        yield "y, z = y*(1 - S)/S, y*(1 - T)/T"
    rates = [f"c{u}*m{j}{f' + y*w{u}_{j}' if scaled else ''}" for u, j in product(nodes, columns)]
    rates += [f"t*b{u}{f' + z*a{u}' if scaled else ''}" for u in nodes]
    if timed:
        yield "phi = least - log(total)"
        yield f"speed = S*T*({_sum(f'm{j}*m{j}' for j in columns)}) + T*({_sum(f'b{u}*b{u}' for u in nodes)})"
    yield f"return [{', '.join(rates)}, {'pace*(phi*phi - q*speed*(1 - 2/phi))' if timed else '0.0'}]"


def _sum(parts: Iterator[str]) -> str:
    return " + ".join(parts)
