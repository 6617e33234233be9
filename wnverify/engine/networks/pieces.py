"""The Hessian of f in the hidden weights as the sum of three: what the rows, the layers and the activations curve.

Along U = (U^1, …, U^L), with b^l = ∂f/∂α^l and c^l = b^l φ′(z^l),

    D²f[U, U] = Σ_{l,i} c_i s ⟨ü_i, α^{l−1}⟩ + 2 Σ_{l,i} c_i s ⟨u̇_i, α̇^{l−1}⟩ + Σ_{l,i} b_i φ″(z_i) ż_i².

The first sum is block diagonal: with u_i = w_i/r_i and θ_i the angle of the row with α^{l−1}, a row contributes
c_i s‖α^{l−1}‖/r_i² times the form −(2ae sin θ_i + e² cos θ_i), whose norm is (|cos θ_i| + √(cos²θ_i + 4 sin²θ_i))/2.
The others know U through τ_i = ⟨q_i, U_i⟩/‖q_i‖, q_i = ∂z_i/∂w_i, and the second also through all of the tangential
part of the rows above the first layer. Arrays have the batch first: small matrices are multiplied and diagonalised.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from wnverify.arrays import BoolArray, FloatArray
from wnverify.engine.contractions import FEW_DIGITS, lengths, symmetric_norm
from wnverify.engine.networks.extremes import IntArray, Tamed, faint, tamed, times
from wnverify.engine.networks.hessian import piecewise
from wnverify.engine.networks.network import Network, Tape, forward

SMALL = 1e-60
"""What is smaller is multiplied before it is squared."""


def _lengths(vectors: FloatArray, axis: int) -> FloatArray:
    with np.errstate(over="ignore", under="ignore"):
        return lengths(np.linalg.norm(vectors, axis=axis), vectors, axis=axis)


@dataclass(frozen=True)
class Layer:
    """One layer, batch first.

    Attributes:
        u: the rows as they are used, (B, m, k).
        r: their norms, (B, m).
        below: s·α^{l−1}, (B, k).
        b: ∂f/∂α^l, (B, m).
        c: ∂f/∂z^l, (B, m).
        first: φ′(z^l), (B, m).
        bend: b^l φ″(z^l), (B, m).
        s: the factor of the layer.
    """

    u: FloatArray
    r: FloatArray
    below: FloatArray
    b: FloatArray
    c: FloatArray
    first: FloatArray
    bend: FloatArray
    s: float

    @property
    def along(self) -> FloatArray:
        """s⟨u_i, α⟩, (B, m)."""
        return np.asarray((self.u * self.below[:, None]).sum(axis=2))

    @property
    def across(self) -> FloatArray:
        """s(α − ⟨u_i, α⟩u_i), (B, m, k)."""
        return np.asarray(self.below[:, None] - self.along[:, :, None] * self.u)

    @property
    def sines(self) -> FloatArray:
        """s‖α‖ sin θ_i, (B, m)."""
        return _lengths(self.across, 2)


def layers(net: Network) -> list[Layer]:
    """Every layer, from the first.

    Raises:
        DomainError: the network has a zero row, a NaN or an infinity.
    """
    return of_tape(net, forward(net, 2))


def of_tape(net: Network, tape: Tape) -> list[Layer]:
    """Every layer of a forward pass of order 2 or more."""
    found = list[Layer]()
    b = tape.kappa * net.v.T
    for layer in reversed(range(net.depth)):
        u, s = np.moveaxis(tape.u[layer], -1, 0), tape.s[layer]
        first, second = (slope.T for slope in tape.phi[layer][:2])
        c = b * first
        found.append(Layer(u, tape.r[layer].T, s * tape.alpha[layer].T, b, c, first, b * second, s))
        b = s * np.einsum("bm,bmk->bk", c, u)
    return found[::-1]


# ---- the Hessian: of networks in range, then by powers of two that of the given ones


@dataclass(frozen=True)
class Near:
    """The layers of a network in range, and what leads back to the given one.

    Attributes:
        stack: the layers.
        back: the powers of two; None where the given one is in range.
        faint: where inputs are so small that products with them have few digits, (B,).
    """

    stack: list[Layer]
    back: Tamed | None
    faint: BoolArray

    def known(self, found: FloatArray) -> FloatArray:
        """NaN instead of what has lost its digits, (B,)."""
        return np.where(self.faint, np.nan, found) if self.faint.any() else found

    def exponents(self) -> IntArray:
        """E of every row, (B, Lm): a second derivative in two of them is 2^{E_a + E_b} times that in range."""
        if self.back is None:
            return np.zeros((1, 1), dtype=np.int32)
        half = self.back.output // 2
        return np.concatenate([half - k for k in self.back.rows]).T

    def largest(self, found: FloatArray) -> FloatArray:
        """The largest of what rows have of their own, (B, Lm), brought back."""
        near = found if self.back is None else times(found, 2 * self.exponents())
        return self.known(np.asarray(near.max(axis=1)))

    def norm(self, matrix: FloatArray, exponents: IntArray) -> FloatArray:
        """The spectral norm of a matrix (B, p, p), whose coordinates have these exponents (B, p), brought back."""
        if exponents.any():
            matrix = times(matrix, exponents[:, :, None] + exponents[:, None, :])
        return self.known(symmetric_norm(matrix))


def nearby(net: Network) -> Near:
    """A network in range.

    Raises:
        DomainError: the network has a zero row, a NaN or an infinity.
    """
    tape = forward(net, 2)
    back = tamed(net, tape)
    return Near(of_tape(net, tape) if back is None else layers(back.net), back, faint(net))


def row_curvature(net: Network) -> FloatArray:
    """Return max_{l,i} |c_i| s‖α^{l−1}‖/r_i², (B,): how much a row's own curvature may be, whatever its angle."""
    near = nearby(net)
    found = [np.abs(each.c) * _lengths(each.below, 1)[:, None] / each.r**2 for each in near.stack]
    return near.largest(np.concatenate(found, axis=1))


def own_norm(net: Network) -> FloatArray:
    """Return the spectral norm of the first sum, (B,); rows of one number have no curvature.

    >>> from wnverify.engine.activations import activation
    >>> W, one = np.ones((1, 2, 1)), np.ones((1, 1))
    >>> own_norm(Network((W,), one, np.ones((2, 1)), activation("identity"))).round(12)
    array([0.70710678])
    """
    found, near = [], nearby(net)
    for each in near.stack:
        cos, sin = np.abs(each.along), each.sines
        wide = each.u.shape[2] > 1
        found.append(wide * np.abs(each.c) / each.r**2 * (cos + np.hypot(cos, 2 * sin)) / 2)
    return near.largest(np.concatenate(found, axis=1))


def reaches(stack: list[Layer]) -> list[FloatArray]:
    """∂z^l/∂τ of every layer, (B, m, Lm): τ of the layers above it have none."""
    total = sum(each.r.shape[1] for each in stack)
    found, start = list[FloatArray](), 0
    below = np.zeros((stack[0].r.shape[0], stack[0].u.shape[2], total))  # ∂α^{l−1}/∂τ
    for each in stack:
        m = each.r.shape[1]
        here = each.s * np.matmul(each.u, below)
        here[:, np.arange(m), start + np.arange(m)] += each.sines / each.r
        found.append(here)
        below, start = each.first[:, :, None] * here, start + m
    return found


def bent_norm(net: Network) -> FloatArray:
    """Return the spectral norm of the third sum, (B,): that of Σ_l Z^{lT} diag(b^l φ″) Z^l, Z^l = ∂z^l/∂τ."""
    return piecewise(net, _bent_norm)


def _bent_norm(net: Network) -> FloatArray:
    near = nearby(net)
    moved, small = _not_small(reaches(near.stack))
    pairs = zip(moved, near.stack, strict=True)
    whole = sum(np.matmul(Z.swapaxes(1, 2), each.bend[:, :, None] * Z) for Z, each in pairs)
    return near.norm(np.asarray(whole), near.exponents() + small)


def _not_small(moved: list[FloatArray]) -> tuple[list[FloatArray], IntArray]:
    """What is small enough for its square to have no digits, times powers of two, and what leads back, (B, 1)."""
    top = np.max([np.abs(Z).max(axis=(1, 2)) for Z in moved], axis=0)
    exponents = np.where((top > 0) & (top < SMALL), np.frexp(top)[1], np.int32(0))
    if exponents.any():
        moved = [times(Z, -exponents[:, None, None]) for Z in moved]
    return moved, exponents[:, None]


def cross_norm(net: Network) -> FloatArray:
    """Return the spectral norm of the second sum, (B,): that of YT + (YT)ᵀ, where τ = TU and Y is ½∂/∂U of the sum.

    Coordinates of U: τ of the first layer, then all numbers of the rows above it.
    """
    return piecewise(net, _cross_norm)


def _cross_norm(net: Network) -> FloatArray:
    near = nearby(net)
    m, exponents = net.W[0].shape[0], near.exponents()
    if net.depth == 1:
        return np.zeros(net.batch)
    if near.back is not None:
        exponents = np.concatenate([exponents[:, :m], np.repeat(exponents[:, m:], m, axis=1)], axis=1)
    return near.norm(cross_matrix(near.stack), exponents)


def cross_matrix(stack: list[Layer]) -> FloatArray:
    """YT + (YT)ᵀ of two layers or more, (B, p, p)."""
    m, batch = stack[0].r.shape[1], stack[0].r.shape[0]
    T = _tangents(stack)
    Y = [np.zeros((batch, m, T.shape[1]))]
    for each, lower, Z in zip(stack[1:], stack, reaches(stack), strict=False):
        reach = lower.first[:, :, None] * Z
        flat = reach[:, None] - each.u[..., None] * np.matmul(each.u, reach)[:, :, None]
        weight = each.s * each.c / each.r
        Y.append((weight[:, :, None, None] * flat).reshape(batch, -1, T.shape[1]))
    half = np.matmul(np.concatenate(Y, axis=1), T)
    return np.asarray(half + half.swapaxes(1, 2))


def _tangents(stack: list[Layer]) -> FloatArray:
    """T, (B, Lm, m + (L−1)m²): τ of the first layer as it is, then those of the rows above it, along q_i/‖q_i‖."""
    m, batch = stack[0].r.shape[1], stack[0].r.shape[0]
    T = np.zeros((batch, len(stack) * m, m + (len(stack) - 1) * m * m))
    T[:, np.arange(m), np.arange(m)] = 1.0
    for layer, each in enumerate(stack[1:], start=1):
        length = each.sines[:, :, None]
        unit = each.across / np.where(length > 0, length, np.inf)
        for row in range(m):
            start = m + ((layer - 1) * m + row) * m
            T[:, layer * m + row, start : start + m] = unit[:, row]
    return T


# ---- what gradients are made of, in the units in which both scalings are one: x/√d, α/√m and √m·∂f/∂α under `fan_in`


def _unit_norms(net: Network) -> tuple[FloatArray, FloatArray]:
    """‖α^{l−1}‖ and ‖∂f/∂α^l‖ of every layer, (B, L) each."""
    stack = layers(net)
    scaled = [each.below * units(net, each)[0] for each in stack]
    pulled = [each.b * units(net, each)[1] for each in stack]
    both = (np.stack([_lengths(part, 1) for part in parts], axis=1) for parts in (scaled, pulled))
    inputs, outputs = both
    return inputs, outputs


def units(net: Network, layer: Layer) -> tuple[float, float]:
    """What s·α^{l−1}, and ∂f/∂α^l or ∂f/∂z^l, are multiplied by in these units."""
    root = float(np.sqrt(layer.r.shape[1]))
    return (root, 1.0) if net.scaling == "fan_out" else (1.0, root)


def reach(net: Network) -> FloatArray:
    """Return √Σ_l ‖α^{l−1}‖²‖∂f/∂α^l‖², (B,)."""
    inputs, outputs = _unit_norms(net)
    return _lengths(inputs * outputs, 1)


def activation_reach(net: Network) -> FloatArray:
    """Return √Σ_l ‖α^{l−1}‖², (B,)."""
    return _lengths(_unit_norms(net)[0], 1)


def layer_jacobians(net: Network) -> FloatArray:
    """Return Π_l ‖diag φ′(z^l) W̄^l‖₂/√m, (B,)."""
    norms = [
        np.linalg.norm(each.first[:, :, None] * each.u, ord=2, axis=(1, 2)) / np.sqrt(each.r.shape[1])
        for each in layers(net)
    ]
    return np.asarray(np.prod(norms, axis=0))


def angle_reach(net: Network) -> FloatArray:
    """Return √Σ_l ‖α^{l−1}‖² Σ_i c_i² sin²θ_i, (B,)."""
    stack = layers(net)
    weights = [np.prod(units(net, each)) * each.c for each in stack]
    return _lengths(np.concatenate([c * each.sines for c, each in zip(weights, stack, strict=True)], axis=1), 1)


def angle_recursion(net: Network) -> FloatArray:
    """Return Σ_l x_{l−1} y_l t_l, (B,): x_l = Π_{k≤l}(1 − σ_k), y_l = Π_{k>l}(1 − |σ_k − t_k|).

    σ_l = (1/m) Σ sin²θ_i and t_l = Σ c_i² sin²θ_i/Σ c_i² (0 where c = 0).
    NaN where a slope φ′ is too small to be told.
    """
    spread, shares = _angles(net)
    x = np.cumprod(np.concatenate([np.ones_like(spread[:, :1]), 1 - spread], axis=1), axis=1)[:, :-1]
    back = (1 - np.abs(spread - shares))[:, ::-1]
    y = np.cumprod(np.concatenate([np.ones_like(back[:, :1]), back], axis=1), axis=1)[:, :-1][:, ::-1]
    return np.asarray((x * y * shares).sum(axis=1))


def last_activation(net: Network) -> FloatArray:
    """Return Π_l (1 − σ_l), (B,), which bounds ‖α^L‖² where φ(0) = 0."""
    return np.asarray(np.prod(1 - _angles(net)[0], axis=1))


def _angles(net: Network) -> tuple[FloatArray, FloatArray]:
    """σ_l and t_l of every layer, (B, L) each; all sines are 0 where nothing reaches the layer."""
    spread, shares, smooth = [], [], np.isfinite(net.activation.beta)
    for each in layers(net):
        size = _lengths(each.below, 1)[:, None]
        squares = np.minimum((each.sines / np.where(size > 0, size, np.inf)) ** 2, 1.0)
        top = np.abs(each.c).max(axis=1, keepdims=True)
        weights = (each.c / np.where(top > 0, top, np.inf)) ** 2
        spread.append(squares.mean(axis=1))
        total = weights.sum(axis=1)
        share = (weights * squares).sum(axis=1) / np.where(total > 0, total, np.inf)
        lost = smooth & (np.abs(each.first) < FEW_DIGITS).any(axis=1)
        shares.append(np.where(lost, np.nan, share))
    return np.stack(spread, axis=1), np.stack(shares, axis=1)
