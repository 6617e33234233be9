"""One theorem: the checks that apply to it, each with a random stream of its own and one BLAS thread."""

from __future__ import annotations

import hashlib
import pkgutil
import sys
import traceback
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from importlib import import_module
from itertools import count
from pathlib import Path
from types import MappingProxyType

import numpy as np
from msgspec import structs
from threadpoolctl import ThreadpoolController

import wnverify.checks as package
from wnverify.budget import Budget, parse_budget, parse_seed
from wnverify.catalogue import Loaded
from wnverify.checks.check import Check
from wnverify.collecting import loaded
from wnverify.engine.memory import keep_freed_memory
from wnverify.errors import UsageError, WnverifyError, expected
from wnverify.evidence import CheckEvidence, Subject, TheoremEvidence
from wnverify.report.notebook.bar import Tell, bar
from wnverify.rounds import Course
from wnverify.runs.sweep import Sweep
from wnverify.stopping import staying
from wnverify.theorem import Theorem
from wnverify.typed.claim_text import recorded
from wnverify.verdict import Verdict


def _declared() -> Iterator[Check]:
    """Every `CHECK` of the modules in `wnverify.checks` and its folders."""
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        found = vars(import_module(module.name)).get("CHECK")
        if found is not None:
            yield found


CHECKS: Mapping[str, Check] = MappingProxyType(
    {check.name: check for check in sorted(_declared(), key=lambda check: check.order)}
)
"""Every check by name, in the order in which evidence is told."""


def planned(theorem: Theorem) -> list[str]:
    """The names of the checks that apply to a theorem, in order."""
    return [name for name, check in CHECKS.items() if check.scope(theorem)]


def once(names: Iterable[str]) -> list[str]:
    """The checks that draw no instances: another round would find the same, so they are a part of the first only."""
    return [name for name in names if CHECKS[name].subject is Subject.BOUND]


def unchecked(read: Loaded) -> TheoremEvidence:
    """The evidence of a theorem before any check: what it says, and what is planned."""
    header = read.header
    found = _unchecked(read.theorem, read.entry.id, header.title, read.digest)
    printed, difference = str(header.printed or ""), str(header.difference or "")
    return structs.replace(found, label=header.label, printed=printed, relation=difference)


def _unchecked(theorem: Theorem, identifier: str, title: str, digest: str) -> TheoremEvidence:
    return TheoremEvidence(
        id=identifier,
        title=title,
        statement=theorem.claim.sentence,
        claim=recorded(theorem.claim),
        digest=digest,
        expected=theorem.expect.name,
        planned=planned(theorem),
        checks=[],
        conjecture=theorem.conjecture,
        corollary_of=list(theorem.corollary_of),
    )


def stream(seed: int, identifier: str, check: str) -> np.random.Generator:
    """The random stream of one check of one theorem; it depends on nothing else, so shards may run anywhere."""
    name = hashlib.sha256(f"{identifier}::{check}".encode()).digest()
    return np.random.default_rng([seed, *np.frombuffer(name[:16], dtype=np.uint32).tolist()])


def carry_out(check: str, theorem: Theorem, identifier: str, budget: Budget, seed: int) -> CheckEvidence:
    """Run one check of a theorem; what goes wrong inside becomes an ERROR with the reason, never a pass."""
    loaded()
    keep_freed_memory()
    try:
        with _blas(len(sys.modules)).limit(limits=1), staying():
            found = CHECKS[check].run(theorem, budget, stream(budget.seed(seed), identifier, check))
    except WnverifyError as error:
        return failed(check, str(error))
    except (Exception, SystemExit) as error:  # a bug of a theorem file or of ours: it must not end the run, nor pass
        where = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{Path(where.filename).name}:{where.lineno}"
        return failed(check, f"the check stopped with {type(error).__name__}: {error} ({place})")
    return _stamped(check, found)


@lru_cache(maxsize=1)
def _blas(modules: int) -> ThreadpoolController:
    """The BLAS libraries of this process; to look for them takes as long as a small check.

    Args:
        modules: how many modules are loaded; with another one there may be another library.
    """
    return ThreadpoolController()


def failed(check: str, reason: str) -> CheckEvidence:
    """The evidence of a check that could not be carried out."""
    return _stamped(check, CheckEvidence(check, Verdict.ERROR.name, reason))


def undecided(check: str, reason: str) -> CheckEvidence:
    """The evidence of a check that was not finished."""
    return _stamped(check, CheckEvidence(check, Verdict.UNDECIDED.name, reason))


def _stamped(check: str, found: CheckEvidence) -> CheckEvidence:
    """The evidence with what the check says of itself."""
    declared = CHECKS[check]
    says = {"subject": declared.subject, "independent": declared.independent, "shared": declared.shared}
    return structs.replace(found, check=check, **says)


def verify(theorem: Theorem, *, budget: str = "quick", seed: int = 0, name: str = "") -> TheoremEvidence:
    """Check one theorem with every check.

    Args:
        theorem: the theorem; one that `load` read is checked exactly as `wnverify check` checks its file.
        budget: quick, standard, deep, a time such as "30s", or rounds such as "12r".
        seed: seed of the whole; the same seed gives the same evidence.
        name: its identifier in the evidence, part of the random streams; by default the theorem's own.

    Returns:
        The evidence; `.verdict` and `.reason` sum it up.

    Raises:
        UsageError: if an argument is not of its type, or no seed or budget.
    """
    if not isinstance(theorem, Theorem):
        raise UsageError(expected("a Theorem", repr(theorem)[:80], "read a file with wnverify.load(...)"))
    seed, effort = parse_seed(seed), parse_budget(budget)
    identifier = name or theorem.name or "theorem"
    before = _unchecked(theorem, identifier, identifier, "")
    with bar(f"{identifier}: the checks begin") as tell:
        if effort.sweep:
            return _swept(theorem, before, effort, seed, tell)
        checks = []
        for place, check in enumerate(before.planned):
            tell(place / len(before.planned), f"{identifier}: {check}")
            checks.append(carry_out(check, theorem, identifier, effort, seed))
    return structs.replace(before, checks=checks)


def _swept(theorem: Theorem, before: TheoremEvidence, effort: Budget, seed: int, tell: Tell) -> TheoremEvidence:
    """Round after round, as long as the budget lasts."""
    course, sweep = Course(before, once(before.planned)), Sweep(effort)
    for number in count(1):
        if course.ended or not sweep.goes_on(number):
            break
        tell(sweep.share(number), f"{before.id}: round {number}")
        for check in course.missing(number):
            course.note(number, (carry_out(check, theorem, before.id, effort.of_round(number), seed), 0.0))
    return course.evidence
