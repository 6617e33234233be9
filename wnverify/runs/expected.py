"""Expected: how many CPU seconds a check will take, as it did before, or else as such checks do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from wnverify.budget import Budget

HUNDREDTHS = 100.0


@dataclass(frozen=True)
class Expected:
    """What checks are expected to cost.

    Args:
        budget: effort of each check.
        known: CPU seconds by theorem and check, as they were the last time with this budget.
    """

    budget: Budget
    known: Mapping[str, Mapping[str, float]]

    def of(self, identifier: str, planned: Mapping[str, int]) -> dict[str, float]:
        """CPU seconds of every check of a theorem; of a sweep, in its first round.

        Args:
            identifier: of the theorem.
            planned: what each check is thought to cost at the least effort, see `wnverify.checks.check`.

        >>> from wnverify.budget import BUDGETS
        >>> Expected(BUDGETS["standard"], {"a/b": {"sampled": 3.5}}).of("a/b", {"sampled": 20, "mutants": 40})
        {'sampled': 3.5, 'mutants': 4.0}
        """
        turns = 1 if self.budget.sweep else self.budget.rounds
        known = self.known.get(identifier, {})
        return {check: known.get(check, cost * turns / HUNDREDTHS) for check, cost in planned.items()}
