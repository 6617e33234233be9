"""Networks whose numbers double precision cannot multiply: the same in range, and powers of two.

f depends on every row through its direction, and is linear in v. With W_i = 2^{k_i} W′_i and v = 2^j v′,

    f = 2^j f′,    ∂f/∂W_i = 2^{j−k_i} ∂f′/∂W′_i,    ∂f/∂v = ∂f′/∂v′,    ∂f/∂x = 2^j ∂f′/∂x,

and for the square loss, y = 2^j y′ with it, 𝓛 = 2^{2j} 𝓛′. A power of two loses no digit, so that what is computed of
the network in range is that of the given one up to what double precision cannot hold: it is infinite, or zero.
Where a layer's inputs are huge, so are its rows in the network in range: only the quotient meets a second derivative.
Rows that are used as they are (a plain network) keep their lengths.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from wnverify.arrays import BoolArray, FloatArray
from wnverify.engine.contractions import FEW_DIGITS, SQUARABLE
from wnverify.engine.networks.network import BITS, RANGE, Direction, Network, Tape

IntArray = NDArray[np.int32]


@dataclass(frozen=True)
class Tamed:
    """A network in range, and the powers of two that lead back to the given one.

    Attributes:
        net: the network in range.
        rows: k of every row, per layer (m_l, …), as the norms of a `Tape`.
        output: j, (B,).
        lost: where inputs are so small besides that products with them have few digits or none, (B,).
    """

    net: Network
    rows: tuple[IntArray, ...]
    output: IntArray
    lost: BoolArray

    def known(self, found: FloatArray) -> FloatArray:
        """NaN instead of what has lost its digits, (…, B)."""
        return np.where(self.lost, np.nan, found) if self.lost.any() else found

    def value(self, found: FloatArray, degree: int = 1) -> FloatArray:
        """What is of degree 1 in f, or 2, brought back: (…, B)."""
        return self.known(times(found, degree * self.output))

    def gradient(self, found: Direction, degree: int = 1) -> Direction:
        """The gradient of f, or that of the loss with degree 2, brought back."""
        layers = zip(found.W, self.rows, strict=True)
        W = (self.known(times(part, degree * self.output - k[:, None])) for part, k in layers)
        v = self.known(times(found.v, (degree - 1) * self.output))
        return Direction(tuple(W), v, self.known(times(found.x, degree * self.output)))

    def exponents(self, degree: int = 1, first: int | None = None) -> IntArray:
        """E of every parameter: ∂²F/∂θ_a∂θ_b = 2^{E_a + E_b} ∂²F′/∂θ′_a∂θ′_b, (p, B).

        F is f for degree 1, where j is even, and the loss for degree 2.

        Args:
            degree: of F in v.
            first: how many coordinates each row of the first layer counts with; all by default.
        """
        half = self.output // 2
        of_rows, of_output = (half, -half) if degree == 1 else (self.output, 0 * half)
        counts = [first or self.net.W[0].shape[1], *(rows.shape[1] for rows in self.net.W[1:])]
        layers = [k.reshape(k.shape[0], k.shape[-1]) for k in self.rows]
        parts = [np.repeat(of_rows - k, count, axis=0) for k, count in zip(layers, counts, strict=True)]
        return np.concatenate([*parts, np.repeat(of_output[None], self.net.v.shape[0], axis=0)])

    def matrix(self, H: FloatArray, degree: int = 1, first: int | None = None) -> FloatArray:
        """Second derivatives brought back, batch first: (B, p, p)."""
        E = self.exponents(degree, first).T
        found = times(H, E[:, :, None] + E[:, None, :])
        return np.where(self.lost[:, None, None], np.nan, found) if self.lost.any() else found


def tamed(net: Network, tape: Tape, targets: FloatArray | None = None) -> Tamed | None:
    """Return the network in range, or None if it is: nothing is then to be brought back.

    Args:
        net: any network.
        tape: its forward pass.
        targets: y of a square loss (n, B), which share the scale of v.
    """
    if not tape.extreme and (targets is None or np.abs(targets).max(initial=0.0) < RANGE[1]):
        return None
    sizes = [np.abs(net.v).max(axis=tuple(range(net.v.ndim - 1)))]
    sizes += [] if targets is None else [np.abs(targets).max(axis=0)]
    output = _exponent(np.max(sizes, axis=0))
    layers = zip(tape.r, tape.alpha, strict=False)
    rows = tuple(_of_rows(r, alpha) if net.normalised else _exponent(r) for r, alpha in layers)
    if not (output.any() or any(k.any() for k in rows)):
        return None
    output -= output % 2
    W = tuple(_scaled(part, -k[:, None]) for part, k in zip(net.W, rows, strict=True))
    return Tamed(replace(net, W=W, v=_scaled(net.v, -output)), rows, output, _lost(net, (*rows, output), targets))


def _lost(net: Network, exponents: tuple[IntArray, ...], targets: FloatArray | None) -> BoolArray:
    """Where something is extreme and the inputs, or their squares in a loss, are next to nothing."""
    extreme = np.any([(k != 0).reshape(-1, net.batch).any(axis=0) for k in exponents], axis=0)
    return np.asarray(extreme & faint(net, FEW_DIGITS if targets is None else SQUARABLE[0]))


def faint(net: Network, below: float = FEW_DIGITS) -> BoolArray:
    """Where inputs are next to nothing, but not nothing, (B,)."""
    size = np.abs(net.x).max(axis=tuple(range(net.x.ndim - 1)))
    return np.asarray((size > 0) & (size < below))


def times(values: FloatArray, exponents: IntArray) -> FloatArray:
    """Values · 2^exponents; infinite or zero where double precision ends, and a zero stays one."""
    with np.errstate(over="ignore", under="ignore"):
        found: FloatArray = np.ldexp(values, exponents)
    return found


def _scaled(values: FloatArray, exponents: IntArray) -> FloatArray:
    return times(values, exponents) if exponents.any() else values


def _of_rows(norms: FloatArray, inputs: FloatArray) -> IntArray:
    """The exponents of the rows of one layer, less those of inputs that are huge."""
    huge = np.maximum(_exponent(np.abs(inputs).max(axis=tuple(range(inputs.ndim - 1)))), 0)
    return _exponent(norms) - huge


def _exponent(sizes: FloatArray) -> IntArray:
    """The exponents of sizes out of range; 0 for those in range, for 0 and for what is no number."""
    exponents = np.frexp(sizes)[1]
    outside = (np.abs(exponents) > BITS) & (sizes > 0) & np.isfinite(sizes)
    return np.where(outside, exponents, np.int32(0))
