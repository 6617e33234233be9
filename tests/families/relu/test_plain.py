"""The second route to runs: its Jacobian against differences, its flow against the first."""

from itertools import product

import numpy as np

from wnverify.engine.relu.runs import flow
from wnverify.families.relu.plain import flowed, jacobian, outputs, signs, single
from wnverify.families.relu.runs import RELU_RUNS
from wnverify.families.relu.starts import begin


def test_the_jacobian_is_that_of_the_outputs():
    one = single(RELU_RUNS.draw(RELU_RUNS.situations()[1], "any", 4, np.random.default_rng(0)), 0)
    J = jacobian(one, one.v, one.g, signs(one, one.v, one.g))
    z = np.concatenate([one.v, one.g[:, None]], axis=1)
    for k, column in product(range(z.shape[0]), range(z.shape[1])):
        up, down = z.copy(), z.copy()
        up[k, column] += 1e-6
        down[k, column] -= 1e-6
        ends = [outputs(one, end[:, :-1], end[:, -1]) for end in (up, down)]
        assert np.allclose(J[:, k * z.shape[1] + column], (ends[0] - ends[1]) / 2e-6, atol=1e-7)


def test_the_second_flow_agrees():
    batch = RELU_RUNS.draw(RELU_RUNS.situations()[1], "any", 4, np.random.default_rng(0))
    one = flowed(single(batch, 2), 1.5, 40)
    found = flow(begin(batch), np.full(4, 1.5), 40)
    assert np.allclose(one.sizes, found.size[:, 2], rtol=1e-6)
