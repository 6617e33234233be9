import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engine.networks.draws import joint, networks, random_direction, random_network, regression
from tests.reference import contractions_by_loop, gauge, relative_error
from wnverify.engine.activations import SMOOTH
from wnverify.engine.networks.autodiff import oracle_loss, oracle_loss_gradient, oracle_loss_hessian
from wnverify.engine.networks.derivatives import gradient, slope, tangent
from wnverify.engine.networks.jets import bend, curve
from wnverify.engine.networks.loss import (
    Regression,
    loss,
    loss_gradient,
    loss_hessian,
    loss_hvp,
    loss_jet_gradient,
    residual,
)
from wnverify.engine.networks.network import Direction, Network, flatten, forward, value
from wnverify.errors import UsageError

PLAIN = ("plain", "tiny", "aligned", "identical", "zero output")


@st.composite
def regressions(draw, **options):
    net = draw(networks(regimes=PLAIN, **options))
    n = draw(st.sampled_from([1, 3, 5]))
    rng = np.random.default_rng(draw(st.integers(0, 1000)))
    return regression(net, rng.normal(size=(net.x.shape[0], n, net.batch)), rng.normal(size=(n, net.batch)))


@given(regressions())
def test_loss_and_its_derivatives_agree_with_autograd(reg):
    index = reg.net.batch - 1
    assert loss(reg)[index] == pytest.approx(oracle_loss(reg, index), rel=1e-12)
    want = oracle_loss_gradient(reg, index)
    np.testing.assert_allclose(
        flatten(loss_gradient(reg))[:, index], want, rtol=0, atol=1e-11 * np.abs(want).max() + 1e-9
    )
    got = loss_hessian(reg)[..., index]
    assert relative_error(_first_sample(reg), got, oracle_loss_hessian(reg, index), index) <= 1e-10


def _first_sample(reg):
    """The same weights without a sample axis."""
    net = reg.net
    return Network(tuple(rows[:, :, 0] for rows in net.W), net.v[:, 0], net.x[:, 0], *_rest(net))


def _rest(net):
    return net.activation, net.scaling, net.normalised


@given(regressions())
def test_layouts_agree_and_hvp_is_the_hessian_times_the_direction(reg):
    H, step = loss_hessian(reg), random_direction(reg.net, 1)
    step = Direction(step.W, step.v, 0.0 * step.x)
    np.testing.assert_allclose(
        np.moveaxis(loss_hessian(reg, layout="first"), 0, -1), H, rtol=0, atol=1e-13 * np.abs(H).max()
    )
    scale = contractions_by_loop(np.abs(H), np.abs(flatten(step)))
    error = np.abs(flatten(loss_hvp(reg, step)) - contractions_by_loop(H, flatten(step)))
    r = np.stack([gauge(_first_sample(reg), index) for index in range(reg.net.batch)], axis=-1)
    assert np.all(error * r <= 1e-12 * np.max(scale * r, axis=0) + 1e-15)


def loss_jet(reg, step):
    """(𝓛, 𝓛̇, 𝓛̈) at t = 0 along (W, v, X) + t·step, each (B,)."""
    tape = forward(reg.net, 2)
    tan = tangent(reg.net, step, tape)
    f2 = bend(reg.net, step, (tape, tan, curve(reg.net, step, tape, tan)))
    e, f1 = residual(reg, tape), slope(reg.net, step, tape, tan)
    return [part.mean(axis=0) for part in (e**2, 2 * e * f1, 2 * (f1**2 + e * f2))]


@given(regressions(names=SMOOTH))
def test_jets_and_their_gradient_agree_with_differences(reg):
    step, other, h = random_direction(reg.net, 1), random_direction(reg.net, 2), 1e-5
    target = np.random.default_rng(0).normal(size=reg.y.shape)
    weights = (0.5, -0.3, 0.8)

    def combination(t):
        moved = Regression(_moved(reg.net, other, t), reg.y + t * target)
        return sum(w * part for w, part in zip(weights, loss_jet(moved, step), strict=True))

    slopes = (combination(h) - combination(-h)) / (2 * h)
    got, got_y = loss_jet_gradient(reg, step, weights)
    pairs = zip((*got.W, got.v, got.x, got_y[None]), (*other.W, other.v, other.x, target[None]), strict=True)
    want = sum((a * b).sum(axis=tuple(range(a.ndim - 1))) for a, b in pairs)
    np.testing.assert_allclose(slopes, want, rtol=1e-5, atol=1e-5 * (1 + np.abs(want).max()))
    np.testing.assert_allclose(loss_jet(reg, step)[1], _pair(loss_gradient(reg), step), rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(loss_jet(reg, step)[2], _pair(loss_hvp(reg, step), step), rtol=1e-9, atol=1e-9)


def _moved(net, step, t):
    W = tuple(rows + t * part for rows, part in zip(net.W, step.W, strict=True))
    return Network(W, net.v + t * step.v, net.x + t * step.x, *_rest(net))


def _pair(a, b):
    return np.array([joint(a, index) @ joint(b, index) for index in range(a.x.shape[-1])])


def sample_gradients(reg):
    """∇_θ f(θ; x_i) of every sample, (p, n, B): each on a copy of the network of its own."""
    net, tail = reg.net, reg.y.shape
    W = tuple(np.broadcast_to(rows, (*rows.shape[:2], *tail)).reshape(*rows.shape[:2], -1) for rows in net.W)
    v = np.broadcast_to(net.v, (net.v.shape[0], *tail)).reshape(net.v.shape[0], -1)
    return flatten(gradient(Network(W, v, net.x.reshape(net.x.shape[0], -1), *_rest(net)))).reshape(-1, *tail)


@given(regressions())
def test_sample_gradients_sum_to_the_gradient(reg):
    each = sample_gradients(reg)
    assert each.shape[1:] == reg.y.shape
    total = flatten(gradient(reg.net))
    np.testing.assert_allclose(
        each.sum(axis=1), total, rtol=0, atol=1e-12 * np.abs(each).max() * reg.y.shape[0] + 1e-300
    )
    e = value(reg.net) - reg.y
    want = flatten(loss_gradient(reg))
    np.testing.assert_allclose(
        2 / len(e) * np.einsum("pnb,nb->pb", each, e),
        want,
        rtol=0,
        atol=1e-11 * np.abs(each).max() * (1 + np.abs(e).max()),
    )


@pytest.mark.parametrize("most", [1, 100, 1000])
@pytest.mark.parametrize("layout", ["last", "first"])
def test_the_loss_hessian_does_not_depend_on_chunks(layout, most, monkeypatch):
    rng = np.random.default_rng(3)
    net = random_network((3, 4, 2, 3), 13, seed=5)
    reg = regression(net, rng.normal(size=(3, 4, 13)), rng.normal(size=(4, 13)))
    whole = loss_hessian(reg, layout=layout)
    monkeypatch.setattr("wnverify.engine.networks.loss.MOST_VALUES", most)
    monkeypatch.setattr("wnverify.engine.networks.hessian.FIRST_FROM", 1)
    np.testing.assert_allclose(loss_hessian(reg, layout=layout), whole, rtol=0, atol=1e-14 * np.abs(whole).max())


def test_shapes_that_do_not_fit_are_named():
    net = random_network((3, 2), 4, seed=0)
    with pytest.raises(UsageError, match=r"y of shape \(5, 4\)"):
        regression(net, np.zeros((3, 5, 4)), np.zeros((4, 4)))
    with pytest.raises(UsageError, match=r"x of shape \(d, n, B\)"):
        Regression(net, np.zeros((1, 4)))
