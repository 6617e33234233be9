"""Checkpoints of one network along its training: what is measured and bounded, against the step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import cycle, pairwise
from pathlib import Path
from typing import Any, Unpack

from rich.text import Text

from wnverify.errors import RecordError, UsageError, expected
from wnverify.questions.audit.ask import Options, audit
from wnverify.questions.audit.between import Between, between
from wnverify.questions.audit.layered_outcome import LayeredAudit
from wnverify.questions.audit.meanings import MEANINGS
from wnverify.questions.audit.outcome import KIND, SCHEMA, Audit, Row
from wnverify.questions.audit.page import answer, explained, headed, tabled
from wnverify.report.layout import Column, paragraph, table
from wnverify.report.plots.style import LIGHT, SERIES, numbered, rules, save
from wnverify.report.shown import Shown
from wnverify.report.words import counted, formula

DEFAULT = ("layered/gradient_measured", "layered/loss_gradient")
"""What is set beside every checkpoint where nothing is asked for: no Hessians, which are dear."""
SIGNS = {
    "loss": "𝓛", "omega": "ω", "largest_gain": "max |g|", "output_weight_norm": "‖out‖₂", "output_abs": "‖F‖",
    "gradient_norm": "‖∂F/∂θ‖₂", "input_gradient_norm": "‖∂F/∂x‖₂", "loss_gradient_norm": "‖∇𝓛‖",
    "hessian_norm": "‖∇²F_k‖₂", "loss_hessian_norm": "‖∇²𝓛‖₂",
}  # fmt: skip
QUANTITIES = tuple(SIGNS)
"""In the order of the columns; those that every checkpoint has."""
MOST_CHECKPOINTS = 1000
LARGEST = "Of what an input has, the largest over inputs"
PAIRS = ("steps", "‖Δθ‖", "cosine to −∇𝓛", "share of the fall", "η")
WHY = (
    "The share is of ⟨−∇𝓛, Δθ⟩, which the gradient promises. No rate is certified between checkpoints: "
    "banerjee2024/gd_convergence speaks of one step θ − η∇𝓛, with constants that hold on a ball around it."
)
PICTURES = (".svg", ".png", ".pdf")


@dataclass(frozen=True, repr=False)
class Over(Shown):
    """The outcome.

    Args:
        files: the checkpoints in order.
        audits: one each.
    """

    files: tuple[str, ...]
    audits: tuple[Audit | LayeredAudit, ...]

    @property
    def broken(self) -> tuple[Row, ...]:
        """Theorems that a checkpoint breaks although it meets their hypotheses."""
        return tuple(row for each in self.audits for row in each.broken)

    @property
    def quantities(self) -> dict[str, list[float]]:
        """What every checkpoint has, by name, one value a checkpoint."""
        shared = [name for name in QUANTITIES if all(name in each.measured for each in self.audits)]
        return {name: [each.measured[name].value for each in self.audits] for name in shared}

    def to_json(self) -> dict[str, Any]:
        """Plain data: every audit beside its file."""
        pairs = zip(self.files, self.audits, strict=True)
        over = [{"file": f, **a.to_json()} for f, a in pairs]
        between = [each.to_json() for each in self.between]
        return {"schema": SCHEMA, "kind": f"{KIND} --over", "over": over, "between": between}

    def lines(self, width: int) -> list[Text]:
        """One line a checkpoint: its quantities, and the ratios of its bounds."""
        files = [Text(Path(name).name) for name in self.files]
        steps = [Text(str(step)) for step in range(len(files))]
        columns = [Column("step", steps, right=True), Column("file", files, drop=9)]
        for place, (name, values) in enumerate(self.quantities.items()):
            cells = [Text(f"{value:.5g}") for value in values]
            columns.append(Column(formula(name), cells, right=True, drop=max(0, place - 1)))
        lines = [*table(columns, width, indent=0), Text(""), *paragraph(self._summary(), width)]
        return [*lines, *self._moves(width)]

    def html(self) -> str:
        """A row a checkpoint, and one a pair of neighbours."""
        names = list(self.quantities)
        heads = ("checkpoint", *(SIGNS[name] for name in names))
        rows = [
            (f"{step}: {Path(name).name}", *(f"{self.quantities[each][step]:.5g}" for each in names))
            for step, name in enumerate(self.files)
        ]
        signs = explained((SIGNS[name], f"{name}: {MEANINGS[name]}") for name in names)
        pairs = [(f"{place} to {place + 1}", *each.cells()) for place, each in enumerate(self.between)]
        return "".join(
            [
                answer(not self.broken, self._summary(), [WHY] if pairs else []),
                headed(
                    "Checkpoints",
                    tabled("Of what an input has, the largest over inputs", heads, rows, heads[1:]),
                    signs,
                ),
                headed("Between checkpoints", *([tabled("Steps of θ", PAIRS, pairs, PAIRS[1:])] if pairs else [])),
            ]
        )

    @property
    def title(self) -> str:
        """What was audited."""
        return " to ".join(dict.fromkeys((Path(self.files[0]).name, Path(self.files[-1]).name)))

    def _summary(self) -> str:
        """How the loss and ω went, and what holds."""
        told = [f"{name}: {_change(values)}" for name, values in self.quantities.items() if name in ("loss", "omega")]
        rows = [row for each in self.audits for row in each.rows if row.status == "holds"]
        holding = counted(len(rows), "bound holds", "bounds hold")
        told.append(f"{holding}, {len(self.broken)} broken, at {counted(len(self.files), 'checkpoint')}")
        return "; ".join(told) + "."

    @cached_property
    def between(self) -> tuple[Between, ...]:
        """What happened between neighbours, where there are targets."""
        return between(self.audits)

    def _moves(self, width: int) -> list[Text]:
        """A line a pair of neighbours, and why no rate is certified."""
        if not self.between:
            return []
        cells = list(zip(*(each.cells() for each in self.between), strict=True))
        pairs = [f"{place} to {place + 1}" for place in range(len(self.between))]
        columns = [
            Column(head, [Text(c) for c in row], right=True) for head, row in zip(PAIRS, [pairs, *cells], strict=True)
        ]
        alone = sum(each.step is not None for each in self.between)
        verb = "is" if 1 in (alone, len(pairs)) else "are"
        told = f"{alone} of {counted(len(pairs), 'pair')} {verb} one step of descent. {WHY}"
        return [Text(""), *table(columns, width, indent=0), *paragraph(told, width)]

    def latex(self) -> str:
        """The quantities as a LaTeX array."""
        names = list(self.quantities)
        head = " & ".join(rf"\text{{{name.replace('_', chr(92) + '_')}}}" for name in names)
        rows = zip(*self.quantities.values(), strict=True)
        body = r" \\ ".join(" & ".join(f"{value:.5g}" for value in row) for row in rows)
        return rf"$\begin{{array}}{{{'r' * len(names)}}} {head} \\ \hline {body} \end{{array}}$"

    def plot(self, file: Path) -> None:
        """Every quantity against the step, on a logarithmic scale.

        Raises:
            UsageError: if the file's ending names no format of pictures.
        """
        from matplotlib.figure import Figure
        from matplotlib.ticker import MaxNLocator

        check_picture(file)
        with rules():
            axes = (figure := Figure(figsize=(8, 5), layout="constrained")).subplots()
            for (name, values), colour in zip(self.quantities.items(), cycle(SERIES), strict=False):
                axes.semilogy(range(len(values)), values, marker="o", label=name, color=LIGHT[colour])
            axes.set_xlabel("step")
            axes.xaxis.set_major_locator(MaxNLocator(integer=True))
            axes.legend(loc="center left", bbox_to_anchor=(1, 0.5))
            numbered(figure)
            if file.suffix.lower() == ".svg":
                save(figure, file, "Quantities against the step", f"{', '.join(self.quantities)}.")
            else:
                figure.savefig(file)


def check_picture(file: Path) -> None:
    """Refuse a picture in a format that is not drawn, before anything is measured.

    Raises:
        UsageError: if the file's name does not end in a format.
    """
    if file.suffix.lower() not in PICTURES:
        raise UsageError(expected(f"a picture whose name ends in {', '.join(PICTURES)}", str(file)))


def _change(values: Sequence[float]) -> str:
    falls = sum(after < before for before, after in pairwise(values))
    if min(values) == max(values):
        return f"{values[0]:.5g} throughout"
    never = "never falls" if not falls else f"falls at {falls} of {len(values) - 1} steps"
    return f"{values[0]:.5g} to {values[-1]:.5g}, {never}"


def over(files: Sequence[Path | str], theorems: Sequence[str] = (), **options: Unpack[Options]) -> Over:
    """Audit every checkpoint with the same data.

    Args:
        files: in the order of training.
        theorems: ids; the gradient and that of the loss by default.
        **options: see `Options`.

    Raises:
        UsageError: if there is no checkpoint, or too many.
        RecordError: if one is not of the same shape as the first.
    """
    if not 1 <= len(files) <= MOST_CHECKPOINTS:
        raise UsageError(expected(f"1 to {MOST_CHECKPOINTS} checkpoints", f"{len(files)}"))
    found = [audit(file, theorems=theorems or DEFAULT, **options) for file in files]
    shapes = [_shape(each) for each in found]
    for file, shape in zip(files, shapes, strict=True):
        if shape != shapes[0]:
            raise RecordError(f"{file}: {expected(f'layers of sizes {shapes[0]}, as the first file', f'{shape}')}")
    return Over(tuple(map(str, files)), tuple(found))


def _shape(found: Audit | LayeredAudit) -> tuple[int, ...]:
    return found.found.net.sizes if isinstance(found, LayeredAudit) else found.network.widths
