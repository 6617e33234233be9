"""Pool: hard instances kept together, on which edited versions of a bound are evaluated at once."""

from __future__ import annotations

import numpy as np
import sympy

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.judge import Function, Judge, function, oriented_ratio
from wnverify.search.edits import Edit, variable
from wnverify.search.tally import Tally
from wnverify.theorem import Theorem


class Pool:
    """Admissible instances, and the theorem's bound with a parameter in every place that may be edited."""

    def __init__(self, theorem: Theorem) -> None:
        self.judge = Judge(theorem.claim, theorem.family)
        self.tally = Tally(self.judge)
        self.bound, self.edits = variable(theorem.claim.rhs)
        self.batches: list[Batch] = []
        self._compiled: dict[str, tuple[list[str], Function]] = {}

    @property
    def limit(self) -> float:
        """The ratio above which an edited bound counts as refuted; rounding is no reason."""
        return 1.0 + max(1e-9, 10 * self.judge.claim.tolerance)

    def add(self, batch: Batch) -> None:
        """Keep the admissible instances of a batch."""
        judgement = self.judge(batch)
        if judgement.accepted.any():
            self.batches.append(batch.select(np.flatnonzero(judgement.accepted)))

    def worst_ratio(self, edit: Edit, value: float) -> float:
        """The largest ratio over the pool when the edited place has this value; 0 for an empty pool."""
        worst = 0.0
        for batch in self.batches:
            ratio = self._ratio(batch, edit, value)
            worst = max(worst, float(np.nanmax(ratio, initial=0.0)))
        return worst

    def _ratio(self, batch: Batch, edit: Edit, value: float) -> FloatArray:
        names, evaluate = self._function(batch)
        parameters = {each.parameter.name: np.full(batch.size, each.unchanged) for each in self.edits}
        parameters[edit.parameter.name] = np.full(batch.size, value)
        with np.errstate(all="ignore"):
            edited = evaluate({**self.judge.measured(names, batch), **parameters})
            lhs = batch.memo("lhs of the pool", lambda: self.judge(batch).lhs)
            return oriented_ratio(self.judge.claim, lhs, edited)

    def _function(self, batch: Batch) -> tuple[list[str], Function]:
        rescaling = self.judge.family.rescaling(batch.settings)
        key = str(rescaling)
        if key not in self._compiled:
            new = {symbol: sympy.sympify(value) for symbol, value in rescaling.items()}
            bound = self.bound.subs(new, simultaneous=True)
            own = {edit.parameter for edit in self.edits}
            names = sorted(symbol.name for symbol in bound.free_symbols - own)
            self._compiled[key] = names, function(bound)
        return self._compiled[key]
