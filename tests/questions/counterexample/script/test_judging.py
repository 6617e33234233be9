"""What the stand-alone script measures is what the program measures; and how far it trusts its own floats."""

from __future__ import annotations

import math

import numpy as np
import pytest

from wnverify.batch import Batch
from wnverify.families.networks.training_run import TRAINING_RUN
from wnverify.families.networks.weight_norm import WEIGHT_NORM
from wnverify.questions.counterexample.script.formula import Damaged
from wnverify.questions.counterexample.script.intervals import CannotMeasure, exact
from wnverify.questions.counterexample.script.judging import (
    FAMILIES,
    OPEN,
    WITHIN,
    Measures,
    relation_of,
    standing,
)
from wnverify.questions.counterexample.script.networks import Instance
from wnverify.typed.vocabulary import families


def measures(batch: Batch) -> Measures:
    arrays = {name: array[..., 0] for name, array in batch.arrays.items()}
    return Measures(Instance(batch.family, batch.shape, batch.settings, arrays))


@pytest.mark.parametrize("name", FAMILIES)
def test_numbers_agree_with_the_program(name: str) -> None:
    family, rng = families()[name], np.random.default_rng(0)
    compared = set()
    for place in family.situations()[:: max(1, len(family.situations()) // 12)]:
        if place.settings.get("rows", "any") != "any" or sum(place.shape.values()) > 14:
            continue
        batch = family.draw(place, family.regimes[0], 1, rng)
        found = measures(batch)
        for symbol, quantity in family.quantities.items():
            try:
                low, high = found(symbol)
            except CannotMeasure:
                continue
            value = float(quantity.route.measure(batch)[0])
            slack = 10 * family.agreement * max(abs(value), 1e-6)
            inside = float(low) - slack <= value <= float(high) + slack
            assert inside or float(low) == value == math.inf, (symbol, place)
            compared.add(symbol)
    assert len(compared) >= 9


def network(rows, x, activation="tanh") -> Instance:
    arrays = {"W1": np.array(rows, float), "v": np.ones(len(rows)), "x": np.array(x, float)}
    shape = {"L": 1, "m": len(rows), "d": len(x)}
    return Instance("weight_norm", shape, {"activation": activation, "scaling": "fan_out"}, arrays)


@pytest.mark.parametrize("size", [1e-200, 1e-90, 1e-9, 1.0, 1e9, 1e150])
def test_rows_of_any_size(size: float) -> None:
    """A row's norm is a gauge: first derivatives go like 1/ω, second like 1/ω²."""
    one = Measures(network([[1.0, 2.0]], [0.5, 0.5]))
    other = Measures(network([[size, 2 * size]], [0.5, 0.5]))
    for name, power in (("output_abs", 0), ("hidden_gradient_norm", 1), ("omega", -1)):
        assert float(other(name)[0]) * size**power == pytest.approx(float(one(name)[0]), rel=1e-9)
    if 1e-100 < size < 1e100:
        assert float(other("hessian_norm")[0]) * min(size, 1) ** 2 > 0


def test_what_overflows_in_floats_is_not_measured() -> None:
    found = Measures(network([[1.0, 2.0]], [1.7e308, 1.7e308], "identity"))
    assert found("input_norm")[0] > exact(10**308)[0]
    with pytest.raises(CannotMeasure, match="overflows"):
        found("output_abs")


def test_zeros_that_floats_do_not_see_are_left_open() -> None:
    rng = np.random.default_rng(1)
    for _ in range(20):
        along = rng.standard_normal(3)
        found = Measures(network([along, 3 * along], 0.3 * along))
        for name in ("row_alignment", "hidden_gradient_norm"):
            assert found(name)[0] == 0
            assert found(name)[1] > 0


def test_what_is_read_off_is_exact_to_a_hundred_digits() -> None:
    found = Measures(network([[0.6, 0.8], [3.0, 4.0]], [0.1, 0.2]))
    assert found("rho")[0] < exact(math.sqrt(2) - 1 + 1e-15)[0]
    low, high = found("input_norm")
    assert 0 < high - low < exact("1e-100")[0]
    assert found("c0") == exact(0)
    assert Measures(network([[3.0, 4.0]], [1.0, 0.0]))("omega") == exact(5)


def test_what_is_read_off_the_same_arrays_is_not_moved_beside_another() -> None:
    """A multiple of the rows moves ω and the longest row: with both in a claim, none is given its wanted number."""
    hypothesis = {"lhs": "omega", "relation": ">=", "rhs": "5*(1 + 10**(-14))", "name": "long rows"}
    relation = relation_of(hypothesis, "a hypothesis")
    for beside, wanted in (("input_norm", WITHIN), ("row_norm_max", OPEN)):
        found = Measures(network([[3.0, 4.0]], [0.1, 0.2]))
        found("omega"), found(beside)
        assert standing(relation, found)[2] == wanted, beside


def test_too_large_a_hessian_is_not_measured() -> None:
    with pytest.raises(CannotMeasure, match="too large"):
        Measures(network(np.ones((40, 30)), np.ones(30)))("hessian_norm")


def test_layouts_are_those_of_the_families() -> None:
    for name, owner in FAMILIES.items():
        family = families()[name]
        place = family.situations()[-1]
        axes = owner.layout(name, place.shape)
        shapes = {key: tuple(place.shape[axis] for axis in text.split()) for key, text in axes.items()}
        batch = family.draw(place, family.regimes[0], 1, np.random.default_rng(0))
        assert shapes == {key: array.shape[:-1] for key, array in batch.arrays.items()}


def test_unknown_settings_are_not_measured() -> None:
    batch = WEIGHT_NORM.draw(WEIGHT_NORM.situations()[0], WEIGHT_NORM.regimes[0], 1, np.random.default_rng(0))
    with pytest.raises(CannotMeasure, match="activation"):
        measures(Batch(batch.family, batch.shape, {**batch.settings, "activation": "swish"}, batch.arrays))
    assert not issubclass(Damaged, CannotMeasure)
    assert TRAINING_RUN.name in FAMILIES
