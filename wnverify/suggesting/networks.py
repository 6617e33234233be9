"""Networks with normalised rows, written out for balls: what is measured of them as a function of free entries.

With u_i = w_i/‖w_i‖ and b^l = ∂f/∂α^l the squares of the norms of gradients are sums of

    ∂f/∂v:  κ²‖α^L‖²,    ∂f/∂W^l:  Σ_i c_i² s²(‖α^{l−1}‖² − ⟨u_i, α^{l−1}⟩²)/‖w_i‖²,    ∂f/∂x:  ‖b^0‖²,

b^{l−1} = s u^{lT} c^l, c^l = b^l φ′(z^l): so that balls take two derivatives of them without a derivative of f.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, TypeAlias

import numpy as np

from wnverify.arithmetic.program import Program
from wnverify.arithmetic.theta import Theta
from wnverify.arithmetic.written import Written
from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.families.networks.weight_norm import WeightNorm
from wnverify.judging.judge import Judge
from wnverify.suggesting.chart import Chart, Vector

Ball: TypeAlias = Any
"""A power series of balls, in the arithmetic that is run."""
Parts: TypeAlias = Mapping[str, Sequence[Ball]]
"""The squares of what is measured, by the letter of the parameters; those of W by layer."""
SUMS: Mapping[str, Callable[[Parts], Ball]] = MappingProxyType({
    "output_abs": lambda parts: parts["f"][0],
    "gradient_norm": lambda parts: sum(parts["W"], parts["v"][0]),
    "hidden_gradient_norm": lambda parts: sum(parts["W"][1:], parts["W"][0]),
    "gradient_norm_v": lambda parts: parts["v"][0],
    "gradient_norm_W1": lambda parts: parts["W"][0],
    "gradient_norm_WL": lambda parts: parts["W"][-1],
    "input_gradient_norm": lambda parts: parts["x"][0],
})  # fmt: skip
"""The squares of these quantities."""


def _tanh(xp: Any, z: Ball) -> tuple[Ball, Ball]:
    value = xp.tanh(z)
    return value, 1 - value * value


ACTIVATIONS: Mapping[str, Callable[[Any, Ball], tuple[Ball, Ball]]] = MappingProxyType(
    {
        "identity": lambda xp, z: (z, 1 + 0 * z),
        "tanh": _tanh,
        "sin": lambda xp, z: (xp.sin(z), xp.cos(z)),
    }
)
"""φ and φ′."""


def squared(judge: Judge, chart: Chart) -> Program | None:
    """The square of the left side of a claim at the free entries of a chart; None where it is none of these.

    Args:
        judge: of a claim whose unit does not depend on the free entries.
        chart: the coordinates.
    """
    family, claim, base = getattr(judge.family, "base", judge.family), judge.claim, chart.base
    quantity = SUMS.get(str(claim.lhs))
    activation = ACTIVATIONS.get(base.settings.get("activation", ""))
    plain = type(family) is WeightNorm and family.normalised
    if not plain or quantity is None or activation is None or not _is_constant(claim.rhs, chart):
        return None
    if not all(_is_whole(base, vector) for vector in chart.vectors):
        return None

    def call(xp: Any, arrays: Mapping[str, Any], batch: Batch) -> Ball:
        return quantity(_parts(xp, arrays, batch, (chart, activation)))

    return Program(Written(str(claim.lhs), call, lambda _: None))


def _is_constant(unit: Any, chart: Chart) -> bool:
    """Whether the free entries do not move a unit: lengths that occur in it are all pinned."""
    pinned = {(vector.name, position) for vector in chart.vectors for position in vector.where}
    rows = {place for place in _every(chart.base) if place[0].startswith("W")}
    known = {"omega": rows, "rho": {place for place in _every(chart.base) if place[0] == "v"}}
    known["input_norm"] = {place for place in _every(chart.base) if place[0] == "x"}
    fixed = {*chart.base.shape, "slope", "beta", "c0"}
    names = {symbol.name for symbol in unit.free_symbols} - fixed
    return all(name in known and known[name] <= pinned for name in names)


def _every(base: Batch) -> list[tuple[str, int]]:
    return [(name, place) for name, array in base.arrays.items() for place in range(array[..., 0].size)]


def _is_whole(base: Batch, vector: Vector) -> bool:
    """Whether a vector is a row of a layer, or all of x or v."""
    width = base.arrays[vector.name].shape[-2]
    return len(vector.where) == width and vector.where[0] % width == 0


def _parts(xp: Any, arrays: Mapping[str, Any], batch: Batch, at: tuple[Chart, Any]) -> Parts:
    chart, activation = at
    theta, fan_out = Theta(arrays, batch.shape), batch.settings["scaling"] == "fan_out"
    alpha, v = (_of_length(xp, arrays[name], _pinned(chart, name)) for name in ("x", "v"))
    layers = []
    for layer in range(batch.shape["L"]):
        name = f"W{layer + 1}"
        rows, fan = arrays[name], theta.m if fan_out or layer else theta.d
        square = xp.sum(rows * rows, axis=1)
        u, s = rows / xp.sqrt(square)[:, None], fan**-0.5
        along = u @ alpha
        value, slope = activation(xp, s * along)
        across = xp.sum(alpha * alpha) - along * along
        layers.append((u, s, slope, across / _lengths(square, _pinned(chart, name))))
        alpha = value
    kappa = 1 if fan_out else theta.m**-0.5
    whole, b, found = kappa * (v @ alpha), kappa * v, []
    for u, s, slope, across in layers[::-1]:
        c = s * (b * slope)
        found.append(xp.sum(c * c * across))
        b = c @ u
    return {
        "f": [whole * whole],
        "v": [kappa * kappa * xp.sum(alpha * alpha)],
        "W": found[::-1],
        "x": [xp.sum(b * b)],
    }


def _pinned(chart: Chart, name: str) -> Mapping[int, float]:
    """The squares of the lengths that are pinned, by the row; 0 for an array that has none."""
    width = chart.base.arrays[name].shape[-2]
    return {vector.where[0] // width: float(vector.square) for vector in chart.vectors if vector.name == name}


def _of_length(xp: Any, vector: Ball, pinned: Mapping[int, float]) -> Ball:
    if not pinned:
        return vector
    square = xp.sum(vector * vector)
    return vector * xp.sqrt(pinned[0] / square)


def _lengths(squares: Ball, pinned: Mapping[int, float]) -> Ball:
    """The squares of the lengths of rows: those that are pinned, and the others as they are."""
    count = squares.shape[0]
    fixed: FloatArray = np.array([pinned.get(row, 0.0) for row in range(count)])
    free: FloatArray = np.array([float(row not in pinned) for row in range(count)])
    return fixed + free * squares
