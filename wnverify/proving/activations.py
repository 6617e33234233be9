"""Activations as jets: φ, φ′ and φ″ of a function on boxes; the prover's formulas."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import TypeAlias

import numpy as np

from wnverify.proving import interval
from wnverify.proving.interval import GROWTH, LIBRARY, Interval
from wnverify.proving.jet import Jet, Part

Parts: TypeAlias = tuple[Part, Part, Part]
LOG_2, ROOT_2_PI = math.log(2.0), math.sqrt(2.0 * math.pi)
GELU = 1.0 / (0.5 * (1.0 + math.erf(1.0)) + math.exp(-1.0) / math.sqrt(math.pi))
"""1/sup (zΦ(z))′."""


def _number(z: Jet, value: float) -> Jet:
    """A number that a float represents to within some ulp."""
    return z.boxes.constant(Interval(np.array(value), np.array(LIBRARY * abs(value))))


def _exact(z: Jet, value: float) -> Jet:
    return z.boxes.constant(interval.exact(value))


def _identity(z: Jet) -> Parts:
    return z, _exact(z, 1.0), 0


def _tanh(z: Jet) -> Parts:
    value = z.tanh()
    slope = _exact(z, 1.0) - value.square()
    fall = value.times(slope)
    return value, slope, -(fall + fall)


def _sin(z: Jet) -> Parts:
    return z.sine(), z.cosine(), -z.sine()


def _sigmoid4(z: Jet) -> Parts:
    """2 tanh(z/2)."""
    half, two = _exact(z, 0.5), _exact(z, 2.0)
    value = half.times(z).tanh()
    slope = _exact(z, 1.0) - value.square()
    return two.times(value), slope, -value.times(slope)


def _softplus(z: Jet) -> Parts:
    """log(1 + e^z), with the slope σ = (1 + tanh(z/2))/2 and the bend σ(1 − σ) = (1 − tanh²(z/2))/4."""
    half, turn = _exact(z, 0.5), _exact(z, 0.5).times(z).tanh()
    slope = half + half.times(turn)
    bend = _exact(z, 0.25).times(_exact(z, 1.0) - turn.square())
    return z.through(_softened(z.mid), _softened(z.whole), slope.mid, bend.whole), slope, bend


def _softened(x: Interval) -> Interval:
    """log(1 + e^x), which rises; it is at least max(x, 0), so that its error is told relative to 1 + |x|."""
    lo, hi = (np.logaddexp(0.0, end) for end in (x.lo, x.hi))
    error = LIBRARY * (1.0 + x.size)
    return interval.between(lo - error, hi + error)


def _softplus0(z: Jet) -> Parts:
    value, slope, bend = _softplus(z)
    return value - _number(z, LOG_2), slope, bend


def _gelu(z: Jet) -> Parts:
    """(zΦ, Φ + zg, (2 − z²)g)/sup(Φ + zg) with g = Φ′ the bell curve, g′ = −zg, g″ = (z² − 1)g."""
    shrunk, square = _number(z, GELU), z.square()
    at, over = _bell(z.mid), _bell(z.whole)
    minus = interval.exact(-1.0)
    bell = z.through(at, over, minus * z.mid * at, (square.whole + minus) * over)
    normal = z.through(_normal(z.mid), _normal(z.whole), at, minus * z.whole * over)
    value, slope = z.times(normal), normal + z.times(bell)
    return shrunk.times(value), shrunk.times(slope), shrunk.times((_exact(z, 2.0) - square).times(bell))


def _bell(x: Interval) -> Interval:
    """e^{−x²/2}/√(2π), which falls with |x|."""
    least = np.maximum(np.abs(x.c) - x.r * GROWTH, 0.0)
    lo, hi = (np.exp(-0.5 * end * end) / ROOT_2_PI for end in (x.size, least))
    return interval.between(lo - LIBRARY, hi + LIBRARY)


def _normal(x: Interval) -> Interval:
    """Φ, which rises."""
    from scipy.special import ndtr

    return interval.between(ndtr(x.lo) - LIBRARY, ndtr(x.hi) + LIBRARY)


JETS: Mapping[str, Callable[[Jet], Parts]] = {
    "identity": _identity,
    "tanh": _tanh,
    "sin": _sin,
    "sigmoid4": _sigmoid4,
    "softplus": _softplus,
    "softplus0": _softplus0,
    "gelu": _gelu,
}
