"""Laws: what a bound in ρ₁ and ω says of networks with rows of norm 1 and ‖v‖ = 1, found and checked by algebra.

Write s = 1 + ρ₁ and q = s/ω, B for the bound at given L, m, d and φ(0) = 0. The measured sides are, in quantities of
the network with unit rows and unit v,

    |f| = s|f|,   ‖∇_x f‖ = s‖∇_x f‖,   ‖∇_W f‖ = q‖p‖,   ‖∇_θ f‖² = ‖α^L‖² + q²‖p‖²,
    ∇²f·ω²/s = [[A, τB], [τBᵀ, 0]] with τ = ω/s.

If B/s, B/q or the polynomial B² in q, or B·ω²/s as (C + √(C² + 4b²τ²))/2, contain neither s nor ω, then the claim
holds for all s ≥ 1 and ω > 0 if, and by their limits only if, each of these quantities has a bound of its own. If
they do contain them, nothing is proved.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import sympy

from wnverify.claim import Claim, Relation
from wnverify.errors import UsageError, expected
from wnverify.families.networks.setting import L, beta, c0, d, m
from wnverify.families.networks.weight_norm import QUANTITIES, input_norm, omega, rho
from wnverify.proving.domain import Domain

s, w, q = (sympy.Symbol(name, positive=True) for name in ("s", "w", "q"))
ROOT = sympy.Symbol("root", positive=True)
Thresholds = Mapping[str, sympy.Expr]


@dataclass(frozen=True)
class Law:
    """What is left of a claim.

    Args:
        thresholds: for every goal by its name the number that it must not exceed, squared where the goal is a square;
            without symbols but beta.
        broken: why the bound is of no such form; empty if it is.
    """

    thresholds: Thresholds
    broken: str = ""


class _Broken(Exception):
    """The bound does not obey the law of its quantity."""


def law(claim: Claim, domain: Domain) -> Law:
    """The thresholds of a claim at a shape.

    Raises:
        UsageError: if the measured side is none of those above, or the bound is made of other quantities.
    """
    name = getattr(claim.lhs, "name", "")
    if claim.relation != "<=" or name not in LAWS or claim.lhs != QUANTITIES[name]:
        wanted = f"a claim x <= bound with x among {', '.join(LAWS)}"
        raise UsageError(expected(wanted, claim.main, "`check` attacks it; `prove` does not know how it scales"))
    if not any(_is_unit_ball(hypothesis) for hypothesis in claim.given.values()):
        raise UsageError(expected("the hypothesis input_norm <= 1", f"others in “{claim}”"))
    others = sorted(str(each) for each in claim.rhs.free_symbols - {L, m, d, rho, omega, beta, c0})
    if others:
        raise UsageError(expected("a bound in L, m, d, rho, omega, beta and c0", ", ".join(others)))
    sizes = {L: sympy.Integer(domain.L), m: sympy.Integer(domain.m), d: sympy.Integer(domain.d), c0: sympy.Integer(0)}
    bound = claim.rhs.subs(sizes).subs({rho: s - 1, omega: w})
    try:
        return Law(LAWS[name](bound))
    except _Broken as error:
        return Law({}, str(error))


def _is_unit_ball(hypothesis: Relation) -> bool:
    """Whether it is ‖x‖ ≤ 1; hypotheses that are not used make a claim weaker than what is proved."""
    return (hypothesis.lhs, hypothesis.relation, hypothesis.rhs) == (input_norm, "<=", sympy.Integer(1))


def _free(expression: sympy.Expr, what: str) -> sympy.Expr:
    """The expression if it contains neither s nor ω, after expansion or simplification."""
    for simpler in (sympy.expand, sympy.simplify):
        found = simpler(expression)
        if not found.free_symbols - {beta}:
            return found
    raise _Broken(f"{what} depends on ρ₁ or ω")


def _squared(expression: sympy.Expr, what: str) -> sympy.Expr:
    """The square of a number ≥ 0 that contains neither s nor ω."""
    found = _free(expression, what)
    if not found.is_nonnegative:
        raise _Broken(f"{what} is not known to be ≥ 0")
    return found**2


def _output(bound: sympy.Expr) -> Thresholds:
    return {"output": _squared(bound / s, "bound/(1+ρ₁)")}


def _input(bound: sympy.Expr) -> Thresholds:
    return {"input": _squared(bound / s, "bound/(1+ρ₁)")}


def _hidden(bound: sympy.Expr) -> Thresholds:
    return {"rows": _squared(bound * w / s, "bound·ω/(1+ρ₁)")}


def _gradient(bound: sympy.Expr) -> Thresholds:
    if not bound.is_nonnegative:
        raise _Broken("the bound is not known to be ≥ 0")
    square = sympy.expand(sympy.expand(bound**2).subs(w, s / q))
    if square.free_symbols - {q, beta} or not square.is_polynomial(q):
        raise _Broken("bound² is no polynomial in (1+ρ₁)/ω")
    terms = sympy.Poly(square, q).as_dict()
    if set(terms) - {(0,), (2,)}:
        raise _Broken("bound² has other terms than 1 and ((1+ρ₁)/ω)²")
    return {"values": terms.get((0,), sympy.Integer(0)), "rows": terms.get((2,), sympy.Integer(0))}


def _hessian(bound: sympy.Expr) -> Thresholds:
    """C and b² from bound·ω²/s = P + Q√Y = C/2 + √(C²/4 + b²τ²)."""
    roots = [p for p in bound.atoms(sympy.Pow) if p.exp == sympy.Rational(1, 2) and p.base.free_symbols & {s, w}]
    if not roots:
        return {"curvature": _free(bound * w**2 / s, "bound·ω²/(1+ρ₁)"), "mixed": sympy.Integer(0)}
    plain = sympy.expand(bound.xreplace({roots[0]: ROOT}))
    if len(roots) > 1 or not plain.is_polynomial(ROOT) or sympy.degree(plain, ROOT) != 1:
        raise _Broken("the bound is not of the form P + Q√Y")
    half, factor = plain.coeff(ROOT, 0) * w**2 / s, plain.coeff(ROOT, 1) * w**2 / s
    half = _free(half, "the part P·ω²/(1+ρ₁) of the bound P + Q√Y")
    under = sympy.expand(sympy.expand(factor**2 * roots[0].base).subs(w, s / q))
    terms = {power: _free(under.coeff(q, power), "Y") for power in (0, -2)}
    rest = under - terms[0] - terms[-2] / q**2
    if not _zero(rest) or not factor.is_positive or not _zero(terms[0] - half**2):
        raise _Broken("bound·ω²/(1+ρ₁) is not of the form (C + √(C² + 4b²τ²))/2 with τ = ω/(1+ρ₁)")
    return {"curvature": 2 * half, "mixed": terms[-2]}


def _zero(expression: sympy.Expr) -> bool:
    return sympy.expand(expression) == 0 or bool(sympy.simplify(expression) == 0)


LAWS: Mapping[str, Callable[[sympy.Expr], Thresholds]] = {
    "output_abs": _output,
    "input_gradient_norm": _input,
    "hidden_gradient_norm": _hidden,
    "gradient_norm": _gradient,
    "hessian_norm": _hessian,
}
