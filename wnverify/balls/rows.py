"""Certified values of the weight matrices: lengths, the directions of rows, and gradients layer by layer."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from itertools import chain, islice

from flint import arb, arb_mat

from wnverify.balls.ball import at_least
from wnverify.balls.network import PRECISION, Network, gradient, output_weight_norm, row_norms
from wnverify.balls.spectrum import euclidean_norm, spectral_norm, symmetric_norm


def direction_norm(net: Network, precision: int = PRECISION) -> arb:
    """Return max over l of ‖U^l‖₂, U^l the rows W_i^l/‖W_i^l‖: the root of the largest ‖U^l (U^l)ᵀ‖₂.

    >>> import numpy as np
    >>> float(direction_norm(Network([np.array([[3.0], [4.0]])], np.ones(2), np.ones(1))))
    1.4142135623730951
    """
    with at_least(precision):
        units = [
            _unit(matrix.tolist(), norms) for matrix, norms in zip(net.W, row_norms(net, precision), strict=True)
        ]
        return largest([symmetric_norm(unit * unit.transpose(), precision).sqrt() for unit in units])


def row_alignment(net: Network, precision: int = PRECISION) -> arb:
    """Return max over l and i of |⟨W_i^l, ∂f/∂W_i^l⟩|, over 1 + ρ₁ = max(‖v‖, 1).

    >>> import numpy as np
    >>> bool(row_alignment(Network([np.array([[3.0, 4.0]])], np.ones(1), np.ones(2))) < 1e-30)
    True
    """
    with at_least(precision):
        slopes = iter(gradient(net, precision)[0])
        rows = chain.from_iterable(matrix.tolist() for matrix in net.W)
        meetings = [abs(sum((weight * next(slopes) for weight in row), arb(0))) for row in rows]
        return largest(meetings) / output_weight_norm(net, precision).max(arb(1))


def longest_row(net: Network, precision: int = PRECISION) -> arb:
    """Return max over l and i of ‖W_i^l‖₂.

    >>> import numpy as np
    >>> float(longest_row(Network([np.array([[3.0, 4.0], [0.5, 0.0]])], np.ones(2), np.ones(2))))
    5.0
    """
    with at_least(precision):
        return largest(list(chain.from_iterable(row_norms(net, precision))))


def weight_frobenius(net: Network, precision: int = PRECISION) -> arb:
    """Return max over l of ‖W^l‖_F.

    >>> import numpy as np
    >>> float(weight_frobenius(Network([np.array([[3.0], [4.0]])], np.ones(2), np.ones(1))))
    5.0
    """
    with at_least(precision):
        return largest([euclidean_norm(map(arb, matrix.ravel().tolist())) for matrix in net.W])


def weight_spectral(net: Network, precision: int = PRECISION) -> arb:
    """Return max over l of ‖W^l‖₂.

    >>> import numpy as np
    >>> abs(weight_spectral(Network([np.diag([3.0, 4.0])], np.ones(2), np.ones(2))) - 4) < 1e-20
    True
    """
    with at_least(precision):
        return largest([spectral_norm(arb_mat(matrix.tolist()), precision) for matrix in net.W])


def layer_gradient_norms(net: Network, precision: int = PRECISION) -> list[arb]:
    """Return ‖∂f/∂W^l‖_F of every layer.

    >>> import numpy as np
    >>> net = Network([np.ones((1, 1))], np.array([3.0]), np.ones(1), "identity", normalised=False)
    >>> [float(norm) for norm in layer_gradient_norms(net)]
    [3.0]
    """
    with at_least(precision):
        slopes = iter(gradient(net, precision)[0])
        return [euclidean_norm(list(islice(slopes, matrix.size))) for matrix in net.W]


def _unit(rows: Sequence[Sequence[float]], norms: Sequence[arb]) -> arb_mat:
    """Return the rows over their norms."""
    entries = [arb(entry) / norm for row, norm in zip(rows, norms, strict=True) for entry in row]
    return arb_mat(len(rows), len(rows[0]), entries)


def largest(values: Sequence[arb]) -> arb:
    """Return the largest of some balls."""
    return reduce(arb.max, values)
