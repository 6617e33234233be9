"""The monitor: what it logs is what the engine's pieces say, and no bound is crossed along a training."""

import csv

import numpy as np
import pytest

import wnverify
from wnverify.engine.activations import activation
from wnverify.engine.networks.loss import Regression, loss_gradient, loss_hessian
from wnverify.engine.networks.network import Network
from wnverify.errors import DomainError, UsageError


def problem(m=5, n=4, d=3):
    rng = np.random.default_rng(0)
    W = [rng.standard_normal((m, d)), rng.standard_normal((m, m))]
    X = rng.standard_normal((n, d))
    return W, rng.standard_normal(m) / m, X / np.linalg.norm(X, axis=1, keepdims=True), rng.standard_normal(n)


def engine(W, v, X, y):
    layers = tuple(rows[:, :, None, None] for rows in W)
    return Regression(Network(layers, v[:, None, None], X.T[:, :, None], activation("tanh")), y[:, None])


def descent(log, steps, eta):
    W, v, X, y = problem()
    for _ in range(steps):
        log(W, v, X, y, step=eta)
        slope = loss_gradient(engine(W, v, X, y))
        W = [rows - eta * part[:, :, 0, 0] for rows, part in zip(W, slope.W, strict=True)]
        v = v - eta * slope.v[:, 0, 0]


def test_no_bound_is_crossed_along_a_training(tmp_path):
    with wnverify.monitor(tmp_path / "run") as log:
        descent(log, 30, 0.2)
    assert all(row.curvature <= row.smoothness for row in log.rows)
    assert all(row.certified is not None and row.certified <= row.measured for row in log.rows[:-1])
    assert [row.omega for row in log.rows] == sorted(row.omega for row in log.rows)
    assert log.rows[0].drift == 0.0 < log.rows[-1].drift
    table = list(csv.DictReader((tmp_path / "run" / "monitor.csv").read_text().splitlines()))
    assert [float(row["loss"]) for row in table] == [row.loss for row in log.rows]
    assert len(list((tmp_path / "run").glob("monitor-*.svg"))) == 5


def test_the_curvature_is_that_of_the_whole_hessian():
    W, v, X, y = problem()
    row = wnverify.monitor()(W, v, X, y)
    whole = np.abs(np.linalg.eigvalsh(loss_hessian(engine(W, v, X, y))[..., 0])).max()
    assert row.curvature == pytest.approx(whole, rel=1e-6)
    assert (row.certified, row.measured) == (None, None)


def test_what_does_not_fit_is_refused():
    W, v, X, y = problem()
    log = wnverify.monitor()
    with pytest.raises(UsageError, match=r"inputs of norm 1 at most, but got one of norm 3"):
        log(W, v, 3 * X, y)
    with pytest.raises(UsageError, match="hidden layers of one width"):
        log([W[0], W[1][:3]], v[:3], X, y)
    with pytest.raises(DomainError, match="norm > 0"):
        log([W[0], 0 * W[1]], v, X, y)
    with pytest.raises(UsageError, match="a smooth activation"):
        wnverify.monitor(activation="relu")
    assert not log.rows
