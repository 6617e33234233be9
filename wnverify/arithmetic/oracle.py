"""The independent route: the user's function on one instance at a time, by NumPy, differentiated by autograd.

It shares neither power series nor rules with `program`: arrays are plain, derivatives are autograd's own.
"""

from __future__ import annotations

import operator
import warnings
from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from typing import Any

import autograd
import autograd.numpy as anp
import numpy as np
from autograd.numpy.numpy_boxes import ArrayBox
from autograd.tracer import getval, isbox

from wnverify.arithmetic.faults import misbehaved
from wnverify.arithmetic.namespace import Module
from wnverify.arithmetic.products import shifts
from wnverify.arithmetic.spectral import of_one
from wnverify.arithmetic.written import Written
from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.engine.networks.autodiff import erf, expit
from wnverify.errors import WnverifyError

# ---- formulas for what autograd cannot differentiate, or not in all cases


def _convolve(a: Any, b: Any, mode: str = "full") -> Any:
    return anp.einsum("ijl,j,l->i", shifts(len(a), len(b), mode), b, a)


def _average(a: Any, axis: Any = None, weights: Any = 1.0) -> Any:
    weights = weights * anp.ones(np.shape(a))
    return anp.sum(a * weights, axis=axis) / anp.sum(weights, axis=axis)


def _flip(a: Any, axis: Any = None) -> Any:
    axes = range(a.ndim) if axis is None else [one % a.ndim for one in np.atleast_1d(axis)]
    return a[tuple(slice(None, None, -1 if one in axes else 1) for one in range(a.ndim))]


def _transpose(a: Any, axes: Any = None) -> Any:
    return anp.transpose(a, None if axes is None else [axis % a.ndim for axis in axes])


def _diagonal(a: Any, offset: int = 0) -> Any:
    return anp.ravel(a)[np.diagonal(np.arange(a.size).reshape(a.shape), offset)]


def _where(condition: Any, a: Any, b: Any) -> Any:
    """One or the other; autograd's rule does not sum over what was spread, so that it is spread before."""
    ones = np.ones(np.broadcast_shapes(np.shape(condition), np.shape(a), np.shape(b)))
    return anp.where(condition, a * ones, b * ones)


def _prod(a: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """Factor by factor; autograd's rule divides the product by each, which may be 0."""
    places = range(a.ndim) if axis is None else sorted(one % a.ndim for one in np.atleast_1d(axis))
    for place in reversed(places):
        a = reduce(operator.mul, (a[(*[slice(None)] * place, slice(k, k + 1))] for k in range(a.shape[place])))
    return a if keepdims else anp.squeeze(a, axis=tuple(places))


def _held(a: Any) -> FloatArray:
    """What is in the boxes, one in another where derivatives are differentiated."""
    while isbox(a):
        a = getval(a)
    return np.asarray(a)


class _Linalg:
    """autograd's own, but for norms, which have a wrong derivative there with `keepdims`, or none for 1 and ∞."""

    def norm(self, a: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
        """Lengths of vectors, Frobenius norms of matrices, 1- and ∞-norms of vectors."""
        if ord in {1, np.inf} and (np.ndim(axis) == 0 if axis is not None else a.ndim == 1):
            return (anp.sum if ord == 1 else anp.max)(anp.abs(a), axis=axis, keepdims=keepdims)
        if ord not in {None, 2, "fro"} or (ord == 2 and a.ndim > 1 and axis is None):
            return anp.linalg.norm(a, ord, axis)
        return anp.sqrt(anp.sum(a * a, axis=axis, keepdims=keepdims))

    def __getattr__(self, name: str) -> Any:
        return getattr(anp.linalg, name)


# methods of arrays that autograd's boxes lack, or get wrong
ArrayBox.dot, ArrayBox.diagonal, ArrayBox.copy = anp.dot, _diagonal, lambda a: 1.0 * a
SPECIAL: Mapping[str, Any] = {
    "erf": erf,
    "spectral_norm": of_one,
    "sigmoid": expit,
    "softplus": lambda z: anp.logaddexp(0.0, z),
    "relu": lambda z: anp.where(z > 0, z, 0.0),
    "convolve": _convolve,
    "broadcast_to": lambda a, shape: a * anp.ones(shape),
    "linalg": _Linalg(),
    "hypot": lambda a, b: anp.sqrt(a * a + b * b),
    "vdot": lambda a, b: anp.dot(anp.ravel(a), anp.ravel(b)),
    "fabs": anp.abs,
    "average": _average,
    "held": _held,
    "prod": _prod,
    "flip": _flip,
    "transpose": _transpose,
    "diagonal": _diagonal,
    "where": _where,
}


def swept(
    written: Written,
    batch: Batch,
    index: int,
    direction: Mapping[str, FloatArray],
    names: Sequence[str],
    *,
    order: int,
) -> dict[str, FloatArray]:
    """The derivative by array of the `order`-th derivative of f along a fixed direction, at one instance."""
    arrays = _arrays(batch, index)
    u = np.concatenate([direction[n].ravel() if n in direction else np.zeros(arrays[n].size) for n in names])

    def along(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
        return lambda flat: anp.dot(autograd.grad(function)(flat), u)

    function = _flat(written, batch, index, names)
    for _ in range(order):
        function = along(function)
    found = _guarded(written, lambda: autograd.grad(function)(_point(arrays, names)))
    return _cut(np.asarray(found), arrays, names)


DIFFERENCE = 1e-3
"""The step of a difference, relative to numbers above 1: of fourth order, its error is of 1e-12 there."""


def returned(written: Written, batch: Batch) -> Any:
    """What the function returns for the first instance, whatever that is."""
    return written.called(_xp(written, batch), _arrays(batch, 0), batch)


def value(written: Written, batch: Batch, index: int) -> float:
    """f of one instance.

    Raises:
        FunctionError: if it is no real number.
    """
    return float(written.of_one(_xp(written, batch), _arrays(batch, index), batch))


def gradient(written: Written, batch: Batch, index: int, names: Sequence[str]) -> dict[str, FloatArray]:
    """∂f by array of one instance."""
    arrays = _arrays(batch, index)
    parts = _guarded(written, lambda: autograd.grad(_flat(written, batch, index, names))(_point(arrays, names)))
    return _cut(np.asarray(parts), arrays, names)


def hessian(written: Written, batch: Batch, index: int, names: Sequence[str], others: Sequence[str]) -> FloatArray:
    """∂²f of one instance over the entries of some arrays, (p,), and of others, (q,): (p, q)."""
    every = list(dict.fromkeys((*names, *others)))
    whole = _guarded(
        written,
        lambda: autograd.hessian(_flat(written, batch, index, every))(_point(_arrays(batch, index), every)),
    )
    rows, columns = _places(batch, every, names), _places(batch, every, others)
    return np.asarray(whole)[np.ix_(rows, columns)]


def differences(
    written: Written, batch: Batch, index: int, names: Sequence[str], others: Sequence[str] | None = None
) -> FloatArray:
    """∂f of one instance by central differences of f, (p,); with `others`, ∂²f by those of ∂f, (p, q).

    The route beside autograd for what power series cannot run; (8(f₁ − f₋₁) − (f₂ − f₋₂))/12h to fourth order in h.
    """
    arrays = _arrays(batch, index)
    point = _point(arrays, names)

    def at(flat: FloatArray) -> FloatArray:
        moved = {**arrays, **_cut(flat, arrays, names)}
        there = batch.with_arrays({name: part[..., None] for name, part in moved.items()})
        if others is None:
            return np.array(value(written, there, 0))
        slopes = gradient(written, there, 0, others)
        return np.concatenate([slopes[name].ravel() for name in others])

    rows = []
    for place, number in enumerate(point):
        h = DIFFERENCE * max(1.0, abs(number)) * np.eye(point.size)[place]
        near, far = at(point + h) - at(point - h), at(point + 2 * h) - at(point - 2 * h)
        rows.append((8 * near - far) / (12 * h[place]))
    return np.array(rows)


def _xp(written: Written, batch: Batch) -> Module:
    return Module(anp, SPECIAL, written.phi(batch.settings))


def _guarded(written: Written, compute: Callable[[], Any]) -> Any:
    """What autograd computes; its errors are told in one sentence."""
    try:
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Output seems independent of input")
            return compute()
    except WnverifyError:
        raise
    except (KeyboardInterrupt, MemoryError):
        raise
    except Exception as error:
        raise misbehaved(error, f"a function {written.name}, differentiable by autograd,") from error


def _arrays(batch: Batch, index: int) -> dict[str, FloatArray]:
    arrays = {name: np.array(array[..., index]) for name, array in batch.arrays.items()}
    for array in arrays.values():
        array.flags.writeable = False
    return arrays


def _point(arrays: Mapping[str, FloatArray], names: Sequence[str]) -> FloatArray:
    return np.concatenate([arrays[name].ravel() for name in names])


def _cut(flat: Any, arrays: Mapping[str, FloatArray], names: Sequence[str]) -> dict[str, Any]:
    found, start = {}, 0
    for name in names:
        size = arrays[name].size
        found[name] = anp.reshape(flat[start : start + size], arrays[name].shape)
        start += size
    return found


def _flat(written: Written, batch: Batch, index: int, names: Sequence[str]) -> Callable[[Any], Any]:
    arrays = _arrays(batch, index)

    def at(flat: Any) -> Any:
        found = written.of_one(_xp(written, batch), {**arrays, **_cut(flat, arrays, names)}, batch)
        nothing = 0.0 * anp.sum(flat)
        return found + nothing * (1.0 + nothing)  # autograd warns where a result does not depend on its argument

    return at


def _places(batch: Batch, every: Sequence[str], names: Sequence[str]) -> FloatArray:
    """Where the entries of some arrays stand among those of all."""
    found, start = {}, 0
    for name in every:
        size = batch.arrays[name].size // batch.size
        found[name] = np.arange(start, start + size)
        start += size
    return np.concatenate([found[name] for name in names])
