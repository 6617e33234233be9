"""Formulas for homogeneous networks under SWN and EWN, after Morwani & Ramaswamy (arXiv:2010.12909), each once."""

from __future__ import annotations

import sympy

from wnverify.claim import Claim
from wnverify.families.homogeneous.competing_nodes import c1, c2, w1, w2
from wnverify.families.homogeneous.hidden_flow import RAN, cos_delta, end_1, end_2, half_1, half_2
from wnverify.families.homogeneous.state import C, force, loss, phi, radial_force

TWO = sympy.Integer(2)


def mixed(radial: sympy.Expr, across: sympy.Expr) -> sympy.Expr:
    """⟨z, (radial·bbᵀ + across·(I − bbᵀ))G⟩.

    >>> mixed(sympy.S.One, sympy.S.One)
    force
    """
    return radial * radial_force + across * (force - radial_force)


def dissipation_floor(constant: sympy.Expr = C, power: int = 2) -> sympy.Expr:
    """C (LL φ)², φ = log(1/LL): the least speed at which EWN lowers an exponential loss.

    >>> dissipation_floor()
    C*loss**2*phi**2
    """
    return constant * loss**2 * phi**power


def inverse_loss(value: sympy.Expr, power: sympy.Expr = TWO) -> sympy.Expr:
    """1/(LL log^p(1/LL)) where LL = e^{−value}.

    >>> inverse_loss(sympy.Symbol("f"))
    exp(f)/f**2
    """
    return sympy.exp(value) / value**power


def conserved(before: sympy.Expr, after: sympy.Expr, size: sympy.Expr) -> Claim:
    """What two competing nodes conserve, measured relative to `size`: (after − before)/size = 0."""
    return Claim((after - before) / size, "=", sympy.Integer(0), tolerance=1e-9)


def conserved_powers(power: sympy.Expr, later1: sympy.Expr, later2: sympy.Expr) -> Claim:
    """w_1^power/c_1 − w_2^power/c_2 is conserved, relative to the terms; w_1, w_2 become `later1`, `later2`."""
    before, after = w1**power / c1 - w2**power / c2, later1**power / c1 - later2**power / c2
    scale = sum(w**power / c for w, c in ((w1, c1), (w2, c2), (later1, c1), (later2, c2)))
    return conserved(before, after, scale)


def growths(relation: str, factor: sympy.Expr) -> Claim:
    """‖w_u‖ − ‖w_u(0)‖ against `factor` times that of w_v, from half of a run on, at less than a right angle."""
    given = {**RAN, "less than a right angle": (cos_delta, ">", 0)}
    return Claim(end_1 - half_1, relation, factor * (end_2 - half_2), given=given, tolerance=1e-4)
