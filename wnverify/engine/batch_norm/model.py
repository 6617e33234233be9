"""A linear model, or a sum of linear patches, with batch normalization and the logistic loss: its state and descent.

With z_i^p = y_i x_i^p for n samples of P patches, Σ = (1/nP) Σ_{i,p} z_i^p z_i^pᵀ and σ = ‖w‖_Σ = √(wᵀΣw) the output
is `y_i f_i = F_i = γ Σ_p ⟨w, z_i^p⟩/σ`, the loss `L = (1/n) Σ_i log(1 + e^{−F_i})`. Setting of arXiv:2306.11680, with
P = 1 for the linear model. Only the z count: whatever they are, the inputs (x, y) and (−x, −y) have mean zero and the
same z, so that the paper's centred data lose nothing. Axes: n samples, P patches, d coordinates, B instances (last).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import scipy

from wnverify.arrays import FloatArray
from wnverify.engine.contractions import eigvalsh


@dataclass(frozen=True)
class State:
    """A state: z (n, P, d, B), w (d, B), gamma (B,). Closed forms by the chain rule."""

    z: FloatArray
    w: FloatArray
    gamma: FloatArray

    @cached_property
    def images(self) -> FloatArray:
        """⟨w, z_i^p⟩, (n, P, B)."""
        return np.asarray(np.einsum("npdb,db->npb", self.z, self.w))

    @cached_property
    def sigma(self) -> FloatArray:
        """‖w‖_Σ, (B,)."""
        return np.sqrt(np.mean(np.square(self.images), axis=(0, 1)))

    @cached_property
    def margins(self) -> FloatArray:
        """Normalised margins of the patches ⟨w, z_i^p⟩/‖w‖_Σ, (n, P, B); their mean square is 1."""
        return self.images / self.sigma

    @cached_property
    def outputs(self) -> FloatArray:
        """F_i, (n, B)."""
        return self.gamma * self.margins.sum(axis=1)

    @cached_property
    def slopes(self) -> FloatArray:
        """|ℓ′(F_i)| = 1/(1 + e^{F_i}), (n, B)."""
        return np.asarray(scipy.special.expit(-self.outputs))

    @cached_property
    def loss(self) -> FloatArray:
        """L, (B,)."""
        return np.asarray(np.logaddexp(0.0, -self.outputs).mean(axis=0))

    @cached_property
    def covariance(self) -> FloatArray:
        """Σ, (d, d, B)."""
        n, P = self.z.shape[:2]
        return np.asarray(np.einsum("npdb,npeb->deb", self.z, self.z)) / (n * P)

    @cached_property
    def descent(self) -> tuple[FloatArray, FloatArray]:
        """(−∂L/∂w, −∂L/∂γ), (d, B) and (B,): ∂F_i/∂w = (γ/σ) (Σ_p z_i^p − (Σ_p ⟨w, z_i^p⟩/σ²) Σw)."""
        n = self.z.shape[0]
        totals = self.margins.sum(axis=1)
        pulled = np.einsum("nb,npdb->db", self.slopes, self.z)
        image = np.einsum("deb,eb->db", self.covariance, self.w)
        along = np.einsum("nb,nb->b", self.slopes, totals)
        return self.gamma / (n * self.sigma) * (pulled - along / self.sigma * image), along / n

    @property
    def discrepancy(self) -> FloatArray:
        """D(w), the mean of (m − m′)² over all pairs of margins of patches, (B,)."""
        flat = self.margins.reshape(-1, self.gamma.size)
        return np.asarray(np.mean(np.square(flat[:, None] - flat[None]), axis=(0, 1)))

    @property
    def pairs(self) -> FloatArray:
        """The double sums over pairs to which ⟨−∂L/∂w, w*⟩ is equal by Lemmas 4.1 and D.1, (B,)."""
        n, P = self.z.shape[:2]
        U, slope = self.images.sum(axis=1), self.slopes
        apart = U[None] - U[:, None]
        between = np.sum(apart * (slope[:, None] * U[None] - slope[None] * U[:, None]), axis=(0, 1))
        inside = np.sum(np.square(self.images[:, None] - self.images[:, :, None]), axis=(0, 1, 2))
        factor = self.gamma / (2 * n**2 * P * self.sigma**3)
        return np.asarray(factor * (between + slope.sum(axis=0) * inside))

    def after(self, step: FloatArray) -> State:
        """The state after one step of gradient descent of size `step` (B,) on w and γ."""
        w, gamma = self.descent
        return State(self.z, self.w + step * w, self.gamma + step * gamma)


def spectrum(covariance: FloatArray) -> FloatArray:
    """Eigenvalues of symmetric matrices (d, d, B), rising, (d, B)."""
    return eigvalsh(np.moveaxis(covariance, -1, 0)).T
