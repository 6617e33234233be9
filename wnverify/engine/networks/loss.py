"""The loss 𝓛 = (1/n) Σ_i ℓ(f(θ; x_i), y_i), batched, with closed-form derivatives; ℓ = (f − y)² unless it is said.

A `Regression` is a network with a sample axis, x (d, n, B) and shared weights, and targets y (n, B).
𝓛̇ = (1/n)Σ ℓ′ḟ, 𝓛̈ = (1/n)Σ(ℓ″ḟ² + ℓ′f̈), ∇²𝓛 = (1/n)Σ(ℓ″∇f∇fᵀ + ℓ′∇²f); for the square ℓ′ = 2e = 2(f − y), ℓ″ = 2.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.engine.contractions import short_buffers
from wnverify.engine.memory import keep_freed_memory
from wnverify.engine.networks.derivatives import pullback, pullback1, slope, tangent
from wnverify.engine.networks.factors import Outer, factors
from wnverify.engine.networks.hessian import Layout, output_array, write
from wnverify.engine.networks.jets import bend, curve, pullback2
from wnverify.engine.networks.losses import SQUARE, Loss
from wnverify.engine.networks.network import Direction, Network, Tape, forward, parameters, take, value
from wnverify.errors import UsageError, expected

CHUNK_BYTES = 32 * 2**20  # of Hessian
MOST_VALUES = 500_000  # of one parameter vector a sample and network; the largest temporary is a width larger


@dataclass(frozen=True)
class Regression:
    """B regression problems of one shape: `net` with x (d, n, B) and weights (…, 1, B); targets y (n, B); ℓ.

    Raises:
        UsageError: the network has no sample axis, or y does not fit.
    """

    net: Network
    y: FloatArray
    loss: Loss = SQUARE

    def __post_init__(self) -> None:
        if self.net.x.ndim != 3:
            raise UsageError(expected("x of shape (d, n, B)", f"shape {self.net.x.shape}"))
        if self.y.shape != self.net.x.shape[1:]:
            raise UsageError(expected(f"y of shape {self.net.x.shape[1:]}", f"shape {self.y.shape}"))


def loss(reg: Regression, tape: Tape | None = None) -> FloatArray:
    """Return 𝓛, (B,)."""
    f = value(reg.net, tape or forward(reg.net, 0))
    mean: FloatArray = np.mean(reg.loss.value(f, reg.y), axis=0)
    return mean


def residual(reg: Regression, tape: Tape) -> FloatArray:
    """Return e = f − y, (n, B)."""
    return value(reg.net, tape) - reg.y


def loss_gradient(reg: Regression, tape: Tape | None = None) -> Direction:
    """Return ∇𝓛 in (W, v, X), shapes as `reg.net`; for the square the one in y is −(2/n)e."""
    tape = tape or forward(reg.net, 1)
    return pullback(reg.net, tape, (1.0 / reg.y.shape[0]) * reg.loss.slope(value(reg.net, tape), reg.y))


def loss_hvp(reg: Regression, direction: Direction, tape: Tape | None = None) -> Direction:
    """Return ∇²𝓛 · direction in (W, v, X): (1/n)Σ(ℓ″ḟ∇f + ℓ′∇ḟ)."""
    tape = tape or forward(reg.net, 2)
    tan, f = tangent(reg.net, direction, tape), value(reg.net, tape)
    first, second = (1.0 / reg.y.shape[0]) * reg.loss.slope(f, reg.y), reg.loss.curvature(f, reg.y) / reg.y.shape[0]
    weights = (second * slope(reg.net, direction, tape, tan), first)
    return pullback1(reg.net, direction, (tape, tan), weights)


def loss_jet_gradient(
    reg: Regression,
    direction: Direction,
    weights: tuple[FloatArray | float, FloatArray | float, FloatArray | float],
    tape: Tape | None = None,
) -> tuple[Direction, FloatArray]:
    """Return the gradient of w0·𝓛 + w1·𝓛̇ + w2·𝓛̈ in (W, v, X) and in y (n, B), `direction` held fixed.

    Cotangents of (f, ḟ, f̈): (2/n)(w0 e + w1 ḟ + w2 f̈), (2/n)(w1 e + 2w2 ḟ), (2/n)w2 e; ∂y is minus the first.

    Raises:
        UsageError: the loss is not the square, of which alone the third derivative is known here: 0.
    """
    if reg.loss is not SQUARE:
        raise UsageError(expected("the square loss", repr(reg.loss.name)))
    net = reg.net
    tape = tape or forward(net, 3)
    tan = tangent(net, direction, tape)
    cur = curve(net, direction, tape, tan)
    e, f1 = residual(reg, tape), slope(net, direction, tape, tan)
    w0, w1, w2 = ((2.0 / reg.y.shape[0]) * np.asarray(w, dtype=np.float64) for w in weights)
    c0 = w0 * e + w1 * f1 + w2 * bend(net, direction, (tape, tan, cur))
    cotangents = (c0, w1 * e + 2.0 * w2 * f1, w2 * e)
    return pullback2(net, direction, (tape, tan, cur), cotangents), -c0


def loss_hessian(reg: Regression, *, out: FloatArray | None = None, layout: Layout = "last") -> FloatArray:
    """Return ∇²_θ 𝓛, (p, p, B) or (B, p, p): one fill, the samples summed as they are written.

    Temporary memory stays near 32 MB, whatever B and n.

    Raises:
        UsageError: `out` has the wrong shape, or would have to be larger than 512 MB.
        DomainError: a zero row, a NaN or an infinity.
    """
    net, n = reg.net, reg.y.shape[0]
    p = parameters(net)
    out, view = output_array(p, net.batch, out, layout)
    some = max(1, MOST_VALUES // p)
    step = max(1, min(CHUNK_BYTES // (8 * p * p), MOST_VALUES // (min(n, some) * p)))
    keep_freed_memory()
    with short_buffers():
        for start in range(0, net.batch, step):
            part = slice(start, start + step)
            _write_sum(replace(reg, net=take(net, part), y=reg.y[:, part]), view[..., part], layout, some)
    return out


def _write_sum(reg: Regression, H: FloatArray, layout: Layout, some: int) -> None:
    """Write ∇²𝓛 into H, (p, p, B) as indexed, `some` samples at a time."""
    net, n = reg.net, reg.y.shape[0]
    for start in range(0, n, some):
        part = slice(start, start + some)
        piece = replace(net, x=net.x[:, part])
        tape = forward(piece, 2)
        f, y = value(piece, tape), reg.y[part]
        parts = factors(piece, tape, Outer((1.0 / n) * reg.loss.slope(f, y), reg.loss.curvature(f, y) / n))
        if start == 0:
            write(parts, H, layout)
        else:
            more = np.empty(H.shape)
            write(parts, more, "last")
            H += more
