"""The adversary against random sampling and Hypothesis: best ratio of the Hessian bound against time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np
from threadpoolctl import threadpool_limits

from wnverify import catalogue
from wnverify.batch import Batch, concatenate
from wnverify.bounds.banerjee2024 import hessian
from wnverify.budget import BUDGETS
from wnverify.claim import Claim, Relation
from wnverify.families.networks.weight_norm import STANDARD, WEIGHT_NORM, hessian_norm, omega, rho
from wnverify.family import Situation
from wnverify.judging.judge import Judge, Judgement
from wnverify.search import plan
from wnverify.search.ascent import climb
from wnverify.search.hunt import hunt
from wnverify.search.hypothesis_route import steer
from wnverify.search.tally import Tally
from wnverify.typed.confined import Confined

DOMAIN = Confined(WEIGHT_NORM, {"omega": Relation(omega, "=", 0.3), "rho": Relation(rho, "=", 1)})
"""ω = 0.3 and ρ₁ = 1 for every searcher; directions, x in its ball and v on its sphere are free."""
CASES = (
    ("tanh", (1, 4, 2)),
    ("tanh", (2, 6, 3)),
    ("identity", (2, 6, 3)),
    ("tanh", (3, 8, 4)),
    ("tanh", (4, 8, 8)),
)
Searcher = Callable[[Tally, Situation, np.random.Generator], None]


@dataclass(frozen=True)
class Outcome:
    """What one searcher reached in one case, and when: `curve` holds (seconds, ratio) at every improvement."""

    case: str
    searcher: str
    best: float
    seconds: float
    instances: int
    curve: list[tuple[float, float]]

    def at(self, seconds: float) -> float:
        """Return the best ratio known after so many seconds."""
        return max((ratio for when, ratio in self.curve if when <= seconds), default=0.0)


@dataclass(frozen=True)
class Death:
    """How a wrong version of the Hessian bound was refuted: the ratio, the situation, the seconds it took."""

    mutant: str
    refuted: bool
    ratio: float
    at: str
    seconds: float


@dataclass
class Timed(Tally):
    """A tally that knows when the best ratio improved."""

    curve: list[tuple[float, float]] = field(default_factory=list)
    begin: float = field(default_factory=time.perf_counter)

    def add(self, batch: Batch, situation: Situation, found: str, route: str = "measure") -> Judgement:
        """Judge a batch, count it, and note the time of an improvement."""
        before = self.best
        judgement = super().add(batch, situation, found, route)
        if self.best is not None and self.best is not before:
            self.curve.append((self.spent, self.best.ratio))
        return judgement

    @property
    def spent(self) -> float:
        """Seconds since the search began."""
        return time.perf_counter() - self.begin


def isotropic(tally: Tally, situation: Situation, rng: np.random.Generator) -> None:
    """Plain random sampling: Gaussian directions, nothing aligned."""
    tally.add(DOMAIN.draw(situation, "gaussian", 200, rng), situation, "isotropic")


def random(tally: Tally, situation: Situation, rng: np.random.Generator) -> None:
    """One batch in every regime of the family."""
    for words, batch in plan.draw(tally.judge.family, situation, 100, rng):
        tally.add(batch, situation, words)


def hypothesis(tally: Tally, situation: Situation, rng: np.random.Generator) -> None:
    """One run of Hypothesis, steered by the ratio."""
    steer(tally, [situation], 40, int(rng.integers(2**32)))


def ascent(tally: Tally, situation: Situation, rng: np.random.Generator) -> None:
    """Starts drawn at random only (no structured instances, to be fair), then gradient ascent."""
    batch = concatenate([batch for _, batch in plan.draw(tally.judge.family, situation, 100, rng)])
    ratio = tally.add(batch, situation, "start", "lower").ratio
    climb(tally, situation, batch.select(np.argsort(-ratio)[:32]), 300)


SEARCHERS: dict[str, Searcher] = {
    "isotropic": isotropic,
    "all regimes": random,
    "Hypothesis": hypothesis,
    "ascent": ascent,
}


def outcomes(seconds: float, seed: int = 0) -> Iterator[Outcome]:
    """Run every searcher in every case for the same time."""
    for activation, (depth, width, inputs) in CASES:
        shape = {"L": depth, "m": width, "d": inputs}
        situation = Situation(shape, {"activation": activation, "scaling": "fan_out"})
        for name, search in SEARCHERS.items():
            tally = _raced(search, situation, seconds, np.random.default_rng(seed))
            best = tally.best.ratio if tally.best else 0.0
            yield Outcome(str(situation), name, best, tally.spent, tally.tried, tally.curve)


def _raced(search: Searcher, situation: Situation, seconds: float, rng: np.random.Generator) -> Timed:
    claim = Claim(hessian_norm, "<=", hessian(), given=STANDARD)
    tally = Timed(Judge(claim, DOMAIN))
    with threadpool_limits(1):
        while tally.spent < seconds:
            search(tally, situation, rng)
    return tally


def mutant_deaths(seed: int = 0) -> Iterator[Death]:
    """Hunt every mutant of the Hessian bound at the quick budget."""
    theorem = catalogue.load("banerjee2024/predictor_hessian")
    for name, claim in theorem.mutant_claims.items():
        begin = time.perf_counter()
        with threadpool_limits(1):
            tally = hunt(theorem, [claim], BUDGETS["quick"], np.random.default_rng(seed))[0]
        best, spent = tally.best, time.perf_counter() - begin
        yield Death(name, tally.violated(), best.ratio if best else 0.0, str(best.situation) if best else "–", spent)
