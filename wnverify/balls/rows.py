"""Certified values of what the rows of the weight matrices share: their directions, and how gradients meet them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from itertools import chain

from flint import arb, arb_mat

from wnverify.balls.ball import at_least
from wnverify.balls.network import PRECISION, Network, gradient, output_weight_norm, row_norms
from wnverify.balls.spectrum import symmetric_norm


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
        return _largest([symmetric_norm(unit * unit.transpose(), precision).sqrt() for unit in units])


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
        return _largest(meetings) / output_weight_norm(net, precision).max(arb(1))


def _unit(rows: Sequence[Sequence[float]], norms: Sequence[arb]) -> arb_mat:
    """Return the rows over their norms."""
    entries = [arb(entry) / norm for row, norm in zip(rows, norms, strict=True) for entry in row]
    return arb_mat(len(rows), len(rows[0]), entries)


def _largest(values: Sequence[arb]) -> arb:
    return reduce(arb.max, values)
