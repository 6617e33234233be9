"""How far gradients of a sample's loss lie from those of the population, over finite sets of networks: exact.

The distribution puts mass p_j on the pair (x_j, y_j), j = 1..N, and Θ consists of K networks θ_1, …, θ_K. All samples
of size n are listed with their probabilities, so that quantiles and means over samples, and over signs, are exact. A
batch holds `X` (d, N, B), `y` and `mass` (N, B), p being the mass over its sum, the networks `W1` (K, m, d, B), …,
`v` (K, m, B), and `delta`, `exponent` (B,). The loss is (f − y)², or √(1 + (f−y)²) − 1. The first and the last
network are also a pair (θ, θ′) as that of `regression_pairs`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.errors import RecordError, expected
from wnverify.families.kit.parts import read, two_routes, vocabulary
from wnverify.families.kit.steering import stretching
from wnverify.families.kit.table import Array, Table, TableCoordinates
from wnverify.families.networks import gradient_deviation_fields as fields
from wnverify.families.networks import gradient_deviation_oracle as oracle
from wnverify.families.networks.coordinates import in_ball
from wnverify.families.networks.gradient_deviation_draws import REGIMES, draw_distribution
from wnverify.families.networks.moves import move_inputs
from wnverify.families.networks.regression import input_norm, n
from wnverify.families.networks.setting import Given, L, OverNetworks, beta, c0, d, hypotheses, layers, m, slope
from wnverify.family import Arrays, Coordinates, Move, Scaling, Shape, Situation
from wnverify.quantities import Interval, Quantity

delta = read("delta", "failure probability δ", low=0, high=1, strict=True)
exponent = read("exponent", "exponent a of gradient domination, 𝓛_D − 𝓛* ≤ c‖∇𝓛_D‖^a", low=1, high=2, latex="a")
deviation_quantile = two_routes(
    "deviation_quantile",
    "the least t with P(max_k ‖∇𝓛_D(θ_k) − ∇𝓛_n(θ_k)‖ ≤ t) ≥ 1 − δ over samples",
    fields.deviation_quantile,
    oracle.deviation_quantile_slowly,
    low=0,
    latex=r"q_{1-\delta}(\max_k\|\nabla\mathcal{L}_D-\nabla\mathcal{L}_n\|)",
)
mean_deviation = two_routes(
    "mean_deviation",
    "E max_k ‖∇𝓛_D(θ_k) − ∇𝓛_n(θ_k)‖ over samples",
    fields.mean_deviation,
    oracle.mean_deviation_slowly,
    low=0,
    latex=r"\mathbb{E}\max_k\|\nabla\mathcal{L}_D-\nabla\mathcal{L}_n\|",
)
vector_rademacher = two_routes(
    "vector_rademacher",
    "E max_k ‖(1/n) Σ_i ε_i ∇ℓ_i(θ_k)‖ over samples and signs",
    fields.vector_rademacher,
    oracle.vector_rademacher_slowly,
    low=0,
    latex=r"\hat{\mathfrak{R}}_n(\nabla\ell)",
)
largest_gradient = two_routes(
    "largest_gradient",
    "max_{k,j} ‖∇ℓ(f(θ_k; x_j), y_j)‖",
    fields.largest_gradient,
    oracle.largest_gradient_slowly,
    low=0,
    latex=r"\max_{k,j}\|\nabla\ell_j(\theta_k)\|",
)
excess_quantile = two_routes(
    "excess_quantile",
    "the least t with P(max_k [((𝓛_D(θ_k) − 𝓛*)/c)^{1/a} − ‖∇𝓛_n(θ_k)‖] ≤ t) ≥ 1 − δ over samples, 𝓛* = min 𝓛_D(θ_k) "
    "and c the least number with 𝓛_D(θ_k) − 𝓛* ≤ c‖∇𝓛_D(θ_k)‖^a for all k",
    fields.excess_quantile,
    oracle.excess_quantile_slowly,
    latex=r"q_{1-\delta}(\mathrm{excess})",
)
gradient_floor = two_routes(
    "gradient_floor",
    "the largest t with P(‖∇𝓛_n(θ)‖ ≥ t) ≥ 1 − δ over samples, at the first network",
    fields.gradient_floor,
    oracle.gradient_floor_slowly,
    low=0,
    latex=r"q_{\delta}(\|\nabla\mathcal{L}_n(\theta)\|)",
)
loss = two_routes(
    "loss",
    "𝓛_D(θ), at the first network",
    lambda batch: fields.population(batch)[1][0],
    oracle.loss_slowly,
    low=0,
    latex=r"\mathcal{L}_D(\theta)",
)
loss_other = two_routes(
    "loss_other",
    "𝓛_D(θ′), at the last network",
    lambda batch: fields.population(batch)[1][-1],
    oracle.loss_other_slowly,
    low=0,
    latex=r"\mathcal{L}_D(\theta')",
)
loss_gradient_norm = two_routes(
    "loss_gradient_norm",
    "‖∇𝓛_D(θ)‖₂, at the first network",
    lambda batch: fields.population(batch)[0][0],
    oracle.loss_gradient_norm_slowly,
    low=0,
    latex=r"\|\nabla\mathcal{L}_D(\theta)\|_2",
)
kappa = two_routes(
    "kappa", "κ = |⟨δ,∇𝓛_D⟩|/(‖δ‖‖∇𝓛_D‖)", fields.kappa, oracle.kappa_slowly, low=0, high=1, latex=r"\kappa"
)
distance = read("distance", "‖δ‖₂ = ‖θ′ − θ‖₂", fields.distance, low=0, latex=r"\|\theta'-\theta\|_2")
omega_start = read(
    "omega_start", "minimum weight norm at θ", fields.omega_start, low=0, strict=True, latex=r"\omega(0)"
)
rho = read("rho", "radius ρ₁: the least value with ‖v‖₂ ≤ 1 + ρ₁ for all networks", fields.rho, low=0, latex=r"\rho")

STANDARD: Given = {**hypotheses(input_norm), "two networks": (distance, ">", 0)}
SHAPES = (
    (1, 1, 1, 2, 1, 1), (1, 1, 2, 1, 64, 2), (1, 2, 2, 2, 1, 3), (2, 2, 2, 2, 16, 2), (1, 3, 2, 3, 4, 4),
    (1, 1, 1, 2, 24, 2), (2, 3, 3, 3, 6, 3), (3, 3, 2, 4, 3, 5), (1, 8, 4, 2, 32, 2), (2, 4, 4, 4, 5, 8),
)  # fmt: skip
"""L, m, d, points N, sample size n, networks K."""


def _repaired(arrays: Arrays) -> Arrays:
    return {**arrays, "X": in_ball(arrays["X"])}


class FiniteSets(OverNetworks):
    """Distributions on N points, with K networks."""

    name = "gradient_deviation"
    quantities: Mapping[str, Quantity] = vocabulary(globals(), L, m, d, n, beta, c0, slope, input_norm)
    settings: Mapping[str, tuple[str, ...]] = {
        "activation": ("identity", "tanh", "sin", "softplus0"),
        "scaling": ("fan_out",),
        "loss": (fields.SQUARE, "smoothed"),
    }
    regimes = REGIMES
    cost = 6.0
    agreement = 1e-7

    def shapes(self) -> Sequence[Shape]:
        """Depth, width, input dimension, number of points, sample size and number of networks."""
        return [dict(zip(("L", "m", "d", "N", "n", "K"), sizes, strict=True)) for sizes in SHAPES]

    def draw(self, situation: Situation, regime: str, count: int, rng: np.random.Generator) -> Batch:
        """Draw points, networks and targets; see `gradient_deviation_draws`."""
        self.table(situation)
        return self.within(situation, draw_distribution(situation, regime, count, rng))

    def structured(self, situation: Situation) -> Iterator[tuple[str, Batch]]:
        """Every regime once."""
        for regime in self.regimes:
            yield regime, self.draw(situation, regime, 4, np.random.default_rng(0))

    def table(self, situation: Situation) -> Table:
        """The distribution, the networks, δ and the exponent.

        Raises:
            RecordError: if there are too many outcomes to list.
        """
        shape, K = situation.shape, situation.shape["K"]
        if fields.listed(shape["n"], 2 * shape["N"]) > fields.MOST_LISTED:
            wanted = f"at most {fields.MOST_LISTED} counts of signed samples"
            raise RecordError(expected(wanted, f"N={shape['N']} points and samples of size n={shape['n']}"))
        return {
            "X": Array("d N"),
            "y": Array("N", -1e6, 1e6),
            "mass": Array("N", 1e-6, 1.0),
            **layers(shape["L"], "W", f"{K}"),
            "v": Array(f"{K} m"),
            "delta": Array("", 1e-6, 1.0 - 1e-6),
            "exponent": Array("", 1.0, 2.0),
        }

    def coordinates(self, situation: Situation) -> Coordinates:
        """The arrays in their intervals, inputs in their ball."""
        return TableCoordinates(self.name, situation, self.table(situation), _repaired)

    def moves(self) -> Mapping[str, Move]:
        """By scaling all samples, all rows, or all output layers, and of the numbers that are stored."""
        more: Mapping[str, Move] = {
            "rho": _move_rho,
            "omega_start": _move_omega,
            "input_norm": partial(move_inputs, "X"),
        }
        return {**OverNetworks.moves(self), **more}

    def scalings(self) -> Mapping[str, Scaling]:
        """‖δ‖, by scaling all weights."""
        return {"distance": stretching(W_=1.0, v=1.0)}


def _move_rho(arrays: Arrays, interval: Interval) -> Arrays:
    """Scale all output layers by one number; ρ₁ = 0 asks for ‖v‖ ≤ 1 only."""
    length = np.linalg.norm(arrays["v"], axis=1).max(axis=0)
    wanted = interval.nearest(np.maximum(length - 1.0, 0.0)) + 1.0
    factor = np.where((wanted <= 1.0) & (length <= 1.0), 1.0, wanted / np.where(length > 0, length, 1.0))
    start = np.eye(arrays["v"].shape[1])[None, :, :1] * wanted
    return {**arrays, "v": np.where((length == 0) & (wanted > 1.0), start, arrays["v"] * factor)}


def _move_omega(arrays: Arrays, interval: Interval) -> Arrays:
    rows = {name: array for name, array in arrays.items() if name.startswith("W")}
    least: FloatArray = np.minimum.reduce([np.linalg.norm(array[0], axis=1).min(axis=0) for array in rows.values()])
    factor = np.clip(interval.nearest(least), 1e-100, 1e100) / least
    return {**arrays, **{name: array * factor for name, array in rows.items()}}


GRADIENT_DEVIATIONS = FiniteSets()
