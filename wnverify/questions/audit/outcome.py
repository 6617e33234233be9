"""Audit: every theorem at one network, told as a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from typing import Any

from rich.text import Text

from wnverify.evidence import number
from wnverify.quantities import Side
from wnverify.questions.audit.network import SavedNetwork
from wnverify.questions.audit.page import answer, badge, explained, headed, reasons, tabled
from wnverify.questions.audit.subject import Measured
from wnverify.report.layout import Column, field, hanging, table_rows
from wnverify.report.shown import Shown
from wnverify.report.words import counted, formula, ratio_words

SCHEMA, KIND = 1, "wnverify audit"
STYLE = {
    "holds": "green", "BROKEN": "bold red", "undecided": "yellow", "hypotheses not met": "yellow",
    "does not apply": "dim",
}  # fmt: skip
HTML, SIDES = ("theorem", "measured", "bound", "ratio", "hypotheses", "verdict"), ("measured", "value", "side")
HEADS = ("theorem", "measured", "bound", "ratio", "hypotheses")


@dataclass(frozen=True)
class Hypothesis:
    """One hypothesis of a theorem at this network.

    Args:
        name: its name.
        met: for how many inputs it holds.
        of: of how many.
        why: where it fails, the first input at which it does; empty if it holds everywhere.
    """

    name: str
    met: int
    of: int
    why: str


@dataclass(frozen=True)
class Row:
    """One theorem at this network.

    Args:
        id: the theorem.
        statement: its claim, as text.
        status: "holds", "BROKEN", "undecided", "hypotheses not met" or "does not apply".
        measured: left side at the input that comes closest to the bound; None where nothing was evaluated.
        bound: right side there.
        ratio: more than 1 breaks the claim.
        input: index of that input; None where the theorem speaks of all of them at once.
        hypotheses: each with the number of inputs that meet it.
        remark: why it does not apply, or what to know.
    """

    id: str
    statement: str
    status: str
    measured: float | None = None
    bound: float | None = None
    ratio: float | None = None
    input: int | None = None
    hypotheses: tuple[Hypothesis, ...] = ()
    remark: str = ""


@dataclass(frozen=True, repr=False)
class Audit(Shown):
    """The outcome of an audit.

    Args:
        network: what was audited.
        rows: the theorems that speak of such an object.
        measured: every quantity by its symbol's name.
        skipped: how many theorems speak of something else, by what that is.
        unread: theorem files that could not be loaded, with the reason.
        notes: what was done to the data.
        rate: whether a rate of descent is certified, and what would have to change; empty if no theorem speaks of it.
    """

    network: SavedNetwork
    rows: tuple[Row, ...]
    measured: Mapping[str, Measured]
    skipped: Mapping[str, int]
    unread: Mapping[str, str]
    notes: tuple[str, ...] = ()
    rate: str = ""

    @property
    def broken(self) -> tuple[Row, ...]:
        """Theorems that the network breaks although it meets their hypotheses."""
        return tuple(row for row in self.rows if row.status == "BROKEN")

    def to_json(self) -> dict[str, Any]:
        """Plain data: what is measured by name, per input and at worst, and every theorem."""
        per_input = {name: m.per_input for name, m in self.measured.items() if m.per_input is not None}
        return {
            "schema": SCHEMA,
            "kind": KIND,
            "network": _described(self.network),
            "notes": list(self.notes),
            "measured": {name: number(m.value) for name, m in self.measured.items()},
            "per_input": {name: [number(float(x)) for x in values] for name, values in per_input.items()},
            "worst_input": {name: self.measured[name].worst_input for name in per_input},
            "side": {name: m.side for name, m in self.measured.items()},
            "theorems": [_plain(row) for row in self.rows],
            "rate": self.rate,
            "about_something_else": dict(self.skipped),
            "unread": dict(self.unread),
        }

    def lines(self, width: int) -> list[Text]:
        """The network, the table of the theorems that were evaluated, and why the others were not."""
        evaluated = [row for row in self.rows if row.ratio is not None]
        others = [row for row in self.rows if row.ratio is None]
        found = [*_network(self, width), Text("")]
        if evaluated:
            found += _by_paper(evaluated, width)
            remarks = [(row.id, row.remark) for row in evaluated if row.remark]
            found += [line for name, remark in remarks for line in hanging(Text(f"{name}  ", "dim"), remark, width)]
        found += [Text(""), Text("Not evaluated", "bold")] if others else []
        for row in others:
            found += hanging(Text(f"  {row.id}  ", STYLE[row.status]), _reason(row), width)
        told = field("rate", self.rate, width, indent=0) if self.rate else []
        return [*found, Text(""), *_summary(self, width), *told]

    def html(self) -> str:
        """The answer first, then the network, what is measured, and the theorems in tables."""
        found = [row for row in self.rows if row.ratio is not None]
        rows = [(row.id, *_cells(row)[1:4], _met(row), badge(row.status)) for row in found]
        others = [(row.id, f"{row.status}: {_reason(row)}") for row in self.rows if row.ratio is None]
        remarks = [(row.id, row.remark) for row in found if row.remark]
        measured = [(name, _digits(m.value), m.side) for name, m in self.measured.items()]
        theorems = (
            [tabled("Both sides at the input at which they are closest", HTML, rows, HTML[1:4])] if rows else []
        )
        return "".join(
            [
                answer(not self.broken, _summary_words(self), [self.rate] if self.rate else []),
                headed("The network of the paper's kind", explained(_network_words(self))),
                headed(
                    "What is measured in its units", tabled("The largest over inputs", SIDES, measured, SIDES[1:2])
                ),
                headed("Theorems", *theorems, reasons(remarks)),
                headed("Theorems that were not evaluated", reasons(others)),
            ]
        )

    def latex(self) -> str:
        """The table of what was evaluated, as a LaTeX array."""
        return latex_array([_cells(row) for row in self.rows if row.ratio is not None])


def _described(net: SavedNetwork) -> dict[str, Any]:
    """Sizes and settings of a network."""
    return {
        "L": len(net.W),
        "widths": list(net.widths),
        "d": int(net.X.shape[1]),
        "n": int(net.X.shape[0]),
        "parameters": net.parameters,
        "activation": net.activation,
        "scaling": net.scaling,
        "targets": net.y is not None,
    }


def _plain(row: Row) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in ("measured", "bound", "ratio")}
    numbers = {name: None if value is None else number(value) for name, value in values.items()}
    return asdict(row) | numbers | {"hypotheses": [asdict(each) for each in row.hypotheses]}


def _by_paper(evaluated: list[Row], width: int) -> list[Text]:
    """One table, a heading a paper: the names stay short."""
    head, *rows = table_rows(_columns(evaluated), width)
    found = list(head)
    for paper, group in groupby(zip(evaluated, rows, strict=True), key=lambda pair: pair[0].id.rpartition("/")[0]):
        found += [Text(paper, "bold")] if paper else []
        found += [line for _, row in group for line in row]
    return found


def _network(audit: Audit, width: int) -> list[Text]:
    found = [line for head, text in _network_words(audit) for line in field(head, text, width, indent=0)]
    shown = [
        f"{formula(name)} {_digits(m.value)}"
        for name, m in audit.measured.items()
        if name not in ("L", "m", "d", "n")
    ]
    estimates = [name for name, m in audit.measured.items() if m.side != Side.EXACT.value]
    found += field("measured", "; ".join(shown), width, indent=0)
    return found + (field("estimated", f"{', '.join(estimates)}: from below", width, indent=0) if estimates else [])


def _network_words(audit: Audit) -> list[tuple[str, str]]:
    """Its sizes and the notes, each under its head."""
    net = audit.network
    widths = " × ".join(str(size) for size in (net.X.shape[1], *net.widths))
    inputs = counted(net.X.shape[0], "input")
    sizes = f"{widths}, {net.parameters:,} weights, {net.activation}, {net.scaling}; {inputs}"
    return [("network", sizes), *(("note", note) for note in audit.notes)]


def _digits(value: float) -> str:
    """Six digits; nine where six would pass for a whole number, as those of unit vectors in single precision do."""
    short = f"{value:.6g}"
    return short if abs(value) > 1e5 or float(short) % 1 else f"{value:.9g}"


def _columns(rows: list[Row]) -> list[Column]:
    cells = [_cells(row) for row in rows]
    columns = [Column(h, [Text(line[i]) for line in cells], right=0 < i < 4) for i, h in enumerate(HEADS)]
    columns[0] = Column(HEADS[0], [Text(row.id.rpartition("/")[2]) for row in rows])
    inputs = [Text("" if row.input is None else str(row.input)) for row in rows]
    status = [Text(row.status, STYLE[row.status]) for row in rows]
    return [*columns[:4], Column("input", inputs, right=True, drop=2), Column("verdict", status), columns[4]]


def _cells(row: Row) -> tuple[str, str, str, str, str]:
    measured, bound = (f"{value:.6g}" if value is not None else "–" for value in (row.measured, row.bound))
    return row.id, measured, bound, ratio_words(row.ratio), _met(row)


def _met(row: Row) -> str:
    short = [h for h in row.hypotheses if h.met < h.of]
    return "met" if not short else f"met by {min(h.met for h in short)} of {short[0].of}"


def _reason(row: Row) -> str:
    unmet = "; ".join(f"{h.name}: {formula(h.why)}" for h in row.hypotheses if not h.met)
    partly = "; ".join(f"{h.name}: met by {h.met} of {h.of}" for h in row.hypotheses if 0 < h.met < h.of)
    return row.remark if row.status in ("does not apply", "undecided") else unmet or partly or row.remark


def _summary(audit: Audit, width: int) -> list[Text]:
    return hanging(Text(""), _summary_words(audit), width, style="bold")


def _summary_words(audit: Audit) -> str:
    counts = {status: sum(row.status == status for row in audit.rows) for status in STYLE}
    told = [f"{counted(counts['holds'], 'theorem holds', 'theorems hold')} here"]
    told += [f"{counts['BROKEN']} BROKEN"] if counts["BROKEN"] else []
    told += [f"{counts['undecided']} undecided"] if counts["undecided"] else []
    told += [f"{counts['hypotheses not met']} whose hypotheses are not met"] if counts["hypotheses not met"] else []
    told += [f"{counts['does not apply']} that do not apply"] if counts["does not apply"] else []
    told += [f"{sum(audit.skipped.values())} about something else"] if audit.skipped else []
    told += [f"{counted(len(audit.unread), 'file')} could not be read"] if audit.unread else []
    return f"{', '.join(told)}."


def _escaped(name: str) -> str:
    return name.replace("_", r"\_")


def latex_array(rows: Sequence[Sequence[str]]) -> str:
    """Theorems with what was measured, their bounds and the ratios, as a LaTeX array.

    Args:
        rows: the cells of each theorem, these four first.
    """
    body = r" \\ ".join(
        rf"\text{{{_escaped(name)}}} & {measured} & {bound} & {ratio.replace('–', '-')}"
        for name, measured, bound, ratio, *_ in rows
    )
    head = r"\text{theorem} & \text{measured} & \text{bound} & \text{ratio} \\ \hline "
    return rf"$\begin{{array}}{{lrrr}} {head}{body} \end{{array}}$"
