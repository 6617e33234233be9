"""Rate: the verdict on a claim "with probability ≥ 1 − δ" over all settings, each looked at alone and pooled."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import cycle, islice

import numpy as np

from wnverify.evidence import Worst
from wnverify.judging.judge import Judge
from wnverify.judging.opinion import one_sided
from wnverify.search.repeat import CONFIDENCE, Repetition, chance_of, confirm
from wnverify.search.settle import report
from wnverify.theorem import Theorem
from wnverify.verdict import Verdict

LEVEL = 1 - CONFIDENCE
"""Chance of the fresh failures, were the claim true, below which they refute it."""
DOUBT = 1e-3
"""The same below which they leave it undecided."""
SUSPICIOUS = 0.02
"""The same, before anything is repeated, below which settings are looked at again."""
AIM, MOST = 9.0, 8
"""Standard deviations that the fresh repetitions aim at, and how often, at the most, they repeat what was seen."""
PLAIN = math.exp(-(AIM**2) / 2)
"""A chance that amounts to that many standard deviations."""
Pool = list[Repetition]


def pools(found: Sequence[Repetition]) -> Iterator[Pool]:
    """Each setting alone, then those of a regime, those of a situation, and all together."""
    yield from ([each] for each in found)
    for key in ("regime", "situation"):
        groups: dict[str, Pool] = {}
        for each in found:
            groups.setdefault(getattr(each, key), []).append(each)
        yield from groups.values()
    yield list(found)


def most_suspicious(found: Sequence[Repetition]) -> tuple[Pool, float]:
    """The pool whose failures are the least likely, and how likely they are at the most.

    A single setting that alone is bound to be confirmed says more to a reader than any larger pool.
    """
    plain = [each for each in found if each.refutes and chance_of([each]) < PLAIN]
    if plain:
        single = [max(plain, key=lambda each: each.lower - each.allowed)]
        return single, chance_of(single)
    weighed = [(pool, chance_of(pool)) for pool in pools(found)]
    return min(weighed, key=lambda pair: pair[1])


def repeated(judge: Judge, pool: Pool, chance: float, rng: np.random.Generator) -> Pool:
    """Fresh repetitions at the settings of a pool, the worst first; as many as its excess needs to show again."""
    deviations = math.sqrt(-2 * math.log(max(chance, 1e-300)))
    count = math.ceil(len(pool) * min((AIM / deviations) ** 2, MOST))
    worst_first = sorted(pool, key=lambda each: each.allowed - each.failures / each.accepted)
    chosen = islice(cycle(worst_first), count)
    return [confirm(judge, each, each.worst, rng) for each in chosen if each.worst is not None]


def settle_rate(
    theorem: Theorem, found: Sequence[Repetition], rng: np.random.Generator
) -> tuple[Verdict, str, Worst | None]:
    """The verdict over all settings; what looks suspicious is repeated, at its own parameters, before it counts."""
    judge = Judge(theorem.claim, theorem.family)
    met = [each for each in found if each.accepted and each.worst]
    tested = [each for each in met if each.allowed < 1.0]
    if not tested:
        why = "the probability that it promises is 0 at every setting tried, so that it says nothing"
        return Verdict.VACUOUS, why if met else "no repetition met the hypotheses", None
    pool, chance = most_suspicious(tested)
    if chance < SUSPICIOUS:
        return _looked_at_again(judge, tested, pool, chance, rng)
    return Verdict.HELD, _held(tested), _closest(tested)


def _looked_at_again(
    judge: Judge, tested: Pool, pool: Pool, chance: float, rng: np.random.Generator
) -> tuple[Verdict, str, Worst | None]:
    evidence = _closest(pool)
    worst = max((each.worst for each in pool if each.worst), key=lambda each: each.ratio)
    if chance < LEVEL and (mended := one_sided(judge, worst.batch)):
        return Verdict.UNDECIDED, f"{_told(pool)}, but {mended}", evidence
    fresh = [each for each in repeated(judge, pool, chance, rng) if each.accepted]
    again = chance_of(fresh)
    words = f"{_told(pool)}, and {_counts(fresh)} on fresh randomness"
    if again < LEVEL and not one_sided(judge, worst.batch):
        return Verdict.REFUTED, f"{words}{_limit(pool, fresh, again)}", evidence
    if again < DOUBT or chance < LEVEL:
        why = "not confirmed" if again >= DOUBT else "suspicious, but too few to refute it"
        return Verdict.UNDECIDED, f"{words}: {why}", evidence
    doubt = f"the most suspicious settings failed {_counts(fresh)} on fresh randomness"
    return Verdict.HELD, f"{_held(tested)}; {doubt}", _closest(tested)


def _counts(found: Sequence[Repetition]) -> str:
    return f"{sum(each.failures for each in found)} of {sum(each.accepted for each in found)}"


def _told(pool: Pool) -> str:
    """What a pool failed, and what its settings allow."""
    if len(pool) == 1:
        return f"failed {_counts(pool)} at {pool[0].situation}, allowed {pool[0].allowed:g}"
    allowed = sum(each.accepted * each.allowed for each in pool)
    return f"failed {_counts(pool)} over {len(pool)} settings, where {allowed:.6g} are allowed"


def _limit(pool: Pool, fresh: Pool, again: float) -> str:
    """How certain the refutation is."""
    if len(pool) == 1 and pool[0].refutes:
        return f"; Clopper-Pearson lower limit {pool[0].lower:.3g}"
    allowed = sum(each.accepted * each.allowed for each in fresh)
    return f", where {allowed:.6g} are allowed: so many have a chance below {max(again, 1e-300):.0e}"


def _held(tested: Pool) -> str:
    most = max(tested, key=lambda each: each.failures / each.accepted)
    return (
        f"failed {_counts(tested)} repetitions over {len(tested)} settings, compatible with the allowed rates; "
        f"most often {_counts([most])} where {most.allowed:g} is allowed"
    )


def _closest(tested: Iterable[Repetition]) -> Worst:
    return report(max((each.worst for each in tested if each.worst), key=lambda each: each.ratio))
