"""A class of predictors that is fixed before the sample is, and what a proof of a generalization bound says of it.

The class of an instance is that of all predictors that the search finds for any sample of n of its N points, and the
one that the instance holds, which is among them where the family drew it. What a proof bounds, a supremum over a
class, its expectation and its Rademacher complexity, are then finite sums:

    Φ(S) = max_g (E g − Ê_S g),    E Φ = Σ_S P(S) Φ(S),    R̂_S(g) = E_ε max_g (1/n) Σ_i ε_i g(x_i),    R_n = E_S R̂_S,

over all samples S and signs ε. Samples, and samples with signs, are told by how often they hold each point, with
either sign: there are C(n+N−1, n) and C(n+2N−1, n) of them. Beyond `MOST` there is no number.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, product

import numpy as np
from numpy.typing import NDArray

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.families.kit.parts import Values, once, parts
from wnverify.families.networks import generalization_fields as fields
from wnverify.family import Shape, Situation
from wnverify.quantities import Quantity

MOST, LONGEST = 500, 8
"""Samples with signs, and points in a sample, of which everything is summed."""
NAMES = ("uniform_gap", "expected_gap", "loss_complexity", "loss_rademacher", "output_rademacher")
SHARED = ("X", "y", "p", "rho", "lipschitz", "span")
"""What the class depends on; repetitions at one setting share it."""


def enumerated(shape: Shape) -> bool:
    """Whether samples of this shape are few enough to be summed over.

    >>> enumerated({"N": 4, "n": 4}), enumerated({"N": 16, "n": 400})
    (True, False)
    """
    n, N = shape["n"], shape["N"]
    return n <= LONGEST and math.comb(n + 2 * N - 1, n) <= MOST


@lru_cache(maxsize=64)
def compositions(total: int, cells: int) -> FloatArray:
    """Every way to write a number as a sum of so many, (Q, cells).

    >>> compositions(2, 2).tolist()
    [[0.0, 2.0], [1.0, 1.0], [2.0, 0.0]]
    """
    bars = np.array(list(combinations(range(total + cells - 1), cells - 1)), dtype=float).reshape(-1, cells - 1)
    ends = np.pad(bars, ((0, 0), (1, 1)), constant_values=((0, 0), (-1, total + cells - 1)))
    return np.diff(ends, axis=1) - 1


def _chances(counts: FloatArray, p: FloatArray) -> FloatArray:
    """The multinomial probability of each row of counts, (Q,), where a cell has the probability p (cells,)."""
    ways = [math.factorial(int(row.sum())) / math.prod(math.factorial(int(c)) for c in row) for row in counts]
    return np.array(ways) * np.prod(p**counts, axis=1)


@lru_cache(maxsize=4096)
def _signed(counts: tuple[int, ...]) -> tuple[FloatArray, FloatArray]:
    """What Σ ε can be over the samples at each point, (Q, N), and with which probabilities, (Q,)."""
    ways = list(product(*(range(count + 1) for count in counts)))
    chances = [math.prod(map(math.comb, counts, plus)) / 2 ** sum(counts) for plus in ways]
    return 2.0 * np.array(ways) - np.array(counts), np.array(chances)


def _chance_of(p: FloatArray) -> FloatArray:
    """Probabilities that add up to 1, of numbers that nearly do."""
    return np.maximum(p, 0.0) / np.maximum(p, 0.0).sum()


@dataclass(frozen=True)
class _Class:
    """A class on the points of one distribution, and the instances that share it but for one predictor of their own.

    Args:
        p: the probabilities of the points, (N,).
        losses: of the predictors that were found, (K, N).
        outputs: theirs, (K, N).
        own_losses: of the predictor of each instance, (N, B).
        own_outputs: theirs, (N, B).
        counts: the sample of each instance, (N, B).
    """

    p: FloatArray
    losses: FloatArray
    outputs: FloatArray
    own_losses: FloatArray
    own_outputs: FloatArray
    counts: FloatArray

    def numbers(self) -> Values:
        """Everything that a proof speaks of, each (B,)."""
        n, N = int(self.counts[:, 0].sum()), self.p.size
        samples, halves = compositions(n, N), compositions(n, 2 * N)
        over = self.p[:, None] - self.counts / n
        best = np.maximum((self.losses @ over).max(axis=0), np.sum(self.own_losses * over, axis=0))
        expected = _chances(samples, self.p) @ _largest(self.p - samples / n, self.losses, self.own_losses)
        signed = _largest((halves[:, :N] - halves[:, N:]) / n, self.losses, self.own_losses)
        complexity = _chances(halves, np.tile(self.p / 2, 2)) @ signed
        on_sample = [
            self._on_sample(*pair) for pair in ((self.losses, self.own_losses), (self.outputs, self.own_outputs))
        ]
        return dict(zip(NAMES, (best, expected, complexity, *on_sample), strict=True))

    def _on_sample(self, members: FloatArray, own: FloatArray) -> FloatArray:
        """R̂_S of losses or of outputs, (B,); instances with the same sample are looked at together."""
        found = np.empty(own.shape[1])
        drawn, place = np.unique(self.counts, axis=1, return_inverse=True)
        for index, counts in enumerate(drawn.T):
            chosen = np.flatnonzero(place.ravel() == index)
            sums, chances = _signed(tuple(map(int, counts)))
            found[chosen] = chances @ _largest(sums / counts.sum(), members, own[:, chosen])
        return found


def _largest(weights: FloatArray, members: FloatArray, own: FloatArray) -> FloatArray:
    """max_g Σ_j w_j g_j for each row of weights (Q, N), over the members (K, N) and each one's own (N, B): (Q, B)."""
    return np.maximum((weights @ members.T).max(axis=1)[:, None], weights @ own)


# ---- the class of an instance


def _kinds(batch: Batch) -> Iterator[NDArray[np.intp]]:
    """The positions of the instances that share a distribution, a loss and a class, group by group."""
    rows = np.concatenate([batch.arrays[name].reshape(-1, batch.size) for name in SHARED])
    _, place = np.unique(rows, axis=1, return_inverse=True)
    for index in range(int(place.max()) + 1):
        yield np.flatnonzero(place.ravel() == index)


@once
def _found(batch: Batch) -> tuple[list[NDArray[np.intp]], Batch]:
    """The groups, and the predictors that are found for every sample of the first of each, group by group."""
    groups, shape = list(_kinds(batch)), batch.shape
    samples = compositions(shape["n"], shape["N"]).T
    first = batch.select(np.array([group[0] for group in groups]))
    arrays = {name: np.repeat(array, samples.shape[1], axis=-1) for name, array in first.arrays.items()}
    arrays["counts"] = np.tile(samples, len(groups))
    begin = fields.aligned(Situation(shape, batch.settings), arrays)
    return groups, fields.fared_worst(batch.with_arrays({**arrays, **begin}))


def _grouped(values: FloatArray, number: int) -> FloatArray:
    """What was found for the n-th group, (K, N), of values (N, groups·K)."""
    K = values.shape[1] // number
    return values.reshape(values.shape[0], number, K).transpose(1, 2, 0)


def _closed(batch: Batch) -> Values:
    """The numbers by sums over how often a sample holds each point."""
    groups, found = _found(batch)
    outputs, own = fields.outputs(found), fields.outputs(batch)
    members = [_grouped(values, len(groups)) for values in (fields.losses(found, outputs), outputs)]
    own_losses = fields.losses(batch, own)
    numbers = {name: np.empty(batch.size) for name in NAMES}
    for index, group in enumerate(groups):
        losses, reached = (each[index] for each in members)
        p, counts = _chance_of(batch.arrays["p"][:, group[0]]), np.rint(batch.arrays["counts"][:, group])
        one = _Class(p, losses, reached, own_losses[:, group], own[:, group], counts)
        for name, values in one.numbers().items():
            numbers[name][group] = values
    return numbers


def _one_by_one(batch: Batch) -> Values:
    """The same from single outputs by the independent oracle, sample by sample, sign vector by sign vector."""
    groups, found = _found(batch)
    K = found.size // len(groups)
    numbers = {name: np.empty(batch.size) for name in NAMES}
    for index, group in enumerate(groups):
        members = fields.outputs_one_by_one(found.select(slice(index * K, (index + 1) * K)))
        for place in group:
            one = batch.one(int(place))
            functions = np.concatenate([members, fields.outputs_one_by_one(one)], axis=1)
            for name, value in _in_order(one, functions).items():
                numbers[name][place] = value
    return numbers


def _in_order(one: Batch, outputs: FloatArray) -> dict[str, float]:
    """The numbers of one instance whose class has these outputs, (N, K + 1)."""
    arrays = {name: one.arrays[name][..., 0] for name in (*SHARED, "counts")}
    losses = np.minimum(arrays["lipschitz"] * np.abs(outputs - arrays["y"][:, None]), arrays["span"])
    p, n = _chance_of(arrays["p"]), one.shape["n"]
    sample = [point for point, count in enumerate(arrays["counts"]) for _ in range(round(count))]
    expected, complexity = [], []
    for drawn in map(list, product(range(p.size), repeat=n)):
        chance = math.prod(p[drawn])
        expected.append(chance * float((p @ losses - losses[drawn].mean(axis=0)).max()))
        complexity.append(chance * _by_signs(losses[drawn]))
    best = float((p @ losses - losses[sample].mean(axis=0)).max())
    sums = (best, math.fsum(expected), math.fsum(complexity), _by_signs(losses[sample]), _by_signs(outputs[sample]))
    return dict(zip(NAMES, sums, strict=True))


def _by_signs(values: FloatArray) -> float:
    """E_ε max_g (1/n) Σ ε_i g_i of the values g (n, K), over all 2ⁿ sign vectors."""
    signs = np.array(list(product((1.0, -1.0), repeat=values.shape[0])))
    return float((signs @ values).max(axis=1).mean() / values.shape[0])


def _numbers(batch: Batch, second: bool) -> Values:
    if not enumerated(batch.shape):
        return {name: np.full(batch.size, np.nan) for name in NAMES}
    return _one_by_one(batch) if second else _closed(batch)


_declare = parts(_numbers)
uniform_gap: Quantity = _declare(
    "uniform_gap",
    "Φ(S): the largest E ℓ − Ê ℓ of the predictors that the search finds for any sample of the points",
    latex=r"\Phi(S)",
)
expected_gap: Quantity = _declare(
    "expected_gap", "E Φ, the mean of Φ(S) over all samples", low=0, latex=r"\mathbb{E}\Phi"
)
loss_complexity: Quantity = _declare(
    "loss_complexity",
    "Rademacher complexity of the losses of these predictors: the mean over all samples of that on one",
    low=0,
    latex=r"\mathfrak{R}_n(\ell)",
)
loss_rademacher: Quantity = _declare(
    "loss_rademacher",
    "empirical Rademacher complexity of the losses of these predictors on the sample",
    low=0,
    latex=r"\hat{\mathfrak{R}}_n(\ell)",
)
output_rademacher: Quantity = _declare(
    "output_rademacher",
    "empirical Rademacher complexity of the outputs of these predictors on the sample",
    low=0,
    latex=r"\hat{\mathfrak{R}}_n(f)",
)
