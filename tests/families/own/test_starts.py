"""Extreme instances that a family was given: they come first, are checked, and decide what nothing else reaches."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from tests.families.own.declared import DEEP, GAINED_ON_DATA
from wnverify.errors import TheoremFileError
from wnverify.family import Family, Situation


def ones(sizes):
    """All entries 1, twice, the input of norm 1; for one layer alone."""
    L, m, d = sizes["L"], sizes["m"], sizes["d"]
    if L > 1:
        return []
    arrays = {"W1": np.ones((m, d)), "v": np.ones(m), "x": np.full(d, d**-0.5)}
    return [arrays, {**arrays, "v": -arrays["v"]}]


def at(family: Family, L: int) -> Situation:
    return next(place for place in family.situations() if place.shape["L"] == L)


def test_they_come_first_and_the_family_itself_is_as_it_was() -> None:
    family = DEEP.starting({"all ones": ones})
    words, batch = next(family.structured(at(family, 1)))
    assert (words, batch.size) == ("all ones", 2)
    assert batch.arrays["v"][:, 1].tolist() == [-1.0, -1.0]
    assert next(DEEP.structured(at(DEEP, 1)))[0] != "all ones"
    assert next(family.structured(at(family, 2)))[0] != "all ones"


def test_more_of_them_are_added_and_further_quantities_keep_them() -> None:
    family = DEEP.starting({"all ones": ones}).starting({"once more": ones}).extended([])
    assert [words for words, _ in family.structured(at(family, 1))][:2] == ["all ones", "once more"]


def test_a_family_with_data_has_them_too() -> None:
    def zeros(sizes):
        m, d, n = (sizes[name] for name in "mdn")
        W = np.eye(m, d) + np.eye(m, d)[:, ::-1]
        return [
            {"W": W, "g": np.zeros(m), "b": np.zeros(m), "v": np.zeros(m), "X": np.zeros((n, d)), "y": np.ones(n)}
        ]

    family = GAINED_ON_DATA.starting({"no gains": zeros})
    words, batch = next(family.structured(next(iter(family.situations({"activation": ["sin"]})))))
    assert words == "no gains"
    assert family.quantities["loss"].route.measure(batch) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"v": None}, "an array v in the start 'all ones'"),
        ({"v": np.ones(5)}, "finite numbers of shape (2,) as v"),
        ({"v": np.array([1.0, np.nan])}, "finite numbers of shape (2,) as v"),
        ({"x": np.ones(2)}, "The start 'all ones' at {'L': 1, 'm': 2, 'd': 2}"),
        ({"W1": np.zeros((2, 2))}, "The start 'all ones' at {'L': 1, 'm': 2, 'd': 2}"),
    ],
)
def test_what_is_no_instance_is_refused(change, wrong) -> None:
    def start(sizes):
        return [{n: a for n, a in {**each, **change}.items() if a is not None} for each in ones(sizes)]

    family = DEEP.starting({"all ones": start})
    with pytest.raises(TheoremFileError) as caught:
        list(family.structured(at(family, 1)))
    assert wrong in str(caught.value)


def test_an_input_of_norm_1_stays_in_its_ball_whatever_rounding_does() -> None:
    """(1, 1, 1)/√3 in floats is longer than 1, and the square of its norm is no proof of anything."""

    def start(sizes):
        return [{"W1": np.ones((3, 3)), "v": np.ones(3), "x": np.full(3, 3**-0.5)}] if sizes["d"] == 3 else []

    situation = Situation({"L": 1, "m": 3, "d": 3}, {"activation": "tanh"})
    _, batch = next(DEEP.starting({"even": start}).structured(situation))
    exact = sum(Fraction(float(entry)) ** 2 for entry in batch.arrays["x"][:, 0])
    assert 1 - Fraction(1, 10**14) < exact < 1


@pytest.mark.parametrize("starts", [{"": ones}, {"all ones": 3}])
def test_what_is_no_start_is_refused(starts) -> None:
    with pytest.raises(TheoremFileError, match="function of the sizes"):
        DEEP.starting(starts)
