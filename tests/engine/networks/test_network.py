import numpy as np
import pytest

from tests.engine.networks.draws import random_network
from wnverify.engine.activations import activation
from wnverify.engine.networks.derivatives import gradient
from wnverify.engine.networks.hessian import hessian
from wnverify.engine.networks.network import Network, check_network, take, unflatten, value
from wnverify.errors import DomainError, UsageError


def broken(change):
    net = random_network((3, 4, 2), 5, seed=0)
    W, v, x = [rows.copy() for rows in net.W], net.v.copy(), net.x.copy()
    change(W, v, x)
    return Network(tuple(W), v, x, net.activation)


def test_a_zero_row_is_named_with_layer_row_and_instance():
    def zero(W, v, x):
        W[1][1, :, 3] = 0.0

    for use in (check_network, value, gradient, hessian):
        with pytest.raises(DomainError, match=r"norm 0\.0 \(row 1 of layer 2, instance 3\)"):
            use(broken(zero))


@pytest.mark.parametrize("bad", [np.nan, np.inf])
@pytest.mark.parametrize("place", ["W", "v", "x"])
def test_numbers_that_are_not_finite_are_named(bad, place):
    def spoil(W, v, x):
        {"W": W[0][2], "v": v, "x": x}[place][1, 2] = bad

    net = broken(spoil)
    with pytest.raises(DomainError, match=rf"got {bad} in {place}"):
        check_network(net)
    with pytest.raises(DomainError, match=rf"got {bad} in {place}"):
        value(net)


def test_shapes_that_do_not_fit_are_named():
    one, phi = np.ones((2, 5)), activation("tanh")
    with pytest.raises(UsageError, match=r"W of layer 1 of shape \(m, 2, 5\), but got shape \(3, 4, 5\)"):
        Network((np.ones((3, 4, 5)),), one, one, phi)
    with pytest.raises(UsageError, match=r"v of shape \(3, 5\), but got shape \(2, 5\)"):
        Network((np.ones((3, 2, 5)),), one, one, phi)
    with pytest.raises(UsageError, match="fan_out"):
        Network((np.ones((2, 2, 5)),), one, one, phi, "fan_sideways")
    with pytest.raises(UsageError, match="at least one hidden layer"):
        Network((), one, one, phi)
    with pytest.raises(UsageError, match=r"x of shape \(d, B\)"):
        Network((np.ones((2, 2)),), np.ones(2), np.ones(2), phi)


def test_hessian_refuses_wrong_and_huge_outputs():
    net = random_network((3, 4, 2), 5, seed=0)
    with pytest.raises(UsageError, match="out of shape"):
        hessian(net, out=np.empty((3, 3, 5)))
    wide = Network((np.ones((100, 100, 1)),), np.ones((100, 1)), np.ones((100, 1)), net.activation)
    with pytest.raises(UsageError, match="hessian_chunks"):
        hessian(wide)
    with pytest.raises(UsageError, match="p=22"):
        unflatten(net, np.zeros((3, 5)))


def test_take_is_a_view_of_the_same_instances():
    net = random_network((3, 4, 2), 5, seed=0)
    part = take(net, slice(1, 3))
    assert np.shares_memory(part.v, net.v)
    np.testing.assert_allclose(value(part), value(net)[1:3], rtol=1e-14)
