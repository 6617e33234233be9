"""What follows from a table of arrays: coordinates, checks, moves."""

from __future__ import annotations

import numpy as np
import pytest

from wnverify.errors import RecordError
from wnverify.families.kit.parts import Views, read, size, vocabulary
from wnverify.families.kit.table import Array, Tabled
from wnverify.family import Situation
from wnverify.quantities import Interval, Source

n = size("n", "number of points")
step = read("step", "step size", low=0, strict=True)
turns = read("turns", "number of turns", low=1, integer=True)
TABLE = {
    "x": Array("n 2", -2.0, 2.0, vectors=True),
    "step": Array("", 0.1, 10.0, log=True),
    "turns": Array("", 1.0, 9.0),
}


class Points(Tabled):
    """Points in the plane."""

    name, quantities, settings, regimes = "points", vocabulary(globals()), {}, ("any",)

    def shapes(self):
        return [{"n": 1}, {"n": 3}]

    def table(self, situation):
        return TABLE

    def draw(self, situation, regime, count, rng):
        x = rng.standard_normal((situation.shape["n"], 2, count))
        # in another order than the table's
        return self.batch(situation, {"turns": np.full(count, 2.0), "step": rng.uniform(0.2, 3.0, count), "x": x})

    def structured(self, situation):
        return iter(())


POINTS = Points()
HERE = Situation({"n": 3}, {})


def drawn(count=4):
    return POINTS.draw(HERE, "any", count, np.random.default_rng(0))


def test_coordinates_lead_there_and_back_in_the_order_of_the_table() -> None:
    batch, coordinates = drawn(), POINTS.coordinates(HERE)
    assert list(batch.arrays) == list(TABLE)
    theta = coordinates.encode(batch)
    assert theta.shape == (8, 4)
    back = coordinates.decode(theta)
    for name, array in batch.arrays.items():
        np.testing.assert_allclose(back.arrays[name], array, rtol=1e-15)


def test_canonical_clips_and_lengthens() -> None:
    coordinates = POINTS.coordinates(HERE)
    theta = coordinates.encode(drawn(1))
    theta[:2], theta[2], theta[6] = 0.0, 7.0, 99.0
    found = coordinates.decode(coordinates.canonical(theta))
    np.testing.assert_array_equal(found.arrays["x"][0, :, 0], [1e-3, 0.0])
    assert found.arrays["x"][1, 0, 0] == 2.0
    assert found.arrays["step"] == pytest.approx([10.0], rel=1e-15)


def test_draws_are_clipped_to_the_table() -> None:
    found = POINTS.within(HERE, {**drawn(1).arrays, "step": np.array([99.0]), "turns": np.array([0.0])})
    assert list(found.arrays) == list(TABLE)
    assert (found.arrays["step"][0], found.arrays["turns"][0]) == (10.0, 1.0)


def test_the_chain_rule_goes_through_logarithms() -> None:
    batch, coordinates = drawn(1), POINTS.coordinates(HERE)
    pulled = coordinates.pullback(coordinates.encode(batch), batch, {"step": np.ones(1), "turns": np.full(1, 3.0)})
    np.testing.assert_array_equal(pulled[:, 0], [0.0] * 6 + [batch.arrays["step"][0], 3.0])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"x": np.zeros((3, 2, 1))}, "a direction in the array x"),
        ({"x": np.ones((2, 2, 1))}, "arrays of shapes"),
        ({"y": np.ones(1)}, "arrays of shapes"),
        ({"step": np.array([-1.0])}, "positive numbers in the array step"),
        ({"step": np.array([np.nan])}, "finite numbers in the array step"),
    ],
)
def test_other_arrays_are_refused(change, words) -> None:
    one = drawn(1)
    POINTS.check(one)
    with pytest.raises(RecordError, match=words):
        POINTS.check(one.with_arrays({**one.arrays, **change}))


def test_sizes_and_settings_of_another_family_are_refused() -> None:
    one = drawn(1)
    with pytest.raises(RecordError, match="the sizes n"):
        POINTS.check(type(one)("points", {"m": 3}, {}, one.arrays))
    with pytest.raises(RecordError, match="no settings"):
        POINTS.check(type(one)("points", {"n": 3}, {"loss": "squared"}, one.arrays))


def test_a_stored_number_is_moved_by_clipping_it() -> None:
    moves = POINTS.moves()
    assert set(moves) == {"step", "turns"}
    arrays = drawn().arrays
    assert moves["step"](arrays, Interval(high=0.5))["step"].max() <= 0.5
    assert (moves["turns"](arrays, Interval(low=2.5))["turns"] == 3.0).all()


def test_quantities_say_where_they_come_from() -> None:
    assert [quantity.source for quantity in POINTS.quantities.values()] == [Source.SIZE, Source.ARRAY, Source.ARRAY]


def test_the_second_view_may_have_a_formula_of_its_own() -> None:
    views = Views(lambda batch: batch.arrays["step"], lambda batch: np.log(batch.arrays["step"]))
    route = views.quantity("half", "half of the step", lambda step: step / 2, lambda log: np.exp(log) / 2).route
    batch = drawn()
    np.testing.assert_allclose(route.measure(batch), batch.arrays["step"] / 2)
    np.testing.assert_allclose(route.second(batch), route.measure(batch))
