"""Two-sided spectral norms of matrices of balls."""

from __future__ import annotations

import numpy as np
import pytest
from flint import arb, arb_mat, ctx

from wnverify.balls import spectrum
from wnverify.errors import DomainError


def spectral(rows):
    return spectrum.symmetric_norm(arb_mat(rows))


@pytest.mark.parametrize("size", [1, 2, 5, 12])
@pytest.mark.parametrize("scale", [1.0, 1e-200, 1e200])
def test_spectral_norm_of_random_matrices(size, scale):
    rng = np.random.default_rng(size)
    A = rng.standard_normal((size, size))
    A = A + A.T
    norm = spectral((A * scale).tolist())
    assert float(norm) == pytest.approx(scale * np.linalg.norm(A, 2), rel=1e-12)
    assert norm.rad() / norm < 1e-24


def test_spectral_norm_of_special_matrices():
    with ctx.workprec(128):
        assert spectral([[0, 0], [0, 0]]) == 0
        assert spectral(np.eye(4).tolist()).overlaps(arb(1))
        assert spectral((-np.eye(3)).tolist()).overlaps(arb(1))
        assert abs(spectral([[0, 1], [1, 0]]) - 1) < 1e-24
        assert abs(spectral([[1, 0], [0, -1]]) - 1) < 1e-24
        assert abs(spectral([[1e-300, 0], [0, 1]]) - 1) < 1e-24


def test_spectral_norm_of_wide_balls_covers_their_matrices():
    ball = spectral([[arb(1, 0.1), arb(0, 0.1)], [arb(0, 0.1), arb(-1, 0.1)]])
    for a, b, c in [(1, 0, -1), (1.1, 0.1, -0.9), (0.9, -0.1, -1.1), (0.9, 0, -0.9)]:
        assert ball.lower() <= np.linalg.norm([[a, b], [b, c]], 2) <= ball.upper()


def test_spectral_norm_of_an_unknown_matrix_is_unknown():
    assert not spectral([[arb.nan()]]).is_finite()
    assert not spectral([[arb(0, arb.pos_inf())]]).is_finite()
    assert spectral([[arb(0, 1e-30)]]).contains(arb(0))


@pytest.mark.parametrize("rows", [[[1, 2], [2, 1]], [[0]], [[-1]], [[arb(0, 1)]], [[1, 1], [1, 1]]])
def test_matrices_not_seen_to_be_positive_definite(rows):
    assert not spectrum.is_positive_definite(arb_mat(rows))


@pytest.mark.parametrize("size", [1, 2, 5, 12])
@pytest.mark.parametrize("scale", [1.0, 1e-200, 1e200])
@pytest.mark.parametrize("shift", [-10.0, 0.0, 10.0])
def test_both_ends_of_random_spectra(size, scale, shift):
    rng = np.random.default_rng(size)
    A = rng.standard_normal((size, size))
    A = A + A.T + shift * np.eye(size)
    values, norm = np.linalg.eigvalsh(A), np.linalg.norm(A, 2)
    ends = (spectrum.least_eigenvalue, spectrum.greatest_eigenvalue)
    for enclose, value in zip(ends, values[[0, -1]], strict=True):
        ball = enclose(arb_mat((A * scale).tolist()))
        assert float(ball) == pytest.approx(scale * value, rel=0, abs=1e-13 * scale * norm)
        assert ball.rad() < 1e-24 * scale * norm


def test_ends_of_special_spectra():
    with ctx.workprec(128):
        for rows, low, high in (
            ([[0, 0], [0, 0]], 0, 0),
            (np.eye(4).tolist(), 1, 1),
            ((-np.eye(3)).tolist(), -1, -1),
            ([[0, 1], [1, 0]], -1, 1),
            ([[1e-300, 0], [0, 1]], 1e-300, 1),
            ([[1, 1], [1, 1]], 0, 2),
        ):
            assert spectrum.least_eigenvalue(arb_mat(rows)).contains(arb(low)), rows
            assert spectrum.greatest_eigenvalue(arb_mat(rows)).contains(arb(high)), rows


def test_ends_of_wide_balls_cover_their_matrices():
    matrix = arb_mat([[arb(1, 0.1), arb(0, 0.1)], [arb(0, 0.1), arb(-1, 0.1)]])
    low, high = spectrum.least_eigenvalue(matrix), spectrum.greatest_eigenvalue(matrix)
    for a, b, c in [(1, 0, -1), (1.1, 0.1, -0.9), (0.9, -0.1, -1.1), (0.9, 0, -0.9)]:
        least, greatest = np.linalg.eigvalsh([[a, b], [b, c]])
        assert low.lower() <= least <= low.upper()
        assert high.lower() <= greatest <= high.upper()


def test_ends_of_an_unknown_matrix_are_unknown_and_of_no_square_refused():
    assert not spectrum.greatest_eigenvalue(arb_mat([[arb.nan()]])).is_finite()
    with pytest.raises(DomainError):
        spectrum.least_eigenvalue(arb_mat([[1, 2]]))


@pytest.mark.parametrize("shape", [(1, 1), (2, 5), (5, 2)])
@pytest.mark.parametrize("scale", [0.0, 1e-200, 1.0])
def test_norms_of_matrices_that_are_not_square(shape, scale):
    A = scale * np.random.default_rng(1).standard_normal(shape)
    norm = spectrum.spectral_norm(arb_mat(A.tolist()))
    assert float(norm) == pytest.approx(np.linalg.norm(A, 2), rel=1e-12, abs=0)


def test_the_norm_of_a_matrix_beside_zero_is_known_to_be_small():
    norm = spectrum.spectral_norm(arb_mat([[arb(0, 1e-30), arb(0, 1e-30)]]))
    assert norm.is_finite()
    assert norm.contains(arb(0))
    assert norm < 1e-29


def test_an_eigenvalue_far_below_the_rounding_of_floats_is_found_in_more_bits():
    near = arb((1, -200))  # beside it another one, which floats cannot tell from it
    matrix = arb_mat([[-1, 0, 0], [0, arb((1, -70)), near], [0, near, arb((1, -70))]])
    with ctx.workprec(512):
        found = spectrum.greatest_eigenvalue(matrix)
        assert found.contains(arb((1, -70)) + near)
        assert found.rad() < abs(found) * arb((1, -250))
