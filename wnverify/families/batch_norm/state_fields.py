"""What is measured on one state of a linear model with batch normalization: closed forms, and autograd one by one.

Coordinates are turned so that w* = e_1/s: then z = s(1, ζ) with free ζ, and nothing is lost, since model and descent
turn with their inputs. Where Σ has full rank, w* is the only solution of ⟨w*, z⟩ = 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import autograd.numpy as anp
import numpy as np
from autograd import grad
from numpy.typing import NDArray

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.engine.batch_norm.model import State, spectrum
from wnverify.families.kit.parts import Views

TILT = 1e-30
"""The length of a complex step."""


def inputs(batch: Batch) -> FloatArray:
    """z = s(1, ζ), (n, P, d, B)."""
    zeta = batch.arrays["zeta"]
    ones = np.ones_like(zeta[:, :, :1])
    return np.asarray(batch.arrays["s"] * np.concatenate([ones, zeta], axis=2))


def state_of(batch: Batch) -> State:
    """The state of every instance."""
    return State(inputs(batch), batch.arrays["w"], batch.arrays["gamma"])


@dataclass(frozen=True)
class Closed:
    """By closed forms, all instances at once; every number is (B,)."""

    batch: Batch

    @cached_property
    def state(self) -> State:
        """The state."""
        return state_of(self.batch)

    @cached_property
    def eigenvalues(self) -> FloatArray:
        """Of Σ, rising, (d, B)."""
        return spectrum(self.state.covariance)

    @property
    def target_norm(self) -> FloatArray:
        """‖w*‖ = 1/s."""
        return 1.0 / self.batch.arrays["s"]

    @property
    def largest_input(self) -> FloatArray:
        """max ‖x_i^p‖."""
        return np.asarray(np.linalg.norm(self.state.z, axis=2).max(axis=(0, 1)))

    @property
    def progress(self) -> FloatArray:
        """⟨−∂L/∂w, w*⟩."""
        return self.state.descent[0][0] * self.target_norm

    @property
    def gradient_norm(self) -> FloatArray:
        """‖∂L/∂w‖."""
        return np.asarray(np.linalg.norm(self.state.descent[0], axis=0))

    @property
    def weight_norm(self) -> FloatArray:
        """‖w‖."""
        return np.asarray(np.linalg.norm(self.state.w, axis=0))

    @property
    def next_norm(self) -> FloatArray:
        """‖w⁺‖."""
        return np.asarray(np.linalg.norm(self.state.after(self.batch.arrays["step"]).w, axis=0))

    @property
    def distance(self) -> FloatArray:
        """‖w − ⟨w, w*⟩w*/‖w*‖²‖."""
        return np.asarray(np.linalg.norm(self.state.w[1:], axis=0))

    @property
    def sigma_distance(self) -> FloatArray:
        """‖w − ⟨w, w*⟩_Σ w*‖_Σ, where ⟨w, w*⟩_Σ = (Σw)_1/s."""
        state, s = self.state, self.batch.arrays["s"]
        across = state.w.copy()
        across[0] -= np.einsum("db,db->b", state.covariance[0], state.w) / s**2
        return np.sqrt(np.mean(np.square(np.einsum("npdb,db->npb", state.z, across)), axis=(0, 1)))

    @property
    def pair_spread(self) -> FloatArray:
        """Mean of (M_i − M_j)² over pairs of samples, M_i = F_i/γ."""
        totals = self.state.margins.sum(axis=1)
        return np.asarray(np.mean(np.square(totals[:, None] - totals[None]), axis=(0, 1)))

    @property
    def pair_weighted(self) -> FloatArray:
        """Mean of max(|ℓ′_i|, |ℓ′_j|)(M_i − M_j)² over pairs of samples."""
        totals, slopes = self.state.margins.sum(axis=1), self.state.slopes
        weights = np.maximum(slopes[:, None], slopes[None])
        return np.asarray(np.mean(weights * np.square(totals[:, None] - totals[None]), axis=(0, 1)))

    @property
    def least_margin(self) -> FloatArray:
        """min_i F_i/γ."""
        return np.asarray(self.state.margins.sum(axis=1).min(axis=0))


@dataclass(frozen=True)
class One:
    """One instance from the definitions: z (n, P, d), w (d,), gamma."""

    z: FloatArray
    w: FloatArray
    gamma: float
    step: float

    @cached_property
    def covariance(self) -> FloatArray:
        """Σ as a mean of outer products."""
        rows = self.z.reshape(-1, self.w.size)
        return np.asarray(sum(np.outer(row, row) for row in rows) / len(rows))

    @cached_property
    def target(self) -> FloatArray:
        """w*, the least solution of ⟨w*, z⟩ = 1."""
        rows = self.z.reshape(-1, self.w.size)
        return np.asarray(np.linalg.lstsq(rows, np.ones(len(rows)), rcond=None)[0])

    def _loss(self, w: Any, gamma: Any) -> Any:
        norm = anp.sqrt(anp.dot(w, anp.dot(self.covariance, w)))
        outputs = gamma * anp.dot(anp.sum(self.z, axis=1), w) / norm
        return anp.mean(anp.logaddexp(0.0, -outputs))

    @cached_property
    def gradients(self) -> tuple[FloatArray, float]:
        """(∂L/∂w, ∂L/∂γ) by autograd."""
        w, gamma = grad(self._loss, (0, 1))(self.w, self.gamma)
        return w, float(gamma)

    def values(self) -> dict[str, float]:
        """Every number by its name, from its definition."""
        sigma = float(np.sqrt(self.w @ self.covariance @ self.w))
        margins = [[float(self.w @ z) / sigma for z in sample] for sample in self.z]
        flat = [m for sample in margins for m in sample]
        totals = [sum(sample) for sample in margins]
        slopes = [1.0 / (1.0 + np.exp(self.gamma * total)) for total in totals]
        samples = list(zip(slopes, totals, strict=True))
        pairs = [(max(a, b), (x - y) ** 2) for a, x in samples for b, y in samples]
        pull, target = -self.gradients[0], self.target
        across = self.w - (target @ self.covariance @ self.w) * target
        plain = self.w - (self.w @ target) / (target @ target) * target
        return {
            "sigma_norm": sigma, "weight_norm": float(np.linalg.norm(self.w)),
            "target_norm": float(np.linalg.norm(target)), "loss": float(self._loss(self.w, self.gamma)),
            "discrepancy": float(np.mean([(a - b) ** 2 for a in flat for b in flat])),
            "progress": float(pull @ target), "pair_progress": self._pairs(margins, slopes, sigma),
            "gradient_norm": float(np.linalg.norm(pull)),
            "next_norm": float(np.linalg.norm(self.w + self.step * pull)),
            "slope_min": min(slopes), "slope_max": max(slopes), "mean_margin": float(np.mean(flat)),
            "least_margin": min(totals), "slope_mean": sum(slopes) / len(slopes),
            "pair_spread": sum(square for _, square in pairs) / len(pairs),
            "pair_weighted": sum(weight * square for weight, square in pairs) / len(pairs),
            "sigma_distance": float(np.sqrt(across @ self.covariance @ across)),
            "distance": float(np.linalg.norm(plain)),
            "largest_input": max(float(np.linalg.norm(z)) for sample in self.z for z in sample),
        }  # fmt: skip

    def _pairs(self, margins: list[list[float]], slopes: list[float], sigma: float) -> float:
        """The double sum, term by term as it is printed, with 1/|ℓ′|."""
        totals = [sum(sample) for sample in margins]
        pairs = [(i, j) for i in range(len(totals)) for j in range(len(totals))]
        between = sum(
            slopes[i] * slopes[j] * (totals[j] - totals[i]) * (totals[j] / slopes[j] - totals[i] / slopes[i])
            for i, j in pairs
        )
        inside = sum((a - b) ** 2 for sample in margins for a in sample for b in sample)
        n, P = len(margins), len(margins[0])
        return float(self.gamma / (2 * n**2 * P * sigma) * (between + sum(slopes) * inside))

    def eigenvalues(self) -> FloatArray:
        """Of Σ, rising, from the singular values of the inputs."""
        rows = self.z.reshape(-1, self.w.size)
        return np.sort(np.linalg.svd(rows, compute_uv=False) ** 2 / len(rows))


def single(batch: Batch) -> list[One]:
    """Every instance by itself."""
    z, arrays = inputs(batch), batch.arrays
    return [
        One(z[..., b], arrays["w"][:, b], float(arrays["gamma"][b]), float(arrays["step"][b]))
        for b in range(batch.size)
    ]


@dataclass(frozen=True)
class LossOfMany:
    """The loss of B instances as it is defined, for complex w and γ too: Σ_p z_i^p (n, d, B) and Σ (d, d, B)."""

    sums: FloatArray
    covariance: FloatArray

    @classmethod
    def of(cls, instances: Sequence[One]) -> LossOfMany:
        """The losses of these."""
        sums, covariances = zip(*((each.z.sum(axis=1), each.covariance) for each in instances), strict=True)
        return cls(np.stack(sums, axis=-1), np.stack(covariances, axis=-1))

    def outputs(self, w: NDArray[Any], gamma: NDArray[Any]) -> NDArray[Any]:
        """F_i, (n, …, B), at w (d, …, B) and γ (…, B)."""
        square = np.sum(w * np.einsum("de...,e...->d...", self._spread(self.covariance, w), w), axis=0)
        return gamma * np.einsum("nd...,d...->n...", self._spread(self.sums, w), w) / np.sqrt(square)

    def gradients(self, w: FloatArray, gamma: FloatArray) -> tuple[FloatArray, FloatArray]:
        """(∂L/∂w, ∂L/∂γ), (d, B) and (B,): Im L(θ + ihe)/h for every unit e at once, exact up to rounding."""
        tilts = 1j * TILT * np.eye(len(w) + 1)[..., None]
        outputs = self.outputs(w[:, None] + tilts[:-1], gamma + tilts[-1])
        found = np.log(1.0 + np.exp(-outputs)).mean(axis=0).imag / TILT
        return found[:-1], found[-1]

    @staticmethod
    def _spread(array: FloatArray, w: NDArray[Any]) -> FloatArray:
        """The array with as many axes as w has beyond (d, B)."""
        return array if w.ndim == 2 else array[:, :, None]


@dataclass(frozen=True)
class Oracle:
    """By the definitions and autograd, one instance at a time."""

    batch: Batch

    @cached_property
    def rows(self) -> list[dict[str, float]]:
        """All numbers of each instance."""
        return [one.values() for one in single(self.batch)]

    @cached_property
    def eigenvalues(self) -> FloatArray:
        """Of Σ, rising, (d, B)."""
        return np.stack([one.eigenvalues() for one in single(self.batch)], axis=-1)

    def number(self, name: str) -> FloatArray:
        """One of the numbers, (B,)."""
        return np.array([row[name] for row in self.rows])


VIEWS = Views[Any](Closed, Oracle)
