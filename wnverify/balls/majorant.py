"""A certified upper bound of ‖∇²_θ f‖₂ of one network without its Hessian: crude, but for any number of parameters.

Along a unit direction (U, w) of (W, v) let dots be derivatives, and take norms layer by layer. With N(w) = w/‖w‖,
r the least row norm and s the scale of the layer, z_i = s⟨N(W_i), α⟩ gives

    ‖ż‖ ≤ s(√m ‖α̇‖ + ‖α‖/r),                     since ‖Ŵ‖_F = √m and ‖DN(w)[u]‖ ≤ ‖u‖/‖w‖;
    ‖z̈‖ ≤ s(√m ‖α̈‖ + 2‖α̇‖/r + c‖α‖/r²),          c = 2/√3 = max ‖D²N(w)[u,u]‖ ‖w‖² over unit u:
        for unit w and u = aw + bt it is b√(4a² + b²), greatest at a² = 1/3; and Σ‖U_i‖⁴ ≤ 1.

With the slopes and curvatures of φ at the neurons, ‖φ(z)˙‖ ≤ max|φ′| ‖ż‖ and ‖φ(z)¨‖ ≤ max|φ′| ‖z̈‖ + max|φ″| ‖ż‖²;
at the output |f̈| ≤ s(‖v‖ ‖α̈‖ + 2‖α̇‖). Rows that are not normalised: N is the identity, so 1/r becomes 1 and c 0.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce

from flint import arb

from wnverify.arrays import FloatArray
from wnverify.balls import activations
from wnverify.balls.ball import at_least
from wnverify.balls.network import (
    PRECISION,
    Entries,
    Network,
    State,
    hessian_norm_lower,
    output_weight_norm,
    scales,
    states,
)
from wnverify.balls.spectrum import euclidean_norm


def curvature_majorant(net: Network, precision: int = PRECISION) -> arb:
    """Return an upper bound of ‖∇²_θ f‖₂: an exact number; NaN or [±∞] where nothing is known.

    >>> import numpy as np
    >>> float(curvature_majorant(Network([np.ones((1, 1))], np.array([3.0]), np.array([0.0]), "identity")))
    0.0
    """
    with at_least(precision):
        factors, output_scale = scales(net)
        first, second = arb(0), arb(0)  # ‖α̇‖ and ‖α̈‖ of the inputs of the first layer
        for rows, state, scale in zip(net.W, states(net, precision), factors, strict=True):
            first, second = _through(net, _Layer(state, _weight_norm(net, rows), scale), first, second)
        bound = output_scale * (output_weight_norm(net, precision) * second + 2 * first)
        return bound.upper() if bound.is_finite() else bound


def hessian_norm_bracket(net: Network, direction: FloatArray, precision: int = PRECISION) -> arb:
    """Return a ball around [|uᵀ∇²f u|/uᵀu, `curvature_majorant`], which contains ‖∇²_θ f‖₂: wide, for any size.

    Raises:
        DomainError: the direction u is zero, not finite, or not of length p.
    """
    with at_least(precision):
        return hessian_norm_lower(net, direction, precision).lower().union(curvature_majorant(net, precision))


@dataclass(frozen=True)
class _Layer:
    state: State
    size: arb
    scale: arb


def _through(net: Network, layer: _Layer, first: arb, second: arb) -> tuple[arb, arb]:
    """The bounds of ‖α̇‖ and ‖α̈‖ behind a layer from those before it."""
    c = 2 / arb(3).sqrt() if net.normalised else arb(0)
    alpha, inverse = euclidean_norm(layer.state.inputs), _largest(layer.state.inverse_norms)
    tangent = layer.scale * (layer.size * first + alpha * inverse)
    bend = layer.scale * (layer.size * second + 2 * first * inverse + c * alpha * inverse * inverse)
    jets = [activations.derivatives(net.activation, z) for z in layer.state.z]
    slope, curvature = (_largest(jet[order] for jet in jets) for order in (1, 2))
    return slope * tangent, slope * bend + curvature * tangent * tangent


def _weight_norm(net: Network, rows: Entries) -> arb:
    """The Frobenius norm of the matrix that acts."""
    return arb(rows.shape[0]).sqrt() if net.normalised else euclidean_norm(map(arb, rows.ravel().tolist()))


def _largest(values: Iterable[arb]) -> arb:
    """Return max |value|, an upper end."""
    return reduce(arb.max, (value.abs_upper() for value in values))
