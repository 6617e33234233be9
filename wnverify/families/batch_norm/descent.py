"""Runs of gradient descent on w and γ of a model with batch normalization, from nearly uniform margins.

A batch holds the arrays of `batch_norm` and the number of `steps` (rounded). Runs are the second stage of
arXiv:2306.11680: what they suppose, that outputs stay close to Pγ, is measured along the run.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from sympy import Integer, Rational

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.engine.batch_norm import descent as engine
from wnverify.engine.batch_norm.model import State
from wnverify.families.batch_norm import state as one
from wnverify.families.batch_norm.state import Normalized, alternating, draw_inputs
from wnverify.families.batch_norm.state_fields import LossOfMany, One, single, state_of
from wnverify.families.kit.parts import Views, read, vocabulary
from wnverify.families.kit.table import Array, clipping
from wnverify.family import Move, Shape, Situation

MOST = 300
"""The most steps of a run."""


def _count(batch: Batch) -> FloatArray:
    return np.clip(np.rint(batch.arrays["steps"]), 1, MOST)


@dataclass(frozen=True)
class _Closed:
    """Runs of all instances at once."""

    batch: Batch

    @cached_property
    def run(self) -> engine.Run:
        """The run."""
        return engine.descend(state_of(self.batch), self.batch.arrays["step"], _count(self.batch))

    def number(self, name: str) -> FloatArray:
        """A number of the run, (B,)."""
        end: State = self.run.end
        # margins that agree to all digits still differ by the part of w across w*
        across = np.einsum("npdb,db->npb", end.z[:, :, 1:], end.w[1:])
        values = {
            "spread": self.run.spread,
            "clock": self.run.clock,
            "gamma_end": end.gamma,
            "loss_end": end.loss,
            "norm_end": np.linalg.norm(end.w, axis=0),
            "distance_end": np.linalg.norm(end.w[1:], axis=0),
            "discrepancy_end": 2.0 * np.var(across, axis=(0, 1)) / end.sigma**2,
        }
        return np.asarray(values[name])


@dataclass(frozen=True)
class _Stepped:
    """Runs by complex steps of the loss as it is defined; their ends one by one, from the definitions."""

    batch: Batch

    @cached_property
    def rows(self) -> list[dict[str, float]]:
        """All numbers of each run."""
        starts, P = single(self.batch), self.batch.shape["P"]
        step, count = self.batch.arrays["step"], _count(self.batch)
        loss = LossOfMany.of(starts)
        w, gamma = np.stack([at.w for at in starts], axis=-1), np.array([at.gamma for at in starts])
        spread, clock = np.zeros(gamma.shape), np.zeros(gamma.shape)
        for t in range(int(count.max()) + 1):
            outputs = loss.outputs(w, gamma)
            spread = np.maximum(spread, np.abs(outputs - P * gamma).max(axis=0))
            going = np.where(t < count, step, 0.0)
            clock = clock + going * P**2 * P * gamma / (1.0 + np.exp(outputs.max(axis=0)))
            by_w, by_gamma = loss.gradients(w, gamma)
            w, gamma = w - going * by_w, gamma - going * by_gamma
        ends = [replace(at, w=w[:, b], gamma=float(gamma[b])) for b, at in enumerate(starts)]
        return [_ended(at, float(spread[b]), float(clock[b])) for b, at in enumerate(ends)]

    def number(self, name: str) -> FloatArray:
        """A number of the run, (B,)."""
        return np.array([row[name] for row in self.rows])


def _ended(end: One, spread: float, clock: float) -> dict[str, float]:
    """The numbers of a run that ends there."""
    values = end.values()
    return {
        "spread": spread, "clock": clock, "gamma_end": end.gamma, "loss_end": values["loss"],
        "norm_end": values["weight_norm"], "distance_end": values["distance"],
        "discrepancy_end": values["discrepancy"],
    }  # fmt: skip


RUNS = Views[Any](_Closed, _Stepped)


def _of_run(name: str, meaning: str, **domain: Any) -> Any:
    return RUNS.quantity(name, meaning, lambda runs: runs.number(name), **domain)


P, gamma, step, weight_norm, distance = one.P, one.gamma, one.step, one.weight_norm, one.distance
target_norm, lambda_min, lambda_max = one.target_norm, one.lambda_min, one.lambda_max
mean_margin = one.mean_margin
steps = read("steps", "number T of steps", _count, low=1, integer=True, latex="T")
spread = _of_run("spread", "the largest |F_i − Pγ| of the run", low=0, latex="s")
clock = _of_run("clock", "S = Σ ηP² Pγ_t min|ℓ′_i|", low=0, latex="S")
gamma_end = _of_run("gamma_end", "γ after T steps", latex=r"\gamma_T")
loss_end = _of_run("loss_end", "L after T steps", low=0, latex=r"\mathcal{L}_T")
norm_end = _of_run("norm_end", "‖w‖ after T steps", low=0, strict=True, latex=r"\|w_T\|")
distance_end = _of_run(
    "distance_end", "the distance to span(w*) after T steps", low=0, latex=r"\mathrm{dist}(w_T,\mathbb{R}w^*)"
)
discrepancy_end = _of_run("discrepancy_end", "D(w) after T steps", low=0, latex=r"D(w_T)")

CLOSE: Mapping[str, Any] = {
    "outputs close to P gamma": (spread, "<=", Rational(1, 4)),
    "a scale to begin with": (P * gamma, ">=", Rational(1, 2)),
    "short steps for gamma": (step * P**2, "<=", 1),
    "on the side of w*": (mean_margin, ">", Integer(0)),
}
"""Hypotheses of the second stage, those on γ."""


class BatchNormDescent(Normalized):
    """Runs of gradient descent with batch normalization."""

    name = "batch_norm_descent"
    quantities = vocabulary(globals())
    settings: Mapping[str, tuple[str, ...]] = {}
    regimes = ("slow", "fast", "start")
    cost = 4.0
    agreement = 1e-6
    boxed = True
    arrays: Mapping[str, Array] = {
        "s": Array("", 1e-2, 1e2, log=True),
        "w": Array("d", -30.0, 30.0, vectors=True),
        "gamma": Array("", 0.05, 4.0, log=True),
        "step": Array("", 1e-4, 1.0, log=True),
        "steps": Array("", 1.0, float(MOST), log=True),
    }

    def shapes(self) -> Sequence[Shape]:
        """From two samples in the plane to four in three dimensions, and up to three patches."""
        sizes = ((2, 1, 2), (1, 2, 2), (3, 1, 2), (2, 2, 2), (4, 1, 3), (2, 3, 2))
        return [{"n": samples, "P": patches, "d": size} for samples, patches, size in sizes]

    def moves(self) -> Mapping[str, Move]:
        """The number of steps is rounded when it is read, and moved to whole numbers."""
        return {**Normalized.moves(self), "steps": clipping("steps", whole=True)}

    def draw(self, situation: Situation, regime: str, count: int, rng: np.random.Generator) -> Batch:
        """Random runs: `slow` a long w, which hardly turns; `fast` a short one; `start` only a few steps.

        The margins begin so close that the outputs differ from Pγ by no more than 1/4, as steps allow.
        """
        P, d = situation.shape["P"], situation.shape["d"]
        zeta = np.clip(draw_inputs(situation, count, rng), -5.0, 5.0)
        gamma = rng.uniform(0.5, 3.0, count) / P
        across = rng.standard_normal((d - 1, count))
        reach = np.abs(np.einsum("npkb,kb->npb", zeta, across)).max(axis=(0, 1))
        near = np.exp(rng.uniform(-5.0, -0.3, count)) / (4.0 * P * gamma)
        R = np.exp(rng.uniform(0.5, 2.5, count) if regime == "slow" else rng.uniform(-1.5, 1.0, count))
        w = R * np.concatenate([np.ones((1, count)), across * near / np.maximum(reach, 1e-3)])
        s = np.exp(rng.uniform(-4.5, 4.5, count))
        short = np.where(rng.random(count) < 0.5, 1.0, np.exp(rng.uniform(-4.0, 0.0, count)))
        step = np.minimum(1.0, R**2 / (9.0 if regime == "slow" else 30.0)) * short / P**2
        most = 4.0 if regime == "start" else float(MOST)
        steps = np.rint(np.exp(rng.uniform(0.0, np.log(most), count)))
        return self.within(situation, {"zeta": zeta, "s": s, "w": w, "gamma": gamma, "step": step, "steps": steps})

    def structured(self, situation: Situation) -> Iterator[tuple[str, Batch]]:
        """Inputs ±1 with equal margins, of which only γ moves, and with nearly equal ones; the longest runs."""
        P = situation.shape["P"]
        rows = [
            (s, R, tilt, scale / P, share / P**2, steps)
            for s in (1.0, 1e-2)
            for R, tilt in ((1.0, 0.0), (3.0, 0.02), (10.0, 0.05))
            for scale, share, steps in ((0.5, 1.0, 1.0), (0.5, 1.0, 300.0), (1.5, 1.0, 300.0), (1.0, 0.1, 30.0))
        ]
        s, R, tilt, gamma, step, steps = (np.array(column) for column in zip(*rows, strict=True))
        w = np.zeros((situation.shape["d"], len(rows)))
        w[0], w[1] = R, R * tilt
        zeta = alternating(situation, patches=True)[..., None] * np.ones(len(rows))
        arrays = {"zeta": zeta, "s": s, "w": w, "gamma": gamma, "step": step, "steps": steps}
        yield "patches that alternate", self.batch(situation, arrays)


BATCH_NORM_DESCENT = BatchNormDescent()
