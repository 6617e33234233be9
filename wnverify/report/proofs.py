"""What was decided about a bound, and how: each verdict, and the certificate of what is proved, step by step."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from wnverify.evidence import Item, Subject, TheoremEvidence
from wnverify.report.layout import hanging
from wnverify.report.words import COLOUR, SYMBOL, counted, formula
from wnverify.verdict import Verdict

MOST_LINES, INDENT, LONGEST_NAME = 16, 4, 160
WHOLE = "`wnverify show ID --all` prints them"


def proofs(items: Sequence[Item], width: int, *, whole: bool = False) -> list[Text]:
    """Each claim about the bound with its verdict; below it the certificate, or the reason where there is none.

    Args:
        items: what was decided.
        width: of the terminal.
        whole: every line of a certificate, however many there are.
    """
    return [line for item in items for line in _item(item, width, whole)]


def bound_proofs(evidence: TheoremEvidence, width: int) -> list[Text]:
    """The same of a theorem that was checked, with a head; nothing if nothing was claimed of its bound."""
    items = [item for check in evidence.checks if check.subject is Subject.BOUND for item in check.items]
    return [Text("about the bound", "bold"), *proofs(items, width)] if items else []


def _item(item: Item, width: int, whole: bool) -> list[Text]:
    verdict = item.outcome
    name = formula(item.name)
    name = name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"
    head = Text(f"  {SYMBOL[verdict]} ", COLOUR[verdict])
    lines = hanging(head, f"{name}: {verdict.name.lower()}", width)
    told = item.certificate.splitlines() if verdict is Verdict.PROVED else []
    if not told:
        return [*lines, *hanging(Text(" " * INDENT), item.reason, width, style="dim")]
    kept = told if whole or len(told) <= MOST_LINES else told[: MOST_LINES - 1]
    lines += [line for text in kept for line in _step(text, width)]
    left = len(told) - len(kept)
    more = f"… {counted(left, 'more line')}: {WHOLE}"
    return lines + (hanging(Text(" " * INDENT), more, width, style="dim") if left else [])


def _step(text: str, width: int) -> list[Text]:
    """One line of a certificate; it goes on below itself, a little further in."""
    inner = text.lstrip(" ")
    depth = min(len(text) - len(inner), max(width - 50, 0))
    first, *rest = hanging(Text(" " * (INDENT + depth + 2)), formula(inner), width, style="dim")
    return [Text(first.plain[2:], "dim"), *rest]
