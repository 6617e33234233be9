"""One step of gradient descent from any state of a two-layer ReLU network: f' − f against its linear part −ηΛr.

Arrays and regimes of the states as in `gains`; η is the array `step` times a scale that the regime sets.
With ξ_k = η|∂L/∂v_k|/|v_k| and ψ = atan ξ, the error of neuron k is at most e_k = 2|Δg_k| sin(ψ_k/2)
+ |g_k| ξ_k²/(1 + √(1+ξ_k²)) where it is active before or after, and |L_ik| where its sign on input i changes,
L_ik = −η a_ik ∂L/∂g_k − (η g_k/|v_k|) ∂L/∂v_k·x_i the linear change of g_k a_ik.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.engine.relu.gains import State, length, unit
from wnverify.families.kit.parts import Views, read, size, vocabulary
from wnverify.families.kit.steering import first_stretched, residual_stretched
from wnverify.families.kit.table import Array, Table, Tabled
from wnverify.families.relu.gains_draws import STATE, draw_state
from wnverify.families.relu.plain import One, jacobian, outputs, signs
from wnverify.family import Scaling, Shape, Situation
from wnverify.quantities import Quantity


def _state(batch: Batch) -> State:
    """The state before the step; α = 1, as only g/|v| counts."""

    def build() -> State:
        v, g, x, y, c = (batch.arrays[name] for name in ("v", "g", "x", "y", "c"))
        return State(v, g, unit(x, 1), y, np.where(c < 0, -1.0, 1.0), np.ones(batch.size))

    return batch.memo(_state, build)


@dataclass(frozen=True, eq=False)
class _Closed:
    """What a step changes, by closed forms."""

    batch: Batch

    @property
    def at(self) -> State:
        """The state before the step."""
        return _state(self.batch)

    @property
    def eta(self) -> FloatArray:
        """The step size, (B,)."""
        return self.batch.arrays["step"]

    @cached_property
    def after(self) -> State:
        """The state after the step."""
        return self.at.descended(self.eta, self.eta)

    @property
    def error(self) -> FloatArray:
        """|f'_1 − f_1 + η(Λr)_1|, (B,)."""
        linear = np.sum(self.at.Lambda[0] * self.at.residual, axis=0)
        return np.abs(self.after.output[0] - self.at.output[0] + self.eta * linear)

    @cached_property
    def linear(self) -> FloatArray:
        """L_1k, (m, B)."""
        at = self.at
        along = np.sum(at.gradient_v * at.x[0][None], axis=1)
        return np.asarray(-self.eta * (at.gradient_g * at.cosine[:, 0] + at.g / at.length * along))

    @property
    def linear_change(self) -> FloatArray:
        """|L_11|, (B,)."""
        return np.abs(self.linear[0])

    @property
    def curvature(self) -> FloatArray:
        """m^{-1/2} Σ e_k over the neurons active before or after, (B,)."""
        at = self.at
        xi = self.eta * length(at.gradient_v, 1) / at.length
        turn = 2 * np.abs(self.eta * at.gradient_g) * np.sin(np.arctan(xi) / 2)
        each = turn + np.abs(at.g) * xi**2 / (1 + np.sqrt(1 + xi**2))
        seen = np.maximum(at.active[:, 0], self.after.active[:, 0])
        return np.asarray(np.sum(each * seen, axis=0) / np.sqrt(at.m))

    @property
    def flips(self) -> FloatArray:
        """m^{-1/2} Σ |L_1k| over the neurons whose sign changes, (B,)."""
        changed = self.at.active[:, 0] != self.after.active[:, 0]
        return np.asarray(np.sum(np.abs(self.linear) * changed, axis=0) / np.sqrt(self.at.m))


@dataclass(frozen=True, eq=False)
class _Single:
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
        """f'_1 − f_1 + η(Λr)_1 by J of the first output."""
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


@dataclass(frozen=True, eq=False)
class _Oracle:
    """The same, instance by instance."""

    batch: Batch

    @cached_property
    def singles(self) -> list[_Single]:
        """The instances."""

        def one(index: int) -> _Single:
            v, g, x, y, c = (self.batch.arrays[name][..., index] for name in ("v", "g", "x", "y", "c"))
            x = x / np.linalg.norm(x, axis=1, keepdims=True)
            net = One(v, g, x, y, np.where(c < 0, -1.0, 1.0), 1.0)
            return _Single(net, float(self.batch.arrays["step"][index]))

        return [one(index) for index in range(self.batch.size)]

    @property
    def error(self) -> FloatArray:
        """By the Jacobian."""
        return np.array([abs(one.error) for one in self.singles])

    @property
    def curvature(self) -> FloatArray:
        """Neuron by neuron."""
        return np.array([one.parts[0] for one in self.singles])

    @property
    def flips(self) -> FloatArray:
        """Neuron by neuron."""
        return np.array([one.parts[1] for one in self.singles])

    @property
    def linear_change(self) -> FloatArray:
        """By the gradient of the first neuron."""
        return np.array([one.parts[2] for one in self.singles])


_View: TypeAlias = _Closed | _Oracle
_VIEWS: Views[_View] = Views(_Closed, _Oracle)


kappa = read("kappa", "|X|₂", lambda b: _state(b).kappa, low=0, strict=True, latex=r"\kappa")
m = size("m", "width")
step = read("step", "step size η", low=0, strict=True, latex=r"\eta")
pace = read(
    "pace",
    "|g_1|/|v_1|",
    lambda b: np.abs(_state(b).g[0]) / _state(b).length[0],
    low=0,
    latex=r"\frac{|g_1|}{\|v_1\|}",
)
residual = read("residual", "|r|", lambda b: _state(b).residual_norm, low=0, latex=r"\|r\|")
step_error = _VIEWS.quantity(
    "step_error", "|f'_1 − f_1 + η(Λr)_1|", lambda v: v.error, low=0, latex=r"|f_1^+-f_1+\eta(\Lambda r)_1|"
)
curvature = _VIEWS.quantity(
    "curvature",
    "m^{-1/2} Σ e_k over the neurons active before or after the step",
    lambda v: v.curvature,
    low=0,
    latex=r"\frac{1}{\sqrt{m}}\sum_k e_k",
)
flip_error = _VIEWS.quantity(
    "flip_error",
    "m^{-1/2} Σ |L_1k| over the neurons whose sign changes",
    lambda v: v.flips,
    low=0,
    latex=r"\frac{1}{\sqrt{m}}\sum_{\mathrm{flip}}|L_{1k}|",
)
linear_change = _VIEWS.quantity(
    "linear_change", "|L_11|, the linear change of g_1 a_11", lambda v: v.linear_change, low=0, latex="|L_{11}|"
)
TABLE: Table = {**STATE, "step": Array("", 1e-3, 30.0)}
SHAPES = ((1, 2, 1), (2, 2, 2), (1, 3, 4), (2, 3, 4), (4, 4, 8), (6, 5, 12))


class ReluSteps(Tabled):
    """Single steps of any size."""

    name = "relu_steps"
    quantities: Mapping[str, Quantity] = vocabulary(globals())
    settings: Mapping[str, tuple[str, ...]] = {}
    regimes = ("generic", "signed", "clustered", "large")
    cost = 5.0
    plentiful = 4

    def shapes(self) -> Sequence[Shape]:
        """Inputs, their dimension, and width; the smallest first."""
        return [dict(zip(("n", "d", "m"), sizes, strict=True)) for sizes in SHAPES]

    def table(self, situation: Situation) -> Table:
        """The same arrays in every situation."""
        return TABLE

    def scalings(self) -> Mapping[str, Scaling]:
        """By the first gain, and the targets."""
        outputs = residual_stretched(lambda batch: _state(batch).output, "y")
        return {"pace": first_stretched("g"), "residual": Scaling(outputs)}

    def draw(self, situation: Situation, regime: str, count: int, rng: np.random.Generator) -> Batch:
        """Draw states as `relu_gains` does, and steps: `large` ones up to 30, elsewhere from 0.02 to 2."""
        arrays = draw_state(situation, "generic" if regime == "large" else regime, count, rng)
        low, high = (1.0, 30.0) if regime == "large" else (0.02, 2.0)
        arrays["step"] = np.exp(rng.uniform(np.log(low), np.log(high), count))
        return self.batch(situation, arrays)

    def structured(self, situation: Situation) -> Iterator[tuple[str, Batch]]:
        """Nearly equal inputs with large residuals, small and large steps."""
        batch = self.draw(situation, "clustered", 6, np.random.default_rng(0))
        steps = np.geomspace(0.01, 10.0, 6)
        yield "nearly equal inputs", self.batch(situation, {**batch.arrays, "step": steps})


RELU_STEPS = ReluSteps()
