"""Time the engines side by side: rounds are interleaved, ratios are taken within a round, medians reported."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.engines import ENGINES, Engine, Problem, Timed

Clock = Callable[[], float]
SHAPES = [(1, 2, 2), (1, 4, 4), (2, 4, 4), (2, 8, 4), (3, 8, 4), (4, 8, 8), (3, 16, 8), (4, 16, 8)]
LOSS_SHAPES = [(1, 2, 2), (2, 4, 4), (2, 8, 4), (3, 8, 4), (4, 8, 8)]
BATCH_BYTES = 32 * 2**20
LEAST_SECONDS = 0.05


def problem_of(shape: tuple[int, int, int], n: int | None = None) -> Problem:
    """Return a problem whose Hessians take about 32 MB, 16 to 16 384 networks."""
    problem = Problem(*shape, B=1, n=n)
    return replace(problem, B=int(np.clip(BATCH_BYTES // (8 * problem.p**2), 16, 16384)))


def measure(
    problem: Problem, rounds: int, clock: Clock = time.perf_counter, engines: Sequence[Engine] = ENGINES
) -> dict[str, Any]:
    """Return µs a network and the ratio to the closed form of every engine, or why it is missing."""
    ready: dict[str, tuple[Timed, int]] = {}
    row: dict[str, Any] = {"shape": [problem.L, problem.m, problem.d], "p": problem.p, "B": problem.B, "n": problem.n}
    row["engines"] = {}
    for engine in engines:
        if problem.n is None or engine.losses:
            row["engines"][engine.name] = _prepare(engine, problem, ready)
    times: dict[str, list[float]] = {name: [] for name in ready}
    for _ in range(rounds):
        for name, (run, count) in ready.items():
            times[name].append(_seconds(run, clock) / count * 1e6)
    for name, found in times.items():
        ratios = [mine / base for mine, base in zip(found, times["closed form"], strict=True)]
        row["engines"][name] |= {"us": statistics.median(found), "ratio": statistics.median(ratios), "rounds": found}
    return row


def _seconds(run: Timed, clock: Clock) -> float:
    """Return the seconds of one run: the mean of as many as fill 50 ms, so that no engine starts on cold caches."""
    start, count = clock(), 0
    while (spent := clock() - start) < LEAST_SECONDS:
        run()
        count += 1
    return spent / count


def _prepare(engine: Engine, problem: Problem, ready: dict[str, tuple[Timed, int]]) -> dict[str, Any]:
    small = replace(problem, B=min(problem.B, engine.most or problem.B))
    try:
        start = time.perf_counter()
        run = engine.build(small)
        run()
    except ImportError as missing:
        return {"missing": str(missing)}
    ready[engine.name] = (run, small.B)
    return {"first_call_s": time.perf_counter() - start}


def memory(name: str, shape: tuple[int, int, int]) -> float | None:
    """Return the growth of peak memory over B·p²·8 bytes, in a fresh process, or None if the engine is missing."""
    words = [sys.executable, "-m", "benchmarks.hessian", name, *map(str, shape)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    return float(done.stdout) if done.returncode == 0 else None


def _peak_bytes() -> int:
    """Return the peak resident memory of this process; `ru_maxrss` would include the parent's, before exec."""
    (line,) = (row for row in Path("/proc/self/status").read_text().splitlines() if row.startswith("VmHWM"))
    return 1024 * int(line.split()[1])


def _memory_of(name: str, shape: tuple[int, int, int]) -> float:
    """Run once with one network, then with 128 MB of Hessians, and compare the peaks (inputs count too)."""
    from wnverify.engine.networks.hessian import hessian

    (engine,) = (engine for engine in ENGINES if engine.name == name)
    problem = Problem(*shape, B=1)
    count = 128 * 2**20 // (8 * problem.p**2)

    def run(batch: int) -> object:
        if name == "closed form":  # the whole array, as the others return it
            return hessian(replace(problem, B=batch).net)
        return engine.build(replace(problem, B=batch))()

    run(1)
    before = _peak_bytes()
    kept = run(count)
    peak = _peak_bytes()
    del kept
    return (peak - before) / (8 * count * problem.p**2)


def exponent(rows: list[dict[str, Any]]) -> float:
    """Return the slope of log time against log p for the closed form, p ≥ 36."""
    points = [(row["p"], row["engines"]["closed form"]["us"]) for row in rows if row["p"] >= 36]
    p, us = np.log(np.array(points)).T
    return float(np.polyfit(p, us, 1)[0])


if __name__ == "__main__":
    L, m, d = map(int, sys.argv[2:5])
    print(_memory_of(sys.argv[1], (L, m, d)))
