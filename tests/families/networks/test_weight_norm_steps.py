"""What proofs go through: by closed forms as by autograd under both scalings; the pieces are those of the Hessian."""

from __future__ import annotations

import numpy as np
import pytest

from wnverify.engine.networks.autodiff import oracle_hessian
from wnverify.engine.networks.oracle_pieces import oracle_pieces
from wnverify.families.networks.weight_norm import WEIGHT_NORM
from wnverify.families.networks.weight_norm_fields import network
from wnverify.families.networks.weight_norm_steps import QUANTITIES
from wnverify.family import Situation


def drawn(scaling: str, activation: str):
    situation = Situation({"L": 3, "m": 3, "d": 2}, {"activation": activation, "scaling": scaling})
    return WEIGHT_NORM.draw(situation, "gaussian", 2, np.random.default_rng(1))


@pytest.mark.parametrize("scaling", ["fan_out", "fan_in"])
@pytest.mark.parametrize("activation", ["tanh", "softplus"])
def test_two_routes_agree_where_the_scalings_differ(scaling, activation) -> None:
    batch = drawn(scaling, activation)
    for quantity in QUANTITIES:
        first, second = quantity.route.measure(batch), quantity.route.second(batch)
        assert (first > 1e-6).all(), quantity
        assert first == pytest.approx(second, rel=1e-9), quantity


def test_the_pieces_add_up_to_the_hessian() -> None:
    net = network(drawn("fan_in", "sin"))
    parts, size = oracle_pieces(net, 1), sum(rows.shape[0] * rows.shape[1] for rows in net.W)
    whole = oracle_hessian(net, 1)[:size, :size]
    assert parts.own + parts.cross + parts.bent == pytest.approx(whole, abs=1e-12 * np.abs(whole).max() + 1e-14)
