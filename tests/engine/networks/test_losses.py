"""Losses of one sample: known values, derivatives by differences, and the same by the oracle's own formulas."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from wnverify.batch import Batch
from wnverify.engine.networks import autodiff
from wnverify.engine.networks.loss import Regression, loss, loss_gradient, loss_hessian, loss_hvp, loss_jet_gradient
from wnverify.engine.networks.losses import LOSSES, label
from wnverify.engine.networks.network import Direction, flatten, forward, value
from wnverify.errors import UsageError
from wnverify.families.networks.regression_draws import draw_problem
from wnverify.families.networks.regression_fields import problem
from wnverify.family import Situation

each = pytest.mark.parametrize("loss_function", LOSSES.values(), ids=LOSSES)
KNOWN = {
    "square": (4.0, 4.0, 2.0),
    "logistic": (np.log1p(np.exp(-3.0)), -1 / (1 + np.exp(3.0)), np.exp(-3.0) / (1 + np.exp(-3.0)) ** 2),
    "pseudo_huber": (np.sqrt(5.0) - 1, 2 / np.sqrt(5.0), 5.0**-1.5),
    "log_cosh": (np.log(np.cosh(2.0)), np.tanh(2.0), np.cosh(2.0) ** -2),
}


def problems(name: str, seed: int = 0) -> Regression:
    rng = np.random.default_rng(seed)
    where = Situation({"L": 2, "m": 3, "d": 2, "n": 3}, {"activation": "tanh", "scaling": "fan_in"})
    arrays = draw_problem(where, "gaussian", 4, rng)
    return problem(Batch("other_losses", where.shape, {**where.settings, "loss": name}, arrays))


@each
def test_values_by_hand(loss_function) -> None:
    f, y = np.array([3.0]), np.array([1.0])
    found = [float(part(f, y)[0]) for part in (loss_function.value, loss_function.slope, loss_function.curvature)]
    assert found == pytest.approx(KNOWN[loss_function.name], rel=1e-14)


@each
def test_derivatives_are_those_of_the_value(loss_function) -> None:
    f, y = np.linspace(-4.0, 4.0, 33), np.tile([1.0, -1.0, 0.5], 11)
    h = 1e-5
    slope = (loss_function.value(f + h, y) - loss_function.value(f - h, y)) / (2 * h)
    curvature = (loss_function.slope(f + h, y) - loss_function.slope(f - h, y)) / (2 * h)
    assert loss_function.slope(f, y) == pytest.approx(slope, abs=1e-9)
    assert loss_function.curvature(f, y) == pytest.approx(curvature, abs=1e-9)
    assert (loss_function.curvature(f, y) <= loss_function.most_curved).all()


@each
def test_curvature_on_an_interval_is_least_at_an_end(loss_function) -> None:
    rng = np.random.default_rng(1)
    ends, y = rng.normal(0.0, 3.0, (2, 200)), rng.normal(size=200)
    between = ends[0] + np.linspace(0.0, 1.0, 51)[:, None] * (ends[1] - ends[0])
    least = np.minimum(*loss_function.curvature(ends, y))
    assert (loss_function.curvature(between, y).min(axis=0) >= least * (1 - 1e-12)).all()


@each
def test_nothing_cancels_or_overflows(loss_function) -> None:
    y = np.zeros(2)
    small, large = np.array([1e-9, -1e-9]), np.array([1e6, -1e6])
    if loss_function.name != "logistic":
        expected = loss_function.most_curved / 2 * small**2
        assert loss_function.value(small, y) == pytest.approx(expected, rel=1e-12)
    for part in (loss_function.value, loss_function.slope, loss_function.curvature):
        assert np.isfinite(part(large, y)).all()


def test_the_label_is_the_sign_of_the_target() -> None:
    assert label(np.array([-0.1, 0.0, 3.0])).tolist() == [-1.0, 1.0, 1.0]


@each
def test_closed_forms_agree_with_autograd(loss_function) -> None:
    reg = problems(loss_function.name)
    f = value(reg.net, forward(reg.net, 0))
    for index in range(reg.net.batch):
        assert loss(reg)[index] == pytest.approx(autodiff.oracle_loss(reg, index), rel=1e-12)
        gradient = flatten(loss_gradient(reg))[:, index]
        assert gradient == pytest.approx(autodiff.oracle_loss_gradient(reg, index), rel=1e-9, abs=1e-12)
        hessian = autodiff.oracle_loss_hessian(reg, index)
        assert loss_hessian(reg)[..., index] == pytest.approx(hessian, rel=1e-8, abs=1e-10 * np.abs(hessian).max())
        slope, curvature = autodiff.oracle_sample_slopes(reg, index)
        assert reg.loss.slope(f, reg.y)[:, index] == pytest.approx(slope, rel=1e-12)
        assert reg.loss.curvature(f, reg.y)[:, index] == pytest.approx(curvature, rel=1e-12)


def test_a_wrong_curvature_is_seen_by_autograd() -> None:
    reg = problems("log_cosh")
    planted = replace(reg, loss=replace(reg.loss, curvature=lambda f, y: (1 + 1e-6) * reg.loss.curvature(f, y)))
    hessian = autodiff.oracle_loss_hessian(reg, 0)
    assert loss_hessian(planted)[..., 0] != pytest.approx(hessian, rel=1e-8, abs=1e-10 * np.abs(hessian).max())


@each
def test_products_are_those_with_the_hessian(loss_function) -> None:
    reg = problems(loss_function.name)
    step = loss_gradient(reg)
    step = Direction(step.W, step.v, 0.0 * step.x)
    wanted = np.einsum("pqb,qb->pb", loss_hessian(reg), flatten(step))
    assert flatten(loss_hvp(reg, step)) == pytest.approx(wanted, rel=1e-9, abs=1e-12 * np.abs(wanted).max())


def test_third_derivatives_are_refused_but_for_the_square() -> None:
    reg = problems("logistic")
    with pytest.raises(UsageError, match="the square loss, but got 'logistic'"):
        loss_jet_gradient(reg, loss_gradient(reg), (0.0, 1.0, 0.0))
