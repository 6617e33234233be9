"""The audit of a layered network, told as tables: what was understood, what is measured, and the bounds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from markupsafe import Markup
from rich.text import Text

from wnverify.arrays import FloatArray
from wnverify.display import short
from wnverify.engine.layered.network import Layer
from wnverify.evidence import number
from wnverify.questions.audit.convexity import Convexity
from wnverify.questions.audit.meanings import MEANINGS, of
from wnverify.questions.audit.outcome import KIND, SCHEMA, STYLE, Audit, Row, latex_array
from wnverify.questions.audit.page import Cell, answer, badge, bar, beside, explained, headed, reasons, tabled
from wnverify.questions.audit.subject import Measured
from wnverify.questions.audit.understood import Understood
from wnverify.report.layout import Column, field, glossary, hanging, paragraph, table
from wnverify.report.shown import Shown
from wnverify.report.words import counted, formula, ratio_words

INFORMATIVE, USELESS = 0.1, 1e-3
"""A bound within ten times what is measured says something; one beyond a thousand times says nothing."""
MEASURED = ("measured", "value", "what it is", "side")
BOUNDS = ("bound", "measured", "at most", "ratio", "input", "says")
BOTH_SIDES = "Both sides are those at the input at which they are closest."
RULES = {"rows": "gV/‖V‖ by rows", "columns": "gV/‖V‖ by columns", "whole": "gV/‖V‖ as a whole", "plain": "plain"}
HEADS = ("layer", "rule", "shape", "gains", "‖bias‖", "row norms", "condition")


@dataclass(frozen=True, repr=False)
class LayeredAudit(Shown):
    """The outcome.

    Args:
        found: what was understood.
        compared: words for how close given outputs are; empty if there are none.
        rows: the bounds.
        measured: every quantity by name.
        per_output: the largest over the inputs for each output alone, by name.
        paper: the audit by the theorems about unit rows, if the network is such a one.
        outside: why it is not.
        causes: what makes those bounds large that say little here.
        convexity: how the loss curves along its gradient; None where nobody asked, or nothing is known.
    """

    found: Understood
    compared: str
    rows: tuple[Row, ...]
    measured: Mapping[str, Measured]
    per_output: Mapping[str, FloatArray]
    paper: Audit | None
    outside: tuple[str, ...]
    causes: tuple[str, ...] = ()
    convexity: Convexity | None = None

    @property
    def broken(self) -> tuple[Row, ...]:
        """Theorems that the network breaks although it meets their hypotheses."""
        return () if self.paper is None else self.paper.broken

    def to_json(self) -> dict[str, Any]:
        """Plain data: what was understood, what is measured by name, per input and at worst, and every bound."""
        per_input = {name: m.per_input for name, m in self.measured.items() if m.per_input is not None}
        return {
            "schema": SCHEMA,
            "kind": KIND,
            "network": self._network(),
            "layers": [described(layer) for layer in self.found.net.layers],
            "notes": list(self.found.notes),
            "order": self._order(),
            "compared": self.compared,
            "measured": {name: number(m.value) for name, m in self.measured.items()},
            "per_input": {name: [number(float(x)) for x in values] for name, values in per_input.items()},
            "per_output": {name: [number(float(x)) for x in values] for name, values in self.per_output.items()},
            "worst_input": {name: self.measured[name].worst_input for name in per_input},
            "side": {name: m.side for name, m in self.measured.items()},
            "theorems": [_plain(row) for row in self.rows],
            "causes": list(self.causes),
            "convexity": None if self.convexity is None else _curved(self.convexity),
            "outside": list(self.outside),
            "paper": None if self.paper is None else self.paper.to_json(),
        }

    def _network(self) -> dict[str, Any]:
        net = self.found.net
        return {
            "L": len(net.hidden),
            "widths": list(net.sizes[1:-1]),
            "d": net.sizes[0],
            "n": int(self.found.X.shape[0]),
            "outputs": net.outputs,
            "parameters": net.parameters,
            "activation": net.phi.name,
            "scaling": self.found.scaling,
            "loss": self.found.loss.kind if self.found.loss else None,
        }

    def lines(self, width: int) -> list[Text]:
        """What was understood first, then what is measured, then the bounds, and why others do not apply."""
        lines = [*self._understood(width), Text(""), *self._told_measured(width)]
        evaluated = [row for row in self.rows if row.ratio is not None]
        lines += [Text(""), *table(_columns(evaluated), width)] if evaluated else []
        lines += paragraph(BOTH_SIDES, width, indent=2, style="dim") if evaluated else []
        for ids, row in _unevaluated(self.rows):
            lines += [
                *hanging(Text("  "), ids, width, style=STYLE[row.status]),
                *paragraph(row.remark, width, indent=4),
            ]
        lines += [Text(""), *hanging(Text(""), self._summary(), width, style="bold")]
        for head, text in self._below():
            lines += hanging(Text(f"{head}  ", "dim"), text, width)
        return lines if self.paper is None else [*lines, Text(""), *self.paper.lines(width)]

    def _below(self) -> Iterator[tuple[str, str]]:
        """What stands below the bounds, each under its head."""
        if self.causes:
            yield "what makes bounds large", "; ".join(self.causes)
        if self.convexity is not None:
            yield "along the gradient", str(self.convexity)
        if self.outside:
            yield "the theorems about unit rows do not apply", "; ".join(self.outside)

    def _told_measured(self, width: int) -> list[Text]:
        """Every quantity with its value, and what it is; of what an input has, the largest over the inputs."""
        values = [f"{measured.value:.6g}" for measured in self.measured.values()]
        widest = max(map(len, values))
        rows = [(formula(name), value.rjust(widest)) for name, value in zip(self.measured, values, strict=True)]
        head = hanging(Text("measured  ", "dim"), "of what every input has, the largest over the inputs", width)
        return [*head, *glossary(rows, [MEANINGS.get(name, "") for name in self.measured], width)]

    def _order(self) -> str:
        """What decided the order of the layers, where nothing proves it."""
        return "" if self.compared else self.found.order

    def _understood(self, width: int) -> Iterator[Text]:
        yield from table(_layer_columns(self.found.net.layers), width, indent=0)
        for head, text in self._notes():
            yield from field(head, text, width, indent=0, style="yellow" if head == "order" else "")

    def _sizes(self) -> str:
        net, told = self.found.net, self._network()
        loss = f", {told['loss']}" if told["loss"] else ""
        inputs = counted(told["n"], "input")
        sizes = f"{' × '.join(map(str, net.sizes))}, {net.parameters:,} parameters, {net.phi.name}"
        return f"{sizes}, scaling {self.found.scaling}; {inputs}{loss}"

    def __repr__(self) -> str:
        return short("LayeredAudit", self._sizes(), self._summary().rstrip("."))

    def _summary(self) -> str:
        ratios = [row.ratio for row in self.rows if row.ratio is not None and row.status == "holds"]
        useful = sum(ratio >= INFORMATIVE for ratio in ratios)
        useless = sum(ratio < USELESS for ratio in ratios)
        told = [f"{counted(len(ratios), 'bound holds', 'bounds hold')} here"]
        told += [f"{useful} informative (within 10 times what is measured)"]
        told += [f"{useless} vacuous (beyond 1000 times)"] if useless else []
        doubtful = sum(row.status == "undecided" for row in self.rows)
        return ", ".join(told) + (f", {doubtful} undecided" if doubtful else "") + "."

    def html(self) -> str:
        """The answer first, then what the terminal shows, with tables as tables; theorems about unit rows last."""
        layers = [[cell for _, cell in _layer_cells(layer)] for layer in self.found.net.layers]
        evaluated = [_html_cells(row) for row in self.rows if row.ratio is not None]
        others = [(ids, row.remark) for ids, row in _unevaluated(self.rows)]
        measured = [(name, f"{m.value:.6g}", MEANINGS.get(name, ""), m.side) for name, m in self.measured.items()]
        below = (text if head == "what makes bounds large" else f"{head}: {text}" for head, text in self._below())
        parts = [
            answer(not self.broken, self._summary(), below),
            headed("What was understood", tabled("Layers", HEADS, layers, HEADS[2:]), explained(self._notes())),
            headed("What is measured", tabled("The largest over inputs", MEASURED, measured, MEASURED[1:2])),
            headed("Bounds", *([tabled(BOTH_SIDES, BOUNDS, evaluated, BOUNDS[1:5])] if evaluated else [])),
            headed("Bounds that do not apply", reasons(others)),
        ]
        return "".join(parts) + ("" if self.paper is None else self.paper.html())

    def _notes(self) -> Iterator[tuple[str, str]]:
        """What stands below the table of layers, each under its head."""
        phi = self.found.net.phi
        yield "network", self._sizes()
        yield "activation", f"|φ′| ≤ {phi.slope:.4g}, |φ″| ≤ {phi.beta:.4g}, |φ(0)| = {phi.c0:.4g}"
        if self._order():
            yield "order", self._order()
        for note in (*self.found.notes, *([self.compared] if self.compared else [])):
            yield "note", note

    def latex(self) -> str:
        """The bounds as a LaTeX array."""
        return latex_array([_cells(row) for row in self.rows if row.ratio is not None])


def described(layer: Layer) -> dict[str, Any]:
    """A layer in plain data."""
    with np.errstate(over="ignore"):
        rows = np.linalg.norm(layer.V, axis=1)
    values = np.linalg.svd(layer.M, compute_uv=False)
    least = float(values[-1]) if values[-1] / max(layer.V.shape) > values[0] * np.finfo(float).eps else 0.0
    return {
        "name": layer.name,
        "rule": layer.rule,
        "shape": list(layer.V.shape),
        "gains": None if layer.g is None else [number(float(layer.g.min())), number(float(layer.g.max()))],
        "bias_norm": None if layer.b is None else number(float(np.linalg.norm(layer.b))),
        "row_norms": [number(float(rows.min())), number(float(rows.max()))],
        "spectral_norm": number(float(values[0])),
        "condition": number(float(values[0]) / least if least else float("inf")),
    }


def _layer_cells(layer: Layer) -> list[tuple[str, str]]:
    told = described(layer)
    gains = "–" if layer.g is None else f"{layer.g.min():.4g} to {layer.g.max():.4g}"
    bias = "–" if layer.b is None else f"{float(told['bias_norm']):.4g}"
    norms = " to ".join(f"{float(norm):.4g}" for norm in told["row_norms"])
    condition = told["condition"]
    shown = condition if isinstance(condition, str) else f"{condition:.3g}"
    rule = "V/‖V‖" + RULES[layer.rule][6:] if layer.g is None and layer.rule != "plain" else RULES[layer.rule]
    shape = " × ".join(map(str, layer.V.shape))
    return list(zip(HEADS, (layer.name, rule, shape, gains, bias, norms, shown), strict=True))


def _layer_columns(layers: tuple[Layer, ...]) -> list[Column]:
    cells = [[cell for _, cell in _layer_cells(layer)] for layer in layers]
    drops = (0, 0, 0, 2, 3, 1, 4)
    return [
        Column(head, [Text(row[place]) for row in cells], right=place > 1, drop=drops[place])
        for place, head in enumerate(HEADS)
    ]


def _columns(rows: list[Row]) -> list[Column]:
    cells = [_cells(row) for row in rows]
    heads = ("bound", "measured", "at most", "ratio", "says")
    found = [Column(head, [Text(row[i]) for row in cells], right=0 < i < 4) for i, head in enumerate(heads)]
    found.insert(1, Column("of", [Text(of(row.id)) for row in rows], drop=3))
    inputs = [Text("" if row.input is None else str(row.input)) for row in rows]
    return [*found[:5], Column("input", inputs, right=True, drop=2), found[5]]


def _cells(row: Row) -> tuple[str, str, str, str, str]:
    measured, bound = (f"{value:.6g}" if value is not None else "–" for value in (row.measured, row.bound))
    return row.id, measured, bound, ratio_words(row.ratio), says(row)


def _unevaluated(rows: Iterable[Row]) -> Iterator[tuple[str, Row]]:
    """Bounds that were not evaluated, those of one reason together."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        if row.ratio is None:
            found.setdefault(row.remark, []).append(row)
    return ((", ".join(row.id for row in alike), alike[0]) for alike in found.values())


def _curved(found: Convexity) -> dict[str, Any]:
    parts = {"measured": found.measured, "R": found.R, "cost": found.cost, "certified": found.alpha}
    return {name: number(value) for name, value in parts.items()}


def says(row: Row) -> str:
    """How much a bound says here."""
    if row.ratio is None or row.status != "holds":
        return row.status
    return "informative" if row.ratio >= INFORMATIVE else "vacuous" if row.ratio < USELESS else "loose"


def _html_cells(row: Row) -> list[Cell]:
    """A bound with its statement, both sides, and a bar for the ratio."""
    measured, bound, ratio = _cells(row)[1:4]
    shown = Markup('<span class="nowrap">{} {}</span>').format(bar(row.ratio or 0.0), ratio)
    at = "" if row.input is None else str(row.input)
    about = f"{row.statement}; {row.remark}" if row.remark else row.statement
    return [beside(row.id, about), measured, bound, shown, at, badge(says(row))]


def _plain(row: Row) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in ("measured", "bound", "ratio")}
    numbers = {name: None if value is None else number(value) for name, value in values.items()}
    return asdict(row) | numbers | {"says": says(row)}
