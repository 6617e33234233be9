"""The page of a paper: what it prints and says, and what was found of it."""

from __future__ import annotations

from collections.abc import Mapping

from wnverify.printed import READ, RELATIONS
from wnverify.report.site.environment import rendered
from wnverify.report.told.account import Told
from wnverify.report.told.papers import PaperAccount


def paper_page(paper: PaperAccount, run: Told, pages: Mapping[str, str]) -> bytes:
    """The page of one paper.

    Args:
        paper: what there is to tell.
        run: the whole, of which the foot of the page tells.
        pages: of the theorems, by id, seen from this one.
    """
    used = {row.relation for row in paper.printed}
    return rendered(
        "paper.html",
        told=paper,
        run=run,
        pages=pages,
        read_words=READ,
        relation_words=RELATIONS,
        relations=[word for word in RELATIONS if word in used],
    )
