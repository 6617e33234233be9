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
from wnverify.errors import RecordError, expected
from wnverify.families.kit.parts import read, two_routes, vocabulary
from wnverify.families.kit.steering import stretching
from wnverify.families.kit.table import Array, Table, TableCoordinates
from wnverify.families.networks import generalization_fields as fields
from wnverify.families.networks.coordinates import in_ball
from wnverify.families.networks.generalization_class import (
    expected_gap,
    loss_complexity,
    loss_rademacher,
    output_rademacher,
    uniform_gap,
)
from wnverify.families.networks.moves import move_inputs
from wnverify.families.networks.regression import input_norm, n
from wnverify.families.networks.setting import Given, L, OverNetworks, beta, c0, d, hypotheses, layers, m, slope
from wnverify.family import Arrays, Coordinates, Move, Scaling, Shape, Situation
from wnverify.quantities import Interval, Quantity, Side

MISSED = 1e-4
"""By how much probabilities may miss a sum of 1, and counts whole numbers: an instance is shaken to see how steady it
is."""
SHAPES = (
    (1, 1, 16, 16, 12), (2, 4, 16, 16, 10000), (1, 1, 128, 128, 96), (6, 4, 8, 16, 400),
    (2, 2, 4, 8, 400), (1, 1, 64, 64, 64), (1, 64, 2, 4, 4), (3, 3, 8, 16, 100), (1, 4, 128, 128, 64),
    (1, 1, 8, 8, 1), (2, 3, 2, 3, 6), (3, 2, 4, 4, 3),
)  # fmt: skip
"""L, m, d, N and n; of the last three and of one before all samples can be listed, see `generalization_class`."""


BEYOND = 2.0
"""How far labels are from the middle, over how far such outputs are: so far all are fitted, and M is still small."""

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
    fields.gap,
    fields.gap_one_by_one,
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
    quantities: Mapping[str, Quantity] = vocabulary(
        globals(), L, m, d, n, beta, c0, slope, input_norm,
        *(uniform_gap, expected_gap, loss_complexity, loss_rademacher, output_rademacher),
    )  # fmt: skip
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
        outputs that all points share, as φ(0) ≠ 0 makes them, tell the sides apart; `memorising` targets ±t beside
        the outputs that all points share, twice as far as outputs reach, and a steep loss, cut off at M = κt, so that
        fitting the sample says nothing about the points outside it.
        """
        d, N = situation.shape["d"], situation.shape["N"]
        X = rng.standard_normal((d, N))
        if d >= N:
            X = np.linalg.qr(X)[0]
        X *= fields.INSIDE / np.linalg.norm(X, axis=0)
        p = rng.dirichlet(np.full(N, 5.0))
        reach = 1.0 + float(rng.uniform(0.0, 3.0))
        rate, delta = float(np.exp(rng.uniform(-1.0, 1.0))), float(rng.uniform(0.2, 0.5))
        end = reach * (1.0 + _offset(situation))
        if regime == "memorising":
            centre, t = (reach * part for part in _memorised(situation))
            y, span = centre + t * rng.choice([-1.0, 1.0], N), rate * t
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
        begin = self.batch(situation, {**arrays, **fields.aligned(situation, arrays)})
        return fields.fared_worst(begin, shared=True)

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

    def coordinates(self, situation: Situation) -> Coordinates:
        """The arrays; p stays a distribution, the counts those of a sample, inputs and v in their balls."""
        return TableCoordinates(self.name, situation, self.table(situation), partial(_repaired, situation.shape["n"]))

    def check(self, batch: Batch) -> None:
        """Refuse what is no sample of a distribution.

        Raises:
            RecordError: if an array is missing or misshapen, p does not add up to 1, or the counts do not to n.
        """
        OverNetworks.check(self, batch)
        p, counts, n = batch.arrays["p"], batch.arrays["counts"], batch.shape["n"]
        if (p < -MISSED).any() or (np.abs(p.sum(axis=0) - 1) > MISSED).any():
            raise RecordError(expected("probabilities p that add up to 1", f"{p.sum(axis=0)[:3]}"))
        whole = np.rint(counts)
        if (np.abs(counts - whole) > MISSED).any() or (whole < 0).any() or (whole.sum(axis=0) != n).any():
            raise RecordError(expected(f"whole counts that add up to n={n}", f"{counts[:, 0].tolist()[:5]}"))

    def moves(self) -> Mapping[str, Move]:
        """By scaling all samples, and of the numbers that are stored; v follows the radius of its class."""
        return {**OverNetworks.moves(self), "rho": _move_rho, "input_norm": partial(move_inputs, "X")}

    def scalings(self) -> Mapping[str, Scaling]:
        """‖v‖ of the predictor."""
        return {"output_norm": stretching(v=1.0)}


def _memorised(situation: Situation) -> tuple[float, float]:
    """The middle of the outputs at ‖v‖ = 1 that tell N orthogonal points apart, and how far the labels are from it.

    All rows of a layer are alike, the first along Σ ±x_j: neurons have z = ±1/√(mN) there, and φ of the last ones
    in the layers above.
    """
    m, N = situation.shape["m"], situation.shape["N"]
    ends = np.array([1.0, -1.0]) / np.sqrt(m * N)
    for _ in range(situation.shape["L"]):
        ends = ACTIVATIONS[situation.settings["activation"]].value(ends)
    high, low = (float(end) * np.sqrt(m) for end in ends)
    return (high + low) / 2, BEYOND * (high - low) / 2


def _offset(situation: Situation) -> float:
    """L√m|φ(0)|, by which outputs may be larger than 1 + ρ₁, relative."""
    size = situation.shape
    return float(size["L"] * np.sqrt(size["m"]) * ACTIVATIONS[situation.settings["activation"]].c0)


def _repaired(size: int, arrays: Arrays) -> Arrays:
    """Probabilities that add up to 1, whole counts that do to n, inputs in their ball and v in its own."""
    p = arrays["p"] + (arrays["p"].sum(axis=0) == 0.0)
    length = np.maximum(np.linalg.norm(arrays["v"], axis=0) / ((1.0 + arrays["rho"]) * fields.INSIDE), 1.0)
    X = fields.INSIDE * in_ball(arrays["X"] / fields.INSIDE)
    kept = {"X": X, "p": p / p.sum(axis=0), "v": arrays["v"] / length}
    return {**arrays, **kept, "counts": _whole(size, arrays["counts"])}


def _whole(size: int, counts: FloatArray) -> FloatArray:
    """Whole numbers in proportion to some that are not negative, (N, B), so many in all: the largest remainders up.

    >>> _whole(3, np.array([[1.0], [1.2], [0.0]])).ravel().tolist()
    [1.0, 2.0, 0.0]
    """
    counts = counts + (counts.sum(axis=0) == 0.0)
    shares = counts * size / counts.sum(axis=0)
    found = np.floor(shares + 1e-9)
    ranks = np.argsort(np.argsort(found - shares, axis=0, kind="stable"), axis=0, kind="stable")
    return np.asarray(found + (ranks < size - found.sum(axis=0)))


def _move_rho(arrays: Arrays, interval: Interval) -> Arrays:
    rho = interval.nearest(arrays["rho"])
    return {**arrays, "rho": rho, "v": arrays["v"] * ((1.0 + rho) / (1.0 + arrays["rho"]))}


GENERALIZATION = FiniteDistributions()
