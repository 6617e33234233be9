"""Steps: every step of a proof is put to the test, so that a false one is located; and what each of them loses.

A step is judged like a claim of its own, on the instances that the other checks of its theorem begin from and along
ascents of its own: what it states, what follows of all that the proof has come to, and that its hypotheses follow
from those of the theorem. A step between expressions in which nothing is measured is decided exactly.

The proof of a claim with a probability is tried on the repetitions of the statistical check. Its sure steps hold on
each of them, and climb from there; of a step with a probability it is counted how often it fails.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from wnverify.arrays import BoolArray, FloatArray
from wnverify.batch import Batch
from wnverify.budget import Budget
from wnverify.checks.check import STARTS, Check
from wnverify.claim import Claim
from wnverify.evidence import CheckEvidence, Number, StepFound, Subject, Worst, held, number
from wnverify.family import Family, Situation
from wnverify.judging.agreement import hollow
from wnverify.judging.judge import Candidate, Judge, Judgement
from wnverify.judging.opinion import NEAR, opinion
from wnverify.quantities import Source
from wnverify.search import plan
from wnverify.search.ascent import climb
from wnverify.search.chances import Chances
from wnverify.search.ground import ground, seed_of, stream
from wnverify.search.ledger import Ledger, ledger
from wnverify.search.lot import Lot
from wnverify.search.repeat import settings_of
from wnverify.search.settle import settle
from wnverify.search.tally import Tally
from wnverify.steps import STRAY, Link
from wnverify.symbolic.admissible import decide_about, says_nothing
from wnverify.symbolic.claims import below
from wnverify.symbolic.kinds import Decision
from wnverify.theorem import Theorem
from wnverify.typed.claim_text import recorded
from wnverify.verdict import Verdict

NAME = "steps"
SITUATIONS = 10
"""Of a round; fewer where they are dear."""
SPOTS, STEPS = 6, 24
"""Starts of an ascent on a step, and how far it goes."""
NOISE = 1e-9
"""Sides of a step smaller than that, beside the bound of the theorem, are not told from rounding by floats alone."""
SAMPLES = 400
"""Points at which a step between expressions is tried before it is decided."""


@dataclass
class _Trial:
    """One statement on which a step rests.

    Args:
        tally: what was seen of it.
        why: what it means where it is broken; empty for what the step itself states.
        promise: how near each situation comes to breaking it.
        suspect: of the violations whose sides are next to nothing beside the bound the one whose sides are largest.
        weight: of its sides, beside the bound.
    """

    tally: Tally
    why: str = ""
    promise: list[tuple[Situation, float]] = field(default_factory=list)
    suspect: Candidate | None = None
    weight: float = -1.0

    def look(self, pool: Lot, situation: Situation, scale: FloatArray) -> None:
        """Judge shared instances, at which the theorem's own bound has that size (B,)."""
        judgement = self.tally.judge(pool.batch)
        noise = (judgement.ratio > judgement.limit) & _hollow(judgement.lhs, judgement.rhs, scale)
        if noise.any():
            self._suspect(judgement, noise, pool, situation, scale)
            judgement = replace(judgement, ratio=np.where(noise, 1.0, judgement.ratio))
        self.tally.count(judgement, pool.batch, situation, pool.found)
        self.promise.append((situation, float(judgement.promise.max())))

    def _suspect(
        self, judgement: Judgement, noise: BoolArray, pool: Lot, situation: Situation, scale: FloatArray
    ) -> None:
        """Keep one of the violations that may be rounding; whether it is one the second route will tell."""
        with np.errstate(all="ignore"):
            weights = np.maximum(np.abs(judgement.lhs), np.abs(judgement.rhs)) / scale
        weights = np.where(noise & judgement.accepted, np.nan_to_num(weights, nan=0.0), -1.0)
        top = int(np.argmax(weights))
        if weights[top] > self.weight:
            words = pool.found if isinstance(pool.found, str) else pool.found(top)
            self.weight, self.suspect = (
                float(weights[top]),
                judgement.candidate(top, pool.batch.one(top), situation, words),
            )

    @property
    def claim(self) -> Claim:
        """The statement."""
        return self.tally.judge.claim

    @property
    def ratio(self) -> float:
        """The largest ratio of its sides; NaN where none was seen."""
        return np.nan if self.tally.best is None else self.tally.best.ratio

    @property
    def outcome(self) -> tuple[Verdict, str, Worst | None]:
        """The verdict, where the statement is broken that of its best instance."""
        return self._settled or (*_not_broken(self.tally), None)

    @property
    def _settled(self) -> tuple[Verdict, str, Worst | None] | None:
        """The verdict where the statement is broken, and what may be rounding is not; None where it is not broken."""
        tally = self.tally
        if not (tally.violated() or self._attained()):
            if self.suspect is None or not _confirmed(tally.judge, self.suspect.batch):
                return None
            tally = Tally(tally.judge, tried=1, accepted=1, best=self.suspect)
        found = settle(tally)
        broken = found[0] is Verdict.REFUTED or (tally is self.tally and found[0] is not Verdict.HELD)
        return found if broken else None

    def _attained(self) -> bool:
        """Whether a strict inequality is attained, or nearly."""
        best = self.tally.best
        return self.tally.judge.claim.main.is_strict and best is not None and best.ratio > 1 - NEAR

    def climb(self, pools: Sequence[Lot], bound: Judge) -> None:
        """A modest ascent from the most promising situation; one that ends in rounding is forgotten."""
        judge = self.tally.judge
        if self.tally.violated() or judge.claim.relation == "=":
            return
        found, before = _begin(judge, pools, self.promise[-len(pools) :], SPOTS), self.tally.best
        if found is None:
            return
        climb(self.tally, found[1], found[0], plan.affordable(STEPS, judge.family.cost, 3))
        if self.tally.violated() and (best := self.tally.best) is not None:
            sides = np.array([best.lhs]), np.array([best.rhs])
            if _hollow(*sides, np.abs(bound(best.batch).rhs)).all():
                self.tally.dismiss()
                self.tally.best = before


def _confirmed(judge: Judge, one: Batch) -> bool:
    """Whether a violation that may be rounding is one by the second route too; that is asked last, for it is dear."""
    return not hollow(judge, one)[0] and opinion(judge, one).refutes


def _hollow(lhs: FloatArray, rhs: FloatArray, scale: FloatArray) -> BoolArray:
    """Where both sides are next to nothing beside the bound of the theorem: their ratio is one of rounding errors."""
    return np.asarray(np.maximum(np.abs(lhs), np.abs(rhs)) <= NOISE * scale)


def _begin(
    judge: Judge, pools: Sequence[Lot], promise: Sequence[tuple[Situation, float]], count: int
) -> tuple[Batch, Situation] | None:
    """The best instances of the most promising situation; None where nothing is admissible anywhere."""
    best = plan.by_turns(promise, 1)[0]
    begin = pools[best].best(judge(pools[best].batch).promise, count)
    return None if begin is None else (begin, promise[best][0])


@dataclass
class _Tried:
    """A step, and the statements on which it rests."""

    link: Link
    trials: list[_Trial | Chances]
    decided: Decision | None = None

    @property
    def outcome(self) -> tuple[Verdict, str, Worst | None, Claim | None]:
        """Verdict, reason, and what breaks which claim."""
        for trial in self.trials:
            verdict, reason, worst = trial.outcome
            if verdict not in (Verdict.HELD, Verdict.VACUOUS):
                words = f"{trial.why}: {reason}" if trial.why else reason
                return verdict, words, worst, trial.claim
        if self.decided is not None and self.decided.verdict in (Verdict.PROVED, Verdict.REFUTED):
            return self.decided.verdict, f"{self.decided.reason}{_point(self.decided)}", None, None
        return *self.trials[0].outcome[:2], None, None

    @property
    def ratio(self) -> Number:
        """The largest ratio of the sides of what the step states."""
        return number(self.trials[0].ratio)


def _point(decision: Decision) -> str:
    return "".join(f" {name} = {value}" for name, value in (decision.witness or {}).items())


def _not_broken(tally: Tally) -> tuple[Verdict, str]:
    if tally.best is None or tally.trivial == tally.accepted:
        return Verdict.VACUOUS, "no instance put it to the test"
    exact = tally.judge.claim.relation == "="
    return Verdict.HELD, held(tally.accepted, tally.best.ratio, str(tally.best.situation), exact=exact)


def check(theorem: Theorem, budget: Budget, rng: np.random.Generator) -> CheckEvidence:
    """Look at shared instances and climb from the best of them, step by step."""
    tried = [_tried(link, theorem, rng) for link in theorem.proof]
    book, looked = ledger(theorem), 0
    trials = [trial for each in tried for trial in each.trials]
    sure, likely = _parted(trials)
    for turn in budget.pace():
        pools = []
        for situation, pool in _begun(theorem, book, budget, (seed_of(rng), turn)):
            scale = book.look(pool, situation)
            for trial in sure:
                trial.look(pool, situation, scale)
            for chances in likely:
                chances.look(pool, situation)
            pool.release()
            pools.append(pool)
            looked += pool.batch.size
        if pools:
            _climbs(book, sure, pools)
    return _conclude(tried, book, seed_of(rng), looked)


def _parted(trials: Sequence[_Trial | Chances]) -> tuple[list[_Trial], list[Chances]]:
    """What holds surely, and what may fail."""
    return [each for each in trials if isinstance(each, _Trial)], [
        each for each in trials if isinstance(each, Chances)
    ]


def _begun(theorem: Theorem, book: Ledger, budget: Budget, which: tuple[int, int]) -> Iterator[tuple[Situation, Lot]]:
    """The instances of one round, which is told by the seed of the run and its turn."""
    family, (seed, turn) = theorem.family, which
    order, count = stream(family, seed, "steps", turn), plan.affordable(SITUATIONS, family.cost, 4)
    if not theorem.is_probabilistic:
        for situation in plan.spread(plan.within(theorem, budget), count, order, turn):
            yield situation, book.worth(ground(family, situation, seed, turn))
        return
    telling = book.telling()
    for situation in plan.spread(telling, count, order, turn) if telling else ():
        for regime in family.regimes:
            yield situation, settings_of(family, situation, regime, which)


def _climbs(book: Ledger, trials: Sequence[_Trial], pools: Sequence[Lot]) -> None:
    """To where the bound itself is nearest, and to where each step is."""
    begin = _begin(book.tally.judge, pools, book.promise[-len(pools) :], SPOTS)
    if begin is not None:
        book.climb(*begin)
    for trial in trials:
        if trial.why != STRAY:  # a whole that falls in its part is broken wherever the part is not at its bound
            trial.climb(pools, book.tally.judge)


def _tried(link: Link, theorem: Theorem, rng: np.random.Generator) -> _Tried:
    """A step with the statements on which it rests, the same one but once."""
    trials: list[_Trial | Chances] = [
        _Trial(Tally(Judge(claim, theorem.family)), why)
        if claim.probability is None
        else Chances(theorem.with_claim(claim), rng, why)
        for claim, why in link.obligations(theorem.claim)
    ]
    return _Tried(link, trials, _decided(link, theorem.family, rng))


def _decided(link: Link, family: Family, rng: np.random.Generator) -> Decision | None:
    """What the exact deciders say of expressions in which nothing is measured; of an equation both ways."""
    claim = link.claim
    if any(family.comes_from(symbol.name, Source.MEASURED) for symbol in claim.main.free_symbols):
        return None
    ends = claim.main.oriented(claim.lhs, claim.rhs)
    both = [ends, ends[::-1]] if claim.relation == "=" else [ends]
    found = [
        decide_about(below(large), Claim(large, "<=", small, claim.given), rng, SAMPLES) for small, large in both
    ]
    worst = max(found, key=lambda each: (each.verdict is Verdict.REFUTED, each.verdict is not Verdict.PROVED))
    weak = claim.main.is_strict and worst.verdict is Verdict.PROVED and not says_nothing(claim)
    return None if weak else worst  # what is decided is ≤, which says nothing of where both sides may be equal


# ---- what was found


def _conclude(tried: Sequence[_Tried], book: Ledger, seed: int, looked: int) -> CheckEvidence:
    ladder = {} if book.tally.best is None else book.ladder(seed)
    rows = zip(tried, book.nearest(), book.typical(), _by_step(ladder, len(tried)), strict=True)
    steps = [_found(each, loss, typical, grown) for each, loss, typical, grown in rows]
    verdict, reason = _of_steps(steps)
    return CheckEvidence(NAME, verdict.name, reason, tried=looked, accepted=book.tally.accepted, steps=steps)


def _by_step(
    ladder: dict[str, list[tuple[int, list[float]]]], count: int
) -> Iterator[dict[str, list[tuple[int, Number]]]]:
    for step in range(count):
        yield {name: [(size, number(losses[step])) for size, losses in rungs] for name, rungs in ladder.items()}


def _found(tried: _Tried, loss: Number, typical: Number, grown: dict[str, list[tuple[int, Number]]]) -> StepFound:
    verdict, reason, worst, claim = tried.outcome
    refuted = verdict is Verdict.REFUTED and claim is not None
    link = tried.link
    return StepFound(
        link.name, link.claim.sentence, link.reason, verdict.name, reason, tried.ratio,
        worst if refuted else None, recorded(claim) if refuted and claim is not None else None, loss, typical, grown,
    )  # fmt: skip


def _of_steps(steps: Sequence[StepFound]) -> tuple[Verdict, str]:
    """A false step makes the proof a flawed one; what could not be decided leaves it undecided."""
    broken = [step for step in steps if step.outcome is Verdict.REFUTED]
    if broken:
        names = " and ".join(step.name for step in broken)
        verb = "do" if len(broken) > 1 else "does"
        located = f"no instance breaks the theorem, but {names} of its proof {verb} not hold"
        return Verdict.FLAWED, f"{located}: {broken[0].reason}"
    for verdict in (Verdict.ERROR, Verdict.UNDECIDED):
        open_ = [step for step in steps if step.outcome is verdict]
        if open_:
            return verdict, f"{open_[0].name} of the proof: {open_[0].reason}"
    tested = sum(step.outcome is not Verdict.VACUOUS for step in steps)
    if not tested:
        return Verdict.VACUOUS, "no instance put a step of the proof to the test"
    told = f"no violation of the {len(steps)} steps of the proof"
    return Verdict.HELD, told if tested == len(steps) else f"{told}, of which {tested} were put to the test"


def proved(theorem: Theorem) -> bool:
    """Scope: theorems that bring a proof."""
    return bool(theorem.steps)


CHECK = Check(name=NAME, order=85, cost=30, subject=Subject.PROOF, scope=proved, run=check, shared=STARTS)
