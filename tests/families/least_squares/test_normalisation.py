from __future__ import annotations

import numpy as np
import pytest

from wnverify.batch import Batch, from_data
from wnverify.budget import parse_budget
from wnverify.claim import Claim
from wnverify.errors import DomainError, RecordError
from wnverify.families.least_squares.normalisation import NORMALISATION, second_derivative, w_norm
from wnverify.family import Situation
from wnverify.runs.theorem import carry_out
from wnverify.theorem import Theorem
from wnverify.verdict import Verdict


def test_the_steepest_angle_attains_the_constant() -> None:
    batch = dict(NORMALISATION.structured(Situation({"k": 3}, {})))["u at the steepest angle"]
    length = np.linalg.norm(batch.arrays["w"], axis=0)
    found = NORMALISATION.quantities["second_derivative"].route.measure(batch) * length**2
    assert found == pytest.approx(2 / np.sqrt(3), rel=1e-12)


def steepest() -> Batch:
    return dict(NORMALISATION.structured(Situation({"k": 3}, {})))["u at the steepest angle"].one(2)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"u": np.array([[0.58], [0.0], [0.82]])}, "unit vectors u"),
        ({"w": np.zeros((3, 1))}, "w other than 0"),
    ],
)
def test_what_is_no_pair_of_this_family_is_refused(change, words) -> None:
    one = steepest()
    NORMALISATION.check(one)
    with pytest.raises(RecordError, match=words):
        NORMALISATION.check(one.with_arrays({**one.arrays, **change}))


def test_a_longer_u_is_not_measured() -> None:
    one = steepest()
    with pytest.raises(DomainError, match="unit vectors u"):
        second_derivative.route.measure(one.with_arrays({**one.arrays, "u": 1.01 * one.arrays["u"]}))


def test_a_counterexample_keeps_its_unit_vector_where_digits_are_dropped() -> None:
    # 2/√3 = 1.15470…: two digits of the steepest u would have ‖u‖² = 1.0088 and a ratio of 1.009
    theorem = Theorem(Claim(second_derivative, "<=", 1.154 / w_norm**2), NORMALISATION)
    found = carry_out("structured", theorem, "too steep", parse_budget("quick"), 0)
    assert found.outcome is Verdict.REFUTED
    NORMALISATION.check(from_data(found.worst.instance))
    assert found.worst.ratio == pytest.approx(2 / np.sqrt(3) / 1.154, rel=1e-9)


def test_a_search_brings_vectors_back_even_if_they_vanish() -> None:
    coordinates = NORMALISATION.coordinates(Situation({"k": 2}, {}))
    theta = coordinates.canonical(np.array([[0.0, 3e3, 1e-5], [0.0, 4e3, 0.0], [0.0, 0.0, 1e-9], [0.0, 7.0, 0.0]]))
    NORMALISATION.check(coordinates.decode(theta))
    np.testing.assert_allclose(theta[:2].T, [[1e-3, 0.0], [600.0, 800.0], [1e-3, 0.0]], rtol=1e-12)
    np.testing.assert_allclose(theta[2:].T, [[1.0, 0.0], [0.0, 1.0], [1.0, 0.0]], rtol=1e-12)
