"""The least and the greatest eigenvalue of ∇²_θ f, or of its block (W, W), up to rounding of the matrix.

They come from the Hessian with the first layer reduced to two coordinates a row, and from the closed form for L = 1.
As the block (v, v) is zero, vᵀ∇²f v = 0 for all v, and the whole Hessian has λ_min ≤ 0 ≤ λ_max.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.engine.contractions import back, eigh, eigvalsh
from wnverify.engine.memory import keep_freed_memory
from wnverify.engine.networks.factors import Factors
from wnverify.engine.networks.first_layer import kept, lift, reduce_first, reduced_size
from wnverify.engine.networks.hessian import chunk_size, write
from wnverify.engine.networks.network import Network, take
from wnverify.engine.networks.spectral import bent, extreme_root, factors_in_range, neurons

Pair = tuple[FloatArray, FloatArray]


@dataclass(frozen=True)
class Ends:
    """Both ends of a spectrum.

    Attributes:
        low: the least eigenvalue, (B,); NaN where the matrix has overflowed.
        high: the greatest, (B,).
        vectors: unit eigenvectors of both, (p, B) each, or None if not asked for; some one where they are repeated.
    """

    low: FloatArray
    high: FloatArray
    vectors: Pair | None = None

    @property
    def norm(self) -> FloatArray:
        """The larger modulus, (B,)."""
        return np.maximum(-self.low, self.high)


def ends(net: Network, *, vectors: bool = False, hidden: bool = False) -> Ends:
    """Return both ends of the spectrum of ∇²_θ f, or with `hidden` of its block (W, W), in which v is fixed.

    >>> from wnverify.engine.activations import activation
    >>> W, one = np.ones((1, 2, 1)), np.ones((1, 1))
    >>> found = ends(Network((W,), one, np.array([[1.0], [-1.0]]), activation("identity")))
    >>> found.low.round(12), found.high.round(12)
    (array([-1.22474487]), array([1.22474487]))

    Raises:
        DomainError: the network has a zero row, a NaN or an infinity.
    """
    keep_freed_memory()
    step = chunk_size(reduced_size(net))
    parts = [take(net, slice(start, start + step)) for start in range(0, net.batch, step)]
    found = [
        _two_level(part, hidden) if net.depth == 1 and not vectors else _dense(part, vectors, hidden)
        for part in parts
    ]
    low, high = (np.concatenate(values) for values in zip(*((each.low, each.high) for each in found), strict=True))
    if not hidden:
        low, high = np.minimum(low, 0.0), np.maximum(high, 0.0)
    pairs = [each.vectors for each in found if each.vectors is not None]
    if not pairs:
        return Ends(low, high)
    first, last = (np.concatenate(side, axis=1) for side in zip(*pairs, strict=True))
    return Ends(low, high, (first, last))


def _two_level(net: Network, hidden: bool) -> Ends:
    """Return the ends for L = 1; the two roots of a neuron have the product −(a² + b²), and a kernel is between."""
    net, parts, (a, b, c) = neurons(net)
    if hidden and net.W[0].shape[1] == 1:  # a row of one number has the block c alone, 0 if it is normalised
        return Ends(c.min(axis=0), c.max(axis=0))
    b = np.zeros_like(b) if hidden else b
    larger = extreme_root(a, b, c)
    safe = np.where(larger == 0.0, 1.0, larger)
    other = -(a * (a / safe) + b * (b / safe))
    low, high = np.minimum(larger, other).min(axis=0), np.maximum(larger, other).max(axis=0)
    return _with_complement(net, parts, Ends(low, high))[0]


def _dense(net: Network, vectors: bool, hidden: bool) -> Ends:
    net, parts, tame = factors_in_range(net)
    p, width = reduced_size(net), net.v.shape[0]
    H = np.empty((net.batch, p, p))
    write(reduce_first(net, parts), back(H), "first")
    if tame is not None:
        H, parts = tame.matrix(H, first=kept(net)), bent(net, parts, tame)
    H = H[:, :-width, :-width] if hidden else H
    if not vectors:
        values = eigvalsh(H)
        return _with_complement(net, parts, Ends(values[:, 0], values[:, -1]))[0]
    values, basis = eigh(H)
    found, rows = _with_complement(net, parts, Ends(values[:, 0], values[:, -1]))
    reduced = np.zeros((2, p, net.batch))
    reduced[:, : H.shape[1]] = np.moveaxis(basis[:, :, [0, -1]], 2, 0).swapaxes(1, 2)
    first, last = (lift(net, parts, part, row) for part, row in zip(reduced, rows, strict=True))
    return Ends(found.low, found.high, (first, last))


def _with_complement(net: Network, parts: Factors, found: Ends) -> tuple[Ends, Pair]:
    """Return the ends with −δz/r² of the directions that the reduction leaves out, and the rows they come from.

    A row of −1 says that there is none: the end is one of the reduced matrix. These directions of a plain network are
    its kernel.
    """
    nobody = np.full(found.low.shape, -1.0)
    if not net.normalised:
        zero = 0.0 if net.x.shape[0] > kept(net) else found.low
        return Ends(np.minimum(found.low, zero), np.maximum(found.high, zero)), (nobody, nobody)
    if net.x.shape[0] < 3:
        return found, (nobody, nobody)
    bend = -parts.bend[0]
    least, greatest = bend.min(axis=0), bend.max(axis=0)
    rows = (
        np.where(least < found.low, bend.argmin(axis=0), nobody),
        np.where(greatest > found.high, bend.argmax(axis=0), nobody),
    )
    return Ends(np.minimum(found.low, least), np.maximum(found.high, greatest)), rows
