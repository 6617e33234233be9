"""WeightNorm networks: the family of Cisneros-Velarde et al. (arXiv:2409.08935), and its plain control.

`f(θ;x) = ⟨v, α^L⟩`, `α^l = φ(z^l)`, `z_i^l = m^{-1/2} ⟨W_i^l/‖W_i^l‖, α^{l-1}⟩`, `α^0 = x` (scaling `fan_out`).
A batch holds `W1` (m, d, B), …, `WL` (m, m, B), `v` (m, B) and `x` (d, B).
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import sympy

from wnverify.batch import Batch
from wnverify.engine.activations import ACTIVATIONS
from wnverify.families.kit.parts import read, two_routes, vocabulary
from wnverify.families.kit.table import Array, Table
from wnverify.families.networks import weight_norm_curvature as curvature
from wnverify.families.networks import weight_norm_fields as fields
from wnverify.families.networks import weight_norm_sizes as sizes
from wnverify.families.networks import weight_norm_steps as steps
from wnverify.families.networks.coordinates import NetworkCoordinates
from wnverify.families.networks.extremes import extreme_networks
from wnverify.families.networks.moves import moves, rows_of_one_norm
from wnverify.families.networks.portrait import pictures, portrait
from wnverify.families.networks.setting import (
    Given,
    L,
    OverNetworks,
    beta,
    c0,
    check_rows,
    d,
    hypotheses,
    layers,
    m,
    slope,
)
from wnverify.families.networks.steering import PLAINLY, STEEP
from wnverify.families.networks.weight_norm_curvature import HIGH, LOW
from wnverify.families.networks.weight_norm_draws import REGIMES, draw_network, structured_networks
from wnverify.family import Coordinates, Move, Scaling, Settings, Shape, Situation
from wnverify.pictures import Picture
from wnverify.quantities import Quantity, Route

rho = read(
    "rho",
    "radius ρ₁ of the output layer around its unit initialisation: the least value with ‖v‖₂ ≤ 1 + ρ₁",
    fields.rho,
    gradient=fields.rho_slope,
    low=0,
    latex=r"\rho",
)
omega = read(
    "omega",
    "minimum weight norm: the least ‖W_i^l‖₂ over layers and rows",
    fields.omega,
    gradient=fields.omega_slope,
    low=0,
    strict=True,
    latex=r"\omega",
)
input_norm = read("input_norm", "‖x‖₂", fields.input_norm, gradient=fields.input_norm_slope, low=0, latex=r"\|x\|_2")
output_weight_norm = two_routes(
    "output_weight_norm",
    "‖v‖₂, the output weights",
    sizes.output_norm,
    sizes.output_norm_by_dot,
    gradient=sizes.output_norm_slope,
    low=0,
    latex=r"\|v\|_2",
)
row_norm_max = two_routes(
    "row_norm_max",
    "largest ‖W_i^l‖₂ over layers and rows",
    sizes.longest_row,
    sizes.longest_row_by_gram,
    gradient=sizes.longest_row_slope,
    low=0,
    latex=r"\max_{l,i}\|W_i^{(l)}\|_2",
)
weight_frobenius = two_routes(
    "weight_frobenius",
    "largest ‖W^l‖_F over the layers",
    sizes.frobenius,
    sizes.frobenius_by_values,
    gradient=sizes.frobenius_slope,
    low=0,
    latex=r"\max_l\|W^{(l)}\|_F",
)
weight_spectral = two_routes(
    "weight_spectral",
    "largest spectral norm ‖W^l‖₂ over the layers",
    sizes.spectral,
    sizes.spectral_by_gram,
    gradient=sizes.spectral_slope,
    low=0,
    latex=r"\max_l\|W^{(l)}\|_2",
)
output_abs = two_routes(
    "output_abs",
    "|f(θ;x)|",
    fields.output_abs,
    fields.output_by_oracle,
    gradient=fields.output_slope,
    low=0,
    latex=r"|f(\theta;x)|",
)


def _gradient(name: str, parts: str, meaning: str, *, latex: str) -> Quantity:
    gradient = fields.norm_slope(parts)
    return fields.GRADIENTS.quantity(name, meaning, fields.norm_of(parts), gradient=gradient, low=0, latex=latex)


gradient_norm = _gradient("gradient_norm", "Wv", "‖∇_θ f‖₂, all parameters", latex=r"\|\nabla_\theta f\|_2")
hidden_gradient_norm = _gradient(
    "hidden_gradient_norm", "W", "‖∇_W f‖₂, the hidden layers' parameters", latex=r"\|\nabla_W f\|_2"
)
input_gradient_norm = _gradient("input_gradient_norm", "x", "‖∇_x f‖₂", latex=r"\|\nabla_x f\|_2")
gradient_norm_v = _gradient("gradient_norm_v", "v", "‖∂f/∂v‖₂, the output weights", latex=r"\|\nabla_v f\|_2")


def _of_layer(name: str, layer: int, meaning: str, *, latex: str) -> Quantity:
    formula, gradient = fields.layer_norm_of(layer), fields.layer_norm_slope(layer)
    return fields.GRADIENTS.quantity(name, meaning, formula, gradient=gradient, low=0, latex=latex)


gradient_norm_W1 = _of_layer(
    "gradient_norm_W1", 0, "‖∂f/∂W^1‖_F, the first layer", latex=r"\|\partial_{W^{(1)}}f\|_F"
)
gradient_norm_WL = _of_layer(
    "gradient_norm_WL", -1, "‖∂f/∂W^L‖_F, the last hidden layer", latex=r"\|\partial_{W^{(L)}}f\|_F"
)
layer_gradient_norm = fields.GRADIENTS.quantity(
    "layer_gradient_norm",
    "largest ‖∂f/∂W^l‖_F over the hidden layers",
    fields.largest_layer,
    gradient=fields.largest_layer_slope,
    low=0,
    latex=r"\max_l\|\partial_{W^{(l)}}f\|_F",
)
hessian_norm = Quantity(
    "hessian_norm",
    "spectral norm of the Hessian, ‖∇²_θ f‖₂",
    route=Route(
        fields.hessian_norm,
        fields.hessian_slope,
        fields.hessian_norm_by_oracle,
        fields.hessian_norm_lower,
        square=True,
    ),
    low=0,
    latex=r"\|\nabla^2_\theta f\|_2",
)
hessian_min = Quantity(
    "hessian_min",
    "least eigenvalue of ∇²_θ f, ≤ 0 as f is linear in v",
    route=Route(curvature.hessian_min, curvature.end_slope(LOW), curvature.end_by_oracle(LOW), square=True),
    high=0,
    latex=r"\lambda_{\min}(\nabla^2_\theta f)",
)
hessian_max = Quantity(
    "hessian_max",
    "greatest eigenvalue of ∇²_θ f, ≥ 0 as f is linear in v",
    route=Route(curvature.hessian_max, curvature.end_slope(HIGH), curvature.end_by_oracle(HIGH), square=True),
    low=0,
    latex=r"\lambda_{\max}(\nabla^2_\theta f)",
)
hessian_trace = Quantity(
    "hessian_trace",
    "trace of ∇²_θ f",
    route=Route(
        curvature.hessian_trace, curvature.hessian_trace_slope, curvature.hessian_trace_by_oracle, square=True
    ),
    latex=r"\mathrm{tr}(\nabla^2_\theta f)",
)
hessian_frobenius = Quantity(
    "hessian_frobenius",
    "Frobenius norm ‖∇²_θ f‖_F",
    route=Route(
        curvature.hessian_frobenius,
        curvature.hessian_frobenius_slope,
        curvature.hessian_frobenius_by_oracle,
        square=True,
    ),
    low=0,
    latex=r"\|\nabla^2_\theta f\|_F",
)
hidden_hessian_norm = Quantity(
    "hidden_hessian_norm",
    "spectral norm of the Hessian's block of the hidden layers, ‖∂²f/∂W²‖₂",
    route=Route(curvature.hidden_norm, curvature.hidden_norm_slope, curvature.hidden_norm_by_oracle, square=True),
    low=0,
    latex=r"\|\nabla^2_W f\|_2",
)
cross_hessian_norm = two_routes(
    "cross_hessian_norm",
    "spectral norm of the Hessian's block between hidden layers and output weights, ‖∂²f/∂W∂v‖₂",
    curvature.cross_norm,
    curvature.cross_norm_by_oracle,
    gradient=curvature.cross_norm_slope,
    low=0,
    latex=r"\|\partial_W\partial_v f\|_2",
)
input_hessian_norm = two_routes(
    "input_hessian_norm",
    "spectral norm of the Hessian in the input, ‖∇²_x f‖₂",
    curvature.input_hessian_norm,
    curvature.input_hessian_norm_by_oracle,
    gradient=curvature.input_hessian_norm_slope,
    low=0,
    latex=r"\|\nabla^2_x f\|_2",
)
direction_norm = two_routes(
    "direction_norm",
    "largest spectral norm ‖W̄^l‖₂ over the layers' matrices of normalised rows",
    fields.direction_norm,
    fields.direction_norm_by_gram,
    gradient=fields.direction_norm_slope,
    low=0,
    latex=r"\max_l\|\bar{W}^{(l)}\|_2",
)
_ALIGNMENT = (
    "row_alignment",
    "largest |⟨W_i, ∂f/∂W_i⟩| over all rows, divided by 1 + ρ₁",
    fields.row_alignment,
    fields.row_alignment_by_oracle,
)
_ALIGNED = r"\max_i|\langle W_i,\partial_{W_i}f\rangle|/(1+\rho)"
row_alignment = two_routes(*_ALIGNMENT, low=0, latex=_ALIGNED)

_FIRST = vocabulary(globals(), L, m, d, rho, omega, beta, c0, slope)
QUANTITIES: Mapping[str, Quantity] = {**_FIRST, **vocabulary({}, *steps.QUANTITIES)}

_CLIMBED = two_routes(*_ALIGNMENT, gradient=fields.row_alignment_slope, low=0, latex=_ALIGNED)
PLAIN_QUANTITIES: Mapping[str, Quantity] = {**_FIRST, "row_alignment": _CLIMBED}
"""Rows that are normalised are never aligned with their derivative; of others the alignment can be climbed."""
LIPSCHITZ: Given = hypotheses(input_norm, omega, smooth=False)
"""Hypotheses of the bounds on values and gradients; under `fan_in` the input ball has radius √d."""
STANDARD: Given = hypotheses(input_norm, omega)
"""The hypotheses of the paper's setting, with a bounded second derivative of the activation."""

SHAPES = (
    (1, 1, 1), (1, 2, 1), (1, 1, 2), (1, 2, 2), (2, 1, 1), (1, 4, 2), (2, 2, 2), (2, 4, 3), (3, 3, 2),
    (4, 3, 2), (2, 6, 3), (3, 4, 4), (6, 3, 2), (4, 4, 4), (3, 8, 4), (8, 4, 3),
)  # fmt: skip
DEEP = (
    (1, 2, 2), (2, 2, 2), (8, 3, 2), (1, 1, 1), (1, 4, 2), (2, 4, 2), (3, 3, 2), (2, 6, 2),
    (5, 4, 2), (2, 12, 2), (3, 6, 2), (6, 2, 2), (12, 2, 2), (4, 4, 4), (8, 6, 2), (3, 8, 4),
)  # fmt: skip
"""Deep and wide enough to tell 2 − 1/m from 2, and L from no L."""
NARROW = (
    (3, 2, 2), (3, 3, 2), (2, 1, 2), (2, 2, 2), (5, 2, 2), (2, 3, 2), (2, 4, 2), (3, 4, 2),
    (8, 2, 2), (5, 3, 2), (6, 4, 2), (2, 6, 2), (12, 2, 2), (8, 3, 2), (3, 6, 2), (4, 8, 2),
)  # fmt: skip
"""Small, for long ascents: the maxima of what is only conjectured are hard to climb."""


class WeightNorm(OverNetworks):
    """Networks of equal hidden width m, depth L and input dimension d, with or without normalised rows.

    Args:
        normalised: False for the plain control, whose rows are used as they are.
        shapes: (L, m, d) to try, from the smallest to the largest; a budget decides how many of them are.
        cost: as for every family; deeper shapes are dearer.
    """

    def __init__(
        self, *, normalised: bool = True, shapes: Sequence[tuple[int, int, int]] = SHAPES, cost: float = 1.0
    ) -> None:
        self.name = "weight_norm" if normalised else "plain_network"
        self.normalised, self.control = normalised, not normalised
        self.sizes, self.cost, self.plentiful = tuple(shapes), cost, 4 if normalised else 1
        self.quantities = QUANTITIES if normalised else PLAIN_QUANTITIES
        self.settings = {"activation": tuple(ACTIVATIONS), "scaling": ("fan_out", "fan_in")}
        self.regimes = REGIMES

    @property
    def alike(self) -> Hashable:
        """Those of other shapes are; one with further quantities, or of a kind of its own, is not."""
        known = self.quantities is QUANTITIES or self.quantities is PLAIN_QUANTITIES
        return (type(self), self.name) if known else self

    def shapes(self) -> Sequence[Shape]:
        """Depth, width and input dimension, from 2 parameters to about 200."""
        return [{"L": depth, "m": width, "d": inputs} for depth, width, inputs in self.sizes]

    def table(self, situation: Situation) -> Table:
        """Rows, output weights, the input."""
        rows = layers(situation.shape["L"], vectors=self.normalised)
        return {**rows, "v": Array("m"), "x": Array("d")}

    def moves(self) -> Mapping[str, Move]:
        """By scaling v, all rows, or x."""
        return moves("x")

    def scalings(self) -> Mapping[str, Scaling]:
        """By stretching v or all rows."""
        return STEEP if self.normalised else PLAINLY

    def draw(self, situation: Situation, regime: str, count: int, rng: np.random.Generator) -> Batch:
        """Draw networks in one regime; see `weight_norm_draws` for what each regime is."""
        return self.batch(situation, draw_network(situation, regime, count, rng))

    def structured(self, situation: Situation) -> Iterator[tuple[str, Batch]]:
        """Extreme rows × inputs × output layers × norms."""
        for words, arrays in structured_networks(situation):
            yield words, self.batch(situation, arrays)

    def extremes(self, situation: Situation) -> Iterator[tuple[str, Batch]]:
        """Further kinds of rows, inputs and output layers; see `extremes`."""
        for words, arrays in extreme_networks(situation, normalised=self.normalised):
            yield words, self.batch(situation, arrays)

    def coordinates(self, situation: Situation) -> Coordinates:
        """Gauge-fixed coordinates; see `NetworkCoordinates`."""
        return NetworkCoordinates(self.name, situation)

    def rescaling(self, settings: Settings) -> Mapping[sympy.Symbol, Any]:
        """As for all networks; and ∇_x f carries 1/√d, ∇²_x f carries 1/d."""
        found = OverNetworks.rescaling(self, settings)
        in_x = {input_gradient_norm: sympy.sqrt(d) * input_gradient_norm, input_hessian_norm: d * input_hessian_norm}
        return {**found, **in_x} if found else {}

    def inside(self, batch: Batch) -> Batch:
        """Inputs shortened by 1e-12, relative: the only limit of the domain that an instance can sit on."""
        return batch.with_arrays({**batch.arrays, "x": batch.arrays["x"] * (1 - 1e-12)})

    def gauges(self, batch: Batch) -> Iterator[Batch]:
        """Rows of one norm; those of the plain control are no gauge."""
        yield from rows_of_one_norm(batch) if self.normalised else ()

    def enclosures(self, batch: Batch, names: Collection[str]) -> Mapping[str, Any] | None:
        """Certified balls; see `weight_norm_balls`, which loads python-flint only when asked."""
        from wnverify.families.networks.weight_norm_balls import enclosures

        return enclosures(batch, names, normalised=self.normalised)

    def scalable(self, batch: Batch) -> Sequence[Sequence[str]]:
        """The input, the output weights, all rows."""
        return [["x"], ["v"], [f"W{layer + 1}" for layer in range(batch.shape["L"])]]

    def portrait(self, batch: Batch) -> list[tuple[str, str]]:
        """The angles in a network with normalised rows; see `portrait`."""
        return portrait(batch) if self.normalised else []

    def pictures(self, batch: Batch) -> list[Picture]:
        """The same as arrows; see `pictures`."""
        return pictures(batch) if self.normalised else []

    def check(self, batch: Batch) -> None:
        """Refuse what is not a network.

        Raises:
            RecordError: if an array is missing or misshapen, or a row cannot be normalised.
        """
        OverNetworks.check(self, batch)
        check_rows(fields.network(batch))


WEIGHT_NORM = WeightNorm()
PLAIN = WeightNorm(normalised=False)
DEEP_NETWORKS = WeightNorm(shapes=DEEP, cost=1.5)
DEEP_PLAIN = WeightNorm(normalised=False, shapes=DEEP, cost=1.5)
NARROW_NETWORKS = WeightNorm(shapes=NARROW)
"""A family found by its name is the first of that name: these three share theirs with the two above."""
