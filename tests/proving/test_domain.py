"""Every network is one of its domain, up to what changes no quantity: the reduction that `docs/proving.md` states."""

from __future__ import annotations

import numpy as np
import pytest

from wnverify.arrays import FloatArray
from wnverify.errors import UsageError
from wnverify.families.networks.weight_norm import WEIGHT_NORM
from wnverify.proving.domain import Domain
from wnverify.proving.witness import networks, situation_of

QUANTITIES = ("output_abs", "input_gradient_norm", "hidden_gradient_norm", "gradient_norm", "hessian_norm")
Arrays = dict[str, FloatArray]
"""One network: W1, …, WL, v and x without a batch axis."""


def rotated(net: Arrays) -> Arrays:
    """With x along the first axis, and the first row of W1 in the upper half plane."""
    x = net["x"]
    if x.size == 1:
        sign = -1.0 if x[0] < 0 else 1.0
        return {**net, "x": sign * x, "W1": sign * net["W1"]}
    c, s = (x / np.hypot(*x)) if x.any() else (1.0, 0.0)
    turn = np.array([[c, s], [-s, c]])
    W = net["W1"] @ turn.T
    W = W * np.array([1.0, -1.0]) if W[0, 1] < 0 else W
    return {**net, "x": np.array([np.hypot(*x), 0.0]), "W1": W}


def changed(net: Arrays, layer: int, depth: int, signs: FloatArray, order: list[int]) -> Arrays:
    """The neurons of a layer with other signs, φ being odd, in another order."""
    after = f"W{layer + 1}" if layer < depth else "v"
    own = (signs[:, None] * net[f"W{layer}"])[order]
    return {**net, f"W{layer}": own, after: (net[after] * signs)[..., order]}


def reduced(net: Arrays, domain: Domain) -> FloatArray:
    """The coordinates of a network in its domain."""
    L = domain.L
    if domain.m > 1 or domain.d == 1:
        for layer in range(L, 0, -1):
            leading = net["v"] if layer == L else net[f"W{layer + 1}"][0]
            free = layer > 1 or domain.d > 1
            used = leading if free else net["W1"][:, 0]
            signs = np.where(used < 0, -1.0, 1.0)
            ordered = layer == L or free
            order = np.argsort(-np.abs(leading), kind="stable").tolist() if ordered else list(range(domain.m))
            net = changed(net, layer, L, signs, order)
    net = rotated(net)
    if domain.m == 1:  # all signs come to one sign of f, which no quantity knows
        net = {name: np.abs(part) if name != "W1" or domain.d == 1 else part for name, part in net.items()}
    elif not (L > 1 or domain.d > 1) and net["v"][0] < 0:
        net = {**net, "v": -net["v"]}
    at = [angle(net, name) for name in domain.names[1:]]
    return np.array([np.linalg.norm(net["x"]), *at])


def angle(net: Arrays, name: str) -> float:
    """The angle of v, or of a row such as W1[0]."""
    direction = net["v"] if name == "v" else net[name[:2]][int(name[3])]
    return float(np.arctan2(direction[1], direction[0]))


@pytest.mark.parametrize(
    "shape", [(1, 1, 1), (1, 1, 2), (1, 2, 1), (1, 2, 2), (2, 2, 1), (2, 2, 2), (3, 2, 2), (2, 1, 2)]
)
def test_a_network_of_unit_rows_is_one_of_the_domain_in_every_quantity(shape: tuple[int, int, int]) -> None:
    domain = Domain(*shape, "tanh")
    rng = np.random.default_rng(7)
    lows, highs = (np.array(ends) for ends in domain.corners)
    for _ in range(12):
        arrays = {
            name: rng.normal(size=part.shape) for name, part in networks(domain, lows[:, None], 1.0, 1.0).items()
        }
        arrays["x"] *= rng.random() / np.linalg.norm(arrays["x"])
        arrays["v"] /= np.linalg.norm(arrays["v"])
        for layer in range(1, domain.L + 1):
            arrays[f"W{layer}"] /= np.linalg.norm(arrays[f"W{layer}"], axis=1, keepdims=True)
        point = reduced({name: part[..., 0] for name, part in arrays.items()}, domain)
        assert ((lows - 1e-12 <= point) & (point <= highs + 1e-12)).all(), dict(zip(domain.names, point, strict=True))
        one = networks(domain, point[:, None], 1.0, 1.0)
        batches = [WEIGHT_NORM.batch(situation_of(domain), each) for each in (arrays, one)]
        for name in QUANTITIES:
            measured = [float(WEIGHT_NORM.quantities[name].route.measure(batch)[0]) for batch in batches]
            assert measured[0] == pytest.approx(measured[1], rel=1e-9, abs=1e-12), name


def test_longer_rows_and_shorter_v_only_lower_what_is_measured() -> None:
    rng = np.random.default_rng(8)
    domain = Domain(2, 2, 2, "tanh")
    lows, highs = (np.array(ends) for ends in domain.corners)
    points = (lows + (highs - lows) * rng.random((40, lows.size))).T
    unit = networks(domain, points, 1.0, 1.0)
    other = dict(unit)
    for layer in ("W1", "W2"):
        other[layer] = unit[layer] * rng.uniform(1.0, 9.0, (domain.m, 1, 40))
    other["v"] = unit["v"] * rng.random(40)
    for name in QUANTITIES:
        route = WEIGHT_NORM.quantities[name].route
        less, most = (route.measure(WEIGHT_NORM.batch(situation_of(domain), each)) for each in (other, unit))
        assert (less <= most * (1 + 1e-9)).all(), name


@pytest.mark.parametrize("shape", [(0, 1, 1), (1, 3, 1), (1, 1, 3), (9, 2, 2)])
def test_what_is_not_supported_is_refused(shape: tuple[int, int, int]) -> None:
    with pytest.raises(UsageError, match="Expected a shape with"):
        Domain(*shape, "tanh")


def test_an_activation_that_is_not_odd_is_refused() -> None:
    with pytest.raises(UsageError, match="an odd activation"):
        Domain(1, 1, 1, "softplus")
