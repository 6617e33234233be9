"""What a budget means: instances and time a theorem, as they were measured here, or elsewhere if nothing is known."""

from __future__ import annotations

from wnverify.budget import Budget
from wnverify.report.forecast import about
from wnverify.report.words import counted, seconds_words
from wnverify.store.effort import Took

ELSEWHERE = Took(512, (0.1, 0.3, 1.4), (16, 300, 5_000), 0.6)
"""The catalogue at the quick budget on a core of 2024, in CPU seconds; another budget does that more often."""
NAMED = ("quick", "standard", "deep")


def each(budget: Budget, found: Took | None, quick: Took | None = None) -> str:
    """What a check and a theorem take.

    Args:
        budget: the effort of each check.
        found: what was measured here with it; None if nothing was.
        quick: what was measured here with the quick budget; None if nothing was.

    >>> from wnverify.budget import BUDGETS
    >>> each(BUDGETS["quick"], None)
    '16 to 5,000 instances a check, 0.1 s to 1.4 s of CPU a theorem (measured elsewhere)'
    """
    took, times = (found, 1) if found else (quick or ELSEWHERE, 1 if budget.sweep else budget.rounds)
    low, _, high = took.instances
    fast, _, slow = took.seconds
    where = "elsewhere" if took is ELSEWHERE else f"here, {counted(took.theorems, 'theorem')}"
    where = f"measured {where}" if times == 1 else f"about {times} times quick, measured {where}"
    time = f"{seconds_words(fast * times)} to {seconds_words(slow * times)} of CPU"
    return f"{low * times:,} to {high * times:,} instances a check, {time} a theorem ({where})"


def whole(budget: Budget, found: Took | None, theorems: int, jobs: int) -> str:
    """What a run takes before anything of it is known; of a budget in rounds, one of them.

    Args:
        budget: of the run.
        found: what was measured here with it; None if nothing was.
        theorems: how many there are.
        jobs: processes.

    >>> from wnverify.budget import BUDGETS
    >>> whole(BUDGETS["standard"], None, 40, 2).partition(": ")[0]
    'standard, 40 theorems in about 2 min on 2 processes'
    """
    times = 1 if found or budget.sweep else budget.rounds
    seconds = (found or ELSEWHERE).mean * times * theorems / min(jobs, theorems or 1)
    round_ = ", a round of " if budget.sweep else ", "
    time = f"{about(seconds)} on {counted(jobs, 'process', 'processes')}"
    return f"{budget.name}{round_}{counted(theorems, 'theorem')} in {time}: {each(budget, found)}"
