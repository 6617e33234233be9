"""Certified values of what proofs go through: the pieces of the Hessian in the hidden weights, and of gradients.

Written from the definitions in `wnverify.engine.networks.pieces`, but in the full space of the hidden weights and
without unit vectors: where a row is along its inputs there is nothing to divide by.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce

from flint import arb, arb_mat

from wnverify.balls import activations
from wnverify.balls.ball import at_least
from wnverify.balls.network import LARGEST_HESSIAN, PRECISION, Network, scales, states
from wnverify.balls.spectrum import euclidean_norm, symmetric_norm

Row = list[arb]


@dataclass(frozen=True)
class Layer:
    """One layer.

    Attributes:
        u: unit rows.
        inverse: 1/‖W_i‖.
        below: s·α^{l−1}.
        b: ∂f/∂α^l.
        c: ∂f/∂z^l.
        first: φ′(z^l).
        second: φ″(z^l).
        s: the factor of the layer.
    """

    u: list[Row]
    inverse: Row
    below: Row
    b: Row
    c: Row
    first: Row
    second: Row
    s: arb

    @property
    def along(self) -> Row:
        """s⟨u_i, α⟩."""
        return [_dot(row, self.below) for row in self.u]

    @property
    def across(self) -> list[Row]:
        """s(α − ⟨u_i, α⟩u_i)."""
        pairs = zip(self.u, self.along, strict=True)
        return [[a - z * entry for a, entry in zip(self.below, row, strict=True)] for row, z in pairs]


def _dot(left: Iterable[arb], right: Iterable[arb]) -> arb:
    return sum((a * b for a, b in zip(left, right, strict=True)), arb(0))


def _largest(values: Iterable[arb]) -> arb:
    return reduce(lambda one, other: one.max(other), values)


def layers(net: Network) -> list[Layer]:
    """Every layer, from the first, at the precision in force."""
    factors, output = scales(net)
    b, found = [output * arb(v) for v in net.v.tolist()], list[Layer]()
    for state, matrix, s in zip(reversed(states(net)), reversed(net.W), reversed(factors), strict=True):
        rows = zip(matrix.tolist(), state.inverse_norms, strict=True)
        u = [[arb(entry) * inverse for entry in row] for row, inverse in rows]
        jets = [activations.derivatives(net.activation, z) for z in state.z]
        c = [slope * first for slope, (_, first, _) in zip(b, jets, strict=True)]
        below = [s * a for a in state.inputs]
        parts = [first for _, first, _ in jets], [second for _, _, second in jets]
        found.append(Layer(u, state.inverse_norms, below, b, c, *parts, s))
        b = [s * _dot(c, column) for column in zip(*u, strict=True)]
    return found[::-1]


# ---- the Hessian


def row_curvature(net: Network, precision: int = PRECISION) -> arb:
    """Return max_{l,i} |c_i| s‖α^{l−1}‖/‖W_i‖²."""
    with at_least(precision):
        stack = layers(net)
        return _largest(
            abs(c) * euclidean_norm(each.below) * inverse**2
            for each in stack
            for c, inverse in zip(each.c, each.inverse, strict=True)
        )


def own_norm(net: Network, precision: int = PRECISION) -> arb:
    """Return the spectral norm of what the normalisation of the rows adds; rows of one number add nothing.

    >>> import numpy as np
    >>> float(own_norm(Network([np.ones((1, 2))], np.ones(1), np.ones(2), "identity")))
    0.7071067811865476
    """
    with at_least(precision):
        found = [arb(0)]
        for each in layers(net):
            rows = zip(each.c, each.inverse, each.along, each.across, strict=True)
            found += [_of_row(*row) for row in rows] if len(each.below) > 1 else []
        return _largest(found)


def _of_row(c: arb, inverse: arb, along: arb, across: Row) -> arb:
    sine = euclidean_norm(across)
    return abs(c) * inverse**2 * (abs(along) + (along**2 + 4 * sine**2).sqrt()) / 2


def bent_norm(net: Network, precision: int = PRECISION) -> arb:
    """Return the spectral norm of Σ_l J^{lT} diag(b^l φ″) J^l, J^l = ∂z^l/∂W."""
    with at_least(precision):
        stack = layers(net)
        parts = []
        for each, J in zip(stack, _jacobians(stack), strict=True):
            parts.append(J.transpose() * _scaled([b * bend for b, bend in zip(each.b, each.second, strict=True)], J))
        return _norm(reduce(lambda one, other: one + other, parts), precision)


def cross_norm(net: Network, precision: int = PRECISION) -> arb:
    """Return the spectral norm of Y + Yᵀ, Y = Σ c_i s (∂u_i/∂W)ᵀ ∂α^{l−1}/∂W."""
    with at_least(precision):
        stack = layers(net)
        size = sum(len(each.u) * len(each.below) for each in stack)
        rows = [[arb(0)] * size for _ in range(len(stack[0].u) * len(stack[0].below))]
        for each, lower, J in zip(stack[1:], stack, _jacobians(stack), strict=False):
            reach = _scaled(lower.first, J)
            for unit, c, inverse in zip(each.u, each.c, each.inverse, strict=True):
                mean = arb_mat([unit]) * reach
                turned = reach - arb_mat([[entry] for entry in unit]) * mean
                rows += (turned * (each.s * c * inverse)).tolist()
        half = arb_mat(rows)
        return _norm(half + half.transpose(), precision)


def _jacobians(stack: list[Layer]) -> list[arb_mat]:
    """∂z^l/∂W of every layer, m × the number of hidden weights."""
    size, start, found = sum(len(each.u) * len(each.below) for each in stack), 0, list[arb_mat]()
    for index, each in enumerate(stack):
        width = len(each.below)
        own = [[arb(0)] * size for _ in each.u]
        for i, (row, inverse) in enumerate(zip(each.across, each.inverse, strict=True)):
            own[i][start + i * width : start + (i + 1) * width] = [entry * inverse for entry in row]
        J = arb_mat(own)
        if index:
            J = J + arb_mat(each.u) * _scaled(stack[index - 1].first, found[-1]) * each.s
        found.append(J)
        start += len(each.u) * width
    return found


def _scaled(factors: Row, matrix: arb_mat) -> arb_mat:
    """Every row times its factor."""
    pairs = zip(factors, matrix.tolist(), strict=True)
    return arb_mat([[factor * entry for entry in row] for factor, row in pairs])


def _norm(matrix: arb_mat, precision: int) -> arb:
    if matrix.nrows() <= LARGEST_HESSIAN:
        return symmetric_norm(matrix, precision)
    return euclidean_norm(matrix.entries()).union(arb(0))


# ---- what gradients are made of, in units of both scalings


def _units(net: Network, layer: Layer) -> tuple[arb, arb]:
    """What s·α^{l−1}, and ∂f/∂α^l or ∂f/∂z^l, are multiplied by."""
    root = arb(len(layer.u)).sqrt()
    return (root, arb(1)) if net.scaling == "fan_out" else (arb(1), root)


def layer_jacobians(net: Network, precision: int = PRECISION) -> arb:
    """Return Π_l ‖diag φ′(z^l) W̄^l‖₂/√m."""
    with at_least(precision):
        stack = layers(net)
        matrices = [_scaled(each.first, arb_mat(each.u)) for each in stack]
        norms = [symmetric_norm(J * J.transpose(), precision).sqrt() / arb(J.nrows()).sqrt() for J in matrices]
        return math.prod(norms, start=arb(1))


def reach(net: Network, precision: int = PRECISION) -> arb:
    """Return √Σ_l ‖α^{l−1}‖²‖∂f/∂α^l‖²."""
    with at_least(precision):
        stack = layers(net)
        pairs = [(*_units(net, each), each) for each in stack]
        return euclidean_norm(
            inner * euclidean_norm(each.below) * outer * euclidean_norm(each.b) for inner, outer, each in pairs
        )


def activation_reach(net: Network, precision: int = PRECISION) -> arb:
    """Return √Σ_l ‖α^{l−1}‖²."""
    with at_least(precision):
        return euclidean_norm(_units(net, each)[0] * euclidean_norm(each.below) for each in layers(net))


def angle_reach(net: Network, precision: int = PRECISION) -> arb:
    """Return √Σ_l ‖α^{l−1}‖² Σ_i c_i² sin²θ_i."""
    with at_least(precision):
        found = []
        for each in layers(net):
            inner, outer = _units(net, each)
            rows = zip(each.c, each.across, strict=True)
            found += [inner * outer * c * euclidean_norm(row) for c, row in rows]
        return euclidean_norm(found)


def angle_recursion(net: Network, precision: int = PRECISION) -> arb:
    """Return Σ x_{l−1} y_l t_l; see `wnverify.engine.networks.pieces`."""
    with at_least(precision):
        angles = [_angles(each) for each in layers(net)]
        total = arb(0)
        for layer, (_, share) in enumerate(angles):
            x = math.prod((1 - spread for spread, _ in angles[:layer]), start=arb(1))
            y = math.prod((1 - abs(spread - part) for spread, part in angles[layer + 1 :]), start=arb(1))
            total += x * y * share
        return total


def last_activation(net: Network, precision: int = PRECISION) -> arb:
    """Return Π_l (1 − σ_l)."""
    with at_least(precision):
        return math.prod((1 - _angles(each)[0] for each in layers(net)), start=arb(1))


def _angles(layer: Layer) -> tuple[arb, arb]:
    """σ and t of a layer; 0 where nothing reaches it, or nothing comes back."""
    size = _dot(layer.below, layer.below)
    squares = [_share(_dot(row, row), size) for row in layer.across]
    weights = [c * c for c in layer.c]
    return sum(squares, arb(0)) / len(squares), _share(_dot(weights, squares), sum(weights, arb(0)))


def _share(part: arb, whole: arb) -> arb:
    """A quotient between 0 and 1; that of nothing is 0."""
    if whole > 0:
        return part / whole
    return arb(0) if whole == 0 else arb(0).union(arb(1))
