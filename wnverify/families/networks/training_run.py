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
from wnverify.families.kit.parts import read, size, two_routes, vocabulary
from wnverify.families.kit.table import Array, Table, clipping
from wnverify.families.networks import training_run_fields as fields
from wnverify.families.networks.coordinates import ProblemCoordinates
from wnverify.families.networks.kept import parted
from wnverify.families.networks.problem_extremes import extreme_runs
from wnverify.families.networks.regression import OverProblems, input_norm, n
from wnverify.families.networks.regression_draws import (
    Arrays,
    draw_problem,
    outputs,
    rough_smoothness,
    structured_problems,
)
from wnverify.families.networks.regression_fields import omega as omega_at
from wnverify.families.networks.setting import Given, L, beta, c0, d, hypotheses, m, slope
from wnverify.families.networks.steering import RUNS as STRETCHES
from wnverify.families.networks.steering import move_schedule, move_spread
from wnverify.family import Coordinates, Move, Scaling, Shape, Situation
from wnverify.quantities import Quantity

RUNS = fields.RUNS
rho = RUNS.quantity(
    "rho",
    "radius ρ₁ of the output layer over the whole run: the least value with ‖v(t)‖₂ ≤ 1 + ρ₁",
    lambda run: np.maximum(run.output.max(axis=0) - 1.0, 0.0),
    low=0,
    latex=r"\rho",
)
omega = RUNS.quantity(
    "omega",
    "minimum weight norm over the whole run",
    lambda run: fields.least_norm(run).min(axis=0),
    low=0,
    strict=True,
    latex=r"\omega",
)
T = size("T", "number of steps")
loss_start = RUNS.quantity(
    "loss_start", "𝓛(θ_0)", lambda run: run.loss[0], low=0, strict=True, latex=r"\mathcal{L}(\theta_0)"
)
loss = RUNS.quantity(
    "loss",
    "𝓛(θ_{T−1}), before the last step",
    lambda run: run.loss[-2],
    low=0,
    strict=True,
    latex=r"\mathcal{L}(\theta_{T-1})",
)
loss_next = RUNS.quantity(
    "loss_next", "𝓛(θ_T), after the last step", lambda run: run.loss[-1], low=0, latex=r"\mathcal{L}(\theta_T)"
)
loss_gradient_norm = RUNS.quantity(
    "loss_gradient_norm",
    "‖∇𝓛(θ_{T−1})‖₂, before the last step",
    lambda run: np.sqrt(run.gradient[-1]),
    low=0,
    latex=r"\|\nabla\mathcal{L}(\theta_{T-1})\|_2",
)
gradient_ratio = RUNS.quantity(
    "gradient_ratio",
    "least ‖∇𝓛(θ_t)‖²/𝓛(θ_t) over the run",
    fields.least_ratio,
    low=0,
    latex=r"\min_t\frac{\|\nabla\mathcal{L}(\theta_t)\|^2}{\mathcal{L}(\theta_t)}",
)
min_norm_growth = RUNS.quantity(
    "min_norm_growth",
    "least ω(t+1)/ω(t) over the run",
    fields.min_norm_growth,
    low=0,
    latex=r"\min_t\frac{\omega(t+1)}{\omega(t)}",
)
row_growth = RUNS.quantity(
    "row_growth",
    "least ‖W_i(t+1)‖/‖W_i(t)‖ over the run and all rows",
    fields.row_growth,
    low=0,
    latex=r"\min_{t,i}\frac{\|W_i(t+1)\|}{\|W_i(t)\|}",
)
outward_growth = two_routes(
    "outward_growth",
    "least ‖W_i(t+1)‖²/(‖W_i(t)‖² + ‖W_i(t+1) − W_i(t)‖²) over the run and all rows",
    fields.outward_growth,
    fields.outward_growth_of_naive,
    low=0,
    latex=r"\min_{t,i}\frac{\|W_i(t+1)\|^2}{\|W_i(t)\|^2+\|\Delta W_i(t)\|^2}",
)
growth_defect = two_routes(
    "growth_defect",
    "largest |‖W_i(t+1)‖² − ‖W_i(t)‖² − η_t²‖∂𝓛_t/∂W_i‖²|/‖W_i(t+1)‖² over the run and all rows",
    fields.growth_defect,
    fields.growth_defect_of_naive,
    low=0,
    latex=r"\delta_{\mathrm{growth}}",
)
rows_gain = RUNS.quantity(
    "rows_gain",
    "Σ_i ‖W_i(T)‖² − ‖W_i(0)‖² over all rows",
    fields.rows_gain,
    latex=r"\sum_i(\|W_i(T)\|^2-\|W_i(0)\|^2)",
)
output_drift = RUNS.quantity("output_drift", "‖v(T) − v(0)‖₂", lambda run: run.drift, low=0, latex=r"\|v(T)-v(0)\|_2")
rows_kept = RUNS.quantity(
    "rows_kept",
    "least ‖W_i(T)‖/‖W_i(0)‖ over all rows",
    fields.rows_kept,
    low=0,
    latex=r"\min_i\frac{\|W_i(T)\|}{\|W_i(0)\|}",
)
decay_defect = two_routes(
    "decay_defect",
    "largest |‖W_i(t+1)‖² − (1 − η_tλ)²‖W_i(t)‖² − η_t²‖∂𝓛_t/∂W_i‖²| over the larger norm squared, run and all rows",
    fields.decay_defect,
    fields.decay_defect_of_naive,
    low=0,
    latex=r"\delta_{\mathrm{decay}}",
)
omega_start = read(
    "omega_start", "minimum weight norm at the start", omega_at, low=0, strict=True, latex=r"\omega(0)"
)
rho_start = read(
    "rho_start",
    "radius of the output layer at the start: the least value with ‖v(0)‖₂ ≤ 1 + ρ₁",
    lambda batch: np.maximum(np.linalg.norm(batch.arrays["v"], axis=0) - 1.0, 0.0),
    low=0,
    latex=r"\rho(0)",
)
row_start = RUNS.quantity(
    "row_start",
    "‖W_1(0)‖ of the first row of the first layer",
    lambda run: np.sqrt(run.rows[0, 0]),
    low=0,
    strict=True,
    latex=r"\|W_1(0)\|",
)
row_after = RUNS.quantity(
    "row_after", "‖W_1(1)‖, after one step", lambda run: np.sqrt(run.rows[1, 0]), low=0, latex=r"\|W_1(1)\|"
)
sphere_gradient = two_routes(
    "sphere_gradient",
    "G̃ = ‖∂𝓛_0/∂W_1‖ where all rows have norm 1",
    fields.sphere_gradient,
    fields.sphere_gradient_by_oracle,
    low=0,
    latex=r"\tilde{G}",
)
shrinkage = read(
    "shrinkage", "Π_t |1 − η_tλ| over the run", fields.shrinkage, low=0, latex=r"\prod_t|1-\eta_t\lambda|"
)
step = read(
    "step",
    "size of the last step, η_{T−1}",
    lambda batch: batch.arrays["steps"][-1],
    low=0,
    strict=True,
    latex=r"\eta_{T-1}",
)
step_spread = read(
    "step_spread",
    "largest η_t/η_0 − 1 in size, over the run",
    lambda batch: np.max(np.abs(batch.arrays["steps"] / batch.arrays["steps"][0] - 1.0), axis=0),
    low=0,
    latex=r"\max_t|\frac{\eta_t}{\eta_0}-1|",
)
batch_share = read(
    "batch_share",
    "least weight of a sample in a step; 1 for full batches",
    lambda batch: batch.arrays["mask"].min(axis=(0, 1)),
    low=0,
    latex=r"w_{\min}",
)
momentum = read("momentum", "momentum μ", low=0, high=1, latex=r"\mu")
lookahead = read(
    "lookahead",
    "1 for Nesterov's form of momentum, 0 for heavy ball",
    low=0,
    high=1,
    latex=r"\mathbb{1}_{\mathrm{Nesterov}}",
)
decay = read("decay", "weight decay λ", low=0, latex=r"\lambda")

PLAIN_SGD: Given = {"no momentum": (momentum, "=", 0), "no weight decay": (decay, "=", 0)}
"""(Stochastic) gradient descent with any step sizes."""
FULL_BATCH: Given = {**PLAIN_SGD, "full batches": (batch_share, "=", 1)}
STANDARD: Given = hypotheses(input_norm, omega)


def descending(curvature: sympy.Expr, standard: Given = STANDARD) -> Given:
    """Gradient descent on all samples at a constant step below 2/β_𝓛.

    >>> list(descending(sympy.Symbol("curvature"), {}))
    ['no momentum', 'no weight decay', 'full batches', 'constant step', 'step below 2/beta']
    """
    below = {"constant step": (step_spread, "=", 0), "step below 2/beta": (step * curvature, "<", 2)}
    return {**FULL_BATCH, **standard, **below}


SHAPES = (
    (1, 1, 1, 1, 1), (1, 2, 2, 1, 2), (1, 2, 2, 2, 4), (2, 2, 2, 2, 3), (1, 4, 2, 2, 8), (1, 16, 3, 3, 6),
    (2, 4, 3, 4, 6), (4, 3, 2, 2, 4), (2, 32, 4, 4, 4), (3, 8, 4, 6, 12),
)  # fmt: skip
LONGEST_STEP = 1e3
REGIMES = ("descent", "near", "large steps", "stochastic", "momentum", "nesterov", "turning", "decay")


class TrainingRuns(OverProblems):
    """Training runs: depth, width, input dimension, sample size and the number of steps are the shape."""

    name = "training_run"
    quantities: Mapping[str, Quantity] = vocabulary(globals(), L, m, d, n, rho, beta, c0, slope, input_norm)
    regimes = REGIMES
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
        smoothness = rough_smoothness(Batch("regression", situation.shape, situation.settings, arrays))
        return self.batch(situation, {**arrays, **_schedule(situation, regime, smoothness, rng)})

    def structured(self, situation: Situation) -> Iterator[tuple[str, Batch]]:
        """The structured problems with every sixth instance, trained in each regime in turn."""
        words, problems = zip(*structured_problems(situation), strict=True)
        every = {name: np.concatenate([one[name][..., ::6] for one in problems], axis=-1) for name in problems[0]}
        smoothness = rough_smoothness(Batch("regression", situation.shape, situation.settings, every))
        rng = np.random.default_rng(0)
        sizes = np.split(smoothness, len(words))
        for (word, arrays), regime, rough in zip(parted(words, every), cycle(REGIMES), sizes, strict=False):
            schedule = _schedule(situation, regime, rough, rng)
            yield f"{word}, {regime}", self.batch(situation, {**arrays, **schedule})

    def extremes(self, situation: Situation) -> Iterator[tuple[str, Batch]]:
        """Further extreme problems with schedules; see `problem_extremes`."""
        for words, arrays in extreme_runs(situation):
            yield words, self.batch(situation, arrays)

    def table(self, situation: Situation) -> Table:
        """The problem, then the schedule."""
        return {
            **OverProblems.table(self, situation),
            "steps": Array("T", 1e-9, LONGEST_STEP),
            "mask": Array("T n", 0.0, 1.0),
            "momentum": Array("", 0.0, 0.99),
            "lookahead": Array("", 0.0, 1.0),
            "decay": Array("", 0.0, 1.0),
        }

    def coordinates(self, situation: Situation) -> Coordinates:
        """The problem's coordinates, then the schedule; look-ahead is all or nothing."""

        def repair(arrays: Mapping[str, FloatArray]) -> Mapping[str, FloatArray]:
            return {**arrays, "lookahead": np.round(arrays["lookahead"])}

        return ProblemCoordinates(self.name, situation, self.table(situation), repair)

    def moves(self) -> Mapping[str, Move]:
        """As for problems, those of ω and ρ₁ at the start; and of the schedule."""
        schedule = {"step": move_schedule, "step_spread": move_spread, "batch_share": clipping("mask")}
        start = OverProblems.moves(self)
        at_start = {"omega_start": start["omega"], "rho_start": start["rho"]}
        return {**start, **at_start, **schedule, "lookahead": clipping("lookahead", whole=True)}

    def scalings(self) -> Mapping[str, Scaling]:
        """Of the whole run: by stretching what it starts from, until the run follows."""
        return STRETCHES

    def enclosures(self, batch: Batch, names: Collection[str]) -> Mapping[str, Any] | None:
        """Certified balls; see `training_run_balls`, which loads python-flint only when asked."""
        from wnverify.families.networks.training_run_balls import enclosures

        return enclosures(batch, names)


def _schedule(situation: Situation, regime: str, smoothness: FloatArray, rng: np.random.Generator) -> Arrays:
    """Step sizes about 1/β_𝓛 (B,), masks, momentum, look-ahead and decay of one regime."""
    T, n, count = situation.shape["T"], situation.shape["n"], smoothness.size
    zero = np.zeros(count)
    mask: FloatArray = np.ones((T, n, count))
    if regime in ("stochastic", "momentum", "nesterov"):
        kept = (rng.random((T, n, count)) < 0.5).astype(np.float64)
        mask = kept if regime == "stochastic" else kept * rng.random((T, n, count))
    steps = _steps(T, regime, smoothness, rng)
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
