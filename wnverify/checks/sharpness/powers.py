"""Powers: with which power of each size a bound grows, read off its formula at the worst instance."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

import numpy as np
import sympy

from wnverify.checks.sharpness.pool import Bench
from wnverify.evidence import Number
from wnverify.judging.comparison import oriented_ratio
from wnverify.judging.series import SERIES

STEP = 1e-3
"""Of the logarithm of a size; the error of the power is of the order of its square."""
DIGITS = 4


def powers(bench: Bench, sizes: Sequence[str]) -> dict[str, Number]:
    """∂ log(bound / left side) / ∂ log s at the worst instance, by central differences, for every size s.

    What was measured stays as it is, so that sizes beside it in the formula are all that counts. Nothing for an
    identity, for the end of a sum, which has no derivative, for a size at which the formula has no logarithm, and
    where no instance meets the hypotheses.

    Args:
        bench: the claim on what was gathered.
        sizes: names of the sizes that it holds.
    """
    ends = {
        symbol.name
        for series in bench.claim.rhs.atoms(*SERIES)
        for symbol in sympy.Tuple(*series.limits).free_symbols
    }
    sizes = [name for name in sizes if name not in ends]
    worst = _worst(bench) if sizes and bench.claim.relation != "=" else None
    if worst is None:
        return {}
    both = {name: np.full(2 * len(sizes), value) for name, value in worst.items()}
    for place, name in enumerate(sizes):
        both[name][2 * place : 2 * place + 2] *= np.exp([-STEP, STEP])
    with np.errstate(all="ignore"):
        base = bench.parts.graph.evaluate(both)
        logs = np.log(np.abs(base[bench.parts.rhs] / base[bench.parts.lhs]))
    below, above = np.broadcast_to(logs, 2 * len(sizes)).reshape(-1, 2).T
    found = (above - below) / (2 * STEP)
    return {name: round(float(power), DIGITS) for name, power in zip(sizes, found, strict=True) if np.isfinite(power)}


def _worst(bench: Bench) -> dict[str, float] | None:
    """What was measured at the admissible instance of the largest ratio."""
    lhs, rhs = (np.asarray(bench.base[node], dtype=float) for node in (bench.parts.lhs, bench.parts.rhs))
    met = reduce(np.logical_and, bench.met_before.values(), np.ones(1, dtype=bool))
    with np.errstate(all="ignore"):
        ratio, met = np.broadcast_arrays(oriented_ratio(bench.claim, *np.broadcast_arrays(lhs, rhs)), met)
    usable = np.where(met & np.isfinite(ratio), ratio, 0.0)
    if not usable.max(initial=0.0):
        return None
    where = np.unravel_index(int(np.argmax(usable)), usable.shape)
    leaves = {node.leaf: base for node, base in zip(bench.parts.graph.nodes, bench.base, strict=True)}
    return {
        name: float(np.broadcast_to(leaves[name], usable.shape)[where]) for name in leaves if isinstance(name, str)
    }
