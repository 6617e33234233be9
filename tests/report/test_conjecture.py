"""How a conjecture stands: in the words of the family of its best instance."""

import numpy as np
import pytest

from tests.report.made_up_runs import INSTANCE, check, theorem
from wnverify.batch import Batch, to_data
from wnverify.evidence import Worst
from wnverify.families.least_squares.normalisation import NORMALISATION
from wnverify.families.networks.weight_norm import WEIGHT_NORM
from wnverify.report.conjecture import conjecture

ONE = Batch(
    "weight_norm",
    {"L": 1, "m": 2, "d": 2},
    {"activation": "identity", "scaling": "fan_out"},
    {"W1": np.eye(2)[..., None], "v": np.array([[1.0], [0.0]]), "x": np.array([[1.0], [0.0]])},
)


def told(instance):
    worst = Worst(0.9, 0.9, 1.0, None, "", "ascent", "L=1", instance)
    evidence = theorem("paper/guess", check("adversarial", worst=worst))
    return "\n".join(line.plain for line in conjecture(evidence, 100))


def test_a_network_is_told_by_its_angles():
    text = told(to_data(ONE))
    assert "1 row at 0° and 1 row at 90° from x, of length 1; they span 2 dimensions" in text
    assert "on one unit, at 0° from α1" in text
    assert "short of it by 1.0e-01" in text


@pytest.mark.parametrize("family", ["normalisation", "of another program"])
def test_what_has_no_portrait_is_told_by_its_ratio(family):
    assert told(INSTANCE | {"family": family}).count("\n") == 2


def test_a_family_without_a_portrait_says_nothing():
    assert NORMALISATION.portrait(ONE) == []
    assert len(WEIGHT_NORM.portrait(ONE)) == 2
