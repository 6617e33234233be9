"""Pairs of parameters (θ, θ′) of one regression problem, with a gradient step from θ.

For the statements about restricted strong convexity: what holds between θ and θ′ = θ + δ. A batch holds the arrays of
`regression`, the displacement `dW1`, …, `dWL`, `dv`, and the step size `step` (B,).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.batch import Batch, concatenate
from wnverify.engine.contractions import norm_along
from wnverify.engine.networks import autodiff
from wnverify.families.kit.parts import read, two_routes, vocabulary
from wnverify.families.kit.table import Array, Table
from wnverify.families.networks import regression_fields
from wnverify.families.networks import regression_pairs_fields as fields
from wnverify.families.networks import regression_steps as steps
from wnverify.families.networks.kept import parted
from wnverify.families.networks.problem_extremes import extreme_pairs
from wnverify.families.networks.regression import OverProblems, input_norm, loss, loss_gradient_norm, n
from wnverify.families.networks.regression_draws import REGIMES, draw_problem, rough_smoothness, structured_problems
from wnverify.families.networks.regression_fields import gradient, length
from wnverify.families.networks.setting import Given, L, beta, c0, d, hypotheses, layers, m, slope
from wnverify.families.networks.steering import DISPLACEMENT, move_segment, move_start
from wnverify.family import Move, Scaling, Situation
from wnverify.quantities import Quantity

rho = read(
    "rho",
    "radius ρ₁ at both ends: the least value with ‖v‖₂, ‖v′‖₂ ≤ 1 + ρ₁",
    fields.rho,
    gradient=fields.rho_slope,
    low=0,
    latex=r"\rho",
)
omega = two_routes(
    "omega",
    "minimum weight norm along the segment: the least ‖W_i + tΔ_i‖₂, 0 ≤ t ≤ 1",
    fields.omega,
    fields.omega_by_search,
    gradient=fields.omega_slope,
    low=0,
    strict=True,
    latex=r"\omega",
)
omega_start = read(
    "omega_start",
    "minimum weight norm at θ",
    regression_fields.omega,
    gradient=regression_fields.omega_slope,
    low=0,
    strict=True,
    latex=r"\omega(0)",
)
kappa = two_routes(
    "kappa",
    "κ = |⟨δ,∇𝓛⟩|/(‖δ‖‖∇𝓛‖)",
    fields.kappa,
    fields.kappa_by_oracle,
    gradient=fields.kappa_slope,
    low=0,
    high=1,
    latex=r"\kappa",
)
distance = read(
    "distance",
    "‖δ‖₂ = ‖θ′ − θ‖₂",
    fields.distance,
    gradient=fields.distance_slope,
    low=0,
    strict=True,
    latex=r"\|\theta'-\theta\|_2",
)
loss_other = two_routes(
    "loss_other",
    "𝓛(θ′)",
    fields.loss_other,
    regression_fields.by_oracle(autodiff.oracle_loss, fields.other),
    gradient=fields.loss_other_slope,
    low=0,
    latex=r"\mathcal{L}(\theta')",
)
rsc_gap = two_routes(
    "rsc_gap",
    "𝓛(θ′) − 𝓛(θ) − ⟨δ,∇𝓛(θ)⟩",
    fields.gap,
    fields.gap_in_balls,
    gradient=fields.gap_slope,
    latex=r"\mathcal{L}(\theta')-\mathcal{L}(\theta)-\langle\theta'-\theta,\nabla\mathcal{L}(\theta)\rangle",
)
step = read(
    "step", "step size η", gradient=lambda batch: {"step": np.ones(batch.size)}, low=0, strict=True, latex=r"\eta"
)
loss_next = two_routes(
    "loss_next",
    "𝓛(θ⁺) after the gradient step θ⁺ = θ − η∇𝓛(θ)",
    fields.loss_next,
    regression_fields.by_oracle(autodiff.oracle_loss, fields.after_step),
    gradient=fields.loss_next_slope,
    low=0,
    latex=r"\mathcal{L}(\theta^+)",
)
next_rho = read(
    "next_rho",
    "radius of the output layer after the step",
    fields.next_rho,
    gradient=fields.next_rho_slope,
    low=0,
    latex=r"\rho^+",
)

STANDARD: Given = {
    **hypotheses(input_norm, omega, rows="no zero row on the segment"),
    "not interpolating": (loss, ">", 0),
}
LONGEST = 1e3


class OverPairs(OverProblems):
    """What the families over pairs share: a problem with a displacement δ."""

    regimes = REGIMES
    agreement = 1e-6

    def table(self, situation: Situation) -> Table:
        """The problem, then δ."""
        delta = {**layers(situation.shape["L"], "dW", vectors=False), "dv": Array("m")}
        return {**OverProblems.table(self, situation), **delta}

    def draw(self, situation: Situation, regime: str, count: int, rng: np.random.Generator) -> Batch:
        """Draw problems, then displacements along ±∇𝓛, at random or between, then steps around 1/β_𝓛."""
        start = Batch("regression", situation.shape, situation.settings, draw_problem(situation, regime, count, rng))
        return self._with_pair(start, _chances(start, regime, rng))

    def structured(self, situation: Situation) -> Iterator[tuple[str, Batch]]:
        """The structured problems, each with a fixed variety of displacements."""
        words, starts = zip(*_starts(situation), strict=True)
        chances = _chances(starts[0], "structured", np.random.default_rng(0)).repeated(len(starts))
        pairs = self._with_pair(concatenate(starts), chances)
        for word, arrays in parted(words, pairs.arrays):
            yield word, pairs.with_arrays(arrays)

    def _with_pair(self, start: Batch, chances: _Chances) -> Batch:
        """With δ, and with a step size where the family has one."""
        step = np.clip(chances.step / rough_smoothness(start), 1e-12, LONGEST)
        arrays = {**start.arrays, **_displacements(start, chances), "step": step}
        return self.batch(Situation(start.shape, start.settings), arrays)

    def moves(self) -> Mapping[str, Move]:
        """As for problems, both ends at once."""
        return {**OverProblems.moves(self), "omega": move_segment, "omega_start": move_start}

    def scalings(self) -> Mapping[str, Scaling]:
        """As for problems, and by stretching δ."""
        return {**OverProblems.scalings(self), "distance": DISPLACEMENT}


class RegressionPairs(OverPairs):
    """Regression problems with a displacement δ and a step size η."""

    name = "regression_pairs"
    quantities: Mapping[str, Quantity] = {
        **vocabulary(
            globals(),
            L,
            m,
            d,
            n,
            rho,
            beta,
            c0,
            slope,
            input_norm,
            omega,
            omega_start,
            kappa,
            distance,
            loss,
            loss_gradient_norm,
        ),
        **vocabulary({}, *steps.OF_PAIRS),
    }

    def table(self, situation: Situation) -> Table:
        """The problem, then δ and η as they are."""
        return {**OverPairs.table(self, situation), "step": Array("", 1e-12, LONGEST)}

    def extremes(self, situation: Situation) -> Iterator[tuple[str, Batch]]:
        """Further extreme problems with displacements and steps; see `problem_extremes`."""
        for words, arrays in extreme_pairs(situation):
            yield words, self.batch(situation, arrays)

    def enclosures(self, batch: Batch, names: Collection[str]) -> Mapping[str, Any] | None:
        """Certified balls; see `regression_balls`, which loads python-flint only when asked."""
        from wnverify.families.networks.regression_balls import pair_enclosures

        return pair_enclosures(batch, names)


def _starts(situation: Situation) -> Iterator[tuple[str, Batch]]:
    for words, arrays in structured_problems(situation):
        yield words, Batch("regression", situation.shape, situation.settings, arrays)


@dataclass(frozen=True)
class _Chances:
    """What chance decides of B pairs.

    Args:
        along: how much of ±∇𝓛 is in δ, (B,).
        across: how much that is random, (B,).
        noise: the random part, array by array, (…, B).
        reach: ‖δ‖ over the order of ω, (B,).
        step: η over 1/β_𝓛, (B,).
    """

    along: FloatArray
    across: FloatArray
    noise: dict[str, FloatArray]
    reach: FloatArray
    step: FloatArray

    def repeated(self, times: int) -> _Chances:
        """The same for so many times as many pairs, again and again."""
        noise = {name: np.concatenate([part] * times, axis=-1) for name, part in self.noise.items()}
        along, across, reach, step = (
            np.tile(part, times) for part in (self.along, self.across, self.reach, self.step)
        )
        return _Chances(along, across, noise, reach, step)


def _chances(start: Batch, regime: str, rng: np.random.Generator) -> _Chances:
    """δ of four mixtures of both parts, and from 1e-3 up to the order of ω long; steps around 1/β_𝓛."""
    count = start.size
    kind = rng.integers(4, size=count)
    along = np.where(kind == 3, 0.0, np.where(kind == 2, 0.7, 1.0)) * np.where(rng.random(count) < 0.3, 1.0, -1.0)
    across = np.where(kind == 3, 1.0, np.where(kind == 2, 0.7, 0.0))
    moved = [*(f"W{layer + 1}" for layer in range(start.shape["L"])), "v"]
    noise = {f"d{name}": rng.standard_normal(start.arrays[name].shape) for name in moved}
    reach = np.exp(rng.uniform(np.log(1e-3), np.log(3.0 if regime == "wide" else 0.9), count))
    return _Chances(along, across, noise, reach, np.exp(rng.uniform(np.log(0.05), np.log(2.0), count)))


def _displacements(start: Batch, chances: _Chances) -> dict[str, FloatArray]:
    """δ: a random part and a part along ±∇𝓛; its length up to the order of ω.

    Where ∇𝓛 vanishes, δ is random.
    """
    count, down = start.size, gradient(start)
    steep = length(down)
    size, across = np.maximum(steep, 1e-300), np.where(steep == 0.0, 1.0, chances.across)
    named = {f"dW{layer + 1}": part[:, :, 0] for layer, part in enumerate(down.W)} | {"dv": down.v[:, 0]}
    total = np.sqrt(sum((part.reshape(-1, count) ** 2).sum(axis=0) for part in chances.noise.values()))
    along, noise = chances.along, chances.noise
    mixed = {name: along * part / size + across * noise[name] / total for name, part in named.items()}
    actual = np.sqrt(sum((part.reshape(-1, count) ** 2).sum(axis=0) for part in mixed.values()))
    rows = [norm_along(start.arrays[f"W{layer + 1}"], axis=1) for layer in range(start.shape["L"])]
    longest = np.minimum(np.minimum.reduce([norms.min(axis=0) for norms in rows]), 1.0)
    reach = longest * chances.reach
    return {name: part * reach / np.maximum(actual, 1e-300) for name, part in mixed.items()}


PAIRS = RegressionPairs()
