"""Polynomials that are ≥ 0 wherever their variables are: coefficients first, then square roots, then bisection."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.symbolic.orthant import (
    Fraction,
    Frame,
    Poly,
    TooHardError,
    coefficient_sign,
    limited,
    substitute_squares,
)
from wnverify.symbolic.proof.tree import Proof

DEEPEST = 5
MOST_PAIRED = 5
LONGEST = 400


def fraction_is_nonnegative(found: Fraction, frame: Frame) -> Proof | None:
    """A proof that top/bottom ≥ 0 wherever the variables are ≥ 0 and the square roots what they stand for."""
    if found.top.is_zero():
        return Proof("coefficients")
    sign = coefficient_sign(found.bottom, frame)
    return is_nonnegative(sign * found.top, frame) if sign else None


def is_nonnegative(poly: Poly, frame: Frame, depth: int = DEEPEST) -> Proof | None:
    """A proof that the polynomial is ≥ 0; None means only that none was found."""
    if poly.is_zero() or coefficient_sign(poly, frame) == 1:
        return Proof("coefficients")
    if depth == 0:
        return None
    degrees = poly.degrees()
    present = [index for index in frame.squares if degrees[index] and frame.names[index] in frame.radicals]
    if present:
        return _with_radical(poly, max(present), frame, depth - 1)
    return _bisect(poly, frame, depth) if len(poly) <= LONGEST and _plausible(poly, frame) else None


# ---- A + B·s with s = √S ≥ 0


def _with_radical(poly: Poly, index: int, frame: Frame, depth: int) -> Proof | None:
    """A + B·s ≥ 0: B ≤ 0 ≤ A and A² ≥ B²S; or B ≥ 0 and B²S ≥ A² (or A ≥ 0)."""
    rest, slope = _linear(poly, index, frame)
    square = substitute_squares(frame.squares[index], frame)
    gap = limited(rest, rest, frame) - limited(limited(slope, slope, frame), square, frame)
    gap = substitute_squares(gap, frame)
    if down := is_nonnegative(-slope, frame, depth):
        return _rooted(index, "falling", [down, *_each([rest, gap], frame, depth)], 3)
    if not (up := is_nonnegative(slope, frame, depth)):
        return None
    both = _rooted(index, "both", [up, *_each([rest], frame, depth)], 2)
    return both or _rooted(index, "rising", [up, *_each([-gap], frame, depth)], 2)


def _each(polys: list[Poly], frame: Frame, depth: int) -> Iterator[Proof]:
    """Proofs for the polynomials one by one, as far as there are any."""
    for poly in polys:
        found = is_nonnegative(poly, frame, depth)
        if found is None:
            return
        yield found


def _rooted(index: int, way: str, parts: list[Proof], needed: int) -> Proof | None:
    return Proof("root", tuple(parts), {"index": index, "way": way}) if len(parts) == needed else None


def _linear(poly: Poly, index: int, frame: Frame) -> tuple[Poly, Poly]:
    if poly.degrees()[index] > 1:
        raise TooHardError("a square that was not replaced")
    slope, rest = divmod(poly, frame.ring.gens()[index])
    return rest, slope


# ---- bisection of the orthant at t = 1


def _bisect(poly: Poly, frame: Frame, depth: int) -> Proof | None:
    """Prove it for t ≤ 1 and for t ≥ 1, or for s ≤ t and for s ≥ t: where that leaves fewest negative terms."""
    first = len(frame.names) - len(frame.constants)
    active = [index for index in range(first) if poly.degrees()[index]]
    cuts = [({"index": index}, _halves(poly, index, frame)) for index in active]
    pairs = combinations(active[:MOST_PAIRED], 2)
    cuts += [({"index": i, "other": j}, _ordered(poly, i, j, frame)) for i, j in pairs]
    if not cuts:
        return None
    data, best = min(cuts, key=lambda cut: _negative_terms(cut[1][0]) + _negative_terms(cut[1][1]))
    parts = tuple(_each(list(best), frame, depth - 1))
    return Proof("ordered" if "other" in data else "halves", parts, data) if len(parts) == 2 else None


def _halves(poly: Poly, index: int, frame: Frame) -> tuple[Poly, Poly]:
    gens = list(frame.ring.gens())
    t, degree = gens[index], poly.degrees()[index]
    frame.effort.spend(len(poly) * (degree + 1) ** 2)
    reverse = {
        (*exponents[:index], degree - exponents[index], *exponents[index + 1 :]): coefficient
        for exponents, coefficient in poly.to_dict().items()
    }
    gens[index] = 1 + t
    outer = poly.compose(*gens, ctx=frame.ring)
    # t = u/(1+u): (1+u)^n p(u/(1+u)) is the reversal of q(1+u), q(v) = v^n p(1/v), in the variable 1/u
    inner = frame.ring.from_dict(reverse).compose(*gens, ctx=frame.ring)
    if len(outer) + len(inner) > 10 * LONGEST:
        raise TooHardError("too many terms after bisection")
    return outer, inner


def _ordered(poly: Poly, first: int, second: int, frame: Frame) -> tuple[Poly, Poly]:
    """For s = t + u, and for t = s + u: together all s, t ≥ 0."""
    gens = list(frame.ring.gens())
    degrees = poly.degrees()
    frame.effort.spend(len(poly) * (degrees[first] + degrees[second] + 1) ** 2)
    found = []
    for moved, other in ((first, second), (second, first)):
        places = list(gens)
        places[moved] = gens[moved] + gens[other]
        found.append(poly.compose(*places, ctx=frame.ring))
    return found[0], found[1]


def _negative_terms(poly: Poly) -> int:
    return sum(1 for coefficient in poly.coeffs() if coefficient < 0)


def _plausible(poly: Poly, frame: Frame) -> bool:
    """Whether it is ≥ 0 at some dozens of points, up to rounding: a sieve before the work of bisection."""
    exponents = np.array(poly.monoms(), dtype=float)
    coefficients = np.array([float(c.p) / float(c.q) for c in poly.coeffs()])
    frame.effort.spend(64 * len(poly))
    with np.errstate(all="ignore"):
        terms = coefficients * np.exp(np.log(_points(frame)) @ exponents.T)
        value, size = terms.sum(axis=1), np.abs(terms).sum(axis=1)
        return not bool(np.any(value < -1e-9 * size))


def _points(frame: Frame) -> FloatArray:
    first = len(frame.names) - len(frame.constants)
    points = 10.0 ** np.random.default_rng(1).uniform(-2, 2, (64, max(1, len(frame.names))))
    for index in range(first, len(frame.names)):
        points[:, index] = float(frame.names[index])
    return points
