"""How first and second derivatives of activations run through the layers of any network: one lemma for all of them.

Along (U¹, …, U^L, q) suppose ‖α̇^l‖ ≤ χ_l‖α̇^{l−1}‖ + p_l‖U^l‖ and
‖α̈^l‖ ≤ χ_l‖α̈^{l−1}‖ + k_l(ζ_l‖α̇^{l−1}‖ + π_l‖U^l‖)² + 2c_l‖U^l‖‖α̇^{l−1}‖ + o_l‖U^l‖², where ζ = χ and π = p but
for residual layers. With T_l = Π_{j>l} χ_j, y_l = χ_l y_{l−1} + p_l e_l, z_l = ζ_l y_{l−1} + π_l e_l and
Q = Σ_l T_l[k_l z_l z_lᵀ + c_l(e_l y_{l−1}ᵀ + y_{l−1} e_lᵀ) + o_l e_l e_lᵀ],
b² = Σ(p_l T_l)² and C = ‖v‖ λ_max(Q) it is ‖∇_W f‖ ≤ ‖v‖b and ‖∇²_θ f‖₂ ≤ (C + √(C² + 4b²))/2.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from wnverify.families.own.own_quantity import Common, Part

BETA = {"identity": 0.0, "tanh": 0.77}
"""sup|φ″| by the activation, rounded upwards."""
CURVATURE = 2 * 3.0**-0.5 * (1 + 1e-15)
"""2/√3, rounded upwards: what a normalization by a Euclidean norm adds to second derivatives."""


NONE = 0.0
"""Of a layer that adds nothing of its own."""


@dataclass(frozen=True)
class Step:
    """One layer: the factors χ_l, p_l, k_l, c_l and o_l, and (ζ_l, π_l) where they are not (χ_l, p_l)."""

    chi: Any
    p: Any
    k: Any
    c: Any
    o: Any = NONE
    inner: tuple[Any, Any] | None = None


def _remaining(steps: Sequence[Step]) -> list[Any]:
    """T_l, from the first layer to the last."""
    found: list[Any] = [1.0]
    for step in reversed(steps[1:]):
        found.append(found[-1] * step.chi)
    return found[::-1]


def reaches(xp: Any, steps: Sequence[Step]) -> Any:
    """b = √(Σ_l (p_l T_l)²)."""
    terms = [(step.p * rest) ** 2 for step, rest in zip(steps, _remaining(steps), strict=True)]
    return xp.sqrt(sum(terms[1:], terms[0]))


def coupling(xp: Any, steps: Sequence[Step]) -> Any:
    """λ_max(Q), which is ‖Q‖₂ as no entry of Q is negative.

    Σ T_l c_l e_l y_{l−1}ᵀ is the matrix with the rows T_l c_l y_{l−1}, and Σ T_l k_l z_l z_lᵀ = Zᵀ diag(T_l k_l) Z.
    """
    rests, units = _remaining(steps), np.eye(len(steps))
    y: Any = 0 * units[0]
    before, inner = list[Any](), list[Any]()
    for e, step in zip(units, steps, strict=True):
        zeta, pi = step.inner or (step.chi, step.p)
        inner.append(zeta * y + pi * e if before else pi * e)
        before.append(y)
        y = step.chi * y + step.p * e if before[1:] else step.p * e
    Z = xp.stack(inner)
    curved = xp.stack([rest * step.k for rest, step in zip(rests, steps, strict=True)])
    crossed = xp.stack([rest * step.c * row for rest, step, row in zip(rests, steps, before, strict=True)])
    total = Z.T @ (curved[:, None] * Z) + crossed + crossed.T
    if any(step.o is not NONE for step in steps):
        total = total + xp.stack([rest * step.o for rest, step in zip(rests, steps, strict=True)])[:, None] * units
    return xp.spectral_norm(total)


def ends(steps: Callable[[Any, Any, Any], Sequence[Step]]) -> tuple[Part, ...]:
    """b and λ_max(Q) as functions of (xp, theta, x), of the same steps."""
    return parted(steps, (reaches, coupling))


def largest_ends(steps: Callable[[Any, Any, Any], Sequence[Step]]) -> tuple[Part, ...]:
    """The largest b and the largest λ_max(Q) of the inputs that an instance has."""

    def chains(xp: Any, theta: Any, _: Any) -> list[Sequence[Step]]:
        return [steps(xp, theta, theta.X[index]) for index in range(theta.n)]

    def most(of: Callable[[Any, Sequence[Step]], Any]) -> Callable[[Any, Any], Any]:
        return lambda xp, every: xp.max(xp.stack([of(xp, chain) for chain in every]))

    return parted(chains, (most(reaches), most(coupling)))


def parted(made: Callable[[Any, Any, Any], Any], of: Sequence[Callable[[Any, Any], Any]]) -> tuple[Part, ...]:
    """Functions of (xp, theta, x), each a function of (xp, what they are all made of)."""

    def alone(function: Callable[[Any, Any], Any]) -> Callable[[Any, Any, Any, Any], Any]:
        return lambda xp, _, __, found: function(xp, found)

    common = Common(made, [alone(function) for function in of])
    return tuple(Part(common, place) for place in range(len(of)))
