"""How regression problems are drawn: networks as for the predictor bounds, then samples and residuals."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.engine.activations import ACTIVATIONS
from wnverify.engine.contractions import norm_along
from wnverify.engine.networks.network import forward, value
from wnverify.families.networks.kept import kept, parted
from wnverify.families.networks.regression_fields import loss_of, network_of, weights
from wnverify.families.networks.setting import radius
from wnverify.families.networks.weight_norm_draws import draw_network, structured_networks
from wnverify.family import Situation

REGIMES = ("edge", "gaussian", "wide", "aligned", "interpolating")
NONZERO_INPUTS = 18
"""How many of the networks of each structured kind have an input of full length: the first ones."""
Arrays = dict[str, FloatArray]


def draw_problem(situation: Situation, regime: str, count: int, rng: np.random.Generator) -> Arrays:
    """Draw `count` regression problems.

    The networks come from the regime of the same name; `interpolating` has aligned rows, large norms and small
    residuals. Targets are the outputs minus residuals drawn on a logarithmic scale, in three kinds: alike,
    alternating in sign, independent.
    """
    near = regime == "interpolating"
    arrays = draw_network(situation, "aligned" if near else regime, count, rng)
    if near:
        scale = np.exp(rng.uniform(0.0, np.log(1e4), count))
        arrays |= {name: array * scale for name, array in arrays.items() if name.startswith("W")}
    X = samples(arrays.pop("x"), situation, rng, spread=regime not in ("aligned", "interpolating"))
    least, most = (1e-5, 1.0) if near else (1e-4, 10.0)
    size = np.exp(rng.uniform(np.log(least), np.log(most), count))
    return with_targets(situation, {**arrays, "X": X}, size * residuals(situation.shape["n"], count, rng))


def samples(x: FloatArray, situation: Situation, rng: np.random.Generator, *, spread: bool) -> FloatArray:
    """n inputs (d, n, B): the given one and others of its length, at random or a small angle from ± it."""
    inputs, count = x.shape
    size = situation.shape["n"]
    length = norm_along(x, axis=0)
    other = rng.standard_normal((inputs, size, count))
    if not spread:
        angle = np.exp(rng.uniform(np.log(1e-3), np.log(2.0), (1, 1, count)))
        sign = np.where(rng.random((1, size, count)) < 0.3, -1.0, 1.0)
        other = sign * (x / np.maximum(length, 1e-300))[:, None] + angle * other
    other *= length / norm_along(other, axis=0)
    other[:, 0] = x
    return other


def residuals(size: int, count: int, rng: np.random.Generator) -> FloatArray:
    """Residuals of root mean square 1, (n, B): alike, alternating or independent."""
    kind = rng.integers(3, size=count)
    signs = np.where(np.arange(size) % 2, -1.0, 1.0)[:, None]
    drawn = np.where(kind == 0, 1.0, np.where(kind == 1, signs, rng.standard_normal((size, count))))
    drawn = drawn * np.where(rng.random(count) < 0.5, -1.0, 1.0)
    return drawn / np.sqrt(np.mean(drawn**2, axis=0))


def with_targets(situation: Situation, arrays: Arrays, error: FloatArray) -> Arrays:
    """Add the targets y that leave the given residuals."""
    return {**arrays, "y": outputs(situation, arrays) - error}


def outputs(situation: Situation, arrays: Arrays) -> FloatArray:
    """f(θ; x_i) of every sample, (n, B)."""
    batch = Batch("", situation.shape, situation.settings, arrays)
    net = network_of(batch, weights(batch), arrays["v"])
    return value(net, forward(net, 0))


def rough_smoothness(batch: Batch) -> FloatArray:
    """About the size of β_𝓛, (B,): only to draw step sizes where the statements about steps begin to bite."""
    phi = ACTIVATIONS[batch.settings["activation"]]
    L, m = batch.shape["L"], batch.shape["m"]
    constant = phi.c0 * (np.sqrt(m) if batch.settings["scaling"] == "fan_out" else 1.0)
    a, beta = 1.0 + L * constant, min(phi.beta, 1.0) * (1.0 if batch.settings["scaling"] == "fan_out" else np.sqrt(m))
    rows = [norm_along(batch.arrays[f"W{layer + 1}"], axis=1).min(axis=0) for layer in range(L)]
    omega, v = np.minimum.reduce(rows), np.maximum(norm_along(batch.arrays["v"], axis=0), 1.0)
    curvature = a * np.sqrt(L / m) / omega + v * a * (beta * a * L + 1.0 + L / np.sqrt(m)) / (np.sqrt(m) * omega**2)
    return 2.0 * a**2 * (1.0 + L * (v / omega) ** 2 / m) + 2.0 * curvature * np.sqrt(loss_of(batch))


@kept
def structured_problems(situation: Situation) -> Iterator[tuple[str, Arrays]]:
    """The extreme networks on equal, antipodal and coordinate samples, with large and small residuals."""
    inputs, size = situation.shape["d"], situation.shape["n"]
    chosen = slice(0, NONZERO_INPUTS)
    first = np.eye(inputs)[:, [0] * size]
    kinds = {
        "equal samples": first,
        "antipodal samples": first * np.where(np.arange(size) % 2, -1.0, 1.0),
        "coordinate samples": np.eye(inputs)[:, np.arange(size) % inputs],
    }
    kinds = kinds if size > 1 else {"one sample": first}
    words, networks = zip(*structured_networks(situation), strict=True)
    names = [name for name in networks[0] if name != "x"]
    rest = {
        name: np.concatenate([one[name][..., chosen] for one in networks for _ in kinds], axis=-1) for name in names
    }
    each = rest["v"].shape[-1] // (len(words) * len(kinds))
    data = [np.repeat((radius(situation) * (1 - 1e-15) * X)[:, :, None], each, axis=2) for X in kinds.values()]
    place = np.arange(rest["v"].shape[-1]) % each % 3
    error = np.where(place == 0, 1e-4, np.where(place == 1, 0.3, 10.0)) * np.ones((size, 1))
    problems = with_targets(situation, {**rest, "X": np.concatenate(data * len(words), axis=2)}, error)
    yield from parted([f"{rows}, {kind}" for rows, kind in product(words, kinds)], problems)
