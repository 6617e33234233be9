from dataclasses import replace

import numpy as np
import pytest

from tests.engine.networks.draws import WIDTHS, random_network
from wnverify.engine.networks.factors import factors
from wnverify.engine.networks.frobenius import frobenius
from wnverify.engine.networks.hessian import hessian
from wnverify.engine.networks.network import forward


@pytest.mark.parametrize("scaling", ["fan_out", "fan_in"])
@pytest.mark.parametrize("normalised", [True, False])
@pytest.mark.parametrize("widths", WIDTHS, ids=str)
def test_the_closed_form_is_the_norm_of_the_hessian(widths, normalised, scaling):
    net = replace(random_network(widths, 5, seed=3, scaling=scaling), normalised=normalised)
    H = hessian(net)
    found = frobenius(factors(net, forward(net, 2)))
    np.testing.assert_allclose(found, np.sqrt(np.sum(H * H, axis=(0, 1))), rtol=1e-12, atol=1e-14)
