from __future__ import annotations

import numpy as np
import pytest

from tests.families.domains import check_domain
from wnverify.batch import Batch, from_data, to_data
from wnverify.errors import DomainError, RecordError
from wnverify.families.networks.regression import REGRESSION
from wnverify.families.networks.weight_norm import PLAIN, WEIGHT_NORM
from wnverify.family import Situation
from wnverify.typed.vocabulary import families, family_named

SITUATIONS = WEIGHT_NORM.situations()
SOME = SITUATIONS[::23]


def test_the_smallest_shape_comes_first() -> None:
    assert SITUATIONS[0].shape == {"L": 1, "m": 1, "d": 1}
    assert len({str(situation) for situation in SITUATIONS}) == len(SITUATIONS)


@pytest.mark.parametrize("situation", SOME, ids=str)
@pytest.mark.parametrize("regime", WEIGHT_NORM.regimes)
def test_draws_lie_in_the_domain(situation: Situation, regime: str) -> None:
    batch = WEIGHT_NORM.draw(situation, regime, 20, np.random.default_rng(1))
    radius = 1.0 if situation.settings["scaling"] == "fan_out" else np.sqrt(situation.shape["d"])
    assert batch.size == 20
    assert (np.linalg.norm(batch.arrays["x"], axis=0) <= radius).all()
    assert (WEIGHT_NORM.quantities["omega"].route.measure(batch) > 0).all()
    check_domain(WEIGHT_NORM, batch)


@pytest.mark.parametrize("situation", SOME, ids=str)
def test_structured_instances_lie_in_the_domain(situation: Situation) -> None:
    kinds = dict(WEIGHT_NORM.structured(situation))
    assert len(kinds) >= 8
    for batch in kinds.values():
        check_domain(WEIGHT_NORM, batch)


def test_zero_preactivations_are_zero() -> None:
    situation = Situation({"L": 1, "m": 3, "d": 2}, {"activation": "tanh", "scaling": "fan_out"})
    batch = dict(WEIGHT_NORM.structured(situation))["zero pre-activations"]
    assert np.abs(np.einsum("iab,ab->ib", batch.arrays["W1"], batch.arrays["x"])).max() < 1e-12


@pytest.mark.parametrize("situation", SOME, ids=str)
def test_coordinates_invert(situation: Situation) -> None:
    batch = WEIGHT_NORM.draw(situation, "gaussian", 4, np.random.default_rng(2))
    coordinates = WEIGHT_NORM.coordinates(situation)
    theta = coordinates.encode(batch)
    for name, array in coordinates.decode(theta).arrays.items():
        assert array == pytest.approx(batch.arrays[name], rel=1e-12)
    assert coordinates.canonical(theta) == pytest.approx(theta, rel=1e-12, abs=1e-12)


def test_canonical_brings_any_step_back() -> None:
    situation = Situation({"L": 2, "m": 2, "d": 2}, {"activation": "tanh", "scaling": "fan_out"})
    coordinates = WEIGHT_NORM.coordinates(situation)
    theta = coordinates.encode(WEIGHT_NORM.draw(situation, "wide", 50, np.random.default_rng(3)))
    wild = theta + 1e4 * np.random.default_rng(4).standard_normal(theta.shape)
    batch = coordinates.decode(coordinates.canonical(wild))
    omega, rho = (WEIGHT_NORM.quantities[name].route.measure(batch) for name in ("omega", "rho"))
    assert ((omega >= 0.99e-3) & (omega <= 1.01e3 * 1e3)).all()
    assert (rho <= 9 + 1e-9).all()
    assert (np.linalg.norm(batch.arrays["x"], axis=0) <= 1).all()


@pytest.mark.parametrize("family", [WEIGHT_NORM, PLAIN], ids=lambda family: family.name)
def test_three_routes_agree(family) -> None:
    """Closed form, autograd and balls, on small networks of every smooth activation."""
    names = (
        "output_abs",
        "gradient_norm",
        "hidden_gradient_norm",
        "input_gradient_norm",
        "hessian_norm",
        "omega",
        "rho",
        "direction_norm",
        "row_alignment",
    )
    for situation in family.situations({"activation": ("tanh", "softplus", "gelu")})[6:60:7]:
        batch = family.draw(situation, "gaussian", 1, np.random.default_rng(5))
        balls = family.enclosures(batch, names)
        for name in names:
            route = family.quantities[name].route
            value = float(route.measure(batch)[0])
            assert abs(balls[name].mid() - value) <= balls[name].rad() + 1e-9 * max(1.0, value), name
            if route.second:
                assert float(route.second(batch)[0]) == pytest.approx(value, rel=1e-9, abs=1e-12)


def test_the_slope_of_the_direction_norm_is_that_of_differences() -> None:
    situation = Situation({"L": 3, "m": 4, "d": 3}, {"activation": "tanh", "scaling": "fan_out"})
    batch = WEIGHT_NORM.draw(situation, "gaussian", 20, np.random.default_rng(8))
    route = WEIGHT_NORM.quantities["direction_norm"].route
    step = {name: np.random.default_rng(9).standard_normal(a.shape) for name, a in batch.arrays.items()}

    def moved(t: float) -> np.ndarray:
        arrays = {name: array + t * step[name] for name, array in batch.arrays.items()}
        return route.measure(Batch(batch.family, batch.shape, batch.settings, arrays))

    slope = sum((part * step[name]).sum(axis=(0, 1)) for name, part in route.gradient(batch).items())
    np.testing.assert_allclose(slope, (moved(1e-6) - moved(-1e-6)) / 2e-6, rtol=1e-5, atol=1e-6)


def test_relu_has_no_balls() -> None:
    situation = Situation({"L": 1, "m": 1, "d": 1}, {"activation": "relu", "scaling": "fan_out"})
    batch = WEIGHT_NORM.draw(situation, "edge", 1, np.random.default_rng(0))
    assert WEIGHT_NORM.enclosures(batch, ["omega"]) is None


def saved() -> Batch:
    situation = Situation({"L": 2, "m": 2, "d": 3}, {"activation": "sin", "scaling": "fan_in"})
    return WEIGHT_NORM.draw(situation, "edge", 1, np.random.default_rng(6))


def test_a_saved_network_passes_its_check() -> None:
    WEIGHT_NORM.check(from_data(to_data(saved())))


@pytest.mark.parametrize("family", [WEIGHT_NORM, REGRESSION], ids=lambda family: family.name)
def test_rows_without_a_norm_in_floats_are_refused(family) -> None:
    where = family.situations()[0]
    one = family.draw(where, "edge", 1, np.random.default_rng(0))
    with pytest.raises(RecordError, match="norm > 0"):
        family.check(one.with_arrays({**one.arrays, "W1": 1e-200 * one.arrays["W1"]}))


def test_the_rows_of_the_plain_control_may_vanish() -> None:
    one = PLAIN.draw(SITUATIONS[0], "edge", 1, np.random.default_rng(0))
    PLAIN.check(one.with_arrays({**one.arrays, "W1": 0.0 * one.arrays["W1"]}))


def test_a_depth_without_layers_is_refused_before_they_are_listed() -> None:
    one = saved()
    with pytest.raises(RecordError, match="arrays for L=4000000 layers"):
        WEIGHT_NORM.check(Batch(one.family, {**one.shape, "L": 4_000_000}, one.settings, one.arrays))


@pytest.mark.parametrize("family", [WEIGHT_NORM, PLAIN], ids=lambda family: family.name)
def test_a_family_is_found_by_its_name(family) -> None:
    assert families()[family.name] is family
    assert family_named(family.name) is family


def test_nothing_but_the_family_knows_the_keys_of_its_memo() -> None:
    one = saved()
    for quantity in WEIGHT_NORM.quantities.values():
        quantity.route.measure(one)
    assert {key for key in one._memo if isinstance(key, str)} <= {"eigenvalues"}


def test_unknown_settings_are_refused() -> None:
    with pytest.raises(DomainError, match="tann"):
        WEIGHT_NORM.situations({"activation": ("tann",)})
