"""`xp`: the functions of arrays as a user's function finds them, the same in every arithmetic."""

from __future__ import annotations

import difflib
import inspect
import math
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypeAlias

import numpy as np

from wnverify.arithmetic import operations, reductions, shaping
from wnverify.arithmetic.faults import FunctionError, told, unknown_operation
from wnverify.arithmetic.series import Series, holds_series, lifted
from wnverify.arithmetic.spaces import Space
from wnverify.errors import expected

Phi: TypeAlias = Callable[[Any, Any], Any]
"""An activation as a function of xp and an array."""
CONSTANT = ("zeros", "ones", "eye", "full", "arange", "linspace", "identity", "tri")
"""What makes arrays of plain numbers."""


# ---- functions made of others


def unit_rows(xp: Any, a: Any) -> Any:
    """Vectors along the last axis divided by their lengths: weight normalization."""
    return a / xp.sqrt(xp.sum(a * a, axis=-1, keepdims=True))


def logsumexp(xp: Any, a: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """log Σ exp, without overflow: the largest entry is held fixed, so that a tie is no kink."""
    top = xp.held_max(a, axis)
    found = top + xp.log(xp.sum(xp.exp(a - top), axis=axis, keepdims=True))
    return found if keepdims else xp.squeeze(found, axis=axis)


def softmax(xp: Any, a: Any, axis: Any = -1) -> Any:
    """exp over its sum along an axis, the last one by default."""
    return xp.exp(a - logsumexp(xp, a, axis=axis, keepdims=True))


MADE: Mapping[str, Callable[..., Any]] = {"unit_rows": unit_rows, "logsumexp": logsumexp, "softmax": softmax}
KNOWN = frozenset({
    *operations.OPERATIONS, *MADE, *CONSTANT, "array", "asarray", "linalg", "phi", "pi", "e", "inf", "newaxis",
    "float64", "shape", "ndim", "size",
})  # fmt: skip
"""Every name that xp has in every arithmetic; autograd's NumPy may have more."""


class _Linalg:
    """xp.linalg on power series of one space."""

    def __init__(self, space: Space) -> None:
        self._space = space

    def norm(self, a: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
        """Lengths of vectors, Frobenius norms of matrices."""
        return reductions.norm(self._space, a, ord, axis, keepdims)

    def __getattr__(self, name: str) -> Any:
        raise refused(f"linalg.{name}", self._space.name)


class Functions:
    """xp on power series of one space.

    Args:
        space: the arithmetic.
        phi: the activation, if the architecture has one.
    """

    pi, e, inf, newaxis, float64 = math.pi, math.e, math.inf, None, np.float64

    def __init__(self, space: Space, phi: Phi | None = None) -> None:
        self._space, self._phi = space, phi
        self.linalg = _Linalg(space)

    def phi(self, z: Any) -> Any:
        """The activation that the situation names."""
        return called(self._phi, self, lifted(self._space, z))

    def array(self, value: Any, *_: Any, **__: Any) -> Any:
        """An array of constants; of numbers that are computed, it stacks them."""
        if isinstance(value, (list, tuple)) and any(isinstance(part, (Series, list, tuple)) for part in value):
            return shaping.stack(self._space, [self.array(part) for part in value])
        return lifted(self._space, value)

    asarray = array

    def held_max(self, a: Any, axis: Any = None) -> Series:
        """The largest entries along axes, which stay, as numbers that do not move."""
        return reductions.held_max(self._space, a, axis)

    def shape(self, a: Any) -> tuple[int, ...]:
        """The shape of an array."""
        return lifted(self._space, a).shape

    def ndim(self, a: Any) -> int:
        """The number of axes."""
        return lifted(self._space, a).ndim

    def size(self, a: Any) -> int:
        """The number of entries."""
        return lifted(self._space, a).size

    def __getattr__(self, name: str) -> Any:
        if name in operations.OPERATIONS:
            found = partial(_as_called, name, self._space)
            setattr(self, name, found)  # it will be asked for again
            return found
        if name in MADE:
            return partial(MADE[name], self)
        if name in CONSTANT:
            return partial(_constant, name)
        raise refused(name, self._space.name)


def _as_called(name: str, space: Space, *given: Any, **named: Any) -> Any:
    """An operation; arguments that it does not take are told in the words of its user."""
    operation = operations.OPERATIONS[name]
    try:
        return operation(space, *given, **named)
    except TypeError as error:
        try:
            inspect.signature(operation).bind(space, *given, **named)
        except TypeError as wrong:
            remedy = f"it takes {', '.join([*inspect.signature(operation).parameters][1:])}"
            raise FunctionError(
                told(expected(f"arguments that xp.{name} takes", str(wrong).removeprefix("got "), remedy))
            ) from error
        raise


def _constant(name: str, *given: Any, **named: Any) -> Any:
    """An array of plain numbers; `full` also of a number that is computed."""
    if not any(holds_series(value) for value in (*given, *named.values())):
        return getattr(np, name)(*given, **named)
    if name == "full" and len(given) == 2:
        return np.ones(given[0]) * given[1]
    raise FunctionError(told(expected(f"constants for xp.{name}", "numbers that are computed")))


def called(phi: Phi | None, xp: Any, z: Any) -> Any:
    """An activation at an array.

    Raises:
        FunctionError: if the architecture has none.
    """
    if phi is None:
        remedy = 'give it some: activation=("tanh", "sin")'
        raise FunctionError(told(expected("an architecture with activations, as xp.phi is used", "none", remedy)))
    return phi(xp, z)


def refused(name: str, arithmetic: str) -> Exception:
    """The error for a name that xp does not have in one arithmetic, or in any."""
    import autograd.numpy as anp

    folder, _, last = name.rpartition(".")
    if hasattr(anp.linalg if folder else anp, last) and not last.startswith("_"):
        return unknown_operation(f"xp.{name}", arithmetic)
    near = difflib.get_close_matches(name, KNOWN, n=1)
    remedy = f"did you mean xp.{near[0]}?" if near else ""
    return FunctionError(told(expected("a function of arrays that xp has", f"xp.{name}", remedy)))


class Module:
    """xp on arrays of one instance: NumPy's own, autograd's, or those of jax.

    Args:
        lib: the module.
        special: erf, sigmoid, softplus, relu in that module, what is to be used instead of its own, and `held`:
            an array as numbers by which nothing is differentiated.
        phi: the activation, if the architecture has one.
        builtin: the activations of wnverify by name, where they are not to be those for autograd.
    """

    def __init__(
        self,
        lib: Any,
        special: Mapping[str, Any],
        phi: Phi | None = None,
        builtin: Callable[[str, Any], Any] | None = None,
    ) -> None:
        self._lib, self._special, self._phi, self.builtin = lib, special, phi, builtin

    def phi(self, z: Any) -> Any:
        """The activation that the situation names."""
        return called(self._phi, self, z)

    def held_max(self, a: Any, axis: Any = None) -> Any:
        """The largest entries along axes, which stay, as numbers that do not move."""
        return self._lib.max(self._special.get("held", np.asarray)(a), axis=axis, keepdims=True)

    def __getattr__(self, name: str) -> Any:
        if name in self._special:
            return self._special[name]
        if name in MADE:
            return partial(MADE[name], self)
        if not hasattr(self._lib, name):
            raise refused(name, "these arrays")
        return getattr(self._lib, name)
