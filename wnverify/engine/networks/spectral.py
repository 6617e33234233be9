"""Spectral norms ‖∇²_θ f‖₂ = max|λ| of many Hessians, and the side of each number.

| route | side | use |
|---|---|---|
| `two_level`, L = 1 | exact | H is a direct sum of 3×3 blocks with closed-form eigenvalues |
| `dense` | exact | eigvalsh of the Hessian with the first layer reduced to two coordinates a row |
| `lanczos` | lower | Krylov on Hessian–vector products; p in the thousands, or where a lower estimate is sound |

"exact" means up to rounding: a backward error of a few ulps of ‖H‖₂, nothing certified.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.engine.contractions import back, diagonal, eigh, eigvalsh, row_dots
from wnverify.engine.networks.factors import factors
from wnverify.engine.networks.first_layer import kept, lift, or_complement, reduce_first, reduced_size
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
    parts = factors(net, forward(net, 2))
    p = reduced_size(net)
    H = np.empty((net.batch, p, p))
    write(reduce_first(net, parts), back(H), "first")
    if not vectors:
        return or_complement(net, parts, extreme(eigvalsh(H)[:, [0, -1]].T))[0], np.empty(0)
    eigenvalues, eigenvectors = eigh(H)
    instances = np.arange(net.batch)
    which = np.argmax(np.abs(eigenvalues), axis=1)
    signed, row = or_complement(net, parts, eigenvalues[instances, which])
    return signed, lift(net, parts, np.ascontiguousarray(eigenvectors[instances, :, which].T), row)


def _two_level(net: Network, vectors: bool) -> tuple[FloatArray, FloatArray]:
    """Return the extreme eigenvalue, L = 1, and if asked for its vector.

    In the coordinates (u_i, q_i/‖q_i‖, v_i) neuron i contributes [[0,a,0],[a,c,b],[0,b,0]] with a = −δ‖q‖/r,
    b = κφ′‖q‖, c = K_ii‖q‖² − δz/r². It has the kernel (b,0,−a) and λ = c/2 ± √(c²/4 + a² + b²); the larger
    modulus has the sign of c, and its vector is (a, λ, b) normalised.
    """
    parts = factors(net, forward(net, 2))
    size = np.sqrt(row_dots(parts.q[0], parts.q[0]))
    a = -parts.ratio[0] * size if net.normalised else np.zeros_like(size)
    b = diagonal(parts.V[0]) * size
    c = diagonal(parts.K[0]) * np.square(size)
    if kept(net) == 2:
        c = c - parts.bend[0]
    roots = 0.5 * c + np.copysign(np.sqrt(0.25 * c * c + a * a + b * b), c)
    signed, row = or_complement(net, parts, extreme(roots))
    if not vectors:
        return signed, np.empty(0)
    who, instances = np.argmax(np.abs(roots), axis=0), np.arange(net.batch)
    local = np.stack([part[who, instances] for part in (a, roots, b)])
    local[1] = np.where(local.any(axis=0), local[1], 1.0)  # H = 0: any vector will do
    spread = np.zeros((3, *size.shape))
    spread[:, who, instances] = local / np.sqrt(np.sum(np.square(local), axis=0))
    rows = spread[2 - kept(net) : 2].swapaxes(0, 1).reshape(-1, net.batch)
    return signed, lift(net, parts, np.concatenate([rows, spread[2]]), row)
