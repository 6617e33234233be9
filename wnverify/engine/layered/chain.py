"""Bounds for layered networks by the lemma of `families.normalizations.chain`, with the output as one more layer.

Layer l obeys, along steps U^l of all that it stores, with κ, β = sup|φ′|, sup|φ″| (1 and 0 at the output):
‖α̇^l‖ ≤ χ_l‖α̇^{l−1}‖ + p_l‖U^l‖ and ‖α̈^l‖ ≤ χ_l‖α̈^{l−1}‖ + β‖ż^l‖² + 2c_l‖U^l‖‖α̇^{l−1}‖ + o_l‖U^l‖², where

χ = κ‖M‖,   p = κs√(a²r² + [b is stored]),   c = κsr,   o = κs·a·max 2(B² + J²)/√(4B² + 3J²)

with a ≥ ‖α^{l−1}‖, ‖M‖ ≥ ‖M^l‖₂, r = max(1, |g|/‖V‖), B = 1/‖V‖ and J = |g|/‖V‖² of a group of weights that share
a norm; where gains are not stored, r = 1/‖V‖ and B = 0; of a plain layer r = 1 and o = 0.

Proof. (gV/‖V‖)˙ = ġu + g u̇ with u̇ ⟂ u of length ‖e‖/‖V‖, e the part of V̇ across V: at most r‖(ġ, V̇)‖. Of rows,
ż_i − ⟨M_i, α̇⟩ is at most s(r‖α‖‖U_i‖ + |ḃ_i|); of columns Σ_j α_j(…)_j is at most ‖α‖r‖U‖, as of a whole matrix.
(gV/‖V‖)¨ = 2ġe/‖V‖ − g(2he + ‖e‖²u)/‖V‖², h the part of V̇ along u, has the squared length
‖e‖²(4(ġB − hJ)² + J²‖e‖²) ≤ E(4(B² + J²)(1 − E) + J²E), E = ‖e‖², on unit (ġ, V̇); its maximum is the square of
2(B² + J²)/√(4B² + 3J²). Rows add the squares of these lengths, columns add them with the weights α_j, and
Σ x_i² ≤ (Σ x_i)². The rest is the lemma; a Hessian in all parameters of ⟨w, F⟩, ‖w‖ = 1, is at most λ_max(Q). ∎
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.engine.layered.network import CHUNK_NUMBERS, Layer, Layered, slices

BOUNDED = {"tanh": 1.0, "sin": 1.0, "sigmoid": 1.0, "sigmoid4": 2.0}
"""sup|φ| of bounded activations: ‖α^l‖ is at most √m_l times that, whatever the weights."""


@dataclass(frozen=True, eq=False)
class Chain:
    """The bounds at n inputs.

    Args:
        net: the network.
        sizes: ‖x‖, (n,).
        states: ‖α⁰‖, …, ‖α^L‖ as measured, (n, L+1); None to bound them from ‖x‖, and matrices by Frobenius norms.
        beta: what stands for sup|φ″|.
    """

    net: Layered
    sizes: FloatArray
    states: FloatArray | None = None
    beta: float | None = None

    def _slope(self, layer: Layer) -> float:
        return 1.0 if layer is self.net.output else self.net.phi.slope

    def _bend(self, layer: Layer) -> float:
        known = self.net.phi.beta if self.beta is None else self.beta
        return 0.0 if layer is self.net.output else known

    def _matrix(self, layer: Layer) -> float:
        """What stands for ‖M‖₂: that itself, or what the norms and gains alone tell of it."""
        whole = self.states is None and layer.rule != "plain"
        return float(np.linalg.norm(layer.M)) if whole else layer.spectral

    @cached_property
    def stretches(self) -> FloatArray:
        """χ_l, (layers,)."""
        return np.array([self._slope(layer) * self._matrix(layer) for layer in self.net.layers])

    @cached_property
    def behind(self) -> FloatArray:
        """T_l = Π_{j>l} χ_j, (layers,)."""
        return np.append(np.cumprod(self.stretches[:0:-1])[::-1], 1.0)

    @cached_property
    def reaches(self) -> FloatArray:
        """What bounds ‖α^{l}‖ for l = 0, …, L and ‖F‖ at last, (n, layers + 1)."""
        found = [self.sizes]
        for index, layer in enumerate(self.net.layers):
            before = found[-1] if self.states is None else self.states[:, index]
            bias = np.linalg.norm(np.atleast_1d(layer.shift))
            output, root = layer is self.net.output, layer.V.shape[0] ** 0.5
            offset = 0.0 if output else self.net.phi.c0 * root
            most = np.inf if output else BOUNDED.get(self.net.phi.name, np.inf) * root
            found.append(np.minimum(self.stretches[index] * before + self._slope(layer) * bias + offset, most))
        return np.stack(found, axis=1)

    @property
    def reaching(self) -> FloatArray:
        """a_{l−1}: what reaches each layer, (n, layers)."""
        return self.reaches[:, :-1] if self.states is None else self.states

    def output(self) -> FloatArray:
        """A, which bounds ‖F(x)‖, (n,)."""
        return self.reaches[:, -1]

    def into(self) -> FloatArray:
        """Πχ_l, which bounds ‖∂F/∂x‖₂, (n,)."""
        return np.full(self.sizes.shape, float(np.prod(self.stretches)))

    def steps(self) -> FloatArray:
        """p_l, (n, layers)."""
        found = []
        for index, layer in enumerate(self.net.layers):
            bias = 0.0 if layer.b is None else 1.0
            reached = (self.reaching[:, index] * turn(layer)) ** 2 + bias
            found.append(self._slope(layer) * layer.s * np.sqrt(reached))
        return np.stack(found, axis=1)

    def gradient(self) -> FloatArray:
        """√Σ(p_l T_l)², which bounds ‖∂F/∂θ‖₂, (n,)."""
        return np.linalg.norm(self.steps() * self.behind, axis=1)

    def kind(self, kind: str) -> FloatArray:
        """The same for the gains of the hidden layers, or for their biases: a_{l−1} or 1 for p_l, (n,)."""
        terms = [np.zeros(self.sizes.shape)]
        for index, layer in enumerate(self.net.hidden):
            if (layer.g if kind == "g" else layer.b) is not None:
                reached = self.reaching[:, index] if kind == "g" else 1.0
                terms.append(self._slope(layer) * layer.s * self.behind[index] * reached * np.ones_like(self.sizes))
        return np.linalg.norm(np.stack(terms, axis=1), axis=1)

    def hessian(self) -> FloatArray:
        """λ_max(Q), which bounds ‖∇²_θ⟨w, F⟩‖₂ for every unit w, (n,); infinite where φ has a kink."""
        p, reaching = self.steps(), self.reaching
        step = max(1, CHUNK_NUMBERS // p.shape[1] ** 2)
        return np.concatenate([self._hessian(p[part], reaching[part]) for part in slices(p.shape[0], step)])

    def _hessian(self, p: FloatArray, reaching: FloatArray) -> FloatArray:
        n, count = p.shape
        y, total = np.zeros((n, count)), np.zeros((n, count, count))
        for index, layer in enumerate(self.net.layers):
            e = np.eye(count)[index]
            slope, before = self._slope(layer), y
            y = self.stretches[index] * before + p[:, [index]] * e
            crossed = slope * layer.s * turn(layer) * before[:, :, None] * e
            own = slope * layer.s * curvature(layer) * reaching[:, index]
            total += self.behind[index] * (crossed + np.swapaxes(crossed, 1, 2))
            total[:, index, index] += self.behind[index] * own
            if self._bend(layer):
                inner = y / slope
                total += self.behind[index] * self._bend(layer) * inner[:, :, None] * inner[:, None, :]
        if not np.isfinite(total).all():
            return np.full(n, np.inf)
        return np.asarray(np.linalg.eigvalsh(total)[:, -1])


def turn(layer: Layer) -> float:
    """The r of a layer: how far its matrix moves with what it stores, in units of s.

    >>> turn(Layer("fc", "rows", np.array([[0.5, 0.0]])))
    2.0
    """
    if layer.rule == "plain":
        return 1.0
    turned = float(np.max(np.abs(layer.gains) / layer.norms))
    return turned if layer.g is None else max(1.0, turned)


def curvature(layer: Layer) -> float:
    """max 2(B² + J²)/√(4B² + 3J²) over the groups of a layer; 2/√3·J where the gains are not stored."""
    if layer.rule == "plain":
        return 0.0
    J = np.abs(layer.gains) / layer.norms**2
    B = np.zeros_like(J) if layer.g is None else 1 / layer.norms
    bent = np.divide(2 * (B * B + J * J), np.sqrt(4 * B * B + 3 * J * J), out=np.zeros_like(J), where=B + J > 0)
    return float(np.max(bent))


def direction_share(net: Layered, sizes: FloatArray) -> FloatArray:
    """√((2 − 1/M)P²V²‖x‖²), which bounds √Σ_l m_l ω_l²‖∂F_k/∂V^l‖² for rows without biases, φ(0) = 0 and |φ′| ≤ 1.

    That is `unequal_widths_rows_gradient` with gains as in `gains_hidden_gradient`: P = Πγ_l, γ_l = s_l√m_l max|g|,
    V the longest row of the output, and M the largest width but the last; 1 for 2 − 1/M with one hidden layer.

    Args:
        net: the network.
        sizes: ‖x‖, (n,).
    """
    widths = [layer.V.shape[0] for layer in net.hidden]
    share = 1.0 if len(widths) == 1 else 2 - 1 / max(widths[:-1])
    P = np.prod(list(_largest(net)))
    V = float(np.max(np.linalg.norm(net.output.M, axis=1)))
    return np.asarray(np.sqrt(share) * P * V * sizes)


def _largest(net: Layered) -> Iterator[float]:
    """γ_l."""
    return (layer.s * layer.V.shape[0] ** 0.5 * float(np.max(np.abs(layer.gains))) for layer in net.hidden)
