"""Reparametrised projected gradient descent (rPGD) on least squares with orthonormal rows, AAᵀ = I.

A batch holds the arrays of `least_squares` (A is made orthonormal) with the step size `gam` of the gain and the
number of `steps` (rounded) in place of a step size. Phase 1 keeps the gain; phase 2 moves it, from the direction
whose range part points along x* = A⁺y, as after any step of phase 1. Steps of w have size 1/g².
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.engine.least_squares.model import State, descend
from wnverify.engine.least_squares.rows import Rows, apply, dot, length
from wnverify.families.kit.parts import Views, read, vocabulary
from wnverify.families.kit.table import Array, clipping
from wnverify.families.least_squares import state
from wnverify.families.least_squares.linear_models import CONDITION, RUN, LinearModels, draw_model, structured_models
from wnverify.families.least_squares.state_fields import VIEWS, Fields, unit
from wnverify.family import Arrays, Move, Shape, Situation

MOST = 40
"""The most steps of a run."""
REST = 60
"""Steps of the second phase of a two-phase run."""
TABLE = {
    **RUN,
    "g": Array("", 0.05, 3.0),
    "gam": Array("", 0.01, 2.0),
    "steps": Array("", 1.0, float(MOST)),
}
Descent: TypeAlias = Callable[[Fields, State, FloatArray, FloatArray], State]


def _by_vectors(at: Fields, start: State, gam: FloatArray, steps: FloatArray) -> State:
    return descend(at.A, at.y, start, gam, steps)


def _by_projections(at: Fields, start: State, gam: FloatArray, steps: FloatArray) -> State:
    """One instance at a time, by `w⁺ ∝ (I − A⁺A)w + A⁺y/g` with the pseudoinverse."""
    ends = []
    for index, (gain, unit_w) in enumerate(zip(start[0], start[1].T, strict=True)):
        A, y = at.A[..., index], at.y[:, index]
        inverse = np.linalg.pinv(A)
        kernel, target = np.eye(unit_w.size) - inverse @ A, inverse @ y
        for _ in range(int(steps[index])):
            change = gam[index] * (A @ unit_w @ (gain * (A @ unit_w) - y))
            moved = kernel @ unit_w + target / gain
            gain, unit_w = gain - change, moved / np.linalg.norm(moved)
        ends.append((gain, unit_w))
    return np.array([end[0] for end in ends]), np.stack([end[1] for end in ends], axis=-1)


def _toward(at: Fields) -> FloatArray:
    """w with its range part turned along x*: √(1 − om²) x*/X + P_⊥w."""
    along = np.sqrt(np.maximum(1 - dot(at.across, at.across), 0.0))
    return along * unit(at.x_star) + at.across


def _count(batch: Batch) -> FloatArray:
    return np.clip(np.rint(batch.arrays["steps"]), 1, MOST)


@dataclass(frozen=True)
class _Runs:
    """Runs from one state by one route; an end is (gain, w)."""

    batch: Batch
    at: Fields
    descend: Descent

    def phase2(self, start: State, steps: FloatArray) -> State:
        """Steps that move the gain too."""
        return self.descend(self.at, start, self.batch.arrays["gam"], steps)

    @property
    def turned(self) -> State:
        """The start of phase 2."""
        return self.at.g, _toward(self.at)

    @cached_property
    def first(self) -> State:
        """After T steps of phase 1."""
        return self.descend(self.at, (self.at.g, self.at.w), np.zeros(self.batch.size), _count(self.batch))

    @cached_property
    def second(self) -> State:
        """After T steps of phase 2."""
        return self.phase2(self.turned, _count(self.batch))

    @cached_property
    def one(self) -> State:
        """After one step of phase 2."""
        return self.phase2(self.turned, np.ones(self.batch.size))

    @cached_property
    def both(self) -> State:
        """After T steps of phase 1 and the rest of phase 2."""
        return self.phase2(self.first, np.full(self.batch.size, float(REST)))

    def null(self, end: State) -> FloatArray:
        """‖P_⊥w‖; the kernel part keeps its direction, so a short vector is not lost in a long one."""
        A, rest = self.at.A, end[1]
        for _ in range(2):
            rest = rest - np.einsum("mdb,mb->db", A, apply(A, rest))
        return length(rest)

    def inner(self, end: State) -> FloatArray:
        """p = ⟨gw, x*⟩/X."""
        return end[0] * dot(end[1], unit(self.at.x_star))

    def error(self, end: State) -> FloatArray:
        """‖gAw − y‖."""
        return length(end[0] * apply(self.at.A, end[1]) - self.at.y)

    def distance(self, end: State) -> FloatArray:
        """‖gw − x*‖."""
        return length(end[0] * end[1] - self.at.x_star)


def _runs(batch: Batch) -> _Runs:
    return _Runs(batch, VIEWS.closed(batch), _by_vectors)


def _runs_by_projections(batch: Batch) -> _Runs:
    return _Runs(batch, VIEWS.oracle(batch), _by_projections)


RUNS = Views(_runs, _runs_by_projections)
X, g, om = state.X, state.g, state.om
gam = read("gam", "step size of the gain", low=0, strict=True, latex=r"\gamma")
steps = read("steps", "number T of steps", _count, low=1, integer=True, latex="T")
inner = RUNS.quantity(
    "inner", "p₀ = ⟨gw, x*⟩/X at the start of phase 2, g√(1 − om²)", lambda runs: runs.inner(runs.turned), latex="p_0"
)
phase1_null = RUNS.quantity(
    "phase1_null",
    "‖P_⊥w‖ after T steps at fixed gain",
    lambda runs: runs.null(runs.first),
    low=0,
    high=1,
    latex=r"\|P_\perp w_T\|",
)
phase2_gain = RUNS.quantity("phase2_gain", "g after T steps of phase 2", lambda runs: runs.second[0], latex="g_T")
phase2_null = RUNS.quantity(
    "phase2_null",
    "‖P_⊥w‖ after T steps of phase 2",
    lambda runs: runs.null(runs.second),
    low=0,
    high=1,
    latex=r"\|P_\perp w\|_T",
)
phase2_inner = RUNS.quantity(
    "phase2_inner", "p = ⟨gw, x*⟩/X after T steps of phase 2", lambda runs: runs.inner(runs.second), latex="p_T"
)
phase2_error = RUNS.quantity(
    "phase2_error",
    "‖gAw − y‖ after T steps of phase 2",
    lambda runs: runs.error(runs.second),
    low=0,
    latex=r"\|gAw-y\|_T",
)
phase2_distance = RUNS.quantity(
    "phase2_distance",
    "‖gw − x*‖ after T steps of phase 2",
    lambda runs: runs.distance(runs.second),
    low=0,
    latex=r"\|gw-x^*\|_T",
)
phase2_step_inner = RUNS.quantity(
    "phase2_step_inner", "p after one step of phase 2", lambda runs: runs.inner(runs.one), latex="p_1"
)
two_phase_distance = RUNS.quantity(
    "two_phase_distance",
    f"‖gw − x*‖ after T steps of phase 1 and {REST} of phase 2",
    lambda runs: runs.distance(runs.both),
    low=0,
    latex=r"\|gw-x^*\|_{T+60}",
)
two_phase_error = RUNS.quantity(
    "two_phase_error",
    f"‖gAw − y‖ after T steps of phase 1 and {REST} of phase 2",
    lambda runs: runs.error(runs.both),
    low=0,
    latex=r"\|gAw-y\|_{T+60}",
)
START: Mapping[str, Any] = {
    "a step at most 1": (gam, "<=", 1),
    "not beyond the target": (inner, "<=", X),
    "positive gain": (g, ">", 0),
}
"""Hypotheses of phase 2: 0 < gam ≤ 1, p₀ ≤ X and g > 0; with a negative gain ‖P_⊥w‖ grows."""


class LeastSquaresDescent(LinearModels):
    """Runs of rPGD with orthonormal rows and a positive gain."""

    name = "least_squares_descent"
    quantities = vocabulary(globals(), *state.BASE)
    settings: Mapping[str, tuple[str, ...]] = {"loss": ("squared",), "rows": ("orthonormal",)}
    regimes = ("gaussian", "aligned", "kernel")
    cost = 5.0
    plentiful = 1
    arrays = TABLE
    condition = CONDITION

    def shapes(self) -> Sequence[Shape]:
        """From one row in the plane to three rows in seven dimensions."""
        return [{"m": rows, "d": size} for rows, size in ((1, 2), (2, 3), (1, 3), (2, 4), (3, 5), (3, 7))]

    def moves(self) -> Mapping[str, Move]:
        """The number of steps is rounded when it is read, and moved to whole numbers."""
        return {**LinearModels.moves(self), "steps": clipping("steps", whole=True)}

    def draw(self, situation: Situation, regime: str, count: int, rng: np.random.Generator) -> Batch:
        """Random models as in `least_squares`; half of the runs have at most four steps, three quarters gam ≤ 1.

        In three quarters of them g is below X, and by so little that (g/X)^T stays above rounding.
        """
        arrays = draw_model(situation, regime, count, rng)
        many = np.where(rng.random(count) < 0.5, rng.integers(1, 5, count), rng.integers(5, MOST + 1, count))
        below = np.exp(-rng.uniform(0.0, 8.0, count) / many)
        target = Rows(arrays["A"]).along(arrays["t"])
        arrays["g"] = np.where(rng.random(count) < 0.75, below * length(target), arrays["g"])
        gam = np.where(rng.random(count) < 0.75, rng.uniform(0.02, 1.0, count), rng.uniform(0.02, 1.8, count))
        return self._stepping(situation, arrays, gam, many.astype(np.float64))

    def structured(self, situation: Situation) -> Iterator[tuple[str, Batch]]:
        """Diagonal models with one, three and twenty steps."""
        for words, arrays in structured_models(situation):
            size = arrays["g"].size
            arrays["v"] = arrays["v"] + 1e-3
            counts = np.array([1.0, 3.0, 20.0])[np.arange(size) % 3]
            yield (
                words,
                self._stepping(situation, arrays, np.array([0.3, 1.0, 1.9, 0.7])[np.arange(size) % 4], counts),
            )

    def _stepping(self, situation: Situation, arrays: Arrays, gam: FloatArray, many: FloatArray) -> Batch:
        g = np.clip(arrays["g"], TABLE["g"].low, TABLE["g"].high)
        return self.batch(situation, {**arrays, "g": g, "gam": gam, "steps": many})


DESCENT = LeastSquaresDescent()
