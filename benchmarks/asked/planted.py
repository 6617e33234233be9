"""Asked of a revision: which wrong versions of theorems there are, and which of them it refutes.

`planted.py list RECORD ANSWER` names them; `planted.py hunt NAMES ANSWER` hunts those as the check `mutants` does.

The wrong versions of a theorem take the bound, or one term of a sum in it, 5 %, 2 % or 1 % too small; a lower bound
too large. A version counts where the worst instance that a record holds of the theorem refutes it, so that each is
wrong for certain.
"""

import json
import math
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import sympy

from wnverify import catalogue
from wnverify.batch import from_data
from wnverify.budget import BUDGETS
from wnverify.claim import Claim
from wnverify.errors import UsageError, WnverifyError
from wnverify.judging.judge import Judge
from wnverify.runs.record import from_json
from wnverify.runs.theorem import carry_out
from wnverify.theorem import Theorem

PERCENT = (5, 2, 1)
ATTAINED = 0.999
CLEARLY = 1 + 1e-6
"""A ratio beyond which no rounding makes a violation."""


def versions(claim: Claim) -> Iterator[tuple[str, Claim]]:
    """The wrong versions of a claim by name, such as `2 %, term 3`."""
    sums = {node for node in sympy.preorder_traversal(claim.rhs) if node.is_Add}
    # by their texts: arguments come in another order in every process, and a name must tell the same term in all
    terms = sorted({(node, term) for node in sums for term in node.args}, key=str)
    for percent in PERCENT:
        off = sympy.Rational(percent, 100) * (-1 if claim.relation in ("<=", "<", "=") else 1)
        yield f"{percent} %, whole", replace(claim, rhs=claim.rhs * (1 + off))
        for number, (node, term) in enumerate(terms):
            rhs = claim.rhs.xreplace({node: node + term * off})
            yield f"{percent} %, term {number}", replace(claim, rhs=rhs)


def wrong(theorem: Theorem, instance: Any) -> dict[str, Claim]:
    """Those that an instance refutes."""
    found = {}
    for name, claim in versions(theorem.claim):
        try:
            judgement = Judge(claim, theorem.family)(from_data(instance))
        except WnverifyError:  # where a side is no number, an instance shows nothing
            continue
        if judgement.accepted[0] and math.isfinite(judgement.ratio[0]) and judgement.ratio[0] > CLEARLY:
            found[name] = claim
    return found


def listed(record: Path) -> dict[str, list[str]]:
    """The wrong versions of every sure theorem whose bound is attained in a record."""
    found = {}
    for evidence in from_json(record.read_bytes()).theorems:
        theorem, worst = catalogue.load(evidence.id), evidence.worst
        if theorem.is_probabilistic or evidence.is_control or worst is None or not float(worst.ratio) > ATTAINED:
            continue
        with np.errstate(all="ignore"):
            found[evidence.id] = list(wrong(theorem, worst.instance))
    return {name: told for name, told in found.items() if told}


def hunted(names: Path) -> dict[str, Any]:
    """The verdict of every wrong version, and the CPU seconds, of every theorem that the revision has."""
    found, spent = {}, {}
    for identifier, wanted in json.loads(names.read_text("utf-8")).items():
        begin = time.process_time()
        try:
            theorem = catalogue.load(identifier)
        except UsageError:
            continue
        chosen = {name: claim for name, claim in versions(theorem.claim) if name in wanted}
        planted = replace(theorem, mutants=chosen, unrefutable={})
        evidence = carry_out("mutants", planted, identifier, BUDGETS["quick"], 0)
        found[identifier] = {item.name: item.verdict for item in evidence.items}
        spent[identifier] = time.process_time() - begin
    return {"verdicts": found, "seconds": spent}


if __name__ == "__main__":
    word, given, answer = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    told = listed(given) if word == "list" else hunted(given)
    answer.write_text(json.dumps(told), "utf-8")
