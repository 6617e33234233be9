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
from collections.abc import Iterator  # noqa: E402
from dataclasses import asdict  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any  # noqa: E402

import numpy as np  # noqa: E402
from rich.console import Console  # noqa: E402

from benchmarks import tables  # noqa: E402
from benchmarks.adversary import mutant_deaths, outcomes  # noqa: E402
from benchmarks.engines import ENGINES, Problem  # noqa: E402
from benchmarks.hessian import LOSS_SHAPES, SHAPES, Clock, exponent, measure, memory, problem_of  # noqa: E402
from wnverify.engine.networks.spectral import spectral_norm  # noqa: E402

Part = tuple[str, Any]
REPORT = """# Benchmarks

One run of `python -m benchmarks`: {cpu}, one BLAS thread, Python {python}, NumPy {numpy}, {clock} clock.
Times depend on the machine; the ratios are what to compare.

```text
{tables}
```
"""


def main() -> None:
    """Measure, print, save."""
    options = _options()
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


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=Path, default=Path(__file__).with_name("results.json"))
    parser.add_argument("--clock", choices=["wall", "cpu"], default="wall", help="cpu: on a machine that is shared")
    parser.add_argument(
        "--search", type=float, default=4.0, metavar="SECONDS", help="time of each searcher in each case"
    )
    parser.add_argument("--report", type=Path, metavar="FILE", help="write the tables here, as Markdown")
    return parser.parse_args()


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


if __name__ == "__main__":
    main()
