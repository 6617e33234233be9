"""Slopes: φ, φ′ and φ″ of a function on a box, in balls; the checker's formulas, none of which is the prover's."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from flint import arb

from wnverify.proving.series import Slope, cosine, sine, squared, tanh


def _identity(z: Slope) -> Sequence[Slope]:
    return z, z.box.number(1), z.box.number(0)


def _tanh(z: Slope) -> Sequence[Slope]:
    value = tanh(z)
    slope = z.box.number(1) - value.squared()
    return value, slope, z.box.number(-2) * (value * slope)


def _sin(z: Slope) -> Sequence[Slope]:
    value = sine(z)
    return value, cosine(z), z.box.number(-1) * value


def _logistic(z: Slope) -> tuple[Slope, Slope]:
    """σ = 1/(1 + e^{−z}), which rises, and σ′ = σ(1 − σ)."""
    at = _sigma(z.at)
    over = _sigma(z.over.lower()).union(_sigma(z.over.upper()))
    first, rise = at * (1 - at), over * (1 - over)
    value = z.through(at, over, first, rise * (1 - 2 * over))
    centred = value - z.box.number(arb(1) / 2)
    return value, z.box.number(arb(1) / 4) - centred.squared()


def _sigma(x: arb) -> arb:
    return 1 / (1 + (-x).exp())


def _sigmoid4(z: Slope) -> Sequence[Slope]:
    """4σ − 2, 4σ′ and 4σ″ = 4σ′(1 − 2σ)."""
    value, rise = _logistic(z)
    one, four = z.box.number(1), z.box.number(4)
    return four * value - z.box.number(2), four * rise, four * rise * (one - value - value)


def _softplus(z: Slope) -> Sequence[Slope]:
    """log(1 + e^z), σ and σ′; it rises."""
    value, rise = _logistic(z)
    ends = [(1 + end.exp()).log() for end in (z.over.lower(), z.over.upper())]
    own = z.through((1 + z.at.exp()).log(), ends[0].union(ends[1]), value.at, rise.over)
    return own, value, rise


def _softplus0(z: Slope) -> Sequence[Slope]:
    value, slope, bend = _softplus(z)
    return value - z.box.number(arb(2).log()), slope, bend


def _gelu(z: Slope) -> Sequence[Slope]:
    """zΦ(z)/S with S = (1 + erf 1)/2 + 1/(e√π) and Φ(z) = (1 + erf(z/√2))/2."""
    height = z.box.number(1 / ((1 + arb(1).erf()) / 2 + (-arb(1)).exp() / arb.pi().sqrt()))
    at, over = _bell(z.at), _bell(z.over)
    bell = z.through(at, over, -z.at * at, (squared(z.over) - 1) * over)
    ends = [_normal(end) for end in (z.over.lower(), z.over.upper())]
    normal = z.through(_normal(z.at), ends[0].union(ends[1]), at, -z.over * over)
    bend = (z.box.number(2) - z.squared()) * bell
    return height * (z * normal), height * (normal + z * bell), height * bend


def _bell(x: arb) -> arb:
    """e^{−x²/2}/√(2π), by the ends of x²."""
    square = squared(x)
    return ((-square.lower() / 2).exp()).union((-square.upper() / 2).exp()) / (2 * arb.pi()).sqrt()


def _normal(x: arb) -> arb:
    return (1 + (x / arb(2).sqrt()).erf()) / 2


SLOPES: Mapping[str, Callable[[Slope], Sequence[Slope]]] = {
    "identity": _identity,
    "tanh": _tanh,
    "sin": _sin,
    "sigmoid4": _sigmoid4,
    "softplus": _softplus,
    "softplus0": _softplus0,
    "gelu": _gelu,
}
"""By name: φ, φ′ and φ″."""
