from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import expi

from tests.families.domains import check_domain
from wnverify.batch import Batch
from wnverify.engine.homogeneous import layer_flow as homogeneous_flow
from wnverify.engine.homogeneous import nodes as engine
from wnverify.engine.homogeneous import scalar_flows
from wnverify.engine.homogeneous.nodes import NETS
from wnverify.families.homogeneous.competing_nodes import COMPETING
from wnverify.families.homogeneous.layer_flow import LAYER_FLOW
from wnverify.families.homogeneous.scalar_nodes import SCALAR_NODES
from wnverify.families.homogeneous.state import HOMOGENEOUS
from wnverify.families.homogeneous.state_fields import closed_form
from wnverify.families.homogeneous.two_nodes import TWO_NODES
from wnverify.family import Family, Situation

TOLERANCE = {
    "homogeneous": 1e-9,
    "scalar_nodes": 1e-9,
    "two_nodes": 1e-8,
    "competing_nodes": 1e-6,
    "layer_flow": 1e-4,
}
FAMILIES = (HOMOGENEOUS, SCALAR_NODES, TWO_NODES, COMPETING, LAYER_FLOW)


def some_situations(family: Family) -> list[Situation]:
    """Every combination of settings at one shape; three shapes where there are no settings."""
    situations = family.situations()
    shapes = [str(dict(shape)) for shape in family.shapes()]
    kept = {shapes[min(3, len(shapes) - 1)]} if family.settings else set(shapes[1:4])
    kept = {shapes[0]} if family is LAYER_FLOW else kept
    return [situation for situation in situations if str(dict(situation.shape)) in kept]


CASES = [(family, situation) for family in FAMILIES for situation in some_situations(family)]


def draw(family: Family, situation: Situation, regime: str, count: int) -> Batch:
    return family.draw(situation, regime, count, np.random.default_rng(0))


@pytest.mark.parametrize(("family", "situation"), CASES, ids=str)
def test_draws_lie_in_the_domain_and_both_routes_agree(family: Family, situation: Situation) -> None:
    for regime in family.regimes:
        batch = draw(family, situation, regime, 1)
        check_domain(family, batch)
        if regime != "mixed":  # there a loss may overflow, and every theorem excludes it
            compare(family, batch)
    for _, batch in family.structured(situation):
        check_domain(family, batch)


def compare(family: Family, batch: Batch) -> None:
    tolerance = TOLERANCE[family.name]
    for name, quantity in family.quantities.items():
        if quantity.route.second is None:
            continue
        first, second = quantity.route.measure(batch), quantity.route.second(batch)
        assert first == pytest.approx(second, rel=tolerance, abs=tolerance), name


def random_layers(net: str, rng: np.random.Generator) -> list[np.ndarray]:
    return [rng.standard_normal((nodes, size, 3)) for nodes, size in NETS[net].shapes(2, 3)]


@pytest.mark.parametrize("net", NETS)
def test_outputs_are_homogeneous_layer_by_layer(net: str) -> None:
    rng = np.random.default_rng(0)
    layers, x = random_layers(net, rng), rng.standard_normal((4, 2, 3, 3))
    value = NETS[net].value(layers, x)
    for layer, degree in enumerate(NETS[net].degrees):
        scaled = [1.7 * part if index == layer else part for index, part in enumerate(layers)]
        assert NETS[net].value(scaled, x) == pytest.approx(1.7**degree * value)


@pytest.mark.parametrize("net", NETS)
def test_pull_is_the_gradient(net: str) -> None:
    rng = np.random.default_rng(1)
    layers, x, c = random_layers(net, rng), rng.standard_normal((4, 2, 3, 3)), rng.standard_normal((4, 3))
    moves = [rng.standard_normal(layer.shape) for layer in layers]
    h = 1e-6
    ahead, behind = (
        np.sum(c * NETS[net].value([a + sign * h * b for a, b in zip(layers, moves, strict=True)], x), axis=0)
        for sign in (1, -1)
    )
    slope = sum(np.sum(G * b, axis=(0, 1)) for G, b in zip(NETS[net].pull(layers, x, c), moves, strict=True))
    assert slope == pytest.approx((ahead - behind) / (2 * h), rel=1e-7, abs=1e-7)


def test_log_losses_survive_large_margins() -> None:
    margins = np.array([[800.0, 1.0], [900.0, -2.0]])
    for loss in ("exponential", "logistic"):
        assert engine.log_loss(loss, margins)[0] == pytest.approx(-800.0)
    assert engine.log_loss("logistic", margins)[1] == pytest.approx(np.log(np.log1p(np.exp([-1.0, 2.0])).sum()))


def test_norms_keep_their_value_under_both_parametrisations() -> None:
    situation = Situation({"n": 3, "k": 2, "d": 2}, {"net": "relu", "loss": "logistic", "node": "first"})
    state = closed_form(draw(HOMOGENEOUS, situation, "separable", 4))
    for move in state.turning:
        assert move.shape[-1] == 4
    speed = [np.sum(v * move, axis=1) for v, move in zip(state.v, state.turning, strict=True)]
    assert np.concatenate([part.ravel() for part in speed]) == pytest.approx(0.0, abs=1e-13)


@pytest.mark.parametrize(("low", "high", "p"), [(2.0, 2.5, 2.0), (2.0, 60.0, 1.0), (50.0, 51.0, 0.0)])
def test_the_quadrature_against_quadpack(low: float, high: float, p: float) -> None:
    cut = max(low, high - 45)
    wanted, _ = quad(lambda s: np.exp(s - high) * s**-p, cut, high, epsabs=0, epsrel=1e-13, limit=200)
    found = scalar_flows.scaled_integral(np.array([low]), np.array([high]), np.array([p]))[0]
    assert found == pytest.approx(wanted, rel=1e-12)


def test_the_integral_has_the_sign_and_the_value_of_its_primitive() -> None:
    low, high, p = np.array([3.0]), np.array([9.0]), np.array([2.0])
    wanted = expi(9) - np.exp(9) / 9 - expi(3) + np.exp(3) / 3
    assert scalar_flows.integral(low, high, p)[0] == pytest.approx(wanted, rel=1e-12)
    assert scalar_flows.integral(high, low, p)[0] == pytest.approx(-wanted, rel=1e-12)


@pytest.mark.parametrize("kind", ["ewn", "plain"])
@pytest.mark.parametrize("L", [1.0, 2.0, 3.0])
def test_growing_nodes_against_the_closed_form(kind: str, L: float) -> None:
    w, c = np.array([0.7, 1.3]), np.array([1.1, 0.4])
    clock = 0.9 * scalar_flows.last_clock(kind, w, c, L)
    found = scalar_flows.grow(kind, w, c, L, clock)
    assert found == pytest.approx(scalar_flows.grow_exactly(kind, w, c, L, clock), rel=1e-9)


def test_descent_takes_the_exact_steps_of_the_scalar_model() -> None:
    found = scalar_flows.descend(2.0, np.array([3.0]), np.array([0.5]), np.array([1.0]))
    assert found.last[0] == pytest.approx(3.0 * np.exp(0.5 / 3.0))
    assert found.time[0] == pytest.approx(0.5 / (9 * np.exp(-3)))


def test_a_start_of_negative_margin_is_not_run() -> None:
    batch = draw(LAYER_FLOW, LAYER_FLOW.situations()[0], "near", 2)
    turned = Batch(batch.family, batch.shape, batch.settings, {**batch.arrays, "a": -batch.arrays["a"]})
    assert LAYER_FLOW.quantities["settled"].route.measure(batch).sum() >= 1.0
    assert LAYER_FLOW.quantities["settled"].route.measure(turned).sum() == 0.0


def test_the_timed_run_counts_the_time_of_the_flow() -> None:
    # one sample, one hidden unit, everything aligned: f′ = 2 f² e^{−f}, so 2t = H(f_t) − H(f_0)
    start = homogeneous_flow.State(np.array([[2.0]]), np.array([2.0]), 0.0, True)
    end = homogeneous_flow.run("ewn", np.ones((1, 1)), start, 0.7, timed=True)
    f = float(end.W[0, 0] * end.a[0])
    H = [expi(value) - np.exp(value) / value for value in (4.0, f)]
    assert end.finished
    assert 2 * end.q * np.exp(f) / f**2 == pytest.approx(H[1] - H[0], rel=1e-5)
