"""How the movement of gains scales with the width and with α, measured on ensembles of runs of the gradient flow.

An instance is an ensemble of 12 starts with the same inputs and residuals of one size: `u` (e, 4m, d, B), `c`
(e, 4m, B), `x` (n, d, B), `r` (e, n, B), `alpha` (B,). Under the setting `width` its networks of width m, the first m
neurons, are compared with those of width 4m; under `alpha` those of width m with α/2 against those with α, over times
in proportion to α². What is measured is the exponent, the slope on a logarithmic scale.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.engine.relu.gains import initial, length, unit
from wnverify.engine.relu.runs import flow, with_residual
from wnverify.families.kit.parts import two_routes, vocabulary
from wnverify.families.kit.table import Array, Table, Tabled
from wnverify.families.relu.plain import One, flowed
from wnverify.family import Shape, Situation
from wnverify.quantities import Quantity

ENSEMBLE, STEPS, DURATION = 12, 12, 4.0


def _sizes(batch: Batch) -> list[tuple[int, FloatArray, float]]:
    """Width, α, and what the exponent counts, of the two members that are compared."""
    m, alpha = batch.shape["m"], batch.arrays["alpha"]
    if batch.settings["along"] == "width":
        return [(m, alpha, float(m)), (4 * m, alpha, float(4 * m))]
    return [(m, alpha / 2, 0.5), (m, alpha, 1.0)]


def _slope(batch: Batch, moved: list[FloatArray]) -> FloatArray:
    ratio = [one[2] for one in _sizes(batch)]
    return np.asarray(np.log(moved[1] / moved[0]) / np.log(ratio[1] / ratio[0]))


def _movement(batch: Batch, m: int, alpha: FloatArray) -> FloatArray:
    """Root mean square of g_k(t) − g_k(0) over neurons and ensemble, (B,); all runs at once."""
    arrays, size = batch.arrays, batch.size
    u, c, r = (np.moveaxis(arrays[name], 0, -2) for name in ("u", "c", "r"))
    x = np.repeat(unit(arrays["x"], 1)[:, :, None], ENSEMBLE, axis=2)
    parts = [part.reshape(*part.shape[:-2], -1) for part in (u[:m], x, r, c[:m])]
    start = initial(parts[0], parts[1], np.zeros_like(parts[2]), parts[3], np.tile(alpha, ENSEMBLE))
    run = flow(with_residual(start, parts[2]), DURATION * np.minimum(1.0, start.alpha**2), STEPS)
    shift = (run.g[-1] - run.g[0]).reshape(m, ENSEMBLE, size)
    return np.asarray(np.sqrt(np.mean(shift**2, axis=(0, 1))))


def _movement_plainly(batch: Batch, m: int, alpha: FloatArray) -> FloatArray:
    """Run by run."""
    total = np.zeros(batch.size)
    for b in range(batch.size):
        x, size = unit(batch.arrays["x"], 1)[..., b], float(alpha[b])
        for e in range(ENSEMBLE):
            u, c, r = (batch.arrays[name][e, ..., b] for name in ("u", "c", "r"))
            f = c[:m] @ np.maximum(u[:m] @ x.T, 0.0) / np.sqrt(m)
            one = One(size * u[:m], np.linalg.norm(u[:m], axis=1), x, f - r, c[:m], size)
            end = flowed(one, DURATION * min(1.0, size**2), STEPS).g[-1]
            total[b] += np.mean((end - one.g) ** 2) / ENSEMBLE
    return np.sqrt(total)


gain_exponent = two_routes(
    "gain_exponent", "slope of log rms|g_k(t) − g_k(0)| against log m, or log α",
    lambda b: _slope(b, [_movement(b, m, alpha) for m, alpha, _ in _sizes(b)]),
    lambda b: _slope(b, [_movement_plainly(b, m, alpha) for m, alpha, _ in _sizes(b)]),
    latex=r"\kappa_g")  # fmt: skip


class ReluScalings(Tabled):
    """Ensembles; α = 1 for the width, α ≤ 1/4 for the limit of small α."""

    name = "relu_scalings"
    quantities: Mapping[str, Quantity] = vocabulary(globals())
    settings: Mapping[str, tuple[str, ...]] = {"along": ("width", "alpha")}
    regimes = ("gaussian",)
    cost = 20.0
    boxed = True
    agreement = 1e-4

    def shapes(self) -> Sequence[Shape]:
        """Two inputs in three dimensions; the width and four times it."""
        return [{"n": 2, "d": 3, "m": 12}, {"n": 2, "d": 3, "m": 24}]

    def table(self, situation: Situation) -> Table:
        """The arrays of an ensemble; claims with a probability are never climbed."""
        m = situation.shape["m"]
        return {
            "u": Array(f"{ENSEMBLE} {4 * m} d", vectors=True),
            "c": Array(f"{ENSEMBLE} {4 * m}"),
            "r": Array(f"{ENSEMBLE} n"),
            "x": Array("n d", vectors=True),
            "alpha": Array("", 1e-3, 1e3),
        }

    def draw(self, situation: Situation, regime: str, count: int, rng: np.random.Generator) -> Batch:
        """Draw ensembles at one choice of the inputs and of α; residuals of size 0.3 in any direction."""
        n, d, m = (situation.shape[name] for name in ("n", "d", "m"))
        alpha = 1.0 if situation.settings["along"] == "width" else rng.uniform(0.05, 0.25)
        arrays = {
            **_ensembles((n, d, m), count, rng),
            "x": np.repeat(unit(rng.standard_normal((n, d, 1)), 1), count, axis=2),
            "alpha": np.full(count, alpha),
        }
        return self.batch(situation, arrays)

    def again(self, batch: Batch, regime: str, count: int, rng: np.random.Generator) -> Batch:
        """Fresh ensembles at the inputs and the α of the first instance."""
        n, d, m = (batch.shape[name] for name in ("n", "d", "m"))
        kept = batch.select(np.zeros(count, dtype=int)).arrays
        return batch.with_arrays({**kept, **_ensembles((n, d, m), count, rng)})

    def structured(self, situation: Situation) -> Iterator[tuple[str, Batch]]:
        """None: the statements are about ensembles drawn at random."""
        yield from ()


def _ensembles(sizes: tuple[int, int, int], count: int, rng: np.random.Generator) -> dict[str, FloatArray]:
    """u, c and residuals of size 0.3 for n inputs in d dimensions and 4m neurons."""
    n, d, m = sizes
    r = rng.standard_normal((ENSEMBLE, n, count))
    return {
        "u": rng.standard_normal((ENSEMBLE, 4 * m, d, count)),
        "c": np.where(rng.random((ENSEMBLE, 4 * m, count)) < 0.5, -1.0, 1.0),
        "r": 0.3 * r / length(r, 1)[:, None],
    }


RELU_SCALINGS = ReluScalings()
