"""Checker: nothing is proved that this file does not accept; every box of a certificate is judged again, in balls.

What a bound says of unit rows and unit v is read off by `laws`; here it is compared with the bound itself, in balls
at points of ρ₁ and ω, so that an error of algebra is found. A tree that is no whole tree is refused, and so is a box
that is not proved, after some further halvings, by `recheck`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
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
from wnverify.proving.certificate import Certificate, box_of
from wnverify.proving.domain import Domain
from wnverify.proving.laws import law
from wnverify.proving.recheck import GOALS, proved

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
SQUARED = frozenset({"output", "input", "values", "rows", "mixed"})
"""Goals about squares, whose thresholds grow with the square of the slack."""
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
    if certificate.box != box_of(domain):
        raise RecordError(expected(f"the box of all networks with {domain.shape}", "another one"))
    found = thresholds(claim, domain, certificate.factor)
    if set(found) != set(certificate.trees):
        raise RecordError(expected(f"trees for {', '.join(found)}", ", ".join(map(repr, certificate.trees))[:200]))
    leaves = [(goal, box) for goal in found for box in _leaves(domain, goal, certificate.trees[goal])]
    boxes = 0
    with at_least(PRECISION):
        for number, (goal, box) in enumerate(leaves):
            if ended():
                raise NotEnded(number)
            boxes += _judged(domain, goal, found[goal], box)
    return Checked(certificate, boxes)


def _domain(certificate: Certificate) -> Domain:
    try:
        return certificate.domain
    except UsageError as error:
        raise RecordError(str(error)) from error


# ---- thresholds


def thresholds(claim: Claim, domain: Domain, slack: Fraction) -> dict[str, arb]:
    """Balls around what the quantities of a claim must not exceed.

    Raises:
        RecordError: if the bound obeys no law, or not the one that algebra found.
        UsageError: if the claim is of no kind that can be proved.
    """
    found = law(claim, domain)
    if found.broken:
        raise RecordError(expected("a bound that scales as its quantity does", found.broken))
    with at_least(SHARP):
        bend = enclose(exact_constants(domain.activation)["beta"], {})
        balls = {goal: enclose(value, {beta: bend}) for goal, value in found.thresholds.items()}
        _compare(claim, domain, balls)
        factor = arb(fmpq(slack.numerator, slack.denominator))
        return {goal: ball * (factor * factor if goal in SQUARED else factor) for goal, ball in balls.items()}


def _compare(claim: Claim, domain: Domain, balls: Mapping[str, arb]) -> None:
    """Compare a bound with what its law makes of the thresholds.

    Raises:
        RecordError: if they differ anywhere.
    """
    constants = exact_constants(domain.activation)
    fixed = {L: domain.L, m: domain.m, d: domain.d, c0: 0, beta: enclose(constants["beta"], {})}
    for s, w in POINTS:
        radius, norm = arb(fmpq(s.numerator, s.denominator)), arb(fmpq(w.numerator, w.denominator))
        bound = enclose(claim.rhs, {**fixed, rho: s - 1, omega: w})
        told = SHAPES[frozenset(balls)](balls, radius, norm)
        sharp = bound.is_finite() and bound.rad() <= abs(bound.mid()) * arb(2) ** -80
        if not (sharp or bound == 0) or not bound.overlaps(told):
            got = f"{bound}, and not {told}, at 1 + ρ₁ = {s}, ω = {w}"
            raise RecordError(expected("a bound that obeys its law", got))


def _hessian(balls: Mapping[str, arb], s: arb, w: arb) -> arb:
    hidden = balls["curvature"] * s / (w * w)
    return (hidden + (hidden * hidden + 4 * balls["mixed"] / (w * w)).sqrt()) / 2


SHAPES: Mapping[frozenset[str], Callable[[Mapping[str, arb], arb, arb], arb]] = {
    frozenset({"output"}): lambda balls, s, w: s * balls["output"].sqrt(),
    frozenset({"input"}): lambda balls, s, w: s * balls["input"].sqrt(),
    frozenset({"rows"}): lambda balls, s, w: s / w * balls["rows"].sqrt(),
    frozenset({"values", "rows"}): lambda balls, s, w: (balls["values"] + (s / w) * (s / w) * balls["rows"]).sqrt(),
    frozenset({"curvature", "mixed"}): _hessian,
}
"""By the goals: the bound that their thresholds stand for, at 1 + ρ₁ = s and ω = w."""


# ---- trees


def _leaves(domain: Domain, goal: str, tree: str) -> list[Corners]:
    """The boxes that a tree says are proved; they cover the domain.

    Raises:
        RecordError: if the text is no whole tree.
    """
    if goal not in GOALS:
        raise RecordError(expected("a goal that the checker knows", repr(goal[:60])))
    lows, highs = domain.corners
    waiting: list[Corners] = [(list(lows), list(highs))]
    found = []
    for place, sign in enumerate(tree):
        if not waiting:
            raise RecordError(expected(f"one whole tree for {goal!r}", f"more than that, at {place}"))
        box = waiting.pop()
        if sign == ".":
            found.append(box)
            continue
        along = "0123456789".find(sign)
        if not 0 <= along < len(lows):
            raise RecordError(expected(f"coordinates 0 to {len(lows) - 1} in a tree", repr(sign)))
        waiting += reversed(halves(box, along))
    if waiting:
        raise RecordError(expected(f"one whole tree for {goal!r}", f"one that ends with {len(waiting)} boxes left"))
    return found


def halves(box: Corners, along: int) -> list[Corners]:
    """Both halves of a box; they cover it whatever the middle is rounded to."""
    lows, highs = box
    middle = 0.5 * (lows[along] + highs[along])
    below, above = list(highs), list(lows)
    below[along] = above[along] = middle
    return [(lows, below), (above, highs)]


def _judged(domain: Domain, goal: str, threshold: arb, box: Corners) -> int:
    """Judge a box, in parts if need be; how many there were.

    Raises:
        RecordError: if a part is not proved.
    """
    waiting, boxes = [(box, 0)], 0
    while waiting:
        (lows, highs), depth = waiting.pop()
        boxes += 1
        if proved(domain, goal, threshold, lows, highs):
            continue
        if depth == FURTHER:
            where = ", ".join(f"{name} in {_ends(*ends)}" for name, *ends in zip(domain.names, *box, strict=True))
            raise RecordError(expected(f"every box of {goal!r} to be proved", f"one that is not: {where}"))
        along = max(range(len(lows)), key=lambda k: highs[k] - lows[k])
        waiting += [(half, depth + 1) for half in halves((lows, highs), along)]
    return boxes


def _ends(*ends: float) -> str:
    return f"[{ends[0]:.6g}, {ends[1]:.6g}]"
