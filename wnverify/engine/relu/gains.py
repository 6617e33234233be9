"""Two-layer ReLU networks with gains, f_i = m^{-1/2} Σ_k c_k relu(g_k ⟨v_k/|v_k|, x_i⟩): one state.

Notation of Dukler, Gu, Montúfar (arXiv:2006.06878): r = f − y, L = |r|²/2, and the neural tangent kernel of
(v, g) is Λ = V/α² + G.
Shapes: `B` instances, `m` neurons, `n` inputs, `d` their dimension; the batch is last.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from wnverify.arrays import FloatArray

_SQUARES = ("i...,i...->...", "ki...,ki...->k...", "kli...,kli...->kl...")
"""Sums of squares along the first three axes, without an array of the squares."""


def length(a: FloatArray, axis: int = 0) -> FloatArray:
    """Euclidean length along an axis, one of the first three."""
    return np.asarray(np.sqrt(np.einsum(_SQUARES[axis], a, a)))


def unit(a: FloatArray, axis: int = 0) -> FloatArray:
    """Directions along an axis; a zero vector stays zero."""
    return a / np.maximum(np.expand_dims(length(a, axis), axis), 1e-300)


def eigenvalues(K: FloatArray) -> FloatArray:
    """Eigenvalues of symmetric matrices (n, n, B), ascending: (n, B); in closed form up to n = 2."""
    if K.shape[0] == 1:
        return K[0]
    if K.shape[0] == 2:
        middle, radius = (K[0, 0] + K[1, 1]) / 2, np.hypot((K[0, 0] - K[1, 1]) / 2, K[1, 0])
        return np.stack([middle - radius, middle + radius])
    return np.asarray(np.linalg.eigvalsh(np.moveaxis(K, -1, 0)).T, dtype=np.float64)


def energy(K: FloatArray, z: FloatArray) -> FloatArray:
    """zᵀKz for K (n, n, B) and z (n, B): (B,)."""
    return np.asarray(np.sum(z[:, None] * K * z[None], axis=(0, 1)))


def gram(x: FloatArray) -> FloatArray:
    """c_ij = ⟨x_i, x_j⟩ for x (n, d, B): (n, n, B)."""
    return np.asarray(np.einsum("idb,jdb->ijb", x, x))


def largest_singular(x: FloatArray) -> FloatArray:
    """kappa = |X|₂ for x (n, d, B): (B,)."""
    small = x if x.shape[0] <= x.shape[1] else np.swapaxes(x, 0, 1)
    return np.asarray(np.sqrt(np.maximum(eigenvalues(gram(small))[-1], 0.0)))


@dataclass(frozen=True, eq=False)
class State:
    """One state of B networks.

    Args:
        v: directions of any length, none zero (m, d, B).
        g: gains of any sign (m, B).
        x: unit inputs (n, d, B).
        y: targets (n, B).
        c: output signs ±1 (m, B).
        alpha: scale of the initialisation, positive (B,).
        switch: what stands for the indicators 1{g_k a_ik > 0} (m, n, B); None for the indicators themselves.
            On a kink the flow's own values lie between 0 and 1.
    """

    v: FloatArray
    g: FloatArray
    x: FloatArray
    y: FloatArray
    c: FloatArray
    alpha: FloatArray
    switch: FloatArray | None = None

    @property
    def m(self) -> int:
        """The width."""
        return int(self.v.shape[0])

    @cached_property
    def length(self) -> FloatArray:
        """|v_k|, (m, B)."""
        return length(self.v, 1)

    @cached_property
    def direction(self) -> FloatArray:
        """v̄_k = v_k/|v_k|, (m, d, B)."""
        return self.v / self.length[:, None]

    @cached_property
    def cosine(self) -> FloatArray:
        """a_ik = ⟨v̄_k, x_i⟩, (m, n, B)."""
        return np.asarray(np.einsum("kdb,idb->kib", self.v, self.x) / self.length[:, None])

    @cached_property
    def active(self) -> FloatArray:
        """1{g_k a_ik > 0}, or `switch`; (m, n, B)."""
        if self.switch is not None:
            return self.switch
        return np.asarray(self.g[:, None] * self.cosine > 0, dtype=np.float64)

    @cached_property
    def output(self) -> FloatArray:
        """f_i, (n, B)."""
        signed = (self.c * self.g)[:, None]
        return np.asarray(np.sum(signed * self.cosine * self.active, axis=0) / np.sqrt(self.m))

    @cached_property
    def residual(self) -> FloatArray:
        """r = f − y, (n, B)."""
        return self.output - self.y

    @cached_property
    def residual_norm(self) -> FloatArray:
        """|r|, (B,)."""
        return length(self.residual)

    @cached_property
    def gram(self) -> FloatArray:
        """c_ij = ⟨x_i, x_j⟩, (n, n, B)."""
        return gram(self.x)

    @cached_property
    def kappa(self) -> FloatArray:
        """|X|₂, (B,)."""
        return largest_singular(self.x)

    @cached_property
    def G(self) -> FloatArray:
        """G_ij = (1/m) Σ_k a_ik a_jk 1_ik 1_jk, (n, n, B)."""
        on = self.cosine * self.active
        return np.asarray(np.einsum("kib,kjb->ijb", on, on) / self.m)

    @cached_property
    def V(self) -> FloatArray:
        """V_ij = (1/m) Σ_k (α g_k/|v_k|)² ⟨P_k x_i, P_k x_j⟩ 1_ik 1_jk, (n, n, B); ⟨Px, Px′⟩ = ⟨x, x′⟩ − a a′."""
        on = (self.alpha * self.g / self.length)[:, None] * self.active
        both, sloped = np.einsum("kib,kjb->ijb", on, on), on * self.cosine
        return np.asarray((self.gram * both - np.einsum("kib,kjb->ijb", sloped, sloped)) / self.m)

    @cached_property
    def Lambda(self) -> FloatArray:
        """Λ = V/α² + G, (n, n, B)."""
        return self.V / self.alpha**2 + self.G

    @cached_property
    def H(self) -> FloatArray:
        """H_ij = (1/m) Σ_k c_ij 1_ik 1_jk: the kernel of the same network without normalisation, (n, n, B)."""
        return np.asarray(self.gram * np.einsum("kib,kjb->ijb", self.active, self.active) / self.m)

    def seen(self, z: FloatArray) -> FloatArray:
        """Xᵀ(1_k ∘ z): the part of z (n, B) that neuron k sees, (m, d, B)."""
        return np.asarray(np.einsum("kib,idb->kdb", self.active * z[None], self.x))

    def back(self, z: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Jᵀz for z (n, B), with respect to the effective weights w_k = g_k v̄_k, to v and to g.

        To w_k: m^{-1/2} c_k Xᵀ(1_k ∘ z); to g_k: its part along v̄_k; to v_k: g_k/|v_k| times its part across.
        Shapes (m, d, B), (m, d, B), (m, B).
        """
        to_w = self.c[:, None] * self.seen(z) / np.sqrt(self.m)
        to_g = np.asarray(np.sum(self.direction * to_w, axis=1))
        return to_w, (self.g / self.length)[:, None] * (to_w - to_g[:, None] * self.direction), to_g

    @cached_property
    def gradients(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        """∂L/∂w (m, d, B), ∂L/∂v (m, d, B), ∂L/∂g (m, B)."""
        return self.back(self.residual)

    @property
    def gradient_v(self) -> FloatArray:
        """∂L/∂v_k, (m, d, B)."""
        return self.gradients[1]

    @property
    def gradient_g(self) -> FloatArray:
        """∂L/∂g_k, (m, B)."""
        return self.gradients[2]

    def moved(self, v: FloatArray, g: FloatArray) -> State:
        """The same problem at other parameters, with indicators of its own."""
        return replace(self, v=v, g=g, switch=None)

    def some(self, chosen: slice) -> State:
        """Some of the instances, with indicators of their own."""
        parts = (self.v, self.g, self.x, self.y, self.c, self.alpha)
        return State(*(np.ascontiguousarray(part[..., chosen]) for part in parts))

    def narrowed(self) -> State:
        """The same network in n + 1 dimensions, where it has more: in the span of the inputs, and across it.

        A direction moves along itself and along inputs only, so that its part across the inputs keeps its direction:
        on every run outputs, gains, lengths and angles are the same in coordinates along the inputs, and one across.
        """
        n, d, _ = self.x.shape
        if d <= n + 1:
            return self
        basis = np.linalg.qr(np.moveaxis(self.x, -1, 0).swapaxes(1, 2))[0]
        x, along = (np.einsum("kdb,bdi->kib", part, basis) for part in (self.x, self.v))
        across = length(self.v - np.einsum("kib,bdi->kdb", along, basis), 1)[:, None]
        v = np.concatenate([along, across], axis=1)
        return replace(self, v=v, x=np.concatenate([x, np.zeros_like(x[:, :1])], axis=1))

    def descended(self, step_v: FloatArray, step_g: FloatArray) -> State:
        """One step of gradient descent, with a step size each for directions and gains, (B,)."""
        return self.moved(self.v - step_v * self.gradient_v, self.g - step_g * self.gradient_g)


def initial(u: FloatArray, x: FloatArray, y: FloatArray, c: FloatArray, alpha: FloatArray) -> State:
    """The initialisation v_k = α u_k, g_k = |u_k|, so that g_k/|v_k| = 1/α; u (m, d, B)."""
    return State(alpha * u, length(u, 1), x, y, c, alpha)
