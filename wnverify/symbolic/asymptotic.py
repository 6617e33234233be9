"""Claims about what happens towards an end of the domain: sublinear, bounded, limits, rates without a constant."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import sympy

from wnverify.balls.expression import enclose
from wnverify.symbolic.approach import Path, grows, hidden_ways, is_positive, path_to, ways_out
from wnverify.symbolic.defined import ground
from wnverify.symbolic.kinds import BoundedIn, Decision, Limit, Sublinear
from wnverify.symbolic.leading import Leading
from wnverify.symbolic.proof.domain import Box, Domain, Point, box_of
from wnverify.symbolic.proof.expansions import by_expansion
from wnverify.symbolic.proof.growth import NoGrowthError
from wnverify.symbolic.proof.tree import Proof
from wnverify.symbolic.proof.verify import Bounded, Statement, Tends, accepts, certified
from wnverify.symbolic.region import Region
from wnverify.symbolic.sampling import draw, point_at
from wnverify.symbolic.settle import settle
from wnverify.symbolic.witness import readable, search
from wnverify.verdict import Verdict

POINTS = 8
SMALL, LONG = 300, 80


def simple_points(box: Box, rng: np.random.Generator) -> list[Point]:
    """A few readable points of the box."""
    columns = draw(box, rng, 512)
    return [point_at(columns, row) for row in readable(columns, np.arange(256))][:POINTS]


def unbounded(ratio: sympy.Expr, box: Box, points: Sequence[Point]) -> tuple[Path, Point] | None:
    """A way on which the ratio tends to ∞ from some point, by its leading term and by certified values."""
    for path in [*ways_out(box), *hidden_ways(ratio, box)]:
        if point := grows(path, ratio, box, points):
            return path, point
    return None


def decide_sublinear(claim: Sublinear, bound: sympy.Expr, rng: np.random.Generator, samples: int) -> Decision:
    """f(x)/x → 0: the leading term has a power below 1."""
    box = box_of([bound, claim.symbol])
    if refusal := _no_infinity(claim.symbol, box):
        return refusal
    path, points = path_to(claim.symbol, sympy.oo), simple_points(box, rng)
    ratio = bound / claim.symbol
    found = path.leading(ratio, box)
    if found is None:
        return _by_expansion(path, ratio, sympy.Integer(0), box, points)
    argument = f"{claim.symbol} → oo: f/{claim.symbol} ~ {_term(found, path.scale)}"
    confirmed = all(path.fades(ratio, point) for point in points)
    if found.vanishes:
        statement = Tends(ratio, claim.symbol, sympy.oo, sympy.Integer(0))
        return _agreed(confirmed, argument, len(points), _accepted(statement, box, argument))
    proved = found.size == (0, 0) and _accepted(path.statement(ratio, found.coefficient), box, argument) is not None
    point = next((p for p in points if is_positive(found, p) and (proved or not path.fades(ratio, p))), None)
    if point is None:
        return Decision(Verdict.UNDECIDED, "leading term and values disagree", argument, sampled=len(points))
    witness = path.witness(ratio, point, f"f/{claim.symbol}")
    return Decision(Verdict.REFUTED, f"f/{claim.symbol} does not tend to 0", argument, witness, len(points))


def decide_bounded(claim: BoundedIn, bound: sympy.Expr, rng: np.random.Generator, samples: int) -> Decision:
    """sup over x finite: no growth towards the ends, and a value everywhere between."""
    box = box_of([bound, claim.symbol])
    domain, points = box[claim.symbol], simple_points(box, rng)
    hull = Region(box).enclose(bound)
    if hull is not None and hull.high.value.is_finite:
        proof = _accepted(Bounded(bound, claim.symbol), box, f"never above {hull.high.value}")
        return settle(search(bound, hull.high.value, draw(box, rng, samples)), proof)
    ends = [sympy.oo] if domain.high == sympy.oo else []
    ends += [domain.low] if domain.strict and not domain.integer else []
    terms = []
    for path in (path_to(claim.symbol, end) for end in ends):
        if point := grows(path, bound, box, points):
            argument = f"{path.name}: {_term(path.leading(bound, box), path.scale)}"
            witness = path.witness(bound, point, "bound")
            return Decision(Verdict.REFUTED, "it grows without limit", argument, witness, len(points))
        terms.append((path, path.leading(bound, box)))
    if not _settled(terms, domain.low.is_infinite) or not Region(box).place.defined(bound):
        return Decision(Verdict.UNDECIDED, "exact rules neither show growth nor exclude it", sampled=len(points))
    steady = all(_levels(path, bound, point) for path, _ in terms for point in points)
    argument = "; ".join(f"{path.name}: {_term(term, path.scale)}" for path, term in terms) or "a closed interval"
    argument = f"{argument}; defined and continuous between"
    return _agreed(steady, argument, len(points), _accepted(Bounded(bound, claim.symbol), box, argument))


def _settled(terms: Sequence[tuple[Path, Leading | None]], endless: bool) -> bool:
    return not endless and all(term is not None and term.stays_bounded for _, term in terms)


def _levels(path: Path, bound: sympy.Expr, point: Point) -> bool:
    values = path.values(bound, point)
    return all(value.is_finite() for value in values) and not abs(values[-1]) > 2 * abs(values[1]) + 1


def decide_limit(claim: Limit, bound: sympy.Expr, rng: np.random.Generator, samples: int) -> Decision:
    """The leading term, against the claimed value, against certified values on the way."""
    value = claim.substitute(claim.value)
    box = box_of([bound, value, claim.symbol])
    paths = _paths(claim, box)
    if isinstance(paths, Decision):
        return paths
    points = simple_points(box, rng)
    outcomes = [_decide_path(path, bound, value, box, points) for path in paths]
    if all(outcome.verdict is Verdict.PROVED for outcome in outcomes):
        return outcomes[0]
    return min(outcomes, key=lambda outcome: list(Verdict).index(outcome.verdict))


def _paths(claim: Limit, box: Box) -> list[Path] | Decision:
    domain, to = box[claim.symbol], claim.to
    if to == sympy.oo:
        return _no_infinity(claim.symbol, box) or [path_to(claim.symbol, to)]
    if domain.integer or not bool(domain.low <= to) or not bool(to <= domain.high):
        return Decision(Verdict.ERROR, f"{claim.symbol} in {domain} cannot tend to {to}")
    ways = [path_to(claim.symbol, to)] if to < domain.high else []
    return ways + ([path_to(claim.symbol, to, -1)] if to > domain.low else [])


def _decide_path(path: Path, bound: sympy.Expr, value: sympy.Expr, box: Box, points: Sequence[Point]) -> Decision:
    if value.is_infinite:
        return _decide_infinite(path, bound, value, box, points)
    found = path.leading(bound, box)
    if found is None:
        return _by_continuity(path, bound, value, box, points)
    exact_limit = _limit_of(found)
    argument = f"{path.name}: {_term(found, path.scale)}"
    near = all(path.fades(bound - value, point) for point in points)
    if _same(exact_limit, value):
        return _agreed(near, argument, len(points), _accepted(path.statement(bound, value), box, argument))
    proved = exact_limit.is_finite and accepts(path.statement(bound, exact_limit), box, Proof("growth"))
    for point in points:
        apart = found.size > (0, 0) or not _may_equal(exact_limit, value, point)
        if apart and (proved or not path.fades(bound - value, point)):
            witness = path.witness(bound, point, "bound") | {
                "claimed limit": str(enclose(value, point).str(8, radius=False))
            }
            return Decision(Verdict.REFUTED, f"the limit is {exact_limit}", argument, witness, len(points))
    reason = f"the leading term gives {exact_limit}, which could not be told from {value}"
    return Decision(Verdict.UNDECIDED, reason, argument, sampled=len(points))


def _by_continuity(path: Path, bound: sympy.Expr, value: sympy.Expr, box: Box, points: Sequence[Point]) -> Decision:
    """The value at the place itself, where the bound is continuous on that side."""
    statement = path.statement(bound, value)
    near = _side_of(box[statement.symbol], statement.to, statement.side)
    if near is not None:
        base = ground([bound], {**box, statement.symbol: near})
        proof = Proof("continuous", data={"near": near, "at least": dict(base.region.known)}, facts=base.lemmas)
        if accepted := certified(statement, box, proof):
            confirmed = all(path.fades(bound - value, point) for point in points)
            return _agreed(confirmed, f"{path.name}: defined and continuous there", len(points), accepted)
    return _by_expansion(path, bound, value, box, points)


def _by_expansion(path: Path, bound: sympy.Expr, value: sympy.Expr, box: Box, points: Sequence[Point]) -> Decision:
    """An expansion in powers, where the leading terms cancel."""
    short = bound.count_ops() < LONG
    proof = certified(path.statement(bound, value), box, Proof("expansion")) if short else None
    if proof is not None:
        confirmed = all(path.fades(bound - value, point) for point in points)
        return _agreed(confirmed, f"{path.name}: expansion in powers of {path.scale}", len(points), proof)
    limit = _expanded_limit(path, bound, box)
    point = next((p for p in points if not _may_equal(limit, value, p)), None) if limit is not None else None
    if limit is not None and point is not None:
        witness = path.witness(bound, point, "bound") | {"claimed limit": str(value)}
        return Decision(Verdict.REFUTED, f"the limit is {limit}", path.name, witness, len(points))
    return _open_question(path, bound - value, points)


def _expanded_limit(path: Path, bound: sympy.Expr, box: Box) -> sympy.Expr | None:
    """The limit that an expansion in powers gives; None if there is none."""
    if bound.count_ops() >= LONG:
        return None
    try:
        found = by_expansion(path.along(bound), path.t, path.region(box).place)
    except NoGrowthError:
        return None
    return found.coefficient if found.size == (0, 0) else sympy.Integer(0) if found.stays else None


def _side_of(domain: Domain, to: sympy.Expr, side: int) -> Domain | None:
    """A short interval from the place into the domain; None at infinity."""
    if to.is_infinite:
        return None
    far = domain.high if side > 0 else domain.low
    width = sympy.Rational(1, 8) if far.is_infinite else sympy.Min(abs(far - to) / 2, sympy.Rational(1, 8))
    return Domain(to, to + width) if side > 0 else Domain(to - width, to)


def _decide_infinite(path: Path, bound: sympy.Expr, value: sympy.Expr, box: Box, points: Sequence[Point]) -> Decision:
    proof = _accepted(path.statement(bound, value), box, f"{path.name}: it grows without limit")
    bound = bound if value == sympy.oo else -bound
    found = path.leading(bound, box)
    if found is None:
        return Decision(Verdict.UNDECIDED, "no leading term could be found by exact rules", sampled=len(points))
    argument = f"{path.name}: {_term(found, path.scale)}"
    if not found.stays_bounded and path.region(box).positive(found.coefficient):
        return _agreed(grows(path, bound, box, points) is not None, argument, len(points), proof)
    if found.stays_bounded and points:
        witness = path.witness(bound, points[0], "bound")
        return Decision(Verdict.REFUTED, f"the limit is {_limit_of(found)}", argument, witness, len(points))
    return Decision(Verdict.UNDECIDED, "the sign of the leading coefficient is not known", argument)


def _limit_of(found: Leading) -> sympy.Expr:
    if found.vanishes:
        return sympy.Integer(0)
    return found.coefficient if found.stays_bounded else sympy.oo * sympy.sign(found.coefficient)


def _same(first: sympy.Expr, second: sympy.Expr) -> bool:
    gap = first - second
    if gap == 0 or sympy.expand(gap) == 0:
        return True
    return bool(gap.is_finite is not False and gap.count_ops() < SMALL and sympy.ratsimp(gap) == 0)


def _may_equal(first: sympy.Expr, second: sympy.Expr, point: Point) -> bool:
    return bool(enclose(first - second, point, 256).contains(0))


def _accepted(statement: Statement, box: Box, argument: str) -> Proof | None:
    proof = Proof("growth", data={"argument": argument, "form": "quotient"})
    return certified(statement, box, proof)


def _agreed(confirmed: bool, argument: str, count: int, proof: Proof | None) -> Decision:
    if proof is None:
        reason = "the independent checker does not accept the leading term"
        return Decision(Verdict.UNDECIDED, reason, argument, sampled=count)
    if confirmed:
        reason = f"exact leading term, confirmed by values from {count} points"
        return Decision(Verdict.PROVED, reason, argument, sampled=count, proof=proof)
    return Decision(
        Verdict.UNDECIDED, "the exact leading term and the certified values disagree", argument, None, count
    )


def _open_question(path: Path, vanishing: sympy.Expr, points: Sequence[Point]) -> Decision:
    near = all(path.fades(vanishing, point) for point in points)
    found = "approach the limit" if near else "do not settle it"
    return Decision(Verdict.UNDECIDED, f"no exact argument; certified values {found}", sampled=len(points))


def _no_infinity(symbol: sympy.Symbol, box: Box) -> Decision | None:
    if box[symbol].high == sympy.oo:
        return None
    return Decision(Verdict.ERROR, f"{symbol} lies in {box[symbol]} and cannot tend to infinity")


def _term(found: Leading | None, scale: str) -> str:
    if found is None:
        return "unknown"
    logs = f"·log({scale})^{found.logs}" if found.logs else ""
    if found.power.is_infinite:
        return f"{'faster growth' if found.power > 0 else 'faster decay'} than any power of {scale}"
    power = f"·{scale}^({found.power})" if found.power else ""
    return f"({found.coefficient}){power}{logs}"
