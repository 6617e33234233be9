"""The closed forms of layered networks against autograd, and their bounds against what they bound."""

import tracemalloc

import autograd
import numpy as np
import pytest

from tests.engine.layered.nets import flat_of, naive, random_net
from wnverify.engine.layered import chain, gradients, hessians, network
from wnverify.engine.layered.activations import FRAMEWORK
from wnverify.engine.layered.chain import BOUNDED, Chain, direction_share
from wnverify.engine.layered.gradients import each, firsts, largest
from wnverify.engine.layered.hessians import of_loss, predictor
from wnverify.engine.layered.losses import Loss
from wnverify.engine.layered.network import Layer, Layered
from wnverify.engine.layered.products import gradient, product

NETS = {
    "rows": random_net(("rows", "rows", "plain"), (3, 4, 2, 2)),
    "columns and whole": random_net(("columns", "whole", "rows"), (2, 3, 4, 2), phi="silu"),
    "no gains": random_net(("rows", "whole", "columns"), (3, 2, 3, 1), gains=False, biases=False),
    "plain": random_net(("plain", "plain"), (4, 3, 2), phi="sigmoid"),
}


@pytest.fixture(params=NETS.values(), ids=NETS)
def net(request):
    return request.param


def inputs(net, n=3):
    return np.random.default_rng(1).standard_normal((n, net.sizes[0]))


def test_first_derivatives_are_those_of_autograd(net):
    X, theta = inputs(net), flat_of(net)
    found = firsts(net, X)
    for index, x in enumerate(X):
        J = autograd.jacobian(lambda t, x=x: naive(net, t, x))(theta)
        Jx = autograd.jacobian(lambda u: naive(net, theta, u))(x)
        np.testing.assert_allclose(found.values[index], naive(net, theta, x), rtol=1e-12)
        np.testing.assert_allclose(found.whole[index], J @ J.T, rtol=1e-10, atol=1e-12)
        np.testing.assert_allclose(found.into[index], Jx @ Jx.T, rtol=1e-10, atol=1e-12)
        np.testing.assert_allclose(largest(found.whole)[index], np.linalg.norm(J, 2), rtol=1e-10)
        np.testing.assert_allclose(each(found.whole)[index], np.linalg.norm(J, axis=1), rtol=1e-10)


@pytest.mark.parametrize("kind", ["square", "cross_entropy"])
def test_hessians_are_those_of_autograd(net, kind):
    X, theta, K = inputs(net), flat_of(net), net.outputs
    H = autograd.hessian(lambda t: naive(net, t, X[0])[-1])(theta)
    assert predictor(net, X[0], np.eye(K)[-1]) == pytest.approx(np.linalg.norm(H, 2), rel=1e-9)
    loss = Loss(kind, np.eye(K)[[0, K - 1, 0]])

    def value(t):
        total = 0.0
        for x, y in zip(X, loss.y, strict=True):
            F = naive(net, t, x)
            square = autograd.numpy.sum((F - y) ** 2)
            total += (
                square
                if kind == "square"
                else autograd.numpy.log(autograd.numpy.sum(autograd.numpy.exp(F))) - autograd.numpy.dot(F, y)
            )
        return total / len(X)

    assert loss.values(net.values(X)).mean() == pytest.approx(value(theta), rel=1e-12)
    np.testing.assert_allclose(gradient(net, X, loss.cotangent), autograd.grad(value)(theta), rtol=1e-9, atol=1e-12)
    H = autograd.hessian(value)(theta)
    assert of_loss(net, X, loss) == pytest.approx(np.linalg.norm(H, 2), rel=1e-7, abs=1e-12)


def test_bounds_are_not_broken_and_close_to_attained_somewhere():
    closest = np.zeros(4)
    for seed in range(60):
        rules = [("rows", "rows", "plain"), ("whole", "columns"), ("plain", "rows")][seed % 3]
        sizes = (*(2, 2, 1, 1)[: len(rules)], 1) if seed % 2 else (2, 3, 2, 2)[: len(rules) + 1]
        net = random_net(
            rules, sizes, phi=("tanh", "silu", "identity")[seed // 3 % 3], seed=seed, biases=seed % 4 > 0
        )
        X = inputs(net, 4)
        found = firsts(net, X)
        for bounds in (Chain(net, found.states[:, 0], found.states), Chain(net, found.states[:, 0])):
            w = np.eye(net.outputs)[0]
            H = np.array([predictor(net, x, w) for x in X])
            pairs = (
                (np.linalg.norm(found.values, axis=1), bounds.output()),
                (largest(found.into), bounds.into()),
                (largest(found.whole), bounds.gradient()),
                (H, bounds.hessian()),
            )
            ratios = np.array([(lhs / rhs).max() for lhs, rhs in pairs])
            assert (ratios <= 1 + 1e-12).all(), (seed, ratios)
            closest = np.maximum(closest, ratios)
    assert (closest > (0.95, 0.95, 0.9, 0.7)).all(), closest


def test_the_share_of_directions_knows_no_depth_and_is_attained():
    closest = 0.0
    for seed in range(40):
        net = random_net(("rows", "rows", "rows", "plain"), (2, 3, 2, 4, 2), phi="tanh", biases=False, seed=seed)
        X = inputs(net) * 0.1
        found = firsts(net, X)
        omega = np.array([layer.V.shape[0] ** 0.5 * layer.norms.min() for layer in net.hidden])
        share = np.sqrt(np.sum(found.layers[:, :-1] * omega**2, axis=1) / net.outputs)
        assert (share <= direction_share(net, found.states[:, 0])).all()
        closest = max(closest, (share / direction_share(net, found.states[:, 0])).max())
    assert closest > 0.01


@pytest.mark.parametrize("name", ["sigmoid", "silu", "gelu", "leaky_relu"])
def test_activations_of_frameworks_have_their_constants(name):
    phi = FRAMEWORK[name]
    z = np.linspace(-12, 12, 24_001)
    value, first, second, _ = phi.jet(z, 3)
    h = z[1] - z[0]
    assert np.abs(np.diff(value) / h).max() <= phi.slope + 1e-9
    assert np.abs(first).max() == pytest.approx(phi.slope, rel=1e-6)
    if np.isfinite(phi.beta):
        assert np.abs(second).max() == pytest.approx(phi.beta, rel=1e-6)
        np.testing.assert_allclose((first[2:] - first[:-2]) / (2 * h), second[1:-1], atol=1e-6)
    np.testing.assert_allclose(
        (value[2:] - value[:-2]) / (2 * h), first[1:-1], atol=1 if name == "leaky_relu" else 1e-6
    )
    assert abs(phi.value(np.zeros(1))[0]) == phi.c0


def test_a_wide_layer_is_passed_in_pieces_that_fit_the_memory():
    m = 100_000
    net = Layered((Layer("a", "plain", np.ones((m, 1))), Layer("b", "plain", np.ones((1, m)))), FRAMEWORK["tanh"])
    X = np.full((100, 1), 0.1)
    loss = Loss("square", np.zeros((100, 1)))
    tracemalloc.start()
    try:
        np.testing.assert_allclose(net.values(X), m * np.tanh(0.1))
        product(net, X, np.ones(net.parameters), loss.cotangent)
        assert tracemalloc.get_traced_memory()[1] < 400e6
    finally:
        tracemalloc.stop()


def test_pieces_give_what_the_whole_gives(monkeypatch):
    net = NETS["rows"]
    X = inputs(net, 7)
    whole = firsts(net, X)
    bound = Chain(net, whole.states[:, 0]).hessian()
    for module in (chain, gradients, network):
        monkeypatch.setattr(module, "CHUNK_NUMBERS", 30)
    assert net.chunk == 2
    np.testing.assert_allclose(net.values(X), whole.values, rtol=1e-14)
    np.testing.assert_allclose(firsts(net, X).whole, whole.whole, rtol=1e-13)
    np.testing.assert_allclose(Chain(net, whole.states[:, 0]).hessian(), bound, rtol=1e-13)


def test_steps_on_many_parameters_keep_few_vectors(monkeypatch):
    monkeypatch.setattr(hessians, "BASIS_NUMBERS", 1)
    asked = []
    hessians.lanczos(lambda v: asked.append(1) or np.arange(500.0) * v, np.ones(500))
    assert len(asked) == hessians.LEAST_STEPS


def of(phi, *matrices, rule="plain"):
    return Layered(tuple(Layer(f"fc{i}", rule, np.array(V)) for i, V in enumerate(matrices)), FRAMEWORK[phi])


def test_the_offset_of_an_activation_is_attained_without_weights():
    net = of("sigmoid", np.zeros((9, 2)), np.ones((1, 9)))
    bounds = Chain(net, np.ones(1))
    np.testing.assert_allclose(bounds.output(), net.values(np.eye(2)[:1])[:, 0], rtol=1e-14)


def test_the_bend_of_an_activation_is_attained_below_a_large_output():
    net, x = of("sin", [[np.pi / 2]], [[1e4]]), np.ones(1)
    H = predictor(net, x, np.ones(1))
    np.testing.assert_allclose(H, 1e4, rtol=1e-6)
    np.testing.assert_allclose(Chain(net, x).hessian(), H, rtol=1e-6)


def test_the_share_of_directions_is_attained_across_one_row():
    net, x = of("identity", [[3.0, 0.0]], [[2.0]], [[1.0]], rule="rows"), np.array([[0.0, 0.5]])
    found = firsts(net, x)
    share = np.sqrt(found.layers[0, :-1] @ [layer.norms.min() ** 2 for layer in net.hidden])
    assert share == pytest.approx(direction_share(net, found.states[:, 0])[0], rel=1e-14)


def test_the_bounds_of_gains_and_biases_are_attained_in_one_row():
    layer = Layer("a", "rows", np.array([[3.0, 0.0]]), np.array([[2.0]]), np.array([0.1]), 0.5)
    net, x = Layered((layer, Layer("b", "plain", np.array([[4.0]]))), FRAMEWORK["identity"]), np.array([[0.5, 0.0]])
    found = firsts(net, x)
    for kind, size in (("g", 1.0), ("b", 2.0)):
        np.testing.assert_allclose(largest(found.kinds[kind]), size, rtol=1e-14)
        np.testing.assert_allclose(Chain(net, found.states[:, 0]).kind(kind), size, rtol=1e-14)


@pytest.mark.parametrize("name", BOUNDED)
def test_bounded_activations_have_their_bounds(name):
    assert np.abs(FRAMEWORK[name].value(np.linspace(-50, 50, 100_001))).max() == pytest.approx(
        BOUNDED[name], rel=1e-8
    )


@pytest.mark.parametrize("kind", ["square", "cross_entropy"])
def test_the_curvature_of_a_loss_is_attained_at_equal_shares(kind):
    loss, step = Loss(kind, np.array([[1.0, 0.0]])), np.array([[1.0, -1.0]]) / 2**0.5
    _, second = loss.cotangent(np.zeros((1, 2)), step, slice(None))
    assert np.linalg.norm(second) == pytest.approx(loss.curvature, rel=1e-14)
