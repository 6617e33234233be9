"""The verdict from two routes: an exact argument, and what sampling said."""

from __future__ import annotations

from typing import Any

from wnverify.symbolic.kinds import Decision
from wnverify.symbolic.proof.tree import Proof, phrase
from wnverify.symbolic.witness import Search
from wnverify.verdict import Verdict


def settle(found: Search, proof: Proof | None, prefix: str = "") -> Decision:
    """Weigh a proof that the checker accepted (None if there is none) against what sampling said."""
    argument = prefix + phrase(proof) if proof else ""
    facts: dict[str, Any] = {"argument": argument, "sampled": found.evaluated, "worst": found.worst, "proof": proof}
    if found.evaluated == 0:
        return Decision(Verdict.UNDECIDED, "at no sampled point could both sides be evaluated", **facts)
    if found.witness and argument:
        reason = "the exact argument and a certified point disagree: one of the two routes is wrong"
        return Decision(Verdict.UNDECIDED, reason, witness=found.witness, **facts)
    if found.witness:
        return Decision(Verdict.REFUTED, "a certified point violates it", witness=found.witness, **facts)
    if argument:
        return Decision(Verdict.PROVED, f"exact argument, confirmed at {found.evaluated} points", **facts)
    if found.suspects:
        return Decision(Verdict.UNDECIDED, f"{found.suspects} points lie closer than certified rounding", **facts)
    return Decision(Verdict.HELD, f"no exact argument found; no violation at {found.evaluated} points", **facts)
