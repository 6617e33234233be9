"""Batched weight-normalised networks: the data, its checks, and the forward pass.

    z_i^l = s_l ⟨u_i^l, α^{l-1}⟩,   u_i = W_i/‖W_i‖,   α^l = φ(z^l),   α^0 = x,   f = κ⟨v, α^L⟩

`fan_out` (the paper's): s_l = m_l^{-1/2}, κ = 1. `fan_in`: s_l = m_{l-1}^{-1/2}, κ = m_L^{-1/2}.
With `normalised=False` the rows are used as they are, u_i = W_i (the plain network, a control).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from wnverify.arrays import FloatArray
from wnverify.engine.activations import Activation
from wnverify.engine.contractions import dots, lengths, matvec, row_dots, units
from wnverify.errors import DomainError, UsageError, expected

Scaling: TypeAlias = Literal["fan_out", "fan_in"]
BITS = 100
RANGE = (2.0**-BITS, 2.0**BITS)
"""What rows, output weights and inputs are in range: fourth powers, those of a squared Hessian, exist."""


@dataclass(frozen=True)
class Network:
    """B networks of one shape: W[l] is (m_l, m_{l-1}, B) with m_0 = d, v is (m_L, B), x is (d, B).

    One sample axis is allowed before the batch: x (d, n, B) with weights (m_l, m_{l-1}, 1, B) and
    v (m_L, 1, B). The weights are then shared, values are (n, B), and derivatives are sums over n.

    Raises:
        UsageError: the shapes or the scaling do not fit together.
    """

    W: tuple[FloatArray, ...]
    v: FloatArray
    x: FloatArray
    activation: Activation
    scaling: Scaling = "fan_out"
    normalised: bool = True

    def __post_init__(self) -> None:
        check_shapes(self)

    @property
    def depth(self) -> int:
        """Return L, the number of hidden layers."""
        return len(self.W)

    @property
    def widths(self) -> tuple[int, ...]:
        """Return (d, m_1, …, m_L)."""
        return (self.x.shape[0], *(rows.shape[0] for rows in self.W))

    @property
    def batch(self) -> int:
        """Return B."""
        return int(self.x.shape[-1])


@dataclass(frozen=True)
class Direction:
    """A direction in, or a gradient with respect to, (W, v, x): the shapes of a `Network`."""

    W: tuple[FloatArray, ...]
    v: FloatArray
    x: FloatArray


@dataclass(frozen=True)
class Tape:
    """What the forward pass leaves for the derivatives.

    Attributes:
        u: per layer, the rows as they are used, (m_l, m_{l-1}, B).
        r: per layer, the row norms (m_l, B); ones for a plain network.
        alpha: α^0, …, α^L, each (m_l, B).
        z: per layer, the pre-activations (m_l, B).
        phi: per layer, (φ′, φ″, φ‴) at z up to the order asked for.
        s: per layer, the factor s_l.
        kappa: the output factor κ.
        extreme: whether rows, output weights or inputs may be out of range, so that `extremes.tamed` has to look.
    """

    u: tuple[FloatArray, ...]
    r: tuple[FloatArray, ...]
    alpha: tuple[FloatArray, ...]
    z: tuple[FloatArray, ...]
    phi: tuple[tuple[FloatArray, ...], ...]
    s: tuple[float, ...]
    kappa: float
    extreme: bool


def parameters(net: Network) -> int:
    """Return p = Σ m_l m_{l-1} + m_L, the length of θ = (W^1, …, W^L, v); x is not a parameter."""
    return sum(math.prod(rows.shape[:2]) for rows in net.W) + int(net.v.shape[0])


def scales(net: Network) -> tuple[tuple[float, ...], float]:
    """Return ((s_1, …, s_L), κ)."""
    if net.scaling == "fan_out":
        return tuple(float(rows.shape[0]) ** -0.5 for rows in net.W), 1.0
    return tuple(float(rows.shape[1]) ** -0.5 for rows in net.W), float(net.v.shape[0]) ** -0.5


def check_shapes(net: Network) -> None:
    """Raise unless the arrays of `net` fit together.

    Raises:
        UsageError: names the first array that does not fit, with both shapes.
    """
    if net.scaling not in ("fan_out", "fan_in"):
        raise UsageError(expected("scaling 'fan_out' or 'fan_in'", repr(net.scaling)))
    if not net.W:
        raise UsageError(expected("at least one hidden layer", "W=()"))
    if net.x.ndim not in (2, 3):
        raise UsageError(expected("x of shape (d, B) or (d, n, B)", f"x.shape={net.x.shape}"))
    tail = (1,) * (net.x.ndim - 2) + net.x.shape[-1:]
    below = net.x.shape[0]
    for layer, rows in enumerate(net.W, start=1):
        if rows.shape[1:] != (below, *tail) or rows.shape[0] < 1:
            want = f"W of layer {layer} of shape (m, {below}, {', '.join(map(str, tail))})"
            raise UsageError(expected(want, f"shape {rows.shape}", "the batch is the last axis"))
        below = rows.shape[0]
    if net.v.shape != (below, *tail):
        raise UsageError(expected(f"v of shape {(below, *tail)}", f"shape {net.v.shape}"))


def check_network(net: Network) -> None:
    """Raise unless shapes fit, every number is finite and every row can be normalised.

    Raises:
        UsageError: shapes do not fit.
        DomainError: a NaN, an infinity, or a row of norm zero: its value and position.
    """
    check_shapes(net)
    named = [(f"W of layer {layer}", rows) for layer, rows in enumerate(net.W, start=1)]
    for name, array in (*named, ("v", net.v), ("x", net.x)):
        bad = np.argwhere(~np.isfinite(array))
        if bad.size:
            where = tuple(int(index) for index in bad[0])
            message = expected("finite numbers", f"{array[where]} in {name} at index {where}")
            raise DomainError(message, columns=np.unique(bad[:, -1]).tolist())
    if net.normalised:
        for layer, rows in enumerate(net.W, start=1):
            _check_rows(layer, _norms(rows))


def _check_rows(layer: int, r: FloatArray) -> None:
    bad = np.argwhere(~((r > 0) & np.isfinite(r)))
    if bad.size:
        where = tuple(int(index) for index in bad[0])
        place = f"norm {r[where]} (row {where[0]} of layer {layer}, instance {where[-1]})"
        remedy = "its direction is undefined; give the row a norm that is a number > 0"
        message = expected("every weight row to have a norm > 0", place, remedy)
        raise DomainError(message, columns=np.unique(bad[:, -1]).tolist())


def _norms(rows: FloatArray) -> FloatArray:
    return lengths(np.sqrt(row_dots(rows, rows)), rows, axis=1)


def forward(net: Network, order: int = 3) -> Tape:
    """Run the networks and keep what the derivatives up to φ^(order) need.

    Raises:
        DomainError: a row of norm zero, a NaN or an infinity in the input (found on the way).
    """
    s, kappa = scales(net)
    longest, outputs = np.abs(net.x).max(initial=0.0), np.abs(net.v).max(axis=tuple(range(net.v.ndim - 1)))
    if not (longest < np.inf and outputs.max(initial=0.0) < np.inf):
        check_network(net)
    extreme = longest > RANGE[1] or not _in_range(outputs, RANGE)
    u, r, z, phi, alpha = [], [], [], [], [net.x]
    for layer, rows in enumerate(net.W):
        norms = np.sqrt(row_dots(rows, rows)) if net.normalised else np.ones((rows.shape[0], *rows.shape[2:]))
        if not _in_range(norms, RANGE):
            extreme, norms = True, lengths(norms, rows, axis=1)
            if not _in_range(norms, (0.0, np.inf)):
                check_network(net)
        unit = units(rows, norms) if net.normalised else rows
        pre = s[layer] * matvec(unit, alpha[-1])
        post, *slopes = net.activation.jet(pre, order)
        u.append(unit)
        r.append(norms)
        z.append(pre)
        phi.append(tuple(slopes))
        alpha.append(post)
    if not net.normalised and not np.isfinite(alpha[-1]).all():
        check_network(net)
    return Tape(tuple(u), tuple(r), tuple(alpha), tuple(z), tuple(phi), s, kappa, bool(extreme))


def _in_range(values: FloatArray, limits: tuple[float, float]) -> bool:
    return bool(limits[0] < values.min(initial=1.0) and values.max(initial=1.0) < limits[1])


def value(net: Network, tape: Tape | None = None) -> FloatArray:
    """Return f = κ⟨v, α^L⟩, shape (B,), or (n, B) with a sample axis.

    >>> from wnverify.engine.activations import activation
    >>> one = np.ones((1, 1))
    >>> value(Network((np.ones((1, 1, 1)),), one, one, activation("identity")))
    array([1.])
    """
    tape = tape or forward(net, 0)
    return tape.kappa * dots(net.v, tape.alpha[-1])


def flatten(direction: Direction) -> FloatArray:
    """Return the θ-part of `direction` as (p, B): W^1 rows row-major, …, W^L, v."""
    batch = direction.v.shape[-1]
    return np.concatenate([*(rows.reshape(-1, batch) for rows in direction.W), direction.v.reshape(-1, batch)])


def unflatten(net: Network, vector: FloatArray) -> Direction:
    """Return the direction whose θ-part is `vector` (p, B) and whose x-part is zero.

    Raises:
        UsageError: `vector` does not have p rows.
    """
    if vector.shape[0] != parameters(net):
        raise UsageError(expected(f"a vector with p={parameters(net)} rows", f"shape {vector.shape}"))
    parts, start = [], 0
    for rows in net.W:
        stop = start + rows.shape[0] * rows.shape[1]
        parts.append(vector[start:stop].reshape(rows.shape))
        start = stop
    return Direction(tuple(parts), vector[start:].reshape(net.v.shape), np.zeros_like(net.x))


def take(net: Network, batch: slice | NDArray[np.int64]) -> Network:
    """Return the instances `batch` of the last axis, as views where that is a slice."""
    W = tuple(rows[..., batch] for rows in net.W)
    return Network(W, net.v[..., batch], net.x[..., batch], net.activation, net.scaling, net.normalised)
