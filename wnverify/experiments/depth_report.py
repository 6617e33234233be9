"""The depth experiment as a Markdown page and a plot."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from wnverify.experiments.depth import INPUTS, Effort, Reached, Row
from wnverify.report.plots.style import LIGHT, rules, save

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COLOURS = {"identity": LIGHT["random"], "tanh": LIGHT["searched"], "sin": LIGHT["structured"]}
MARKERS = {"identity": "o", "tanh": "s", "sin": "^"}


def page(rows: Sequence[Row], reached: Sequence[Reached], effort: Effort, seed: int, plot: str) -> str:
    """The page in Markdown."""
    width, tried = rows[0].width, sum(row.tried for row in rows)
    parts = [
        "# Curvature and depth",
        f"![Largest Hessian and gradient against depth]({plot})",
        *_answer(rows),
        f"The networks have width m = {width}, input dimension {INPUTS}, all rows of norm ω = 1, output layer and"
        f" input of norm 1. Each figure is the best of {effort.restarts} × {effort.starts} ascents of at most"
        f" {effort.steps} steps from random and structured networks (seed {seed}; {tried:,} networks"
        " in all): a lower value of the supremum, never an upper one. The bounds are those of"
        " `theorems/depth_free/hessian.py`, of `theorems/banerjee2024/predictor_hessian.py`, and the rate"
        " L³(1+ρ₁)(1+β)/(√m min{ω, ω²}) that the paper claims, with constant 1.",
        "## Hessian, √m·‖∇²f‖₂",
        _hessians(rows),
        f"## Gradient of the hidden layers, Σ_l ‖∂f/∂W^l‖²/κ; supremum 2 − 1/m = {2 - 1 / width:.4f} from L = 2 on",
        _gradients(rows),
        "## From random starts alone",
        "The identity, without being shown the extremal network: how close ascent comes to 2 − 1/m.",
        _reached(reached),
    ]
    return "\n\n".join(parts) + "\n"


def _answer(rows: Sequence[Row]) -> list[str]:
    """What the table says, in a sentence an activation."""
    found = []
    for activation in dict.fromkeys(row.activation for row in rows):
        own = [row for row in rows if row.activation == activation]
        if len(own) < 3:
            continue
        second, last = own[1], own[-1]
        growth = (last.hessian - second.hessian) / (last.depth - second.depth)
        found.append(
            f"- {activation}: the Hessian attained grows by {max(growth, 0.0):.4f} a layer from L = {second.depth} to"
            f" {last.depth}, where it is {last.hessian / last.free:.2f} of the depth-free bound,"
            f" {last.hessian / last.explicit:.2f} of the explicit one and {last.hessian / last.rate:.4f} of the"
            " paper's rate."
        )
    return ["\n".join(found)] if found else []


def _table(head: Sequence[str], cells: Sequence[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in cells)])


def _hessians(rows: Sequence[Row]) -> str:
    head = ("φ", "L", "attained", "depth-free bound", "ratio", "explicit bound", "ratio", "paper's rate", "ratio")
    return _table(head, [_hessian_cells(row) for row in rows])


def _hessian_cells(row: Row) -> tuple[str, ...]:
    bounds = [(f"{bound:.4g}", f"{row.hessian / bound:.4f}") for bound in (row.free, row.explicit, row.rate)]
    return row.activation, str(row.depth), f"{row.hessian:.4f}", *(cell for pair in bounds for cell in pair)


def _gradients(rows: Sequence[Row]) -> str:
    names = list(dict.fromkeys(row.activation for row in rows))
    found = {(row.activation, row.depth): row.gradient for row in rows}
    depths = list(dict.fromkeys(row.depth for row in rows))
    cells = [[str(depth), *(f"{found[name, depth]:.5f}" for name in names), str(depth)] for depth in depths]
    return _table(("L", *names, "explicit bound of banerjee2024"), cells)


def _reached(reached: Sequence[Reached]) -> str:
    head = ("L", "m", "found", "2 − 1/m", "short by", "networks")
    figures = [
        (f"{r.found:.6f}", f"{r.supremum:.6f}", f"{r.supremum - r.found:.1e}", f"{r.tried:,}") for r in reached
    ]
    cells = [(str(r.depth), str(r.width), *row) for r, row in zip(reached, figures, strict=True)]
    return _table(head, cells)


def plot(rows: Sequence[Row], path: Path) -> None:
    """The plot, as SVG: attained maxima as marks, bounds as lines."""
    from matplotlib.figure import Figure

    with rules():
        figure = Figure(figsize=(9.4, 4.0), layout="constrained")
        left, right = figure.subplots(1, 2)
        _hessian_axes(left, rows)
        _gradient_axes(right, rows)
        title = f"WeightNorm networks, m = {rows[0].width}, ω = 1, ρ₁ = 0: marks attained by search, lines bounds"
        figure.suptitle(title, x=0.01, ha="left")
        save(figure, path, title, " ".join(_answer(rows)) or "Too few depths for a trend.")


def _hessian_axes(axes: Axes, rows: Sequence[Row]) -> None:
    for name in dict.fromkeys(row.activation for row in rows):
        own = [row for row in rows if row.activation == name]
        depths = [row.depth for row in own]
        axes.plot(depths, [row.free for row in own], "-", color=COLOURS[name], lw=1.6)
        axes.plot(depths, [row.explicit for row in own], "--", color=COLOURS[name], lw=1.0)
        axes.plot(depths, [row.rate for row in own], ":", color=COLOURS[name], lw=1.0)
        marks = [row.hessian for row in own]
        axes.plot(depths, marks, MARKERS[name], color=COLOURS[name], ms=5, label=f"{name}, attained")
    for style, words in (("-", "depth-free bound"), ("--", "explicit bound, banerjee2024"), (":", "paper's rate L³")):
        axes.plot([], [], style, color=LIGHT["claimed"], label=words)
    axes.set(yscale="log", xlabel="depth L", ylabel="√m · largest ‖∇²f‖₂", title="Hessian")
    axes.legend()


def _gradient_axes(axes: Axes, rows: Sequence[Row]) -> None:
    for name in dict.fromkeys(row.activation for row in rows):
        own = [row for row in rows if row.activation == name]
        marks = [row.gradient for row in own]
        axes.plot(
            [row.depth for row in own], marks, MARKERS[name], color=COLOURS[name], ms=5, label=f"{name}, attained"
        )
    depths, width = sorted({row.depth for row in rows}), rows[0].width
    supremum = [1.0 if depth == 1 else 2 - 1 / width for depth in depths]
    axes.plot(depths, supremum, "-", color=LIGHT["claimed"], label="supremum 2 − 1/m (1 at L = 1)")
    axes.plot(
        depths,
        [float(depth) for depth in depths],
        "--",
        color=LIGHT["claimed"],
        lw=1.0,
        label="bound L, banerjee2024",
    )
    axes.set(xlabel="depth L", ylabel="Σ ‖∂f/∂W‖² / κ", title="Gradient of the hidden layers", ylim=(0, 4.2))
    axes.legend(loc="lower right")
