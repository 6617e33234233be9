"""The cross term of a Hessian against NumPy loops, second differences, and the instances at which it is known."""

import numpy as np
import pytest

from wnverify.bounds.depth_free import cross_constant
from wnverify.families.normalizations.cross_terms import CROSS_TERMS
from wnverify.family import Situation

cross, v, U, x = CROSS_TERMS.symbols("output_abs norm_v norm_U input_norm")
KNOWN = {2: 1.0, 3: (1 + np.sqrt(5)) / 2, 4: 2.0, 5: 2.0, 6: 2.0}


def situation(depth, width, normalization, slopes="any"):
    return Situation({"L": depth, "m": width}, {"normalization": normalization, "slopes": slopes})


def measured(quantity, batch):
    return quantity.route.measure(batch)


def naive(arrays, normalization):
    """2⟨v, A_2^L⟩ of one instance by the sum over pairs of layers k < l of products of matrices, D and G apart."""
    L, m = arrays["D"].shape
    M, delta = np.array(arrays["W"]).reshape(L, m, m), np.array(arrays["U"])
    for layer in range(L):
        if normalization == "rows":
            for row in range(m):
                unit = M[layer, row] / np.linalg.norm(M[layer, row])
                delta[layer, row] -= delta[layer, row] @ unit * unit
                M[layer, row] = unit / np.sqrt(m)
        else:
            M[layer] /= np.linalg.norm(M[layer])
            delta[layer] -= np.sum(delta[layer] * M[layer]) * M[layer]
    total = 0.0
    for late in range(L):
        for early in range(late):
            a = arrays["x"]
            for layer in range(L):
                matrix = delta[layer] if layer in (early, late) else M[layer]
                a = (arrays["D"] if layer >= early else arrays["G"])[layer] * (matrix @ a)
            total += arrays["v"] @ a
    return 2 * total


@pytest.mark.parametrize("normalization", ["rows", "frobenius"])
@pytest.mark.parametrize(("depth", "width"), [(1, 3), (2, 2), (4, 3)])
def test_it_is_the_sum_over_pairs_of_layers(depth, width, normalization):
    place = situation(depth, width, normalization)
    batch = CROSS_TERMS.draw(place, CROSS_TERMS.regimes[0], 4, np.random.default_rng(0))
    for index, found in enumerate(measured(cross, batch)):
        one = {name: array[..., index] for name, array in batch.arrays.items()}
        assert found == pytest.approx(abs(naive(one, normalization)), rel=1e-10, abs=1e-12)


def test_slopes_of_activations_that_rise_are_absolute_values():
    batch = CROSS_TERMS.draw(situation(3, 2, "rows", "rising"), "gaussian", 4, np.random.default_rng(1))
    rising = batch.with_arrays({**batch.arrays, "D": abs(batch.arrays["D"]), "G": abs(batch.arrays["G"])})
    assert measured(cross, rising) == pytest.approx(measured(cross, batch), rel=1e-14)


@pytest.mark.parametrize("depth", KNOWN)
def test_the_largest_are_reached(depth):
    found = dict(CROSS_TERMS.structured(situation(depth, 3, "frobenius")))["the largest of linear networks"]
    scale = measured(v, found) * measured(x, found) * measured(U, found) ** 2
    assert measured(cross, found) / scale == pytest.approx([KNOWN[depth]], rel=1e-14)
    assert KNOWN[depth] <= float(cross_constant(depth)) * (1 + 1e-14)


def test_more_than_two_is_reached_where_the_activation_falls():
    found = dict(CROSS_TERMS.structured(situation(5, 2, "frobenius")))["against the slope"]
    scale = measured(v, found) * measured(x, found) * measured(U, found) ** 2
    assert 2.0146 < (measured(cross, found) / scale)[0] < float(cross_constant(5))
