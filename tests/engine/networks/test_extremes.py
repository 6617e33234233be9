"""Networks and problems of any scale, x from 0 to 1e7, rows and output weights over 300 decades: balls judge.

Closed forms and the independent route are right, infinite where the true number is beyond double precision, or NaN,
which says that they do not know; they are never another number.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from wnverify.balls.ball import lower_float, upper_float
from wnverify.engine.activations import SMOOTH
from wnverify.engine.contractions import lengths, units
from wnverify.engine.networks.extremes import tamed
from wnverify.engine.networks.lanczos import lanczos
from wnverify.engine.networks.network import forward
from wnverify.engine.networks.spectral import spectral_norm
from wnverify.families.networks.regression import REGRESSION
from wnverify.families.networks.weight_norm import WEIGHT_NORM
from wnverify.families.networks.weight_norm_fields import network
from wnverify.family import Situation

LEAST = 1e-290
"""What is smaller has fewer digits than others; it may be 0."""
ROWS = (-160, -80, -30, 0, 30, 80, 150)
OUTPUT = (-200, -80, 0, 0, 80, 150, 200)
INPUTS = (-math.inf, -300, -150, -30, 0, 0, 7)
TARGETS = (-150, -60, 0, 0, 60, 140)


def scaled(family, rng):
    """One instance, its parts on scales of their own, and in half of them every row."""
    sizes = {"L": int(rng.integers(1, 4)), "m": int(rng.integers(1, 4)), "d": int(rng.integers(2, 5))}
    sizes |= {"n": int(rng.integers(1, 4))} if family is REGRESSION else {}
    settings = {"activation": str(rng.choice(SMOOTH)), "scaling": str(rng.choice(["fan_out", "fan_in"]))}
    where = Situation(sizes, settings)
    arrays = dict(family.draw(where, family.regimes[0], 1, rng).arrays)
    whole = rng.random() < 0.5
    for name, array in arrays.items():
        choices = {"v": OUTPUT, "x": INPUTS, "X": INPUTS, "y": TARGETS}.get(name, ROWS)
        each = (array.shape[0], 1, 1) if choices is ROWS and not whole else ()
        arrays[name] = array * 10.0 ** rng.choice(choices, size=each)
    return family.batch(where, arrays)


def agrees(value, ball, near=1e-9):
    """Whether a number may be told of what the ball encloses; True also where the ball itself says nothing."""
    if ball < 0:
        return agrees(-value, -ball, near)
    low, high = lower_float(ball), upper_float(ball)
    if math.isnan(value) or (ball.contains(0) and not ball.is_exact()):
        return True
    if low > 1e308:
        return math.isinf(value)
    if high < LEAST:
        return abs(value) <= max(2 * high, 2 * LEAST)
    return low * (1 - near) - LEAST <= value <= high * (1 + near) + LEAST


def by_every_route(family, one, names):
    """What each route tells of each quantity, at one instance."""
    for name in names:
        route = family.quantities[name].route
        with np.errstate(all="ignore"):
            values = [float(measure(one)[0]) for measure in (route.measure, route.second) if measure]
        yield from ((name, value) for value in values)


@pytest.mark.parametrize("family", [WEIGHT_NORM, REGRESSION], ids=str)
@pytest.mark.parametrize("seed", range(3))
def test_no_route_tells_a_wrong_number_at_any_scale(family, seed):
    rng, unknown, told = np.random.default_rng(seed), 0, 0
    for _ in range(12):
        one = scaled(family, rng)
        names = [
            q.name for q in family.quantities.values() if not q.source.of_situation and q.name != "row_alignment"
        ]
        balls = family.enclosures(one, names)
        near = (
            1e-9 if np.abs(one.arrays["x" if family is WEIGHT_NORM else "X"]).max() < 1e5 else 1e-7
        )  # the sine of 1e7
        for name, value in by_every_route(family, one, names):
            unknown, told = unknown + math.isnan(value), told + 1
            assert agrees(value, balls[name], near), (name, value, balls[name], one)
    assert unknown < (0.25 if family is WEIGHT_NORM else 0.4) * told


@pytest.mark.parametrize("seed", range(3))
def test_gradients_are_orthogonal_to_rows_at_any_scale(seed):
    rng = np.random.default_rng(100 + seed)
    for _ in range(12):
        one = scaled(WEIGHT_NORM, rng)
        route = WEIGHT_NORM.quantities["row_alignment"].route
        with np.errstate(all="ignore"):
            values = np.array([route.measure(one)[0], route.second(one)[0]])
        terms = 1.0 + np.linalg.norm(one.arrays["x"])  # no inputs of a layer are larger
        assert (np.isnan(values) | (values < 1e-11 * terms)).all(), (values, one)


def test_ordinary_instances_beside_an_extreme_one_stay_as_they_are():
    where = Situation({"L": 2, "m": 3, "d": 3}, {"activation": "tanh", "scaling": "fan_out"})
    batch = WEIGHT_NORM.draw(where, "gaussian", 6, np.random.default_rng(1))
    factors = np.array([1.0, 1e-90, 1.0, 1.0, 1e200, 1.0])
    mixed = batch.with_arrays({**batch.arrays, "W1": factors * batch.arrays["W1"]})
    for name in ("output_abs", "gradient_norm", "hessian_norm", "row_alignment", "omega"):
        measure = WEIGHT_NORM.quantities[name].route.measure
        with np.errstate(all="ignore"):
            assert (measure(mixed) == measure(batch))[factors == 1].all(), name


def test_networks_in_range_are_not_touched():
    where = Situation({"L": 2, "m": 3, "d": 3}, {"activation": "tanh", "scaling": "fan_out"})
    batch = WEIGHT_NORM.draw(where, "gaussian", 6, np.random.default_rng(1))
    for factor in (1e-28, 1.0, 1e28):
        net = network(batch.with_arrays({**batch.arrays, "W1": factor * batch.arrays["W1"]}))
        assert tamed(net, forward(net)) is None


@pytest.mark.parametrize("exponent", [-300, -120, 120])
def test_the_iteration_finds_the_norm_of_an_extreme_hessian(exponent):
    where = Situation({"L": 2, "m": 4, "d": 3}, {"activation": "gelu", "scaling": "fan_in"})
    batch = WEIGHT_NORM.draw(where, "gaussian", 4, np.random.default_rng(2))
    net = network(batch.with_arrays({**batch.arrays, "W2": 2.0**exponent * batch.arrays["W2"]}))
    np.testing.assert_allclose(np.abs(lanczos(net).signed), spectral_norm(net).value, rtol=1e-7)


def test_lengths_and_units_of_vectors_whose_squares_are_no_numbers():
    rows = np.array([[3.0, 4.0], [3e-200, 4e-200], [3e200, 4e200], [3e-310, 4e-310]])[:, :, None]
    norms = lengths(np.sqrt(np.sum(np.square(np.where(np.abs(rows) > 1e150, 0.0, rows)), axis=1)), rows, axis=1)
    np.testing.assert_allclose(norms[:, 0], [5.0, 5e-200, 5e200, 5e-310], rtol=1e-15, atol=1e-323)
    np.testing.assert_allclose(units(rows, norms)[:3, :, 0], np.tile([0.6, 0.8], (3, 1)), rtol=1e-15)
