"""The engine beside its peers, and the searchers beside one another: every measurement, and the tables."""

from __future__ import annotations

import argparse
import json
import os
import platform
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console

from benchmarks import tables
from benchmarks.adversary import mutant_deaths, outcomes
from benchmarks.engines import ENGINES, Problem
from benchmarks.hessian import LOSS_SHAPES, SHAPES, Clock, exponent, measure, memory, problem_of
from wnverify.engine.networks.spectral import spectral_norm

Part = tuple[str, Any]
REPORT = """# Benchmarks

One run of `python -m benchmarks`: {cpu}, one BLAS thread, Python {python}, NumPy {numpy}, {clock} clock.
Times depend on the machine; the ratios are what to compare.

```text
{tables}
```
"""


def main(words: list[str]) -> int:
    """Measure, print, save."""
    options = _options(words)
    clock = time.process_time if options.clock == "cpu" else time.perf_counter
    console = Console(width=150, record=True)
    record = {"machine": machine(options.clock)}
    for parts in (
        engines(console, options.rounds, clock),
        space(console),
        spectral(console),
        adversary(console, options.search),
    ):
        record |= dict(parts)
    options.json.write_text(json.dumps(record, indent=1) + "\n")
    if options.report:
        printed = "\n".join(line.rstrip() for line in console.export_text().strip("\n").split("\n"))
        options.report.write_text(REPORT.format(**record["machine"], tables=printed))
    return 0


def _options(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=Path, default=Path(__file__).with_name("results.json"))
    parser.add_argument("--clock", choices=["wall", "cpu"], default="wall", help="cpu: on a machine that is shared")
    parser.add_argument(
        "--search", type=float, default=4.0, metavar="SECONDS", help="time of each searcher in each case"
    )
    parser.add_argument("--report", type=Path, metavar="FILE", help="write the tables here, as Markdown")
    return parser.parse_args(words)


def machine(clock: str) -> dict[str, str]:
    """Return what ran the measurements, and how busy it was."""
    return {
        "cpu": platform.processor() or platform.machine(),
        "python": platform.python_version(),
        "numpy": np.__version__,
        "load": str(os.getloadavg()),
        "clock": clock,
    }


def engines(console: Console, rounds: int, clock: Clock) -> Iterator[Part]:
    """Time every engine at every shape, f first and then the loss."""
    rows = [_measured(problem_of(shape), rounds, clock) for shape in SHAPES]
    console.print(tables.engines("Hessian of f", rows))
    console.print(tables.first_calls(rows))
    slope = exponent(rows)
    console.print(f"cost of the closed form grows as p^{slope:.2f} (p ≥ 36)")
    losses = [_measured(problem_of(shape, n), rounds, clock) for shape in LOSS_SHAPES for n in (4, 32)]
    console.print(tables.engines("Hessian of the square loss", losses))
    yield from (("hessian", rows), ("exponent", slope), ("loss", losses))


def _measured(problem: Problem, rounds: int, clock: Clock) -> dict[str, Any]:
    row = measure(problem, rounds, clock)
    told = f"measured ({problem.L}, {problem.m}, {problem.d}), n = {problem.n or 'none'}"
    Console(stderr=True).print(told, style="dim")
    return row


def space(console: Console) -> Iterator[Part]:
    """Measure the peak memory of every batched engine at one shape, and of the closed form at all."""
    peers = [engine.name for engine in ENGINES if engine.most is None]
    peaks = {name: {(2, 8, 4): memory(name, (2, 8, 4))} for name in peers}
    peaks[peers[0]] = {shape: memory(peers[0], shape) for shape in SHAPES}
    console.print("peak memory / (B·p²·8 bytes)")
    for name, found in peaks.items():
        told = (f"{shape} {'missing' if peak is None else f'{peak:.2f}'}" for shape, peak in found.items())
        console.print(f"  {name}: {', '.join(told)}")
    yield "memory", {name: {str(shape): peak for shape, peak in found.items()} for name, found in peaks.items()}


def spectral(console: Console, count: int = 100_000) -> Iterator[Part]:
    """Time the exact spectral norms of `count` networks (2,4,4) on one core."""
    net = Problem(2, 4, 4, B=count).net
    begin, cpu = time.perf_counter(), time.process_time()
    spectral_norm(net)
    seconds, cpu = time.perf_counter() - begin, time.process_time() - cpu
    console.print(f"spectral norms of {count} networks (2,4,4): {seconds:.2f} s on one core")
    yield "spectral", {"networks": count, "seconds": seconds, "cpu_seconds": cpu}


def adversary(console: Console, seconds: float) -> Iterator[Part]:
    """Race the searchers, and time the death of every mutant."""
    found = list(outcomes(seconds))
    console.print(tables.searchers(found, seconds))
    dead = list(mutant_deaths())
    console.print(tables.deaths(dead))
    yield "adversary", [asdict(outcome) for outcome in found]
    yield "mutants", [asdict(death) for death in dead]
