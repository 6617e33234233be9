"""A function of one number on an interval: its value and four derivatives in balls, branch by branch.

The function is run on Taylor series over balls, φ(z + t) = Σ φ⁽ᵏ⁾(z) tᵏ/k!, where z is the whole interval. Where it
chooses (`xp.where`, `xp.abs`, `xp.maximum`) and the interval does not tell, it is run once for either answer. What
then belongs to one list of answers, a branch, is smooth on all of the interval: so that mean values may be taken.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from typing import Any, TypeAlias

import numpy as np
from flint import arb, arb_series

from wnverify.arithmetic import ball_rules
from wnverify.arithmetic.namespace import Functions, Phi
from wnverify.arithmetic.series import Series, lifted
from wnverify.arithmetic.sizes import rounded
from wnverify.arithmetic.spaces import Balls, Raw, Space
from wnverify.arrays import BoolArray

TERMS = 5
"""The value and four derivatives."""
BRANCHES = 32
"""More than so many are not followed."""
FACTORIALS = tuple(math.factorial(k) for k in range(TERMS))
Answers: TypeAlias = tuple[bool, ...]


@dataclass(frozen=True)
class Branch:
    """What a function does on an interval if all its choices fall in one way.

    Args:
        answers: how its comparisons are answered, in the order in which they are made.
        derivatives: balls around φ, φ′, …, φ⁗ on the whole interval.
    """

    answers: Answers
    derivatives: tuple[arb, ...]


def branches(phi: Phi, z: arb) -> list[Branch]:
    """A function on an interval, along every branch that the interval does not exclude.

    Raises:
        FunctionError: if the function uses what series of balls do not know.

    >>> [branch.answers for branch in branches(lambda xp, z: xp.abs(z), arb(0, 1))]
    [(False,), (True,)]
    """
    found: list[Branch] = []
    waiting: list[Answers] = [()]
    while waiting:
        space = Taylor(0, 1, script=waiting.pop())
        found.append(_run(phi, space, z))
        waiting += space.untried()
        if len(found) + len(waiting) > BRANCHES:
            return [Branch((), (arb.nan(),) * TERMS)]
    return found


def along(phi: Phi, z: arb, answers: Answers) -> tuple[arb, ...]:
    """φ, …, φ⁗ on an interval along one branch, whether or not the interval would lead there."""
    return _run(phi, Taylor(0, 1, script=answers), z).derivatives


@dataclass
class Taylor(Space):
    """Series of balls in arrays of objects.

    Args:
        script: the answers to the first comparisons.
        answers: those that were given.
        open: by position, whether the interval left an answer open.
    """

    script: Answers = ()
    answers: list[bool] = field(default_factory=list)
    open: list[bool] = field(default_factory=list)
    name = "balls"
    lib = np

    def jet(self, name: str, z: Raw, order: int) -> tuple[Raw, ...]:
        """The composed series."""
        return (_filled(z.shape, [self._composed(name, one) for one in z.flat]),)

    def less(self, a: Raw, b: Raw, *, strict: bool) -> BoolArray:
        """Where a < b, on the branch that is being followed."""
        a, b = np.broadcast_arrays(a, b)
        every = [self._answer(_sign(y - x), not strict) for x, y in zip(a.flat, b.flat, strict=True)]
        return np.array(every, dtype=bool).reshape(a.shape)

    def highest(self, a: Raw, axes: tuple[int, ...]) -> Raw:
        """The largest midpoints of the values."""
        middles = np.max(np.frompyfunc(lambda s: s[0].mid(), 1, 1)(a), axis=axes, keepdims=True)
        return _filled(middles.shape, [_series(middle) for middle in middles.flat])

    def lift(self, value: Any) -> Raw:
        """A constant, with one lane."""
        values = np.asarray(value, dtype=float)
        return _filled((*values.shape, 1), [_constant(float(one)) for one in values.flat])

    def untried(self) -> Iterator[Answers]:
        """The branches that turn off from this one, and from none that was tried before."""
        for place in range(len(self.script), len(self.answers)):
            if self.open[place]:
                yield (*self.answers[:place], True)

    def _answer(self, sign: int | None, equal: bool) -> bool:
        """Whether a difference is positive; `equal` is what holds where it is zero all along."""
        place = len(self.answers)
        scripted = place < len(self.script)
        known = equal if sign == 0 else sign == 1
        self.answers.append(self.script[place] if scripted else known and sign is not None)
        self.open.append(sign is None)
        return self.answers[-1]

    def _composed(self, name: str, s: arb_series) -> arb_series:
        if name in CHOOSING:
            return CHOOSING[name](s, self._answer(_sign(s), True))
        if all(s[k] == 0 for k in range(1, TERMS)):
            return _series(ball_rules.rule(name)(s[0])[0])
        kind, _, which = name.partition(" ")
        try:
            return _power(s, float.fromhex(which)) if kind == "power" else COMPOSED[name](s)
        except (ValueError, ZeroDivisionError):
            return arb_series([arb.nan()] * TERMS, prec=TERMS)


def _run(phi: Phi, space: Taylor, z: arb) -> Branch:
    series = Series(space, [_filled((1,), [arb_series([z, 1], prec=TERMS)])])
    found = lifted(space, phi(Functions(space), series)).value.flat[0]
    derivatives = tuple(FACTORIALS[k] * found[k] for k in range(TERMS))
    return Branch(tuple(space.answers), derivatives)


def _filled(shape: tuple[int, ...], every: Sequence[arb_series]) -> Raw:
    """An array of series; `np.array` would take each for a sequence."""
    found = np.empty(len(every), dtype=object)
    for place, one in enumerate(every):
        found[place] = one
    return found.reshape(shape)


@cache
def _constant(value: float) -> arb_series:
    return _series(Balls(0, 1).lift(value)[0])


def _series(value: arb) -> arb_series:
    return arb_series([value], prec=TERMS)


def _sign(s: arb_series) -> int | None:
    """The sign on an interval; None if it is not known."""
    value = s[0]
    if value > 0 or value < 0:
        return 1 if value > 0 else -1
    if value == 0 and all(s[k] == 0 for k in range(1, TERMS)):
        return 0
    return None


# ---- functions of one number on series


CHOOSING: Mapping[str, Callable[[arb_series, bool], arb_series]] = {
    "abs": lambda s, positive: s if positive else -s,
    "sign": lambda s, positive: _series(arb(0 if s[0] == 0 else 1 if positive else -1)),
    "phi relu": lambda s, positive: s if positive else _series(arb(0)),
}


def _outer(derivatives: Sequence[arb], s: arb_series) -> arb_series:
    """f∘s from f, f′, …, f⁗ at the constant term of s."""
    outer = arb_series([part / FACTORIALS[k] for k, part in enumerate(derivatives)], prec=TERMS)
    if s[1] == 1 and s[2] == s[3] == s[4] == 0:
        return outer
    inner = arb_series([0, *(s[k] for k in range(1, TERMS))], prec=TERMS)
    return outer(inner)


def _tanh(s: arb_series) -> arb_series:
    """t′ = u, t″ = −2tu, t‴ = u(6t² − 2), t⁗ = tu(16 − 24t²) with u = sech²."""
    t, u = s[0].tanh(), s[0].sech() ** 2
    if not abs(s[0]) < 4:  # far out both are lost on wide balls
        left = s[0].mid() < 0
        e = (2 * s[0] if left else -2 * s[0]).exp()
        small = 1 / (1 + e)
        t, u = (e - 1 if left else 1 - e) * small, 4 * e * small * small
    return _outer((t, u, -2 * t * u, u * (6 * t * t - 2), t * u * (16 - 24 * t * t)), s)


def _logistic(z: arb) -> tuple[arb, ...]:
    """σ and its derivatives: with u = σ′ they are u, (1 − 2σ)u = u′, u(1 − 6u), u′(1 − 12u)."""
    left = z.mid() < 0
    e = (z if left else -z).exp()
    small = 1 / (1 + e)
    u = e * small * small
    bend = (1 - e if left else e - 1) * small * u
    return (e * small if left else small), u, bend, u * (1 - 6 * u), bend * (1 - 12 * u)


def _softplus(s: arb_series) -> arb_series:
    return _outer((ball_rules.rule("softplus")(s[0])[0], *_logistic(s[0])[:-1]), s)


def _expm1(s: arb_series) -> arb_series:
    e = s[0].exp()
    return _outer((s[0].expm1(), e, e, e, e), s)


def _hyperbolic(first: str, second: str) -> Callable[[arb_series], arb_series]:
    def composed(s: arb_series) -> arb_series:
        even, odd = getattr(s[0], first)(), getattr(s[0], second)()
        return _outer((even, odd, even, odd, even), s)

    return composed


def _wave(shift: int, s: arb_series) -> arb_series:
    sine, cosine = s[0].sin_cos()
    turn = (sine, cosine, -sine, -cosine)
    return _outer([turn[(k + shift) % 4] for k in range(TERMS)], s)


def _power(s: arb_series, exponent: float) -> arb_series:
    if exponent != int(exponent):
        return s ** rounded(exponent)
    found = _series(arb(1))
    for digit in bin(abs(int(exponent)))[2:]:
        found = found * found * s if digit == "1" else found * found
    return found if exponent >= 0 else 1 / found


COMPOSED: Mapping[str, Callable[[arb_series], arb_series]] = {
    "exp": lambda s: s.exp(), "expm1": _expm1, "log": lambda s: s.log(), "log1p": lambda s: (1 + s).log(),
    "sqrt": lambda s: s.sqrt(), "reciprocal": lambda s: 1 / s, "sin": partial(_wave, 0), "cos": partial(_wave, 1),
    "sinh": _hyperbolic("sinh", "cosh"), "cosh": _hyperbolic("cosh", "sinh"), "arctan": lambda s: s.atan(),
    "erf": lambda s: s.erf(), "tanh": _tanh, "sigmoid": lambda s: _outer(_logistic(s[0]), s), "softplus": _softplus,
}  # fmt: skip
