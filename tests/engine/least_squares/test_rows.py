from __future__ import annotations

import numpy as np
import pytest

from wnverify.engine.least_squares import rows as engine
from wnverify.engine.least_squares.rows import Rows, apply, length


@pytest.mark.parametrize("m", [1, 2, 3])
def test_basis_and_singular_values_are_those_of_the_decomposition(m: int) -> None:
    rng = np.random.default_rng(m)
    A = rng.standard_normal((m, 5, 20))
    A[-1] = A[0] + 1e-2 * A[-1]  # rows that are nearly equal
    rows, w = Rows(A), rng.standard_normal((5, 20))
    found = rows.factors
    assert found.matrix(found.s) == pytest.approx(A, abs=1e-14)
    assert np.einsum("idb,jdb->ijb", rows.basis, rows.basis) == pytest.approx(np.eye(m)[..., None] * np.ones(20))
    assert rows.s == pytest.approx(found.s, rel=1e-10)
    assert (rows.least <= found.s[-1] * (1 + 1e-9)).all()
    assert np.linalg.cond(np.moveaxis(engine.conditioned(A, 3.0), -1, 0)) == pytest.approx(3.0 if m > 1 else 1.0)
    assert length(apply(A, rows.across(w))).max() < 1e-14
    assert rows.along(w) == pytest.approx(np.einsum("kdb,keb,eb->db", found.V, found.V, w), abs=1e-11)


def test_rows_that_are_orthonormal_already_are_left_alone() -> None:
    A = np.random.default_rng(0).standard_normal((2, 4, 3))
    once = engine.orthonormal(A)
    assert np.einsum("idb,jdb->ijb", once, once) == pytest.approx(np.eye(2)[..., None] * np.ones(3), abs=1e-14)
    assert engine.orthonormal(once) is once
    mixed = np.concatenate([once, A], axis=-1)
    assert engine.orthonormal(mixed) == pytest.approx(np.concatenate([once, once], axis=-1), abs=1e-14)
