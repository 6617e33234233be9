"""The constants of a user's activation, sup|φ′|, sup|φ″| and |φ(0)|: checked, not believed.

A constant is refused where a point shows that it is too small. It is proved by subdivision on the range that the user
names and, as far as balls reach, beyond it; what they leave open is held by a monotonicity that the user states, or
else by points in floats. How each constant stands is said.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np
import sympy
from flint import arb, ctx

from wnverify.arithmetic.faults import FunctionError, UnknownOperation
from wnverify.arithmetic.namespace import Phi
from wnverify.arithmetic.probing import Probe, probe
from wnverify.arithmetic.subdivision import PRECISION, SLACK, Goal, Interval, Settled, settle
from wnverify.arithmetic.taylor import branches
from wnverify.balls.ball import lower_float
from wnverify.balls.expression import enclose
from wnverify.errors import expected

CONSTANTS = ("c0", "slope", "beta")
"""In the order of the derivatives that they bound."""
SYMBOLS = {"c0": "|φ(0)|", "slope": "sup|φ′|", "beta": "sup|φ″|"}
PRIMES = ("φ", "φ′", "φ″")
FAR = 1e18
"""So far balls look beyond the range."""
PIECES, PIECES_BEYOND = 1200, 300
BESIDE = 1e-9
"""How far beside a place that has no derivative one is taken."""
NOISE = 1e-4
"""By how much the rounding of floats may change a difference quotient of near points."""
FALLS = 60
"""At how many points on either side a stated monotonicity is looked at."""


class How(Enum):
    """On what a constant rests: the weakest of what is used up to |z| = 1e18.

    Proved is: by balls, that the constant times 1 + 1e-8 bounds the derivative wherever there is one, and that at
    kinks the derivative before it jumps by no more than some 1e-12 of the constant.
    """

    PROVED = "proved"
    STATED = "proved on the range, beyond it by what is stated"
    SAMPLED = "sampled where nothing better is known"
    INFINITE = "nothing is claimed"


@dataclass(frozen=True)
class Standing:
    """How a constant of an activation stands.

    Args:
        constant: slope, beta or c0.
        claimed: what it is said to be at most.
        attained: how large it is at least.
        at: where that is.
        how: on what it rests.
        words: the same for readers.
    """

    constant: str
    claimed: sympy.Expr
    attained: float
    at: float
    how: How
    words: str

    def __str__(self) -> str:
        if self.how is How.INFINITE:
            return f"{SYMBOLS[self.constant]} ≤ ∞: {self.words}"
        place = "" if self.constant == "c0" else f" at z = {self.at:.4g}"
        loose = self.attained < 0.98 * float(self.claimed)
        size = f"{self.attained:.4g} of the claimed {shown(self.claimed)}" if loose else f"{self.attained:.4g}"
        return f"{SYMBOLS[self.constant]} ≤ {shown(self.claimed)}: {self.words}; attains {size}{place}"


@dataclass(frozen=True, eq=False)
class _Subject:
    """What is being checked: an activation, its constants by derivative, its range, whether its tails are stated."""

    name: str
    phi: Phi
    claims: tuple[sympy.Expr, ...]
    within: Interval
    monotone: bool
    probe: Probe

    def finite(self, orders: Sequence[int]) -> list[Goal]:
        return [Goal(k, enclose(self.claims[k], {})) for k in orders if self.claims[k] is not sympy.oo]


def check(
    name: str, phi: Phi, claims: Mapping[str, sympy.Expr], within: Interval, *, monotone: bool
) -> tuple[Standing, ...]:
    """How the claimed constants of an activation stand: slope, beta, c0.

    Args:
        name: of the activation.
        phi: the activation.
        claims: by constant, numbers ≥ 0 or ∞.
        within: the range on which they are to be proved.
        monotone: whether φ′ and φ″ are stated to be monotone on either side of it.

    Raises:
        FunctionError: if the function is no activation, or one of its constants is too small.
    """
    subject = _Subject(
        name, phi, tuple(claims[each] for each in CONSTANTS), within, monotone, probe(name, phi, within)
    )
    with ctx.workprec(PRECISION):
        places = [0.0, *(subject.probe.largest(k) if claims[CONSTANTS[k]] != sympy.oo else 0.0 for k in (1, 2))]
        sizes = [_size(subject, k, place) for k, place in enumerate(places)]
        for goal in subject.finite((1, 2)):
            _no_leap(subject, goal)
        found = _settled(subject)
        return tuple(
            _infinite(subject, k)
            if subject.claims[k] is sympy.oo
            else _standing(subject, k, found, sizes[k], places[k])
            for k in (1, 2, 0)
        )


def shown(number: sympy.Expr) -> str:
    """A constant for a message: as it is written, or in digits if that is long.

    >>> shown(sympy.Rational(1, 4)), shown(sympy.sqrt(2) / 2)
    ('0.25', 'sqrt(2)/2')
    """
    decimal = number.is_Rational and not number.is_Integer and sympy.Rational(repr(float(number))) == number
    text = repr(float(number)) if decimal else str(number)
    return text if len(text) <= 20 else f"{float(number):.6g}"


# ---- points that show a constant to be too small


def _size(subject: _Subject, order: int, z: float) -> float:
    """|φ⁽ᵏ⁾| at a point, not less than it may be claimed.

    Raises:
        FunctionError: if it is larger.
    """
    aside = BESIDE * max(1.0, abs(z))  # in case z is a kink
    balls = {point: _ball(subject.phi, order, point) for point in (z, z - aside, z + aside)}
    sizes = {point: lower_float(abs(ball)) for point, ball in balls.items() if ball is not None}
    z = z if z in sizes else max(sizes, key=lambda point: sizes[point], default=z)
    ball = balls[z]
    if ball is None:
        size = abs(float(subject.probe.call(np.array([z]))[order][0]))
        if size > float(subject.claims[order]) * (1 + SLACK):
            raise _refused(subject, order, z, size, "in floats")
        return size
    size = max(0.0, sizes[z])
    if size > 0.0 and any(goal.broken(ball) for goal in subject.finite((order,))):
        raise _refused(subject, order, z, size, "certified by balls")
    return size


def _ball(phi: Phi, order: int, z: float) -> arb | None:
    """A derivative at a point; None where balls do not know it."""
    try:
        found = branches(phi, arb(z))
    except UnknownOperation:
        return None
    ball = found[0].derivatives[order]
    if order == 0:  # one of the values of all branches
        for branch in found[1:]:
            ball = ball.union(branch.derivatives[0])
    return ball if (len(found) == 1 or order == 0) and ball.is_finite() else None


def _no_leap(subject: _Subject, goal: Goal) -> None:
    """Whether φ⁽ᵏ⁻¹⁾ changes from point to point by no more than a claim allows.

    Raises:
        FunctionError: if it does.
    """
    k = goal.order
    low, high = subject.probe.steepest(k)
    balls = [_ball(subject.phi, k - 1, end) for end in (low, high)]
    if balls[0] is not None and balls[1] is not None:
        if goal.broken((balls[1] - balls[0]) / (arb(high) - arb(low))):
            raise _jumps(subject, k, (low, high), float(balls[1] - balls[0]), "certified by balls")
        return
    values = subject.probe.call(np.array([low, high]))[k - 1]
    change = float(values[1] - values[0])
    if abs(change) / (high - low) > float(subject.claims[k]) * (1 + NOISE) + NOISE:
        raise _jumps(subject, k, (low, high), change, "in floats")


def _jumps(subject: _Subject, k: int, ends: Interval, change: float, by: str) -> FunctionError:
    claim = f"{SYMBOLS[CONSTANTS[k]]} ≤ {shown(subject.claims[k])} for the activation {subject.name!r}"
    middle = sum(ends) / 2
    where = f"{middle:.3g}" if abs(middle) > 1e-6 else "0"
    got = f"a jump of {PRIMES[k - 1]} by {change:.3g} at z = {where} ({by})"
    remedy = f"claim {CONSTANTS[k]}=sympy.oo" if k == 2 else "make it continuous"
    return FunctionError(expected(claim, got, remedy))


def _refused(subject: _Subject, k: int, z: float, size: float, by: str) -> FunctionError:
    constant = CONSTANTS[k]
    claim = f"{SYMBOLS[constant]} ≤ {shown(subject.claims[k])} for the activation {subject.name!r}"
    endless = abs(z) > 1e30 and size > 1e9
    remedy = f"claim {constant}=sympy.oo" if endless else f"claim {constant} ≥ {_rounded_up(size)}"
    return FunctionError(expected(claim, f"|{PRIMES[k]}({z:.4g})| = {size:.4g} ({by})", remedy))


def _rounded_up(size: float) -> str:
    """Four digits, not below."""
    unit = 10.0 ** (math.floor(math.log10(size)) - 3)
    return f"{math.ceil(size / unit - 1e-9) * unit:.4g}"


# ---- what is proved


@dataclass(frozen=True)
class _Found:
    """What subdivision came to: in the range, on either side, and why nothing if it could not begin."""

    inside: Mapping[int, Settled]
    left: Mapping[int, Settled]
    right: Mapping[int, Settled]
    reason: str = ""


def _settled(subject: _Subject) -> _Found:
    low, high = subject.within
    goals = subject.finite((1, 2))
    try:
        found = _Found(
            settle(subject.phi, subject.within, goals, PIECES),
            settle(subject.phi, (-FAR, low), goals, PIECES_BEYOND),
            settle(subject.phi, (high, FAR), goals, PIECES_BEYOND),
        )
    except UnknownOperation as error:
        return _Found({}, {}, {}, str(error).partition("got ")[2].rstrip("."))
    for part in (found.inside, found.left, found.right):
        for order, settled in part.items():
            _held(subject, order, settled)
    return found


def _held(subject: _Subject, k: int, settled: Settled) -> None:
    if settled.above is not None:
        _size(subject, k, settled.above)
    if settled.jump is not None:
        aside = BESIDE * max(1.0, abs(settled.jump))
        low, high = settled.jump - aside, settled.jump + aside
        ends = [_ball(subject.phi, k - 1, end) for end in (low, high)]
        change = math.nan if ends[0] is None or ends[1] is None else float(ends[1] - ends[0])
        raise _jumps(subject, k, (low, high), change, "certified by balls")


def _infinite(subject: _Subject, k: int) -> Standing:
    return Standing(CONSTANTS[k], sympy.oo, 0.0, 0.0, How.INFINITE, How.INFINITE.value)


def _standing(subject: _Subject, k: int, found: _Found, size: float, at: float) -> Standing:
    how, words = _at_zero(subject) if k == 0 else _rests(subject, k, found)
    return Standing(CONSTANTS[k], subject.claims[k], size, at, how, words)


def _at_zero(subject: _Subject) -> tuple[How, str]:
    ball = _ball(subject.phi, 0, 0.0)
    known = ball is not None and bool(abs(ball) <= enclose(subject.claims[0], {}) + arb(1e-12))
    return (How.PROVED, "proved") if known else (How.SAMPLED, "in floats")


def _rests(subject: _Subject, k: int, found: _Found) -> tuple[How, str]:
    """On what a bound of a derivative rests, and the words."""
    count = subject.probe.count
    if found.reason:
        return How.SAMPLED, f"sampled at {count} points, for balls do not know {found.reason}"
    inside, left, right = (part[k].left for part in (found.inside, found.left, found.right))
    low, high = subject.within
    if len(inside) > 3 or sum(b - a for a, b in inside) > (high - low) / 2:
        return How.SAMPLED, f"sampled at {count} points, for {PIECES} pieces did not settle it"
    low = -FAR if not left else left[-1][1]
    high = FAR if not right else right[0][0]
    but = "".join(f", but not {_place(piece)}" for piece in inside)
    proved = f"proved to 8 digits on [{low:.4g}, {high:.4g}]{but}"
    if not (inside or left or right):
        return How.PROVED, proved
    if inside:
        return How.SAMPLED, f"{proved}; sampled at {count} points"
    if not subject.monotone:
        return How.SAMPLED, f"{proved}, sampled beyond at {subject.probe.outside.size} points"
    reach = min(_falls(subject, k, sign, end) for sign, end in ((-1, low), (1, high)))
    return How.STATED, f"{proved}, beyond by the monotonicity that is stated, looked at to |z| = {reach:.3g}"


def _place(piece: Interval) -> str:
    low, high = piece
    return f"on [{low:.4g}, {high:.4g}]" if high - low > 1e-6 else f"at {low:.3g}"


def _falls(subject: _Subject, k: int, sign: int, end: float) -> float:
    """How far a stated monotonicity holds at points, as far as balls tell.

    Raises:
        FunctionError: if it does not.
    """
    last, trend, reach = _ball(subject.phi, k, end), 0, abs(end)
    for z in sign * np.geomspace(max(1.0, abs(end)), 1e300, FALLS)[1:]:
        ball = _ball(subject.phi, k, float(z))
        if ball is None or last is None:
            break
        _size(subject, k, float(z))
        step = 1 if ball > last else -1 if ball < last else 0
        if step * trend < 0:
            got = f"one that rises and falls near z = {z:.4g}"
            raise FunctionError(
                expected(f"{PRIMES[k]} of {subject.name!r} monotone beyond {end:.4g}, as stated", got)
            )
        last, trend, reach = ball, step or trend, abs(float(z))
    return reach
