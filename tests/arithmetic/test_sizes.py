"""Sizes in balls: what is made of them is exact, and a float to everybody else."""

from __future__ import annotations

import math

import numpy as np
import pytest
from flint import arb

from wnverify.arithmetic.sizes import Exact, Size, meant, short

ROOT = arb(3).sqrt()
MADE = {
    "m ** -0.5": (lambda m: m**-0.5, 1 / ROOT),
    "1 / m": (lambda m: 1 / m, arb(1) / 3),
    "m / 7": (lambda m: m / 7, arb(3) / 7),
    "(m + 4) ** -1": (lambda m: (m + 4) ** -1, arb(1) / 7),
    "2 * m ** 0.5": (lambda m: 2 * m**0.5, 2 * ROOT),
    "1 / (m * m ** 0.5)": (lambda m: 1 / (m * m**0.5), 1 / (3 * ROOT)),
    "0.5 - m ** -0.5": (lambda m: 0.5 - m**-0.5, 0.5 - 1 / ROOT),
    "2 ** (1 / m)": (lambda m: 2 ** (1 / m), (arb(2).log() / 3).exp()),
    "m ** 0.5 * m ** 0.5": (lambda m: m**0.5 * m**0.5, arb(3)),
}


@pytest.mark.parametrize("name", MADE)
def test_what_is_made_of_sizes_is_exact(name) -> None:
    make, wanted = MADE[name]
    found = make(Size(3))
    assert isinstance(found, Exact)
    assert meant(found).overlaps(wanted)
    assert meant(found).rad() < 1e-15
    assert float(found) == make(3)


def test_whole_numbers_stay_sizes() -> None:
    m = Size(3)
    assert [type(x) for x in (m + 1, 1 + m, 2 * m, m - 1, m**2, 2**m)] == [Size] * 6
    assert (m, f"W{m}", [*range(m)], np.zeros(m).shape, np.ones(2)[0] * m) == (3, "W3", [0, 1, 2], (3,), 3.0)


@pytest.mark.parametrize("made", [0.1 * Size(3), Size(3) ** 0.1, np.sqrt(Size(3)), math.sqrt(Size(3)), Size(3) / 0.7])
def test_what_is_made_of_rounded_numbers_is_not(made) -> None:
    assert not isinstance(made, Exact)
    assert not short(float(made))


def test_short_numbers_are_meant() -> None:
    assert [short(x) for x in (0.5, 3.0, 1e-5, 0.1, math.inf)] == [True, True, False, False, True]
