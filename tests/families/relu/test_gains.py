from __future__ import annotations

import numpy as np
import pytest

from tests.families.domains import check_domain
from wnverify.batch import Batch, from_data, to_data
from wnverify.engine.relu import gains as engine
from wnverify.errors import RecordError
from wnverify.families.relu.gains import RELU_GAINS
from wnverify.families.relu.gains_fields import STEPS, closed, state
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


def test_the_tangent_kernel_by_differences() -> None:
    """Λ against central differences of the output, one instance away from kinks."""
    at = state(draw(6, "signed", 1))
    flat = np.concatenate([at.v.ravel(), at.g.ravel()])
    size, step = at.v.size, 1e-6

    def output(point: np.ndarray) -> np.ndarray:
        return at.moved(point[:size].reshape(at.v.shape), point[size:].reshape(at.g.shape)).output[:, 0]

    J = np.stack([(output(flat + e) - output(flat - e)) / (2 * step) for e in step * np.eye(flat.size)], axis=1)
    assert pytest.approx(at.Lambda[..., 0], rel=1e-6, abs=1e-8) == J @ J.T


def test_a_switch_replaces_the_indicators() -> None:
    at = state(draw())
    whole = engine.State(at.v, at.g, at.x, at.y, at.c, at.alpha, switch=np.ones_like(at.active))
    assert pytest.approx(at.gram) == whole.H
    assert at.moved(at.v, at.g).active == pytest.approx(at.active)


def test_a_step_moves_against_the_gradient() -> None:
    at = state(draw())
    moved = at.descended(np.full(6, 0.1), np.full(6, 0.2))
    assert moved.v == pytest.approx(at.v - 0.1 * at.gradient_v)
    assert moved.g == pytest.approx(at.g - 0.2 * at.gradient_g)


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
    view = closed(draw())
    assert view.run(0.0, 0.0) is view.run(0.0, 0.0)
    assert len(view.run(2.0, 0.0)) == STEPS + 1


@pytest.mark.parametrize(
    "damage",
    [
        lambda a: {**a, "v": 0.0 * a["v"]},
        lambda a: {**a, "x": a["x"][:, :1]},
        lambda a: {**a, "alpha": -a["alpha"]},
        lambda a: {name: array for name, array in a.items() if name != "c"},
    ],
)
def test_a_damaged_state_is_refused(damage) -> None:
    batch = from_data(to_data(draw(3, "generic", 1)))
    RELU_GAINS.check(batch)
    with pytest.raises(RecordError):
        RELU_GAINS.check(Batch(batch.family, batch.shape, batch.settings, damage(batch.arrays)))
