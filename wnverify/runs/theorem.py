"""Verify one theorem: its checks, each with a random stream of its own and one BLAS thread."""

from __future__ import annotations

import hashlib
import traceback
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import TypeAlias

import numpy as np
from threadpoolctl import threadpool_limits

from wnverify import catalogue
from wnverify.budget import Budget, parse_budget
from wnverify.checks import adversarial, confirmation, hypothesis, mutants, sampled, statistical, structured, symbolic
from wnverify.checks.sharpness import check as sharpness
from wnverify.engine.memory import keep_freed_memory
from wnverify.errors import WnverifyError
from wnverify.evidence import CheckEvidence, TheoremEvidence
from wnverify.theorem import Theorem
from wnverify.verdict import Verdict

Check: TypeAlias = Callable[[Theorem, Budget, np.random.Generator], CheckEvidence]
MODULES = (
    symbolic, structured, sampled, hypothesis, adversarial, statistical, mutants, sharpness, confirmation,
)  # fmt: skip
CHECKS: Mapping[str, Check] = MappingProxyType({module.NAME: module.check for module in MODULES})
SURE_ONLY = ("structured", "sampled", "hypothesis", "adversarial", "confirmation")
"""Checks that look for a single violation: of no use against a claim that may fail with probability δ."""


def checks_of(theorem: Theorem) -> list[str]:
    """The names of the checks that apply to a theorem, in order."""
    absent = {*SURE_ONLY} if theorem.is_probabilistic else {statistical.NAME}
    bare = theorem.claim.relation == "=" and theorem.claim.rhs == 0 and theorem.claim.lhs.is_Symbol
    if bare or theorem.expect is not Verdict.HELD:
        absent.add(sharpness.NAME)  # a defect of 0 has no constant, and the slack of a false bound means nothing
    return [name for name in CHECKS if name not in absent]


def stream(seed: int, identifier: str, check: str) -> np.random.Generator:
    """The random stream of one check of one theorem; it depends on nothing else, so shards may run anywhere."""
    name = hashlib.sha256(f"{identifier}::{check}".encode()).digest()
    return np.random.default_rng([seed, *np.frombuffer(name[:16], dtype=np.uint32).tolist()])


def check_theorem(theorem: Theorem, identifier: str, check: str, budget: Budget, seed: int) -> CheckEvidence:
    """Run one check on a loaded theorem; what goes wrong inside becomes an ERROR with the reason, never a pass."""
    keep_freed_memory()
    try:
        with threadpool_limits(1):
            return CHECKS[check](theorem, budget, stream(seed, identifier, check))
    except WnverifyError as error:
        return CheckEvidence(check, Verdict.ERROR.name, str(error))
    except Exception as error:  # a bug of a theorem file or of ours: it must not end the run, nor pass
        where = traceback.extract_tb(error.__traceback__)[-1]
        reason = (
            f"the check stopped with {type(error).__name__}: {error} ({Path(where.filename).name}:{where.lineno})"
        )
        return CheckEvidence(check, Verdict.ERROR.name, reason)


def run_check(path: Path, identifier: str, check: str, budget: Budget, seed: int) -> CheckEvidence:
    """Load a theorem file and run one check; a file that cannot be loaded is an ERROR with the reason."""
    entry = catalogue.Entry(identifier, path, path.parent.name)
    try:
        theorem = _loaded(entry, catalogue.digest(entry))
    except WnverifyError as error:
        return CheckEvidence(check, Verdict.ERROR.name, str(error))
    return check_theorem(theorem, identifier, check, budget, seed)


@lru_cache(maxsize=256)
def _loaded(entry: catalogue.Entry, _digest: str) -> Theorem:
    """The theorem of a file, kept while the file's text stays the same."""
    return catalogue.load(entry)


def verify(theorem: Theorem, *, budget: str = "quick", seed: int = 0, name: str = "theorem") -> TheoremEvidence:
    """Check one theorem with every check.

    Args:
        theorem: the theorem.
        budget: quick, standard, deep or seconds such as "30s".
        seed: seed of the whole; the same seed gives the same evidence.
        name: its identifier in the evidence; part of the random streams.

    Returns:
        The evidence; `.verdict` and `.reason` sum it up.
    """
    names = checks_of(theorem)
    share = parse_budget(budget).shared(len(names), 1)
    checks = [check_theorem(theorem, name, check, share, seed) for check in names]
    statement = str(theorem.claim)
    return TheoremEvidence(name, name, statement, "", theorem.expect.name, names, checks, theorem.conjecture)
