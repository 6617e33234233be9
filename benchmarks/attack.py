"""Random claims about bounds with known truth: none that is false may be proved, none that is true refuted.

`python -m benchmarks.attack 2000 --seed 1` decides so many claims and prints the verdicts by kind. A true claim is
true by construction (a sum of squares, a composition of monotone functions, a known inequality with slack); a false
one has a planted violation: far out, in a window, at one integer, below double precision, at a pole, where a piece is
not real, or by another symbol of the same name. Both are then disguised by changes that keep the truth. Exit 1 if a
verdict is wrong; `--open` prints the false claims that are HELD and the true ones that are not proved.
"""

from __future__ import annotations

import argparse
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import sympy
from sympy import (
    E,
    Integer,
    Max,
    Min,
    Rational,
    Symbol,
    asin,
    atan,
    cos,
    exp,
    floor,
    log,
    oo,
    pi,
    sign,
    sin,
    sqrt,
    tanh,
)

from wnverify.symbolic.claims import (
    BoundClaim,
    Decision,
    below,
    bounded_in,
    decide,
    decreasing,
    free_of,
    increasing,
    limit,
    order,
    sublinear,
)
from wnverify.verdict import Verdict

x, y, z = (Symbol(name, positive=True) for name in "xyz")
r = Symbol("r", real=True)
k = Symbol("k", integer=True, positive=True)
other_x = Symbol("x", nonnegative=True)
Maker = Callable[[np.random.Generator], BoundClaim]


@dataclass(frozen=True)
class Case:
    """A claim with its truth and the kind of construction that it comes from."""

    kind: str
    truth: bool
    claim: BoundClaim

    def wrong(self, verdict: Verdict) -> bool:
        """Whether a verdict contradicts the truth."""
        return verdict is Verdict.PROVED if not self.truth else verdict in (Verdict.REFUTED, Verdict.ERROR)


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


# ---- true claims


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


def disguised(rng: np.random.Generator, low: sympy.Expr, high: sympy.Expr) -> tuple[sympy.Expr, sympy.Expr]:
    """Both sides changed in a way that keeps the order, and keeps it strict where it was."""
    g, c = positive(rng, 1), number(rng)
    return pick(
        rng, ((low, high), (low + g, high + g), (c * low, c * high), (g * low, g * high), (low + c, high + c))
    )


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


# ---- false claims


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


TRUE: tuple[Maker, ...] = (
    sum_of_squares, known_inequality, rising_composition, rate, known_limit, slow_growth, saturating, hidden_constant,
)  # fmt: skip
FALSE: tuple[Maker, ...] = (
    far_out, close_slopes, window, falling_window, falling_far_out, one_integer, step_back, tiny, pole, not_real,
    same_name, converse, wrong_trend, wrong_rate, wrong_limit, wrongly_bounded,
)  # fmt: skip


def cases(count: int, seed: int) -> Iterator[Case]:
    """So many cases, half of them true; each from its own seed."""
    for index in range(count):
        rng = np.random.default_rng([seed, index])
        truth = bool(index % 2)
        maker = pick(rng, TRUE if truth else FALSE)
        yield Case(maker.__name__, truth, maker(rng))


def decided(case: Case) -> Decision:
    """The verdict of the program."""
    return decide(case.claim, Integer(0), np.random.default_rng(0), 500)


def main() -> int:
    """Decide the cases and print the verdicts by kind, and every wrong one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int, nargs="?", default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--open", action="store_true", help="print what was left open")
    arguments = parser.parse_args()
    table: dict[tuple[bool, str], Counter[str]] = defaultdict(Counter)
    wrong = 0
    for case in cases(arguments.count, arguments.seed):
        decision = decided(case)
        table[case.truth, case.kind][decision.verdict.name] += 1
        left = decision.verdict is Verdict.HELD if not case.truth else decision.verdict is not Verdict.PROVED
        if left and arguments.open:
            print(f"OPEN: {case.kind}: {case.claim} of {case.claim.of}")
        if case.wrong(decision.verdict):
            wrong += 1
            print(f"WRONG: {case.kind}, {case.truth}: {case.claim} of {case.claim.of}: {decision}")
    for (truth, kind), verdicts in sorted(table.items()):
        print(f"{truth!s:6} {kind:20} " + "  ".join(f"{name} {n}" for name, n in sorted(verdicts.items())))
    print(f"{arguments.count} claims, {wrong} wrong verdicts")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
