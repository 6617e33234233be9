"""Spectral norms ‖∇²_θ f‖₂ = max|λ| of many Hessians, and the side of each number.

| route | side | use |
|---|---|---|
| `two_level`, L = 1 | exact | H is a direct sum of 3×3 blocks with closed-form eigenvalues |
| `dense` | exact | eigvalsh of the Hessian with the first layer reduced to two coordinates a row |
| `lanczos` | lower | Krylov on Hessian–vector products; p in the thousands, or where a lower estimate is sound |

"exact" means up to rounding: a backward error of a few ulps of ‖H‖₂, nothing certified.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.engine.contractions import back, diagonal, eigh, eigvalsh, lengths, or_infinite, squarable
from wnverify.engine.networks.extremes import Tamed, tamed, times
from wnverify.engine.networks.factors import Factors, factors
from wnverify.engine.networks.first_layer import kept, lift, or_complement, reduce_first, reduced_size, row_lengths
from wnverify.engine.networks.hessian import chunk_size, write
from wnverify.engine.networks.lanczos import lanczos
from wnverify.engine.networks.network import Network, forward, parameters, take
from wnverify.errors import UsageError, expected

Side: TypeAlias = Literal["exact", "lower"]
Method: TypeAlias = Literal["auto", "two_level", "dense", "lanczos"]

DENSE_UP_TO = 4000  # parameters; eigvalsh at 4000 takes seconds and 128 MB


@dataclass(frozen=True)
class Spectrum:
    """The eigenvalue of largest modulus.

    Attributes:
        value: |λ|, (B,).
        signed: λ, (B,).
        vector: a unit eigenvector (Ritz vector for side "lower"), (p, B), or None if not asked for.
        side: "exact" up to rounding, or "lower": an estimate that can only be too small.
    """

    value: FloatArray
    signed: FloatArray
    vector: FloatArray | None
    side: Side


def spectral_norm(net: Network, *, vectors: bool = False, method: Method = "auto") -> Spectrum:
    """Return the spectral norm of ∇²_θ f of every network by the cheapest exact route.

    "auto" is exact for p ≤ 4000 and for L = 1, and Lanczos (side "lower") beyond.

    Raises:
        UsageError: unknown method, or "two_level" for L > 1.
        DomainError: the network has a zero row, a NaN or an infinity.
    """
    if method == "auto":
        method = "two_level" if net.depth == 1 else "dense" if parameters(net) <= DENSE_UP_TO else "lanczos"
    if method == "lanczos":
        ritz = lanczos(net)
        return Spectrum(np.abs(ritz.signed), ritz.signed, ritz.vector if vectors else None, "lower")
    if method == "two_level" and net.depth != 1:
        raise UsageError(expected("L = 1 for method 'two_level'", f"L={net.depth}", "use 'dense'"))
    if method not in ("two_level", "dense"):
        raise UsageError(expected("method auto, two_level, dense or lanczos", repr(method)))
    route = _two_level if method == "two_level" else _dense
    pieces = [route(take(net, part), vectors) for part in _chunks(net)]
    signed = np.concatenate([piece[0] for piece in pieces])
    vector = np.concatenate([piece[1] for piece in pieces], axis=1) if vectors else None
    return Spectrum(np.abs(signed), signed, vector, "exact")


def _chunks(net: Network) -> list[slice]:
    step = chunk_size(reduced_size(net))
    return [slice(start, start + step) for start in range(0, net.batch, step)]


def extreme(candidates: FloatArray) -> FloatArray:
    """Return the candidate of largest modulus: (k, B) → (B,)."""
    which = np.argmax(np.abs(candidates), axis=0)
    best: FloatArray = candidates[which, np.arange(candidates.shape[1])]
    return best


def _dense(net: Network, vectors: bool) -> tuple[FloatArray, FloatArray]:
    """Return the extreme eigenvalue and, if asked for, its vector, from the reduced Hessian."""
    net, parts, tame = _factors(net)
    p = reduced_size(net)
    H = np.empty((net.batch, p, p))
    write(reduce_first(net, parts), back(H), "first")
    if tame is not None:
        H, parts = tame.matrix(H, first=kept(net)), _bent(net, parts, tame)
    if not vectors:
        return or_complement(net, parts, or_infinite(extreme(eigvalsh(H)[:, [0, -1]].T), H))[0], np.empty(0)
    eigenvalues, eigenvectors = eigh(H)
    instances = np.arange(net.batch)
    which = np.argmax(np.abs(eigenvalues), axis=1)
    signed, row = or_complement(net, parts, or_infinite(eigenvalues[instances, which], H))
    return signed, lift(net, parts, np.ascontiguousarray(eigenvectors[instances, :, which].T), row)


def _factors(net: Network) -> tuple[Network, Factors, Tamed | None]:
    """Return the network in range, its factors, and what leads back if it was not."""
    tape = forward(net, 2)
    tame = tamed(net, tape)
    if tame is None:
        return net, factors(net, tape), None
    return tame.net, factors(tame.net, forward(tame.net, 2)), tame


def _bent(net: Network, parts: Factors, tame: Tamed) -> Factors:
    """Return the factors with the first layer's own curvature brought back."""
    if not net.normalised:
        return parts
    of_rows = tame.exponents(first=1)[: net.W[0].shape[0]]
    return replace(parts, bend=(tame.known(times(parts.bend[0], 2 * of_rows)), *parts.bend[1:]))


def _bends(K: FloatArray, size: FloatArray) -> FloatArray:
    """Return K·size², also where K is 0 and size² no number."""
    found = K * np.square(size)
    return found if np.isfinite(found).all() else K * size * size


def _extreme_root(a: FloatArray, b: FloatArray, c: FloatArray) -> FloatArray:
    """Return c/2 ± √(c²/4 + a² + b²), the one of larger modulus, also where the squares are no numbers."""
    size = np.maximum(np.maximum(np.abs(a), np.abs(b)), np.abs(c))
    if squarable(size):
        return 0.5 * c + np.copysign(np.sqrt(0.25 * c * c + a * a + b * b), c)
    top = np.frexp(size)[1]
    a, b, c = (times(part, -top) for part in (a, b, c))
    return times(0.5 * c + np.copysign(np.sqrt(0.25 * c * c + a * a + b * b), c), top)


def _two_level(net: Network, vectors: bool) -> tuple[FloatArray, FloatArray]:
    """Return the extreme eigenvalue, L = 1, and if asked for its vector.

    In the coordinates (u_i, q_i/‖q_i‖, v_i) neuron i contributes [[0,a,0],[a,c,b],[0,b,0]] with a = −δ‖q‖/r,
    b = κφ′‖q‖, c = K_ii‖q‖² − δz/r². It has the kernel (b,0,−a) and λ = c/2 ± √(c²/4 + a² + b²); the larger
    modulus has the sign of c, and its vector is (a, λ, b) normalised.
    """
    net, parts, tame = _factors(net)
    size = row_lengths(parts.q[0])
    a = -parts.ratio[0] * size if net.normalised else np.zeros_like(size)
    b = diagonal(parts.V[0]) * size
    c = _bends(diagonal(parts.K[0]), size)
    if kept(net) == 2:
        c = c - parts.bend[0]
    if tame is not None:
        of_rows, of_output = np.split(tame.exponents(first=1), 2)  # as many rows as output weights: L = 1
        a, b, c = (
            tame.known(times(part, e)) for part, e in ((a, 2 * of_rows), (b, of_rows + of_output), (c, 2 * of_rows))
        )
        parts = _bent(net, parts, tame)
    roots = _extreme_root(a, b, c)
    signed, row = or_complement(net, parts, extreme(roots))
    if not vectors:
        return signed, np.empty(0)
    who, instances = np.argmax(np.abs(roots), axis=0), np.arange(net.batch)
    local = np.stack([part[who, instances] for part in (a, roots, b)])
    local[1] = np.where(local.any(axis=0), local[1], 1.0)  # H = 0: any vector will do
    spread = np.zeros((3, *size.shape))
    spread[:, who, instances] = local / lengths(np.sqrt(np.sum(np.square(local), axis=0)), local)
    rows = spread[2 - kept(net) : 2].swapaxes(0, 1).reshape(-1, net.batch)
    return signed, lift(net, parts, np.concatenate([rows, spread[2]]), row)
