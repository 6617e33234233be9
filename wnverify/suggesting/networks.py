"""Networks with normalised rows, written out for balls: what is measured of them as a function of free entries.

With u_i = w_i/‖w_i‖ and b^l = ∂f/∂α^l the squares of the norms of gradients are sums of

    ∂f/∂v:  κ²‖α^L‖²,    ∂f/∂W^l:  Σ_i c_i² s²(‖α^{l−1}‖² − ⟨u_i, α^{l−1}⟩²)/‖w_i‖²,    ∂f/∂x:  ‖b^0‖²,

b^{l−1} = s u^{lT} c^l, c^l = b^l φ′(z^l): so that balls take two derivatives of them without a derivative of f.

The norm of a Hessian is the largest |D²f[U, U]|/‖U‖², and where no other eigenvalue is as large it has a strict local
maximum at θ if that quotient has one at (θ, U). Along U, with r = ‖w‖,

    u̇ = (U − ⟨u, U⟩u)/r,    ü = −2⟨u, U⟩u̇/r − ‖u̇‖²u,    α̈ = φ″ż² + φ′z̈.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, TypeAlias

import numpy as np

from wnverify.arithmetic.program import Program
from wnverify.arithmetic.theta import Theta
from wnverify.arithmetic.written import Written
from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.engine.networks.hessian import hessian
from wnverify.engine.networks.network import unflatten
from wnverify.families.networks.weight_norm import WeightNorm
from wnverify.families.networks.weight_norm_fields import network
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


HESSIANS = ("hessian_norm", "hidden_hessian_norm")


def _tanh(xp: Any, z: Ball) -> tuple[Ball, Ball, Ball]:
    value = xp.tanh(z)
    slope = 1 - value * value
    return value, slope, -2 * value * slope


ACTIVATIONS: Mapping[str, Callable[[Any, Ball], tuple[Ball, Ball, Ball]]] = MappingProxyType(
    {
        "identity": lambda xp, z: (z, 1 + 0 * z, 0 * z),
        "tanh": _tanh,
        "sin": lambda xp, z: (xp.sin(z), xp.cos(z), -xp.sin(z)),
    }
)
"""φ, φ′ and φ″."""


def squared(judge: Judge, chart: Chart) -> Program | None:
    """The square of the left side of a claim at the free entries of a chart; None where it is none of these.

    Args:
        judge: of a claim whose unit does not depend on the free entries.
        chart: the coordinates.
    """
    quantity = SUMS.get(str(judge.claim.lhs))
    if quantity is None or not _is_plain(judge, chart):
        return None

    def call(xp: Any, arrays: Mapping[str, Any], batch: Batch) -> Ball:
        return quantity(_parts(xp, arrays, batch, chart))

    return Program(Written(str(judge.claim.lhs), call, lambda _: None))


@dataclass(frozen=True)
class Quotient:
    """D²f[U, U]/‖U‖² as a function of θ and U.

    Args:
        program: the quotient.
        form: D²f[U, U].
        chart: of θ, with the entries of U behind its own but for the largest, which stays.
        names: the arrays of U.
    """

    program: Program
    form: Program
    chart: Chart
    names: Sequence[str]


def quotient(judge: Judge, chart: Chart) -> Quotient | None:
    """That of a claim about the norm of a Hessian; None where it is no such claim.

    Args:
        judge: of a claim whose unit does not depend on the free entries.
        chart: the coordinates of θ.
    """
    name = str(judge.claim.lhs)
    if name not in HESSIANS or not _is_plain(judge, chart):
        return None
    layers = [f"dW{layer + 1}" for layer in range(chart.base.shape["L"])]
    arrays = dict(zip([*layers, "dv"], _top(chart, hidden=name == "hidden_hessian_norm"), strict=True))
    names = layers if name == "hidden_hessian_norm" else [*layers, "dv"]
    places = [(each, place) for each in names for place in range(arrays[each].size)]
    largest = max(places, key=lambda place: abs(float(arrays[place[0]].reshape(-1)[place[1]])))
    free = [place for place in places if place != largest]
    wide = replace(chart, base=chart.base.with_arrays({**chart.base.arrays, **arrays}), free=[*chart.free, *free])

    def form(xp: Any, arrays: Mapping[str, Any], batch: Batch) -> Ball:
        return _second(xp, arrays, batch, chart)

    def call(xp: Any, arrays: Mapping[str, Any], batch: Batch) -> Ball:
        parts = [xp.sum(arrays[each] * arrays[each]) for each in names]
        return form(xp, arrays, batch) / sum(parts[1:], parts[0])

    whole, top = (Program(Written(name, each, lambda _: None)) for each in (call, form))
    return Quotient(whole, top, wide, names)


def _top(chart: Chart, *, hidden: bool) -> list[FloatArray]:
    """The eigenvector of the eigenvalue of largest modulus at the chart's own point, by array; 0 for v if hidden."""
    net = network(chart.floats(chart.start[:, None]))
    H = hessian(net, layout="first")[0]
    kept = len(H) - net.v.shape[0] if hidden else len(H)
    values, vectors = np.linalg.eigh(H[:kept, :kept])
    flat = np.zeros((len(H), 1))
    flat[:kept, 0] = vectors[:, np.argmax(np.abs(values))]
    found = unflatten(net, flat)
    return [*found.W, found.v]


def _is_plain(judge: Judge, chart: Chart) -> bool:
    """Whether a claim is about networks that are written out here, in a unit that stays as it is."""
    family, base = getattr(judge.family, "base", judge.family), chart.base
    plain = type(family) is WeightNorm and family.normalised and base.settings.get("activation") in ACTIVATIONS
    whole = plain and all(_is_whole(base, vector) for vector in chart.vectors)
    return whole and _is_constant(judge.claim.rhs, chart)


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


def _layer(xp: Any, arrays: Mapping[str, Any], batch: Batch, at: tuple[Chart, int]) -> tuple[Ball, Ball, Ball]:
    """The directions of the rows of a layer, the squares of their lengths, and the factor s."""
    chart, layer = at
    theta, name, fan_out = Theta(arrays, batch.shape), f"W{layer + 1}", batch.settings["scaling"] == "fan_out"
    rows, fan = arrays[name], theta.m if fan_out or layer else theta.d
    square = xp.sum(rows * rows, axis=1)
    return rows / xp.sqrt(square)[:, None], _lengths(square, _pinned(chart, name)), fan**-0.5


def _ends(xp: Any, arrays: Mapping[str, Any], batch: Batch, chart: Chart) -> tuple[Ball, Ball, Ball]:
    """x, v and κ."""
    x, v = (_of_length(xp, arrays[name], _pinned(chart, name)) for name in ("x", "v"))
    return x, v, 1 if batch.settings["scaling"] == "fan_out" else Theta(arrays, batch.shape).m ** -0.5


def _second(xp: Any, arrays: Mapping[str, Any], batch: Batch, chart: Chart) -> Ball:
    """D²f[U, U]."""
    alpha, v, kappa = _ends(xp, arrays, batch, chart)
    first = second = 0 * alpha
    activation = ACTIVATIONS[batch.settings["activation"]]
    for layer in range(batch.shape["L"]):
        u, square, s = _layer(xp, arrays, batch, (chart, layer))
        U, r = arrays[f"dW{layer + 1}"], xp.sqrt(square)
        along = xp.sum(u * U, axis=1) / r
        turned = U / r[:, None] - along[:, None] * u
        bent = -2 * along[:, None] * turned - xp.sum(turned * turned, axis=1)[:, None] * u
        z, dz = s * (u @ alpha), s * (turned @ alpha + u @ first)
        ddz = s * (bent @ alpha + 2 * (turned @ first) + u @ second)
        alpha, slope, curved = activation(xp, z)
        first, second = slope * dz, curved * dz * dz + slope * ddz
    return kappa * (v @ second + 2 * (arrays["dv"] @ first))


def _parts(xp: Any, arrays: Mapping[str, Any], batch: Batch, chart: Chart) -> Parts:
    alpha, v, kappa = _ends(xp, arrays, batch, chart)
    layers = []
    for layer in range(batch.shape["L"]):
        u, square, s = _layer(xp, arrays, batch, (chart, layer))
        along = u @ alpha
        value, slope, _ = ACTIVATIONS[batch.settings["activation"]](xp, s * along)
        layers.append((u, s, slope, (xp.sum(alpha * alpha) - along * along) / square))
        alpha = value
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
