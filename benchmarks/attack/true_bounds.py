"""True claims about bounds: sums of squares, compositions of monotone functions, known inequalities with slack."""

from __future__ import annotations

import numpy as np
import sympy
from sympy import Integer, Min, Rational, atan, cos, exp, log, oo, sin, sqrt, tanh

from benchmarks.attack.expressions import (
    Maker,
    disguised,
    number,
    pick,
    polynomial,
    positive,
    rising,
    x,
    y,
)
from wnverify.symbolic.claims import (
    BoundClaim,
    below,
    bounded_in,
    decreasing,
    free_of,
    increasing,
    limit,
    order,
    sublinear,
)


def sum_of_squares(rng: np.random.Generator) -> BoundClaim:
    """f ≤ f + g² + h², multiplied out."""
    f = polynomial(rng)
    return below(sympy.expand(f + polynomial(rng) ** 2 + polynomial(rng) ** 2), of=f)


def known_inequality(rng: np.random.Generator) -> BoundClaim:
    """A classical inequality for a random positive argument, perhaps with slack, disguised."""
    g, h = positive(rng), positive(rng, 1)
    pairs = (
        (log(1 + g), g), (exp(-g), 1 / (1 + g)), (tanh(g), g), (2 * sqrt(g * h), g + h), (sqrt(1 + g), 1 + g / 2),
        (sin(g), g), (1 - cos(g), g**2 / 2), (g * h, g**2 + h**2), (Min(g, h), sqrt(g * h)),
        (sqrt(g + h), sqrt(g) + sqrt(h)), (1 + g, exp(g)), (g / (1 + g), log(1 + g)),
        (atan(g), g), (2 * g / (1 + g**2), Integer(1)),
    )  # fmt: skip
    low, high = disguised(rng, *pick(rng, pairs))
    return below(high, of=low)


def rising_composition(rng: np.random.Generator) -> BoundClaim:
    """Compositions of rising functions, or the reciprocal of one."""
    f = rising(rng)
    return increasing(x, of=f) if rng.random() < 0.5 else decreasing(x, of=number(rng) / (number(rng) + f))


def rate(rng: np.random.Generator) -> BoundClaim:
    """A combination of monomials is of the order of their sum."""
    parts = [x ** Rational(int(rng.integers(0, 7)), 2) * y ** Rational(int(rng.integers(0, 5)), 2) for _ in range(3)]
    return order(sympy.Add(*parts), of=sympy.Add(*(number(rng) * part for part in parts)))


def known_limit(rng: np.random.Generator) -> BoundClaim:
    """A quotient with a known limit."""
    c, d = number(rng), number(rng)
    f, value = pick(
        rng,
        (
            ((c * x + d) / (x + c), c), ((c * x + sqrt(x)) / (d * x + 1), c / d), ((1 + c / x) ** x, exp(c)),
            (log(x) / sqrt(x), 0), (x * exp(-c * x), 0), (sqrt(x**2 + c * x) - x, c / 2), (c * tanh(d * x), c),
            (x * sin(c / x), c),
        ),
    )  # fmt: skip
    return limit(x, oo, value, of=f)


def slow_growth(rng: np.random.Generator) -> BoundClaim:
    """Slower than linear."""
    c = number(rng)
    return sublinear(
        x, of=pick(rng, (c * sqrt(x), x / log(2 + x), log(1 + c * x), x * exp(-x / c), sqrt(x) * log(1 + x)))
    )


def saturating(rng: np.random.Generator) -> BoundClaim:
    """Bounded in x."""
    c = number(rng)
    return bounded_in(x, of=pick(rng, (c * x / (1 + x), y * tanh(x), x * exp(-c * x), sin(c * x), x / (c + x**2))))


def hidden_constant(rng: np.random.Generator) -> BoundClaim:
    """The symbol cancels."""
    c, n = number(rng), int(rng.integers(1, 5))
    return free_of(x, of=sympy.expand((x + n) ** 2) - x**2 - 2 * n * x + c * y)


TRUE: tuple[Maker, ...] = (
    sum_of_squares, known_inequality, rising_composition, rate, known_limit, slow_growth, saturating, hidden_constant,
)  # fmt: skip
