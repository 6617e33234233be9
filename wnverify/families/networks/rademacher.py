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
from typing import Any

import numpy as np
import sympy

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.errors import RecordError, expected
from wnverify.families.networks.rademacher_quantities import (
    count_of,
    input_norm,
    rademacher,
    random_signs,
    rho,
    sampled,
    sign_vectors,
)
from wnverify.families.networks.regression_coordinates import in_ball
from wnverify.families.networks.regression_quantities import n
from wnverify.families.networks.weight_norm_draws import RHO_RANGE
from wnverify.families.networks.weight_norm_quantities import L, beta, c0, d, m, slope
from wnverify.family import Coordinates, Family, PlainCoordinates, Settings, Shape, Situation
from wnverify.quantity import Quantity

__all__ = [
    "LIPSCHITZ", "RADEMACHER", "L", "SignedNetworks", "beta", "c0", "d", "input_norm", "m", "n", "rademacher", "rho",
    "slope",
]  # fmt: skip

LIPSCHITZ: Mapping[str, tuple[Any, str, Any]] = {
    "1-Lipschitz activation": (slope, "<=", 1),
    "inputs in the unit ball": (input_norm, "<=", 1),
}
SHAPES = (
    (1, 1, 1, 1), (1, 1, 1, 2), (1, 1, 2, 2), (1, 4, 2, 3), (2, 2, 2, 2), (1, 1, 6, 6),
    (2, 3, 3, 4), (1, 1, 16, 16, 128), (3, 2, 4, 5), (2, 4, 6, 6), (3, 4, 6, 6), (2, 2, 8, 12, 128),
    (1, 2, 8, 8), (6, 2, 4, 4), (1, 1, 32, 32, 256), (2, 2, 8, 64, 256),
)  # fmt: skip
"""L, m, d, n, and the number of sign vectors where these are a sample."""


class SignedCoordinates(PlainCoordinates):
    """All arrays as they are; rows of norm 1, inputs in their ball, ρ₁ in its range; X stays where ε is a sample."""

    def canonical(self, theta: FloatArray) -> FloatArray:
        """Project each part."""
        arrays = dict(self.decode(theta).arrays)
        for name, array in arrays.items():
            if name.startswith("W"):
                arrays[name] = array / np.maximum(np.linalg.norm(array, axis=2, keepdims=True), 1e-300)
        radius = _radius(self.like.settings, self.like.shape)
        arrays["X"] = radius * in_ball(arrays["X"] / radius)
        arrays["rho"] = np.clip(arrays["rho"], *RHO_RANGE)
        return self.encode(Batch(self.like.family, self.like.shape, self.like.settings, arrays))

    def pullback(self, theta: FloatArray, batch: Batch, cotangent: Mapping[str, FloatArray]) -> FloatArray:
        """Stack the derivatives; data that must not depend on sampled signs have none."""
        kept = {name: part for name, part in cotangent.items() if name != "X" or not sampled(batch.shape)}
        return PlainCoordinates.pullback(self, theta, batch, kept)


def _radius(settings: Settings, shape: Shape) -> float:
    return 1.0 if settings["scaling"] == "fan_out" else float(np.sqrt(shape["d"]))


class SignedNetworks(Family):
    """Data with one network for each sign vector."""

    name = "signed_networks"
    quantities: Mapping[str, Quantity] = {
        q.name: q for q in (L, m, d, n, beta, c0, slope, input_norm, rho, rademacher)
    }
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
        X = rng.standard_normal((inputs, size, count))
        if regime == "orthogonal":
            turned = np.linalg.qr(rng.standard_normal((count, inputs, inputs)))[0]
            X = np.moveaxis(turned, 0, -1)[:, np.arange(size) % inputs]
        if regime == "equal":
            X = X[:, :1] * np.where(rng.random((1, size, count)) < 0.5, -1.0, 1.0)
        X *= (1 - 1e-15) * _radius(situation.settings, situation.shape) / np.linalg.norm(X, axis=0)
        rho = RHO_RANGE[1] * rng.random(count) ** 2
        spread = np.exp(rng.uniform(np.log(1e-3), 0.0, count))
        data = {"X": X, "rho": rho}
        if sampled(situation.shape):
            data["signs"] = random_signs(situation.shape, count, rng)
        return self._batch(situation, {**self._rows(situation, data, spread, rng), **data})

    def _rows(
        self, situation: Situation, data: Mapping[str, FloatArray], spread: FloatArray, rng: np.random.Generator
    ) -> dict[str, FloatArray]:
        count, width = data["rho"].size, situation.shape["m"]
        signs = data["signs"] if "signs" in data else sign_vectors(situation.shape["n"])[:, :, None]
        axis = np.einsum("isb,kib->skb", np.broadcast_to(signs, (*signs.shape[:2], count)), data["X"])
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
            yield f"aligned rows, {regime} inputs", self._batch(situation, {**batch.arrays, **rows})

    def coordinates(self, situation: Situation) -> Coordinates:
        """See `SignedCoordinates`."""
        return SignedCoordinates(self.draw(situation, "gaussian", 1, np.random.default_rng(0)))

    def rescaling(self, settings: Settings) -> Mapping[sympy.Symbol, Any]:
        """Bounds are stated for `fan_out`."""
        if settings["scaling"] == "fan_out":
            return {}
        return {beta: sympy.sqrt(m) * beta, c0: c0 / sympy.sqrt(m), input_norm: input_norm / sympy.sqrt(d)}

    def check(self, batch: Batch) -> None:
        """Refuse what is not data with a network for each sign vector.

        Raises:
            RecordError: if an array is missing or misshapen, or a sign is not ±1.
        """
        Family.check(self, batch)
        L, m, d, n = (batch.shape.get(name, 1) for name in ("L", "m", "d", "n"))
        S = count_of({"n": min(n, 20), **batch.shape})
        wanted: dict[str, tuple[int, ...]] = {f"W{layer + 1}": (S, m, m if layer else d) for layer in range(L)}
        wanted |= {"X": (d, n), "rho": ()} | ({"signs": (n, S)} if sampled(batch.shape) else {})
        found = {name: array.shape[:-1] for name, array in batch.arrays.items()}
        if found != wanted:
            raise RecordError(expected(f"arrays of shapes {wanted}", str(found)[:200]))
        if sampled(batch.shape) and not (np.abs(batch.arrays["signs"]) == 1.0).all():
            raise RecordError(expected("signs of 1 and −1", f"{batch.arrays['signs'].ravel()[:5]}"))

    def _batch(self, situation: Situation, arrays: Mapping[str, FloatArray]) -> Batch:
        return Batch(self.name, situation.shape, situation.settings, arrays)


RADEMACHER = SignedNetworks()
