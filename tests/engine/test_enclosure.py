import numpy as np
import pytest

from wnverify.engine.enclosure import enclosed
from wnverify.engine.tridiagonal import above, eigenvector, extreme


def spread(rng, p, count, decay=0.7):
    """Symmetric matrices with eigenvalues of both signs that fall off."""
    Q = np.linalg.qr(rng.standard_normal((count, p, p)))[0]
    values = decay ** np.arange(p) * rng.choice([-1.0, 1.0], (count, p)) * rng.uniform(0.5, 1.0, (count, p))
    return (Q * values[:, None]) @ Q.swapaxes(1, 2)


def of(H, **options):
    def products(chosen):
        return lambda x: np.einsum("bij,jb->ib", H[chosen], x)

    return enclosed(products, np.linalg.norm(H, axis=(1, 2)), H.shape[1], vectors=True, **options)


@pytest.mark.parametrize("lower", [False, True])
@pytest.mark.parametrize("count", [5, 200])
def test_what_is_enclosed_is_the_norm(count, lower) -> None:
    H = spread(np.random.default_rng(0), 40, count)
    found, want = of(H, lower=lower), np.linalg.norm(H, ord=2, axis=(1, 2))
    assert found.sure.all() or lower
    np.testing.assert_allclose(np.abs(found.signed), want, rtol=1e-8 if lower else 1e-12)
    assert (np.abs(found.signed) <= want * (1 + 1e-13)).all()
    residual = np.einsum("bij,jb->ib", H, found.vector) - found.signed * found.vector
    assert np.abs(residual).max() < 1e-3
    np.testing.assert_allclose(np.linalg.norm(found.vector, axis=0), 1.0, rtol=1e-12)


def test_nothing_is_enclosed_that_lanczos_cannot_see() -> None:
    # ten equal eigenvalues, and a larger one orthogonal to where Lanczos starts
    p = 60
    start = np.sin(np.square(np.arange(1.0, p + 1.0)))
    hidden = np.linalg.qr(np.stack([start, np.ones(p)], axis=1))[0][:, 1]
    rest = np.linalg.qr(np.concatenate([np.stack([start, hidden], axis=1), np.eye(p)], axis=1))[0][:, 2:]
    H = (np.eye(p) - np.outer(hidden, hidden)) + 1.5 * np.outer(hidden, hidden) + 0.0 * (rest @ rest.T)
    found = of(H[None])
    assert not found.sure[0] or abs(found.signed[0]) == pytest.approx(1.5, rel=1e-12)


@pytest.mark.parametrize("H", [np.zeros((20, 20)), np.eye(20), np.diag([1.0, *[0.0] * 19]), np.ones((20, 20))])
def test_degenerate_matrices_are_enclosed_or_left_open(H) -> None:
    found = of(np.stack([H, -3.0 * H]))
    want = np.linalg.norm(H, ord=2) * np.array([1.0, 3.0])
    assert (np.abs(found.signed) <= want * (1 + 1e-12)).all()
    np.testing.assert_allclose(np.abs(found.signed[found.sure]), want[found.sure], rtol=1e-12)


def test_matrices_whose_squares_are_no_numbers_are_left_open() -> None:
    found = of(np.stack([1e-160 * np.eye(3), np.full((3, 3), np.nan), np.diag([2.0, 1.0, 0.5])]))
    assert found.sure.tolist() == [False, False, True]


@pytest.mark.parametrize("count", [3, 300])
def test_extreme_eigenvalues_of_tridiagonal_matrices(count) -> None:
    rng = np.random.default_rng(1)
    a, b = rng.standard_normal((9, count)), rng.standard_normal((8, count))
    b[4, ::2] = 0.0
    a[5:, ::4] = a[:4, ::4]  # every fourth has repeated eigenvalues
    b[5:, ::4] = b[:3, ::4]
    T = np.zeros((count, 9, 9))
    at = np.arange(9)
    T[:, at, at], T[:, at[1:], at[:-1]], T[:, at[:-1], at[1:]] = a.T, b.T, b.T
    values = np.linalg.eigvalsh(T)
    np.testing.assert_allclose(np.abs(extreme(a, b)), np.abs(values).max(axis=1), rtol=1e-13)
    top = values[:, -1]
    assert above(a, np.square(b), top + 1e-9).all()
    assert not above(a, np.square(b), top - 1e-9).any()
    s = eigenvector(a, b, top + 1e-10)
    assert np.abs(np.einsum("bij,jb->ib", T, s) - top * s).max() < 1e-8
