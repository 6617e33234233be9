"""Certified values and derivatives of one WeightNorm network given in float64 or in balls.

Floats are taken as the exact dyadic numbers that they store, balls as every number in them; every result is a
ball (arb) that contains the exact value of the mathematical network

    fan_out   z^l = m_l^{-1/2} Ŵ^l α^{l−1},        f = ⟨v, α^L⟩
    fan_in    z^l = m_{l−1}^{-1/2} Ŵ^l α^{l−1},    f = m_L^{-1/2} ⟨v, α^L⟩

with α⁰ = x, α^l = φ(z^l) and Ŵ the rows of W divided by their norms (W itself if not normalised).

Derivatives are taken along a line θ + t·u: all quantities are power series in t, truncated. Forward, the
series of f to t³ gives uᵀ∇²f u; backward, the series of ∇f to t² gives ∇²f u. Parameters are numbered
θ = (W¹ row by row, …, W^L, v).

Two traps of python-flint: adding a plain number to a series cuts it at the global `ctx.cap`, and
`ball ** 2` is NaN for a ball centred at zero.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import reduce
from itertools import chain
from typing import Literal, TypeAlias

import numpy as np
from flint import arb, arb_mat, arb_series, ctx
from numpy.typing import NDArray

from wnverify.arrays import FloatArray
from wnverify.balls import activations
from wnverify.balls.ball import at_least
from wnverify.balls.spectrum import euclidean_norm, symmetric_norm
from wnverify.errors import DomainError, expected

Scaling: TypeAlias = Literal["fan_out", "fan_in"]
Entries: TypeAlias = FloatArray | NDArray[np.object_]  # float64, or an array of arb
MatrixSeries: TypeAlias = tuple[arb_mat, ...]  # coefficients of 1, t, t², …; missing ones are zero

PRECISION = 128
LARGEST_HESSIAN = 256


@dataclass(frozen=True, eq=False)
class Network:
    """One network as plain arrays, of float64 or of arb.

    Args:
        W: L arrays, the l-th of shape (m_l, m_{l−1}) with m_0 = d.
        v: output weights, shape (m_L,).
        x: input, shape (d,).
        activation: a smooth activation.
        scaling: fan_out or fan_in.
        normalised: whether each row is divided by its norm.

    Raises:
        DomainError: shapes that do not chain, a float that is not finite, a zero row of floats in a normalised
            network, an activation without second derivative (relu), an unknown scaling.

    A row of balls may contain zero; what depends on its direction is then NaN.

    >>> Network([np.eye(2)], np.ones(2), np.ones(2), "tanh").p
    6
    """

    W: Sequence[Entries]
    v: Entries
    x: Entries
    activation: str = "tanh"
    scaling: Scaling = "fan_out"
    normalised: bool = True

    def __post_init__(self) -> None:
        activations.check(self.activation)
        _check_scaling(self.scaling)
        _check_arrays(self.W, self.v, self.x)
        if self.normalised:
            _check_rows(self.W)

    @property
    def p(self) -> int:
        """Number of parameters θ = (W, v)."""
        return sum(matrix.size for matrix in self.W) + self.v.size

    def unflatten(self, theta: FloatArray) -> tuple[list[FloatArray], FloatArray]:
        """Split a vector of length p into (dW, dv).

        Raises:
            DomainError: the vector has another shape or an entry that is not finite.
        """
        if np.shape(theta) != (self.p,) or not np.all(np.isfinite(theta)):
            raise DomainError(expected(f"a finite vector of length p={self.p}", f"shape {np.shape(theta)}"))
        ends = np.cumsum([matrix.size for matrix in self.W])
        *blocks, dv = np.split(np.asarray(theta, dtype=float), ends)
        return [block.reshape(matrix.shape) for block, matrix in zip(blocks, self.W, strict=True)], dv


# ---- values


def output(net: Network, precision: int = PRECISION) -> arb:
    """Return f(θ; x).

    >>> float(output(Network([np.ones((1, 1))], np.array([2.0]), np.array([0.5]), "identity")))
    1.0
    """
    with _working(precision):
        return _forward(net, _point(net), 1)[1][0]


def row_norms(net: Network, precision: int = PRECISION) -> list[list[arb]]:
    """Return ‖W_i^l‖₂ for every layer l and row i.

    >>> row_norms(Network([np.array([[3.0, 4.0]])], np.ones(1), np.ones(2)))
    [[5.00000000000000]]
    """
    with _working(precision):
        return [[_dot(row, row).sqrt() for row in matrix.tolist()] for matrix in net.W]


def min_row_norm(net: Network, precision: int = PRECISION) -> arb:
    """Return ω = min over l and i of ‖W_i^l‖₂.

    >>> min_row_norm(Network([np.array([[3.0, 4.0], [0.5, 0.0]])], np.ones(2), np.ones(2)))
    0.500000000000000
    """
    with _working(precision):
        return reduce(arb.min, chain.from_iterable(row_norms(net, precision)))


def output_weight_norm(net: Network, precision: int = PRECISION) -> arb:
    """Return ‖v‖₂.

    >>> output_weight_norm(Network([np.eye(2)], np.array([3.0, 4.0]), np.ones(2)))
    5.00000000000000
    """
    with _working(precision):
        return _dot(net.v.tolist(), net.v.tolist()).sqrt()


def input_norm(net: Network, precision: int = PRECISION) -> arb:
    """Return ‖x‖₂.

    >>> input_norm(Network([np.eye(2)], np.ones(2), np.array([3.0, 4.0])))
    5.00000000000000
    """
    with _working(precision):
        return _dot(net.x.tolist(), net.x.tolist()).sqrt()


@dataclass(frozen=True)
class State:
    """One layer at one input: its inputs α, and per neuron z_i and 1/‖W_i‖ (1 if not normalised)."""

    inputs: list[arb]
    z: list[arb]
    inverse_norms: list[arb]


def states(net: Network, precision: int = PRECISION) -> list[State]:
    """Return the state of every layer.

    >>> states(Network([np.array([[2.0]])], np.ones(1), np.array([3.0])))[0].z
    [3.00000000000000]
    """
    with _working(precision):
        layers = _forward(net, _point(net), 1)[0]
        return [
            State(layer.inputs[0].entries(), [z[0] for z in layer.z], [r[0] for r in layer.inverse_norms])
            for layer in layers
        ]


# ---- along a line


def directional(
    net: Network,
    dW: Sequence[FloatArray],
    dv: FloatArray,
    dx: FloatArray | None = None,
    precision: int = PRECISION,
) -> tuple[arb, arb, arb]:
    """Return g(0), g′(0), g″(0) of g(t) = f(θ + t(dW, dv); x + t dx).

    Raises:
        DomainError: a shape differs from that of the network, or an entry is not finite.

    >>> net = Network([np.ones((1, 1))], np.ones(1), np.zeros(1), "sin")
    >>> [float(value) for value in directional(net, [np.zeros((1, 1))], np.ones(1), np.ones(1))]
    [0.0, 1.0, 2.0]
    """
    line = _Line.through(net, dW, dv, dx)
    with _working(precision):
        series = _forward(net, line, 3)[1]
        return series[0], series[1], 2 * series[2]


def hessian_norm_lower(net: Network, direction: FloatArray, precision: int = PRECISION) -> arb:
    """Return |uᵀ∇²_θ f u|/uᵀu for the vector u = direction; it is ≤ ‖∇²_θ f‖₂ whatever u is.

    Raises:
        DomainError: the direction is zero, not finite, or not of length p.

    >>> net = Network([np.ones((1, 2))], np.ones(1), np.ones(2), "tanh")
    >>> float(hessian_norm_lower(net, np.array([0, 0, 1.0])))  # f is linear in v
    0.0
    """
    dW, dv = net.unflatten(direction)
    if not np.any(direction):
        raise DomainError(expected("a direction u ≠ 0", "the zero vector"))
    with _working(precision):
        curvature = directional(net, dW, dv, precision=precision)[2]
        return abs(curvature) / _dot(direction.tolist(), direction.tolist())


# ---- gradients


def gradient(net: Network, precision: int = PRECISION) -> tuple[list[arb], list[arb]]:
    """Return (∇_θ f, ∇_x f): p and d balls.

    >>> theta, x = gradient(Network([np.ones((1, 1))], np.array([3.0]), np.array([2.0]), "identity"))
    >>> [float(g) for g in theta], [float(g) for g in x]
    ([0.0, 2.0], [3.0])
    """
    with _working(precision):
        theta, x = _backward(net, _point(net), 1)
        return [g[0] for g in theta], [g[0] for g in x]


def gradient_norm(net: Network, precision: int = PRECISION) -> arb:
    """Return ‖∇_θ f‖₂, θ = (W, v)."""
    with _working(precision):
        return euclidean_norm(gradient(net, precision)[0])


def hidden_gradient_norm(net: Network, precision: int = PRECISION) -> arb:
    """Return ‖∇_W f‖₂, all hidden layers together."""
    with _working(precision):
        return euclidean_norm(gradient(net, precision)[0][: net.p - net.v.size])


def input_gradient_norm(net: Network, precision: int = PRECISION) -> arb:
    """Return ‖∇_x f‖₂."""
    with _working(precision):
        return euclidean_norm(gradient(net, precision)[1])


def hessian_product(net: Network, direction: FloatArray, precision: int = PRECISION) -> list[arb]:
    """Return ∇²_θ f · u for the vector u = direction: p balls.

    Raises:
        DomainError: the direction is not finite or not of length p.
    """
    line = _Line.through(net, *net.unflatten(direction), None)
    with _working(precision):
        return [g[1] for g in _backward(net, line, 2)[0]]


def input_hessian_product(net: Network, direction: FloatArray, precision: int = PRECISION) -> list[arb]:
    """Return ∇²_x f · u for the vector u = direction: d balls.

    Raises:
        DomainError: the direction is not finite or not of length d.
    """
    line = _Line.through(net, *net.unflatten(np.zeros(net.p)), direction)
    with _working(precision):
        return [g[1] for g in _backward(net, line, 2)[1]]


def hessian(net: Network, precision: int = PRECISION) -> arb_mat:
    """Return ∇²_θ f, p × p, exactly symmetric.

    Raises:
        DomainError: p exceeds LARGEST_HESSIAN; `hessian_norm_lower` needs no matrix.

    >>> hessian(Network([np.ones((1, 1))], np.array([3.0]), np.array([2.0]), "identity")).nrows()
    2
    """
    if net.p > LARGEST_HESSIAN:
        raise DomainError(expected(f"p ≤ {LARGEST_HESSIAN}", f"p={net.p}", "use hessian_norm_lower"))
    columns = [hessian_product(net, unit, precision) for unit in np.eye(net.p)]
    # entry (i, j) with i ≤ j stands for (j, i) too: the exact Hessian is symmetric
    return arb_mat([[columns[max(i, j)][min(i, j)] for j in range(net.p)] for i in range(net.p)])


def hessian_norm(net: Network, precision: int = PRECISION) -> arb:
    """Return a two-sided enclosure of the spectral norm ‖∇²_θ f‖₂.

    Raises:
        DomainError: p exceeds LARGEST_HESSIAN.

    >>> hessian_norm(Network([np.ones((1, 1))], np.array([3.0]), np.array([2.0]), "identity"))
    0
    """
    return symmetric_norm(hessian(net, precision), precision)


# ---- checks


def _check_scaling(scaling: str) -> None:
    if scaling not in ("fan_out", "fan_in"):
        raise DomainError(expected("scaling fan_out or fan_in", repr(scaling)))


def _check_arrays(W: Sequence[Entries], v: Entries, x: Entries) -> None:
    if not W:
        raise DomainError(expected("at least one hidden layer", "W=[]"))
    width = _check_array("x", x, 1)
    for layer, matrix in enumerate(W, start=1):
        _check_array(f"W{layer}", matrix, 2)
        if matrix.shape[1] != width:
            raise DomainError(expected(f"W{layer} of shape (m, {width})", f"shape {matrix.shape}"))
        width = matrix.shape[0]
    if _check_array("v", v, 1) != width:
        raise DomainError(expected(f"v of shape ({width},)", f"shape {v.shape}"))


def _check_array(name: str, array: Entries, axes: int) -> int:
    of_balls = _is_of_balls(array)
    known = isinstance(array, np.ndarray) and (of_balls or array.dtype == np.float64)
    if not known or array.ndim != axes or array.size == 0:
        shape, kind = np.shape(array), getattr(array, "dtype", type(array).__name__)
        raise DomainError(expected(f"{name} as a non-empty float64 array with {axes} axes", f"{kind} {shape}"))
    if not of_balls and not np.all(np.isfinite(array.astype(np.float64))):
        raise DomainError(expected(f"finite entries of {name}", "nan or inf"))
    return int(array.shape[0])


def _is_of_balls(array: Entries) -> bool:
    return isinstance(array, np.ndarray) and array.dtype == object and all(isinstance(x, arb) for x in array.flat)


def _check_rows(W: Sequence[Entries]) -> None:
    # a row of balls is never known to be zero exactly; if it may be, 1/‖W_i‖ is NaN
    for layer, matrix in ((layer, rows) for layer, rows in enumerate(W, start=1) if rows.dtype != object):
        for row in np.flatnonzero(~np.any(matrix, axis=1)):
            remedy = "drop the neuron or give its row a direction"
            raise DomainError(expected("rows W_i ≠ 0", f"a zero row ({row} of W{layer})", remedy))


# ---- the network along a line, in power series


@contextmanager
def _working(precision: int) -> Iterator[None]:
    """Set precision and series length, and put both back."""
    cap = ctx.cap
    ctx.cap = 3
    try:
        with at_least(precision):
            yield
    finally:
        ctx.cap = cap


@dataclass(frozen=True)
class _Line:
    """The curve (W, v, x)(t): for each array its coefficients of 1 and (unless a point) of t."""

    W: list[list[Entries]]
    v: list[Entries]
    x: list[Entries]

    @classmethod
    def through(cls, net: Network, dW: Sequence[FloatArray], dv: FloatArray, dx: FloatArray | None) -> _Line:
        dx = np.zeros(net.x.shape) if dx is None else dx
        if len(dW) != len(net.W):
            raise DomainError(expected(f"a direction dW with {len(net.W)} layers", f"{len(dW)} layers"))
        pairs = zip([*net.W, net.v, net.x], [*dW, dv, dx], strict=True)
        *W, v, x = [_pair(base, slope) for base, slope in pairs]
        return cls(W, v, x)


def _pair(base: Entries, slope: FloatArray) -> list[Entries]:
    slope = np.asarray(slope, dtype=float)
    if slope.shape != base.shape or not np.all(np.isfinite(slope)):
        raise DomainError(expected(f"a finite direction of shape {base.shape}", f"shape {slope.shape}"))
    return [base, slope]


def _point(net: Network) -> _Line:
    return _Line([[matrix] for matrix in net.W], [net.v], [net.x])


@dataclass(frozen=True)
class _Layer:
    """One layer as series: weights (m × k), inputs (k × 1), and per neuron 1/‖W_i‖, scale·⟨W_i, α⟩/‖W_i‖."""

    weights: MatrixSeries
    inputs: MatrixSeries
    inverse_norms: list[arb_series]
    z: list[arb_series]


def scales(net: Network) -> tuple[list[arb], arb]:
    """Return the factor of each layer and that of the output, at the precision in force."""
    widths = [net.x.size, *(matrix.shape[0] for matrix in net.W)]
    if net.scaling == "fan_out":
        return [arb(m).rsqrt() for m in widths[1:]], arb(1)
    return [arb(m).rsqrt() for m in widths[:-1]], arb(widths[-1]).rsqrt()


def _forward(net: Network, line: _Line, order: int) -> tuple[list[_Layer], arb_series]:
    """Return the layers and f(t) + O(t^order)."""
    factors, output_scale = scales(net)
    layers: list[_Layer] = []
    alpha = _vector(line.x, order)
    for rows, scale in zip(line.W, factors, strict=True):
        weights = tuple(arb_mat(array.tolist()) for array in rows)
        inverse_norms = _inverse_norms(net, rows, order)
        products = _entries(_multiply(weights, alpha, order))
        z = [scale * y * r for y, r in zip(products, inverse_norms, strict=True)]
        layers.append(_Layer(weights, alpha, inverse_norms, z))
        alpha = _stack([activations.compose(net.activation, entry) for entry in z], order)
    row = tuple(matrix.transpose() for matrix in _vector(line.v, order))
    return layers, output_scale * _entries(_multiply(row, alpha, order))[0]


def _backward(net: Network, line: _Line, order: int) -> tuple[list[arb_series], list[arb_series]]:
    """Return ∇_θ f and ∇_x f along the line, each entry + O(t^order), order ≤ 2.

    With g_i = s·ᾱ_i φ′(z_i)/‖W_i‖ and z_i = s⟨W_i, α⟩/‖W_i‖ (s the scale of the layer):
    ∂f/∂α^{l−1} = Wᵀg, ∂f/∂W_i = g_i α − ᾱ_i φ′(z_i) z_i W_i/‖W_i‖² (without the second term if not normalised).
    """
    layers, _ = _forward(net, line, order)
    factors, output_scale = scales(net)
    alpha = [activations.compose(net.activation, entry) for entry in layers[-1].z]
    blocks = [[output_scale * entry for entry in alpha]]
    adjoint = [output_scale * entry for entry in _entries(_vector(line.v, order))]
    for layer, scale in zip(reversed(layers), reversed(factors), strict=True):
        delta = [a * activations.compose_slope(net.activation, z) for a, z in zip(adjoint, layer.z, strict=True)]
        g = [scale * d * r for d, r in zip(delta, layer.inverse_norms, strict=True)]
        blocks.append(_weight_gradient(layer, delta, g, net.normalised))
        transposed = tuple(matrix.transpose() for matrix in layer.weights)
        adjoint = _entries(_multiply(transposed, _stack(g, order), order))
    return [entry for block in reversed(blocks) for entry in block], adjoint


def _weight_gradient(
    layer: _Layer, delta: list[arb_series], g: list[arb_series], normalised: bool
) -> list[arb_series]:
    """Return ∂f/∂W of one layer, row by row."""
    alpha, weights = _entries(layer.inputs), _entries(layer.weights)
    block: list[arb_series] = []
    for i, (d, r, z, factor) in enumerate(zip(delta, layer.inverse_norms, layer.z, g, strict=True)):
        row = [factor * a for a in alpha]
        if normalised:
            radial = d * z * r * r
            own = weights[i * len(alpha) : (i + 1) * len(alpha)]
            row = [entry - radial * w for entry, w in zip(row, own, strict=True)]
        block.extend(row)
    return block


def _inverse_norms(net: Network, rows: list[Entries], order: int) -> list[arb_series]:
    if not net.normalised:
        return [arb_series([1], prec=order)] * rows[0].shape[0]
    tables = [array.tolist() for array in rows]
    return [_square([table[i] for table in tables], order).rsqrt() for i in range(rows[0].shape[0])]


def _square(row: list[list[float]], order: int) -> arb_series:
    """Return ‖w(t)‖² for w(t) = row[0] + t·row[1], without the powers that are not asked for."""
    coefficients = [arb(0)] * (2 * len(row) - 1)
    for i, left in enumerate(row):
        for j, right in enumerate(row[: i + 1]):
            if i + j < order and any(left):  # of a unit vector most rows are 0
                coefficients[i + j] += _dot(left, right) * (1 if i == j else 2)
    return arb_series(coefficients[:order], prec=order)


# ---- matrices of series


def _multiply(left: MatrixSeries, right: MatrixSeries, order: int) -> MatrixSeries:
    """Return the Cauchy product, `right` having all its coefficients."""
    product = []
    for k in range(order):
        total = left[0] * right[k]
        for i in range(1, min(k + 1, len(left))):
            total = total + left[i] * right[k - i]
        product.append(total)
    return tuple(product)


def _vector(arrays: list[Entries], order: int) -> MatrixSeries:
    """Return a column of series from its coefficients, padded with zeros."""
    size = arrays[0].size
    known = [arb_mat(size, 1, array.tolist()) for array in arrays[:order]]
    return (*known, *(arb_mat(size, 1) for _ in range(order - len(known))))


def _stack(entries: list[arb_series], order: int) -> MatrixSeries:
    return tuple(arb_mat(len(entries), 1, [entry[k] for entry in entries]) for k in range(order))


def _entries(matrix: MatrixSeries) -> list[arb_series]:
    """Return the entries row by row as series; those of a line of weights have no coefficient beyond t."""
    return [arb_series(list(terms), prec=len(terms)) for terms in zip(*(c.entries() for c in matrix), strict=True)]


def _dot(left: list[float], right: list[float]) -> arb:
    return (arb_mat(1, len(left), left) * arb_mat(len(right), 1, right))[0, 0]
