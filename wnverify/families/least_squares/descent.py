"""Reparametrised projected gradient descent (rPGD) on least squares with orthonormal rows, AAᵀ = I.

A batch holds the arrays of `least_squares` (A is made orthonormal) with the step size `gam` of the gain and the
number of `steps` (rounded) in place of a step size. Phase 1 keeps the gain; phase 2 moves it, from the direction
whose range part points along x* = A⁺y, as after any step of phase 1. Steps of w have size 1/g².
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.engine.least_squares.model import Rows, State, apply, descend, dot, length
from wnverify.families.kit.boxes import check_like
from wnverify.families.least_squares.state import BOXES, ModelCoordinates, draw_model, structured_models
from wnverify.families.least_squares.state_fields import Fields, by_autograd, closed_form, unit
from wnverify.families.least_squares.state_quantities import FIELD_QUANTITIES, X, g, om
from wnverify.family import Coordinates, Family, Shape, Situation
from wnverify.quantity import Quantity, Route

__all__ = [
    "DESCENT",
    "START",
    "LeastSquaresDescent",
    "X",
    "g",
    "gam",
    "inner",
    "om",
    "phase1_null",
    "phase2_distance",
    "phase2_error",
    "phase2_gain",
    "phase2_inner",
    "phase2_null",
    "phase2_step_inner",
    "steps",
    "two_phase_distance",
    "two_phase_error",
]  # fmt: skip

MOST = 40
"""The most steps of a run."""
REST = 60
"""Steps of the second phase of a two-phase run."""
BOX = {**BOXES, "g": (0.05, 3.0), "gam": (0.01, 2.0), "steps": (1.0, float(MOST))}
Descent = Callable[[Fields, State, FloatArray, FloatArray], State]


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


def _phase1(at: Fields, batch: Batch, run: Descent) -> State:
    return run(at, (at.g, at.w), np.zeros(batch.size), _count(batch))


def _phase2(at: Fields, batch: Batch, run: Descent) -> State:
    return run(at, (at.g, _toward(at)), batch.arrays["gam"], _count(batch))


def _one_step(at: Fields, batch: Batch, run: Descent) -> State:
    return run(at, (at.g, _toward(at)), batch.arrays["gam"], np.ones(batch.size))


def _two_phases(at: Fields, batch: Batch, run: Descent) -> State:
    return run(at, _phase1(at, batch, run), batch.arrays["gam"], np.full(batch.size, float(REST)))


def _count(batch: Batch) -> FloatArray:
    return np.clip(np.rint(batch.arrays["steps"]), 1, MOST)


Phase = Callable[[Fields, Batch, Descent], State]
Read = Callable[[Fields, FloatArray, FloatArray], FloatArray]


def _ended(name: str, meaning: str, phase: Phase, read: Read, **domain: Any) -> Quantity:
    """A number of the state after a phase."""

    def first(batch: Batch) -> FloatArray:
        at = closed_form(batch)
        return read(at, *batch.memo(f"{phase.__name__} one", lambda: phase(at, batch, _by_vectors)))

    def second(batch: Batch) -> FloatArray:
        at = by_autograd(batch)
        return read(at, *batch.memo(f"{phase.__name__} two", lambda: phase(at, batch, _by_projections)))

    return Quantity(name, meaning, route=Route(first, None, second), **domain)


def _kernel_part(at: Fields, _: FloatArray, w: FloatArray) -> FloatArray:
    """‖P_⊥w‖; the kernel part keeps its direction, so a short vector is not lost in a long one."""
    rest = w - np.einsum("mdb,mb->db", at.A, apply(at.A, w))
    return length(rest - np.einsum("mdb,mb->db", at.A, apply(at.A, rest)))


def _inner(at: Fields, gain: FloatArray, w: FloatArray) -> FloatArray:
    """p = ⟨gw, x*⟩/X."""
    return gain * dot(w, unit(at.x_star))


def _error(at: Fields, gain: FloatArray, w: FloatArray) -> FloatArray:
    return length(gain * apply(at.A, w) - at.y)


def _distance(at: Fields, gain: FloatArray, w: FloatArray) -> FloatArray:
    return length(gain * w - at.x_star)


gam = Quantity("gam", "step size of the gain", low=0, strict=True, route=Route(lambda batch: batch.arrays["gam"]))
steps = Quantity("steps", "number T of steps", low=1, integer=True, route=Route(_count))
inner = Quantity(
    "inner",
    "p₀ = ⟨gw, x*⟩/X at the start of phase 2, g√(1 − om²)",
    route=Route(
        lambda b: _inner(closed_form(b), closed_form(b).g, _toward(closed_form(b))),
        None,
        lambda b: _inner(by_autograd(b), by_autograd(b).g, _toward(by_autograd(b))),
    ),
)
phase1_null = _ended("phase1_null", "‖P_⊥w‖ after T steps at fixed gain", _phase1, _kernel_part, low=0, high=1)
phase2_gain = _ended("phase2_gain", "g after T steps of phase 2", _phase2, lambda _at, gain, _w: gain)
phase2_null = _ended("phase2_null", "‖P_⊥w‖ after T steps of phase 2", _phase2, _kernel_part, low=0, high=1)
phase2_inner = _ended("phase2_inner", "p = ⟨gw, x*⟩/X after T steps of phase 2", _phase2, _inner)
phase2_error = _ended("phase2_error", "‖gAw − y‖ after T steps of phase 2", _phase2, _error, low=0)
phase2_distance = _ended("phase2_distance", "‖gw − x*‖ after T steps of phase 2", _phase2, _distance, low=0)
phase2_step_inner = _ended("phase2_step_inner", "p after one step of phase 2", _one_step, _inner)
two_phase_distance = _ended(
    "two_phase_distance", f"‖gw − x*‖ after T steps of phase 1 and {REST} of phase 2", _two_phases, _distance, low=0
)
two_phase_error = _ended(
    "two_phase_error", f"‖gAw − y‖ after T steps of phase 1 and {REST} of phase 2", _two_phases, _error, low=0
)
START: Mapping[str, Any] = {
    "a step at most 1": (gam, "<=", 1),
    "not beyond the target": (inner, "<=", X),
}
"""Hypotheses of phase 2: 0 < gam ≤ 1 and p₀ ≤ X."""


class LeastSquaresDescent(Family):
    """Runs of rPGD with orthonormal rows and a positive gain."""

    name = "least_squares_descent"
    quantities: Mapping[str, Quantity] = {
        **FIELD_QUANTITIES,
        **{
            quantity.name: quantity
            for quantity in (
                gam, steps, inner, phase1_null, phase2_gain, phase2_null, phase2_inner, phase2_error,
                phase2_distance, phase2_step_inner, two_phase_distance, two_phase_error,
            )
        },
    }  # fmt: skip
    settings: Mapping[str, tuple[str, ...]] = {"loss": ("squared",), "rows": ("orthonormal",)}
    regimes = ("gaussian", "aligned", "kernel")
    cost = 5.0

    def shapes(self) -> Sequence[Shape]:
        """From one row in the plane to three rows in seven dimensions."""
        return [{"m": rows, "d": size} for rows, size in ((1, 2), (2, 3), (1, 3), (2, 4), (3, 5), (3, 7))]

    def draw(self, situation: Situation, regime: str, count: int, rng: np.random.Generator) -> Batch:
        """Random models as in `least_squares`; half of the runs have at most four steps, three quarters gam ≤ 1.

        In three quarters of them g is below X, and by so little that (g/X)^T stays above rounding.
        """
        arrays = draw_model(situation, regime, count, rng)
        many = np.where(rng.random(count) < 0.5, rng.integers(1, 5, count), rng.integers(5, MOST + 1, count))
        below = np.exp(-rng.uniform(0.0, 8.0, count) / many)
        target = arrays["t"] - Rows.of(arrays["A"]).across(arrays["t"])
        arrays["g"] = np.where(rng.random(count) < 0.75, below * length(target), arrays["g"])
        gam = np.where(rng.random(count) < 0.75, rng.uniform(0.02, 1.0, count), rng.uniform(0.02, 1.8, count))
        return self._batch(situation, arrays, gam, many.astype(np.float64))

    def structured(self, situation: Situation) -> Iterator[tuple[str, Batch]]:
        """Diagonal models with one, three and twenty steps."""
        for words, arrays in structured_models(situation):
            size = arrays["g"].size
            arrays["v"] = arrays["v"] + 1e-3
            counts = np.array([1.0, 3.0, 20.0])[np.arange(size) % 3]
            yield words, self._batch(situation, arrays, np.array([0.3, 1.0, 1.9, 0.7])[np.arange(size) % 4], counts)

    def coordinates(self, situation: Situation) -> Coordinates:
        """Boxes with the condition number of A kept."""
        like = self.draw(situation, "gaussian", 1, np.random.default_rng(0))
        return ModelCoordinates(like, {name: BOX[name] for name in like.arrays})

    def check(self, batch: Batch) -> None:
        """Refuse arrays of other shapes than those drawn here, or numbers of the wrong sign.

        Raises:
            RecordError: if the instance cannot have been produced by this family.
        """
        Family.check(self, batch)
        check_like(self, batch, BOX)

    def _batch(
        self, situation: Situation, arrays: Mapping[str, FloatArray], gam: FloatArray, many: FloatArray
    ) -> Batch:
        kept = {name: array for name, array in arrays.items() if name != "step"}
        kept["g"] = np.clip(kept["g"], *BOX["g"])
        return Batch(self.name, situation.shape, situation.settings, {**kept, "gam": gam, "steps": many})


DESCENT = LeastSquaresDescent()
