"""The WeightNorm network written as a user's function of one input, by every route, beside the closed form."""

from __future__ import annotations

import argparse
import math
import os
import time
from collections.abc import Mapping
from typing import Any

import numpy as np
from rich.console import Console

from benchmarks import tables
from benchmarks.engines import Engine, Problem, Timed
from benchmarks.hessian import measure, problem_of
from wnverify.arithmetic import oracle
from wnverify.arithmetic.accelerated import SWITCH
from wnverify.arithmetic.activation import builtin
from wnverify.arithmetic.program import Program
from wnverify.arithmetic.written import Written
from wnverify.batch import Batch
from wnverify.engine.networks.hessian import hessian

SHAPES = [(2, 4, 4), (3, 8, 4), (4, 8, 8)]


def network(xp: Any, arrays: Mapping[str, Any], batch: Batch) -> Any:
    """f of one input, scaled by `fan_in`."""
    alpha = arrays["x"]
    for layer in range(1, batch.shape["L"] + 1):
        rows = arrays[f"W{layer}"]
        alpha = xp.phi(xp.unit_rows(rows) @ alpha / math.sqrt(rows.shape[1]))
    return xp.dot(arrays["v"], alpha) / math.sqrt(batch.shape["m"])


WRITTEN = Written("network", network, lambda settings: builtin(settings["activation"]))


def asked(problem: Problem) -> tuple[Batch, list[str]]:
    """The networks as a batch, and the names of their parameters in the order of the closed form."""
    net = problem.net
    arrays = {f"W{layer}": rows for layer, rows in enumerate(net.W, 1)} | {"v": net.v, "x": net.x}
    sizes = {"L": problem.L, "m": problem.m, "d": problem.d}
    return Batch("written", sizes, {"activation": net.activation.name}, arrays), [*arrays][:-1]


def closed_form(problem: Problem) -> Timed:
    """All Hessians, into one array that is there already."""
    net, out = problem.net, np.empty((problem.p, problem.p, problem.B))
    return lambda: hessian(net, out=out)


def power_series(problem: Problem) -> Timed:
    """Power series, swept by autograd."""
    return _program(problem, "never")


def jax_compiled(problem: Problem) -> Timed:
    """The same program by jax, compiled before timing."""
    import jax

    del jax  # whether there is one
    return _program(problem, "always")


def _program(problem: Problem, mode: str) -> Timed:
    program, (batch, names) = Program(WRITTEN), asked(problem)

    def run() -> object:
        os.environ[SWITCH] = mode
        return program.hessian(batch, names)

    return run


def instance_by_instance(problem: Problem) -> Timed:
    """The second route: autograd.hessian of one network after another."""
    batch, names = asked(problem)
    return lambda: [oracle.hessian(WRITTEN, batch, index, names, names) for index in range(batch.size)]


ENGINES = (
    Engine("closed form", closed_form),
    Engine("jax", jax_compiled),
    Engine("power series + autograd", power_series),
    Engine("autograd, one by one", instance_by_instance, most=2),
)


def main(words: list[str]) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks written")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--clock", choices=["wall", "cpu"], default="wall", help="cpu: on a machine that is shared")
    options = parser.parse_args(words)
    clock = time.process_time if options.clock == "cpu" else time.perf_counter
    rows = [measure(problem_of(shape), options.rounds, clock, ENGINES) for shape in SHAPES]
    console = Console(width=150)
    console.print(tables.engines("Hessian of a network written as a user's function", rows))
    console.print(tables.first_calls(rows))
    return 0
