from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from wnverify.batch import Batch
from wnverify.errors import RecordError
from wnverify.families.networks.rademacher import RADEMACHER, sign_vectors
from wnverify.family import Situation

SETTINGS = {"activation": "sin", "scaling": "fan_in"}
SHAPES = (
    {"L": 1, "m": 1, "d": 1, "n": 1},
    {"L": 2, "m": 3, "d": 3, "n": 4},
    {"L": 3, "m": 2, "d": 2, "n": 2},
    {"L": 2, "m": 2, "d": 3, "n": 12, "signs": 40},
    {"L": 1, "m": 1, "d": 2, "n": 1, "signs": 3},
)
LINEAR = {"activation": "identity", "scaling": "fan_out"}


def drawn(shape, regime="gaussian", settings=SETTINGS, count=3) -> Batch:
    return RADEMACHER.draw(Situation(shape, settings), regime, count, np.random.default_rng(0))


def test_every_sign_vector_is_there_once_up_to_a_common_sign() -> None:
    found = {tuple(sign * column) for column in sign_vectors(5).T for sign in (1, -1)}
    assert found == set(product((1.0, -1.0), repeat=5))


def test_aligned_rows_reach_the_exact_complexity_of_one_linear_neuron() -> None:
    situation = Situation({"L": 1, "m": 1, "d": 3, "n": 4}, {"activation": "identity", "scaling": "fan_out"})
    batch = dict(RADEMACHER.structured(situation))["aligned rows, gaussian inputs"]
    X, rho = batch.arrays["X"], batch.arrays["rho"]
    signs = np.array(list(product((1.0, -1.0), repeat=4)))
    exact = (1 + rho) * np.mean(np.linalg.norm(np.einsum("si,kib->skb", signs, X), axis=1), axis=0) / 4
    assert RADEMACHER.quantities["rademacher"].route.measure(batch) == pytest.approx(exact, rel=1e-8)


@pytest.mark.parametrize("name", ["rademacher", "input_norm", "rho"])
@pytest.mark.parametrize("shape", [SHAPES[2], {"L": 2, "m": 2, "d": 2, "n": 9, "signs": 30}], ids=str)
def test_the_derivative_is_that_of_the_measured_value(shape, name) -> None:
    route, batch = RADEMACHER.quantities[name].route, drawn(shape)
    batch.arrays["X"][:] *= np.linspace(1.0, 0.9, shape["n"])[:, None]  # one longest input
    slopes = route.gradient(batch)
    for array, values in batch.arrays.items():
        if array == "signs":
            continue
        found = slopes.get(array, np.zeros_like(values)).reshape(-1, batch.size)
        for index in range(0, found.shape[0], 1 + found.shape[0] // 20):
            step = np.zeros_like(found)
            step[index] = 1e-6
            moved = [{**batch.arrays, array: values + sign * step.reshape(values.shape)} for sign in (1, -1)]
            above, below = (route.measure(Batch(batch.family, shape, SETTINGS, arrays)) for arrays in moved)
            assert found[index] == pytest.approx((above - below) / 2e-6, abs=1e-7)


def exact_linear(X, rho) -> np.ndarray:
    signs = sign_vectors(X.shape[1])
    return (1 + rho) * np.linalg.norm(np.einsum("is,kib->skb", signs, X), axis=1).mean(axis=0) / X.shape[1]


def aligned(n: int, signs: int, regime: str, count: int = 200) -> tuple[np.ndarray, np.ndarray]:
    """The sampled limit for one linear neuron with aligned rows, and what enumeration gives, each (B,)."""
    situation = Situation({"L": 1, "m": 1, "d": 4, "n": n, "signs": signs}, LINEAR)
    drawn = RADEMACHER.draw(situation, regime, count, np.random.default_rng(signs))
    rows = np.einsum("isb,kib->skb", drawn.arrays["signs"], drawn.arrays["X"])[:, None]
    rows[:, :, 0] += 1e-9 * (np.linalg.norm(rows, axis=2) < 1e-9)  # where the inputs cancel any row will do
    batch = Batch(drawn.family, drawn.shape, drawn.settings, {**drawn.arrays, "W1": rows})
    return RADEMACHER.quantities["rademacher"].route.measure(batch), exact_linear(
        drawn.arrays["X"], drawn.arrays["rho"]
    )


@pytest.mark.parametrize("regime", RADEMACHER.regimes)
@pytest.mark.parametrize("n", [1, 4, 8])
def test_a_sample_of_signs_stays_below_enumeration_and_comes_near(n, regime) -> None:
    shares = []
    for signs in (32, 128, 512):
        limit, exact = aligned(n, signs, regime)
        assert (limit <= exact).all()  # 600 limits, each false with a probability of at most 1e-9
        shares.append(np.median(limit / exact))
    assert shares == sorted(shares)
    assert shares[0] > 0.15
    assert shares[-1] > 0.75


def test_the_search_leaves_the_data_alone_where_the_signs_are_a_sample() -> None:
    coordinates, batch = RADEMACHER.coordinates(Situation(SHAPES[3], SETTINGS)), drawn(SHAPES[3])
    theta = coordinates.canonical(coordinates.encode(batch))
    slopes = {name: np.ones_like(array) for name, array in batch.arrays.items() if name != "signs"}
    moved = coordinates.decode(coordinates.canonical(theta + 0.1 * coordinates.pullback(theta, batch, slopes)))
    for name in ("X", "signs"):
        assert moved.arrays[name] == pytest.approx(batch.arrays[name], abs=1e-15)
    assert np.abs(moved.arrays["W1"] - batch.arrays["W1"]).max() > 1e-3


def test_signs_that_are_none_are_refused() -> None:
    batch = drawn(SHAPES[3], count=1)
    with pytest.raises(RecordError, match="signs of 1"):
        RADEMACHER.check(
            Batch(batch.family, batch.shape, SETTINGS, {**batch.arrays, "signs": 0.5 * batch.arrays["signs"]})
        )


def test_more_signs_than_can_be_listed_are_refused_before_they_are_counted() -> None:
    batch = drawn(SHAPES[1], count=1)
    with pytest.raises(RecordError, match="at most 20 samples with all their signs"):
        RADEMACHER.check(Batch(batch.family, {**batch.shape, "n": 100_000}, SETTINGS, batch.arrays))


def test_coordinates_bring_inputs_back_onto_their_ball() -> None:
    coordinates = RADEMACHER.coordinates(Situation(SHAPES[1], SETTINGS))
    theta = 100.0 * coordinates.encode(drawn(SHAPES[1]))
    assert RADEMACHER.quantities["input_norm"].route.measure(
        coordinates.decode(coordinates.canonical(theta))
    ) == pytest.approx(np.sqrt(3.0))
