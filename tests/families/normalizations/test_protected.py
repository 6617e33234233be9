from __future__ import annotations

import numpy as np
import pytest

from wnverify.batch import Batch
from wnverify.families.normalizations.protected import (
    BIASES_ON_DATA,
    FROBENIUS_ON_DATA,
    RESIDUAL_ON_DATA,
    SPECTRAL_ON_DATA,
    STANDARDIZED_ON_DATA,
)
from wnverify.families.own.on_data import OnData

FAMILIES = (BIASES_ON_DATA, RESIDUAL_ON_DATA, FROBENIUS_ON_DATA, STANDARDIZED_ON_DATA, SPECTRAL_ON_DATA)


def measured(family: OnData, batch: Batch, name: str) -> float:
    return float(family.quantities[name].route.measure(batch)[0])


def slope(family: OnData, batch: Batch, name: str) -> np.ndarray:
    """∂𝓛 of an array of one instance, by central differences of the loss."""
    array = batch.arrays[name][..., 0]
    found = np.zeros(array.shape)
    for at in np.ndindex(array.shape):
        step = np.zeros((*array.shape, 1))
        step[(*at, 0)] = 1e-5 * np.linalg.norm(array)
        ends = [
            family.at.values(batch.with_arrays({**batch.arrays, name: array[..., None] + s * step})) for s in (1, -1)
        ]
        found[at] = (ends[0][0] - ends[1][0]) / (2 * step.max())
    return found


def grown(before: np.ndarray, after: np.ndarray, step: np.ndarray, size: float) -> tuple[float, float]:
    """What is measured of blocks, by loops."""
    defects, changes = [], []
    for one, other, moved in zip(before, after, step, strict=True):
        terms = size + one @ one + other @ other + moved @ moved
        defects.append(abs(other @ other - one @ one - moved @ moved) / terms)
        changes.append(abs(other @ other - one @ one) / terms)
    return max(defects), max(changes)


@pytest.mark.parametrize("family", FAMILIES, ids=[family.name for family in FAMILIES])
def test_growth_is_that_of_a_step_along_differences_of_the_loss(family: OnData) -> None:
    place = next(place for place in reversed(family.situations()) if place.settings["activation"] == "tanh")
    drawn = family.draw(place, "gaussian", 1, np.random.default_rng(4))
    batch = drawn.with_arrays({**drawn.arrays, "y": 100 * drawn.arrays["y"]})
    step = slope(family, batch, "W").reshape(-1, batch.arrays["W"].shape[-2])
    before = batch.arrays["W"][..., 0].reshape(step.shape)
    after = before - step
    if family is STANDARDIZED_ON_DATA:
        before, after = (rows - rows.mean(axis=1, keepdims=True) for rows in (before, after))
    size = 1 + np.sum(batch.arrays["v"] ** 2) + np.sum(batch.arrays["y"] ** 2)
    if family is BIASES_ON_DATA:
        gain = np.prod(np.maximum(1, np.abs(batch.arrays["g"]).max(axis=1)))
        reach = np.sum(batch.arrays["v"] ** 2) * gain**2 * (1 + np.sum(batch.arrays["b"] ** 2))
        size = 1 + reach + np.sum(batch.arrays["y"] ** 2)
    wanted = grown(before, after, step, size)
    found = measured(family, batch, "growth_defect"), measured(family, batch, "growth")
    assert found == pytest.approx(wanted, rel=1e-4, abs=1e-9)
    assert found[1] > 1e-5


def only(family: OnData, words: str, **settings: str) -> Batch:
    """The first instance of a start."""
    for place in family.situations({name: [value] for name, value in settings.items()}):
        for found, batch in family.structured(place):
            if found == words:
                return batch.one(0)
    raise AssertionError(words)


def test_singular_values_meet_where_the_note_says() -> None:
    batch = only(SPECTRAL_ON_DATA, "singular values that meet", activation="identity")
    assert measured(SPECTRAL_ON_DATA, batch, "shrinkage") == pytest.approx(5 / 6)
    after = batch.arrays["W"] - SPECTRAL_ON_DATA.program.gradient(batch, ["W"])["W"]
    assert np.sum(after**2) == pytest.approx(1.3889, abs=1e-4)


@pytest.mark.parametrize(
    ("family", "words"),
    [
        (BIASES_ON_DATA, "gains that make the output larger"),
        (STANDARDIZED_ON_DATA, "rows that ε holds short"),
        (SPECTRAL_ON_DATA, "singular values that meet"),
    ],
)
def test_what_shrinks_does_so_in_balls_and_by_plain_autograd(family: OnData, words: str) -> None:
    batch = only(family, words, activation="tanh", **({"epsilon": "1"} if "epsilon" in family.settings else {}))
    route = family.quantities["shrinkage"].route
    found = float(route.measure(batch)[0])
    assert found < 1
    assert float(route.second(batch)[0]) == pytest.approx(found, rel=1e-12)
    ball = route.ball(batch)
    assert ball.overlaps(type(ball)(found, 1e-12))
    assert ball < 1
    assert float(ball.rad()) < 1e-12
