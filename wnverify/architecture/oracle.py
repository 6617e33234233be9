"""The independent route: the user's function on one instance at a time, by NumPy, differentiated by autograd.

It shares neither power series nor rules with `program`: arrays are plain, derivatives are autograd's own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import autograd
import autograd.numpy as anp
import numpy as np
from autograd.numpy.numpy_boxes import ArrayBox

from wnverify.architecture.faults import misbehaved
from wnverify.architecture.namespace import Module
from wnverify.architecture.products import shifts
from wnverify.architecture.written import Written
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


class _Linalg:
    """autograd's own, but for norms, which have a wrong derivative there with `keepdims`."""

    def norm(self, a: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
        """Lengths of vectors, Frobenius norms of matrices."""
        if ord not in {None, 2, "fro"} or (ord == 2 and a.ndim > 1 and axis is None):
            return anp.linalg.norm(a, ord, axis)
        return anp.sqrt(anp.sum(a * a, axis=axis, keepdims=keepdims))

    def __getattr__(self, name: str) -> Any:
        return getattr(anp.linalg, name)


# methods of arrays that autograd's boxes lack, or get wrong
ArrayBox.dot, ArrayBox.diagonal, ArrayBox.copy = anp.dot, _diagonal, lambda a: 1.0 * a
SPECIAL: Mapping[str, Any] = {
    "erf": erf,
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
    "flip": _flip,
    "transpose": _transpose,
    "diagonal": _diagonal,
}


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


def _xp(written: Written, batch: Batch) -> Module:
    return Module(anp, SPECIAL, written.phi(batch.settings))


def _guarded(written: Written, compute: Callable[[], Any]) -> Any:
    """What autograd computes; its errors are told in one sentence."""
    try:
        with np.errstate(all="ignore"):
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
