"""Directions of rows and their meeting with gradients, in balls, against 50 digits of mpmath."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest

from tests.balls.naive import along, assert_close
from wnverify.balls.network import Network
from wnverify.balls.rows import (
    direction_norm,
    layer_gradient_norms,
    longest_row,
    row_alignment,
    weight_frobenius,
    weight_spectral,
)


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


def test_alignment_of_a_plain_linear_neuron_is_its_output_over_the_radius():
    # f = v w x, so w ∂f/∂w = f = 30; ‖v‖ = 5 counts as 1 + ρ₁
    net = Network([np.array([[2.0]])], np.array([5.0]), np.array([3.0]), "identity", "fan_out", normalised=False)
    assert float(row_alignment(net)) == 6.0


@pytest.mark.parametrize("shape", [(1, 1), (3, 1), (2, 4), (3, 4, 2), (2, 3, 3, 2)])
def test_the_lengths_of_the_matrices_match_mpmath(shape):
    net = random(shape, 5)
    with mpmath.workdps(50):
        matrices = [mpmath.matrix([list(map(mpmath.mpf, row)) for row in W.tolist()]) for W in net.W]
        rows = [mpmath.norm(W[i, :]) for W in matrices for i in range(W.rows)]
        wanted = {
            longest_row: max(rows),
            weight_frobenius: max(mpmath.mnorm(W, "f") for W in matrices),
            weight_spectral: max(mpmath.sqrt(max(mpmath.eigsy(W * W.T, eigvals_only=True))) for W in matrices),
        }
        for enclose, want in wanted.items():
            assert_close(enclose(net), want, 20)


@pytest.mark.parametrize("normalised", [True, False])
def test_the_gradients_of_the_layers_match_mpmath(normalised):
    net = random((2, 3, 2), 6, "fan_in", normalised=normalised)
    with mpmath.workdps(80):
        slopes = [mpmath.diff(along(net, u), 0) for u in np.eye(net.p)]
        for found, part in zip(layer_gradient_norms(net), (slopes[:6], slopes[6:12]), strict=True):
            assert_close(found, mpmath.norm(part), 20)
