from __future__ import annotations

import numpy as np
import pytest

from tests.reference import mp_gradient
from wnverify.batch import Batch, from_data, to_data
from wnverify.claim import Claim
from wnverify.errors import DomainError, RecordError
from wnverify.families.networks.coordinates import unit_rows
from wnverify.families.networks.regression import REGRESSION
from wnverify.families.networks.regression_pairs import PAIRS
from wnverify.families.networks.weight_norm import PLAIN, WEIGHT_NORM, hessian_norm
from wnverify.families.networks.weight_norm_fields import network
from wnverify.family import Situation
from wnverify.judging.judge import Judge
from wnverify.typed.vocabulary import families, family_named

SITUATIONS = WEIGHT_NORM.situations()


def test_the_smallest_shape_comes_first() -> None:
    assert SITUATIONS[0].shape == {"L": 1, "m": 1, "d": 1}
    assert len({str(situation) for situation in SITUATIONS}) == len(SITUATIONS)


@pytest.mark.parametrize(("family", "name"), [(WEIGHT_NORM, "x"), (REGRESSION, "X"), (PAIRS, "X")], ids=str)
@pytest.mark.parametrize(("scaling", "radius"), [("fan_out", 1.0), ("fan_in", np.sqrt(2))])
def test_inputs_are_drawn_from_the_ball_of_the_scaling(family, name: str, scaling: str, radius: float) -> None:
    shape = next(shape for shape in family.shapes() if shape["d"] == 2)
    for regime in family.regimes:
        where = Situation(shape, {"activation": "tanh", "scaling": scaling})
        inputs = family.draw(where, regime, 20, np.random.default_rng(1)).arrays[name]
        assert (np.linalg.norm(inputs, axis=0) <= radius).all()


def test_zero_preactivations_are_zero() -> None:
    situation = Situation({"L": 1, "m": 3, "d": 2}, {"activation": "tanh", "scaling": "fan_out"})
    batch = dict(WEIGHT_NORM.structured(situation))["zero pre-activations"]
    assert np.abs(np.einsum("iab,ab->ib", batch.arrays["W1"], batch.arrays["x"])).max() < 1e-12


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
    names = [name for name, quantity in family.quantities.items() if not quantity.source.of_situation]
    for situation in family.situations({"activation": ("tanh", "softplus", "gelu")})[6:60:7]:
        batch = family.draw(situation, "gaussian", 1, np.random.default_rng(5))
        balls = family.enclosures(batch, names)
        for name in names:
            route = family.quantities[name].route
            value = float(route.measure(batch)[0])
            assert abs(balls[name].mid() - value) <= balls[name].rad() + 1e-9 * max(1.0, value), name
            if route.second:
                assert float(route.second(batch)[0]) == pytest.approx(value, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("normalised", [True, False])
@pytest.mark.parametrize("shape", [(1, 2, 2), (3, 2, 2)], ids=str)
def test_gradients_of_layers_are_those_of_fifty_digits(shape: tuple[int, ...], normalised: bool) -> None:
    family = WEIGHT_NORM if normalised else PLAIN
    where = Situation(dict(zip("Lmd", shape, strict=True)), {"activation": "sin", "scaling": "fan_in"})
    batch = family.draw(where, "gaussian", 2, np.random.default_rng(6))
    *W, last = (float(np.linalg.norm(part)) for part in mp_gradient(network(batch), 1))
    wanted = {
        "gradient_norm_W1": W[0],
        "gradient_norm_WL": W[-1],
        "layer_gradient_norm": max(W),
        "gradient_norm_v": last,
    }
    for name, number in wanted.items():
        for route in ("measure", "second"):
            found = getattr(family.quantities[name].route, route)(batch)[1]
            assert found == pytest.approx(number, rel=1e-13), (name, route)


@pytest.mark.parametrize("depth", [3, 5, 6])
def test_saturated_networks_are_measured_by_both_routes(depth: int) -> None:
    """Pre-activations in the thousands, where autograd's own derivative of tanh is inf/inf."""
    where = Situation({"L": depth, "m": 3, "d": 2}, {"activation": "tanh", "scaling": "fan_out"})
    route, batch = hessian_norm.route, PLAIN.draw(where, "wide", 8, np.random.default_rng(0))
    np.testing.assert_allclose(route.second(batch), route.measure(batch), rtol=1e-9, atol=1e-120)


@pytest.mark.parametrize("activation", ["identity", "gelu"])
def test_what_overflows_is_no_number_and_does_not_hold(activation: str) -> None:
    where = Situation({"L": 3, "m": 3, "d": 2}, {"activation": activation, "scaling": "fan_out"})
    batch = PLAIN.draw(where, "wide", 2, np.random.default_rng(0))
    huge = batch.with_arrays({name: 1e200 * array for name, array in batch.arrays.items()})
    judge = Judge(Claim(hessian_norm, "<=", 1), PLAIN)
    for route in ("measure", "second"):
        found = judge(huge, route=route)
        assert found.unevaluated.all()
        assert not found.accepted.any()


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
    tiny = one.with_arrays({**one.arrays, "W1": 1e-200 * one.arrays["W1"]})
    family.check(tiny)
    size = np.linalg.norm(one.arrays["W1"], axis=1).min()
    assert family.quantities["omega"].route.measure(tiny) == pytest.approx(1e-200 * size, rel=1e-15)
    shape = {"L": 1, "m": 1, "d": 2} | ({"n": 1} if "n" in where.shape else {})
    wide = family.draw(Situation(shape, where.settings), "edge", 1, np.random.default_rng(0))
    with pytest.raises(RecordError, match="norm inf"):
        family.check(wide.with_arrays({**wide.arrays, "W1": np.full((1, 2, 1), 1.5e308)}))


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


@pytest.mark.parametrize("name", ["input_gradient_norm", "input_hessian_norm", "hessian_norm", "cross_hessian_norm"])
def test_a_rescaled_claim_speaks_of_the_network_that_fan_out_would_have(name: str) -> None:
    """φ(√m z)/√m of inputs x/√d under `fan_out` is φ of x under `fan_in`; for m = 1 both have one φ."""
    where = Situation({"L": 2, "m": 1, "d": 2}, {"activation": "gelu", "scaling": "fan_in"})
    batch = WEIGHT_NORM.draw(where, "gaussian", 3, np.random.default_rng(9))
    near = {**batch.arrays, "x": batch.arrays["x"] / np.sqrt(2)}
    other = Batch(batch.family, batch.shape, {**where.settings, "scaling": "fan_out"}, near)
    symbol = WEIGHT_NORM.quantities[name]
    written = WEIGHT_NORM.rescaling(where.settings).get(symbol, symbol)
    factor = float(written.subs(WEIGHT_NORM.quantities["d"], 2) / symbol)
    assert factor * symbol.route.measure(batch) == pytest.approx(symbol.route.measure(other), rel=1e-12)


def test_what_is_never_positive_has_no_levels() -> None:
    levels = WEIGHT_NORM.levels()
    assert "hessian_max" in levels
    assert "hessian_min" not in levels
    assert "hessian_min" in WEIGHT_NORM.movable()


def test_unknown_settings_are_refused() -> None:
    with pytest.raises(DomainError, match="tann"):
        WEIGHT_NORM.situations({"activation": ("tann",)})


def test_extreme_instances_are_kept_and_nobody_can_write_to_them() -> None:
    where = Situation({"L": 2, "m": 2, "d": 2}, {"activation": "tanh", "scaling": "fan_in"})
    first, again = (dict(WEIGHT_NORM.structured(where)) for _ in range(2))
    for words, batch in first.items():
        assert again[words].arrays["W1"] is batch.arrays["W1"]
        assert not any(array.flags.writeable for array in batch.arrays.values())
    other = Situation({"L": 2, "m": 2, "d": 2}, {"activation": "tanh", "scaling": "fan_out"})
    assert not np.array_equal(
        dict(WEIGHT_NORM.structured(other))["one-hot rows"].arrays["x"], first["one-hot rows"].arrays["x"]
    )


def test_a_row_without_direction_gets_one():
    rows = np.array([[0.0, 3.0, np.inf], [0.0, 4.0, 1.0]])[None]  # (1, d, B)
    assert pytest.approx(np.array([[1.0, 0.0], [0.6, 0.8], [1.0, 0.0]])) == unit_rows(rows)[0].T
