"""Sharpness: every constant and exponent of a claim is changed, both ways, until what was found refutes it.

Only a change that strengthens the claim can be refuted: a smaller bound of a `<=`, a larger one of a `>=`, a weaker
hypothesis, a smaller failure probability. Which way that is need not be known, as both are tried; of an identity
both ways must be refuted. Values are those of the closed forms, ten times the claim's tolerance being allowed; a
refuted edit is not confirmed by a second route, as a mutant is. What is reported is the slack that the search could
not exclude. It decides nothing about the theorem: a constant with slack belongs to a true bound that could perhaps
be better.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import numpy as np
from msgspec import structs

from wnverify.budget import Budget
from wnverify.checks.check import REPEATED, STARTS, Check
from wnverify.checks.sharpness.critical import EXACT, UP, critical
from wnverify.checks.sharpness.pool import Pool
from wnverify.checks.sharpness.powers import powers
from wnverify.checks.sharpness.rates import Rates
from wnverify.checks.sharpness.words import UNTESTED, begin, summary, told
from wnverify.evidence import CheckEvidence, Item, Kind, Number, Place, Subject
from wnverify.quantities import Source
from wnverify.search import plan
from wnverify.search.ground import seed_of
from wnverify.search.repeat import CONFIDENCE, settings_of, spread_of
from wnverify.theorem import Theorem
from wnverify.verdict import Verdict

NAME = "sharpness"
GLANCES, CLIMBS = 16, 4
"""Situations to look at and to climb in."""


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
    reason = summary(items, pool.beyond) + reached
    if pool.broken:
        reason += f"; {pool.broken} instances break the claim itself, by rounding or truly, and were left out"
    return CheckEvidence(
        NAME, Verdict.HELD.name, reason, tried=counts[0], accepted=counts[1], items=items, powers=_powers(pool)
    )


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
        f"{summary(items, rates.beyond)}; refuted means more failures than allowed among "
        f"{rates.repetitions} repetitions at one of {rates.settings} settings, by the exact binomial law at level "
        f"{1 - CONFIDENCE:.0e} for all edits and settings together (Bonferroni)"
    )
    return CheckEvidence(
        NAME,
        Verdict.HELD.name,
        reason,
        tried=rates.tried,
        accepted=rates.accepted,
        items=items,
        powers=_powers(rates),
    )  # fmt: skip


def _powers(source: Pool | Rates) -> dict[str, Number]:
    """The powers of the sizes in the bound."""
    quantities = source.judge.family.quantities
    told = sorted(symbol.name for symbol in source.judge.claim.main.free_symbols)
    sizes = [name for name in told if quantities[name].source is Source.SIZE]
    return powers(source.bench, sizes)


def _items(source: Pool | Rates, beyond: Mapping[str, int]) -> list[Item]:
    """One item a place; a hypothesis is untested where nothing was drawn that it alone keeps out."""
    exact, items = source.judge.claim.relation == "=", []
    for edit in source.parts.edits:
        place = Place(edit.side, edit.sort, edit.value, edit.symbol)
        name = begin(edit.side, beyond) + edit.words
        if beyond.get(edit.side) == 0:
            items.append(Item(name, Kind.UNTESTED, Verdict.HELD.name, UNTESTED, place=place))
            continue
        found = critical(partial(source.refuted, edit), edit.unchanged, EXACT if exact else UP[-1])
        place = structs.replace(place, below=found.below, above=found.above)
        kind, words = told(place, found.tried, exact=exact)
        items.append(Item(name, kind, Verdict.HELD.name, words, place=place))
    return items


CHECK = Check(
    name=NAME, order=80, cost=9, subject=Subject.PLACES, scope=has_slack, run=check, shared=f"{STARTS}; {REPEATED}"
)
