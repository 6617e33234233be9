"""Attack: the search for a counterexample to a typed claim in one family, and what it comes to."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from itertools import chain, islice

import numpy as np

from wnverify.budget import Budget
from wnverify.errors import UsageError, expected
from wnverify.family import Situation
from wnverify.judging.judge import Candidate, Judge
from wnverify.judging.opinion import NEAR, Opinion, estimates, opinion, reached, uncertified
from wnverify.judging.plain import shrink
from wnverify.questions.trial.equality import common_digits
from wnverify.questions.trial.exponents import Exponent, exponents
from wnverify.questions.trial.glimpse import Watch, glimpse, unwatched
from wnverify.questions.trial.outcome import Trial
from wnverify.search import plan, sizes
from wnverify.search.explore import Exploration
from wnverify.search.reach import tamed
from wnverify.search.settle import ATTAINED, contradiction, decide, unevaluated
from wnverify.search.tally import Tally
from wnverify.stopping import heard
from wnverify.theorem import Theorem
from wnverify.typed.confined import Confined
from wnverify.verdict import Verdict

SEARCH, SMALLER = 0.7, 0.15
"""Shares of the seconds for the search, and for a smaller shape once a claim is broken."""
ROUNDING = "floats find violations that are rounding, and too little else was left to look at"
FEWEST_SOLID = 0.5
"""Of the instances that say something, this share at least must not break the claim by rounding alone."""
INTERRUPTED = "interrupted: budget not spent"
SMALLEST = 6
"""So many small instances are asked of balls where these cannot tell at the best one whether it is attained."""
HAIRLINE = f"broken by less than {NEAR:g}"
Settled = tuple[Verdict, str, Candidate | None, Opinion | None]


@dataclass(frozen=True)
class Effort:
    """What one attack may spend.

    Args:
        budget: the budget, as it was typed.
        begin: when the attack begins, as `time.monotonic` counts.
        end: when it is to be over; infinite where rounds decide.
        seed: the seed of the search.
        watch: is told how far the attack is.
    """

    budget: Budget
    begin: float
    end: float
    seed: int
    watch: Watch = unwatched

    def share(self, share: float) -> float:
        """When so much of the time is over."""
        return self.end if math.isinf(self.end) else self.begin + share * (self.end - self.begin)


def attack(text: str, theorem: Theorem, effort: Effort, *, powers: bool = True) -> Trial:
    """Attack one claim in one family.

    Args:
        text: the claim as it was typed.
        theorem: the claim, about a family confined to the typed hypotheses.
        effort: what may be spent.
        powers: whether to look, of a claim that stands, how its sides grow with each symbol.
    """
    begin = time.monotonic()
    rng = np.random.default_rng(effort.seed)
    groups = plan.by_shape(plan.within(theorem, effort.budget))
    search = Exploration(Judge(theorem.claim, theorem.family), groups, rng, effort.share(SEARCH))
    search.watch = lambda tally: effort.watch(glimpse(tally, effort.begin, effort.end))
    stopped = Stopped()
    with stopped:
        search.run(range(effort.budget.rounds))
    verdict, reason, worst, found = _ended(search, stopped, effort.share(SEARCH + SMALLER))
    fitted: list[Exponent] = []
    if powers and worst is not None and verdict is not Verdict.REFUTED and not stopped.early:
        with stopped:
            fitted = exponents(theorem.claim, confined(theorem), worst.situation, effort.end, rng)
    tally = search.tally
    return Trial(
        text=text, claim=theorem.claim, family=confined(theorem), verdict=verdict, reason=reason,
        interrupted=stopped.early,
        worst=worst, opinion=found, tried=tally.tried, accepted=tally.accepted, acceptance=tally.acceptance,
        effort=tally.effort, by_situation=tally.by_situation, exponents=fitted, seed=effort.seed,
        budget=effort.budget.name, seconds=time.monotonic() - begin, ranges=tally.ranges,
    )  # fmt: skip


def confined(theorem: Theorem) -> Confined:
    """The family of a theorem, which is confined to typed hypotheses."""
    family = theorem.family
    if not isinstance(family, Confined):
        raise UsageError(expected("a family confined to typed hypotheses", family.name))
    return family


# ---- what a search comes to


class Stopped(AbstractContextManager["Stopped"]):
    """Takes an interruption as the end of what stands inside, whose result so far is kept."""

    early = False

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> bool:
        if kind is None or not issubclass(kind, KeyboardInterrupt):
            return False
        heard()
        self.early = True
        return True


def _ended(search: Exploration, stopped: Stopped, end: float) -> Settled:
    """What a search comes to; one that was interrupted may refute, and else says that it is not whole.

    An interruption while it is settled ends the way to a smaller instance; what is in hand is confirmed at once.
    """
    settled: Settled = Verdict.UNDECIDED, _unlooked(search), search.tally.best, None
    at_once = stopped.early
    with stopped:
        settled = _settled(search, time.monotonic() if at_once else end)
    if stopped.early and not at_once:
        with stopped:
            settled = _settled(search, time.monotonic())
    verdict, reason, worst, found = settled
    if not stopped.early or verdict is Verdict.REFUTED:
        return settled
    done = f"{search.planned - search.missed} of {search.planned} shapes with settings had been looked at"
    whole = not search.missed or (worst is not None and worst.ratio > 1 + NEAR)
    return Verdict.UNDECIDED, f"{INTERRUPTED}; {reason if whole else done}", worst, found


def _unlooked(search: Exploration) -> str:
    """What is said where a second interruption came before what was found was judged again."""
    best = search.tally.best
    if best is None or not search.tally.violated():
        return "what was found last was not looked at again"
    return f"a violation of ratio {best.ratio:.6g} was found, and there was no time to confirm it"


def _settled(search: Exploration, end: float) -> Settled:
    """The verdict as a check would give it, of the smallest shape that breaks the claim, in the plainest numbers."""
    tally = search.tally
    if not tally.violated() and (doubt := _undecided(search)) is not None:
        return Verdict.UNDECIDED, _broken(*doubt), *doubt
    if (tally.best is None and search.denied) or _mostly_rounding(search):
        return Verdict.UNDECIDED, ROUNDING, tally.best, None
    verdict, worst, found = decide(tally, _smaller(search, end), plainest=True)
    if verdict is not Verdict.REFUTED and search.missed:
        return Verdict.UNDECIDED, _cut_short(search), worst, found
    if worst is None or found is None:
        return Verdict.VACUOUS, _untested(tally), worst, None
    if verdict is not Verdict.HELD:
        return _told(tally.judge, verdict, worst, found)
    return _held(search, worst, found)


def _mostly_rounding(search: Exploration) -> bool:
    """Whether rounding explains what floats find on too many of the instances, so that few are left to hold it."""
    tally = search.tally
    solid = tally.substance - max(tally.shaky, search.denied)
    return search.denied > 0 and not tally.violated() and solid < FEWEST_SOLID * tally.substance


def _set_aside(search: Exploration) -> list[str]:
    """What is said of instances at which only floats break the claim, and by no more than rounding does."""
    if not search.denied:
        return []
    count = max(search.tally.shaky, search.denied)
    return [f"set aside: {count:,} break it in floats by rounding; balls find it so in all {search.denied} asked"]


def _told(judge: Judge, verdict: Verdict, worst: Candidate, found: Opinion) -> Settled:
    """A violation, by which routes, or what holds by the closed form and not by the second route."""
    if reached(judge, worst, found) and not found.refutes:
        return verdict, ATTAINED, worst, found
    if worst.ratio > judge.limit:
        return verdict, _broken(worst, found), worst, found
    if verdict is Verdict.REFUTED and min(worst.ratio, 2 - found.ratio) > 1 - NEAR:
        hairline = "attained, which a strict relation excludes" if judge.claim.main.is_strict else HAIRLINE
        return verdict, f"{hairline}, certified by ball arithmetic", worst, found
    return verdict, contradiction(worst, found), replace(worst, ratio=found.ratio), found


def _undecided(search: Exploration) -> tuple[Candidate, Opinion] | None:
    """A violation by the closed form that the second route neither confirms nor denies; None if there is none."""
    for candidate in search.doubtful:
        worst, found = shrink(search.tally.judge, candidate, plainest=False)
        if not found.denies:
            return worst, found
    return None


def _broken(worst: Candidate, found: Opinion) -> str:
    if not found.refutes:
        near = abs(worst.ratio - 1) < NEAR or math.isnan(found.ratio)
        why = found.obstacle or ("closer than rounding" if near else f"it is {found.ratio:.6g} by {found.route}")
        return f"a violation of ratio {worst.ratio:.15g} that could not be confirmed: {why}"
    how = "certified by ball arithmetic" if found.certified else "confirmed by an independent float route"
    return f"ratio {worst.ratio:.6g} at {worst.situation}, {how}"


def _held(search: Exploration, best: Candidate, found: Opinion) -> Settled:
    """What no route breaks; a typed claim has no tolerance, and within rounding only balls decide."""
    tally = search.tally
    judge = tally.judge
    reason, further = f"no admissible instance breaks it; worst ratio {best.ratio:.6g}", _set_aside(search)
    if best.ratio > 1 - NEAR and judge.claim.relation != "=":
        there, found = next(_certain(search, best, found), (None, found))
        if there is None:
            apart = abs(1 - best.ratio)
            near = f"come within {apart:.0e} of each other" if apart else "are the same float"
            words = f"the sides {near}, closer than this arithmetic can tell"
            return Verdict.UNDECIDED, "; ".join([words, *further]), best, found
        further += [f"balls cannot tell the sides apart at {best.situation}"] if there is not best else []
        best = there
        reason = f"no admissible instance breaks it; {_attained(best.ratio, common_digits(found))}"
    why = uncertified(judge, best.batch)
    told = [reason, *unevaluated(tally), *estimates(judge), *([f"no certificates: {why}"] if why else []), *further]
    return Verdict.HELD, "; ".join(told), best, found


def _certain(search: Exploration, best: Candidate, found: Opinion) -> Iterator[tuple[Candidate, Opinion]]:
    """Instances of equal sides where balls say that the claim is not broken: the best one, or one of few numbers."""
    judge = search.tally.judge
    rest = ((each, opinion(judge, each.batch)) for each in islice(search.attaining(), SMALLEST))
    for each, said in chain([(best, found)], rest):
        attained = said.certificate is not None and said.certificate.attained
        if common_digits(said) is not None or attained or (said.certified and said.holds):
            yield each, said


def _attained(ratio: float, digits: int | None) -> str:
    if digits is not None:
        return f"equality is attained: the sides agree to {digits} digits, by ball arithmetic"
    short = max(1 - ratio, 0.0)
    return f"it is nearly attained: worst ratio {f'1 - {short:.1e}' if short else '1 but for rounding'}, certified"


def _cut_short(search: Exploration) -> str:
    done = search.planned - search.missed
    share = f"{done} of {search.planned} shapes with settings"
    if time.monotonic() > search.end:
        return f"the budget was spent when {share} had been looked at; nothing broke it there: try --budget 60s"
    return f"only {share} could be measured; nothing broke it there"


def _untested(tally: Tally) -> str:
    if tally.unevaluated and not tally.accepted:
        return f"none of {tally.tried:,} instances could be evaluated and met all hypotheses"
    if tally.accepted:
        return f"all {tally.accepted:,} admissible instances meet it trivially: it says nothing about them"
    name = min(tally.met, key=lambda key: tally.met[key], default="")
    seldom = f"; {tally.judge.claim.given[name]} ({name}) held for {tally.met[name]:,}" if name else ""
    return f"none of {tally.tried:,} instances met all hypotheses{seldom}"


# ---- a smaller counterexample


def _smaller(search: Exploration, end: float) -> Iterator[Candidate]:
    """A violation in a smaller shape than the one found, if a harder search of these finds one."""
    best, judge = search.tally.best, search.tally.judge
    if best is None:
        return
    for group in _below(search, best.situation):
        if time.monotonic() > end:
            return
        again = Exploration(judge, [group], search.rng, end)
        again.harder(ascents=3)
        if again.tally.best is not None and again.tally.violated():
            yield tamed(judge, again.tally.best)
            return
    yield tamed(judge, best)


def _below(search: Exploration, best: Situation) -> Iterator[list[Situation]]:
    """The listed shapes smaller than that of an instance, then this one with one size cut down, its settings kept."""
    family = search.tally.judge.family
    most = family.numbers(best)
    for group in search.groups:
        if dict(group[0].shape) == dict(best.shape):
            return
        if family.numbers(group[0]) < most:
            yield list(group)
    for name in sizes.names(family, best):
        for size in dict.fromkeys((1, best.shape[name] // 2, best.shape[name] - 1)):
            cut = Situation({**best.shape, name: size}, best.settings)
            if 1 <= size < best.shape[name] and sizes.exists(family, cut):
                yield [cut]
