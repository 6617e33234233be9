"""Runs of wide two-layer ReLU networks: u_k ~ N(0, I_d) are redrawn; inputs, signs, α, R̄ and δ stay.

The width theorems promise a rate with probability 1 − δ for every target with |f(0) − y| ≤ R̄; here r(0) lies along
the lowest eigenvector of Λ(0), the slowest direction. Settings: the kernel that dominates, and flow or descent, each
with sizes close to the smallest that the hypotheses admit. Shapes give the number n of inputs only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.engine.relu.gains import eigenvalues, length, unit
from wnverify.engine.relu.kernels import angles, inverse_norm, kernel_G, kernel_V
from wnverify.engine.relu.runs import Run, descend, flow
from wnverify.errors import RecordError, expected
from wnverify.families.kit.parts import constant, read, size, vocabulary
from wnverify.families.kit.table import Array, Table, Tabled
from wnverify.families.relu.plain import PlainRun, by_runs, descended, flowed, single
from wnverify.families.relu.starts import SCALINGS, Drawn, aligned, begin, initialised, move_step, resolved, smallest
from wnverify.family import Arrays, Move, Scaling, Settings, Shape, Situation
from wnverify.quantities import Quantity

SIZES: Mapping[tuple[str, int], tuple[int, int]] = {
    ("flow V", 1): (6, 128), ("flow V", 2): (10, 320), ("flow G", 1): (2, 208), ("flow G", 2): (2, 640),
    ("descent V", 1): (6, 512), ("descent V", 2): (10, 1536), ("descent G", 1): (3, 800), ("descent G", 2): (3, 1800),
}  # fmt: skip
"""d and m."""
FLOW_STEPS, DESCENT_STEPS = 10, 15
RESIDUALS, TILT = (5e-4, 1.5e-3), 0.05
"""Drawn R̄, and how far two inputs lean towards one another: at all of them the widths are enough, at any δ drawn."""


def _sizes(batch: Batch) -> tuple[int, int]:
    return SIZES[batch.settings["kind"], batch.shape["n"]]


def _kernels(batch: Batch) -> tuple[FloatArray, FloatArray]:
    """λ₀ and μ₀, (B,)."""
    x = unit(batch.arrays["x"], 1)
    theta, d = angles(x), x.shape[1]
    return smallest(kernel_V(theta, d)), smallest(kernel_G(theta, d))


def _omega(batch: Batch) -> FloatArray:
    """λ₀/α² or μ₀."""
    least = _kernels(batch)
    return least[0] / batch.arrays["alpha"] ** 2 if batch.settings["kind"].endswith("V") else least[1]


def _eta(arrays: Arrays) -> FloatArray:
    """A share of the largest step that is admitted, (4/9κ²) min(1, α²)."""
    return arrays["step"] * 4.0 / 9.0 * np.minimum(1.0, arrays["alpha"] ** 2) / initialised(arrays).kappa ** 2


def _flows(settings: Settings) -> bool:
    return settings["kind"].startswith("flow")


def _duration(batch: Batch) -> FloatArray:
    """3/ω, or as far as the steps reach: at α = 1/4 the directions move 16 times as fast as the gains."""
    return np.minimum(3.0 / _omega(batch), resolved(eigenvalues(begin(batch).Lambda), FLOW_STEPS))


def _runs(batch: Batch) -> Run:
    """The flow, or 15 steps of descent."""

    def build() -> Run:
        at = begin(batch).narrowed()
        if _flows(batch.settings):
            return flow(at, _duration(batch), FLOW_STEPS)
        return descend(at, _eta(batch.arrays), DESCENT_STEPS)

    return batch.memo(_runs, build)


def _plain_runs(batch: Batch) -> Iterator[PlainRun]:
    """The same one by one: all at once they would fill the memory."""
    ends, eta = _duration(batch), _eta(batch.arrays)
    for b in range(batch.size):
        one = single(batch, b)
        if _flows(batch.settings):
            yield flowed(one, float(ends[b]), FLOW_STEPS)
        else:
            yield descended(one, float(eta[b]), DESCENT_STEPS)


_of_run = by_runs(_runs, _plain_runs)

alpha = read("alpha", "scale of the initialisation, v(0) = αu", low=0, strict=True)
Rbar = read("Rbar", "R̄, the largest initial residual that is admitted", low=0, strict=True, latex=r"\bar{R}")
delta = read("delta", "failure probability", low=0, high=1, strict=True)
n = size("n", "number of inputs")
m = constant("m", "width", lambda b: _sizes(b)[1], low=1, integer=True)
d = constant("d", "input dimension", lambda b: _sizes(b)[0], low=2, integer=True)
kappa = read("kappa", "|X|₂", lambda b: begin(b).kappa, low=0, strict=True, latex=r"\kappa")
lambda_0 = read(
    "lambda_0", "λ₀, least eigenvalue of V∞", lambda b: _kernels(b)[0], low=0, strict=True, latex=r"\lambda_0"
)
mu_0 = read("mu_0", "μ₀, least eigenvalue of G∞", lambda b: _kernels(b)[1], low=0, strict=True, latex=r"\mu_0")
mean_inverse = constant(
    "mean_inverse",
    "E 1/|u|",
    lambda b: inverse_norm(_sizes(b)[0]),
    low=0,
    strict=True,
    latex=r"\mathbb{E}\frac{1}{\|u\|}",
)
start_residual = read(
    "start_residual", "R₀ = |r(0)|", lambda b: length(b.arrays["r"]), low=0, strict=True, latex="R_0"
)
step = read("step", "step size η", lambda b: _eta(b.arrays), low=0, strict=True, latex=r"\eta")
rate = _of_run(
    "rate", "least log(R₀/|r(t)|)/t of the flow, t ≤ 3/ω or as far as it is resolved",
    lambda at: at.rate.min(axis=0), lambda one: one.rate,
    latex=r"\min_t\frac{1}{t}\log\frac{R_0}{\|r(t)\|}")  # fmt: skip
step_rate = _of_run(
    "step_rate", "least (1 − (|r(s)|/R₀)^{1/s})/η of descent, s ≤ 15",
    lambda at: at.contraction(), lambda one: one.contraction(),
    latex=r"\min_s\frac{1-(\|r(s)\|/R_0)^{1/s}}{\eta}")  # fmt: skip
gain_shift = _of_run(
    "gain_shift",
    "greatest |g_k(t) − g_k(0)|",
    lambda at: at.gain_shift,
    lambda one: one.gain_shift,
    low=0,
    latex=r"\max_t|g_k(t)-g_k(0)|",
)


class ReluWidths(Tabled):
    """One or two inputs, widths from 128."""

    name = "relu_widths"
    quantities: Mapping[str, Quantity] = vocabulary(globals())
    settings: Mapping[str, tuple[str, ...]] = {"kind": ("flow V", "flow G", "descent V", "descent G")}
    regimes = ("inside", "alpha outside", "far targets")
    cost = 10.0
    boxed = True
    agreement = 1e-4
    """The two routes integrate the flow by different methods."""

    def shapes(self) -> Sequence[Shape]:
        """The number of inputs; d and m follow from the settings."""
        return [{"n": 1}, {"n": 2}]

    def table(self, situation: Situation) -> Table:
        """The arrays of a start of these sizes, and what the statement says of it; never climbed.

        Raises:
            RecordError: if there are more inputs than widths are known for.
        """
        kind, inputs = situation.settings["kind"], situation.shape["n"]
        if (kind, inputs) not in SIZES:
            raise RecordError(expected("one or two inputs", f"n={inputs}"))
        dim, width = SIZES[kind, inputs]
        return {
            "u": Array(f"{width} {dim}", -6.0, 6.0, vectors=True),
            "x": Array(f"n {dim}", -2.0, 2.0, vectors=True),
            "c": Array(f"{width}", -1.0, 1.0),
            "r": Array("n", -50.0, 50.0),
            "alpha": Array("", 0.2, 5.0),
            "Rbar": Array("", 1e-4, 1e3),
            "delta": Array("", 0.4, 0.5),
            "step": Array("", 1e-3, 1.0),
        }

    def draw(self, situation: Situation, regime: str, count: int, rng: np.random.Generator) -> Batch:
        """Draw repetitions at one setting of inputs, signs, α, R̄, δ and step.

        Regimes: `inside` α ≤ 1 for V, ≥ 1 for G; `alpha outside` α = 4 for V, 1/4 for G; `far targets` all signs
        +1 and y = −10, which no gains reach.
        """
        inputs, kind = situation.shape["n"], situation.settings["kind"]
        dim, width = SIZES[kind, inputs]
        x = np.linalg.qr(rng.standard_normal((dim, dim)))[0][:inputs]
        x[-1] = x[-1] + np.clip(0.05 * rng.standard_normal(), -TILT, TILT) * x[0]
        small, size = kind.endswith("V"), np.exp(rng.uniform(*np.log(RESIDUALS)))
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
        return self.batch(situation, _aimed(arrays, regime))

    def again(self, batch: Batch, regime: str, count: int, rng: np.random.Generator) -> Batch:
        """Fresh u at the inputs, signs and parameters of the first instance."""
        width, dim, _ = batch.arrays["u"].shape
        arrays = {**batch.select(np.zeros(count, dtype=int)).arrays, "u": _neurons(width, dim, count, rng)}
        return batch.with_arrays(_aimed(arrays, regime))

    def structured(self, situation: Situation) -> Iterator[tuple[str, Batch]]:
        """None: the statements are about repetitions."""
        yield from ()

    def moves(self) -> Mapping[str, Move]:
        """The step size is moved by its share of the largest one."""
        return {**Tabled.moves(self), "step": move_step(_eta)}

    def scalings(self) -> Mapping[str, Scaling]:
        """By the residual."""
        return {"start_residual": SCALINGS["start_residual"]}


def _neurons(width: int, dim: int, count: int, rng: np.random.Generator) -> FloatArray:
    return np.clip(rng.standard_normal((width, dim, count)), -6.0, 6.0)


def _aimed(arrays: Drawn, regime: str) -> Drawn:
    """The residuals of the regime: towards far targets, or along the slowest direction."""
    return _far(arrays) if regime == "far targets" else aligned(arrays, arrays["Rbar"] * (1 - 1e-9))


def _far(arrays: Drawn) -> Drawn:
    """Signs +1 and y = −10: r(0) = f(0) + 10."""
    x, u = unit(arrays["x"], 1), arrays["u"]
    outputs = np.maximum(np.einsum("kdb,idb->kib", u, x), 0.0).sum(axis=0) / np.sqrt(u.shape[0])
    return {**arrays, "c": np.ones_like(arrays["c"]), "r": outputs + 10.0, "Rbar": np.full(u.shape[-1], 100.0)}


RELU_WIDTHS = ReluWidths()
