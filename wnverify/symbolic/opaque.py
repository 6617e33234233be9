"""Proven bounds for subexpressions that are not rational: chords and tangents of concave and convex functions.

On [0, π/2] the sine is concave: it lies above its chord from 0 and below its tangent at 0. Likewise
exp(g) ≥ 1 + g, 1 − 1/g ≤ log g ≤ q·(g^(1/q) − 1), tanh g, atan g ≤ g for g ≥ 0, 1 − g²/2 ≤ cos g ≤ 1.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import product
from types import MappingProxyType
from typing import TypeAlias

import sympy

from wnverify.symbolic.interval import HALF_PI, Interval, UnknownSignError, sign_of
from wnverify.symbolic.orthant import Bounds
from wnverify.symbolic.region import Region

Sides: TypeAlias = tuple[list[sympy.Expr], list[sympy.Expr]]
MOST = 12


def opaque_parts(expr: sympy.Expr) -> list[sympy.Expr]:
    """The outermost subexpressions without a rational form, up to square roots.

    >>> x = sympy.Symbol("x", positive=True)
    >>> opaque_parts(sympy.sqrt(1 + x) * sympy.exp(-x) + 2 * sympy.pi)
    [exp(-x)]
    """
    if not expr.free_symbols or expr.is_Symbol:
        return []
    transparent = expr.is_Add or expr.is_Mul
    if expr.is_Pow and expr.exp.is_Rational:
        transparent = expr.exp.q <= 2 or expr.base.is_Symbol
    if not transparent:
        return [expr]
    found = [part for child in expr.args for part in opaque_parts(child)]
    return sorted(set(found), key=sympy.default_sort_key)


def sides(part: sympy.Expr, region: Region) -> Sides:
    """Lower bounds and upper bounds of an opaque subexpression, all proven, the tightest first."""
    hull = region.enclose(part)
    low, high = ([hull.low.value], [hull.high.value]) if hull else ([-sympy.oo], [sympy.oo])
    if len(part.args) != 1 or part.func not in _SHARPER:
        return low, high
    inner = region.enclose(part.args[0])
    if inner is None:
        return low, high
    try:
        lower, upper = _SHARPER[part.func](part.args[0], inner)
    except UnknownSignError:
        return low, high
    return lower + low, upper + high


def choices(parts: list[sympy.Expr], region: Region) -> list[Bounds]:
    """Ways to bound all the parts at once, a dozen at most."""
    pairs = [list(product(*sides(part, region))) for part in parts]
    return [dict(zip(parts, chosen, strict=True)) for chosen in list(product(*pairs))[:MOST]]


def _sine(g: sympy.Expr, inner: Interval) -> Sides:
    if not inner.nonnegative:
        return [], []
    if inner.high.value == sympy.oo or sign_of(HALF_PI - inner.high.value) < 0:
        return [], [g]
    top = inner.high.value
    return [g * sympy.sin(top) / top], [g]


def _cosine(g: sympy.Expr, inner: Interval) -> Sides:
    return [1 - g**2 / 2], []


def _exp(g: sympy.Expr, inner: Interval) -> Sides:
    # exp(g) ≤ 1/(1 − g) for g < 1, from exp(−g) ≥ 1 − g
    bounded = inner.high.value.is_finite and sign_of(1 - inner.high.value) > 0
    lower = [1 + g + g**2 / 2] if inner.nonnegative else []
    return [*lower, 1 + g, sympy.E * g], [1 / (1 - g)] if bounded else []


def _log(g: sympy.Expr, inner: Interval) -> Sides:
    if not inner.positive:
        return [], []
    return [1 - 1 / g], [g - 1, *(q * (g ** sympy.Rational(1, q) - 1) for q in (2, 3, 4))]


def _below_identity(g: sympy.Expr, inner: Interval) -> Sides:
    return ([], [g]) if inner.nonnegative else ([], [])


_SHARPER: Mapping[type, Callable[[sympy.Expr, Interval], Sides]] = MappingProxyType(
    {
        sympy.sin: _sine,
        sympy.cos: _cosine,
        sympy.exp: _exp,
        sympy.log: _log,
        sympy.tanh: _below_identity,
        sympy.atan: _below_identity,
    }
)
