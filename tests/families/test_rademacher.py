from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from tests.families.domains import check_domain
from wnverify.batch import Batch
from wnverify.errors import RecordError
from wnverify.families.base import Situation
from wnverify.families.generalization import GENERALIZATION, climbed
from wnverify.families.rademacher import RADEMACHER, sign_vectors

SETTINGS = {"activation": "sin", "scaling": "fan_in"}
SHAPES = ({"L": 1, "m": 1, "d": 1, "n": 1}, {"L": 2, "m": 3, "d": 3, "n": 4}, {"L": 3, "m": 2, "d": 2, "n": 2})


def drawn(shape, regime="gaussian", settings=SETTINGS, count=3) -> Batch:
    return RADEMACHER.draw(Situation(shape, settings), regime, count, np.random.default_rng(0))


def test_every_sign_vector_is_there_once_up_to_a_common_sign() -> None:
    found = {tuple(sign * column) for column in sign_vectors(5).T for sign in (1, -1)}
    assert found == set(product((1.0, -1.0), repeat=5))


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("regime", RADEMACHER.regimes)
def test_draws_lie_in_the_domain_and_both_routes_agree(shape, regime) -> None:
    batch = drawn(shape, regime)
    check_domain(RADEMACHER, batch)
    route = RADEMACHER.quantities["rademacher"].route
    assert route.measure(batch) == pytest.approx(route.second(batch), rel=1e-10)


def test_aligned_rows_reach_the_exact_complexity_of_one_linear_neuron() -> None:
    situation = Situation({"L": 1, "m": 1, "d": 3, "n": 4}, {"activation": "identity", "scaling": "fan_out"})
    batch = dict(RADEMACHER.structured(situation))["aligned rows, gaussian inputs"]
    X, rho = batch.arrays["X"], batch.arrays["rho"]
    signs = np.array(list(product((1.0, -1.0), repeat=4)))
    exact = (1 + rho) * np.mean(np.linalg.norm(np.einsum("si,kib->skb", signs, X), axis=1), axis=0) / 4
    assert RADEMACHER.quantities["rademacher"].route.measure(batch) == pytest.approx(exact, rel=1e-8)


def test_the_derivative_is_that_of_the_measured_value() -> None:
    situation = Situation(SHAPES[2], SETTINGS)
    coordinates, route = RADEMACHER.coordinates(situation), RADEMACHER.quantities["rademacher"].route
    theta = coordinates.canonical(coordinates.encode(drawn(SHAPES[2])))
    batch = coordinates.decode(theta)
    found = coordinates.pullback(theta, batch, route.gradient(batch))
    for index in range(theta.shape[0]):
        step = np.zeros_like(theta)
        step[index] = 1e-6
        above, below = (route.measure(coordinates.decode(theta + sign * step)) for sign in (1, -1))
        assert found[index] == pytest.approx((above - below) / 2e-6, abs=1e-7)


def test_coordinates_bring_back_into_the_domain() -> None:
    coordinates = RADEMACHER.coordinates(Situation(SHAPES[1], SETTINGS))
    theta = 100.0 * coordinates.encode(drawn(SHAPES[1]))
    check_domain(RADEMACHER, coordinates.decode(coordinates.canonical(theta)))
    assert RADEMACHER.quantities["input_norm"].route.measure(
        coordinates.decode(coordinates.canonical(theta))
    ) == pytest.approx(np.sqrt(3.0))


@pytest.mark.parametrize("regime", GENERALIZATION.regimes)
@pytest.mark.parametrize("shape", GENERALIZATION.shapes()[:4], ids=str)
def test_repetitions_share_everything_but_the_sample(shape, regime) -> None:
    situation = Situation(shape, {"activation": "tanh", "scaling": "fan_out"})
    batch = GENERALIZATION.draw(situation, regime, 5, np.random.default_rng(0))
    check_domain(GENERALIZATION, batch)
    assert (batch.arrays["counts"].sum(axis=0) == shape["n"]).all()
    for name in ("X", "y", "p", "rho", "lipschitz", "span", "delta"):
        assert np.ptp(batch.arrays[name], axis=-1).max() == 0
    assert batch.arrays["p"].sum(axis=0) == pytest.approx(1.0)
    gap = GENERALIZATION.quantities["generalization_gap"].route
    assert gap.measure(batch) == pytest.approx(gap.second(batch), abs=1e-12)


def test_the_ascent_never_makes_the_predictor_better() -> None:
    situation = Situation(GENERALIZATION.shapes()[1], {"activation": "tanh", "scaling": "fan_out"})
    batch = GENERALIZATION.draw(situation, "one-sided", 5, np.random.default_rng(0))
    gap = GENERALIZATION.quantities["generalization_gap"].route.measure
    further = climbed(batch, 10)
    assert (gap(further) >= gap(batch) - 1e-15).all()
    assert np.linalg.norm(further.arrays["v"], axis=0) == pytest.approx(1 + batch.arrays["rho"])


def test_the_worst_linear_predictor_is_found_in_closed_form() -> None:
    situation = Situation({"L": 1, "m": 1, "d": 4, "N": 4, "n": 10}, {"activation": "identity", "scaling": "fan_out"})
    batch = GENERALIZATION.draw(situation, "one-sided", 20, np.random.default_rng(0))
    arrays = batch.arrays
    shift = np.einsum("kjb,jb->kb", arrays["X"], arrays["p"] - arrays["counts"] / 10)
    exact = arrays["lipschitz"] * (1 + arrays["rho"]) * np.linalg.norm(shift, axis=0)
    assert GENERALIZATION.quantities["generalization_gap"].route.measure(batch) == pytest.approx(exact, rel=1e-9)


@pytest.mark.parametrize("family", [RADEMACHER, GENERALIZATION], ids=lambda family: family.name)
def test_an_instance_with_an_array_missing_is_refused(family) -> None:
    situation = family.situations()[0]
    one = family.draw(situation, family.regimes[0], 1, np.random.default_rng(0))
    family.check(one)
    with pytest.raises(RecordError, match="Expected arrays of shapes"):
        family.check(Batch(one.family, one.shape, one.settings, {**one.arrays, "X": np.zeros((7, 7, 1))}))
