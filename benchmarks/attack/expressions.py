"""Random numbers and expressions of known sign and trend."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import sympy
from sympy import (
    E,
    Integer,
    Max,
    Min,
    Rational,
    Symbol,
    atan,
    exp,
    log,
    pi,
    sin,
    sqrt,
    tanh,
)

from wnverify.symbolic.claims import (
    BoundClaim,
)

x, y, z = (Symbol(name, positive=True) for name in "xyz")
r = Symbol("r", real=True)
k = Symbol("k", integer=True, positive=True)
other_x = Symbol("x", nonnegative=True)
Maker = Callable[[np.random.Generator], BoundClaim]


def pick(rng: np.random.Generator, items: tuple) -> object:
    """One of the items."""
    return items[int(rng.integers(len(items)))]


def number(rng: np.random.Generator) -> sympy.Expr:
    """A positive constant: rational, algebraic or transcendental."""
    small = Rational(int(rng.integers(1, 40)), int(rng.integers(1, 12)))
    forms = (
        small,
        sqrt(1 + small),
        sqrt(1 + 1 / (pi + small)),
        sqrt(small) + E,
        pi * small,
        log(1 + small),
        small**E,
    )
    return pick(rng, (small, small, *forms))


def huge(rng: np.random.Generator) -> sympy.Integer:
    """A power of ten times a digit, up to 1e16."""
    return Integer(int(rng.integers(1, 10))) * Integer(10) ** int(rng.integers(3, 17))


def positive(rng: np.random.Generator, depth: int = 2) -> sympy.Expr:
    """A random expression that is positive for positive symbols."""
    if depth == 0 or rng.random() < 0.2:
        return pick(rng, (x, y, k, number(rng)))
    a, b = positive(rng, depth - 1), positive(rng, depth - 1)
    return pick(
        rng,
        (a + b, a * b, a / (1 + b), sqrt(a), exp(-a), log(1 + a), 1 / (1 + a), Min(a, b), Max(a, b), a**2, tanh(a)),
    )


def rising(rng: np.random.Generator, depth: int = 3) -> sympy.Expr:
    """A random positive expression that rises in x."""
    if depth == 0 or rng.random() < 0.15:
        return pick(rng, (x, x, sqrt(x), x**2, x + number(rng), k * x, x / (1 + x), y + x))
    a, b = rising(rng, depth - 1), rising(rng, depth - 1)
    forms = (
        a + b,
        a * b,
        Min(a, b),
        Max(a, b),
        log(1 + a),
        a / (1 + a),
        sqrt(a),
        tanh(a),
        atan(a),
        a**2,
        1 - exp(-a),
    )
    return pick(rng, (*forms, a - log(1 + a), y * a, a + sin(a)))


def polynomial(rng: np.random.Generator) -> sympy.Expr:
    """A short random polynomial in two symbols, with coefficients of both signs."""
    terms = [int(rng.integers(-5, 6)) * x ** int(rng.integers(0, 3)) * y ** int(rng.integers(0, 3)) for _ in range(3)]
    return sympy.Add(*terms)


def disguised(rng: np.random.Generator, low: sympy.Expr, high: sympy.Expr) -> tuple[sympy.Expr, sympy.Expr]:
    """Both sides changed in a way that keeps the order, and keeps it strict where it was."""
    g, c = positive(rng, 1), number(rng)
    return pick(
        rng, ((low, high), (low + g, high + g), (c * low, c * high), (g * low, g * high), (low + c, high + c))
    )
