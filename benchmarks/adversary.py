"""The adversary against random sampling and Hypothesis: best ratio of the Hessian bound in equal time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from threadpoolctl import threadpool_limits

from wnverify.batch import concatenate
from wnverify.bounds.banerjee2024 import hessian
from wnverify.claim import Claim, Relation
from wnverify.families.base import Situation
from wnverify.families.weight_norm import STANDARD, WEIGHT_NORM, hessian_norm, omega, rho
from wnverify.judge import Judge
from wnverify.search import plan
from wnverify.search.ascent import climb
from wnverify.search.tally import Tally
from wnverify.steering import Steered
from wnverify.strategies import steer

DOMAIN = Steered(WEIGHT_NORM, {"omega": Relation(omega, "=", 0.3), "rho": Relation(rho, "=", 1)})
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
    """What one searcher reached in one case."""

    case: str
    searcher: str
    best: float
    seconds: float
    instances: int


def isotropic(tally: Tally, situation: Situation, rng: np.random.Generator) -> None:
    """Plain random sampling: Gaussian directions, nothing aligned."""
    tally.add(DOMAIN.draw(situation, "gaussian", 200, rng), situation, "isotropic")


def random(tally: Tally, situation: Situation, rng: np.random.Generator) -> None:
    """One batch in every regime of the family."""
    for words, batch in plan.draw(tally.judge, situation, 100, rng):
        tally.add(batch, situation, words)


def hypothesis(tally: Tally, situation: Situation, rng: np.random.Generator) -> None:
    """One run of Hypothesis, steered by the ratio."""
    steer(tally, [situation], 40, int(rng.integers(2**32)))


def ascent(tally: Tally, situation: Situation, rng: np.random.Generator) -> None:
    """Starts drawn at random only (no structured instances, to be fair), then gradient ascent."""
    batch = concatenate([batch for _, batch in plan.draw(tally.judge, situation, 100, rng)])
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
    claim = Claim(hessian_norm, "<=", hessian(), given=STANDARD)
    for activation, (depth, width, inputs) in CASES:
        shape = {"L": depth, "m": width, "d": inputs}
        situation = Situation(shape, {"activation": activation, "scaling": "fan_out"})
        for name, search in SEARCHERS.items():
            tally, rng = Tally(Judge(claim, DOMAIN)), np.random.default_rng(seed)
            begin = time.perf_counter()
            with threadpool_limits(1):
                while time.perf_counter() - begin < seconds:
                    search(tally, situation, rng)
            spent = time.perf_counter() - begin
            best = tally.best.ratio if tally.best else 0.0
            yield Outcome(str(situation), name, best, spent, tally.tried)
