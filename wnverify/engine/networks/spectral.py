"""Spectral norms ‖∇²_θ f‖₂ = max|λ| of many Hessians, and the side of each number.

| route | side | use |
|---|---|---|
| `two_level`, L = 1 | exact | H is a direct sum of 3×3 blocks with closed-form eigenvalues |
| `dense` | exact | eigvalsh of the Hessian with the first layer reduced to two coordinates a row |
| `rough` | exact | the same, and vectors to ten digits: an ascent needs no more |
| `enclosed` | exact | Lanczos until an upper bound meets it, which the Frobenius norm gives; `dense` for the rest |
| `settled` | lower | the same, and stopped besides where the Ritz value has settled |
| `lanczos` | lower | Krylov on Hessian–vector products; p in the thousands, or where a lower estimate is sound |

"exact" means up to rounding: a backward error of a few ulps of ‖H‖₂, nothing certified.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from types import MappingProxyType
from typing import Literal, TypeAlias

import numpy as np

from wnverify.arrays import BoolArray, FloatArray
from wnverify.engine.contractions import (
    back,
    diagonal,
    eigh,
    eigvalsh,
    einsum,
    lengths,
    matvec,
    or_infinite,
    short_buffers,
    squarable,
)
from wnverify.engine.enclosure import Enclosure, Indices, Product, enclosed
from wnverify.engine.memory import keep_freed_memory
from wnverify.engine.networks.derivatives import hvp
from wnverify.engine.networks.extremes import Tamed, tamed, times
from wnverify.engine.networks.factors import Factors, convert, factors
from wnverify.engine.networks.first_layer import (
    kept,
    lift,
    lift_neuron,
    or_complement,
    reduce_first,
    reduced_size,
    row_lengths,
)
from wnverify.engine.networks.frobenius import frobenius
from wnverify.engine.networks.hessian import chunk_size, write
from wnverify.engine.networks.lanczos import anywhere, lanczos
from wnverify.engine.networks.network import Network, Tape, flatten, forward, parameters, take, unflatten
from wnverify.errors import UsageError, expected

Side: TypeAlias = Literal["exact", "lower"]
Method: TypeAlias = Literal["auto", "lower", "two_level", "dense", "rough", "enclosed", "settled", "lanczos"]

DENSE_UP_TO = 4000  # parameters; eigvalsh at 4000 takes seconds and 128 MB
ENCLOSED_FROM = 100  # parameters; below, LAPACK is as fast, as many structured networks are not enclosed soon
SETTLED_FROM = 50  # parameters
SETTLED_SQUARES = 150_000  # B·p² from which iterating is worth its calls, which are as many for few networks
ENCLOSED_SQUARES = 800_000  # the same where it goes on to the end: that takes more calls
WRITTEN_SQUARES = 500_000  # B·p² up to which products read a written Hessian: 4 MB; they take fewer calls
ENCLOSED_CHUNK = 512  # networks at once
BESIDE = 1e-12  # of an eigenvalue: how far beside it inverse iteration is shifted
LEFT = 1e-10  # of an eigenvalue: the residual of its vector above which a rough one takes a second step
DENSE_BYTES = 4 * 2**20  # of the Hessians that are written and read at once: they stay in the cache


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

    @property
    def eigenvector(self) -> FloatArray:
        """The vector.

        Raises:
            UsageError: it was not asked for.
        """
        if self.vector is None:
            raise UsageError(expected("a spectrum with vectors", "one without", "ask for vectors=True"))
        return self.vector


def spectral_norm(net: Network, *, vectors: bool = False, method: Method = "auto") -> Spectrum:
    """Return the spectral norm of ∇²_θ f of every network by the cheapest exact route.

    "auto" is exact for p ≤ 4000 and for L = 1, and Lanczos (side "lower") beyond; "lower" is content with a lower
    estimate wherever that is cheaper.

    Raises:
        UsageError: unknown method, or "two_level" for L > 1.
        DomainError: the network has a zero row, a NaN or an infinity.
    """
    if method in ("auto", "lower"):
        method = _cheapest(net, lower=method == "lower")
    if method == "lanczos":
        ritz = lanczos(net)
        return Spectrum(np.abs(ritz.signed), ritz.signed, ritz.vector if vectors else None, "lower")
    if method == "two_level" and net.depth != 1:
        raise UsageError(expected("L = 1 for method 'two_level'", f"L={net.depth}", "use 'dense'"))
    if method not in ROUTES:
        raise UsageError(expected(f"method auto, lower, lanczos or {', '.join(ROUTES)}", repr(method)))
    route = ROUTES[method]
    keep_freed_memory()
    pieces = [route(take(net, part), vectors) for part in _chunks(net, method)]
    signed = np.concatenate([piece[0] for piece in pieces])
    vector = np.concatenate([piece[1] for piece in pieces], axis=1) if vectors else None
    return Spectrum(np.abs(signed), signed, vector, "lower" if method == "settled" else "exact")


def _cheapest(net: Network, *, lower: bool) -> Method:
    if net.depth == 1:
        return "two_level"
    p = parameters(net)
    if p > DENSE_UP_TO:
        return "lanczos"
    least, squares = (SETTLED_FROM, SETTLED_SQUARES) if lower else (ENCLOSED_FROM, ENCLOSED_SQUARES)
    if p < least or net.batch * p * p < squares:
        return "rough" if lower else "dense"
    return "settled" if lower else "enclosed"


def _chunks(net: Network, method: Method) -> list[slice]:
    p = reduced_size(net)
    step = (
        ENCLOSED_CHUNK
        if method in ("enclosed", "settled")
        else min(chunk_size(p), max(64, DENSE_BYTES // (8 * p * p)))
    )
    return [slice(start, start + step) for start in range(0, net.batch, step)]


def extreme(candidates: FloatArray) -> FloatArray:
    """Return the candidate of largest modulus: (k, B) → (B,)."""
    which = np.argmax(np.abs(candidates), axis=0)
    best: FloatArray = candidates[which, np.arange(candidates.shape[1])]
    return best


def _dense(net: Network, vectors: bool, *, left: float = 0.0) -> tuple[FloatArray, FloatArray]:
    """Return the extreme eigenvalue and, if asked for, its vector, from the reduced Hessian; see `eigenvector`."""
    net, parts, tame = factors_in_range(net)
    if not vectors and tame is None and (flat := _flat(parts)).any():
        (some,), found = np.nonzero(~flat), np.zeros(net.batch)
        rest = convert(parts, lambda array: array[..., some])
        found[some] = _read(take(net, some), rest, None, vectors=False)[0] if some.size else 0.0
        return found, np.empty(0)
    return _read(net, parts, tame, vectors=vectors, left=left)


def _flat(parts: Factors) -> BoolArray:
    """Where every block is zero, for every q and every curvature of rows is: f does not depend on θ, (B,)."""
    arrays = (*parts.q, *parts.bend)
    moved = [array.any(axis=tuple(range(array.ndim - 1))) for array in arrays]
    return np.asarray(~np.logical_or.reduce(moved))


def _read(
    net: Network, parts: Factors, tame: Tamed | None, *, vectors: bool, left: float = 0.0
) -> tuple[FloatArray, FloatArray]:
    p = reduced_size(net)
    H = np.empty((net.batch, p, p))
    write(reduce_first(net, parts), back(H), "first")
    if tame is not None:
        H, parts = tame.matrix(H, first=kept(net)), bent(net, parts, tame)
    values = or_infinite(extreme(eigvalsh(H)[:, [0, -1]].T), H)
    signed, row = or_complement(net, parts, values)
    return signed, lift(net, parts, eigenvector(H, values, left), row) if vectors else np.empty(0)


def eigenvector(H: FloatArray, values: FloatArray, left: float = 0.0) -> FloatArray:
    """Return unit vectors (p, B) of the extreme eigenvalues of (B, p, p): two steps of inverse iteration.

    (H − σ)w = v leaves the residual ‖(H − σ)w‖/‖w‖ = 1/‖w‖: where the first step leaves no more than a share `left`
    of the eigenvalue there is no second one. LAPACK takes three times as long for all vectors of small matrices.
    """
    B, p, _ = H.shape
    shift = np.where(values != 0, values * (1.0 + BESIDE), 1.0)
    with np.errstate(all="ignore"):
        near = H - shift[:, None, None] * np.eye(p)
        try:
            vector, size = _solved(near, np.broadcast_to(anywhere(p)[:, None], (B, p, 1)))
            (far,) = np.nonzero(~(size * np.abs(shift) * left >= 1.0))
            if far.size:
                vector[far] = _solved(near[far], vector[far])[0]
        except np.linalg.LinAlgError:
            return _by_eigh(H)
    return np.ascontiguousarray(vector[:, :, 0].T)


def _solved(near: FloatArray, vector: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The solutions (B, p, 1), at length 1, and their lengths (B,)."""
    longer = np.linalg.solve(near, vector)
    size = np.sqrt(np.sum(np.square(longer), axis=1, keepdims=True))
    return longer / size, size[:, 0, 0]


def _by_eigh(H: FloatArray) -> FloatArray:
    values, vectors = eigh(H)
    return np.ascontiguousarray(vectors[np.arange(H.shape[0]), :, np.argmax(np.abs(values), axis=1)].T)


def factors_in_range(net: Network) -> tuple[Network, Factors, Tamed | None]:
    """Return the network in range, its factors, and what leads back if it was not: None if it was."""
    tape = forward(net, 2)
    tame = tamed(net, tape)
    if tame is None:
        return net, factors(net, tape), None
    return tame.net, factors(tame.net, forward(tame.net, 2)), tame


def bent(net: Network, parts: Factors, tame: Tamed) -> Factors:
    """Return the factors with the first layer's own curvature brought back."""
    if not net.normalised:
        return parts
    of_rows = tame.exponents(first=1)[: net.W[0].shape[0]]
    return replace(parts, bend=(tame.known(times(parts.bend[0], 2 * of_rows)), *parts.bend[1:]))


def _bends(K: FloatArray, size: FloatArray) -> FloatArray:
    """Return K·size², also where K is 0 and size² no number."""
    found = K * np.square(size)
    return found if np.isfinite(found).all() else K * size * size


def extreme_root(a: FloatArray, b: FloatArray, c: FloatArray) -> FloatArray:
    """Return c/2 ± √(c²/4 + a² + b²), the one of larger modulus, also where the squares are no numbers."""
    size = np.maximum(np.maximum(np.abs(a), np.abs(b)), np.abs(c))
    if squarable(size):
        return 0.5 * c + np.copysign(np.sqrt(0.25 * c * c + a * a + b * b), c)
    top = np.frexp(size)[1]
    a, b, c = (times(part, -top) for part in (a, b, c))
    return times(0.5 * c + np.copysign(np.sqrt(0.25 * c * c + a * a + b * b), c), top)


def neurons(net: Network) -> tuple[Network, Factors, tuple[FloatArray, FloatArray, FloatArray]]:
    """Return the network in range, its factors, and (a, b, c) of every neuron (m, B), L = 1.

    In the coordinates (u_i, q_i/‖q_i‖, v_i) neuron i contributes [[0,a,0],[a,c,b],[0,b,0]] with a = −δ‖q‖/r,
    b = κφ′‖q‖, c = K_ii‖q‖² − δz/r².
    """
    net, parts, tame = factors_in_range(net)
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
        parts = bent(net, parts, tame)
    return net, parts, (a, b, c)


def _two_level(net: Network, vectors: bool) -> tuple[FloatArray, FloatArray]:
    """Return the extreme eigenvalue, L = 1, and if asked for its vector.

    The block of a neuron, see `neurons`, has the kernel (b,0,−a) and λ = c/2 ± √(c²/4 + a² + b²); the larger
    modulus has the sign of c, and its vector is (a, λ, b) normalised.
    """
    net, parts, (a, b, c) = neurons(net)
    roots = extreme_root(a, b, c)
    signed, row = or_complement(net, parts, extreme(roots))
    if not vectors:
        return signed, np.empty(0)
    who, instances = np.argmax(np.abs(roots), axis=0), np.arange(net.batch)
    local = np.stack([part[who, instances] for part in (a, roots, b)])
    local[1] = np.where(local.any(axis=0), local[1], 1.0)  # H = 0: any vector will do
    unit = local / lengths(np.sqrt(np.sum(np.square(local), axis=0)), local)
    return signed, lift_neuron(net, parts, who, unit, row)


# ---- enclosed


def _enclosed(net: Network, vectors: bool) -> tuple[FloatArray, FloatArray]:
    """Return the extreme eigenvalue and, if asked for, its vector; what is not enclosed by way of `_dense`."""
    found = _enclosure(net, vectors, lower=False)
    (left,) = np.nonzero(~found.sure)
    if left.size:
        signed, vector = _dense(take(net, left), vectors)
        found.signed[left] = signed
        if found.vector is not None:
            found.vector[:, left] = vector
    return found.signed, np.empty(0) if found.vector is None else found.vector


def _settled(net: Network, vectors: bool) -> tuple[FloatArray, FloatArray]:
    """Return the Ritz value of largest modulus and, if asked for, its vector."""
    found = _enclosure(net, vectors, lower=True)
    return found.signed, np.empty(0) if found.vector is None else found.vector


def _enclosure(net: Network, vectors: bool, *, lower: bool) -> Enclosure:
    """Enclose the spectral norms, by products with the reduced Hessian where that is small, else without it."""
    tape = forward(net, 2)
    if tamed(net, tape) is not None:  # out of range: rare, and squares may not exist
        signed, vector = _dense(net, vectors)
        return Enclosure(signed, vector if vectors else None, np.ones(net.batch, dtype=np.bool_))
    parts = factors(net, tape)
    if net.batch * reduced_size(net) ** 2 <= WRITTEN_SQUARES:
        return _by_writing(net, parts, vectors, lower=lower)

    def products(chosen: Indices) -> Product:
        some, there = (net, tape) if chosen.size == net.batch else _again(net, chosen)
        return lambda vector: flatten(hvp(some, unflatten(some, vector), there))

    with short_buffers():
        return enclosed(products, frobenius(parts), parameters(net), vectors=vectors, lower=lower)


def _again(net: Network, chosen: Indices) -> tuple[Network, Tape]:
    some = take(net, chosen)
    return some, forward(some, 2)


def _by_writing(net: Network, parts: Factors, vectors: bool, *, lower: bool) -> Enclosure:
    p = reduced_size(net)
    H = np.empty((p, p, net.batch))
    with short_buffers():
        write(reduce_first(net, parts), H, "last")
        size = np.sqrt(einsum("ijb,ijb->b", H, H))
        found = enclosed(
            lambda chosen: partial(matvec, H if chosen.size == net.batch else H[..., chosen]),
            size,
            p,
            vectors=vectors,
            lower=lower,
        )
    signed, row = or_complement(net, parts, found.signed)
    return Enclosure(signed, None if found.vector is None else lift(net, parts, found.vector, row), found.sure)


ROUTES: Mapping[str, Callable[[Network, bool], tuple[FloatArray, FloatArray]]] = MappingProxyType(
    {
        "two_level": _two_level,
        "dense": _dense,
        "rough": partial(_dense, left=LEFT),
        "enclosed": _enclosed,
        "settled": _settled,
    }
)
