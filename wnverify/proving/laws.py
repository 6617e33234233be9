"""Laws: what a bound in ρ₁ and ω says of networks with rows of norm 1 and ‖v‖ = 1, found and checked by algebra.

Write s = 1 + ρ₁ and q = s/ω, B for the bound at given L, m, d. The measured sides are, in quantities of the network
with unit rows and unit v,

    |f| = s|f|,   ‖∇_x f‖ = s‖∇_x f‖,   ‖∇_W f‖ = q‖p‖,   ‖∇_θ f‖² = ‖α^L‖² + q²‖p‖²,
    ∇²f = [[aA, bB], [bBᵀ, 0]] with a = s/ω², b = 1/ω.

If B/s or B/q contains neither s nor ω, the claim holds for all s ≥ 1 and ω > 0 if and only if the quantity has that
bound. If B² is the largest of several a_i + b_i q², then, since a convex function that is linear between its corners
is above a linear one if and only if it is so at 0, at its corners and in the limit, the claim is ‖α^L‖² ≤ max a_i,
‖p‖² ≤ max b_i and ‖α^L‖² + t‖p‖² ≤ max(a_i + b_i t) wherever two of these lines cross at t > 0.

If B·ω²/s is (C + √(C² + 4c²τ²))/2 with τ = ω/s, the claim is ‖A‖ ≤ C and ‖B‖ ≤ c. Any other bound on ∇²f that is
homogeneous of degree 1 in (a, b), whatever roots, maxima and minima it is made of, is a function of the share
u = b/(a + b) in (0, 1), which becomes one more coordinate. Of a bound that scales otherwise nothing is proved.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import sympy

from wnverify.claim import Claim, Relation
from wnverify.engine.activations import exact_constants
from wnverify.errors import UsageError, expected
from wnverify.families.networks.setting import L, beta, c0, d, m, slope
from wnverify.families.networks.weight_norm import QUANTITIES, input_norm, omega, rho
from wnverify.proving.domain import Domain

s, w, q = (sympy.Symbol(name, positive=True) for name in ("s", "w", "q"))
a, b = (sympy.Symbol(name, positive=True) for name in ("a", "b"))
"""s/ω² and 1/ω."""
u = sympy.Symbol("u", nonnegative=True)
"""b/(a + b)."""
ROOT = sympy.Symbol("root", positive=True)
CONSTANTS = frozenset({beta, c0})


@dataclass(frozen=True)
class Demand:
    """What is left of a claim, or a part of it.

    Args:
        goal: what is bounded, see `wnverify.proving.goals`.
        numbers: that the goal needs, the last of which it must not exceed; squared where the goal is a square. They
            have no symbols but beta and c0, and u where the domain has it.
    """

    goal: str
    numbers: Sequence[sympy.Expr]

    def eased(self, slack: sympy.Rational) -> Demand:
        """The same with the bound multiplied by a slack."""
        *rest, most = self.numbers
        return replace(self, numbers=[*rest, most * (slack if self.goal in PLAIN else slack**2)])


PLAIN = frozenset({"curvature", "hessian"})
"""Goals that are no squares, whose numbers grow as the slack does."""
Demands = Mapping[str, Demand]


@dataclass(frozen=True)
class Law:
    """What is left of a claim.

    Args:
        demands: by name.
        domain: of the networks, with u if a demand needs it.
        broken: why the bound is of no such form; empty if it is.
    """

    demands: Demands
    domain: Domain
    broken: str = ""


class _Broken(Exception):
    """The bound does not obey the law of its quantity."""


def law(claim: Claim, domain: Domain) -> Law:
    """What is left of a claim at a shape.

    Raises:
        UsageError: if the measured side is none of those above, the bound is made of other quantities, or the claim
            says nothing of the shape or the activation.
    """
    name = getattr(claim.lhs, "name", "")
    if claim.relation != "<=" or name not in LAWS or claim.lhs != QUANTITIES[name]:
        wanted = f"a claim x <= bound with x among {', '.join(LAWS)}"
        raise UsageError(expected(wanted, claim.main, "`check` attacks it; `prove` does not know how it scales"))
    if not any(_is_unit_ball(hypothesis) for hypothesis in claim.given.values()):
        raise UsageError(expected("the hypothesis input_norm <= 1", f"others in “{claim}”"))
    # bound variables too: what sums or differentiates is no arithmetic
    others = sorted(str(each) for each in claim.rhs.atoms(sympy.Symbol) - {L, m, d, rho, omega, beta, c0})
    if others:
        raise UsageError(expected("a bound in L, m, d, rho, omega, beta and c0", ", ".join(others)))
    sizes = {L: sympy.Integer(domain.L), m: sympy.Integer(domain.m), d: sympy.Integer(domain.d)}
    _check_said(claim, domain, sizes)
    if domain.odd:
        sizes[c0] = sympy.Integer(0)
    bound = claim.rhs.subs(sizes).subs({rho: s - 1, omega: w})
    try:
        demands = LAWS[name](bound)
    except _Broken as error:
        return Law({}, domain, str(error))
    return Law(demands, replace(domain, scaled="hessian" in demands, inputs="input" in demands))


def _check_said(claim: Claim, domain: Domain, sizes: Mapping[sympy.Symbol, sympy.Expr]) -> None:
    """Refuse a shape or an activation that a hypothesis leaves out.

    Raises:
        UsageError: for one.
    """
    constants = exact_constants(domain.activation)
    known = {**sizes, slope: constants["slope"], beta: constants["beta"], c0: constants["c0"]}
    for name, hypothesis in claim.given.items():
        sides = hypothesis.lhs - hypothesis.rhs if sympy.oo != hypothesis.rhs else None
        if sides is None or sides.free_symbols - {*known, rho, omega}:
            continue
        difference = sides.subs(known)
        fails = {"<=": difference.is_positive, ">=": difference.is_negative}
        strict = {"<": difference.is_nonnegative, ">": difference.is_nonpositive, "=": difference.is_zero is False}
        if {**fails, **strict}.get(hypothesis.relation):
            about = f"networks with {name}, which the theorem supposes"
            raise UsageError(expected(about, f"{domain.shape} {domain.activation}", "it says nothing of these"))


def _is_unit_ball(hypothesis: Relation) -> bool:
    """Whether it is ‖x‖ ≤ 1; hypotheses that are not used make a claim weaker than what is proved."""
    return (hypothesis.lhs, hypothesis.relation, hypothesis.rhs) == (input_norm, "<=", sympy.Integer(1))


def _free(expression: sympy.Expr, what: str) -> sympy.Expr:
    """The expression if it contains neither s nor ω, after expansion or simplification."""
    for simpler in (sympy.expand, sympy.simplify):
        found = simpler(expression)
        if not found.free_symbols - CONSTANTS:
            return found
    raise _Broken(f"{what} depends on ρ₁ or ω")


def _squared(expression: sympy.Expr, what: str) -> sympy.Expr:
    """The square of a number ≥ 0 that contains neither s nor ω."""
    found = _free(expression, what)
    if not found.is_nonnegative:
        raise _Broken(f"{what} is not known to be ≥ 0")
    return found**2


def _output(bound: sympy.Expr) -> Demands:
    return {"output": Demand("output", [_squared(bound / s, "bound/(1+ρ₁)")])}


def _input(bound: sympy.Expr) -> Demands:
    return {"input": Demand("input", [_squared(bound / s, "bound/(1+ρ₁)")])}


def _hidden(bound: sympy.Expr) -> Demands:
    return {"rows": Demand("rows", [_squared(bound * w / s, "bound·ω/(1+ρ₁)")])}


def _gradient(bound: sympy.Expr) -> Demands:
    """The ends, and every place where two lines cross; more places than corners do no harm."""
    if not bound.is_nonnegative:
        raise _Broken("the bound is not known to be ≥ 0")
    factor, square = sympy.expand(bound**2, deep=False).subs(w, s / q).as_coeff_Mul()
    largest = isinstance(square, sympy.Max) and factor.is_positive  # −max is a minimum, which has no corners above it
    pieces = square.args if largest else [square]
    lines = [_line(factor * piece) for piece in pieces]
    values, rows = (sympy.Max(*(line[end] for line in lines)) for end in (0, 1))
    found = {"values": Demand("values", [values]), "rows": Demand("rows", [rows])}
    for number, (one, two) in enumerate(combinations(lines, 2), start=1):
        if (place := _crossing(one, two)) is not None:
            most = sympy.Max(*(first + place * second for first, second in lines))
            found[f"corner {number}"] = Demand("corner", [place, most])
    return found


def _line(square: sympy.Expr) -> tuple[sympy.Expr, sympy.Expr]:
    """c and e of c + e q²."""
    square = sympy.expand(square)
    if square.free_symbols - {q, *CONSTANTS} or not square.is_polynomial(q):
        raise _Broken("bound² is no polynomial in (1+ρ₁)/ω, nor the largest of several")
    terms = sympy.Poly(square, q).as_dict()
    if set(terms) - {(0,), (2,)}:
        raise _Broken("bound² has other terms than 1 and ((1+ρ₁)/ω)²")
    return terms.get((0,), sympy.Integer(0)), terms.get((2,), sympy.Integer(0))


def _crossing(one: tuple[sympy.Expr, sympy.Expr], two: tuple[sympy.Expr, sympy.Expr]) -> sympy.Expr | None:
    """Where two lines cross; None if not at t > 0."""
    rise, fall = one[1] - two[1], two[0] - one[0]
    if rise == 0:
        return None
    place = sympy.simplify(fall / rise)
    if place.is_positive is None:
        raise _Broken("it is not known where the parts of bound² cross")
    return place if place.is_positive else None


def _hessian(bound: sympy.Expr) -> Demands:
    """By the two blocks if the bound falls apart as they do; otherwise over all shares of the two."""
    try:
        return _by_blocks(bound)
    except _Broken as error:
        whole = bound.subs({s: a / b**2, w: 1 / b})
        if whole.free_symbols - {a, b, *CONSTANTS} or degree(whole) not in (1, ANY):
            raise _Broken(f"{error}, nor homogeneous in (1+ρ₁)/ω² and 1/ω") from error
        return {"hessian": Demand("hessian", [whole.subs({a: 1 - u, b: u}, simultaneous=True)])}


ANY = sympy.oo
"""The degree of 0, which has every one."""


def degree(expression: sympy.Expr) -> sympy.Expr | None:
    """The degree in (a, b) of what is homogeneous in them; None for what is not, or is not known to be.

    >>> [degree(each) for each in (a, sympy.sqrt(a**2 + a * b), sympy.Max(a, 3 * b), a + 1, sympy.Integer(2))]
    [1, 1, 1, None, 0]
    """
    if not expression.free_symbols & {a, b}:
        return ANY if expression == 0 else sympy.Integer(0)
    if expression in (a, b):
        return sympy.Integer(1)
    parts = [degree(part) for part in expression.args]
    if isinstance(expression, sympy.Pow) and expression.exp.is_number and parts[0] is not None:
        return parts[0] * expression.exp
    if isinstance(expression, sympy.Mul) and None not in parts:
        return sympy.Add(*(part for part in parts if part is not None))
    same = isinstance(expression, (sympy.Add, sympy.Max, sympy.Min)) and len(set(parts)) == 1
    return parts[0] if same else None


def _by_blocks(bound: sympy.Expr) -> Demands:
    """C and c² from bound·ω²/s = P + Q√Y = C/2 + √(C²/4 + c²τ²)."""
    roots = [p for p in bound.atoms(sympy.Pow) if p.exp == sympy.Rational(1, 2) and p.base.free_symbols & {s, w}]
    if not roots:
        return _blocks(_free(bound * w**2 / s, "bound·ω²/(1+ρ₁)"), sympy.Integer(0))
    plain = sympy.expand(bound.xreplace({roots[0]: ROOT}))
    if len(roots) > 1 or not plain.is_polynomial(ROOT) or sympy.degree(plain, ROOT) != 1:
        raise _Broken("the bound is not of the form P + Q√Y")
    half, factor = plain.coeff(ROOT, 0) * w**2 / s, plain.coeff(ROOT, 1) * w**2 / s
    half = _free(half, "the part P·ω²/(1+ρ₁) of the bound P + Q√Y")
    under = sympy.expand(sympy.expand(factor**2 * roots[0].base).subs(w, s / q))
    terms = {power: _free(under.coeff(q, power), "Y") for power in (0, -2)}
    rest = under - terms[0] - terms[-2] / q**2
    if not _zero(rest) or not factor.is_positive or not _zero(terms[0] - half**2):
        raise _Broken("bound·ω²/(1+ρ₁) is not of the form (C + √(C² + 4c²τ²))/2 with τ = ω/(1+ρ₁)")
    return _blocks(2 * half, terms[-2])


def _blocks(curvature: sympy.Expr, mixed: sympy.Expr) -> Demands:
    return {"curvature": Demand("curvature", [curvature]), "mixed": Demand("mixed", [mixed])}


def _zero(expression: sympy.Expr) -> bool:
    return sympy.expand(expression) == 0 or bool(sympy.simplify(expression) == 0)


LAWS: Mapping[str, Callable[[sympy.Expr], Demands]] = {
    "output_abs": _output,
    "input_gradient_norm": _input,
    "hidden_gradient_norm": _hidden,
    "gradient_norm": _gradient,
    "hessian_norm": _hessian,
}
