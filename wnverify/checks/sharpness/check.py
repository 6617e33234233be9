"""Sharpness: every constant and exponent of a claim is changed, both ways, until what was found refutes it.

Only a change that strengthens the claim can be refuted: a smaller bound of a `<=`, a larger one of a `>=`, a weaker
hypothesis, a smaller failure probability. Which way that is need not be known, as both are tried; of an identity
both ways must be refuted. Values are those of the closed forms, ten times the claim's tolerance being allowed; a
refuted edit is not confirmed by a second route, as a mutant is. What is reported is the slack that the search could
not exclude. It decides nothing about the theorem: a constant with slack belongs to a true bound that could perhaps
be better.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np

from wnverify.budget import Budget
from wnverify.checks.check import REPEATED, STARTS, Check
from wnverify.checks.sharpness.critical import DOWN, SHIFTS, TRIED, UP, Critical, critical
from wnverify.checks.sharpness.edits import RIGHT, Edit
from wnverify.checks.sharpness.pool import Pool
from wnverify.checks.sharpness.rates import Rates
from wnverify.evidence import CheckEvidence, Item, Kind, Subject
from wnverify.search import plan
from wnverify.search.ground import seed_of
from wnverify.search.repeat import CONFIDENCE, settings_of, spread_of
from wnverify.theorem import Theorem
from wnverify.verdict import Verdict

NAME = "sharpness"
GLANCES, CLIMBS = 16, 4
"""Situations to look at and to climb in."""
EXACT = 10.0
"""The largest factor in an identity; a larger one would show the rounding of a term that vanishes."""


def check(theorem: Theorem, budget: Budget, rng: np.random.Generator) -> CheckEvidence:
    """Gather hard instances, or repetitions, once; then edit the claim in one place at a time."""
    return _over_settings(theorem, budget, rng) if theorem.is_probabilistic else _over_pool(theorem, budget, rng)


def has_slack(theorem: Theorem) -> bool:
    """Scope: a defect of 0 has no constant, and the slack of a false bound means nothing."""
    bare = theorem.claim.relation == "=" and theorem.claim.rhs == 0 and theorem.claim.lhs.is_Symbol
    return not bare and theorem.expect is Verdict.HELD


def _over_pool(theorem: Theorem, budget: Budget, rng: np.random.Generator) -> CheckEvidence:
    """A sure claim: one instance refutes an edit. An identity has no slope to climb, and needs none."""
    pool, cost = Pool(theorem), theorem.family.cost
    climbs = 0 if theorem.claim.relation == "=" else plan.affordable(CLIMBS, cost, 2)
    for number in budget.pace():
        steps = plan.affordable(25 * (1 + number), cost, 8)
        chosen = plan.spread(plan.within(theorem, budget), plan.affordable(GLANCES, cost, 6), rng, number)
        pool.gather(chosen, climbs, steps, (seed_of(rng), number))
    counts = pool.tally.tried, pool.tally.accepted
    if pool.tally.best is None:
        reason = "no admissible instance, so nothing is known of the slack"
        return CheckEvidence(NAME, Verdict.VACUOUS.name, reason, tried=counts[0])
    items = _items(pool, pool.beyond)
    reached = "" if theorem.claim.relation == "=" else f"; the bound times {pool.tally.best.ratio:.4f} is reached"
    reason = _summary(items, pool.parts.edits, pool.beyond) + reached
    if pool.broken:
        reason += f"; {pool.broken} instances break the claim itself, by rounding or truly, and were left out"
    return CheckEvidence(NAME, Verdict.HELD.name, reason, tried=counts[0], accepted=counts[1], items=items)


def _over_settings(theorem: Theorem, budget: Budget, rng: np.random.Generator) -> CheckEvidence:
    """A claim with probability 1 − δ: an edit is refuted by more failures at one setting than its δ explains."""
    rates, seed = Rates(theorem), seed_of(rng)
    for number in budget.pace():
        for situation in spread_of(theorem, budget, seed, number):
            for regime in theorem.family.regimes:
                pool = settings_of(theorem.family, situation, regime, (seed, number))
                rates.gather(pool.batch)
                pool.release()
        if rates.full:
            break
    if not rates.accepted:
        reason = "no repetition met the hypotheses, so nothing is known of the slack"
        return CheckEvidence(NAME, Verdict.VACUOUS.name, reason, tried=rates.tried)
    items = _items(rates, rates.beyond)
    reason = (
        f"{_summary(items, rates.parts.edits, rates.beyond)}; refuted means more failures than allowed among "
        f"{rates.repetitions} repetitions at one of {rates.settings} settings, by the exact binomial law at level "
        f"{1 - CONFIDENCE:.0e} for all edits and settings together (Bonferroni)"
    )
    return CheckEvidence(NAME, Verdict.HELD.name, reason, tried=rates.tried, accepted=rates.accepted, items=items)


def _items(source: Pool | Rates, beyond: Mapping[str, int]) -> list[Item]:
    """One item a place; a hypothesis is untested where nothing was drawn that it alone keeps out."""
    exact, items = source.judge.claim.relation == "=", []
    for edit in source.parts.edits:
        if beyond.get(edit.side) == 0:
            reason = "nothing was drawn that only this hypothesis keeps out"
            items.append(Item(_name(edit, beyond), Kind.UNTESTED, Verdict.HELD.name, reason))
            continue
        found = critical(partial(source.refuted, edit), edit.unchanged, EXACT if exact else UP[-1])
        kind, words = _told(edit, found, exact=exact)
        ends = {"below": found.below, "above": found.above}
        witness = {side: f"{value:.6g}" for side, value in ends.items() if value is not None}
        items.append(Item(_name(edit, beyond), kind, Verdict.HELD.name, words, witness=witness))
    return items


def _name(edit: Edit, hypotheses: Mapping[str, int]) -> str:
    """The place in words; where it stands is said unless that is the bound itself, the right side."""
    if edit.side in hypotheses:
        return f"hypothesis “{edit.side}”: {edit.words}"
    return edit.words if edit.side == RIGHT else f"{edit.side}: {edit.words}"


def _told(edit: Edit, found: Critical, *, exact: bool) -> tuple[Kind, str]:
    """What was refuted; the nearest value on each side is named, an exact claim must be refuted on both."""
    ends = [None if end is None else _change(edit, end) for end in (found.below, found.above)]
    if all(found.tried) if exact else any(found.tried):
        dead = [end for end, refuted in zip(ends, found.tried, strict=True) if refuted and end]
        return Kind.NEEDED, f"{' and '.join(dead)} {'is' if len(dead) == 1 else 'are'} refuted"
    if ends == [None, None]:
        tried = (
            f"factor from {DOWN[-1]:g} to {EXACT if exact else UP[-1]:g}"
            if edit.is_factor
            else f"shift up to ±{SHIFTS[-1]:g}"
        )
        return Kind.SLACK, f"no {tried} is refuted"
    told = [
        f"{_change(edit, value)} survives, {end} is refuted" if not refuted else f"{end} is refuted"
        for value, end, refuted in zip(TRIED[edit.unchanged], ends, found.tried, strict=True)
        if end
    ]
    return Kind.SLACK, "; ".join(told)


def _change(edit: Edit, value: float) -> str:
    """A change in words, rounded away from the unchanged value, on whose side it may not be refuted."""
    distance = abs(value - edit.unchanged)
    digits = 4 if 0.01 <= abs(value) < 10 or not edit.is_factor else 3 - math.floor(math.log10(abs(value) or 1.0))
    scaled = round(distance * 10.0**digits, 6)
    rounded = edit.unchanged + math.copysign(math.ceil(scaled) / 10.0**digits, value - edit.unchanged)
    return f"times {max(rounded, 0.0):.6g}" if edit.is_factor else f"shifted by {rounded:+.6g}"


def _summary(items: Sequence[Item], edits: Sequence[Edit], beyond: Mapping[str, int]) -> str:
    """How many places of the statement are needed, and of the hypotheses."""
    needed = [item.kind is Kind.NEEDED for item in items]
    own = [flag for flag, edit in zip(needed, edits, strict=True) if edit.side not in beyond]
    hypotheses = [flag for flag, edit in zip(needed, edits, strict=True) if edit.side in beyond]
    text = f"{sum(own)} of {len(own)} constants, exponents and terms are needed" if own else "no constant to change"
    return f"{text}, {sum(hypotheses)} of {len(hypotheses)} in the hypotheses" if hypotheses else text


CHECK = Check(
    name=NAME, order=80, cost=9, subject=Subject.PLACES, scope=has_slack, run=check, shared=f"{STARTS}; {REPEATED}"
)
