"""Generalization: a sample of size n from a distribution on finitely many points, and the worst predictor for it.

The distribution puts mass p_j on the pair (x_j, y_j), j = 1..N, so that the expected loss is exact. The loss is
ℓ(f, y) = min(κ|f − y|, M), κ-Lipschitz in f with values in [0, M]. A batch holds `X` (d, N, B), `y`, `p` (N, B), the
sample as its counts `counts` (N, B), a predictor `W1` (m, d, B), …, `v` (m, B) chosen after the sample to make
E ℓ − Ê ℓ large, and `rho`, `lipschitz`, `span`, `delta` (B,). All instances of a draw share everything but the
sample.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.engine.activations import ACTIVATIONS
from wnverify.engine.networks import autodiff
from wnverify.engine.networks.derivatives import pullback
from wnverify.engine.networks.network import Network, Tape, forward, value
from wnverify.families.kit.parts import once, read, two_routes, vocabulary
from wnverify.families.kit.steering import stretching
from wnverify.families.kit.table import Array, Table
from wnverify.families.networks.moves import move_inputs
from wnverify.families.networks.regression import input_norm, n
from wnverify.families.networks.regression_fields import network_of, weights
from wnverify.families.networks.setting import Given, L, OverNetworks, beta, c0, d, hypotheses, layers, m, slope
from wnverify.family import Arrays, Move, Scaling, Shape, Situation, merged
from wnverify.quantities import Interval, Quantity, Side

ASCENT = 12
"""Steps towards the worst predictor of a sample."""
SHAPES = (
    (1, 1, 4, 4, 10), (2, 4, 16, 16, 10000), (1, 1, 128, 128, 96), (6, 4, 8, 16, 400),
    (2, 2, 4, 8, 400), (1, 1, 64, 64, 64), (1, 64, 2, 4, 4), (3, 3, 8, 16, 100), (1, 4, 128, 128, 64),
)  # fmt: skip


@once
def _network(batch: Batch) -> Network:
    return network_of(batch, weights(batch), batch.arrays["v"])


@once
def _tape(batch: Batch) -> Tape:
    return forward(_network(batch), 1)


def _excess(batch: Batch) -> FloatArray:
    """p_j − counts_j/n, (N, B): the weights of E ℓ − Ê ℓ."""
    return batch.arrays["p"] - batch.arrays["counts"] / batch.arrays["counts"].sum(axis=0)


def _losses(batch: Batch, outputs: FloatArray) -> FloatArray:
    return np.minimum(batch.arrays["lipschitz"] * np.abs(outputs - batch.arrays["y"]), batch.arrays["span"])


def _gap(batch: Batch) -> FloatArray:
    """E ℓ − Ê ℓ at the predictor that is given, (B,)."""
    return np.sum(_excess(batch) * _losses(batch, value(_network(batch), _tape(batch))), axis=0)


def _gap_one_by_one(batch: Batch) -> FloatArray:
    """The same from single outputs by the independent oracle, the expectations summed in plain order."""
    net, found = _network(batch), []
    for index in range(batch.size):
        expected_loss = empirical = 0.0
        total = float(batch.arrays["counts"][:, index].sum())
        for point in range(batch.shape["N"]):
            W = tuple(rows[:, :, 0, [index]] for rows in net.W)
            one = Network(W, net.v[:, 0, [index]], net.x[:, point, [index]], net.activation, net.scaling)
            error = abs(autodiff.oracle_value(one) - batch.arrays["y"][point, index])
            loss = min(float(batch.arrays["lipschitz"][index]) * error, float(batch.arrays["span"][index]))
            expected_loss += float(batch.arrays["p"][point, index]) * loss
            empirical += float(batch.arrays["counts"][point, index]) / total * loss
        found.append(expected_loss - empirical)
    return np.array(found)


def _uphill(batch: Batch) -> dict[str, FloatArray]:
    """The gradient of E ℓ − Ê ℓ in the weights."""
    error = value(_network(batch), _tape(batch)) - batch.arrays["y"]
    rate = batch.arrays["lipschitz"]
    inside = rate * np.abs(error) < batch.arrays["span"]
    found = pullback(_network(batch), _tape(batch), _excess(batch) * rate * np.sign(error) * inside)
    return {f"W{layer + 1}": part[:, :, 0] for layer, part in enumerate(found.W)} | {"v": found.v[:, 0]}


def climbed(batch: Batch, steps: int) -> Batch:
    """The best predictors on a projected ascent with unit rows and ‖v‖ = 1 + ρ₁."""
    best, found = batch.arrays, _gap(batch)
    for number in range(steps):
        slopes, arrays = _uphill(batch), dict(batch.arrays)
        rate = 0.5 / (1.0 + number)
        for name, part in slopes.items():
            axis = 0 if name == "v" else 1
            length = np.maximum(np.linalg.norm(part, axis=axis, keepdims=True), 1e-300)
            radius = 1.0 + arrays["rho"] if name == "v" else 1.0
            moved = arrays[name] + rate * radius * part / length
            arrays[name] = radius * moved / np.maximum(np.linalg.norm(moved, axis=axis, keepdims=True), 1e-300)
        batch = batch.with_arrays(arrays)
        gap = _gap(batch)
        best = {name: np.where(gap > found, arrays[name], best[name]) for name in arrays}
        found = np.maximum(found, gap)
    return batch.with_arrays(best)


rho = read("rho", "radius ρ₁ of the output layers of the class, ‖v‖₂ ≤ 1 + ρ₁", low=0, latex=r"\rho")
lipschitz = read("lipschitz", "Lipschitz constant κ of the loss in the output", low=0, latex=r"\kappa")
span = read("span", "M, where the loss takes values in [0, M]", low=0, strict=True, latex="M")
delta = read("delta", "failure probability δ", low=0, high=1, strict=True)
output_norm = read(
    "output_norm", "‖v‖₂", lambda batch: np.linalg.norm(batch.arrays["v"], axis=0), low=0, latex=r"\|v\|_2"
)
generalization_gap = two_routes(
    "generalization_gap",
    "E ℓ − Ê ℓ at the worst predictor that an ascent finds for the sample",
    _gap,
    _gap_one_by_one,
    side=Side.LOWER,
    latex=r"\mathbb{E}\ell-\hat{\mathbb{E}}\ell",
)

LIPSCHITZ: Given = {
    **hypotheses(input_norm, smooth=False),
    "output layer in the class": (output_norm, "<=", 1 + rho),
}


class FiniteDistributions(OverNetworks):
    """Distributions on N points with samples of size n, and the predictors that fare worst on them."""

    name = "generalization"
    quantities: Mapping[str, Quantity] = vocabulary(globals(), L, m, d, n, beta, c0, slope, input_norm)
    settings: Mapping[str, tuple[str, ...]] = {
        "activation": ("identity", "tanh", "softplus0", "softplus"),
        "scaling": ("fan_out",),
    }
    regimes = ("one-sided", "two-sided", "memorising")
    cost = 4.0

    def shapes(self) -> Sequence[Shape]:
        """Depth, width, input dimension, number of points and sample size."""
        return [dict(zip(("L", "m", "d", "N", "n"), sizes, strict=True)) for sizes in SHAPES]

    def draw(self, situation: Situation, regime: str, count: int, rng: np.random.Generator) -> Batch:
        """Draw the distribution, the class and the loss, then `count` samples, each with its worst predictor.

        Regimes: `one-sided` targets at the end of reach, so that ℓ is linear in f; `two-sided` at both ends, so that
        outputs that all points share, as φ(0) ≠ 0 makes them, tell the sides apart; `memorising` targets ±t and a
        steep loss, cut off at M = κt, so that fitting the sample says nothing about the points outside it.
        """
        d, N = situation.shape["d"], situation.shape["N"]
        X = rng.standard_normal((d, N))
        if d >= N:
            X = np.linalg.qr(X)[0]
        X *= (1 - 1e-15) / np.linalg.norm(X, axis=0)
        p = rng.dirichlet(np.full(N, 5.0))
        reach = 1.0 + float(rng.uniform(0.0, 3.0))
        rate, delta = float(np.exp(rng.uniform(-1.0, 1.0))), float(rng.uniform(0.2, 0.5))
        end = reach * (1.0 + _offset(situation))
        if regime == "memorising":
            t = reach / np.sqrt(N)
            y, span = t * rng.choice([-1.0, 1.0], N), rate * t
        else:
            sides = rng.choice([-1.0, 1.0], N) if regime == "two-sided" else np.ones(N)
            y, span = end * sides, 2.0 * rate * end
        numbers = {"rho": reach - 1.0, "lipschitz": rate, "span": span, "delta": delta}
        shared = {"X": X, "y": y, "p": p, **{name: np.array(number) for name, number in numbers.items()}}
        arrays = {name: np.repeat(np.asarray(a)[..., None], count, axis=-1) for name, a in shared.items()}
        return self._sampled(situation, arrays, rng)

    def again(self, batch: Batch, regime: str, count: int, rng: np.random.Generator) -> Batch:
        """Fresh samples, with their worst predictors, from the distribution of the first instance."""
        arrays = batch.select(np.zeros(count, dtype=int)).arrays
        shared = {name: arrays[name] for name in ("X", "y", "p", "rho", "lipschitz", "span", "delta")}
        return self._sampled(Situation(batch.shape, batch.settings), shared, rng)

    def _sampled(self, situation: Situation, shared: dict[str, FloatArray], rng: np.random.Generator) -> Batch:
        """A sample of size n for each instance, all from one distribution, and the worst predictors for them."""
        p = shared["p"]
        counts = rng.multinomial(situation.shape["n"], p[:, 0], size=p.shape[1]).T.astype(np.float64)
        arrays = {**shared, "counts": counts}
        best = self.batch(situation, {**arrays, **_aligned(situation, arrays)})
        for other in _variants(best):
            best = merged(_gap(other) > _gap(best), other, best)
        return climbed(best, ASCENT)

    def structured(self, situation: Situation) -> Iterator[tuple[str, Batch]]:
        """One small draw of each regime; statements about probabilities are not tried on single instances."""
        for regime in self.regimes:
            yield regime, self.draw(situation, regime, 2, np.random.default_rng(0))

    def table(self, situation: Situation) -> Table:
        """The distribution, the class and the loss, the sample, the predictor."""
        return {
            "X": Array("d N"),
            "y": Array("N"),
            "p": Array("N", 0.0, 1.0),
            "rho": Array("", 0.0),
            "lipschitz": Array("", 0.0),
            "span": Array("", 1e-9),
            "delta": Array("", 1e-9, 1.0),
            "counts": Array("N", 0.0, 1e6),
            **layers(situation.shape["L"]),
            "v": Array("m"),
        }

    def moves(self) -> Mapping[str, Move]:
        """By scaling all samples, and of the numbers that are stored; v follows the radius of its class."""
        return {**OverNetworks.moves(self), "rho": _move_rho, "input_norm": partial(move_inputs, "X")}

    def scalings(self) -> Mapping[str, Scaling]:
        """‖v‖ of the predictor."""
        return {"output_norm": stretching(v=1.0)}


def _offset(situation: Situation) -> float:
    """L√m|φ(0)|, by which outputs may be larger than 1 + ρ₁, relative."""
    size = situation.shape
    return float(size["L"] * np.sqrt(size["m"]) * ACTIVATIONS[situation.settings["activation"]].c0)


def _move_rho(arrays: Arrays, interval: Interval) -> Arrays:
    rho = interval.nearest(arrays["rho"])
    return {**arrays, "rho": rho, "v": arrays["v"] * ((1.0 + rho) / (1.0 + arrays["rho"]))}


def _aligned(situation: Situation, arrays: Mapping[str, FloatArray]) -> dict[str, FloatArray]:
    """All rows along Σ τ_j x_j: τ_j = y_j on points seen too often, −y_j on the others, weighted by the excess."""
    excess = arrays["p"] - arrays["counts"] / situation.shape["n"]
    toward = np.sign(arrays["y"]) * np.where(excess < 0, 1.0, -1.0)
    steep = arrays["lipschitz"] * (1.0 + arrays["rho"]) > arrays["span"]
    weight = np.where(steep, toward, toward * np.abs(excess))
    axis = np.einsum("kjb,jb->kb", arrays["X"], weight)
    rows, width = {}, situation.shape["m"]
    for layer in range(situation.shape["L"]):
        unit = axis / np.maximum(np.linalg.norm(axis, axis=0), 1e-300)
        rows[f"W{layer + 1}"] = np.repeat(unit[None], width, axis=0)
        axis = np.ones((width, excess.shape[1]))
    return {**rows, "v": (1.0 + arrays["rho"]) * np.ones((width, 1)) / np.sqrt(width)}


def _variants(aligned: Batch) -> Iterator[Batch]:
    """The predictor with its sign turned, and with rows of both signs, so that what φ(0) adds to outputs cancels."""
    arrays, last = aligned.arrays, f"W{aligned.shape['L']}"
    signs = np.where(np.arange(aligned.shape["m"]) % 2, -1.0, 1.0)[:, None]
    yield aligned.with_arrays({**arrays, "v": -arrays["v"]})
    yield aligned.with_arrays({**arrays, last: signs[:, None] * arrays[last], "v": signs * arrays["v"]})


GENERALIZATION = FiniteDistributions()
