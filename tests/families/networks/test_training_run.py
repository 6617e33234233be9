from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from wnverify.batch import Batch
from wnverify.families.networks import training_run_fields as fields
from wnverify.families.networks.training_run import TRAINING_RUN
from wnverify.families.networks.training_run_fields import naive_trajectory, trajectory
from wnverify.family import Situation
from wnverify.quantities import Interval

SHAPES = ({"L": 1, "m": 1, "d": 1, "n": 1, "T": 1}, {"L": 2, "m": 3, "d": 2, "n": 3, "T": 4})


def drawn(shape, regime: str, count: int = 3, seed: int = 0) -> Batch:
    where = Situation(shape, {"activation": "tanh", "scaling": "fan_out"})
    return TRAINING_RUN.draw(where, regime, count, np.random.default_rng(seed))


def measured(batch: Batch, name: str) -> np.ndarray:
    return TRAINING_RUN.quantities[name].route.measure(batch)


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("regime", TRAINING_RUN.regimes)
def test_the_batched_run_is_the_naive_one(shape, regime: str) -> None:
    batch = drawn(shape, regime)
    fast, slow = trajectory(batch), naive_trajectory(batch)
    for name in ("loss", "gradient", "rows", "row_gradient", "row_step", "output", "gain", "drift"):
        assert getattr(fast, name) == pytest.approx(getattr(slow, name), rel=1e-7, abs=1e-12), name


@pytest.mark.parametrize("regime", ["descent", "near", "large steps", "stochastic"])
def test_rows_grow_by_the_squared_gradient(regime: str) -> None:
    batch = drawn(SHAPES[1], regime, 50)
    assert np.nanmax(measured(batch, "growth_defect")) < 1e-13
    assert measured(batch, "row_growth").min() > 1 - 1e-13


@pytest.mark.parametrize("regime", ["large steps", "momentum"])
def test_rows_grow_by_their_squared_step_at_least(regime: str) -> None:
    assert measured(drawn(SHAPES[1], regime, 200), "outward_growth").min() > 1 - 1e-13


@pytest.mark.parametrize(("short", "told"), [(4e-7, False), (1e-4, True)])
def test_growth_that_rounding_alone_hides_is_not_told(short: float, told: bool) -> None:
    batch = drawn(SHAPES[0], "descent", 1)
    batch = batch.with_arrays({**batch.arrays, "steps": np.full((1, 1), 1e3)})
    rows, ones = np.array([1e-6, (1 - short) * 1e-6]).reshape(2, 1, 1), np.ones((2, 1))
    run = replace(trajectory(batch), rows=rows, row_step=np.zeros((1, 1, 1)), loss=ones, output=ones)
    assert np.isfinite(fields._growth(batch, run)).all() == told


def test_a_decayed_row_steps_inwards() -> None:
    batch = drawn(SHAPES[1], "decay", 20)
    inwards = batch.arrays["steps"][0] * batch.arrays["decay"]
    # a step of −c·W alone makes (1−c)²/(1 + c²) of the sum
    assert (measured(batch, "outward_growth")[inwards > 0.1] < 1).all()


def test_momentum_breaks_the_identity_and_keeps_the_growth() -> None:
    batch = drawn(SHAPES[1], "momentum", 500)
    assert np.nanmax(measured(batch, "growth_defect")) > 1e-6
    assert measured(batch, "row_growth").min() > 1 - 1e-13


def test_look_ahead_shrinks_rows_unless_the_step_is_constant() -> None:
    assert measured(drawn(SHAPES[1], "turning", 500), "row_growth").min() < 0.999
    batch = drawn(SHAPES[1], "nesterov", 4000)
    constant = measured(batch, "step_spread") == 0
    assert constant.sum() > 1000
    assert measured(batch, "row_growth")[constant].min() > 1 - 1e-13


def test_weight_decay_shrinks_the_minimum_norm() -> None:
    batch = drawn(SHAPES[1], "decay", 50)
    growth, shrunk = measured(batch, "min_norm_growth"), 1 - batch.arrays["steps"][0] * batch.arrays["decay"]
    assert (growth >= np.abs(shrunk) - 1e-12).all()
    assert growth.min() < 1


@pytest.mark.parametrize("regime", ["descent", "large steps", "stochastic", "decay"])
def test_rows_change_by_the_share_of_the_decay_and_the_squared_gradient(regime: str) -> None:
    batch = drawn(SHAPES[1], regime, 50)
    assert np.nanmax(measured(batch, "decay_defect")) < 1e-11
    assert (measured(batch, "rows_kept") >= measured(batch, "shrinkage") * (1 - 1e-13)).all()


def long_step_at_a_short_row(decay: float) -> Batch:
    """At one input weight the gradient is rounding alone, and a long step at a short row takes it at its word."""
    batch = drawn({"L": 1, "m": 1, "d": 1, "n": 1, "T": 1}, "descent", 4)
    short = {"W1": np.full((1, 1, 4), 1e-3), "v": np.full((1, 4), 9.0), "y": np.full((1, 4), 30.0)}
    return batch.with_arrays({
        **batch.arrays, **short, "steps": np.full((1, 4), 100.0), "decay": np.full(4, decay),
    })  # fmt: skip


def test_a_step_whose_rounding_along_a_row_shows_has_no_defect() -> None:
    assert np.isnan(measured(long_step_at_a_short_row(0.0), "growth_defect")).all()


def test_a_defect_beyond_rounding_counts_where_rounding_shows() -> None:
    forgotten = (1.0 - 0.9**2) / 0.9**2
    assert measured(long_step_at_a_short_row(1e-3), "growth_defect") == pytest.approx(forgotten, rel=1e-3)


def test_defects_see_momentum_and_a_share_forgotten() -> None:
    assert np.nanmax(measured(drawn(SHAPES[1], "momentum", 500), "decay_defect")) > 1e-6
    assert np.nanmax(measured(drawn(SHAPES[1], "decay", 50), "growth_defect")) > 1e-6


def by_hand(x: list[float], decay: float = 0.0, lookahead: float = 0.0, momentum: float = 0.0) -> Batch:
    """One linear neuron W = (2, 0), v = 3 with the sample (x, 1) and one step of size 0.5."""
    arrays = {
        "W1": np.array([[[2.0], [0.0]]]),
        "v": np.array([[3.0]]),
        "X": np.array(x)[:, None, None],
        "y": np.array([[1.0]]),
        "steps": np.array([[0.5]]),
        "mask": np.ones((1, 1, 1)),
        "momentum": np.array([momentum]),
        "lookahead": np.array([lookahead]),
        "decay": np.array([decay]),
    }
    where = {"activation": "identity", "scaling": "fan_out"}
    return Batch("training_run", {"L": 1, "m": 1, "d": 2, "n": 1, "T": 1}, where, arrays)


def test_a_row_across_the_sample_by_hand() -> None:
    batch = by_hand([0.0, 1.0], decay=0.25)  # f = 0, e = −1, ∂𝓛/∂W = 2e·3·(0, 1)/2, ∂𝓛/∂v = 0
    assert measured(batch, "sphere_gradient") == pytest.approx([6.0])
    assert measured(batch, "row_start") == pytest.approx([2.0])
    assert measured(batch, "row_after") ** 2 == pytest.approx([(0.875 * 2.0) ** 2 + (0.5 * 3.0) ** 2])
    assert measured(batch, "rows_gain") == pytest.approx([1.75**2 + 1.5**2 - 4.0])
    assert measured(batch, "rows_kept") == pytest.approx(measured(batch, "row_after") / 2)
    assert measured(batch, "shrinkage") == pytest.approx([0.875])
    assert measured(batch, "output_drift") == pytest.approx([3.0 * 0.125])


def test_a_row_along_the_sample_by_hand() -> None:
    batch = by_hand([1.0, 0.0])  # f = 3, e = 2, ∂𝓛/∂W = 0, ∂𝓛/∂v = 4
    assert measured(batch, "output_drift") == pytest.approx([2.0])
    assert measured(batch, "rows_gain") == pytest.approx([0.0], abs=1e-15)
    assert measured(batch, "rho_start") == pytest.approx([2.0])
    assert measured(batch, "omega_start") == pytest.approx([2.0])


def test_the_gain_of_long_rows_is_not_lost_in_a_difference() -> None:
    batch = by_hand([0.0, 1.0])
    far = batch.with_arrays({**batch.arrays, "W1": np.array([[[2e9], [0.0]]])})
    assert measured(far, "rows_gain") == pytest.approx([(0.5 * 6.0 / 2e9) ** 2], rel=1e-9)


def test_the_gradient_on_the_sphere_is_that_of_autograd() -> None:
    batch = drawn(SHAPES[1], "stochastic", 20)
    route = TRAINING_RUN.quantities["sphere_gradient"].route
    assert route.measure(batch) == pytest.approx(route.second(batch), rel=1e-9, abs=1e-12)


def test_regimes_are_what_they_say() -> None:
    assert (measured(drawn(SHAPES[1], "descent"), "batch_share") == 1).all()
    assert (measured(drawn(SHAPES[1], "descent"), "step_spread") == 0).all()
    assert (measured(drawn(SHAPES[1], "stochastic", 50), "batch_share") == 0).any()
    assert (measured(drawn(SHAPES[1], "momentum"), "momentum") >= 0.5).all()
    assert (measured(drawn(SHAPES[1], "nesterov"), "lookahead") == 1).all()
    assert (measured(drawn(SHAPES[1], "decay"), "decay") > 0).all()


@pytest.mark.parametrize(
    ("name", "value"), [("momentum", 0.25), ("decay", 0.0), ("step", 0.125), ("batch_share", 1.0)]
)
def test_the_schedule_can_be_moved(name: str, value: float) -> None:
    batch = drawn(SHAPES[1], "stochastic")
    moved = TRAINING_RUN.moves()[name](batch.arrays, Interval(value, value))
    assert (measured(batch.with_arrays(moved), name) == value).all()


def test_coordinates_keep_structured_runs() -> None:
    where = Situation(SHAPES[1], {"activation": "sin", "scaling": "fan_in"})
    coordinates = TRAINING_RUN.coordinates(where)
    for words, batch in TRAINING_RUN.structured(where):
        again = coordinates.decode(coordinates.canonical(coordinates.encode(batch)))
        for name, array in batch.arrays.items():
            assert again.arrays[name] == pytest.approx(array, rel=1e-9, abs=1e-9), words
