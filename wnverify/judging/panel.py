"""Panel: several claims about one family, a theorem's mutants say, judged on the same batches."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from wnverify.batch import Batch
from wnverify.judging.judge import Judge, Judgement


@dataclass(frozen=True)
class Panel:
    """Judges of claims about one family.

    A batch keeps what was measured on it, and what the nodes of formulas came to: so a quantity is measured once, a
    hypothesis and a subexpression evaluated once, however many claims they occur in, and a further claim costs what
    is its own.

    Args:
        judges: one for each claim.
    """

    judges: Sequence[Judge]

    def __call__(self, batch: Batch, route: str = "measure") -> list[Judgement]:
        """The judgements of all claims, in their order.

        Args:
            batch: B instances.
            route: as for a judge.

        Raises:
            TheoremFileError: if a side is not a real number on an instance that meets the hypotheses.
        """
        return [judge(batch, route) for judge in self.judges]

    def select(self, chosen: Iterable[int]) -> Panel:
        """The judges at some positions: those of the claims that are not refuted yet."""
        return Panel([self.judges[index] for index in chosen])
