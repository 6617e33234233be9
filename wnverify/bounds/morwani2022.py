"""Formulas for homogeneous networks under SWN and EWN, after Morwani & Ramaswamy (arXiv:2010.12909), each once."""

from __future__ import annotations

import sympy

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
