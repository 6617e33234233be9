"""The networks of a domain have the values and derivatives that the family measures, and enclose those of boxes."""

from __future__ import annotations

import numpy as np
import pytest

from wnverify.arrays import FloatArray
from wnverify.families.networks.weight_norm import WEIGHT_NORM
from wnverify.proving.domain import Domain
from wnverify.proving.jet import Boxes, Jet, Part
from wnverify.proving.network import Network, Vector
from wnverify.proving.witness import drawn, networks, situation_of

DOMAINS = [
    Domain(1, 1, 1, "tanh"), Domain(1, 1, 2, "sin"), Domain(1, 2, 1, "tanh"), Domain(1, 2, 2, "tanh"),
    Domain(2, 2, 2, "tanh"), Domain(3, 2, 1, "sin"), Domain(2, 1, 2, "identity"), Domain(2, 2, 1, "softplus"),
    Domain(1, 2, 3, "gelu"), Domain(1, 3, 2, "sigmoid4"), Domain(2, 1, 1, "softplus0"),
]  # fmt: skip
S, W = 3.0, 0.5


def middle(part: Part, count: int) -> FloatArray:
    return np.broadcast_to(part.mid.c, (count,)) if isinstance(part, Jet) else np.zeros(count)


def stacked(parts: Vector, count: int) -> FloatArray:
    """(k, B), or (0, B) for nothing."""
    return np.array([middle(part, count) for part in parts]).reshape(len(parts), count)


def matrix(columns: list[Vector], count: int, rows: int) -> FloatArray:
    """(B, rows, columns)."""
    found = [stacked(column, count).T for column in columns]
    return np.stack(found, axis=-1) if found else np.zeros((count, rows, 0))


@pytest.mark.parametrize("domain", DOMAINS, ids=str)
def test_quantities_are_those_of_the_family_at_every_scale(domain: Domain) -> None:
    points = np.array(drawn(domain, 20)).T
    for k in map(domain.names.index, domain.signs):
        points[k] = np.where(points[k] < 0, -1.0, 1.0)
    count = points.shape[1]
    with np.errstate(all="ignore"):
        net = Network(domain, Boxes(points, np.zeros_like(points)))
        p = stacked(net.row_gradient(), count)
        K, B = matrix(net.curvature(), count, len(p)), matrix(list(zip(*net.mixed(), strict=True)), count, len(p))
        alpha, x = stacked(net.alpha, count), stacked(net.input_gradient(), count)
        f, beyond = middle(net.output(), count), stacked(net.beyond(), count)
    batch = WEIGHT_NORM.batch(situation_of(domain), networks(domain, points, S, W))
    hidden = (S / W) ** 2 * (p**2).sum(axis=0)
    within = [norm(p[:, k], K[k], B[k] if len(p) else np.zeros((0, domain.m))) for k in range(count)]
    expected = {
        "output_abs": S * np.abs(f),
        "input_gradient_norm": S * np.sqrt((x**2).sum(axis=0)),
        "hidden_gradient_norm": np.sqrt(hidden),
        "gradient_norm": np.sqrt(hidden + (alpha**2).sum(axis=0)),
        "hessian_norm": np.maximum(within, S / W**2 * np.abs(beyond).max(axis=0, initial=0.0)),
    }
    for name, value in expected.items():
        measured = WEIGHT_NORM.quantities[name].route.measure(batch)
        np.testing.assert_allclose(measured, value, rtol=1e-9, atol=1e-9, err_msg=name)


def norm(p: FloatArray, K: FloatArray, B: FloatArray) -> float:
    """The norm of the Hessian at ‖v‖ = S, ω = W, as the law says that it scales."""
    n, m = B.shape
    H = np.zeros((2 * n + m, 2 * n + m))
    H[:n, n : 2 * n] = -np.diag(p) * S / W**2
    H[n : 2 * n, n : 2 * n] = K * S / W**2
    H[n : 2 * n, 2 * n :] = B / W
    H = np.triu(H) + np.triu(H, 1).T
    return float(np.abs(np.linalg.eigvalsh(H)).max()) if H.size else 0.0


@pytest.mark.parametrize("domain", DOMAINS, ids=str)
def test_the_range_over_a_box_contains_the_values_at_its_points(domain: Domain) -> None:
    rng = np.random.default_rng(5)
    centre = np.array(drawn(domain, 12)).T
    radius = 10.0 ** rng.uniform(-3, 0, centre.shape)
    boxes = Boxes(centre, radius)
    inside = centre + radius * rng.choice([-1.0, -0.4, 0.9, 1.0], centre.shape)
    for k in map(domain.names.index, domain.signs):  # halves, and the whole
        inside[k] = np.where(centre[k] < 0, -1.0, 1.0)
        centre[k], radius[k] = 0.5 * inside[k], 0.5
        centre[k, 0], radius[k, 0] = 0.0, 1.0
    with np.errstate(all="ignore"):
        whole, at = (everything(Network(domain, each)) for each in (boxes, Boxes(inside, 0.0 * inside)))
    for over, value in zip(whole, at, strict=True):
        if isinstance(over, Jet) and isinstance(value, Jet):
            assert (over.whole.lo <= value.mid.hi).all()
            assert (value.mid.lo <= over.whole.hi).all()
            step = Jet(boxes, over.mid, over.mid, over.slope)
            reach = np.sum(step.slope.size * radius, axis=0)
            assert (np.abs(value.mid.c - over.mid.c) <= reach + over.mid.r + 1e-9).all()


def everything(net: Network) -> list[Part]:
    """All that goals are made of."""
    found = [net.output(), *net.alpha, *net.input_gradient(), *net.row_gradient(), *net.beyond()]
    return found + [entry for columns in (net.curvature(), net.mixed()) for column in columns for entry in column]
