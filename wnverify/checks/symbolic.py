"""Symbolic: the bound is a real number ≥ 0 on its whole domain, and what is said of it is decided."""

from __future__ import annotations

import numpy as np
from msgspec import structs

from wnverify.budget import Budget
from wnverify.checks.check import Check, every
from wnverify.evidence import CheckEvidence, Item, Kind, Subject
from wnverify.symbolic.claims import decide, real_and_nonnegative
from wnverify.symbolic.kinds import Decision
from wnverify.symbolic.proof.tree import Proof
from wnverify.symbolic.proof.verify import explained
from wnverify.theorem import Theorem
from wnverify.verdict import Verdict, overall

NAME = "symbolic"
MOST_LINES = 400


def check(theorem: Theorem, budget: Budget, rng: np.random.Generator) -> CheckEvidence:
    """Decide the sign of the bound and every claim about it, each by two routes."""
    samples = 1000 if budget.name == "quick" else 4000
    items = []
    if theorem.claim.relation in ("<=", "<") and theorem.claim.lhs.is_nonnegative:
        items.append(_sign(theorem, rng, samples))
    for claim in theorem.about_bound:
        items.append(_item(Kind.BOUND, str(claim), decide(claim, theorem.claim.rhs, rng, samples)))
    if not items:
        return CheckEvidence(NAME, Verdict.HELD.name, "the bound is a constant and nothing is claimed of it")
    verdict = overall(Verdict[item.verdict] for item in items)
    return CheckEvidence(NAME, verdict.name, _reason(items, verdict), items=items)


def _sign(theorem: Theorem, rng: np.random.Generator, samples: int) -> Item:
    """Decide the sign of the bound of a nonnegative quantity; a bound that has none is a fault of the theorem file.

    The symbolic pillar knows the symbols' domains, not the hypotheses. Where a hypothesis confines a symbol
    of the bound further, the sampled instances decide, and a bound that is no number there is an ERROR.
    """
    decision = real_and_nonnegative(theorem.claim.rhs, rng, samples)
    item = _item(Kind.SIGN, "the bound is real and nonnegative", decision)
    if decision.verdict is not Verdict.REFUTED:
        return item
    confined = {symbol for hypothesis in theorem.claim.given.values() for symbol in hypothesis.free_symbols}
    if confined & theorem.claim.rhs.free_symbols:
        reason = "not on the whole box of its symbols; where the hypotheses hold, the instances decide"
        return structs.replace(item, verdict=Verdict.HELD.name, reason=reason)
    return structs.replace(item, verdict=Verdict.ERROR.name)


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
