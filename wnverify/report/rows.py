"""Rows: the table of results, a line a theorem, all at once or each as it is found."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from rich.text import Text

from wnverify.beside import of_text
from wnverify.evidence import Event, Record, ShapeProof, TheoremEvidence
from wnverify.report.findings import mutants_of, survivors, tried, unfinished
from wnverify.report.layout import Column, Fitted, fitted, table
from wnverify.report.proved import marked
from wnverify.report.words import bar, ratio_words, seconds_words, verdict_words

LONE = "files"
FOLD = 14
"""So many cells are enough for the name of a theorem, which then goes on below itself."""
BROADEST: Mapping[str, str] = {"control": "✗ refuted as planned", "conjecture": "◇ conjecture, not refuted"}
"""The broadest verdict that is expected of a label."""
USUAL = ("? undecided", "1+1.0e-05", "━" * 10, "1,000,000", "10/10", "99.9 s")
"""As broad as a cell of each column usually is; a row with a broader one is told in words if it does not fit."""


def paper_of(identifier: str) -> str:
    """The heading under which a theorem stands."""
    return identifier.rpartition("/")[0] or LONE


def tables(record: Record, width: int, *, bars: bool = True, worst_first: bool = False) -> list[Text]:
    """One table a paper; or a single one, with what needs a look before what came closest to being broken.

    Args:
        record: the run.
        width: of the page.
        bars: whether to draw how much of each bound is used.
        worst_first: whether to make one table of all papers.
    """
    lines: list[Text] = []
    for paper, group in [("", sorted(record.theorems, key=_urgency))] if worst_first else _by_paper(record):
        cells = [_cells(_row(record, each), bars=bars, whole=worst_first) for each in group]
        lines += [Text(""), *([Text(paper, "bold")] if paper else [])]
        lines += table(_headed(list(zip(*cells, strict=True))), width) if cells else []
    return lines[1:]


def _by_paper(record: Record) -> list[tuple[str, list[TheoremEvidence]]]:
    return [(paper, list(group)) for paper, group in groupby(record.theorems, key=lambda each: paper_of(each.id))]


def _seconds(record: Record, evidence: TheoremEvidence) -> float | None:
    times = record.times.get(evidence.id)
    return None if times is None else sum(times.values())


def _urgency(evidence: TheoremEvidence) -> tuple[bool, bool, float]:
    """What is not as it should be comes first, and controls last; of the others the largest ratio first."""
    ratio = float(evidence.worst.ratio) if evidence.worst else 0.0
    return evidence.as_expected and not survivors(evidence), evidence.is_control, -ratio


def _headed(cells: Sequence[Sequence[Text]]) -> list[Column]:
    """The columns of these cells."""
    names, verdicts, ratios, bars, instances, mutants, times = cells
    return [
        Column("theorem", names, fold=FOLD),
        Column("verdict", verdicts),
        Column("worst ratio", ratios, right=True),
        Column("", bars, drop=4),
        Column("instances", instances, right=True, drop=2),
        Column("mutants", mutants, right=True, drop=1),
        Column("time", times, right=True, drop=3),
    ]


def _row(record: Record, evidence: TheoremEvidence) -> _Row:
    proved = record.proved.get(evidence.id, ())
    return _Row(evidence, _seconds(record, evidence), unfinished(evidence, record), proved)


@dataclass(frozen=True)
class _Row:
    """What the row of a theorem tells.

    Args:
        evidence: of the theorem.
        seconds: CPU time; None if nobody measured it.
        cut: how far it got, if not to the end.
        proved: the certificates for all networks of a shape.
    """

    evidence: TheoremEvidence
    seconds: float | None
    cut: str = ""
    proved: Sequence[ShapeProof] = ()


def _cells(row: _Row, *, bars: bool, whole: bool = False) -> list[Text]:
    """The cells of a theorem, one a column.

    Args:
        row: what is told.
        bars: whether to draw how much of the bound is used.
        whole: whether the paper is a part of the name.
    """
    evidence = row.evidence
    ratio = evidence.worst.ratio if evidence.worst else None
    word, style = (row.cut, "yellow") if row.cut else verdict_words(evidence)
    return [
        Text(evidence.id if whole else evidence.id.rpartition("/")[2]),
        Text(marked(word, row.proved), style),
        Text(ratio_words(ratio)),
        Text(bar(ratio) if bars and ratio is not None else "", style),
        Text(f"{tried(evidence.checks):,}"),
        _mutants(evidence),
        Text(seconds_words(row.seconds) if row.seconds is not None else ""),
    ]


def _mutants(evidence: TheoremEvidence) -> Text:
    items = mutants_of(evidence)
    if not items:
        return Text("–", "dim")
    alive = len(survivors(evidence))
    return Text(f"{len(items) - alive}/{len(items)}", "bold red" if alive else "")


@dataclass
class Rows:
    """The table while it grows: a row is printed as soon as its theorem, and all before it, are finished.

    Args:
        width: of the page.
        bars: whether to draw how much of each bound is used.
        proved: certificates for all networks of a shape, by the id of a theorem and the digest of its text.
    """

    width: int
    bars: bool
    proved: Mapping[tuple[str, str], Sequence[ShapeProof]] = field(default_factory=dict)
    _labels: dict[str, str] = field(default_factory=dict)
    _found: dict[str, _Row | None] = field(default_factory=dict)
    _seconds: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    _layouts: dict[str, Fitted] = field(default_factory=dict)
    _printed: set[str] = field(default_factory=set)
    _paper: str = ""

    def note(self, event: Event) -> None:
        """Note what a run tells of a theorem: that there is one, how long a check took, what was found in the end."""
        if event.kind == "queued":
            self._labels[event.id] = event.label
        elif event.kind == "unread":
            self._found[event.id] = None
        elif event.kind == "finished":
            self._seconds[event.id] += event.seconds
        elif event.theorem is not None:
            self.put(event.theorem, self._seconds[event.id])

    def put(self, evidence: TheoremEvidence, seconds: float, cut: str = "") -> None:
        """What was found of a theorem, unless its row is there already; and how far it got if not to the end."""
        if evidence.id not in self._printed:
            self._labels.setdefault(evidence.id, evidence.label)
            proved = self.proved.get((evidence.id, of_text(evidence.digest)), ())
            self._found[evidence.id] = _Row(evidence, seconds, cut, proved)

    def rest(self, record: Record) -> list[Text]:
        """The rows that are still to come when a run is over."""
        for evidence in record.theorems:
            self.put(evidence, _seconds(record, evidence) or 0.0, unfinished(evidence, record))
        return list(self.lines(last=True))

    def lines(self, *, last: bool = False) -> Iterator[Text]:
        """The lines that can be printed now; at the end those of all theorems of which anything was found."""
        self._settle()
        for identifier in list(self._labels):
            if identifier in self._found:
                del self._labels[identifier]
                self._printed.add(identifier)
                row = self._found.pop(identifier)
                yield from self._row(row) if row else ()
            elif not last:
                return

    def waiting(self) -> list[Text]:
        """The rows that are found and wait for one before them, for a place where they can be taken back."""
        lines, paper = [], self._paper
        for identifier in list(self._labels):  # whoever draws has a thread of its own
            there = paper_of(identifier)
            if (row := self._found.get(identifier)) and there in self._layouts:
                lines += [Text(there, "bold")] if there != paper else []
                lines += self._layouts[there].row(_cells(row, bars=self.bars))
                paper = there
        return lines

    def _row(self, row: _Row) -> Iterator[Text]:
        paper = paper_of(row.evidence.id)
        if paper != self._paper:
            yield from [Text("")] if self._paper else []
            yield Text(paper, "bold")
            yield from self._layouts[paper].head()
            self._paper = paper
        yield from self._layouts[paper].row(_cells(row, bars=self.bars))

    def _settle(self) -> None:
        """Every theorem was told of: from here on the columns stay as they are."""
        groups: dict[str, list[str]] = defaultdict(list)
        for identifier in self._labels:
            groups[paper_of(identifier)].append(identifier)
        self._layouts |= {paper: self._layout(names) for paper, names in groups.items() if paper not in self._layouts}

    def _layout(self, names: Sequence[str]) -> Fitted:
        """Columns for theorems of which only the names are known, and what their headers call them."""
        proofs = {name: found for (name, _), found in self.proved.items()}
        broad = [(BROADEST[label], name) for name in names if (label := self._labels[name]) in BROADEST]
        verdicts = [USUAL[0], *(marked(verdict, proofs.get(name, ())) for verdict, name in broad)]
        others = [
            Text(text) for text in (max(verdicts, key=len), USUAL[1], USUAL[2] if self.bars else "", *USUAL[3:])
        ]
        cells = [[Text(name.rpartition("/")[2]), *others] for name in names]
        return fitted(_headed(list(zip(*cells, strict=True))), self.width)
