"""An architecture on data: its loss and kernel against the built-in family, NumPy, and softmax by hand."""

from __future__ import annotations

import numpy as np
import pytest

from wnverify.errors import TheoremFileError
from wnverify.families.networks.regression import REGRESSION
from wnverify.families.own.declare import architecture, on_data
from wnverify.families.own.kinds import ball, free, rows
from wnverify.family import Situation


def network(xp, theta, x):
    a = xp.phi(xp.unit_rows(theta.W1) @ x * theta.m**-0.5)
    a = xp.phi(xp.unit_rows(theta.W2) @ a * theta.m**-0.5)
    return theta.v @ a


NET = architecture(
    "two layers",
    network,
    theta={"W1": rows("m", "d"), "W2": rows("m", "m"), "v": free("m")},
    x=ball("d"),
    sizes={"m": (2, 3), "d": (2,)},
    activation=("tanh", "softplus0"),
)
SCORES = architecture(
    "scores",
    lambda xp, theta, x: theta.V @ xp.tanh(theta.W @ x),
    theta={"W": free("m", "d"), "V": free("k", "m")},
    x=ball("d"),
    sizes={"m": (3,), "d": (2,), "k": (2, 3)},
)
DATA, CLASSES = on_data(NET, (2, 3)), on_data(SCORES, 2, scores="k")


def twins(activation="tanh", count=5):
    """The same problems in the built-in family and in the declared one."""
    shape = {"L": 2, "m": 3, "d": 2, "n": 3}
    place = Situation(shape, {"activation": activation, "scaling": "fan_out"})
    built = REGRESSION.draw(place, "gaussian", count, np.random.default_rng(4))
    arrays = {**built.arrays, "X": np.moveaxis(built.arrays["X"], 1, 0)}
    place = Situation({"m": 3, "d": 2, "n": 3}, {"activation": activation, "loss": "square"})
    return built, DATA.batch(place, arrays)


def measured(family, batch, name, route="measure"):
    return getattr(family.quantities[name].route, route)(batch)


@pytest.mark.parametrize("activation", ["tanh", "softplus0"])
@pytest.mark.parametrize("route", ["measure", "second"])
@pytest.mark.parametrize(
    "name", ["loss", "loss_gradient_norm", "loss_hessian_norm", "input_norm", "omega", "ntk_min"]
)
def test_the_square_loss_is_that_of_the_built_in_family(name, route, activation):
    built, declared = twins(activation)
    route = "measure" if DATA.quantities[name].route.second is None else route
    found, wanted = measured(DATA, declared, name, route), measured(REGRESSION, built, name)
    assert np.allclose(found, wanted, rtol=1e-9, atol=1e-15)


def test_the_balls_of_loss_and_kernel_hold_the_floats():
    _, declared = twins(count=1)
    names = ["loss", "loss_gradient_norm", "loss_gradient_norm_W1", "loss_hessian_min", "loss_hessian_max", "ntk_min"]
    for name, ball_ in DATA.enclose(declared, names).items():
        found = float(measured(DATA, declared, name)[0])
        assert abs(found - float(ball_.mid())) <= float(ball_.rad()) + 1e-12 * max(1, abs(found)), name
        assert float(ball_.rad()) < 1e-13


def test_a_kernel_of_more_samples_than_parameters_is_singular():
    line = architecture("line", lambda xp, t, x: t.w @ x, theta={"w": free("d")}, x=ball("d"), sizes={"d": (2,)})
    family = on_data(line, 3)
    batch = family.draw(family.situations()[0], "gaussian", 4, np.random.default_rng(0))
    assert np.all(measured(family, batch, "ntk_min") == 0.0)
    assert np.allclose(measured(family, batch, "ntk_min", "second"), 0.0, atol=1e-12)


def test_the_cross_entropy_is_that_of_its_formula():
    place = Situation({"m": 3, "d": 2, "k": 3, "n": 2}, {"loss": "cross_entropy"})
    batch = CLASSES.draw(place, "gaussian", 6, np.random.default_rng(1))
    for index in range(batch.size):
        W, V, X, y = (batch.arrays[name][..., index] for name in ("W", "V", "X", "y"))
        f = np.tanh(X @ W.T) @ V.T
        p, q = (np.exp(each) / np.exp(each).sum(axis=1, keepdims=True) for each in (y, f))
        wanted = -np.mean(np.sum(p * np.log(q), axis=1))
        assert np.isclose(measured(CLASSES, batch, "loss")[index], wanted, rtol=1e-12)


def test_the_logistic_loss_of_far_targets_is_that_of_labels():
    place = Situation({"m": 2, "d": 2, "n": 2}, {"activation": "tanh", "loss": "logistic"})
    batch = DATA.draw(place, "gaussian", 6, np.random.default_rng(1))
    labels = np.sign(batch.arrays["y"])
    batch = batch.with_arrays({**batch.arrays, "y": 50.0 * labels})
    X = batch.arrays["X"]
    outputs = [NET.program.values(batch.with_arrays({**rest(batch), "x": X[index]})) for index in range(2)]
    wanted = np.mean(np.log1p(np.exp(-labels * np.array(outputs))), axis=0)
    assert np.allclose(measured(DATA, batch, "loss"), wanted, rtol=1e-12)


def rest(batch):
    return {name: array for name, array in batch.arrays.items() if name not in ("X", "y")}


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: on_data(REGRESSION, 2), "Expected an architecture"),
        (lambda: on_data(NET, 0), "whole numbers of 1 or more as the size n, but got 0"),
        (lambda: on_data(NET, 2, loss=["hinge"]), "losses among square, logistic, but got hinge"),
        (lambda: on_data(NET, 2, scores="k"), "scores='k' for one that returns a number"),
        (lambda: on_data(SCORES, 2), "one that returns a vector"),
        (lambda: on_data(DATA, 2), "Expected an architecture"),
    ],
)
def test_what_cannot_be_put_on_data_is_refused(make, words):
    with pytest.raises(TheoremFileError, match=words):
        make()


def test_all_balls_are_sharp():
    batch = NET.draw(NET.situations()[-1], "gaussian", 1, np.random.default_rng(2))
    names = [name for name, quantity in NET.quantities.items() if quantity.route.ball is not None]
    for name, ball_ in NET.enclose(batch, names).items():
        assert float(ball_.rad()) <= 1e-13 * max(1.0, abs(float(ball_.mid()))), name
    read = [
        name for name in names if name.startswith(("norm_", "spectral_", "largest_", "least_", "omega", "input_norm"))
    ]
    assert all(float(NET.enclose(batch, [name])[name].rad()) < 1e-25 for name in read)
