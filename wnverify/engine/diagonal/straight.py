"""Straight: the field of one run as straight-line code, written for its numbers of rows and columns.

A run asks for its field some thousand times, at a handful of numbers: loops over lists take four times as long as the
arithmetic in them, and NumPy's calls ten times. The code is written here, from integers alone, and compiled once for
each size.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from math import exp
from typing import Any, TypeAlias

Rates: TypeAlias = Callable[..., list[float]]
"""State (log r, log u, integrals), and the clock for what is told of it -> its derivative."""
Watched: TypeAlias = Callable[[int], tuple[Rates, Callable[[], float]]]
"""How often it may be asked, after which it raises `TooLong` -> the field, and how far the clock had come."""
Maker: TypeAlias = Callable[..., Watched]
"""The constants of one problem -> its field."""


class TooLong(Exception):
    """A field was asked more often than it may be."""


def polar_field(
    A: list[list[float]], y: list[float], constants: tuple[float | None, float, int], *, integrals: bool
) -> Watched:
    """d(log r, log u)/ds of one problem, followed by the derivatives of the integrals if asked for.

    Args:
        A: rows of the problem, (M, N).
        y: its targets, (M,).
        constants: η, None for the plain flow w' = −G; ε of the clock; and the depth L.
        integrals: whether the derivatives of `flow.INTEGRALS` follow.
    """
    eta, slow, L = constants
    return _polar_maker((len(A), len(A[0])), L, integrals, eta is None)(A, y, eta, slow)


def weight_field(
    A: list[list[float]], y: list[float], constants: tuple[float, float, int], *, integrals: bool
) -> Watched:
    """d(log w)/ds of one problem, w' = −(uuᵀ + ηr²(I − uuᵀ))∇_w l; the rest as for `polar_field`."""
    eta, slow, L = constants
    return _weight_maker((len(A), len(A[0])), L, integrals)(A, y, eta, slow)


@lru_cache(maxsize=64)
def _polar_maker(shape: tuple[int, int], L: int, integrals: bool, plain: bool) -> Maker:
    return _compiled(_polar_source(shape, L, integrals, plain))


@lru_cache(maxsize=64)
def _weight_maker(shape: tuple[int, int], L: int, integrals: bool) -> Maker:
    return _compiled(_weight_source(shape, L, integrals))


def _compiled(source: str) -> Maker:
    names: dict[str, Any] = {"exp": exp, "TooLong": TooLong}
    exec(compile(source, "<field of a diagonal run>", "exec"), names)
    found: Maker = names["maker"]
    return found


def _polar_source(shape: tuple[int, int], L: int, integrals: bool, plain: bool) -> str:
    """The code: h = G/(ru) = L (ru)^{L−2} q and c = Σ u²h = ⟨u, G⟩/r, so that nothing is divided by r.

    Even powers of ru are taken of (ru)², an odd one has w = ru besides. The plain flow turns u by (I − uuᵀ)G/r, as
    weight normalization does where ηr² = 1.
    """
    rows, columns = (range(size) for size in shape)
    odd, half = ["w{j}"] * (L % 2), ["z{j}"] * (L // 2)
    power, slope = "*".join(odd + half), "".join(f"{factor}*" for factor in odd + half[1:])
    body = [
        f"t, {', '.join(f't{j}' for j in columns)}{', *_' if integrals else ''} = state.tolist()",
        *(_radius_and_root(columns) if odd else ["R = exp(2*t)", *(f"s{j} = exp(2*t{j})" for j in columns)]),
        *(f"z{j} = R*s{j}" for j in columns),
        *(f"x{j} = {power.format(j=j)}" for j in columns),
        *(f"e{i} = {_sum(f'A{i}_{j}*x{j}' for j in columns)} - y{i}" for i in rows),
        *(f"h{j} = {slope.format(j=j)}({_sum(f'B{i}_{j}*e{i}' for i in rows)})" for j in columns),
        f"c = {_sum(f's{j}*h{j}' for j in columns)}",
        *(f"d{j} = h{j} - c" for j in columns),
        "q = 1.0" if plain else "q = eta*R",
        f"v = {_sum(f'e{i}*e{i}' for i in rows)}",
        f"k = v/(2*R*(c*c + q*({_sum(f's{j}*d{j}*d{j}' for j in columns)})) + slow*v)",
        "p = -q*k",
    ]
    rates = ["-c*k", *(f"p*d{j}" for j in columns)]
    if integrals:
        deep = str(L * (L - 2)) if plain else f"{L * (L - 2)}*eta*exp({L}*t - {L - 2}*q/2)"
        kappa = "4*q" if L == 2 else deep
        x = ", ".join(f"x{j}" for j in columns)
        body.append("m = min(1.0, q)*k")
        rates += [f"{kappa}*k", f"m*min({x})**{2 - 2 / L!r}", f"m*max({x})**{2 - 2 / L!r}", "m", "k"]
    scaled = [f"B{i}_{j} = {L}*A{i}_{j}" for i in rows for j in columns]
    return _wrapped(shape, [*body, f"rates = [{', '.join(rates)}]"], scaled)


def _radius_and_root(columns: range) -> list[str]:
    """R = r² and s = u², and w = ru for an odd power."""
    each = ("u{j} = exp(t{j})", "s{j} = u{j}*u{j}", "w{j} = r*u{j}")
    return ["r = exp(t)", "R = r*r", *(line.format(j=j) for line in each for j in columns)]


def _weight_source(shape: tuple[int, int], L: int, integrals: bool) -> str:
    """The code: h = G/w and its mean ⟨u², h⟩, −l' = ⟨u, G⟩² + ηr²(|G|² − ⟨u, G⟩²); w may vanish, its direction not.

    It repeats nothing of the other field: the state has no radius, and lengths are sums of squares of gradients.
    """
    rows, columns = (range(size) for size in shape)
    names = ", ".join(f"t{j}" for j in columns)
    body = [
        f"{names}, *_ = state.tolist()",
        f"top = max({names})",
        *(f"v{j} = exp(t{j} - top)" for j in columns),
        f"V = {_sum(f'v{j}**2' for j in columns)}",
        *(f"w{j} = exp(t{j})" for j in columns),
        f"S = {_sum(f'w{j}**2' for j in columns)}",
        *(f"e{i} = {_sum(f'A{i}_{j}*w{j}**{L}' for j in columns)} - y{i}" for i in rows),
        *(f"h{j} = {L}*w{j}**{L - 2}*({_sum(f'e{i}*A{i}_{j}' for i in rows)})" for j in columns),
        f"mean = ({_sum(f'v{j}**2*h{j}' for j in columns)})/V",
        f"along = ({_sum(f'v{j}*w{j}*h{j}' for j in columns)})**2/V",
        f"across = {_sum(f'(w{j}*h{j})**2' for j in columns)} - along",
        f"loss = ({_sum(f'e{i}**2' for i in rows)})/2",
        "turning = eta*S",
        "clock = loss/(along + turning*across + slow*loss)",
    ]
    rates = [f"-clock*((1 - turning)*mean + turning*h{j})" for j in columns]
    if integrals:
        kappa = "4*turning" if L == 2 else f"{L * (L - 2)}*eta*S**{L / 2!r}*exp({(2 - L) / 2!r}*turning)"
        weights = ", ".join(f"w{j}" for j in columns)
        rates += [f"clock*{kappa}"]
        rates += [f"clock*min(turning, 1.0)*{pick}({weights})**{2 * L - 2}" for pick in ("min", "max")]
        rates += ["clock*min(turning, 1.0)", "clock"]
    return _wrapped(shape, [*body, f"rates = [{', '.join(rates)}]"])


def _wrapped(shape: tuple[int, int], body: list[str], constants: Sequence[str] = ()) -> str:
    """The code of a maker: these lines compute `rates`, of A, y, and constants made of them."""
    rows, columns = (range(size) for size in shape)
    lines = ["def maker(A, y, eta, slow):"]
    lines += [f"    ({', '.join(f'A{i}_{j}' for j in columns)},) = A[{i}]" for i in rows]
    lines += [f"    ({', '.join(f'y{i}' for i in rows)},) = y", *(f"    {line}" for line in constants)]
    lines += ["    def watched(left):", "        reached = 0.0", "        def field(state, now=0.0):"]
    watch = ["nonlocal left, reached", "left -= 1", "if left < 0:", "    raise TooLong"]
    lines += [f"            {line}" for line in [*watch, *body, "reached = now", "return rates"]]
    return "\n".join([*lines, "        return field, lambda: reached", "    return watched", ""])


def _sum(parts: Any) -> str:
    return " + ".join(parts)
