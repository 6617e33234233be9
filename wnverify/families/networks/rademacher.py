"""Empirical Rademacher complexity of WeightNorm networks, bounded from below by networks that are given.

    R̂ = E_ε sup_θ (1/n) Σ_i ε_i f(θ; x_i) over ‖v‖₂ ≤ 1 + ρ₁ and all rows.

A batch holds the data `X` (d, n, B), the radius `rho` (B,) and one network for each of S sign vectors, `W1`
(S, m, d, B), …, `WL` (S, m, m, B): f is linear in v, so the best v is (1+ρ₁) Σε_iα_i/‖Σε_iα_i‖, and −ε has the
network of ε with −v. Up to 8 samples these are all the sign vectors, S = 2^{n−1}, and the search climbs over the
networks and the data together. Beyond, the shape says how many are drawn, `signs` (n, S, B), and the data stay as
they were drawn, before the signs: the confidence limit asks for that. Either way R̂ is bounded from below.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import product

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.errors import RecordError, expected
from wnverify.families.kit.parts import read, two_routes, vocabulary
from wnverify.families.kit.table import Array, Table, TableCoordinates
from wnverify.families.networks import rademacher_fields as fields
from wnverify.families.networks import regression_fields
from wnverify.families.networks.coordinates import in_ball
from wnverify.families.networks.moves import move_inputs
from wnverify.families.networks.rademacher_fields import FAILURE, count_of, random_signs, sampled, sign_vectors
from wnverify.families.networks.regression import n
from wnverify.families.networks.setting import (
    Given,
    L,
    OverNetworks,
    beta,
    c0,
    d,
    hypotheses,
    layers,
    m,
    radius,
    slope,
)
from wnverify.families.networks.weight_norm_draws import RHO_RANGE
from wnverify.family import Arrays, Coordinates, Move, Shape, Situation
from wnverify.quantities import Quantity, Side

input_norm = read(
    "input_norm",
    "largest ‖x_i‖₂ of the samples",
    regression_fields.input_norm,
    gradient=regression_fields.input_norm_slope,
    low=0,
    latex=r"\max_i\|x_i\|_2",
)
rho = read(
    "rho",
    "radius ρ₁ of the output layers of the class, ‖v‖₂ ≤ 1 + ρ₁",
    gradient=lambda batch: {"rho": np.ones(batch.size)},
    low=0,
    latex=r"\rho",
)
rademacher = two_routes(
    "rademacher",
    "empirical Rademacher complexity, from below: the mean over all sign vectors of the best (1/n) Σ ε_i f(θ; x_i) "
    f"found; beyond 8 samples a lower limit of it from random sign vectors, at confidence 1 − {FAILURE:g}",
    fields.reached,
    fields.reached_one_by_one,
    gradient=fields.reached_slope,
    low=0,
    side=Side.LOWER,
    latex=r"\hat{\mathfrak{R}}_n",
)

input_reach = two_routes(
    "input_reach",
    "(Σ ‖x_i‖²)^{1/2}/n, with ‖x_i‖ in units of √d under fan_in",
    fields.input_reach,
    fields.input_reach_one_by_one,
    gradient=fields.input_reach_slope,
    low=0,
    latex=r"\frac{1}{n}(\sum_i\|x_i\|^2)^{1/2}",
)

LIPSCHITZ: Given = hypotheses(input_norm, smooth=False)
SHAPES = (
    (1, 1, 1, 1), (1, 1, 1, 2), (1, 64, 1, 1), (1, 4, 2, 3), (2, 2, 2, 2), (1, 1, 6, 6),
    (2, 3, 3, 4), (1, 1, 16, 16, 128), (3, 2, 4, 5), (2, 4, 6, 6), (3, 4, 6, 6), (2, 2, 8, 12, 128),
    (1, 2, 8, 8), (6, 2, 4, 4), (1, 1, 32, 32, 256), (2, 2, 8, 64, 256),
)  # fmt: skip
"""L, m, d, n, and the number of sign vectors where these are a sample."""
MOST_ENUMERATED = 20
"""Samples up to which a saved instance may hold all sign vectors."""


class _SignedCoordinates(TableCoordinates):
    """Rows of norm 1, inputs in their ball, ρ₁ in its range; X stays where ε is a sample."""

    def pullback(self, theta: FloatArray, batch: Batch, cotangent: Arrays) -> FloatArray:
        """Stack the derivatives; data that must not depend on sampled signs have none."""
        kept = {name: part for name, part in cotangent.items() if name != "X" or not sampled(batch.shape)}
        return TableCoordinates.pullback(self, theta, batch, kept)


def _repaired(ball: float, arrays: Arrays) -> Arrays:
    """Rows of norm 1, inputs within the ball of that radius, and signs that are 1 or −1."""
    if "signs" in arrays:
        arrays = {**arrays, "signs": np.where(arrays["signs"] < 0, -1.0, 1.0)}
    rows = {name: _unit(array) for name, array in arrays.items() if name.startswith("W")}
    return {**arrays, **rows, "X": ball * in_ball(arrays["X"] / ball)}


def _unit(rows: FloatArray) -> FloatArray:
    return rows / np.maximum(np.linalg.norm(rows, axis=2, keepdims=True), 1e-300)


class SignedNetworks(OverNetworks):
    """Data with one network for each sign vector."""

    name = "signed_networks"
    quantities: Mapping[str, Quantity] = vocabulary(globals(), L, m, d, n, beta, c0, slope)
    settings: Mapping[str, tuple[str, ...]] = {
        "activation": ("identity", "tanh", "sin", "softplus0", "softplus", "gelu", "relu"),
        "scaling": ("fan_out", "fan_in"),
    }
    regimes = ("orthogonal", "gaussian", "equal")
    cost = 3.0

    def shapes(self) -> Sequence[Shape]:
        """Up to 8 samples with all their signs, which is 128 networks, and up to 64 with a sample of them."""
        return [dict(zip(("L", "m", "d", "n", "signs"), sizes, strict=False)) for sizes in SHAPES]

    def draw(self, situation: Situation, regime: str, count: int, rng: np.random.Generator) -> Batch:
        """Draw data and a network for each sign vector.

        Regimes: `orthogonal` coordinate inputs turned at random, `gaussian` random directions, `equal` all inputs
        alike or opposite. Rows: the first layer near ± Σ ε_i x_i, the deeper ones near ± one common direction.
        """
        inputs, size = situation.shape["d"], situation.shape["n"]
        self.table(situation)
        X = rng.standard_normal((inputs, size, count))
        if regime == "orthogonal":
            turned = np.linalg.qr(rng.standard_normal((count, inputs, inputs)))[0]
            X = np.moveaxis(turned, 0, -1)[:, np.arange(size) % inputs]
        if regime == "equal":
            X = X[:, :1] * np.where(rng.random((1, size, count)) < 0.5, -1.0, 1.0)
        X *= (1 - 1e-15) * radius(situation) / np.linalg.norm(X, axis=0)
        rho = RHO_RANGE[1] * rng.random(count) ** 2
        spread = np.exp(rng.uniform(np.log(1e-3), 0.0, count))
        data = {"X": X, "rho": rho}
        if sampled(situation.shape):
            data["signs"] = random_signs(situation.shape, count, rng)
        return self.batch(situation, {**self._rows(situation, data, spread, rng), **data})

    def _rows(
        self, situation: Situation, data: Mapping[str, FloatArray], spread: FloatArray, rng: np.random.Generator
    ) -> dict[str, FloatArray]:
        count, width = data["rho"].size, situation.shape["m"]
        signs = data["signs"] if "signs" in data else sign_vectors(situation.shape["n"])[:, :, None]
        axis = np.moveaxis(signs.T @ data["X"].T, 0, -1)
        S, rows = axis.shape[0], {}
        for layer in range(situation.shape["L"]):
            unit = axis / np.maximum(np.linalg.norm(axis, axis=1, keepdims=True), 1e-300)
            noise = rng.standard_normal((S, width, unit.shape[1], count))
            drawn = unit[:, None] + spread * noise
            rows[f"W{layer + 1}"] = drawn / np.linalg.norm(drawn, axis=2, keepdims=True)
            axis = np.ones((S, width, count))
        return rows

    def structured(self, situation: Situation) -> Iterator[tuple[str, Batch]]:
        """Each regime once, with rows exactly aligned."""
        for regime in self.regimes:
            batch = self.draw(situation, regime, 3, np.random.default_rng(0))
            rows = self._rows(situation, batch.arrays, np.full(3, 1e-9), np.random.default_rng(1))
            yield f"aligned rows, {regime} inputs", self.batch(situation, {**batch.arrays, **rows})

    def extremes(self, situation: Situation) -> Iterator[tuple[str, Batch]]:
        """The structured instances with short inputs and with large output layers."""
        for (words, batch), length in product(self.structured(situation), (1.0, 0.3, 0.1, 1e-2, 1e-4, 1e-8)):
            rho = np.array([0.0, 3.0, 1e3])
            yield (
                f"{words}, inputs of {length:g}",
                batch.with_arrays({**batch.arrays, "X": batch.arrays["X"] * length, "rho": rho}),
            )

    def table(self, situation: Situation) -> Table:
        """A network for each sign vector, the data, ρ₁, and the signs where they are a sample.

        Raises:
            RecordError: if there are too many samples for all their signs.
        """
        if not sampled(situation.shape) and situation.shape["n"] > MOST_ENUMERATED:
            wanted = f"at most {MOST_ENUMERATED} samples with all their signs"
            raise RecordError(expected(wanted, f"{situation.shape['n']}"))
        S = count_of(situation.shape)
        signs = {"signs": Array(f"n {S}")} if sampled(situation.shape) else {}
        return {**layers(situation.shape["L"], lead=f"{S}"), "X": Array("d n"), "rho": Array("", *RHO_RANGE), **signs}

    def coordinates(self, situation: Situation) -> Coordinates:
        """Rows of norm 1, inputs in their ball, ρ₁ in its range; X stays where ε is a sample."""
        repair = partial(_repaired, radius(situation))
        return _SignedCoordinates(self.name, situation, self.table(situation), repair)

    def moves(self) -> Mapping[str, Move]:
        """By scaling all samples, and of ρ₁, which is stored."""
        return {**OverNetworks.moves(self), "input_norm": partial(move_inputs, "X")}

    def inside(self, batch: Batch) -> Batch:
        """Inputs shortened by 1e-12, relative: the only limit of the domain that an instance can sit on."""
        return batch.with_arrays({**batch.arrays, "X": batch.arrays["X"] * (1 - 1e-12)})

    def check(self, batch: Batch) -> None:
        """Refuse what is not data with a network for each sign vector.

        Raises:
            RecordError: if an array is missing or misshapen, or a sign is not ±1.
        """
        OverNetworks.check(self, batch)
        if sampled(batch.shape) and not (np.abs(batch.arrays["signs"]) == 1.0).all():
            raise RecordError(expected("signs of 1 and −1", f"{batch.arrays['signs'].ravel()[:5]}"))


RADEMACHER = SignedNetworks()
