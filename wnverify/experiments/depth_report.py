"""What the numbers of the depth experiment say, as sentences, tables and plots."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from wnverify.experiments.depth_rows import ALONE, INPUTS, RUNS, START, TRAINED, WORST, Row, of
from wnverify.experiments.kit.curvature import SAMPLES, STEPS
from wnverify.experiments.kit.experiment import Picture, Told, table
from wnverify.experiments.kit.growth import FEWEST, law
from wnverify.experiments.kit.lines import Frame, Line, plotted

COLOURS = {"identity": "random", "tanh": "searched", "sin": "structured"}
MARKS = {"identity": "o", "tanh": "s", "sin": "^"}
ROOM = 1e-9
ORDER = WORST, TRAINED, START, ALONE
BOUNDS = (
    ("depth-free bound", "free", "-"),
    ("explicit bound", "explicit", "--"),
    ("paper's rate L³, constant 1", "rate", ":"),
)


def tell(rows: Sequence[Row]) -> Told:
    """The findings, the setting and the tables.

    Args:
        rows: all rows.
    """
    unit = of(rows, WORST, True, 1.0)
    tables = [("Hessian, √m·‖∇²f‖₂, WeightNorm at ω = 1", _hessians(unit))] if unit else []
    if unit:
        last = 2 - 1 / unit[0].width
        title = f"Gradient of the hidden layers, Σ_l ‖∂f/∂W^l‖²/κ; supremum 2 − 1/m = {last:.4f} from L = 2 on"
        tables.append((title, _gradients(unit)))
    if compared := [row for row in rows if row.kind != ALONE and row.norm > 1.0]:
        tables.append((f"Hessian, √m·‖∇²f‖₂, at ω = {compared[0].norm:g}", _compared(compared)))
    if alone := [row for row in rows if row.kind == ALONE]:
        tables.append(("From random starts alone: Σ_l ‖∂f/∂W^l‖²/κ of the identity", _alone(alone)))
    return Told([*_within(rows), *_shares(unit), *_growths(rows)], _setting(rows), tables)


def _setting(rows: Sequence[Row]) -> str:
    width, tried = rows[0].width, sum(row.tried for row in rows)
    return (
        f"The networks have width m = {width}, input dimension {INPUTS}, all rows of norm ω, output layer and input"
        f" of norm 1. What is called worst is the best of ascents from random and structured networks ({tried:,}"
        " networks in all): a lower value of the supremum, never an upper one. At initialisation directions are"
        f" uniform, and the median of {8 * RUNS} networks is shown; along training, the largest of {RUNS} runs of"
        f" {STEPS} steps of descent on {SAMPLES} samples with labels ±½, with bounds at the shortest row and longest"
        " output layer of all runs (in the plots the bounds are those at the start, ρ₁ = 0). The bounds are those of"
        " `theorems/depth_free/hessian.py`, of"
        " `theorems/banerjee2024/predictor_hessian.py`, and the rate L³(1+ρ₁)(1+β)/(√m min{ω, ω²}) that the paper"
        " claims, with constant 1. Plain networks have the same layers without normalization,"
        " z = m^{-1/2}⟨W_i, α⟩: a layer stretches by up to ω."
    )


def _within(rows: Sequence[Row]) -> Iterator[str]:
    """Whether every bound held."""
    held = [row for row in rows if row.hessian is not None and row.free is not None and row.explicit is not None]
    if not held:
        return
    crossed = [row for row in held if _whole(row.hessian) > (1 + ROOM) * min(_whole(row.free), _whole(row.explicit))]
    above = [row.depth for row in held if _whole(row.hessian) > _whole(row.rate)]
    if crossed:
        yield f"A BOUND IS CROSSED at {len(crossed)} points, a fault in a theorem or in the program: {crossed[0]}."
    else:
        yield f"No bound is crossed: at all {len(held)} points of WeightNorm networks the Hessian is below both."
    if above:
        yield (
            f"The paper's rate with constant 1 is crossed at {len(above)} points, all with L ≤ {max(above)}: it is a"
            " rate, and its constant is not 1."
        )


def _shares(unit: Sequence[Row]) -> Iterator[str]:
    """What share of the bounds is attained, in a sentence an activation."""
    for activation, own in by_activation(unit).items():
        if len(own) < 3:
            continue
        second, last = own[1], own[-1]
        growth = (_whole(last.hessian) - _whole(second.hessian)) / (last.depth - second.depth)
        shares = [f"{_whole(last.hessian) / _whole(bound):.2g}" for bound in (last.free, last.explicit, last.rate)]
        yield (
            f"{activation}, WeightNorm at ω = 1: the Hessian attained grows by {max(growth, 0.0):.4f} a layer from"
            f" L = {second.depth} to {last.depth}, where it is {shares[0]} of the depth-free bound,"
            f" {shares[1]} of the explicit one and {shares[2]} of the paper's rate."
        )


def _growths(rows: Sequence[Row]) -> Iterator[str]:
    """By which factor a layer multiplies the Hessian, with and without normalization."""
    places = {(ORDER.index(row.kind), row.norm) for row in rows}
    for kind, norm in ((ORDER[place], norm) for place, norm in sorted(places)):
        plain, normal = (by_activation(of(rows, kind, normalised, norm)) for normalised in (False, True))
        for activation in plain:
            if min(len(plain[activation]), len(normal.get(activation, ()))) >= FEWEST:
                without, with_ = law(_points(plain[activation])), law(_points(normal[activation]))
                yield (
                    f"{kind}, {activation}, ω = {norm:g}: from L = {plain[activation][1].depth} on the Hessian"
                    f" {without} without normalization, and {with_} with it."
                )


def _points(rows: Sequence[Row]) -> list[tuple[float, float]]:
    return [(float(row.depth), _whole(row.hessian)) for row in rows]


def _whole(number: float | None) -> float:
    return float("nan") if number is None else number


def by_activation(rows: Sequence[Row]) -> dict[str, list[Row]]:
    """Rows of each activation, in their order.

    Args:
        rows: of one kind.
    """
    names = dict.fromkeys(row.activation for row in rows)
    return {name: [row for row in rows if row.activation == name] for name in names}


# ---- tables


def _hessians(rows: Sequence[Row]) -> str:
    head = ("φ", "L", "attained", "depth-free bound", "ratio", "explicit bound", "ratio", "paper's rate", "ratio")
    return table(head, [_hessian_cells(row) for row in rows])


def _hessian_cells(row: Row) -> tuple[str, ...]:
    found = _whole(row.hessian)
    bounds = [
        (f"{_whole(bound):.4g}", f"{found / _whole(bound):.4f}") for bound in (row.free, row.explicit, row.rate)
    ]
    return row.activation, str(row.depth), f"{found:.4f}", *(cell for pair in bounds for cell in pair)


def _gradients(rows: Sequence[Row]) -> str:
    own = by_activation(rows)
    found = {(row.activation, row.depth): _whole(row.gradient) for row in rows}
    depths = list(dict.fromkeys(row.depth for row in rows))
    cells = [[str(depth), *(f"{found[name, depth]:.5f}" for name in own), str(depth)] for depth in depths]
    return table(("L", *own, "explicit bound of banerjee2024"), cells)


def _compared(rows: Sequence[Row]) -> str:
    kinds = list(dict.fromkeys((row.kind, row.normalised) for row in rows))
    found = {(row.kind, row.normalised, row.activation, row.depth): _whole(row.hessian) for row in rows}
    places = list(dict.fromkeys((row.activation, row.depth) for row in rows))
    head = ("φ", "L", *(f"{kind}, {'WeightNorm' if normalised else 'plain'}" for kind, normalised in kinds))
    return table(head, [(place[0], str(place[1]), *_cells(found, kinds, place)) for place in places])


def _cells(
    found: dict[tuple[str, bool, str, int], float], kinds: Sequence[tuple[str, bool]], place: tuple[str, int]
) -> list[str]:
    values = [found.get((*kind, *place)) for kind in kinds]
    return ["–" if value is None else f"{value:.4g}" for value in values]


def _alone(rows: Sequence[Row]) -> str:
    head = ("L", "m", "found", "2 − 1/m", "short by", "networks")
    pairs = [(row, 2 - 1 / row.width, _whole(row.gradient)) for row in rows]
    return table(
        head,
        [
            (str(row.depth), str(row.width), f"{found:.6f}", f"{most:.6f}", f"{most - found:.1e}", f"{row.tried:,}")
            for row, most, found in pairs
        ],
    )


# ---- plots


def draw(rows: Sequence[Row]) -> list[Picture]:
    """The plots: bounds and what is attained, the gradient, and networks with and without normalization.

    Args:
        rows: all rows.
    """
    unit = by_activation(of(rows, WORST, True, 1.0))
    found = [_hessian_plot(unit), _gradient_plot(unit)] if unit else []
    norms = sorted({row.norm for row in rows if not row.normalised and row.norm > 1.0})
    names = list(by_activation(of(rows, WORST, False, norms[-1]))) if norms else []
    return [*found, *(_compared_plot(rows, name, norms[-1]) for name in names)]


def _along(rows: Sequence[Row], name: str) -> list[tuple[float, float | None]]:
    return [(row.depth, getattr(row, name)) for row in rows]


def _hessian_plot(unit: dict[str, list[Row]]) -> Picture:
    lines = [
        Line(f"{name}, attained", _along(own, "hessian"), COLOURS[name], MARKS[name]) for name, own in unit.items()
    ]
    for label, bound, look in BOUNDS:
        lines += [Line("", _along(own, bound), COLOURS[name], look, thin=True) for name, own in unit.items()]
        lines.append(Line(label, [(1.0, None)], "claimed", look, thin=True))
    width = next(iter(unit.values()))[0].width
    frame = Frame(f"WeightNorm, m = {width}, ω = 1, ρ₁ = 0", "depth L", "√m · largest ‖∇²f‖₂", "y", whole=True)
    caption = "Largest Hessian that is attained against depth, below three bounds in the colour of each activation"
    return plotted("depth", frame, lines, caption)


def _gradient_plot(unit: dict[str, list[Row]]) -> Picture:
    lines = [
        Line(f"{name}, attained", _along(own, "gradient"), COLOURS[name], MARKS[name]) for name, own in unit.items()
    ]
    first = next(iter(unit.values()))
    depths, width = [row.depth for row in first], first[0].width
    supremum = [(float(depth), 1.0 if depth == 1 else 2 - 1 / width) for depth in depths]
    lines.append(Line("supremum 2 − 1/m (1 at L = 1)", supremum, "claimed"))
    shown = [(float(depth), float(depth)) for depth in depths if depth <= 4]
    lines.append(Line("explicit bound L", shown, "claimed", "--", thin=True))
    frame = Frame(f"WeightNorm, m = {width}, ω = 1, ρ₁ = 0", "depth L", "Σ ‖∂f/∂W‖² / κ", whole=True)
    return plotted(
        "depth-gradient", frame, lines, "Largest gradient of the hidden layers against depth: flat from two on"
    )


def _compared_plot(rows: Sequence[Row], name: str, norm: float) -> Picture:
    lines = []
    for normalised, words, colour in ((False, "plain", "searched"), (True, "WeightNorm", "random")):
        for kind, look in ((WORST, "o-"), (TRAINED, "s--"), (START, "^:")):
            own = [row for row in of(rows, kind, normalised, norm) if row.activation == name]
            lines.append(Line(f"{words}, {kind}", _along(own, "hessian"), colour, look))
    bounded = [row for row in of(rows, WORST, True, norm) if row.activation == name]
    lines += [Line(label, _along(bounded, bound), "claimed", look, thin=True) for label, bound, look in BOUNDS]
    width = rows[0].width
    frame = Frame(f"{name}, m = {width}, rows of norm {norm:g}", "depth L", "√m · ‖∇²f‖₂", "y", whole=True)
    caption = f"Hessian against depth with and without weight normalization, {name}: flat against exponential"
    return plotted(f"depth-{name}", frame, lines, caption)
