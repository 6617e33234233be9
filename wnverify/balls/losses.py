"""Losses of one sample over balls: ℓ(f, y), ℓ′ and ℓ″ in the output f, for an exact target y.

The closed forms are chosen so that neither a residual near 0 nor one far out cancels.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from flint import arb

from wnverify.errors import DomainError, expected

Jet: TypeAlias = tuple[arb, arb, arb]


def jet(name: str, f: arb, y: float) -> Jet:
    """Return balls for ℓ, ℓ′ and ℓ″ at the output f and the target y.

    Raises:
        DomainError: there is no loss of that name.

    >>> [float(value) for value in jet("square", arb(3), 1.0)]
    [4.0, 4.0, 2.0]
    >>> [float(value) for value in jet("logistic", arb(0), 1.0)][1:]
    [-0.5, 0.25]
    """
    if name not in JETS:
        raise DomainError(expected("a loss", repr(name), f"use {', '.join(sorted(JETS))}"))
    return JETS[name](f, y)


def _square(f: arb, y: float) -> Jet:
    e = f - y
    return e * e, 2 * e, arb(2)


def _logistic(f: arb, y: float) -> Jet:
    sign = 1 if y >= 0 else -1
    up, down = (sign * f).exp(), (-sign * f).exp()
    return down.log1p(), -sign / (1 + up), 1 / ((1 + up) * (1 + down))


def _pseudo_huber(f: arb, y: float) -> Jet:
    e = f - y
    root = (1 + e * e).sqrt()
    return e * e / (1 + root), e / root, 1 / root**3


def _log_cosh(f: arb, y: float) -> Jet:
    e = f - y
    return (2 * (e / 2).sinh() ** 2).log1p(), e.tanh(), 1 / e.cosh() ** 2


JETS: Mapping[str, Callable[[arb, float], Jet]] = {
    "square": _square,
    "logistic": _logistic,
    "pseudo_huber": _pseudo_huber,
    "log_cosh": _log_cosh,
}
"""Every loss by its name."""
