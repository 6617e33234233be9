"""How a conjecture stands: it is judged by what its best instance looks like, so that is what a reader gets."""

from __future__ import annotations

from rich.text import Text

from wnverify.batch import from_data
from wnverify.errors import UsageError
from wnverify.evidence import TheoremEvidence, Worst
from wnverify.report.layout import field
from wnverify.report.words import ratio_words


def conjecture(evidence: TheoremEvidence, width: int) -> list[Text]:
    """The best ratio found, by how much it falls short, and the instance in words."""
    worst = evidence.worst
    if worst is None:
        return []
    short = 1.0 - float(worst.ratio)
    lines = [Text.assemble(("◇ conjecture  ", "cyan"), (evidence.id, "bold"))]
    lines += field("best found", f"{ratio_words(worst.ratio)} of the bound, short of it by {short:.1e}", width)
    lines += field("situation", worst.situation, width)
    return lines + [line for label, text in _portrait(worst) for line in field(label, text, width)]


def _portrait(worst: Worst) -> list[tuple[str, str]]:
    """What the instance's family says of it; nothing if this program knows no such family."""
    from wnverify.typed.vocabulary import family_named

    try:
        family = family_named(str(worst.instance.get("family")))
    except UsageError:
        return []
    return family.portrait(from_data(worst.instance))
