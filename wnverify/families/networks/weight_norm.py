"""WeightNorm networks: the family of Cisneros-Velarde et al. (arXiv:2409.08935), and its plain control.

`f(θ;x) = ⟨v, α^L⟩`, `α^l = φ(z^l)`, `z_i^l = m^{-1/2} ⟨W_i^l/‖W_i^l‖, α^{l-1}⟩`, `α^0 = x` (scaling `fan_out`).
A batch holds `W1` (m, d, B), …, `WL` (m, m, B), `v` (m, B) and `x` (d, B).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import sympy

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.engine.activations import ACTIVATIONS
from wnverify.engine.networks.weightnorm import check_network
from wnverify.errors import RecordError, WnverifyError, expected
from wnverify.families.networks.weight_norm_draws import REGIMES, RHO_RANGE, draw_network, radius, structured_networks
from wnverify.families.networks.weight_norm_quantities import (
    QUANTITIES,
    L,
    beta,
    c0,
    d,
    direction_norm,
    gradient_norm,
    hessian_norm,
    hidden_gradient_norm,
    input_gradient_norm,
    input_norm,
    m,
    network,
    omega,
    output_abs,
    rho,
    row_alignment,
    slope,
)
from wnverify.family import Coordinates, Family, Settings, Shape, Situation

__all__ = [
    "LIPSCHITZ",
    "PLAIN",
    "STANDARD",
    "WEIGHT_NORM",
    "L",
    "WeightNorm",
    "beta",
    "c0",
    "d",
    "direction_norm",
    "gradient_norm",
    "hessian_norm",
    "hidden_gradient_norm",
    "input_gradient_norm",
    "input_norm",
    "m",
    "omega",
    "output_abs",
    "rho",
    "row_alignment",
    "slope",
]

LIPSCHITZ: Mapping[str, tuple[Any, str, Any]] = {
    "1-Lipschitz activation": (slope, "<=", 1),
    "inputs in the unit ball": (input_norm, "<=", 1),
    "no zero row": (omega, ">", 0),
}
"""Hypotheses of the bounds on values and gradients; under `fan_in` the input ball has radius √d."""

STANDARD: Mapping[str, tuple[Any, str, Any]] = {**LIPSCHITZ, "smooth activation": (beta, "<", sympy.oo)}
"""The hypotheses of the paper's setting, with a bounded second derivative of the activation."""

SHAPES = (
    (1, 1, 1), (1, 2, 1), (1, 1, 2), (1, 2, 2), (2, 1, 1), (1, 4, 2), (2, 2, 2), (2, 4, 3), (3, 3, 2),
    (4, 3, 2), (2, 6, 3), (3, 4, 4), (6, 3, 2), (4, 4, 4), (3, 8, 4), (8, 4, 3),
)  # fmt: skip
LOG_OMEGA = (np.log(1e-3), np.log(1e3))


class NetworkCoordinates(Coordinates):
    """Row directions, relative row norms s ≥ 0, log ω, v and x in its ball, stacked to (k, B).

    `W_i = ω (1 + s_i) U_i/‖U_i‖`: the weight scale is a gauge, and ‖∇²f‖ grows as ω^{-2}, so a search in W
    itself runs off to ‖W_i‖ → 0; here rows sit at the edge of the domain (s = 0) unless moved off it.
    """

    def __init__(self, family: str, situation: Situation) -> None:
        self.family, self.situation = family, situation
        L, m, d = (situation.shape[name] for name in ("L", "m", "d"))
        self.fan = [d, *[m] * (L - 1)]
        self.depth, self.width, self.inputs = L, m, d
        self.radius = radius(situation)
        sizes = [m * sum(self.fan), L * m, 1, m, d]
        self.cuts = np.cumsum(sizes)[:-1]

    def _split(self, theta: FloatArray) -> tuple[list[FloatArray], FloatArray, FloatArray, FloatArray, FloatArray]:
        flat, s, log_omega, v, x = np.split(theta, self.cuts)
        cuts = np.cumsum([self.width * fan for fan in self.fan])[:-1]
        layers = np.split(flat, cuts)
        count = theta.shape[1]
        rows = [layer.reshape(self.width, fan, count) for layer, fan in zip(layers, self.fan, strict=True)]
        return rows, s.reshape(self.depth, self.width, count), log_omega[0], v, x

    def _join(self, rows: Sequence[FloatArray], *rest: FloatArray) -> FloatArray:
        count = rows[0].shape[-1]
        return np.concatenate([part.reshape(-1, count) for part in (*rows, *rest)])

    def encode(self, batch: Batch) -> FloatArray:
        """Unit rows, their norms relative to the smallest, log ω, v, and x over its ball's radius."""
        W = [batch.arrays[f"W{layer + 1}"] for layer in range(self.depth)]
        norms = np.stack([np.linalg.norm(layer, axis=1) for layer in W])
        smallest = norms.min(axis=(0, 1))
        rows = [layer / norm[:, None] for layer, norm in zip(W, norms, strict=True)]
        x = batch.arrays["x"] / self.radius
        return self._join(rows, norms / smallest - 1.0, np.log(smallest)[None], batch.arrays["v"], x)

    def decode(self, theta: FloatArray) -> Batch:
        """The networks at θ."""
        rows, s, log_omega, v, x = self._split(theta)
        factor = np.exp(log_omega) * (1.0 + s)
        arrays = {
            f"W{layer + 1}": factor[layer][:, None] * row / np.linalg.norm(row, axis=1, keepdims=True)
            for layer, row in enumerate(rows)
        }
        arrays |= {"v": v.copy(), "x": self.radius * x}
        return Batch(self.family, self.situation.shape, self.situation.settings, arrays)

    def canonical(self, theta: FloatArray) -> FloatArray:
        """Unit rows, s ≥ 0, ω in [1e-3, 1e3], ‖v‖ ≤ 1 + ρ_max, x in its ball."""
        rows, s, log_omega, v, x = self._split(theta)
        unit = [row / np.linalg.norm(row, axis=1, keepdims=True) for row in rows]
        v = v * np.minimum(1.0, (1.0 + RHO_RANGE[1]) / np.maximum(np.linalg.norm(v, axis=0), 1e-300))
        x = x * np.minimum(1.0, (1.0 - 1e-15) / np.maximum(np.linalg.norm(x, axis=0), 1e-300))
        return self._join(unit, np.clip(s, 0.0, 1e3), np.clip(log_omega, *LOG_OMEGA)[None], v, x)

    def pullback(self, theta: FloatArray, batch: Batch, cotangent: Mapping[str, FloatArray]) -> FloatArray:
        """Chain rule through `decode`; `∂W/∂U = (ω(1+s)/‖U‖)(I − ûûᵀ)`, `∂W/∂s = ω û`, `∂W/∂log ω = W`."""
        rows, s, log_omega, _, _ = self._split(theta)
        omega_value = np.exp(log_omega)
        to_rows, to_s, to_omega = [], np.zeros_like(s), np.zeros_like(omega_value)
        for layer, row in enumerate(rows):
            given = cotangent.get(f"W{layer + 1}")
            if given is None:
                to_rows.append(np.zeros_like(row))
                continue
            length = np.linalg.norm(row, axis=1, keepdims=True)
            unit = row / length
            along = np.sum(given * unit, axis=1)
            to_rows.append((omega_value * (1.0 + s[layer]))[:, None] / length * (given - along[:, None] * unit))
            to_s[layer] = omega_value * along
            to_omega += np.sum(to_s[layer] * (1.0 + s[layer]), axis=0)
        to_v = cotangent.get("v", np.zeros_like(batch.arrays["v"]))
        to_x = self.radius * cotangent.get("x", np.zeros_like(batch.arrays["x"]))
        return self._join(to_rows, to_s, to_omega[None], to_v, to_x)


class WeightNorm(Family):
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
        self.normalised = normalised
        self.sizes, self.cost = tuple(shapes), cost
        self.quantities = QUANTITIES
        self.settings = {"activation": tuple(ACTIVATIONS), "scaling": ("fan_out", "fan_in")}
        self.regimes = REGIMES

    def shapes(self) -> Sequence[Shape]:
        """Depth, width and input dimension, from 2 parameters to about 200."""
        return [{"L": depth, "m": width, "d": inputs} for depth, width, inputs in self.sizes]

    def draw(self, situation: Situation, regime: str, count: int, rng: np.random.Generator) -> Batch:
        """Draw networks in one regime; see `weight_norm_draws` for what each regime is."""
        return Batch(self.name, situation.shape, situation.settings, draw_network(situation, regime, count, rng))

    def structured(self, situation: Situation) -> Iterator[tuple[str, Batch]]:
        """Extreme rows × inputs × output layers × norms."""
        for words, arrays in structured_networks(situation):
            yield words, Batch(self.name, situation.shape, situation.settings, arrays)

    def coordinates(self, situation: Situation) -> Coordinates:
        """Gauge-fixed coordinates; see `NetworkCoordinates`."""
        return NetworkCoordinates(self.name, situation)

    def rescaling(self, settings: Settings) -> Mapping[sympy.Symbol, Any]:
        """Bounds are stated for `fan_out`; under `fan_in` they hold for φ_out(z) = φ(√m z)/√m.

        Hence β → √m β and c0 → c0/√m, inputs are measured in their ball's radius √d, and ∇_x f carries 1/√d.
        """
        if settings["scaling"] == "fan_out":
            return {}
        to_ball = {input_norm: input_norm / sympy.sqrt(d), input_gradient_norm: sympy.sqrt(d) * input_gradient_norm}
        return {beta: sympy.sqrt(m) * beta, c0: c0 / sympy.sqrt(m), **to_ball}

    def inside(self, batch: Batch) -> Batch:
        """Inputs shortened by 1e-12, relative: the only limit of the domain that an instance can sit on."""
        return Batch(
            batch.family, batch.shape, batch.settings, {**batch.arrays, "x": batch.arrays["x"] * (1 - 1e-12)}
        )

    def gauges(self, batch: Batch) -> Iterator[Batch]:
        """Rows of one norm; those of the plain control are no gauge."""
        yield from rows_of_one_norm(batch) if self.normalised else ()

    def enclosures(self, batch: Batch, names: Collection[str]) -> Mapping[str, Any] | None:
        """Certified balls; see `weight_norm_balls`, which loads python-flint only when asked."""
        from wnverify.families.networks.weight_norm_balls import enclosures

        return enclosures(batch, names, normalised=self.normalised)

    def check(self, batch: Batch) -> None:
        """Refuse shapes, settings or arrays that are not those of a network.

        Raises:
            RecordError: if an array is missing, misshapen or holds a zero row.
        """
        super().check(batch)
        L, m, d = (batch.shape.get(name, 0) for name in ("L", "m", "d"))
        wanted = {f"W{layer + 1}": (m, m if layer else d) for layer in range(L)} | {"v": (m,), "x": (d,)}
        found = {name: array.shape[:-1] for name, array in batch.arrays.items()}
        if found != wanted:
            raise RecordError(expected(f"arrays of shapes {wanted}", str(found)[:200]))
        try:
            check_network(network(batch))
        except WnverifyError as error:
            raise RecordError(str(error)) from error


def rows_of_one_norm(batch: Batch) -> Iterator[Batch]:
    """One network with all rows of norm 1, then with all of the smallest norm there is; its values stay."""
    norms = {
        f"W{layer + 1}": np.linalg.norm(batch.arrays[f"W{layer + 1}"], axis=1) for layer in range(batch.shape["L"])
    }
    for norm in (1.0, float(min(lengths.min() for lengths in norms.values()))):
        rows = {name: norm * batch.arrays[name] / lengths[:, None] for name, lengths in norms.items()}
        yield batch.with_arrays({**batch.arrays, **rows})


WEIGHT_NORM = WeightNorm()
PLAIN = WeightNorm(normalised=False)
