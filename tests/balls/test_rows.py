"""Directions of rows and their meeting with gradients, in balls, against 50 digits of mpmath."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest

from wnverify.balls.network import Network
from wnverify.balls.rows import direction_norm, row_alignment


def random(shape, seed, scaling="fan_out", *, normalised=True):
    rng = np.random.default_rng(seed)
    W = [rng.normal(size=pair) * 10.0 ** rng.integers(-3, 4) for pair in zip(shape[1:], shape[:-1], strict=True)]
    return Network(W, rng.normal(size=shape[-1]), rng.normal(size=shape[0]), "tanh", scaling, normalised)


@pytest.mark.parametrize("shape", [(1, 1), (3, 1), (2, 4), (3, 4, 2), (2, 3, 3, 2)])
@pytest.mark.parametrize("seed", range(3))
def test_the_norm_of_the_directions_matches_mpmath(shape, seed):
    net = random(shape, seed)
    with mpmath.workdps(50):
        norms = []
        for matrix in net.W:
            unit = mpmath.matrix([list(map(mpmath.mpf, row)) for row in matrix.tolist()])
            for i in range(unit.rows):
                unit[i, :] /= mpmath.norm(unit[i, :])
            norms.append(mpmath.sqrt(max(mpmath.eigsy(unit * unit.T, eigvals_only=True))))
        want = max(norms)
        found = direction_norm(net)
        assert mpmath.mpf(found.lower().str(40, radius=False)) <= want * (1 + mpmath.mpf(10) ** -36)
        assert mpmath.mpf(found.upper().str(40, radius=False)) >= want * (1 - mpmath.mpf(10) ** -36)
    assert float(found.rad()) < 1e-24 * float(found.mid())


@pytest.mark.parametrize("scaling", ["fan_out", "fan_in"])
def test_gradients_are_orthogonal_to_rows_only_under_normalisation(scaling):
    assert row_alignment(random((3, 4, 2), 1, scaling)).upper() < 1e-30
    plain = random((3, 4, 2), 1, scaling, normalised=False)
    assert row_alignment(plain).lower() > 1e-6


def test_alignment_of_a_plain_linear_neuron_is_its_output_over_output_weights_and_input():
    # f = v w x, so w ∂f/∂w = f = 30; ‖v‖ = 5 and ‖x‖ = 3
    net = Network([np.array([[2.0]])], np.array([5.0]), np.array([3.0]), "identity", "fan_out", normalised=False)
    assert float(row_alignment(net)) == 2.0


@pytest.mark.parametrize(("v", "x"), [(0.0, 1.0), (1.0, 0.0)])
def test_no_output_weights_and_no_inputs_meet_no_row(v, x):
    assert row_alignment(Network([np.array([[2.0]])], np.array([v]), np.array([x]))) == 0
