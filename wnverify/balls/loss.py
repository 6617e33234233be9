"""Certified values of the loss 𝓛(θ) = (1/n) Σ_i ℓ(f(θ; x_i), y_i) of one regression problem, ℓ the square or another.

∇𝓛 = (1/n) Σ ℓ′_i ∇f_i and ∇²𝓛 = (1/n) Σ (ℓ″_i ∇f_i ∇f_iᵀ + ℓ′_i ∇²f_i). Every term is a ball of
`network`, hence so is the sum. A parameter vector is θ = (W¹ row by row, …, W^L, v), as there; weights may be balls
themselves, so that the loss at θ + δ or at θ − η∇𝓛(θ) is that of the exact point and not of a rounded one.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from flint import arb, arb_mat

from wnverify.arrays import FloatArray
from wnverify.balls import curvature, network
from wnverify.balls.ball import Ball, at_least
from wnverify.balls.losses import Jet, jet
from wnverify.balls.majorant import curvature_majorant
from wnverify.balls.network import PRECISION, Entries, Network, Scaling
from wnverify.balls.spectrum import euclidean_norm, greatest_eigenvalue, least_eigenvalue, symmetric_norm
from wnverify.errors import DomainError, expected

LARGEST_WORK = 1024
"""Parameters times samples up to which the Hessian is written down: one backward pass each."""


@dataclass(frozen=True, eq=False)
class Regression:
    """One regression problem as plain arrays, of float64 or of arb.

    Args:
        W: L arrays, the l-th of shape (m_l, m_{l−1}) with m_0 = d.
        v: output weights, shape (m_L,).
        X: inputs, shape (d, n).
        y: targets, shape (n,).
        activation: a smooth activation.
        scaling: fan_out or fan_in.
        loss: the name of ℓ; the square (f − y)² by default.

    Raises:
        DomainError: as for `Network`, or X and y do not fit.

    >>> Regression([np.eye(2)], np.ones(2), np.ones((2, 3)), np.zeros(3)).p
    6
    """

    W: Sequence[Entries]
    v: Entries
    X: FloatArray
    y: FloatArray
    activation: str = "tanh"
    scaling: Scaling = "fan_out"
    loss: str = "square"

    def __post_init__(self) -> None:
        if self.X.ndim != 2 or self.y.shape != self.X.shape[1:] or not self.y.size:
            raise DomainError(expected("X (d, n) and y (n,) with n ≥ 1", f"shapes {self.X.shape}, {self.y.shape}"))
        if not np.all(np.isfinite(self.y)):
            raise DomainError(expected("finite entries of y", "nan or inf"))
        _ = self.networks  # so that misfits are named here

    @cached_property
    def networks(self) -> tuple[Network, ...]:
        """The network at every sample."""
        return tuple(Network(self.W, self.v, x, self.activation, self.scaling) for x in self.X.T)

    @property
    def n(self) -> int:
        """Number of samples."""
        return int(self.y.size)

    @property
    def p(self) -> int:
        """Number of parameters θ = (W, v)."""
        return self.networks[0].p

    @property
    def theta(self) -> list[arb]:
        """The parameters as p balls."""
        return [arb(entry) for array in (*self.W, self.v) for entry in array.ravel().tolist()]

    def at(self, theta: Sequence[arb]) -> Regression:
        """The same problem at the balls θ.

        Raises:
            DomainError: there are not p of them.
        """
        if len(theta) != self.p:
            raise DomainError(expected(f"p={self.p} balls", f"{len(theta)}"))
        ends = np.cumsum([matrix.size for matrix in self.W])
        *blocks, v = np.split(np.array(theta, dtype=object), ends)
        W = [block.reshape(matrix.shape) for block, matrix in zip(blocks, self.W, strict=True)]
        return replace(self, W=W, v=v)


# ---- values


def residuals(reg: Regression, precision: int = PRECISION) -> list[arb]:
    """Return e_i = f(θ; x_i) − y_i, n balls.

    >>> reg = Regression([np.ones((1, 1))], np.ones(1), np.array([[1.0, 3.0]]), np.ones(2), "identity")
    >>> [float(e) for e in residuals(reg)]
    [0.0, 2.0]
    """
    with at_least(precision):
        pairs = zip(reg.networks, reg.y.tolist(), strict=True)
        return [network.output(net, precision) - target for net, target in pairs]


def sample_losses(reg: Regression, precision: int = PRECISION) -> list[Jet]:
    """Return ℓ, ℓ′ and ℓ″ in the output, of every sample.

    >>> reg = Regression([np.ones((1, 1))], np.ones(1), np.array([[3.0]]), np.ones(1), "identity")
    >>> [[float(ball) for ball in found] for found in sample_losses(reg)]
    [[4.0, 4.0, 2.0]]
    """
    with at_least(precision):
        pairs = zip(reg.networks, reg.y.tolist(), strict=True)
        return [jet(reg.loss, network.output(net, precision), target) for net, target in pairs]


def loss(reg: Regression, precision: int = PRECISION) -> arb:
    """Return 𝓛(θ).

    >>> float(loss(Regression([np.ones((1, 1))], np.ones(1), np.array([[1.0, 3.0]]), np.ones(2), "identity")))
    2.0
    """
    with at_least(precision):
        if reg.loss == "square":
            return _mean_square(residuals(reg, precision))
        return sum((value for value, _, _ in sample_losses(reg, precision)), arb(0)) / reg.n


def loss_gap(reg: Regression, delta: FloatArray, precision: int = 2 * PRECISION) -> arb:
    """Return 𝓛(θ + δ) − 𝓛(θ) − ⟨δ, ∇𝓛(θ)⟩ for the vector δ, at twice the precision: for small δ it cancels.

    For the square it is the mean of (f′ − f)² + 2e(f′ − f − ḟ), ḟ = ⟨∇f, δ⟩.

    Raises:
        DomainError: δ is not finite, or not of length p.

    >>> reg = Regression([np.ones((1, 1))], np.ones(1), np.ones((1, 1)), np.zeros(1), "identity")
    >>> float(loss_gap(reg, np.array([0.0, 0.5])))
    0.25
    """
    with at_least(precision):
        terms = []
        for (f, slope, far), target in zip(along(reg, delta, precision), reg.y.tolist(), strict=True):
            if reg.loss == "square":
                terms.append((far - f) ** 2 + 2 * (f - target) * (far - f - slope))
            else:
                value, first, _ = jet(reg.loss, f, target)
                terms.append(jet(reg.loss, far, target)[0] - value - first * slope)
        return sum(terms, arb(0)) / reg.n


def along(reg: Regression, delta: FloatArray, precision: int = 2 * PRECISION) -> list[tuple[arb, arb, arb]]:
    """Return f(θ), ḟ = ⟨∇f, δ⟩ and f(θ + δ) of every sample.

    Raises:
        DomainError: δ is not finite, or not of length p.

    >>> reg = Regression([np.ones((1, 1))], np.ones(1), np.ones((1, 1)), np.zeros(1), "identity")
    >>> [[float(ball) for ball in found] for found in along(reg, np.array([0.0, 0.5]))]
    [[1.0, 0.5, 1.5]]
    """
    with at_least(precision):
        pairs, found = zip(reg.networks, shifted(reg, delta, precision).networks, strict=True), []
        for net, moved in pairs:
            f, slope, _ = network.directional(net, *net.unflatten(delta), precision=precision)
            found.append((f, slope, network.output(moved, precision)))
        return found


# ---- other points


def shifted(reg: Regression, delta: FloatArray, precision: int = PRECISION) -> Regression:
    """Return the problem at θ + δ, the sum unrounded.

    Raises:
        DomainError: δ is not of length p.
    """
    with at_least(precision):
        return reg.at([here + step for here, step in zip(reg.theta, delta.tolist(), strict=True)])


def stepped(reg: Regression, direction: Sequence[arb], step: arb, precision: int = PRECISION) -> Regression:
    """Return the problem at θ − η·direction.

    Raises:
        DomainError: the direction is not of length p.
    """
    with at_least(precision):
        return reg.at([here - step * part for here, part in zip(reg.theta, direction, strict=True)])


# ---- derivatives


def gradient(reg: Regression, shares: Sequence[float] | None = None, precision: int = PRECISION) -> list[arb]:
    """Return ∇𝓛 = (1/n) Σ w_i ℓ′_i ∇f_i: p balls.

    Args:
        reg: the problem.
        shares: w_i, the weights of the samples in a mini-batch; all ones for 𝓛 itself.
        precision: working precision in bits.

    >>> reg = Regression([np.ones((1, 1))], np.ones(1), np.array([[1.0, 3.0]]), np.ones(2), "identity")
    >>> [float(g) for g in gradient(reg)]
    [0.0, 6.0]
    """
    with at_least(precision):
        weights = [1.0] * reg.n if shares is None else list(shares)
        pairs = zip(weights, sample_losses(reg, precision), strict=True)
        row = arb_mat(1, reg.n, [arb(weight) * first / reg.n for weight, (_, first, _) in pairs])
        slopes = [g for net in reg.networks for g in network.gradient(net, precision)[0]]
        return list((row * arb_mat(reg.n, reg.p, slopes)).entries())


def gradient_norm(reg: Regression, precision: int = PRECISION) -> arb:
    """Return ‖∇𝓛‖₂."""
    with at_least(precision):
        return euclidean_norm(gradient(reg, precision=precision))


def hessian(reg: Regression, precision: int = PRECISION) -> arb_mat:
    """Return ∇²𝓛 = (1/n) Σ (ℓ″_i ∇f_i ∇f_iᵀ + ℓ′_i ∇²f_i), p × p.

    Raises:
        DomainError: p exceeds `network.LARGEST_HESSIAN`; `hessian_norm_bracket` needs no matrix.

    >>> hessian(Regression([np.ones((1, 1))], np.ones(1), np.ones((1, 1)), np.zeros(1), "identity"))[1, 1]
    2.00000000000000
    """
    with at_least(precision):
        total = arb_mat(reg.p, reg.p)
        for net, (_, first, second) in zip(reg.networks, sample_losses(reg, precision), strict=True):
            column = arb_mat(reg.p, 1, network.gradient(net, precision)[0])
            total += column * column.transpose() * second + network.hessian(net, precision) * first
        return total * (arb(1) / reg.n)


def hessian_norm(reg: Regression, precision: int = PRECISION) -> arb:
    """Return a two-sided enclosure of the spectral norm ‖∇²𝓛‖₂.

    Raises:
        DomainError: as for `hessian`.

    >>> reg = Regression([np.ones((1, 1))], np.ones(1), np.ones((1, 1)), np.zeros(1), "identity")
    >>> abs(hessian_norm(reg) - 2) < 1e-20
    True
    """
    return symmetric_norm(hessian(reg, precision), precision)


def hessian_norm_lower(reg: Regression, direction: FloatArray, precision: int = PRECISION) -> arb:
    """Return |uᵀ∇²𝓛u|/uᵀu for the vector u = direction, which is ≤ ‖∇²𝓛‖₂ whatever u is.

    uᵀ∇²𝓛u = (1/n) Σ (ℓ″ḟ² + ℓ′f̈), from the power series of f along u; no matrix is formed.

    Raises:
        DomainError: the direction is zero, not finite, or not of length p.

    >>> reg = Regression([np.ones((1, 1))], np.ones(1), np.ones((1, 1)), np.zeros(1), "identity")
    >>> float(hessian_norm_lower(reg, np.array([0.0, 1.0])))
    2.0
    """
    if not np.any(direction):
        raise DomainError(expected("a direction u ≠ 0", "the zero vector"))
    with at_least(precision):
        terms = []
        for net, target in zip(reg.networks, reg.y.tolist(), strict=True):
            f, slope, bend = network.directional(net, *net.unflatten(direction), precision=precision)
            _, first, second = jet(reg.loss, f, target)
            terms.append(second * slope * slope + first * bend)
        square = sum((arb(entry) * entry for entry in direction.tolist()), arb(0))
        return abs(sum(terms, arb(0)) / reg.n) / square


def hessian_norm_bracket(reg: Regression, direction: FloatArray, precision: int = PRECISION) -> arb:
    """Return [|uᵀ∇²𝓛u|/uᵀu, (1/n) Σ (ℓ″_i‖∇f_i‖² + |ℓ′_i|·M_i)], M_i a majorant of ‖∇²f_i‖: wide, for any size.

    Raises:
        DomainError: as for `hessian_norm_lower`.
    """
    with at_least(precision):
        return hessian_norm_lower(reg, direction, precision).lower().union(curvature_bound(reg, precision))


def curvature_bound(reg: Regression, precision: int = PRECISION) -> arb:
    """Return (1/n) Σ (ℓ″_i‖∇f_i‖² + |ℓ′_i|·M_i) ≥ ‖∇²𝓛‖₂, M_i a majorant of ‖∇²f_i‖: crude, for any size.

    >>> reg = Regression([np.ones((1, 1))], np.ones(1), np.ones((1, 1)), np.zeros(1), "identity")
    >>> bool(curvature_bound(reg) >= hessian_norm(reg))
    True
    """
    with at_least(precision):
        total = arb(0)
        for net, (_, first, second) in zip(reg.networks, sample_losses(reg, precision), strict=True):
            steep = network.gradient_norm(net, precision) ** 2
            total += second * steep + abs(first) * curvature_majorant(net, precision)
        return (total / reg.n).upper()


def hessian_trace(reg: Regression, precision: int = PRECISION) -> arb:
    """Return tr ∇²𝓛 = (1/n) Σ (ℓ″_i‖∇f_i‖² + ℓ′_i tr ∇²f_i); no matrix is formed.

    >>> reg = Regression([np.ones((1, 1))], np.ones(1), np.ones((1, 1)), np.zeros(1), "identity")
    >>> abs(hessian_trace(reg) - 2) < 1e-20
    True
    """
    with at_least(precision):
        total = arb(0)
        for net, (_, first, second) in zip(reg.networks, sample_losses(reg, precision), strict=True):
            steep = network.gradient_norm(net, precision)
            total += second * steep * steep + first * curvature.hessian_trace(net, precision)
        return total / reg.n


def least_kernel(reg: Regression, precision: int = PRECISION) -> arb:
    """Return the least eigenvalue of the tangent kernel ⟨∇f_s, ∇f_t⟩, n × n; exactly 0 for n > p.

    >>> reg = Regression([np.ones((1, 1))], np.ones(1), np.array([[1.0, 3.0]]), np.zeros(2), "identity")
    >>> least_kernel(reg).contains(arb(0))
    True
    """
    with at_least(precision):
        if reg.n > reg.p:
            return arb(0)
        slopes = [g for net in reg.networks for g in network.gradient(net, precision)[0]]
        J = arb_mat(reg.n, reg.p, slopes)
        return least_eigenvalue(J * J.transpose(), precision).max(arb(0))


def greatest_kernel(reg: Regression, precision: int = PRECISION) -> arb:
    """Return the greatest eigenvalue of the tangent kernel ⟨∇f_s, ∇f_t⟩, n × n.

    >>> reg = Regression([np.ones((1, 1))], np.ones(1), np.array([[3.0]]), np.zeros(1), "identity")
    >>> float(greatest_kernel(reg))
    9.0
    """
    with at_least(precision):
        slopes = [g for net in reg.networks for g in network.gradient(net, precision)[0]]
        J = arb_mat(reg.n, reg.p, slopes)
        return greatest_eigenvalue(J * J.transpose(), precision).max(arb(0))


def _mean_square(values: Sequence[arb]) -> arb:
    """Σ value²/n, with no negative number in the ball: a root is to be taken of it."""
    low = sum((value.abs_lower() * value.abs_lower() for value in values), arb(0)) / len(values)
    high = sum((value.abs_upper() * value.abs_upper() for value in values), arb(0)) / len(values)
    found = low.union(high)
    if found >= 0 or not high.is_finite():
        return found
    mantissa, exponent = (int(part) for part in high.upper().man_exp())
    half = f"0x1p{exponent + mantissa.bit_length() - 1:+d}"
    return Ball(half, half, 0.0, math.inf).to_arb()  # [0, 2·half]; a union with 0 is rounded below it
