"""Certified values of what is measured on one state with batch normalization, in ball arithmetic."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Any

from flint import arb

from wnverify.balls.ball import at_least
from wnverify.balls.spectrum import euclidean_norm
from wnverify.batch import Batch

PRECISION = 160
"""Bits: differences of margins cancel."""


def _dot(a: list[Any], b: list[Any]) -> Any:
    return sum((x * y for x, y in zip(a, b, strict=True)), arb(0))


def _square(x: Any) -> Any:
    """x², also where the ball contains 0, of which `**` takes a logarithm."""
    return x * x


def _least(values: list[Any]) -> Any:
    found = values[0]
    for value in values[1:]:
        found = found.min(value)
    return found


def _most(values: list[Any]) -> Any:
    return -_least([-value for value in values])


@dataclass(frozen=True)
class _State:
    """One state in balls: z by sample and patch, w, γ, η and s."""

    z: list[list[list[Any]]]
    w: list[Any]
    gamma: Any
    step: Any
    s: Any

    @cached_property
    def images(self) -> list[list[Any]]:
        """⟨w, z_i^p⟩."""
        return [[_dot(self.w, z) for z in sample] for sample in self.z]

    @cached_property
    def flat(self) -> list[Any]:
        """The same in one list."""
        return [u for sample in self.images for u in sample]

    @cached_property
    def sigma(self) -> Any:
        """‖w‖_Σ."""
        return self.quadratic_mean(self.flat)

    @cached_property
    def totals(self) -> list[Any]:
        """Σ_p ⟨w, z_i^p⟩/‖w‖_Σ."""
        return [sum(sample, arb(0)) / self.sigma for sample in self.images]

    @cached_property
    def slopes(self) -> list[Any]:
        """|ℓ′_i|."""
        return [1 / (1 + (self.gamma * total).exp()) for total in self.totals]

    @cached_property
    def pull(self) -> list[Any]:
        """−∂L/∂w."""
        n, N = len(self.z), len(self.flat)
        rows = [z for sample in self.z for z in sample]
        along = _dot(self.slopes, self.totals) / self.sigma
        found = []
        for k in range(len(self.w)):
            image = sum((u * z[k] for u, z in zip(self.flat, rows, strict=True)), arb(0)) / N
            pairs = zip(self.slopes, self.z, strict=True)
            direct = sum((slope * sum((z[k] for z in sample), arb(0)) for slope, sample in pairs), arb(0))
            found.append(self.gamma / (n * self.sigma) * (direct - along * image))
        return found

    @staticmethod
    def quadratic_mean(values: list[Any]) -> Any:
        """The root of the mean square."""
        return euclidean_norm(values) / arb(len(values)).sqrt()

    @property
    def deviation(self) -> Any:
        """The root of the mean square of ⟨w, z⟩ less its mean."""
        mean = sum(self.flat, arb(0)) / len(self.flat)
        return self.quadratic_mean([u - mean for u in self.flat])

    @property
    def pairs(self) -> Any:
        """The double sums of Lemmas 4.1 and D.1."""
        n, P, slope, total = len(self.z), len(self.z[0]), self.slopes, self.totals
        between = sum(
            (
                (total[j] - total[i]) * (slope[i] * total[j] - slope[j] * total[i])
                for i, j in product(range(n), repeat=2)
            ),
            arb(0),
        )
        inside = sum((_square(a - b) for sample in self.images for a, b in product(sample, repeat=2)), arb(0))
        inside = inside / self.sigma**2
        return self.gamma / (2 * n**2 * P * self.sigma) * (between + sum(slope, arb(0)) * inside)

    def over_pairs(self, weight: Callable[[int, int], Any]) -> Any:
        """The mean of a weight times (M_i − M_j)² over pairs of samples."""
        n, total = len(self.z), self.totals
        return (
            sum((weight(i, j) * _square(total[i] - total[j]) for i, j in product(range(n), repeat=2)), arb(0)) / n**2
        )

    def eigenvalue(self, sign: int) -> Any:
        """The least (−1) or the largest (1) eigenvalue of Σ in two coordinates."""
        rows = [z for sample in self.z for z in sample]
        a, b, c = (sum((z[i] * z[j] for z in rows), arb(0)) / len(rows) for i, j in ((0, 0), (0, 1), (1, 1)))
        root = (_square(a - c) + 4 * _square(b)).sqrt()
        return (a + c + root) / 2 if sign > 0 else 2 * (a * c - _square(b)) / (a + c + root)


Route = Callable[[_State], Any]
ROUTES: Mapping[str, Route] = {
    "gamma": lambda at: at.gamma,
    "step": lambda at: at.step,
    "sigma_norm": lambda at: at.sigma,
    "weight_norm": lambda at: euclidean_norm(at.w),
    "target_norm": lambda at: 1 / at.s,
    "largest_input": lambda at: _most([euclidean_norm(z) for sample in at.z for z in sample]),
    "discrepancy": lambda at: 2 * _square(at.deviation / at.sigma),
    "progress": lambda at: at.pull[0] / at.s,
    "pair_progress": lambda at: at.pairs,
    "gradient_norm": lambda at: euclidean_norm(at.pull),
    "next_norm": lambda at: euclidean_norm([w + at.step * p for w, p in zip(at.w, at.pull, strict=True)]),
    "slope_min": lambda at: _least(at.slopes),
    "slope_max": lambda at: _most(at.slopes),
    "slope_mean": lambda at: sum(at.slopes, arb(0)) / len(at.slopes),
    "pair_spread": lambda at: at.over_pairs(lambda i, j: arb(1)),
    "pair_weighted": lambda at: at.over_pairs(lambda i, j: at.slopes[i].max(at.slopes[j])),
    "mean_margin": lambda at: sum(at.flat, arb(0)) / len(at.flat) / at.sigma,
    "least_margin": lambda at: _least(at.totals),
    "loss": lambda at: sum(((1 + (-at.gamma * t).exp()).log() for t in at.totals), arb(0)) / len(at.totals),
    "distance": lambda at: euclidean_norm(at.w[1:]),
    "sigma_distance": lambda at: at.deviation,
}
PLANE: Mapping[str, Route] = {
    "lambda_min": lambda at: at.eigenvalue(-1),
    "lambda_max": lambda at: at.eigenvalue(1),
}


def enclosures(batch: Batch, names: Collection[str]) -> Mapping[str, Any] | None:
    """Balls around the named quantities of one instance; None if one has no route: eigenvalues beyond the plane."""
    routes = {**ROUTES, **PLANE} if batch.shape["d"] == 2 else ROUTES
    if not set(names) <= {*routes, *batch.shape}:
        return None
    found: dict[str, Any] = {name: arb(batch.shape[name]) for name in names if name in batch.shape}
    with at_least(PRECISION):
        at = _state(batch)
        return found | {name: routes[name](at) for name in names if name not in found}


def _state(batch: Batch) -> _State:
    arrays = {name: array[..., 0] for name, array in batch.arrays.items()}
    s = arb(float(arrays["s"]))
    z = [[[s, *(s * arb(float(entry)) for entry in patch)] for patch in sample] for sample in arrays["zeta"]]
    w = [arb(float(entry)) for entry in arrays["w"]]
    return _State(z, w, arb(float(arrays["gamma"])), arb(float(arrays["step"])), s)
