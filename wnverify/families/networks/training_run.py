"""Training runs of WeightNorm networks on a square loss: full-batch and stochastic, with momentum and weight decay.

A batch holds the start θ_0 and the data of `regression`, the step sizes `steps` (T, B), the weights of the samples
in each step `mask` (T, n, B), and `momentum`, `lookahead`, `decay` (B,). Targets are random, or a teacher's outputs.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import cycle
from typing import Any

import numpy as np
import sympy

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.families.networks.regression import LARGEST_TARGET, OverProblems, array_shapes, check_arrays
from wnverify.families.networks.regression_coordinates import Limit, ProblemCoordinates, between
from wnverify.families.networks.regression_draws import Arrays, draw_problem, outputs, structured_problems
from wnverify.families.networks.regression_pairs import rough_smoothness
from wnverify.families.networks.regression_quantities import L, beta, c0, d, input_norm, m, n, slope
from wnverify.families.networks.training_run_quantities import (
    QUANTITIES,
    T,
    batch_share,
    decay,
    gradient_ratio,
    growth_defect,
    lookahead,
    loss,
    loss_gradient_norm,
    loss_next,
    loss_start,
    min_norm_growth,
    momentum,
    omega,
    rho,
    row_growth,
    step,
    step_spread,
)
from wnverify.family import Coordinates, Shape, Situation
from wnverify.quantity import Quantity

__all__ = [
    "FULL_BATCH", "PLAIN_SGD", "SMOOTH", "TRAINING_RUN", "L", "T", "TrainingRuns", "batch_share", "beta", "c0", "d",
    "decay", "gradient_ratio", "growth_defect", "input_norm", "lookahead", "loss", "loss_gradient_norm", "loss_next",
    "loss_start", "m", "min_norm_growth", "momentum", "n", "omega", "rho", "row_growth", "slope", "step",
    "step_spread",
]  # fmt: skip

PLAIN_SGD: Mapping[str, tuple[Any, str, Any]] = {
    "no momentum": (momentum, "=", 0),
    "no weight decay": (decay, "=", 0),
}
"""(Stochastic) gradient descent with any step sizes."""
FULL_BATCH: Mapping[str, tuple[Any, str, Any]] = {**PLAIN_SGD, "full batches": (batch_share, "=", 1)}
SMOOTH: Mapping[str, tuple[Any, str, Any]] = {
    "1-Lipschitz activation": (slope, "<=", 1),
    "inputs in the unit ball": (input_norm, "<=", 1),
    "no zero row": (omega, ">", 0),
    "smooth activation": (beta, "<", sympy.oo),
}

SHAPES = (
    (1, 1, 1, 1, 1), (1, 2, 2, 1, 2), (1, 2, 2, 2, 4), (2, 2, 2, 2, 3), (1, 4, 2, 2, 8), (1, 16, 3, 3, 6),
    (2, 4, 3, 4, 6), (4, 3, 2, 2, 4), (2, 32, 4, 4, 4), (3, 8, 4, 6, 12),
)  # fmt: skip
LONGEST_STEP = 1e3
REGIMES = ("descent", "near", "large steps", "stochastic", "momentum", "nesterov", "turning", "decay")


class TrainingRuns(OverProblems):
    """Training runs: depth, width, input dimension, sample size and the number of steps are the shape."""

    name = "training_run"
    quantities: Mapping[str, Quantity] = QUANTITIES
    regimes = REGIMES
    cost = 4.0
    agreement = 1e-7

    def shapes(self) -> Sequence[Shape]:
        """From a single step of one neuron to 12 steps of about 150 parameters."""
        return [dict(zip(("L", "m", "d", "n", "T"), sizes, strict=True)) for sizes in SHAPES]

    def draw(self, situation: Situation, regime: str, count: int, rng: np.random.Generator) -> Batch:
        """Draw runs.

        Regimes: `descent` constant steps about 1/β_𝓛 from anywhere; `near` the same near interpolation;
        `large steps` any step size at every step; `stochastic` the same with mini-batches; `momentum`, `nesterov`
        with μ up to 0.99, the same mini-batches and steps that are constant in one half and wildly different in the
        other; `turning` Nesterov's form with a small step, then a large one against it, then coasting; `decay` with
        weight decay. Half of the targets are random, half a teacher's outputs.
        """
        kind = "interpolating" if regime == "near" else rng.choice(["edge", "gaussian", "aligned"])
        arrays = draw_problem(situation, str(kind), count, rng)
        if regime != "near":
            teacher = draw_problem(situation, "gaussian", count, rng)
            taught = outputs(situation, {**teacher, "X": arrays["X"]})
            arrays["y"] = np.where(rng.random(count) < 0.5, taught, arrays["y"])
        if regime == "turning":
            arrays |= _opposed(situation, arrays)
        return self._with_schedule(situation, arrays, _schedule(situation, regime, arrays, rng))

    def structured(self, situation: Situation) -> Iterator[tuple[str, Batch]]:
        """The structured problems with every sixth instance, trained in each regime in turn."""
        rng = np.random.default_rng(0)
        for (words, arrays), regime in zip(structured_problems(situation), cycle(REGIMES)):
            chosen = {name: np.ascontiguousarray(array[..., ::6]) for name, array in arrays.items()}
            schedule = _schedule(situation, regime, chosen, rng)
            yield f"{words}, {regime}", self._with_schedule(situation, chosen, schedule)

    def _with_schedule(self, situation: Situation, arrays: Arrays, schedule: Arrays) -> Batch:
        return Batch(self.name, situation.shape, situation.settings, {**arrays, **schedule})

    def coordinates(self, situation: Situation) -> Coordinates:
        """The problem's coordinates, then the schedule within its limits."""
        T, n = situation.shape["T"], situation.shape["n"]
        extras: dict[str, tuple[Sequence[int], Limit]] = {
            "y": ((n,), between(-LARGEST_TARGET, LARGEST_TARGET)),
            "steps": ((T,), between(1e-9, LONGEST_STEP)),
            "mask": ((T, n), between(0.0, 1.0)),
            "momentum": ((), between(0.0, 0.99)),
            "lookahead": ((), np.round),
            "decay": ((), between(0.0, 1.0)),
        }
        return ProblemCoordinates(self.name, situation, extras)

    def enclosures(self, batch: Batch, names: Collection[str]) -> Mapping[str, Any] | None:
        """Certified balls; see `training_run_balls`, which loads python-flint only when asked."""
        from wnverify.families.networks.training_run_balls import enclosures

        return enclosures(batch, names)

    def check(self, batch: Batch) -> None:
        """Refuse what is not a training run.

        Raises:
            RecordError: if an array is missing, misshapen or holds a zero row.
        """
        super().check(batch)
        T, n = batch.shape.get("T", 0), batch.shape.get("n", 0)
        schedule = {"steps": (T,), "mask": (T, n), "momentum": (), "lookahead": (), "decay": ()}
        check_arrays(batch, {**array_shapes(batch.shape), **schedule})


def _schedule(situation: Situation, regime: str, arrays: Arrays, rng: np.random.Generator) -> Arrays:
    """Step sizes, masks, momentum, look-ahead and decay of one regime."""
    T, n = situation.shape["T"], situation.shape["n"]
    start = Batch("regression", situation.shape, situation.settings, arrays)
    count = start.size
    zero = np.zeros(count)
    mask: FloatArray = np.ones((T, n, count))
    if regime in ("stochastic", "momentum", "nesterov"):
        kept = (rng.random((T, n, count)) < 0.5).astype(np.float64)
        mask = kept if regime == "stochastic" else kept * rng.random((T, n, count))
    steps = _steps(T, regime, rough_smoothness(start), rng)
    if regime == "turning":
        mask, early = _turning_mask(T, n, rng.random((n, count))), np.where(np.arange(T) == 0, 0.03, 1.0)
        steps = np.clip(early[:, None] * steps, 1e-9, LONGEST_STEP)
    momentum = rng.choice([0.5, 0.9, 0.99], count) if regime in ("momentum", "nesterov", "turning") else zero
    return {
        "steps": steps,
        "mask": mask,
        "momentum": momentum,
        "lookahead": np.ones(count) if regime in ("nesterov", "turning") else zero,
        "decay": np.exp(rng.uniform(np.log(1e-3), np.log(0.3), count)) if regime == "decay" else zero,
    }


def _opposed(situation: Situation, arrays: Arrays) -> Arrays:
    """Equal samples with residuals of alternating sign, so that their gradients oppose one another."""
    X = np.repeat(arrays["X"][:, :1], situation.shape["n"], axis=1)
    values = outputs(situation, {**arrays, "X": X})
    error = 1.0 + np.abs(values[:1] - arrays["y"][:1])
    return {"X": X, "y": values - error * np.where(np.arange(situation.shape["n"]) % 2, -1.0, 1.0)[:, None]}


def _turning_mask(T: int, n: int, weight: FloatArray) -> FloatArray:
    """First the samples of one sign, then those of the other in part, then none."""
    mask, odd = np.zeros((T, *weight.shape)), (np.arange(n) % 2)[:, None]
    mask[0] = 1 - odd
    if T > 1:
        mask[1] = odd * weight
    return mask


def _steps(T: int, regime: str, smoothness: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Constant and about 1/β_𝓛 in the regimes of descent; elsewhere up to 100 times that, and often varied."""
    count = smoothness.size
    if regime in ("descent", "near"):
        return np.repeat((np.exp(rng.uniform(np.log(0.1), np.log(2.0), count)) / smoothness)[None], T, axis=0)
    spread = {"large steps": 1.0, "stochastic": 1.0, "momentum": 2.5, "nesterov": 2.5}.get(regime, 0.0)
    often = rng.random(count) < 0.5 if regime in ("momentum", "nesterov") else np.ones(count, dtype=bool)
    varied = spread * rng.standard_normal((T, count)) * often
    size = np.exp(rng.uniform(np.log(0.3), np.log(100.0), count) + varied) / smoothness
    return np.clip(size, 1e-9, LONGEST_STEP)


TRAINING_RUN = TrainingRuns()
