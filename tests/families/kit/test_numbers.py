"""Single numbers of an instance: with or without an axis of their own, and vocabularies that borrow them."""

from __future__ import annotations

import numpy as np

from wnverify.families.kit.parts import Stored, read, vocabulary
from wnverify.families.kit.table import Array, Tabled
from wnverify.family import Situation
from wnverify.quantities import Interval

step = read("step", "step size", low=0, strict=True)
pace = read("pace", "pace")
tempo = read("tempo", "the pace by another name", Stored("pace"))
share = read("share", "what is computed from a share", lambda batch: 10 * batch.arrays["share"])
HERE = Situation({"n": 1}, {})


class Numbers(Tabled):
    """Three numbers, one of which has an axis of its own."""

    name, quantities, settings, regimes = "numbers", vocabulary(globals()), {}, ("any",)

    def shapes(self):
        return [{"n": 1}]

    def table(self, situation):
        return {"step": Array("", 0.1, 10.0), "pace": Array("1"), "share": Array("")}

    def draw(self, situation, regime, count, rng):
        number = np.full(count, 0.5)
        return self.batch(situation, {"step": number, "pace": number[None], "share": number})

    def structured(self, situation):
        return iter(())


def test_a_number_with_an_axis_of_its_own_is_read_and_moved_like_any_other() -> None:
    batch = Numbers().draw(HERE, "any", 4, np.random.default_rng(0))
    for quantity in (step, pace):
        assert quantity.route.measure(batch).shape == (4,)
        moved = Numbers().moves()[quantity.name](batch.arrays, Interval(high=0.2))[quantity.name]
        assert moved.shape == batch.arrays[quantity.name].shape
        assert (moved <= 0.2).all()


def test_only_what_is_stored_is_moved_and_the_array_that_it_is_stored_in() -> None:
    moves = Numbers().moves()
    assert set(moves) == {"step", "pace", "tempo"}
    arrays = Numbers().draw(HERE, "any", 2, np.random.default_rng(0)).arrays
    assert (moves["tempo"](arrays, Interval(high=0.2))["pace"] <= 0.2).all()


def test_borrowed_quantities_come_first_and_once() -> None:
    assert list(vocabulary({"pace": pace, "step": step, "other": 3}, step)) == ["step", "pace"]
