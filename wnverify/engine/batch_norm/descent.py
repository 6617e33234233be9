"""Gradient descent on w and γ of a model with batch normalization, with what is summed up along the run."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import NDArray

from wnverify.arrays import FloatArray
from wnverify.engine.batch_norm.model import State


@dataclass(frozen=True)
class Run:
    """The end of runs and what they gather, each number (B,).

    Attributes:
        end: the last state.
        spread: max over states and samples of |F_i − Pγ|.
        clock: Σ_t ηP² Pγ_t min_i |ℓ′_i| over the steps.
    """

    end: State
    spread: FloatArray
    clock: FloatArray


def descend(start: State, step: FloatArray, steps: FloatArray) -> Run:
    """Gradient descent by the closed form of `State.descent`; each instance makes its own number of `steps` (B,).

    Only w and γ change along a run: Σ and the sums over patches are computed once. Those under way come first.

    Args:
        start: the first state.
        step: size η of the steps, (B,).
        steps: how many, whole numbers ≥ 1, (B,).
    """
    order = np.argsort(-steps, kind="stable")
    many, back = steps[order], np.argsort(order)
    path = _Path.of(start, step, order)
    for going in np.searchsorted(-many, -np.arange(int(many[0]))).tolist():
        path.advance(going)
    path.look(order.size)
    w, gamma, spread_, clock = (
        np.take(part, back, axis=-1) for part in (path.w, path.gamma, path.spread, path.clock)
    )
    return Run(State(start.z, w, gamma), spread_, clock)


@dataclass
class _Path:
    """Runs under way: Z = Σ_p z^p (n, d, B), Σ (d, d, B), η (B,), where they are, and what they have gathered."""

    patches: int
    Z: FloatArray
    covariance: FloatArray
    step: FloatArray
    w: FloatArray
    gamma: FloatArray
    spread: FloatArray
    clock: FloatArray

    @classmethod
    def of(cls, start: State, step: FloatArray, order: NDArray[np.intp]) -> _Path:
        """At the start, in this order."""
        arrays = (start.z.sum(axis=1), start.covariance, step, start.w, start.gamma)
        Z, covariance, eta, w, gamma = (np.take(array, order, axis=-1) for array in arrays)
        return cls(start.z.shape[1], Z, covariance, eta, w, gamma, np.zeros(step.shape), np.zeros(step.shape))

    @property
    def found(self) -> tuple[FloatArray, ...]:
        """Where they are, and what they have gathered."""
        return self.w, self.gamma, self.spread, self.clock

    def look(self, on: int) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
        """Σw, σ, Σ_p margins and |ℓ′| of the first instances, whose outputs are noted."""
        w, gamma = self.w[:, :on], self.gamma[:on]
        image = np.einsum("deb,eb->db", self.covariance[..., :on], w)
        sigma = np.sqrt(np.einsum("db,db->b", w, image))
        totals = np.einsum("ndb,db->nb", self.Z[..., :on], w) / sigma
        outputs = gamma * totals
        apart = np.abs(outputs - self.patches * gamma).max(axis=0)
        np.maximum(self.spread[:on], apart, out=self.spread[:on])
        return image, sigma, totals, np.asarray(scipy.special.expit(-outputs))

    def advance(self, on: int) -> None:
        """One step of the first instances."""
        image, sigma, totals, slopes = self.look(on)
        w, gamma, step = self.w[:, :on], self.gamma[:on], self.step[:on]
        self.clock[:on] += step * self.patches**3 * gamma * slopes.min(axis=0)
        along = np.einsum("nb,nb->b", slopes, totals)
        pulled = np.einsum("nb,ndb->db", slopes, self.Z[..., :on])
        share = step / len(slopes)
        w += share * gamma / sigma * (pulled - along / sigma * image)
        gamma += share * along
