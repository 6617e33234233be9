"""Run every measurement and print the tables."""

from __future__ import annotations

import os

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")
os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1")

import argparse  # noqa: E402 — the thread counts must be set before NumPy is imported
import json  # noqa: E402
import platform  # noqa: E402
import time  # noqa: E402
from dataclasses import asdict  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any  # noqa: E402

import numpy as np  # noqa: E402
from rich.console import Console  # noqa: E402
from rich.table import Table  # noqa: E402

from benchmarks.adversary import Outcome, outcomes  # noqa: E402
from benchmarks.engines import ENGINES, Problem  # noqa: E402
from benchmarks.hessian import LOSS_SHAPES, SHAPES, exponent, measure, memory, problem_of  # noqa: E402
from wnverify.engine.spectral import spectral_norm  # noqa: E402


def table(title: str, rows: list[dict[str, Any]]) -> Table:
    """Return the table of µs a network (closed form) and of ratios (the others)."""
    out = Table(title=title, caption="× = times slower than the closed form, median of ratios within a round")
    out.add_column("(L,m,d)")
    for heading in ("n", "p", "B"):
        out.add_column(heading, justify="right")
    names = [name for name in (engine.name for engine in ENGINES) if name in rows[0]["engines"]]
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


def spectral(count: int = 100_000) -> dict[str, float]:
    """Return the seconds that the exact spectral norms of `count` networks (2,4,4) take on one core."""
    net = Problem(2, 4, 4, B=count).net
    start, cpu = time.perf_counter(), time.process_time()
    spectral_norm(net)
    return {"networks": count, "seconds": time.perf_counter() - start, "cpu_seconds": time.process_time() - cpu}


def searchers(found: list[Outcome], seconds: float) -> Table:
    """Return the table of the best ratio that each searcher reached in each case."""
    names = list(dict.fromkeys(outcome.searcher for outcome in found))
    out = Table(
        title=f"Best ratio of the Hessian bound in {seconds:g} s, ω = 0.3, ρ₁ = 1", caption="instances in brackets"
    )
    for heading in ("case", *names):
        out.add_column(heading, justify="left" if heading == "case" else "right")
    for case in dict.fromkeys(outcome.case for outcome in found):
        cells = [f"{o.best:.3f} ({o.instances})" for o in found if o.case == case]
        out.add_row(case, *cells)
    return out


def main() -> None:
    """Parse the options, measure, print, save."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=Path, default=Path(__file__).with_name("results.json"))
    parser.add_argument("--clock", choices=["wall", "cpu"], default="wall", help="cpu: on a machine that is shared")
    parser.add_argument(
        "--search", type=float, default=4.0, metavar="SECONDS", help="time of each searcher in each case"
    )
    options = parser.parse_args()
    clock = time.process_time if options.clock == "cpu" else time.perf_counter
    console = Console(width=150)
    rows, losses = [], []
    for shape in SHAPES:
        rows.append(measure(problem_of(shape), options.rounds, clock))
        console.print(f"measured {shape}", style="dim")
    console.print(table("Hessian of f", rows))
    for shape in LOSS_SHAPES:
        losses += [measure(problem_of(shape, n), options.rounds, clock) for n in (4, 32)]
        console.print(f"measured the loss at {shape}", style="dim")
    console.print(table("Hessian of the square loss", losses))
    peaks = {engine.name: memory(engine.name, (2, 8, 4)) for engine in ENGINES if engine.most is None}
    norm, slope = spectral(), exponent(rows)
    for name, peak in peaks.items():
        console.print(
            f"peak memory / (B·p²·8 bytes) at (2,8,4), {name}: {'missing' if peak is None else f'{peak:.2f}'}"
        )
    console.print(f"cost of the closed form grows as p^{slope:.2f} (p ≥ 36)")
    console.print(f"spectral norms of {norm['networks']} networks (2,4,4): {norm['seconds']:.2f} s on one core")
    adversary = list(outcomes(options.search))
    console.print(searchers(adversary, options.search))
    machine = {"cpu": platform.processor() or platform.machine(), "python": platform.python_version()}
    machine |= {"numpy": np.__version__, "load": str(os.getloadavg()), "clock": options.clock}
    record = {
        "machine": machine,
        "hessian": rows,
        "loss": losses,
        "memory": peaks,
        "exponent": slope,
        "spectral": norm,
        "adversary": [asdict(outcome) for outcome in adversary],
    }
    options.json.write_text(json.dumps(record, indent=1) + "\n")


if __name__ == "__main__":
    main()
