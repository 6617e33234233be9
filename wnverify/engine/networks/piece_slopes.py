"""Derivatives of what proofs go through: closed forms by layer, and one sweep that all of them share.

A number that is made of u^l, r^l, s·α^{l−1}, b^l, c^l = b^l φ′, φ′ and b^l φ″ is first differentiated by these, as if
they were free (`Felt`). The sweep goes along b^{l−1} = s u^{lT} c^l, from the first layer to the last, and then back
along z^l = ⟨u^l, s·α^{l−1}⟩, α^l = φ(z^l). A norm of second derivatives has its vector held fixed:

    ∂‖M‖ = ±⟨τ, ∂M τ⟩,    M τ = ±‖M‖ τ.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.engine.contractions import eigh
from wnverify.engine.networks import pieces
from wnverify.engine.networks.hessian import chunks
from wnverify.engine.networks.network import Direction, Network, Tape, forward, take
from wnverify.engine.networks.pieces import Layer

TINY = 1e-300
"""In place of a divisor that is zero."""


@dataclass
class Felt:
    """Derivatives of a number by what a layer is made of, each of the shape of that; see `Layer`."""

    u: FloatArray
    r: FloatArray
    below: FloatArray
    b: FloatArray
    c: FloatArray
    first: FloatArray
    bend: FloatArray

    @classmethod
    def nothing(cls, layer: Layer) -> Felt:
        """Zeros."""
        parts = (layer.u, layer.r, layer.below, layer.b, layer.c, layer.first, layer.bend)
        return cls(*(np.zeros_like(part) for part in parts))

    def sines(self, layer: Layer, weight: FloatArray) -> None:
        """Add what goes through (s‖α‖ sin θ_i)² = ‖s·α‖² − z_i², with these derivatives by it, (B, m)."""
        self.below += 2 * np.einsum("bi,bik->bk", weight, layer.across)
        self.u -= 2 * (weight * layer.along)[:, :, None] * layer.below[:, None]


Feel = Callable[[Network, list[Layer]], list[Felt]]


def slope(net: Network, feel: Feel) -> Direction:
    """The derivative by all arrays of what one of the functions below knows; 0 where it is no number.

    Args:
        net: networks with normalised rows.
        feel: the number, as it is felt by the layers.
    """
    found = []
    with np.errstate(all="ignore"):
        for part in chunks(net):
            some = take(net, part)
            tape = forward(some, 3)
            stack = pieces.of_tape(some, tape)
            found.append(_swept(tape, stack, feel(some, stack)))
    whole = [np.concatenate(each, axis=-1) for each in zip(*(each.W for each in found), strict=True)]
    v, x = (np.concatenate([getattr(each, name) for each in found], axis=-1) for name in ("v", "x"))
    return Direction(tuple(map(_known, whole)), _known(v), _known(x))


def _known(part: FloatArray) -> FloatArray:
    return np.where(np.isfinite(part), part, 0.0)


def _swept(tape: Tape, stack: Sequence[Layer], felt: Sequence[Felt]) -> Direction:
    upwards = np.zeros_like(stack[0].below)
    seconds = list[FloatArray]()
    for each, one, jets in zip(stack, felt, tape.phi, strict=True):
        one.c += each.s * np.einsum("bik,bk->bi", each.u, upwards)
        one.u += each.s * each.c[:, :, None] * upwards[:, None]
        upwards = one.b + one.c * each.first + one.bend * jets[1].T
        one.first += one.c * each.b
        seconds.append(one.bend * each.b)
    back, W = np.zeros_like(upwards), list[FloatArray]()
    for each, one, jets, second in list(zip(stack, felt, tape.phi, seconds, strict=True))[::-1]:
        z = one.first * jets[1].T + second * jets[2].T + back * each.first
        one.u += z[:, :, None] * each.below[:, None]
        back = each.s * (one.below + np.einsum("bi,bik->bk", z, each.u))
        along = (one.u * each.u).sum(axis=2, keepdims=True)
        whole = (one.u - along * each.u) / each.r[:, :, None] + one.r[:, :, None] * each.u
        W.append(np.moveaxis(whole, 0, -1))
    return Direction(tuple(W[::-1]), tape.kappa * upwards.T, back.T)


def _nothing(stack: Sequence[Layer]) -> list[Felt]:
    return [Felt.nothing(each) for each in stack]


def _whole(parts: Sequence[FloatArray]) -> FloatArray:
    """The root of the sum of all squares, (B, 1), never 0."""
    return np.maximum(np.sqrt(sum(np.square(part).sum(axis=1) for part in parts)), TINY)[:, None]


# ---- what gradients are made of


def reach(net: Network, stack: list[Layer]) -> list[Felt]:
    """√Σ_l ‖α^{l−1}‖²‖∂f/∂α^l‖²."""
    found = _nothing(stack)
    inputs = [pieces.units(net, each)[0] * each.below for each in stack]
    outputs = [pieces.units(net, each)[1] * each.b for each in stack]
    squares = [
        ((a**2).sum(axis=1)[:, None], (b**2).sum(axis=1)[:, None]) for a, b in zip(inputs, outputs, strict=True)
    ]
    total = _whole([np.sqrt(a * b) for a, b in squares])
    for each, one, (a, b) in zip(stack, found, squares, strict=True):
        inner, outer = pieces.units(net, each)
        one.below, one.b = inner**2 * each.below * b / total, outer**2 * each.b * a / total
    return found


def activation_reach(net: Network, stack: list[Layer]) -> list[Felt]:
    """√Σ_l ‖α^{l−1}‖²."""
    found = _nothing(stack)
    inputs = [pieces.units(net, each)[0] * each.below for each in stack]
    for each, one, part in zip(stack, found, inputs, strict=True):
        one.below = pieces.units(net, each)[0] * part / _whole(inputs)
    return found


def angle_reach(net: Network, stack: list[Layer]) -> list[Felt]:
    """√Σ_l ‖α^{l−1}‖² Σ_i c_i² sin²θ_i."""
    found = _nothing(stack)
    units = [float(np.prod(pieces.units(net, each))) for each in stack]
    total = _whole([unit * each.c * each.sines for unit, each in zip(units, stack, strict=True)])
    for each, one, unit in zip(stack, found, units, strict=True):
        one.c = unit**2 * each.c * each.sines**2 / total
        one.sines(each, unit**2 * each.c**2 / (2 * total))
    return found


def angle_recursion(_: Network, stack: list[Layer]) -> list[Felt]:
    """Σ_l x_{l−1} y_l t_l = A_L of A_l = (1 − |σ_l − t_l|)A_{l−1} + x_{l−1}t_l, x_l = (1 − σ_l)x_{l−1}."""
    return _of_angles(stack, 1.0, 0.0)


def last_activation(_: Network, stack: list[Layer]) -> list[Felt]:
    """Π_l (1 − σ_l) = x_L of the same."""
    return _of_angles(stack, 0.0, 1.0)


def _of_angles(stack: list[Layer], by_a: float, by_x: float) -> list[Felt]:
    """Back along the recursion, from the derivatives by A_L and x_L."""
    angles = [_angles(each) for each in stack]
    batch = stack[0].r.shape[0]
    A, x = [np.zeros(batch)], [np.ones(batch)]
    for _, spread, share, _ in angles:
        A.append((1 - np.abs(spread - share)) * A[-1] + x[-1] * share)
        x.append(x[-1] * (1 - spread))
    found, at_a, at_x = list[Felt](), np.full(batch, by_a), np.full(batch, by_x)
    for each, (squares, spread, share, total), a, before in zip(
        stack[::-1], angles[::-1], A[-2::-1], x[-2::-1], strict=True
    ):
        turned = np.sign(spread - share) * at_a * a
        of_spread, of_share = -at_x * before - turned, at_a * before + turned
        found.append(_felt_by_angles(each, squares, (of_spread, of_share), (share, total)))
        at_a, at_x = at_a * (1 - np.abs(spread - share)), at_a * share + at_x * (1 - spread)
    return found[::-1]


def _angles(layer: Layer) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """sin²θ_i, (B, m), their means σ and t, and Σ c_i², (B,)."""
    size = np.maximum((layer.below**2).sum(axis=1), TINY)[:, None]
    squares, total = layer.sines**2 / size, np.maximum((layer.c**2).sum(axis=1), TINY)
    return squares, squares.mean(axis=1), (layer.c**2 * squares).sum(axis=1) / total, total


def _felt_by_angles(
    layer: Layer, squares: FloatArray, by: tuple[FloatArray, FloatArray], share: tuple[FloatArray, FloatArray]
) -> Felt:
    """What a layer feels of what goes through σ and t."""
    found, (of_spread, of_share), (t, total) = Felt.nothing(layer), by, share
    found.c = 2 * layer.c * (of_share / total)[:, None] * (squares - t[:, None])
    each = of_spread[:, None] / squares.shape[1] + (of_share / total)[:, None] * layer.c**2
    size = np.maximum((layer.below**2).sum(axis=1), TINY)[:, None]
    found.sines(layer, each / size)
    found.below -= 2 * layer.below * (each * squares).sum(axis=1, keepdims=True) / size
    return found


def layer_jacobians(_: Network, stack: list[Layer]) -> list[Felt]:
    """Π_l ‖diag φ′(z^l) W̄^l‖₂/√m, by the singular vectors of every layer."""
    found, norms = _nothing(stack), list[FloatArray]()
    for each, one in zip(stack, found, strict=True):
        J = each.first[:, :, None] * each.u
        left, values, right = np.linalg.svd(np.where(np.isfinite(J), J, 0.0), full_matrices=False)
        pair = left[:, :, 0][:, :, None] * right[:, 0][:, None]
        norms.append(values[:, 0] / np.sqrt(each.r.shape[1]))
        one.first, one.u = (pair * each.u).sum(axis=2), pair * each.first[:, :, None]
    for layer, (each, one) in enumerate(zip(stack, found, strict=True)):
        others = np.prod([norm for other, norm in enumerate(norms) if other != layer], axis=0) / np.sqrt(
            each.r.shape[1]
        )
        one.first, one.u = one.first * others[..., None], one.u * np.reshape(others, (-1, 1, 1))
    return found


# ---- the Hessian


def row_curvature(_: Network, stack: list[Layer]) -> list[Felt]:
    """max_{l,i} |c_i| s‖α^{l−1}‖/r_i²."""
    found = _nothing(stack)
    sizes = [np.maximum(np.sqrt((each.below**2).sum(axis=1)), TINY)[:, None] for each in stack]
    values = [np.abs(each.c) * size / each.r**2 for each, size in zip(stack, sizes, strict=True)]
    for each, one, size, value, chosen in zip(stack, found, sizes, values, _largest(values), strict=True):
        one.c = chosen * np.sign(each.c) * size / each.r**2
        one.r = -2 * chosen * value / each.r
        one.below = (chosen * value).sum(axis=1, keepdims=True) * each.below / size**2
    return found


def _largest(values: Sequence[FloatArray]) -> list[FloatArray]:
    """1 at the largest of all, 0 elsewhere, (B, m) a layer."""
    whole = np.concatenate(values, axis=1)
    chosen = np.zeros_like(whole)
    chosen[np.arange(len(whole)), np.argmax(whole, axis=1)] = 1.0
    return np.split(chosen, np.cumsum([part.shape[1] for part in values])[:-1], axis=1)


def own_norm(_: Network, stack: list[Layer]) -> list[Felt]:
    """max |c_i|/r_i² · h_i, h = (|z| + R)/2 with R² = z² + 4(‖s·α‖² − z²) = 4‖s·α‖² − 3z²."""
    found, values = _nothing(stack), list[FloatArray]()
    roots = [np.maximum(np.sqrt(each.along**2 + 4 * each.sines**2), TINY) for each in stack]
    for each, root in zip(stack, roots, strict=True):
        wide = each.u.shape[2] > 1
        values.append(wide * np.abs(each.c) / each.r**2 * (np.abs(each.along) + root) / 2)
    for each, one, root, value, chosen in zip(stack, found, roots, values, _largest(values), strict=True):
        here = chosen * (value > 0)
        weight = here * np.abs(each.c) / each.r**2
        by_z = weight * (np.sign(each.along) - 3 * each.along / root) / 2
        one.c, one.r = here * value / np.where(each.c == 0, np.inf, each.c), -2 * here * value / each.r
        one.u = by_z[:, :, None] * each.below[:, None]
        one.below = np.einsum("bi,bik->bk", by_z, each.u) + 2 * (weight / root).sum(axis=1)[:, None] * each.below
    return found


def bent_norm(_: Network, stack: list[Layer]) -> list[Felt]:
    """‖Σ_l Z^{lT} diag(b^l φ″) Z^l‖: ζ^l = Z^l τ moves with ζ^l = s u^l χ^l + ‖q‖τ^l, χ^{l+1} = φ′ζ^l."""
    reaches = pieces.reaches(stack)
    whole = sum(
        np.matmul(Z.swapaxes(1, 2), each.bend[:, :, None] * Z) for Z, each in zip(reaches, stack, strict=True)
    )
    vector, sign = _top(np.asarray(whole))
    found, moved = _nothing(stack), [np.einsum("bij,bj->bi", Z, vector) for Z in reaches]
    for one, zeta in zip(found, moved, strict=True):
        one.bend = sign * zeta**2
    turned = np.split(vector, len(stack), axis=1)
    by_zeta = [2 * sign * each.bend * zeta for each, zeta in zip(stack, moved, strict=True)]
    _back_along(
        stack, found, moved, by_zeta, lambda layer, by: _by_lengths(stack[layer], found[layer], by, turned[layer])
    )
    return found


def _top(matrix: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The eigenvector of the eigenvalue of largest modulus, (B, p), and its sign, (B, 1)."""
    values, vectors = eigh(np.where(np.isfinite(matrix), matrix, 0.0))
    which, each = np.argmax(np.abs(values), axis=1), np.arange(len(values))
    return vectors[each, :, which], np.sign(values[each, which])[:, None]


def _back_along(
    stack: list[Layer],
    found: list[Felt],
    moved: list[FloatArray],
    by_zeta: list[FloatArray],
    own: Callable[[int, FloatArray], None],
    *,
    by_chi: list[FloatArray] | None = None,
) -> None:
    """Back along ζ^l = s u^l χ^l + own, χ^{l+1} = φ′(z^l)ζ^l, χ^1 = 0.

    Args:
        stack: the layers.
        found: what they feel, to which all of it is added.
        moved: ζ of every layer.
        by_zeta: the derivatives by ζ of every layer, besides.
        own: takes the whole derivative by ζ of a layer to what its second term is made of.
        by_chi: the derivatives by χ of every layer, besides.
    """
    later = np.zeros_like(by_zeta[-1])
    for layer in reversed(range(len(stack))):
        each, one = stack[layer], found[layer]
        one.first += moved[layer] * later
        by = by_zeta[layer] + each.first * later
        own(layer, by)
        if layer:
            chi = stack[layer - 1].first * moved[layer - 1]
            one.u += each.s * by[:, :, None] * chi[:, None]
            later = each.s * np.einsum("bi,bik->bk", by, each.u) + (0 if by_chi is None else by_chi[layer])


def _by_lengths(layer: Layer, felt: Felt, by: FloatArray, tau: FloatArray) -> None:
    """Through ‖q_i‖τ_i = s‖α‖ sin θ_i τ_i/r_i."""
    sines = layer.sines
    felt.r -= by * tau * sines / layer.r**2
    felt.sines(layer, by * tau / layer.r / np.where(sines > 0, 2 * sines, np.inf))


def cross_norm(_: Network, stack: list[Layer]) -> list[Felt]:
    """‖YT + (YT)ᵀ‖ = 2 Σ_{l≥2,i} s c_i/r_i ⟨P_i U_i, χ^l⟩, P_i = I − u_i u_iᵀ, where ζ moves with ⟨q_i, U_i⟩."""
    found = _nothing(stack)
    if len(stack) == 1:
        return found
    vector, sign = _top(pieces.cross_matrix(stack))
    m = stack[0].r.shape[1]
    rows = [part.reshape(-1, m, m) for part in np.split(vector[:, m:], len(stack) - 1, axis=1)]
    moved = [stack[0].sines / stack[0].r * vector[:, :m]]
    by_chi = [np.zeros_like(stack[0].below)]
    for each, lower, one, U in zip(stack[1:], stack, found[1:], rows, strict=False):
        chi = lower.first * moved[-1]
        by_chi.append(_by_rows(each, one, U, chi, sign))
        own = (each.across * U).sum(axis=2) / each.r
        moved.append(each.s * np.einsum("bik,bk->bi", each.u, chi) + own)

    def own_of(layer: int, by: FloatArray) -> None:
        if layer:
            _by_turns(stack[layer], found[layer], by, rows[layer - 1])
        else:
            _by_lengths(stack[0], found[0], by, vector[:, :m])

    _back_along(stack, found, moved, [np.zeros_like(each.r) for each in stack], own_of, by_chi=by_chi)
    return found


def _by_rows(layer: Layer, felt: Felt, U: FloatArray, chi: FloatArray, sign: FloatArray) -> FloatArray:
    """Through 2 s c_i/r_i (⟨U_i, χ⟩ − ⟨u_i, U_i⟩⟨u_i, χ⟩); the derivative by χ."""
    along, lifted = (layer.u * U).sum(axis=2), np.einsum("bik,bk->bi", layer.u, chi)
    product = np.einsum("bik,bk->bi", U, chi) - along * lifted
    felt.c += 2 * sign * layer.s / layer.r * product
    felt.r -= 2 * sign * layer.s * layer.c / layer.r**2 * product
    weight = (2 * sign * layer.s * layer.c / layer.r)[:, :, None]
    felt.u -= weight * (lifted[:, :, None] * U + along[:, :, None] * chi[:, None])
    return np.asarray((weight * (U - along[:, :, None] * layer.u)).sum(axis=1))


def _by_turns(layer: Layer, felt: Felt, by: FloatArray, U: FloatArray) -> None:
    """Through ⟨q_i, U_i⟩ = (⟨s·α, U_i⟩ − z_i⟨u_i, U_i⟩)/r_i."""
    along, weight = (layer.u * U).sum(axis=2), by / layer.r
    felt.r -= weight * (layer.across * U).sum(axis=2) / layer.r
    felt.below += np.einsum("bi,bik->bk", weight, U - along[:, :, None] * layer.u)
    felt.u -= weight[:, :, None] * (along[:, :, None] * layer.below[:, None] + layer.along[:, :, None] * U)
