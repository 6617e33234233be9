"""The printed tables of the benchmarks."""

from __future__ import annotations

from typing import Any

from rich.table import Table

from benchmarks.adversary import Death, Outcome

MARKS = (1 / 16, 1 / 4, 1.0)


def engines(title: str, rows: list[dict[str, Any]]) -> Table:
    """Return the table of µs a network (closed form) and of ratios (the others)."""
    out = Table(title=title, caption="× = times slower than the closed form, median of ratios within a round")
    out.add_column("(L,m,d)")
    for heading in ("n", "p", "B"):
        out.add_column(heading, justify="right")
    names = list(rows[0]["engines"])
    for name in names:
        out.add_column(name, justify="right")
    for row in rows:
        cells = [str(tuple(row["shape"])), str(row["n"] or "–"), str(row["p"]), str(row["B"])]
        out.add_row(*cells, *(_cell(name, row["engines"][name]) for name in names))
    return out


def _cell(name: str, entry: dict[str, Any]) -> str:
    if "missing" in entry:
        return "missing"
    return f"{entry['us']:.3g} µs" if name == "closed form" else f"{entry['ratio']:.3g}×"


def first_calls(rows: list[dict[str, Any]]) -> Table:
    """Return the table of the seconds of the first call: compilation, and one run."""
    out = Table(title="Seconds of the first call (compilation included, not in the ratios above)")
    out.add_column("(L,m,d)")
    names = list(rows[0]["engines"])
    for name in names:
        out.add_column(name, justify="right")
    for row in rows:
        found = (row["engines"][name].get("first_call_s") for name in names)
        out.add_row(str(tuple(row["shape"])), *("–" if each is None else f"{each:.2g}" for each in found))
    return out


def searchers(found: list[Outcome], seconds: float) -> Table:
    """Return the table of the best ratio that each searcher had reached at three times in each case."""
    names = list(dict.fromkeys(outcome.searcher for outcome in found))
    marks = ", ".join(f"{mark * seconds:.2g}" for mark in MARKS)
    out = Table(
        title=f"Best ratio of the Hessian bound after {marks} s, ω = 0.3, ρ₁ = 1", caption="instances in brackets"
    )
    for heading in ("case", *names):
        out.add_column(heading, justify="left" if heading == "case" else "right")
    for case in dict.fromkeys(outcome.case for outcome in found):
        out.add_row(case, *(_reached(outcome, seconds) for outcome in found if outcome.case == case))
    return out


def _reached(outcome: Outcome, seconds: float) -> str:
    best = [outcome.at(mark * seconds) for mark in MARKS[:-1]] + [outcome.best]
    return f"{' '.join(f'{ratio:.3f}' for ratio in best)} ({outcome.instances})"


def deaths(found: list[Death]) -> Table:
    """Return the table of the seconds in which each wrong version of the Hessian bound was refuted."""
    out = Table(title="Mutants of the Hessian bound")
    for heading in ("mutant", "refuted", "ratio", "at", "seconds"):
        out.add_column(heading, justify="right" if heading in ("ratio", "seconds") else "left")
    for death in found:
        out.add_row(
            death.mutant, "yes" if death.refuted else "NO", f"{death.ratio:.3g}", death.at, f"{death.seconds:.2f}"
        )
    return out
