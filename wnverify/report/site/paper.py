"""The page of a paper: what it prints and says, and what was found of it."""

from __future__ import annotations

from collections.abc import Mapping

from wnverify.report.site.environment import rendered
from wnverify.report.site.mathml import related
from wnverify.report.told.account import Told
from wnverify.report.told.paper import PaperPage


def page_of_paper(paper: PaperPage, run: Told, pages: Mapping[str, str]) -> bytes:
    """The page of one paper.

    Args:
        paper: what there is to tell.
        run: the whole, of which the foot of the page tells.
        pages: of the theorems, by id, seen from this one.
    """
    says = [each.hypothesis.relation for each in paper.conditions]
    known = [each.account.known for each in paper.conditions]
    formulas = [related(found, names) if found else "" for found, names in zip(says, known, strict=True)]
    conditions = list(zip(paper.conditions, formulas, strict=True))
    return rendered("paper.html", told=paper, run=run, pages=pages, conditions=conditions)
