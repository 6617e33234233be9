"""History: the states in which a theorem was checked, each with its evidence, in the order of time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from fnmatch import fnmatchcase
from types import MappingProxyType

from msgspec import structs

from wnverify.budget import effort_name, round_number
from wnverify.errors import UsageError, expected
from wnverify.evidence import TheoremEvidence
from wnverify.rounds import Course
from wnverify.store.database import Database, Row
from wnverify.store.surroundings import Surroundings
from wnverify.store.unit import READ, outcome_from_text, reading_from_text

LONGEST_WORD = 60


@dataclass(frozen=True)
class State:
    """A theorem as it was checked with one text, in one state of the package, at one budget, from one seed.

    Args:
        evidence: what is kept of it; perhaps not of all checks that are planned.
        around: digest of the surroundings.
        wnverify: version of the package.
        budget: its name.
        seed: of the run.
        seconds: CPU time of its checks.
        written: when the last of them was finished, in UTC.
        hosts: where.
        times: CPU seconds by check.
    """

    evidence: TheoremEvidence
    around: str
    wnverify: str
    budget: str
    seed: str
    seconds: float
    written: str
    hosts: tuple[str, ...]
    times: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))


def matching(database: Database, words: Sequence[str]) -> list[str]:
    """The theorems of a store that words name: ids, stems, folders or globs; all of them if there is no word.

    Raises:
        UsageError: if a word names none.
    """
    known = sorted({row.theorem for row in database.heads() if row.unit != READ})
    found: dict[str, None] = {}
    for word in words:
        named = [name for name in known if means(word, name)]
        if not named:
            near = get_close_matches(word, known, n=3, cutoff=0.5)
            remedy = f"did you mean {' or '.join(near)}?" if near else "check it first"
            raise UsageError(expected("a theorem that is kept", repr(word)[:LONGEST_WORD], remedy))
        found |= dict.fromkeys(named)
    return list(found) if words else known


def means(word: str, name: str) -> bool:
    """Whether a word names a theorem: its id, its stem, its folder, or a glob.

    >>> means("paper", "paper/one"), means("one", "paper/one"), means("*/t*", "paper/one")
    (True, True, False)
    """
    folder, _, stem = name.rpartition("/")
    return word in (name, folder, stem) or fnmatchcase(name, word)


def states(database: Database, theorem: str) -> list[State]:
    """The states of a theorem, the oldest first."""
    rows = list(database.rows("theorem = ?", [theorem]))
    before = {(row.digest, row.around): row for row in rows if row.unit == READ}
    around = database.surroundings()
    groups: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row in rows:
        if row.unit != READ and (row.digest, row.around) in before:
            groups[row.digest, row.around, effort_name(row.budget), row.seed].append(row)
    found = [_state(before[key[0], key[1]], group, around) for key, group in groups.items()]
    return sorted(found, key=lambda state: state.written)


def _state(read: Row, rows: Sequence[Row], around: Mapping[str, Surroundings]) -> State:
    reading = reading_from_text(read.result)
    if reading.before is None:
        raise UsageError(expected("a theorem that was read", read.theorem))
    return State(
        evidence=_evidence(reading.before, reading.once, rows),
        around=read.around,
        wnverify=around[read.around].wnverify if read.around in around else "",
        budget=effort_name(rows[0].budget),
        seed=rows[0].seed,
        seconds=sum(row.seconds for row in rows),
        written=max(row.written for row in rows),
        hosts=tuple(sorted({row.host for row in rows})),
        times=_times(rows),
    )


def _times(rows: Sequence[Row]) -> dict[str, float]:
    found: dict[str, float] = defaultdict(float)
    for row in rows:
        found[row.unit] += row.seconds
    return dict(found)


def _evidence(before: TheoremEvidence, once: Sequence[str], rows: Sequence[Row]) -> TheoremEvidence:
    """What the checks found; of rounds, all that are finished, added up."""
    found = [(round_number(row.budget), outcome_from_text(row.result)) for row in rows]
    if any(number for number, _ in found):
        course = Course(before, once)
        for number, outcome in found:
            course.note(number, outcome)
        return course.evidence
    known = {evidence.check: evidence for _, (evidence, _) in found}
    return structs.replace(before, checks=[known[check] for check in before.planned if check in known])


def prunable(heads: Sequence[Row], keep: int, since: str = "") -> list[str]:
    """The keys of rows that can go: the newest states of every theorem at each budget and seed stay.

    Args:
        heads: all rows; results are not asked for.
        keep: how many states stay.
        since: a time in UTC; what was last added to before goes anyway.
    """
    groups: dict[tuple[str, ...], dict[tuple[str, str], list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in heads:
        if row.unit != READ:
            groups[row.theorem, effort_name(row.budget), row.seed][row.digest, row.around].append(row)
    stay: set[tuple[str, str, str]] = set()
    gone: list[str] = []
    for (theorem, *_), group in groups.items():
        last = {state: max(row.written for row in rows) for state, rows in group.items()}
        newest = sorted(group, key=lambda state: last[state], reverse=True)
        kept = {state for state in newest[:keep] if last[state] >= since}
        stay |= {(theorem, *state) for state in kept}
        gone += [row.key for state, rows in group.items() if state not in kept for row in rows]
    read = [row for row in heads if row.unit == READ]
    return gone + [row.key for row in read if (row.theorem, row.digest, row.around) not in stay]
