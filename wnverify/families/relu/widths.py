"""Runs of wide two-layer ReLU networks: u_k ~ N(0, I_d) are redrawn; inputs, signs, α, R̄ and δ stay.

The width theorems promise a rate with probability 1 − δ for every target with |f(0) − y| ≤ R̄; here r(0) lies along
the lowest eigenvector of Λ(0), the slowest direction. Settings: the kernel that dominates, and flow or descent, each
with sizes close to the smallest that the hypotheses admit. Shapes give the number n of inputs only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.engine.relu.gains import length, unit
from wnverify.engine.relu.kernels import angles, inverse_norm, kernel_G, kernel_V
from wnverify.engine.relu.runs import Run, descend, flow
from wnverify.errors import RecordError, expected
from wnverify.families.kit.boxes import Box
from wnverify.families.relu.runs_draws import Arrays, RunCoordinates, aligned, begin, smallest
from wnverify.families.relu.runs_plain import PlainRun, descended, each, flowed
from wnverify.family import Coordinates, Family, Shape, Situation
from wnverify.quantity import Quantity, Route

__all__ = ["RELU_WIDTHS", "ReluWidths"]

SIZES: Mapping[tuple[str, int], tuple[int, int]] = {
    ("flow V", 1): (6, 128), ("flow V", 2): (10, 320), ("flow G", 1): (2, 208), ("flow G", 2): (2, 640),
    ("descent V", 1): (6, 512), ("descent V", 2): (10, 1536), ("descent G", 1): (3, 800), ("descent G", 2): (3, 1800),
}  # fmt: skip
"""d and m."""
FLOW_STEPS, DESCENT_STEPS = 10, 15
BOXES: Mapping[str, Box] = {
    "u": (-6.0, 6.0), "x": (-2.0, 2.0), "c": (-1.0, 1.0), "r": (-50.0, 50.0), "alpha": (0.2, 5.0),
    "Rbar": (1e-4, 1e3), "delta": (0.4, 0.5), "step": (1e-3, 1.0),
}  # fmt: skip


def _kernels(batch: Batch) -> tuple[FloatArray, FloatArray]:
    """λ₀ and μ₀, (B,)."""
    x = unit(batch.arrays["x"], 1)
    theta, d = angles(x), x.shape[1]
    return smallest(kernel_V(theta, d)), smallest(kernel_G(theta, d))


def _omega(batch: Batch) -> FloatArray:
    """λ₀/α² or μ₀."""
    least = _kernels(batch)
    return least[0] / batch.arrays["alpha"] ** 2 if batch.settings["kind"].endswith("V") else least[1]


def _eta(batch: Batch) -> FloatArray:
    """A share of the largest step that is admitted, (4/9κ²) min(1, α²)."""
    return batch.arrays["step"] * 4.0 / 9.0 * np.minimum(1.0, batch.arrays["alpha"] ** 2) / begin(batch).kappa ** 2


def run(batch: Batch) -> Run:
    """The flow up to 3/ω, or 15 steps of descent."""
    if batch.settings["kind"].startswith("flow"):
        return batch.memo("run", lambda: flow(begin(batch), 3.0 / _omega(batch), FLOW_STEPS))
    return batch.memo("run", lambda: descend(begin(batch), _eta(batch), DESCENT_STEPS))


def _plain(batch: Batch, formula: Callable[[PlainRun], float]) -> FloatArray:
    ends, eta = 3.0 / _omega(batch), _eta(batch)
    if batch.settings["kind"].startswith("flow"):
        return each(batch, lambda one, b: formula(flowed(one, float(ends[b]), FLOW_STEPS)))
    return each(batch, lambda one, b: formula(descended(one, float(eta[b]), DESCENT_STEPS)))


def _rate(one: PlainRun) -> float:
    times = one.h * np.arange(1, len(one.points))
    return float(np.min(-np.log(one.sizes[1:] / one.sizes[0]) / times))


def _contraction(one: PlainRun) -> float:
    powers = np.arange(1, len(one.points))
    return float(np.min((1.0 - (one.sizes[1:] / one.sizes[0]) ** (1.0 / powers)) / one.h))


def _step_rate(batch: Batch) -> FloatArray:
    found = run(batch)
    powers = np.arange(1, found.points)[:, None]
    return np.asarray(((1.0 - (found.size[1:] / found.size[0]) ** (1.0 / powers)) / found.time[1]).min(axis=0))


def _array(name: str, meaning: str) -> Quantity:
    return Quantity(name, meaning, low=0, strict=True, route=Route(lambda b: b.arrays[name]))


def _number(name: str, meaning: str, value: Callable[[Batch], float | FloatArray]) -> Quantity:
    def route(batch: Batch) -> FloatArray:
        return np.broadcast_to(np.asarray(value(batch), dtype=np.float64), (batch.size,)).copy()

    return Quantity(name, meaning, low=0, strict=True, route=Route(route))


alpha = _array("alpha", "scale of the initialisation, v(0) = αu")
Rbar = _array("Rbar", "R̄, the largest initial residual that is admitted")
delta = Quantity("delta", "failure probability", low=0, high=1, strict=True, route=Route(lambda b: b.arrays["delta"]))
n = Quantity(
    "n", "number of inputs", low=1, integer=True, route=Route(lambda b: np.full(b.size, float(b.shape["n"])))
)
m = Quantity("m", "width", low=1, integer=True, route=Route(lambda b: np.full(b.size, float(b.arrays["u"].shape[0]))))
d = Quantity(
    "d", "input dimension", low=2, integer=True, route=Route(lambda b: np.full(b.size, float(b.arrays["u"].shape[1])))
)
kappa = _number("kappa", "|X|₂", lambda b: begin(b).kappa)
lambda_0 = _number("lambda_0", "λ₀, least eigenvalue of V∞", lambda b: _kernels(b)[0])
mu_0 = _number("mu_0", "μ₀, least eigenvalue of G∞", lambda b: _kernels(b)[1])
mean_inverse = _number("mean_inverse", "E 1/|u|", lambda b: inverse_norm(b.arrays["u"].shape[1]))
start_residual = _number("start_residual", "R₀ = |r(0)|", lambda b: length(b.arrays["r"]))
step = _number("step", "step size η", _eta)
rate = Quantity(
    "rate", "least log(R₀/|r(t)|)/t of the flow, t ≤ 3/ω",
    route=Route(lambda b: run(b).rate.min(axis=0), None, lambda b: _plain(b, _rate)),
)  # fmt: skip
step_rate = Quantity(
    "step_rate", "least (1 − (|r(s)|/R₀)^{1/s})/η of descent, s ≤ 15",
    route=Route(_step_rate, None, lambda b: _plain(b, _contraction)),
)  # fmt: skip
gain_shift = Quantity(
    "gain_shift", "greatest |g_k(t) − g_k(0)|", low=0,
    route=Route(
        lambda b: np.abs(run(b).g - run(b).g[0]).max(axis=(0, 1)), None,
        lambda b: _plain(b, lambda one: float(max(np.abs(g - one.one.g).max() for _, g in one.points))),
    ),
)  # fmt: skip


class ReluWidths(Family):
    """One or two inputs, widths from 128."""

    name = "relu_widths"
    quantities: Mapping[str, Quantity] = {
        value.name: value for value in list(globals().values()) if isinstance(value, Quantity)
    }
    settings: Mapping[str, tuple[str, ...]] = {"kind": ("flow V", "flow G", "descent V", "descent G")}
    regimes = ("inside", "alpha outside", "far targets")
    cost = 10.0

    def shapes(self) -> Sequence[Shape]:
        """The number of inputs; d and m follow from the settings."""
        return [{"n": 1}, {"n": 2}]

    def draw(self, situation: Situation, regime: str, count: int, rng: np.random.Generator) -> Batch:
        """Draw repetitions at one setting of inputs, signs, α, R̄, δ and step.

        Regimes: `inside` α ≤ 1 for V, ≥ 1 for G; `alpha outside` α = 4 for V, 1/4 for G; `far targets` all signs
        +1 and y = −10, which no gains reach.
        """
        inputs, kind = situation.shape["n"], situation.settings["kind"]
        dim, width = SIZES[kind, inputs]
        x = np.linalg.qr(rng.standard_normal((dim, dim)))[0][:inputs]
        x[-1] = x[-1] + 0.05 * rng.standard_normal() * x[0]
        small, size = kind.endswith("V"), np.exp(rng.uniform(np.log(1e-3), np.log(3e-3)))
        inside = rng.uniform(0.3, 0.7) if small else np.exp(rng.uniform(0.4, 1.4))
        outside = 4.0 if small else 0.25
        ones = np.ones(count)
        arrays = {
            "u": _neurons(width, dim, count, rng),
            "x": x[..., None] * ones,
            "c": np.where(rng.random(width) < 0.5, -1.0, 1.0)[:, None] * ones,
            "r": np.ones((inputs, count)),
            "alpha": (outside if regime == "alpha outside" else inside) * ones,
            "Rbar": size * ones,
            "delta": rng.uniform(0.4, 0.5) * ones,
            "step": rng.uniform(0.7, 1.0) * ones,
        }
        return Batch(self.name, situation.shape, situation.settings, _aimed(arrays, regime))

    def again(self, batch: Batch, regime: str, count: int, rng: np.random.Generator) -> Batch:
        """Fresh u at the inputs, signs and parameters of the first instance."""
        width, dim, _ = batch.arrays["u"].shape
        arrays = {**batch.select(np.zeros(count, dtype=int)).arrays, "u": _neurons(width, dim, count, rng)}
        return Batch(self.name, batch.shape, batch.settings, _aimed(arrays, regime))

    def structured(self, situation: Situation) -> Iterator[tuple[str, Batch]]:
        """None: the statements are about repetitions."""
        yield from ()

    def coordinates(self, situation: Situation) -> Coordinates:
        """Boxes; not used, as claims with a probability are not climbed."""
        return RunCoordinates(self.draw(situation, "inside", 1, np.random.default_rng(0)), BOXES)

    def check(self, batch: Batch) -> None:
        """Refuse what is not a start of these sizes.

        Raises:
            RecordError: if an array is missing or misshapen.
        """
        super().check(batch)
        inputs = batch.shape.get("n", 0)
        dim, width = SIZES.get((batch.settings["kind"], inputs), (0, 0))
        wanted: dict[str, tuple[int, ...]] = {"u": (width, dim), "x": (inputs, dim), "c": (width,), "r": (inputs,)}
        wanted |= {"alpha": (), "Rbar": (), "delta": (), "step": ()}
        found = {name: array.shape[:-1] for name, array in batch.arrays.items()}
        if found != wanted:
            raise RecordError(expected(f"arrays of shapes {wanted}", str(found)[:200]))


def _neurons(width: int, dim: int, count: int, rng: np.random.Generator) -> FloatArray:
    return np.clip(rng.standard_normal((width, dim, count)), -6.0, 6.0)


def _aimed(arrays: Arrays, regime: str) -> Arrays:
    """The residuals of the regime: towards far targets, or along the slowest direction."""
    return _far(arrays) if regime == "far targets" else aligned(arrays, arrays["Rbar"] * (1 - 1e-9))


def _far(arrays: Arrays) -> Arrays:
    """Signs +1 and y = −10: r(0) = f(0) + 10."""
    x, u = unit(arrays["x"], 1), arrays["u"]
    outputs = np.maximum(np.einsum("kdb,idb->kib", u, x), 0.0).sum(axis=0) / np.sqrt(u.shape[0])
    return {**arrays, "c": np.ones_like(arrays["c"]), "r": outputs + 10.0, "Rbar": np.full(u.shape[-1], 100.0)}


RELU_WIDTHS = ReluWidths()
