"""Widths from below against exact ones, the limit's own statement, and networks that lie outside of their class."""

from __future__ import annotations

import math

import numpy as np
import pytest

from wnverify.batch import Batch
from wnverify.families.networks import gradient_width_draws as draws
from wnverify.families.networks import gradient_width_fields as fields
from wnverify.families.networks.gradient_width import GRADIENT_WIDTHS
from wnverify.families.networks.rademacher_fields import FAILURE
from wnverify.family import Situation
from wnverify.quantities import Interval

MEASURED = ("gradient_width", "featurizer_reached", "featurizer_width")


def situation(*sizes, activation="identity", loss="output") -> Situation:
    shape = dict(zip(("L", "m", "d", "n", "draws"), sizes, strict=True))
    return Situation(shape, {"activation": activation, "scaling": "fan_out", "loss": loss})


def drawn(*sizes, activation="identity", loss="output", regime="between", count=3, seed=0) -> Batch:
    place = situation(*sizes, activation=activation, loss=loss)
    return GRADIENT_WIDTHS.draw(place, regime, count, np.random.default_rng(seed))


def measured(name, batch, route="measure"):
    return getattr(GRADIENT_WIDTHS.quantities[name].route, route)(batch)


def test_the_featurizer_of_the_identity_reaches_every_corner() -> None:
    batch = drawn(3, 4, 2, 1, 8)
    assert measured("featurizer_width", batch) == pytest.approx(math.sqrt(2 * 4 / math.pi), rel=1e-12)


@pytest.mark.parametrize(("activation", "phi"), [("tanh", np.tanh), ("softplus", lambda z: np.logaddexp(0, z))])
def test_no_random_network_leaves_the_cube_of_the_featurizer(activation, phi) -> None:
    """The best of many random networks comes near the exact width, and does not exceed it."""
    batch, rng = drawn(2, 2, 2, 1, 4, activation=activation, count=1), np.random.default_rng(1)
    x = batch.arrays["X"][:, 0, 0]
    first, second = (rng.standard_normal((20_000, 2, 2)) for _ in range(2))
    alpha = phi(_units(first) @ x / math.sqrt(2))
    values = phi(np.einsum("kij,kj->ki", _units(second), alpha) / math.sqrt(2))
    means = np.mean(np.max(values @ rng.standard_normal((2, 4000)), axis=0))
    exact = measured("featurizer_width", batch)[0]
    assert means == pytest.approx(exact, rel=0.05)


def _units(rows):
    return rows / np.linalg.norm(rows, axis=-1, keepdims=True)


@pytest.mark.parametrize("loss", ["output", "smoothed"])
@pytest.mark.parametrize("sizes", [(1, 2, 3, 1, 5), (2, 3, 2, 2, 4), (3, 2, 1, 3, 3)], ids=str)
@pytest.mark.parametrize("activation", ["tanh", "softplus"])
def test_two_routes_agree(sizes, activation, loss) -> None:
    batch = drawn(*sizes, activation=activation, loss=loss, count=2)
    for name in MEASURED:
        assert measured(name, batch, "second") == pytest.approx(measured(name, batch), rel=1e-9, abs=1e-12)


def test_the_products_are_derivatives_along_the_draws() -> None:
    """⟨∇ℓ, g⟩ by a difference of losses, with networks inside of the class."""
    batch = drawn(2, 3, 2, 2, 3, activation="tanh", loss="smoothed", count=1)
    arrays = {**batch.arrays, "rho": batch.arrays["rho"] + 1.0, "omega": batch.arrays["omega"] / 2}
    batch, sides, directions = batch.with_arrays(arrays), [], fields.gaussian(batch)
    for sign in (1.0, -1.0):
        moved = {name: a + sign * 1e-6 * directions[name] for name, a in fields.networks(arrays).items()}
        net = fields.network(batch.with_arrays({**arrays, **moved}))
        error = fields.value(net) - np.tile(arrays["y"], 3)
        sides.append((arrays["lipschitz"] * np.hypot(1.0, error)).mean(axis=0))
    assert fields.products(batch)[:, 0] == pytest.approx((sides[0] - sides[1]) / 2e-6, rel=1e-6)


def test_the_best_row_of_one_layer_is_the_bisector() -> None:
    """max_w ⟨(I − wwᵀ)a, g⟩ over unit w is (⟨a,g⟩ + ‖a‖‖g‖)/2; ten thousand random rows stay below it."""
    rng = np.random.default_rng(0)
    a, g = rng.standard_normal(3), rng.standard_normal(3)
    a /= np.linalg.norm(a)
    rows, value = draws._bisectors(a[None, None, :, None], g[None, None, :, None])
    w = _units(rng.standard_normal((10_000, 3)))
    reached = np.abs(a @ g - (w @ a) * (w @ g))
    best = abs(a @ g) / 2 + np.linalg.norm(g) / 2
    assert abs(value[0, 0, 0]) == pytest.approx(best)
    assert abs(a @ g - (rows[0, 0, :, 0] @ a) * (rows[0, 0, :, 0] @ g)) == pytest.approx(best)
    assert 0.99 * best < reached.max() <= best


def test_a_row_of_which_a_step_leaves_nothing_becomes_one_of_the_basis() -> None:
    rows = np.array([[3.0, 0.0], [4.0, 0.0]])[None, :, None]
    assert draws._turned(rows)[0, :, 0] == pytest.approx(np.array([[0.6, 1.0], [0.8, 0.0]]))


def test_the_ascent_comes_near_the_supremum_of_one_linear_neuron() -> None:
    """L = m = 1, φ = id: a function of one unit row in the plane of x and g, here by a fine grid."""
    batch = drawn(1, 1, 2, 1, 20, count=1)
    angles = np.linspace(0, 2 * np.pi, 100_001)
    w = np.array([np.cos(angles), np.sin(angles)])
    x, shares, gaussian = batch.arrays["X"][:, 0, 0], [], fields.gaussian(batch)
    for draw, found in enumerate(fields.products(batch)[:, 0]):
        g, g_v = gaussian["W1"][draw, 0, :, 0], gaussian["v"][draw, 0, 0]
        across = np.abs(x @ g - (x @ w) * (g @ w)) / batch.arrays["omega"][0]
        shares.append(found / np.max(g_v * (x @ w) + (1 + batch.arrays["rho"][0]) * across))
    assert max(shares) <= 1 + 1e-8  # the grid's step
    assert np.mean(shares) > 0.98
    assert min(shares) > 0.85


def test_the_limit_is_below_the_mean_by_the_norm_of_the_longest_gradient() -> None:
    batch = drawn(2, 4, 3, 1, 64, loss="smoothed", regime="long rows")
    lost = fields.products(batch).mean(axis=0) - measured("gradient_width", batch)
    kappa = (1 + batch.arrays["rho"]) ** 2 / (4 * batch.arrays["omega"] ** 2)
    longest = batch.arrays["lipschitz"] * np.sqrt(np.maximum(1.0, kappa + 0.75))
    assert lost == pytest.approx(longest * math.sqrt(2 * math.log(1 / FAILURE) / 64), rel=1e-9)


@pytest.mark.parametrize("activation", ["identity", "softplus"])
def test_no_gradient_of_the_class_is_longer_than_the_bound_that_the_limit_uses(activation) -> None:
    batch = drawn(3, 3, 2, 1, 40, activation=activation, regime="short rows")
    net, bound = fields.network(batch), np.tile(fields.longest_gradient(batch), 40)
    found = [np.linalg.norm(fields.autodiff.oracle_mean_gradient(net, lambda f: f, place)) for place in range(120)]
    assert (found <= bound * (1 + 1e-12)).all()
    assert np.max(found / bound) > 0.3


def test_the_draws_are_those_of_the_seed_and_nothing_else() -> None:
    batch = drawn(2, 3, 2, 1, 500)
    one, other = fields.gaussian(batch), fields.gaussian(batch.with_arrays({**batch.arrays, "X": -batch.arrays["X"]}))
    assert all(np.array_equal(one[name], other[name]) for name in one)
    numbers = np.concatenate([array.reshape(-1, batch.size) for array in one.values()])
    assert numbers.mean(axis=0) == pytest.approx(0.0, abs=0.05)
    assert numbers.std(axis=0) == pytest.approx(1.0, abs=0.03)
    assert len(set(numbers[0])) == batch.size


def test_networks_outside_of_the_class_stand_for_the_nearest_ones() -> None:
    batch = drawn(2, 3, 2, 1, 4)
    outside = {**batch.arrays, "W2": batch.arrays["W2"] / 7, "v": batch.arrays["v"] * 5}
    assert fields.products(batch.with_arrays(outside)) == pytest.approx(fields.products(batch), rel=1e-12)


def test_coordinates_bring_networks_into_their_class() -> None:
    batch = drawn(2, 3, 2, 2, 4)
    coordinates = GRADIENT_WIDTHS.coordinates(Situation(batch.shape, batch.settings))
    arrays = coordinates.decode(coordinates.canonical(coordinates.encode(batch) * 0.5)).arrays
    inside = fields.within_class(arrays)
    for name in fields.networks(arrays):
        assert arrays[name] == pytest.approx(inside[name], rel=1e-12)


def test_no_slope_lets_the_class_follow_the_draws() -> None:
    assert all(GRADIENT_WIDTHS.quantities[name].route.gradient is None for name in (*MEASURED, "rho", "omega"))


def test_the_networks_follow_their_class() -> None:
    batch = drawn(2, 3, 2, 1, 4)
    for name, wanted in (("rho", 2.0), ("omega", 4.0)):
        moved = batch.with_arrays(GRADIENT_WIDTHS.moves()[name](batch.arrays, Interval(wanted, wanted)))
        inside = fields.within_class(moved.arrays)
        for array in fields.networks(batch.arrays):
            assert moved.arrays[array] == pytest.approx(inside[array], rel=1e-12)
