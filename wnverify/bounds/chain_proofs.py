"""Proofs by the lemma `chain`, as steps: how derivatives run through the layers of any network."""

from __future__ import annotations

from collections.abc import Sequence

import sympy

from wnverify.bounds.pre_activations import pair
from wnverify.steps import Step


def by_chain(
    hessian: sympy.Expr,
    blocks: tuple[sympy.Expr, sympy.Expr],
    limits: tuple[sympy.Expr, sympy.Expr],
    given: Sequence[str] | None = None,
) -> list[Step]:
    """‖∇²_θ f‖₂ ≤ (C + √(C² + 4b²))/2, by the blocks of the Hessian.

    Args:
        hessian: ‖∇²_θ f‖₂.
        blocks: ‖∂²f/∂W²‖₂ of all weights of the layers, and ‖∂²f/∂W∂v‖₂.
        limits: C and b.
        given: the hypotheses of the theorem that the two bounds use; all of them if nothing is said.
    """
    (hidden, cross), (C, b) = blocks, limits
    return [
        Step(
            "the form [[0, b], [b, C]] in (‖v̇‖, ‖U‖), b and C the norms of the blocks",
            hessian,
            "<=",
            pair(hidden, cross),
            given=[],
        ),
        Step("‖α̇^L‖ ≤ ⟨y_L, (‖U^k‖)⟩, and Cauchy–Schwarz", cross, "<=", b, given=given),
        Step("⟨v, α̈^L⟩ ≤ V⟨(‖U^k‖), Q(‖U^k‖)⟩, the recursion unrolled", hidden, "<=", C, given=given),
    ]


def by_layers(
    gradient: sympy.Expr, parts: tuple[sympy.Expr, sympy.Expr], limits: tuple[sympy.Expr, sympy.Expr]
) -> list[Step]:
    """‖∇_θ f‖² ≤ a² + V²b², by the output layer and the others.

    Args:
        gradient: ‖∇_θ f‖.
        parts: ‖∂f/∂v‖ and ‖∂f/∂W‖.
        limits: a and Vb.
    """
    (out, hidden), (a, b) = parts, limits
    return [
        Step("both blocks of parameters", gradient, "=", sympy.sqrt(out**2 + hidden**2), given=[]),
        Step("∂f/∂v = α^L, of norm at most 1", out, "<=", a),
        Step("‖∂f/∂W^l‖ ≤ Vp_lT_l: what the layer adds, and what those above make of it", hidden, "<=", b),
    ]
