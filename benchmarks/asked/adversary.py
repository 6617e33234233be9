"""Asked of a revision: `adversary.py SECONDS SEED ANSWER` climbs on the Hessian bound at p = 264 for so long.

The seconds are CPU time. L = 4, m = d = 8, tanh, ω = 0.3 and ρ₁ = 1; the starts are drawn at random in every regime.
The best ratio is the one that is known when the time is over, wherever the search is then.
"""

import json
import signal
import sys
from pathlib import Path
from types import FrameType

import numpy as np
from threadpoolctl import threadpool_limits

from wnverify.batch import concatenate
from wnverify.bounds.banerjee2024 import hessian
from wnverify.claim import Claim, Relation
from wnverify.families.networks.weight_norm import STANDARD, WEIGHT_NORM, hessian_norm, omega, rho
from wnverify.family import Situation
from wnverify.judging.judge import Judge
from wnverify.search.ascent import climb
from wnverify.search.tally import Tally
from wnverify.typed.confined import Confined

SITUATION = Situation({"L": 4, "m": 8, "d": 8}, {"activation": "tanh", "scaling": "fan_out"})
DRAWN, STARTS, STEPS = 100, 32, 300


class _Over(BaseException):
    """The time is over."""


def _over(_: int, frame: FrameType | None) -> None:
    raise _Over


def searched(tally: Tally, rng: np.random.Generator) -> None:
    """Climb again and again from the best of what is drawn."""
    family = tally.judge.family
    each = -(-DRAWN // len(family.regimes))
    while True:
        batch = concatenate([family.draw(SITUATION, regime, each, rng) for regime in family.regimes])
        ratio = tally.add(batch, SITUATION, "start", "lower").ratio
        climb(tally, SITUATION, batch.select(np.argsort(-ratio)[:STARTS]), STEPS)


def best(seconds: float, seed: int) -> float:
    """The best ratio after so many seconds."""
    fixed = {"omega": Relation(omega, "=", 0.3), "rho": Relation(rho, "=", 1)}
    tally = Tally(Judge(Claim(hessian_norm, "<=", hessian(), given=STANDARD), Confined(WEIGHT_NORM, fixed)))
    signal.signal(signal.SIGPROF, _over)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        with threadpool_limits(1):
            searched(tally, np.random.default_rng(seed))
    except _Over:
        pass
    return tally.best.ratio if tally.best else 0.0


if __name__ == "__main__":
    Path(sys.argv[3]).write_text(json.dumps(best(float(sys.argv[1]), int(sys.argv[2]))), "utf-8")
