"""Theta: the parameters of one network as its user's function finds them, `theta.W1`, with the sizes, `theta.m`."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Any

from wnverify.arithmetic.faults import FunctionError, told
from wnverify.arithmetic.sizes import Size
from wnverify.arithmetic.spaces import Balls
from wnverify.errors import expected


class Theta:
    """Arrays and sizes by name.

    Args:
        arrays: in the arithmetic that is being run, without the batch.
        sizes: whole numbers, and the values of settings; in balls, `theta.m ** -0.5` and `1 / theta.m` are exact
            (`sizes`), while `np.sqrt(theta.m)` is a float like any other.
    """

    def __init__(self, arrays: Mapping[str, Any], sizes: Mapping[str, int | str]) -> None:
        balls = any(isinstance(getattr(array, "space", None), Balls) for array in arrays.values())
        known = {name: Size(size) if balls and isinstance(size, int) else size for name, size in sizes.items()}
        self.__dict__.update(_arrays=dict(arrays), _sizes=known)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self[name]

    def __getitem__(self, name: str) -> Any:
        for pool in (self._arrays, self._sizes):
            if name in pool:
                return pool[name]
        known = [*self._arrays, *self._sizes]
        near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
        remedy = f"did you mean theta.{near[0]}?" if near else ""
        raise FunctionError(told(expected(f"parameters or sizes among {', '.join(known)}", f"theta.{name}", remedy)))

    def __setattr__(self, name: str, value: Any) -> None:
        raise FunctionError(told(expected("parameters that stay as they are", f"an assignment to theta.{name}")))

    __setitem__ = __setattr__

    def __iter__(self) -> Any:
        return iter(self._arrays)

    def __contains__(self, name: str) -> bool:
        return name in self._arrays
