"""Descent with the output layer in its ball: it comes to where a linear predictor is best, or to its goal."""

import numpy as np

from wnverify.engine.activations import ACTIVATIONS
from wnverify.engine.networks.network import Network, value
from wnverify.experiments.kit.ball import Until, fitted
from wnverify.experiments.kit.descent import random_network
from wnverify.experiments.kit.linear import best_linear


def start():
    rng = np.random.default_rng(0)
    X, y = rng.standard_normal((3, 30)), rng.choice([-1.0, 1.0], (30, 1))
    X /= np.linalg.norm(X, axis=0)
    net = random_network(ACTIVATIONS["identity"], [3, 6, 6], 1, rng)
    return Network(tuple(rows[:, :, None] for rows in net.W), net.v[:, None], X[:, :, None], net.activation), y


def test_to_the_end_it_finds_what_the_best_linear_predictor_finds():
    net, y = start()
    fit = fitted(net, y, Until(0.2, 0.0, 400))
    X = net.x[:, :, 0]
    w = best_linear(X, y[:, 0], np.full(30, 1 / 30), 0.2)
    best = np.mean((w @ X - y[:, 0]) ** 2)
    assert fit.done
    assert np.linalg.norm(fit.net.v) <= 0.2 * (1 + 1e-12)
    assert best <= fit.loss < best + 0.01
    assert fit.loss == np.mean((value(fit.net) - y) ** 2)


def test_a_goal_ends_it_and_one_out_of_reach_is_told():
    net, y = start()
    fit = fitted(net, y, Until(5.0, 0.97, 400))
    assert fit.done
    assert fit.loss <= 0.97
    assert fit.steps < 400
    assert not fitted(net, y, Until(5.0, 0.01, 30)).done
    assert not fitted(net, y, Until(5.0, 0.0, 2)).done
