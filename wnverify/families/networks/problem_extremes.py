"""Further extreme problems, pairs and runs, for claims that nobody has vetted, of the networks of `extremes`.

Samples alike, antipodal, at right angles, or one long and the others tiny; residuals from 1e-8 to 1e6, alike,
alternating, or on one sample only; displacements along and exactly across ∇𝓛; steps from 1e-6 to 1e6 times 1/β_𝓛; and
schedules by which rows shrink under Nesterov's momentum, however small.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.engine.contractions import lengths
from wnverify.families.networks.extremes import extreme_networks
from wnverify.families.networks.regression_draws import outputs, rough_smoothness, with_targets
from wnverify.families.networks.regression_fields import gradient
from wnverify.family import Situation

Arrays: TypeAlias = dict[str, FloatArray]
IntArray: TypeAlias = NDArray[np.int_]
RESIDUALS = (1.0, 1e-8, 1e3, 1e-3, 1e6)
EVERY = 2
"""Of the networks of each kind every second one is made a problem of."""
PATTERNS = 3
STEPS = (1.0, 3.0, 1e-6, 30.0, 1e3, 0.3, 1e6)
"""Step sizes, in units of 1/β_𝓛."""
RUN_STEPS = (1.0, 3.0, 1e-6, 10.0, 0.3)
"""The same where a run goes on from there: one that diverges by far has lost its digits."""
TURNS = (1.0, 10.0, 100.0, 1e3, 1e4)
"""The same for the one step that turns back."""
DECADES = 1.0
"""By how many decades the step sizes of a run rise or fall."""
REACHES = (0.1, 1e-6, 0.9, 1e-3, 30.0)
"""Lengths of displacements, in units of ω."""
MOMENTUM = (0.01, 0.1, 0.3, 0.6, 0.9)
DECAYS = (0.0, 0.0, 1e-6, 0.0, 0.5)
SMALLEST, LONGEST = 1e-12, 1e3
"""Between these step sizes are kept."""


def extreme_problems(situation: Situation) -> Iterator[tuple[str, Arrays]]:
    """The extreme networks, each with one kind of samples and of residuals in turn."""
    size = situation.shape["n"]
    for turn, (words, arrays) in enumerate(extreme_networks(situation)):
        chosen = {name: np.ascontiguousarray(array[..., turn % EVERY :: EVERY]) for name, array in arrays.items()}
        index = turn + np.arange(chosen["v"].shape[1])
        X = _samples(chosen.pop("x"), size, index)
        error = np.array(RESIDUALS)[index % len(RESIDUALS)] * _patterns(size)[:, index % PATTERNS]
        yield words, with_targets(situation, {**chosen, "X": X}, error)


def _samples(x: FloatArray, size: int, index: IntArray) -> FloatArray:
    """n inputs (d, n, B), the given one first: alike, antipodal, turned by right angles, or tiny."""
    signs = np.where(np.arange(size) % 2, -1.0, 1.0)[:, None]
    tiny = np.where(np.arange(size) > 0, 1e-6, 1.0)[:, None]
    alike = np.repeat(x[:, None], size, axis=1)
    length = np.linalg.norm(x, axis=0)
    turned = np.eye(x.shape[0])[:, np.arange(size) % x.shape[0], None] * length
    kinds = np.stack([alike, alike * signs, turned, alike * tiny])
    found = kinds[index % len(kinds), :, :, np.arange(index.size)]
    return np.asarray(np.moveaxis(found, 0, -1))


def _patterns(size: int) -> FloatArray:
    """Residuals alike, alternating, and on the first sample only; (n, 3)."""
    order = np.arange(size)
    return np.stack([np.ones(size), np.where(order % 2, -1.0, 1.0), (order == 0).astype(np.float64)], axis=1)


# ---- pairs


def extreme_pairs(situation: Situation) -> Iterator[tuple[str, Arrays]]:
    """The extreme problems, each with one kind of displacement and one step size in turn."""
    for turn, (words, arrays) in enumerate(extreme_problems(situation)):
        start = Batch("regression", situation.shape, situation.settings, arrays)
        index = turn + np.arange(start.size)
        step = np.array(STEPS)[index % len(STEPS)] / rough_smoothness(start)
        yield words, {**arrays, **_displacements(start, index), "step": np.clip(step, SMALLEST, LONGEST)}


def _displacements(start: Batch, index: IntArray) -> Arrays:
    """δ up and down along ∇𝓛, exactly across it, in the hidden layers only, and in the output layer only.

    Where ∇𝓛 is 0 or infinite, it has no direction, and a random one takes its place.
    """
    found = gradient(start)
    slope = {f"dW{layer + 1}": part[:, :, 0] for layer, part in enumerate(found.W)} | {"dv": found.v[:, 0]}
    rng = np.random.default_rng(0)
    noise = {name: rng.standard_normal(part.shape) for name, part in slope.items()}
    steep = _length(slope)
    flat = ~((steep > 0) & (steep < np.inf))
    unit = {name: np.where(flat, 0.0, part) / np.where(flat, 1.0, steep) for name, part in slope.items()}
    inner = sum((_flat(noise[name] * part).sum(axis=0) for name, part in unit.items()), np.float64(0.0))
    across = {name: noise[name] - inner * part for name, part in unit.items()}
    hidden = {name: part * (name != "dv") for name, part in noise.items()}
    output = {name: part * (name == "dv") for name, part in noise.items()}
    kinds = [{name: np.where(flat, noise[name], part) for name, part in unit.items()}]
    kinds += [{name: -part for name, part in kinds[0].items()}, across, hidden, output]
    rows = [np.linalg.norm(start.arrays[name], axis=1).min(axis=0) for name in start.arrays if name.startswith("W")]
    reach = np.array(REACHES)[(index // len(kinds)) % len(REACHES)] * np.minimum.reduce(rows)
    which = index % len(kinds), ..., np.arange(start.size)
    mixed = {name: np.moveaxis(np.stack([kind[name] for kind in kinds])[which], 0, -1) for name in slope}
    return {name: part * reach / np.maximum(_length(mixed), 1e-300) for name, part in mixed.items()}


def _flat(part: FloatArray) -> FloatArray:
    return part.reshape(-1, part.shape[-1])


def _length(parts: Arrays) -> FloatArray:
    """Of all parts together, (B,); also where their squares overflow, at ∇𝓛 beyond 10^154."""
    with np.errstate(over="ignore"):
        plain = np.sqrt(sum(((_flat(part) ** 2).sum(axis=0) for part in parts.values()), np.float64(0.0)))
    return np.asarray(lengths(plain, np.concatenate([_flat(part) for part in parts.values()])))


# ---- runs


def extreme_runs(situation: Situation) -> Iterator[tuple[str, Arrays]]:
    """The extreme problems, each with one momentum, decay and kind of schedule in turn."""
    T, n = situation.shape["T"], situation.shape["n"]
    for turn, (words, arrays) in enumerate(extreme_problems(situation)):
        start = Batch("regression", situation.shape, situation.settings, arrays)
        index = turn + np.arange(start.size)
        unit = np.array(RUN_STEPS)[index % len(RUN_STEPS)] / rough_smoothness(start)
        momentum = np.array(MOMENTUM)[(index // 2) % len(MOMENTUM)] * (index % 4 > 0)
        schedule = {
            "momentum": momentum,
            "lookahead": (index % 2).astype(np.float64),
            "decay": np.array(DECAYS)[(index // 3) % len(DECAYS)],
        }
        growing = 10.0 ** (np.linspace(0.0, DECADES, T)[:, None] * np.array([0.0, 1.0, -1.0])[index % 3])
        steps = np.clip(unit * growing, SMALLEST, LONGEST)
        yield words, {**arrays, "steps": steps, "mask": np.ones((T, n, start.size)), **schedule}
        if T > 2 and n > 1:
            far = np.array(TURNS)[index % len(TURNS)] / rough_smoothness(start)
            yield f"{words}, turned back", _turned_back(situation, arrays, far)


def _turned_back(situation: Situation, arrays: Arrays, unit: FloatArray) -> Arrays:
    """Look-ahead with any momentum μ: a tiny step, one against it with about half of μ, then a long coasting one.

    With the gradients g_0 and g_1 = −μu_1/2 the sum ⟨W_2, u_2⟩ is positive, and the last step, in which no sample is
    seen, shrinks the rows by μ² of it; the first step must be short against the second, of which the last is μ^{-2}.
    """
    T, n, count = situation.shape["T"], situation.shape["n"], unit.size
    momentum = np.array(MOMENTUM)[np.arange(count) % len(MOMENTUM)]
    X = np.repeat(arrays["X"][:, :1], n, axis=1)
    signs = np.where(np.arange(n) % 2, -1.0, 1.0)[:, None]
    values = outputs(situation, {**arrays, "X": X})
    mask = np.zeros((T, n, count))
    mask[0] = signs > 0
    mask[1] = (signs < 0) * (momentum / 2 * (signs > 0).sum() / max((signs < 0).sum(), 1))
    steps = np.repeat(unit[None], T, axis=0)
    steps[0] = 1e-3 * momentum * unit
    steps[2:] = unit / momentum**2
    schedule = {"momentum": momentum, "lookahead": np.ones(count), "decay": np.zeros(count)}
    return {
        **arrays,
        "X": X,
        "y": values - signs * np.maximum(np.abs(values[:1] - arrays["y"][:1]), 1e-3),
        "steps": np.clip(steps, SMALLEST, LONGEST),
        "mask": mask,
        **schedule,
    }
