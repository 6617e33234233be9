"""Networks with equal neurons: they are what they say, and a search over all networks finds no larger complexity."""

import numpy as np
import pytest
import sympy

from wnverify.claim import Claim
from wnverify.engine.activations import ACTIVATIONS
from wnverify.engine.networks.network import Network, value
from wnverify.engine.networks.sampled_mean import lower_mean
from wnverify.experiments.kit.alike import Alike
from wnverify.families.networks.rademacher import FAILURE, RADEMACHER, rademacher
from wnverify.family import Situation
from wnverify.judging.judge import Judge
from wnverify.search.ascent import climb
from wnverify.search.tally import Tally

L, M, D, N, S = 2, 4, 3, 12, 64
TANH = ACTIVATIONS["tanh"]


@pytest.fixture
def parts():
    rng = np.random.default_rng(0)
    X = rng.standard_normal((D, N))
    signs = rng.choice([-1.0, 1.0], (N, S))
    return X / np.linalg.norm(X, axis=0), signs * signs[:1]


def whole(u):
    """The rows of full networks, one a column of u: (m, d, S), (m, m, S)."""
    return np.repeat(u[None], M, axis=0), np.full((M, M, u.shape[1]), M**-0.5)


def correlation(signs):
    return lambda unit: (np.abs((signs * unit).mean(axis=0)), np.sign((signs * unit).mean(axis=0)) * signs / N)


def test_heights_are_those_of_a_network_of_that_width(parts):
    X, _ = parts
    u = np.array([[0.6], [0.0], [0.8]])
    rows = tuple(each[:, :, None] for each in whole(u))
    net = Network(rows, np.full((M, 1, 1), M**-0.5), X[:, :, None], TANH)
    made = Alike(X, TANH, L, M)
    assert np.allclose(made.heights(u)[0], value(net), rtol=1e-14)
    step = 1e-6
    change = (made.heights(u + step)[0] - made.heights(u - step)[0]) / (2 * step)
    assert np.allclose(change, made.heights(u)[1] * X.sum(axis=0)[:, None], atol=1e-9)


def test_no_search_finds_a_larger_complexity(parts):
    X, signs = parts
    found, u = Alike(X, TANH, L, M).climbed(X @ signs, correlation(signs), 40)
    situation = Situation({"L": L, "m": M, "d": D, "n": N, "signs": S}, {"activation": "tanh", "scaling": "fan_out"})
    first, second = (np.moveaxis(rows, -1, 0)[..., None] for rows in whole(u))
    arrays = {"W1": first, "W2": second, "X": X[:, :, None], "rho": np.zeros(1), "signs": signs[:, :, None]}
    tally = Tally(Judge(Claim(rademacher, "<=", sympy.Integer(1)), RADEMACHER))
    batch = RADEMACHER.batch(situation, arrays)
    limit = float(lower_mean(found[:, None], FAILURE)[0][0])
    assert rademacher.route.measure(batch)[0] == pytest.approx(limit, rel=1e-9)
    rng = np.random.default_rng(1)
    shaken = {name: array + 0.3 * rng.standard_normal(array.shape) for name, array in arrays.items() if "W" in name}
    climb(tally, situation, RADEMACHER.batch(situation, arrays | shaken), 150)
    best = tally.best.ratio / (1 + tally.best.batch.arrays["rho"][0])
    assert 0.999 * limit < best < (1 + 1e-6) * limit
