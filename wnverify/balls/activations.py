"""The smooth activations over balls: value, slope and curvature, and their Taylor composition with a series.

A function of the table returns (φ, φ′, φ″) at one ball. The network needs no more: with δ = z(t) − z(0),

    φ(z(t)) = φ + φ′ δ + (φ″/2) δ² + O(t³),    φ′(z(t)) = φ′ + φ″ δ + O(t²).

The closed forms are chosen so that neither saturation (|z| large) nor z near 0 cancels.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from flint import arb, arb_series

from wnverify.errors import DomainError, expected

Jet: TypeAlias = tuple[arb, arb, arb]


def derivatives(name: str, z: arb) -> Jet:
    """Return balls for φ(z), φ′(z) and φ″(z).

    Raises:
        DomainError: `name` is no smooth activation of wnverify (relu has no second derivative at 0).

    >>> [float(value) for value in derivatives("sigmoid4", arb(0))]
    [0.0, 1.0, 0.0]
    """
    check(name)
    return DERIVATIVES[name](z)


def compose(name: str, z: arb_series) -> arb_series:
    """Return the series of φ(z(t)), truncated as z is, at order t³ at the latest.

    Raises:
        DomainError: `name` is no smooth activation of wnverify.

    >>> compose("sin", arb_series([0, 1, 2], prec=3))
    1.00000000000000*x + 2.00000000000000*x^2 + O(x^3)
    """
    # coefficient by coefficient: series plus number would be cut at the global ctx.cap
    value, slope, curvature = derivatives(name, z[0])
    terms = [value, slope * z[1], slope * z[2] + curvature / 2 * (z[1] * z[1])]
    return _truncated(terms, z.prec)


def compose_slope(name: str, z: arb_series) -> arb_series:
    """Return the series of φ′(z(t)), truncated as z is, at order t² at the latest.

    Raises:
        DomainError: `name` is no smooth activation of wnverify.

    >>> compose_slope("sin", arb_series([0, 1], prec=2))
    1.00000000000000 + O(x^2)
    """
    _, slope, curvature = derivatives(name, z[0])
    return _truncated([slope, curvature * z[1]], z.prec)


def check(name: str) -> None:
    """Raise unless `name` is a smooth activation of wnverify.

    Raises:
        DomainError: it is not.

    >>> check("relu")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    wnverify.errors.DomainError: Expected a smooth activation, but got 'relu': use ...
    """
    if name not in DERIVATIVES:
        raise DomainError(expected("a smooth activation", repr(name), f"use {', '.join(sorted(DERIVATIVES))}"))


def _truncated(terms: list[arb], order: int) -> arb_series:
    return arb_series(terms[:order], prec=min(order, len(terms)))


def _identity(z: arb) -> Jet:
    return z, arb(1), arb(0)


def _sin(z: arb) -> Jet:
    sine, cosine = z.sin_cos()
    return sine, cosine, -sine


def _tanh(z: arb) -> Jet:
    value, sech = z.tanh(), z.sech()
    slope = sech * sech
    return value, slope, -2 * value * slope


def _sigmoid4(z: arb) -> Jet:
    # 4σ(z) − 2 = 2 tanh(z/2)
    value, slope, curvature = _tanh(z / 2)
    return 2 * value, slope, curvature / 2


def _softplus(z: arb) -> Jet:
    tail = (-z if z.mid() > 0 else z).exp().log1p()  # log(1 + e^z) = z + log(1 + e^{−z})
    return (z + tail if z.mid() > 0 else tail), *_sigmoid(z)


def _softplus0(z: arb) -> Jet:
    # log((1 + e^z)/2) = log1p(expm1(z)/2) = z + log1p(expm1(−z)/2)
    tail = ((-z if z.mid() > 0 else z).expm1() / 2).log1p()
    return (z + tail if z.mid() > 0 else tail), *_sigmoid(z)


def _sigmoid(z: arb) -> tuple[arb, arb]:
    sech = (z / 2).sech()
    return 1 / (1 + (-z).exp()), sech * sech / 4


def _gelu(z: arb) -> Jet:
    # zΦ(z) has slope Φ + zΦ′ and curvature (2 − z²)Φ′, so its steepest point is z = √2
    supremum = _normal_cdf(arb(2).sqrt()) + arb(2).sqrt() * _normal_pdf(arb(2).sqrt())
    cdf, pdf = _normal_cdf(z), _normal_pdf(z)
    return z * cdf / supremum, (cdf + z * pdf) / supremum, (2 - z * z) * pdf / supremum


def _normal_cdf(z: arb) -> arb:
    return (-z / arb(2).sqrt()).erfc() / 2


def _normal_pdf(z: arb) -> arb:
    return (-z * z / 2).exp() / (2 * arb.pi()).sqrt()


DERIVATIVES: Mapping[str, Callable[[arb], Jet]] = {
    "identity": _identity,
    "sin": _sin,
    "tanh": _tanh,
    "sigmoid4": _sigmoid4,
    "softplus": _softplus,
    "softplus0": _softplus0,
    "gelu": _gelu,
}
