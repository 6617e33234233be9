"""False claims about bounds: violated far out, in a window, at one integer, at a pole, below double precision."""

from __future__ import annotations

import numpy as np
from sympy import E, Integer, Max, Rational, asin, cos, exp, floor, log, oo, pi, sign, sin, sqrt, tanh

from benchmarks.attack.expressions import (
    Maker,
    disguised,
    huge,
    k,
    number,
    other_x,
    pick,
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


def far_out(rng: np.random.Generator) -> BoundClaim:
    """Violated beyond a large number only."""
    c, late = number(rng), huge(rng)
    low, high = pick(
        rng, ((x ** Rational(3, 2), late * x), (c * x**2, late * x), ((1 + c / late) * x, x + c), (x, late * sqrt(x)))
    )
    return below(high, of=low)


def close_slopes(rng: np.random.Generator) -> BoundClaim:
    """s·x ≤ x + C with an irrational s just above 1."""
    a = number(rng) + 1
    s = pick(
        rng, (sqrt(1 + 1 / (pi + a)), sqrt((a + pi) / (a + 3)), (1 + 1 / (E * a)) ** Rational(1, 3), exp(1 / (9 * a)))
    )
    return below(x + huge(rng), of=s * x)


def window(rng: np.random.Generator) -> BoundClaim:
    """Violated between two close numbers only."""
    a, eps = number(rng), Rational(1, 10 ** int(rng.integers(6, 24)))
    low, high = disguised(rng, eps, (x - a) ** 2)
    return below(high, of=low)


def falling_window(rng: np.random.Generator) -> BoundClaim:
    """A cubic that falls in a narrow window, plus something that rises too slowly to mend it."""
    a, eps = number(rng), Rational(1, 10 ** int(rng.integers(6, 20)))
    return increasing(x, of=x**3 / 3 - a * x**2 + (a**2 - eps) * x + number(rng))


def falling_far_out(rng: np.random.Generator) -> BoundClaim:
    """Falls beyond a large number."""
    return increasing(x, of=number(rng) * x - x ** pick(rng, (2, 3, Rational(3, 2))) / huge(rng))


def one_integer(rng: np.random.Generator) -> BoundClaim:
    """Violated at one integer."""
    at = int(rng.integers(10, 10**9))
    return below((k - at) ** 2 + positive(rng, 1) * (k - at) ** 2, of=Rational(1, int(rng.integers(2, 9))))


def step_back(rng: np.random.Generator) -> BoundClaim:
    """Steps down once."""
    at = int(rng.integers(2, 10**10))
    return increasing(
        x, of=pick(rng, (sign(at - x), floor(x) - 3 * floor(x / at), -floor(x / at) + x / (at * 10**6)))
    )


def tiny(rng: np.random.Generator) -> BoundClaim:
    """Violated by less than doubles can show."""
    eps, c = Rational(1, 10 ** int(rng.integers(18, 45))), number(rng)
    low, high = pick(
        rng, ((c + eps, c + 0 * x), (c + eps * exp(-x), c), (1 - eps, tanh(x) + 0), (c * x * (1 + eps), c * x))
    )
    if low.has(exp) or (low - high).free_symbols or not high.has(tanh):
        return below(high + y, of=low + y)
    return below(low, of=high)


def pole(rng: np.random.Generator) -> BoundClaim:
    """Jumps at a pole."""
    a = number(rng)
    return pick(
        rng, (decreasing(x, of=1 / (x - a)), increasing(x, of=1 / (a - x)), increasing(x, of=(x**2 - a**2) / (x - a)))
    )


def not_real(rng: np.random.Generator) -> BoundClaim:
    """Not real on a small part of the domain, or far out."""
    a, eps = number(rng), Rational(1, 10 ** int(rng.integers(6, 20)))
    hole, late = sqrt((x - a) ** 2 - eps), huge(rng)
    claims = (
        below(x + a + 1, of=hole),
        below(x + hole + a, of=x),
        increasing(x, of=asin(x / late)),
        below(x + 1, of=log(late - x)),
    )
    return pick(rng, (*claims, increasing(y, of=y * hole), free_of(y, of=hole)))


def same_name(rng: np.random.Generator) -> BoundClaim:
    """Another symbol with the name of the bound's own."""
    f = rising(rng, 1) + x
    return pick(
        rng, (free_of(other_x, of=f), increasing(other_x, of=f), decreasing(other_x, of=f), below(other_x + y, of=x))
    )


def converse(rng: np.random.Generator) -> BoundClaim:
    """The converse of a strict inequality."""
    g = positive(rng) + number(rng)
    low, high = disguised(
        rng, *pick(rng, ((log(1 + g), g), (exp(-g), 1 / (1 + g)), (tanh(g), g), (sqrt(1 + g), 1 + g / 2)))
    )
    return below(low, of=high)


def wrong_trend(rng: np.random.Generator) -> BoundClaim:
    """The opposite trend."""
    f = rising(rng, 2) + x / huge(rng)
    return decreasing(x, of=f) if rng.random() < 0.5 else increasing(x, of=1 / (1 + f))


def wrong_rate(rng: np.random.Generator) -> BoundClaim:
    """A rate that vanishes where the bound does not, or that the bound outgrows, perhaps along a diagonal only."""
    c, n = number(rng), int(rng.integers(2, 5))
    claims = (
        order(k - 1, of=k + c), order(Integer(1), of=x / (1 + (x - n * y) ** 2)), order(x + y, of=c * x * y),
        order(sqrt(x), of=sqrt(x) * log(c + x)), order(Integer(1), of=x * Max(0, y - huge(rng))),
        order(Integer(1), of=log(1 + log(1 + x))), order(x, of=x ** Rational(1001, 1000)),
    )  # fmt: skip
    return pick(rng, claims)


def wrong_limit(rng: np.random.Generator) -> BoundClaim:
    """Off by little, or no limit at all."""
    c, eps = number(rng), Rational(1, 10 ** int(rng.integers(5, 30)))
    claims = (
        limit(x, oo, E + eps, of=(1 + 1 / x) ** x), limit(x, oo, 0, of=sin(pi * x)),
        limit(x, oo, c + eps, of=c * x / (1 + x)), sublinear(x, of=x * sin(pi * x) ** 2),
        sublinear(x, of=eps * x + c * sqrt(x)), sublinear(x, of=floor(x) * (eps + 1 / x)),
        limit(x, oo, 0, of=cos(2 * pi * x) - 1), limit(x, oo, c / 2 + eps, of=sqrt(x**2 + c * x) - x),
    )  # fmt: skip
    return pick(rng, claims)


def wrongly_bounded(rng: np.random.Generator) -> BoundClaim:
    """Grows slowly, or at one end only."""
    c = number(rng)
    return bounded_in(
        x, of=pick(rng, (log(1 + c * x), x ** Rational(1, 50), c / sqrt(x), y * x, log(1 + log(1 + x)), 1 / (x - c)))
    )


FALSE: tuple[Maker, ...] = (
    far_out, close_slopes, window, falling_window, falling_far_out, one_integer, step_back, tiny, pole, not_real,
    same_name, converse, wrong_trend, wrong_rate, wrong_limit, wrongly_bounded,
)  # fmt: skip
