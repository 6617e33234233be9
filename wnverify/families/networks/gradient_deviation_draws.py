"""How distributions on finitely many points, and finite sets of networks, are drawn."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.families.networks.gradient_deviation_fields import gradients, outputs, population, probabilities
from wnverify.families.networks.weight_norm_draws import draw_network
from wnverify.family import Situation

REGIMES = ("generic", "rare", "opposite", "step")
Arrays = dict[str, FloatArray]


def draw_distribution(situation: Situation, regime: str, count: int, rng: np.random.Generator) -> Arrays:
    """Draw points with masses, networks, targets, δ and the exponent.

    Regimes: `generic` everything at random; `rare` one point of small mass with a large residual, none on the others;
    `opposite` one input and residuals of both signs; `step` one input, small residuals, rows of large norm, and every
    further network a gradient step of the population's loss from the first, up to where a linear model would end.
    """
    arrays = _networks(situation, "aligned" if regime in ("opposite", "step") else "gaussian", count, rng)
    arrays |= _points(situation, regime, arrays.pop("x"), count, rng)
    arrays["delta"] = np.exp(rng.uniform(np.log(1e-3), np.log(0.999), count))
    arrays["exponent"] = rng.uniform(1.0, 2.0, count)
    if regime in ("opposite", "step"):
        arrays |= _alike(arrays)
    if regime == "step":
        arrays |= {name: 10.0 * array for name, array in arrays.items() if name.startswith("W")}
    error = _residuals(situation, regime, count, rng)
    arrays["y"] = _first_outputs(situation, arrays) - error
    return _stepped(situation, arrays, rng) if regime == "step" else arrays


def _networks(situation: Situation, regime: str, count: int, rng: np.random.Generator) -> Arrays:
    """K networks (K, …, B), each from one draw, with the input of the first."""
    drawn = [draw_network(situation, regime, count, rng) for _ in range(situation.shape["K"])]
    return {**{name: np.stack([each[name] for each in drawn]) for name in drawn[0]}, "x": drawn[0]["x"]}


def _alike(arrays: Mapping[str, FloatArray]) -> Arrays:
    """All networks equal to the first."""
    names = [name for name in arrays if name.startswith("W") or name == "v"]
    return {name: np.repeat(arrays[name][:1], arrays[name].shape[0], axis=0) for name in names}


def _points(situation: Situation, regime: str, x: FloatArray, count: int, rng: np.random.Generator) -> Arrays:
    N, inputs = situation.shape["N"], situation.shape["d"]
    X = rng.standard_normal((inputs, N, count))
    X *= np.linalg.norm(x, axis=0) / np.linalg.norm(X, axis=0)
    mass = rng.gamma(2.0, size=(N, count)) + 1e-3
    mass = mass / mass.sum(axis=0)
    if regime in ("opposite", "step"):
        X, mass = np.repeat(x[:, None], N, axis=1), np.full((N, count), 1.0 / N)
    if regime == "rare":
        mass[0] = np.exp(rng.uniform(np.log(1e-3), np.log(0.3), count)) if N > 1 else 1.0
        mass[1:] *= (1.0 - mass[0]) / np.maximum(mass[1:].sum(axis=0), 1e-300)
    return {"X": X, "mass": mass}


def _residuals(situation: Situation, regime: str, count: int, rng: np.random.Generator) -> FloatArray:
    """f − y at the first network, (N, B)."""
    N = situation.shape["N"]
    size = np.exp(rng.uniform(np.log(1e-2), np.log(10.0), count))
    if regime == "rare":
        return size * (np.arange(N) == 0)[:, None]
    if regime == "opposite":
        return size * np.where(np.arange(N) % 2, -1.0, 1.0)[:, None]
    if regime == "step":
        return 3e-3 * size * (1.0 + rng.uniform(0.0, 0.8, (N, count)) * (np.arange(N) > 0)[:, None])
    return np.asarray(size * rng.standard_normal((N, count)))


def _batch(situation: Situation, arrays: Arrays) -> Batch:
    return Batch("", situation.shape, situation.settings, arrays)


def _first_outputs(situation: Situation, arrays: Arrays) -> FloatArray:
    zero = np.zeros(arrays["mass"].shape)
    return outputs(_batch(situation, {**arrays, "y": zero}))[0]


def _stepped(situation: Situation, arrays: Arrays, rng: np.random.Generator) -> Arrays:
    """Network k at θ_1 − t_k ∇𝓛_D(θ_1), t_k up to 2𝓛/‖∇𝓛‖², where the square loss of a linear model vanishes."""
    batch, moved = _batch(situation, arrays), dict(arrays)
    slopes = np.einsum("ajb,jb->ab", gradients(batch)[0][:, 0], probabilities(batch))
    size, loss = (each[0] for each in population(batch))
    K, start = situation.shape["K"], 0
    share = rng.uniform(0.3, 1.0, (K, batch.size)) * (np.arange(K) > 0)[:, None]
    step = share * 2.0 * loss / np.maximum(size, 1e-300) ** 2
    for name in [*(f"W{layer + 1}" for layer in range(situation.shape["L"])), "v"]:
        shape = arrays[name].shape[1:]
        stop = start + int(np.prod(shape[:-1]))
        part = slopes[start:stop].reshape(shape)
        moved[name] = arrays[name] - step.reshape(K, *[1] * (len(shape) - 1), -1) * part
        start = stop
    return moved
