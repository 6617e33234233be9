"""The functions of arrays that a user's function may use, on power series."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from typing import Any, TypeAlias

import numpy as np

from wnverify.architecture.faults import FunctionError, told
from wnverify.architecture.series import METHODS, Series, contraction, lifted, matmul, spread
from wnverify.architecture.spaces import Balls, Raw, Space
from wnverify.errors import expected

Axis: TypeAlias = int | tuple[int, ...] | None
Operation: TypeAlias = Callable[..., Any]


def axes_of(a: Series, axis: Axis) -> tuple[int, ...]:
    """Axes counted from the front; all of them for None."""
    if axis is None:
        return tuple(range(a.ndim))
    every = (axis,) if isinstance(axis, int) else tuple(axis)
    if any(not -a.ndim <= one < a.ndim for one in every):
        raise FunctionError(told(expected(f"axes of an array of shape {a.shape}", f"axis={axis}")))
    return tuple(one % a.ndim for one in every)


# ---- sums


def total(space: Space, a: Any, axis: Axis = None, keepdims: bool = False) -> Series:
    """Σ over axes."""
    a = lifted(space, a)
    axes = axes_of(a, axis)
    if not axes:
        return a
    return a.linear(lambda raw: space.lib.sum(raw, axis=axes, keepdims=keepdims))


def mean(space: Space, a: Any, axis: Axis = None, keepdims: bool = False) -> Series:
    """The mean over axes."""
    a = lifted(space, a)
    count = int(np.prod([a.shape[one] for one in axes_of(a, axis)], dtype=int))
    return total(space, a, axis, keepdims) / count


def var(space: Space, a: Any, axis: Axis = None, keepdims: bool = False) -> Series:
    """The mean square of what deviates from the mean."""
    off = lifted(space, a) - mean(space, a, axis, True)
    return mean(space, off * off, axis, keepdims)


def std(space: Space, a: Any, axis: Axis = None, keepdims: bool = False) -> Series:
    """The root of the variance."""
    return var(space, a, axis, keepdims).elementwise("sqrt")


def cumsum(space: Space, a: Any, axis: int | None = None) -> Series:
    """Sums of the entries so far along an axis."""
    flat = ravel(space, a) if axis is None else lifted(space, a)
    place = axes_of(flat, axis or 0)[0]
    return flat.linear(lambda raw: space.lib.cumsum(raw, axis=place))


def norm(space: Space, a: Any, order: Any = None, axis: Axis = None, keepdims: bool = False) -> Series:
    """Euclidean lengths, Frobenius norms of matrices; without derivative at 0."""
    a = lifted(space, a)
    if order not in (None, 2, "fro") or (order == 2 and a.ndim > 1 and not isinstance(axis, int)):
        raise FunctionError(told(expected("Euclidean lengths or Frobenius norms", f"ord={order!r}")))
    if isinstance(space, Balls) and all(part is None for part in a.c[1:]):
        return _length(space, a, axis, keepdims)
    return total(space, a * a, axis, keepdims).elementwise("sqrt")


def _length(space: Space, a: Series, axis: Axis, keepdims: bool) -> Series:
    """A length in balls, which is not below 0 where its terms are next to nothing."""
    low = np.frompyfunc(lambda ball: ball.abs_lower(), 1, 1)(a.value)
    high = np.frompyfunc(lambda ball: ball.abs_upper(), 1, 1)(a.value)
    ends = [np.sum(end * end, axis=axes_of(a, axis), keepdims=keepdims) for end in (low, high)]
    return Series(space, [np.frompyfunc(lambda x, y: x.sqrt().union(y.sqrt()), 2, 1)(*ends)])


def prod(space: Space, a: Any, axis: int | None = None, keepdims: bool = False) -> Series:
    """The product along an axis."""
    return _reduced(space, a, axis, keepdims, lambda x, y: x * y)


def most(space: Space, a: Any, axis: int | None = None, keepdims: bool = False) -> Series:
    """The largest entry along an axis; without derivative where two are."""
    return _reduced(space, a, axis, keepdims, lambda x, y: maximum(space, x, y))


def least(space: Space, a: Any, axis: int | None = None, keepdims: bool = False) -> Series:
    """The least entry along an axis."""
    return -most(space, -lifted(space, a), axis, keepdims)


def _reduced(space: Space, a: Any, axis: Axis, keepdims: bool, act: Callable[[Series, Series], Series]) -> Series:
    a = lifted(space, a)
    axes = axes_of(a, axis)
    rest = tuple(one for one in range(a.ndim) if one not in axes)
    front = reshape(space, transpose(space, a, (*axes, *rest)), (-1, *(a.shape[one] for one in rest)))
    if not len(front):
        raise FunctionError(told(expected("an axis with an entry", f"shape {a.shape}")))
    found = reduce(act, list(front))
    kept = tuple(1 if one in axes else size for one, size in enumerate(a.shape))
    return reshape(space, found, kept) if keepdims else found


# ---- choices


def maximum(space: Space, a: Any, b: Any) -> Series:
    """The larger of two, entry by entry; without derivative where both are equal."""
    a, b = lifted(space, a), lifted(space, b)
    if isinstance(space, Balls):
        return _larger_ball(space, a, b)
    return where(space, Series(space, [space.larger(a.value, b.value)]), a, b)


def _larger_ball(space: Space, a: Series, b: Series) -> Series:
    """A certain value also where balls overlap, for which there is then no derivative."""
    from flint import arb

    left, right = np.broadcast_arrays(a.value, b.value)
    pick, other = (left >= right).astype(bool), (left < right).astype(bool)
    found = where(space, Series(space, [pick]), a, b)
    value = np.frompyfunc(lambda x, y: x.max(y), 2, 1)(left, right)
    open_, lost = ~(pick | other), np.array(arb.nan(), dtype=object)
    return Series(space, [value, *(None if c is None else np.where(open_, lost, c) for c in found.c[1:])])


def minimum(space: Space, a: Any, b: Any) -> Series:
    """The smaller of two, entry by entry."""
    return -maximum(space, -lifted(space, a), -lifted(space, b))


def clip(space: Space, a: Any, low: Any = None, high: Any = None) -> Series:
    """An array between limits."""
    found = lifted(space, a) if low is None else maximum(space, a, low)
    return found if high is None else minimum(space, found, high)


def where(space: Space, condition: Any, a: Any, b: Any) -> Series:
    """One or the other, entry by entry."""
    mask = condition.value if isinstance(condition, Series) else np.asarray(condition, dtype=bool)[..., None]
    a, b = lifted(space, a), lifted(space, b)
    shape = np.broadcast_shapes(mask.shape[:-1], a.shape, b.shape)
    found: list[Raw | None] = []
    for left, right in zip(a.c, b.c, strict=True):
        if left is None and right is None:
            found.append(None)
            continue
        chosen = space.lib.where(mask, 0.0 if left is None else left, 0.0 if right is None else right)
        found.append(spread(chosen, shape))
    return Series(space, found)


# ---- products


def matrix_product(space: Space, a: Any, b: Any) -> Series:
    """a @ b."""
    return matmul(lifted(space, a), lifted(space, b))


def dot(space: Space, a: Any, b: Any) -> Series:
    """a @ b, or a product with a single number."""
    a, b = lifted(space, a), lifted(space, b)
    return matmul(a, b) if a.ndim and b.ndim else a * b


def outer(space: Space, a: Any, b: Any) -> Series:
    """The products of all pairs of entries."""
    a, b = ravel(space, a), ravel(space, b)
    return a[:, None] * b[None]


def einsum(space: Space, subscripts: str, *operands: Any) -> Series:
    """Einstein's sum, of any number of arrays, one after the other."""
    names, _, output = subscripts.replace(" ", "").partition("->")
    letters = names.split(",")
    if "->" not in subscripts or "." in subscripts or len(letters) != len(operands):
        wanted = "subscripts with an arrow and without dots, one for each array"
        raise FunctionError(told(expected(wanted, f"{subscripts!r} and {len(operands)} arrays")))
    parts = [lifted(space, operand) for operand in operands]
    while len(parts) > 2:
        rest = "".join(letters[2:]) + output
        kept = "".join(dict.fromkeys(c for c in letters[0] + letters[1] if c in rest))
        parts[:2] = [contraction(f"{letters[0]},{letters[1]}->{kept}", *parts[:2])]
        letters[:2] = [kept]
    return contraction(f"{','.join(letters)}->{output}", *parts)


def trace(space: Space, a: Any) -> Series:
    """The sum of the diagonal of a matrix."""
    return contraction("ii->", lifted(space, a))


def diagonal(space: Space, a: Any) -> Series:
    """The diagonal of a matrix."""
    a = lifted(space, a)
    index = np.arange(min(a.shape))
    return a[index, index]


def diag(space: Space, a: Any) -> Series:
    """The diagonal of a matrix, or the matrix with a diagonal."""
    a = lifted(space, a)
    return diagonal(space, a) if a.ndim == 2 else a[:, None] * np.eye(len(a))


def convolve(space: Space, a: Any, b: Any, mode: str = "full") -> Series:
    """The convolution of two vectors."""
    a, b = lifted(space, a), lifted(space, b)
    n, k = len(a), len(b)
    shifts = np.stack([np.eye(n + k - 1, n, -shift) for shift in range(k)])
    full = einsum(space, "kij,j,k->i", shifts, a, b)
    starts = {"full": (0, n + k - 1), "valid": (min(n, k) - 1, max(n, k)), "same": ((min(n, k) - 1) // 2, None)}
    if mode not in starts:
        raise FunctionError(told(expected("mode full, same or valid", repr(mode))))
    start, end = starts[mode]
    return full[start : start + max(n, k) if end is None else end]


# ---- shapes


def reshape(space: Space, a: Any, *shape: Any) -> Series:
    """Another shape."""
    wanted = tuple(shape[0]) if len(shape) == 1 and not isinstance(shape[0], int) else tuple(shape)
    a = lifted(space, a)
    whole = np.empty(a.shape, dtype=bool).reshape(wanted).shape
    return a.linear(lambda raw: space.lib.reshape(raw, (*whole, raw.shape[-1])))


def ravel(space: Space, a: Any) -> Series:
    """One axis."""
    return reshape(space, a, (-1,))


def transpose(space: Space, a: Any, *axes: Any) -> Series:
    """The axes in another order; reversed if none is given."""
    a = lifted(space, a)
    order = axes[0] if len(axes) == 1 and not isinstance(axes[0], int) else axes or None
    order = tuple(range(a.ndim)[::-1]) if order is None else axes_of(a, tuple(order))
    return a.linear(lambda raw: space.lib.transpose(raw, (*order, a.ndim)))


def swapaxes(space: Space, a: Any, first: int, second: int) -> Series:
    """Two axes exchanged."""
    a = lifted(space, a)
    order = list(range(a.ndim))
    order[first], order[second] = order[second], order[first]
    return transpose(space, a, tuple(order))


def expand_dims(space: Space, a: Any, axis: int) -> Series:
    """An axis of length 1 more."""
    a = lifted(space, a)
    place = axis % (a.ndim + 1)
    return reshape(space, a, (*a.shape[:place], 1, *a.shape[place:]))


def squeeze(space: Space, a: Any) -> Series:
    """The axes of length 1 left out."""
    a = lifted(space, a)
    return reshape(space, a, tuple(size for size in a.shape if size != 1))


def broadcast_to(space: Space, a: Any, shape: Sequence[int]) -> Series:
    """An array spread to a shape."""
    return lifted(space, a) * np.ones(tuple(shape))


def concatenate(space: Space, parts: Sequence[Any], axis: int = 0) -> Series:
    """Arrays one after the other."""
    every = [lifted(space, part) for part in parts]
    place = axes_of(every[0], axis)[0]
    lanes = max(raw.shape[-1] for part in every for raw in part.c if raw is not None)
    found: list[Raw | None] = []
    for raws in zip(*(part.c for part in every), strict=True):
        if all(raw is None for raw in raws):
            found.append(None)
            continue
        filled = [_filled(space, raw, part.shape, lanes) for raw, part in zip(raws, every, strict=True)]
        found.append(space.lib.concatenate(filled, axis=place))
    return Series(space, found)


def _filled(space: Space, raw: Raw | None, shape: tuple[int, ...], lanes: int) -> Raw:
    """A coefficient in all lanes, zeros where there is none."""
    if raw is None:
        return space.lift(np.zeros(shape)) * np.ones(lanes)
    return raw if raw.shape[-1] == lanes else raw * np.ones(lanes)


def stack(space: Space, parts: Sequence[Any], axis: int = 0) -> Series:
    """Arrays side by side along a new axis."""
    every = [lifted(space, part) for part in parts]
    return concatenate(space, [expand_dims(space, part, axis) for part in every], axis)


def flip(space: Space, a: Any, axis: int = 0) -> Series:
    """An axis backwards."""
    a = lifted(space, a)
    return a[(*[slice(None)] * axes_of(a, axis)[0], slice(None, None, -1))]


def roll(space: Space, a: Any, shift: int, axis: int = 0) -> Series:
    """Entries moved on along an axis, those at the end to the front."""
    a = lifted(space, a)
    place = axes_of(a, axis)[0]
    return a[(*[slice(None)] * place, np.roll(np.arange(a.shape[place]), shift))]


def repeat(space: Space, a: Any, times: int, axis: int = 0) -> Series:
    """Every entry so many times along an axis."""
    a = lifted(space, a)
    place = axes_of(a, axis)[0]
    return a[(*[slice(None)] * place, np.repeat(np.arange(a.shape[place]), times))]


def pad(space: Space, a: Any, widths: Any) -> Series:
    """Zeros around; widths as for NumPy."""
    a = lifted(space, a)
    index = np.pad(np.arange(1, a.size + 1).reshape(a.shape), widths)
    flat = concatenate(space, [np.zeros(1), ravel(space, a)])
    return flat[index]


def _elementwise(name: str) -> Operation:
    return lambda space, a: lifted(space, a).elementwise(name)


def _binary(act: Callable[[Any, Any], Any]) -> Operation:
    return lambda space, a, b: act(lifted(space, a), lifted(space, b))


ONE_NUMBER = (
    "exp", "expm1", "log", "log1p", "sqrt", "tanh", "sin", "cos", "sinh", "cosh", "arctan", "abs", "sign",
    "reciprocal", "erf", "sigmoid", "softplus",
)  # fmt: skip
OPERATIONS: Mapping[str, Operation] = {
    **{name: _elementwise(name) for name in ONE_NUMBER},
    "absolute": _elementwise("abs"),
    "negative": lambda space, a: -lifted(space, a),
    "square": lambda space, a: lifted(space, a) * a,
    "relu": lambda space, a: lifted(space, a).elementwise("phi relu"),
    "tan": lambda space, a: lifted(space, a).elementwise("sin") / lifted(space, a).elementwise("cos"),
    "add": _binary(lambda a, b: a + b),
    "subtract": _binary(lambda a, b: a - b),
    "multiply": _binary(lambda a, b: a * b),
    "divide": _binary(lambda a, b: a / b),
    "power": lambda space, a, b: lifted(space, a) ** b,
    "logaddexp": _binary(lambda a, b: a + (b - a).elementwise("softplus")),
    "sum": total, "mean": mean, "var": var, "std": std, "cumsum": cumsum, "prod": prod, "max": most, "min": least,
    "amax": most, "amin": least, "maximum": maximum, "minimum": minimum, "clip": clip, "where": where,
    "matmul": matrix_product, "dot": dot, "outer": outer, "einsum": einsum, "trace": trace, "diagonal": diagonal,
    "diag": diag, "convolve": convolve, "reshape": reshape, "ravel": ravel, "transpose": transpose,
    "swapaxes": swapaxes, "expand_dims": expand_dims, "squeeze": squeeze, "broadcast_to": broadcast_to,
    "concatenate": concatenate, "stack": stack, "flip": flip, "roll": roll, "repeat": repeat, "pad": pad,
    "vdot": lambda space, a, b: total(space, ravel(space, a) * ravel(space, b)),
    "inner": lambda space, a, b: einsum(space, "i,i->", a, b),
    "zeros_like": lambda space, a: lifted(space, np.zeros(np.shape(a) if not isinstance(a, Series) else a.shape)),
    "ones_like": lambda space, a: lifted(space, np.ones(np.shape(a) if not isinstance(a, Series) else a.shape)),
}  # fmt: skip
METHODS.update({
    name: OPERATIONS[{"flatten": "ravel"}.get(name, name)]
    for name in (
        "sum", "mean", "var", "std", "cumsum", "prod", "max", "min", "reshape", "ravel", "flatten", "transpose",
        "dot", "trace", "diagonal", "swapaxes", "squeeze", "repeat", "clip",
    )
})  # fmt: skip
