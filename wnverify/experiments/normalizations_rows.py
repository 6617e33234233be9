"""The points of the experiment on normalizations: gradient and Hessian, at random and at the worst that is found.

Every layer has ‖W^l‖_F = √m (where
rows are normalised, rows of norm 1), the output layer norm 1, and so has the input.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from threadpoolctl import threadpool_limits

from wnverify.experiments.kit.attained import Effort, attain
from wnverify.experiments.kit.pinned_layers import (
    Pin,
    PinnedLayers,
    conditioned,
    ones,
    unit,
    unit_centred,
    unit_layers,
)
from wnverify.families.normalizations.batch_norm_layers import BATCH_NORM
from wnverify.families.normalizations.frobenius import FROBENIUS
from wnverify.families.normalizations.gains import GAINS
from wnverify.families.normalizations.residual import RESIDUAL_STACK
from wnverify.families.normalizations.rms_norm import RMS_NORM
from wnverify.families.normalizations.spectral import SPECTRAL
from wnverify.families.normalizations.weight_standardization import WEIGHT_STANDARDIZATION
from wnverify.families.own.architecture import Architecture
from wnverify.family import Situation

ACTIVATIONS = ("identity", "tanh")
ENDS: Mapping[str, Pin] = {"v": unit, "x": unit}
SAMPLES, GAP, CONDITION = 6, 0.99, 2.0
"""Of a batch; the largest σ₂/σ₁ of spectral normalization; the largest σ₁/σ_m of RMSNorm with ε = 0."""


@dataclass(frozen=True)
class Normalization:
    """One network of the comparison.

    Args:
        name: what the page calls it.
        net: its architecture.
        weights: how the scale of its layers is fixed.
        trained: the arrays by which derivatives are taken.
        settings: its settings but for the activation.
        others: how the scales of further arrays are fixed.
        width: m; None for that of the experiment.
        bounded: whether the worst is sought; without it there is no largest value.
        patience: how many times as many restarts as the others, where ascents often end too low.
    """

    name: str
    net: Architecture
    weights: Pin
    trained: tuple[str, ...] = ("W", "v")
    settings: Mapping[str, str] = field(default_factory=dict)
    others: Mapping[str, Pin] = field(default_factory=dict)
    width: int | None = None
    bounded: bool = True
    patience: int = 1

    def family(self) -> PinnedLayers:
        """The networks with their scales fixed."""
        return PinnedLayers(self.net, {**ENDS, "W": self.weights, **self.others}, self.trained)

    def situation(self, activation: str, depth: int, width: int) -> Situation:
        """At one depth."""
        sizes = {"L": depth, "m": self.width or width}
        if self.net is BATCH_NORM:
            sizes["n"] = SAMPLES
        return Situation(sizes, {"activation": activation, **self.settings})


_RMS, _LAYER = {"norm": "RMSNorm"}, {"norm": "LayerNorm"}
NORMALIZATIONS = (
    Normalization("WeightNorm", GAINS, unit, others={"g": ones}),
    Normalization("W/‖W‖_F", FROBENIUS, unit_layers),
    Normalization("weight standardization", WEIGHT_STANDARDIZATION, unit_centred, settings={"epsilon": "0"}),
    Normalization("RMSNorm, ε = 1", RMS_NORM, unit_layers, settings={**_RMS, "epsilon": "1"}),
    Normalization("LayerNorm, ε = 1", RMS_NORM, unit_layers, settings={**_LAYER, "epsilon": "1"}),
    Normalization("BatchNorm, ε = 1", BATCH_NORM, unit_layers, settings={"epsilon": "1"}),
    Normalization("WeightNorm, gains trained", GAINS, unit, ("W", "g", "v"), others={"g": ones}),
    Normalization("spectral, σ₂ ≤ 0.99 σ₁, m = 2", SPECTRAL, conditioned(0.0, GAP), width=2),
    Normalization("residual WeightNorm, c = 1", RESIDUAL_STACK, unit, others={"c": ones}),
    Normalization(
        "RMSNorm, ε = 0, σ₁ ≤ 2σ_m",
        RMS_NORM,
        conditioned(1 / CONDITION, 1.0),
        settings={**_RMS, "epsilon": "none"},
        patience=3,
    ),
    Normalization("LayerNorm, ε = 0", RMS_NORM, unit_layers, settings={**_LAYER, "epsilon": "none"}, bounded=False),
    Normalization("BatchNorm, ε = 0", BATCH_NORM, unit_layers, settings={"epsilon": "none"}, bounded=False),
)
"""In the order of the page: those that are the same as WeightNorm at these scales, or come near, first."""


@dataclass(frozen=True)
class Point:
    """What is computed at once.

    Args:
        name: the normalization.
        activation: φ.
        depth: L.
        width: m, where the normalization does not say another.
        effort: how hard the search tries.
    """

    name: str
    activation: str
    depth: int
    width: int
    effort: Effort


@dataclass(frozen=True)
class Row:
    """One normalization, activation and depth.

    Args:
        name: the normalization.
        activation: φ.
        depth: L.
        width: m.
        usual_gradient: the median of ‖∇f‖₂ at random initialisation.
        usual_hessian: that of ‖∇²f‖₂.
        worst_gradient: the largest ‖∇f‖₂ that was found; None where there is no largest.
        worst_hessian: that of ‖∇²f‖₂.
        tried: how many networks the ascents evaluated.
    """

    name: str
    activation: str
    depth: int
    width: int
    usual_gradient: float
    usual_hessian: float
    worst_gradient: float | None
    worst_hessian: float | None
    tried: int

    @property
    def usual(self) -> tuple[float, float]:
        """Both medians."""
        return self.usual_gradient, self.usual_hessian

    @property
    def worst(self) -> tuple[float, float] | None:
        """Both of the worst, if there is a largest value."""
        if self.worst_gradient is None or self.worst_hessian is None:
            return None
        return self.worst_gradient, self.worst_hessian


def measure(point: Point, seed: int) -> list[Row]:
    """The row of a point.

    Args:
        point: which.
        seed: of all randomness.
    """
    number = [each.name for each in NORMALIZATIONS].index(point.name)
    each, index = NORMALIZATIONS[number], ACTIVATIONS.index(point.activation)
    family, situation = each.family(), each.situation(point.activation, point.depth, point.width)
    effort, rng = point.effort, np.random.default_rng([seed, number, index, point.depth])
    usual = _usual(family, situation, 4 * effort.starts, rng)
    place = point.name, point.activation, point.depth, point.width
    if not each.bounded:
        return [Row(*place, *usual, None, None, 0)]
    effort = replace(effort, restarts=each.patience * effort.restarts)
    steep, first = attain(family.steep, situation, effort, rng, family)
    curved, second = attain(family.curved, situation, effort, rng, family)
    return [Row(*place, *usual, steep, curved, first + second)]


def _usual(family: PinnedLayers, situation: Situation, count: int, rng: np.random.Generator) -> tuple[float, float]:
    """Medians over Gaussian weights and inputs."""
    with threadpool_limits(1):
        batch = family.draw(situation, "gaussian", count, rng)
        steep, curved = (np.median(each.route.measure(batch)) for each in (family.steep, family.curved))
    return float(steep), float(curved)
