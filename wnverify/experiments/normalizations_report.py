"""What the numbers of the experiment on normalizations say, and a picture of small multiples."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from wnverify.experiments.kit.experiment import Picture, Told, picture, table
from wnverify.experiments.normalizations_rows import ACTIVATIONS, CONDITION, GAP, NORMALIZATIONS, SAMPLES, Row
from wnverify.report.plots.style import LIGHT

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

NUMBERS = ("gradient ‖∇f‖₂", "Hessian ‖∇²f‖₂")
COLOURS = LIGHT["random"], LIGHT["searched"]
"""Of the gradient and the Hessian."""
MARKERS = {"identity": "o", "tanh": "^"}
COLUMNS = 4
STEADY = 1.1
"""What stays below this factor from L = 2 to the deepest does not grow."""


def tell(rows: Sequence[Row]) -> Told:
    """The findings, the setting and the tables.

    Args:
        rows: all rows.
    """
    by_name = {name: [row for row in rows if row.activation == name] for name in _names(rows, "activation")}
    tables = [
        (f"{name}: {number}, worst found (median at random)", _table(own, index))
        for name, own in by_name.items()
        for index, number in enumerate(NUMBERS)
    ]
    return Told([_findings(own) for own in by_name.values()], _setting(rows), tables)


def _names(rows: Sequence[Row], attribute: str) -> list[str]:
    return list(dict.fromkeys(getattr(row, attribute) for row in rows))


def _setting(rows: Sequence[Row]) -> str:
    width = rows[0].width
    return (
        f"Layers have width m = d = {width} and ‖W^l‖_F = √m: rows of norm 1 where rows are normalised, centred rows"
        " of norm 1 in weight standardization. ‖v‖ = 1 and ‖x‖ = 1; gains and c are 1. Derivatives are by all W^l"
        f" and v, in one panel by the gains too. Spectral normalization has m = 2 and a gap, σ₂ ≤ {GAP} σ₁, without"
        " which the Hessian has no largest value; RMSNorm with ε = 0 has layers of condition at most"
        f" {CONDITION:g}. RMSNorm and LayerNorm with ε = 1 have"
        " ‖W^l‖_F ≤ R_l at these norms, so that"
        " [rms_norm_depth_free](../theorems/normalizations/rms_norm_depth_free.py) bounds their gradients."
        f" BatchNorm has a batch of {SAMPLES}, and f is ⟨y, F⟩ with ‖y‖ = 1. LayerNorm and BatchNorm"
        " with ε = 0 divide by what may vanish at any depth"
        " ([rms_norm_tiny_variance](../theorems/normalizations/rms_norm_tiny_variance.py),"
        " [batch_norm_narrow](../theorems/normalizations/batch_norm_narrow.py)): they have no largest value, and"
        " only the medians are shown.\n\n"
        f"The worst is the best of several ascents from random and structured networks"
        f" ({sum(row.tried for row in rows):,} networks in all): a lower"
        f" value of the supremum, never an upper one; where it falls with depth beside a steep rise, the search fell"
        f" short. {_patient()}Medians are over networks with Gaussian"
        " weights and inputs, brought to these norms."
    )


def _patient() -> str:
    """Which networks had more ascents than the others."""
    more = [
        f"{each.name} had {each.patience} times as many ascents. " for each in NORMALIZATIONS if each.patience > 1
    ]
    return "".join(more)


def _findings(rows: Sequence[Row]) -> str:
    """What the numbers of one activation say, in a paragraph."""
    depths = sorted({row.depth for row in rows})
    if len(depths) < 3:
        return f"**{rows[0].activation}**: too few depths to speak of growth."
    first, last = depths[1], depths[-1]
    said = []
    for index, number in enumerate(("gradient", "Hessian")):
        factor = {name: _growth(rows, name, index, (first, last)) for name in _names(rows, "name")}
        steady = [name for name, value in factor.items() if value is not None and value <= STEADY]
        grown = sorted(((value, name) for name, value in factor.items() if value is not None and value > STEADY))
        said.append(f"the largest {number} found grows by at most {STEADY - 1:.0%} in {_listed(steady)}")
        said.append("it grows " + _listed([f"×{value:.3g} in {name}" for value, name in grown]))
    usual = _listed([name for name in _names(rows, "name") if _rises(rows, name, first, last)])
    gradient, hessian = "; ".join(said[:2]), "; ".join(said[2:])
    return (
        f"**{rows[0].activation}**, from L = {first} to {last}: {gradient}. And {hessian}. At random initialisation"
        f" the median Hessian rises in {usual}, and falls in all others."
    )


def _at(rows: Sequence[Row], name: str, depth: int) -> Row:
    return next(row for row in rows if row.name == name and row.depth == depth)


def _growth(rows: Sequence[Row], name: str, index: int, depths: tuple[int, int]) -> float | None:
    """By which factor the worst grows between two depths."""
    low, high = (_at(rows, name, depth).worst for depth in depths)
    return None if low is None or high is None else high[index] / low[index]


def _rises(rows: Sequence[Row], name: str, first: int, last: int) -> bool:
    return _at(rows, name, last).usual[1] > _at(rows, name, first).usual[1]


def _listed(names: Sequence[str]) -> str:
    return "; ".join(names) if names else "none"


def _table(rows: Sequence[Row], index: int) -> str:
    depths = sorted({row.depth for row in rows})
    names = _names(rows, "name")
    cells = [[name, *(_cell(_at(rows, name, depth), index) for depth in depths)] for name in names]
    return table(("normalization", *(f"L = {depth}" for depth in depths)), cells)


def _cell(row: Row, index: int) -> str:
    worst = "–" if row.worst is None else f"{row.worst[index]:.3g}"
    return f"{worst} ({row.usual[index]:.2g})"


def draw(rows: Sequence[Row]) -> list[Picture]:
    """One panel a normalization, depth across, both norms upwards on one logarithmic axis.

    Args:
        rows: all rows.
    """
    names = _names(rows, "name")
    lines = -(-len(names) // COLUMNS)

    def paint(figure: Figure) -> None:
        panels = figure.subplots(lines, COLUMNS, sharex=True, sharey=True, squeeze=False).ravel()
        for panel, name in zip(panels, names, strict=False):
            _panel(panel, [row for row in rows if row.name == name])
        for panel in panels[len(names) :]:
            panel.set_axis_off()
        for panel in panels[(lines - 1) * COLUMNS :]:
            panel.set_xlabel("depth L")
        _legend(panels[0], figure.legend)

    title = f"Gradient and Hessian against depth: m = {rows[0].width}, ‖W‖_F = √m in every layer, ‖v‖ = ‖x‖ = 1"
    caption = "Gradient and Hessian against depth, one panel a normalization"
    return [picture("normalizations_depth", title, caption, paint, (9.6, 2.1 * lines + 1.0))]


def _panel(axes: Axes, rows: Sequence[Row]) -> None:
    for activation in ACTIVATIONS:
        own = [row for row in rows if row.activation == activation]
        depths = [row.depth for row in own]
        for index, colour in enumerate(COLOURS):
            usual, mark = [row.usual[index] for row in own], MARKERS[activation]
            axes.plot(depths, usual, mark, ls=":", color=colour, ms=4, lw=1.0, mfc="none")
            worst = [row.worst[index] for row in own if row.worst is not None]
            if worst:
                axes.plot(depths, worst, mark, ls="-", color=colour, ms=5, lw=1.4)
    axes.set(yscale="log", xticks=sorted({row.depth for row in rows}))
    axes.set_title(rows[0].name)
    if all(row.worst is None for row in rows):
        axes.text(0.05, 0.92, "no largest value", transform=axes.transAxes, va="top")


def _legend(axes: Axes, place: Callable[..., object]) -> None:
    handles = [axes.plot([], [], "-", color=colour, lw=2)[0] for colour in COLOURS]
    labels = list(NUMBERS)
    for activation, mark in MARKERS.items():
        handles.append(axes.plot([], [], mark, color=LIGHT["claimed"])[0])
        labels.append(activation)
    handles.append(axes.plot([], [], "o-", color=LIGHT["claimed"])[0])
    handles.append(axes.plot([], [], "o:", color=LIGHT["claimed"], mfc="none")[0])
    place(handles, [*labels, "worst found", "median at random"], loc="outside lower center", ncols=6)
