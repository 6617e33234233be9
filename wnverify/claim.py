"""Claim: two sides kept apart, a relation between them, and named hypotheses. Pure sympy.

sympy's own relations cannot serve: `sympy.Le(x, x + 1)` collapses to `true` and loses both sides.
"""

from __future__ import annotations

import numbers
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from types import MappingProxyType
from typing import Any, TypeVar

import sympy
from sympy.core.relational import Relational

from wnverify.display import Displayed, short
from wnverify.errors import TheoremFileError, expected

RELATIONS: Mapping[str, str] = MappingProxyType({"<=": "≤", ">=": "≥", "=": "=", "<": "<", ">": ">"})
LARGEST_TOLERANCE = 1e-3
T = TypeVar("T")


@dataclass(frozen=True)
class Relation:
    """`lhs relation rhs`, both sides kept as they were written.

    >>> x = sympy.Symbol("x")
    >>> print(Relation(x, "<=", x + 1))
    x ≤ x + 1
    """

    lhs: sympy.Expr
    relation: str
    rhs: sympy.Expr

    def __post_init__(self) -> None:
        if self.relation not in RELATIONS:
            raise TheoremFileError(expected(f"a relation among {', '.join(RELATIONS)}", repr(self.relation)))
        for name in ("lhs", "rhs"):
            object.__setattr__(self, name, _expression(getattr(self, name), name))

    def __str__(self) -> str:
        return f"{self.lhs} {RELATIONS[self.relation]} {self.rhs}"

    @cached_property
    def free_symbols(self) -> frozenset[sympy.Symbol]:
        """Every symbol on either side."""
        return frozenset(self.lhs.free_symbols | self.rhs.free_symbols)

    @property
    def is_strict(self) -> bool:
        """Whether equal sides break it although it is no equation."""
        return self.relation in ("<", ">")

    def oriented(self, lhs: T, rhs: T) -> tuple[T, T]:
        """Anything that belongs to the two sides, that of the side which must be the smaller first.

        >>> Relation(sympy.Integer(5), ">=", sympy.Integer(3)).oriented("five", "three")
        ('three', 'five')
        """
        return (rhs, lhs) if self.relation in (">=", ">") else (lhs, rhs)

    def substitute(self, replacement: Mapping[sympy.Symbol, Any]) -> Relation:
        """Replace symbols on both sides, all at once."""
        new = frozenset((symbol, sympy.sympify(value)) for symbol, value in replacement.items())
        return Relation(_replaced(self.lhs, new), self.relation, _replaced(self.rhs, new))


# sympy factors both bounds whenever it rebuilds their minimum, and every check of a theorem asks for the same one
@lru_cache(maxsize=1024)
def _replaced(expression: sympy.Expr, new: frozenset[tuple[sympy.Symbol, sympy.Expr]]) -> sympy.Expr:
    return expression.xreplace(dict(new))


@dataclass(frozen=True)
class Claim(Displayed):
    """What a theorem says: `lhs ≤ rhs` (or another relation) for every instance that meets `given`.

    Args:
        lhs: the measured side, an expression in quantities.
        relation: one of `<=`, `>=`, `=`, `<`, `>`.
        rhs: the bound, an expression in quantities.
        given: the hypotheses by name, each `(lhs, relation, rhs)`.
        probability: for "with probability at least 1 − δ" the value 1 − δ; None for a sure statement.
        tolerance: relative size under which the two sides count as equal (rounding of the measurement), at most
            `LARGEST_TOLERANCE`. Where balls measure both sides they decide, whatever it is.

    Raises:
        TheoremFileError: if a side is not an expression, a sympy relation has already collapsed, a relation is
            unknown, or the tolerance is not in (0, 1e-3].

    >>> x = sympy.Symbol("x", positive=True)
    >>> print(Claim(x, "<=", 2 * x, given={"large": (x, ">=", 1)}))
    x ≤ 2*x  given  large: x ≥ 1
    """

    lhs: sympy.Expr
    relation: str
    rhs: sympy.Expr
    given: Mapping[str, Relation] = field(default_factory=dict)
    probability: sympy.Expr | None = None
    tolerance: float = 1e-10

    def __post_init__(self) -> None:
        main = Relation(self.lhs, self.relation, self.rhs)
        object.__setattr__(self, "tolerance", _tolerance(self.tolerance))
        object.__setattr__(self, "lhs", main.lhs)
        object.__setattr__(self, "rhs", main.rhs)
        if not isinstance(self.given, Mapping) or not all(isinstance(name, str) for name in self.given):
            remedy = 'write given={"name": (lhs, "<=", rhs)}'
            raise TheoremFileError(expected("hypotheses by name", repr(self.given)[:80], remedy))
        given = {name: _hypothesis(name, value) for name, value in self.given.items()}
        object.__setattr__(self, "given", MappingProxyType(given))
        if self.probability is not None:
            object.__setattr__(self, "probability", _expression(self.probability, "probability"))

    def __str__(self) -> str:
        names = "; ".join(f"{name}: {hypothesis}" for name, hypothesis in self.given.items())
        return f"{self.sentence}  given  {names}" if names else self.sentence

    def __repr__(self) -> str:
        return short("Claim", self)

    @property
    def sentence(self) -> str:
        """The statement with its probability, without its hypotheses."""
        chance = "" if self.probability is None else f"with probability at least {self.probability}: "
        return f"{chance}{self.main}"

    @cached_property
    def main(self) -> Relation:
        """The statement without its hypotheses."""
        return Relation(self.lhs, self.relation, self.rhs)

    @cached_property
    def free_symbols(self) -> frozenset[sympy.Symbol]:
        """Every symbol of the statement and of its hypotheses."""
        chance = frozenset() if self.probability is None else self.probability.free_symbols
        return self.main.free_symbols.union(chance, *(h.free_symbols for h in self.given.values()))

    def substitute(self, replacement: Mapping[sympy.Symbol, Any]) -> Claim:
        """Replace symbols everywhere, in the statement and in the hypotheses."""
        main = self.main.substitute(replacement)
        given = {name: hypothesis.substitute(replacement) for name, hypothesis in self.given.items()}
        chance = None if self.probability is None else self.probability.subs(dict(replacement), simultaneous=True)
        return replace(self, lhs=main.lhs, rhs=main.rhs, given=given, probability=chance)

    def with_bound(self, rhs: sympy.Expr) -> Claim:
        """The same statement with another right side."""
        return replace(self, rhs=rhs)

    def without(self, name: str) -> Claim:
        """The same statement with one hypothesis dropped.

        Raises:
            TheoremFileError: if there is no hypothesis of that name.
        """
        if name not in self.given:
            raise TheoremFileError(expected(f"a hypothesis among {', '.join(self.given)}", repr(name)))
        return replace(self, given={key: value for key, value in self.given.items() if key != name})


def _expression(value: Any, where: str) -> sympy.Expr:
    if isinstance(value, str):
        raise TheoremFileError(expected(f"a sympy expression as {where}", repr(value), "write it with quantities"))
    shape: object = () if isinstance(value, sympy.Basic) else getattr(value, "shape", ())
    if shape:
        raise TheoremFileError(expected(f"one expression as {where}", f"an array of the shape {shape}"))
    if isinstance(value, Relational | bool) or value in (sympy.true, sympy.false):
        remedy = "sympy relations collapse; write the two sides apart, as (lhs, '<=', rhs)"
        raise TheoremFileError(expected(f"an expression as {where}", repr(value), remedy))
    try:
        found = sympy.sympify(value, strict=True)
    except sympy.SympifyError:
        found = None
    if not isinstance(found, sympy.Expr):
        raise TheoremFileError(expected(f"a sympy expression as {where}", repr(value)))
    return found


def _tolerance(value: Any) -> float:
    known = isinstance(value, numbers.Real | sympy.Number) and not isinstance(value, bool)
    if not known or not 0 < float(value) <= LARGEST_TOLERANCE:
        remedy = "it stands for the rounding of what is measured, not for the slack of a statement"
        raise TheoremFileError(
            expected(f"a tolerance above 0 and at most {LARGEST_TOLERANCE:g}", repr(value)[:60], remedy)
        )
    return float(value)


def _hypothesis(name: str, value: Any) -> Relation:
    if isinstance(value, Relation):
        return value
    if isinstance(value, tuple) and len(value) == 3:
        return Relation(*value)
    remedy = 'write it as (lhs, "<=", rhs)'
    raise TheoremFileError(expected(f"the hypothesis {name!r} as three parts", repr(value), remedy))
