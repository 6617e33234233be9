"""Settling: a finished search as a verdict with its reason and worst instance, and as the evidence of a check."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, islice
from typing import TypeAlias

from wnverify.batch import to_data
from wnverify.evidence import CheckEvidence, Number, Worst, broken, held, number
from wnverify.judging.judge import Candidate, Judge
from wnverify.judging.opinion import NEAR, Opinion, estimates, opinion, reached, uncertified, verdict
from wnverify.judging.plain import shrink
from wnverify.search.exact import plain_instances
from wnverify.search.tally import Tally
from wnverify.verdict import Verdict

Judged: TypeAlias = tuple[Candidate, Opinion]
"""An instance, and what the second route says of it."""
ATTAINED = "a strict inequality that is attained up to rounding, closer than this arithmetic can tell"


def decide(
    tally: Tally, smaller: Iterable[Candidate] = (), *, plainest: bool = False
) -> tuple[Verdict, Candidate | None, Opinion | None]:
    """The verdict over a finished search, the instance that decides or came closest, and the second route's opinion.

    That route is asked whichever way the search ended; there is no opinion where nothing was put to the test.

    Args:
        tally: the search.
        smaller: other violations, asked for only if there is one, that are to be shown rather than the worst.
        plainest: how a violation is shrunk; see `judging.plain.shrink`.
    """
    judge, best, violated = tally.judge, tally.best, tally.violated()
    if best is None or (tally.trivial == tally.accepted and not violated):
        return Verdict.VACUOUS, best, None
    looked = _shrunk(tally, smaller, plainest=plainest) if violated else _as_found(judge, best)
    seen: list[Judged] = []
    for pair in looked:
        seen.append(pair)
        if pair[1].refutes:
            break
    else:
        seen += islice((pair for pair in _exactly(judge, best) if pair[1].refutes), 1)
    refuting = [pair for pair in seen if pair[1].refutes]
    worst, found = refuting[0] if refuting else max(seen, key=lambda pair: pair[0].ratio) if violated else seen[0]
    return verdict(judge, worst, found), worst, found


def _shrunk(tally: Tally, smaller: Iterable[Candidate], *, plainest: bool) -> Iterator[Judged]:
    """Violations in plainer numbers: the best one, and others only as long as none is confirmed."""
    for each in chain(smaller, [tally.best], tally.others):
        if each is not None:
            yield shrink(tally.judge, each, plainest=plainest)


def _exactly(judge: Judge, best: Candidate) -> Iterator[Judged]:
    """Plain instances that attain a strict inequality, if the best one does so up to rounding: balls may be exact."""
    if judge.claim.main.is_strict and best.ratio > 1 - NEAR:
        for candidate in plain_instances(judge, 1 - NEAR):
            yield candidate, opinion(judge, candidate.batch)


def _as_found(judge: Judge, best: Candidate) -> Iterator[Judged]:
    """What came closest; where that is next to nothing also inside the domain, where the hypotheses are certain."""
    yield best, opinion(judge, best.batch)
    if best.ratio > 1 - NEAR and judge.claim.relation != "=":
        moved = judge.family.inside(best.batch)
        if moved is not best.batch:
            yield judge(moved).candidate(0, moved, best.situation, best.found), opinion(judge, moved)


def settle(tally: Tally) -> tuple[Verdict, str, Worst | None]:
    """Verdict, reason and worst instance of a finished search."""
    outcome, worst, found = decide(tally)
    if worst is None:
        return outcome, _nothing_met(tally), None
    if found is None:
        return outcome, f"all {tally.accepted} admissible instances meet it trivially", None
    if outcome is Verdict.HELD:
        return outcome, _held(tally, worst), report(worst, found)
    if reached(tally.judge, worst, found) and not found.refutes:
        return outcome, ATTAINED, report(worst, found)
    words = _violation if worst.ratio > tally.judge.limit else contradiction
    return outcome, words(worst, found), report(worst, found)


def contradiction(worst: Candidate, found: Opinion) -> str:
    """What holds by the closed form, and not by the second route."""
    if found.refutes and found.certified and max(abs(worst.ratio - 1), abs(found.ratio - 1)) < NEAR:
        return f"broken by less than {NEAR:g} at {worst.situation}, confirmed by {found.route}"
    return f"ratio {worst.ratio:.12g} by the closed form, but {found.ratio:.12g} by {found.route}"


def _violation(worst: Candidate, found: Opinion) -> str:
    if found.refutes:
        return broken(worst.ratio, str(worst.situation), found.route)
    sides = f"{worst.ratio:.12g} against {found.ratio:.12g} by {found.route}"
    why = f"; {found.obstacle}" if found.obstacle else ""
    return f"a violation that the second route does not confirm: ratio {sides}{why}"


def _held(tally: Tally, worst: Candidate) -> str:
    exact = tally.judge.claim.relation == "="
    reason = held(tally.accepted, worst.ratio, str(worst.situation), exact=exact)
    return "; ".join([reason, *unevaluated(tally), *(() if exact else estimates(tally.judge))])


def unevaluated(tally: Tally) -> list[str]:
    """What is beyond the range of numbers, in words."""
    return [f"{tally.unevaluated} could not be evaluated"] if tally.unevaluated else []


def _nothing_met(tally: Tally) -> str:
    if tally.unevaluated:
        return f"none of {tally.unevaluated} admissible instances could be evaluated"
    if not tally.met:
        return "no instance could be drawn"
    name, count = min(tally.met.items(), key=lambda item: item[1])
    relation = tally.judge.claim.given[name]
    return f"no instance met the hypotheses: {name!r} ({relation}) held for {count} of {tally.tried}"


def report(candidate: Candidate, found: Opinion | None = None) -> Worst:
    """A candidate as evidence, with what the second route says of it."""
    ratio, lhs, rhs = (number(value) for value in (candidate.ratio, candidate.lhs, candidate.rhs))
    second, route = (number(found.ratio), found.route) if found else (None, "")
    return Worst(ratio, lhs, rhs, second, route, candidate.found, str(candidate.situation), to_data(candidate.batch))


def conclude(
    check: str, tally: Tally, settled: tuple[Verdict, str, Worst | None], *, random: bool = False
) -> CheckEvidence:
    """The evidence of a check: counts, acceptance, effort curve and the worst instance; `random` if it only drew."""
    outcome, reason, worst = settled
    counts = tally.histogram
    return CheckEvidence(
        check, outcome.name, reason, tried=tally.tried, accepted=tally.accepted, trivial=tally.trivial,
        acceptance=tally.acceptance, worst=worst, effort=tally.effort,
        by_situation={key: number(ratio) for key, ratio in sorted(tally.by_situation.items())},
        ranges={name: (number(low), number(high)) for name, (low, high) in sorted(tally.ranges.items())},
        unevaluated=tally.unevaluated,
        uncertified=uncertified(tally.judge, tally.best.batch) if tally.best is not None else "",
        random=counts if random else [],
        searched=[] if random else counts,
        by_size=rising(tally.by_size),
    )  # fmt: skip


def rising(by_size: Mapping[str, Mapping[int, float]]) -> dict[str, list[tuple[int, Number]]]:
    """The best ratio at each value of each size, as evidence."""
    return {name: [(size, number(ratio)) for size, ratio in sorted(each.items())] for name, each in by_size.items()}
