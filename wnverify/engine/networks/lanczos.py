"""Batched Lanczos on Hessian–vector products: a lower estimate of the extreme eigenvalue, adaptive in depth.

A Ritz value is a Rayleigh quotient, so |ritz| ≤ ‖H‖₂ up to rounding, whenever it stops. A fixed depth of 16 missed
‖H‖₂ by up to 7 %; so it stops when every Ritz value of a chunk moved by less than 1e-8 relative over 4 steps.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.engine.contractions import dots, eigh, eigvalsh, lengths, matvec, short_buffers, vecmat
from wnverify.engine.networks.derivatives import hvp
from wnverify.engine.networks.extremes import IntArray, tamed, times
from wnverify.engine.networks.network import Network, flatten, forward, parameters, take, unflatten

Product: TypeAlias = Callable[[FloatArray], FloatArray]
MOVED = 1e-8
CHECK_EVERY = 4
CHUNK_BYTES = 4 * 2**20
LEAST_NETWORKS = 16


@dataclass(frozen=True)
class Ritz:
    """The Ritz pairs of largest modulus: `signed` (B,), unit `vector` (p, B), and the largest depth used."""

    signed: FloatArray
    vector: FloatArray
    steps: int


def lanczos(net: Network, *, start: FloatArray | None = None, steps: int = 96) -> Ritz:
    """Return the Ritz pair of largest modulus of ∇²_θ f, full reorthogonalisation.

    `start` (p, B) warm-starts it; the default is a fixed quasi-random vector. At most `steps` products.

    Raises:
        DomainError: the network has a zero row, a NaN or an infinity.
    """
    p = parameters(net)
    size = max(LEAST_NETWORKS, CHUNK_BYTES // (8 * p * min(p, 24)))
    parts = [slice(low, min(low + size, net.batch)) for low in range(0, net.batch, size)]
    with short_buffers():
        found = [_lanczos(take(net, part), _start(p, part, start), min(steps, p)) for part in parts]
    signed = np.concatenate([ritz.signed for ritz in found])
    return Ritz(signed, np.concatenate([ritz.vector for ritz in found], axis=1), max(r.steps for r in found))


def _lanczos(net: Network, start: FloatArray, steps: int) -> Ritz:
    tape = forward(net, 2)
    found = tamed(net, tape)
    if found is not None:
        net = found.net
        tape = forward(net, 2)

    def product(vector: FloatArray) -> FloatArray:
        return flatten(hvp(net, unflatten(net, vector), tape))

    return scaled(product, None if found is None else found.exponents(), start, steps)


def scaled(product: Product, exponents: IntArray | None, start: FloatArray, steps: int) -> Ritz:
    """Return the Ritz pair of largest modulus of the matrices 2^{E_a + E_b} M_ab, of which a product with M is known.

    Args:
        product: (p, B) → (p, B).
        exponents: E (p, B); None for M itself.
        start: unit vectors (p, B).
        steps: the most products.
    """
    if exponents is None:
        return krylov(product, start, steps)
    top = exponents.max(axis=0)
    shares = times(np.ones(exponents.shape), exponents - top)
    ritz = krylov(lambda vector: shares * product(shares * vector), start, steps)
    return Ritz(times(ritz.signed, 2 * top), ritz.vector, ritz.steps)


def krylov(product: Product, start: FloatArray, steps: int) -> Ritz:
    """Return the Ritz pair of largest modulus of symmetric matrices of which only products (p, B) → (p, B) are known.

    A matrix that is zero has the value 0.

    >>> found = krylov(lambda vector: 3.0 * vector, np.array([[0.6], [0.8]]), 2)
    >>> round(float(found.signed[0]), 12)
    3.0
    """
    p, batch = start.shape
    Q = np.empty((min(steps, 16), p, batch))
    Q[0] = start
    T = np.zeros((batch, steps, steps))
    ritz, closed = np.full(batch, np.inf), np.zeros(batch, dtype=np.bool_)
    for k in range(steps):
        w = product(Q[k])
        scale = norms(w)
        T[:, k, k] = dots(w, Q[k])
        w = _orthogonal(w, Q[: k + 1])
        size = norms(w)
        closed |= size <= 1e-14 * (scale + np.abs(T[:, k, k]))  # an invariant subspace: its Ritz values are exact
        if (k + 1) % CHECK_EVERY == 0 or closed.all() or k + 1 == steps:
            before, ritz = ritz, _extreme(T[:, : k + 1, : k + 1])
            if k + 1 == steps or np.all(closed | (np.abs(ritz - before) <= MOVED * np.abs(ritz))):
                break
        if k + 1 == Q.shape[0]:
            Q = np.concatenate([Q, np.empty((min(Q.shape[0], steps - k - 1), p, batch))])
        Q[k + 1] = w / np.where(closed, np.inf, size)
        T[:, k, k + 1] = T[:, k + 1, k] = np.where(closed, 0.0, size)
    return _ritz(T[:, : k + 1, : k + 1], Q[: k + 1])


def norms(w: FloatArray) -> FloatArray:
    """Return the Euclidean norms of the columns, (p, B) → (B,)."""
    return lengths(np.sqrt(dots(w, w)), w)


def _orthogonal(w: FloatArray, Q: FloatArray) -> FloatArray:
    # twice is enough (Kahan, Parlett)
    for _ in range(2):
        w = w - vecmat(matvec(Q, w), Q)
    return w


def _start(p: int, part: slice, start: FloatArray | None) -> FloatArray:
    if start is not None:
        return start[:, part] / norms(start[:, part])
    return np.repeat(anywhere(p)[:, None], part.stop - part.start, axis=1)


def anywhere(p: int) -> FloatArray:
    """Return the unit vector (p,) to start from where nothing is known."""
    # sin(k²) has no structure that a network could share; the same for every instance, so results repeat
    vector = np.sin(np.square(np.arange(1.0, p + 1.0)))
    unit: FloatArray = vector / np.linalg.norm(vector)
    return unit


def _extreme(T: FloatArray) -> FloatArray:
    ends = eigvalsh(T)[:, [0, -1]]
    return np.where(np.abs(ends[:, 0]) > np.abs(ends[:, 1]), ends[:, 0], ends[:, 1])


def _ritz(T: FloatArray, Q: FloatArray) -> Ritz:
    eigenvalues, eigenvectors = eigh(T)
    instances = np.arange(T.shape[0])
    which = np.argmax(np.abs(eigenvalues), axis=1)
    vector = vecmat(np.ascontiguousarray(eigenvectors[instances, :, which].T), Q)
    size = norms(vector)
    return Ritz(eigenvalues[instances, which], vector / np.where(size > 0, size, 1.0), T.shape[1])
