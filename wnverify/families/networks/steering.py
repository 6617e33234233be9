"""How what is measured on networks, on their losses, on pairs and on training runs is moved."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from wnverify.batch import Batch
from wnverify.families.kit.steering import residual_stretched, stretching
from wnverify.families.networks import regression_pairs_fields
from wnverify.families.networks.moves import ROW_NORMS
from wnverify.families.networks.regression_fields import problem, residual
from wnverify.family import Arrays, Scaling
from wnverify.quantities import Interval

_ROWS = re.compile(r"d?W\d+")
_LENGTHS: Mapping[str, Scaling] = {
    "output_weight_norm": stretching(v=1.0),
    **dict.fromkeys(("row_norm_max", "weight_frobenius", "weight_spectral"), stretching(W_=1.0)),
}
_IN_V = ("output_abs", "input_gradient_norm", "input_hessian_norm", "hessian_trace", "hidden_hessian_norm")
_SLOPES = ("hidden_gradient_norm", "gradient_norm_W1", "gradient_norm_WL", "layer_gradient_norm")
STEEP: Mapping[str, Scaling] = MappingProxyType({
    **_LENGTHS,
    **dict.fromkeys(_IN_V, stretching(v=1.0)),
    **dict.fromkeys((*_SLOPES, "cross_hessian_norm"), stretching(-1.0, W_=1.0)),
    "gradient_norm": stretching(-1.0, W_=1.0),
    **dict.fromkeys(("hessian_norm", "hessian_min", "hessian_max", "hessian_frobenius"), stretching(-2.0, W_=1.0)),
})  # fmt: skip
"""Networks with normalised rows: f is linear in v, and ∂f/∂W falls as the rows grow.

Of `gradient_norm` and the last four only a part does so: they are moved as far as that part reaches.
"""
PLAINLY: Mapping[str, Scaling] = MappingProxyType(
    {**_LENGTHS, **dict.fromkeys((*_IN_V, *_SLOPES), stretching(v=1.0))}
)
"""Networks with their rows as they are: f and ∂f/∂W are linear in v."""
_TARGETS = residual_stretched(lambda batch: residual(batch) + problem(batch).y, "y")
LOSSES: Mapping[str, Scaling] = MappingProxyType(
    {"loss": Scaling(_TARGETS, 2.0), "loss_gradient_norm": Scaling(_TARGETS), "loss_start": Scaling(_TARGETS, 2.0)}
)
"""The square loss and its gradient, of which the residual is a factor."""
RUNS: Mapping[str, Scaling] = MappingProxyType({
    "rho": stretching(v=1.0),
    "omega": stretching(W_=1.0),
    "loss_start": LOSSES["loss"],
    "loss": LOSSES["loss"],
    "loss_next": LOSSES["loss"],
    "loss_gradient_norm": LOSSES["loss_gradient_norm"],
})  # fmt: skip
"""Of a whole run: as at its start, as far as the run follows it."""
LEAST = 1e-6
"""The least share of the first step size that a step may be brought down to."""
DISPLACEMENT = stretching(dW_=1.0, dv=1.0)
"""The length of a displacement."""


def move_segment(arrays: Arrays, interval: Interval) -> Arrays:
    """Scale all rows and their displacements by one number, by which ω along the segment grows."""
    rows = {name: array for name, array in arrays.items() if _ROWS.fullmatch(name)}
    shape = {"L": len(rows) // 2}
    smallest = regression_pairs_fields.omega(Batch("", shape, {}, rows))
    safe = np.where(smallest > 0, smallest, 1.0)
    factor = np.where(smallest > 0, np.clip(interval.nearest(smallest), *ROW_NORMS) / safe, 1.0)
    return {**arrays, **{name: array * factor for name, array in rows.items()}}


def move_start(arrays: Arrays, interval: Interval) -> Arrays:
    """The same by the least row norm at the start of the segment."""
    rows = {name: array for name, array in arrays.items() if _ROWS.fullmatch(name)}
    norms = [np.linalg.norm(array, axis=1).min(axis=0) for name, array in rows.items() if name.startswith("W")]
    smallest = np.minimum.reduce(norms)
    factor = np.clip(interval.nearest(smallest), *ROW_NORMS) / smallest
    return {**arrays, **{name: array * factor for name, array in rows.items()}}


def move_schedule(arrays: Arrays, interval: Interval) -> Arrays:
    """Scale all step sizes by that of the last one, so that they stay in proportion."""
    steps = arrays["steps"]
    last = interval.nearest(steps[-1])
    return {**arrays, "steps": np.concatenate([steps[:-1] * (last / steps[-1]), last[None]])}


def move_spread(arrays: Arrays, interval: Interval) -> Arrays:
    """Bring the step sizes nearer to the first one, or take them farther from it, in proportion.

    Where only shorter steps are left, or none differs, the last step is made longer; a single step has no spread.
    """
    steps = arrays["steps"]
    if steps.shape[0] == 1:
        return arrays
    off = steps / steps[0] - 1.0
    spread = np.abs(off).max(axis=0)
    wanted = interval.nearest(spread)
    moved = steps[0] * np.maximum(1.0 + off * (wanted / np.where(spread > 0, spread, 1.0)), LEAST)
    short = np.abs(moved / steps[0] - 1.0).max(axis=0) < wanted * (1 - 1e-9)
    moved[-1] = np.where(short, steps[0] * (1.0 + wanted), moved[-1])
    return {**arrays, "steps": np.where(wanted == spread, steps, moved)}
