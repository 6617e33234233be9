"""The exact Hessian of f in θ, closed form, batched: one rank-one-structured write of p²/2 numbers.

The formulas are in `factors.py`. Arrays are indexed with the batch last whatever their memory order: a
batch-first Hessian is filled through a view, and NumPy orders its loops by stride.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Literal, TypeAlias

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.engine.contractions import back, diagonal, einsum, front, short_buffers
from wnverify.engine.memory import keep_freed_memory
from wnverify.engine.networks.factors import Factors, convert, factors, select
from wnverify.engine.networks.network import Network, forward, parameters, take
from wnverify.errors import TooLarge, UsageError, expected

Layout: TypeAlias = Literal["last", "first"]

CHUNK_BYTES = 16 * 2**20
LEAST_NETWORKS = 16  # below, the inner loops over the batch are too short
MOST_VALUES = 50_000  # of one parameter vector a network; beyond, the factors leave the cache
FIRST_FROM = 400  # parameters from which a batch-first Hessian is written directly and not by way of batch last
CAP_BYTES = 512 * 2**20


def hessian(net: Network, *, out: FloatArray | None = None, layout: Layout = "last") -> FloatArray:
    """Return ∇²_θ f, shape (p, p, B) for layout "last" and (B, p, p) for "first".

    `out`, of that shape, receives the result. Temporary memory stays near one chunk (16 MB).

    >>> from wnverify.engine.activations import activation
    >>> W, one = np.ones((1, 2, 1)), np.ones((1, 1))
    >>> net = Network((W,), one, np.ones((2, 1)), activation("identity"))
    >>> hessian(net)[:2, :2, 0].round(3)
    array([[-0.354,  0.354], [ 0.354, -0.354]])

    Raises:
        UsageError: `out` has the wrong shape, or would have to be larger than 512 MB.
        DomainError: the network has a zero row, a NaN or an infinity.
    """
    p = parameters(net)
    out, view = output_array(p, net.batch, out, layout)
    buffer = np.empty((p, p, min(chunk_size(p), net.batch)) if layout == "first" and p < FIRST_FROM else 0)
    keep_freed_memory()
    with short_buffers():
        for part in chunks(net):
            piece = take(net, part)
            write(factors(piece, forward(piece, 2)), view[..., part], layout, buffer)
    return out


def write(parts: Factors, H: FloatArray, layout: Layout, buffer: FloatArray | None = None) -> None:
    """Write the Hessians made of `parts` into H, (p, p, B) as indexed, by the route that suits its layout.

    `buffer` (p, p, at least B) saves the batch-first route of small networks an allocation.
    """
    p, _, batch = H.shape
    if layout == "last":
        fill(parts, H)
    elif p < FIRST_FROM or parts.rows[0].ndim == 5:  # the direct route knows no sample axis
        buffer = np.empty((p, p, batch)) if buffer is None else buffer.reshape(-1)[: p * p * batch]
        staged = buffer.reshape(p, p, batch)
        fill(parts, staged)
        H[...] = staged
    else:
        _fill_one_by_one(parts, H)


def _fill_one_by_one(parts: Factors, H: FloatArray) -> None:
    """Fill large batch-first Hessians one at a time, so that each stays in the cache until it is complete."""
    parts = convert(parts, batch_first)
    for index in range(H.shape[-1]):
        fill(select(parts, index), H[..., index : index + 1], first=True)


def output_array(p: int, batch: int, out: FloatArray | None, layout: Layout) -> tuple[FloatArray, FloatArray]:
    """Return the result array, `out` or a new one, and its (p, p, B) view.

    Raises:
        TooLarge: `out` would have to be larger than 512 MB.
        UsageError: it has the wrong shape.
    """
    shape = (p, p, batch) if layout == "last" else (batch, p, p)
    if out is None:
        size = 8 * p * p * batch
        if size > CAP_BYTES:
            remedy = "iterate with hessian_chunks, or pass out="
            raise TooLarge(expected(f"at most {CAP_BYTES >> 20} MB in one array", f"{size >> 20} MB", remedy))
        out = np.empty(shape)
    if out.shape != shape:
        raise UsageError(expected(f"out of shape {shape}", f"shape {out.shape}"))
    return out, out if layout == "last" else back(out)


def chunk_size(p: int) -> int:
    """Return how many networks to treat at once: up to 16 MB of Hessian, within the limits of the inner loops."""
    return max(min(CHUNK_BYTES // (8 * p * p), MOST_VALUES // p), LEAST_NETWORKS)


def chunks(net: Network) -> Iterator[slice]:
    """Yield the slices of the batch that are treated at once."""
    step = chunk_size(parameters(net))
    for start in range(0, net.batch, step):
        yield slice(start, min(start + step, net.batch))


def piecewise(net: Network, measure: Callable[[Network], FloatArray]) -> FloatArray:
    """Return what `measure` finds, the instances first, from the slices of the batch that are treated at once."""
    keep_freed_memory()
    with short_buffers():
        return np.concatenate([measure(take(net, part)) for part in chunks(net)])


def hessian_chunks(net: Network, *, layout: Layout = "last") -> Iterator[tuple[slice, FloatArray]]:
    """Yield (slice of the batch, its Hessians) through one reused buffer: use or copy it before the next.

    The buffer holds up to 16 MB; from p = 400 on it holds one network, 8p² bytes, so that it stays in the cache.

    Raises:
        DomainError: the network has a zero row, a NaN or an infinity.
    """
    p = parameters(net)
    if p >= FIRST_FROM and net.x.ndim == 2:
        yield from _singly(net, np.empty((p, p, 1) if layout == "last" else (1, p, p)), layout)
        return
    buffer = np.empty(p * p * min(chunk_size(p), net.batch))
    for part in chunks(net):
        count = part.stop - part.start
        shape = (p, p, count) if layout == "last" else (count, p, p)
        yield part, hessian(take(net, part), out=buffer[: count * p * p].reshape(shape), layout=layout)


def _singly(net: Network, buffer: FloatArray, layout: Layout) -> Iterator[tuple[slice, FloatArray]]:
    """Yield one Hessian at a time; the factors are computed for many networks at once."""
    view = buffer if layout == "last" else back(buffer)
    for part in chunks(net):
        piece = take(net, part)
        with short_buffers():
            parts = convert(factors(piece, forward(piece, 2)), batch_first)
        for index in range(part.stop - part.start):
            with short_buffers():
                fill(select(parts, index), view, first=True)
            yield slice(part.start + index, part.start + index + 1), buffer


def fill(parts: Factors, H: FloatArray, first: bool = False) -> None:
    """Write the Hessians made of `parts` into H, (p, p, B) as indexed; a sample axis is summed.

    `first`: H and `parts` have the batch first in memory. Blocks above the diagonal are written first, rows (j,c)
    and columns (i,a): then the long axis (i,a) is contiguous batch first, and the batch is batch last. The
    transposes are copies.
    """
    work = workspace(parts, first)
    ends = accumulate((math.prod(rows.shape[:3:2]) for rows in parts.rows), initial=0)
    spans = [slice(start, stop) for start, stop in pairwise(ends)]
    tail = slice(spans[-1].stop, H.shape[0])
    H[tail, tail] = 0.0 if parts.corner is None else parts.corner
    for layer, span in enumerate(spans):
        for below in range(layer):
            _write(coupling(parts, work, layer, below), parts.rows[below], H[spans[below], span])
            H[span, spans[below]] = H[spans[below], span].swapaxes(0, 1)
        separate = parts.separate_top and layer == len(spans) - 1
        (_write_separate if separate else _write_own)(parts, work, layer, H[span, span])
        if separate:
            _write_separate_output(parts, H[span, tail])
        else:
            _write(parts.V[layer].swapaxes(0, 1), parts.rows[layer], H[span, tail])
        H[tail, span] = H[span, tail].swapaxes(0, 1)


@dataclass(frozen=True)
class Workspace:
    """Two buffers, reused by every block: a fresh temporary costs page faults, up to ten times its arithmetic."""

    buffers: FloatArray
    first: bool

    def array(self, which: int, shape: tuple[int, ...]) -> FloatArray:
        """Return buffer `which` as an array of `shape`, batch last or, in memory, first."""
        flat = self.buffers[which, : math.prod(shape)]
        if self.first:
            return back(flat.reshape(shape[-1], *shape[:-1]))
        return flat.reshape(shape)


def workspace(parts: Factors, first: bool) -> Workspace:
    """Return buffers large enough for E[j,i,a] and for the (i,a,c) terms of every layer."""
    rows = max(array.shape[0] * array.shape[2] for array in parts.rows)
    wide = max(max(array.shape[0], array.shape[2]) for array in parts.rows)
    return Workspace(np.empty((2, rows * wide * math.prod(parts.rows[0].shape[3:]))), first)


def batch_first(a: FloatArray) -> FloatArray:
    """Return `a` with the batch first in memory (and last as an index)."""
    return back(np.ascontiguousarray(front(a)))


def _write_own(parts: Factors, work: Workspace, layer: int, block: FloatArray) -> None:
    """Write a diagonal block: E[j,i,a] = K_ij q_i[a], K symmetric, and the curvature where i = j."""
    K, q = parts.K[layer], parts.rows[layer][:, 0]
    E = work.array(0, (K.shape[0], *q.shape))
    _write(np.multiply(K[:, :, None], q, out=E), parts.rows[layer], block)
    if parts.bend:
        _add_curvature(parts, work, layer, _within_rows(block, q.shape))


def _write_separate(parts: Factors, work: Workspace, layer: int, block: FloatArray) -> None:
    """Write the diagonal block of a layer with diagonal K: zero but where i = j."""
    q = parts.rows[layer][:, 0]
    block[...] = 0.0
    within = _within_rows(block, q.shape)
    pull = work.array(0, q.shape)
    np.multiply(diagonal(parts.K[layer])[:, None], q, out=pull)
    np.multiply(pull[:, :, None], q[:, None], out=within)
    if parts.bend:
        _add_curvature(parts, work, layer, within)


def _write_separate_output(parts: Factors, block: FloatArray) -> None:
    """Write the block of the rows of the last layer, (i,a), and the columns v: zero but where i = j."""
    q = parts.rows[-1][:, 0]
    block[...] = 0.0
    within = einsum("iaib->iab", block.reshape(*q.shape[:2], *block.shape[1:]))
    np.multiply(diagonal(parts.V[-1])[:, None], q, out=within)


def _within_rows(block: FloatArray, shape: tuple[int, ...]) -> FloatArray:
    """Return the writeable view (i, a, c, B) of the parts i = j of a diagonal block, rows (i,a), columns (j,c)."""
    return einsum("iaicb->iacb", block.reshape(*shape[:2], *shape[:2], block.shape[-1]))


def coupling(parts: Factors, work: Workspace, layer: int, below: int) -> FloatArray:
    """Return E[j,i,a] of a block off the diagonal, (m_k, m_l, m_{l-1}, …)."""
    left, rows, reach = parts.left[layer][below], parts.rows[layer], parts.reach[layer][below]
    shape = (left.shape[2], rows.shape[0], *rows.shape[2:])
    E, term = work.array(0, shape), work.array(1, shape)
    if work.first:
        # per row i the (j, a) matrix is a product of rank 2: BLAS, as the axis a alone is a short loop
        out = front(E).swapaxes(1, 2)
        np.matmul(front(left).swapaxes(2, 3), front(rows), out=out)
    else:
        np.multiply(left[:, 0].swapaxes(0, 1)[:, :, None], rows[:, 0], out=E)
        if parts.bend:
            np.multiply(left[:, 1].swapaxes(0, 1)[:, :, None], rows[:, 1], out=term)
            E += term
    ratio = parts.ratio[layer][:, None]
    if below == layer - 1:  # G^{l-1,k} is the identity
        einsum("aia...->ia...", E)[...] += ratio * reach
    else:
        np.multiply(ratio, reach[:, None], out=term)
        E += term
    return E


def _write(E: FloatArray, rows: FloatArray, block: FloatArray) -> None:
    """Set block[(j,c), …] = q[j,c]·E[j, …], summed over samples if there is a sample axis."""
    q = rows[:, 0]
    flat = E.reshape(E.shape[0], -1, *q.shape[2:])
    split = block.reshape(*q.shape[:2], *block.shape[1:])
    if q.ndim == 3:
        np.multiply(q[:, :, None], flat[:, None], out=split)
    else:
        np.einsum("jcnb,jenb->jceb", q, flat, out=split)


def _add_curvature(parts: Factors, work: Workspace, layer: int, within: FloatArray) -> None:
    """Add −(δ/r)(q uᵀ + u qᵀ) − (δz/r²)(I − uuᵀ) to the blocks i = j, (i, a, c, B), of a diagonal block."""
    q, u = parts.rows[layer][:, 0], parts.rows[layer][:, 1]
    pull = parts.ratio[layer][:, None] * q
    bend = parts.bend[layer][:, None]
    if q.ndim == 4:
        u, pull, bend = u[:, :, 0], pull.sum(axis=2), bend.sum(axis=2)
    # −(δ/r)(q uᵀ + u qᵀ) + (δz/r²)uuᵀ = −(g uᵀ + u gᵀ) with g = (δ/r)q − (δz/r²)u/2
    g = pull - 0.5 * bend * u
    term = work.array(1, (*u.shape[:2], *u.shape[1:]))
    np.multiply(g[:, :, None], u[:, None], out=term)
    within -= term
    within -= term.swapaxes(1, 2)
    einsum("iaab->iab", within)[...] -= bend
