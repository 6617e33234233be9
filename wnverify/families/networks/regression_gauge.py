"""Regression problems with a scale s for all rows: what a change of the row norms alone does to the loss's gradient.

A batch holds the arrays of `regression` and `scale` (B,). Weight normalization makes W → sW a gauge: f and 𝓛 stay.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

import numpy as np

from wnverify.batch import Batch
from wnverify.families.kit.parts import read, two_routes, vocabulary
from wnverify.families.kit.table import Array, Table
from wnverify.families.networks import regression_ratios as ratios
from wnverify.families.networks.problem_extremes import extreme_problems
from wnverify.families.networks.regression import (
    OverProblems,
    input_norm,
    loss,
    loss_gradient_norm,
    n,
    omega,
    ratio_v,
    ratio_W,
)
from wnverify.families.networks.regression_draws import REGIMES, draw_problem, structured_problems
from wnverify.families.networks.setting import Given, L, beta, c0, d, hypotheses, m, slope
from wnverify.families.networks.weight_norm import rho
from wnverify.family import Arrays, Situation
from wnverify.quantities import Quantity

scale = read(
    "scale",
    "s, by which all rows are scaled",
    gradient=lambda batch: {"scale": np.ones(batch.size)},
    low=0,
    strict=True,
    latex="s",
)
ratio_scaled = two_routes(
    "ratio_scaled",
    "‖∇𝓛‖²/𝓛 at the rows sW, measured there",
    ratios.ratio("Wv", ratios.scaled),
    ratios.ratio_by_oracle("Wv", ratios.scaled),
    gradient=ratios.scaled_slope("Wv"),
    low=0,
    latex="R(sW)",
)

NONZERO: Given = {"no zero row": (omega, ">", 0), "not interpolating": (loss, ">", 0)}
"""All that the gauge itself supposes."""
STANDARD: Given = {**hypotheses(input_norm, omega), "not interpolating": (loss, ">", 0)}
SCALES = (1e-3, 1e3)


class Gauges(OverProblems):
    """Regression problems with a scale s for all rows."""

    name = "regression_gauge"
    quantities: Mapping[str, Quantity] = vocabulary(
        globals(), L, m, d, n, rho, beta, c0, slope, input_norm, omega, loss, loss_gradient_norm, ratio_v, ratio_W
    )
    regimes = REGIMES

    def table(self, situation: Situation) -> Table:
        """The problem, then s."""
        return {**OverProblems.table(self, situation), "scale": Array("", *SCALES)}

    def draw(self, situation: Situation, regime: str, count: int, rng: np.random.Generator) -> Batch:
        """Draw problems as for `regression`, then s on a logarithmic scale; half of them near 1."""
        arrays = draw_problem(situation, regime, count, rng)
        spread = np.where(rng.random(count) < 0.5, 1.0, np.log(SCALES[1]))
        return self.batch(situation, {**arrays, "scale": np.exp(spread * rng.uniform(-1.0, 1.0, count))})

    def structured(self, situation: Situation) -> Iterator[tuple[str, Batch]]:
        """The structured problems, each with s from a fixed variety."""
        for words, arrays in structured_problems(situation):
            yield words, self.batch(situation, _with_scales(arrays))

    def extremes(self, situation: Situation) -> Iterator[tuple[str, Batch]]:
        """Further extreme problems; see `problem_extremes`."""
        for words, arrays in extreme_problems(situation):
            yield words, self.batch(situation, _with_scales(arrays))

    def enclosures(self, batch: Batch, names: Collection[str]) -> Mapping[str, Any] | None:
        """Certified balls; see `regression_balls`, which loads python-flint only when asked."""
        from wnverify.families.networks.regression_balls import gauge_enclosures

        return gauge_enclosures(batch, names)


def _with_scales(arrays: Arrays) -> Arrays:
    varied = np.array([2.0, 1e-3, 1.0, 1e3, 0.3, 10.0, 1.1])
    return {**arrays, "scale": varied[np.arange(arrays["v"].shape[1]) % varied.size]}


GAUGE = Gauges()
