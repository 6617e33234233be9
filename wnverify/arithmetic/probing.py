"""An activation in floats: what it may not be, and where its derivatives are largest among many points."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import autograd
import autograd.numpy as anp
import numpy as np

from wnverify.arithmetic.faults import FunctionError, UnknownOperation, endless, misbehaved
from wnverify.arithmetic.namespace import Functions, Module, Phi
from wnverify.arithmetic.oracle import SPECIAL
from wnverify.arithmetic.series import Series, lifted
from wnverify.arithmetic.spaces import Floats
from wnverify.arithmetic.written import LONGEST
from wnverify.arrays import FloatArray, distinct
from wnverify.errors import WnverifyError, expected
from wnverify.stopping import RunsOn, ended_after

INSIDE, OUTSIDE = 4001, 150
"""How many points are looked at in the range, and beyond it on either side."""
FARTHEST = 1e300
ROUNDS, FINE = 4, 33
"""How often a largest value is looked for between its neighbours, and at how many points."""


@dataclass(frozen=True)
class Probe:
    """An activation at many points, in increasing order.

    Args:
        call: z -> (φ, φ′, φ″), (n,) each, NaN where there is none.
        inside: points of the range, evenly spaced.
        outside: points beyond it, up to ±1e300.
    """

    call: Callable[[FloatArray], tuple[FloatArray, ...]]
    inside: FloatArray
    outside: FloatArray

    def largest(self, order: int) -> float:
        """A point where |φ⁽ᵏ⁾| is larger than at all others, and than near by."""
        points = np.concatenate([self.inside, self.outside])
        points = points[np.argsort(np.abs(points), kind="stable")]
        at = float(points[_top(self.call(points)[order])])
        width = float(self.inside[1] - self.inside[0])
        for _ in range(ROUNDS if abs(at) <= np.abs(self.inside).max() else 0):
            near = np.linspace(at - width, at + width, FINE)
            at, width = float(near[_top(self.call(near)[order])]), width / (FINE - 1) * 2
        return at

    def steepest(self, order: int) -> tuple[float, float]:
        """Neighbours, close together, between which φ⁽ᵏ⁻¹⁾ changes the most for its distance."""
        values = self.call(self.inside)[order - 1]
        known = np.isfinite(values)
        points, values = self.inside[known], values[known]
        place = _top(np.diff(values) / np.diff(points))
        low, high = points[place], points[place + 1]
        while high - low > 1e-9 * max(1.0, abs(low)):
            middle = (low + high) / 2
            left, centre, right = self.call(np.array([low, middle, high]))[order - 1]
            if not math.isfinite(centre):
                break
            low, high = (low, middle) if abs(centre - left) > abs(right - centre) else (middle, high)
        gap = high - low  # a kink may lie on one of them
        return float(low - gap), float(high + gap)

    @property
    def count(self) -> int:
        """How many points are looked at."""
        return self.inside.size + self.outside.size


def probe(name: str, phi: Phi, within: tuple[float, float]) -> Probe:
    """An activation that behaves, at the points of a range and beyond.

    Raises:
        FunctionError: if it fails, is not taken entry by entry, is no real number somewhere in the range, has no
            derivatives on most of it, or returns another value the second time.

    >>> at = probe("cube", lambda xp, z: z**3, (-1.0, 1.0))
    >>> abs(at.largest(2))
    1e+300
    """
    low, high = within
    inside = distinct(np.append(np.linspace(low, high, INSIDE), 0.0 if low < 0.0 < high else low))
    beyond = np.geomspace(1.0, FARTHEST, OUTSIDE)
    outside = np.concatenate([low - beyond[::-1], high + beyond])
    call = _call(name, phi)
    _behaves(name, phi, inside)
    _differentiable(name, call, inside)
    return Probe(call, inside, outside)


def _top(values: FloatArray) -> int:
    """Where |values| is largest; what is not finite does not count."""
    sizes = np.abs(values)
    return int(np.argmax(np.where(np.isfinite(sizes), sizes, -1.0)))


# ---- what an activation may not be


def _behaves(name: str, phi: Phi, points: FloatArray) -> None:
    values = _plain(name, phi, points)
    if not np.array_equal(values, _plain(name, phi, points), equal_nan=True):
        raise FunctionError(
            expected(f"the same value whenever {name!r} is called", "another one the second time", "keep no state")
        )
    lost = points[~np.isfinite(values)]
    if lost.size:
        value = values[~np.isfinite(values)][0]
        raise FunctionError(expected(f"real numbers from the activation {name!r}", f"{value} at z = {lost[0]:.4g}"))
    few = points[:: max(1, points.size // 16)]
    alone = [float(_plain(name, phi, few[k : k + 1])[0]) for k in range(few.size)]
    together = _plain(name, phi, np.stack([few, few[::-1]]))[0]
    if not np.allclose(together, alone, rtol=1e-9, atol=0.0):
        raise FunctionError(_not_elementwise(name, "values that depend on the other entries"))


def _differentiable(name: str, call: Callable[[FloatArray], tuple[FloatArray, ...]], points: FloatArray) -> None:
    lost = ~np.isfinite(call(points)[2])
    if 2 * lost.sum() > points.size:
        got = f"none at z = {points[lost][0]:.4g} and {lost.sum() - 1} other points"
        raise FunctionError(expected(f"two derivatives of the activation {name!r}", got))


def _plain(name: str, phi: Phi, z: FloatArray) -> FloatArray:
    """φ by plain NumPy, an array of floats of the same shape."""
    found = _tried(name, lambda: phi(Module(anp, SPECIAL), z.copy()))
    if np.iscomplexobj(found):
        raise FunctionError(expected(f"real numbers from the activation {name!r}", "complex ones"))
    if np.shape(found) not in (z.shape, ()):
        raise FunctionError(_not_elementwise(name, f"shape {np.shape(found)} for an array of shape {z.shape}"))
    return np.broadcast_to(np.asarray(found, dtype=float), z.shape)


def _not_elementwise(name: str, got: str) -> str:
    return expected(f"an activation {name!r} that is taken entry by entry", got)


def _tried(name: str, compute: Callable[[], Any]) -> Any:
    try:
        with np.errstate(all="ignore"), ended_after(LONGEST):
            found = compute()
    except RunsOn as error:
        raise endless(error, f"an activation {name!r}", LONGEST) from error
    except (WnverifyError, MemoryError):
        raise
    except Exception as error:
        raise misbehaved(error, f"an activation {name!r}") from error
    if found is None:
        remedy = "is the `return` missing?"
        raise FunctionError(expected(f"an array from the activation {name!r}", "nothing", remedy))
    return found


# ---- its derivatives


def _call(name: str, phi: Phi) -> Callable[[FloatArray], tuple[FloatArray, ...]]:
    def by_series(z: FloatArray) -> tuple[FloatArray, ...]:
        space = Floats(2, z.size)
        series = Series(space, [z, np.ones(1)])
        found = lifted(space, _tried(name, lambda: phi(Functions(space), series)))
        if found.shape:
            raise FunctionError(_not_elementwise(name, f"shape {found.shape} for a single number"))
        return tuple(np.zeros(z.size) if part is None else np.broadcast_to(part, z.shape) for part in found.c)

    def by_autograd(z: FloatArray) -> tuple[FloatArray, ...]:
        def value(a: Any) -> Any:
            return phi(Module(anp, SPECIAL), a)

        slope = autograd.elementwise_grad(value)
        every = (value, slope, autograd.elementwise_grad(slope))
        return tuple(np.broadcast_to(_tried(name, partial(part, z)), z.shape) for part in every)

    try:
        by_series(np.array([0.5]))
    except UnknownOperation:
        return by_autograd
    return by_series
