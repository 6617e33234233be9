"""Every network is one of its domain, up to what changes no quantity: the reduction that `docs/proving.md` states."""

from __future__ import annotations

from itertools import product

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


def turned(net: Arrays, inputs: bool) -> Arrays:
    """With x along the first axis, and the rows of W1 in the plane of the first two, each by itself or all as one."""
    x, W = net["x"], net["W1"]
    if x.size == 1:
        return net
    along = W @ x / np.linalg.norm(x)
    rest = W - along[:, None] * x / np.linalg.norm(x)
    across = np.linalg.norm(rest, axis=1)
    if inputs:  # ℝ²: one reflection for all
        across = rest @ rest[0] / across[0]
    beyond = np.zeros((len(W), x.size - 2))
    return {**net, "x": np.linalg.norm(x) * np.eye(x.size)[0], "W1": np.column_stack([along, across, beyond])}


def changed(net: Arrays, layer: int, depth: int, signs: FloatArray, order: list[int]) -> Arrays:
    """The neurons of a layer with other signs, if φ is odd, in another order."""
    after = f"W{layer + 1}" if layer < depth else "v"
    own = (signs[:, None] * net[f"W{layer}"])[order]
    return {**net, f"W{layer}": own, after: (net[after] * signs)[..., order]}


def arranged(net: Arrays, layer: int, domain: Domain) -> Arrays:
    """With the neurons of a layer as in the domain: in the order of what reads them, positive where that is free."""
    last, free = layer == domain.L, domain.odd and (layer > 1 or domain.d > 1)
    reads = net["v"] if last else net[f"W{layer + 1}"][0]
    signs = np.ones(domain.m)
    if domain.odd:
        signs = np.where((reads if free else net["W1"][:, 0]) < 0, -1.0, 1.0)
    net = changed(net, layer, domain.L, signs, list(range(domain.m)))
    reads = net["v"] if last else net[f"W{layer + 1}"][0]
    if last and not free:  # the sign of f, and the largest of v first
        first = int(np.argmax(np.abs(reads)))
        net, reads = {**net, "v": np.sign(reads[first]) * reads}, np.sign(reads[first]) * reads
        rest = sorted(set(range(domain.m)) - {first}, key=lambda k: -reads[k])
        return changed(net, layer, domain.L, np.ones(domain.m), [first, *rest])
    return changed(net, layer, domain.L, np.ones(domain.m), np.argsort(-reads).tolist())


def reduced(net: Arrays, domain: Domain) -> FloatArray:
    """The coordinates of a network in its domain."""
    if domain.d == 1 and domain.odd and net["x"][0] < 0:
        net = {**net, "x": -net["x"], "W1": -net["W1"]}
    for layer in range(domain.L, 0, -1):
        net = arranged(net, layer, domain)
    net = turned(net, domain.inputs)
    if domain.d == 1 and not domain.odd:
        net = {**net, "x": net["x"] * net["W1"][0, 0], "W1": net["W1"] * net["W1"][0, 0]}
    return np.array([coordinate(net, name, domain) for name in domain.names])


def coordinate(net: Arrays, name: str, domain: Domain) -> float:
    """r, the angle of v, or of a row such as W1[0]; a row of ℝ¹ itself."""
    v = net["v"]
    if name == "r":
        return float(net["x"][0])
    if name in domain.signs:
        return float(net[name[:2]][int(name[3])][0])
    if name == "v[0]":
        return float(np.arctan2(np.hypot(v[1], v[2]), v[0]))
    direction = {"v": v, "v[1]": v[1:]}.get(name)
    direction = net[name[:2]][int(name[3])] if direction is None else direction
    return float(np.arctan2(direction[1], direction[0]))


SHAPES = [
    (1, 1, 1), (1, 1, 2), (1, 2, 1), (1, 2, 2), (2, 1, 1), (2, 2, 1), (2, 2, 2), (3, 2, 2), (2, 1, 2), (1, 2, 3),
    (2, 2, 5), (1, 3, 1), (1, 3, 2), (1, 3, 4),
]  # fmt: skip


def of_unit_rows(domain: Domain, rng: np.random.Generator) -> Arrays:
    """A network as it is drawn."""
    like = networks(domain, np.array(domain.corners[0])[:, None], 1.0, 1.0)
    arrays = {name: rng.normal(size=part.shape[:-1]) for name, part in like.items()}
    arrays["x"] *= rng.random() / np.linalg.norm(arrays["x"])
    arrays["v"] /= np.linalg.norm(arrays["v"])
    for layer in range(1, domain.L + 1):
        arrays[f"W{layer}"] /= np.linalg.norm(arrays[f"W{layer}"], axis=1, keepdims=True)
    return arrays


def measured(domain: Domain, arrays: Arrays, name: str) -> FloatArray:
    """A quantity of networks, (B,)."""
    return WEIGHT_NORM.quantities[name].route.measure(WEIGHT_NORM.batch(situation_of(domain), arrays))


@pytest.mark.parametrize("activation", ["tanh", "softplus"])
@pytest.mark.parametrize("shape", SHAPES)
def test_a_network_of_unit_rows_is_one_of_the_domain_in_every_quantity(
    shape: tuple[int, int, int], activation: str
) -> None:
    rng = np.random.default_rng(7)
    for inputs in (False, True):
        domain = Domain(*shape, activation, inputs=inputs)
        names = ["input_gradient_norm"] if inputs else [name for name in QUANTITIES if name != "input_gradient_norm"]
        lows, highs = (np.array(ends) for ends in domain.corners)
        for _ in range(8 if shape[2] < 3 or not inputs else 0):
            arrays = of_unit_rows(domain, rng)
            point = reduced(arrays, domain)
            inside = (lows - 1e-12 <= point) & (point <= highs + 1e-12)
            assert inside.all(), dict(zip(domain.names, point, strict=True))
            one = networks(domain, point[:, None], 1.0, 1.0)
            each = {name: part[..., None] for name, part in arrays.items()}
            for name in names:
                value = [float(measured(domain, net, name)[0]) for net in (each, one)]
                assert value[0] == pytest.approx(value[1], rel=1e-9, abs=1e-12), name


def test_the_input_gradient_is_largest_where_the_rows_lie_in_one_plane() -> None:
    rng = np.random.default_rng(4)
    for shape in ((1, 2, 3), (2, 2, 4), (1, 3, 3)):
        domain = Domain(*shape, "softplus", inputs=True)
        for _ in range(8):
            arrays = of_unit_rows(domain, rng)
            flat = turned(arrays, inputs=False)
            signs = np.array(list(product([1.0, -1.0], repeat=domain.m))).T
            W = np.repeat(flat["W1"][..., None], signs.shape[1], axis=-1)
            W[:, 1] *= signs
            same = {name: np.repeat(part[..., None], signs.shape[1], axis=-1) for name, part in flat.items()}
            most = measured(domain, {**same, "W1": W}, "input_gradient_norm").max()
            own = measured(domain, {name: part[..., None] for name, part in arrays.items()}, "input_gradient_norm")
            assert own[0] <= most * (1 + 1e-12)


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


@pytest.mark.parametrize("shape", [(0, 1, 1), (1, 4, 1), (2, 3, 1), (1, 1, 100), (9, 2, 2)])
def test_what_is_not_supported_is_refused(shape: tuple[int, int, int]) -> None:
    with pytest.raises(UsageError, match="Expected a shape with"):
        Domain(*shape, "tanh")


def test_an_activation_that_nobody_has_formulas_for_is_refused() -> None:
    with pytest.raises(UsageError, match="an activation among"):
        Domain(1, 1, 1, "relu")
