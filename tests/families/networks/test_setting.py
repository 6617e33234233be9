"""What every family over networks takes from the paper's setting: hypotheses, moves, levels."""

from __future__ import annotations

import numpy as np
import pytest
import sympy

from wnverify.families.networks.generalization import GENERALIZATION
from wnverify.families.networks.rademacher import RADEMACHER
from wnverify.families.networks.regression import REGRESSION
from wnverify.families.networks.regression_pairs import PAIRS
from wnverify.families.networks.training_run import TRAINING_RUN
from wnverify.families.networks.weight_norm import PLAIN, STANDARD, WEIGHT_NORM
from wnverify.family import Situation
from wnverify.quantities import Interval, Source

IN_SETTING = (WEIGHT_NORM, PLAIN, REGRESSION, PAIRS, TRAINING_RUN)
FAMILIES = (*IN_SETTING, RADEMACHER, GENERALIZATION)


@pytest.mark.parametrize("family", IN_SETTING, ids=lambda family: family.name)
def test_a_typed_claim_supposes_the_setting_of_the_paper(family) -> None:
    symbol = family.quantities
    given = {
        "1-Lipschitz activation": (symbol["slope"], "<=", 1),
        "inputs in the unit ball": (symbol["input_norm"], "<=", 1),
        "no zero row": (symbol["omega"], ">", 0),
        "smooth activation": (symbol["beta"], "<", sympy.oo),
    }
    assert list(family.standard({}).items()) == list(given.items())
    assert family.standard({"scaling": ("fan_out", "fan_in"), "activation": ("tanh",)}) == given


def test_under_fan_in_the_ball_is_larger_and_relu_need_not_be_smooth() -> None:
    given = WEIGHT_NORM.standard({"scaling": ("fan_in",), "activation": ("tanh", "relu")})
    d = WEIGHT_NORM.quantities["d"]
    assert list(given) == ["1-Lipschitz activation", "inputs in the ball of radius √d", "no zero row"]
    assert given["inputs in the ball of radius √d"][2] == sympy.sqrt(d)
    assert given.keys() | {"inputs in the unit ball", "smooth activation"} > STANDARD.keys()


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_sizes_and_constants_say_what_they_are(family) -> None:
    constants = {name for name, q in family.quantities.items() if q.source is Source.CONSTANT}
    sizes = {name for name, q in family.quantities.items() if q.source is Source.SIZE}
    assert constants == {"beta", "c0", "slope"}
    assert sizes == set(family.shapes()[0]) & set(family.quantities)
    assert all(q.route.gradient is None for q in family.quantities.values() if q.source.of_situation)


@pytest.mark.parametrize("family", [WEIGHT_NORM, REGRESSION], ids=lambda family: family.name)
@pytest.mark.parametrize(
    ("name", "interval"),
    [
        ("rho", Interval(high=0.0)),
        ("rho", Interval(2.0, 3.0)),
        ("omega", Interval(0.5, 0.5)),
        ("input_norm", Interval(0.25, 0.5)),
    ],
)
def test_networks_are_moved(family, name, interval) -> None:
    sizes = dict.fromkeys(family.shapes()[0], 2)
    where = Situation(sizes, {"activation": "tanh", "scaling": "fan_out"})
    batch = family.draw(where, "wide", 50, np.random.default_rng(0))
    moved = batch.with_arrays(family.moves()[name](batch.arrays, interval))
    family.check(moved.one(0))
    values = family.quantities[name].route.measure(moved)
    assert (values >= interval.low - 1e-12).all()
    assert (values <= interval.high + 1e-12).all()
    untouched = {"rho": "W1", "omega": "v", "input_norm": "v"}[name]
    assert moved.arrays[untouched] is batch.arrays[untouched]


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_levels_belong_to_what_can_be_set(family) -> None:
    levels = family.levels()
    assert {"L", "m", "d"} <= set(levels)
    assert set(levels) <= set(family.movable()) | set(family.shapes()[0])
    assert all(list(each.values) == sorted(each.values) for each in levels.values())
