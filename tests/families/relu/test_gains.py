from __future__ import annotations

import numpy as np
import pytest

from tests.families.domains import check_domain
from wnverify.batch import Batch
from wnverify.engine.relu import gains as engine
from wnverify.families.relu.gains import RELU_GAINS
from wnverify.families.relu.gains_views import STEPS, VIEWS, state
from wnverify.family import Situation

SITUATIONS = RELU_GAINS.situations()
SOME = SITUATIONS[::3]
SPECTRA = ("ntk_least", "V_least", "G_least")
ZERO = ("alignment", "twin_defect")


def draw(index: int = 5, regime: str = "signed", count: int = 6) -> Batch:
    return RELU_GAINS.draw(SITUATIONS[index], regime, count, np.random.default_rng(index))


@pytest.mark.parametrize("situation", SOME, ids=str)
@pytest.mark.parametrize("regime", RELU_GAINS.regimes)
def test_both_routes_agree_and_draws_lie_in_the_domain(situation: Situation, regime: str) -> None:
    batch = RELU_GAINS.draw(situation, regime, 4, np.random.default_rng(0))
    check_domain(RELU_GAINS, batch)
    for name, quantity in RELU_GAINS.quantities.items():
        first = quantity.route.measure(batch)
        assert first.shape == (4,), name
        if quantity.route.second is None or name in ZERO:
            continue
        scale = 1.0 if name in SPECTRA else max(np.abs(first).max(), 1e-300)
        assert np.abs(first - quantity.route.second(batch)).max() <= 1e-9 * scale, name


@pytest.mark.parametrize("situation", SITUATIONS, ids=str)
def test_structured_states_lie_in_the_domain(situation: Situation) -> None:
    for words, batch in RELU_GAINS.structured(situation):
        check_domain(RELU_GAINS, batch)
        assert np.linalg.norm(state(batch).x, axis=1) == pytest.approx(1.0), words


def test_the_initialisation_ties_gains_to_lengths() -> None:
    batch = draw(5, "spread")
    assert batch.settings["start"] == "initial"
    at = state(batch)
    assert at.g == pytest.approx(at.length / at.alpha)
    made = engine.initial(at.v / at.alpha, at.x, at.y, at.c, at.alpha)
    assert made.output == pytest.approx(at.output)
    assert made.Lambda == pytest.approx(at.Lambda)


def test_coordinates_invert_and_stay_in_their_boxes() -> None:
    coordinates = RELU_GAINS.coordinates(SITUATIONS[5])
    theta = coordinates.encode(draw(5))
    for name, array in coordinates.decode(theta).arrays.items():
        assert array == pytest.approx(draw(5).arrays[name])
    wild = coordinates.decode(
        coordinates.canonical(theta + 1e3 * np.random.default_rng(1).standard_normal(theta.shape))
    )
    check_domain(RELU_GAINS, wild)
    still = coordinates.decode(coordinates.canonical(0.0 * theta))
    RELU_GAINS.check(still)
    assert np.linalg.norm(still.arrays["v"], axis=1) == pytest.approx(1e-3)


def test_two_equal_runs_are_computed_once() -> None:
    view = VIEWS.closed(draw())
    assert view.run(0.0, 0.0) is view.run(0.0, 0.0)
    assert len(view.run(2.0, 0.0)) == STEPS + 1
