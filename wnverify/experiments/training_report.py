"""What the experiment on training finds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from types import MappingProxyType

from wnverify.experiments.kit.experiment import Told, table
from wnverify.experiments.training_rows import (
    ACTIVATION,
    CERTIFIED,
    DECAY,
    DEPTH,
    FULL,
    RECIPES,
    Row,
)

ROOM, HARDLY, NEARLY, BALL = 1e-9, 0.01, 1.1, 1.0
"""Rounding; a share of the loss that is hardly a fall; a factor of ω that is nearly 1; a radius ρ₁ as is assumed."""
Bounded = Callable[[Row], Sequence[tuple[float | None, float | None]]]
BOUNDS: Mapping[str, Bounded] = MappingProxyType({
    "𝓛": lambda row: [(row.loss, row.loss_certified)],
    "ω": lambda row: [(row.omega_certified, row.omega)],
    "‖v − v₀‖": lambda row: [(row.distance, row.distance_certified)],
    "R ≤ 4G²": lambda row: [(row.ratio, row.ratio_certified)],
    "α": lambda row: [(row.alpha, row.curvature)],
    "β_𝓛": lambda row: [
        (row.smoothness, bound)
        for bound in (row.smoothness_certified, row.smoothness_free, row.smoothness_layers)
    ],
    "the rate": lambda row: [(row.rate_certified, row.rate), (row.short_certified, row.short_rate)],
})  # fmt: skip
"""What is certified, as pairs of which the first is never larger than the second."""


def crossed(row: Row) -> list[str]:
    """The bounds that a row crosses.

    Args:
        row: which.
    """
    found = [name for name, pairs in BOUNDS.items() if any(_is_above(*pair) for pair in pairs(row))]
    return [*found, *(["a step"] if row.crossed else [])]


def _is_above(low: float | None, high: float | None) -> bool:
    return low is not None and high is not None and low > high + ROOM * max(abs(low), abs(high))


# ---- what the numbers say


def tell(rows: Sequence[Row]) -> Told:
    """The findings, the setting and a table of all runs.

    Args:
        rows: all rows.
    """
    runs = _runs(rows)
    parts = (_learned(runs), _norms(runs), _widths(runs), _output(runs), _ratio(rows))
    findings = [_within(rows), *(each for part in parts for each in part)]
    findings += [_convexity(rows), *_smoothness(runs), *_rates(rows)]
    return Told(findings, _setting(rows), [("The runs", _table(runs))])


def _runs(rows: Sequence[Row]) -> list[list[Row]]:
    """The rows of each run."""
    places = dict.fromkeys((row.kind, row.width) for row in rows)
    return [[row for row in rows if (row.kind, row.width) == place] for place in places]


def _setting(rows: Sequence[Row]) -> str:
    row = rows[0]
    ways = "; ".join(f"{name}: {_recipe(name)}" for name in RECIPES)
    return (
        f"{row.source}: {row.pictures:,} pictures of {row.pixels:,} pixels, in the unit ball; +1 for an even label,"
        f" −1 for an odd one; square loss. Networks have {DEPTH} hidden layers with normalised rows, {ACTIVATION},"
        " the scaling of the paper, ‖v₀‖ = 1, and entries of W that are at first uniform on ±1/√k, k the columns."
        f" {ways}. Bounds are those of `banerjee2024` at the ω and the least ρ₁ of each moment, or certain along the"
        " run: ω by `min_norm_monotone` and `min_norm_decay`, ‖v − v₀‖ by ‖∂𝓛/∂v‖ ≤ 2√𝓛, the loss by `gd_descent`."
        " Depth-free ones are those of `depth_free`. ‖∇²𝓛‖₂ is a lower estimate by Lanczos steps; g is ∇𝓛/‖∇𝓛‖."
        " A rate is −log of the factor by which 𝓛 falls in a step."
    )


def _recipe(name: str) -> str:
    recipe = RECIPES[name]
    parts = [
        f"η = {recipe.step:g}" if recipe.step else "η = 1/β_𝓛 as certified, anew at every step",
        f"mini-batches of {recipe.batch} at most" if recipe.batch else "all pictures at once",
        f"momentum {recipe.momentum:g}" if recipe.momentum else "",
        f"decay λ = {recipe.decay:g}" if recipe.decay else "",
    ]
    return ", ".join(part for part in parts if part)


def _within(rows: Sequence[Row]) -> str:
    bad = [(row, names) for row in rows if (names := crossed(row))]
    if bad:
        row, names = bad[0]
        return (
            f"A BOUND IS CROSSED at {len(bad)} of {len(rows)} moments, a fault in a theorem or the program: first"
            f" {', '.join(names)}, {row.kind}, m = {row.width}, t = {row.time}."
        )
    return f"No bound is crossed: {', '.join(BOUNDS)} keep to what is certified at all {len(rows)} moments."


def _learned(runs: Sequence[Sequence[Row]]) -> Iterator[str]:
    for own in runs:
        first, last = own[0], own[-1]
        if last.width != runs[0][0].width:
            continue
        hardly = last.loss > (1 - HARDLY) * first.loss
        bound = "" if last.loss_certified is None else f", at most {last.loss_certified:.6g} as certified"
        yield (
            f"{_name(last)}: 𝓛 {'hardly changes, from' if hardly else 'goes from'} {first.loss:.6g} to"
            f" {last.loss:.6g} in {last.time + 1} steps{bound}; {last.correct:.1%} of the pictures are told apart."
        )


def _name(row: Row) -> str:
    return f"{row.kind[0].upper()}{row.kind[1:]}"


def _norms(runs: Sequence[Sequence[Row]]) -> Iterator[str]:
    kept = [own for own in runs if own[-1].kind != DECAY]
    if kept:
        falls = any(later.omega < row.omega * (1 - ROOM) for own in kept for row, later in pairwise(own))
        most = max(kept, key=lambda own: own[-1].omega / own[0].omega)
        growth = most[-1].omega / most[0].omega
        nearly = [own for own in kept if own[-1].omega <= NEARLY * own[0].omega]
        words = "FALLS somewhere" if falls else "never falls"
        yield (
            f"Without decay the minimum weight norm ω {words}: whether it keeps"
            f" away from zero is an open question of the paper, to which `min_norm_monotone` says yes. That it is"
            f" nearly constant holds, within {NEARLY - 1:.0%}, in {len(nearly)} of {len(kept)} runs; it grows most,"
            f" ×{growth:.3g}, with {most[0].kind} at m = {most[0].width}."
        )
    for own in runs:
        if own[-1].kind == DECAY:
            yield (
                f"With decay ω goes from {own[0].omega:.3g} to {own[-1].omega:.3g}; it is at least"
                f" {own[-1].omega_certified:.3g}, and by no theorem stays away from zero."
            )


def _widths(runs: Sequence[Sequence[Row]]) -> Iterator[str]:
    """ω against width, at both ends of the same way of training."""
    own = sorted((run for run in runs if run[0].kind == FULL), key=lambda run: run[0].width)
    if len(own) < 2:
        return
    start, end = [run[0].omega for run in own], [run[-1].omega for run in own]
    cost = [min(run[-1].cost, run[-1].cost_free) for run in own]
    falls = _trend(cost) == "falls with width"
    widths = ", ".join(str(run[0].width) for run in own)
    yield (
        f"Against width, m = {widths}, ω is {_listed(start)} at the start, where it {_trend(start)}, and"
        f" {_listed(end)} at the end, where it {_trend(end)}. At the end 2H√𝓛 is {_listed(cost)}:"
        f" {'as' if falls else 'though'} H falls with m at given ω and ρ₁, it {_trend(cost)}"
        f"{'' if falls else ' where both come out of training'}."
    )


def _listed(values: Sequence[float]) -> str:
    return ", ".join(f"{value:.3g}" for value in values)


def _trend(values: Sequence[float]) -> str:
    """Whether it goes one way."""
    if all(two > one for one, two in pairwise(values)):
        return "rises with width"
    return "falls with width" if all(two < one for one, two in pairwise(values)) else "goes neither way with width"


def _output(runs: Sequence[Sequence[Row]]) -> Iterator[str]:
    inside = [own for own in runs if max(row.distance for row in own) <= BALL]
    outside = [own for own in runs if own not in inside]
    if inside:
        yield f"The output weights stay within ‖v − v₀‖ ≤ {BALL:g} with {_places(inside)}."
    if outside:
        far = max((own[-1] for own in outside), key=lambda row: row.distance)
        learned = [own for own in runs if own[-1].loss <= (1 - HARDLY) * own[0].loss]
        words = "of none of" if all(own in outside for own in learned) else "only of some of"
        yield (
            f"They leave that ball with {_places(outside)}: ‖v − v₀‖ comes to {far.distance:.3g}, and ρ₁ has to be"
            f" {far.rho:.3g} for the bounds to speak of the network. That v stays near v₀, which the paper's setting"
            f" supposes, is true {words} the {len(learned)} runs in which the loss falls by more than {HARDLY:.0%}."
        )


def _places(runs: Sequence[Sequence[Row]]) -> str:
    return ", ".join(f"{own[0].kind} (m = {own[0].width})" for own in runs)


def _ratio(rows: Sequence[Row]) -> Iterator[str]:
    low, high = min(rows, key=lambda row: row.ratio), max(rows, key=lambda row: row.ratio)
    near = max(row.ratio / row.ratio_certified for row in rows)
    yield (
        f"R = ‖∇𝓛‖²/𝓛 lies between {low.ratio:.2g} ({low.kind}, m = {low.width}, t = {low.time}) and {high.ratio:.2g}"
        f" ({high.kind}, m = {high.width}, t = {high.time}), and is {near:.1g} of 4G² at most."
    )


def _convexity(rows: Sequence[Row]) -> str:
    held = [row for row in rows if row.alpha > 0]
    upwards = sum(row.curvature is not None and row.curvature > 0 for row in rows)
    near = max(row.ratio / 2 / min(row.cost, row.cost_free) for row in rows)
    words = (
        f"The condition α = R/2 − 2H√𝓛 > 0 of restricted strong convexity is met at {len(held)} of {len(rows)}"
        f" moments, while the loss does curve upwards along its gradient at {upwards}; R/2 is {near:.2g} of 2H√𝓛 at"
        " most."
    )
    if held:
        return words + " There the linear rate that the paper derives from it is certified."
    return words + " The paper's guarantee, which asks for α > 0, never speaks of these runs."


def _smoothness(runs: Sequence[Sequence[Row]]) -> Iterator[str]:
    rows = [row for own in runs for row in own]
    loose = sorted(row.smoothness_certified / row.smoothness for row in rows if row.smoothness > 0)
    layers = sorted(
        row.smoothness_layers / row.smoothness for row in rows if row.smoothness_layers and row.smoothness > 0
    )
    if loose and layers:
        yield (
            f"β_𝓛 as certified is {loose[0]:.3g} to {loose[-1]:.3g} times the measured ‖∇²𝓛‖₂, from norms of layers"
            f" and activations {layers[0]:.3g} to {layers[-1]:.3g} times."
        )
    for own in runs:
        if own[0].kind == FULL and own[0].width == rows[0].width:
            yield (
                f"With all pictures at once and η = {own[-1].step:g} the measured ‖∇²𝓛‖₂ ends at"
                f" {own[-1].smoothness * own[-1].step / 2:.2g} of 2/η, from {own[0].smoothness * own[0].step / 2:.2g}"
                " of it; ηβ_𝓛 < 2 as certified would ask for"
                f" η < {2 / max(row.smoothness_certified for row in own):.2g}."
            )


def _rates(rows: Sequence[Row]) -> Iterator[str]:
    sure = [row.short_rate / row.short_certified for row in rows if row.short_certified]
    if sure:
        best = max(rows, key=lambda row: row.short_certified or 0.0)
        where = "every moment" if len(sure) == len(rows) else f"{len(sure)} of {len(rows)} moments"
        yield (
            f"A rate is certified for a step of size 1/β_𝓛 at {where}; the measured one is {min(sure):.3g} to"
            f" {max(sure):.3g} times as large. The best certified rate is {best.short_certified:.2g} a step"
            f" ({best.kind}, m = {best.width}, t = {best.time})."
        )
    long = [row for row in rows if row.kind != CERTIFIED]
    taken = [row.rate / row.short_rate for row in long if row.rate is not None and row.short_rate > 0]
    if taken:
        certified = sum(row.rate_certified is not None for row in long)
        yield (
            f"Of the longer steps that were taken {certified} of {len(long)} are certified to lower the loss;"
            f" {sum(each > 0 for each in taken)} do, by up to {max(taken):.2g} times the rate of a step 1/β_𝓛."
        )


def _table(runs: Sequence[Sequence[Row]]) -> str:
    head = (
        "training", "m", "T", "𝓛 at the end", "told apart", "ω: start, end", "‖v − v₀‖", "ρ₁", "R", "α",
        "‖∇²𝓛‖₂ (β_𝓛)", "rate of 1/β_𝓛 (certified)",
    )  # fmt: skip
    return table(head, [_cells(own[0], own[-1]) for own in runs])


def _cells(first: Row, row: Row) -> tuple[str, ...]:
    sure = "–" if row.short_certified is None else f"{row.short_certified:.2g}"
    curved = f"{row.smoothness:.3g} ({row.smoothness_certified:.3g})"
    return (
        row.kind, str(row.width), str(row.time + 1), f"{row.loss:.4g}", f"{row.correct:.1%}",
        f"{first.omega:.3g}, {row.omega:.3g}", f"{row.distance:.3g}", f"{row.rho:.3g}", f"{row.ratio:.2g}",
        f"{row.alpha:.3g}", curved, f"{row.short_rate:.2g} ({sure})",
    )  # fmt: skip
