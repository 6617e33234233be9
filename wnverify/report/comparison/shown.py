"""Two runs side by side, as text for a terminal and as one page of HTML."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from rich.text import Text

from wnverify.beside import shortened
from wnverify.evidence import Record, ShapeProof, TheoremEvidence
from wnverify.report.comparison.compared import Compared, Pair, Side, weaker
from wnverify.report.layout import Column, field, paragraph, table
from wnverify.report.proved import HEAD, words
from wnverify.report.site.environment import rendered
from wnverify.report.words import counted, ratio_words, seconds_words, verdict_words

Cells = Callable[[Side], str]
LOST, WEAKER = "no longer proved", "weaker"
BAD = ("worse", "the bound is broken", "fewer", LOST, WEAKER)
"""Remarks that tell of a loss."""


def comparison(found: Compared, width: int) -> list[Text]:
    """What changed, within the width; the last line says whether a verdict got worse, or a proof is gone."""
    lines: list[Text] = []
    for head, rows in sections(found):
        lines += [Text(head, "bold"), *_table(rows, width), Text("")]
    for label, text in facts(found):
        lines += field(label, text, width, indent=0)
    word, style = verdict(found)
    return [*lines, *paragraph(word, width, style=style)]


def sections(found: Compared) -> Iterator[tuple[str, list[tuple[str, str, str, str]]]]:
    """What there is to see, under its head: theorem, before, after, remark; sections with nothing are left out."""
    made = {
        "Verdicts changed": [
            _row(pair, _verdict, "worse" if pair.worse else "better" if pair.after.rank > pair.before.rank else "")
            for pair in found.changed
        ],
        HEAD: [_proof_row(pair, *proofs) for pair in found.proofs for proofs in pair.proofs],
        f"Worst ratios moved by more than {found.tolerance:.3g} of themselves": [
            _row(pair, _ratio, "the bound is broken" if _breaks(pair) else "") for pair in found.moved
        ],
        "Mutants refuted": [_row(pair, _mutants, _fewer(pair)) for pair in found.mutants],
        "Texts": [_row(pair, _digest, pair.text) for pair in found.texts],
        "No longer read": [(name, "", "", why) for name, why in found.lost.items()],
        "Only in the first run": [(each.id, _word(each), "", "") for each in found.gone],
        "Only in the second run": [(each.id, "", _word(each), "") for each in found.new],
    }  # fmt: skip
    yield from ((head, rows) for head, rows in made.items() if rows)


def facts(found: Compared) -> Iterator[tuple[str, str]]:
    """Both runs in a line each, and their effort on the theorems of both."""
    efforts = {name: (tried, seconds) for name, tried, seconds in found.effort()}
    for name, record in (("before", found.before), ("after", found.after)):
        tried, seconds = efforts[name]
        spent = f", {seconds_words(seconds)} CPU" if seconds is not None else ""
        yield name, f"{_run(record)}; of theorems in both: {tried:,} instances{spent}"
    yield "in both", counted(len(found.pairs), "theorem")


def verdict(found: Compared) -> tuple[str, str]:
    """The last line, and its colour."""
    worse = f"{counted(found.worse, 'verdict')} got worse" if found.worse else ""
    lost = f"{counted(found.unproved, 'theorem')} lost a proof" if found.unproved else ""
    if worse or lost:
        return f"{' and '.join(filter(None, [worse, lost]))}.", "bold red"
    if not found.pairs:
        return "No theorem is in both runs: nothing was compared.", "yellow"
    return "No verdict got worse.", "green"


def comparison_page(found: Compared) -> bytes:
    """The same as one page of HTML that asks for nothing."""
    word, _ = verdict(found)
    bad = found.worse + found.unproved
    return rendered(
        "compare.html", sections=list(sections(found)), facts=list(facts(found)), word=word, bad=bad, losses=BAD
    )


def _table(rows: Sequence[tuple[str, str, str, str]], width: int) -> list[Text]:
    names, before, after, remarks = zip(*rows, strict=True)
    style = {**dict.fromkeys(BAD, "bold red"), "better": "green"}
    return table(
        [
            Column("theorem", [Text(name, "cyan") for name in names]),
            Column("before", [Text(cell) for cell in before]),
            Column("after", [Text(cell) for cell in after]),
            Column("", [Text(cell, style.get(cell, "dim")) for cell in remarks]),
        ],
        width,
    )


def _row(pair: Pair, cell: Cells, remark: str) -> tuple[str, str, str, str]:
    return pair.id, cell(pair.before), cell(pair.after), remark


def _proof_row(pair: Pair, before: ShapeProof | None, after: ShapeProof | None) -> tuple[str, str, str, str]:
    lost = (LOST if after is None else WEAKER) if weaker(before, after) else ""
    return pair.id, words(before) if before else "", words(after) if after else "", lost


def _digest(side: Side) -> str:
    return shortened(side.evidence.digest)


def _verdict(side: Side) -> str:
    return _word(side.evidence)


def _word(evidence: TheoremEvidence) -> str:
    return verdict_words(evidence)[0]


def _ratio(side: Side) -> str:
    return ratio_words(side.ratio)


def _mutants(side: Side) -> str:
    return "{} of {}".format(*side.mutants)


def _fewer(pair: Pair) -> str:
    return "fewer" if pair.after.mutants[0] < pair.before.mutants[0] else ""


def _breaks(pair: Pair) -> bool:
    """Whether the second run has a ratio above 1 that the first had not; of a control that is as it should be."""
    old, new = pair.before.ratio, pair.after.ratio
    return not pair.after.evidence.is_control and new is not None and float(new) > 1 >= float(old or 0)


def _run(record: Record) -> str:
    stopped = ", interrupted" if record.interrupted else ""
    return f"wnverify {record.wnverify}, budget {record.budget}, seed {record.seed}{stopped}"
