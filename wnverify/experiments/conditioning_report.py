"""What the numbers of the experiment on conditioning say, as sentences, tables and plots."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from wnverify.experiments.conditioning_rows import (
    ASKED,
    BEST,
    CLAIM,
    DESCENT,
    FAILURE,
    FLIPS,
    FLOW,
    FLOW_G,
    FLOW_V,
    INPUTS,
    NORMAL,
    PATH,
    PLAIN,
    RANDOM,
    RESIDUAL,
    SAMPLES,
    SHARE,
    SHOWN,
    STEPS,
    WIDTH,
)
from wnverify.experiments.kit.experiment import Picture, Told, table
from wnverify.experiments.kit.lines import Frame, Line, plotted
from wnverify.experiments.kit.measured import Measured, certified, crossed, medians, of

ROOM = 1e-6
SLIDING = 2
"""More changes of one sign along a flow are called sliding."""
STEEP = -2.1, -1.8
"""What counts as α^(−2)."""
EVEN = 0.01
"""By how much rates differ that are called equal."""
NAMES = {RANDOM: "random"}
COLOURS = dict(zip(SHOWN, ("random", "structured", "searched"), strict=True))


def tell(rows: Sequence[Measured]) -> Told:
    """The findings, the setting and the tables.

    Args:
        rows: all rows.
    """
    names = _problems(rows)
    findings = [*_bounds(rows)]
    for name in names:
        findings += [*_regimes(rows, name), *_beside(rows, name), *_best(rows, name)]
    tables = [(f"Median rates, {name}", _table(rows, name)) for name in names]
    return Told([*findings, *_widths(rows)], _setting(rows), tables)


def _problems(rows: Sequence[Measured]) -> list[str]:
    return list(dict.fromkeys(row.problem for row in of(rows, FLOW)))


def _setting(rows: Sequence[Measured]) -> str:
    draws = len({row.draw for row in of(rows, FLOW)})
    return (
        f"f_i = m^(−1/2) Σ c_k relu(g_k⟨v_k/‖v_k‖, x_i⟩) with c_k = ±1, v_k(0) = αu_k, g_k(0) = ‖u_k‖, n = {SAMPLES}"
        f" unit inputs in dimension {INPUTS}, R₀ = ‖f(0) − y‖ = {RESIDUAL:g}; {draws} initialisations, the same at"
        " every α; without normalization w_k(0) = u_k, the same function. A rate is the least (1/t) log(R₀/‖r(t)‖) of"
        f" the flow up to 3/λ_min(Λ(0)), and the least (1 − (‖r(s)‖/R₀)^(1/s))/η of {STEPS} steps of descent with"
        f" η = {SHARE:g}/(κ² max(1, 1/α²)), without normalization {SHARE:g}/κ². The certificates φ are those of"
        " [flow_certificate](../theorems/dukler2020/flow_certificate.py) and"
        " [descent_certificate](../theorems/dukler2020/descent_certificate.py), computed from the initialisation"
        " alone; by V or by G alone one of the two parts of Φ is left out. The best constant step is"
        " 2/(λ_min + λ_max) of the first kernel."
    )


def _bounds(rows: Sequence[Measured]) -> Iterator[str]:
    """Whether a certificate was ever broken."""
    sure, lost = certified(rows), crossed(rows, ROOM)
    slides = [row.value or 0.0 for row in of(rows, FLIPS)]
    if lost:
        yield f"A BOUND IS CROSSED at {lost} of {len(sure)} places, a fault in a theorem or the program."
    elif sure:
        shares = {kind: max(_shares(of(rows, kind)), default=0.0) for kind in (FLOW, DESCENT)}
        words = " and ".join(f"{share:.2f} of that of the {kind}" for kind, share in shares.items())
        yield (
            f"No bound is crossed at any of {len(sure)} places where one is certified; at best the certified rate is"
            f" {words}. {sum(each > SLIDING for each in slides)} of {len(slides)} flows slide along a kink; there the"
            " integrator takes 0 or 1 where Filippov's flow has values between."
        )


def _shares(rows: Sequence[Measured]) -> Iterator[float]:
    """The certified rate over the measured one."""
    yield from (row.low / row.value for row in rows if row.low and row.value)


def _middle(rows: Sequence[Measured], kind: str, problem: str, method: str = NORMAL) -> dict[float, float]:
    """α -> the median."""
    found = medians(of(rows, kind, problem=problem, method=method))
    return {x: value for x, value in found if value is not None}


def _lows(rows: Sequence[Measured], kind: str, problem: str) -> dict[float, float]:
    """α -> the median certified, 0 where most draws have nothing."""
    return {x: value or 0.0 for x, value in medians(of(rows, kind, problem=problem, method=NORMAL), "low")}


def _slope(found: dict[float, float], low: float, high: float) -> float:
    """The exponent of the rate in α between two values."""
    return float(np.log(found[high] / found[low]) / np.log(high / low))


def _regimes(rows: Sequence[Measured], problem: str) -> Iterator[str]:
    """The paper's two regimes."""
    rate = _middle(rows, FLOW, problem)
    small, large = [x for x in rate if x <= 0.5], [x for x in rate if x >= 2.0]
    if len(small) < 2 or len(large) < 2:
        return
    first, last = _slope(rate, small[0], small[-1]), _slope(rate, large[0], large[-1])
    verdict = "supported" if STEEP[0] < first < STEEP[1] < last - 0.5 else "NOT SUPPORTED"
    yield (
        f"**{problem}**: the rate of the flow goes like α^({first:.2f}) up to α = {small[-1]:g}, where the directions"
        f" dominate, and like α^({last:.2f}) from α = {large[0]:g} on, where that of the gains, which α does not"
        f" change, takes over: the two regimes are {verdict}. {_border(rows, problem)} {_claimed(rows, problem)}"
    )


def _border(rows: Sequence[Measured], problem: str) -> str:
    """From which α on the gains certify more than the directions."""
    by_V, by_G = (_lows(rows, kind, problem) for kind in (FLOW_V, FLOW_G))
    turned = [x for x in by_G if by_G[x] > by_V[x]]
    if not turned:
        return "G alone certifies more than V alone at no α that was tried."
    beyond = ", not from α = 1, the border between the paper's two claims: up to there V decides"
    return f"G alone certifies more than V alone from α = {turned[0]:.3g} on{beyond if turned[0] > 1 else ''}."


def _claimed(rows: Sequence[Measured], problem: str) -> str:
    """The rates that are claimed for wide networks, beside the measured ones."""
    rate, claims = _middle(rows, FLOW, problem), _middle(rows, CLAIM, problem)
    slower = [x for x in rate if rate[x] < claims[x]]
    reached = f"NOT REACHED at {_alphas(slower)}" if slower else "exceeded at every α"
    return (
        f"The rates claimed for wide networks, λ₀/(2α²) up to α = 1 and μ₀/2 beyond, are {reached}, by a factor of up"
        f" to {max(rate[x] / claims[x] for x in rate):.2g}."
    )


def _alphas(found: Sequence[float]) -> str:
    return "α = " + ", ".join(f"{x:.3g}" for x in found) if found else "no α"


def _compared(
    rows: Sequence[Measured], kind: str, problem: str
) -> tuple[list[float], list[float], dict[float, float]]:
    """At which α normalization is faster and slower, and the quotient at every α."""
    normal, plain = (_middle(rows, kind, problem, method) for method in (NORMAL, PLAIN))
    quotient = {x: normal[x] / plain[x] for x in normal if x in plain}
    faster = [x for x, value in quotient.items() if value > 1 + EVEN]
    return faster, [x for x, value in quotient.items() if value < 1 - EVEN], quotient


def _beside(rows: Sequence[Measured], problem: str) -> Iterator[str]:
    """Beside the network without normalization, in the flow's time."""
    faster, slower, quotient = _compared(rows, FLOW, problem)
    if quotient:
        ends = min(quotient), max(quotient)
        yield (
            f"In the time of the flow, on {problem}, weight normalization is faster than no normalization at"
            f" {_alphas(faster)} and slower at {_alphas(slower)}: {quotient[ends[0]]:.3g} times its rate at"
            f" α = {ends[0]:.3g}, {quotient[ends[1]]:.2g} at α = {ends[1]:.3g}. α² is a ratio of learning rates, so"
            " that this says how long the steps are, not how well the problem is conditioned."
        )


def _best(rows: Sequence[Measured], problem: str) -> Iterator[str]:
    """At the best constant steps, where conditioning decides."""
    faster, slower, quotient = _compared(rows, BEST, problem)
    if not quotient:
        return
    verdict = "supported" if faster and not slower else "supported in part" if faster else "NOT SUPPORTED"
    top = max(quotient, key=lambda x: quotient[x])
    yield (
        f"With the best constant step of each, on {problem}, it is faster at {_alphas(faster)}, slower at"
        f" {_alphas(slower)}, and at best (α = {top:.3g}) {quotient[top]:.2f} times as fast: that weight"
        f" normalization converges faster is {verdict} here."
    )


def _widths(rows: Sequence[Measured]) -> Iterator[str]:
    """From which widths on the certificate says something, and which the theorem asks for."""
    for alpha in SHOWN:
        own = of(rows, WIDTH, scale=alpha)
        if own:
            widths = sorted({row.x for row in own})
            sure = [m for m in widths if all(row.low is not None for row in own if row.x >= m)]
            words = f"from m = {sure[0]:.0f} on" if sure else f"at no width up to m = {widths[-1]:.0f}"
            yield (
                f"At α = {alpha:g} descent is certified for all draws {words}, while {_asked(rows, alpha)}; every run"
                f" down to m = {widths[0]:.0f} contracts, at a rate of {min(row.value or 0.0 for row in own):.2g} at"
                " least."
            )


def _asked(rows: Sequence[Measured], alpha: float) -> str:
    """What the width theorem asks for, in words."""
    asked = [row.value for row in of(rows, ASKED, scale=alpha) if row.value is not None]
    ends = f"{min(asked):.2g} to {max(asked):.2g} neurons" if asked else "more than any number of neurons"
    return f"the width theorem for the flow asks for {ends} (δ = {FAILURE:g})"


def _table(rows: Sequence[Measured], problem: str) -> str:
    rate, plain = _middle(rows, FLOW, problem), _middle(rows, FLOW, problem, PLAIN)
    lows = [_lows(rows, kind, problem) for kind in (FLOW, FLOW_V, FLOW_G)]
    steps, sure = _middle(rows, DESCENT, problem), _lows(rows, DESCENT, problem)
    best = [_middle(rows, BEST, problem, method) for method in (NORMAL, PLAIN)]
    columns = rate, *lows, plain, steps, sure, *best
    cells = [[f"{x:.3g}", *(_cell(each.get(x)) for each in columns)] for x in rate]
    head = (
        "α",
        "flow",
        "certified",
        "by V",
        "by G",
        "flow, plain",
        "descent",
        "certified",
        "best step",
        "best, plain",
    )
    return table(head, cells)


def _cell(value: float | None) -> str:
    return f"{value:.3g}" if value else "–"


# ---- plots


def draw(rows: Sequence[Measured]) -> list[Picture]:
    """Rates against α, factors of a step, residuals and widths.

    Args:
        rows: all rows.
    """
    pictures = []
    for name in _problems(rows):
        ending = NAMES.get(name, "orthonormal")
        pictures += [_rates(rows, name, ending), _descents(rows, name, ending), _steps(rows, name, ending)]
    pictures += [_paths(rows, RANDOM)] if of(rows, PATH) else []
    return [*pictures, *([_width_plot(rows)] if of(rows, WIDTH) else [])]


def _points(
    rows: Sequence[Measured], kind: str, problem: str, method: str = NORMAL, field: str = "value"
) -> list[tuple[float, float | None]]:
    return medians(of(rows, kind, problem=problem, method=method), field)


def _rates(rows: Sequence[Measured], problem: str, ending: str) -> Picture:
    lines = [
        Line("measured", _points(rows, FLOW, problem), "random", "o-"),
        Line("certified", _points(rows, FLOW, problem, field="low"), "random", "--", thin=True),
        Line("certified by V alone", _points(rows, FLOW_V, problem, field="low"), "searched", "v:"),
        Line("certified by G alone", _points(rows, FLOW_G, problem, field="low"), "structured", "^:"),
        Line("no normalization", _points(rows, FLOW, problem, PLAIN), "ink", "-"),
        Line("claimed for wide networks", _points(rows, CLAIM, problem), "hypothesis", "--", thin=True),
    ]
    frame = Frame(f"Flow, {problem}", "α", "rate of ‖r‖, median", "xy")
    caption = f"Rate of the flow against α on {problem}, with certificates, and without normalization"
    return plotted(f"conditioning-flow-{ending}", frame, lines, caption)


def _descents(rows: Sequence[Measured], problem: str, ending: str) -> Picture:
    lines = [
        Line("measured", _points(rows, DESCENT, problem), "random", "o-"),
        Line("certified", _points(rows, DESCENT, problem, field="low"), "random", "--", thin=True),
        Line("no normalization", _points(rows, DESCENT, problem, PLAIN), "ink", "-"),
    ]
    frame = Frame(f"Descent, {problem}", "α", "(1 − factor of ‖r‖)/η, median", "xy")
    caption = f"Contraction of descent against α on {problem}, with its certificate, and without normalization"
    return plotted(f"conditioning-descent-{ending}", frame, lines, caption)


def _steps(rows: Sequence[Measured], problem: str, ending: str) -> Picture:
    lines = [
        Line("weight normalization", _points(rows, BEST, problem), "random", "o-"),
        Line("no normalization", _points(rows, BEST, problem, PLAIN), "ink", "-"),
    ]
    frame = Frame(f"Best constant step, {problem}", "α", "−log of the factor of a step", "x")
    caption = f"How fast descent contracts with the best constant step on {problem}, where conditioning decides"
    return plotted(f"conditioning-best-{ending}", frame, lines, caption)


def _paths(rows: Sequence[Measured], problem: str) -> Picture:
    lines = []
    for alpha in SHOWN:
        own = of(rows, PATH, problem=problem, method=NORMAL, scale=alpha)
        lines.append(Line(f"α = {alpha:g}", [(row.x, row.value) for row in own], COLOURS[alpha]))
        lines.append(Line("certified", [(row.x, row.high) for row in own], COLOURS[alpha], "--", thin=True))
    own = of(rows, PATH, problem=problem, method=PLAIN, scale=1.0)
    lines.append(Line("no normalization", [(row.x, row.value) for row in own], "ink", ":"))
    frame = Frame(f"Descent, {problem}", "step s", "‖r(s)‖/R₀", "y")
    caption = f"Residual along descent on {problem} with the certified (1 − ηφ)^s, one initialisation"
    return plotted(
        "conditioning-residual", frame, [line for line in lines if any(y for _, y in line.points)], caption
    )


def _width_plot(rows: Sequence[Measured]) -> Picture:
    lines = []
    for alpha in SHOWN:
        own = of(rows, WIDTH, scale=alpha)
        lines.append(Line(f"α = {alpha:g}", medians(own), COLOURS[alpha], "o-"))
        lines.append(Line("certified", medians(own, "low"), COLOURS[alpha], "v--", thin=True))
    frame = Frame("Descent against width, random inputs", "width m", "(1 − factor of ‖r‖)/η, median", "xy")
    return plotted(
        "conditioning-width", frame, lines, "From which width on the certificate applies, and what it says"
    )
