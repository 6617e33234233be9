"""Empirical Rademacher complexity of WeightNorm networks, bounded from below by networks that are given.

    R̂ = E_ε sup_θ (1/n) Σ_i ε_i f(θ; x_i) over ‖v‖₂ ≤ 1 + ρ₁ and all rows,

with the mean over all 2ⁿ sign vectors exact. A batch holds the data `X` (d, n, B), the radius `rho` (B,) and one
network for each sign vector up to a common sign, `W1` (S, m, d, B), …, `WL` (S, m, m, B), S = 2^{n−1}: f is linear in
v, so −ε has the network of ε with −v, and the best v is (1+ρ₁) Σε_iα_i/‖Σε_iα_i‖. The search climbs over the networks
and the data together; what it reaches is a lower bound of R̂ by construction.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Any

import numpy as np
import sympy

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.engine import autodiff
from wnverify.engine.activations import ACTIVATIONS
from wnverify.engine.derivatives import pullback
from wnverify.engine.network import Network, Tape, forward
from wnverify.errors import RecordError, expected
from wnverify.families.base import Coordinates, Family, PlainCoordinates, Settings, Shape, Situation
from wnverify.families.regression_coordinates import in_ball
from wnverify.families.regression_quantities import input_norm, n
from wnverify.families.weight_norm_draws import RHO_RANGE
from wnverify.families.weight_norm_quantities import L, beta, c0, d, m, scaling_of, slope
from wnverify.families.weight_norm_quantities import rho as rho_of_network
from wnverify.quantity import Quantity, Route, Side

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
    (2, 3, 3, 4), (3, 2, 4, 5), (2, 4, 6, 6), (3, 4, 6, 6), (1, 2, 8, 8), (6, 2, 4, 4),
)  # fmt: skip


def sign_vectors(size: int) -> FloatArray:
    """All sign vectors that begin with +1, (n, 2^{n−1}).

    >>> sign_vectors(2).tolist()
    [[1.0, 1.0], [1.0, -1.0]]
    """
    return np.array([(1.0, *signs) for signs in product((1.0, -1.0), repeat=size - 1)]).T


def _network(batch: Batch) -> Network:
    """All S·B networks side by side, sign vector by sign vector, each on its own copy of the data."""

    def build() -> Network:
        W = tuple(_beside(batch.arrays[f"W{layer + 1}"])[:, :, None] for layer in range(batch.shape["L"]))
        X = batch.arrays["X"]
        count = 2 ** (batch.shape["n"] - 1)
        inputs = np.repeat(X[:, :, None], count, axis=2).reshape(*X.shape[:2], -1)
        v = np.zeros((batch.shape["m"], 1, inputs.shape[-1]))
        activation = ACTIVATIONS[batch.settings["activation"]]
        return Network(W, v, inputs, activation, scaling_of(batch.settings))

    return batch.memo("network", build)


def _beside(rows: FloatArray) -> FloatArray:
    """(S, m, k, B) → (m, k, S·B)."""
    return np.moveaxis(rows, 0, 2).reshape(*rows.shape[1:3], -1)


def _tape(batch: Batch) -> Tape:
    return batch.memo("tape", lambda: forward(_network(batch), 1))


def _signs(batch: Batch) -> FloatArray:
    """ε beside one another, (n, S·B)."""
    signs = sign_vectors(batch.shape["n"])
    return np.repeat(signs[:, :, None], batch.size, axis=2).reshape(batch.shape["n"], -1)


def _sums(batch: Batch) -> FloatArray:
    """Σ_i ε_i α^L(x_i) of every network, (m, S·B)."""
    return np.einsum("ib,mib->mb", _signs(batch), _tape(batch).alpha[-1])


def _reached(batch: Batch) -> FloatArray:
    """(1+ρ₁) κ ‖Σ ε_i α_i‖/n, the mean over the sign vectors."""
    lengths = np.linalg.norm(_sums(batch), axis=0).reshape(-1, batch.size)
    scale = _tape(batch).kappa / batch.shape["n"]
    return (1.0 + batch.arrays["rho"]) * scale * lengths.mean(axis=0)


def _reached_slope(batch: Batch) -> Mapping[str, FloatArray]:
    """The gradient of (1/(nS)) Σ ε_i f with v held at its best value."""
    net, total = _network(batch), _sums(batch)
    S = total.shape[1] // batch.size
    unit = total / np.maximum(np.linalg.norm(total, axis=0), 1e-300)
    v = (np.tile(1.0 + batch.arrays["rho"], S) * unit)[:, None]
    best = Network(net.W, v, net.x, net.activation, net.scaling)
    found = pullback(best, _tape(batch), _signs(batch) / (batch.shape["n"] * S))
    slopes = {}
    for layer, part in enumerate(found.W):
        rows = part[:, :, 0].reshape(*part.shape[:2], S, batch.size)
        slopes[f"W{layer + 1}"] = np.moveaxis(rows, 2, 0)
    X = found.x.reshape(*found.x.shape[:2], S, batch.size).sum(axis=2)
    return {**slopes, "X": X, "rho": _reached(batch) / (1.0 + batch.arrays["rho"])}


def _reached_one_by_one(batch: Batch) -> FloatArray:
    """The same number from single outputs of single networks, by the independent oracle."""
    net, total = _network(batch), _sums(batch)
    S, size = total.shape[1] // batch.size, batch.shape["n"]
    found = np.zeros((S, batch.size))
    for index, instance in product(range(S), range(batch.size)):
        place = index * batch.size + instance
        direction = total[:, place]
        v = (1.0 + batch.arrays["rho"][instance]) * direction / max(float(np.linalg.norm(direction)), 1e-300)
        for sample, sign in enumerate(sign_vectors(size)[:, index]):
            W = tuple(rows[:, :, 0, [place]] for rows in net.W)
            one = Network(W, v[:, None], net.x[:, sample, [place]], net.activation, net.scaling)
            found[index, instance] += sign * autodiff.oracle_value(one) / size
    return found.mean(axis=0)


rho = Quantity(
    rho_of_network.name,
    "radius ρ₁ of the output layers of the class, ‖v‖₂ ≤ 1 + ρ₁",
    low=0,
    route=Route(lambda batch: batch.arrays["rho"], lambda batch: {"rho": np.ones(batch.size)}),
)
rademacher = Quantity(
    "rademacher",
    "empirical Rademacher complexity: the mean over all sign vectors of the best (1/n) Σ ε_i f(θ; x_i) found",
    low=0,
    route=Route(_reached, _reached_slope, _reached_one_by_one, side=Side.LOWER),
)


class SignedCoordinates(PlainCoordinates):
    """All arrays as they are; rows of norm 1, inputs in their ball, ρ₁ in its range."""

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
        """Up to 8 samples, which is 128 networks."""
        return [dict(zip(("L", "m", "d", "n"), sizes, strict=True)) for sizes in SHAPES]

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
        return self._batch(situation, {**self._rows(situation, X, spread, rng), "X": X, "rho": rho})

    def _rows(
        self, situation: Situation, X: FloatArray, spread: FloatArray, rng: np.random.Generator
    ) -> dict[str, FloatArray]:
        signs, width, count = sign_vectors(situation.shape["n"]), situation.shape["m"], X.shape[-1]
        axis = np.einsum("is,kib->skb", signs, X)
        rows = {}
        for layer in range(situation.shape["L"]):
            unit = axis / np.maximum(np.linalg.norm(axis, axis=1, keepdims=True), 1e-300)
            noise = rng.standard_normal((signs.shape[1], width, unit.shape[1], count))
            drawn = unit[:, None] + spread * noise
            rows[f"W{layer + 1}"] = drawn / np.linalg.norm(drawn, axis=2, keepdims=True)
            axis = np.ones((signs.shape[1], width, count))
        return rows

    def structured(self, situation: Situation) -> Iterator[tuple[str, Batch]]:
        """Each regime once, with rows exactly aligned."""
        for regime in self.regimes:
            batch = self.draw(situation, regime, 3, np.random.default_rng(0))
            rows = self._rows(situation, batch.arrays["X"], np.full(3, 1e-9), np.random.default_rng(1))
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
            RecordError: if an array is missing or misshapen.
        """
        Family.check(self, batch)
        L, m, d, n = (batch.shape.get(name, 1) for name in ("L", "m", "d", "n"))
        S = 2 ** (min(n, 20) - 1)
        wanted: dict[str, tuple[int, ...]] = {f"W{layer + 1}": (S, m, m if layer else d) for layer in range(L)}
        wanted |= {"X": (d, n), "rho": ()}
        found = {name: array.shape[:-1] for name, array in batch.arrays.items()}
        if found != wanted:
            raise RecordError(expected(f"arrays of shapes {wanted}", str(found)[:200]))

    def _batch(self, situation: Situation, arrays: Mapping[str, FloatArray]) -> Batch:
        return Batch(self.name, situation.shape, situation.settings, arrays)


RADEMACHER = SignedNetworks()
