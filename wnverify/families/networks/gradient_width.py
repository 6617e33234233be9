"""Gaussian widths of the gradients of WeightNorm networks, bounded from below by networks that are given.

    w = E_g sup_{θ∈Θ} ⟨(1/n) Σ_i ∇_θ ℓ(f(θ; x_i), y_i), g⟩,  Θ = {‖v‖₂ ≤ 1 + ρ₁, every ‖W_i^l‖₂ ≥ ω},  g ~ N(0, I_p)

is the loss gradient Gaussian width of a sample; ℓ is the output itself, or λ √(1 + (f−y)²) with |ℓ′| ≤ λ. A batch
holds the data `X` (d, n, B), `y` (n, B), the class `rho`, `omega` (B,), `lipschitz` (B,), that is λ, the `seed` (B,)
of k Gaussian draws, and one network for each, `W1` (k, m, d, B), …, `v` (k, m, B); what of it lies outside of the
class, a shorter row or a longer v, stands for the nearest one in the class. Data and class are drawn apart from the
seed: the confidence limit asks for that. The networks are climbed when they are drawn. The measured widths are lower
limits of the true ones (see `gradient_width_fields`), so that a claim that holds has met the networks that were
found, not all there are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

import numpy as np

from wnverify.batch import Batch
from wnverify.families.kit.parts import read, two_routes, vocabulary
from wnverify.families.kit.table import Array, Table, TableCoordinates
from wnverify.families.networks import gradient_width_fields as fields
from wnverify.families.networks.coordinates import in_ball
from wnverify.families.networks.gradient_width_draws import best_networks
from wnverify.families.networks.gradient_width_fields import within_class
from wnverify.families.networks.moves import move_inputs
from wnverify.families.networks.rademacher_fields import FAILURE
from wnverify.families.networks.regression import input_norm, n
from wnverify.families.networks.setting import Given, L, OverNetworks, beta, c0, d, hypotheses, layers, m, slope
from wnverify.family import Arrays, Coordinates, Move, Shape, Situation
from wnverify.quantities import Interval, Quantity, Side

rho = read("rho", "radius ρ₁ of the output layers of the class, ‖v‖₂ ≤ 1 + ρ₁", low=0, latex=r"\rho")
omega = read("omega", "least norm ω of the rows of the class, ‖W_i^l‖₂ ≥ ω", low=0, strict=True, latex=r"\omega")
lipschitz = read(
    "lipschitz", "Lipschitz constant λ of the loss in the output, |ℓ′| ≤ λ", low=0, strict=True, latex=r"\lambda"
)
gradient_width = two_routes(
    "gradient_width",
    "Gaussian width of the gradients, mean of the samples, over the class, from below: a lower limit of it from the "
    f"best ⟨∇ℓ, g⟩ found for random g, at confidence 1 − {FAILURE:g}",
    fields.gradient_width,
    fields.gradient_width_by_oracle,
    low=0,
    side=Side.LOWER,
    latex=r"w(\nabla\ell)",
)
featurizer_reached = two_routes(
    "featurizer_reached",
    "Gaussian width of the featurizer's values α^L over the class, mean of the samples, from below as above",
    fields.featurizer_reached,
    fields.featurizer_reached_by_oracle,
    low=0,
    side=Side.LOWER,
    latex=r"\underline{w}(\alpha^{(L)})",
)
featurizer_width = two_routes(
    "featurizer_width",
    "Gaussian width of the featurizer's values α^L over all rows, mean of the samples, exact for increasing φ",
    fields.featurizer_width,
    fields.featurizer_width_by_oracle,
    low=0,
    latex=r"w(\alpha^{(L)})",
)

LIPSCHITZ: Given = hypotheses(input_norm, smooth=False)
SHAPES = (
    (1, 1, 2, 1, 64), (1, 2, 3, 1, 128), (2, 2, 2, 1, 128), (1, 16, 2, 1, 112), (2, 8, 1, 1, 128),
    (1, 16, 2, 4, 128), (3, 3, 3, 2, 128), (2, 6, 6, 1, 128), (2, 12, 3, 1, 192), (1, 8, 16, 4, 128),
    (4, 6, 3, 1, 192), (1, 32, 2, 1, 192),
)  # fmt: skip
ONE_LAYER = (
    (1, 1, 2, 1, 128), (1, 2, 3, 1, 128), (1, 4, 12, 1, 128), (1, 16, 2, 2, 192), (1, 32, 2, 1, 128),
    (1, 8, 16, 4, 128), (1, 12, 24, 1, 192), (1, 64, 2, 1, 192),
)  # fmt: skip
"""L, m, d, n, and the number k of Gaussian draws."""
SEEDS = 2**16
"""So few that a seed outlasts changes of the last digits of an instance."""
RANGES = {"rho": (0.0, 9.0), "omega": (1e-2, 1e3), "lipschitz": (1e-2, 1e2)}


def _repaired(arrays: Arrays) -> Arrays:
    return within_class({**arrays, "X": in_ball(arrays["X"]), "seed": np.rint(arrays["seed"])})


class GradientWidths(OverNetworks):
    """Data and a class of networks, with Gaussian draws and one network of the class for each.

    Args:
        shapes: (L, m, d, n, k) to try, from the smallest to the largest.
    """

    name = "gradient_width"
    quantities: Mapping[str, Quantity] = vocabulary(globals(), L, m, d, n, beta, c0, slope, input_norm)
    settings: Mapping[str, tuple[str, ...]] = {
        "activation": ("identity", "tanh", "sin", "softplus0", "softplus"),
        "scaling": ("fan_out",),
        "loss": (fields.LINEAR, "smoothed"),
    }
    regimes = ("short rows", "long rows", "between")
    cost = 60.0

    def __init__(self, shapes: Sequence[tuple[int, int, int, int, int]] = SHAPES) -> None:
        self._shapes = shapes

    def shapes(self) -> Sequence[Shape]:
        """Depth, width, input dimension, samples and Gaussian draws."""
        return [dict(zip(("L", "m", "d", "n", "draws"), sizes, strict=True)) for sizes in self._shapes]

    def draw(self, situation: Situation, regime: str, count: int, rng: np.random.Generator) -> Batch:
        """Draw data and class, then seeds, then climb to a good network for each of their draws.

        Regimes: ω below 1, far above it, and about 1. Inputs have norm 1, half of the time all alike; targets
        are far off, on one side.
        """
        inputs, size = situation.shape["d"], situation.shape["n"]
        X = rng.standard_normal((inputs, size, count))
        X = np.where(rng.random(count) < 0.5, X[:, :1], X)
        X *= (1 - 1e-15) / np.linalg.norm(X, axis=0)
        ends = {"short rows": (0.02, 0.5), "long rows": (30.0, 900.0), "between": (0.5, 3.0)}[regime]
        arrays = {
            "X": X,
            "y": 30.0 * rng.choice([-1.0, 1.0], count) * np.abs(rng.standard_normal((size, count))),
            "rho": RANGES["rho"][1] * rng.random(count) ** 2,
            "omega": np.exp(rng.uniform(np.log(ends[0]), np.log(ends[1]), count)),
            "lipschitz": np.exp(rng.uniform(-2.0, 2.0, count)),
            "seed": rng.integers(SEEDS, size=count).astype(np.float64),
        }
        weights = {
            name: array for name, array in self.table(situation).items() if name.startswith("W") or name == "v"
        }
        arrays |= {name: np.ones((*array.shape(situation.shape), count)) for name, array in weights.items()}
        return best_networks(self.batch(situation, arrays))

    def structured(self, situation: Situation) -> Iterator[tuple[str, Batch]]:
        """One instance with short rows: what else is extreme is drawn."""
        yield self.regimes[0], self.draw(situation, self.regimes[0], 1, np.random.default_rng(0))

    def table(self, situation: Situation) -> Table:
        """The data, the class, the seed of the draws, and the networks."""
        depth, lead = situation.shape["L"], f"{situation.shape['draws']}"
        return {
            "X": Array("d n"),
            "y": Array("n"),
            **{name: Array("", *ends) for name, ends in RANGES.items()},
            "seed": Array("", 0.0, SEEDS - 1),
            **layers(depth, "W", lead),
            "v": Array(f"{lead} m"),
        }

    def coordinates(self, situation: Situation) -> Coordinates:
        """The networks within their class, inputs in their ball."""
        return TableCoordinates(self.name, situation, self.table(situation), _repaired)

    def moves(self) -> Mapping[str, Move]:
        """By scaling all samples, and of the numbers that are stored; networks follow the class."""
        more: Mapping[str, Move] = {
            "rho": _move_rho,
            "omega": _move_omega,
            "input_norm": partial(move_inputs, "X"),
        }
        return {**OverNetworks.moves(self), **more}


def _move_rho(arrays: Arrays, interval: Interval) -> Arrays:
    rho = np.maximum(interval.nearest(arrays["rho"]), 0.0)
    return {**arrays, "rho": rho, "v": arrays["v"] * ((1.0 + rho) / (1.0 + arrays["rho"]))}


def _move_omega(arrays: Arrays, interval: Interval) -> Arrays:
    omega = np.clip(interval.nearest(arrays["omega"]), 1e-100, 1e100)
    rows = {name: array * (omega / arrays["omega"]) for name, array in arrays.items() if name.startswith("W")}
    return {**arrays, **rows, "omega": omega}


GRADIENT_WIDTHS = GradientWidths()
ONE_LAYER_WIDTHS = GradientWidths(ONE_LAYER)
