"""The functions of one number that a network may be made of, with two derivatives, on balls."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import TypeAlias

from flint import arb

from wnverify.arithmetic.sizes import rounded
from wnverify.balls import activations

Jet: TypeAlias = tuple[arb, arb, arb]
Rule: TypeAlias = Callable[[arb], Jet]
"""A ball to those around f, f′ and f″."""


def _exp(z: arb) -> Jet:
    e = z.exp()
    return e, e, e


def _expm1(z: arb) -> Jet:
    e = z.exp()
    return z.expm1(), e, e


def _log(z: arb) -> Jet:
    r = 1 / z
    return z.log(), r, -r * r


def _log1p(z: arb) -> Jet:
    r = 1 / (1 + z)
    return z.log1p(), r, -r * r


def _sqrt(z: arb) -> Jet:
    """A root, where there is one: a ball that reaches below 0 has that of its other part, and no slope."""
    root = z.nonnegative_part().sqrt() if z.upper() >= 0 else z.sqrt()
    slope = 1 / (2 * z.sqrt())
    return root, slope, -slope / (2 * z)


def _reciprocal(z: arb) -> Jet:
    r = 1 / z
    return r, -r * r, 2 * r * r * r


def _sin(z: arb) -> Jet:
    sine, cosine = z.sin_cos()
    return sine, cosine, -sine


def _cos(z: arb) -> Jet:
    sine, cosine = z.sin_cos()
    return cosine, -sine, -cosine


def _sinh(z: arb) -> Jet:
    sine, cosine = z.sinh(), z.cosh()
    return sine, cosine, sine


def _cosh(z: arb) -> Jet:
    sine, cosine = z.sinh(), z.cosh()
    return cosine, sine, cosine


def _tanh(z: arb) -> Jet:
    value, sech = z.tanh(), z.sech()
    slope = sech * sech
    return value, slope, -2 * value * slope


def _arctan(z: arb) -> Jet:
    slope = 1 / (1 + z * z)
    return z.atan(), slope, -2 * z * slope * slope


def _erf(z: arb) -> Jet:
    bell = 2 * (-(z * z)).exp() / arb.pi().sqrt()
    return z.erf(), bell, -2 * z * bell


def _sigmoid(z: arb) -> Jet:
    sech = (z / 2).sech()
    slope = sech * sech / 4
    return 1 / (1 + (-z).exp()), slope, -(z / 2).tanh() * slope


def _softplus(z: arb) -> Jet:
    value, slope, bend = activations.derivatives("softplus", z)
    return value, slope, bend


def _abs(z: arb) -> Jet:
    slope, _, bend = _sign(z)
    return abs(z), (slope if z != 0 else arb.nan()), bend


def _sign(z: arb) -> Jet:
    if z > 0 or z < 0:
        return arb(1 if z > 0 else -1), arb(0), arb(0)
    return (arb(0) if z == 0 else arb(0).union(arb(1)).union(arb(-1))), arb.nan(), arb.nan()


def _relu(z: arb) -> Jet:
    if z > 0 or z < 0:
        return (z if z > 0 else arb(0)), arb(1 if z > 0 else 0), arb(0)
    return z.max(arb(0)), arb.nan(), arb.nan()


RULES: Mapping[str, Rule] = {
    "exp": _exp, "expm1": _expm1, "log": _log, "log1p": _log1p, "sqrt": _sqrt, "reciprocal": _reciprocal,
    "tanh": _tanh, "sin": _sin, "cos": _cos, "sinh": _sinh, "cosh": _cosh, "arctan": _arctan, "erf": _erf,
    "sigmoid": _sigmoid, "softplus": _softplus, "abs": _abs, "sign": _sign, "phi relu": _relu,
}  # fmt: skip


@cache
def rule(name: str) -> Rule:
    """The rule of that name; see `rules.rule`.

    >>> float(rule("power 0x1.8p+1")(arb(2))[1])
    12.0
    """
    kind, _, which = name.partition(" ")
    if kind == "phi" and name not in RULES:
        return lambda z: activations.derivatives(which, z)
    return _power(float.fromhex(which)) if kind == "power" else RULES[name]


def _power(exponent: float) -> Rule:
    """z^p; a p that was rounded, such as 1/3, is the ball of what it was rounded from."""

    def raised(z: arb, less: int) -> arb:
        """z^(p − less): in floats, p − 1 may be rounded once more."""
        return _whole(z, int(exponent) - less) if exponent.is_integer() else z ** (rounded(exponent) - less)

    def jet(z: arb) -> Jet:
        first = rounded(exponent)
        second = first * (first - 1)
        return raised(z, 0), first * raised(z, 1), second * raised(z, 2) if exponent not in (0, 1) else arb(0)

    return jet


def _whole(z: arb, power: int) -> arb:
    """A whole power by squaring: `**` of a ball around 0 is NaN."""
    if power < 0:
        return 1 / _whole(z, -power)
    found = arb(1)
    for digit in bin(power)[2:]:
        found = found * found
        found = found * z if digit == "1" else found
    return found
