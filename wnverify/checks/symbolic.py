"""Symbolic: the bound is a real number ≥ 0 wherever the hypotheses hold, and what is said of it is decided."""

from __future__ import annotations

import numpy as np
from msgspec import structs

from wnverify.budget import Budget
from wnverify.checks.check import Check, every
from wnverify.claim import Relation
from wnverify.errors import UsageError
from wnverify.evidence import CheckEvidence, Item, Kind, Subject
from wnverify.judging.judge import Judge
from wnverify.search import plan
from wnverify.search.settle import settle
from wnverify.search.tally import Tally
from wnverify.symbolic.admissible import decide_about, decide_sign, says_nothing
from wnverify.symbolic.kinds import Decision
from wnverify.symbolic.proof.domain import Point
from wnverify.symbolic.proof.tree import Proof
from wnverify.symbolic.proof.verify import explained
from wnverify.theorem import Theorem
from wnverify.typed.confined import Confined
from wnverify.verdict import Verdict, overall

NAME = "symbolic"
SIGN = "the bound is real and nonnegative"
PLACES = 12
"""Situations in which an instance with the values of a witness is looked for."""
MOST_LINES = 400


def check(theorem: Theorem, budget: Budget, rng: np.random.Generator) -> CheckEvidence:
    """Decide the sign of the bound and every claim about it, each by two routes."""
    samples = 1000 if budget.name == "quick" else 4000
    items = []
    empty = says_nothing(theorem.claim)
    if theorem.claim.relation in ("<=", "<") and theorem.claim.lhs.is_nonnegative:
        items.append(_sign(theorem, rng, samples))
    for claim in theorem.about_bound:
        items.append(_item(Kind.BOUND, str(claim), decide_about(claim, theorem.claim, rng, samples)))
    if empty and all(item.outcome.passes for item in items):
        reason = f"the claim says nothing about any instance: {empty}"
        return CheckEvidence(NAME, Verdict.VACUOUS.name, reason, items=items)
    if not items:
        return CheckEvidence(NAME, Verdict.HELD.name, "nothing is said of the bound beyond the statement itself")
    verdict = overall(item.outcome for item in items)
    worst = next((item.worst for item in items if item.worst is not None), None)
    return CheckEvidence(NAME, verdict.name, _reason(items, verdict), items=items, worst=worst)


def _sign(theorem: Theorem, rng: np.random.Generator, samples: int) -> Item:
    """Decide the sign of the bound of a nonnegative quantity.

    Where it is negative, every instance breaks the claim; if none can be had with the values of the witness, the
    statement still allows them, and that is a fault of the theorem file.
    """
    decision, point = decide_sign(theorem.claim, rng, samples)
    item = _item(Kind.SIGN, SIGN, decision)
    if decision.verdict is not Verdict.REFUTED:
        return item
    if (tally := _at(theorem, point, rng)) and tally.violated():
        verdict, reason, worst = settle(tally)
        if verdict is Verdict.REFUTED:
            return structs.replace(item, reason=f"{decision.reason}; an instance there: {reason}", worst=worst)
    remedy = "mend the bound, or state the hypothesis that excludes such values"
    return structs.replace(item, verdict=Verdict.ERROR.name, reason=f"{decision.reason}: {remedy}")


def _at(theorem: Theorem, point: Point, rng: np.random.Generator) -> Tally | None:
    """Instances with the values of a witness; none where the family cannot be led there, or one would show nothing.

    Raises:
        TheoremFileError: if a side of the claim is no real number on one that meets the hypotheses.
    """
    if theorem.is_probabilistic:
        return None
    there = {f"{symbol} there": Relation(symbol, "=", value) for symbol, value in point.items()}
    given = {name: relation.substitute(point) for name, relation in theorem.claim.given.items()}
    there |= {name: relation for name, relation in given.items() if relation.free_symbols}
    try:
        family = Confined(theorem.family, there, theorem.settings)
    except UsageError:
        return None
    as_stated = [each for each in family.situations() if not theorem.family.rescaling(each.settings)]
    if not as_stated:
        return None
    tally = Tally(Judge(theorem.claim, family))
    for situation in plan.spread(as_stated, plan.affordable(PLACES, family.cost, 2), rng):
        for words, batch in plan.draw(family, situation, 20, rng):
            tally.add(batch, situation, words)
    return tally


def _item(kind: Kind, name: str, decision: Decision) -> Item:
    reason = decision.reason if not decision.argument else f"{decision.reason} ({decision.argument})"
    shown = _certificate(decision.proof) if decision.proof and decision.verdict is Verdict.PROVED else ""
    return Item(name, kind, decision.verdict.name, reason, witness=dict(decision.witness or {}), certificate=shown)


def _certificate(proof: Proof) -> str:
    """The proof in lines, as the independent checker goes through it; one of a great many lines is cut."""
    lines = explained(proof)
    more = len(lines) - MOST_LINES
    return "\n".join([*lines[:MOST_LINES], *([f"… {more} more lines"] if more > 0 else [])])


def _reason(items: list[Item], verdict: Verdict) -> str:
    deciding = [item for item in items if item.verdict == verdict.name]
    if verdict.passes:
        proved = sum(item.verdict == Verdict.PROVED.name for item in items)
        return f"{proved} of {len(items)} claims about the bound proved, the others held on samples"
    first = deciding[0]
    return f"claim about the bound, {first.name!r}: {first.reason}"


CHECK = Check(name=NAME, order=10, cost=8, subject=Subject.BOUND, scope=every, run=check)
