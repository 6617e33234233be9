"""Rates: repetitions at several settings of the parameters, on which edited probability claims are evaluated at once.

Nothing is simulated anew for an edit. It is refuted where more repetitions of one setting fail than its δ explains:
P[Bin(n, δ) ≥ failures] < level, which says that the Clopper–Pearson lower limit of the failure rate is above δ. The
level of the statistical check is shared (Bonferroni) by all edits, both directions of each, and all settings. The
values of one place are nested, the nearer the weaker, so that they need no share of their own.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
import scipy

from wnverify.arrays import BoolArray, FloatArray
from wnverify.batch import Batch
from wnverify.checks.sharpness.edits import Edit, editable
from wnverify.checks.sharpness.pool import Bench, measured
from wnverify.judging.formula import Values
from wnverify.judging.judge import Judge
from wnverify.search import plan
from wnverify.search.repeat import CONFIDENCE, TRIALS
from wnverify.theorem import Theorem

MOST = 200
"""Settings; more of them would cost memory, and would lower the level of each."""


class Rates:
    """Repetitions of a claim with probability 1 − δ: G settings with n repetitions each."""

    def __init__(self, theorem: Theorem) -> None:
        self.judge = Judge(theorem.claim, theorem.family)
        self.parts = editable(theorem.claim)
        self.repetitions = plan.affordable(TRIALS, theorem.family.cost, 60)
        self.accepted = 0
        self._values: list[Values] = []

    @property
    def settings(self) -> int:
        """G, the number of settings."""
        return len(self._values)

    @property
    def tried(self) -> int:
        """All repetitions."""
        return self.settings * self.repetitions

    @property
    def level(self) -> float:
        """The level of one setting under one edit in one direction."""
        return (1 - CONFIDENCE) / max(1, 2 * len(self.parts.edits) * self.settings)

    @property
    def full(self) -> bool:
        """Whether there are as many settings as edits are evaluated on."""
        return self.settings >= MOST

    def gather(self, batch: Batch) -> None:
        """Take the repetitions of one setting, unless there are enough."""
        if self.full:
            return
        self.accepted += int(self.judge(batch).accepted.sum())
        self._values.append(measured(self.judge, self.parts, batch))

    @cached_property
    def bench(self) -> Bench:
        """The claim on everything gathered, (G, n); what is a parameter everywhere takes (G, 1)."""
        stacked = {name: np.stack([values[name] for values in self._values]) for name in self.parts.names}
        values = {name: _narrow(array) for name, array in stacked.items()}
        with np.errstate(all="ignore"):
            base = self.parts.graph.evaluate(values)
        return Bench(self.judge.claim, self.parts, base, self.judge.claim.tolerance)

    @cached_property
    def beyond(self) -> dict[str, int]:
        """How many repetitions each hypothesis alone keeps out; none by an equation, which is not edited."""
        shape = self.settings, self.repetitions
        met = {name: np.broadcast_to(flags, shape) for name, flags in self.bench.met_before.items()}
        unmet = sum((~flags).astype(int) for flags in met.values())
        return {name: int((~flags & (unmet == 1)).sum()) for name, flags in met.items()}

    def refuted(self, edit: Edit, values: FloatArray) -> BoolArray:
        """At which of k values of a place some setting fails too often, (k,)."""
        admitted, failing, chance = self.bench.edited(edit, values)
        shape = values.size, self.settings, self.repetitions
        count = np.broadcast_to(admitted, shape).sum(axis=2)
        failures = np.broadcast_to(admitted & failing, shape).sum(axis=2)
        allowed = np.broadcast_to(1.0 if chance is None else chance, shape)[:, :, 0]
        return np.asarray(too_many(failures, count, allowed, self.level).any(axis=1))


def _narrow(array: FloatArray) -> FloatArray:
    """(G, 1) for (G, n) with equal columns."""
    return array[:, :1] if (array == array[:, :1]).all() else array


def too_many(failures: FloatArray, count: FloatArray, allowed: FloatArray, level: float) -> BoolArray:
    """Where so many failures have a probability below the level if each repetition fails with the allowed one.

    P[Bin(n, δ) ≥ k] = I_δ(k, n − k + 1), the regularised incomplete beta function.

    >>> too_many(np.array([3, 9, 0]), np.array([10, 10, 10]), np.array([0.2, 0.2, 0.0]), 1e-4).tolist()
    [False, True, False]
    """
    some = np.maximum(failures, 1)
    tail = scipy.special.betainc(some, count - some + 1.0, np.clip(np.nan_to_num(allowed, nan=1.0), 0.0, 1.0))
    return np.asarray((failures > 0) & (tail < level))
