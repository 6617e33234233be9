"""One step of gradient descent from any state of a two-layer ReLU network: f' − f against its linear part −ηΛr.

Arrays and regimes of the states as in `relu_gains`; η is the array `step` times a scale that the regime sets.
With ξ_k = η|∂L/∂v_k|/|v_k| and ψ = atan ξ, the error of neuron k is at most e_k = 2|Δg_k| sin(ψ_k/2)
+ |g_k| ξ_k²/(1 + √(1+ξ_k²)) where it is active before or after, and |L_ik| where its sign on input i changes,
L_ik = −η a_ik ∂L/∂g_k − (η g_k/|v_k|) ∂L/∂v_k·x_i the linear change of g_k a_ik.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.engine.relu.gains import State, length, unit
from wnverify.errors import RecordError, expected
from wnverify.families.kit.boxes import Box, BoxCoordinates
from wnverify.families.kit.table import lengthened
from wnverify.families.relu.gains_draws import draw_state
from wnverify.families.relu.runs_plain import One, jacobian, outputs, signs
from wnverify.family import Coordinates, Family, Shape, Situation
from wnverify.quantity import Quantity, Route

__all__ = ["RELU_STEPS", "ReluSteps"]

BOXES: Mapping[str, Box] = {
    "v": (-30.0, 30.0), "g": (-20.0, 20.0), "x": (-2.0, 2.0), "y": (-10.0, 10.0), "c": (-1.0, 1.0),
    "step": (1e-3, 30.0),
}  # fmt: skip
SHAPES = ((1, 2, 1), (2, 2, 2), (1, 3, 4), (2, 3, 4), (4, 4, 8), (6, 5, 12))


def _state(batch: Batch) -> State:
    v, g, x, y, c = (batch.arrays[name] for name in ("v", "g", "x", "y", "c"))
    return State(v, g, unit(x, 1), y, np.where(c < 0, -1.0, 1.0), np.ones(batch.size))


@dataclass(frozen=True, eq=False)
class Change:
    """What a step changes, by closed forms; α = 1, as only g/|v| counts."""

    at: State
    eta: FloatArray

    @cached_property
    def after(self) -> State:
        """The state after the step."""
        return self.at.descended(self.eta, self.eta)

    @cached_property
    def error(self) -> FloatArray:
        """f'_1 − f_1 + η(Λr)_1, (B,)."""
        linear = np.sum(self.at.Lambda[0] * self.at.residual, axis=0)
        return np.asarray(self.after.output[0] - self.at.output[0] + self.eta * linear)

    @cached_property
    def linear(self) -> FloatArray:
        """L_1k, (m, B)."""
        at = self.at
        along = np.sum(at.gradient_v * at.x[0][None], axis=1)
        return np.asarray(-self.eta * (at.gradient_g * at.cosine[:, 0] + at.g / at.length * along))

    @cached_property
    def curvature(self) -> FloatArray:
        """m^{-1/2} Σ e_k over the neurons active before or after, (B,)."""
        at = self.at
        xi = self.eta * length(at.gradient_v, 1) / at.length
        turn = 2 * np.abs(self.eta * at.gradient_g) * np.sin(np.arctan(xi) / 2)
        each = turn + np.abs(at.g) * xi**2 / (1 + np.sqrt(1 + xi**2))
        seen = np.maximum(at.active[:, 0], self.after.active[:, 0])
        return np.asarray(np.sum(each * seen, axis=0) / np.sqrt(at.m))

    @cached_property
    def flips(self) -> FloatArray:
        """m^{-1/2} Σ |L_1k| over the neurons whose sign changes, (B,)."""
        changed = self.at.active[:, 0] != self.after.active[:, 0]
        return np.asarray(np.sum(np.abs(self.linear) * changed, axis=0) / np.sqrt(self.at.m))


def change(batch: Batch) -> Change:
    """The steps of a batch, computed once."""
    return batch.memo("change", lambda: Change(_state(batch), batch.arrays["step"]))


@dataclass(frozen=True, eq=False)
class Plain:
    """The same of one instance, through the Jacobian, neuron by neuron."""

    one: One
    eta: float

    @cached_property
    def slope(self) -> tuple[FloatArray, FloatArray]:
        """∂L/∂v and ∂L/∂g."""
        one = self.one
        J = jacobian(one, one.v, one.g, signs(one, one.v, one.g))
        both = (J.T @ (outputs(one, one.v, one.g) - one.y)).reshape(one.g.size, -1)
        return both[:, :-1], both[:, -1]

    @cached_property
    def moved(self) -> tuple[FloatArray, FloatArray]:
        """v and g after the step."""
        return self.one.v - self.eta * self.slope[0], self.one.g - self.eta * self.slope[1]

    @cached_property
    def error(self) -> float:
        """f'_1 − f_1 + η|…| by J of the first output."""
        one = self.one
        J = jacobian(one, one.v, one.g, signs(one, one.v, one.g))[0].reshape(one.g.size, -1)
        linear = float(np.sum(J[:, :-1] * self.slope[0]) + np.sum(J[:, -1] * self.slope[1]))
        return float(outputs(one, *self.moved)[0] - outputs(one, one.v, one.g)[0]) + self.eta * linear

    @cached_property
    def parts(self) -> tuple[float, float, float]:
        """Curvature, flips and |L_11|."""
        one, (to_v, to_g) = self.one, self.slope
        before, after = signs(one, one.v, one.g)[:, 0], signs(one, *self.moved)[:, 0]
        curvature, flips, first = 0.0, 0.0, 0.0
        for k, (v, g) in enumerate(zip(one.v, one.g, strict=True)):
            size = float(np.linalg.norm(v))
            xi = self.eta * float(np.linalg.norm(to_v[k])) / size
            cosine = 1 / np.sqrt(1 + xi * xi)
            L = -self.eta * float(to_g[k] * (v @ one.x[0]) + g * (to_v[k] @ one.x[0])) / size
            error = abs(self.eta * to_g[k]) * np.sqrt(2 - 2 * cosine) + abs(g) * xi * xi / (1 + 1 / cosine)
            curvature += error * max(before[k], after[k])
            flips += abs(L) * (before[k] != after[k])
            first = first if k else abs(L)
        root = np.sqrt(one.g.size)
        return curvature / root, flips / root, first


def _plain(batch: Batch) -> list[Plain]:
    def one(index: int) -> Plain:
        v, g, x, y, c = (batch.arrays[name][..., index] for name in ("v", "g", "x", "y", "c"))
        x = x / np.linalg.norm(x, axis=1, keepdims=True)
        return Plain(One(v, g, x, y, np.where(c < 0, -1.0, 1.0), 1.0), float(batch.arrays["step"][index]))

    return batch.memo("plain", lambda: [one(index) for index in range(batch.size)])


def _part(which: int) -> Any:
    return lambda batch: np.array([one.parts[which] for one in _plain(batch)])


kappa = Quantity("kappa", "|X|₂", low=0, strict=True, route=Route(lambda b: change(b).at.kappa))
m = Quantity("m", "width", low=1, integer=True, route=Route(lambda b: np.full(b.size, float(b.shape["m"]))))
step = Quantity("step", "step size η", low=0, strict=True, route=Route(lambda b: b.arrays["step"]))
pace = Quantity(
    "pace", "|g_1|/|v_1|", low=0, route=Route(lambda b: np.abs(change(b).at.g[0]) / change(b).at.length[0])
)
residual = Quantity("residual", "|r|", low=0, route=Route(lambda b: change(b).at.residual_norm))
step_error = Quantity(
    "step_error", "|f'_1 − f_1 + η(Λr)_1|", low=0,
    route=Route(lambda b: np.abs(change(b).error), None, lambda b: np.array([abs(one.error) for one in _plain(b)])),
)  # fmt: skip
curvature = Quantity(
    "curvature", "m^{-1/2} Σ e_k over the neurons active before or after the step", low=0,
    route=Route(lambda b: change(b).curvature, None, _part(0)),
)  # fmt: skip
flip_error = Quantity(
    "flip_error", "m^{-1/2} Σ |L_1k| over the neurons whose sign changes", low=0,
    route=Route(lambda b: change(b).flips, None, _part(1)),
)  # fmt: skip
linear_change = Quantity(
    "linear_change", "|L_11|, the linear change of g_1 a_11", low=0,
    route=Route(lambda b: np.abs(change(b).linear[0]), None, _part(2)),
)  # fmt: skip


class StepCoordinates(BoxCoordinates):
    """All arrays within their boxes, no direction and no input shorter than 1e-3."""

    def canonical(self, theta: FloatArray) -> FloatArray:
        """Clip to the boxes and lengthen short vectors."""
        batch = self.decode(super().canonical(theta))
        arrays = {**batch.arrays, **{name: lengthened(batch.arrays[name]) for name in ("v", "x")}}
        return self.encode(Batch(batch.family, batch.shape, batch.settings, arrays))


class ReluSteps(Family):
    """Single steps of any size."""

    name = "relu_steps"
    quantities: Mapping[str, Quantity] = {
        value.name: value for value in list(globals().values()) if isinstance(value, Quantity)
    }
    settings: Mapping[str, tuple[str, ...]] = {}
    regimes = ("generic", "signed", "clustered", "large")
    cost = 5.0

    def shapes(self) -> Sequence[Shape]:
        """Inputs, their dimension, and width; the smallest first."""
        return [dict(zip(("n", "d", "m"), sizes, strict=True)) for sizes in SHAPES]

    def draw(self, situation: Situation, regime: str, count: int, rng: np.random.Generator) -> Batch:
        """Draw states as `relu_gains` does, and steps: `large` ones up to 30, elsewhere from 0.02 to 2."""
        arrays = draw_state(situation, "generic" if regime == "large" else regime, count, rng)
        low, high = (1.0, 30.0) if regime == "large" else (0.02, 2.0)
        arrays["step"] = np.exp(rng.uniform(np.log(low), np.log(high), count))
        return self._batch(situation, {name: arrays[name] for name in BOXES})

    def structured(self, situation: Situation) -> Iterator[tuple[str, Batch]]:
        """Nearly equal inputs with large residuals, small and large steps."""
        batch = self.draw(situation, "clustered", 6, np.random.default_rng(0))
        steps = np.geomspace(0.01, 10.0, 6)
        yield "nearly equal inputs", self._batch(situation, {**batch.arrays, "step": steps})

    def coordinates(self, situation: Situation) -> Coordinates:
        """Boxes."""
        return StepCoordinates(self.draw(situation, "generic", 1, np.random.default_rng(0)), BOXES)

    def check(self, batch: Batch) -> None:
        """Refuse what is not a state with a step.

        Raises:
            RecordError: if an array is missing or misshapen, a direction or an input vanishes.
        """
        super().check(batch)
        n, d, m = (batch.shape.get(name, 0) for name in ("n", "d", "m"))
        wanted = {"v": (m, d), "g": (m,), "x": (n, d), "y": (n,), "c": (m,), "step": ()}
        found = {name: array.shape[:-1] for name, array in batch.arrays.items()}
        if found != wanted:
            raise RecordError(expected(f"arrays of shapes {wanted}", str(found)[:200]))
        if any((np.abs(batch.arrays[name]).max(axis=1) == 0).any() for name in ("v", "x")):
            raise RecordError(expected("directions and inputs without a zero vector", "one"))

    def _batch(self, situation: Situation, arrays: Mapping[str, Any]) -> Batch:
        return Batch(self.name, situation.shape, situation.settings, arrays)


RELU_STEPS = ReluSteps()
