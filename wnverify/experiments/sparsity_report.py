"""What the numbers of the experiment on sparsity say, as sentences and tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from statistics import median

from wnverify.experiments.kit.experiment import Told, table
from wnverify.experiments.kit.measured import Measured, certified, crossed, medians, of
from wnverify.experiments.kit.powers import Exponent, exponent
from wnverify.experiments.sparsity_nodes import (
    COUNT,
    DEGREES,
    EWN,
    FACTORS,
    KINDS,
    LOSER,
    MOST,
    PATH,
    RATE,
    SPREAD,
    TWO,
)
from wnverify.experiments.sparsity_recovery import (
    COLUMNS,
    EPSILON,
    ERROR,
    EXCESS,
    METHODS,
    PLAIN,
    PROBLEM,
    RATES,
    RHO,
    ROWS,
    SAME,
    SPARSE,
    TIME,
)

ROOM = 1e-3
"""What quadrature along a run may take from a bound."""
SMALL, FEW, LARGE, BEYOND = 1e-6, 1e-2, 0.5, 3.0
"""Starts of which the findings speak."""
BETTER, ALIKE = 0.1, 0.9
"""Shares of the plain flow's error below which a flow is called better, and above which it is not."""


def tell(rows: Sequence[Measured]) -> Told:
    """The findings, the setting and the tables.

    Args:
        rows: all rows.
    """
    findings = [*_bounds(rows), *_persistence(rows), *_rho(rows), *_times(rows)]
    findings += [*_counts(rows), *_exponents(rows), *_relations(rows), *_two(rows)]
    tables = []
    if of(rows, ERROR):
        tables.append(("Recovery error ‖x_∞ − x*‖/‖x*‖, medians", _errors(rows)))
    if of(rows, RATE):
        tables.append(("Loss rates 𝓛 ~ 1/(t log^p t) and nodes that are left", _rates(rows)))
    return Told(findings, _setting(rows), tables)


def _draws(rows: Sequence[Measured]) -> int:
    return len({row.draw for row in rows})


def _setting(rows: Sequence[Measured]) -> str:
    return (
        f"Sparse recovery: {_draws(of(rows, ERROR))} vectors of {COLUMNS} entries, {SPARSE} of them not 0, from"
        f" {ROWS} Gaussian measurements, drawn so that basis pursuit recovers them; Q = ‖x*‖₁ = 1. The model is"
        " x = x₊ − x₋ with x_± = w_±², all weights equal at the start, r_0² = ‖x_0‖₁. Weight normalization follows"
        " w = ru, r′ = −⟨u, G⟩, u′ = −ηr(I − uuᵀ)G; without it w′ = −G. Limits are exact projections, times those of"
        f" {_draws(of(rows, TIME))} of these problems; ε is {EPSILON:g} of the first loss. η is the ratio of the"
        " learning rates of direction and length, so times of different η are of different learning rates. Bounds on"
        " ‖x_∞‖₁ − Q are the least of [l1_excess](../theorems/chou2023/l1_excess.py),"
        " [l1_excess_rho](../theorems/chou2023/l1_excess_rho.py) and [l1_mass](../theorems/chou2023/l1_mass.py), and"
        " [l1_excess_plain](../theorems/chou2023/l1_excess_plain.py); those on the loss are of"
        " [rate_linear](../theorems/chou2023/rate_linear.py) and"
        " [rate_divergence](../theorems/chou2023/rate_divergence.py).\n\n"
        "Nodes: f = Σ a_u σ(⟨w_u, x⟩) with σ(z) = max(z, 0)^L and fixed a_u = ±1, loss Σ e^(−yf), the same start"
        f" with 𝓛 < 1 for all three; {_draws(of(rows, RATE))} starts each, followed to log(1/𝓛) = {MOST:g}, or as far"
        f" as the integrator comes. Two weights have L = 1, f = z₁w₁ + z₂w₂, z = {FACTORS}. An exponent is"
        " that of the last factor of ten in log t; its interval is what it changes by from the factor of ten before,"
        " with the 95 % interval over starts. The number of nodes is (Σ‖w_u‖²)²/Σ‖w_u‖⁴. Bounds are those of"
        " [finite_time_ewn](../theorems/morwani2022/finite_time_ewn.py) and"
        " [finite_time_swn](../theorems/morwani2022/finite_time_swn.py), 1/𝓛 ≥ 1/𝓛₀ + ct."
    )


def _bounds(rows: Sequence[Measured]) -> Iterator[str]:
    """Whether a bound was ever crossed."""
    sure, lost = certified(rows), crossed(rows, ROOM)
    if lost:
        yield f"A BOUND IS CROSSED at {lost} of {len(sure)} places, a fault in a theorem or the program."
    elif sure:
        excess = [row.value / row.high for row in certified(of(rows, EXCESS)) if row.value and row.high]
        share = f"; ‖x_∞‖₁ − Q reaches {max(excess):.2f} of its own at best" if excess else ""
        yield f"No bound is crossed at any of {len(sure)} places where one is certified{share}."


# ---- recovery


def middle(rows: Sequence[Measured], kind: str, method: str, start: float) -> float | None:
    """The median over draws; None without a number.

    Args:
        rows: all rows.
        kind: what.
        method: of which flow.
        start: r_0².
    """
    found = [row.value for row in of(rows, kind, method=method, problem=PROBLEM, scale=start)]
    numbers = [each for each in found if each is not None]
    return median(numbers) if numbers else None


def _each(rows: Sequence[Measured], kind: str, start: float) -> str:
    """Medians of all flows, in words."""
    found = [(method, middle(rows, kind, method, start)) for method in METHODS]
    return ", ".join(f"{_cell(value)} ({method})" for method, value in found)


def _beats(rows: Sequence[Measured], start: float, share: float = BETTER) -> list[str]:
    """The flows with an error below this share of the plain flow's."""
    plain = middle(rows, ERROR, PLAIN, start) or 0.0
    errors = {method: middle(rows, ERROR, method, start) for method in RATES}
    return [name for name, error in errors.items() if error is not None and error < share * plain]


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names) if names else "none of them"


def _persistence(rows: Sequence[Measured]) -> Iterator[str]:
    """The paper's sentence: the bias towards sparse solutions persists from large starts."""
    if not of(rows, ERROR):
        return
    good, some = _beats(rows, LARGE), _beats(rows, LARGE, ALIKE)
    part = [method for method in some if method not in good]
    rest = [method for method in RATES if method not in some]
    yield (
        f"From a large start, r_0² = Q/2, the median recovery error is {_each(rows, ERROR, LARGE)}. That weight"
        " normalization keeps the bias towards sparse solutions from large starts, where the plain flow loses it, is"
        f" supported for {_listed(good)}"
        + (f", in part for {_listed(part)}" if part else "")
        + (f", and NOT SUPPORTED for {_listed(rest)}: η must be large against 1/Q." if rest else ".")
    )
    yield (
        f"From a small start, r_0² = {SMALL:g} Q, it is {_each(rows, ERROR, SMALL)}: better than the plain flow are"
        f" {_listed(_beats(rows, SMALL))}. Up to {FEW:g} Q the start changes the error by a factor of"
        f" {_span(rows, RATES):.2g} at most with weight normalization, and of {_span(rows, [PLAIN]):.2g} without."
    )
    beyond = _beats(rows, BEYOND, ALIKE)
    yield (
        f"From a start larger than the solution, r_0² = {BEYOND:g} Q, it is {_each(rows, ERROR, BEYOND)}:"
        + (f" better are {_listed(beyond)}." if beyond else " the paper's sentence is NOT SUPPORTED beyond r_0² = Q.")
    )


def _span(rows: Sequence[Measured], methods: Iterable[str]) -> float:
    """The largest factor between the errors from starts up to `FEW`."""
    own = {method: [row for row in of(rows, ERROR, method=method) if row.scale <= FEW] for method in methods}
    errors = [[value or 0.0 for _, value in medians(each)] for each in own.values()]
    return max(max(each) / min(each) for each in errors)


def _rho(rows: Sequence[Measured]) -> Iterator[str]:
    """The effective initialisation."""
    scales = [row for row in of(rows, RHO) if row.method != PLAIN]
    if not scales:
        return
    norms = {(row.method, row.draw, row.scale): row.value or 0.0 for row in of(rows, EXCESS)}
    pairs = [(row.value or 0.0, _gap(norms, row)) for row in scales]
    agree = sum(scale * gap >= 0 for scale, gap in pairs)
    off = max(row.value or 0.0 for row in of(rows, SAME))
    yield (
        f"The limit is that of the plain flow from ρx_0 to {off:.0e}. log ρ is {_each(rows, RHO, LARGE)} from r_0² ="
        f" Q/2. Weight normalization ends with the smaller ℓ₁ norm where ρ < 1 and with the larger one where ρ > 1 in"
        f" {agree} of {len(pairs)} cases ({sum(scale > 0 for scale, _ in pairs)} have ρ > 1): that it is never worse"
        f" than the plain flow is {'NOT SUPPORTED' if any(gap > 0 for _, gap in pairs) else 'supported'}."
    )


def _gap(norms: dict[tuple[str, int, float], float], row: Measured) -> float:
    """By how much the ℓ₁ norm of the limit exceeds that of the plain flow; 0 where only rounding differs."""
    gap = norms[row.method, row.draw, row.scale] - norms[PLAIN, row.draw, row.scale]
    return gap if abs(gap) > 1e-9 else 0.0


def _times(rows: Sequence[Measured]) -> Iterator[str]:
    """Time to ε."""
    if not of(rows, TIME):
        return
    faster = {start: _faster(rows, start) for start in (SMALL, LARGE)}
    yield (
        f"The time to ε is {_each(rows, TIME, SMALL)} from r_0² = {SMALL:g} Q, and {_each(rows, TIME, LARGE)} from"
        " r_0² = Q/2: weight normalization is faster than the plain flow from the large start for"
        f" {_listed(faster[LARGE])}, and from the small one for {_listed(faster[SMALL])}."
    )


def _faster(rows: Sequence[Measured], start: float) -> list[str]:
    plain = middle(rows, TIME, PLAIN, start) or 0.0
    return [method for method in RATES if (middle(rows, TIME, method, start) or plain) < plain]


def _errors(rows: Sequence[Measured]) -> str:
    starts = sorted({row.scale for row in of(rows, ERROR)})
    cells = [[f"{start:g}", *(_cell(middle(rows, ERROR, method, start)) for method in METHODS)] for start in starts]
    return table(("r_0²/Q", *METHODS), cells)


def _cell(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:.0f}" if 10 <= abs(value) < 1e5 else f"{value:.2g}"


# ---- nodes


def claimed(problem: str, method: str) -> float:
    """p of the rate 𝓛 = Θ(1/(t log^p t)): 2 under EWN, 2 − 2/L else.

    Args:
        problem: of which problem, by its degree L.
        method: which flow.

    >>> claimed("XOR", "EWN"), claimed("XOR", "SWN")
    (2.0, 1.0)
    """
    return 2.0 if method == EWN else 2.0 - 2.0 / DEGREES[problem]


def fitted(rows: Sequence[Measured], problem: str, method: str) -> Exponent | None:
    """The exponent of t𝓛 in log t, which is −p.

    Args:
        rows: all rows.
        problem: of which problem.
        method: which flow.
    """
    own = of(rows, RATE, problem=problem, method=method)
    curves = [[(row.x, row.value or 0.0) for row in own if row.draw == draw] for draw in {row.draw for row in own}]
    return exponent(curves)


def _problems(rows: Sequence[Measured]) -> list[str]:
    return [name for name in DEGREES if of(rows, RATE, problem=name)]


def _flows(rows: Sequence[Measured], problem: str) -> list[str]:
    return [method for method in KINDS if of(rows, RATE, problem=problem, method=method)]


def left(rows: Sequence[Measured], problem: str, method: str) -> list[float]:
    """The number of nodes at the end of every run.

    Args:
        rows: all rows.
        problem: of which problem.
        method: which flow.
    """
    own = of(rows, COUNT, problem=problem, method=method)
    return [[row.value or 0.0 for row in own if row.draw == draw][-1] for draw in sorted({row.draw for row in own})]


def _counts(rows: Sequence[Measured]) -> Iterator[str]:
    """The paper's sentence: EWN prefers relative sparsity."""
    names = [name for name in _problems(rows) if name != TWO]
    if not names:
        return
    counts = {name: {method: median(left(rows, name, method)) for method in _flows(rows, name)} for name in names}
    words = "; ".join(
        f"{name}: " + ", ".join(f"{value:.2f} ({method})" for method, value in each.items())
        for name, each in counts.items()
    )
    sparser = [
        name for name, each in counts.items() if all(each[EWN] < each[other] for other in each if other != EWN)
    ]
    rest = [name for name in names if name not in sparser]
    yield (
        f"Of all nodes so many are left at the end, in the median: {words}. That EWN prefers relative sparsity is"
        f" supported on {'; '.join(sparser) or 'none'}"
        + (f", and NOT SUPPORTED on {'; '.join(rest)}." if rest else ".")
    )


def _exponents(rows: Sequence[Measured]) -> Iterator[str]:
    """The paper's rates."""
    pairs = [(name, method, fitted(rows, name, method)) for name in _problems(rows) for method in _flows(rows, name)]
    known = [(name, method, found) for name, method, found in pairs if found]
    if not known:
        return
    off = [f"{name}, {method}" for name, method, found in known if not found.holds(-claimed(name, method))]
    yield (
        "The rates 𝓛 = Θ(1/(t log² t)) under EWN and Θ(1/(t log^(2−2/L) t)) else: the claimed exponent lies within"
        f" the interval of the fitted one in {len(known) - len(off)} of {len(known)} cases"
        + (f", and DOES NOT in {'; '.join(off)}." if off else ": supported.")
    )


def _relations(rows: Sequence[Measured]) -> Iterator[str]:
    """What the paper says of the norms of gradients."""
    found = []
    for method in KINDS:
        ends = [row.value or 0.0 for row in of(rows, SPREAD, method=method)]
        if ends:
            found.append(f"{max(ends):.1g} ({method})")
    if found:
        yield (
            "At the long nodes ‖w_u‖‖∇_u𝓛‖ (EWN) or ‖w_u‖/‖∇_u𝓛‖ (else) should become equal: the range of its"
            f" logarithm at the end is at most {', '.join(found)}; where it is not small yet, a node that loses is"
            " not short yet."
        )


def _two(rows: Sequence[Measured]) -> Iterator[str]:
    """Proposition 6 on two weights."""
    losers = of(rows, LOSER)
    if not losers:
        return
    shares = [value / row.high for row, value in ((row, row.value) for row in losers) if value and row.high]
    ends = [row for row in {(row.method, row.draw): row for row in of(rows, PATH)}.values() if row.method != EWN]
    off = max(abs(row.x / row.value / (FACTORS[0] / FACTORS[1]) - 1) for row in ends if row.value) if ends else 0.0
    yield (
        f"Two weights: under EWN the weaker one reaches {max(shares):.6f} of its limit and never passes it, while the"
        f" stronger one grows to {max(row.x for row in losers):.3g}. Else w₁/w₂ tends to z₁/z₂, to {off:.1g} at the"
        " end: no weight wins."
    )


def _rates(rows: Sequence[Measured]) -> str:
    cells = []
    for name in _problems(rows):
        for method in _flows(rows, name):
            found, ends = fitted(rows, name, method), left(rows, name, method)
            first = [row.value or 0.0 for row in of(rows, COUNT, problem=name, method=method)][:1]
            said = "–" if found is None else str(found).replace("−", "", 1)
            counts = f"{first[0]:.2f}", f"{median(ends):.2f}"
            cells.append((name, method, f"{claimed(name, method):.3g}", said, *counts))
    return table(("problem", "flow", "p claimed", "p fitted", "nodes at first", "nodes at the end"), cells)
