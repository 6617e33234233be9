"""Checker: nothing is proved that this file does not accept; every box of a certificate is judged again, in balls.

What a bound says of unit rows and unit v is read off by `laws`; here it is compared with the bound itself, in balls
at points of ρ₁ and ω, so that an error of algebra is found. A tree that is no whole tree is refused, and so is a box
that is not proved, after some further halvings, by `recheck`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from flint import arb, fmpq

from wnverify.balls.ball import at_least
from wnverify.balls.expression import enclose
from wnverify.claim import Claim
from wnverify.engine.activations import exact_constants
from wnverify.errors import RecordError, UsageError, WnverifyError, expected
from wnverify.families.networks.setting import L, beta, c0, d, m
from wnverify.families.networks.weight_norm import omega, rho
from wnverify.proving.bounded import Constants, Number, number
from wnverify.proving.certificate import Certificate, box_of
from wnverify.proving.domain import Domain
from wnverify.proving.laws import PLAIN, Demands, law, u
from wnverify.proving.recheck import proved

PRECISION = 96
SHARP = 160
FURTHER = 14
"""Halvings that a box may need beyond those of its tree."""
POINTS = [
    (Fraction(top, 64), Fraction(low, 1024))
    for top, low in (
        (64, 1024),
        (65, 7),
        (97, 3000),
        (128, 511),
        (321, 90001),
        (640, 1),
        (4099, 1025),
        (64, 12345678),
    )
]
"""(1 + ρ₁, ω) at which a bound is compared with its law."""
Corners = tuple[list[float], list[float]]


@dataclass(frozen=True)
class Checked:
    """What a certificate was found to prove.

    Args:
        certificate: it.
        boxes: that were judged.
    """

    certificate: Certificate
    boxes: int


class NotEnded(WnverifyError):
    """The checker was to end before it had judged every box: nothing is accepted.

    Args:
        leaves: of the certificate that it accepted.
    """

    def __init__(self, leaves: int) -> None:
        WnverifyError.__init__(self, expected("time to judge every box", f"an end after {leaves:,} of them"))
        self.leaves = leaves


def check(certificate: Certificate, claim: Claim, ended: Callable[[], bool] = lambda: False) -> Checked:
    """Accept a certificate, or refuse it.

    Args:
        certificate: it.
        claim: what it should be about.
        ended: is asked before every box whether this is to end.

    Raises:
        RecordError: if it does not prove the claim; says why.
        NotEnded: if it was to end.
    """
    domain = _domain(certificate)
    if certificate.claim != str(claim):
        raise RecordError(expected(f"a proof of {claim}", certificate.claim[:200], "the theorem is another one now"))
    found = demanded(claim, domain, certificate.factor)
    domain = found.domain
    if certificate.box != box_of(domain):
        raise RecordError(expected(f"the box of all networks with {domain.shape}", "another one"))
    if set(found.parts) != set(certificate.trees):
        wanted = f"trees for {', '.join(found.parts)}"
        raise RecordError(expected(wanted, ", ".join(map(repr, certificate.trees))[:200]))
    leaves = [(name, box) for name in found.parts for box in _leaves(domain, name, certificate.trees[name])]
    boxes = 0
    with at_least(PRECISION):
        for done, (name, box) in enumerate(leaves):
            if ended():
                raise NotEnded(done)
            boxes += _judged(domain, found.parts[name], box)
    return Checked(certificate, boxes)


def _domain(certificate: Certificate) -> Domain:
    try:
        return certificate.domain
    except UsageError as error:
        raise RecordError(str(error)) from error


# ---- what is demanded


@dataclass(frozen=True)
class Part:
    """A part of what is to be proved.

    Args:
        goal: what is bounded.
        numbers: that it needs, the last of which it must not exceed.
    """

    goal: str
    numbers: Sequence[Number]


@dataclass(frozen=True)
class Demanded:
    """What is to be proved.

    Args:
        domain: of which networks.
        parts: by name.
    """

    domain: Domain
    parts: Mapping[str, Part]


def demanded(claim: Claim, domain: Domain, slack: Fraction) -> Demanded:
    """What a claim demands of the quantities of unit networks, times a slack.

    Raises:
        RecordError: if the bound obeys no law, or not the one that algebra found.
        UsageError: if the claim is of no kind that can be proved.
    """
    found = law(claim, domain)
    if found.broken:
        raise RecordError(expected("a bound that scales as its quantity does", found.broken))
    exact = exact_constants(domain.activation)
    with at_least(SHARP):
        constants = {name: enclose(exact[str(name)], {}) for name in (beta, c0)}
        _compare(claim, domain, found.demands, constants)
        factor, one = arb(fmpq(slack.numerator, slack.denominator)), arb(1)
        parts = {}
        for name, demand in found.demands.items():
            times = factor if demand.goal in PLAIN else factor * factor
            factors = [one] * (len(demand.numbers) - 1) + [times]
            pairs = zip(demand.numbers, factors, strict=True)
            parts[name] = Part(demand.goal, [number(each, constants, by) for each, by in pairs])
    return Demanded(found.domain, parts)


def _compare(claim: Claim, domain: Domain, demands: Demands, constants: Constants) -> None:
    """Compare a bound with what its law makes of the demands.

    Raises:
        RecordError: if they differ anywhere.
    """
    fixed = {L: domain.L, m: domain.m, d: domain.d, **constants}
    for s, w in POINTS:
        radius, norm = arb(fmpq(s.numerator, s.denominator)), arb(fmpq(w.numerator, w.denominator))
        bound = enclose(claim.rhs, {**fixed, rho: s - 1, omega: w})
        told = _told(demands, radius, norm, constants)
        sharp = bound.is_finite() and bound.rad() <= abs(bound.mid()) * arb(2) ** -80
        if not (sharp or bound == 0) or not bound.overlaps(told):
            got = f"{bound}, and not {told}, at 1 + ρ₁ = {s}, ω = {w}"
            raise RecordError(expected("a bound that obeys its law", got))


def _told(demands: Demands, s: arb, w: arb, constants: Constants) -> arb:
    """The bound that demands stand for, at 1 + ρ₁ = s and ω = w.

    Raises:
        RecordError: if they are of no claim.
    """
    goals = {demand.goal for demand in demands.values()}
    if goals == {"hessian"}:
        sum_ = s / (w * w) + 1 / w
        return sum_ * enclose(demands["hessian"].numbers[0], {**constants, u: 1 / w / sum_})
    balls = {name: [enclose(each, constants) for each in demand.numbers] for name, demand in demands.items()}
    if {"values", "rows"} <= goals <= {"values", "rows", "corner"}:
        return _between_corners(balls, (s / w) * (s / w)).sqrt()
    if frozenset(goals) not in SHAPES:
        raise RecordError(expected("goals that make a claim", ", ".join(sorted(goals))))
    return SHAPES[frozenset(goals)]({name: each[-1] for name, each in balls.items()}, s, w)


def _between_corners(balls: Mapping[str, Sequence[arb]], t: arb) -> arb:
    """What a linear function of t is at most, if so at 0 and the corners, and if it rises no faster than the rows."""
    corners = [(arb(0), balls["values"][-1])] + [(each[0], each[1]) for each in balls.values() if len(each) == 2]
    corners.sort(key=lambda corner: float(corner[0]))
    before = [corner for corner in corners if corner[0] <= t]
    after = [corner for corner in corners if not corner[0] <= t]
    at, most = before[-1]
    if not after:
        return most + (t - at) * balls["rows"][-1]
    further, then = after[0]
    return most + (then - most) * (t - at) / (further - at)


def _hessian(balls: Mapping[str, arb], s: arb, w: arb) -> arb:
    hidden = balls["curvature"] * s / (w * w)
    return (hidden + (hidden * hidden + 4 * balls["mixed"] / (w * w)).sqrt()) / 2


SHAPES: Mapping[frozenset[str], Callable[[Mapping[str, arb], arb, arb], arb]] = {
    frozenset({"output"}): lambda balls, s, w: s * balls["output"].sqrt(),
    frozenset({"input"}): lambda balls, s, w: s * balls["input"].sqrt(),
    frozenset({"rows"}): lambda balls, s, w: s / w * balls["rows"].sqrt(),
    frozenset({"curvature", "mixed"}): _hessian,
}
"""By the goals: the bound that their thresholds stand for, at 1 + ρ₁ = s and ω = w."""


# ---- trees


def _leaves(domain: Domain, name: str, tree: str) -> list[Corners]:
    """The boxes that a tree says are proved; they cover the domain.

    Raises:
        RecordError: if the text is no whole tree.
    """
    lows, highs = domain.corners
    waiting: list[Corners] = [(list(lows), list(highs))]
    found = []
    for place, sign in enumerate(tree):
        if not waiting:
            raise RecordError(expected(f"one whole tree for {name!r}", f"more than that, at {place}"))
        box = waiting.pop()
        if sign == ".":
            found.append(box)
            continue
        along = "0123456789".find(sign)
        if not 0 <= along < len(lows):
            raise RecordError(expected(f"coordinates 0 to {len(lows) - 1} in a tree", repr(sign)))
        waiting += reversed(halves(box, along))
    if waiting:
        raise RecordError(expected(f"one whole tree for {name!r}", f"one that ends with {len(waiting)} boxes left"))
    return found


def halves(box: Corners, along: int) -> list[Corners]:
    """Both halves of a box; they cover it whatever the middle is rounded to."""
    lows, highs = box
    middle = 0.5 * (lows[along] + highs[along])
    below, above = list(highs), list(lows)
    below[along] = above[along] = middle
    return [(lows, below), (above, highs)]


def _judged(domain: Domain, part: Part, box: Corners) -> int:
    """Judge a box, in parts if need be; how many there were.

    Raises:
        RecordError: if a part is not proved.
    """
    waiting, boxes = [(box, 0)], 0
    while waiting:
        (lows, highs), depth = waiting.pop()
        boxes += 1
        if proved(domain, part.goal, part.numbers, lows, highs):
            continue
        if depth == FURTHER:
            where = ", ".join(f"{name} in {_ends(*ends)}" for name, *ends in zip(domain.names, *box, strict=True))
            raise RecordError(expected(f"every box of {part.goal!r} to be proved", f"one that is not: {where}"))
        along = max(range(len(lows)), key=lambda k: highs[k] - lows[k])
        waiting += [(half, depth + 1) for half in halves((lows, highs), along)]
    return boxes


def _ends(*ends: float) -> str:
    return f"[{ends[0]:.6g}, {ends[1]:.6g}]"
